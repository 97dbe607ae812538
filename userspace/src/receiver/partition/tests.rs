use rand::{Rng as _, SeedableRng as _};
use rand_pcg::Pcg64Mcg;

use super::*;

fn dealt(workers: usize, lines: &[(usize, &[usize])]) -> Result<Partition, Vec<Group>> {
    let lines: Vec<Carried<'_>> =
        lines.iter().map(|(channel, devices)| Carried { channel: *channel, devices }).collect();
    by_interface(workers, &lines)
}

fn partition(channels: &[usize], devices: &[usize]) -> Partition {
    Partition { channels: channels.to_vec(), sockets: Sockets::ByDevice(devices.to_vec()) }
}

#[test]
fn one_worker_has_everything() {
    assert_eq!(dealt(1, &[(0, &[0]), (0, &[1]), (1, &[2])]), Ok(partition(&[0, 0], &[0, 0, 0])));
}

#[test]
fn channels_on_interfaces_of_their_own_are_parted() {
    assert_eq!(dealt(2, &[(0, &[0]), (1, &[1])]), Ok(partition(&[0, 1], &[0, 1])));
    // Numbered by the first line, whoever has more of them.
    assert_eq!(dealt(2, &[(0, &[0]), (1, &[1]), (1, &[2])]), Ok(partition(&[0, 1], &[0, 1, 1])));
    assert_eq!(dealt(2, &[(0, &[1]), (1, &[0])]), Ok(partition(&[0, 1], &[1, 0])));
}

#[test]
fn the_lines_are_balanced() {
    // Five groups of 1, 4, 1, 1 and 1 lines.
    let lines: &[(usize, &[usize])] =
        &[(0, &[0]), (1, &[1]), (2, &[1]), (3, &[1]), (4, &[1]), (5, &[2]), (6, &[3]), (7, &[4])];
    assert_eq!(dealt(2, lines), Ok(partition(&[0, 1, 1, 1, 1, 0, 0, 0], &[0, 1, 0, 0, 0])));
    assert_eq!(dealt(3, lines), Ok(partition(&[0, 1, 1, 1, 1, 2, 0, 2], &[0, 1, 2, 0, 2])));
}

#[test]
fn what_hangs_together_stays_together() {
    // A and B over both interfaces.
    let both: &[(usize, &[usize])] = &[(0, &[0]), (0, &[1])];
    let groups = dealt(2, both).unwrap_err();
    assert_eq!(
        refusal(2, &groups, &["itch"], (&["eth0", "eth1"], true)),
        "--workers 2, but a channel's lines and an interface's packets go to one worker, and so the lines cannot be \
         parted: itch by eth0 and eth1. Leave --workers out, or give the channels interfaces of their own"
    );
    // Two groups that a later line joins; one on a bond of two devices.
    let chain: &[(usize, &[usize])] = &[(0, &[0]), (1, &[1]), (2, &[3, 2]), (0, &[1])];
    assert_eq!(dealt(2, chain), Ok(partition(&[0, 0, 1], &[0, 0, 1, 1])));
    let groups = dealt(3, chain).unwrap_err();
    let said = refusal(3, &groups, &["itch", "iex", "pitch"], (&["eth0", "eth1", "eth2", "eth3"], false));
    assert!(said.contains("have 2 parts: itch and iex by eth0 and eth1; pitch by eth2 and eth3."), "{said}");
    assert!(said.contains("Use at most --workers 2") && !said.contains("--steer"), "{said}");
    let said = refusal(3, &groups, &["itch", "iex", "pitch"], (&["eth0", "eth1", "eth2", "eth3"], true));
    assert!(said.ends_with("with --steer"), "{said}");
}

#[test]
fn channels_on_one_interface_are_parted_by_queue() {
    // Two of one line, one of three, over both interfaces.
    let lines: &[(usize, &[usize])] = &[(0, &[0]), (1, &[0]), (1, &[1]), (1, &[0, 1]), (2, &[1])];
    let lines: Vec<Carried<'_>> =
        lines.iter().map(|(channel, devices)| Carried { channel: *channel, devices }).collect();
    let dealt = by_queue(2, &lines).unwrap();
    assert_eq!(dealt, Partition { channels: vec![0, 1, 0], sockets: Sockets::ByQueue(2) });
    assert_eq!([0, 1, 2].map(|channel| dealt.place_of(channel)), [0, 0, 1]);
    assert_eq!([0, 1, 2, 3].map(|place| dealt.of_socket(1, place)), [0, 1, 0, 1]);
    assert_eq!(by_queue(4, &lines), Err(3));
    assert!(too_few_channels(4, 3).contains("there are 3 channels"));
    assert!(too_few_queues(4, "eth0", 1).contains("one queue of eth0 is received on"));
}

#[test]
fn many_channels_are_not_all_named() {
    let lines: Vec<(usize, &[usize])> = (0..1000).map(|channel| (channel, &[0][..])).collect();
    let groups = dealt(2, &lines).unwrap_err();
    let names: Vec<String> = (0..1000).map(|channel| format!("c{channel}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let said = refusal(2, &groups, &names, (&["eth0"], false));
    assert!(said.contains(": c0, c1, c2, c3 and 996 more by eth0."), "{said}");
}

#[test]
fn whatever_the_lines_each_worker_has_some_and_what_hangs_together_is_one_s() {
    let mut refused = 0;
    for seed in 0..2_000 {
        let mut random = Pcg64Mcg::seed_from_u64(seed);
        let workers = random.random_range(1..6);
        let lines: Vec<(usize, Vec<usize>)> = (0..random.random_range(1..30))
            .map(|_| {
                let devices = (0..random.random_range(1..3)).map(|_| random.random_range(0..20)).collect();
                (random.random_range(0..20), devices)
            })
            .collect();
        let carried: Vec<Carried<'_>> =
            lines.iter().map(|(channel, devices)| Carried { channel: *channel, devices }).collect();
        match by_interface(workers, &carried) {
            Ok(Partition { channels, sockets: Sockets::ByQueue(_) }) => panic!("by queue: {channels:?}"),
            Ok(Partition { channels, sockets: Sockets::ByDevice(devices) }) => {
                let mut loads = vec![0; workers];
                for (channel, on) in &lines {
                    loads[channels[*channel]] += 1;
                    assert!(on.iter().all(|device| devices[*device] == channels[*channel]), "seed {seed}");
                }
                assert!(loads.iter().all(|load| *load > 0), "seed {seed}: {loads:?}");
            }
            Err(groups) => {
                refused += 1;
                assert!(groups.len() < workers, "seed {seed}");
                assert_eq!(groups.iter().map(|group| group.lines).sum::<usize>(), lines.len(), "seed {seed}");
                for (index, group) in groups.iter().enumerate() {
                    assert!(groups[..index].iter().all(|other| !other.touches(group)), "seed {seed}");
                }
            }
        }
    }
    assert!((100..1_900).contains(&refused), "{refused} of 2,000 refused");
}
