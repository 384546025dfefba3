//! `[migrate]`: how what lives under the charter that is replaced goes over to the new one.
//!
//! A migration renames and nothing more: every old name is gone from the new charter, and every new one was in no charter of
//! the ledger before, so that nothing that lives comes to mean, or to be allowed, what something else did. What a rule of an
//! older charter still decides (who breaks a seal, who lifts a block) is read with its names renamed.

use std::collections::{BTreeMap, BTreeSet};

use super::ast::{
    Base, Being, Charter, ClaimRule, ClaimTest, Guard, Having, NotRule, Noun, Over, Permission, Predicate,
};
use super::ast::{Holder, Sentence, Spoken, Who};
use super::views::{Section, ViewRule};
use crate::domain::id::{RoleId, Word};

/// How things go over. Names on the left, and in lists, are of the charter that is replaced.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Migration {
    /// Kind -> its new name.
    pub kinds: BTreeMap<Word, Word>,
    /// Kind -> status -> its new name.
    pub states: BTreeMap<Word, BTreeMap<Word, Word>>,
    /// Role -> its new name.
    pub roles: BTreeMap<RoleId, RoleId>,
    /// Roles that end: who holds one, holds it no longer.
    pub dissolved: BTreeSet<RoleId>,
    /// Claim -> its new name.
    pub claims: BTreeMap<Word, Word>,
    /// Block -> the block, of the same or of a new name, under whose rule it stands from now on.
    pub blocks: BTreeMap<Word, Word>,
    /// Kinds whose seals stand under the new charter's `unseal` from now on.
    pub seals: BTreeSet<Word>,
}

impl Migration {
    /// Returns the name that a kind has afterwards.
    pub fn kind<'n>(&'n self, old: &'n Word) -> &'n Word {
        self.kinds.get(old).unwrap_or(old)
    }

    /// Returns the name that a status of a kind has afterwards.
    pub fn state<'n>(&'n self, kind: &Word, old: &'n Word) -> &'n Word {
        self.states.get(kind).and_then(|states| states.get(old)).unwrap_or(old)
    }

    /// Returns the name that a role has afterwards.
    pub fn role<'n>(&'n self, old: &'n RoleId) -> &'n RoleId {
        self.roles.get(old).unwrap_or(old)
    }

    /// Returns the name that a claim has afterwards.
    pub fn claim<'n>(&'n self, old: &'n Word) -> &'n Word {
        self.claims.get(old).unwrap_or(old)
    }

    /// Returns the name that a block has afterwards.
    pub fn block<'n>(&'n self, old: &'n Word) -> &'n Word {
        self.blocks.get(old).unwrap_or(old)
    }

    /// Returns what goes over as what, one line each, such as `kinds: memo -> paper`.
    pub fn lines(&self) -> Vec<String> {
        let pairs = |table: &str, names: &BTreeMap<Word, Word>| -> Vec<String> {
            // A block may keep its name and take the rule that the name has now.
            let over = |(old, new): (&Word, &Word)| {
                if old == new {
                    format!("{table}: {old} takes its new rule")
                } else {
                    format!("{table}: {old} -> {new}")
                }
            };
            names.iter().map(over).collect()
        };
        let mut lines = pairs("kinds", &self.kinds);
        lines.extend(self.states.iter().flat_map(|(kind, states)| pairs(&format!("states.{kind}"), states)));
        lines.extend(self.roles.iter().map(|(old, new)| format!("roles: {old} -> {new}")));
        lines.extend(self.dissolved.iter().map(|role| format!("dissolved: {role}")));
        lines.extend(pairs("claims", &self.claims));
        lines.extend(pairs("blocks", &self.blocks));
        lines.extend(self.seals.iter().map(|kind| format!("seals: {kind}")));
        lines
    }
}

impl Charter {
    /// Returns the rules with the names of kinds, states, roles, claims and blocks renamed. What sentences say of states
    /// stays: a migration is refused where that would decide.
    #[must_use]
    pub fn renamed(&self, names: &Migration) -> Charter {
        let mut new = self.clone();
        let rename = Renamer(names);
        rename.who(&mut new.authority);
        new.roles = renamed(std::mem::take(&mut new.roles), |role| names.role(role).clone());
        for (from, to) in new.links.values_mut().flat_map(|link| &mut link.pairs) {
            from.iter_mut().chain(to).for_each(|kind| rename.kind(kind));
        }
        for (name, kind) in &mut new.kinds {
            if let Some(Spoken { holder: Holder::Whole(whole), .. }) = &mut kind.spoken {
                *whole = names.kind(whole).clone();
            }
            kind.states.iter_mut().for_each(|state| *state = names.state(name, state).clone());
            for one in &mut kind.moves {
                one.from.iter_mut().flatten().for_each(|state| *state = names.state(name, state).clone());
                one.to = names.state(name, &one.to).clone();
                rename.permission(&mut one.by);
            }
            kind.seal.iter_mut().chain(&mut kind.unseal).for_each(|rule| rename.permission(rule));
            kind.labels = renamed(std::mem::take(&mut kind.labels), |state| names.state(name, state).clone());
        }
        new.kinds = renamed(std::mem::take(&mut new.kinds), |kind| names.kind(kind).clone());
        new.claims.values_mut().for_each(|claim| rename.claim(claim));
        new.claims = renamed(std::mem::take(&mut new.claims), |claim| names.claim(claim).clone());
        let criteria = new.gates.values_mut().flat_map(|gate| &mut gate.criteria);
        criteria.flat_map(|criterion| &mut criterion.any).for_each(|sentence| rename.sentence(sentence));
        for block in new.blocks.values_mut() {
            block.on.iter_mut().for_each(|kind| rename.kind(kind));
            block.by.iter_mut().chain(&mut block.lift).for_each(|rule| rename.permission(rule));
            block.until.iter_mut().for_each(|sentence| rename.sentence(sentence));
        }
        for rule in new.commits.values_mut() {
            rule.deny.iter_mut().for_each(|role| *role = names.role(role).clone());
            rule.needs.iter_mut().for_each(|sentence| rename.sentence(sentence));
            if let Some(serves) = &mut rule.serves {
                rename.kind(&mut serves.kind);
                serves.filter.iter_mut().for_each(|predicate| rename.predicate(predicate));
            }
        }
        for class in new.waivers.values_mut() {
            rename.who(&mut class.by);
            rename.who(&mut class.revoke);
        }
        new.views.values_mut().for_each(|view| rename.view(view));
        new.blocks = renamed(std::mem::take(&mut new.blocks), |block| names.block(block).clone());
        new
    }

    /// Returns every word that a permission, or anything that its condition leads to, says of a status.
    pub(in crate::domain) fn statuses(&self, permission: &Permission) -> BTreeSet<Word> {
        let mut search = Statuses { charter: self, found: BTreeSet::new(), gates: BTreeSet::new(), derived: false };
        search.guard(permission.guard.as_ref());
        search.found
    }
}

fn renamed<K: Ord, V>(map: BTreeMap<K, V>, name: impl Fn(&K) -> K) -> BTreeMap<K, V> {
    map.into_iter().map(|(key, value)| (name(&key), value)).collect()
}

/// Renames what rules say.
struct Renamer<'m>(&'m Migration);

impl Renamer<'_> {
    fn kind(&self, kind: &mut Word) {
        *kind = self.0.kind(kind).clone();
    }

    fn who(&self, who: &mut Who) {
        for role in who.terms.iter_mut().flat_map(|term| &mut term.roles) {
            *role = self.0.role(role).clone();
        }
        for not in &mut who.not {
            match not {
                NotRule::Author => {}
                NotRule::Writer(noun) => self.noun(noun),
                NotRule::Claim(claim) => *claim = self.0.claim(claim).clone(),
            }
        }
    }

    fn permission(&self, permission: &mut Permission) {
        self.who(&mut permission.who);
        if let Some(Guard::Sentence(sentence)) = &mut permission.guard {
            self.sentence(sentence);
        }
    }

    fn claim(&self, claim: &mut ClaimRule) {
        self.who(&mut claim.by);
        for (_, guard) in &mut claim.results {
            if let Some(Guard::Sentence(sentence)) = guard {
                self.sentence(sentence);
            }
        }
        claim.cites.iter_mut().for_each(|(noun, _)| self.noun(noun));
        if let Some(Over::Noun(noun, _)) = &mut claim.over {
            self.noun(noun);
        }
    }

    fn view(&self, view: &mut ViewRule) {
        match view {
            ViewRule::Message(message) => self.kind(&mut message.of),
            ViewRule::Board(board) => board.sections.iter_mut().for_each(|(_, section)| match section {
                Section::Items(noun) | Section::Table(noun, _) => self.noun(noun),
                Section::Gate(_, kinds) => kinds.iter_mut().for_each(|kind| self.kind(kind)),
            }),
        }
    }

    fn sentence(&self, sentence: &mut Sentence) {
        self.noun(&mut sentence.noun);
        sentence.predicates.iter_mut().for_each(|predicate| self.predicate(predicate));
        sentence.condition.iter_mut().for_each(|condition| self.sentence(condition));
    }

    fn noun(&self, noun: &mut Noun) {
        self.base(&mut noun.base);
        noun.filter.iter_mut().for_each(|predicate| self.predicate(predicate));
    }

    fn base(&self, base: &mut Base) {
        match base {
            Base::This | Base::Repo | Base::View(_) | Base::Ids(_) | Base::Blocks(None) | Base::Waivers(None) => {}
            Base::Kind(kind, of) => {
                self.kind(kind);
                if let Some(of) = of {
                    self.base(of);
                }
            }
            Base::Blocks(Some(of)) | Base::Waivers(Some(of)) | Base::Link { of, .. } | Base::Files(_, of) => {
                self.base(of);
            }
        }
    }

    fn predicate(&self, predicate: &mut Predicate) {
        if let Predicate::Has { what: Having::Claim(test), .. } = predicate {
            test.claim = self.0.claim(&test.claim).clone();
            if let Some((_, role)) = &mut test.by {
                *role = self.0.role(role).clone();
            }
        }
    }
}

/// Looks for what is said of statuses.
struct Statuses<'c> {
    charter: &'c Charter,
    found: BTreeSet<Word>,
    gates: BTreeSet<Word>,
    /// The derived blocks were looked at.
    derived: bool,
}

impl<'c> Statuses<'c> {
    fn guard(&mut self, guard: Option<&'c Guard>) {
        match guard {
            None => {}
            Some(Guard::Gate(gate)) => self.gate(gate),
            Some(Guard::Sentence(sentence)) => self.sentence(sentence),
        }
    }

    fn gate(&mut self, gate: &Word) {
        if !self.gates.insert(gate.clone()) {
            return;
        }
        let criteria = self.charter.gates.get(gate).into_iter().flat_map(|rule| &rule.criteria);
        criteria.flat_map(|criterion| &criterion.any).for_each(|sentence| self.sentence(sentence));
    }

    fn sentence(&mut self, sentence: &'c Sentence) {
        self.predicates(&sentence.noun.filter);
        self.predicates(&sentence.predicates);
        sentence.condition.iter().for_each(|condition| self.sentence(condition));
    }

    fn predicates(&mut self, predicates: &'c [Predicate]) {
        for predicate in predicates {
            match predicate {
                Predicate::Is { what: Being::Status(words), .. } => self.found.extend(words.iter().cloned()),
                Predicate::Is { what: Being::Blocked, .. } => self.blocked(),
                Predicate::Passes(gate) => self.gate(gate),
                Predicate::Has { what: Having::Claim(test), .. } => self.over(test),
                Predicate::Is { .. } | Predicate::Has { .. } => {}
            }
        }
    }

    fn blocked(&mut self) {
        if !std::mem::replace(&mut self.derived, true) {
            let untils = self.charter.blocks.values().filter_map(|block| block.until.as_ref());
            untils.for_each(|until| self.sentence(until));
        }
    }

    fn over(&mut self, test: &ClaimTest) {
        let over = self.charter.claims.get(&test.claim).and_then(|claim| claim.over.as_ref());
        if let Some(Over::Noun(noun, _)) = over {
            self.predicates(&noun.filter);
        }
    }
}
