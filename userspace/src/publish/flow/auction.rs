//! Auctions: what a cross would do, the cross, and the trading pauses that end with one.

use super::Flow;
use crate::{
    codec::itch50::{CrossTrade, LuldAuctionCollar, NetOrderImbalance, Price4},
    publish::{book::Cents, message::Message},
};

/// Messages of a trading pause after its first, without what happens in the book meanwhile.
pub(super) const PAUSE_STEPS: u8 = 12;

impl Flow {
    /// What a cross of `cross_type` would do now.
    pub(super) fn imbalance(&mut self, index: usize, cross_type: u8, message: &mut Message) {
        let security = &self.securities[index];
        let (locate, stock, worth) = (security.locate, security.stock, Price4::from(security.worth).0);
        let imbalance = 100 * self.dice.below(50);
        let imbalance_direction = if imbalance == 0 { b'N' } else { self.side().indicator() };
        message.set(&NetOrderImbalance {
            header: self.header(NetOrderImbalance::TYPE, locate),
            paired_shares: u64::from(100 * self.dice.below(1000)).into(),
            imbalance_shares: u64::from(imbalance).into(),
            imbalance_direction,
            stock,
            far_price: worth.into(),
            near_price: worth.into(),
            current_reference_price: worth.into(),
            cross_type,
            price_variation_indicator: b'L',
        });
    }

    /// A cross at the security's worth.
    pub(super) fn cross(&mut self, index: usize, cross_type: u8, message: &mut Message) {
        let match_number = self.new_match();
        let security = &mut self.securities[index];
        security.last_match = Some(match_number);
        let (locate, stock, worth) = (security.locate, security.stock, Price4::from(security.worth).0);
        message.set(&CrossTrade {
            header: self.header(CrossTrade::TYPE, locate),
            cross_shares: u64::from(100 * self.dice.between(1, 1000)).into(),
            stock,
            cross_price: worth.into(),
            match_number: match_number.into(),
            cross_type,
        });
    }

    /// The pause's next message: a collar, imbalances, the cross, trading again.
    pub(super) fn go_on_pausing(&mut self, index: usize, message: &mut Message) {
        const FIRST: u8 = PAUSE_STEPS - 1;
        let security = &mut self.securities[index];
        security.pause -= 1;
        match security.pause {
            0 => self.trading_action(index, b'T', *b"LUDP", message),
            1 => self.cross(index, b'H', message),
            FIRST => self.auction_collar(index, message),
            _ => self.imbalance(index, b'H', message),
        }
    }

    fn auction_collar(&mut self, index: usize, message: &mut Message) {
        let security = &self.securities[index];
        let (locate, stock, Cents(worth)) = (security.locate, security.stock, security.worth);
        message.set(&LuldAuctionCollar {
            header: self.header(LuldAuctionCollar::TYPE, locate),
            stock,
            auction_collar_reference_price: Price4::from(Cents(worth)).0.into(),
            upper_auction_collar_price: Price4::from(Cents(worth + worth / 20)).0.into(),
            lower_auction_collar_price: Price4::from(Cents(worth - worth / 20)).0.into(),
            auction_collar_extension: 0.into(),
        });
    }
}
