//! What `itch5` reads. It knows every type; a message longer than its layout it refuses, against the specification's
//! leave to append fields, so it is only ever given messages as long as theirs.

use std::ops::ControlFlow;

use itch5::{
    MessageHandler,
    messages::{Price4, Price8, Symbol, Timestamp, TradingActionReason},
};

use super::{Raw, Visitor, text};

impl Raw for &Price4 {
    #[inline]
    fn raw(&self) -> u64 {
        self.into_u32().into()
    }
}

impl Raw for &Price8 {
    #[inline]
    fn raw(&self) -> u64 {
        self.into_u64()
    }
}

impl Raw for &Timestamp {
    #[inline]
    fn raw(&self) -> u64 {
        self.to_u64()
    }
}

impl Raw for &Symbol {
    #[inline]
    fn raw(&self) -> u64 {
        self.to_u64()
    }
}

/// Participant ids.
impl Raw for &[u8] {
    #[inline]
    fn raw(&self) -> u64 {
        text(self)
    }
}

impl Raw for TradingActionReason {
    fn raw(&self) -> u64 {
        match self {
            Self::Halted(reason) | Self::Paused(reason) => reason.raw(),
            Self::QuotationOnly(reason) | Self::Trading(reason) => reason.raw(),
            Self::Unknown { reason_bytes, .. } => reason_bytes.raw(),
        }
    }
}

/// Tells every field of every message that the parser hands it.
pub(crate) struct Handler<'a, V>(pub(crate) &'a mut V);

macro_rules! fields {
    ($($handle:ident $message:ident $locate:ident: $($field:ident $(= $theirs:ident)?)*;)*) => {
        impl<V: Visitor> MessageHandler for Handler<'_, V> {$(
            #[inline]
            fn $handle(&mut self, message: &itch5::messages::$message) -> ControlFlow<()> {
                let to = &mut *self.0;
                to.field("message_type", itch5::messages::$message::TAG.into());
                to.field("stock_locate", message.$locate().into());
                to.field("tracking_number", message.tracking_number().into());
                to.field("timestamp", message.timestamp().raw());
                $(to.field(stringify!($field), fields!(message $field $($theirs)?).raw());)*
                to.end();
                ControlFlow::Continue(())
            }
        )*}
    };
    ($of:ident $field:ident) => { $of.$field() };
    ($of:ident $field:ident $theirs:ident) => { $of.$theirs() };
}

fields! {
    on_system_event SystemEvent stock_locate: event_code;
    on_stock_directory StockDirectory stock_locate: stock market_category financial_status_indicator
        round_lot_size round_lots_only issue_classification issue_sub_type authenticity
        short_sale_threshold_indicator ipo_flag luld_reference_price_tier etp_flag etp_leverage_factor
        inverse_indicator;
    on_stock_trading_action StockTradingAction stock_locate: stock trading_state reserved reason_code = reason;
    on_reg_sho_restriction RegSHORestriction locate_code: stock reg_sho_action;
    on_market_participant_position MarketParticipantPosition stock_locate: mpid stock primary_market_maker
        market_maker_mode market_participant_state;
    on_mwcb_decline_level MWCBDeclineLevel stock_locate: level_1 level_2 level_3;
    on_mwcb_status MWCBStatus stock_locate: breached_level;
    on_quoting_period_update QuotingPeriodUpdate stock_locate: stock ipo_quotation_release_time
        ipo_quotation_release_qualifier ipo_price;
    on_luld_auction_collar LULDAuctionCollar stock_locate: stock auction_collar_reference_price
        upper_auction_collar_price lower_auction_collar_price auction_collar_extension;
    on_operational_halt OperationalHalt stock_locate: stock market_code operational_halt_action;
    on_add_order_no_mpid_attribution AddOrderNoMPIDAttribution stock_locate: order_reference_number
        buy_sell_indicator shares stock price;
    on_add_order_with_mpid_attribution AddOrderWithMPIDAttribution stock_locate: order_reference_number
        buy_sell_indicator shares stock price attribution;
    on_order_executed OrderExecuted stock_locate: order_reference_number executed_shares match_number;
    on_order_executed_with_price OrderExecutedWithPrice stock_locate: order_reference_number executed_shares
        match_number printable execution_price;
    on_order_cancel OrderCancel stock_locate: order_reference_number cancelled_shares;
    on_order_delete OrderDelete stock_locate: order_reference_number;
    on_order_replace OrderReplace stock_locate: original_order_reference_number new_order_reference_number
        shares price;
    on_trade Trade stock_locate: order_reference_number buy_sell_indicator shares stock price match_number;
    on_cross_trade CrossTrade stock_locate: cross_shares = shares stock cross_price match_number cross_type;
    on_broken_trade BrokenTrade stock_locate: match_number;
    on_net_order_imbalance_indicator NetOrderImbalanceIndicator stock_locate: paired_shares imbalance_shares
        imbalance_direction stock far_price near_price current_reference_price cross_type
        price_variation_indicator;
    on_retail_price_improvement_indicator RetailPriceImprovementIndicator stock_locate: stock interest_flag;
    on_direct_listing_with_capital_raise_price_discovery DirectListingwithCapitalRaisePriceDiscovery stock_locate:
        stock open_eligibility_status minimum_allowable_price maximum_allowable_price near_execution_price
        near_execution_time lower_price_range_collar upper_price_range_collar;
}
