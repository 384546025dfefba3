//! What would be: actions that nobody signed, drafted and admitted under every rule, and the state that they lead to.
//!
//! ```text
//! phrase = deed "by" ACTOR {"and" ACTOR} ["as" ROLE]
//! deed   = "attest" ITEM CLAIM[=RESULT] ["with" K=V {"and" K=V}] | "seal" ITEM {ITEM} | "unseal" ITEM | "amend" ITEM
//!        | "move" ITEM STATUS ["because" CODE] | "block" ITEM NAME ["because" CODE] | "unblock" ITEM NAME ["record" ID]
//!        | "waive" RULE ITEM ["until" DAY] ["class" NAME] | "unwaive" RULE ITEM
//!        | "declare" ID KIND | "retract" ITEM CLAIM | "cosign" ID
//! ```
//!
//! A deed is taken as its command is printed, too: with `ledger` before it, with options (`--result fail`, `--value K=V`,
//! `--evidence FILE`, `--because CODE`, `--field K=V`, `--link TYPE=ID`), and quoted as for a shell.
//!
//! A supposed event is judged exactly as a real one, on the same facts; only its signature is missing. One that the rules
//! refuse cannot be supposed, and its refusal is the answer.

mod phrase;

use std::collections::BTreeMap;

use self::phrase::{Stated, Words, typed};
use super::draft::{Attestation, Author, Draft, Wish, draft, media_type};
use super::words::{read_answers, read_fields};
use super::{Refusal, refuse};
use crate::domain::charter::{FieldRule, FieldType};
use crate::domain::code::Code;
use crate::domain::error::FormatError;
use crate::domain::event::{Amendment, Body, Evidence};
use crate::domain::explain::{Explanation, Supplier};
use crate::domain::facts::{Answer, Facts, Question};
use crate::domain::id::{ActorId, Digest, ItemId, Noun, Rid, RoleId, TaggedOid, Word};
use crate::domain::judge::{View, quoted};
use crate::domain::path::RepoPath;
use crate::domain::state::State;
use crate::domain::value::Value;

/// What the reason of a supposed event says.
const REASON: &str = "supposed";

/// How an answer is printed that is still to be given.
const OPEN: &str = "yes|no";

/// An action that somebody is supposed to have done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Supposition {
    /// As it was written.
    pub phrase: String,
    /// What is done, one after the other: of all deeds only `seal` takes several items, as its command does.
    deeds: Vec<Deed>,
    by: Vec<ActorId>,
    role: Option<RoleId>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Deed {
    Attest {
        noun: Noun,
        claim: Word,
        result: Option<Word>,
        with: Vec<(String, String)>,
        evidence: Vec<String>,
        commit: Option<String>,
    },
    Seal(ItemId),
    Unseal(ItemId),
    Move {
        id: ItemId,
        to: Word,
        because: Option<Word>,
    },
    Block {
        id: ItemId,
        name: Word,
        because: Option<Word>,
        fields: Vec<(String, String)>,
    },
    Unblock {
        id: ItemId,
        name: Word,
        record: Option<ItemId>,
    },
    Waive {
        rule: String,
        id: ItemId,
        until: Option<String>,
        class: Option<Word>,
    },
    Unwaive {
        rule: String,
        id: ItemId,
    },
    Declare {
        id: ItemId,
        kind: Word,
        stated: Stated,
    },
    Amend {
        id: ItemId,
        stated: Stated,
    },
    Retract {
        noun: Noun,
        claim: Word,
    },
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
        let mut words = Words::of(phrase)?;
        let mut deeds = vec![Deed::read(&mut words)?];
        while matches!(deeds.as_slice(), [Deed::Seal(_), ..]) && words.stands_before("by") {
            deeds.push(Deed::Seal(words.value("an item's id", ItemId::parse)?));
        }
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
        let role = words.after("as", RoleId::parse)?;
        if let Some(option) = words.left() {
            return Err(format!("`--{option}` says nothing there, or is said twice"));
        }
        match words.next() {
            Some(word) => Err(format!("{word:?} follows, and nothing is expected there")),
            None => Ok(Supposition { phrase: phrase.to_owned(), deeds, by, role }),
        }
    }
}

fn noun(text: &str) -> Result<Noun, FormatError> {
    Noun::parse(Some(text).filter(|text| *text != "repo"))
}

impl Deed {
    fn read(words: &mut Words) -> Result<Deed, String> {
        let item = "an item's id";
        // What only people read is the same for all that is supposed.
        words.options("reason");
        words.options("controls");
        Ok(match words.next().as_deref() {
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
                fields: words.pairs("field")?,
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
                let id = words.value("an id", ItemId::parse)?;
                let kind = match words.option("kind") {
                    Some(kind) => Word::parse(&kind).map_err(|error| error.detail)?,
                    None => words.value("a kind", Word::parse)?,
                };
                Deed::Declare { id, kind, stated: Stated::read(words)? }
            }
            Some("amend") => Deed::Amend { id: words.value(item, ItemId::parse)?, stated: Stated::read(words)? },
            Some("retract") => {
                Deed::Retract { noun: words.value(item, noun)?, claim: words.value("a claim", Word::parse)? }
            }
            Some("cosign") => Deed::Cosign(words.next().ok_or("the id of a proposal is missing")?),
            other => {
                let found = other.map_or_else(|| "nothing".to_owned(), |word| format!("{word:?}"));
                return Err(format!(
                    "{found} is none of attest, seal, unseal, move, block, unblock, waive, unwaive, declare, amend, retract and cosign"
                ));
            }
        })
    }

    fn attest(words: &mut Words) -> Result<Deed, String> {
        let noun = words.value("an item's id, or repo,", noun)?;
        let claim = words.next().ok_or("a claim is missing")?;
        let short = claim.split_once('=');
        let (claim, result) = short.map_or((claim.as_str(), None), |(claim, result)| (claim, Some(result.to_owned())));
        let claim = Word::parse(claim).map_err(|error| error.detail)?;
        let result = result.or_else(|| words.option("result"));
        let result = result.as_deref().map(Word::parse).transpose().map_err(|error| error.detail)?;
        let mut with = Vec::new();
        if words.takes("with") {
            loop {
                let pair = words.next();
                let pair = pair.as_deref().and_then(|word| word.split_once('=')).ok_or("`with` takes NAME=VALUE")?;
                with.push((pair.0.to_owned(), pair.1.to_owned()));
                if !words.takes("and") {
                    break;
                }
            }
        }
        with.extend(words.pairs("answer")?.into_iter().filter(|(_, answer)| answer != OPEN));
        with.extend(words.pairs("value")?);
        let (evidence, commit) = (words.options("evidence"), words.option("commit"));
        Ok(Deed::Attest { noun, claim, result, with, evidence, commit })
    }

    /// Checks that what is said of a commit is said of the one that is looked at: of others nothing is known here.
    fn stands(&self, stand: Option<&(TaggedOid, Option<String>)>) -> Result<(), Refusal> {
        let Deed::Attest { commit: Some(named), .. } = self else { return Ok(()) };
        let is = |(commit, branch): &(TaggedOid, Option<String>)| {
            let branch = branch.as_deref().map(|branch| branch.strip_prefix("refs/heads/").unwrap_or(branch));
            branch == Some(named) || (named.len() >= 7 && commit.digits().starts_with(named.as_str()))
        };
        if named == "HEAD" || stand.is_some_and(is) {
            return Ok(());
        }
        let found = format!("`--commit {named}`, and another commit is looked at");
        let told = Explanation::new(Code::UsageWords, found, format!("to stand on {named}, or no `--commit`"));
        Err(told.who(vec![Supplier::asker()]).next(format!("git switch {}", quoted(named))).into())
    }

    /// Returns the wish that the deed is at a state: what the phrase leaves open takes what lets it go through.
    fn wish(&self, state: &State, facts: &dyn Facts) -> Result<Wish, Refusal> {
        let reason = REASON.to_owned();
        Ok(match self {
            Deed::Attest { noun, claim, result, with, evidence, .. } => {
                let (answers, values) = said(state, claim, result.as_ref(), with)?;
                let evidence = evidence.iter().map(|path| shown(facts, path)).collect();
                let (noun, claim, result) = (noun.clone(), claim.clone(), result.clone());
                Wish::Attest(Box::new(Attestation { noun, claim, result, answers, values, evidence }))
            }
            Deed::Seal(id) => Wish::Seal { id: id.clone() },
            Deed::Unseal(id) => Wish::Unseal { id: id.clone(), reason },
            Deed::Move { id, to, because } => Wish::Move { id: id.clone(), to: to.clone(), because: because.clone() },
            Deed::Block { id, name, because, fields: stated } => {
                let (name, because) = (name.clone(), because.clone());
                let mut fields = told_of(state, &name);
                if let Some(rule) = state.charter.rules.blocks.get(&name) {
                    let place = format!("blocks.{name}.fields");
                    fields.extend(read_fields(Code::BlockField, &place, &rule.fields, &typed(stated))?);
                }
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
            Deed::Declare { id, kind, stated } => {
                let stated = stated.change(state, Some(kind))?.apply(&Amendment::default());
                Wish::Declare { id: id.clone(), kind: kind.clone(), status: None, stated }
            }
            Deed::Amend { id, stated } => {
                let kind = state.items.get(id).map(|item| &item.kind);
                Wish::Amend { id: id.clone(), change: stated.change(state, kind)? }
            }
            Deed::Retract { noun, claim } => {
                Wish::Retract { noun: noun.clone(), claim: claim.clone(), of: None, reason }
            }
            Deed::Cosign(proposal) => Wish::Cosign { proposal: proposal.clone() },
        })
    }
}

/// Answers and values.
type Said = (BTreeMap<Word, bool>, BTreeMap<Word, Value>);

/// Returns the answers and values; with the good result every question that is not answered is answered yes.
fn said(state: &State, claim: &Word, result: Option<&Word>, with: &[(String, String)]) -> Result<Said, Refusal> {
    let mut answers = BTreeMap::new();
    // A claim that the charter does not have is left to the rules that refuse it.
    let Some(rule) = state.charter.rules.claims.get(claim) else { return Ok((answers, BTreeMap::new())) };
    let good = rule.results.first().is_some_and(|(first, _)| result.is_none_or(|result| result == first));
    if good {
        answers.extend(rule.answers.iter().map(|question| (question.clone(), true)));
    }
    let asks = |name: &str| rule.answers.iter().any(|question| question.as_str() == name);
    let (answered, carried): (Vec<_>, Vec<_>) = with.iter().cloned().partition(|(name, _)| asks(name));
    answers.extend(read_answers(&typed(&answered))?);
    let values = read_fields(Code::ClaimValue, &format!("claims.{claim}.values"), &rule.values, &typed(&carried))?;
    Ok((answers, values))
}

/// Returns a piece of evidence: the file of that name as it is committed; of any other file nobody knows the bytes, and they are
/// supposed.
fn shown(facts: &dyn Facts, path: &str) -> Evidence {
    let known = RepoPath::parse(path).ok().and_then(|path| facts.ask(&Question::Path(path)));
    let (sha256, size) = match known {
        Some(Answer::File(Some(file))) => (file.sha256, file.size),
        _ => (Digest::of(format!("{REASON} {path}").as_bytes()), 1),
    };
    Evidence { sha256, size, media: media_type(path).to_owned() }
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
        let each = supposition.deeds.iter().flat_map(|deed| supposition.by.iter().map(move |actor| (deed, actor)));
        for (deed, actor) in each {
            let refused = |refusal| Box::new(Inadmissible { phrase: supposition.phrase.clone(), refusal });
            let draft = one(&state, view, stand, supposition, (deed, actor)).map_err(refused)?;
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
    (deed, actor): (&Deed, &ActorId),
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
    deed.stands(stand)?;
    let author = Author {
        actor: actor.clone(),
        key: fingerprint.clone(),
        role: supposition.role.clone(),
        at: view.as_of.max(state.tip.at),
        id,
        stand: stand.cloned(),
        correlation: None,
    };
    draft(state, &author, &deed.wish(state, view.facts)?, view.facts)
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
            "ledger attest WP-1 validated --commit main by petra",
            "block WP-1 HOLD --because risky --field questions=which --reason 'x y' by lena",
            "attest MIG-06/DESIGN-BLOCKED/12 escalated by kim",
            "seal E-05 by omar",
            "ledger seal E-05 E-06 E-07 by omar and ines as approver",
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
            "ledger attest E-05 fail-closed --result fail by petra",
            "attest E-05 review --result reject --answer 'complete=no' --answer consistent=yes|no by petra --as reviewer",
            "attest E-01 proof --value category=P1 --evidence \"docs/a b.md\" by dario",
            "move REL-3 withdrawn --because metrics-failed by kim",
            "unblock MIG-06 DESIGN-BLOCKED --record E-12 --reason 'it is done' by kim",
            "declare E-12 --kind record --link cites=E-00,E-01 by kim",
            "amend R-004 --field 'rationale=Read only' --no-field owner --add-link cites=E-07 by lena",
        ] {
            let read = Supposition::parse(phrase);
            assert_eq!(read.map(|read| read.phrase), Ok(phrase.to_owned()));
        }
    }

    #[test]
    fn a_phrase_that_says_too_little_or_too_much_is_told() {
        assert_eq!(wrong("seal E-05"), "who does it is missing; it ends in `by ACTOR`");
        assert_eq!(wrong("seal"), "an item's id is missing");
        assert_eq!(wrong("seal E-05 E-06"), "who does it is missing; it ends in `by ACTOR`");
        assert_eq!(wrong("unseal E-05 now by omar"), "\"now\" is not expected there; it ends in `by ACTOR`");
        assert_eq!(wrong("seal E-05 by omar twice"), "\"twice\" follows, and nothing is expected there");
        assert_eq!(wrong("attest E-05 review --result by petra"), "what follows `--result` is missing");
        assert_eq!(wrong("seal E-05 --result fail by omar"), "`--result` says nothing there, or is said twice");
        assert_eq!(wrong("amend R-1 --field rationale by lena"), "`--field` takes NAME=VALUE, and not \"rationale\"");
        assert_eq!(wrong("amend R-1 --title 'open by lena"), "a ' is open at its end");
        assert_eq!(wrong("attest E-05 review with yes by petra"), "`with` takes NAME=VALUE");
        assert_eq!(wrong("waive"), "GATE.CRITERION, or a rule about commits, is missing");
        assert_eq!(wrong("waive close.one by kim"), "an item's id is missing");
        assert_eq!(wrong("waive close.one F-A until"), "what follows `until` is missing");
        assert!(wrong("sael E-05 by omar").starts_with("\"sael\" is none of attest, seal"));
        assert!(wrong("").starts_with("nothing is none of"));
    }
}
