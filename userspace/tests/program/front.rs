//! What stands in front of the maps answers as they do, whatever comes and goes.

use std::net::{Ipv4Addr, SocketAddr};

use aya::maps::{HashMap, MapData};
use xdp_prog::{FrontKey, GroupV4, SourceV4, front_places, map};
use xdpfeed::program::{Match, ProgramConfig};

use crate::kernel::{CONFIG, Kernel, in_namespace};
use crate::kinds::{udp_v4, wanted, wanted_from};

const PORT: u16 = 5001;
const SOURCE: [u8; 4] = [10, 0, 0, 2];

fn key(group: [u8; 4]) -> GroupV4 {
    GroupV4 { address: group, port: PORT.to_be_bytes(), zero: [0; 2] }
}

/// A line to that group; with `by_source`, from [`SOURCE`] alone.
fn line(index: u16, group: [u8; 4], by_source: bool) -> Match {
    let to = SocketAddr::from((group, PORT)).to_string();
    if by_source { wanted_from(index, &Ipv4Addr::from(SOURCE).to_string(), &to) } else { wanted(index, &to) }
}

/// Groups that have one place in front of the maps.
fn of_one_place<const N: usize>(by_source: bool) -> [[u8; 4]; N] {
    let shift = u64::BITS - front_places(CONFIG.groups).ilog2();
    let source = if by_source { u32::from_ne_bytes(SOURCE) } else { 0 };
    let port = u16::from_ne_bytes(PORT.to_be_bytes());
    let place = |group: [u8; 4]| FrontKey::v4(u32::from_ne_bytes(group), port, source).hash() >> shift;
    let groups = || (0..=u16::MAX).map(|n| [239, 3, n.to_be_bytes()[0], n.to_be_bytes()[1]]);
    let first = place([239, 3, 0, 0]);
    let mut same = groups().filter(|group| place(*group) == first);
    [(); N].map(|()| same.next().unwrap())
}

fn either(test: impl Fn(bool, &mut Kernel)) {
    for by_source in [false, true] {
        test(by_source, &mut Kernel::new(ProgramConfig { sources_first: by_source, ..CONFIG }, &[]));
    }
}

fn check(kernel: &mut Kernel, groups: &[[u8; 4]]) {
    for group in groups {
        kernel.check("from the source", &udp_v4(SOURCE, *group, PORT));
        kernel.check("from another", &udp_v4([10, 0, 0, 3], *group, PORT));
    }
}

#[test]
fn a_line_in_front_needs_no_map_and_goes_when_it_is_removed() {
    in_namespace(|| {
        either(|by_source, kernel| {
            let [group] = of_one_place(by_source);
            let wanted = line(1, group, by_source);
            kernel.program.add_match(wanted).unwrap();
            kernel.oracle.matches.push(wanted);
            let ebpf = kernel.program.ebpf();
            if by_source {
                let of = SourceV4 { group: key(group), source: SOURCE };
                let mut sources: HashMap<&mut MapData, [u8; 12], [u8; 8]> =
                    ebpf.map_mut(map::SOURCES_V4).unwrap().try_into().unwrap();
                sources.remove(&of.to_bytes()).unwrap();
            } else {
                let mut groups: HashMap<&mut MapData, [u8; 8], [u8; 8]> =
                    ebpf.map_mut(map::GROUPS_V4).unwrap().try_into().unwrap();
                groups.remove(&key(group).to_bytes()).unwrap();
            }
            check(kernel, &[group]);
            kernel.program.remove_match(&wanted).unwrap();
            kernel.oracle.matches.clear();
            check(kernel, &[group]);
        });
    });
}

/// Of several lines of one place, one is in front, whichever comes and goes in between.
#[test]
fn lines_of_one_place_do_not_hide_each_other() {
    in_namespace(|| {
        either(|by_source, kernel| {
            let groups: [_; 3] = of_one_place(by_source);
            let [first, second, third] = [0, 1, 2].map(|n| line(n, groups[usize::from(n)], by_source));
            for (added, removed) in [
                (Some(first), None),
                (Some(second), None),
                (None, Some(first)),
                (Some(third), None),
                (None, Some(second)),
                (Some(Match { generation: 1, ..first }), None),
                (None, Some(third)),
                (Some(Match { vlan: Some(7), ..second }), None),
            ] {
                if let Some(added) = added {
                    kernel.program.add_match(added).unwrap();
                    kernel.oracle.matches.push(added);
                }
                if let Some(removed) = removed {
                    kernel.program.remove_match(&removed).unwrap();
                    kernel.oracle.matches.retain(|kept| *kept != removed);
                }
                check(kernel, &groups);
            }
        });
    });
}

/// A destination that gets a line for one source, and loses it, is answered anew each time.
#[test]
fn what_a_group_is_matched_to_may_change() {
    in_namespace(|| {
        either(|_, kernel| {
            let [group] = of_one_place(false);
            let (any, named) = (line(1, group, false), line(2, group, true));
            for matches in [&[any][..], &[any, named], &[any], &[], &[named], &[named, any], &[named], &[]] {
                let now = kernel.oracle.matches.clone();
                for gone in now.iter().filter(|line| !matches.contains(line)) {
                    kernel.program.remove_match(gone).unwrap();
                }
                for new in matches.iter().filter(|line| !now.contains(line)) {
                    kernel.program.add_match(*new).unwrap();
                }
                kernel.oracle.matches = matches.to_vec();
                check(kernel, &[group]);
            }
        });
    });
}
