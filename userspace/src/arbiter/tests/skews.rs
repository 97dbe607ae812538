//! How far apart lines are, and for how long they are silent.

use super::bench::{A, B, Bench, limits};

#[test]
fn skew_is_between_the_first_copy_and_another_line() {
    let mut bench = Bench::new(limits());
    for unit in 0..20_000 {
        bench.data(A, unit..unit + 1);
        bench.now += 500;
        bench.data(B, unit..unit + 1).data(B, unit..unit + 1);
        bench.now += 30_000;
    }
    assert_eq!(bench.arbiter.statistics(A).skew, None);
    let statistics = bench.arbiter.statistics(B);
    let skew = statistics.skew.unwrap();
    assert!((2_000..3_000).contains(&skew.count), "{skew:?}");
    for percentile in [skew.p50, skew.p99, skew.max] {
        assert!((480..=540).contains(&percentile), "{skew:?}");
    }
    assert_eq!(statistics.last_ns, Some(bench.now - 30_000));
    assert_eq!(bench.arbiter.statistics(2).last_ns, None);
}

#[test]
fn who_was_stamped_first_is_ahead_though_it_was_read_second() {
    let mut bench = Bench::new(limits());
    for unit in 0..2_000 {
        bench.now += 30_000;
        bench.data(B, unit..unit + 1);
        bench.now -= 500;
        bench.data(A, unit..unit + 1);
        bench.now += 500;
    }
    assert_eq!(bench.arbiter.statistics(A).skew, None);
    let skew = bench.arbiter.statistics(B).skew.unwrap();
    assert!(skew.count > 100 && (skew.p50, skew.max) == (499, 499), "{skew:?}");
}

#[test]
fn skew_is_found_though_lines_pack_differently() {
    let mut bench = Bench::new(limits());
    for unit in (0..40_000).step_by(4) {
        bench.data(A, unit..unit + 4);
        bench.now += 1_000;
        bench.each(B, unit..unit + 4);
    }
    let skew = bench.arbiter.statistics(B).skew.unwrap();
    assert!(skew.count > 400 && (950..1_100).contains(&skew.p50), "{skew:?}");
}

#[test]
fn one_epoch_is_not_compared_with_another() {
    let mut bench = Bench::new(limits());
    for epoch in 0..20 {
        for unit in (1..401).step_by(2) {
            bench.data(A, unit + epoch % 2..unit + 2 + epoch % 2); // begins elsewhere than in the last epoch
        }
        bench.now += 1_000_000;
        for unit in 1..401 {
            bench.data(B, unit..unit + 1);
        }
        bench.heartbeat(A, 1).heartbeat(B, 1);
        bench.now += 1_000_000_000;
    }
    let skew = bench.arbiter.statistics(B).skew.unwrap();
    assert!(skew.max < 2_000_000, "{skew:?}");
}
