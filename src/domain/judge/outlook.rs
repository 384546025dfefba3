//! How the same ledger comes out before and after a change of its rules: what is judged otherwise, and what ends.

use std::collections::{BTreeMap, BTreeSet};

use super::report::{GateReport, Standing};
use super::session::Judgement;
use super::subjects::{judged_for, speaks_of_self};
use super::{View, words};
use crate::domain::charter::glob::Glob;
use crate::domain::charter::{Being, Charter, Criterion, FieldType, Permission, RuleChange, Stop};
use crate::domain::event::GateOutcome;
use crate::domain::explain::{Explanation, Outcome};
use crate::domain::id::{Digest, ItemId, Noun, Word};
use crate::domain::state::{Item, State};
use crate::domain::value::Value;

/// What differs between two charters, and what comes out otherwise under the second one.
#[derive(Debug, Default)]
pub struct Outlook {
    /// Rules that differ.
    pub rules: Vec<RuleChange>,
    /// What comes out otherwise; `None` where there is no ledger, or one of the charters could not be adopted now.
    pub outcomes: Option<Vec<OutcomeChange>>,
    /// Why one of the charters could not be adopted now.
    pub refusals: Vec<Explanation>,
}

/// Something that comes out otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutcomeChange {
    /// What it is about, such as `gate exit on D-001`.
    pub subject: String,
    /// How it came out before.
    pub before: String,
    /// How it comes out after.
    pub after: String,
    /// Of what comes out by the same word on both sides.
    pub stays: Option<Stays>,
}

/// What comes out by the same word as before, for other reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stays {
    /// The word.
    pub word: String,
    /// The reasons that are none any more.
    pub gone: Vec<String>,
    /// The reasons that were none.
    pub come: Vec<String>,
}

impl OutcomeChange {
    /// Returns the change as a sentence, such as `gate exit on D-001: PASS -> HOLD (e04: E-04 is not sealed)`. Where the word stays,
    /// it names the reasons that differ and no other.
    pub fn sentence(&self) -> String {
        let Some(stays) = &self.stays else { return format!("{}: {} -> {}", self.subject, self.before, self.after) };
        let reasons = |word: &str, list: &[String]| {
            if list.is_empty() { String::new() } else { format!("; {word}: {}", words::list(list, REASONS)) }
        };
        let (gone, come) = (reasons("no longer", &stays.gone), reasons("now also", &stays.come));
        format!("{}: {} as before{gone}{come}", self.subject, stays.word)
    }

    /// Returns the object that programs read.
    pub fn to_value(&self) -> Value {
        Value::map([
            ("subject", Value::from(self.subject.as_str())),
            ("before", self.before.as_str().into()),
            ("after", self.after.as_str().into()),
            ("sentence", self.sentence().into()),
        ])
    }
}

/// Returns what comes out otherwise. `own` is the action of the change itself, which does not die of it.
pub fn outcome_changes(before: View<'_>, after: View<'_>, own: Option<Digest>) -> Vec<OutcomeChange> {
    let (a, b) = (facts(before), facts(after));
    let keys: BTreeSet<&(u8, String)> = a.keys().chain(b.keys()).collect();
    let told = |side: Option<&Fact>| side.map_or_else(|| "nothing".to_owned(), Fact::text);
    let otherwise = keys.into_iter().filter(|key| a.get(*key) != b.get(*key)).map(|key| OutcomeChange {
        subject: key.1.clone(),
        before: told(a.get(key)),
        after: told(b.get(key)),
        stays: a.get(key).zip(b.get(key)).and_then(|(a, b)| a.stays(b)),
    });
    let mut changes: Vec<OutcomeChange> = otherwise.collect();
    let waiting = before.state.proposals.iter().filter(|(action, proposal)| {
        Some(**action) != own && proposal.is_open(before.as_of) && !after.state.proposals.contains(action)
    });
    changes.extend(waiting.map(|(_, proposal)| OutcomeChange {
        subject: format!("proposal {}", proposal.body.summary(&proposal.item)),
        before: match proposal.votes.len() {
            1 => "waits with 1 signature".to_owned(),
            votes => format!("waits with {votes} signatures"),
        },
        after: "dies".to_owned(),
        stays: None,
    }));
    changes
}

/// What is so of what; the number sorts the sorts of things.
type Facts = BTreeMap<(u8, String), Fact>;

/// What is so, and of a gate that holds, what stands against it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Fact {
    word: String,
    against: Vec<String>,
}

impl From<String> for Fact {
    fn from(word: String) -> Fact {
        Fact { word, against: Vec::new() }
    }
}

impl Fact {
    fn text(&self) -> String {
        match self.against.as_slice() {
            [] => self.word.clone(),
            against => format!("{} ({})", self.word, words::list(against, REASONS)),
        }
    }

    /// Returns what changed, where the word is the same after and only reasons are not.
    fn stays(&self, after: &Fact) -> Option<Stays> {
        let without = |list: &[String], other: &[String]| -> Vec<String> {
            list.iter().filter(|reason| !other.contains(reason)).cloned().collect()
        };
        let (gone, come) = (without(&self.against, &after.against), without(&after.against, &self.against));
        (self.word == after.word).then(|| Stays { word: self.word.clone(), gone, come })
    }
}

/// How many reasons of a gate are told.
const REASONS: usize = 3;

fn facts(view: View<'_>) -> Facts {
    let judgement = Judgement::new(view);
    let mut facts = Facts::new();
    for (name, actor) in &view.state.actors {
        let roles: Vec<&str> = actor.roles.iter().map(crate::domain::id::RoleId::as_str).collect();
        let held = if roles.is_empty() { "no role".to_owned() } else { roles.join(", ") };
        facts.insert((0, format!("roles of {name}")), held.into());
    }
    for (id, item) in &view.state.items {
        item_facts(&judgement, id, item, &mut facts);
    }
    for (gate, subjects) in judged_for(&view) {
        let alike = !speaks_of_self(&view.state.charter.rules, &gate);
        for subject in subjects.iter().take(if alike { 1 } else { usize::MAX }) {
            let name = if alike { format!("gate {gate}") } else { format!("gate {gate} on {subject}") };
            facts.insert((4, name), gate_fact(&judgement, &gate, subject));
        }
    }
    facts
}

fn gate_fact(judgement: &Judgement<'_>, gate: &Word, subject: &Noun) -> Fact {
    let report = judgement.gate(gate, subject);
    let word = report.outcome.as_str().to_owned();
    if report.outcome == GateOutcome::Pass {
        return word.into();
    }
    let against = report.criteria.iter().filter_map(|criterion| {
        let leaf = criterion.leaves.iter().find(|leaf| leaf.blamed)?;
        Some(format!("criterion {}: {}", criterion.name, leaf.explanation.found))
    });
    Fact { word, against: against.collect() }
}

fn item_facts(judgement: &Judgement<'_>, id: &ItemId, item: &Item, facts: &mut Facts) {
    let state = judgement.view().state;
    facts.insert((1, format!("{id} kind")), item.kind.to_string().into());
    facts.insert((1, format!("{id} status")), item.status.to_string().into());
    if state.is_live(id) {
        let valid = judgement.is("kinds", id, Being::Valid).outcome;
        facts.insert((1, format!("{id} is valid")), yes(valid).to_owned().into());
    }
    if item.seal.is_some() {
        let rule = item.seal.as_ref().and_then(|seal| state.charters.get(&seal.charter));
        let unseal = rule.and_then(|charter| charter.rules.kinds.get(&item.kind)?.unseal.as_ref());
        let held = yes(judgement.sealed(id));
        facts.insert((2, format!("seal on {id}")), format!("holds: {held}; broken by {}", permitted(unseal)).into());
    }
    for block in judgement.blocks_on(id) {
        let stops = if block.stops.is_empty() { "nothing".to_owned() } else { stops(block.stops) };
        let end = match block.placed {
            None => "stands by itself".to_owned(),
            Some(placed) => {
                let own = format!("lift needs {}", permitted(lift(state, placed.charter, &placed.name)));
                kept_lift(judgement, id, &block).map_or_else(|| own.clone(), |kept| format!("{own}{kept}"))
            }
        };
        facts.insert((3, format!("block {} on {id}", block.name)), format!("stops {stops}; {end}").into());
        if let Some(reach) = reach(state, &item.kind, &block) {
            facts.insert((3, format!("reach of block {} on {id}", block.name)), reach.into());
        }
    }
}

fn lift<'a>(state: &'a State, charter: u64, name: &Word) -> Option<&'a Permission> {
    state.charters.get(&charter)?.rules.blocks.get(name)?.lift.as_ref()
}

/// Returns, of a placed block whose lift or whose gates the charter in force has otherwise, what it keeps and how that comes out.
fn kept_lift(judgement: &Judgement<'_>, id: &ItemId, block: &Standing<'_>) -> Option<String> {
    let state = judgement.view().state;
    let placed = block.placed?;
    let then = state.charters.get(&placed.charter)?;
    let present = &state.charter.rules;
    let report = judgement.lift(id, block);
    let mut gates = BTreeSet::new();
    if let Some(report) = &report {
        gates_of(report, &mut gates);
    }
    let same = then.rules.blocks.get(&placed.name).map(|rule| &rule.lift)
        == present.blocks.get(&placed.name).map(|rule| &rule.lift)
        && gates.into_iter().all(|gate| asked(&then.rules, gate) == asked(present, gate));
    let outcome = report.as_ref().map_or_else(String::new, |report| format!(", which is {}", report.outcome.as_str()));
    (!same).then(|| format!("{outcome}; {}", kept_from(then.seq)))
}

/// Returns what a gate asks, and in which order.
fn asked<'c>(rules: &'c Charter, gate: &Word) -> Option<(&'c [Criterion], bool)> {
    rules.gates.get(gate).map(|rule| (rule.criteria.as_slice(), rule.ordered))
}

/// Collects the names of a gate and of those that its criteria lead to.
fn gates_of<'r>(report: &'r GateReport, names: &mut BTreeSet<&'r Word>) {
    names.insert(&report.gate);
    let leaves = report.criteria.iter().flat_map(|criterion| &criterion.leaves);
    leaves.flat_map(|leaf| &leaf.nested).for_each(|nested| gates_of(nested, names));
}

fn kept_from(seq: u64) -> String {
    format!("kept from the charter of event {seq}, under which it was placed")
}

/// Returns which files a block stops, by name and pattern; of a placed one by the charter under which it was placed, with a
/// word where the charter in force says otherwise.
fn reach(state: &State, kind: &Word, block: &Standing<'_>) -> Option<String> {
    let present = &state.charter;
    let then = block.placed.and_then(|placed| state.charters.get(&placed.charter)).unwrap_or(present);
    let own = files(&then.rules, kind, block.stops)?;
    if files(&present.rules, kind, block.stops).as_ref() == Some(&own) {
        return Some(own);
    }
    Some(format!("{own}; {}", kept_from(then.seq)))
}

fn files(charter: &Charter, kind: &Word, stops: &[Stop]) -> Option<String> {
    let texts = stops.iter().filter_map(|stop| match stop {
        Stop::Moves => None,
        Stop::Scope(name) => {
            let globs = charter.scopes.get(name).map(|globs| globs.iter().map(Glob::text));
            Some(format!(
                "{name} = {}",
                globs.map_or_else(|| "no scope".to_owned(), |globs| globs.collect::<Vec<_>>().join(" "))
            ))
        }
        Stop::Field(name) => {
            let rule = charter.kinds.get(kind).and_then(|kind| kind.fields.get(name));
            let globs = rule.is_some_and(|rule| rule.kind == FieldType::Globs);
            Some(format!("{} in the field {name}", if globs { "patterns" } else { "paths" }))
        }
    });
    let texts: Vec<String> = texts.collect();
    (!texts.is_empty()).then(|| texts.join(", "))
}

fn permitted(permission: Option<&Permission>) -> String {
    permission.map_or_else(|| "nobody".to_owned(), |permission| permission.text.clone())
}

fn stops(stops: &[Stop]) -> String {
    let names = stops.iter().map(|stop| match stop {
        Stop::Moves => "moves",
        Stop::Scope(name) | Stop::Field(name) => name.as_str(),
    });
    names.collect::<Vec<_>>().join(", ")
}

const fn yes(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Met => "yes",
        Outcome::Unknown => "not to be known",
        _ => "no",
    }
}
