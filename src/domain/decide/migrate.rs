//! Whether what a charter's `[migrate]` says can be done: every old name is one of the charter in force, every new one names
//! nothing yet, and nothing that stands becomes less than it is.

use std::collections::BTreeSet;

use crate::domain::charter::{BlockRule, Charter, KindRule, Migration, Permission, Stop};
use crate::domain::code::Code;
use crate::domain::explain::Explanation;
use crate::domain::id::{ItemId, Word};
use crate::domain::state::{Item, PlacedBlock, State};

/// Returns one explanation for each thing that stands against a migration from the charter in force to new rules.
pub(super) fn against(state: &State, rules: &Charter, migration: &Migration) -> Vec<Explanation> {
    let mut search = Search { state, rules, migration, found: Vec::new() };
    search.names();
    search.states();
    search.blocks();
    for (id, item) in &state.items {
        search.item(id, item);
    }
    search.found
}

struct Search<'a> {
    state: &'a State,
    rules: &'a Charter,
    migration: &'a Migration,
    found: Vec<Explanation>,
}

impl<'a> Search<'a> {
    fn tell(&mut self, table: &str, found: String, needed: impl Into<String>) {
        self.found.push(Explanation::new(Code::CharterMigrate, found, needed).rule(format!("migrate.{table}")));
    }

    /// Checks renames of one sort: `in_force` has the old name, and no charter of this ledger has the new one.
    fn renames<'n, N: std::fmt::Display + 'n>(
        &mut self,
        table: &str,
        sort: &str,
        pairs: impl IntoIterator<Item = (&'n N, &'n N)>,
        has: impl Fn(&Charter, &N) -> bool,
    ) {
        for (old, new) in pairs {
            self.in_force(table, sort, old, &has);
            let known = self.state.charters.values().find(|charter| has(&charter.rules, new));
            if let Some(charter) = known {
                let found = format!("{new} was the name of a {sort} under the charter of event {}", charter.seq);
                self.tell(
                    table,
                    found,
                    "a name that means nothing yet in this ledger, so that nothing gains what another had",
                );
            }
        }
    }

    fn in_force<N: std::fmt::Display>(
        &mut self,
        table: &str,
        sort: &str,
        old: &N,
        has: &impl Fn(&Charter, &N) -> bool,
    ) {
        if !has(&self.state.charter.rules, old) {
            let found = format!("the charter in force has no {sort} {old}");
            self.tell(table, found, format!("a {sort} of the charter in force; what went over once is left out"));
        }
    }

    fn names(&mut self) {
        let m = self.migration;
        self.renames("kinds", "kind", &m.kinds, |charter, kind| charter.kinds.contains_key(kind));
        self.renames("roles", "role", &m.roles, |charter, role| charter.roles.contains_key(role));
        self.renames("claims", "claim", &m.claims, |charter, claim| charter.claims.contains_key(claim));
        let new = m.blocks.iter().filter(|(old, new)| old != new);
        self.renames("blocks", "block", new, |charter, block| charter.blocks.contains_key(block));
        for role in &m.dissolved {
            self.in_force("dissolved", "role", role, &|charter: &Charter, role| charter.roles.contains_key(role));
        }
        for kind in &m.seals {
            let sealed = |charter: &Charter, kind: &Word| charter.kinds.get(kind).is_some_and(|k| k.seal.is_some());
            self.in_force("seals", "kind with a rule `seal`", kind, &sealed);
        }
        for (block, _) in m.blocks.iter().filter(|(old, new)| old == new) {
            let placed = |charter: &Charter, block: &Word| charter.blocks.get(block).is_some_and(|b| b.by.is_some());
            self.in_force("blocks", "placed block", block, &placed);
        }
    }

    fn states(&mut self) {
        for (kind, states) in &self.migration.states {
            let table = format!("states.{kind}");
            let has =
                |charter: &Charter, state: &Word| charter.kinds.get(kind).is_some_and(|k| k.states.contains(state));
            self.in_force("states", "kind", kind, &|charter: &Charter, kind: &Word| charter.kinds.contains_key(kind));
            self.renames(&table, &format!("status of {kind}"), states, has);
        }
    }

    /// A block that goes over to a rule stops at least what it stopped.
    fn blocks(&mut self) {
        for (old, new) in &self.migration.blocks {
            let Some(target) = self.rules.blocks.get(new) else { continue };
            let standing =
                self.state.items.iter().filter_map(|(id, item)| item.standing(old).map(|block| (id, item, block)));
            let standing: Vec<(&ItemId, &Item, &PlacedBlock)> = standing.collect();
            for (id, item, block) in standing {
                self.block(id, item, block, target, new);
            }
        }
    }

    fn block(&mut self, id: &ItemId, item: &Item, block: &PlacedBlock, target: &BlockRule, new: &Word) {
        let kind = self.migration.kind(&item.kind);
        if !target.on.contains(kind) {
            let found = format!("the block {} stands on {id}, and {new} is not for {kind}", block.name);
            self.tell("blocks", found, "a block for that kind, or the block lifted first");
        }
        let placed = self.state.charters.get(&block.charter).and_then(|charter| charter.rules.blocks.get(&block.name));
        let lost: Vec<&str> = placed
            .into_iter()
            .flat_map(|rule| &rule.stops)
            .filter(|stop| !target.stops.contains(stop))
            .map(name)
            .collect();
        if !lost.is_empty() {
            let found = format!("the block {} on {id} stops {}, and {new} does not", block.name, lost.join(", "));
            self.tell("blocks", found, "a block that stops at least as much, or the block lifted first");
        }
    }

    /// What keeps the rule of its placement must not have a condition on a status whose name changes.
    fn item(&mut self, id: &ItemId, item: &Item) {
        if let Some(seal) = item.seal.as_ref().filter(|_| !self.migration.seals.contains(&item.kind)) {
            let unseal = |kind: &'a KindRule| kind.unseal.as_ref();
            let charter = self.state.charters.get(&seal.charter).map(|charter| charter.rules.as_ref());
            let rule = charter.and_then(|charter| charter.kinds.get(&item.kind)).and_then(unseal);
            if let Some(state) = charter.zip(rule).and_then(|(charter, rule)| self.renamed(charter, rule)) {
                let found = format!("the rule by which the seal on {id} is broken speaks of the status {state}");
                self.tell("states", found, format!("`seals = [\"{}\"]`, so that it takes the new rule", item.kind));
            }
        }
        let standing = item.blocks.iter().filter(|block| block.lifted.is_none());
        for block in standing.filter(|block| !self.migration.blocks.contains_key(&block.name)) {
            let charter = self.state.charters.get(&block.charter).map(|charter| charter.rules.as_ref());
            let rule = charter.and_then(|charter| charter.blocks.get(&block.name)?.lift.as_ref());
            if let Some(state) = charter.zip(rule).and_then(|(charter, rule)| self.renamed(charter, rule)) {
                let found = format!(
                    "the rule by which the block {} on {id} is lifted speaks of the status {state}",
                    block.name
                );
                let needed = format!("`blocks = {{ {0} = \"{0}\" }}`, so that it takes the new rule", block.name);
                self.tell("states", found, needed);
            }
        }
    }

    /// Returns a status that the rule speaks of and that gets another name.
    fn renamed(&self, charter: &Charter, rule: &Permission) -> Option<Word> {
        let renamed: BTreeSet<&Word> = self.migration.states.values().flat_map(|states| states.keys()).collect();
        if renamed.is_empty() {
            return None;
        }
        charter.statuses(rule).into_iter().find(|state| renamed.contains(state))
    }
}

fn name(stop: &Stop) -> &str {
    match stop {
        Stop::Moves => "moves",
        Stop::Scope(name) | Stop::Field(name) => name.as_str(),
    }
}
