//! A driver with one device, in memory.

use std::{cell::RefCell, collections::BTreeMap, io, rc::Rc};

use super::super::{Drivers, Rule, SWITCH};
use crate::sys::ethtool::{
    Feature,
    rules::{ANY_LOCATION, RuleSpec, Table},
};

/// The kernel's index of the device.
pub(super) const DEVICE: u32 = 3;

/// Kept by both who asks and who looks.
#[derive(Clone, Debug)]
pub(super) struct Played(Rc<RefCell<State>>);

#[derive(Debug)]
struct State {
    rules: BTreeMap<u32, RuleSpec>,
    size: u32,
    places: bool,
    has_rules: bool,
    on: bool,
    fixed: bool,
    rounds: bool,
    /// What is to fail: which call, after how many that do not, how.
    failures: Vec<(&'static str, usize, i32)>,
    fails_always: Option<i32>,
}

pub(super) fn rule(destination: &str, source: Option<&str>, queue: u32) -> Rule {
    let source = source.map(|source| source.parse().unwrap());
    Rule { destination: destination.parse().unwrap(), source, queue }
}

pub(super) fn spec(destination: &str, queue: u32) -> RuleSpec {
    rule(destination, None, queue).spec()
}

impl Played {
    /// The location is said by who inserts, as with most drivers.
    pub(super) fn with_size(size: u32) -> Self {
        Self(Rc::new(RefCell::new(State {
            rules: BTreeMap::new(),
            size,
            places: false,
            has_rules: true,
            on: true,
            fixed: false,
            rounds: false,
            failures: Vec::new(),
            fails_always: None,
        })))
    }

    /// The driver finds the location, and takes none.
    pub(super) fn that_places(size: u32) -> Self {
        let played = Self::with_size(size);
        played.0.borrow_mut().places = true;
        played
    }

    pub(super) fn switched_off(size: u32) -> Self {
        let played = Self::with_size(size);
        played.0.borrow_mut().on = false;
        played
    }

    /// As veth and virtio are.
    pub(super) fn without_rules() -> Self {
        let played = Self::with_size(0);
        let mut state = played.0.borrow_mut();
        (state.has_rules, state.on, state.fixed) = (false, false, true);
        drop(state);
        played
    }

    pub(super) fn round(&self) {
        self.0.borrow_mut().rounds = true;
    }

    pub(super) fn fail(&self, call: &'static str, errno: i32) {
        self.fail_after(call, 0, errno);
    }

    pub(super) fn fail_after(&self, call: &'static str, calls: usize, errno: i32) {
        self.0.borrow_mut().failures.push((call, calls, errno));
    }

    pub(super) fn fail_always(&self, errno: i32) {
        self.0.borrow_mut().fails_always = Some(errno);
    }

    /// What another user does.
    pub(super) fn put(&self, location: u32, spec: RuleSpec) {
        self.0.borrow_mut().rules.insert(location, spec);
    }

    pub(super) fn take(&self, location: u32) {
        self.0.borrow_mut().rules.remove(&location).expect("there is one");
    }

    /// What is there, without the locations in the rules themselves.
    pub(super) fn rules(&self) -> Vec<(u32, RuleSpec)> {
        let rules = self.0.borrow().rules.clone();
        rules
            .into_iter()
            .map(|(at, mut spec)| {
                (at, {
                    spec.location = 0;
                    spec
                })
            })
            .collect()
    }

    pub(super) fn is_on(&self) -> bool {
        self.0.borrow().on
    }

    /// The state, unless this call of that device is to fail.
    fn call(&self, call: &str, device: u32) -> io::Result<std::cell::RefMut<'_, State>> {
        let mut state = self.0.borrow_mut();
        assert_eq!(device, DEVICE);
        let failure = state.failures.iter_mut().position(|(of, ..)| *of == call);
        let due = failure.filter(|at| state.failures[*at].1 == 0);
        if let Some(errno) = state.fails_always.or_else(|| due.map(|at| state.failures.remove(at).2)) {
            return Err(io::Error::from_raw_os_error(errno));
        }
        if let Some(at) = failure {
            state.failures[at].1 -= 1;
        }
        let rules = matches!(call, "table" | "locations" | "rule" | "insert" | "delete");
        if rules && !state.has_rules {
            return Err(io::Error::from_raw_os_error(libc::EOPNOTSUPP));
        }
        Ok(state)
    }
}

fn error<T>(errno: i32) -> io::Result<T> {
    Err(io::Error::from_raw_os_error(errno))
}

impl Drivers for Played {
    fn table(&self, device: u32) -> io::Result<Table> {
        let state = self.call("table", device)?;
        Ok(Table { rules: state.rules.len() as u32, size: state.size, places: state.places })
    }

    fn locations(&self, device: u32) -> io::Result<(Vec<u32>, u32)> {
        let state = self.call("locations", device)?;
        Ok((state.rules.keys().copied().collect(), state.size))
    }

    fn rule(&self, device: u32, location: u32) -> io::Result<RuleSpec> {
        let state = self.call("rule", device)?;
        state.rules.get(&location).copied().map_or_else(|| error(libc::ENOENT), Ok)
    }

    fn insert(&self, device: u32, spec: &RuleSpec) -> io::Result<u32> {
        let mut state = self.call("insert", device)?;
        if !state.on {
            return error(libc::EOPNOTSUPP);
        }
        if (spec.location == ANY_LOCATION) != state.places {
            return error(libc::EINVAL);
        }
        let size = state.size;
        let location = match state.places {
            true => (0..size).find(|location| !state.rules.contains_key(location)),
            false => Some(spec.location).filter(|location| *location < size),
        };
        let Some(location) = location else { return error(libc::ENOSPC) };
        let mut made = *spec;
        if state.rounds {
            made.round();
        }
        state.rules.insert(location, made);
        Ok(location)
    }

    fn delete(&self, device: u32, location: u32) -> io::Result<()> {
        let mut state = self.call("delete", device)?;
        state.rules.remove(&location).map_or_else(|| error(libc::ENOENT), |_| Ok(()))
    }

    fn switch(&self, device: u32) -> io::Result<Feature> {
        let state = self.call("switch", device)?;
        Ok(Feature { name: SWITCH.into(), on: state.on, fixed: state.fixed })
    }

    /// As i40e does: what is switched off forgets its rules.
    fn heed(&self, device: u32, on: bool) -> io::Result<()> {
        let mut state = self.call("heed", device)?;
        if state.fixed {
            return error(libc::EOPNOTSUPP);
        }
        state.on = on;
        if !on {
            state.rules.clear();
        }
        Ok(())
    }
}
