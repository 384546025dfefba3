//! Golden vectors: made again and compared, read again and compared.

use std::collections::BTreeSet;

use govledger::domain::commit::{self, ObjectFormat};
use govledger::domain::event::{Body, Event};
use govledger::domain::id::Digest;
use govledger::domain::replay::Replay;
use govledger::domain::sshsig::Verifier;
use govledger::domain::value::Value;

use crate::files;
use crate::keys::{self, key, oid};
use crate::packed::{LONG, packed, unpacked};
use crate::samples::{self, Sample};
use crate::stories;
use crate::story::Story;

fn vector(sample: &Sample) -> Value {
    let bytes = sample.bytes();
    let unsigned = commit::unsigned(sample.format, sample.parent.as_ref(), &sample.event);
    Value::map([
        ("name", Value::from(sample.name.as_str())),
        ("note", sample.note.into()),
        ("object_format", sample.format.as_str().into()),
        ("signer", sample.signer.into()),
        ("parent", sample.parent.as_ref().into()),
        ("type", sample.event.body.kind().into()),
        ("summary", sample.event.summary().into()),
        ("payload", Some(sample.event.encode()).filter(|payload| payload.len() < LONG).into()),
        ("commit", packed(&bytes)),
        ("signed_sha256", Digest::of(unsigned.as_bytes()).into()),
        ("sha256", Digest::of(&bytes).into()),
        ("oid", Value::text(oid(sample.format, &bytes))),
        ("action", sample.event.action().into()),
    ])
}

pub(crate) fn read(path: &str) -> serde_json::Value {
    serde_json::from_str(&files::read(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

pub(crate) fn format_of(vector: &serde_json::Value) -> ObjectFormat {
    if vector["object_format"] == "sha256" { ObjectFormat::Sha256 } else { ObjectFormat::Sha1 }
}

pub(crate) fn bytes_of(vector: &serde_json::Value) -> Vec<u8> {
    unpacked(&vector["commit"])
}

/// S0: M0-013, S2-038.
#[test]
fn every_type_has_a_vector_that_is_made_and_read_alike() {
    let samples = samples::all();
    let mut names = BTreeSet::new();
    for sample in &samples {
        assert!(names.insert(format!("{}.json", sample.name)), "{} is there twice", sample.name);
        files::check(&format!("vectors/events/{}.json", sample.name), &files::pretty(&vector(sample)));
        let bytes = sample.bytes();
        let signed = commit::decode(sample.format, &bytes).unwrap_or_else(|error| panic!("{}: {error}", sample.name));
        assert_eq!(signed.event, sample.event, "{}", sample.name);
        signed.verify_with(&mut Verifier::default()).unwrap();
        assert_eq!(Event::decode(&sample.event.encode()).as_ref(), Ok(&sample.event));
    }
    files::check_directory("vectors/events", &names);
    let kinds: BTreeSet<&str> = samples.iter().map(|sample| sample.event.body.kind()).collect();
    assert_eq!(kinds, BTreeSet::from(Body::KINDS));
}

#[test]
fn the_test_keys_are_the_documented_ones() {
    let keys = Value::list(keys::NAMES.map(|name| key(name).to_value()));
    files::check("vectors/keys.json", &files::pretty(&keys));
}

#[test]
fn whole_ledgers_lead_to_the_expected_state() {
    let stories = stories::all();
    let names: BTreeSet<String> = stories.iter().map(|story| format!("{}.json", story.name)).collect();
    for story in stories {
        files::check(&format!("vectors/ledgers/{}.json", story.name), &files::pretty(&story.to_value()));
    }
    files::check_directory("vectors/ledgers", &names);
    let admitted: BTreeSet<&str> = stories.iter().flat_map(|s| &s.told).map(|told| told.event.body.kind()).collect();
    let missing: Vec<&str> = Body::KINDS.into_iter().filter(|kind| !admitted.contains(kind)).collect();
    assert!(missing.is_empty(), "in no ledger: {missing:?}");
}

/// Reads the files alone, as somebody else's program would.
#[test]
fn the_ledgers_on_disk_replay_to_the_states_on_disk() {
    for Story { name, .. } in stories::all() {
        let vector = read(&format!("vectors/ledgers/{name}.json"));
        let format = format_of(&vector);
        let mut replay = Replay::new(format);
        for event in vector["events"].as_array().unwrap() {
            let bytes = bytes_of(event);
            let signed = commit::decode(format, &bytes).unwrap();
            signed.verify_with(&mut Verifier::default()).unwrap();
            replay.push(&signed).unwrap();
            assert_eq!(signed.sha256.to_string(), event["sha256"].as_str().unwrap());
            assert_eq!(signed.event.summary(), event["summary"].as_str().unwrap());
            assert_eq!(replay.state().unwrap().digest().to_string(), event["state"].as_str().unwrap());
        }
        let state: serde_json::Value =
            serde_json::from_str(&replay.state().unwrap().to_value().to_canonical()).unwrap();
        assert_eq!(state, vector["state"]);
    }
}

/// A ledger's state at every position is the state of the ledger that ends there.
#[test]
fn replay_is_a_function_of_the_events() {
    for story in stories::all() {
        for told in &story.told {
            let mut replay = Replay::new(story.format);
            for earlier in story.told.iter().take_while(|earlier| earlier.event.seq <= told.event.seq) {
                replay.push(&commit::decode(story.format, &earlier.bytes).unwrap()).unwrap();
            }
            assert_eq!(
                replay.state().unwrap().to_value().to_canonical(),
                told.after.state().unwrap().to_value().to_canonical()
            );
        }
    }
}
