//! What the driver offers XDP, and who is there already.

use xdp_prog::PROGRAM;

use super::super::{Line, counted};
use crate::nic::{Asked, AttachedProgram, Host, InterfaceFacts, Virtio, XdpFeatures};

/// Processes named in one line.
const NAMED: usize = 3;

pub(super) fn judge(facts: &InterfaceFacts, host: &Host) -> Vec<Line> {
    let mut lines = match &facts.xdp {
        Asked::Is(features) => offered(facts, features),
        Asked::Unknown { unknown } => vec![
            Line::unknown("native-xdp", "whether the driver has it")
                .because(unknown)
                .fix("`xdpfeed run` tries, and says what it got"),
        ],
        Asked::Nothing => {
            vec![Line::warning("native-xdp", "no").because("the kernel knows nothing of XDP for this device")]
        }
    };
    lines.push(program(facts));
    lines.push(sockets(facts, host));
    lines
}

fn offered(facts: &InterfaceFacts, features: &XdpFeatures) -> Vec<Line> {
    if !features.native {
        let cause =
            "the driver runs no program; generic XDP works behind it, on the kernel's copy of each packet";
        return vec![
            Line::warning("native-xdp", "no").because(cause),
            Line::warning("zero-copy", "no").because("it needs native XDP"),
        ];
    }
    let refused = |by: fn(&Virtio) -> bool| facts.virtio.as_ref().is_some_and(by);
    let native = if refused(|it| it.refuses_native) {
        Line::warning("native-xdp", "offered, but refused for this NIC")
            .because("its host hands in joined packets or open checksums, and cannot be told not to")
            .fix("in the host's settings of this NIC: switchable offloads (ctrl_guest_offloads), or none")
    } else if features.redirect {
        Line::good("native-xdp", "offered, with redirect")
    } else {
        Line::warning("native-xdp", "offered, but without redirect")
            .because("the driver does not say that it carries redirects out: packets may be dropped")
            .fix("--mode generic")
    };
    let zero_copy = if !features.zero_copy {
        Line::warning("zero-copy", "no")
            .because("the driver does not offer it: the kernel copies each packet into the socket's memory")
    } else if facts.link.kind == "bond" {
        Line::warning("zero-copy", "announced by the bond").because("it is its ports': see device")
    } else if refused(|it| it.refuses_zero_copy) {
        Line::warning("zero-copy", "offered, but refused for this NIC")
            .because("its host reaches the guest's memory past the kernel's DMA interface")
            .fix("in the host's settings of this NIC: VIRTIO_F_ACCESS_PLATFORM (qemu: iommu_platform=on)")
    } else {
        let most = counted(features.zero_copy_segments.max(1), "buffer");
        Line::good("zero-copy", format!("offered, packets of at most {most}"))
    };
    let multi_buffer = match features.multi_buffer {
        true => Line::good("multi-buffer", "the driver hands on packets of several buffers"),
        false => Line::good("multi-buffer", "no: packets are in one buffer each"),
    };
    vec![native, zero_copy, multi_buffer, metadata(features)]
}

fn metadata(features: &XdpFeatures) -> Line {
    let offered = [
        (features.rx_timestamp, "receive stamp"),
        (features.rx_hash, "hash"),
        (features.rx_vlan_tag, "VLAN tag"),
    ];
    let offered: Vec<&str> = offered.into_iter().filter(|(is, _)| *is).map(|(_, name)| name).collect();
    match offered[..] {
        [] => Line::good("rx-metadata", "none from the NIC; stamps are the XDP program's"),
        _ => Line::good(
            "rx-metadata",
            format!("{} offered; not used, stamps are the XDP program's", offered.join(", ")),
        ),
    }
}

fn program(facts: &InterfaceFacts) -> Line {
    const TOPIC: &str = "xdp-program";
    let Some(program) = facts.programs.first() else { return Line::good(TOPIC, "none attached") };
    let name = &facts.link.name;
    let AttachedProgram { id, mode, link, processes, .. } = program;
    let mode = serde_json::to_value(mode).ok().and_then(|mode| mode.as_str().map(str::to_owned));
    let called =
        program.name.as_deref().map_or_else(|| "name not to be seen".into(), |name| format!("'{name}'"));
    let holder = processes.first().map_or_else(String::new, |process| format!(", held by {process}"));
    let finding = format!("id {id}, {called}, {} mode{holder}", mode.unwrap_or_default());
    let line = Line::bad(TOPIC, finding);
    if !program.may_ask && processes.is_empty() {
        return line
            .because("an interface runs one program; who holds it cannot be seen from here")
            .fix(format!("`xdpfeed probe {name}` as root says who"));
    }
    if program.name.as_deref().is_some_and(|name| name.starts_with(PROGRAM)) {
        return match processes.first() {
            Some(process) => line.because("another xdpfeed receives here").fix(format!(
                "kill -INT {}, give both their lines in one, or take its place with `xdpfeed run --replace`",
                process.pid
            )),
            None => line
                .because("it is an xdpfeed's, of which no process is seen")
                .fix(format!("ip link set dev {name} xdp off")),
        };
    }
    match (link, processes.first()) {
        (None, Some(process)) if program.may_ask => line
            .because("an interface runs one program; no link holds this one")
            .fix(format!("stop {process}, or put xdpfeed's in its place with `xdpfeed run --replace`")),
        (_, Some(process)) => line
            .because("an interface runs one program")
            .fix(format!("stop {process}, or receive on another interface")),
        (Some(link), None) => line
            .because(format!("an interface runs one program; link {link} holds it"))
            .fix(format!("bpftool link detach id {link}")),
        (None, None) => line
            .because("an interface runs one program; nothing that could be seen holds it")
            .fix(format!("ip link set dev {name} xdp off, or `xdpfeed run --replace`")),
    }
}

fn sockets(facts: &InterfaceFacts, host: &Host) -> Line {
    const TOPIC: &str = "af-xdp-sockets";
    match &facts.sockets {
        Asked::Is(sockets) if sockets.is_empty() => Line::good(TOPIC, "none bound"),
        Asked::Is(sockets) => {
            let one = |socket: &crate::nic::XdpSocket| {
                let by =
                    socket.processes.first().map_or_else(String::new, |process| format!(" by {process}"));
                format!("queue {}{by}", socket.queue)
            };
            let taken: Vec<String> = sockets.iter().map(one).collect();
            Line::bad(TOPIC, format!("bound already: {}", taken.join(", ")))
                .because("a queue has room for one socket")
                .fix("stop that process, or leave its queues out with --queues")
        }
        Asked::Unknown { unknown } => unlisted(unknown, host),
        Asked::Nothing => unlisted("the kernel does not list them", host),
    }
}

/// Without the kernel's list, the processes are what is left to look at.
fn unlisted(why: &str, host: &Host) -> Line {
    const TOPIC: &str = "af-xdp-sockets";
    let seen = host.af_xdp_processes.as_deref().unwrap_or_default();
    let names: Vec<String> = seen.iter().take(NAMED).map(ToString::to_string).collect();
    let cause = match (seen.len(), host.unseen_processes) {
        (0, 0) => return Line::good(TOPIC, "none: no process has any"),
        (0, unseen) => format!("{why}, and {unseen} of the host's processes may not be looked at"),
        (1..=NAMED, _) => format!("{why}; {} has some, here or elsewhere", names.join(", ")),
        (_, _) => format!("{why}; {} and others have some, here or elsewhere", names.join(", ")),
    };
    Line::unknown(TOPIC, "whether any is bound to this interface").because(cause)
}
