//! `--messages FILE`: what is delivered, as JSON lines.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

use anyhow::Context as _;

use crate::{failure::Failure, sink::JsonLines};

/// Where the lines go.
pub(super) type Messages = JsonLines<BufWriter<Box<dyn Write + Send>>>;

/// A file for each of several workers, whose lines would get mixed up in one: FILE.0, FILE.1, …
///
/// # Errors
/// [`Failure::Usage`] when they cannot each have one.
pub(super) fn paths(path: &Path, workers: usize) -> Result<Vec<PathBuf>, Failure> {
    if workers == 1 {
        return Ok(vec![path.to_owned()]);
    }
    if path == Path::new("-") {
        return Err(Failure::Usage(
            "--messages - with several --workers: each writes a file of its own, so name one (FILE.0, FILE.1, …)"
                .into(),
        ));
    }
    let of = |worker| {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".{worker}"));
        name.into()
    };
    Ok((0..workers).map(of).collect())
}

/// Opens a file, whose former content goes, or with `-` standard output.
///
/// # Errors
/// [`Failure::Usage`] when it cannot be written.
pub(super) fn open(path: &Path) -> Result<Messages, Failure> {
    let to: Box<dyn Write + Send> = if path == Path::new("-") {
        Box::new(io::stdout())
    } else {
        Box::new(File::create(path).map_err(|error| {
            Failure::Usage(format!("--messages {}: {error}: name a file that can be written", path.display()))
        })?)
    };
    Ok(JsonLines::new(BufWriter::new(to)))
}

/// Refuses to write over what is to be read.
///
/// # Errors
/// [`Failure::Usage`] when `path` is one of `inputs`, by whatever name.
pub(super) fn is_no_input(path: &Path, inputs: &[PathBuf]) -> Result<(), Failure> {
    let file_at = |path: &Path, standard: &'static str| {
        let path = if path == Path::new("-") { Path::new(standard) } else { path };
        let file = path.metadata().ok().filter(std::fs::Metadata::is_file)?;
        Some((file.dev(), file.ino()))
    };
    let Some(to) = file_at(path, "/dev/stdout") else { return Ok(()) };
    match inputs.iter().find(|input| file_at(input.as_path(), "/dev/stdin") == Some(to)) {
        None => Ok(()),
        Some(input) => Err(Failure::Usage(format!(
            "--messages {} is the capture {} itself: name another file",
            path.display(),
            input.display()
        ))),
    }
}

/// Writes what is buffered.
///
/// # Errors
/// Something could not be written, now or before.
pub(super) fn finish(messages: Messages, path: &Path) -> Result<(), Failure> {
    match messages.finish() {
        // A reader of standard output that had seen enough (`| head`). One of a named pipe was to have all of it.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe && path == Path::new("-") => Ok(()),
        written => Ok(written.with_context(|| format!("cannot write messages to {}", path.display()))?),
    }
}
