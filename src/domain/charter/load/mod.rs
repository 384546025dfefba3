//! From the text of a charter to its rules, or to everything that is wrong with it.

mod commits;
mod kinds;
mod migrate;
mod rules;
mod views;
mod waivers;

use std::collections::BTreeMap;

use super::ast::{Charter, ClaimRule, FieldRule, Who};
use super::names::{self, Names};
use super::problem::{Problem, Problems};
use super::resolve::Resolver;
use super::source::{self, Name};
use super::tables::{self, Field, Tables};
use super::{cycles, guards};
use crate::domain::code::Code;
use crate::domain::id::{ItemId, RESERVED, Word};

/// Loads a charter.
///
/// # Errors
/// Every problem that was found, in the order of the text; at least one.
pub fn load(text: &str) -> Result<Charter, Vec<Problem>> {
    let mut problems = Problems::default();
    let root = source::read(text, &mut problems);
    if root.is_empty() && !problems.is_empty() {
        return Err(problems.into_sorted(text));
    }
    let tables = tables::read(root, text.len(), &mut problems);
    names::check(&tables, &mut problems);
    let names = Names::new(&tables);
    let charter = Loader { names: &names, problems: &mut problems }.charter();
    match charter {
        Some(charter) if problems.is_empty() => {
            guards::refuse_self_demands(&tables, &charter, &mut problems);
            if problems.is_empty() { Ok(charter) } else { Err(problems.into_sorted(text)) }
        }
        _ => {
            debug_assert!(!problems.is_empty(), "a charter that cannot be loaded has a problem");
            if problems.is_empty() {
                problems.push(Problem::new(Code::CharterMeaning, 0..0, "the charter cannot be loaded"));
            }
            Err(problems.into_sorted(text))
        }
    }
}

struct Loader<'n, 't> {
    names: &'n Names<'t>,
    problems: &'n mut Problems,
}

impl<'t> Loader<'_, 't> {
    fn resolver(&mut self) -> Resolver<'_, 't> {
        Resolver::new(self.names, self.problems)
    }

    fn charter(&mut self) -> Option<Charter> {
        let tables: &'t Tables = self.names.tables;
        let selves = guards::Flow::of(self.names);
        cycles::refuse_cycles(self.names, &selves, self.problems);
        let head = self.head(tables);
        let links = collect(tables.links.iter().map(|(name, _)| (name, self.link(name))));
        let sets = collect(tables.sets.iter().map(|(name, ids)| {
            let set = ids.as_ref().and_then(|ids| self.resolver().ids(ids)).map(|(set, _)| set);
            (name, set)
        }));
        let kinds = collect(tables.kinds.iter().map(|kind| (&kind.name, self.kind(kind))));
        let claims = collect(tables.claims.iter().map(|claim| (&claim.name, self.claim(claim))));
        let gates = collect(tables.gates.iter().map(|gate| (&gate.name, self.gate(gate, &selves))));
        let blocks = collect(tables.blocks.iter().map(|block| (&block.name, self.block(block))));
        let commits = collect(tables.commits.iter().map(|rule| (&rule.name, self.commit(rule))));
        let waivers = collect(tables.waivers.iter().map(|class| (&class.name, self.waivers(class, gates.as_ref()))));
        let views = collect(tables.views.iter().map(|view| (&view.name, self.view(view, &selves))));
        let migrate = tables.migrate.as_ref().map(|(_, table)| self.migrate(table));
        let (id, authority, authority_text) = head?;
        Some(Charter {
            id,
            title: tables.head.title.clone(),
            semantics: tables.head.semantics,
            authority,
            authority_text,
            independence: tables.head.independence,
            forges: tables.head.forges.iter().map(|email| email.text.clone()).collect(),
            roles: tables
                .roles
                .iter()
                .filter_map(|(r, t)| Some((r.text.parse().ok()?, t.iter().copied().collect())))
                .collect(),
            scopes: tables.scopes.iter().filter_map(|(s, globs)| Some((s.text.parse().ok()?, globs.clone()))).collect(),
            sets: sets?,
            links: links?,
            kinds: kinds?,
            claims: claims?.into_iter().map(|(name, rule)| self.wanted_on(name, rule)).collect(),
            gates: gates?,
            blocks: blocks?,
            commits: commits?,
            waivers: waivers?,
            views: views?,
            migrate,
        })
    }

    /// Adds to a claim the branches on which the rules, which are all resolved by now, want it.
    fn wanted_on(&self, name: Word, rule: ClaimRule) -> (Word, ClaimRule) {
        let branches = self.names.branches_of(name.as_str());
        (name, ClaimRule { branches, ..rule })
    }

    fn head(&mut self, tables: &Tables) -> Option<(ItemId, Who, String)> {
        let head = &tables.head;
        let id = head.id.as_ref().and_then(|name| self.own_id(name));
        let (permission, text) = head.authority.as_ref()?;
        if permission.guard.is_some() || !permission.who.not.is_empty() {
            let message = "the authority takes no `if` and no `not`: whoever holds the roles decides";
            self.problems.meaning(&text.span, message, "name roles and how many of them");
            return None;
        }
        let who = self.resolver().who(&permission.who);
        Some((id?, who?, text.text.clone()))
    }

    fn own_id(&mut self, name: &Name) -> Option<ItemId> {
        match ItemId::parse(&name.text) {
            Ok(id) if !RESERVED.contains(&id.folded().as_str()) => Some(id),
            _ => {
                let message =
                    format!("`{}` is no id: 1 to 100 letters, digits and `. _ @ + -`, and not reserved", name.text);
                self.problems.push(Problem::new(Code::CharterName, name.span.clone(), message));
                None
            }
        }
    }

    /// Resolves the name of a kind; `any` is not looked at.
    fn kind_name(&mut self, name: &Name, any: bool) -> Option<Word> {
        if self.names.kind(&name.text).is_none() {
            let mut fitting = self.names.all_kinds();
            fitting.extend(any.then_some("any"));
            self.problems.unknown(Code::CharterUnknownWord, &name.span, "kind", &name.text, &fitting);
            return None;
        }
        Resolver::word(name)
    }

    /// Resolves values that belong to no item.
    fn values(&mut self, fields: &[Field]) -> Option<BTreeMap<Word, FieldRule>> {
        let values: Vec<_> = fields.iter().map(|field| self.value(field)).collect();
        values.into_iter().collect()
    }

    fn value(&mut self, field: &Field) -> Option<(Word, FieldRule)> {
        let within = field.within.as_ref().map(|scope| self.scope(scope).ok_or(Unresolved)).transpose().ok()?;
        Some((Resolver::word(&field.name)?, FieldRule { within, ..field.rule.clone()? }))
    }
}

/// A part of a charter that did not resolve; why is reported.
struct Unresolved;

fn collect<'a, T>(entries: impl Iterator<Item = (&'a Name, Option<T>)>) -> Option<BTreeMap<Word, T>> {
    // Every entry is resolved, so that every problem is found; only then the first that failed counts.
    let entries: Vec<(&Name, Option<T>)> = entries.collect();
    entries.into_iter().map(|(name, value)| Some((Resolver::word(name)?, value?))).collect()
}
