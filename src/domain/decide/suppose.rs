//! What would be: actions that nobody signed, drafted and admitted under every rule, and the state that they lead to.
//!
//! ```text
//! phrase = deed "by" ACTOR {"and" ACTOR} ["as" ROLE]
//! deed   = "attest" ITEM CLAIM[=RESULT] ["with" K=V {"and" K=V}] | "seal" ITEM | "unseal" ITEM
//!        | "move" ITEM STATUS ["because" CODE] | "block" ITEM NAME ["because" CODE] | "unblock" ITEM NAME ["record" ID]
//!        | "waive" RULE ITEM ["until" DAY] ["class" NAME] | "unwaive" RULE ITEM
//!        | "declare" ID KIND | "retract" ITEM CLAIM | "cosign" ID
//! ```
//!
//! A supposed event is judged exactly as a real one, on the same facts; only its signature is missing. One that the rules
//! refuse cannot be supposed, and its refusal is the answer.

use std::collections::{BTreeMap, BTreeSet};

use super::draft::{Attestation, Author, Draft, Wish, draft};
use super::words::{Typed, read_answers, read_fields};
use super::{Refusal, refuse};
use crate::domain::charter::{FieldRule, FieldType};
use crate::domain::code::Code;
use crate::domain::error::FormatError;
use crate::domain::event::{Amendment, Body};
use crate::domain::explain::{Explanation, Supplier};
use crate::domain::id::{ActorId, Digest, ItemId, Noun, Rid, RoleId, TaggedOid, Word};
use crate::domain::judge::View;
use crate::domain::state::State;
use crate::domain::value::Value;

/// What the reason of a supposed event says.
const REASON: &str = "supposed";

/// An action that somebody is supposed to have done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Supposition {
    /// As it was written.
    pub phrase: String,
    deed: Deed,
    by: Vec<ActorId>,
    role: Option<RoleId>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Deed {
    Attest { noun: Noun, claim: Word, result: Option<Word>, with: Vec<(String, String)> },
    Seal(ItemId),
    Unseal(ItemId),
    Move { id: ItemId, to: Word, because: Option<Word> },
    Block { id: ItemId, name: Word, because: Option<Word> },
    Unblock { id: ItemId, name: Word, record: Option<ItemId> },
    Waive { rule: String, id: ItemId, until: Option<String>, class: Option<Word> },
    Unwaive { rule: String, id: ItemId },
    Declare { id: ItemId, kind: Word },
    Retract { noun: Noun, claim: Word },
    Cosign(String),
}

/// A supposed event.
#[derive(Debug, Clone)]
pub struct Supposed {
    /// The phrase that it comes from.
    pub phrase: String,
    /// The event, and what it comes to.
    pub draft: Draft,
}

/// A supposition that the rules refuse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inadmissible {
    /// The phrase.
    pub phrase: String,
    /// Why.
    pub refusal: Refusal,
}

impl Supposition {
    /// Reads a phrase such as `seal E-05 by omar`.
    ///
    /// # Errors
    /// What is wrong with it, as a clause.
    pub fn parse(phrase: &str) -> Result<Supposition, String> {
        let mut words = Words { all: phrase.split_whitespace().collect(), at: 0 };
        let deed = Deed::read(&mut words)?;
        if !words.takes("by") {
            return Err(match words.next() {
                Some(word) => format!("{word:?} is not expected there; it ends in `by ACTOR`"),
                None => "who does it is missing; it ends in `by ACTOR`".to_owned(),
            });
        }
        let mut by = vec![words.value("an actor's name", ActorId::parse)?];
        while words.takes("and") {
            by.push(words.value("an actor's name", ActorId::parse)?);
        }
        let role = if words.takes("as") { Some(words.value("a role", RoleId::parse)?) } else { None };
        match words.next() {
            Some(word) => Err(format!("{word:?} follows, and nothing is expected there")),
            None => Ok(Supposition { phrase: phrase.to_owned(), deed, by, role }),
        }
    }
}

/// The words of a phrase, read from the left.
struct Words<'p> {
    all: Vec<&'p str>,
    at: usize,
}

impl<'p> Words<'p> {
    fn next(&mut self) -> Option<&'p str> {
        let word = self.all.get(self.at).copied();
        self.at += usize::from(word.is_some());
        word
    }

    fn takes(&mut self, word: &str) -> bool {
        let is = self.all.get(self.at) == Some(&word);
        self.at += usize::from(is);
        is
    }

    fn rule(&mut self) -> Result<String, String> {
        self.next().map(str::to_owned).ok_or_else(|| "GATE.CRITERION, or a rule about commits, is missing".to_owned())
    }

    fn value<T>(&mut self, what: &str, parse: impl Fn(&str) -> Result<T, FormatError>) -> Result<T, String> {
        let word = self.next().filter(|word| *word != "by").ok_or_else(|| format!("{what} is missing"))?;
        parse(word).map_err(|error| error.detail)
    }

    /// Returns what stands behind a word, where the word stands.
    fn after<T>(&mut self, word: &str, parse: impl Fn(&str) -> Result<T, FormatError>) -> Result<Option<T>, String> {
        if self.takes(word) { self.value(&format!("what follows `{word}`"), parse).map(Some) } else { Ok(None) }
    }
}

fn noun(text: &str) -> Result<Noun, FormatError> {
    Noun::parse(Some(text).filter(|text| *text != "repo"))
}

impl Deed {
    fn read(words: &mut Words<'_>) -> Result<Deed, String> {
        let item = "an item's id";
        Ok(match words.next() {
            Some("attest") => Deed::attest(words)?,
            Some("seal") => Deed::Seal(words.value(item, ItemId::parse)?),
            Some("unseal") => Deed::Unseal(words.value(item, ItemId::parse)?),
            Some("move") => Deed::Move {
                id: words.value(item, ItemId::parse)?,
                to: words.value("a status", Word::parse)?,
                because: words.after("because", Word::parse)?,
            },
            Some("block") => Deed::Block {
                id: words.value(item, ItemId::parse)?,
                name: words.value("a block's name", Word::parse)?,
                because: words.after("because", Word::parse)?,
            },
            Some("unblock") => Deed::Unblock {
                id: words.value(item, ItemId::parse)?,
                name: words.value("a block's name", Word::parse)?,
                record: words.after("record", ItemId::parse)?,
            },
            Some("waive") => Deed::Waive {
                rule: words.rule()?,
                id: words.value(item, ItemId::parse)?,
                until: words.after("until", |day| Ok(day.to_owned()))?,
                class: words.after("class", Word::parse)?,
            },
            Some("unwaive") => Deed::Unwaive { rule: words.rule()?, id: words.value(item, ItemId::parse)? },
            Some("declare") => {
                Deed::Declare { id: words.value("an id", ItemId::parse)?, kind: words.value("a kind", Word::parse)? }
            }
            Some("retract") => {
                Deed::Retract { noun: words.value(item, noun)?, claim: words.value("a claim", Word::parse)? }
            }
            Some("cosign") => Deed::Cosign(words.next().ok_or("the id of a proposal is missing")?.to_owned()),
            other => {
                let found = other.map_or_else(|| "nothing".to_owned(), |word| format!("{word:?}"));
                return Err(format!(
                    "{found} is none of attest, seal, unseal, move, block, unblock, waive, unwaive, declare, retract and cosign"
                ));
            }
        })
    }

    fn attest(words: &mut Words<'_>) -> Result<Deed, String> {
        let noun = words.value("an item's id, or repo,", noun)?;
        let claim = words.next().ok_or("a claim is missing")?;
        let (claim, result) = claim.split_once('=').map_or((claim, None), |(claim, result)| (claim, Some(result)));
        let claim = Word::parse(claim).map_err(|error| error.detail)?;
        let result = result.map(Word::parse).transpose().map_err(|error| error.detail)?;
        let mut with = Vec::new();
        if words.takes("with") {
            loop {
                let pair = words.next().and_then(|word| word.split_once('=')).ok_or("`with` takes NAME=VALUE")?;
                with.push((pair.0.to_owned(), pair.1.to_owned()));
                if !words.takes("and") {
                    break;
                }
            }
        }
        Ok(Deed::Attest { noun, claim, result, with })
    }

    /// Returns the wish that the deed is at a state: what the phrase leaves open takes what lets it go through.
    fn wish(&self, state: &State) -> Result<Wish, Refusal> {
        let reason = REASON.to_owned();
        Ok(match self {
            Deed::Attest { noun, claim, result, with } => attest(state, noun, claim, result.as_ref(), with)?,
            Deed::Seal(id) => Wish::Seal { id: id.clone() },
            Deed::Unseal(id) => Wish::Unseal { id: id.clone(), reason },
            Deed::Move { id, to, because } => Wish::Move { id: id.clone(), to: to.clone(), because: because.clone() },
            Deed::Block { id, name, because } => {
                let (name, because) = (name.clone(), because.clone());
                let fields = told_of(state, &name);
                let body = Body::Blocked { name, reason, because, fields };
                Wish::Do { item: Noun::Item(id.clone()), body }
            }
            Deed::Unblock { id, name, record } => {
                let record = record.clone().or_else(|| record_of(state, id, name));
                Wish::Unblock { id: id.clone(), name: name.clone(), record, reason: Some(reason) }
            }
            Deed::Waive { rule, id, until, class } => {
                let (rule, controls) = (rule.clone(), reason.clone());
                Wish::Waive { id: id.clone(), rule, class: class.clone(), reason, controls, until: until.clone() }
            }
            Deed::Unwaive { rule, id } => Wish::Unwaive { id: id.clone(), rule: rule.clone(), reason },
            Deed::Declare { id, kind } => {
                Wish::Declare { id: id.clone(), kind: kind.clone(), status: None, stated: Amendment::default() }
            }
            Deed::Retract { noun, claim } => {
                Wish::Retract { noun: noun.clone(), claim: claim.clone(), of: None, reason }
            }
            Deed::Cosign(proposal) => Wish::Cosign { proposal: proposal.clone() },
        })
    }
}

/// Returns the statement; with the good result every question that is not answered is answered yes.
fn attest(
    state: &State,
    noun: &Noun,
    claim: &Word,
    result: Option<&Word>,
    with: &[(String, String)],
) -> Result<Wish, Refusal> {
    let (mut answers, mut values) = (BTreeMap::new(), BTreeMap::new());
    // A claim that the charter does not have is left to the rules that refuse it.
    if let Some(rule) = state.charter.rules.claims.get(claim) {
        let good = rule.results.first().is_some_and(|(first, _)| result.is_none_or(|result| result == first));
        if good {
            answers.extend(rule.answers.iter().map(|question| (question.clone(), true)));
        }
        let (mut answered, mut carried) = (Typed::new(), Typed::new());
        for (name, text) in with {
            let to = if rule.answers.iter().any(|question| question.as_str() == name) {
                &mut answered
            } else {
                &mut carried
            };
            to.entry(name.clone()).or_default().push((None, text.clone()));
        }
        answers.extend(read_answers(&answered)?);
        values = read_fields(Code::ClaimValue, &format!("claims.{claim}.values"), &rule.values, &carried)?;
    }
    let (noun, claim, result) = (noun.clone(), claim.clone(), result.cloned());
    Ok(Wish::Attest(Box::new(Attestation { noun, claim, result, answers, values, evidence: BTreeSet::new() })))
}

/// Returns what a block needs to be told of: a supposition says nothing of it, and words take any.
fn told_of(state: &State, block: &Word) -> BTreeMap<Word, Value> {
    let rules = state.charter.rules.blocks.get(block).map(|rule| &rule.fields);
    let needed = rules.into_iter().flatten().filter(|(_, rule)| !rule.optional);
    let value = |rule: &FieldRule| match &rule.kind {
        FieldType::Text => Some(REASON.into()),
        FieldType::List => Some(Value::list([REASON])),
        FieldType::Bool => Some(Value::Bool(true)),
        FieldType::Enum(words) => words.first().map(|word| word.as_str().into()),
        _ => None,
    };
    needed.filter_map(|(name, rule)| Some((name.clone(), value(rule)?))).collect()
}

/// Returns the record that lifting a standing block takes.
fn record_of(state: &State, id: &ItemId, name: &Word) -> Option<ItemId> {
    let placed = state.items.get(id)?.standing(name)?;
    let charter = state.charters.get(&placed.charter).unwrap_or(&state.charter);
    charter.rules.blocks.get(name)?.record.clone()
}

/// Returns the state after some suppositions, one after the other, and the events that they are.
///
/// `stand` is the commit that the facts of the view speak of, with the branch.
///
/// # Errors
/// The first that the rules refuse, with its refusal.
pub fn suppose(
    view: &View<'_>,
    stand: Option<&(TaggedOid, Option<String>)>,
    list: &[Supposition],
) -> Result<(State, Vec<Supposed>), Box<Inadmissible>> {
    let mut state = view.state.clone();
    let mut done = Vec::new();
    for supposition in list {
        for actor in &supposition.by {
            let refused = |refusal| Box::new(Inadmissible { phrase: supposition.phrase.clone(), refusal });
            let draft = one(&state, view, stand, supposition, actor).map_err(refused)?;
            let key = state.actors.get(actor).and_then(|known| known.keys.values().find(|key| key.revoked.is_none()));
            if let Some(key) = key.map(|key| key.key.clone()) {
                let sha256 = Digest::of(draft.event.encode().as_bytes());
                state.apply(&draft.event, key.fingerprint(), sha256, draft.admission.rules.clone());
            }
            done.push(Supposed { phrase: supposition.phrase.clone(), draft });
        }
    }
    Ok((state, done))
}

fn one(
    state: &State,
    view: &View<'_>,
    stand: Option<&(TaggedOid, Option<String>)>,
    supposition: &Supposition,
    actor: &ActorId,
) -> Result<Draft, Refusal> {
    let known = state.actors.get(actor).ok_or_else(|| {
        let told = Explanation::new(Code::TrustActorUnknown, format!("{actor} is not enrolled"), "an enrolled actor");
        Refusal::from(told.who(vec![Supplier::asker()]).next("ledger actor list"))
    })?;
    let live = known.keys.iter().find(|(_, key)| key.revoked.is_none()).or_else(|| known.keys.iter().next());
    let (fingerprint, _) = live.ok_or_else(|| {
        let told = Explanation::new(Code::TrustKeyUnknown, format!("{actor} has no key"), "a key of the actor");
        Refusal::from(told.who(vec![Supplier::asker()]).next("ledger key list"))
    })?;
    // Nobody sees this id. It differs from those of the ledger and of the other suppositions, and is the same tomorrow.
    let id = Digest::of(format!("{REASON} {} {}", state.tip.seq, supposition.phrase).as_bytes()).to_string();
    let id = Rid::parse(id.get(..32).unwrap_or_default()).map_err(|error| refuse(error.code, error.detail, "an id"))?;
    let author = Author {
        actor: actor.clone(),
        key: fingerprint.clone(),
        role: supposition.role.clone(),
        at: view.as_of.max(state.tip.at),
        id,
        stand: stand.cloned(),
        correlation: None,
    };
    draft(state, &author, &supposition.deed.wish(state)?, view.facts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(phrase: &str) -> String {
        Supposition::parse(phrase).unwrap_err()
    }

    #[test]
    fn each_deed_has_its_phrase() {
        for phrase in [
            "attest E-05 review by petra",
            "attest E-05 review=reject with complete=no and consistent=yes by petra as reviewer",
            "attest repo cargo-deny with violations=0 by bot",
            "attest MIG-06/DESIGN-BLOCKED/12 escalated by kim",
            "seal E-05 by omar",
            "unseal E-05 by lena and kim",
            "move PHASE-E closed by kim",
            "move REL-3 withdrawn because metrics-failed by kim",
            "block MIG-06 DESIGN-BLOCKED by kim",
            "unblock MIG-06 DESIGN-BLOCKED record E-12 by kim and lena",
            "waive phase-closure.cargo PHASE-1 by orla and ines",
            "waive CX-600B WP-1 until 2026-03-01 class late by orla and ines",
            "unwaive CX-600B WP-1 by ines",
            "declare D-001 decision by dario",
            "retract E-05 review by petra",
            "cosign 3f9c2a71 by ines",
        ] {
            let read = Supposition::parse(phrase);
            assert_eq!(read.map(|read| read.phrase), Ok(phrase.to_owned()));
        }
    }

    #[test]
    fn a_phrase_that_says_too_little_or_too_much_is_told() {
        assert_eq!(wrong("seal E-05"), "who does it is missing; it ends in `by ACTOR`");
        assert_eq!(wrong("seal"), "an item's id is missing");
        assert_eq!(wrong("seal E-05 now by omar"), "\"now\" is not expected there; it ends in `by ACTOR`");
        assert_eq!(wrong("seal E-05 by omar twice"), "\"twice\" follows, and nothing is expected there");
        assert_eq!(wrong("attest E-05 review with yes by petra"), "`with` takes NAME=VALUE");
        assert_eq!(wrong("waive"), "GATE.CRITERION, or a rule about commits, is missing");
        assert_eq!(wrong("waive close.one by kim"), "an item's id is missing");
        assert_eq!(wrong("waive close.one F-A until"), "what follows `until` is missing");
        assert!(wrong("sael E-05 by omar").starts_with("\"sael\" is none of attest, seal"));
        assert!(wrong("").starts_with("nothing is none of"));
    }
}
