//! From what a person wants to the event that the person is about to sign.

use std::collections::{BTreeMap, BTreeSet};

pub use super::change::{Change, inherited};
use super::change::{first_status, supersede};
use super::claims::placed;
use super::waivers::{no_waiver, waive};
use super::ways::Refused;
use super::words::unknown;
use super::{Admission, Attempt, RECOVERY, Refusal, admit, refuse};
use crate::domain::code::Code;
use crate::domain::event::{Amendment, AttestedBody, Body, Declaration, Event, Evidence, Statement};
use crate::domain::explain::{Explanation, Outcome, Supplier};
use crate::domain::facts::{Answer, Facts, Question, Recorder, Seen};
use crate::domain::id::{ActorId, Correlation, ItemId, Noun, Rid, RoleId, TaggedOid, Word};
use crate::domain::judge::{View, file_commands};
use crate::domain::key::Fingerprint;
use crate::domain::state::{Item, Proposal, State};
use crate::domain::time::Timestamp;
use crate::domain::value::Value;

/// What a person wants, before it is known what exactly will be signed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are those of the events that the wishes become")]
pub enum Wish {
    /// An action that is already whole.
    Do { item: Noun, body: Body },
    /// Declare an item; without a status, in the first one that a move leads to from `new`.
    Declare { id: ItemId, kind: Word, status: Option<Word>, stated: Amendment },
    /// State some of an item's parts anew and keep the others.
    Amend { id: ItemId, change: Change },
    /// Let an item take the place of another: declare it, or where it is declared add the link.
    Supersede { old: ItemId, new: ItemId, status: Option<Word>, change: Change },
    /// Move an item.
    Move { id: ItemId, to: Word, because: Option<Word> },
    /// Make a statement.
    Attest(Box<Attestation>),
    /// Take back the latest statement of somebody, by default one's own.
    Retract { noun: Noun, claim: Word, of: Option<ActorId>, reason: String },
    /// Seal an item.
    Seal { id: ItemId },
    /// Break the seal of an item.
    Unseal { id: ItemId, reason: String },
    /// Lift a block.
    Unblock { id: ItemId, name: Word, record: Option<ItemId>, reason: Option<String> },
    /// Set a rule aside for an item; without a class, in the only one that covers it, and without a day, for as long as it allows.
    Waive { id: ItemId, rule: String, class: Option<Word>, reason: String, controls: String, until: Option<String> },
    /// Take a waiver back.
    Unwaive { id: ItemId, rule: String, reason: String },
    /// Sign an open proposal, named by the beginning of an id of one of its events.
    Cosign { proposal: String },
}

impl Wish {
    /// Returns what the wish is about.
    fn noun(&self) -> Noun {
        match self {
            Wish::Do { item, .. } => item.clone(),
            Wish::Declare { id, .. }
            | Wish::Amend { id, .. }
            | Wish::Move { id, .. }
            | Wish::Seal { id }
            | Wish::Unseal { id, .. }
            | Wish::Unblock { id, .. }
            | Wish::Waive { id, .. }
            | Wish::Unwaive { id, .. } => Noun::Item(id.clone()),
            Wish::Supersede { new, .. } => Noun::Item(new.clone()),
            Wish::Attest(statement) => statement.noun.clone(),
            Wish::Retract { noun, .. } => noun.clone(),
            Wish::Cosign { .. } => Noun::Repo,
        }
    }
}

/// A statement to be made; what is `None` takes its default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attestation {
    /// About what.
    pub noun: Noun,
    /// The claim.
    pub claim: Word,
    /// The result; by default the first one of the claim.
    pub result: Option<Word>,
    /// The answers.
    pub answers: BTreeMap<Word, bool>,
    /// The values.
    pub values: BTreeMap<Word, Value>,
    /// The evidence.
    pub evidence: BTreeSet<Evidence>,
}

/// Who is about to sign, and where that person stands.
#[derive(Debug, Clone)]
pub struct Author {
    /// Who.
    pub actor: ActorId,
    /// With which key.
    pub key: Fingerprint,
    /// The role asked for; `None`: the first one held that the rule takes.
    pub role: Option<RoleId>,
    /// When.
    pub at: Timestamp,
    /// The id that the event will have.
    pub id: Rid,
    /// The commit that facts are taken from, and the branch that the person stands on.
    pub stand: Option<(TaggedOid, Option<String>)>,
    /// What the event belongs to outside of the ledger.
    pub correlation: Option<Correlation>,
}

/// An event that would be admitted, before it is signed.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The event.
    pub event: Event,
    /// What it comes to.
    pub admission: Admission,
    /// The first event of the proposal that it joins, if it joins one.
    pub joins: Option<Rid>,
    /// The reason that the wish gives and the event does not, since the proposal that it joins gives another.
    pub unsaid: Option<String>,
}

/// Makes the event that a wish comes to.
///
/// # Errors
/// The refusal of the rule that stands against it.
pub fn draft(state: &State, author: &Author, wish: &Wish, facts: &dyn Facts) -> Result<Draft, Refusal> {
    let probe = Recorder::new(facts);
    let view = View { state, facts: &probe, as_of: author.at };
    let (item, body) = whole(&view, author, wish).map_err(|refusal| {
        let noun = wish.noun();
        Refused { state, item: &noun, body: None }.with_ways(refusal)
    })?;
    let typed = body.reason().map(ToOwned::to_owned);
    let (body, joins) = join(state, author.at, &item, body);
    let unsaid = typed.filter(|typed| body.reason() != Some(typed));
    let mut refusal: Option<Refusal> = None;
    for role in roles(state, author, &body) {
        let recorder = Recorder::new(facts);
        let attempt = Attempt {
            state,
            facts: &recorder,
            at: author.at,
            actor: &author.actor,
            role: role.as_ref(),
            key: &author.key,
            item: &item,
            body: &body,
        };
        match admit(&attempt) {
            Ok(admission) => {
                let facts = recorder.into_facts();
                return Ok(Draft {
                    event: event(state, author, role, item, body, &admission, facts),
                    admission,
                    joins,
                    unsaid,
                });
            }
            Err(other) => {
                let weak = |r: &Refusal| matches!(r.code(), Code::AuthorityRole | Code::TrustRoleNotHeld);
                if refusal.as_ref().is_none_or(|r| weak(r) && !weak(&other)) {
                    refusal = Some(other);
                }
            }
        }
    }
    Err(refusal.unwrap_or_else(|| refuse(Code::AuthorityRole, format!("{} holds no role", author.actor), "a role")))
}

fn event(
    state: &State,
    author: &Author,
    role: Option<RoleId>,
    item: Noun,
    body: Body,
    admission: &Admission,
    facts: BTreeMap<Question, Answer>,
) -> Event {
    let stand = author.stand.clone().filter(|_| !facts.is_empty());
    Event {
        seq: state.tip.seq + 1,
        id: author.id.clone(),
        prev: Some(state.tip.sha256),
        at: author.at,
        actor: author.actor.clone(),
        role,
        item,
        body,
        seen: stand.map(|(commit, reference)| Seen { commit, reference, facts }),
        judged: admission.judged.clone(),
        pending: admission.pending,
        correlation: author.correlation.clone(),
    }
}

/// Returns the roles to try, in order. What one may do in no role at all is tried so first.
fn roles(state: &State, author: &Author, body: &Body) -> Vec<Option<RoleId>> {
    if author.actor.as_str() == RECOVERY {
        return vec![None];
    }
    if let Some(role) = &author.role {
        return vec![Some(role.clone())];
    }
    let own = matches!(body, Body::KeyRevoked { .. } | Body::Retracted { .. }).then_some(None);
    let held = state.actors.get(&author.actor).into_iter().flat_map(|actor| actor.roles.iter().cloned().map(Some));
    let roles: Vec<Option<RoleId>> = own.into_iter().chain(held).collect();
    if roles.is_empty() { vec![None] } else { roles }
}

/// Returns the body of an open proposal that says the same but for the words of a reason, else the body itself.
fn join(state: &State, at: Timestamp, item: &Noun, body: Body) -> (Body, Option<Rid>) {
    let same = |proposal: &&Proposal| proposal.is_open(at) && is_same(&proposal.body, &body);
    let first =
        state.proposals.near(item, &body).filter(same).min_by_key(|p| p.votes.first().map(|vote| vote.touch.seq));
    match first {
        Some(proposal) => (proposal.body.clone(), proposal.votes.first().map(|vote| vote.event.clone())),
        None => (body, None),
    }
}

fn is_same(a: &Body, b: &Body) -> bool {
    match (a, b) {
        (Body::Ungranted { actor, role, .. }, Body::Ungranted { actor: actor2, role: role2, .. }) => {
            (actor, role) == (actor2, role2)
        }
        (Body::Unsealed { seal, .. }, Body::Unsealed { seal: other, .. }) => seal == other,
        (Body::Unblocked { block, record, .. }, Body::Unblocked { block: other, record: record2, .. }) => {
            (block, record) == (other, record2)
        }
        (
            Body::Blocked { name, because, fields, .. },
            Body::Blocked { name: name2, because: because2, fields: fields2, .. },
        ) => (name, because, fields) == (name2, because2, fields2),
        (Body::Retracted { event, claim, .. }, Body::Retracted { event: other, claim: claim2, .. }) => {
            (event, claim) == (other, claim2)
        }
        (
            Body::KeyRevoked { key, compromised_since, .. },
            Body::KeyRevoked { key: key2, compromised_since: since2, .. },
        ) => (key, compromised_since) == (key2, since2),
        (
            Body::Waived { class, rule, controls, until, .. },
            Body::Waived { class: class2, rule: rule2, controls: controls2, until: until2, .. },
        ) => (class, rule, controls, until) == (class2, rule2, controls2, until2),
        (Body::Erased { sha256, .. }, Body::Erased { sha256: other, .. }) => sha256 == other,
        (Body::Confirmed { event, .. }, Body::Confirmed { event: other, .. }) => event == other,
        (Body::Attested(a), Body::Attested(b)) => {
            (&a.claim, &a.statement, a.content, a.over, &a.evidence)
                == (&b.claim, &b.statement, b.content, b.over, &b.evidence)
        }
        _ => a == b,
    }
}

/// Completes a wish to an action.
fn whole(view: &View<'_>, author: &Author, wish: &Wish) -> Result<(Noun, Body), Refusal> {
    let state = view.state;
    match wish {
        Wish::Do { item, body } => Ok((item.clone(), body.clone())),
        Wish::Declare { id, kind, status, stated } => {
            let status = status.clone().unwrap_or_else(|| first_status(state, kind));
            Ok((
                Noun::Item(id.clone()),
                Body::Declared(Declaration { kind: kind.clone(), status, stated: stated.clone() }),
            ))
        }
        Wish::Amend { id, change } => {
            let stated = change.apply(&item(state, id)?.stated);
            Ok((Noun::Item(id.clone()), Body::Amended(stated)))
        }
        Wish::Supersede { old, new, status, change } => supersede(state, old, new, status.as_ref(), change),
        Wish::Move { id, to, because } => {
            let from = item(state, id)?.status.clone();
            Ok((Noun::Item(id.clone()), Body::Moved { from, to: to.clone(), because: because.clone() }))
        }
        Wish::Attest(attestation) => attest(view, author, attestation),
        Wish::Retract { noun, claim, of, reason } => retract(state, author, noun, claim, of.as_ref(), reason),
        Wish::Seal { id } => seal(view, id),
        Wish::Unseal { id, reason } => match &item(state, id)?.seal {
            Some(seal) => {
                let body = Body::Unsealed { seal: seal.event.clone(), reason: reason.clone() };
                Ok((Noun::Item(id.clone()), body))
            }
            None => Err(Explanation::new(Code::ItemNotSealed, format!("{id} is not sealed"), "a seal that stands")
                .who(vec![Supplier::asker()])
                .item(id)
                .into()),
        },
        Wish::Unblock { id, name, record, reason } => unblock(*view, id, name, record.as_ref(), reason.as_deref()),
        Wish::Waive { .. } => waive(state, author.at, wish),
        Wish::Unwaive { id, rule, reason } => {
            let granted = item(state, id)?.waivers.iter().rev();
            let Some(granted) = granted.filter(|granted| granted.rule == *rule).find(|w| w.is_active(author.at)) else {
                return Err(no_waiver(id, rule));
            };
            let (waiver, rule, reason) = (granted.event.clone(), rule.clone(), reason.clone());
            Ok((Noun::Item(id.clone()), Body::Unwaived { waiver, rule, reason }))
        }
        Wish::Cosign { proposal } => cosign(state, author.at, proposal),
    }
}

pub(super) fn item<'a>(state: &'a State, id: &ItemId) -> Result<&'a Item, Refusal> {
    state.items.get(id).ok_or_else(|| {
        let near = state.folded.get(&id.folded());
        let needed =
            near.map_or_else(|| "a declared item".to_owned(), |near| format!("a declared item; did you mean {near}?"));
        let told = Explanation::new(Code::ItemUnknown, format!("nobody declared {id}"), needed).item(id);
        told.next(near.map_or_else(|| "ledger status".to_owned(), |near| format!("ledger show {near}"))).into()
    })
}

fn attest(view: &View<'_>, author: &Author, wish: &Attestation) -> Result<(Noun, Body), Refusal> {
    let claims = &view.state.charter.rules.claims;
    let Some(rule) = claims.get(&wish.claim) else {
        return Err(unknown(
            Code::ClaimUnknown,
            "claims",
            "claim",
            wish.claim.as_str(),
            claims.keys().map(Word::as_str),
        ));
    };
    match &wish.noun {
        Noun::Repo => {}
        Noun::Item(id) => item(view.state, id).map(|_| ())?,
        Noun::Placed { .. } => placed(view.state, &wish.noun).map(|_| ())?,
    }
    let Some(basis) = view.basis(&wish.claim, &wish.noun) else {
        let reason = wish.noun.item().map_or_else(String::new, |id| view.file_unknown(id));
        let found = format!("what {} is cannot be read{reason}", wish.noun);
        let told =
            Explanation::new(Code::ItemContent, found, "its files, in the commit that is judged").item(&wish.noun);
        return Err(told.outcome(Outcome::Unknown).into());
    };
    let first = rule.results.first().map(|(word, _)| word.clone());
    let statement = Statement {
        result: wish.result.clone().or(first).unwrap_or_else(|| wish.claim.clone()),
        answers: wish.answers.clone(),
        values: wish.values.clone(),
    };
    let body = AttestedBody {
        claim: wish.claim.clone(),
        statement,
        content: basis.content,
        over: basis.over,
        evidence: wish.evidence.clone(),
        made: author.at,
    };
    Ok((wish.noun.clone(), Body::Attested(Box::new(body))))
}

fn retract(
    state: &State,
    author: &Author,
    noun: &Noun,
    claim: &Word,
    of: Option<&ActorId>,
    reason: &str,
) -> Result<(Noun, Body), Refusal> {
    let claims = match noun {
        Noun::Repo => Some(&state.repo),
        Noun::Item(id) => Some(&item(state, id)?.claims),
        placed @ Noun::Placed { .. } => state.placed.get(placed),
    };
    let signer = of.unwrap_or(&author.actor);
    let words = claims.and_then(|claims| claims.get(claim)).and_then(|actors| actors.get(signer));
    let latest =
        words.into_iter().flat_map(BTreeMap::values).filter(|said| !said.retracted).max_by_key(|said| said.touch.seq);
    let Some(said) = latest else {
        let found = format!("{signer} made no statement {claim} on {noun} that stands");
        let told = Explanation::new(Code::ClaimUnknownStatement, found, "a statement that was made and not taken back");
        return Err(told.item(noun).next(format!("ledger show {noun}")).into());
    };
    let body = Body::Retracted { event: said.event.clone(), claim: Some(claim.clone()), reason: reason.to_owned() };
    Ok((noun.clone(), body))
}

fn seal(view: &View<'_>, id: &ItemId) -> Result<(Noun, Body), Refusal> {
    let found = item(view.state, id)?;
    let mut evidence = BTreeSet::new();
    if let Some(path) = &found.stated.path {
        match view.facts.ask(&Question::Path(path.clone())) {
            Some(Answer::File(Some(file))) => {
                evidence.insert(Evidence {
                    sha256: file.sha256,
                    size: file.size,
                    media: media_type(path.as_str()).to_owned(),
                });
            }
            Some(_) => {
                let told = Explanation::new(
                    Code::ItemFile,
                    format!("no regular file at {path} in the commit that is judged"),
                    "the file, committed",
                );
                let told = told.item(id).path(path);
                return Err(file_commands(path.as_str()).into_iter().fold(told, Explanation::next).into());
            }
            None => {
                let told = Explanation::new(
                    Code::ItemFile,
                    format!("what is at {path} cannot be read{}", view.file_unknown(id)),
                    "a commit that holds the file",
                );
                return Err(told.item(id).path(path).outcome(Outcome::Unknown).into());
            }
        }
    }
    let Some(content) = view.content(id) else {
        let told = Explanation::new(
            Code::ItemContent,
            format!("the content of {id} cannot be read"),
            "the file, in the commit that is judged",
        );
        return Err(told.item(id).outcome(Outcome::Unknown).into());
    };
    Ok((Noun::Item(id.clone()), Body::Sealed { content, evidence }))
}

fn unblock(
    view: View<'_>,
    id: &ItemId,
    name: &Word,
    record: Option<&ItemId>,
    reason: Option<&str>,
) -> Result<(Noun, Body), Refusal> {
    let state = view.state;
    let Some(placed) = item(state, id)?.standing(name) else {
        if view.blocks_on(id).iter().any(|block| block.name == name && block.placed.is_none()) {
            let found = format!("{name} stands on {id} by itself, until its condition is met");
            let told = Explanation::new(Code::BlockAbsent, found, "a block that was placed by hand");
            return Err(told.rule(format!("blocks.{name}")).item(id).next(format!("ledger why {id}")).into());
        }
        let told =
            Explanation::new(Code::BlockAbsent, format!("no block {name} stands on {id}"), "a block that stands");
        return Err(told.item(id).next(format!("ledger show {id}")).into());
    };
    let reason = reason.map_or_else(
        || record.map_or_else(|| "its condition is met".to_owned(), |r| format!("authorized by {r}")),
        str::to_owned,
    );
    let body = Body::Unblocked { name: name.clone(), block: placed.event.clone(), record: record.cloned(), reason };
    Ok((Noun::Item(id.clone()), body))
}

fn cosign(state: &State, at: Timestamp, prefix: &str) -> Result<(Noun, Body), Refusal> {
    let named = |p: &&Proposal| p.is_open(at) && p.votes.iter().any(|vote| vote.event.as_str().starts_with(prefix));
    let mut found = state.proposals.values().filter(named);
    match (found.next().filter(|_| !prefix.is_empty()), found.next()) {
        (Some(proposal), None) => Ok((proposal.item.clone(), proposal.body.clone())),
        (Some(_), Some(_)) => Err(refuse(
            Code::AuthorityNoProposal,
            format!("{prefix:?} begins the id of several proposals"),
            "a longer beginning",
        )),
        _ => {
            let told = Explanation::new(
                Code::AuthorityNoProposal,
                format!("no open proposal has an event {prefix:?}"),
                "the id of an open proposal",
            );
            Err(told.next("ledger status").into())
        }
    }
}

/// Returns the media type that goes with the ending of a path.
pub fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("md") => "text/markdown",
        Some("txt") => "text/plain",
        Some("json") => "application/json",
        Some("toml") => "application/toml",
        Some("html") => "text/html",
        Some("pdf") => "application/pdf",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}
