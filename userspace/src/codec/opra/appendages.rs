//! What a quote changes of the best bid and offer of all exchanges (section "Best Bid and Offer Appendages").

use zerocopy::FromBytes;

use crate::codec::{Fields, Unread, layout::views};

views! {
    /// The best bid or offer now, of another exchange than the quote's.
    10 BestAppendage {
        0 participant_id a1 "The exchange that has it."
        1 denominator_code a1 "Places of the price: see [`places`](super::places)."
        2 price i32be "Price, in units of the code."
        6 size u32be "Contracts."
    }
}

/// The appendages behind a quote. Its BBO indicator says which there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Appendages<'a> {
    /// The best bid, where the quote changes it and is not it.
    pub best_bid: Option<&'a BestAppendage>,
    /// The best offer, likewise.
    pub best_offer: Option<&'a BestAppendage>,
}

/// Whether an indicator announces a best bid, and a best offer.
const fn announced(bbo_indicator: u8) -> (bool, bool) {
    match bbo_indicator {
        b'M' | b'N' | b'P' => (true, false),
        b'C' | b'G' | b'K' => (false, true),
        b'O' => (true, true),
        _ => (false, false),
    }
}

impl<'a> Appendages<'a> {
    /// Bytes of the appendages that an indicator announces.
    #[inline]
    pub(super) const fn len(bbo_indicator: u8) -> usize {
        let (bid, offer) = announced(bbo_indicator);
        (bid as usize + offer as usize) * size_of::<BestAppendage>()
    }

    /// Reads those that lie behind a quote.
    #[inline]
    pub(super) fn behind(bbo_indicator: u8, bytes: &'a [u8]) -> Result<Self, Unread> {
        let (bid, offer) = announced(bbo_indicator);
        let mut rest = bytes;
        let mut next = |there: bool| -> Result<_, Unread> {
            if !there {
                return Ok::<_, Unread>(None);
            }
            let (appendage, behind) = BestAppendage::ref_from_prefix(rest).map_err(|_| Unread::Short)?;
            rest = behind;
            Ok(Some(appendage))
        };
        Ok(Self { best_bid: next(bid)?, best_offer: next(offer)? })
    }

    /// Shows those there are, as entries of their own.
    pub(super) fn show(&self, to: &mut dyn Fields) {
        for (name, appendage) in
            [("best_bid_appendage", self.best_bid), ("best_offer_appendage", self.best_offer)]
        {
            if let Some(appendage) = appendage {
                to.begin_entry(name);
                appendage.show(to);
                to.end_entry();
            }
        }
    }
}
