//! A repository that can only be read, objects that cannot be added to, a home that is not there: who reads is served, who
//! writes is told.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use crate::errors::in_own_mounts;
use crate::sandbox::story::Outcome;
use crate::scene::{Copy, REVIEW, Scene, drafted, program, words};

/// Commands that read.
const READING: &[&str] = &[
    "status",
    "show D-1",
    "why D-1",
    "why docs/one.md",
    "log",
    "gate ready D-1",
    "replay --digest",
    "verify",
    "trust",
    "doctor",
    "diff @2 @3",
    "charter show",
    "actor list",
    "key list",
    "hooks status",
    "check --range HEAD~1..HEAD",
    "check --tree HEAD",
    "check --staged",
    "attest D-1 review --answer complete=yes --answer consistent=yes --dry-run",
    "hooks install --dry-run",
];

/// Commands that write.
const WRITING: &[&str] = &[REVIEW, "hooks install", "trust 0000"];

/// Returns the words by which a program runs without the rights of root over files, which a test that runs as root has.
fn unprivileged(line: &str) -> (&'static str, Vec<OsString>) {
    let root = fs::metadata("/proc/self").unwrap().uid() == 0;
    let line = format!("{} {line}", program().display());
    if root {
        ("setpriv", words(&format!("--bounding-set=-dac_override,-dac_read_search -- {line}")))
    } else {
        ("env", words(&line))
    }
}

fn run(copy: &Copy<'_>, line: &str) -> Outcome {
    let (program, words) = unprivileged(line);
    copy.call("raj", Path::new(program), &words).run()
}

/// Returns what a command printed, but for what the clock says.
fn timeless(outcome: &Outcome) -> Vec<&str> {
    outcome.stdout.lines().filter(|line| !line.starts_with("ok    clock ")).collect()
}

/// Sets the modes of everything below a directory.
fn change_modes(copy: &Copy<'_>, how: &str, below: &str) {
    let done = copy.run("chmod", &format!("-R {how} {below}"));
    assert_eq!(done.code, 0, "{done}");
}

fn scene() -> Scene {
    Scene::new(drafted(), "raj", REVIEW)
}

#[test]
fn in_a_repository_without_the_right_to_write_who_reads_is_served_and_who_writes_is_told() {
    let scene = scene();
    let copy = scene.copy();
    let before = copy.events();
    let genesis = genesis(&copy);
    let told: Vec<Outcome> = READING.iter().map(|line| run(&copy, line)).collect();
    change_modes(&copy, "a-w", ".");
    for (line, told) in READING.iter().zip(told) {
        let outcome = run(&copy, line);
        assert_eq!((outcome.code, timeless(&outcome)), (told.code, timeless(&told)), "{outcome}");
    }
    for line in WRITING {
        let outcome = run(&copy, &line.replace("0000", &genesis));
        assert_eq!(outcome.code, 5, "{outcome}");
        assert!(outcome.stderr.contains("Permission denied"), "{outcome}");
        assert!(outcome.stderr.contains(".git/"), "it names no file\n{outcome}");
    }
    change_modes(&copy, "u+w", ".");
    copy.demand_next(before, "with the right to write");
}

fn genesis(copy: &Copy<'_>) -> String {
    copy.ledger("verify --format json").text("genesis")
}

#[test]
fn on_a_file_system_that_is_read_only_who_reads_is_served_and_who_writes_is_told() {
    let scene = scene();
    let copy = scene.copy();
    let before = copy.events();
    let genesis = genesis(&copy);
    let mut script = "mount --bind $D $D; mount -o remount,bind,ro $D; cd $D\n".to_owned();
    let writing: Vec<String> = WRITING.iter().map(|line| line.replace("0000", &genesis)).collect();
    for line in READING.iter().copied().chain(writing.iter().map(String::as_str)) {
        script += &format!("code=0; $LEDGER {line} >out.$$ 2>&1 || code=$?\necho \"$code {line}\"\n")
            .replace("out.$$", "$TMPDIR/out");
        script += "sed 's/^/    /' $TMPDIR/out\n";
    }
    script += "rm $TMPDIR/out\n";
    let outcome = in_own_mounts(&copy, "raj", &script);
    assert_eq!(outcome.code, 0, "{outcome}");
    let codes: Vec<&str> = outcome.stdout.lines().filter(|line| !line.starts_with(' ')).collect();
    let wanted = READING.iter().map(|line| format!("{} {line}", copy.ledger(line).code));
    let wanted: Vec<String> = wanted.chain(writing.iter().map(|line| format!("5 {line}"))).collect();
    assert_eq!(codes, wanted, "{outcome}");
    assert_eq!(outcome.stdout.matches("Read-only file system").count(), WRITING.len(), "{outcome}");
    assert_eq!(copy.events(), before);
    copy.demand_tidy();
}

#[test]
fn objects_that_cannot_be_added_to_are_named() {
    let scene = scene();
    let copy = scene.copy();
    let before = copy.events();
    change_modes(&copy, "a-w", ".git/objects");
    let outcome = run(&copy, REVIEW);
    assert_eq!(outcome.code, 5, "{outcome}");
    assert!(outcome.stderr.contains(".git/objects") && outcome.stderr.contains("Permission denied"), "{outcome}");
    change_modes(&copy, "u+w", ".git/objects");
    assert_eq!(copy.events(), before);
    copy.demand_next(before, "with objects that can be written");
}

#[test]
fn a_home_that_is_not_there_or_cannot_be_written_is_not_needed() {
    let scene = scene();
    let copy = scene.copy();
    let key = scene.story.key("raj").display().to_string();
    let line = format!("{REVIEW} --key {key}");
    let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
    let call =
        || copy.call("raj", program(), &words).env("GIT_CONFIG_GLOBAL", "/dev/null").without_env("XDG_CONFIG_HOME");
    for (nth, call) in [
        call().without_env("HOME"),
        call().env("HOME", "/nowhere/at/all"),
        call().env("HOME", "/proc"),
        call().env("HOME", ""),
    ]
    .into_iter()
    .enumerate()
    {
        let before = copy.events();
        let outcome = call.run();
        assert_eq!(outcome.code, 0, "{nth}\n{outcome}");
        assert_eq!(copy.events(), before + 1);
    }
    copy.demand_tidy();
}
