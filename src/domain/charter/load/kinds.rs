//! Kinds: their states, moves, seals and lists.

use std::collections::BTreeSet;

use super::super::ast::{KindRule, Listed, MoveRule};
use super::super::problem::Problem;
use super::super::resolve::{Resolver, Things};
use super::super::source::Name;
use super::super::syntax::Move;
use super::super::tables::Kind;
use super::{Loader, Unresolved, fields};
use crate::domain::code::Code;
use crate::domain::id::Word;

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
        Some(KindRule {
            id: kind.pattern.clone()?,
            states: kind.states.iter().map(Resolver::word).collect::<Option<_>>()?,
            moves: moves.into_iter().collect::<Option<_>>()?,
            path: kind.path.as_ref().map(|path| path.text.clone()),
            fields: fields(&kind.fields)?,
            seal: seal.transpose().ok()?,
            unseal: unseal.transpose().ok()?,
            listed: listed.transpose().ok()?,
        })
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
            let mut fitting: Vec<&str> = kind.states.iter().map(|state| state.text.as_str()).collect();
            fitting.extend(new.then_some("new"));
            let sort = format!("state of `{}`", kind.name.text);
            self.problems.unknown(Code::CharterUnknownWord, &name.span, &sort, &name.text, &fitting);
            return None;
        }
        Resolver::word(name)
    }

    fn listed(&mut self, kind: &Kind) -> Option<Listed> {
        let listed = kind.listed.as_ref()?;
        let document = self.resolver().id(&listed.document);
        let of = self.resolver().kinds_of(&listed.document.text);
        if of.iter().any(|of| self.names.kind(of).is_some_and(|of| of.path.is_none())) {
            let message = format!("`{}` has no file that could list anything", listed.document.text);
            self.problems.meaning(&listed.document.span, message, "name an item of a kind with a `path`");
        }
        if let (Some((part, _)), None) = (listed.columns.iter().find(|(part, _)| part.text == "path"), &kind.path) {
            let message = format!("a `{}` has no path to compare with", kind.name.text);
            self.problems.meaning(&part.span, message, "leave the column out");
        }
        let columns = listed.columns.iter().map(|(part, heading)| (part.text.clone(), heading.text.clone())).collect();
        Some(Listed { document: document?, columns })
    }
}
