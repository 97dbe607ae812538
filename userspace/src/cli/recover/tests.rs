use clap::Parser;

use super::*;
use crate::{config::ProtocolSpec, line::LineSpec};

#[derive(Parser)]
struct Typed {
    #[command(flatten)]
    recover: RecoverArgs,
}

fn typed(words: &str) -> Result<RecoverArgs, String> {
    let words = std::iter::once("test").chain(words.split_whitespace());
    Typed::try_parse_from(words).map(|typed| typed.recover).map_err(|error| error.to_string())
}

fn feed() -> Feed {
    let lines: Vec<LineSpec> =
        ["itch/A=224.0.1.1:1", "iex/A=224.0.1.2:1"].iter().map(|line| line.parse().unwrap()).collect();
    let protocols: Vec<ProtocolSpec> =
        ["itch=moldudp64", "iex=iextp/deep"].iter().map(|spec| spec.parse().unwrap()).collect();
    Feed::new(&lines, &protocols).unwrap()
}

#[test]
fn services_find_their_channels() {
    let args = typed("--recover moldudp64:10.0.0.1:17010,[::1]:9,host.example:1").unwrap();
    let feed = feed();
    args.check(&feed).unwrap();
    assert_eq!(args.on_gap(), OnGap::Recover);
    assert_eq!(args.filler_of(&feed.channels[0]).unwrap().servers.len(), 3);
    assert!(args.filler_of(&feed.channels[1]).is_none());
    assert!(args.snapshots_of(&feed.channels[0]).next().is_none());
    let own = typed("--recover moldudp64:10.0.0.1:1 --recover itch=moldudp64:10.0.0.2:2").unwrap();
    own.check(&feed).unwrap();
    assert_eq!(own.filler_of(&feed.channels[0]).unwrap().to_string(), "itch=moldudp64:10.0.0.2:2");
    let late = typed("--recover itch=glimpse:10.0.0.1:1,user=me,password=a=b").unwrap();
    late.check(&feed).unwrap();
    assert_eq!(late.on_gap(), OnGap::Skip, "a snapshot fills no gap");
    let login = &late.snapshots_of(&feed.channels[0]).next().unwrap().login;
    assert_eq!((login.user.as_str(), login.password.as_str()), ("me", "a=b"));
    assert!(late.filler_of(&feed.channels[0]).is_none());
    assert_eq!(typed("").unwrap().on_gap(), OnGap::Skip);
    assert_eq!(typed("--on-gap hold").unwrap().on_gap(), OnGap::Hold);
}

#[test]
fn addresses_are_found_and_of_one_family() {
    let addresses = |spec: &str| spec.parse::<RecoverSpec>().unwrap().addresses();
    assert_eq!(addresses("moldudp64:10.0.0.1:1,10.0.0.2:2").unwrap().len(), 2);
    for (spec, says) in [
        ("moldudp64:10.0.0.1:1,[::1]:2", "different address families"),
        ("moldudp64:no.such.host.invalid:1", "give its address"),
    ] {
        let failure = addresses(spec).unwrap_err();
        assert_eq!(failure.exit_code(), 2);
        assert!(failure.to_string().contains(says), "{failure}");
    }
}

#[test]
fn contradictions_say_what_to_do() {
    for (words, says) in [
        ("--on-gap recover", "add --recover"),
        ("--on-gap skip --recover moldudp64:10.0.0.1:1", "leave --on-gap out"),
        ("--on-gap hold --recover moldudp64:10.0.0.1:1", "leave --on-gap out"),
        ("--recover x=moldudp64:10.0.0.1:1", "--line x/A="),
        ("--recover iex=moldudp64:10.0.0.1:1", "iex speaks iextp/deep, and moldudp64 recovers moldudp64"),
        ("--recover moldudp64:1.1.1.1:1 --recover moldudp64:1.1.1.2:1", "HOST:PORT,HOST:PORT"),
    ] {
        let failure = typed(words).unwrap().check(&feed()).unwrap_err();
        assert_eq!(failure.exit_code(), 2);
        assert!(failure.to_string().contains(says), "{words}: {failure}");
    }
    let alone = Feed { channels: feed().channels.split_off(1), ..feed() };
    let failure = typed("--recover moldudp64:1.1.1.1:1").unwrap().check(&alone).unwrap_err();
    assert!(failure.to_string().contains("no channel speaks moldudp64"), "{failure}");
    for (words, says) in [
        ("--recover moldudp64", "HOST:PORT"),
        ("--recover moldudp64:10.0.0.1", "HOST:PORT"),
        ("--recover moldudp64:10.0.0.1:0", "HOST:PORT"),
        ("--recover moldudp64:10.0.0.1:1,", "HOST:PORT"),
        ("--recover grip:10.0.0.1:1", "there is moldudp64"),
        ("--recover moldudp64:10.0.0.1:1,user=me", "takes no 'user'"),
        ("--recover glimpse:10.0.0.1:1,10.0.0.2:1", "name one"),
        ("--recover glimpse:user=me", "HOST:PORT"),
        ("--recover =moldudp64:10.0.0.1:1", "no name"),
        ("--recover-timeout 0", "recover-timeout"),
        ("--stale-after -1", "stale-after"),
        ("--on-gap ask", "skip"),
    ] {
        let said = typed(words).unwrap_err();
        assert!(said.contains(says), "{words}: {said}");
    }
}

const GRP: &str = "grp:10.0.0.1:1,session=0001,user=ME01,password=word,gap=eth1,10.0.0.9@224.0.62.2:30001";

/// Two channels of Cboe's.
fn cboe() -> Feed {
    let lines: Vec<LineSpec> = ["x/A=e0,224.0.1.1:1", "x/B=e1,224.0.1.2:1", "y/A=e0,224.0.1.3:1"]
        .iter()
        .map(|line| line.parse().unwrap())
        .collect();
    Feed::new(&lines, &["cboe/pitch".parse().unwrap()]).unwrap()
}

#[test]
fn groups_are_received_beside_the_lines() {
    let args = typed(&format!("--recover x={GRP},gap=[ff3e::1]:5")).unwrap();
    let mut feed = cboe();
    args.check(&feed).unwrap();
    args.add_groups(&mut feed).unwrap();
    assert_eq!(args.on_gap(), OnGap::Recover);
    assert_eq!(feed.channels[0].lines, [0, 1], "a recovery group is no line of the channel");
    let [_, _, _, first, second] = &feed.lines[..] else { panic!("{:?}", feed.lines) };
    assert_eq!((first.name.as_str(), first.channel, first.index, first.recovery), ("gap", 0, 2, true));
    assert_eq!(first.interface.as_deref(), Some("eth1"));
    assert_eq!(first.source, Some("10.0.0.9".parse().unwrap()));
    assert_eq!((second.name.as_str(), second.interface.as_deref()), ("gap2", None));
    let spec = args.filler_of(&feed.channels[0]).unwrap();
    assert_eq!((spec.login.session.as_str(), spec.login.user.as_str()), ("0001", "ME01"));
    assert!(args.filler_of(&feed.channels[1]).is_none());
    assert!(!format!("{spec} {spec:?}").contains("word"), "a password is not shown");
}

#[test]
fn groups_that_cannot_be_say_what_to_do() {
    for (words, says) in [
        (format!("--recover {GRP}"), "one of the channels x, y: say which, --recover x=grp:"),
        (format!("--recover x={GRP} --recover x={GRP}"), "leave one of them out"),
    ] {
        let failure = typed(&words).unwrap().check(&cboe()).unwrap_err();
        assert!(failure.to_string().contains(says), "{words}: {failure}");
    }
    let args = typed(&format!("--recover x={GRP},gap=e0,224.0.1.3:1")).unwrap();
    let failure = args.add_groups(&mut cboe()).unwrap_err();
    assert!(failure.to_string().contains("gap2=e0,224.0.1.3:1 is line y/A again"), "{failure}");
    for (spec, says) in [
        ("grp:10.0.0.1:1", "add session=ID"),
        ("grp:10.0.0.1:1,session=1,user=2", "add password=WORD"),
        ("grp:10.0.0.1:1,session=1,user=2,password=3", "add gap=[IFACE,]"),
        ("grp:10.0.0.1:1,session=1,user=2,password=3,gap=eth0", "gap=eth0, is not gap=[IFACE,]"),
        ("grp:10.0.0.1:1,session=1,user=2,password=3,gap=eth0,224.0.0.1", "for example gap=eth0,"),
        ("grp:10.0.0.1:1,10.0.0.2:1,session=1,user=2,password=3,gap=e,224.0.0.1:1", "name one"),
        ("moldudp64:10.0.0.1:1,gap=224.0.0.1:1", "takes no 'gap'"),
    ] {
        let said = spec.parse::<RecoverSpec>().unwrap_err();
        assert!(said.contains(says), "{spec}: {said}");
    }
}

#[test]
fn a_spin_server_is_of_one_unit() {
    let spin = |unit: &str| format!("--recover x=spin:10.0.0.1:1,session=1,user=2,password=3,unit={unit}");
    let args = typed(&format!("{} {}", spin("1"), spin("2"))).unwrap();
    args.check(&cboe()).unwrap();
    let units: Vec<_> = args.snapshots_of(&cboe().channels[0]).map(|spec| spec.unit).collect();
    assert_eq!((units, args.on_gap()), (vec![Some(1), Some(2)], OnGap::Skip));
    assert!(args.snapshots_of(&cboe().channels[1]).next().is_none());
    let twice = typed(&format!("{} {}", spin("1"), spin("1"))).unwrap().check(&cboe()).unwrap_err();
    assert!(twice.to_string().contains("leave one of them out"), "{twice}");
    assert!(typed(&spin("256")).unwrap_err().contains("no number from 0 to 255"));
    assert!(typed("--recover spin:10.0.0.1:1").unwrap_err().contains("add unit=NUMBER"));
}
