//! `@FILE`: more arguments from a file, one or more a line, `#` starts a comment.

use std::{ffi::OsString, fs, path::Path};

use crate::failure::Failure;

/// Files within files, at most: deeper ones include each other.
const MAX_DEPTH: usize = 8;

/// Replaces each `@FILE` by what the file holds.
///
/// # Errors
/// [`Failure::Usage`] when a file cannot be read, its quotes do not close, or files include each other.
pub fn expand(arguments: impl IntoIterator<Item = OsString>) -> Result<Vec<OsString>, Failure> {
    let mut expanded = Vec::new();
    for argument in arguments {
        add(argument, 0, &mut expanded)?;
    }
    Ok(expanded)
}

fn add(argument: OsString, depth: usize, to: &mut Vec<OsString>) -> Result<(), Failure> {
    let Some(path) = argument.to_str().and_then(|text| text.strip_prefix('@')) else {
        to.push(argument);
        return Ok(());
    };
    if depth == MAX_DEPTH {
        return Err(Failure::Usage(format!("@{path}: files include each other more than {MAX_DEPTH} deep")));
    }
    let text = fs::read_to_string(Path::new(path))
        .map_err(|error| Failure::Usage(format!("@{path}: cannot read the file: {error}")))?;
    for (number, line) in text.lines().enumerate() {
        let words = shlex::split(line)
            .ok_or_else(|| Failure::Usage(format!("@{path}, line {}: a quote does not close", number + 1)))?;
        for word in words {
            add(word.into(), depth + 1, to)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_stands_for_its_words() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("feed.args");
        fs::write(&path, "# the feed\n--line A=224.0.1.1:1   # line A\n\n--json\n'a b'\n").unwrap();
        let arguments = ["xdpfeed".into(), "run".into(), format!("@{}", path.display()).into()];
        let expanded = expand(arguments).unwrap();
        assert_eq!(expanded, ["xdpfeed", "run", "--line", "A=224.0.1.1:1", "--json", "a b"]);
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("loop.args");
        fs::write(&path, format!("@{}", path.display())).unwrap();
        for argument in ["@/no/such/file".to_owned(), format!("@{}", path.display())] {
            let failure = expand([argument.clone().into()]).unwrap_err();
            assert_eq!(failure.exit_code(), 2);
            assert!(failure.to_string().contains(&argument), "{failure}");
        }
    }
}
