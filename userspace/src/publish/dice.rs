//! Chance, reproducible: the same seed gives the same draws on every machine and with every release.
//!
//! Nothing but PCG's own definition and integer arithmetic is used. `rand`'s distributions and
//! `seed_from_u64` may change between versions, floating-point logarithms between C libraries: either would
//! change the feed that a seed stands for.

use rand::RngCore;
use rand_pcg::Pcg32;

/// What a generator's draws decide. Each purpose has draws of its own, so that packing or loss can be set
/// differently without changing a single message.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose {
    /// The order flow.
    Flow,
    /// How many messages go into a packet.
    Packing,
    /// Which packets the line of this index loses.
    Loss(usize),
}

/// A generator of chance.
#[derive(Clone, Debug)]
pub(crate) struct Dice(Pcg32);

impl Dice {
    /// The generator of one purpose.
    pub(crate) fn new(seed: u64, purpose: Purpose) -> Self {
        let purpose = match purpose {
            Purpose::Flow => 1,
            Purpose::Packing => 2,
            Purpose::Loss(line) => 0x1_0000 + line as u64,
        };
        // PCG streams of one state are correlated: state and stream are both mixed with the purpose.
        let state = mix(seed ^ mix(purpose));
        Self(Pcg32::new(state, mix(state ^ purpose)))
    }

    /// 32 even bits.
    #[inline]
    pub(crate) fn bits(&mut self) -> u32 {
        self.0.next_u32()
    }

    /// Evenly from `0..n`; 0 when `n` is 0. (One multiplication; its bias, at most n / 2³², does not matter here.)
    #[inline]
    pub(crate) fn below(&mut self, n: u32) -> u32 {
        ((u64::from(self.bits()) * u64::from(n)) >> 32) as u32
    }

    /// Evenly from `low..=high`.
    #[inline]
    pub(crate) fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below(high - low + 1)
    }

    /// True once in `n` times.
    #[inline]
    pub(crate) fn one_in(&mut self, n: u32) -> bool {
        self.below(n) == 0
    }

    /// How often heads comes before the first tails, at most 32: half of all are 0, a quarter 1, …
    #[inline]
    pub(crate) fn heads(&mut self) -> u32 {
        self.bits().trailing_zeros()
    }
}

/// SplitMix64's output function (Steele, Lea, Flood 2014): spreads neighbouring seeds over all 64 bits.
const fn mix(value: u64) -> u64 {
    let z = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_of_a_seed_never_change() {
        let draws = |purpose| -> [u32; 3] {
            let mut dice = Dice::new(7, purpose);
            [dice.bits(), dice.bits(), dice.bits()]
        };
        assert_eq!(draws(Purpose::Flow), [2_378_988_603, 91_061_996, 1_248_426_186]);
        assert_eq!(draws(Purpose::Packing), [3_947_386_545, 1_800_090_636, 1_636_237_233]);
        assert_eq!(draws(Purpose::Loss(0)), [2_034_052_046, 255_343_738, 2_435_020_031]);
        assert_eq!(draws(Purpose::Loss(1)), [1_264_001_812, 4_290_116_858, 3_677_970_040]);
    }

    #[test]
    fn ranges_keep_their_ends() {
        let mut dice = Dice::new(1, Purpose::Flow);
        let mut seen = [false; 6];
        for _ in 0..1000 {
            seen[dice.between(2, 5) as usize] = true;
            assert!(dice.heads() <= 32);
        }
        assert_eq!(seen, [false, false, true, true, true, true]);
        assert_eq!(dice.below(0), 0);
    }
}
