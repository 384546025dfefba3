//! Who can sign an open proposal next: found out by asking, of everybody in every role, whether the signature would count.

use super::{Attempt, RECOVERY, Refusal, admit};
use crate::domain::authority;
use crate::domain::explain::Supplier;
use crate::domain::facts::Facts;
use crate::domain::id::{ActorId, RoleId};
use crate::domain::key::PublicKey;
use crate::domain::state::{Proposal, State};
use crate::domain::time::Timestamp;

/// What an open proposal waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// How many places of its rule are filled, and how many there are; `None` where nobody can sign.
    pub quorum: Option<(u32, u32)>,
    /// Who can sign next, one supplier a role.
    pub who: Vec<Supplier>,
    /// The same of the offline keys, where one of them has signed or nobody else can: they have a quorum of their own.
    pub recovery: Option<Offline>,
    /// Why nobody can, where nobody can.
    pub refusal: Option<Refusal>,
}

/// Returns the command that proposes the same; `None` where it takes a file of whoever proposes.
pub fn command_of(proposal: &Proposal) -> Option<String> {
    super::command::command(&proposal.item, &proposal.body)
}

/// Returns what a proposal waits for, at a moment and on these facts.
pub fn waiting(state: &State, facts: &dyn Facts, at: Timestamp, proposal: &Proposal) -> Waiting {
    let mut found = Waiting { quorum: None, who: Vec::new(), recovery: None, refusal: None };
    let mut names: Vec<(RoleId, Vec<ActorId>)> = Vec::new();
    for (actor, known) in state.actors.iter().filter(|(actor, _)| authority::is_live(state, actor)) {
        let Some((key, _)) = known.keys.iter().find(|(_, key)| key.revoked.is_none()) else { continue };
        for role in &known.roles {
            let (item, body) = (&proposal.item, &proposal.body);
            match admit(&Attempt { state, facts, at, actor, role: Some(role), key, item, body }) {
                Ok(admission) => {
                    let (filled, places) = admission.quorum;
                    found.quorum = Some((filled.saturating_sub(1), places));
                    match names.iter_mut().find(|(known, _)| known == role) {
                        Some((_, actors)) => actors.push(actor.clone()),
                        None => names.push((role.clone(), vec![actor.clone()])),
                    }
                }
                Err(refusal) => found.remember(refusal),
            }
        }
    }
    found.who = names
        .into_iter()
        .map(|(role, actors)| Supplier {
            count: 1,
            role: role.to_string(),
            actors: actors.iter().map(ToString::to_string).collect(),
        })
        .collect();
    let voted = proposal.votes.iter().any(|vote| vote.actor.as_str() == RECOVERY);
    found.recovery = offline(state, facts, at, proposal).filter(|_| voted || found.who.is_empty());
    if !found.who.is_empty() || found.recovery.is_some() {
        found.refusal = None;
    }
    found
}

/// The offline keys before a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offline {
    /// How many of them signed, and how many it takes.
    pub quorum: (u32, u32),
    /// Those that can sign next.
    pub keys: Supplier,
}

/// Returns how the offline keys stand to a proposal; `None` where none of them can sign it.
pub fn offline(state: &State, facts: &dyn Facts, at: Timestamp, proposal: &Proposal) -> Option<Offline> {
    let actor = ActorId::parse(RECOVERY).ok()?;
    let (item, body) = (&proposal.item, &proposal.body);
    let mut found: Option<Offline> = None;
    for key in state.recovery.iter().flat_map(|recovery| &recovery.keys).map(PublicKey::fingerprint) {
        let attempt = Attempt { state, facts, at, actor: &actor, role: None, key: &key, item, body };
        let Ok(admission) = admit(&attempt) else { continue };
        let (filled, places) = admission.quorum;
        let none = || Offline {
            quorum: (filled.saturating_sub(1), places),
            keys: Supplier { count: 1, role: RECOVERY.to_owned(), actors: Vec::new() },
        };
        found.get_or_insert_with(none).keys.actors.push(key.to_string());
    }
    found
}

impl Waiting {
    /// Keeps the refusal that says most: one that is about more than the signer.
    fn remember(&mut self, refusal: Refusal) {
        let personal = |refusal: &Refusal| refusal.code().as_str().starts_with("authority.");
        if self.refusal.as_ref().is_none_or(|known| personal(known) && !personal(&refusal)) {
            self.refusal = Some(refusal);
        }
    }
}
