//! Where a line leads.

/// Where a line leads.
#[derive(Clone, Copy, Debug)]
pub(super) struct Route {
    channel: u32,
    /// In the channel.
    pub(super) line: u16,
    /// It is a recovery group, and no line of the channel.
    pub(super) recovery: bool,
}

impl Route {
    /// Of a line that another pipeline has.
    pub(super) const ELSEWHERE: Self = Self { channel: u32::MAX, line: 0, recovery: false };

    /// To line `line` of channel `channel`, of which there are fewer than there are numbers of lines.
    pub(super) fn to(channel: usize, line: usize) -> Self {
        let (channel, line) = (u32::try_from(channel), u16::try_from(line));
        match (channel, line) {
            (Ok(channel), Ok(line)) => Self { channel, line, recovery: false },
            _ => Self::ELSEWHERE,
        }
    }

    /// The same, where it is a recovery group of the channel.
    pub(super) const fn again(self) -> Self {
        Self { recovery: true, ..self }
    }

    /// The channel.
    pub(super) const fn channel(self) -> usize {
        self.channel as usize
    }
}
