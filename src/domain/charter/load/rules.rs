//! Links, claims, gates and blocks.

use std::collections::{BTreeMap, BTreeSet};

use super::super::ast::{self, BlockRule, ClaimRule, Criterion, FieldType, GateRule, LinkRule, NotRule, Over, Stop};
use super::super::names::Names;
use super::super::problem::Problem;
use super::super::resolve::{Many, Resolver, Thing, Things};
use super::super::source::{Name, Written};
use super::super::syntax::{Base, Guard, Link, Noun};
use super::super::tables::{Block, Claim, Field, Gate, Kind};
use super::{Loader, Unresolved};
use crate::domain::code::Code;
use crate::domain::id::Word;

impl Loader<'_, '_> {
    pub(super) fn link(&mut self, name: &Name) -> Option<LinkRule> {
        let (_, link, _) = self.names.link(&name.text)?;
        let link = link?;
        let mut pairs = Vec::new();
        for (at, (from, to)) in link.pairs.iter().enumerate() {
            if link.pairs[..at].iter().any(|(f, t)| f.text == from.text && t.text == to.text) {
                let message = format!("`{} -> {}` stands twice", from.text, to.text);
                self.problems.meaning(&from.span, message, "leave it out");
            }
            let ends =
                [from, to].map(|end| if end.text == "any" { Some(None) } else { self.kind_name(end, true).map(Some) });
            if name.text == "supersedes" && (from.text != to.text || from.text == "any") {
                let message = "a successor is of the same kind as what it replaces";
                self.problems.meaning(&to.span, message, "write `KIND -> KIND` for each kind, with the same one twice");
            }
            if let [Some(from), Some(to)] = ends {
                pairs.push((from, to));
            }
        }
        if let Some(mirror) = &link.mirror {
            self.problems.not_evaluated(&mirror.span, "`mirror` of a link");
            if self.names.link(&mirror.text).is_none() {
                let fitting = self.names.all_links();
                self.problems.unknown(Code::CharterUnknownWord, &mirror.span, "link", &mirror.text, &fitting);
            }
        }
        let within = link.within.as_ref().map(|within| self.within(name, link, within).ok_or(Unresolved));
        let always_acyclic = matches!(name.text.as_str(), "part_of" | "supersedes");
        Some(LinkRule {
            pairs,
            acyclic: link.acyclic || always_acyclic,
            stated: link.stated,
            unique: link.unique,
            min: link.min,
            within: within.transpose().ok()?,
            inverse: link.inverse.as_ref().and_then(Resolver::word),
            label: link.label.clone(),
            under: link.under.as_ref().map(|under| self.section_of(link, under)),
            why: link.why.clone(),
            cite: link.cite.clone(),
        })
    }

    /// Returns the section in which templates put a link: one that documents of some kind have which it leaves.
    fn section_of(&mut self, link: &Link, under: &Name) -> String {
        let leaves =
            |kind: &&Kind| link.pairs.iter().any(|(from, _)| from.text == "any" || from.text == kind.name.text);
        let kinds = self.names.tables.kinds.iter().filter(leaves);
        let sections: Vec<&str> = kinds.flat_map(|kind| &kind.headings).map(|heading| heading.text.as_str()).collect();
        if !sections.contains(&under.text.as_str()) {
            self.problems.unknown(Code::CharterUnknownWord, &under.span, "section", &under.text, &sections);
        }
        under.text.clone()
    }

    /// Resolves the link within whose targets those of another one have to lie.
    fn within(&mut self, name: &Name, link: &Link, within: &Name) -> Option<Word> {
        let names = self.names;
        let other = names.link(&within.text).filter(|(_, _, inverse)| !inverse && within.text != name.text);
        let Some((_, other, _)) = other else {
            let mut fitting = names.all_links();
            fitting.retain(|other| *other != name.text && names.link(other).is_some_and(|(_, _, inverse)| !inverse));
            self.problems.unknown(Code::CharterUnknownWord, &within.span, "other link", &within.text, &fitting);
            return None;
        };
        let other = other?;
        let leads_from = |kind: &str| other.pairs.iter().any(|(from, _)| from.text == "any" || from.text == kind);
        for (from, to) in &link.pairs {
            if let Some(kind) = kinds_of(names, from).iter().find(|kind| !leads_from(kind)) {
                let message = format!("`{}` does not lead from a `{kind}`, as `{}` does", within.text, name.text);
                self.problems.meaning(&within.span, message, "name a link that leads from the same kinds");
                return None;
            }
            let around: BTreeSet<String> = other.pairs.iter().flat_map(|(_, to)| kinds_of(names, to)).collect();
            if let Some(kind) = kinds_of(names, to).iter().find(|kind| wholes(names, kind).is_disjoint(&around)) {
                let message = format!("a `{kind}` is never a part of what `{}` leads to", within.text);
                self.problems.meaning(&within.span, message, "let `part_of` lead there");
                return None;
            }
        }
        Resolver::word(within)
    }

    pub(super) fn claim(&mut self, claim: &Claim) -> Option<ClaimRule> {
        let by = claim.by.as_ref().and_then(|(who, text)| Some((self.resolver().who(who)?, text.text.clone())));
        if let Some((who, _)) = &claim.by
            && let Some(own) = who.not.iter().find(|not| not.text == claim.name.text)
        {
            let message = format!("whoever stated `{}` once could never state it anew", claim.name.text);
            self.problems.meaning(&own.span, message, "leave it out");
        }
        let over = claim.over.as_ref().map(|(noun, text)| self.over(noun, text).ok_or(Unresolved));
        let cites = claim.cites.as_ref().map(|(noun, text)| self.cites(noun, text).ok_or(Unresolved));
        let results: Vec<_> = claim.results.iter().map(|(result, guard)| self.result(result, guard.as_ref())).collect();
        let values = self.values(&claim.values);
        let (mut by, by_text) = by?;
        let over = over.transpose().ok()?;
        if let Some((Over::Noun(noun, _), Many::Files)) = &over
            && by.not.contains(&NotRule::Author)
        {
            by.not.push(NotRule::Writer(noun.clone()));
        }
        Some(ClaimRule {
            by,
            by_text,
            results: results.into_iter().collect::<Option<_>>()?,
            answers: claim.answers.iter().map(Resolver::word).collect::<Option<_>>()?,
            values: values?,
            over: over.map(|(over, _)| over),
            cites: cites.transpose().ok()?,
            branches: BTreeSet::new(),
        })
    }

    fn result(&mut self, result: &Name, guard: Option<&Guard>) -> Option<(Word, Option<ast::Guard>)> {
        let anything = Things::anything(self.names);
        let guard = guard.map(|guard| self.resolver().guard(guard, &anything).ok_or(Unresolved));
        Some((Resolver::word(result)?, guard.transpose().ok()?))
    }

    /// Resolves what a statement has to bring the file of.
    fn cites(&mut self, noun: &Noun, text: &Written) -> Option<(ast::Noun, String)> {
        let anything = Things::anything(self.names);
        let (resolved, things, _) = self.resolver().noun(noun, &anything)?;
        let has_file = |thing: &Thing| match thing {
            Thing::Kind(kind) => self.names.kind(kind).is_some_and(|kind| kind.path.is_some()),
            Thing::File => true,
            _ => false,
        };
        if let Some(thing) = things.misfit(has_file).map(Thing::show) {
            let message = format!("{thing} has no file that a statement could bring");
            self.problems.meaning(&noun.span, message, "name items of a kind with a `path`, or files");
            return None;
        }
        Some((resolved, text.text.clone()))
    }

    /// Resolves what a claim speaks of, and what sort of things that is.
    fn over(&mut self, noun: &Noun, text: &Written) -> Option<(Over, Many)> {
        if let Base::Word(name) = &noun.base
            && self.names.is_scope(&name.text)
        {
            return Some((Over::Scope(Resolver::word(name)?), Many::Some));
        }
        let anything = Things { open: true, ..Things::kinds(self.names.all_kinds()) };
        let (resolved, things, many) = self.resolver().noun(noun, &anything)?;
        if things.all.contains(&Thing::View) {
            self.problems.meaning(
                &noun.span,
                "a claim is over a scope, over items, or over files",
                "name the items whose files are meant",
            );
            return None;
        }
        Some((Over::Noun(resolved, text.text.clone()), many))
    }

    pub(super) fn gate(&mut self, gate: &Gate, selves: &BTreeMap<&str, Things>) -> Option<GateRule> {
        let this = selves.get(gate.name.text.as_str()).cloned().unwrap_or_default();
        let criteria: Vec<Option<Criterion>> = gate
            .criteria
            .iter()
            .map(|criterion| {
                let mut resolver = self.resolver();
                let any = resolver.any(criterion, &this);
                Some(Criterion {
                    name: Resolver::word(&criterion.name)?,
                    level: criterion.level,
                    any: any.into_iter().collect::<Option<_>>()?,
                    why: criterion.why.clone(),
                    cite: criterion.cite.clone(),
                })
            })
            .collect();
        // The condition of a result types nothing, and is judged for whatever the claim is about.
        let mut results = self.names.tables.claims.iter().flat_map(|claim| &claim.results);
        let of_results = |guard: &Guard| matches!(guard, Guard::Gate(own) if own.text == gate.name.text);
        let any = results.any(|(_, guard)| guard.as_ref().is_some_and(of_results));
        let this = if any { Things::anything(self.names) } else { this };
        Some(GateRule {
            criteria: criteria.into_iter().collect::<Option<_>>()?,
            ordered: gate.ordered,
            kinds: this.kind_names().filter_map(|kind| kind.parse().ok()).collect(),
        })
    }

    pub(super) fn block(&mut self, block: &Block) -> Option<BlockRule> {
        let on: Vec<Option<Word>> = block.on.iter().map(|kind| self.kind_name(kind, false)).collect();
        let this = Things::kinds(block.on.iter().map(|on| on.text.as_str()).filter(|on| self.names.kind(on).is_some()));
        let stops: Vec<Option<Stop>> = block.stops.iter().map(|stop| self.stop(block, stop)).collect();
        let by = block.by.as_ref().map(|by| self.resolver().permission(by, &this).ok_or(Unresolved));
        let lift = block.lift.as_ref().map(|lift| self.resolver().permission(lift, &this).ok_or(Unresolved));
        let until = block.until.as_ref().map(|until| self.resolver().sentence(until, &this).ok_or(Unresolved));
        let record = block.record.as_ref().map(|record| self.resolver().id(record).ok_or(Unresolved));
        Some(BlockRule {
            on: on.into_iter().collect::<Option<_>>()?,
            stops: stops.into_iter().collect::<Option<_>>()?,
            by: by.transpose().ok()?,
            lift: lift.transpose().ok()?,
            until: until.transpose().ok()?,
            record: record.transpose().ok()?,
            because: block.because.iter().map(Resolver::word).collect::<Option<_>>()?,
            fields: self.values(&block.fields)?,
            why: block.why.clone(),
            cite: block.cite.clone(),
        })
    }

    fn stop(&mut self, block: &Block, name: &Name) -> Option<Stop> {
        let text = name.text.as_str();
        if text == "moves" {
            return Some(Stop::Moves);
        }
        let kinds: Vec<&Kind> = block.on.iter().filter_map(|on| self.names.kind(&on.text)).collect();
        let field_of = |kind: &Kind| kind.fields.iter().any(|field| field.name.text == text && may_be_stopped(field));
        let is_field = !kinds.is_empty() && kinds.iter().all(|kind| field_of(kind));
        match (self.names.is_scope(text), is_field) {
            (true, false) => Resolver::word(name).map(Stop::Scope),
            (false, true) => Resolver::word(name).map(Stop::Field),
            (true, true) => {
                let message = format!("`{text}` is a scope and a field");
                self.problems
                    .push(Problem::new(Code::CharterName, name.span.clone(), message).help("rename one of them"));
                None
            }
            (false, false) => {
                let mut fitting = vec!["moves"];
                fitting.extend(self.names.tables.scopes.iter().map(|(scope, _)| scope.text.as_str()));
                let fields = kinds.iter().flat_map(|kind| &kind.fields).filter(|field| may_be_stopped(field));
                fitting.extend(fields.map(|field| field.name.text.as_str()));
                self.problems.unknown(Code::CharterUnknownWord, &name.span, "scope or field of paths", text, &fitting);
                None
            }
        }
    }
}

fn may_be_stopped(field: &Field) -> bool {
    matches!(&field.rule, Some(rule) if matches!(rule.kind, FieldType::Paths | FieldType::Globs))
}

/// Returns the kinds that stand at the end of a link.
fn kinds_of(names: &Names<'_>, end: &Name) -> Vec<String> {
    match end.text.as_str() {
        "any" => names.all_kinds().into_iter().map(str::to_owned).collect(),
        kind => vec![kind.to_owned()],
    }
}

/// Returns a kind, and what things of it can be a part of, over any number of steps.
fn wholes(names: &Names<'_>, kind: &str) -> BTreeSet<String> {
    let part_of = names.link("part_of").and_then(|(_, link, _)| link);
    let pairs = part_of.map_or(&[][..], |link| link.pairs.as_slice());
    let (mut found, mut open) = (BTreeSet::from([kind.to_owned()]), vec![kind.to_owned()]);
    while let Some(at) = open.pop() {
        for (_, to) in pairs.iter().filter(|(from, _)| from.text == "any" || from.text == at) {
            open.extend(kinds_of(names, to).into_iter().filter(|to| found.insert(to.clone())));
        }
    }
    found
}
