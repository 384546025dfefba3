//! What a new charter would leave without its rule.

use super::trust::who_as_written;
use crate::domain::charter::{Charter, Who};
use crate::domain::code::Code;
use crate::domain::explain::Explanation;
use crate::domain::id::{ItemId, RoleId};
use crate::domain::quorum;
use crate::domain::state::{Item, State};

/// Returns one explanation for each thing that lives and that the new rules know nothing of.
pub(super) fn stranded(state: &State, rules: &Charter) -> Vec<Explanation> {
    let mut search = Search { state, rules, found: Vec::new() };
    for (id, item) in &state.items {
        // What was superseded needs its kind no more, unless a seal or a block still stands on it.
        if state.is_live(id) || item.seal.is_some() {
            search.kind(id, item);
        }
        search.seal(id, item);
        search.blocks(id, item);
    }
    search.roles();
    search.authority();
    search.found
}

struct Search<'a> {
    state: &'a State,
    rules: &'a Charter,
    found: Vec<Explanation>,
}

impl Search<'_> {
    fn strand(&mut self, what: String, needed: String) {
        self.found.push(Explanation::new(Code::CharterStrands, what, needed));
    }

    fn strand_item(&mut self, id: &ItemId, what: String, needed: impl Into<String>) {
        self.found.push(Explanation::new(Code::CharterStrands, what, needed).item(id));
    }

    fn kind(&mut self, id: &ItemId, item: &Item) {
        let Some(kind) = self.rules.kinds.get(&item.kind) else {
            return self.strand_item(id, format!("{id} is of kind {}", item.kind), "the new charter to keep the kind");
        };
        if !kind.states.contains(&item.status) {
            let needed = format!("the new charter to keep the status for {}", item.kind);
            self.strand_item(id, format!("{id} is {}", item.status), needed);
        }
        if item.seal.is_some() && kind.seal.is_none() {
            let needed = format!("the new charter to say how {} is sealed", item.kind);
            self.strand_item(id, format!("{id} is sealed"), needed);
        }
    }

    /// A seal keeps the rule of its placement, which takes roles that somebody can hold.
    fn seal(&mut self, id: &ItemId, item: &Item) {
        let placed = item.seal.as_ref().and_then(|seal| self.state.charters.get(&seal.charter));
        let unseal = placed.and_then(|charter| charter.rules.kinds.get(&item.kind)?.unseal.as_ref());
        if let Some(roles) = unseal.and_then(|unseal| lost(&unseal.who, self.rules)) {
            let needed = "the new charter to keep the role, or the seal to be broken first";
            self.strand_item(id, format!("the seal on {id} is broken by {roles}"), needed);
        }
    }

    fn blocks(&mut self, id: &ItemId, item: &Item) {
        for block in item.blocks.iter().filter(|block| block.lifted.is_none()) {
            let rule = self.rules.blocks.get(&block.name);
            if !rule.is_some_and(|rule| rule.by.is_some() && rule.on.contains(&item.kind)) {
                let needed = format!("the new charter to keep the block for {}", item.kind);
                self.strand_item(id, format!("the block {} stands on {id}", block.name), needed);
            }
            let placed = self.state.charters.get(&block.charter);
            let lift = placed.and_then(|charter| charter.rules.blocks.get(&block.name)?.lift.as_ref());
            if let Some(roles) = lift.and_then(|lift| lost(&lift.who, self.rules)) {
                let needed = "the new charter to keep the role, or the block to be lifted first";
                self.strand_item(id, format!("the block {} on {id} is lifted by {roles}", block.name), needed);
            }
        }
    }

    fn roles(&mut self) {
        for (name, actor) in &self.state.actors {
            let keeps = |role: &&RoleId| self.rules.roles.get(*role).is_some_and(|types| types.contains(&actor.kind));
            let gone: Vec<&RoleId> = actor.roles.iter().filter(|role| !keeps(role)).collect();
            for role in gone {
                let what = format!("{name} ({}) holds the role {role}", actor.kind.as_str());
                let needed =
                    "the new charter to keep the role for that type of actor, or the role to be taken away first";
                self.strand(what, needed.to_owned());
            }
        }
    }

    fn authority(&mut self) {
        if !quorum::is_reachable(self.state, &self.rules.authority) {
            let what = format!("the new authority is {}", who_as_written(&self.rules.authority));
            self.strand(what, "an authority that the live holders of roles can fill".to_owned());
        }
    }
}

/// Returns the first term of a rule of placement that nobody could fill any more: none of its roles is left.
fn lost(who: &Who, rules: &Charter) -> Option<String> {
    let gone = who.terms.iter().find(|term| !term.roles.iter().any(|role| rules.roles.contains_key(role)))?;
    Some(gone.roles.iter().map(RoleId::as_str).collect::<Vec<_>>().join("|"))
}
