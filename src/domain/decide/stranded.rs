//! What a new charter would leave without its rule.

use super::trust::who_as_written;
use crate::domain::charter::Charter;
use crate::domain::code::Code;
use crate::domain::explain::Explanation;
use crate::domain::quorum;
use crate::domain::state::State;

/// Returns one explanation for each thing that lives and that the new rules know nothing of.
pub(super) fn stranded(state: &State, rules: &Charter) -> Vec<Explanation> {
    let mut found = Vec::new();
    let mut strand = |what: String, needed: String, item: Option<String>| {
        let mut told = Explanation::new(Code::CharterStrands, what, needed);
        told.item = item;
        found.push(told);
    };
    for (id, item) in &state.items {
        // What was superseded needs its kind no more, unless a seal or a block still stands on it.
        let at_rest = !state.is_live(id) && item.seal.is_none();
        match rules.kinds.get(&item.kind) {
            _ if at_rest => {}
            None => strand(format!("{id} is of kind {}", item.kind), "the new charter to keep the kind".to_owned(), Some(id.to_string())),
            Some(kind) => {
                if !kind.states.contains(&item.status) {
                    let what = format!("{id} is {}", item.status);
                    strand(what, format!("the new charter to keep the status for {}", item.kind), Some(id.to_string()));
                }
                if item.seal.is_some() && kind.seal.is_none() {
                    strand(format!("{id} is sealed"), format!("the new charter to say how {} is sealed", item.kind), Some(id.to_string()));
                }
            }
        }
        for block in item.blocks.iter().filter(|block| block.lifted.is_none()) {
            let kept = rules.blocks.get(&block.name).is_some_and(|rule| rule.by.is_some() && rule.on.contains(&item.kind));
            if !kept {
                let what = format!("the block {} stands on {id}", block.name);
                strand(what, format!("the new charter to keep the block for {}", item.kind), Some(id.to_string()));
            }
        }
    }
    for (name, actor) in &state.actors {
        for role in &actor.roles {
            if !rules.roles.get(role).is_some_and(|types| types.contains(&actor.kind)) {
                let what = format!("{name} ({}) holds the role {role}", actor.kind.as_str());
                strand(what, "the new charter to keep the role for that type of actor, or the role to be taken away first".to_owned(), None);
            }
        }
    }
    if !quorum::is_reachable(state, &rules.authority) {
        let what = format!("the new authority is {}", who_as_written(&rules.authority));
        strand(what, "an authority that the live holders of roles can fill".to_owned(), None);
    }
    found
}
