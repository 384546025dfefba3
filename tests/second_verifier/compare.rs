//! The comparison: the same chains to both programs.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use base64ct::{Base64, Encoding};
use govledger::domain::commit::ObjectFormat;
use govledger::domain::event::Body;
use rayon::prelude::*;

use crate::answers::{Answer, ours, run, theirs};
use crate::forge::forged;
use crate::ledgers::{Chain, Chance, Drawn, ledger};
use crate::level::{Decides, decides};
use crate::mutate::MUTATORS;

/// A chain that both programs are asked about.
struct Case {
    /// What it is, and how to come by it again.
    name: String,
    format: ObjectFormat,
    commits: Vec<Vec<u8>>,
}

/// Asks both programs of every case, and of what this program takes of it where that is not all; returns what this one says.
fn compare(cases: &[Case]) -> Vec<Answer> {
    let mine: Vec<_> = cases.par_iter().map(|case| ours(case.format, &case.commits)).collect();
    let mut asked: Vec<(ObjectFormat, &[Vec<u8>])> = Vec::new();
    let mut places: BTreeMap<(&'static str, &[Vec<u8>]), usize> = BTreeMap::new();
    // Many cases begin alike: what is asked twice is asked once.
    let mut ask = |format: ObjectFormat, commits| {
        *places.entry((format.as_str(), commits)).or_insert_with(|| {
            asked.push((format, commits));
            asked.len() - 1
        })
    };
    let questions: Vec<(usize, usize)> = cases
        .iter()
        .zip(&mine)
        .map(|(case, (answer, _))| {
            let begin = &case.commits[..answer.events];
            (ask(case.format, &case.commits), ask(case.format, if begin.is_empty() { &case.commits } else { begin }))
        })
        .collect();
    let theirs = theirs(&asked);
    let mut differing = String::new();
    for ((case, (ours, state)), (whole, begin)) in cases.iter().zip(&mine).zip(questions) {
        let (whole, begin) = (&theirs[whole], &theirs[begin]);
        let said = difference(ours, whole).or_else(|| {
            let other = state.is_some() && begin.end.as_ref().map(|(_, state)| state) != state.as_ref();
            other.then(|| format!("after {} events the state is {state:?} here; there: {}", ours.events, begin.tell()))
        });
        if let Some(said) = said {
            writeln!(differing, "\n{}\n  {said}\n  here:  {}\n  there: {}", case.name, ours.tell(), whole.tell())
                .unwrap();
        }
    }
    assert!(differing.is_empty(), "the two programs differ:\n{differing}");
    mine.into_iter().map(|(answer, _)| answer).collect()
}

/// Says in what the answers about one chain differ, beyond what a verifier of level 1 leaves open.
fn difference(ours: &Answer, theirs: &Answer) -> Option<String> {
    let Some(code) = &ours.code else {
        return (ours != theirs).then(|| "it is a ledger here, and another or none there".to_owned());
    };
    let same = theirs.code.as_ref() == Some(code) && theirs.events == ours.events;
    let takes_as_much = theirs.code.is_none() || theirs.events >= ours.events;
    match decides(code) {
        Decides::Always if !same => Some("level 1 decides this code, so both must say it of the same event".to_owned()),
        Decides::Sometimes | Decides::Never if !takes_as_much => Some("what is refused there is taken here".to_owned()),
        Decides::Never if same => Some("level 1 cannot know this".to_owned()),
        _ if theirs.genesis != ours.genesis && ours.events > 0 => Some("the genesis is another".to_owned()),
        _ => None,
    }
}

fn seeds() -> std::ops::Range<u64> {
    let number = |text: &str| text.parse::<u64>().expect("LEDGER_SEED=N or LEDGER_SEEDS=A..B");
    if let Ok(seed) = std::env::var("LEDGER_SEED") {
        return number(&seed)..number(&seed) + 1;
    }
    match std::env::var("LEDGER_SEEDS") {
        Ok(range) => range.split_once("..").map(|(a, b)| number(a)..number(b)).expect("LEDGER_SEEDS=A..B"),
        Err(_) => 0..200,
    }
}

/// In how many ways each ledger is broken.
const BREAKS: usize = 2;

/// How many events by hand are tried on each.
const FORGED: usize = 5;

/// How many events follow what was broken, at most: enough to see what comes of it.
const AFTER: usize = 6;

/// Breaks a chain in one way after the other; where there is nothing to break in one, in the next.
fn broken(seed: u64, number: usize, whole: &Chain) -> (&'static str, Chain) {
    let mut luck = Chance::new(seed, &format!("break {number}"));
    let first = usize::try_from(seed).unwrap() * BREAKS + number;
    for turn in 0.. {
        let (name, change) = MUTATORS[(first + turn / 20) % MUTATORS.len()];
        let at = luck.below(whole.events.len());
        let mut chain = whole.clone();
        chain.events.truncate(at + AFTER);
        chain.commits.truncate(at + AFTER);
        if change(&mut chain, at, &mut luck) {
            return (name, chain);
        }
    }
    unreachable!("some way changes something")
}

/// The ledger of a seed, and the same broken in some ways.
fn drawn(seed: u64) -> (Chain, Vec<Case>) {
    let Drawn { cast, chain: whole, moments } = ledger(seed);
    let case = |what: &str, chain: Chain| Case {
        name: format!("seed {seed}, {what}; again: LEDGER_SEED={seed} cargo test --test second_verifier random"),
        format: chain.format,
        commits: chain.commits,
    };
    let mut cases = vec![case("as it was drawn", whole.clone())];
    for number in 0..BREAKS {
        let (mutator, chain) = broken(seed, number, &whole);
        cases.push(case(mutator, chain));
    }
    let mut chance = Chance::new(seed, "forge");
    for _ in 0..FORGED {
        let w = &moments[chance.below(moments.len())];
        let chain = forged(w, cast, &mut chance);
        cases.push(case(&format!("an event forged in place {}", w.chain.len()), chain));
    }
    (whole, cases)
}

/// Both programs say the same of random ledgers, whole and broken (S0-088).
#[test]
fn both_programs_agree_on_random_ledgers() {
    let seeds: Vec<u64> = seeds().collect();
    let (wholes, cases): (Vec<Chain>, Vec<Vec<Case>>) = seeds.par_iter().map(|seed| drawn(*seed)).unzip();
    let cases: Vec<Case> = cases.into_iter().flatten().collect();
    let answers = compare(&cases);
    for (seed, answer) in seeds.iter().zip(answers.iter().step_by(1 + BREAKS + FORGED)) {
        assert_eq!(answer.code, None, "what was admitted is a ledger: seed {seed}: {}", answer.tell());
    }
    let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
    for answer in &answers {
        *codes.entry(answer.code.as_deref().unwrap_or("valid")).or_default() += 1;
    }
    println!("{codes:?}");
    if seeds.len() >= 100 {
        assert_reaches(&wholes, &codes);
    }
}

/// The comparison is worth something: everything that can happen happens in some ledger.
fn assert_reaches(wholes: &[Chain], codes: &BTreeMap<&str, usize>) {
    let events = || wholes.iter().flat_map(|chain| chain.events.iter());
    let done: BTreeSet<&str> =
        events().filter(|(event, _)| !event.pending).map(|(event, _)| event.body.kind()).collect();
    let missing: Vec<&str> = Body::KINDS.into_iter().filter(|kind| !done.contains(kind)).collect();
    assert!(missing.is_empty(), "in no ledger: {missing:?}");
    let some = |what: &str, is: &dyn Fn(&(govledger::domain::event::Event, String)) -> bool| {
        assert!(events().any(is), "{what} is in no ledger");
    };
    some("a proposal", &|(event, _)| event.pending);
    some("a gate", &|(event, _)| event.judged.is_some());
    some("a token's signature", &|(_, key)| key.starts_with("token-"));
    some("an offline key's effective signature", &|(event, key)| key.starts_with("recovery-") && !event.pending);
    some("a compromised key", &|(event, _)| {
        matches!(event.body, Body::KeyRevoked { compromised_since: Some(_), .. }) && !event.pending
    });
    some("a dispute", &|(event, _)| matches!(event.body, Body::Retracted { claim: None, .. }) && !event.pending);
    some("a charter to which something goes over", &|(event, _)| {
        matches!(&event.body, Body::Chartered(adoption) if adoption.migrate.is_some()) && !event.pending
    });
    let lapses = wholes.iter().any(|chain| {
        chain.events.iter().enumerate().any(|(at, (event, _))| {
            let again = chain.events[..at].iter().rev().find(|(old, _)| old.action() == event.action());
            event.pending
                && again.is_some_and(|(old, _)| old.pending && event.at.seconds() - old.at.seconds() >= 30 * 86_400)
        })
    });
    assert!(lapses, "no proposal that lapsed is made again");
    assert!(wholes.iter().any(|chain| chain.format == ObjectFormat::Sha256));
    assert!(codes.len() > 20, "{codes:?}");
}

fn vector(path: &str) -> serde_json::Value {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("ledger-format/vectors").join(path);
    serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap()
}

fn names(directory: &str) -> Vec<String> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("ledger-format/vectors").join(directory);
    let files = std::fs::read_dir(path).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = files.map(|file| format!("{directory}/{file}")).collect();
    names.sort();
    names
}

fn format_of(vector: &serde_json::Value) -> ObjectFormat {
    if vector["object_format"] == "sha256" { ObjectFormat::Sha256 } else { ObjectFormat::Sha1 }
}

/// Returns the commit of a vector: one text, or parts that repeat.
fn bytes_of(vector: &serde_json::Value) -> Vec<u8> {
    let bytes = |value: &serde_json::Value| Base64::decode_vec(value.as_str().unwrap()).unwrap();
    let commit = &vector["commit"];
    let Some(parts) = commit.as_array() else { return bytes(commit) };
    let times = |part: &serde_json::Value| usize::try_from(part["times"].as_u64().unwrap()).unwrap();
    parts.iter().flat_map(|part| bytes(&part["bytes"]).repeat(times(part))).collect()
}

/// Both programs say the same of every ledger of the vectors, of each of its beginnings, and of each bad event in its place.
#[test]
fn both_programs_agree_on_the_vectors() {
    let mut cases = Vec::new();
    let mut ledgers = BTreeMap::new();
    for name in names("ledgers") {
        let vector = vector(&name);
        let commits: Vec<Vec<u8>> = vector["events"].as_array().unwrap().iter().map(bytes_of).collect();
        for length in 1..=commits.len() {
            let name = format!("{name}, its first {length} events");
            cases.push(Case { name, format: format_of(&vector), commits: commits[..length].to_vec() });
        }
        ledgers.insert(vector["name"].as_str().unwrap().to_owned(), commits);
    }
    let valid = cases.len();
    let mut codes = Vec::new();
    for name in names("bad") {
        let vector = vector(&name);
        let before = vector["after"].as_u64().map_or(0, |after| usize::try_from(after).unwrap() + 1);
        let mut commits = ledgers[vector["ledger"].as_str().unwrap()][..before].to_vec();
        commits.push(bytes_of(&vector));
        codes.push((before, vector["code"].as_str().unwrap().to_owned()));
        cases.push(Case { name, format: format_of(&vector), commits });
    }
    let answers = compare(&cases);
    assert!(answers[..valid].iter().all(|answer| answer.code.is_none()));
    let found: Vec<(usize, String)> = answers[valid..].iter().map(|a| (a.events, a.code.clone().unwrap())).collect();
    assert_eq!(found, codes);
}

/// What the second verifier checks by itself: events, whole states, codes, and the primitives of chapters 1 and 2.
#[test]
fn the_second_verifier_agrees_with_every_vector() {
    let said = run(&["--vectors", concat!(env!("CARGO_MANIFEST_DIR"), "/ledger-format/vectors")]);
    assert!(said.ends_with("\n0 differences\n"), "{said}");
}
