//! `--steer`: each line on its queue, by rules of the NIC. They come before a line is joined, and go after it is left.

use anyhow::Result;

use super::{
    Receiver,
    bind::Bound,
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

/// The rule of a line on a device whose sockets are `seats`.
fn rule(line: &Line, seats: &[Seat]) -> Rule {
    let queues: Vec<u32> = seats.iter().map(|seat| seat.queue).collect();
    let queue = queue_of(line.channel, &queues);
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
        let rules: Vec<Rule> = lines.map(|line| rule(line, seats)).collect();
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
                let rule = rule(&self.feed.lines[index], seats);
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
