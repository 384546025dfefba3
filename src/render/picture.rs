//! Governance as facts by subject, so that two moments, or two trees under one ledger, can be compared.

use std::collections::{BTreeMap, BTreeSet};

use super::item::{Statement, statements};
use super::words;
use crate::domain::charter::Level;
use crate::domain::event::GateOutcome;
use crate::domain::explain::Outcome;
use crate::domain::id::{ItemId, Noun};
use crate::domain::judge::{Judgement, View, judged_for, speaks_of_self};
use crate::domain::state::{Claims, Item, State};
use crate::domain::turns::Facts;

/// What is so of what: subject and aspect (`E-05`, `seal`) to a phrase (`sealed by omar on 2026-02-03`). Where a key is
/// absent, there is no such thing.
pub type Picture = Facts;

/// A fact that is not the same on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What it is about: an item, `gate NAME`, `actor NAME`, `charter`.
    pub subject: String,
    /// Which fact of it.
    pub aspect: String,
    /// The one side; `None` where there is no such thing.
    pub a: Option<String>,
    /// The other side.
    pub b: Option<String>,
}

/// Returns the facts of a view, those that depend on files and how gates come out included.
pub fn picture(view: View<'_>) -> Picture {
    let mut picture = records(view);
    let judgement = Judgement::new(view);
    let mut put = |subject: &str, aspect: &str, fact: String| {
        picture.insert((subject.to_owned(), aspect.to_owned()), fact);
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
    let mut put = |subject: &str, aspect: &str, fact: String| {
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
            format!("signed by {}", by.join(" and ")),
        );
    }
    picture
}

type Put<'p> = dyn FnMut(&str, &str, String) + 'p;

fn rules_and_people(state: &State, put: &mut Put<'_>) {
    let charter = &state.charter;
    put("charter", "", format!("{} {} (event {})", charter.rules.id, charter.sha256.short(), charter.seq));
    if state.founding {
        put("authority", "", "not complete yet: the founding phase lasts".to_owned());
    }
    for (name, actor) in &state.actors {
        let subject = format!("actor {name}");
        let operator = actor.operator.as_ref().map(|operator| format!(", operated by {operator}")).unwrap_or_default();
        put(&subject, "", format!("enrolled as {}{operator}", actor.kind.as_str()));
        for role in &actor.roles {
            put(&subject, &format!("role {role}"), "held".to_owned());
        }
        for (fingerprint, key) in &actor.keys {
            let taken =
                key.compromised_since.map(|seq| format!(", in other hands since event {seq}")).unwrap_or_default();
            let fact = key.revoked.map_or_else(|| "counts".to_owned(), |seq| format!("revoked by event {seq}{taken}"));
            put(&subject, &format!("key {fingerprint}"), fact);
        }
    }
    for (role, types) in &charter.rules.roles {
        let types: Vec<&str> = types.iter().map(|kind| kind.as_str()).collect();
        put(&format!("role {role}"), "", types.join(" or "));
    }
    for (sha256, evidence) in state.evidence.iter().filter(|(_, evidence)| evidence.erased.is_some()) {
        put(
            &format!("evidence {}", sha256.short()),
            "",
            format!("erased by event {}", evidence.erased.unwrap_or_default()),
        );
    }
}

fn item_facts(judgement: &Judgement<'_>, id: &ItemId, item: &Item, put: &mut Put<'_>) {
    let subject = id.as_str();
    put(subject, "", format!("declared as {}", item.kind));
    put(subject, "status", item.status.to_string());
    if let Some(title) = &item.stated.title {
        put(subject, "title", title.clone());
    }
    if let Some(path) = &item.stated.path {
        put(subject, "path", path.to_string());
        let there = match judgement.file(item) {
            None => "not to be read",
            Some(None) => "absent",
            Some(Some(_)) => "present",
        };
        put(subject, "file", there.to_owned());
    }
    for (name, value) in &item.stated.fields {
        put(subject, &format!("field {name}"), words::value(value));
    }
    for (link, targets) in &item.stated.links {
        let list = if targets.is_empty() { "none, stated".to_owned() } else { words::names(targets) };
        put(subject, &format!("link {link}"), list);
    }
    let content = judgement.content(id).map_or_else(|| "not to be read".to_owned(), |content| content.short());
    put(subject, "content", content);
    if let Some(successor) = judgement.view().state.successor(id) {
        put(subject, "successor", successor.to_string());
    }
    let consistent = judgement.is("kinds", id, crate::domain::charter::Being::Consistent);
    put(subject, "consistent", yes(consistent.outcome).to_owned());
    let seal = item.seal.as_ref().map_or_else(
        || "not sealed".to_owned(),
        |seal| match judgement.sealed(id) {
            Outcome::Met => words::sealed(seal),
            Outcome::Unknown => format!("{}, not to be read", words::sealed(seal)),
            _ => "drifted".to_owned(),
        },
    );
    put(subject, "seal", seal);
    block_facts(judgement, id, item, put);
    spoken(judgement, &Noun::Item(id.clone()), &item.claims, put);
}

fn block_facts(judgement: &Judgement<'_>, id: &ItemId, item: &Item, put: &mut Put<'_>) {
    for block in &item.blocks {
        let fact = match &block.lifted {
            None => format!("stands since {}", block.touch.at.date()),
            Some(lift) => format!("lifted on {} {}", lift.touch.at.date(), words::by(&lift.by)),
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
        put(id.as_str(), name.as_str(), fact.to_owned());
    }
}

fn spoken(judgement: &Judgement<'_>, noun: &Noun, claims: &Claims, put: &mut Put<'_>) {
    // The latest word of each actor decides; earlier ones on other contents are history.
    let mut latest: BTreeMap<(String, String), (u64, String)> = BTreeMap::new();
    for Statement { claim, actor, said, counts, .. } in statements(judgement, noun, claims) {
        let fact = format!("{} of {}, {}", said.statement.result, said.made.date(), counts.as_str());
        let known = latest.entry((claim.to_string(), actor.to_string())).or_default();
        if known.1.is_empty() || known.0 < said.touch.seq {
            *known = (said.touch.seq, fact);
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
fn introduced(picture: &Picture, subject: &str, fact: &str) -> String {
    let of = |aspect: &str| picture.get(&(subject.to_owned(), aspect.to_owned())).cloned();
    let own = picture.range((subject.to_owned(), String::new())..).take_while(|(key, _)| key.0 == subject);
    let roles = own.filter_map(|((_, aspect), _)| aspect.strip_prefix("role ").map(ToOwned::to_owned));
    let seal = of("seal").filter(|seal| seal != "not sealed");
    let parts: Vec<String> = [Some(fact.to_owned()), of("status"), seal].into_iter().flatten().chain(roles).collect();
    parts.join(", ")
}

impl Difference {
    /// Returns the difference as a sentence: `E-05 seal: sealed by omar on 2026-02-03 -> not sealed`.
    pub fn sentence(&self) -> String {
        let name =
            if self.aspect.is_empty() { self.subject.clone() } else { format!("{} {}", self.subject, self.aspect) };
        let side = |side: &Option<String>| side.clone().unwrap_or_else(|| "nothing".to_owned());
        format!("{name}: {} -> {}", side(&self.a), side(&self.b))
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
        facts.iter().map(|(s, a, f)| (((*s).to_owned(), (*a).to_owned()), (*f).to_owned())).collect()
    }

    // M0-009
    #[test]
    fn what_differs_is_told_as_sentences() {
        let a = pic(&[
            ("E-03", "", "declared as artifact"),
            ("E-03", "seal", "sealed by omar on 2026-02-03"),
            ("gate readiness", "", "HOLD"),
        ]);
        let b = pic(&[
            ("E-03", "", "declared as artifact"),
            ("E-03", "seal", "drifted"),
            ("E-04", "", "declared as artifact"),
            ("E-04", "content", "3f"),
            ("E-04", "status", "draft"),
            ("gate readiness", "", "PASS"),
        ]);
        let found = differences(&a, &b);
        let sentences: Vec<String> = found.iter().map(Difference::sentence).collect();
        let expected = [
            "E-03 seal: sealed by omar on 2026-02-03 -> drifted",
            "E-04: nothing -> declared as artifact, draft",
            "gate readiness: HOLD -> PASS",
        ];
        assert_eq!(sentences, expected);
        assert!(differences(&a, &a).is_empty());
    }
}
