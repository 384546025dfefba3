//! Governance as facts by subject, so that two moments, or two trees under one ledger, can be compared.

use std::collections::{BTreeMap, BTreeSet};

use super::item::{Statement, statements};
use super::words;
use crate::domain::charter::Level;
use crate::domain::event::GateOutcome;
use crate::domain::explain::Outcome;
use crate::domain::id::{ItemId, Noun};
use crate::domain::judge::{Judgement, View, judged_for, speaks_of_self};
use crate::domain::state::{Claims, Item, State, Touch};
use crate::domain::turns::Facts;
use crate::domain::value::Value;

/// What is so of what, by subject and aspect (`E-05`, `seal`). Where a key is absent, there is no such thing.
pub type Picture = Facts<Fact>;

/// What is so of something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What is so: `sealed`.
    is: String,
    /// Whose deed made it so, and when, in words: `sealed`, `by omar on 2026-02-03`.
    deed: Option<(&'static str, String)>,
}

impl Fact {
    fn new(is: impl Into<String>) -> Fact {
        Fact { is: is.into(), deed: None }
    }

    fn done(mut self, verb: &'static str, by: &str, on: &Touch) -> Fact {
        self.deed = Some((verb, format!("{by} on {}", on.at.date())));
        self
    }

    /// Returns `sealed by omar on 2026-02-03`, where it is known.
    fn told(&self) -> Option<String> {
        self.deed.as_ref().map(|(verb, by)| format!("{verb} {by}"))
    }
}

/// A fact that is not the same on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What it is about: an item, `gate NAME`, `actor NAME`, `charter`.
    pub subject: String,
    /// Which fact of it.
    pub aspect: String,
    /// The one side; `None` where there is no such thing.
    pub a: Option<Fact>,
    /// The other side.
    pub b: Option<Fact>,
}

/// Returns the facts of a view, those that depend on files and how gates come out included.
pub fn picture(view: View<'_>) -> Picture {
    let mut picture = records(view);
    let judgement = Judgement::new(view);
    let mut put = |subject: &str, aspect: &str, fact: String| {
        picture.insert((subject.to_owned(), aspect.to_owned()), Fact::new(fact));
    };
    for (gate, subjects) in judged_for(&view) {
        // A gate that does not speak of `self` comes out the same for every subject.
        let alike = !speaks_of_self(&view.state.charter.rules, &gate);
        for subject in subjects.iter().take(if alike { 1 } else { usize::MAX }) {
            let report = judgement.gate(&gate, subject);
            let name = if alike { format!("gate {gate}") } else { format!("gate {gate} for {subject}") };
            let counts =
                if report.outcome == GateOutcome::Pass { String::new() } else { format!(" ({})", report.counts()) };
            put(&name, "", format!("{}{counts}", report.outcome.as_str()));
            for criterion in &report.criteria {
                let veto = if criterion.level == Level::Veto { "veto " } else { "" };
                put(&name, &format!("{veto}{}", criterion.name), criterion.outcome.as_str().to_owned());
            }
        }
    }
    picture
}

/// Returns the facts of a view without how gates come out.
pub fn records(view: View<'_>) -> Picture {
    let judgement = Judgement::new(view);
    let mut picture = Picture::new();
    let mut put = |subject: &str, aspect: &str, fact: Fact| {
        picture.insert((subject.to_owned(), aspect.to_owned()), fact);
    };
    rules_and_people(view.state, &mut put);
    for (id, item) in &view.state.items {
        item_facts(&judgement, id, item, &mut put);
    }
    spoken(&judgement, &Noun::Repo, &view.state.repo, &mut put);
    for (noun, claims) in &view.state.placed {
        spoken(&judgement, noun, claims, &mut put);
    }
    for proposal in view.state.proposals.values().filter(|proposal| proposal.is_open(view.as_of)) {
        let by: Vec<&str> = proposal.votes.iter().map(|vote| vote.actor.as_str()).collect();
        put(
            &format!("proposal {}", proposal.body.summary(&proposal.item)),
            "",
            Fact::new(format!("signed by {}", by.join(" and "))),
        );
    }
    picture
}

type Put<'p> = dyn FnMut(&str, &str, Fact) + 'p;

/// What is so of the seal of what has none.
const UNSEALED: &str = "not sealed";

fn rules_and_people(state: &State, put: &mut Put<'_>) {
    let charter = &state.charter;
    let own = format!("{} {} (event {})", charter.rules.id, charter.sha256.short(), charter.seq);
    put("charter", "", Fact::new(own));
    if state.founding {
        put("authority", "", Fact::new("not complete yet: the founding phase lasts"));
    }
    for (name, actor) in &state.actors {
        let subject = format!("actor {name}");
        let operator = actor.operator.as_ref().map(|operator| format!(", operated by {operator}")).unwrap_or_default();
        put(&subject, "", Fact::new(format!("enrolled as {}{operator}", actor.kind.as_str())));
        for role in &actor.roles {
            put(&subject, &format!("role {role}"), Fact::new("held"));
        }
        for (fingerprint, key) in &actor.keys {
            let taken =
                key.compromised_since.map(|seq| format!(", in other hands since event {seq}")).unwrap_or_default();
            let fact = key.revoked.map_or_else(|| "counts".to_owned(), |seq| format!("revoked by event {seq}{taken}"));
            put(&subject, &format!("key {fingerprint}"), Fact::new(fact));
        }
    }
    for (role, types) in &charter.rules.roles {
        let types: Vec<&str> = types.iter().map(|kind| kind.as_str()).collect();
        put(&format!("role {role}"), "", Fact::new(types.join(" or ")));
    }
    for (sha256, evidence) in state.evidence.iter().filter(|(_, evidence)| evidence.erased.is_some()) {
        put(
            &format!("evidence {}", sha256.short()),
            "",
            Fact::new(format!("erased by event {}", evidence.erased.unwrap_or_default())),
        );
    }
}

fn item_facts(judgement: &Judgement<'_>, id: &ItemId, item: &Item, put: &mut Put<'_>) {
    let subject = id.as_str();
    put(subject, "", Fact::new(format!("declared as {}", item.kind)));
    put(subject, "status", Fact::new(item.status.to_string()));
    if let Some(title) = &item.stated.title {
        put(subject, "title", Fact::new(title.clone()));
    }
    if let Some(path) = &item.stated.path {
        put(subject, "path", Fact::new(path.to_string()));
        let there = match judgement.file(item) {
            None => "not to be read",
            Some(None) => "absent",
            Some(Some(_)) => "present",
        };
        put(subject, "file", Fact::new(there));
    }
    for (name, value) in &item.stated.fields {
        put(subject, &format!("field {name}"), Fact::new(words::value(value)));
    }
    for (link, targets) in &item.stated.links {
        let list = if targets.is_empty() { "none, stated".to_owned() } else { words::names(targets) };
        put(subject, &format!("link {link}"), Fact::new(list));
    }
    let content = judgement.content(id).map_or_else(|| "not to be read".to_owned(), |content| content.short());
    put(subject, "content", Fact::new(content));
    if let Some(successor) = judgement.view().state.successor(id) {
        put(subject, "successor", Fact::new(successor.to_string()));
    }
    let consistent = judgement.is("kinds", id, crate::domain::charter::Being::Consistent);
    put(subject, "consistent", Fact::new(yes(consistent.outcome)));
    let seal = item.seal.as_ref().map_or_else(
        || Fact::new(UNSEALED),
        |seal| {
            let is = match judgement.sealed(id) {
                Outcome::Met => "sealed",
                Outcome::Unknown => "sealed, not to be read",
                _ => "drifted",
            };
            Fact::new(is).done("sealed", &words::by(&seal.by), &seal.touch)
        },
    );
    put(subject, "seal", seal);
    block_facts(judgement, id, item, put);
    spoken(judgement, &Noun::Item(id.clone()), &item.claims, put);
}

fn block_facts(judgement: &Judgement<'_>, id: &ItemId, item: &Item, put: &mut Put<'_>) {
    for block in &item.blocks {
        let fact = match &block.lifted {
            None => {
                let by = block.by.iter().map(|vote| vote.actor.clone()).collect();
                Fact::new("stands").done("placed", &words::by(&by), &block.touch)
            }
            Some(lift) => Fact::new("lifted").done("lifted", &words::by(&lift.by), &lift.touch),
        };
        put(id.as_str(), block.name.as_str(), fact);
    }
    let standing = judgement.blocks_on(id);
    let rules = &judgement.view().state.charter.rules.blocks;
    for (name, _) in rules.iter().filter(|(_, rule)| rule.by.is_none() && rule.on.contains(&item.kind)) {
        let fact = match standing.iter().find(|block| block.placed.is_none() && block.name == name) {
            None => "does not stand",
            Some(block) if block.outcome == Outcome::Unknown => "stands: its end cannot be known",
            Some(_) => "stands by itself",
        };
        put(id.as_str(), name.as_str(), Fact::new(fact));
    }
}

fn spoken(judgement: &Judgement<'_>, noun: &Noun, claims: &Claims, put: &mut Put<'_>) {
    // The latest word of each actor decides; earlier ones on other contents are history.
    let mut latest: BTreeMap<(String, String), (u64, Fact)> = BTreeMap::new();
    for Statement { claim, actor, said, counts, .. } in statements(judgement, noun, claims) {
        let is = format!("{}, {}", said.statement.result, counts.as_str());
        let deed = Some(("said", format!("by {actor} on {}", said.made.date())));
        let fact = (said.touch.seq, Fact { is, deed });
        let known = latest.entry((claim.to_string(), actor.to_string())).or_insert_with(|| fact.clone());
        if known.0 < fact.0 {
            *known = fact;
        }
    }
    for ((claim, actor), (_, fact)) in latest {
        put(&noun.to_string(), &format!("{claim} by {actor}"), fact);
    }
}

const fn yes(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Met => "yes",
        Outcome::Unknown => "not to be known",
        _ => "no",
    }
}

/// Returns what is not the same in two pictures, by subject. A thing that is on one side only is one difference.
pub fn differences(a: &Picture, b: &Picture) -> Vec<Difference> {
    let keys: BTreeSet<&(String, String)> = a.keys().chain(b.keys()).collect();
    let lone = |subject: &str| {
        let whole = (subject.to_owned(), String::new());
        a.contains_key(&whole) != b.contains_key(&whole)
    };
    let differ = keys.into_iter().filter(|key| a.get(*key) != b.get(*key));
    // How a gate comes out for a thing that is new says nothing beside the thing itself.
    let of_lone = |subject: &str| {
        subject.strip_prefix("gate ").and_then(|gate| gate.split_once(" for ")).is_some_and(|(_, id)| lone(id))
    };
    let told = differ.filter(|(subject, aspect)| (aspect.is_empty() || !lone(subject)) && !of_lone(subject));
    let side = |picture: &Picture, key: &(String, String)| {
        let fact = picture.get(key)?;
        Some(if key.1.is_empty() && lone(&key.0) { introduced(picture, &key.0, fact) } else { fact.clone() })
    };
    told.map(|key| Difference { subject: key.0.clone(), aspect: key.1.clone(), a: side(a, key), b: side(b, key) })
        .collect()
}

/// Returns what a thing is that the other side does not have: with its status, its seal, its roles.
fn introduced(picture: &Picture, subject: &str, fact: &Fact) -> Fact {
    let of = |aspect: &str| picture.get(&(subject.to_owned(), aspect.to_owned()));
    let own = picture.range((subject.to_owned(), String::new())..).take_while(|(key, _)| key.0 == subject);
    let roles = own.filter_map(|((_, aspect), _)| aspect.strip_prefix("role ").map(ToOwned::to_owned));
    let seal = of("seal").filter(|seal| seal.is != UNSEALED);
    let parts = [Some(fact), of("status"), seal].into_iter().flatten().map(|fact| fact.is.clone());
    let is = parts.chain(roles).collect::<Vec<_>>().join(", ");
    Fact { is, deed: seal.and_then(|seal| seal.deed.clone()) }
}

impl Difference {
    /// Returns the difference as a sentence: `E-05 sealed -> not sealed`.
    pub fn sentence(&self) -> String {
        self.sentence_on((None, None))
    }

    /// Returns the sentence with where it is so, of either side: `E-05 sealed -> drifted on feature`. Who made it so, and when, stands
    /// in it only where the two sides differ in nothing else.
    pub fn sentence_on(&self, places: (Option<&str>, Option<&str>)) -> String {
        let name = match self.aspect.as_str() {
            "" => format!("{}:", self.subject),
            // It is the one aspect whose facts say by themselves what they are about.
            "seal" => self.subject.clone(),
            aspect => format!("{} {aspect}:", self.subject),
        };
        let alike = self.is_told_alone();
        let side = |fact: &Option<Fact>, place: Option<&str>| {
            let Some(fact) = fact else { return "nothing".to_owned() };
            let told = fact.told().filter(|_| alike).map(|told| format!(" ({told})")).unwrap_or_default();
            let place = place.map(|place| format!(" on {place}")).unwrap_or_default();
            format!("{}{told}{place}", fact.is)
        };
        format!("{name} {} -> {}", side(&self.a, places.0), side(&self.b, places.1))
    }

    /// Returns whether the two sides differ in nothing but who made it so, and when.
    fn is_told_alone(&self) -> bool {
        self.a.as_ref().map(|fact| &fact.is) == self.b.as_ref().map(|fact| &fact.is)
    }

    /// Returns who made it so on either side, and when, as far as neither the sentence says it nor `causes`.
    pub fn deeds(&self, causes: &str) -> Vec<String> {
        if self.is_told_alone() {
            return Vec::new();
        }
        let [a, b] = [&self.a, &self.b].map(|fact| fact.as_ref().filter(|fact| fact.deed.is_some()));
        let same = a.map(|fact| &fact.deed) == b.map(|fact| &fact.deed);
        let is_new = |fact: &&Fact| fact.deed.as_ref().is_some_and(|(_, by)| !causes.contains(by));
        let before = a.filter(|_| !same).filter(is_new).and_then(Fact::told).map(|told| format!("was {told}"));
        before.into_iter().chain(b.filter(is_new).and_then(Fact::told)).collect()
    }

    /// Returns what differs as the keys that programs read: what is so on either side, and who made it so, and when.
    pub fn sides_value(&self, names: (&str, &str)) -> Vec<(String, Value)> {
        let side = |name: &str, fact: &Option<Fact>| {
            let told = fact.as_ref().and_then(Fact::told);
            [(name.to_owned(), fact.as_ref().map(|fact| fact.is.clone()).into()), (format!("{name}_told"), told.into())]
        };
        side(names.0, &self.a).into_iter().chain(side(names.1, &self.b)).collect()
    }

    /// Returns what kind of thing differs.
    pub fn kind(&self) -> Kind {
        let first = self.subject.split(' ').next().unwrap_or_default();
        match first {
            "gate" => Kind::Gate,
            "actor" => Kind::Actor,
            "proposal" => Kind::Proposal,
            "charter" | "role" | "authority" | "evidence" => Kind::Rule,
            _ => Kind::Item,
        }
    }
}

/// A kind of thing that can differ, in the order in which they are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// An item, a placed block or the repository itself.
    Item,
    /// A gate.
    Gate,
    /// A proposal.
    Proposal,
    /// An actor.
    Actor,
    /// The charter and what stands beside it.
    Rule,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 5] = [Kind::Item, Kind::Gate, Kind::Proposal, Kind::Actor, Kind::Rule];

    /// Returns the word for one and for several.
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Kind::Item => ("item", "items"),
            Kind::Gate => ("gate", "gates"),
            Kind::Proposal => ("proposal", "proposals"),
            Kind::Actor => ("actor", "actors"),
            Kind::Rule => ("rule", "rules"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pic(facts: &[(&str, &str, &str)]) -> Picture {
        facts.iter().map(|(s, a, f)| (((*s).to_owned(), (*a).to_owned()), Fact::new(*f))).collect()
    }

    // M0-009
    #[test]
    fn what_differs_is_told_as_sentences() {
        let by_omar =
            |is: &str, day: &str| Fact { is: is.to_owned(), deed: Some(("sealed", format!("by omar on {day}"))) };
        let seal = |id: &str| (id.to_owned(), "seal".to_owned());
        let mut a = pic(&[("E-03", "", "declared as artifact"), ("gate readiness", "", "HOLD")]);
        a.insert(seal("E-03"), by_omar("sealed", "2026-02-03"));
        a.insert(seal("E-05"), by_omar("sealed", "2026-02-03"));
        a.insert(seal("E-06"), by_omar("sealed", "2026-02-03"));
        let mut b = pic(&[
            ("E-03", "", "declared as artifact"),
            ("E-04", "", "declared as artifact"),
            ("E-04", "content", "3f"),
            ("E-04", "status", "draft"),
            ("gate readiness", "", "PASS"),
        ]);
        b.insert(seal("E-03"), by_omar("drifted", "2026-02-03"));
        b.insert(seal("E-05"), by_omar("sealed", "2026-03-01"));
        b.insert(seal("E-06"), Fact::new(UNSEALED));
        let found = differences(&a, &b);
        let sentences: Vec<String> = found.iter().map(Difference::sentence).collect();
        let expected = [
            "E-03 sealed -> drifted",
            "E-04: nothing -> declared as artifact, draft",
            "E-05 sealed (sealed by omar on 2026-02-03) -> sealed (sealed by omar on 2026-03-01)",
            "E-06 sealed -> not sealed",
            "gate readiness: HOLD -> PASS",
        ];
        assert_eq!(sentences, expected);
        assert!(differences(&a, &a).is_empty());
        assert_eq!(found[0].sentence_on((None, Some("feature"))), "E-03 sealed -> drifted on feature");
        let behind = |position: usize, causes: &str| found[position].deeds(causes);
        assert_eq!(behind(0, "by commit 3f9c2a71 of dario"), ["sealed by omar on 2026-02-03"]);
        assert_eq!(behind(3, "by kim on 2026-03-01, event 9"), ["was sealed by omar on 2026-02-03"]);
        assert!(behind(2, "").is_empty(), "it stands in the sentence");
    }
}
