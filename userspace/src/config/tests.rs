use super::*;
use crate::{failure::Failure, line::LineSpec};

fn feed(lines: &[&str], protocols: &[&str]) -> Result<Feed, Failure> {
    let lines: Vec<LineSpec> = lines.iter().map(|l| l.parse().unwrap()).collect();
    let protocols: Vec<ProtocolSpec> = protocols.iter().map(|p| p.parse().unwrap()).collect();
    Feed::new(&lines, &protocols)
}

#[test]
fn lines_gather_in_channels() {
    let feed = feed(
        &["itch/A=e0,224.0.1.1:1", "iex/A=224.0.1.3:1", "itch/B=e1,224.0.1.2:1"],
        &["moldudp64/itch50", "iex=iextp/deep"],
    )
    .unwrap();
    assert_eq!(feed.channels.len(), 2);
    assert_eq!(feed.channels[0].lines, [0, 2]);
    assert_eq!(feed.channels[0].protocol.name(), "moldudp64/itch50");
    assert_eq!(feed.channels[1].protocol.name(), "iextp/deep");
    assert_eq!((feed.lines[2].channel, feed.lines[2].index), (0, 1));
}

#[test]
fn a_removed_line_leaves_its_index_and_its_place() {
    let mut feed = feed(&["x/A=224.0.1.1:1", "y/A=224.0.1.2:1", "x/B=224.0.1.3:1"], &["iextp"]).unwrap();
    let first = feed.find("x", "A").unwrap();
    feed.remove(first);
    assert_eq!((first, feed.find("x", "A"), feed.find("x", "B")), (0, None, Some(2)));
    assert_eq!(feed.live().map(|(index, _)| index).collect::<Vec<_>>(), [1, 2]);
    let added = feed.add(&"y/B=224.0.1.1:1".parse().unwrap(), &[]).unwrap();
    assert_eq!((added, feed.lines[added].index), (0, 1));
    assert_eq!(feed.channels[1].lines, [1, 0]);
    let added = feed.add(&"x/A=224.0.1.4:1".parse().unwrap(), &[]).unwrap();
    assert_eq!((added, feed.lines[added].index), (3, 0), "its place in the channel is free, too");
    assert!(feed.add(&"z/A=224.0.1.1:1".parse().unwrap(), &[]).is_err());
}

#[test]
fn a_rule_is_a_framing_with_any_codec() {
    let rule = "seq:sequence=4:4le,key=3:1,count=2:1,messages=0:1:inclusive,unsequenced=4:4le==0";
    for (given, channel, name) in [
        (rule.to_owned(), None, format!("{rule}/raw")),
        (format!("{rule}/pitch"), None, format!("{rule}/pitch")),
        (format!("cboe={rule}/raw"), Some("cboe"), format!("{rule}/raw")),
    ] {
        let spec: ProtocolSpec = given.parse().unwrap();
        assert_eq!(spec.channel.as_deref(), channel);
        assert_eq!(spec.protocol.name(), name);
        // What is printed can be given again.
        assert_eq!(name.parse::<ProtocolSpec>().unwrap().protocol, spec.protocol);
    }
    assert!("x=seq:".parse::<ProtocolSpec>().unwrap_err().contains("KEY=VALUE"));
    assert!("seq:count=2:1".parse::<ProtocolSpec>().unwrap_err().contains("add sequence="));
    assert!(format!("{rule}/x").parse::<ProtocolSpec>().unwrap_err().contains("no codec 'x'"));
}

#[test]
fn contradictions_say_what_to_do() {
    for (lines, protocols, cause) in [
        (vec!["A=224.0.1.1:1"], vec![], "add --protocol feed="),
        (vec!["A=224.0.1.1:1", "B=224.0.1.1:1"], vec!["iextp"], "again"),
        (vec!["A=224.0.1.1:1", "A=224.0.1.2:1"], vec!["iextp"], "another name"),
        (vec!["A=224.0.1.1:1"], vec!["iextp", "x=iextp"], "--line x/A="),
        (vec!["A=224.0.1.1:1"], vec!["iextp", "moldudp64"], "given twice"),
    ] {
        let error = feed(&lines, &protocols).unwrap_err();
        assert_eq!(error.exit_code(), 2);
        assert!(error.to_string().contains(cause), "{error}");
    }
    assert_eq!("x=auto".parse::<ProtocolSpec>().unwrap().protocol, ProtocolChoice::Auto);
    assert!("auto/raw".parse::<ProtocolSpec>().unwrap_err().contains("no framing 'auto'"));
    assert!("mold".parse::<ProtocolSpec>().unwrap_err().contains("moldudp64, iextp"));
    assert!("moldudp64/x".parse::<ProtocolSpec>().unwrap_err().contains("itch50, asx-itch"));
    assert!("=iextp".parse::<ProtocolSpec>().unwrap_err().contains("no name"));
}
