//! Kinds: their states, moves, seals and lists.

use std::collections::{BTreeMap, BTreeSet};

use super::super::ast::{FieldRule, FieldType, Holder, KindRule, Listed, MoveRule, Reach, Reaches, Spoken, Words};
use super::super::problem::Problem;
use super::super::resolve::{Resolver, Things};
use super::super::source::Name;
use super::super::syntax::{Link, Move};
use super::super::tables::{self, Field, Kind};
use super::{Loader, Unresolved};
use crate::domain::code::Code;
use crate::domain::id::{ItemId, Word};
use crate::domain::markdown::packet::plain_label;

impl Loader<'_, '_> {
    pub(super) fn kind(&mut self, kind: &Kind) -> Option<KindRule> {
        let this = Things::kinds([kind.name.text.as_str()]);
        self.check_states(kind);
        let moves: Vec<_> = kind.moves.iter().map(|a_move| self.a_move(kind, a_move, &this)).collect();
        let seal = kind.seal.as_ref().map(|seal| self.resolver().permission(seal, &this).ok_or(Unresolved));
        let unseal = kind.unseal.as_ref().map(|unseal| self.resolver().permission(unseal, &this).ok_or(Unresolved));
        if let (Some(place), None) = (&kind.unsealable, &kind.sealable) {
            self.problems.meaning(place, "`unseal` without `seal`", "say who seals, or leave it out");
        }
        let listed = kind.listed.as_ref().map(|_| self.listed(kind).ok_or(Unresolved));
        let spoken = kind.spoken.as_ref().map(|spoken| self.spoken(kind, spoken).ok_or(Unresolved));
        if let (Some(heading), None) = (kind.headings.first(), &kind.path) {
            let message = format!("a `{}` has no file that could have sections", kind.name.text);
            self.problems.meaning(&heading.span, message, "say where the files are with `path`, or leave it out");
        }
        let fields: Vec<_> = kind.fields.iter().map(|field| self.field(kind, field)).collect();
        let scope = kind.scope.as_ref().map(|_| self.reaches(kind).ok_or(Unresolved));
        self.check_labels(kind);
        let labels = self.labels(kind);
        Some(KindRule {
            id: kind.pattern.clone()?,
            states: kind.states.iter().map(Resolver::word).collect::<Option<_>>()?,
            moves: moves.into_iter().collect::<Option<_>>()?,
            path: kind.path.as_ref().map(|path| path.text.clone()),
            fields: fields.into_iter().collect::<Option<_>>()?,
            order: kind.fields.iter().map(|field| Resolver::word(&field.name)).collect::<Option<_>>()?,
            seal: seal.transpose().ok()?,
            unseal: unseal.transpose().ok()?,
            listed: listed.transpose().ok()?,
            spoken: spoken.transpose().ok()?,
            headings: kind.headings.iter().map(|heading| heading.text.clone()).collect(),
            scope: scope.transpose().ok()?,
            labels: labels?,
            why: kind.why.clone(),
            cite: kind.cite.clone(),
        })
    }

    fn field(&mut self, kind: &Kind, field: &Field) -> Option<(Word, FieldRule)> {
        if let (Some((level, _)), None) = (field.floor.first(), &kind.scope) {
            let message = format!("`{}` does not say what one may change, so nothing can ask for more", kind.name.text);
            self.problems.meaning(&level.span, message, "add `scope = { inside = \"FIELD\" }` to the kind");
        }
        let inside =
            kind.scope.as_ref().and_then(|scope| kind.fields.iter().find(|f| f.name.text == scope.inside.text));
        if let (Some((level, _)), Some(Field { rule: Some(rule), .. })) = (field.floor.first(), inside)
            && rule.kind != FieldType::Paths
        {
            let message = "what asks for more are paths, and what is inside are patterns";
            self.problems.meaning(&level.span, message, "make the field that is `inside` one of `paths`");
        }
        let floor: Vec<_> = field
            .floor
            .iter()
            .map(|(level, reaches)| {
                let reaches: Vec<_> = reaches.iter().map(|reach| self.reach(reach.places, &reach.scope)).collect();
                Some((level.text.clone(), reaches.into_iter().collect::<Option<Vec<_>>>()?))
            })
            .collect();
        let floor: BTreeMap<String, Vec<Reach>> = floor.into_iter().collect::<Option<_>>()?;
        let (name, rule) = self.value(field)?;
        Some((name, FieldRule { floor, ..rule }))
    }

    /// Refuses two fields or links of a kind that documents would call alike.
    fn check_labels(&mut self, kind: &Kind) {
        let leaves = |link: &&(Name, Option<Link>)| {
            let pairs = link.1.iter().flat_map(|link| &link.pairs);
            pairs.into_iter().any(|(from, _)| from.text == kind.name.text || from.text == "any")
        };
        let links = self.names.tables.links.iter().filter(leaves);
        let links = links.map(|(name, link)| (name, link.as_ref().and_then(|link| link.label.as_ref())));
        let fields = kind.fields.iter().map(|f| (&f.name, f.rule.as_ref().and_then(|rule| rule.label.as_ref())));
        let mut seen: BTreeMap<String, &Name> = BTreeMap::new();
        for field in &kind.fields {
            let under = field.rule.as_ref().and_then(|rule| rule.under.as_deref());
            let sections: Vec<&str> = kind.headings.iter().map(|heading| heading.text.as_str()).collect();
            if let Some(under) = under.filter(|under| !sections.contains(under)) {
                let sort = format!("section of `{}`", kind.name.text);
                self.problems.unknown(Code::CharterUnknownWord, &field.name.span, &sort, under, &sections);
            }
        }
        for (name, label) in fields.chain(links) {
            let label = label.unwrap_or(&name.text);
            if let Some(other) = seen.insert(plain_label(label), name) {
                let message =
                    format!("documents would call `{}` and `{}` of `{}` alike", other.text, name.text, kind.name.text);
                let problem = Problem::new(Code::CharterName, name.span.clone(), message);
                self.problems.push(problem.help("give one of them another `label`"));
            }
        }
    }

    fn reach(&mut self, places: u32, scope: &Name) -> Option<Reach> {
        Some(Reach { places, scope: self.scope(scope)? })
    }

    pub(super) fn scope(&mut self, scope: &Name) -> Option<Word> {
        if !self.names.is_scope(&scope.text) {
            let fitting: Vec<&str> = self.names.tables.scopes.iter().map(|(name, _)| name.text.as_str()).collect();
            self.problems.unknown(Code::CharterUnknownWord, &scope.span, "scope", &scope.text, &fitting);
            return None;
        }
        Resolver::word(scope)
    }

    /// Resolves what an item may change: fields of its kind that hold paths.
    fn reaches(&mut self, kind: &Kind) -> Option<Reaches> {
        let scope = kind.scope.as_ref()?;
        let inside = self.paths_field(kind, &scope.inside);
        let outside = scope.outside.as_ref().map(|outside| self.paths_field(kind, outside).ok_or(Unresolved));
        if let Some(outside) = scope.outside.as_ref().filter(|outside| outside.text == scope.inside.text) {
            let message = format!("`{}` cannot be inside and outside", outside.text);
            self.problems.meaning(&outside.span, message, "name another field, or leave it out");
        }
        Some(Reaches { inside: inside?, outside: outside.transpose().ok()?, trailer: scope.trailer.clone() })
    }

    fn paths_field(&mut self, kind: &Kind, name: &Name) -> Option<Word> {
        let holds_paths = |field: &&Field| match &field.rule {
            Some(rule) => matches!(rule.kind, FieldType::Paths | FieldType::Globs),
            // Wrong, and reported where it stands.
            None => true,
        };
        let fitting: Vec<&Field> = kind.fields.iter().filter(holds_paths).collect();
        if !fitting.iter().any(|field| field.name.text == name.text) {
            let fitting: Vec<&str> = fitting.iter().map(|field| field.name.text.as_str()).collect();
            let sort = format!("field of `{}` that holds paths", kind.name.text);
            self.problems.unknown(Code::CharterUnknownWord, &name.span, &sort, &name.text, &fitting);
            return None;
        }
        Resolver::word(name)
    }

    /// Refuses a kind that nothing can be declared of, and states that no move reaches.
    fn check_states(&mut self, kind: &Kind) {
        if !kind.moves_are_whole {
            return;
        }
        let mut reached: BTreeSet<&str> = BTreeSet::from(["new"]);
        loop {
            let before = reached.len();
            for a_move in &kind.moves {
                if a_move.from.iter().any(|from| reached.contains(from.text.as_str())) {
                    reached.insert(&a_move.to.text);
                }
            }
            if reached.len() == before {
                break;
            }
        }
        let name = &kind.name.text;
        if !kind.moves.iter().any(|a_move| a_move.from.iter().any(|from| from.text == "new")) {
            let message = format!("no move leads from `new`, so that no `{name}` can ever be declared");
            self.problems.meaning(&kind.name.span, message, "add `new -> STATE by ROLE`");
            return;
        }
        for state in kind.states.iter().filter(|state| !reached.contains(state.text.as_str())) {
            let message = format!("no move reaches the state `{}` of `{name}`", state.text);
            self.problems.meaning(&state.span, message, "add a move to it, or leave it out");
        }
    }

    fn a_move(&mut self, kind: &Kind, a_move: &Move, this: &Things) -> Option<MoveRule> {
        let from: Vec<Option<Option<Word>>> = a_move
            .from
            .iter()
            .map(|from| if from.text == "new" { Some(None) } else { self.state(kind, from, true).map(Some) })
            .collect();
        let to = self.state(kind, &a_move.to, false);
        let by = self.resolver().permission(&a_move.by, this);
        if let Some(new) = a_move.from.iter().find(|from| from.text == "new") {
            if a_move.from.len() > 1 {
                self.problems.meaning(
                    &new.span,
                    "`new` does not stand beside states",
                    "write a move of its own from `new`",
                );
            }
            if let Some(code) = a_move.because.first() {
                self.problems.meaning(&code.span, "a declaration takes no reason", "leave out `because`");
            }
        }
        if let Some(same) = a_move.from.iter().find(|from| from.text == a_move.to.text) {
            self.problems.meaning(&same.span, format!("a move from `{0}` to `{0}`", same.text), "leave it out");
        }
        self.check_repeated(kind, a_move);
        let because: Vec<Word> = a_move.because.iter().filter_map(|code| self.code(code)).collect();
        Some(MoveRule { from: from.into_iter().collect::<Option<_>>()?, to: to?, by: by?, because })
    }

    fn code(&mut self, code: &Name) -> Option<Word> {
        let word = Resolver::word(code);
        if word.is_none() {
            let message = format!("`{}` is no code: letters, digits, `_` and `-`", code.text);
            self.problems.push(Problem::new(Code::CharterName, code.span.clone(), message));
        }
        word
    }

    /// Refuses a second move between the same two states: which of the two permits it would be unclear.
    fn check_repeated(&mut self, kind: &Kind, a_move: &Move) {
        let earlier: Vec<&Move> = kind
            .moves
            .iter()
            .filter(|other| other.span.start < a_move.span.start && other.to.text == a_move.to.text)
            .collect();
        // One word about each is enough, however many there are before it.
        let taken = |from: &&Name| earlier.iter().any(|other| other.from.iter().any(|o| o.text == from.text));
        for from in a_move.from.iter().filter(taken) {
            let message = format!("there are two moves from `{}` to `{}`", from.text, a_move.to.text);
            self.problems.meaning(&from.span, message, "write one; `|` stands between roles of which any may make it");
        }
    }

    fn state(&mut self, kind: &Kind, name: &Name, new: bool) -> Option<Word> {
        if !kind.states.iter().any(|state| state.text == name.text) {
            let also: &[&str] = if new { &["new"] } else { &[] };
            self.names.no_state(name, &[kind], also, self.problems);
            return None;
        }
        Resolver::word(name)
    }

    fn listed(&mut self, kind: &Kind) -> Option<Listed> {
        let listed = kind.listed.as_ref()?;
        let document = self.document(&listed.document);
        if let (Some((part, _)), None) = (listed.columns.iter().find(|(part, _)| part.text == "path"), &kind.path) {
            let message = format!("a `{}` has no path to compare with", kind.name.text);
            self.problems.meaning(&part.span, message, "leave the column out");
        }
        let columns = listed.columns.iter().map(|(part, heading)| (part.text.clone(), heading.text.clone())).collect();
        Some(Listed { document: document?, columns })
    }

    /// Resolves an id whose file lists or speaks of others.
    fn document(&mut self, name: &Name) -> Option<ItemId> {
        let document = self.resolver().id(name);
        let of = self.resolver().kinds_of(&name.text);
        if of.iter().any(|of| self.names.kind(of).is_some_and(|of| of.path.is_none())) {
            let message = format!("`{}` has no file that could list anything", name.text);
            self.problems.meaning(&name.span, message, "name an item of a kind with a `path`");
        }
        document
    }

    fn spoken(&mut self, kind: &Kind, spoken: &tables::Spoken) -> Option<Spoken> {
        if let (true, None) = (spoken.text.text.contains("{path}"), &kind.path) {
            let message = format!("a `{}` has no path that a file could say", kind.name.text);
            self.problems.meaning(&spoken.text.span, message, "write `{id}` or `{title}`");
        }
        let begins = kind.pattern.as_ref().is_none_or(|pattern| !pattern.beginning().is_empty());
        if !begins && spoken.text.text.contains("{tail}") {
            let message =
                format!("the ids of `{}` do not all begin alike, so that nothing is their tail", kind.name.text);
            self.problems.meaning(&spoken.text.span, message, "write `{id}`");
        }
        let text = spoken.text.text.clone();
        let before = spoken.before.as_ref().map(|before| before.text.clone());
        let words = if spoken.is_heading { Words::Heading { text, before } } else { Words::Text(text) };
        let holder = match self.names.kind(&spoken.document.text) {
            None => Holder::Item(self.document(&spoken.document)?),
            Some(whole) => {
                if whole.path.is_none() {
                    let message = format!("a `{}` has no file that could say anything", whole.name.text);
                    self.problems.meaning(&spoken.document.span, message, "name a kind with a `path`");
                }
                let part = Name { text: kind.name.text.clone(), span: spoken.document.span.clone() };
                self.resolver().is_part(&part, &Things::kinds([whole.name.text.as_str()]))?;
                Holder::Whole(Resolver::word(&whole.name)?)
            }
        };
        Some(Spoken { holder, words })
    }
}
