//! What the worker does for the control plane, between two batches.

use super::{
    Worker,
    mailbox::{Answer, Command, Counts, Returned, WorkerEnd},
};
use crate::{
    pipeline::Channel,
    sink::Sink,
    source::{Live, Obeyed},
};

/// Channels written down between two batches. More: the feed waits longer, a few microseconds a channel. Fewer: what is
/// written down lies further apart.
const CHANNELS_A_PASS: usize = 4;

/// How long a line that is to go may wait for what came before, in ns: a worker may be seconds behind, and a socket that
/// is never found empty proves nothing where packets bear no stamps. Lower: packets of an overloaded worker count as of a
/// removed line. Higher keeps whoever removes it waiting.
const LONGEST_CLOSE_NS: u64 = 5_000_000_000;

/// The control plane's commands, and what is under way of them.
pub(super) struct Control<S: Live> {
    end: WorkerEnd<S>,
    under_way: Option<UnderWay<S::Port>>,
    /// Sockets that are to be handed back.
    leaving: usize,
}

/// A command that takes more than one pass.
enum UnderWay<P> {
    /// A line goes when everything up to here has come, or it is this late.
    Closing { line: u16, at_ns: u64, until_ns: u64 },
    /// So many channels are written down.
    Counting { counts: Box<Counts<P>>, next: usize },
}

impl<S: Live> Control<S> {
    pub(super) const fn new(end: WorkerEnd<S>) -> Self {
        Self { end, under_way: None, leaving: 0 }
    }

    #[inline]
    fn is_idle(&self) -> bool {
        self.under_way.is_none() && self.leaving == 0 && self.end.commands.is_empty()
    }

    fn done(&mut self, returned: Returned<S>) {
        // There is room for the one command's answer: sockets leave it free.
        drop(self.end.answers.push(Answer::Done(returned)));
    }
}

impl<S: Live, K: Sink> Worker<S, K> {
    /// Obeys the control plane whose other end has the commands.
    pub fn obey_to(&mut self, end: WorkerEnd<S>) {
        self.control = Some(Control::new(end));
    }

    /// Does what there is to do. Returns whether there is more at once.
    #[inline]
    pub(super) fn obey(&mut self) -> bool {
        match &self.control {
            Some(control) if !control.is_idle() => self.carry_out(),
            _ => false,
        }
    }

    #[cold]
    #[inline(never)]
    fn carry_out(&mut self) -> bool {
        let Some(mut control) = self.control.take() else { return false };
        if control.leaving > 0
            && control.end.answers.slots() > 1
            && let Some(left) = self.source.take_left()
        {
            control.leaving -= 1;
            drop(control.end.answers.push(Answer::Left(left)));
        }
        match control.under_way.take() {
            Some(UnderWay::Closing { line, at_ns, until_ns }) => {
                self.close_line(&mut control, line, (at_ns, until_ns));
            }
            Some(UnderWay::Counting { counts, next }) => self.count(&mut control, counts, next),
            None => {
                if let Ok(command) = control.end.commands.pop() {
                    self.begin(&mut control, command);
                }
            }
        }
        let more = control.under_way.is_some() || !control.end.commands.is_empty();
        self.control = Some(control);
        more
    }

    fn begin(&mut self, control: &mut Control<S>, command: Command<S>) {
        match command {
            Command::OpenChannel { name, channel } => {
                self.pipeline.open_channel(&name, channel);
                control.done(Returned::Name(name));
            }
            Command::OpenLine { line, generation, place, room } => {
                let spent = self.pipeline.open_line(line, place, room);
                self.source.open_line(line, generation);
                control.done(spent.map_or(Returned::Nothing, Returned::Room));
            }
            Command::CloseLine { line, at_ns } => {
                let until_ns = self.source.clock().now_ns().saturating_add(LONGEST_CLOSE_NS);
                control.under_way = Some(UnderWay::Closing { line, at_ns, until_ns });
            }
            Command::Source(order) => {
                let obeyed = self.source.obey(order);
                control.leaving += usize::from(matches!(obeyed, Obeyed::Leaving));
                control.done(match obeyed {
                    Obeyed::Done | Obeyed::Leaving => Returned::Nothing,
                    Obeyed::Spent(spent) => Returned::Spent(spent),
                });
            }
            Command::Count(mut counts) => {
                counts.packets.0 = self.packets;
                control.under_way = Some(UnderWay::Counting { counts, next: 0 });
            }
        }
    }

    fn close_line(&mut self, control: &mut Control<S>, line: u16, (at_ns, until_ns): (u64, u64)) {
        if self.source.watermark_ns() < at_ns && self.source.clock().now_ns() < until_ns {
            control.under_way = Some(UnderWay::Closing { line, at_ns, until_ns });
            return;
        }
        self.source.close_line(line);
        self.pipeline.close_line(&mut self.source, line);
        control.done(Returned::Nothing);
    }

    /// Writes down a few channels more; then, when all are, what lies in front of them.
    fn count(&mut self, control: &mut Control<S>, mut counts: Box<Counts<S::Port>>, next: usize) {
        let some = counts.account.channels.iter_mut().enumerate().skip(next).take(CHANNELS_A_PASS);
        for (index, channel) in some {
            self.pipeline.account_channel(index, channel);
            let measured = self.pipeline.channels().get(index).and_then(Channel::latency);
            if let (Some(all), Some(measured)) = (&mut counts.latency, measured) {
                all.add(measured);
            }
        }
        let next = next + CHANNELS_A_PASS;
        if next < counts.account.channels.len() {
            control.under_way = Some(UnderWay::Counting { counts, next });
            return;
        }
        self.pipeline.account_rest(&mut counts.account);
        counts.packets.1 = self.packets;
        self.source.count_ports(&mut counts.ports);
        counts.kicks = self.source.kicks();
        counts.preempted = self.preempted.times();
        control.done(Returned::Counts(counts));
    }
}
