//! What git itself says of the vectors.

use std::io::Write as _;
use std::process::{Command, Stdio};

use govledger::domain::commit::ObjectFormat;
use govledger::domain::id::ActorId;
use govledger::domain::key::allowed_signers_line;
use tempfile::TempDir;

use crate::keys;
use crate::sandbox::{clean, in_own_process};
use crate::vectors::{bytes_of, format_of, read};
use crate::{samples, stories};

/// A repository of one object format.
struct Repository(TempDir);

impl Repository {
    fn new(format: ObjectFormat) -> Repository {
        let repository = Repository(TempDir::new().unwrap());
        repository.git(&["init", "-q", "--bare", &format!("--object-format={}", format.as_str()), "."], b"");
        repository.git(&["hash-object", "-w", "-t", "tree", "--stdin"], b"");
        let signers = keys::NAMES.map(|name| {
            let actor = ActorId::parse(name.trim_start_matches("token-")).unwrap();
            allowed_signers_line(&actor, &keys::key(name).public()) + "\n"
        });
        std::fs::write(repository.0.path().join("signers"), signers.concat()).unwrap();
        repository
    }

    fn git(&self, args: &[&str], input: &[u8]) -> String {
        let mut command = Command::new("git");
        clean(&mut command, self.0.path());
        command.current_dir(self.0.path()).args(["-c", "gpg.ssh.allowedSignersFile=signers"]).args(args);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        let output = child.wait_with_output().unwrap();
        let said = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
        let said = String::from_utf8_lossy(&said).trim().to_owned();
        assert!(output.status.success(), "git {args:?}: {said}");
        said
    }

    /// Imports a commit, and returns its id as git prints it.
    fn import(&self, commit: &[u8]) -> String {
        self.git(&["hash-object", "-w", "-t", "commit", "--stdin"], commit)
    }

    fn check(&self, oid: &str, name: &str, summary: &str) {
        let said = self.git(&["verify-commit", "-v", oid], b"");
        assert!(said.contains("Good \"git\" signature for "), "{name}: {said}");
        assert_eq!(self.git(&["log", "-1", "--format=%s", oid], b""), summary, "{name}");
        assert_eq!(self.git(&["log", "-1", "--format=%G?", oid], b""), "G", "{name}");
    }
}

#[test]
fn git_says_good_to_every_vector() {
    if !in_own_process("gitwise::git_says_good_to_every_vector") {
        return;
    }
    let repositories = [ObjectFormat::Sha1, ObjectFormat::Sha256].map(|format| (format, Repository::new(format)));
    for sample in samples::all() {
        let vector = read(&format!("vectors/events/{}.json", sample.name));
        let (_, repository) = repositories.iter().find(|(format, _)| *format == sample.format).unwrap();
        let oid = repository.import(&bytes_of(&vector));
        assert_eq!(format!("{}:{oid}", sample.format.as_str()), vector["oid"].as_str().unwrap(), "{}", sample.name);
        repository.git(&["update-ref", &format!("refs/samples/{}", sample.name), &oid], b"");
        repository.git(&["update-ref", "HEAD", &oid], b"");
        repository.check(&oid, &sample.name, vector["summary"].as_str().unwrap());
    }
    for (_, repository) in &repositories {
        assert_eq!(repository.git(&["fsck", "--strict", "--no-progress", "--no-dangling"], b""), "");
    }
}

#[test]
fn git_says_good_to_whole_ledgers() {
    if !in_own_process("gitwise::git_says_good_to_whole_ledgers") {
        return;
    }
    for story in stories::all() {
        let vector = read(&format!("vectors/ledgers/{}.json", story.name));
        let repository = Repository::new(format_of(&vector));
        let mut tip = String::new();
        for event in vector["events"].as_array().unwrap() {
            tip = repository.import(&bytes_of(event));
            assert_eq!(format!("{}:{tip}", story.format.as_str()), event["oid"].as_str().unwrap());
            repository.check(&tip, story.name, event["summary"].as_str().unwrap());
        }
        repository.git(&["update-ref", "refs/ledger/main", &tip], b"");
        repository.git(&["update-ref", "HEAD", &tip], b"");
        assert_eq!(repository.git(&["fsck", "--strict", "--no-progress"], b""), "");
        let count: usize = repository.git(&["rev-list", "--count", "refs/ledger/main"], b"").parse().unwrap();
        assert_eq!(count, vector["events"].as_array().unwrap().len());
    }
}

/// The program reads ledgers of the object format sha1 alone so far; it says so, and does not call such a ledger missing or broken.
#[test]
fn a_ledger_of_the_object_format_sha256_is_told_to_be_out_of_reach() {
    if !in_own_process("gitwise::a_ledger_of_the_object_format_sha256_is_told_to_be_out_of_reach") {
        return;
    }
    let story = stories::of("phase-e-sha256");
    let home = TempDir::new().unwrap();
    let place = home.path().join("place");
    let run = |program: &str, args: &[&str], input: &[u8]| {
        let mut command = Command::new(program);
        clean(&mut command, home.path());
        command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        if place.exists() {
            command.current_dir(&place);
        }
        let mut child = command.spawn().unwrap();
        // A program that ends before it reads closes the pipe, which is no fault of the test.
        drop(child.stdin.take().unwrap().write_all(input));
        child.wait_with_output().unwrap()
    };
    let git = |args: &[&str], input: &[u8]| {
        let output = run("git", args, input);
        assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    git(&["init", "-q", "--object-format=sha256", place.to_str().unwrap()], b"");
    git(&["hash-object", "-w", "-t", "tree", "--stdin"], b"");
    let mut tip = String::new();
    for told in &story.told {
        tip = git(&["hash-object", "-w", "-t", "commit", "--stdin"], &told.bytes);
    }
    git(&["update-ref", "refs/ledger/main", &tip], b"");
    std::fs::write(place.join(".ledger"), format!("genesis = {}\nref = refs/ledger/main\n", story.told[0].sha256))
        .unwrap();
    let commands: [&[&str]; 6] =
        [&["status"], &["verify"], &["log"], &["replay"], &["check", "--staged"], &["seal", "E-05", "--no-input"]];
    for args in commands {
        let output = run(env!("CARGO_BIN_EXE_ledger"), args, b"");
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert_eq!(output.status.code(), Some(5), "{args:?}: {said}");
        assert!(said.contains("store.unsupported"), "{args:?}: {said}");
        assert!(said.contains("SHA-256 object ids, which this release cannot read"), "{args:?}: {said}");
    }
    assert_eq!(git(&["rev-parse", "refs/ledger/main"], b""), tip, "nothing was written");
}
