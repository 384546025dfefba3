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

/// Which of many are tried: every how-manieth, and beginning where. The seed says where, so that as many runs as there are steps, with seeds
/// that follow each other, try each of them once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sample {
    pub(crate) step: usize,
    pub(crate) seed: usize,
}

/// The variable that says the seed.
const SEED: &str = "FAULTS_SEED";

/// Returns a sample: every how-manieth as a person waits for it, or in continuous integration, which sets `CI`. The seed is what
/// `FAULTS_SEED` says, such as the number of the run, else the number of the day.
pub(crate) fn sampled(person: usize, machine: usize) -> Sample {
    let step = if std::env::var_os("CI").is_some() { machine } else { person };
    let set = std::env::var(SEED).ok().map(|seed| seed.parse().unwrap());
    Sample { step, seed: set.unwrap_or_else(day) }
}

#[allow(
    clippy::disallowed_methods,
    reason = "which faults are tried changes with the day, what is demanded of them does not"
)]
fn day() -> usize {
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap();
    usize::try_from(since.as_secs() / (24 * 60 * 60)).unwrap()
}

impl Sample {
    /// Every one.
    pub(crate) const ALL: Sample = Sample { step: 1, seed: 0 };

    /// Returns whether the `n`th of so many is tried.
    pub(crate) fn holds(self, n: usize, of: usize) -> bool {
        let step = self.step.min(of).max(1);
        n % step == self.seed % step
    }

    /// Returns what is tried, and says on standard output how that is found again.
    pub(crate) fn of<T>(self, all: Vec<T>) -> Vec<T> {
        let count = all.len();
        self.say();
        all.into_iter().enumerate().filter(|(n, _)| self.holds(*n, count)).map(|(_, one)| one).collect()
    }

    /// Says on standard output how the sample is found again.
    pub(crate) fn say(self) {
        if self.step > 1 {
            println!("a sample of one in {}: {SEED}={}", self.step, self.seed);
        }
    }
}

#[test]
fn as_many_runs_as_there_are_steps_try_everything_once() {
    for (step, count) in [(1, 3), (3, 10), (40, 100), (40, 13)] {
        let runs = (7..7 + step.min(count)).map(|seed| Sample { step, seed }.of((0..count).collect()));
        let mut tried: Vec<usize> = runs.flatten().collect();
        tried.sort_unstable();
        assert_eq!(tried, (0..count).collect::<Vec<_>>(), "every {step}th of {count}");
    }
}
