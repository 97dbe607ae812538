//! The XDP programs on an interface, and who put them there.

use aya::programs::{loaded_links, loaded_programs};
use serde::Serialize;

use super::{
    link::{Link, XdpMode},
    processes::{Held, Process, Processes},
};

/// A program on an interface.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AttachedProgram {
    /// The kernel's id of it.
    pub id: u32,
    /// Its name; `None` when this process may not ask.
    pub name: Option<String>,
    /// Where it runs.
    pub mode: XdpMode,
    /// The id of the link that holds it; `None` when it was attached without.
    pub link: Option<u32>,
    /// Whether this process may ask for names and links (`CAP_SYS_ADMIN`).
    pub may_ask: bool,
    /// Who holds the link, or else the program; empty when that cannot be seen.
    pub processes: Vec<Process>,
}

/// The programs on an interface.
pub(super) fn attached_programs(link: &Link, processes: &Processes) -> Vec<AttachedProgram> {
    let programs = link.programs.iter().map(|&(id, mode)| {
        let info = loaded_programs().filter_map(Result::ok).find(|info| info.id() == id);
        let links: Result<Vec<_>, _> = loaded_links().collect();
        let may_ask = links.is_ok();
        let link =
            links.unwrap_or_default().into_iter().find(|link| link.program_id() == id).map(|link| link.id());
        let by_link = link.map(|link| processes.holding(Held::Link(link))).unwrap_or_default();
        let holders = if by_link.is_empty() { processes.holding(Held::Program(id)) } else { by_link };
        AttachedProgram {
            id,
            name: info.and_then(|info| info.name_as_str().map(str::to_owned)),
            mode,
            link,
            may_ask,
            processes: holders.to_vec(),
        }
    });
    programs.collect()
}
