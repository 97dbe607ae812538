//! Two veth pairs, each with a receiving end: one has the program and a socket that is being read, the other has the
//! bare program.

use std::{
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
};

use anyhow::{Context, Result, bail};
use aya::{
    Ebpf, EbpfLoader, TestRunAttrs, TestRunOptions,
    programs::{ProgramInfo, TestRun, Xdp, XdpMode},
};
use nix::net::if_::if_nametoindex;
use xdp_prog::{Reason, sender};
use xdpfeed::{
    clock::Clock,
    cpu::pin,
    nic::Interface,
    program::{AttachMode, Match, Program, ProgramConfig, Verdicts, mostly_by_source},
    source::{Frames, Live as _, Source, af_xdp::AfXdp},
    xsk::{Socket, SocketConfig},
};

static SEND: &[u8] = aya::include_bytes_aligned!(env!("XDPFEED_SEND_OBJECT"));

/// Frames the kernel sends before it lets their receiver run: what a NIC's poll hands over at most at once.
const LIVE_BATCH: u32 = 64;

/// Which of the two receiving ends.
#[derive(Clone, Copy, Debug)]
pub(crate) enum End {
    /// With the program that only passes.
    Bare,
    /// With the receive program.
    Receive,
}

impl End {
    fn name(self) -> &'static str {
        match self {
            Self::Bare => "bare",
            Self::Receive => "xdpfeed",
        }
    }
}

/// All that must live while it is measured.
pub(crate) struct Bed {
    label: &'static str,
    sending: Ebpf,
    bare: Ebpf,
    receive: Program,
    reader: Option<JoinHandle<()>>,
    stop: Arc<AtomicBool>,
    read: Arc<AtomicU64>,
}

/// How large the receive program is, by the kernel's account.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub(crate) struct Size {
    /// What the program matches.
    pub(crate) matches: &'static str,
    /// Instructions the verifier went through, over all paths.
    pub(crate) verified_instructions: u32,
    /// Instructions after the verifier.
    pub(crate) instructions: u32,
    /// Bytes of machine code.
    pub(crate) machine_code_bytes: u32,
}

impl Bed {
    /// Makes the interfaces, their names ending in `label`, and a program that matches `matches`.
    ///
    /// Its socket is read on the CPU `reader`; the programs run where packets are sent, which is the caller's CPU.
    pub(crate) fn new(label: &'static str, matches: &[Match], reader: usize) -> Result<Self> {
        let name = |end: End| format!("{}-{label}", end.name());
        for end in [End::Bare, End::Receive].map(name) {
            ip(&format!("link add {end} type veth peer name tx-{end}"))?;
            ip(&format!("link set {end} up"))?;
            ip(&format!("link set tx-{end} up"))?;
        }
        let mut sending = load()?;
        xdp(&mut sending, sender::TRANSMIT)?.load()?;
        let pass = xdp(&mut sending, sender::PASS)?;
        pass.load()?;
        for end in [End::Bare, End::Receive].map(name) {
            pass.attach(&format!("tx-{end}"), XdpMode::Driver)?;
        }
        // Loaded again, so that what the sending ends hear is not counted.
        let mut bare = load()?;
        let pass = xdp(&mut bare, sender::PASS)?;
        pass.load()?;
        pass.attach(&name(End::Bare), XdpMode::Driver)?;

        let name = name(End::Receive);
        let interface = Interface::open(&name).map_err(|failure| anyhow::anyhow!("{failure:?}"))?;
        let config = ProgramConfig {
            queues: 1,
            groups: matches.len() as u32,
            timestamps: false,
            clock: Clock::Monotonic,
            sources_first: mostly_by_source(matches),
            frags: false,
            trace: false,
        };
        let mut receive = Program::load(config)?;
        receive.set_matches(matches)?;
        let sizes = SocketConfig { frames: 4096, frame_size: 2048, rx_ring: 4096, batch: 64 };
        let socket = Socket::bind(&name, 0, false, sizes)?;
        receive.set_socket(0, &socket)?;
        let mut source = AfXdp::new(64, false, matches.len());
        source.add(socket);
        matches.iter().for_each(|wanted| source.open_line(wanted.index, wanted.generation));
        receive.attach(&interface, AttachMode::Native)?;
        let stop = Arc::new(AtomicBool::new(false));
        let read = Arc::new(AtomicU64::new(0));
        let (told, counted) = (Arc::clone(&stop), Arc::clone(&read));
        let reader = thread::spawn(move || read_all(source, reader, &told, &counted));
        Ok(Self { label, sending, bare, receive, reader: Some(reader), stop, read })
    }

    /// Sends `count` times `packet` to one of the ends.
    pub(crate) fn send(&mut self, end: End, packet: &[u8], count: u32) -> Result<()> {
        let from = format!("tx-{}-{}", end.name(), self.label);
        // struct xdp_md: data, data_end, data_meta, ingress_ifindex, rx_queue_index, egress_ifindex.
        let context = [0, packet.len() as u32, 0, if_nametoindex(from.as_str())?, 0, 0];
        let context: Vec<u8> = context.iter().flat_map(|field| field.to_ne_bytes()).collect();
        let options = TestRunOptions {
            data_in: Some(packet),
            ctx_in: Some(&context),
            repeat: count,
            attrs: TestRunAttrs::new().xdp_live_frames(LIVE_BATCH),
            ..TestRunOptions::new()
        };
        xdp(&mut self.sending, sender::TRANSMIT)?.test_run(options).context("cannot send live frames")?;
        Ok(())
    }

    /// What the kernel knows of the program of an end.
    pub(crate) fn info(&mut self, end: End) -> Result<ProgramInfo> {
        Ok(match end {
            End::Bare => xdp(&mut self.bare, sender::PASS)?.info()?,
            End::Receive => self.receive.xdp()?.info()?,
        })
    }

    /// The receive program's counters.
    pub(crate) fn verdicts(&self) -> Result<Verdicts> {
        self.receive.verdicts()
    }

    /// Packets the socket's reader has had.
    pub(crate) fn read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    pub(crate) fn size(&mut self) -> Result<Size> {
        let info = self.info(End::Receive)?;
        Ok(Size {
            matches: self.label,
            verified_instructions: info.verified_instruction_count().unwrap_or(0),
            instructions: info.size_translated().unwrap_or(0) / 8,
            machine_code_bytes: info.size_jitted(),
        })
    }
}

impl Drop for Bed {
    fn drop(&mut self) {
        self.receive.detach();
        self.stop.store(true, Ordering::Relaxed);
        if let Some(reader) = self.reader.take() {
            reader.join().unwrap();
        }
    }
}

/// Packets the program redirected, and all it saw.
pub(crate) fn redirected(verdicts: &Verdicts) -> (u64, u64) {
    (verdicts.of(Reason::Redirected), verdicts.by_reason.iter().sum())
}

fn read_all(mut source: AfXdp, cpu: usize, stop: &AtomicBool, read: &AtomicU64) {
    pin(cpu).unwrap();
    let mut batch = Vec::with_capacity(source.reserve());
    while !stop.load(Ordering::Relaxed) {
        source.receive(&mut batch).unwrap();
        if batch.is_empty() {
            thread::yield_now();
        }
        read.fetch_add(batch.len() as u64, Ordering::Relaxed);
        batch.drain(..).for_each(|received| source.release(received.frame));
        source.refill();
    }
}

fn load() -> Result<Ebpf> {
    EbpfLoader::new().load(SEND).context("cannot load the sender's programs (run as root)")
}

fn xdp<'a>(ebpf: &'a mut Ebpf, name: &str) -> Result<&'a mut Xdp> {
    Ok(ebpf.program_mut(name).context("no such program")?.try_into()?)
}

fn ip(arguments: &str) -> Result<()> {
    let output = Command::new("ip").args(arguments.split(' ')).output().context("cannot run ip")?;
    if !output.status.success() {
        bail!("ip {arguments}: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}
