//! Sockets on an interface of a network namespace of its own: what is in their rings, and what must be.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::{
    env,
    io::Write as _,
    net::UdpSocket,
    panic::resume_unwind,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use nix::sched::{CloneFlags, unshare};
use xdpfeed::{
    clock::Clock,
    nic::Interface,
    program::{AttachMode, Match, Program, ProgramConfig, Standing},
    source::{Frames as _, Live as _, Received, Source as _, af_xdp::AfXdp},
    xsk::{BindMode, Frame, Memory, Socket, SocketConfig},
};

const GROUP: &str = "239.1.1.1:5001";
/// Few, so that a ring is soon dry.
const SOCKET: SocketConfig = SocketConfig { frames: 64, frame_size: 2048, rx_ring: 64, batch: 16 };
const PATIENCE: Duration = Duration::from_secs(30);

/// Runs a test on a thread in a network namespace with a veth pair, `rx0` and `tx0`; both go with the thread.
fn in_namespace(test: impl FnOnce() + Send + 'static) {
    let thread = thread::spawn(|| {
        if let Err(error) = unshare(CloneFlags::CLONE_NEWNET) {
            assert!(env::var_os("CI").is_none(), "cannot run here, and CI is set: {error}");
            // Not `eprintln!`: the test runner hides that of tests that pass.
            let _told = writeln!(std::io::stderr(), "skipped: no network namespace ({error}): run as root");
            return;
        }
        for command in [
            "link set lo up",
            "link add rx0 type veth peer name tx0",
            "addr add 10.9.1.1/24 dev tx0",
            "link set rx0 up",
            "link set tx0 up",
            "route add 239.0.0.0/8 dev tx0",
        ] {
            let done = Command::new("ip").args(command.split(' ')).status();
            assert!(done.is_ok_and(|status| status.success()), "ip {command}");
        }
        test();
    });
    thread.join().unwrap_or_else(|panic| resume_unwind(panic));
}

fn program(interface: &Interface) -> Program {
    let mut program = Program::load(ProgramConfig {
        queues: interface.queues,
        groups: 1,
        clock: Clock::Monotonic,
        timestamps: false,
        sources_first: false,
        frags: false,
        trace: false,
    })
    .unwrap();
    program
        .set_matches(&[Match {
            destination: GROUP.parse().unwrap(),
            source: None,
            vlan: None,
            index: 0,
            generation: 0,
        }])
        .unwrap();
    program
}

/// Sends so many datagrams, each numbered.
fn send(count: u64) {
    let socket = UdpSocket::bind("10.9.1.1:0").unwrap();
    for number in 0..count {
        socket.send_to(&number.to_be_bytes(), GROUP).unwrap();
    }
}

/// Receives until so many have come, and gives each to `keep`.
fn receive(source: &mut AfXdp, count: u64, mut keep: impl FnMut(&mut AfXdp, Frame)) {
    let (mut batch, mut received, begun) = (Vec::<Received<Frame>>::with_capacity(64), 0, Instant::now());
    while received < count {
        assert!(begun.elapsed() < PATIENCE, "{received} of {count} came: {:?}", source.ports().next());
        source.receive(&mut batch).unwrap();
        for Received { frame, .. } in batch.drain(..) {
            keep(source, frame);
            received += 1;
        }
        source.refill();
    }
}

/// A reorder window that wants to hold everything gets half the frames; the others go on receiving.
#[test]
fn a_held_window_never_dries_the_fill_ring() {
    in_namespace(|| {
        let interface = Interface::open("rx0").unwrap();
        let mut program = program(&interface);
        program.attach(&interface, AttachMode::Native).unwrap();
        let socket = Socket::bind("rx0", 0, false, SOCKET).unwrap();
        program.set_socket(0, &socket).unwrap();
        let mut source = AfXdp::new(SOCKET.batch, false, 1);
        source.open_line(0, 0);
        source.add(socket);
        let (mut held, mut refused) = (Vec::new(), 0);
        for _ in 0..20 {
            // No more at once than the frames that are not held.
            send(16);
            receive(&mut source, 16, |source, frame| match source.hold(frame) {
                Ok(frame) => held.push(frame),
                Err(frame) => {
                    refused += 1;
                    source.release(frame);
                }
            });
        }
        assert_eq!((held.len(), refused), (32, 20 * 16 - 32));
        let statistics = source.ports().next().unwrap().1.statistics().unwrap();
        assert_eq!((statistics.rx_dropped, statistics.rx_fill_ring_empty_descs), (0, 0));
        // What was held is as it came, however long ago.
        for (number, frame) in held.iter().enumerate() {
            assert_eq!(source.payload(frame), ((number % 16) as u64).to_be_bytes());
        }
        held.into_iter().for_each(|frame| source.release(frame));
    });
}

/// What a NIC's rules did not keep from a queue of the wrong worker is given back, counted.
#[test]
fn packets_of_another_worker_s_line_are_counted_and_their_frames_used_again() {
    in_namespace(|| {
        let interface = Interface::open("rx0").unwrap();
        let mut program = program(&interface);
        program.attach(&interface, AttachMode::Native).unwrap();
        let socket = Socket::bind("rx0", 0, false, SOCKET).unwrap();
        program.set_socket(0, &socket).unwrap();
        let mut source = AfXdp::new(SOCKET.batch, false, 1);
        source.add(socket);
        source.arrivals().set_elsewhere(0, true);
        let counted = |source: &AfXdp| source.ports().next().unwrap().2;
        let (mut batch, begun) = (Vec::new(), Instant::now());
        // More than there are frames.
        for sent in (16..=160).step_by(16) {
            send(16);
            while counted(&source).elsewhere < sent {
                assert!(begun.elapsed() < PATIENCE, "{:?}", counted(&source));
                source.receive(&mut batch).unwrap();
                source.refill();
                assert!(batch.is_empty(), "{batch:?}");
            }
        }
        let arrivals = source.arrivals();
        assert_eq!((counted(&source).packets, counted(&source).elsewhere), (160, 160));
        assert_eq!((arrivals.astray(0), arrivals.packets(), arrivals.lines()), (160, 160, 0));
        assert_eq!(source.ports().next().unwrap().1.statistics().unwrap().rx_dropped, 0);
        // The line's index becomes that of a line of this worker.
        arrivals.forget(0);
        arrivals.set_elsewhere(0, false);
        source.open_line(0, 0);
        send(16);
        receive(&mut source, 16, AfXdp::release);
        assert_eq!((arrivals.astray(0), arrivals.packets(), arrivals.lines()), (0, 176, 1));
    });
}

/// No look at the rings is needed before the first packet: all frames were there at the bind.
#[test]
fn a_socket_has_all_its_frames_to_receive_with_from_the_bind_on() {
    for shared in [false, true] {
        in_namespace(move || {
            let interface = Interface::open("rx0").unwrap();
            let mode = BindMode { memory: Memory { shared, ..Memory::default() }, ..BindMode::default() };
            let mut bound = Socket::bind_all("rx0", &[0], mode, SOCKET).unwrap();
            let socket = bound.sockets.pop().unwrap();
            let mut program = program(&interface);
            program.set_socket(0, &socket).unwrap();
            program.attach(&interface, AttachMode::Native).unwrap();
            send(80);
            // 64 of the 80 find a frame.
            let begun = Instant::now();
            let lost = || {
                let statistics = socket.statistics().unwrap();
                statistics.rx_dropped + statistics.rx_ring_full
            };
            while lost() < 16 && begun.elapsed() < PATIENCE {
                thread::sleep(Duration::from_millis(1));
            }
            assert_eq!(lost(), 16, "{:?}", socket.statistics());
            let mut source = AfXdp::new(SOCKET.batch, false, 1);
            source.open_line(0, 0);
            source.add(socket);
            receive(&mut source, 64, AfXdp::release);
            // And each is used again, more than once round the ring.
            for _ in 0..10 {
                send(50);
                receive(&mut source, 50, AfXdp::release);
            }
        });
    }
}

/// A program that another process attached is named, and who holds it.
#[test]
fn a_program_that_is_there_is_described() {
    in_namespace(|| {
        let interface = Interface::open("rx0").unwrap();
        assert!(Standing::on(&interface).unwrap().is_none());
        let object = env!("XDPFEED_SEND_OBJECT");
        let attached = Command::new("ip")
            .args(["link", "set", "dev", "rx0", "xdpdrv", "object", object, "program", "pass"])
            .output()
            .unwrap();
        if !attached.status.success() {
            let said = String::from_utf8_lossy(&attached.stderr).into_owned();
            assert!(env::var_os("CI").is_none(), "`ip` attaches no program, and CI is set: {said}");
            let _told = writeln!(std::io::stderr(), "skipped: `ip` attaches no program: {said}");
            return;
        }
        let standing = Standing::on(&interface).unwrap().unwrap();
        assert_eq!(
            (standing.name.as_str(), standing.link, standing.mode),
            ("pass", None, AttachMode::Native)
        );
        assert!(!standing.is_ours() && !standing.is_left_behind());
        let refused = program(&interface).attach(&interface, AttachMode::Native).unwrap_err().to_string();
        assert!(refused.contains("'pass'") && refused.contains("--replace"), "{refused}");
        // It is netlink's, so it can be made to go; once.
        standing.detach().unwrap();
        assert!(Standing::on(&interface).unwrap().is_none());
        assert!(standing.detach().is_err());
        // Ours is a link's.
        let mut ours = program(&interface);
        ours.attach(&interface, AttachMode::Native).unwrap();
        let standing = Standing::on(&interface).unwrap().unwrap();
        assert!(standing.is_ours() && standing.link.is_some() && !standing.is_left_behind());
        assert!(standing.detach().is_err(), "a link's program is not detached by netlink");
        drop(ours);
        // A child of another test has the link open as well, between its fork and its exec.
        let begun = Instant::now();
        while Standing::on(&interface).unwrap().is_some() {
            assert!(begun.elapsed() < PATIENCE, "the program stays");
            thread::sleep(Duration::from_millis(1));
        }
    });
}
