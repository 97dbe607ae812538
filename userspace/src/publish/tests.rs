//! The truth against a model, and a session over loopback against what arrives.

use std::{collections::BTreeSet, net::UdpSocket, sync::atomic::AtomicBool};

use super::{
    dice::{Dice, Purpose},
    flow::Flow,
    packer::{Batch, Packer},
    *,
};

fn runs(missing: &BTreeSet<u64>) -> u64 {
    missing.iter().filter(|sequence| !missing.contains(&(*sequence - 1))).count() as u64
}

#[test]
fn the_truth_agrees_with_counting_every_message() {
    const FATES: [Fate; 3] = [Fate::Sent, Fate::Lost, Fate::Unsent];
    for lines in 1..=3 {
        let mut dice = Dice::new(5, Purpose::Loss(lines));
        let mut truth = Truth::new("S", 5, (0..lines).map(|line| (line.to_string(), String::new())));
        let mut missing_on = vec![[BTreeSet::new(), BTreeSet::new(), BTreeSet::new()]; lines];
        let (mut next, mut packets_missed) = (1_u64, 0);
        for _ in 0..2000 {
            let sequences = next..next + 1 + u64::from(dice.heads());
            next = sequences.end;
            let fates: Vec<_> = (0..lines).map(|_| FATES[dice.below(3) as usize]).collect();
            for (sets, fate) in missing_on.iter_mut().zip(&fates) {
                sets[*fate as usize].extend(sequences.clone());
            }
            packets_missed += u64::from(fates.iter().all(|fate| *fate != Fate::Sent));
            truth.packet(sequences.end - sequences.start, fates);
        }
        let missing: BTreeSet<u64> =
            (1..next).filter(|sequence| missing_on.iter().all(|sets| !sets[0].contains(sequence))).collect();
        assert_eq!(truth.sent.messages, next - 1);
        assert_eq!(truth.messages_lost_on_all_lines, missing.len() as u64);
        assert_eq!(truth.packets_lost_on_all_lines, packets_missed);
        assert_eq!(truth.gaps_on_all_lines, runs(&missing));
        for (line, [_, lost, unsent]) in truth.lines.iter().zip(&missing_on) {
            assert_eq!((line.messages_lost, line.messages_unsent), (lost.len() as u64, unsent.len() as u64));
            assert_eq!(line.packets_sent + line.packets_lost + line.send_errors, truth.sent.packets);
        }
        assert_eq!(truth.refused(), truth.lines.iter().map(|line| line.send_errors).sum::<u64>());
    }
}

fn publish(plan: &Plan, stop: bool) -> Result<Outcome, Failure> {
    Publisher::open(plan)?.run(&AtomicBool::new(stop))
}

fn receiver() -> (UdpSocket, Line) {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_nonblocking(true).unwrap();
    let line = Line {
        name: String::new(),
        interface: None,
        source: None,
        destination: socket.local_addr().unwrap(),
        loss: Share::default(),
    };
    (socket, line)
}

fn plan(lines: Vec<Line>, packets: u64) -> Plan {
    Plan {
        session: *b"LOOPBACK  ",
        seed: 3,
        securities: 4,
        per_packet: MessagesPerPacket::from_mean(1.27).unwrap(),
        mtu: 1500,
        rate: Rate::TopSpeed,
        limit: Limit { packets: Some(packets), ..Limit::default() },
        lines,
        ttl: 1,
        multicast_loop: false,
        cpu: None,
        retransmit: None,
    }
}

/// What one line brought.
#[derive(Debug, Default)]
struct Arrived {
    packets: u64,
    sequences: BTreeSet<u64>,
    heartbeats: Vec<u64>,
    ends: Vec<u64>,
}

/// Reads all that lies in the socket's buffer: loopback delivers on the sender's own way.
fn arrived(socket: &UdpSocket) -> Arrived {
    let mut arrived = Arrived::default();
    let mut buffer = [0; 2048];
    while let Ok(len) = socket.recv(&mut buffer) {
        let sequence = u64::from_be_bytes(buffer[10..18].try_into().unwrap());
        match u16::from_be_bytes([buffer[18], buffer[19]]) {
            0 => arrived.heartbeats.push(sequence),
            0xffff => arrived.ends.push(sequence),
            count => {
                assert!(len > 20);
                arrived.packets += 1;
                arrived.sequences.extend(sequence..sequence + u64::from(count));
            }
        }
    }
    arrived
}

#[test]
fn what_arrives_over_loopback_is_what_the_truth_says() {
    // 120 datagrams of less than 2 KiB are well within a socket's default buffer: nothing is lost but on purpose.
    let ((a, mut line_a), (b, mut line_b)) = (receiver(), receiver());
    (line_a.loss, line_b.loss) = (Share::from_percent(40.0).unwrap(), Share::from_percent(50.0).unwrap());
    let Outcome { truth, refusals } = publish(&plan(vec![line_a, line_b], 120), false).unwrap();
    assert!(refusals.is_empty());
    assert_eq!(truth.sent.packets, 120);
    let all: BTreeSet<_> = (1..=truth.sent.messages).collect();
    let mut missing = all.clone();
    for (socket, line) in [&a, &b].into_iter().zip(&truth.lines) {
        let arrived = arrived(socket);
        assert_eq!(arrived.packets, line.packets_sent);
        assert_eq!(120 - arrived.packets, line.packets_lost);
        assert_eq!(truth.sent.messages - arrived.sequences.len() as u64, line.messages_lost);
        assert_eq!(arrived.heartbeats, vec![1; truth.heartbeats as usize]);
        assert_eq!(arrived.ends, vec![truth.sent.messages + 1; truth.end_of_session as usize]);
        assert!(arrived.heartbeats.len() > 1 && arrived.ends.len() > 1);
        missing.retain(|sequence| !arrived.sequences.contains(sequence));
    }
    assert!(!missing.is_empty());
    assert_eq!(missing.len() as u64, truth.messages_lost_on_all_lines);
    assert_eq!(runs(&missing), truth.gaps_on_all_lines);
}

#[test]
fn a_signal_ends_the_session_orderly() {
    let (socket, line) = receiver();
    let truth = publish(&plan(vec![line], 1000), true).unwrap().truth;
    let arrived = arrived(&socket);
    // What closes the day, and nothing before it.
    assert_eq!(truth.sent.messages_by_type.into_iter().collect::<Vec<_>>(), [('S', 3)]);
    assert_eq!((arrived.packets, arrived.ends), (1, vec![4; 5]));
}

#[test]
fn a_limit_of_messages_is_exact() {
    for messages in [1, 3, 4, 100] {
        let (socket, line) = receiver();
        let mut plan = plan(vec![line], 1);
        plan.limit = Limit { messages: Some(messages), ..Limit::default() };
        let truth = publish(&plan, false).unwrap().truth;
        assert_eq!(truth.sent.messages, messages);
        assert_eq!(arrived(&socket).sequences.len() as u64, messages);
    }
}

#[test]
fn a_refused_datagram_is_counted_and_the_others_are_sent() {
    let (receiver, line) = receiver();
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.connect(line.destination).unwrap();
    let mut sender = Sender::new(socket);
    // Beyond 65,507 bytes a payload is no UDP datagram.
    let mean = MessagesPerPacket::from_mean(1000.0).unwrap();
    let mut packer = Packer::new(Flow::new(1, 1), 1, [b' '; 10], 100_000, mean);
    let mut batch = Batch::default();
    packer.pack(2, &mut batch);
    while batch.payload(batch.len() - 1).len() < 65_508 {
        if batch.len() > 1 {
            batch.clear();
            packer.pack(2, &mut batch);
        }
        packer.pack(u64::MAX, &mut batch);
    }
    packer.pack(2, &mut batch);
    let mut fates = [Fate::Sent; 3];
    sender.send(&batch, &mut fates);
    assert_eq!(fates, [Fate::Sent, Fate::Unsent, Fate::Sent]);
    assert_eq!(sender.refusal(), Some(Errno::EMSGSIZE));
    assert_eq!(arrived(&receiver).packets, 2);
}

#[test]
fn ways_that_do_not_exist_are_named_with_their_fix() {
    let (_socket, line) = receiver();
    let fails = |line: Line, mtu| {
        let plan = Plan { mtu, ..plan(vec![line], 1) };
        publish(&plan, false).unwrap_err()
    };
    let failure = fails(Line { interface: Some("nosuch0".into()), ..line.clone() }, 1500);
    assert!(
        matches!(&failure, Failure::Usage(text) if text.contains("'nosuch0'") && text.contains("it has ") && text.contains("lo"))
    );
    let failure = fails(Line { source: Some([192, 0, 2, 1].into()), ..line.clone() }, 1500);
    assert!(matches!(&failure, Failure::Usage(text) if text.contains("192.0.2.1")), "{failure}");
    let failure = fails(line.clone(), 100_000);
    assert!(matches!(&failure, Failure::Usage(text) if text.contains("say --mtu")), "{failure}");
    let failure = fails(line, 100);
    assert!(matches!(&failure, Failure::Usage(text) if text.contains("or more")), "{failure}");
}
