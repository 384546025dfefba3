//! Nouns: what they select, and of which kinds it can be.

use std::collections::BTreeSet;

use super::super::ast::{Base, IdSet, IdTerm, Noun};
use super::super::ids::expand;
use super::super::pattern::Pattern;
use super::super::problem::Place;
use super::super::source::Name;
use super::super::syntax;
use super::super::tables::{Kind, View};
use super::{Demand, Resolver, Thing, Things};
use crate::domain::code::Code;
use crate::domain::id::{ItemId, Word};

/// How many things a noun selects, and what it goes by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) enum Many {
    /// One thing, always.
    One,
    /// Ids; how many, where that is certain.
    Ids(Option<usize>),
    /// Items of a kind, placed blocks, or the targets of a link.
    Some,
    /// Files that fields name.
    Files,
}

impl Resolver<'_, '_> {
    /// Resolves a noun with its filter.
    pub(in super::super) fn noun(&mut self, noun: &syntax::Noun, this: &Things) -> Option<(Noun, Things, Many)> {
        let (base, things, many) = self.base(&noun.base, this)?;
        let demand = std::mem::replace(&mut self.demand, Demand::Nothing);
        let filter: Vec<_> = noun.filter.iter().map(|p| self.predicate(p, &things)).collect();
        self.demand = demand;
        Some((Noun { base, filter: filter.into_iter().collect::<Option<_>>()? }, things, many))
    }

    fn base(&mut self, base: &syntax::Base, this: &Things) -> Option<(Base, Things, Many)> {
        match base {
            syntax::Base::Word(name) => self.named(name, this),
            syntax::Base::Of(name, of) => self.relation(name, of, this),
            syntax::Base::Ids(ids) => {
                let (set, things) = self.ids(ids)?;
                let many = count(&set);
                Some((Base::Ids(set), things, many))
            }
        }
    }

    fn named(&mut self, name: &Name, this: &Things) -> Option<(Base, Things, Many)> {
        let text = name.text.as_str();
        match text {
            "self" => return Some((Base::This, this.clone(), Many::One)),
            "repo" => return Some((Base::Repo, Things::one(Thing::Repo), Many::One)),
            "block" => return Some((Base::Blocks(None), Things::one(Thing::Block), Many::Some)),
            "waiver" => {
                self.has_waivers(name)?;
                return Some((Base::Waivers(None), Things::one(Thing::Waiver), Many::Some));
            }
            _ => {}
        }
        if let Some(set) = self.names.set(text) {
            let (set, things) = set.clone()?;
            let many = Many::Ids((!set.has_globs()).then(|| set.literal().len()));
            return Some((Base::Ids(set), things, many));
        }
        if let Some(kind) = self.names.kind(text) {
            return Some((Base::Kind(Self::word(&kind.name)?, None), Things::kinds([text]), Many::Some));
        }
        if let Some(view) = self.names.view(text) {
            return self.board(name, view);
        }
        if self.names.link(text).is_some() || self.names.is_path_field(text) {
            let message = format!("`{text}` alone does not say of what");
            self.problems.meaning(&name.span, message, format!("write `{text} of self`, or of another noun"));
            return None;
        }
        self.single_id(name)
    }

    fn single_id(&mut self, name: &Name) -> Option<(Base, Things, Many)> {
        let kinds = self.kinds_of(&name.text);
        if kinds.is_empty() && !self.has_broken_pattern() {
            let fitting = self.names.all_nouns();
            self.unknown(name, "kind, set or id", &fitting);
            return None;
        }
        let id = self.id(name)?;
        let things = Things::kinds(kinds);
        Some((Base::Ids(IdSet { items: vec![IdTerm::Ids(vec![id])], except: Vec::new() }), things, Many::One))
    }

    fn board(&mut self, name: &Name, view: &View) -> Option<(Base, Things, Many)> {
        if view.of.is_some() || view.text.is_some() {
            let message =
                format!("`{}` is a text about one item, and no document that a rule could speak of", name.text);
            self.problems.meaning(&name.span, message, "name a view with a `path`");
            return None;
        }
        Some((Base::View(Self::word(name)?), Things::one(Thing::View), Many::One))
    }

    fn relation(&mut self, name: &Name, of: &syntax::Base, this: &Things) -> Option<(Base, Things, Many)> {
        let text = name.text.as_str();
        let known = matches!(text, "block" | "waiver")
            || self.names.kind(text).is_some()
            || self.names.link(text).is_some()
            || self.names.is_path_field(text);
        if !known {
            let fitting = self.names.all_relations();
            self.unknown(name, "kind, link or field of paths", &fitting);
            return None;
        }
        let (of, things, _) = self.base(of, this)?;
        let of = Box::new(of);
        if text == "block" {
            self.carries_blocks(name, &things)?;
            return Some((Base::Blocks(Some(of)), Things::one(Thing::Block), Many::Some));
        }
        if text == "waiver" {
            self.has_waivers(name)?;
            if let Some(thing) = things.misfit(|thing| matches!(thing, Thing::Kind(_))).map(Thing::show) {
                let message = format!("no waiver is ever granted for {thing}");
                self.problems.meaning(&name.span, message, "a waiver is for one item: name a kind");
                return None;
            }
            return Some((Base::Waivers(Some(of)), Things::one(Thing::Waiver), Many::Some));
        }
        if self.names.kind(text).is_some() {
            self.is_part(name, &things)?;
            return Some((Base::Kind(Self::word(name)?, Some(of)), Things::kinds([text]), Many::Some));
        }
        if self.names.link(text).is_some() {
            let (link, inverse) = self.link_of(name, &things)?;
            let reached = self.reached(text, inverse, &things);
            return Some((Base::Link { link, inverse, of }, reached, Many::Some));
        }
        self.files_of(name, &things)?;
        Some((Base::Files(Self::word(name)?, of), Things::one(Thing::File), Many::Files))
    }

    fn has_waivers(&mut self, name: &Name) -> Option<()> {
        if self.names.tables.waivers.is_empty() {
            let message = "no waiver is ever granted: the charter has no class of them";
            self.problems.meaning(&name.span, message, "say under `[waivers]` what may be waived, or leave it out");
            return None;
        }
        Some(())
    }

    fn carries_blocks(&mut self, name: &Name, things: &Things) -> Option<()> {
        let on = |kind: &str| {
            let mut placed = self.names.tables.blocks.iter().filter(|block| block.placed);
            placed.any(|block| block.on.iter().any(|on| on.text == kind))
        };
        let misfit = things.misfit(|thing| matches!(thing, Thing::Kind(kind) if on(kind)));
        let Some(thing) = misfit.map(Thing::show) else { return Some(()) };
        self.problems.meaning(
            &name.span,
            format!("no block is ever placed on {thing}"),
            "name a kind that a block is `on`",
        );
        None
    }

    /// Checks that items of a kind can be part of what stands behind `of`, over any number of steps.
    pub(in super::super) fn is_part(&mut self, name: &Name, things: &Things) -> Option<()> {
        let Some((_, link, _)) = self.names.link("part_of") else {
            let message = format!("`{} of` follows the link `part_of`, which the charter does not have", name.text);
            self.problems.meaning(&name.span, message, "add `part_of` under `[links]`");
            return None;
        };
        let link = link?;
        let mut above: BTreeSet<&str> = BTreeSet::from([name.text.as_str()]);
        let mut anything = false;
        loop {
            let before = (above.len(), anything);
            for (from, to) in &link.pairs {
                if from.text == "any" || anything || above.contains(from.text.as_str()) {
                    anything |= to.text == "any";
                    above.insert(&to.text);
                }
            }
            if (above.len(), anything) == before {
                break;
            }
        }
        let holds = |to: &str| {
            let step = |(f, t): &(Name, Name)| {
                (f.text == "any" || anything || above.contains(f.text.as_str())) && (t.text == to || t.text == "any")
            };
            link.pairs.iter().any(step)
        };
        let misfit = things.misfit(|thing| matches!(thing, Thing::Kind(kind) if holds(kind)));
        let Some(thing) = misfit.map(Thing::show) else { return Some(()) };
        let message = format!("no `{}` is ever part of {thing}", name.text);
        self.problems.meaning(&name.span, message, "see what the link `part_of` leads from and to");
        None
    }

    /// Checks that a link leaves every one of the things; returns its own name and whether it is inverted.
    pub(super) fn link_of(&mut self, name: &Name, things: &Things) -> Option<(Word, bool)> {
        let (own, link, inverse) = self.names.link(&name.text)?;
        let link = link?;
        let leaves = |kind: &str| link.pairs.iter().any(|(from, to)| is_end(if inverse { to } else { from }, kind));
        if let Some(thing) = things.misfit(|thing| matches!(thing, Thing::Kind(kind) if leaves(kind))) {
            let ends: BTreeSet<&str> = link
                .pairs
                .iter()
                .map(|(from, to)| if inverse { to.text.as_str() } else { from.text.as_str() })
                .collect();
            let ends: Vec<&str> = ends.into_iter().collect();
            let message = format!("the link `{}` does not leave {}", name.text, thing.show());
            self.problems.meaning(&name.span, message, format!("it leaves {}", ends.join(", ")));
            return None;
        }
        Some((Self::word(own)?, inverse))
    }

    /// Returns what a link leads to from some things.
    fn reached(&self, name: &str, inverse: bool, things: &Things) -> Things {
        let Some((_, Some(link), _)) = self.names.link(name) else { return Things::default() };
        let mut out = BTreeSet::new();
        for (from, to) in &link.pairs {
            let (near, far) = if inverse { (to, from) } else { (from, to) };
            if things.all.is_empty() || things.kind_names().any(|kind| is_end(near, kind)) {
                match far.text.as_str() {
                    "any" => out.extend(self.names.all_kinds()),
                    kind => {
                        out.insert(kind);
                    }
                }
            }
        }
        // `any` promises nothing about the kind, so that one of them has to fit.
        let open = link.pairs.iter().any(|(from, to)| (if inverse { from } else { to }).text == "any");
        Things { open, ..Things::kinds(out) }
    }

    fn files_of(&mut self, name: &Name, things: &Things) -> Option<()> {
        let names_files = |kind: &str| {
            let kind = self.names.kind(kind);
            kind.is_some_and(|kind: &Kind| {
                kind.fields.iter().any(|f| f.name.text == name.text && super::super::names::holds_paths(f))
            })
        };
        let misfit = things.misfit(|thing| matches!(thing, Thing::Kind(kind) if names_files(kind)));
        let Some(thing) = misfit.map(Thing::show) else { return Some(()) };
        let message = format!("{thing} has no field `{}` of paths", name.text);
        self.problems.meaning(&name.span, message, "name a field of the type `paths`");
        None
    }

    /// Resolves ids, ranges and globs.
    pub(in super::super) fn ids(&mut self, ids: &syntax::Ids) -> Option<(IdSet, Things)> {
        let mut things = Things::default();
        let items = self.id_terms(&ids.items, &mut things)?;
        let mut excepted = Things::default();
        let except = self.id_terms(&ids.except, &mut excepted)?;
        let named: BTreeSet<&ItemId> = literals(&items).collect();
        if !items.iter().any(|term| matches!(term, IdTerm::Glob(_))) {
            for (term, written) in except.iter().zip(&ids.except) {
                if !named.iter().any(|id| term.names(id)) {
                    let message = format!("`{}` is excepted from ids that it is not among", written.show());
                    self.problems.meaning(&written.span(), message, "leave it out");
                    return None;
                }
            }
        }
        let set = IdSet { items, except };
        if set.literal().is_empty() && !set.has_globs() {
            let place = ids.items.first().map_or(0..0, syntax::IdTerm::span);
            self.problems.meaning(&place, "everything is excepted", "name at least one id");
            return None;
        }
        Some((set, things))
    }

    fn id_terms(&mut self, terms: &[syntax::IdTerm], things: &mut Things) -> Option<Vec<IdTerm>> {
        let mut out: Vec<IdTerm> = Vec::new();
        let mut listed: BTreeSet<String> = BTreeSet::new();
        let before = self.problems.count();
        for term in terms {
            let Some((resolved, kinds)) = self.id_term(term) else { continue };
            if let IdTerm::Ids(new) = &resolved {
                let folded: Vec<String> = new.iter().map(ItemId::folded).collect();
                if let Some((id, _)) = new.iter().zip(&folded).find(|(_, folded)| listed.contains(*folded)) {
                    self.problems.meaning(
                        &term.span(),
                        format!("`{id}` is listed twice"),
                        "leave it out here or there",
                    );
                }
                listed.extend(folded);
            }
            things.all.extend(kinds.into_iter().map(Thing::Kind));
            out.push(resolved);
        }
        (self.problems.count() == before).then_some(out)
    }

    fn id_term(&mut self, term: &syntax::IdTerm) -> Option<(IdTerm, Vec<String>)> {
        match term {
            syntax::IdTerm::One(name) => {
                let id = self.id(name)?;
                Some((IdTerm::Ids(vec![id]), self.kinds_of(&name.text)))
            }
            syntax::IdTerm::Range(first, last) => self.range(first, last, &term.span()),
            syntax::IdTerm::Glob(name) => self.id_glob(name),
        }
    }

    fn range(&mut self, first: &Name, last: &Name, span: &Place) -> Option<(IdTerm, Vec<String>)> {
        let ids = match expand(&first.text, &last.text) {
            Ok(ids) => ids,
            Err(message) => {
                self.problems.meaning(span, message, "write the ids one by one where they do not count up");
                return None;
            }
        };
        let mut kinds = BTreeSet::new();
        let mut out = Vec::new();
        for text in ids {
            let name = Name { text, span: span.clone() };
            out.push(self.id(&name)?);
            kinds.extend(self.kinds_of(&name.text));
        }
        Some((IdTerm::Ids(out), kinds.into_iter().collect()))
    }

    fn id_glob(&mut self, name: &Name) -> Option<(IdTerm, Vec<String>)> {
        let glob = Pattern::of_glob(&name.text);
        let meets = |kind: &&Kind| match (&kind.pattern, &glob) {
            (Some(pattern), Some(glob)) => pattern.meets(glob),
            _ => true,
        };
        let kinds: Vec<String> =
            self.names.tables.kinds.iter().filter(meets).map(|kind| kind.name.text.clone()).collect();
        if kinds.is_empty() {
            self.problems.meaning(
                &name.span,
                format!("no id of any kind matches `{}`", name.text),
                "see the `id` patterns of the kinds",
            );
            return None;
        }
        Some((IdTerm::Glob(name.text.clone()), kinds))
    }

    /// Resolves an id that is written out: it matches the pattern of exactly one kind.
    pub(in super::super) fn id(&mut self, name: &Name) -> Option<ItemId> {
        let kinds = self.kinds_of(&name.text);
        let Ok(id) = ItemId::parse(&name.text) else {
            let problem = super::super::problem::Problem::new(
                Code::CharterUnknownWord,
                name.span.clone(),
                format!("`{}` is no id", name.text),
            );
            self.problems.push(problem);
            return None;
        };
        if kinds.len() > 1 {
            let message = format!("`{id}` matches the patterns of several kinds: {}", kinds.join(", "));
            self.problems.meaning(&name.span, message, "make the patterns exclude one another");
            return None;
        }
        if kinds.is_empty() && !self.has_broken_pattern() {
            let message = format!("`{id}` is an id of no kind");
            let patterns = self.names.tables.kinds.iter().filter_map(|kind| kind.pattern.as_ref());
            let patterns: Vec<&str> = patterns.map(|pattern| pattern.text.as_str()).collect();
            let problem = super::super::problem::Problem::new(Code::CharterUnknownWord, name.span.clone(), message);
            self.problems.push(problem.help(format!("ids are: {}", patterns.join(", "))));
            return None;
        }
        Some(id)
    }

    /// Returns the kinds whose pattern an id matches.
    pub(in super::super) fn kinds_of(&self, id: &str) -> Vec<String> {
        let matches = |kind: &&Kind| kind.pattern.as_ref().is_some_and(|pattern| pattern.matches(id));
        self.names.tables.kinds.iter().filter(matches).map(|kind| kind.name.text.clone()).collect()
    }

    fn has_broken_pattern(&self) -> bool {
        self.names.tables.kinds.iter().any(|kind| kind.pattern.is_none())
    }
}

fn is_end(end: &Name, kind: &str) -> bool {
    end.text == kind || end.text == "any"
}

fn literals(terms: &[IdTerm]) -> impl Iterator<Item = &ItemId> {
    terms.iter().flat_map(|term| match term {
        IdTerm::Ids(ids) => ids.as_slice(),
        IdTerm::Glob(_) => &[],
    })
}

fn count(set: &IdSet) -> Many {
    if set.single().is_some() { Many::One } else { Many::Ids((!set.has_globs()).then(|| set.literal().len())) }
}
