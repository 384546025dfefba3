//! What a new charter would leave without its rule.

use super::trust::who_as_written;
use crate::domain::charter::{Charter, Who};
use crate::domain::code::Code;
use crate::domain::explain::Explanation;
use crate::domain::id::RoleId;
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
            None => strand(
                format!("{id} is of kind {}", item.kind),
                "the new charter to keep the kind".to_owned(),
                Some(id.to_string()),
            ),
            Some(kind) => {
                if !kind.states.contains(&item.status) {
                    let what = format!("{id} is {}", item.status);
                    strand(what, format!("the new charter to keep the status for {}", item.kind), Some(id.to_string()));
                }
                if item.seal.is_some() && kind.seal.is_none() {
                    strand(
                        format!("{id} is sealed"),
                        format!("the new charter to say how {} is sealed", item.kind),
                        Some(id.to_string()),
                    );
                }
            }
        }
        let placed = item.seal.as_ref().and_then(|seal| state.charters.get(&seal.charter));
        let unseal = placed.and_then(|charter| charter.rules.kinds.get(&item.kind)?.unseal.as_ref());
        if let Some(roles) = unseal.and_then(|unseal| lost(&unseal.who, rules)) {
            let what = format!("the seal on {id} is broken by {roles}");
            strand(
                what,
                "the new charter to keep the role, or the seal to be broken first".to_owned(),
                Some(id.to_string()),
            );
        }
        for block in item.blocks.iter().filter(|block| block.lifted.is_none()) {
            let kept =
                rules.blocks.get(&block.name).is_some_and(|rule| rule.by.is_some() && rule.on.contains(&item.kind));
            if !kept {
                let what = format!("the block {} stands on {id}", block.name);
                strand(what, format!("the new charter to keep the block for {}", item.kind), Some(id.to_string()));
            }
            let lift = state.charters.get(&block.charter).and_then(|c| c.rules.blocks.get(&block.name)?.lift.as_ref());
            if let Some(roles) = lift.and_then(|lift| lost(&lift.who, rules)) {
                let what = format!("the block {} on {id} is lifted by {roles}", block.name);
                strand(
                    what,
                    "the new charter to keep the role, or the block to be lifted first".to_owned(),
                    Some(id.to_string()),
                );
            }
        }
    }
    for (name, actor) in &state.actors {
        for role in &actor.roles {
            if !rules.roles.get(role).is_some_and(|types| types.contains(&actor.kind)) {
                let what = format!("{name} ({}) holds the role {role}", actor.kind.as_str());
                strand(
                    what,
                    "the new charter to keep the role for that type of actor, or the role to be taken away first"
                        .to_owned(),
                    None,
                );
            }
        }
    }
    if !quorum::is_reachable(state, &rules.authority) {
        let what = format!("the new authority is {}", who_as_written(&rules.authority));
        strand(what, "an authority that the live holders of roles can fill".to_owned(), None);
    }
    found
}

/// Returns the first term of a rule of placement that nobody could fill any more: none of its roles is left.
fn lost(who: &Who, rules: &Charter) -> Option<String> {
    let gone = who.terms.iter().find(|term| !term.roles.iter().any(|role| rules.roles.contains_key(role)))?;
    Some(gone.roles.iter().map(RoleId::as_str).collect::<Vec<_>>().join("|"))
}
