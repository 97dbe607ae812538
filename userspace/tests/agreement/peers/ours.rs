//! What the library reads.

use xdpfeed::codec::{
    field::{Fixed, Text},
    itch50::Message,
};

use super::{Raw, Visitor};

impl<M: Raw, const PLACES: u32> Raw for Fixed<M, PLACES> {
    #[inline]
    fn raw(&self) -> u64 {
        self.0.raw()
    }
}

impl<const N: usize> Raw for &Text<N>
where
    [u8; N]: Raw,
{
    #[inline]
    fn raw(&self) -> u64 {
        self.0.raw()
    }
}

macro_rules! fields {
    ($($view:ident: $($field:ident)*;)*) => {
        /// Tells every field of a message.
        #[inline(always)]
        pub(crate) fn fields(message: &Message<'_>, to: &mut impl Visitor) {
            match message {
                $(Message::$view(view) => {
                    let header = view.header();
                    to.field("message_type", header.message_type.into());
                    to.field("stock_locate", header.stock_locate().into());
                    to.field("tracking_number", header.tracking_number().into());
                    to.field("timestamp", header.timestamp());
                    $(to.field(stringify!($field), view.$field().raw());)*
                })*
            }
            to.end();
        }
    };
}

fields! {
    SystemEvent: event_code;
    StockDirectory: stock market_category financial_status_indicator round_lot_size round_lots_only
        issue_classification issue_sub_type authenticity short_sale_threshold_indicator ipo_flag
        luld_reference_price_tier etp_flag etp_leverage_factor inverse_indicator;
    StockTradingAction: stock trading_state reserved reason_code;
    RegShoRestriction: stock reg_sho_action;
    MarketParticipantPosition: mpid stock primary_market_maker market_maker_mode market_participant_state;
    MwcbDeclineLevel: level_1 level_2 level_3;
    MwcbStatus: breached_level;
    QuotingPeriodUpdate: stock ipo_quotation_release_time ipo_quotation_release_qualifier ipo_price;
    LuldAuctionCollar: stock auction_collar_reference_price upper_auction_collar_price
        lower_auction_collar_price auction_collar_extension;
    OperationalHalt: stock market_code operational_halt_action;
    AddOrder: order_reference_number buy_sell_indicator shares stock price;
    AddOrderAttributed: order_reference_number buy_sell_indicator shares stock price attribution;
    OrderExecuted: order_reference_number executed_shares match_number;
    OrderExecutedWithPrice: order_reference_number executed_shares match_number printable execution_price;
    OrderCancel: order_reference_number cancelled_shares;
    OrderDelete: order_reference_number;
    OrderReplace: original_order_reference_number new_order_reference_number shares price;
    Trade: order_reference_number buy_sell_indicator shares stock price match_number;
    CrossTrade: cross_shares stock cross_price match_number cross_type;
    BrokenTrade: match_number;
    NetOrderImbalance: paired_shares imbalance_shares imbalance_direction stock far_price near_price
        current_reference_price cross_type price_variation_indicator;
    RetailInterest: stock interest_flag;
    DirectListingPriceDiscovery: stock open_eligibility_status minimum_allowable_price maximum_allowable_price
        near_execution_price near_execution_time lower_price_range_collar upper_price_range_collar;
}
