//! Which Linux distribution this is, as os-release(5) tells it.

use std::fs;

/// The distribution's own description of itself.
#[derive(Debug)]
pub(crate) struct Distribution {
    /// `PRETTY_NAME`.
    pub(crate) name: String,
    /// `VERSION_CODENAME`, the name of the release in apt's sources.
    pub(crate) codename: String,
    id: String,
    like: String,
}

impl Distribution {
    /// Reads this host's os-release file.
    pub(crate) fn of_this_host() -> Self {
        let file = ["/etc/os-release", "/usr/lib/os-release"];
        Self::parse(&file.iter().find_map(|file| fs::read_to_string(file).ok()).unwrap_or_default())
    }

    fn parse(text: &str) -> Self {
        let field = |name: &str| {
            let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
            value.unwrap_or_default().trim().trim_matches(['"', '\'']).to_string()
        };
        let name = Some(field("PRETTY_NAME")).filter(|name| !name.is_empty());
        Self {
            name: name.unwrap_or_else(|| "this system".into()),
            codename: field("VERSION_CODENAME"),
            id: field("ID"),
            like: field("ID_LIKE"),
        }
    }

    /// Debian itself, whose archive has the eBPF compiler.
    pub(crate) fn is_debian(&self) -> bool {
        self.id == "debian"
    }

    /// Debian, Ubuntu, or one of their children: packages have the same names everywhere.
    pub(crate) fn has_apt(&self) -> bool {
        let mut ids = self.like.split_whitespace().chain([self.id.as_str()]);
        ids.any(|id| id == "debian" || id == "ubuntu")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_families_apart() {
        let debian = Distribution::parse(
            "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nVERSION_CODENAME=bookworm\nID=debian\n",
        );
        assert!(debian.is_debian() && debian.has_apt());
        assert_eq!(
            (debian.name.as_str(), debian.codename.as_str()),
            ("Debian GNU/Linux 12 (bookworm)", "bookworm")
        );
        let ubuntu = Distribution::parse("ID=ubuntu\nID_LIKE=debian\nVERSION_CODENAME=noble\n");
        assert!(!ubuntu.is_debian() && ubuntu.has_apt());
        let mint = Distribution::parse("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n");
        assert!(!mint.is_debian() && mint.has_apt());
        let fedora = Distribution::parse("ID=fedora\nPRETTY_NAME='Fedora Linux 42'\n");
        assert!(!fedora.has_apt());
        assert_eq!(Distribution::parse("").name, "this system");
    }
}
