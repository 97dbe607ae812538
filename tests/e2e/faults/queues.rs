//! A queue without a socket: the commonest "nothing arrives".

use anyhow::Result;
use e2e::VethOptions;
use serde_json::Value;

use super::assert_noted;
use crate::feed::{self, number, packets_sent, sum};
use crate::network;

/// Queues of the pair.
const QUEUES: u32 = 4;

/// Packets sent to each queue in turn: another number each, so that none is taken for another's.
const SENT: [&str; QUEUES as usize] = ["110", "120", "130", "140"];

/// Sends to each queue in turn; the packets that went there.
fn send_to_each(network: &e2e::Network) -> Result<Vec<u64>> {
    let cpu = e2e::cpus().map_or(0, |(sender, _)| sender);
    let mut sent = Vec::new();
    for (queue, packets) in (0..).zip(SENT) {
        network.lines[0].steer(&network.publisher, cpu, queue, QUEUES)?;
        let session = format!("QUEUE{queue}");
        let arguments = ["--rate", "5000", "--packets", packets, "--session", &session];
        sent.push(packets_sent(&feed::truth(&mut feed::publish(network, &arguments)?)?));
    }
    Ok(sent)
}

fn by_queue(account: &Value, counter: &str) -> Vec<u64> {
    let queues = account["interfaces"][0]["queues"].as_array().into_iter().flatten();
    queues.map(|queue| number(queue, &format!("/{counter}"))).collect()
}

#[test]
fn every_queue_counts_what_was_sent_to_it() -> Result<()> {
    let options = VethOptions { queues: QUEUES, ..VethOptions::default() };
    let Some(network) = network(1, options)? else { return Ok(()) };
    let receiver = feed::receiver(&mut feed::run(&network, &[])?)?;
    let sent = send_to_each(&network)?;
    let account = receiver.interrupt()?.json()?;
    feed::assert_balanced(&account);
    assert_eq!(by_queue(&account, "redirected"), sent);
    assert_eq!(sum(&account, "/interfaces/0/queues", "no_socket"), 0);
    assert_eq!(number(&account, "/packets/received"), sent.iter().sum::<u64>());
    Ok(())
}

#[test]
fn a_queue_left_out_is_named_with_its_packets() -> Result<()> {
    let options = VethOptions { queues: QUEUES, ..VethOptions::default() };
    let Some(network) = network(1, options)? else { return Ok(()) };
    let receiver = feed::receiver(&mut feed::run(&network, &["--queues", "0,1,3"])?)?;
    let sent = send_to_each(&network)?;
    let account = receiver.interrupt()?.json()?;
    feed::assert_balanced(&account);
    assert_eq!(by_queue(&account, "redirected"), [sent[0], sent[1], 0, sent[3]]);
    assert_eq!(by_queue(&account, "no_socket"), [0, 0, sent[2], 0]);
    assert_eq!(number(&account, "/packets/passed/no_socket"), sent[2]);
    assert_eq!(number(&account, "/packets/received"), sent[0] + sent[1] + sent[3]);
    assert_noted(&account, &format!("{} packets arrived on queue 2, which has no socket", sent[2]));
    Ok(())
}

/// The same sentence for who reads the summary as text.
#[test]
fn the_text_names_it_as_well() -> Result<()> {
    let options = VethOptions { queues: QUEUES, ..VethOptions::default() };
    let Some(network) = network(1, options)? else { return Ok(()) };
    let mut run = network.receiver.command(e2e::xdpfeed_binary()?);
    run.args(["run", "--queues", "0,1,3", "--protocol", "moldudp64/itch50"]);
    run.args(["--line", &format!("itch/A=rx1,{}", feed::GROUPS[0])]);
    let receiver = feed::receiver(&mut run)?;
    let sent = send_to_each(&network)?;
    let finished = receiver.interrupt()?;
    let sentence = format!("rx1: {} packets arrived on queue 2, which has no socket", sent[2]);
    assert!(finished.stdout.contains(&sentence), "{}", finished.stdout);
    assert!(finished.stdout.ends_with("ledger balanced\n"), "{}", finished.stdout);
    Ok(())
}
