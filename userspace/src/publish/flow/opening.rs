//! From the start of messages to the opening crosses.

use super::Flow;
use crate::{
    codec::{
        field::Text,
        itch50::{
            MarketParticipantPosition, MwcbDeclineLevel, RegShoRestriction, StockDirectory,
            StockTradingAction,
        },
    },
    publish::{book::Order, clock, message::Message, security::order_size},
};

/// Orders each security gets before the market opens.
const ORDERS_BEFORE_OPEN: usize = 8;

/// Where the opening stands.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Opening {
    step: usize,
    /// Messages of the step that are done.
    done: usize,
}

/// One kind of message.
#[derive(Clone, Copy, Debug)]
enum Step {
    System(u64, u8),
    Directory,
    TradingAction,
    RegSho,
    Position,
    DeclineLevels,
    Orders,
    Imbalance,
    Cross,
}

const STEPS: [Step; 11] = [
    Step::System(clock::MESSAGES_NS, b'O'),
    Step::Directory,
    Step::TradingAction,
    Step::RegSho,
    Step::Position,
    Step::System(clock::SYSTEM_NS, b'S'),
    Step::DeclineLevels,
    Step::Orders,
    Step::Imbalance,
    Step::System(clock::MARKET_NS, b'Q'),
    Step::Cross,
];

impl Step {
    /// How many messages the step has.
    fn messages(self, securities: usize) -> usize {
        match self {
            Self::System(..) | Self::DeclineLevels => 1,
            Self::Orders => ORDERS_BEFORE_OPEN * securities,
            Self::Directory
            | Self::TradingAction
            | Self::RegSho
            | Self::Position
            | Self::Imbalance
            | Self::Cross => securities,
        }
    }
}

impl Flow {
    /// Makes the opening's next message; `None` when it was the last.
    pub(super) fn open(&mut self, opening: Opening, message: &mut Message) -> Option<Opening> {
        let Opening { step, done } = opening;
        let index = done % self.securities.len();
        self.clock.tick(&mut self.dice);
        match STEPS[step] {
            Step::System(time_ns, event) => {
                self.clock.reach(time_ns);
                self.system_event(event, message);
            }
            Step::Directory => self.directory(index, message),
            Step::TradingAction => self.trading_action(index, b'T', *b"    ", message),
            Step::RegSho => self.reg_sho(index, b'0', message),
            Step::Position => self.position(index, b'A', message),
            Step::DeclineLevels => self.decline_levels(message),
            Step::Orders => self.order_before_open(index, message),
            Step::Imbalance => {
                self.clock.reach(clock::IMBALANCE_NS);
                self.imbalance(index, b'O', message);
            }
            Step::Cross => self.cross(index, b'O', message),
        }
        if done + 1 < STEPS[step].messages(self.securities.len()) {
            Some(Opening { step, done: done + 1 })
        } else if step + 1 < STEPS.len() {
            Some(Opening { step: step + 1, done: 0 })
        } else {
            None
        }
    }

    fn directory(&mut self, index: usize, message: &mut Message) {
        let (locate, stock, market_category) = {
            let security = &self.securities[index];
            (security.locate, security.stock, security.market)
        };
        message.set(&StockDirectory {
            header: self.header(StockDirectory::TYPE, locate),
            stock,
            market_category,
            financial_status_indicator: b'N',
            round_lot_size: 100.into(),
            round_lots_only: b'N',
            issue_classification: b'C',
            issue_sub_type: Text(*b"Z "),
            authenticity: b'P',
            short_sale_threshold_indicator: b'N',
            ipo_flag: b'N',
            luld_reference_price_tier: b'1',
            etp_flag: b'N',
            etp_leverage_factor: 0.into(),
            inverse_indicator: b'N',
        });
    }

    fn decline_levels(&mut self, message: &mut Message) {
        // 7, 13 and 20 % below an index of 5,000.
        message.set(&MwcbDeclineLevel {
            header: self.header(MwcbDeclineLevel::TYPE, 0),
            level_1: 465_000_000_000.into(),
            level_2: 435_000_000_000.into(),
            level_3: 400_000_000_000.into(),
        });
    }

    fn order_before_open(&mut self, index: usize, message: &mut Message) {
        let side = self.side();
        let reference = self.new_reference();
        // Nobody waits beyond the worth, and it doesn't walk yet: nothing crosses.
        let price = self.securities[index].patient_price(side, &mut self.dice);
        let shares = order_size(&mut self.dice);
        self.add(index, side, Order { reference, price, shares }, message);
    }

    /// The security's state becomes `trading_state`.
    pub(super) fn trading_action(
        &mut self,
        index: usize,
        trading_state: u8,
        reason: [u8; 4],
        message: &mut Message,
    ) {
        let (locate, stock) = (self.securities[index].locate, self.securities[index].stock);
        message.set(&StockTradingAction {
            header: self.header(StockTradingAction::TYPE, locate),
            stock,
            trading_state,
            reserved: b' ',
            reason_code: Text(reason),
        });
    }

    pub(super) fn reg_sho(&mut self, index: usize, reg_sho_action: u8, message: &mut Message) {
        let (locate, stock) = (self.securities[index].locate, self.securities[index].stock);
        message.set(&RegShoRestriction {
            header: self.header(RegShoRestriction::TYPE, locate),
            stock,
            reg_sho_action,
        });
    }

    pub(super) fn position(&mut self, index: usize, market_participant_state: u8, message: &mut Message) {
        let (locate, stock) = (self.securities[index].locate, self.securities[index].stock);
        message.set(&MarketParticipantPosition {
            header: self.header(MarketParticipantPosition::TYPE, locate),
            mpid: super::PARTICIPANTS[0],
            stock,
            primary_market_maker: b'Y',
            market_maker_mode: b'N',
            market_participant_state,
        });
    }
}
