//! The JSON Schemas, held against the vectors.

use boon::{Compiler, SchemaIndex, Schemas};
use govledger::domain::event::Body;
use serde_json::Value;

use crate::bad;
use crate::files;
use crate::samples;
use crate::stories;

/// A compiled schema.
struct Schema {
    schemas: Schemas,
    index: SchemaIndex,
    name: &'static str,
}

impl Schema {
    fn of(name: &'static str) -> Schema {
        let mut compiler = Compiler::new();
        for file in ["payload", "state", "explanation"] {
            let text = files::read(&format!("schema/{file}.schema.json"));
            let schema: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
            compiler.add_resource(schema["$id"].as_str().unwrap(), schema.clone()).unwrap();
        }
        let mut schemas = Schemas::new();
        let url = format!("https://govledger.example/format/1/{name}.schema.json");
        let index = compiler.compile(&url, &mut schemas).unwrap_or_else(|error| panic!("{name}: {error:#}"));
        Schema { schemas, index, name }
    }

    fn takes(&self, value: &Value) -> Result<(), String> {
        self.schemas.validate(value, self.index).map_err(|error| format!("{}: {error:#}", self.name))
    }
}

#[test]
fn every_payload_of_a_vector_is_one_of_the_schema() {
    let schema = Schema::of("payload");
    let of_samples = samples::all().into_iter().map(|sample| (sample.name, sample.event.encode()));
    let of_stories =
        stories::all().iter().flat_map(|story| &story.told).map(|told| (told.event.summary(), told.event.encode()));
    for (name, payload) in of_samples.chain(of_stories) {
        schema.takes(&serde_json::from_str(&payload).unwrap()).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn every_state_of_a_vector_is_one_of_the_schema() {
    let schema = Schema::of("state");
    for told in stories::all().iter().flat_map(|story| &story.told) {
        let state = told.after.state().unwrap().to_value().to_canonical();
        schema.takes(&serde_json::from_str(&state).unwrap()).unwrap_or_else(|error| panic!("{error}"));
    }
}

#[test]
fn every_refusal_of_a_bad_vector_is_explained_as_the_schema_says() {
    let schema = Schema::of("explanation");
    let explanations = bad::explanations();
    assert!(explanations.len() > 20);
    for explanation in explanations {
        schema
            .takes(&serde_json::from_str(&explanation.to_value().to_canonical()).unwrap())
            .unwrap_or_else(|error| panic!("{error}"));
    }
}

/// Takes each key away, and adds one, wherever the keys of a map are fixed: the schema says no to all of it.
#[test]
fn the_schema_takes_no_payload_with_a_key_more_or_less() {
    let schema = Schema::of("payload");
    let optional = ["seen", "judged", "pending", "correlation"];
    let mut seen = Vec::new();
    for sample in samples::all() {
        let whole: Value = serde_json::from_str(&sample.event.encode()).unwrap();
        seen.push(sample.event.body.kind());
        for place in ["", "/body", "/body/charter", "/seen", "/judged", "/seen/facts/0"] {
            let Some(map) = whole.pointer(place).and_then(Value::as_object) else { continue };
            for key in map.keys().filter(|key| !(place.is_empty() && optional.contains(&key.as_str()))) {
                let mut less = whole.clone();
                less.pointer_mut(place).unwrap().as_object_mut().unwrap().remove(key);
                assert!(schema.takes(&less).is_err(), "{}: {place} without {key}", sample.name);
            }
            let mut more = whole.clone();
            more.pointer_mut(place).unwrap().as_object_mut().unwrap().insert("extra".to_owned(), Value::Null);
            assert!(schema.takes(&more).is_err(), "{}: {place} with one more", sample.name);
        }
        let mut other = whole.clone();
        other["type"] = Value::from("approved");
        assert!(schema.takes(&other).is_err());
    }
    assert!(Body::KINDS.iter().all(|kind| seen.contains(kind)));
}

/// Says whether a payload is one of the schema, which is compiled once a thread.
pub(crate) fn check_payload(payload: &str) -> Result<(), String> {
    thread_local! {
        static SCHEMA: Schema = Schema::of("payload");
    }
    SCHEMA.with(|schema| schema.takes(&serde_json::from_str(payload).map_err(|error| error.to_string())?))
}
