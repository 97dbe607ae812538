//! `--self-test`: a packet through program, map, socket and rings of every queue, before anything else is matched.

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::Result;

use crate::{
    console::tell,
    failure::Failure,
    nic::Interface,
    program::{Program, SELF_TEST_GROUP, SelfTest},
    xsk::Socket,
};

/// How long a packet may take through: in copy mode it is there when the call returns. Too short and a busy machine
/// fails a test that is passed; longer only delays the refusal.
const PATIENCE: Duration = Duration::from_secs(2);

/// Between two looks.
const LOOK: Duration = Duration::from_micros(100);

/// Tests every queue's socket, as far as the kernel lets.
///
/// # Errors
/// [`Failure::Requirement`] when one does not get its packet.
pub(super) fn test(
    program: &mut Program,
    interface: &Interface,
    sockets: &mut [(u32, Socket)],
) -> Result<(), Failure> {
    let name = &interface.name;
    let mut test = SelfTest::begin(program)?;
    for (queue, socket) in &mut *sockets {
        let failed =
            |why: String| Failure::Requirement(format!("self-test of queue {queue} of {name}: {why}"));
        if *queue == 0 {
            test.send(interface.index).map_err(|error| failed(format!("{error:#}")))?;
            if !comes_through(socket) {
                let seen = socket.statistics().map_err(anyhow::Error::from)?;
                return Err(failed(format!("the packet did not come through; its socket says {seen:?}")));
            }
        } else if test.redirects(interface.index, *queue)? {
            socket.count_self_test();
        } else {
            return Err(failed("the program does not hand its packets to a socket".into()));
        }
    }
    let through = sockets.iter().any(|(queue, _)| *queue == 0);
    let asked = sockets.len() - usize::from(through);
    let mut shown = Vec::new();
    if through {
        shown.push("a packet came through program, map, socket and rings of queue 0".to_owned());
    }
    if asked > 0 {
        let which = if through { "other queues" } else { "queues" };
        shown.push(format!("the program hands packets of {asked} {which} to their sockets"));
    }
    tell(format_args!(
        "xdpfeed: self-test of {name}: {} (the NIC's own part is not in it)",
        shown.join("; ")
    ));
    Ok(())
}

fn comes_through(socket: &mut Socket) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if socket.take_self_test(SELF_TEST_GROUP) > 0 {
            return true;
        }
        thread::sleep(LOOK);
    }
    false
}
