//! Which process holds a socket, an XDP program or its link: every process's open files and mappings (proc(5)).

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use serde::Serialize;

/// A process.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Process {
    /// Its id.
    pub pid: u32,
    /// Its name, as `ps` shows it.
    pub name: String,
}

impl std::fmt::Display for Process {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} (pid {})", self.name, self.pid)
    }
}

/// Something that is held by an open file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Held {
    /// A socket, by its inode.
    Socket(u64),
    /// A BPF program, by its id.
    Program(u32),
    /// A link between a program and what it is attached to, by its id.
    Link(u32),
}

/// Who holds what, as it was when it was read.
#[derive(Clone, Debug, Default)]
pub struct Processes {
    holders: BTreeMap<Held, Vec<Process>>,
    /// The names of all.
    pub names: Vec<String>,
}

impl Processes {
    /// Looks through `/proc`. What ends meanwhile, or may not be looked at, is left out.
    #[must_use]
    pub fn read() -> Self {
        let mut all = Self::default();
        for (pid, directory) in directories(Path::new("/proc")) {
            let Ok(name) = fs::read_to_string(directory.join("comm")) else { continue };
            let process = Process { pid, name: name.trim_end().to_owned() };
            all.names.push(process.name.clone());
            let files = fs::read_dir(directory.join("fd")).into_iter().flatten().filter_map(Result::ok);
            files.flat_map(|file| held(&directory, &file.path())).for_each(|held| all.add(held, &process));
        }
        all
    }

    fn add(&mut self, held: Held, process: &Process) {
        let holders = self.holders.entry(held).or_default();
        if !holders.contains(process) {
            holders.push(process.clone());
        }
    }

    /// The processes that hold it; none that could be seen, perhaps.
    #[must_use]
    pub fn holding(&self, what: Held) -> &[Process] {
        self.holders.get(&what).map(Vec::as_slice).unwrap_or_default()
    }
}

/// Whether this process has a link of this program open. Of itself a process may ask that; the kernel tells whose links
/// there are with `CAP_SYS_ADMIN` alone.
#[must_use]
pub fn holds_link_of(program: u32) -> bool {
    let own = Path::new("/proc/self");
    let files = fs::read_dir(own.join("fd")).into_iter().flatten().filter_map(Result::ok);
    files.map(|file| held(own, &file.path())).any(|held| is_link_of(&held, program))
}

fn is_link_of(held: &[Held], program: u32) -> bool {
    matches!(held, [Held::Link(_), Held::Program(id)] if *id == program)
}

/// The processes seen to have the rings of AF_XDP sockets mapped, and the number of those that may not be looked at.
#[must_use]
pub(super) fn with_xdp_rings() -> (Vec<Process>, usize) {
    let (mut found, mut unseen) = (Vec::new(), 0);
    for (pid, directory) in directories(Path::new("/proc")) {
        match fs::read_to_string(directory.join("maps")) {
            Ok(maps) if maps_fill_ring(&maps) => {
                let name = fs::read_to_string(directory.join("comm")).unwrap_or_default();
                found.push(Process { pid, name: name.trim_end().to_owned() });
            }
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => unseen += 1,
            // It has none, or has ended.
            Ok(_) | Err(_) => {}
        }
    }
    (found, unseen)
}

/// Whether `/proc/PID/maps` has a socket mapped at the fill ring's offset (`XDP_UMEM_PGOFF_FILL_RING`), which no
/// other kind of socket has.
fn maps_fill_ring(maps: &str) -> bool {
    maps.lines().any(|line| {
        let mut fields = line.split_whitespace();
        fields.nth(2) == Some("100000000") && fields.nth(2).is_some_and(|path| path.starts_with("socket:["))
    })
}

/// The directories of processes, by their id.
fn directories(proc: &Path) -> Vec<(u32, PathBuf)> {
    let entries = fs::read_dir(proc).into_iter().flatten().filter_map(Result::ok);
    entries.filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path()))).collect()
}

/// What one open file holds.
fn held(process: &Path, file: &Path) -> Vec<Held> {
    let Ok(target) = fs::read_link(file) else { return Vec::new() };
    let target = target.to_string_lossy();
    if let Some(inode) = socket_inode(&target) {
        return vec![Held::Socket(inode)];
    }
    // `bpf-prog`, `bpf_link`, `bpf-link` by the kernel's version.
    if !target.starts_with("anon_inode:") || !target.contains("bpf") {
        return Vec::new();
    }
    let number = file.file_name().unwrap_or_default();
    bpf(&fs::read_to_string(process.join("fdinfo").join(number)).unwrap_or_default())
}

/// `socket:[4711]`
fn socket_inode(target: &str) -> Option<u64> {
    target.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok()
}

/// What the description of a BPF file says it is. A link's has its program's id too: both are held by it.
fn bpf(fdinfo: &str) -> Vec<Held> {
    let field = |name: &str| {
        let line = fdinfo.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim_start_matches(':').trim().parse().ok()
    };
    let link = field("link_id").map(Held::Link);
    link.into_iter().chain(field("prog_id").map(Held::Program)).collect()
}

#[cfg(test)]
mod tests {
    use std::{net::UdpSocket, os::fd::AsRawFd, process};

    use super::*;

    #[test]
    fn files_say_what_they_hold() {
        assert_eq!(socket_inode("socket:[4711]"), Some(4711));
        assert_eq!(socket_inode("pipe:[4711]"), None);
        let link = "pos:\t0\nflags:\t02000000\nlink_type:\txdp\nlink_id:\t12\nprog_tag:\t3b18\nprog_id:\t41\nifindex:\t5\n";
        assert_eq!(bpf(link), [Held::Link(12), Held::Program(41)]);
        let program = "pos:\t0\nprog_type:\t6\nprog_jited:\t1\nmemlock:\t4096\nprog_id:\t41\n";
        assert_eq!(bpf(program), [Held::Program(41)]);
        assert!(is_link_of(&bpf(link), 41) && !is_link_of(&bpf(link), 12) && !is_link_of(&bpf(program), 41));
        assert_eq!(bpf("map_type:\t17\nmap_id:\t9\n"), []);
    }

    #[test]
    fn a_fill_ring_is_told_from_other_mappings() {
        let ring =
            "7f1c00000000-7f1c00011000 rw-s 100000000 00:08 4711                       socket:[4711]\n";
        assert!(maps_fill_ring(&format!(
            "55d000000000-55d000001000 r--p 00000000 fe:00 12   /usr/bin/x\n{ring}"
        )));
        // A packet socket's ring; a file that is as long.
        assert!(!maps_fill_ring(&ring.replace("100000000", "00000000")));
        assert!(!maps_fill_ring(&ring.replace("socket:[4711]", "/var/tmp/large")));
        assert!(!maps_fill_ring("7ffe00000000-7ffe00001000 rw-p 100000000 00:00 0\n"));
    }

    #[test]
    fn this_process_holds_its_own_socket() {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let link = fs::read_link(format!("/proc/self/fd/{}", socket.as_raw_fd())).unwrap();
        let inode = socket_inode(&link.to_string_lossy()).unwrap();
        let processes = Processes::read();
        let holders = processes.holding(Held::Socket(inode));
        assert!(holders.iter().any(|holder| holder.pid == process::id()), "{holders:?}");
        assert!(processes.holding(Held::Socket(0)).is_empty());
    }
}
