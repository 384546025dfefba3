//! What a new charter does to the state: it comes into force, and what lives goes over as it says.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::evolve::adopted;
use super::{Actor, Adopted, Claims, Item, State};
use crate::domain::charter::{Charter, Migration};
use crate::domain::event::Adoption;
use crate::domain::id::Noun;

impl State {
    /// Puts a charter into force that the event at `seq` adopts.
    pub fn adopt(&mut self, adoption: &Adoption, rules: Arc<Charter>, seq: u64) {
        if let Some(migration) = &adoption.migrate {
            self.migrate(migration, seq);
        }
        self.charter = adopted(&adoption.charter, rules, seq);
        self.charters.insert(seq, self.charter.clone());
    }

    fn migrate(&mut self, migration: &Migration, seq: u64) {
        for old in self.charters.values_mut() {
            *old = Adopted { rules: Arc::new(old.rules.renamed(migration)), ..old.clone() };
        }
        self.actors.values_mut().for_each(|actor| actor.migrate(migration));
        self.items.values_mut().for_each(|item| item.migrate(migration, seq));
        said(&mut self.repo, migration);
        let placed = std::mem::take(&mut self.placed).into_iter().map(|(noun, mut claims)| {
            said(&mut claims, migration);
            (renamed(noun, migration), claims)
        });
        self.placed = placed.collect();
    }
}

impl Actor {
    fn migrate(&mut self, migration: &Migration) {
        let kept = self.roles.iter().filter(|role| !migration.dissolved.contains(*role));
        self.roles = kept.map(|role| migration.role(role).clone()).collect();
    }
}

impl Item {
    fn migrate(&mut self, migration: &Migration, seq: u64) {
        self.status = migration.state(&self.kind, &self.status).clone();
        if let Some(seal) = self.seal.as_mut().filter(|_| migration.seals.contains(&self.kind)) {
            seal.charter = seq;
        }
        for block in &mut self.blocks {
            if let Some(new) = migration.blocks.get(&block.name) {
                block.name = new.clone();
                if block.lifted.is_none() {
                    block.charter = seq;
                }
            }
        }
        said(&mut self.claims, migration);
        self.kind = migration.kind(&self.kind).clone();
    }
}

/// Renames what was said, and the roles in which it was: rules ask for both.
fn said(claims: &mut Claims, migration: &Migration) {
    for said in claims.values_mut().flat_map(BTreeMap::values_mut).flat_map(BTreeMap::values_mut) {
        if let Some(role) = &mut said.role {
            *role = migration.role(role).clone();
        }
    }
    let old = std::mem::take(claims).into_iter();
    *claims = old.map(|(claim, words)| (migration.claim(&claim).clone(), words)).collect();
}

/// Returns the name that a placed block has afterwards.
fn renamed(noun: Noun, migration: &Migration) -> Noun {
    match noun {
        Noun::Placed { item, rule, seq } => {
            let new = migration.blocks.iter().find(|(old, _)| old.as_str() == rule).map(|(_, new)| new.to_string());
            Noun::Placed { item, rule: new.unwrap_or(rule), seq }
        }
        other => other,
    }
}
