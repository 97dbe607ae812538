//! What `itchy` reads. It does not know the types `h` and `O` (it panics), skips the reserved byte of a trading
//! action, and refuses values it has no variant for.

use itchy::{
    AddOrder, ArrayString, Body, CrossTrade, ImbalanceIndicator, IpoQuotingPeriod, MarketParticipantPosition,
    Message, NonCrossTrade, Price4, Price8, ReplaceOrder, RetailPriceImprovementIndicator, StockDirectory,
};

use super::{Raw, Visitor, text};

/// What it skips: the reserved byte, which is a space in everything it is given here.
pub(crate) const RESERVED: u8 = b' ';

impl Raw for Price4 {
    #[inline]
    fn raw(&self) -> u64 {
        Price4::raw(*self).into()
    }
}

impl Raw for Price8 {
    #[inline]
    fn raw(&self) -> u64 {
        Price8::raw(*self)
    }
}

impl<const N: usize> Raw for ArrayString<N> {
    #[inline]
    fn raw(&self) -> u64 {
        text(self.as_bytes())
    }
}

fn yes(flag: bool) -> u8 {
    if flag { b'Y' } else { b'N' }
}

fn yes_if_known(flag: Option<bool>) -> u8 {
    flag.map_or(b' ', yes)
}

/// Tells every field of a message.
#[inline]
pub(crate) fn fields(message: &Message, to: &mut impl Visitor) {
    to.field("message_type", message.tag.into());
    to.field("stock_locate", message.stock_locate.into());
    to.field("tracking_number", message.tracking_number.into());
    to.field("timestamp", message.timestamp);
    macro_rules! each {
        ($($name:ident $value:expr;)*) => {{ $(to.field(stringify!($name), $value.raw());)* }};
    }
    match &message.body {
        Body::AddOrder(AddOrder { reference, side, shares, stock, price, mpid }) => {
            each! { order_reference_number reference; buy_sell_indicator side; shares shares; stock stock; price price; }
            if let Some(mpid) = mpid {
                each! { attribution mpid; }
            }
        }
        Body::Breach(level) => each! { breached_level level; },
        Body::BrokenTrade { match_number } => each! { match_number match_number; },
        Body::CrossTrade(CrossTrade { shares, stock, cross_price, match_number, cross_type }) => each! {
            cross_shares shares; stock stock; cross_price cross_price; match_number match_number;
            cross_type cross_type;
        },
        Body::DeleteOrder { reference } => each! { order_reference_number reference; },
        Body::Imbalance(imbalance) => each_of_imbalance(imbalance, to),
        Body::IpoQuotingPeriod(IpoQuotingPeriod { stock, release_time, release_qualifier, price }) => each! {
            stock stock; ipo_quotation_release_time release_time;
            ipo_quotation_release_qualifier release_qualifier; ipo_price price;
        },
        Body::LULDAuctionCollar { stock, ref_price, upper_price, lower_price, extension } => each! {
            stock stock; auction_collar_reference_price ref_price; upper_auction_collar_price upper_price;
            lower_auction_collar_price lower_price; auction_collar_extension extension;
        },
        Body::MwcbDeclineLevel { level1, level2, level3 } => each! {
            level_1 level1; level_2 level2; level_3 level3;
        },
        Body::NonCrossTrade(NonCrossTrade { reference, side, shares, stock, price, match_number }) => each! {
            order_reference_number reference; buy_sell_indicator side; shares shares; stock stock; price price;
            match_number match_number;
        },
        Body::OrderCancelled { reference, cancelled } => each! {
            order_reference_number reference; cancelled_shares cancelled;
        },
        Body::OrderExecuted { reference, executed, match_number } => each! {
            order_reference_number reference; executed_shares executed; match_number match_number;
        },
        Body::OrderExecutedWithPrice { reference, executed, match_number, printable, price } => each! {
            order_reference_number reference; executed_shares executed; match_number match_number;
            printable yes(*printable); execution_price price;
        },
        Body::ParticipantPosition(position) => each_of_position(position, to),
        Body::RegShoRestriction { stock, action } => each! { stock stock; reg_sho_action action; },
        Body::ReplaceOrder(ReplaceOrder { old_reference, new_reference, shares, price }) => each! {
            original_order_reference_number old_reference; new_order_reference_number new_reference;
            shares shares; price price;
        },
        Body::StockDirectory(directory) => each_of_directory(directory, to),
        Body::SystemEvent { event } => each! { event_code event; },
        Body::TradingAction { stock, trading_state, reason } => each! {
            stock stock; trading_state trading_state; reserved RESERVED; reason_code reason;
        },
        Body::RetailPriceImprovementIndicator(RetailPriceImprovementIndicator { stock, interest_flag }) => {
            each! {
                stock stock; interest_flag interest_flag;
            }
        }
    }
    to.end();
}

fn each_of_imbalance(imbalance: &ImbalanceIndicator, to: &mut impl Visitor) {
    to.field("paired_shares", imbalance.paired_shares);
    to.field("imbalance_shares", imbalance.imbalance_shares);
    to.field("imbalance_direction", imbalance.imbalance_direction.raw());
    to.field("stock", imbalance.stock.raw());
    to.field("far_price", Raw::raw(&imbalance.far_price));
    to.field("near_price", Raw::raw(&imbalance.near_price));
    to.field("current_reference_price", Raw::raw(&imbalance.current_ref_price));
    to.field("cross_type", imbalance.cross_type.raw());
    // A byte made a `char`: the first 256 of those are the bytes.
    to.field("price_variation_indicator", u32::from(imbalance.price_variation_indicator).into());
}

fn each_of_position(position: &MarketParticipantPosition, to: &mut impl Visitor) {
    to.field("mpid", position.mpid.raw());
    to.field("stock", position.stock.raw());
    to.field("primary_market_maker", yes(position.primary_market_maker).into());
    to.field("market_maker_mode", position.market_maker_mode.raw());
    to.field("market_participant_state", position.market_participant_state.raw());
}

fn each_of_directory(directory: &StockDirectory, to: &mut impl Visitor) {
    to.field("stock", directory.stock.raw());
    to.field("market_category", directory.market_category.raw());
    to.field("financial_status_indicator", directory.financial_status.raw());
    to.field("round_lot_size", directory.round_lot_size.into());
    to.field("round_lots_only", yes(directory.round_lots_only).into());
    to.field("issue_classification", directory.issue_classification.raw());
    to.field("issue_sub_type", directory.issue_subtype.raw());
    to.field("authenticity", if directory.authenticity { b'P' } else { b'T' }.into());
    to.field("short_sale_threshold_indicator", yes_if_known(directory.short_sale_threshold).into());
    to.field("ipo_flag", yes_if_known(directory.ipo_flag).into());
    to.field("luld_reference_price_tier", directory.luld_ref_price_tier.raw());
    to.field("etp_flag", yes_if_known(directory.etp_flag).into());
    to.field("etp_leverage_factor", directory.etp_leverage_factor.into());
    to.field("inverse_indicator", yes(directory.inverse_indicator).into());
}
