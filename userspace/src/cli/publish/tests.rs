//! What can be typed, and what is said about the rest.

use clap::Parser;

use super::{report::why, *};

#[derive(Parser)]
struct Publish {
    #[command(flatten)]
    args: PublishArgs,
}

fn plan(typed: &str) -> Result<Plan, String> {
    let words = std::iter::once("publish").chain(typed.split_whitespace());
    let parsed = Publish::try_parse_from(words).map_err(|error| {
        assert_eq!(error.exit_code(), 2);
        error.to_string()
    })?;
    parsed.args.plan().map_err(|failure| {
        assert_eq!(failure.exit_code(), 2);
        failure.to_string()
    })
}

#[test]
fn the_examples_are_right() {
    let examples: Vec<_> =
        EXAMPLES.lines().filter_map(|line| line.trim().strip_prefix("xdpfeed publish ")).collect();
    assert_eq!(examples.len(), 4);
    for example in examples {
        plan(example).unwrap();
    }
}

#[test]
fn defaults_are_those_of_the_help() {
    let plan = plan("--interface eth0").unwrap();
    let lines: Vec<_> = plan
        .lines
        .iter()
        .map(|line| (line.name.as_str(), line.interface.as_deref().unwrap(), line.destination.to_string()))
        .collect();
    assert_eq!(lines, [("A", "eth0", "233.252.0.1:26477".into()), ("B", "eth0", "233.252.0.2:26477".into())]);
    assert_eq!(plan.limit, Limit { time: Some(Duration::from_secs(10)), ..Limit::default() });
    assert_eq!((plan.rate, plan.ttl), (Rate::Milli(10_000_000), 1));
}

#[test]
fn lines_take_their_interfaces_and_losses() {
    let of = |typed| plan(typed).unwrap().lines;
    let lines = of("--lines 3 --interface a,b,c --lose-a 1 --lose C=100");
    assert_eq!(lines[2].interface.as_deref(), Some("c"));
    assert_eq!(lines[0].loss, Share::from_percent(1.0).unwrap());
    assert_eq!(lines[1].loss, Share::default());
    assert_eq!(lines[2].loss, Share::from_percent(100.0).unwrap());
    let lines = of("--line x/up=e0,10.0.0.1@[ff15::1]:9 --line x/down=127.0.0.1:9 --lose up=0.5"
        .replace("10.0.0.1", "[fe80::1]")
        .as_str());
    assert_eq!(lines[0].source, Some("fe80::1".parse().unwrap()));
    assert_eq!((lines[1].interface.as_ref(), lines[1].name.as_str()), (None, "down"));
    assert_eq!(
        plan("--interface e0 --packets 5").unwrap().limit,
        Limit { packets: Some(5), ..Limit::default() }
    );
}

#[test]
fn nonsense_is_named_with_its_fix() {
    for (typed, says) in [
        ("", "nothing says where to send"),
        ("--lines 2", "--interface"),
        ("--line A", "there is no '='"),
        ("--line A=1.2.3.4:5 --lines 2 --interface e0", "cannot be used with"),
        ("--line A=1.2.3.4:5 --line A=1.2.3.4:6", "two lines are named A"),
        ("--line A=1.2.3.4:5 --line B=e0,1.2.3.4:5", "lines A and B both go to 1.2.3.4:5"),
        ("--line x/A=1.2.3.4:5 --line y/B=1.2.3.4:6", "different channels"),
        ("--lines 3 --interface e0,e1", "3 lines cannot leave by 2 interfaces"),
        ("--interface e0 --lose-a 101", "from 0 to 100"),
        ("--interface e0 --lose-b -1", "from 0 to 100"),
        ("--interface e0 --lose-b 1%", "without a sign"),
        ("--interface e0 --lose 5", "there is no '='"),
        ("--interface e0 --lose Z=5", "the lines are A, B"),
        ("--line up=1.2.3.4:5 --lose-a 1", "--lose-a is about line A"),
        ("--interface e0 --lose A=5 --lose-a 5", "given twice"),
        ("--interface e0 --rate -1", "a rate is"),
        ("--interface e0 --rate fast", "a rate is"),
        ("--interface e0 --rate 0.0001", "0 for as fast as possible"),
        ("--interface e0 --seconds 0", "--seconds"),
        ("--interface e0 --packets 0", "--packets"),
        ("--interface e0 --messages 0", "--messages"),
        ("--interface e0 --messages-per-packet 0.9", "no mean from 1 to 1000"),
        ("--interface e0 --session elevenchars", "1 to 10 printable"),
        ("--interface e0 --mtu 100", "--mtu"),
        ("--interface e0 --ttl 0", "--ttl"),
        ("--interface e0 --securities 0", "--securities"),
    ] {
        let said = plan(typed).unwrap_err();
        assert!(said.contains(says), "{typed}: {said}");
    }
}

#[test]
fn refusals_come_with_their_fix() {
    use nix::errno::Errno;
    for errno in [Errno::ENETDOWN, Errno::ENETUNREACH, Errno::EPERM, Errno::EMSGSIZE, Errno::ENOBUFS] {
        assert!(why(errno).contains(": "), "{errno}");
    }
}
