//! What a new charter would leave without its rule, and the lines of `[migrate]` that would take it over.

use std::collections::{BTreeMap, BTreeSet};

use super::trust::who_as_written;
use crate::domain::charter::{Charter, Who};
use crate::domain::code::Code;
use crate::domain::explain::Explanation;
use crate::domain::id::{ItemId, RoleId, Word};
use crate::domain::quorum;
use crate::domain::state::{Item, State};

/// How many things that need the same are named; the rest is counted.
const NAMED: usize = 3;

/// How many things are named in all.
const ALL: usize = 60;

/// Returns explanations for what lives in `after`, the state that the new charter would lead to, and that its rules know
/// nothing of.
pub(super) fn stranded(before: &State, after: &State) -> Vec<Explanation> {
    let found = Search::all(before, after).found;
    let all = found.len();
    let mut told = Vec::new();
    if all > 1 {
        let what = format!("{all} things would be left without their rule");
        let needed = "each of them taken over by the table `migrate` of the charter, or ended first";
        told.push(Explanation::new(Code::CharterStrands, what, needed));
    }
    told.extend(bounded(found));
    told
}

/// Returns the lines of the table `migrate` that would take all of it over, those that are there already among them. A word
/// in capitals, `new-status` and `new-role` stand for names that only the author of the charter knows.
pub(super) fn takeover(before: &State, after: &State) -> Vec<String> {
    let Search { mut pairs, mut states, mut seals, rules, .. } = Search::all(before, after);
    if pairs.is_empty() && states.is_empty() && seals.is_empty() {
        return Vec::new();
    }
    let known = rules.migrate.clone().unwrap_or_default();
    for (table, names) in [("kinds", known.kinds), ("claims", known.claims), ("blocks", known.blocks)] {
        let names = names.into_iter().map(|(old, new)| (old.to_string(), new.to_string()));
        pairs.entry(table).or_default().extend(names);
    }
    let roles = known.roles.into_iter().map(|(old, new)| (old.to_string(), new.to_string()));
    pairs.entry("roles").or_default().extend(roles);
    for (kind, names) in known.states {
        let names = names.into_iter().map(|(old, new)| (old.to_string(), new.to_string()));
        states.entry(kind.to_string()).or_default().extend(names);
    }
    seals.extend(known.seals.iter().map(ToString::to_string));
    let table = |names: &BTreeMap<String, String>| {
        let pairs: Vec<String> = names.iter().map(|(old, new)| format!("{old} = \"{new}\"")).collect();
        format!("{{ {} }}", pairs.join(", "))
    };
    let list = |names: Vec<String>| names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
    let mut lines = vec!["[migrate]".to_owned()];
    pairs.retain(|_, names| !names.is_empty());
    lines.extend(pairs.iter().map(|(name, names)| format!("{name} = {}", table(names))));
    if !states.is_empty() {
        let kinds: Vec<String> = states.iter().map(|(kind, names)| format!("{kind} = {}", table(names))).collect();
        lines.push(format!("states = {{ {} }}", kinds.join(", ")));
    }
    let dissolved: Vec<String> = known.dissolved.iter().map(ToString::to_string).collect();
    for (name, names) in [("dissolved", dissolved), ("seals", seals.into_iter().collect())] {
        if !names.is_empty() {
            lines.push(format!("{name} = [{}]", list(names)));
        }
    }
    lines
}

impl<'a> Search<'a> {
    fn all(before: &'a State, after: &'a State) -> Search<'a> {
        let mut search = Search {
            before,
            after,
            rules: &after.charter.rules,
            found: Vec::new(),
            pairs: BTreeMap::new(),
            states: BTreeMap::new(),
            seals: BTreeSet::new(),
        };
        search.look();
        search
    }

    fn look(&mut self) {
        let after = self.after;
        for (id, item) in &after.items {
            // What was superseded needs its kind no more, unless a seal or a block still stands on it.
            if after.is_live(id) || item.seal.is_some() {
                self.kind(id, item);
            }
            self.seal(id, item);
            self.blocks(id, item);
            self.waivers(id, item);
        }
        self.roles();
        self.authority();
    }
}

/// Returns the first of the explanations of each need, and how many there are more.
pub(super) fn bounded(found: Vec<Explanation>) -> Vec<Explanation> {
    let mut alike: Vec<(Explanation, Vec<Explanation>, usize)> = Vec::new();
    for told in found {
        let same = |(first, _, _): &&mut (Explanation, Vec<Explanation>, usize)| {
            first.rule == told.rule && first.needed == told.needed
        };
        match alike.iter_mut().find(same) {
            Some((_, rest, _)) if rest.len() + 1 < NAMED => rest.push(told),
            Some((_, _, more)) => *more += 1,
            None => alike.push((told, Vec::new(), 0)),
        }
    }
    let mut named = Vec::new();
    for (first, rest, more) in alike {
        named.push(first);
        named.extend(rest);
        if let Some(last) = named.last_mut().filter(|_| more > 0) {
            last.found = format!("{}, and {more} more like it", last.found);
        }
    }
    let more = named.len().saturating_sub(ALL);
    named.truncate(ALL);
    if let Some(last) = named.last_mut().filter(|_| more > 0) {
        last.found = format!("{}; and {more} more with other needs", last.found);
    }
    named
}

struct Search<'a> {
    before: &'a State,
    after: &'a State,
    rules: &'a Charter,
    found: Vec<Explanation>,
    /// What goes over, by the key of the table `migrate`: the old name and the new one.
    pairs: BTreeMap<&'static str, BTreeMap<String, String>>,
    /// The same of states, by kind.
    states: BTreeMap<String, BTreeMap<String, String>>,
    /// Kinds whose seals take the new rule.
    seals: BTreeSet<String>,
}

impl Search<'_> {
    fn strand(&mut self, place: String, what: String, needed: String) {
        self.found.push(Explanation::new(Code::CharterStrands, what, needed).rule(place));
    }

    fn goes_over(&mut self, table: &'static str, old: &impl ToString, new: &str) {
        self.pairs.entry(table).or_default().insert(old.to_string(), new.to_owned());
    }

    fn strand_item(&mut self, place: String, id: &ItemId, what: String, needed: impl Into<String>) {
        self.found.push(Explanation::new(Code::CharterStrands, what, needed).rule(place).item(id));
    }

    fn kind(&mut self, id: &ItemId, item: &Item) {
        let old = &self.before.charter.rules.kinds;
        let Some(kind) = self.rules.kinds.get(&item.kind) else {
            let fitting =
                self.rules.kinds.iter().filter(|(_, kind)| kind.id.matches(id.as_str())).map(|(name, _)| name);
            let new = only(fitting.filter(|name| !old.contains_key(*name)), "NEW-KIND");
            self.goes_over("kinds", &item.kind, &new);
            let needed = format!("the kind, or in [migrate]: kinds = {{ {} = \"{new}\" }}", item.kind);
            return self.strand_item(
                format!("kinds.{}", item.kind),
                id,
                format!("{id} is of kind {}", item.kind),
                needed,
            );
        };
        if !kind.states.contains(&item.status) {
            let known = |state: &&Word| old.values().any(|kind| kind.states.contains(state));
            let new = only(kind.states.iter().filter(|state| !known(state)), "new-status");
            let before = self.before.items.get(id).map_or(&item.kind, |item| &item.kind);
            self.states.entry(before.to_string()).or_default().insert(item.status.to_string(), new.clone());
            let needed = format!(
                "the status for {}, or in [migrate]: states = {{ {before} = {{ {} = \"{new}\" }} }}",
                item.kind, item.status
            );
            self.strand_item(format!("kinds.{}.states", item.kind), id, format!("{id} is {}", item.status), needed);
        }
        if item.seal.is_some() && kind.seal.is_none() {
            let needed = format!("a rule `seal` for {}, or the seal to be broken first", item.kind);
            self.strand_item(format!("kinds.{}.seal", item.kind), id, format!("{id} is sealed"), needed);
        }
    }

    /// A seal keeps the rule of its placement, which takes roles that somebody can hold.
    fn seal(&mut self, id: &ItemId, item: &Item) {
        let placed = item.seal.as_ref().and_then(|seal| self.after.charters.get(&seal.charter));
        let unseal = placed.and_then(|charter| charter.rules.kinds.get(&item.kind)?.unseal.as_ref());
        if let Some(roles) = unseal.and_then(|unseal| lost(&unseal.who, self.rules)) {
            let before = self.before.items.get(id).map_or(&item.kind, |item| &item.kind);
            self.seals.insert(before.to_string());
            let needed = format!(
                "the role, or in [migrate]: seals = [\"{before}\"] for the new rule, or the seal to be broken first"
            );
            let place = format!("kinds.{}.unseal", item.kind);
            self.strand_item(place, id, format!("the seal on {id} is broken by {roles}"), needed);
        }
    }

    fn blocks(&mut self, id: &ItemId, item: &Item) {
        for block in item.blocks.iter().filter(|block| block.lifted.is_none()) {
            let rule = self.rules.blocks.get(&block.name);
            if !rule.is_some_and(|rule| rule.by.is_some() && rule.on.contains(&item.kind)) {
                let old = &self.before.charter.rules.blocks;
                let fitting = self.rules.blocks.iter().filter(|(_, b)| b.by.is_some() && b.on.contains(&item.kind));
                let new = only(fitting.map(|(name, _)| name).filter(|name| !old.contains_key(*name)), "NEW-BLOCK");
                self.goes_over("blocks", &block.name, &new);
                let needed = format!(
                    "the block for {}, or in [migrate]: blocks = {{ {} = \"{new}\" }}, or the block to be lifted first",
                    item.kind, block.name
                );
                let place = format!("blocks.{}", block.name);
                self.strand_item(place, id, format!("the block {} stands on {id}", block.name), needed);
            }
            let placed = self.after.charters.get(&block.charter);
            let lift = placed.and_then(|charter| charter.rules.blocks.get(&block.name)?.lift.as_ref());
            if let Some(roles) = lift.and_then(|lift| lost(&lift.who, self.rules)) {
                self.pairs.entry("blocks").or_default().entry(block.name.to_string()).or_insert(block.name.to_string());
                let needed = format!(
                    "the role, or in [migrate]: blocks = {{ {0} = \"{0}\" }} for the new rule, or the block to be lifted first",
                    block.name
                );
                let place = format!("blocks.{}.lift", block.name);
                self.strand_item(place, id, format!("the block {} on {id} is lifted by {roles}", block.name), needed);
            }
        }
    }

    /// A waiver that counts keeps its class, what it covers, and the meaning of what was waived.
    fn waivers(&mut self, id: &ItemId, item: &Item) {
        let before = self.before;
        for waiver in item.waivers.iter().filter(|waiver| waiver.is_active(before.tip.at)) {
            let class = self.rules.waivers.get(&waiver.class);
            let covers = class.is_some_and(|class| class.covers.contains(&waiver.rule));
            let then = self.after.charters.get(&waiver.charter);
            let same = then.is_some_and(|then| self.rules.keeps_waived(&then.rules, &waiver.rule));
            let needed = match (covers, same) {
                (true, true) => continue,
                (false, _) => format!("the class {} to cover it", waiver.class),
                (true, false) => format!("{} as it was when it was waived", waiver.rule),
            };
            let needed = format!("{needed}, or the waiver to be revoked first: ledger unwaive {} {id}", waiver.rule);
            let place = format!("waivers.{}", waiver.class);
            let what = format!("{} is waived for {id} until {}", waiver.rule, waiver.until);
            self.strand_item(place, id, what, needed);
        }
    }

    fn roles(&mut self) {
        for (name, actor) in &self.after.actors {
            for role in &actor.roles {
                let what = format!("{name} ({}) holds the role {role}", actor.kind.as_str());
                match self.rules.roles.get(role) {
                    Some(types) if types.contains(&actor.kind) => {}
                    Some(_) => {
                        let needed = "the role for that type of actor, or the role to be taken away first";
                        self.strand(format!("roles.{role}"), what, needed.to_owned());
                    }
                    None => {
                        let old = &self.before.charter.rules.roles;
                        let fitting = self.rules.roles.iter().filter(|(_, types)| types.contains(&actor.kind));
                        let new =
                            only(fitting.map(|(name, _)| name).filter(|name| !old.contains_key(*name)), "new-role");
                        self.goes_over("roles", role, &new);
                        let needed = format!(
                            "the role, or in [migrate]: roles = {{ {role} = \"{new}\" }} or dissolved = [\"{role}\"]"
                        );
                        self.strand(format!("roles.{role}"), what, needed);
                    }
                }
            }
        }
    }

    fn authority(&mut self) {
        if !quorum::is_reachable(self.after, &self.rules.authority) {
            let what = format!("the new authority is {}", who_as_written(&self.rules.authority));
            self.strand(
                "charter.authority".to_owned(),
                what,
                "an authority that the live holders of roles can fill".to_owned(),
            );
        }
    }
}

/// Returns the one name that fits, or a word that stands for a name.
fn only<N: ToString>(mut fitting: impl Iterator<Item = N>, otherwise: &str) -> String {
    match (fitting.next(), fitting.next()) {
        (Some(one), None) => one.to_string(),
        _ => otherwise.to_owned(),
    }
}

/// Returns the first term of a rule of placement that nobody could fill any more: none of its roles is left.
fn lost(who: &Who, rules: &Charter) -> Option<String> {
    let gone = who.terms.iter().find(|term| !term.roles.iter().any(|role| rules.roles.contains_key(role)))?;
    Some(gone.roles.iter().map(RoleId::as_str).collect::<Vec<_>>().join("|"))
}
