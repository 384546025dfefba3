//! What an event about another event, or about evidence, is about, in the words of what that brought about: its author and whoever signs it knows
//! those, and no digits.

use super::event::Body;
use super::id::{ActorId, Digest, Noun, Rid};
use super::state::{Claims, Said, State};

/// Returns what an event speaks of, one sentence each, as far as it stands in a state; nothing for an event that names it itself.
pub fn meant(state: &State, body: &Body) -> Vec<String> {
    match body {
        Body::Confirmed { event, .. } | Body::Retracted { event, claim: None, .. } => of_event(state, event),
        Body::Erased { sha256, .. } => of_evidence(state, sha256),
        _ => Vec::new(),
    }
}

/// Returns what an event brought about that stands.
fn of_event(state: &State, event: &Rid) -> Vec<String> {
    let mut found = Vec::new();
    for (id, item) in &state.items {
        if let Some(seal) = item.seal.as_ref().filter(|seal| seal.event == *event) {
            found.push(format!("that is: {id} sealed by {} on {}", names(&seal.by), seal.touch.at.date()));
        }
        for block in item.blocks.iter().filter(|block| block.event == *event) {
            found.push(format!("that is: the block {} placed on {id} on {}", block.name, block.touch.at.date()));
        }
        for waiver in item.waivers.iter().filter(|waiver| waiver.event == *event) {
            found.push(format!("that is: {} waived for {id} on {}", waiver.rule, waiver.touch.at.date()));
        }
    }
    found.extend(statements(state, |said| said.event == *event).map(|told| format!("that is: {told}")));
    found
}

/// Returns what rests on a piece of evidence.
fn of_evidence(state: &State, sha256: &Digest) -> Vec<String> {
    let sealed = state.items.iter().filter_map(|(id, item)| {
        let seal = item.seal.as_ref()?;
        let cites = seal.evidence.iter().any(|piece| piece.sha256 == *sha256);
        cites.then(|| format!("the seal of {id} rests on it, and turns UNKNOWN"))
    });
    let said = statements(state, |said| said.evidence.iter().any(|piece| piece.sha256 == *sha256));
    sealed.chain(said.map(|told| format!("it is evidence of {told}, which turns UNKNOWN"))).collect()
}

/// Returns the statements that stand and of which `asked` accepts the words, in words.
fn statements<'s>(state: &'s State, asked: impl Fn(&Said) -> bool + 's) -> impl Iterator<Item = String> + 's {
    let items = state.items.iter().map(|(id, item)| (Noun::Item(id.clone()), &item.claims));
    let placed = state.placed.iter().map(|(noun, claims)| (noun.clone(), claims));
    let all = items.chain(placed).chain([(Noun::Repo, &state.repo)]);
    all.flat_map(|(noun, claims)| words(&noun, claims))
        .filter(move |(said, _)| !said.retracted && asked(said))
        .map(|(said, told)| format!("{told}: {}, on {}", said.statement.result, said.made.date()))
}

fn words<'s>(noun: &Noun, claims: &'s Claims) -> Vec<(&'s Said, String)> {
    let mut found = Vec::new();
    for (claim, actors) in claims {
        for (actor, words) in actors {
            found.extend(words.values().map(|said| (said, format!("{claim} of {noun} by {actor}"))));
        }
    }
    found
}

fn names<'n>(names: impl IntoIterator<Item = &'n ActorId>) -> String {
    names.into_iter().map(ActorId::as_str).collect::<Vec<_>>().join(" and ")
}
