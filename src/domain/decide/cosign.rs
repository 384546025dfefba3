//! Who can sign an open proposal next: found out by asking, of everybody in every role, whether the signature would count.

use super::{Attempt, Refusal, admit};
use crate::domain::authority;
use crate::domain::explain::Supplier;
use crate::domain::facts::Facts;
use crate::domain::id::{ActorId, RoleId};
use crate::domain::state::{Proposal, State};
use crate::domain::time::Timestamp;

/// What an open proposal waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// How many places of its rule are filled, and how many there are; `None` where nobody can sign.
    pub quorum: Option<(u32, u32)>,
    /// Who can sign next, one supplier a role.
    pub who: Vec<Supplier>,
    /// Why nobody can, where nobody can.
    pub refusal: Option<Refusal>,
}

/// Returns the command that proposes the same; `None` where it takes a file of whoever proposes.
pub fn command_of(proposal: &Proposal) -> Option<String> {
    super::command::command(&proposal.item, &proposal.body)
}

/// Returns what a proposal waits for, at a moment and on these facts.
pub fn waiting(state: &State, facts: &dyn Facts, at: Timestamp, proposal: &Proposal) -> Waiting {
    let mut found = Waiting { quorum: None, who: Vec::new(), refusal: None };
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
    if !found.who.is_empty() {
        found.refusal = None;
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
