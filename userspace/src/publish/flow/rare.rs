//! What happens seldom: retail interest, broken trades, restrictions, the begin of trading pauses.

use super::{Flow, auction::PAUSE_STEPS};
use crate::{
    codec::itch50::{BrokenTrade, RetailInterest},
    publish::message::Message,
};

impl Flow {
    pub(super) fn retail_interest(&mut self, index: usize, message: &mut Message) {
        let interest_flag = b"BSAN"[self.dice.below(4) as usize];
        let (locate, stock) = (self.securities[index].locate, self.securities[index].stock);
        message.set(&RetailInterest {
            header: self.header(RetailInterest::TYPE, locate),
            stock,
            interest_flag,
        });
    }

    /// What happens a few times a day.
    pub(super) fn rare(&mut self, index: usize, message: &mut Message) {
        match self.dice.below(32) {
            0 => self.break_trade(index, message),
            1 => self.reg_sho(index, b'1', message),
            2 => self.position(index, b'A', message),
            3 if self.securities[index].pause == 0 => {
                self.securities[index].pause = PAUSE_STEPS;
                self.trading_action(index, b'P', *b"LUDP", message);
            }
            _ => self.retail_interest(index, message),
        }
    }

    fn break_trade(&mut self, index: usize, message: &mut Message) {
        let security = &mut self.securities[index];
        let Some(match_number) = security.last_match.take() else {
            return self.retail_interest(index, message);
        };
        let locate = security.locate;
        message.set(&BrokenTrade {
            header: self.header(BrokenTrade::TYPE, locate),
            match_number: match_number.into(),
        });
    }
}
