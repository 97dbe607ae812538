//! The GRP client and the GRP server against each other, with losses and faults.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use super::{
    requester::{QUOTAS, client, range},
    *,
};
use crate::recovery::{
    fault::Fault,
    server::{Grp, GrpConfig, Session},
    store::History,
    stream::Protocol,
    testing::{Event, Kept},
};

/// Messages 1..=1000 of unit 1 are asked for from a server with this fault; of its datagrams, some `losses` of 16
/// are lost. Returns the sequences filled, and those given up.
fn recovered(fault: Fault, losses: u32) -> (BTreeSet<u64>, BTreeSet<u64>) {
    let store = Arc::new(History::new(2_000));
    (1..=1_000).for_each(|sequence| store.push(key(1), sequence, &[3, 0x99, sequence as u8]));
    let group = Arc::new(Mutex::new(Vec::new()));
    let to_group = Arc::clone(&group);
    let send = move |datagram: &[u8]| to_group.lock().unwrap().push(datagram.to_vec());
    let config = GrpConfig { credentials: credentials(), count: 10, quotas: QUOTAS, fault };
    let mut server = Grp::new(config, store, send, 0);
    let mut client = client(QUOTAS);
    let (mut kept, mut to_server, mut to_client) = (Kept::default(), Vec::new(), Vec::new());
    let (mut filled, mut now_ns, mut dice) = (BTreeSet::new(), 0, 1_u32);
    client.opened(0, &mut to_server);
    client.wanted(range(1, 1_000), 0);
    while now_ns < 10 * SECOND_NS {
        client.poll(now_ns, &mut kept, &mut to_server).unwrap();
        server.feed(&std::mem::take(&mut to_server), now_ns, &mut to_client).unwrap();
        server.poll(now_ns, &mut to_client).unwrap();
        client.feed(&std::mem::take(&mut to_client), now_ns, &mut kept, &mut to_server).unwrap();
        for datagram in group.lock().unwrap().drain(..) {
            dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if dice >> 28 >= losses {
                let first = u64::from(u32::from_le_bytes(datagram[4..8].try_into().unwrap()));
                let count = u64::from(datagram[2]);
                assert_eq!(datagram.len(), 8 + 3 * usize::from(datagram[2]));
                filled.extend(first..first + count);
                client.filled(range(first, count));
            }
        }
        now_ns += SECOND_NS / 100;
    }
    let lost = kept.0.into_iter().flat_map(|event| match event {
        Event::GaveUp(range, _) => range.first..range.end(),
        other => panic!("{other:?}"),
    });
    (filled, lost.collect())
}

#[test]
fn everything_comes_from_a_server_that_errs_in_passing() {
    let all = (1..=1_000).collect::<BTreeSet<u64>>();
    for (fault, losses) in [(Fault::None, 0), (Fault::None, 1), (Fault::Slow(Duration::from_millis(20)), 0)] {
        let (filled, lost) = recovered(fault, losses);
        assert!(filled == all && lost.is_empty(), "{fault:?}: {lost:?}");
    }
}

#[test]
fn what_does_not_come_is_given_up_and_nothing_else() {
    let all = (1..=1_000).collect::<BTreeSet<u64>>();
    for (fault, losses) in [(Fault::Refuse, 0), (Fault::Partial, 0), (Fault::None, 16)] {
        let (filled, lost) = recovered(fault, losses);
        assert!(filled.is_disjoint(&lost));
        assert!(!lost.is_empty());
        assert!(filled.union(&lost).eq(&all), "{fault:?}: {lost:?}");
        // Each of three tries brought half of what was left.
        assert_eq!(filled.is_empty(), fault != Fault::Partial);
    }
}
