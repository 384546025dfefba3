//! Every code that the core can give is given by some test of this suite.

use govledger::domain::code::Code;

const SUITE: [&str; 10] = [
    include_str!("charters.rs"),
    include_str!("claims.rs"),
    include_str!("items.rs"),
    include_str!("migrations.rs"),
    include_str!("phase.rs"),
    include_str!("quorums.rs"),
    include_str!("replays.rs"),
    include_str!("seals.rs"),
    include_str!("trust.rs"),
    include_str!("properties.rs"),
];

/// Codes that no action of the core is refused with, and who gives them instead.
const ELSEWHERE: [(Code, &str); 24] = [
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
    (Code::CharterSemantics, "the loader of charters"),
    (Code::SealPath, "the judgement of changed files"),
    (Code::LedgerFile, "the judgement of changed files"),
    (Code::GateUnknown, "a gate that is asked for by name; a charter that names none does not load"),
    (Code::GateMet, "a gate that is asked for by name"),
    (Code::GateNotApplicable, "a gate that is asked for by name"),
    (Code::GateWaived, "a gate that is asked for by name"),
    (Code::StoreLostRace, "the store"),
    (Code::StoreClock, "the store"),
    (Code::StoreUnsupported, "the store"),
    (Code::StoreEvidenceMissing, "the store"),
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
