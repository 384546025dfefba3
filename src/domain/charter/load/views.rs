//! Views: what their sections and their texts name.

use std::collections::{BTreeMap, BTreeSet};

use super::super::resolve::{Resolver, Thing, Things};
use super::super::source::{Name, Written};
use super::super::syntax::Base;
use super::super::tables::{self, Kind, View};
use super::super::views::{Board, Message, Piece, Section, ViewRule};
use super::Loader;
use crate::domain::code::Code;
use crate::domain::id::Word;

/// The word under which a kind's `labels` name what is under a block that stops something.
const BLOCKED: &str = "blocked";

impl<'t> Loader<'_, 't> {
    pub(super) fn view(&mut self, view: &'t View, selves: &BTreeMap<&str, Things>) -> Option<ViewRule> {
        match (&view.of, &view.text) {
            (Some(of), Some(text)) => self.message(of, text, selves).map(ViewRule::Message),
            (None, None) => self.a_board(view, selves).map(ViewRule::Board),
            // Reported where it was read.
            _ => None,
        }
    }

    fn a_board(&mut self, view: &'t View, selves: &BTreeMap<&str, Things>) -> Option<Board> {
        let sections: Vec<_> = view
            .sections
            .iter()
            .map(|section| Some((section.heading.text.clone(), self.section(section, selves)?)))
            .collect();
        let path = view.path.as_ref();
        let earlier = self.names.tables.views.iter().take_while(|other| other.name.span != view.name.span);
        let twin = earlier
            .filter_map(|other| Some((other, other.path.as_ref()?)))
            .find(|(_, (other, _))| path.is_some_and(|(own, _)| own.folded() == other.folded()));
        if let (Some((other, _)), Some((_, span))) = (twin, path) {
            let message = format!("the view `{}` stands at this path already", other.name.text);
            self.problems.meaning(span, message, "give each document a path of its own");
        }
        let sections: Vec<(String, Section, BTreeSet<String>)> = sections
            .into_iter()
            .map(|one| one.map(|(heading, (section, kinds))| (heading, section, kinds)))
            .collect::<Option<_>>()?;
        let kinds: BTreeSet<&str> =
            sections.iter().flat_map(|(_, _, kinds)| kinds.iter().map(String::as_str)).collect();
        let show: Vec<Option<Word>> =
            view.show.iter().enumerate().map(|(at, name)| self.told(&view.show[..at], name, &kinds)).collect();
        Some(Board {
            path: path?.0.clone(),
            title: view.title.clone(),
            sections: sections.into_iter().map(|(heading, section, _)| (heading, section)).collect(),
            said: view.sections.iter().map(|section| section.text.clone()).collect(),
            show: show.into_iter().collect::<Option<_>>()?,
        })
    }

    /// Resolves a section: the name of a gate, or a noun that selects items. Returns the kinds whose items it shows.
    fn section(
        &mut self,
        section: &tables::Section,
        selves: &BTreeMap<&str, Things>,
    ) -> Option<(Section, BTreeSet<String>)> {
        let noun = section.noun.as_ref()?;
        if let (Base::Word(name), None) = (&noun.base, &noun.that)
            && self.names.gate(&name.text).is_some()
        {
            if self.names.kind(&name.text).is_some() || self.names.set(&name.text).is_some() {
                let message = format!("`{}` is a gate and a noun", name.text);
                self.problems.meaning(&name.span, message, "give one of them another name");
                return None;
            }
            let things = selves.get(name.text.as_str()).cloned().unwrap_or_default();
            let kinds = if things.open { Vec::new() } else { words(things.kind_names())? };
            if let Some(column) = section.columns.as_ref().and_then(|columns| columns.first()) {
                self.problems.meaning(&column.span, "a gate has no columns", "write the name of the gate alone");
                return None;
            }
            let shown = kinds.iter().map(ToString::to_string).collect();
            return Some((Section::Gate(Resolver::word(name)?, kinds), shown));
        }
        let (resolved, things, _) = self.resolver().noun(noun, &Things::one(Thing::Repo))?;
        if let Some(thing) = things.misfit(|thing| matches!(thing, Thing::Kind(_))).map(Thing::show) {
            let message = format!("a section shows items or a gate, and not {thing}");
            self.problems.meaning(&noun.span, message, "name a kind, a link of something, or a gate");
            return None;
        }
        let kinds = things.kind_names().map(str::to_owned).collect();
        let Some(columns) = &section.columns else { return Some((Section::Items(resolved), kinds)) };
        let columns: Vec<Option<Piece>> =
            columns.iter().enumerate().map(|(at, name)| self.column(&columns[..at], name, &kinds)).collect();
        Some((Section::Table(resolved, columns.into_iter().collect::<Option<_>>()?), kinds))
    }

    fn column(&mut self, before: &[Name], name: &Name, kinds: &BTreeSet<String>) -> Option<Piece> {
        if before.iter().any(|other| other.text == name.text) {
            self.problems.meaning(&name.span, format!("the column `{}` stands twice", name.text), "leave it out");
            return None;
        }
        if let Some(part) = part(&name.text) {
            return Some(part);
        }
        let kinds: Vec<&Kind> = kinds.iter().filter_map(|kind| self.names.kind(kind)).collect();
        let (word, is_link) = self.field_or_link(&kinds, name)?;
        Some(if is_link { Piece::Link(word) } else { Piece::Field(word) })
    }

    /// Resolves what is told of each item: a field or a link of some kind that is shown.
    fn told(&mut self, before: &[Name], name: &Name, kinds: &BTreeSet<&str>) -> Option<Word> {
        if before.iter().any(|other| other.text == name.text) {
            self.problems.meaning(&name.span, format!("`{}` is shown twice", name.text), "leave it out");
            return None;
        }
        let kinds: Vec<&Kind> = kinds.iter().filter_map(|kind| self.names.kind(kind)).collect();
        self.field_or_link(&kinds, name).map(|(word, _)| word)
    }

    /// Returns a field or link of one of the kinds, and whether it is a link.
    fn field_or_link(&mut self, kinds: &[&Kind], name: &Name) -> Option<(Word, bool)> {
        let field = kinds.iter().any(|kind| kind.fields.iter().any(|field| field.name.text == name.text));
        let leaves =
            |kind: &&Kind| self.names.links_that_leave(&kind.name.text).into_iter().filter(|link| self.own(link));
        let links: BTreeSet<&str> = kinds.iter().flat_map(leaves).collect();
        if !field && !links.contains(name.text.as_str()) {
            let fields = kinds.iter().flat_map(|kind| &kind.fields).map(|field| field.name.text.as_str());
            let fitting: Vec<&str> = fields.chain(links).collect();
            self.problems.unknown(Code::CharterUnknownWord, &name.span, "field or link", &name.text, &fitting);
            return None;
        }
        Some((Resolver::word(name)?, !field))
    }

    /// Returns whether a name is a link's own, and not its inverse's.
    fn own(&self, link: &str) -> bool {
        self.names.link(link).is_some_and(|(own, _, _)| own.text == link)
    }

    fn message(&mut self, of: &Name, text: &Written, selves: &BTreeMap<&str, Things>) -> Option<Message> {
        let kind_name = self.kind_name(of, false)?;
        let kind = self.names.kind(&of.text)?;
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = text.text.as_str();
        let mut whole = true;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, brace) = rest.split_at(at);
            plain.push_str(before);
            let place = text.place(text.text.len() - brace.len()..text.text.len() - brace.len() + 1);
            if let Some(after) = brace.strip_prefix("{{").or_else(|| brace.strip_prefix("}}")) {
                plain.push_str(&brace[..1]);
                rest = after;
                continue;
            }
            let inner = brace.strip_prefix('{').and_then(|after| after.split_once('}'));
            let Some((word, after)) = inner else {
                self.problems.meaning(
                    &place,
                    "a brace that is not closed, or opens nothing",
                    "write `{{` or `}}` for the brace itself",
                );
                return None;
            };
            let start = text.text.len() - brace.len() + 1;
            let name = Name { text: word.to_owned(), span: text.place(start..start + word.len()) };
            if !plain.is_empty() {
                pieces.push(Piece::Plain(std::mem::take(&mut plain)));
            }
            match self.piece(kind, &name, selves) {
                Some(piece) => pieces.push(piece),
                None => whole = false,
            }
            rest = after;
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            pieces.push(Piece::Plain(plain));
        }
        whole.then_some(Message { of: kind_name, text: pieces })
    }

    fn piece(&mut self, kind: &Kind, name: &Name, selves: &BTreeMap<&str, Things>) -> Option<Piece> {
        if let Some(gate) = name.text.strip_prefix("gate ") {
            let gate = Name { text: gate.to_owned(), span: name.span.start + 5..name.span.end };
            let word = self.resolver().gate(&gate)?;
            let things = selves.get(gate.text.as_str()).cloned().unwrap_or_default();
            if !things.open && !things.kind_names().any(|of| of == kind.name.text) {
                let message = format!("the gate `{}` is not for `{}`", gate.text, kind.name.text);
                self.problems.meaning(&gate.span, message, "name a gate that guards an item of the kind");
                return None;
            }
            return Some(Piece::Gate(word));
        }
        if let Some(part) = part(&name.text) {
            return Some(part);
        }
        let (word, is_link) = self.field_or_link(&[kind], name)?;
        Some(if is_link { Piece::Link(word) } else { Piece::Field(word) })
    }

    /// Resolves the words for statuses in views.
    pub(super) fn labels(&mut self, kind: &Kind) -> Option<BTreeMap<Word, String>> {
        let mut found: BTreeMap<Word, String> = BTreeMap::new();
        let mut whole = true;
        for (state, label) in &kind.labels {
            let stoppable = self.names.is_stoppable(kind);
            let states = kind.states.iter().map(|state| state.text.as_str());
            let fitting: Vec<&str> = states.chain(stoppable.then_some(BLOCKED)).collect();
            if !fitting.contains(&state.text.as_str()) {
                let sort = format!("state of `{}`", kind.name.text);
                self.problems.unknown(Code::CharterUnknownWord, &state.span, &sort, &state.text, &fitting);
                whole = false;
            } else if let Some(other) = found.iter().find(|(_, taken)| *taken == label).map(|(other, _)| other) {
                let message = format!("`{other}` is called `{label}` already");
                self.problems.meaning(&state.span, message, "give each its own words");
                whole = false;
            } else {
                found.insert(Resolver::word(state)?, label.clone());
            }
        }
        whole.then_some(found)
    }
}

/// Returns what every item has.
fn part(name: &str) -> Option<Piece> {
    [Piece::Id, Piece::Title, Piece::Path, Piece::Status].into_iter().find(|part| part.name() == name)
}

fn words<'n>(names: impl Iterator<Item = &'n str>) -> Option<Vec<Word>> {
    names.map(|name| Word::parse(name).ok()).collect()
}
