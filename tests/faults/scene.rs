//! A repository to copy, a command to run on each copy, and what has to hold afterwards.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::thread;

use govledger::domain::value::Value;
use tempfile::TempDir;

use crate::sandbox::story::{Call, Outcome, Story};
use crate::sides::{self, Side};
use crate::strace::{self, Fault, Point};

pub(crate) const CHARTER: &str = include_str!("../sandbox/small.toml");

pub(crate) const REVIEW: &str = "attest D-1 review --answer complete=yes --answer consistent=yes";

/// A repository as it is before the command, and the command.
pub(crate) struct Scene {
    pub(crate) story: Story,
    /// Whose command it is.
    pub(crate) who: &'static str,
    pub(crate) words: Vec<OsString>,
    /// Whether the command appends an event; else it only has to work.
    pub(crate) appends: bool,
    /// The process whose calls fail.
    pub(crate) side: Side,
}

/// Lena leads; mira drafted D-1, which is final and waits for a review by raj.
pub(crate) fn drafted() -> Story {
    let people = [
        ("raj", "human", "reviewer", ""),
        ("omar", "human", "approver", ""),
        ("ines", "human", "approver", ""),
        ("mira", "human", "drafter", ""),
    ];
    let story = Story::founded(CHARTER, &people);
    story.ledger("declare D-1 --kind document --title 'The first' --path docs/one.md").as_("mira").ok();
    story.commit_file("mira", "docs/one.md", "# One\n");
    story.ledger("move D-1 final").as_("mira").ok();
    story
}

/// D-1 is reviewed too, and waits for the seals of omar and ines.
pub(crate) fn reviewed() -> Story {
    let story = drafted();
    story.ledger(REVIEW).as_("raj").ok();
    story
}

/// What is on one copy of the scene's repository.
pub(crate) struct Copy<'s> {
    scene: &'s Scene,
    dir: TempDir,
}

impl Scene {
    pub(crate) fn new(story: Story, who: &'static str, line: &str) -> Scene {
        Scene { story, who, words: words(line), appends: true, side: Side::Program }
    }

    pub(crate) fn copy(&self) -> Copy<'_> {
        let dir = TempDir::new().unwrap();
        let done = Command::new("cp").arg("-a").arg(self.story.repo.path()).arg(dir.path().join("repo")).status();
        assert!(done.unwrap().success());
        fs::create_dir(dir.path().join("tmp")).unwrap();
        Copy { scene: self, dir }
    }

    /// Returns the calls of the command that change something, in their order.
    pub(crate) fn points(&self) -> Vec<Point> {
        let copy = self.copy();
        let outcome = copy.under(&strace::tracing(), program(), &self.words);
        // A rule may say no; that writes, too.
        assert!([0, 1].contains(&outcome.code), "{outcome}");
        copy.demand_tidy();
        strace::points(&copy.trace())
    }

    /// Runs `check` at each point on a copy of its own, on all cores.
    pub(crate) fn at_each(&self, points: &[(Point, Fault)], check: impl Fn(&Copy<'_>, &Point, Fault) + Sync) {
        let next = Mutex::new(points.iter());
        let workers = thread::available_parallelism().map_or(2, usize::from);
        thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(|| {
                    loop {
                        let Some((point, fault)) = next.lock().unwrap().next() else { return };
                        check(&self.copy(), point, *fault);
                    }
                });
            }
        });
    }
}

impl Copy<'_> {
    pub(crate) fn path(&self) -> PathBuf {
        self.dir.path().join("repo")
    }

    /// Returns the directory in which the program makes temporary files.
    pub(crate) fn temporary(&self) -> PathBuf {
        self.dir.path().join("tmp")
    }

    /// Begins a call of any program on the copy.
    pub(crate) fn call(&self, who: &str, program: &Path, words: &[OsString]) -> Call<'_> {
        self.scene.story.call(program, words).as_(who).in_(&self.path()).env("TMPDIR", self.temporary())
    }

    /// Runs a program as the person of the scene. A line is taken apart at its spaces.
    pub(crate) fn run(&self, program: &str, line: &str) -> Outcome {
        self.call(self.scene.who, Path::new(program), &words(line)).run()
    }

    pub(crate) fn ledger(&self, line: &str) -> Outcome {
        self.run(env!("CARGO_BIN_EXE_ledger"), line)
    }

    pub(crate) fn again(&self) -> Outcome {
        self.call(self.scene.who, program(), &self.scene.words).run()
    }

    /// Runs the command with a fault.
    pub(crate) fn faulty(&self, point: &Point, fault: Fault) -> Outcome {
        let outcome = self.under(&strace::injecting(point, fault), program(), &self.scene.words);
        let trace = self.trace();
        let hit = ["(INJECTED)", "killed by SIGKILL", "SIGSTOP"].iter().any(|mark| trace.contains(mark));
        // Whether an object's directory is there already is a matter of chance, since its name is: a run may have fewer to make.
        let made = trace.lines().filter(|line| line.starts_with("mkdir(")).count();
        let hit = hit || (outcome.code == 0 && point.name == "mkdir" && made < point.nth);
        assert!(hit, "{fault:?} is not met at {point:?}\n{outcome}");
        outcome
    }

    /// Runs a command with `strace` at the process that the scene is about.
    fn under(&self, orders: &[OsString], program: &Path, words: &[OsString]) -> Outcome {
        let file = self.dir.path().join("trace");
        match self.scene.side {
            Side::Program => {
                let mut all: Vec<OsString> = vec!["-q".into(), "-o".into(), file.into()];
                all.extend(orders.iter().cloned());
                all.extend(["--".into(), program.into()]);
                all.extend(words.iter().cloned());
                self.call(self.scene.who, Path::new("strace"), &all).run()
            }
            Side::Started(line) => {
                let orders: Vec<_> = orders.iter().map(|word| word.to_string_lossy()).collect();
                let call = self.call(self.scene.who, program, words).env("FAULT_IN", line).env("FAULT_TRACE", file);
                sides::with_shims(&self.scene.story, call).env("FAULT", orders.join(" ")).run()
            }
        }
    }

    /// Returns what `strace` wrote down.
    fn trace(&self) -> String {
        fs::read_to_string(self.dir.path().join("trace")).unwrap_or_default()
    }

    /// Returns how many events there are; nothing may be wrong with any of them, nor with any object of the repository.
    pub(crate) fn events(&self) -> usize {
        let fsck = self.run("git", "fsck --strict --no-dangling");
        assert_eq!(fsck.code, 0, "{fsck}");
        let count = self.run("git", "rev-list --count refs/ledger/main");
        if count.code != 0 {
            return 0;
        }
        let verified = self.ledger("verify --format json");
        assert_eq!(verified.code, 0, "{verified}");
        assert_eq!(verified.get("evidence.missing_count"), Value::Int(0), "{verified}");
        count.stdout.trim().parse().unwrap()
    }

    /// Demands that nothing lies about that was there for a moment only: locks, half files, temporary files.
    pub(crate) fn demand_tidy(&self) {
        let mut found = left_over(&self.path());
        found.extend(fs::read_dir(self.temporary()).unwrap().map(|entry| entry.unwrap().path()));
        // Unfinished objects are known to git by their names, and go when it tidies up.
        found.retain(|path| !path.file_name().unwrap().to_string_lossy().starts_with("tmp_object"));
        assert!(found.is_empty(), "left behind: {found:?}");
    }

    /// Demands that the command works now, at once, and appends one event.
    pub(crate) fn demand_next(&self, before: usize, told: &str) {
        let again = self.again();
        assert_eq!(again.code, 0, "{told}\n{again}");
        if self.scene.appends {
            assert_eq!(self.events(), before + 1, "{told}\n{again}");
        }
        self.demand_tidy();
    }
}

/// Takes a line apart at its spaces.
pub(crate) fn words(line: &str) -> Vec<OsString> {
    line.split(' ').map(OsString::from).collect()
}

pub(crate) fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_ledger"))
}

fn left_over(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && !path.is_symlink() {
            found.extend(left_over(&path));
        } else if [".lock", ".next", ".new", ".copy"].iter().any(|end| name.ends_with(end)) || name.contains("tmp") {
            found.push(path);
        }
    }
    found
}
