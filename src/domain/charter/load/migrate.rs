//! `[migrate]` against the charter that it stands in: every new name is one of its, no old one is.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::str::FromStr;

use super::super::migrate::Migration;
use super::super::problem::Problem;
use super::super::source::Name;
use super::super::tables::{Kind, Migrate, Pair};
use super::Loader;
use crate::domain::code::Code;
use crate::domain::id::{RoleId, Word};

impl Loader<'_, '_> {
    /// Resolves the table; what is wrong is reported.
    pub(super) fn migrate(&mut self, table: &Migrate) -> Migration {
        let tables = self.names.tables;
        let kinds = self.names.all_kinds();
        let claims = self.names.all_claims();
        let roles = self.names.all_roles();
        let placed: Vec<&str> = tables.blocks.iter().filter(|b| b.placed).map(|b| b.name.text.as_str()).collect();
        let blocks: Vec<&str> = tables.blocks.iter().map(|b| b.name.text.as_str()).collect();
        let (kept, renamed): (Vec<Pair>, Vec<Pair>) =
            table.blocks.iter().cloned().partition(|(old, new)| old.text == new.text);
        let mut all_blocks: BTreeMap<Word, Word> = self.pairs("block", &renamed, &blocks, &placed);
        for (old, new) in &kept {
            if !placed.contains(&new.text.as_str()) {
                self.problems.unknown(Code::CharterMigrate, &new.span, "placed block", &new.text, &placed);
            }
            all_blocks.extend(self.word(old).map(|name: Word| (name.clone(), name)));
        }
        let migration = Migration {
            kinds: self.pairs("kind", &table.kinds, &kinds, &kinds),
            states: self.states(table),
            roles: self.pairs("role", &table.roles, &roles, &roles),
            dissolved: self.dissolved(table, &roles),
            claims: self.pairs("claim", &table.claims, &claims, &claims),
            blocks: all_blocks,
            seals: self.seals(table),
        };
        if migration == Migration::default() && self.problems.is_empty() {
            let span = tables.migrate.as_ref().map_or(0..0, |(name, _)| name.span.clone());
            self.wrong(&span, "the table `migrate` is empty".to_owned(), "leave it out");
        }
        migration
    }

    fn wrong(&mut self, span: &std::ops::Range<usize>, message: String, help: &str) {
        self.problems.push(Problem::new(Code::CharterMigrate, span.clone(), message).help(help));
    }

    fn word<T: FromStr>(&mut self, name: &Name) -> Option<T>
    where
        T::Err: Display,
    {
        match name.text.parse() {
            Ok(word) => Some(word),
            Err(error) => {
                self.problems.push(Problem::new(Code::CharterName, name.span.clone(), format!("{error}")));
                None
            }
        }
    }

    /// Resolves renames: no old name is `known` to this charter any more, every new one is one of `fitting`, none stands twice.
    fn pairs<T: Ord + FromStr>(
        &mut self,
        sort: &str,
        pairs: &[Pair],
        known: &[&str],
        fitting: &[&str],
    ) -> BTreeMap<T, T>
    where
        T::Err: Display,
    {
        let mut out = BTreeMap::new();
        for (at, (old, new)) in pairs.iter().enumerate() {
            if known.contains(&old.text.as_str()) {
                let message = format!("this charter has the {sort} `{}` itself, so that it need not go over", old.text);
                self.wrong(&old.span, message, "leave it out, or take the old name out of the charter");
            }
            if !fitting.contains(&new.text.as_str()) {
                self.problems.unknown(Code::CharterMigrate, &new.span, sort, &new.text, fitting);
            }
            if pairs[..at].iter().any(|(_, other)| other.text == new.text) {
                let message =
                    format!("two things would become the {sort} `{}`, and nobody could tell them apart", new.text);
                self.wrong(&new.span, message, "give each a name of its own");
            }
            if let (Some(old), Some(new)) = (self.word(old), self.word(new)) {
                out.insert(old, new);
            }
        }
        out
    }

    /// Returns the kind of this charter that an old kind goes over to.
    fn heir(&mut self, table: &Migrate, old: &Name) -> Option<&Kind> {
        let renamed = table.kinds.iter().find(|(from, _)| from.text == old.text).map(|(_, to)| to.text.as_str());
        let heir = self.names.kind(renamed.unwrap_or(&old.text));
        if heir.is_none() {
            let fitting: Vec<&str> = table.kinds.iter().map(|(from, _)| from.text.as_str()).collect();
            let fitting: Vec<&str> = fitting.into_iter().chain(self.names.all_kinds()).collect();
            self.problems.unknown(Code::CharterMigrate, &old.span, "kind that goes over", &old.text, &fitting);
        }
        heir
    }

    fn states(&mut self, table: &Migrate) -> BTreeMap<Word, BTreeMap<Word, Word>> {
        let mut out = BTreeMap::new();
        for (kind, states) in &table.states {
            let Some(heir) = self.heir(table, kind) else { continue };
            let known: Vec<String> = heir.states.iter().map(|state| state.text.clone()).collect();
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            let pairs = self.pairs(&format!("state of `{}`", kind.text), states, &known, &known);
            out.extend(self.word(kind).map(|kind: Word| (kind, pairs)));
        }
        out
    }

    fn dissolved(&mut self, table: &Migrate, roles: &[&str]) -> BTreeSet<RoleId> {
        let mut out = BTreeSet::new();
        for role in &table.dissolved {
            if roles.contains(&role.text.as_str()) {
                let message = format!("the role `{}` ends, and this charter has it", role.text);
                self.wrong(&role.span, message, "take it out of one of the two places");
            }
            if table.roles.iter().any(|(old, _)| old.text == role.text) {
                let message = format!("the role `{}` ends, and goes over as another", role.text);
                self.wrong(&role.span, message, "take it out of one of the two places");
            }
            out.extend(self.word::<RoleId>(role));
        }
        out
    }

    fn seals(&mut self, table: &Migrate) -> BTreeSet<Word> {
        let mut out = BTreeSet::new();
        for kind in &table.seals {
            let Some(heir) = self.heir(table, kind) else { continue };
            if heir.unsealable.is_none() {
                let message = format!("seals of `{}` would go over to a kind that has no `unseal`", kind.text);
                self.wrong(&kind.span, message, "say who breaks a seal, or leave it out");
            }
            out.extend(self.word::<Word>(kind));
        }
        out
    }
}
