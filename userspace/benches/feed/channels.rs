//! One feed's packets, dealt to channels as if by chance: the same packets, however many channels have them.

use rand::RngCore as _;
use rand_pcg::Pcg32;
use xdpfeed::publish::{Datagrams, MessagesPerPacket};

use crate::ring::Arriving;

/// What each channel is like.
#[derive(Clone, Copy)]
pub(crate) struct Like {
    /// Redundant lines.
    pub(crate) lines: u16,
    /// Its first packet is of another session than all others, as of a receiver that was started the day before.
    pub(crate) second_session: bool,
}

/// Most are like that.
pub(crate) const MOST: Like = Like { lines: 2, second_session: false };

/// Packets by which each of a channel's lines lies behind the one before: 100 us of ten million packets a second. By then a
/// thousand other packets have used the caches.
const LAG: usize = 1_000;

/// The first sequence of a channel. Anything but where sequences begin, around which lines are looked at closely.
const BEGIN: u64 = 1_000_000;

/// Packets of many channels in the order they arrive.
pub(crate) struct Dealt {
    like: Like,
    packets: Vec<(u16, Vec<u8>)>,
    /// Packets that come before it is measured.
    before: usize,
    /// Messages of those behind them.
    pub(crate) messages: u64,
    /// Messages in those that are lost on every line.
    pub(crate) lost: u64,
    lost_one_in: Option<usize>,
}

impl Dealt {
    /// `packets` of Nasdaq's mean number of messages. Of so many, one is lost on every line. Before them come as many that
    /// nothing is lost of: every channel is known, and the memory it needs was used once.
    pub(crate) fn new(channels: u16, like: Like, packets: usize, lost_one_in: Option<usize>) -> Self {
        let per_packet = MessagesPerPacket::from_mean(MessagesPerPacket::NASDAQ).unwrap();
        let mut datagrams = Datagrams::new(3, 64, *b"BENCH     ", 1472, per_packet);
        let mut next = vec![BEGIN; channels.into()];
        let mut dealt =
            Self { like, packets: Vec::new(), before: packets, messages: 0, lost: 0, lost_one_in };
        let mut chance = Pcg32::new(1, 1);
        for number in 0..2 * packets {
            let first = u16::try_from(number).ok().filter(|first| *first < channels);
            let channel =
                first.unwrap_or_else(|| u16::try_from(chance.next_u32() % u32::from(channels)).unwrap());
            let mut payload = datagrams.next_payload().to_vec();
            let next = &mut next[usize::from(channel)];
            if like.second_session && first.is_some() {
                payload[..10].copy_from_slice(b"BEFORE    ");
            } else if like.second_session && *next > BEGIN {
                // A session that is first seen above its beginning has lost its head.
                *next = 1;
            }
            payload[10..18].copy_from_slice(&next.to_be_bytes());
            let messages = u64::from(u16::from_be_bytes([payload[18], payload[19]]));
            *next += messages;
            if number >= packets {
                dealt.messages += messages;
                dealt.lost += if dealt.is_lost(number) { messages } else { 0 };
            }
            dealt.packets.push((channel, payload));
        }
        dealt
    }

    /// How many arrive before it is measured.
    pub(crate) fn before(&self) -> usize {
        self.lags().map(|lag| self.before.saturating_sub(lag)).sum()
    }

    /// Packets each line is behind.
    fn lags(&self) -> impl Iterator<Item = usize> {
        (0..self.like.lines.into()).map(|line: usize| line * LAG)
    }

    /// What arrives, on all lines.
    pub(crate) fn arriving(&self) -> Vec<Arriving<'_>> {
        let arrives = |number: usize, line: u16| {
            let (channel, payload) = &self.packets[number];
            Arriving { line: channel * self.like.lines + line, payload }
        };
        let mut arriving = Vec::new();
        for number in 0..self.packets.len() + usize::from(self.like.lines - 1) * LAG {
            for (line, lag) in (0..).zip(self.lags()) {
                let number = number.checked_sub(lag);
                let number = number.filter(|number| *number < self.packets.len() && !self.is_lost(*number));
                arriving.extend(number.map(|number| arrives(number, line)));
            }
        }
        arriving
    }

    fn is_lost(&self, number: usize) -> bool {
        self.lost_one_in.is_some_and(|of| number >= self.before && number % of == of / 2)
    }
}
