//! Which system calls of the program change something, and a fault at one of them.

use std::ffi::OsString;

/// The calls by which a program changes files, or takes a lock.
const CHANGING: &[&str] = &[
    "openat",
    "open",
    "creat",
    "write",
    "pwrite64",
    "writev",
    "fsync",
    "fdatasync",
    "rename",
    "renameat",
    "renameat2",
    "link",
    "linkat",
    "symlink",
    "symlinkat",
    "unlink",
    "unlinkat",
    "mkdir",
    "mkdirat",
    "rmdir",
    "ftruncate",
    "truncate",
    "chmod",
    "fchmod",
    "fchmodat",
    "fallocate",
    "flock",
    "utimensat",
];

/// One system call of a run: the how-manieth of its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Point {
    pub(crate) name: String,
    pub(crate) nth: usize,
    /// As it was traced, to be read by people.
    pub(crate) line: String,
}

/// What happens at a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The process is killed before the call is made.
    Kill,
    /// The process is stopped after the call.
    Stop,
    /// The call fails.
    Error(&'static str),
}

/// Returns the options by which `strace` writes down the calls of a process. Only the process itself is followed, not what it starts.
pub(crate) fn tracing() -> Vec<OsString> {
    vec!["-e".into(), format!("trace={}", CHANGING.join(",")).into()]
}

/// Returns the options by which `strace` puts in a fault.
pub(crate) fn injecting(point: &Point, fault: Fault) -> Vec<OsString> {
    let what = match fault {
        Fault::Kill => "signal=KILL".to_owned(),
        Fault::Stop => "signal=STOP".to_owned(),
        Fault::Error(name) => format!("error={name}"),
    };
    let (name, nth) = (&point.name, point.nth);
    vec!["-e".into(), format!("trace={name}").into(), "-e".into(), format!("inject={name}:{what}:when={nth}").into()]
}

/// Returns the calls of a trace that change something.
pub(crate) fn points(trace: &str) -> Vec<Point> {
    let mut found = Vec::new();
    let mut counts = std::collections::BTreeMap::new();
    for line in trace.lines() {
        let Some((name, arguments)) = line.split_once('(') else { continue };
        if !CHANGING.contains(&name) {
            continue;
        }
        let nth = *counts.entry(name).and_modify(|count| *count += 1).or_insert(1_usize);
        let opens = matches!(name, "open" | "openat");
        if !opens || ["O_CREAT", "O_WRONLY", "O_RDWR", "O_TRUNC"].iter().any(|flag| arguments.contains(flag)) {
            found.push(Point { name: name.to_owned(), nth, line: line.to_owned() });
        }
    }
    found
}

/// Returns every how-manieth point is tried: as a person waits for it, or in continuous integration, which sets `CI`.
pub(crate) fn sampled(person: usize, machine: usize) -> usize {
    if std::env::var_os("CI").is_some() { machine } else { person }
}
