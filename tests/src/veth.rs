//! veth pairs: two interfaces joined back to back.

use anyhow::{Context as _, Result, ensure};

use crate::Netns;

/// What a pair is made with.
#[derive(Clone, Copy, Debug)]
pub struct VethOptions {
    /// Receive and transmit queues of each end.
    pub queues: u32,
    /// Bytes of the largest IP packet.
    pub mtu: u32,
    /// Whether its ends have IPv6, with link-local addresses that are valid at once.
    pub ipv6: bool,
}

impl Default for VethOptions {
    /// One queue, so that the order of packets is the sender's; Ethernet's MTU.
    fn default() -> Self {
        Self { queues: 1, mtu: 1500, ipv6: false }
    }
}

/// A veth pair, one end in each of two namespaces. It goes with either of them.
#[derive(Clone, Debug)]
pub struct VethPair {
    /// Name of the interface in the sending namespace.
    pub sender: String,
    /// Name of the interface in the receiving namespace.
    pub receiver: String,
}

impl VethPair {
    /// Joins `sending` and `receiving` by the pair number `number` (1 to 250), both ends up.
    ///
    /// Names, MAC and IPv4 addresses are fixed by the number: `tx1`, 02:00:00:00:01:01 and 10.77.1.1/24 on the
    /// sending end; `rx1`, …:02 and 10.77.1.2/24 on the receiving end. Each knows the other's MAC address
    /// already, so nothing is sent before a program sends.
    ///
    /// # Errors
    /// The kernel refuses an option, or an end does not come up.
    pub fn new(sending: &Netns, receiving: &Netns, number: u8, options: VethOptions) -> Result<Self> {
        let pair = Self { sender: format!("tx{number}"), receiver: format!("rx{number}") };
        let VethOptions { queues, mtu, ipv6 } = options;
        let end = |name: &str, host: u8, netns: &Netns| {
            format!(
                "name {name} netns {} mtu {mtu} numtxqueues {queues} numrxqueues {queues} \
                 address 02:00:00:00:{number:02x}:{host:02x}",
                netns.name()
            )
        };
        let (near, far) = (end(&pair.sender, 1, sending), end(&pair.receiver, 2, receiving));
        sending.ip(&format!("link add {near} type veth peer {far}"))?;
        for (netns, name, host, other) in [(sending, &pair.sender, 1, 2), (receiving, &pair.receiver, 2, 1)] {
            netns.ip(&format!("address add 10.77.{number}.{host}/24 dev {name}"))?;
            if ipv6 {
                // No duplicate address detection: the link-local address is there when the link is.
                netns.set(&format!("net/ipv6/conf/{name}/accept_dad"), "0")?;
                netns.set(&format!("net/ipv6/conf/{name}/disable_ipv6"), "0")?;
            }
            netns.ip(&format!("link set {name} up"))?;
            netns.ip(&format!(
                "neigh replace 10.77.{number}.{other} lladdr 02:00:00:00:{number:02x}:{other:02x} \
                 nud permanent dev {name}"
            ))?;
        }
        for (netns, name) in [(sending, &pair.sender), (receiving, &pair.receiver)] {
            let state = netns.ip(&format!("link show dev {name}"))?;
            ensure!(state.contains("LOWER_UP"), "{name} did not come up: {}", state.trim());
        }
        Ok(pair)
    }

    /// Has every packet that a socket opened from now on sends from `cpu` arrive on one queue: by transmit packet
    /// steering, which gives that CPU to the transmit queue of that number alone. veth's receive queue is the peer's
    /// transmit queue.
    ///
    /// # Errors
    /// The kernel has no transmit packet steering, or no such queue.
    pub fn steer(&self, sending: &Netns, cpu: usize, queue: u32, queues: u32) -> Result<()> {
        // A mask is written in groups of 32 bits, the highest first.
        let mask = format!("{:x}{}", 1_u32 << (cpu % 32), ",00000000".repeat(cpu / 32));
        for other in 0..queues {
            let path = format!("/sys/class/net/{}/queues/tx-{other}/xps_cpus", self.sender);
            let cpus = if other == queue { &mask } else { "0" };
            let output =
                sending.command("sh").args(["-c", "echo \"$1\" >\"$2\"", "sh", cpus, &path]).output()?;
            let said = String::from_utf8_lossy(&output.stderr);
            ensure!(
                output.status.success(),
                "cannot steer {} to queue {queue}: {}",
                self.sender,
                said.trim()
            );
        }
        Ok(())
    }

    /// Whether an XDP program is attached to an interface.
    ///
    /// # Errors
    /// There is no such interface.
    pub fn has_xdp(netns: &Netns, interface: &str) -> Result<bool> {
        let shown = netns.ip(&format!("-json -details link show dev {interface}"))?;
        let shown: serde_json::Value =
            serde_json::from_str(&shown).context("cannot read what `ip` printed")?;
        Ok(shown.get(0).and_then(|link| link.get("xdp")).is_some())
    }
}
