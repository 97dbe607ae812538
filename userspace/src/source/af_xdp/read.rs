//! Reading the sockets in turn: what their rings hold, and up to when nothing more is to come.

use super::{
    super::{Received, Source},
    AfXdp, ChecksumCounters,
    port::Port,
    stranger::Stranger,
};
use crate::{
    wire::{Checksum, checksum},
    xsk::{Frame, Socket},
};

/// How long a packet may lie between the XDP program's stamp and the RX ring: the driver's poll loop submits up
/// to 64 packets at once, and may be interrupted meanwhile.
///
/// A socket found empty proves nothing about packets stamped this recently. Too low and a gap is declared while
/// its filler lies in the driver; too high delays each real gap by so much.
const SUBMIT_DELAY_NS: u64 = 200_000;

impl Source for AfXdp {
    #[inline]
    fn receive(&mut self, batch: &mut Vec<Received<Frame>>) -> anyhow::Result<()> {
        let Self { ports, lines, arrivals, batch: most, stamps, clock, verify_checksums, read_ns, .. } = self;
        let now_ns = clock.now_ns();
        *read_ns = now_ns;
        let mut packets = 0;
        for (index, port) in ports.iter_mut().enumerate() {
            let before = batch.len();
            let Some(Port { socket, leaving: _, dry, watermark_ns, counted }) = port else { continue };
            let mut last_ns = *watermark_ns;
            let taken = socket.receive(index as u16, |frame, header| {
                let stamp_ns = if *stamps { header.stamp_ns } else { now_ns };
                last_ns = stamp_ns;
                let line = header.group;
                let expected = lines.get_mut(usize::from(line));
                if expected.as_deref() != Some(&u16::from(header.generation)) {
                    match Stranger::of(expected, header.generation, arrivals.is_elsewhere(line)) {
                        Stranger::First => arrivals.arrived(line, stamp_ns),
                        Stranger::Removed => {
                            counted.line_removed += 1;
                            return Some(frame);
                        }
                        Stranger::Elsewhere => {
                            arrivals.strayed(line);
                            counted.elsewhere += 1;
                            return Some(frame);
                        }
                        Stranger::Foreign => {
                            counted.foreign += 1;
                            return Some(frame);
                        }
                    }
                }
                batch.push(Received { line, stamp_ns, frame });
                None
            });
            *dry = taken.descriptors == 0;
            counted.packets += taken.packets;
            packets += taken.packets;
            counted.foreign += taken.foreign;
            counted.unjoined += taken.unjoined;
            if *verify_checksums {
                discard_wrong(socket, batch, before, &mut counted.checksums);
            }
            // An empty ring proves up to now, but for what the driver still has; one that may hold more proves
            // up to its last stamp, if that is a stamp of when the packet came.
            let proven_ns = match (taken.descriptors < *most, *stamps) {
                (true, _) => now_ns.saturating_sub(SUBMIT_DELAY_NS),
                (false, true) => last_ns,
                (false, false) => *watermark_ns,
            };
            *watermark_ns = proven_ns.max(*watermark_ns);
        }
        if packets > 0 {
            arrivals.took(packets);
        }
        Ok(())
    }

    fn watermark_ns(&self) -> u64 {
        // Without sockets nothing comes, but time goes on.
        let ports = self.ports.iter().flatten().map(|port| port.watermark_ns);
        ports.min().unwrap_or_else(|| self.read_ns.saturating_sub(SUBMIT_DELAY_NS))
    }

    fn finished(&self) -> bool {
        false
    }
}

/// Gives the datagrams of `batch` from `first` on back whose checksums are wrong.
#[cold]
fn discard_wrong(
    socket: &mut Socket,
    batch: &mut Vec<Received<Frame>>,
    first: usize,
    counters: &mut ChecksumCounters,
) {
    // What is kept moves to the front, in its order.
    let mut kept = first;
    for at in first..batch.len() {
        match checksum(socket.packet(&batch[at].frame)) {
            Checksum::Right => {}
            Checksum::Absent => counters.absent += 1,
            Checksum::Partial => counters.partial += 1,
            Checksum::Wrong => {
                counters.wrong += 1;
                continue;
            }
        }
        batch.swap(kept, at);
        kept += 1;
    }
    batch.drain(kept..).for_each(|received| socket.release(received.frame));
}
