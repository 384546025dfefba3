//! What each of the two programs says of a chain of commits.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use base64ct::{Base64, Encoding};
use govledger::domain::code::Code;
use govledger::domain::commit::{self, ObjectFormat};
use govledger::domain::id::TaggedOid;
use govledger::domain::replay::{Invalid, Replay};
use govledger::domain::sshsig::Verifier;
use govledger::domain::value::Value;

use crate::keys::oid;

/// What a program says of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    /// How many events verified.
    pub(crate) events: usize,
    /// The code by which the next one is refused, if it is.
    pub(crate) code: Option<String>,
    /// The words that go with it.
    pub(crate) found: String,
    pub(crate) genesis: Option<String>,
    /// SHA-256 of the last event, and the digest of the state after it; only of a valid chain.
    pub(crate) end: Option<(String, String)>,
}

impl Answer {
    pub(crate) fn tell(&self) -> String {
        match (&self.code, &self.end) {
            (Some(code), _) => format!("refuses event {}: {code}: {}", self.events, self.found),
            (None, Some((_, state))) => format!("takes all {} events, state {state}", self.events),
            (None, None) => format!("says neither yes nor no: {}", self.found),
        }
    }
}

/// What this program says, and the digest of the state after the last event that it takes.
pub(crate) fn ours(format: ObjectFormat, commits: &[Vec<u8>]) -> (Answer, Option<String>) {
    let mut replay = Replay::new(format);
    let mut verifier = Verifier::default();
    let mut parent = None;
    let mut events = 0;
    let mut refused = None;
    for bytes in commits {
        if let Err(invalid) = step(&mut replay, &mut verifier, format, parent.as_ref(), bytes) {
            refused = Some(invalid);
            break;
        }
        parent = Some(oid(format, bytes));
        events += 1;
    }
    let state = replay.state();
    let digest = state.map(|state| state.digest().to_string());
    let tip = state.filter(|_| refused.is_none()).map(|state| state.tip.sha256.to_string());
    let answer = Answer {
        events,
        code: refused.as_ref().map(|invalid| invalid.refusal.code().to_string()),
        found: refused.map(|invalid| invalid.refusal.to_string()).unwrap_or_default(),
        genesis: state.map(|state| state.genesis.to_string()),
        end: tip.zip(digest.clone()),
    };
    (answer, digest)
}

/// Reads, verifies and judges one commit, as `ledger verify` does.
fn step(
    replay: &mut Replay,
    verifier: &mut Verifier,
    format: ObjectFormat,
    parent: Option<&TaggedOid>,
    bytes: &[u8],
) -> Result<(), Box<Invalid>> {
    let seq = replay.next_seq();
    let signed = commit::decode(format, bytes).map_err(|error| Invalid::format(seq, &error))?;
    signed.verify_with(verifier).map_err(|error| Invalid::signature(seq, &signed.event, &error))?;
    // In a repository the chain is what the parents say, so that no other parent can stand there. In a list it can.
    let elsewhere = seq > 0 && signed.parent.as_ref() != parent;
    let mut after = replay.clone();
    match after.push(&signed) {
        Err(invalid) if !elsewhere || is_of_position(&invalid) => return Err(invalid.into()),
        _ if elsewhere => {
            let error =
                govledger::domain::error::FormatError::new(Code::FormatParents, "another parent than the event before");
            return Err(Invalid::format(seq, &error).into());
        }
        _ => *replay = after,
    }
    Ok(())
}

fn is_of_position(invalid: &Invalid) -> bool {
    matches!(invalid.refusal.code(), Code::FormatRepeatedId | Code::FormatSeqGap | Code::FormatPrevMismatch)
}

/// The path of the second verifier.
pub(crate) fn program() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("ledger-format/verify.py")
}

fn python() -> Command {
    let mut command = Command::new("python3");
    // It reads no git, and must not read anybody's settings either.
    command.arg("-I").arg(program()).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.env("LC_ALL", "C");
    command
}

/// Runs the second verifier on something else than files of events; it must succeed.
pub(crate) fn run(arguments: &[&str]) -> String {
    let output = python().args(arguments).output().expect("python3 is there");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "verify.py {arguments:?}\n{said}\n{}", String::from_utf8_lossy(&output.stderr));
    said
}

/// What the second verifier says of each of many chains, asked in two processes.
pub(crate) fn theirs(chains: &[(ObjectFormat, &[Vec<u8>])]) -> Vec<Answer> {
    let place = tempfile::TempDir::new().unwrap();
    let files: Vec<PathBuf> = chains
        .iter()
        .enumerate()
        .map(|(number, (format, commits))| {
            let commits: Vec<Value> = commits.iter().map(|bytes| Base64::encode_string(bytes).into()).collect();
            let text = Value::map([("object_format", format.as_str().into()), ("commits", Value::List(commits))])
                .to_canonical();
            let file = place.path().join(format!("{number}.json"));
            std::fs::write(&file, text).unwrap();
            file
        })
        .collect();
    let halves = files.split_at(files.len() / 2);
    let started: Vec<_> = [halves.0, halves.1]
        .into_iter()
        .filter(|files| !files.is_empty())
        .map(|files| {
            let mut command = python();
            command.args(["--format", "json", "--events"]).args(files);
            command.stdout(Stdio::piped()).stderr(Stdio::piped());
            (files.len(), command.spawn().expect("python3 is there"))
        })
        .collect();
    // Both print little, so that waiting for one after the other stops neither.
    let mut answers = Vec::new();
    for (number, child) in started {
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let failed = String::from_utf8_lossy(&output.stderr);
        assert!(matches!(output.status.code(), Some(0 | 3)), "{:?}\n{said}\n{failed}", output.status);
        let before = answers.len();
        answers.extend(said.lines().map(|line| answer(&serde_json::from_str(line).unwrap())));
        assert_eq!(answers.len() - before, number, "one line a file\n{failed}");
    }
    answers
}

fn answer(told: &serde_json::Value) -> Answer {
    let text = |key: &str| told[key].as_str().map(str::to_owned);
    let events = usize::try_from(told["events"].as_u64().unwrap()).unwrap();
    let valid = told["verdict"] == "valid";
    assert!(valid || told["verdict"] == "invalid", "{told}");
    assert_eq!(told["level"], 1);
    assert_eq!(valid, told["position"].is_null(), "a position is of what is refused: {told}");
    assert!(
        valid || told["position"].as_u64() == Some(events as u64),
        "the first that is not taken is refused: {told}"
    );
    Answer {
        events,
        code: text("code"),
        found: text("found").unwrap_or_default(),
        genesis: text("genesis"),
        end: text("tip").zip(text("state")),
    }
}
