//! `--steer`: each line on its queue, by rules of the NIC. They come before a line is joined, and go after it is left.

use anyhow::Result;

use super::{
    Receiver,
    bind::Bound,
    partition::Partition,
    site::{Attached, Seat},
};
use crate::{
    cli::run::RunArgs,
    config::Line,
    console::tell,
    failure::Failure,
    nic::{
        Interface,
        steering::{self, HostDrivers, Rule, Steering, queue_of},
    },
};

/// Refuses devices that cannot steer, while nothing is changed yet.
///
/// # Errors
/// [`Failure::Requirement`] with what the first of them answered.
pub(super) fn check(args: &RunArgs, devices: &[String]) -> Result<(), Failure> {
    let mut devices = devices.iter().filter(|_| args.sockets.steer);
    devices.try_for_each(|name| steering::check(&Interface::open(name)?, &HostDrivers))
}

/// Whether all devices can, as far as they say.
pub(super) fn may(devices: &[String]) -> bool {
    let may = |name| Interface::open(name).is_ok_and(|device| steering::check(&device, &HostDrivers).is_ok());
    devices.iter().all(|name| may(name))
}

/// The rule of a line on a device whose sockets are `seats`: to a queue of its worker's.
fn rule(line: &Line, partition: &Partition, seats: &[Seat]) -> Rule {
    let worker = partition.channels[line.channel];
    let queues: Vec<u32> = seats.iter().filter(|seat| seat.worker == worker).map(|seat| seat.queue).collect();
    let queue = queue_of(partition.place_of(line.channel), &queues);
    Rule { destination: line.destination, source: line.source, queue }
}

impl Receiver<'_> {
    /// Puts every line of device `site` on its queue; `None` if that was not asked for.
    ///
    /// # Errors
    /// [`Failure::Requirement`] when it cannot be done. No rule is left then.
    pub(super) fn steer(
        &self,
        site: usize,
        bound: &Bound,
        seats: &[Seat],
    ) -> Result<Option<Steering>, Failure> {
        if !self.args.sockets.steer {
            return Ok(None);
        }
        let here = |line: &Line| {
            let inlet = self.inlets.iter().find(|inlet| Some(&inlet.name) == line.interface.as_ref());
            inlet.is_some_and(|inlet| inlet.devices.contains(&site))
        };
        let lines = self.feed.live().map(|(_, line)| line).filter(|line| here(line));
        let rules: Vec<Rule> = lines.map(|line| rule(line, &self.partition, seats)).collect();
        let mut steering = Steering::start(&bound.interface, &self.args.sockets.state_dir, HostDrivers)?;
        steering.add(&rules)?;
        Ok(Some(steering))
    }

    /// Puts one more line on its queue, on each device of its interface that is there.
    ///
    /// # Errors
    /// When it cannot be done. On some of the devices it may have been.
    pub(super) fn steer_line(&mut self, index: usize, inlet: usize) -> Result<()> {
        for device in &self.inlets[inlet].devices {
            if let Some(Attached { seats, steering: Some(steering), .. }) = &mut self.sites[*device].now {
                let rule = rule(&self.feed.lines[index], &self.partition, seats);
                steering.add(&[rule]).map_err(anyhow::Error::msg)?;
            }
        }
        Ok(())
    }

    /// Takes the rules of a line out.
    pub(super) fn unsteer_line(&mut self, index: usize, inlet: usize) {
        let Some(inlet) = self.inlets.get(inlet) else { return };
        let Line { destination, source, .. } = self.feed.lines[index];
        for device in &inlet.devices {
            if let Some(Attached { steering: Some(steering), .. }) = &mut self.sites[*device].now
                && let Err(error) = steering.remove(destination, source)
            {
                tell(format_args!("xdpfeed: {error:#}"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        config::Feed,
        receiver::partition::{Carried, by_queue},
    };

    /// What `channels` channels of two lines need of a device whose queues `queues` are bound.
    fn rules(workers: usize, channels: usize, queues: &[u32]) -> Vec<(usize, Rule, Vec<Seat>)> {
        let lines: Vec<_> = (0..channels)
            .flat_map(|channel| {
                [("A", 1), ("B", 2)]
                    .map(|(line, net)| format!("c{channel}/{line}=eth0,239.{net}.{channel}.1:1"))
            })
            .map(|line| line.parse().unwrap())
            .collect();
        let feed = Feed::new(&lines, &["moldudp64/itch50".parse().unwrap()]).unwrap();
        let carried: Vec<_> =
            feed.lines.iter().map(|line| Carried { channel: line.channel, devices: &[0] }).collect();
        let partition = by_queue(workers, &carried).unwrap();
        let seats: Vec<Seat> = (0..queues.len())
            .map(|place| Seat {
                worker: partition.of_socket(0, place),
                port: (place / workers) as u16,
                queue: queues[place],
            })
            .collect();
        let rules =
            feed.lines.iter().map(|line| (line.channel, rule(line, &partition, &seats), seats.clone()));
        let of = |channel: usize| partition.channels[channel];
        rules.map(|(channel, rule, seats)| (of(channel), rule, seats)).collect()
    }

    #[test]
    fn a_line_is_led_to_a_queue_of_its_worker() {
        for (workers, channels, queues) in [
            (1, 1, &[0][..]),
            (1, 5, &[0, 1, 2]),
            (2, 2, &[0, 1]),
            (2, 9, &[1, 4, 5, 7, 9]),
            (3, 50, &[0, 1, 2, 3, 4, 5, 6]),
        ] {
            let rules = rules(workers, channels, queues);
            let mut used = std::collections::BTreeSet::new();
            for (worker, rule, seats) in &rules {
                let whose = seats.iter().find(|seat| seat.queue == rule.queue).map(|seat| seat.worker);
                assert_eq!(whose, Some(*worker), "{rule}");
                used.insert(rule.queue);
            }
            // Both lines of a channel to one queue.
            assert!(rules.chunks(2).all(|lines| lines[0].1.queue == lines[1].1.queue));
            // No queue stays empty, where there are channels enough.
            assert_eq!(
                used.len(),
                queues.len().min(channels),
                "{workers} workers, {channels} channels: {used:?}"
            );
        }
    }
}
