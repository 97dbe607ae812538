//! The report as a person reads it.

use std::fmt;

use super::{InterfaceReport, Line, Report, Status};

/// Columns of the text: a terminal's are rarely fewer.
const WIDTH: usize = 100;
/// Columns of the status and of the topic.
const STATUS: usize = 9;
const TOPIC: usize = 16;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "host")?;
        for line in &self.host {
            write_line(f, line)?;
        }
        for interface in &self.interfaces {
            write_interface(f, interface)?;
        }
        Ok(())
    }
}

fn write_interface(f: &mut fmt::Formatter<'_>, interface: &InterfaceReport) -> fmt::Result {
    writeln!(f)?;
    writeln!(f, "{} ({})", interface.name, interface.what)?;
    for line in &interface.lines {
        write_line(f, line)?;
    }
    let count = |status| interface.lines.iter().filter(|line| line.status == status).count();
    let verdict = match interface.works {
        true => format!("works here, {}", super::counted(count(Status::Warning) as u64, "warning")),
        false => "does not work here until what is bad is mended, here and for the host".to_owned(),
    };
    write_entry(f, "  =>", "run", &verdict)?;
    // In one piece, to be copied.
    let command = interface.recommended.command(&interface.name);
    writeln!(f, "{:width$}{:<TOPIC$}{command}", "", "with", width = STATUS + 2)?;
    for flag in &interface.recommended.flags {
        write_entry(f, "", "", &format!("{}: {}", flag.flag, flag.why))?;
    }
    Ok(())
}

fn write_line(f: &mut fmt::Formatter<'_>, line: &Line) -> fmt::Result {
    let cause = line.cause.as_ref().map_or_else(String::new, |cause| format!(": {cause}"));
    write_entry(f, &format!("  {}", line.status.name()), line.topic, &format!("{}{cause}", line.finding))?;
    match &line.fix {
        Some(fix) => write_entry(f, "", "", &format!("fix: {fix}")),
        None => Ok(()),
    }
}

/// A status, a topic, and text beside them that goes on below itself.
fn write_entry(f: &mut fmt::Formatter<'_>, status: &str, topic: &str, text: &str) -> fmt::Result {
    let room = WIDTH - 2 - STATUS - TOPIC;
    let (mut status, mut topic) = (status, topic);
    for row in wrapped(text, room) {
        let row = format!("{status:<width$}{topic:<TOPIC$}{row}", width = STATUS + 2);
        writeln!(f, "{}", row.trim_end())?;
        (status, topic) = ("", "");
    }
    Ok(())
}

/// Rows of at most `room` characters, but for words that are longer.
fn wrapped(text: &str, room: usize) -> Vec<String> {
    let mut rows = vec![String::new()];
    for word in text.split(' ') {
        let row = rows
            .last_mut()
            .filter(|row| row.is_empty() || row.chars().count() + 1 + word.chars().count() <= room);
        match row {
            Some(row) if row.is_empty() => row.push_str(word),
            Some(row) => {
                row.push(' ');
                row.push_str(word);
            }
            None => rows.push(word.to_owned()),
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_goes_on_below() {
        assert_eq!(wrapped("a bc def", 4), ["a bc", "def"]);
        assert_eq!(wrapped("µµ µµ longer-than-room x", 5), ["µµ µµ", "longer-than-room", "x"]);
        assert_eq!(wrapped("", 5), [""]);
    }
}
