//! What the program counted.

use anyhow::Result;
use aya::maps::{MapData, PerCpuArray};
use xdp_prog::{QueueCounters, Reason, map};

use super::Program;

/// The program's counters at one moment, summed over CPUs.
#[derive(Clone, Debug, Default)]
pub struct Verdicts {
    /// Packets by [`Reason`], in the order of [`Reason::ALL`]; those that matched are the queues' sums.
    pub by_reason: Vec<u64>,
    /// Matched packets by receive queue.
    pub by_queue: Vec<QueueCounters>,
}

impl Verdicts {
    /// Packets decided for this reason.
    #[must_use]
    pub fn of(&self, reason: Reason) -> u64 {
        self.by_reason.get(reason as usize).copied().unwrap_or(0)
    }

    /// Adds what another program counted: one that was on the same interface before.
    pub fn add(&mut self, other: &Self) {
        self.by_reason.resize(self.by_reason.len().max(other.by_reason.len()), 0);
        for (sum, count) in self.by_reason.iter_mut().zip(&other.by_reason) {
            *sum += count;
        }
        let queues = self.by_queue.len().max(other.by_queue.len());
        self.by_queue.resize(queues, QueueCounters::default());
        for (sum, counters) in self.by_queue.iter_mut().zip(&other.by_queue) {
            sum.redirected += counters.redirected;
            sum.no_socket += counters.no_socket;
        }
    }
}

impl Program {
    /// Reads the counters.
    ///
    /// # Errors
    /// What the kernel says.
    pub fn verdicts(&self) -> Result<Verdicts> {
        let reasons: PerCpuArray<&MapData, u64> = PerCpuArray::try_from(self.map(map::VERDICTS)?)?;
        let mut by_reason: Vec<u64> = Reason::ALL
            .iter()
            .map(|reason| Ok(reasons.get(&(*reason as u32), 0)?.iter().sum()))
            .collect::<Result<_>>()?;
        let queues: PerCpuArray<&MapData, [u64; 2]> = PerCpuArray::try_from(self.map(map::QUEUES)?)?;
        let mut by_queue = Vec::new();
        for queue in 0..self.queues {
            let mut sum = QueueCounters::default();
            for [redirected, no_socket] in queues.get(&queue, 0)?.iter() {
                sum.redirected += redirected;
                sum.no_socket += no_socket;
            }
            // Counted under the queue alone.
            by_reason[Reason::Redirected as usize] += sum.redirected;
            by_reason[Reason::NoSocket as usize] += sum.no_socket;
            by_queue.push(sum);
        }
        Ok(Verdicts { by_reason, by_queue })
    }
}
