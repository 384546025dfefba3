//! Sharing: what becomes of an event that nobody else has, when others have appended first.
//!
//! Such an event stands on a tip that the others do not know. Its author signs it again on their tip, under the same id, after it was
//! judged there like a new one. That happens unasked only where the event still says and means what its author saw: the charter is the
//! same, so is what the event binds, and no later word on the same came before it. Otherwise its author is asked; and what the rules
//! refuse on the new tip is kept aside.

use std::collections::BTreeMap;

use super::decide::Refusal;
use super::decide::draft::{Attestation, Author, Draft, Wish, draft};
use super::event::{Body, Event};
use super::facts::Facts;
use super::id::{ActorId, ItemId, Noun};
use super::judge::View;
use super::state::State;

/// Where events have gone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seats {
    /// The first position that another event may have now.
    pub first: u64,
    /// Position before -> position now, from there on.
    pub moved: BTreeMap<u64, u64>,
}

/// What is another now than when the event was signed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// Another charter is in force.
    Charter,
    /// What is stated of the item is another.
    Content(ItemId),
    /// What the statement speaks of is another, such as the rendering of a gate.
    Basis,
    /// An open proposal says the same with other words.
    Words,
    /// It names a position of an event that is not signed again.
    Position(u64),
    /// An event that came says another thing of the same; signed again, this one would come after it and count.
    Later {
        /// Its position.
        seq: u64,
        /// Its summary.
        summary: String,
        /// Who signed it.
        actor: ActorId,
    },
}

/// What becomes of an event.
#[derive(Debug, Clone)]
pub enum Again {
    /// It is signed again as it is.
    Same(Box<Draft>),
    /// Its author has to say whether this is still meant.
    Asks(Box<Draft>, Vec<Change>),
    /// The rules refuse it on the new tip.
    Refused(Refusal),
}

/// An event that nobody else has.
#[derive(Debug, Clone, Copy)]
pub struct Unshared<'a> {
    /// The event.
    pub event: &'a Event,
    /// The state that its author saw: the one it was signed on, or where it was kept aside, what its author has looked at since.
    pub before: &'a State,
    /// It was kept aside, and its author says that it is still meant: it binds what is bound in `before`.
    pub agreed: bool,
    /// The events on the new tip that its author has not seen, in order.
    pub news: &'a [Event],
}

/// Judges an event on a new tip. `after` is the state that it would follow, `seats` where the events before it have gone. `author` says
/// who signs, when, and under which id; `seen` are the facts that the author saw, `facts` those that the event is to rest on: the same,
/// but where the commit that the author saw is on no branch any more.
pub fn again(
    unshared: &Unshared<'_>,
    after: &State,
    seats: &Seats,
    author: &Author,
    (seen, facts): (&dyn Facts, &dyn Facts),
) -> Again {
    let Unshared { event, before, agreed, news } = *unshared;
    let seen = if agreed { facts } else { seen };
    let mut changes = Vec::new();
    let (item, body) = renumbered(event, seats, &mut changes);
    if agreed {
        changes.clear();
    }
    let (was, is) =
        (View { state: before, facts: seen, as_of: author.at }, View { state: after, facts, as_of: author.at });
    changes.extend(changed(&item, &was, &is));
    changes.extend(later(event, before, news));
    let stale = !binds(&item, &body, &is);
    if changes.is_empty() && (stale && !agreed || !same_basis((&event.item, &was), (&item, &is), &body)) {
        changes.push(Change::Basis);
    }
    let whole = Wish::Do { item: item.clone(), body: body.clone() };
    let wish = if stale { anew(item, body.clone()) } else { whole };
    let draft = match draft(after, author, &wish, facts) {
        Ok(draft) => draft,
        Err(refusal) => return Again::Refused(refusal),
    };
    if !stale && !agreed && draft.event.body != body {
        changes.push(Change::Words);
    }
    if changes.is_empty() { Again::Same(Box::new(draft)) } else { Again::Asks(Box::new(draft), changes) }
}

/// Returns what is about the same, with the positions that it names as they are now.
fn renumbered(event: &Event, seats: &Seats, changes: &mut Vec<Change>) -> (Noun, Body) {
    let mut moved = |seq: u64| {
        seats.moved.get(&seq).copied().unwrap_or_else(|| {
            if seq >= seats.first {
                changes.push(Change::Position(seq));
            }
            seq
        })
    };
    let item = match &event.item {
        Noun::Placed { item, rule, seq } => Noun::Placed { item: item.clone(), rule: rule.clone(), seq: moved(*seq) },
        other => other.clone(),
    };
    let mut body = event.body.clone();
    if let Body::KeyRevoked { compromised_since: Some(since), .. } = &mut body {
        *since = moved(*since);
    }
    (item, body)
}

/// Returns what is another on the new tip than it was when the event was signed.
fn changed(item: &Noun, was: &View<'_>, is: &View<'_>) -> Vec<Change> {
    let mut changes = Vec::new();
    if was.state.charter.sha256 != is.state.charter.sha256 {
        changes.push(Change::Charter);
    }
    if let Noun::Item(id) = item
        && let (Some(was), Some(is)) = (was.state.items.get(id), is.state.items.get(id))
        && (&was.stated, &was.declared_as) != (&is.stated, &is.declared_as)
    {
        changes.push(Change::Content(id.clone()));
    }
    changes
}

/// Returns the newest word that came on what an event speaks of, where it says another thing: one's own, stated from another clone, or
/// one that takes back what the event does.
fn later(event: &Event, before: &State, news: &[Event]) -> Option<Change> {
    let same = |other: &&Event| other.item == event.item && speaks_of_the_same(event, other, before, news);
    let newest = news.iter().rev().find(same)?;
    match (&event.body, &newest.body) {
        (Body::Attested(own), Body::Attested(other)) if own.statement == other.statement => None,
        _ => Some(Change::Later { seq: newest.seq, summary: newest.summary(), actor: newest.actor.clone() }),
    }
}

fn speaks_of_the_same(event: &Event, other: &Event, before: &State, news: &[Event]) -> bool {
    // What waits for more signatures has taken nothing back yet.
    let counts = !other.pending;
    match (&event.body, &other.body) {
        (Body::Attested(own), Body::Attested(said)) => other.actor == event.actor && said.claim == own.claim,
        (Body::Attested(own), Body::Retracted { event: taken, claim: Some(claim), .. }) => {
            let by_author = |known: &Event| known.id == *taken && known.actor == event.actor;
            let claims = match &event.item {
                Noun::Repo => Some(&before.repo),
                Noun::Item(id) => before.items.get(id).map(|item| &item.claims),
                placed @ Noun::Placed { .. } => before.placed.get(placed),
            };
            let words = claims.and_then(|claims| claims.get(claim)?.get(&event.actor));
            let known = words.is_some_and(|words| words.values().any(|said| said.event == *taken));
            counts && *claim == own.claim && (known || news.iter().any(by_author))
        }
        (Body::Moved { .. }, Body::Moved { .. }) | (Body::Sealed { .. }, Body::Unsealed { .. }) => counts,
        (Body::Blocked { name, .. }, Body::Unblocked { name: lifted, .. }) => counts && name == lifted,
        (Body::Waived { rule, .. }, Body::Unwaived { rule: revoked, .. }) => counts && rule == revoked,
        (Body::Granted { actor, role }, Body::Ungranted { actor: of, role: taken, .. })
        | (Body::Ungranted { actor, role, .. }, Body::Granted { actor: of, role: taken }) => {
            counts && (actor, role) == (of, taken)
        }
        _ => false,
    }
}

/// Returns whether what a statement speaks of is the same before and after. Where it cannot be known, the rules say so.
fn same_basis(was: (&Noun, &View<'_>), is: (&Noun, &View<'_>), body: &Body) -> bool {
    let Body::Attested(said) = body else { return true };
    let basis = |(noun, view): (&Noun, &View<'_>)| view.basis(&said.claim, noun);
    let after = basis(is);
    after.is_none() || basis(was) == after
}

/// Returns whether an event binds what is there now, or nothing. Where that cannot be known, the rules say so.
fn binds(item: &Noun, body: &Body, is: &View<'_>) -> bool {
    match (item, body) {
        (_, Body::Attested(said)) => {
            is.basis(&said.claim, item).is_none_or(|basis| (basis.content, basis.over) == (said.content, said.over))
        }
        (Noun::Item(id), Body::Sealed { content, .. }) => is.content(id).is_none_or(|now| now == *content),
        _ => true,
    }
}

/// Returns the wish that an event came from, so that it binds what is there now.
fn anew(item: Noun, body: Body) -> Wish {
    match (item, body) {
        (noun, Body::Attested(said)) => Wish::Attest(Box::new(Attestation {
            noun,
            claim: said.claim,
            result: Some(said.statement.result),
            answers: said.statement.answers,
            values: said.statement.values,
            evidence: said.evidence,
        })),
        (Noun::Item(id), Body::Sealed { .. }) => Wish::Seal { id },
        (item, body) => Wish::Do { item, body },
    }
}
