//! A worker that is put off its CPU: counted, and told where it lost packets.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use e2e::{Process, VethOptions};
use nix::sched::{CpuSet, sched_setaffinity};
use nix::unistd::Pid;

use crate::feed::{self, number};
use crate::frames::{self, GROUP, mold};
use crate::network;

/// How often the kernel is to put the worker off before the test goes on. Fewer might be others' doing; more takes longer.
const TIMES: u64 = 20;

/// Packets sent while the receiver stands still, and frames it has for them.
const BURST: u64 = 500;
const FRAMES: u64 = 64;

/// What the kernel itself counts of the worker's thread; `None` while that is not there yet.
fn counted(run: &Process) -> Result<Option<u64>> {
    for task in fs::read_dir(format!("/proc/{}/task", run.id()))? {
        let task = task?.path();
        if fs::read_to_string(task.join("comm"))?.trim() == "worker" {
            let status = fs::read_to_string(task.join("status"))?;
            let count = status.lines().find_map(|line| line.strip_prefix("nonvoluntary_ctxt_switches:"));
            return Ok(Some(count.context("no nonvoluntary_ctxt_switches")?.trim().parse()?));
        }
    }
    Ok(None)
}

/// Waits until the worker was put off often enough. Returns how often that was.
fn put_off(run: &Process) -> Result<u64> {
    let (mut first, mut times, begun) = (None, 0, Instant::now());
    while times < TIMES && begun.elapsed() < feed::LONGEST {
        thread::sleep(Duration::from_millis(5));
        if let Some(count) = counted(run)? {
            times = count.saturating_sub(*first.get_or_insert(count));
        }
    }
    ensure!(times >= TIMES, "the worker was put off {times} times only");
    Ok(times)
}

/// Runs on `cpu`, and does nothing else, until the worker that is kept there was put off often enough.
fn compete(cpu: usize, run: &Process) -> Result<u64> {
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let hog = scope.spawn(|| {
            let mut set = CpuSet::new();
            set.set(cpu)?;
            sched_setaffinity(Pid::from_raw(0), &set)?;
            while !over.load(Ordering::Relaxed) {
                std::hint::spin_loop();
            }
            anyhow::Ok(())
        });
        let times = put_off(run);
        // However that ended: the thread would go on for ever.
        over.store(true, Ordering::Relaxed);
        hog.join().map_err(|_| anyhow::anyhow!("the hog panicked"))??;
        times
    })
}

#[test]
fn a_worker_that_shares_its_cpu_says_so() -> Result<()> {
    let Some((_, cpu)) = e2e::cpus() else {
        e2e::cannot_run("it needs a CPU for the sender and another for the receiver");
        return Ok(());
    };
    for source in ["af-xdp", "recvmmsg"] {
        let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
        let mut run =
            feed::run_without_lines(&network, &["--protocol", "moldudp64/raw", "--source", source])?;
        run.args(["--frames", &FRAMES.to_string()]);
        run.arg("--line").arg(format!("itch/A={},{GROUP}", network.lines[0].receiver));
        let receiver = feed::receiver(&mut run)?;
        let burst: Vec<_> = (1..=BURST).map(|sequence| frames::frame(&mold(sequence, 40))).collect();
        receiver.pause()?;
        frames::send(&network, &burst)?;
        receiver.resume()?;
        let times = compete(cpu, &receiver)?;
        let last = counted(&receiver)?.unwrap_or_default();
        let account = receiver.interrupt()?.json()?;
        feed::assert_balanced(&account);
        let told = number(&account, "/workers/0/preempted");
        assert_eq!(number(&account, "/ledger/entries/worker_preempted"), told);
        assert!(told >= times, "{told} told, {times} seen, {last} in all by the kernel's count");
        let note = format!("worker 0 was put off its CPU {told} times");
        let lost = BURST - FRAMES;
        let notes: Vec<&str> =
            account["notes"].as_array().into_iter().flatten().filter_map(|note| note.as_str()).collect();
        let found = notes.iter().find(|said| said.starts_with(&note));
        if source == "af-xdp" {
            assert!(
                found.is_some_and(|said| said.contains(&format!("its sockets lost {lost} packets"))),
                "{notes:?}"
            );
        } else {
            assert_eq!(found, None, "a UDP socket had room for all: {notes:?}");
        }
        network.is_clean()?;
    }
    Ok(())
}
