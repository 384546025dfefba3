//! Every code that the core can give is given by some test of this suite.

use govledger::domain::code::Code;

const SUITE: [&str; 11] = [
    include_str!("charters.rs"),
    include_str!("claims.rs"),
    include_str!("items.rs"),
    include_str!("migrations.rs"),
    include_str!("phase.rs"),
    include_str!("quorums.rs"),
    include_str!("replays.rs"),
    include_str!("seals.rs"),
    include_str!("trust.rs"),
    include_str!("waivers.rs"),
    include_str!("properties.rs"),
];

/// Codes that no action of the core is refused with, and who gives them instead.
const ELSEWHERE: &[(Code, &str)] = &[
    (Code::TrustWeakKey, "the reader of keys, before there is an event"),
    (Code::TrustGenesisMismatch, "the pin of a repository"),
    (Code::TrustTipMismatch, "the pin of a repository"),
    (Code::TrustLedgerMissing, "the pin of a repository"),
    (Code::TrustPin, "the pin of a repository"),
    (Code::TrustHistory, "the reading of a chain"),
    (Code::TrustContradictedFact, "verification against the code"),
    (Code::TrustNoKey, "the search for a key"),
    (Code::CharterToml, "the loader of charters, which has tests of its own"),
    (Code::CharterSyntax, "the loader of charters"),
    (Code::CharterMissingKey, "the loader of charters"),
    (Code::CharterNotEvaluated, "the loader of charters"),
    (Code::SealPath, "the judgement of changed files"),
    (Code::SealFile, "whoever signs a seal, who reads the file"),
    (Code::LedgerFile, "the judgement of changed files"),
    (Code::CommitPath, "the judgement of commits"),
    (Code::CommitRole, "the judgement of commits"),
    (Code::CommitLine, "the judgement of commits"),
    (Code::CommitServes, "the judgement of commits"),
    (Code::CommitScope, "the judgement of commits"),
    (Code::CommitWith, "the judgement of commits"),
    (Code::CommitSigned, "the judgement of commits"),
    (Code::CommitWaived, "the judgement of commits"),
    (Code::LedgerNone, "whoever reads a ledger"),
    (Code::UsageWords, "the command line"),
    (Code::GateUnknown, "a gate that is asked for by name; a charter that names none does not load"),
    (Code::GateMet, "a gate that is asked for by name"),
    (Code::GateNotApplicable, "a gate that is asked for by name"),
    (Code::StoreLostRace, "the store"),
    (Code::StoreClock, "the store"),
    (Code::StoreUnsupported, "the store"),
    (Code::StoreEvidenceMissing, "the store"),
    (Code::StoreBundle, "the reader of bundles"),
    (Code::StoreOffBranch, "the guard of a server"),
    (Code::StoreRef, "the guard of a server"),
    (Code::StoreDeclined, "the sharing with a remote"),
    (Code::StoreIo, "the store"),
];

#[test]
fn every_code_of_the_core_is_given_by_a_test() {
    let given = |code: Code| {
        let texts = [format!("{code}: "), format!("\"{code}\"")];
        let variant = format!("Code::{code:?}");
        let named = |file: &str| file.split(&variant).skip(1).any(|rest| !rest.starts_with(char::is_alphanumeric));
        SUITE.iter().any(|file| texts.iter().any(|text| file.contains(text)) || named(file))
    };
    let elsewhere = |code: Code| ELSEWHERE.iter().any(|(other, _)| *other == code);
    let is_format = |code: Code| code.as_str().starts_with("format.");
    let missing: Vec<&str> =
        Code::ALL.iter().filter(|c| !is_format(**c) && !given(**c) && !elsewhere(**c)).map(|c| c.as_str()).collect();
    assert!(missing.is_empty(), "no test gives {missing:?}");
    let stale: Vec<&str> =
        ELSEWHERE.iter().filter(|(c, _)| !is_format(*c) && given(*c)).map(|(c, _)| c.as_str()).collect();
    assert!(stale.is_empty(), "tests do give {stale:?}");
}

#[test]
fn the_codes_of_the_format_that_replay_gives_are_given() {
    for code in [
        Code::FormatGenesis,
        Code::FormatObjectFormat,
        Code::FormatPrevMismatch,
        Code::FormatSeqGap,
        Code::FormatRepeatedId,
        Code::FormatTimeBackwards,
        Code::FormatTime,
        Code::FormatNumber,
    ] {
        assert!(SUITE.iter().any(|file| file.contains(code.as_str())), "{code}");
    }
}

/// An explanation that a test of the suite shows, as its snapshot tells it.
#[derive(Debug, Default)]
struct Shown {
    code: String,
    found: String,
    needed: String,
    who: usize,
    next: usize,
}

/// Returns every explanation that a snapshot of the suite holds. The suite itself holds the snapshots against the program.
fn shown() -> Vec<Shown> {
    let mut all = Vec::new();
    for file in SUITE {
        for snapshot in file.split("str![[r#\"").skip(1).filter_map(|rest| rest.split_once("\"#]]")) {
            let mut now: Option<Shown> = None;
            for line in snapshot.0.lines() {
                let part = |label: &str| line.trim_start().strip_prefix(label).filter(|_| line.starts_with("  "));
                if let Some((code, found)) = line.split_once(": ").filter(|(code, _)| Code::parse(code).is_some()) {
                    all.extend(now.replace(Shown {
                        code: code.to_owned(),
                        found: found.to_owned(),
                        ..Shown::default()
                    }));
                } else if let Some(shown) = now.as_mut() {
                    if let Some(needed) = part("needed: ") {
                        needed.clone_into(&mut shown.needed);
                    }
                    shown.who += usize::from(part("who: ").is_some());
                    shown.next += usize::from(part("next: ").is_some());
                }
            }
            all.extend(now);
        }
    }
    // What is told of an invalid event stands on one line and is no explanation by itself.
    all.retain(|shown| !shown.found.contains("; needed: "));
    all
}

/// Codes whose refusal names nobody, or not always, and why.
const NO_WHO: [(Code, &str); 2] = [
    (Code::GuardUnmet, "the explanations that follow name who, each for its criterion"),
    (Code::BlockMove, "the explanations that follow name who, each for its criterion"),
];

/// Every refusal of the core says what was found and what is needed; who can go on and how, unless there is a reason why not.
/// S0-094, M0-005.
#[allow(clippy::print_stdout, reason = "the numbers are to be read")]
#[test]
fn every_refusal_says_what_was_found_what_is_needed_who_can_and_what_comes_next() {
    let all = shown();
    assert!(all.len() > 200, "the suite shows refusals: {}", all.len());
    let empty: Vec<&Shown> = all.iter().filter(|shown| shown.found.is_empty() || shown.needed.is_empty()).collect();
    assert!(empty.is_empty(), "without found or needed: {empty:#?}");
    for (part, count, excused) in [
        ("next", (|shown| shown.next) as fn(&Shown) -> usize, [].as_slice()),
        ("who", |shown| shown.who, NO_WHO.as_slice()),
    ] {
        let lacking: Vec<&Shown> = all.iter().filter(|shown| count(shown) == 0).collect();
        let is_excused = |shown: &Shown| excused.iter().any(|(code, _)| code.as_str() == shown.code);
        let unexcused: Vec<&&Shown> = lacking.iter().filter(|shown| !is_excused(shown)).collect();
        assert!(unexcused.is_empty(), "without {part}, and without a reason why: {unexcused:#?}");
        let stale: Vec<&str> = excused
            .iter()
            .map(|(code, _)| code.as_str())
            .filter(|code| !lacking.iter().any(|shown| shown.code == *code))
            .collect();
        assert!(stale.is_empty(), "always with {part} by now: {stale:?}");
    }
    let lacks_who = all.iter().filter(|shown| shown.who == 0).count();
    println!("{} refusals of the core: none lacks found, needed or next; {lacks_who} lack who", all.len());
}
