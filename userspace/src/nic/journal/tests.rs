//! What is undone, and what is left.

use super::*;

fn setting(directory: &Path, value: &str) -> PathBuf {
    let path = directory.join("setting");
    fs::write(&path, value).unwrap();
    path
}

/// As after a crash: the file says a process that is no more.
fn crashed(directory: &Path, change: Change) -> PathBuf {
    let path = directory.join("journal/1-eth0.json");
    let mut journal = Journal::new(&directory.join("journal"), "eth0").unwrap();
    journal.path = path.clone();
    journal.record.started += 1;
    journal.record.changes.push(change);
    journal.write().unwrap();
    std::mem::forget(journal);
    path
}

#[test]
fn a_change_is_undone_with_its_journal() {
    let directory = tempfile::tempdir().unwrap();
    let path = setting(directory.path(), "0\n");
    let mut journal = Journal::new(&directory.path().join("journal"), "eth0").unwrap();
    journal.set(&path, "2").unwrap();
    assert_eq!(read(&path).unwrap(), "2");
    assert!(journal.path.exists());
    // Nobody else's as long as we live.
    assert_eq!(restore(&directory.path().join("journal")).unwrap(), Report::default());
    let file = journal.path.clone();
    drop(journal);
    assert_eq!(read(&path).unwrap(), "0");
    assert!(!file.exists());
}

#[test]
fn what_a_crash_left_is_undone_by_the_next() {
    let directory = tempfile::tempdir().unwrap();
    let path = setting(directory.path(), "2\n");
    let file =
        crashed(directory.path(), Change::File { path: path.clone(), old: "0".into(), new: "2".into() });
    let report = restore(&directory.path().join("journal")).unwrap();
    assert_eq!((report.restored.len(), report.left.len()), (1, 0), "{report:?}");
    assert_eq!(read(&path).unwrap(), "0");
    assert!(!file.exists());
}

#[test]
fn what_somebody_else_set_since_stays() {
    let directory = tempfile::tempdir().unwrap();
    let path = setting(directory.path(), "7\n");
    crashed(directory.path(), Change::File { path: path.clone(), old: "0".into(), new: "2".into() });
    let report = restore(&directory.path().join("journal")).unwrap();
    assert!(report.restored.is_empty() && report.left[0].contains("is 7"), "{report:?}");
    assert_eq!(read(&path).unwrap(), "7");
}

#[test]
fn a_crash_between_journal_and_change_and_a_setting_that_is_gone_need_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let path = setting(directory.path(), "0\n");
    for path in [path, directory.path().join("gone")] {
        let file = crashed(directory.path(), Change::File { path, old: "0".into(), new: "2".into() });
        assert_eq!(restore(&directory.path().join("journal")).unwrap(), Report::default());
        assert!(!file.exists());
    }
}

#[test]
fn another_namespace_and_another_program_are_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let path = setting(directory.path(), "2\n");
    let file =
        crashed(directory.path(), Change::File { path: path.clone(), old: "0".into(), new: "2".into() });
    let mut record: Record = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    // Gone: the setting is another's, whatever it says.
    record.network_namespace = 1;
    fs::write(&file, serde_json::to_vec(&record).unwrap()).unwrap();
    assert_eq!(restore(&directory.path().join("journal")).unwrap(), Report::default());
    assert_eq!(read(&path).unwrap(), "2");
    assert!(!file.exists());
    fs::write(&file, "no journal").unwrap();
    let report = restore(&directory.path().join("journal")).unwrap();
    assert!(report.left[0].contains("not a journal"), "{report:?}");
    assert!(file.exists());
}
