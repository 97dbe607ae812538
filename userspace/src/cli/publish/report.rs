//! What fell short, in words.

use anyhow::anyhow;
use nix::errno::Errno;

use crate::{
    console,
    failure::Failure,
    publish::{Outcome, Plan, Rate},
};

/// Says in words what fell short.
pub(super) fn judge(plan: &Plan, Outcome { truth, refusals }: &Outcome) -> Result<(), Failure> {
    if let Rate::Milli(milli) = plan.rate {
        let asked = milli as f64 / 1000.0;
        // A burst more or less is no news; a second is long enough to tell.
        if truth.seconds >= 1.0 && truth.packets_per_second < asked * 0.99 {
            console::tell(format_args!(
                "asked for {asked} packets/s a line, the machine sent {:.0}: its way out is no faster",
                truth.packets_per_second
            ));
        }
    }
    if truth.refused() == 0 {
        return Ok(());
    }
    let reasons: Vec<_> =
        refusals.iter().map(|(line, errno)| format!("line {line}: {}", why(*errno))).collect();
    Err(Failure::Failed(anyhow!("the kernel refused {} datagrams; {}", truth.refused(), reasons.join("; "))))
}

/// The reason and what to do about it.
pub(super) fn why(errno: Errno) -> String {
    let fix = match errno {
        Errno::ENETDOWN => "the interface went down: bring it up with `ip link set IFACE up`",
        Errno::ENETUNREACH | Errno::EHOSTUNREACH | Errno::ENODEV | Errno::ENXIO => {
            "there is no way there any more: look at `ip link` and `ip route`"
        }
        Errno::EPERM | Errno::EACCES => "a firewall rule forbids it: look at `nft list ruleset`",
        Errno::EMSGSIZE => "longer than the way's MTU: lower --mtu",
        Errno::ENOBUFS | Errno::EAGAIN | Errno::ENOMEM => {
            "no room for a second on end: lower --rate, or see `tc -s qdisc` for what holds the queue up"
        }
        Errno::ECONNREFUSED => "the host has no receiver at that port: start it first",
        _ => return format!("{errno}"),
    };
    format!("{errno}: {fix}")
}
