//! One judgement: the state, the facts, the moment, and what was found out on the way.

#![expect(clippy::option_option, reason = "unknown and absent are two answers")]

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use super::View;
use super::index::Index;
use super::report::{GateReport, SentenceReport};
use super::select::Thing;
use super::shared::Shared;
use super::views::Rendering;
use crate::domain::charter::{Base, BlockRule, Charter};
use crate::domain::facts::{Answer, Facts, File, Question, Recorder};
use crate::domain::id::{Digest, ItemId, Noun, Word};
use crate::domain::path::RepoPath;
use crate::domain::state::{Adopted, PlacedBlock, State};

/// The link by which an item takes the place of another.
pub(super) const SUPERSEDES: &str = "supersedes";

/// The link that makes an item a part of another.
pub(super) const PART_OF: &str = "part_of";

/// Block -> what its `until` says: of an item, or of every item where it speaks of none, and how deep in advice; `None` while it is judged.
type Untils<'a> = BTreeMap<(&'a Word, Option<&'a ItemId>, u32), Option<Arc<SentenceReport>>>;

/// A judgement under way. Whatever it finds out, it finds out once.
pub(super) struct Eval<'a> {
    pub(super) state: &'a State,
    /// The rules by which it is judged: those in force, or those under which something was placed that stands.
    pub(super) adopted: &'a Adopted,
    pub(super) view: View<'a>,
    facts: Recorder<'a>,
    pub(super) index: OnceCell<Index<'a>>,
    pub(super) contents: RefCell<BTreeMap<&'a ItemId, Option<Digest>>>,
    /// What was judged while it was looked for a way on is not what is told: there, what is under way already is left out.
    pub(super) gates: RefCell<BTreeMap<(Word, Noun, u32), Arc<GateReport>>>,
    pub(super) shared: Shared<'a>,
    pub(super) untils: RefCell<Untils<'a>>,
    /// Judgements by the rules of other charters, by the events that adopted those.
    others: RefCell<BTreeMap<u64, Rc<Eval<'a>>>>,
    pub(super) running: RefCell<BTreeSet<(Word, Noun)>>,
    pub(super) advising: Cell<u32>,
    /// Only outcomes are asked for: nobody is told what goes on from here.
    pub(super) quiet: bool,
    /// Documents that were rendered; `None` while one is.
    pub(super) renderings: RefCell<BTreeMap<Word, Option<Rc<Rendering>>>>,
    /// The questions that had no answer, in the order in which they were asked, again and again.
    unanswered: RefCell<Vec<Question>>,
}

impl<'a> Eval<'a> {
    pub(super) fn new(view: View<'a>) -> Eval<'a> {
        Eval::by(&view.state.charter, view)
    }

    /// Returns a judgement by the rules of one charter.
    fn by(adopted: &'a Adopted, view: View<'a>) -> Eval<'a> {
        Eval {
            state: view.state,
            adopted,
            view,
            facts: Recorder::new(view.facts),
            index: OnceCell::new(),
            contents: RefCell::default(),
            gates: RefCell::default(),
            shared: Shared::default(),
            untils: RefCell::default(),
            others: RefCell::default(),
            running: RefCell::default(),
            advising: Cell::new(0),
            quiet: false,
            renderings: RefCell::default(),
            unanswered: RefCell::default(),
        }
    }

    /// Returns a judgement of outcomes alone.
    pub(super) fn quiet(view: View<'a>) -> Eval<'a> {
        Eval { quiet: true, ..Eval::new(view) }
    }

    /// Returns a judgement of outcomes alone, for the moment of the newest event.
    pub(super) fn at_tip(view: View<'a>) -> Eval<'a> {
        Eval::quiet(View { as_of: view.state.tip.at, ..view })
    }

    /// Returns a judgement by the same rules of outcomes alone, for the moment of the newest event.
    pub(super) fn quietly(&self) -> Eval<'a> {
        let view = View { as_of: self.state.tip.at, ..self.view };
        Eval { quiet: true, renderings: self.renderings.clone(), ..Eval::by(self.adopted, view) }
    }

    /// Takes over the questions that had no answer in another judgement.
    pub(super) fn also_unanswered(&self, other: &Eval<'_>) {
        self.unanswered.borrow_mut().extend(other.unanswered.borrow().iter().cloned());
    }

    pub(super) fn charter(&self) -> &'a Charter {
        &self.adopted.rules
    }

    /// Applies `f` to a judgement under the charter that an event adopted, for what keeps the rule of its placement.
    pub(super) fn under<R>(&self, charter: u64, f: impl FnOnce(&Eval<'a>) -> R) -> R {
        let other = self.state.charters.get(&charter).filter(|other| other.seq != self.adopted.seq);
        let Some(other) = other else { return f(self) };
        let eval = Rc::clone(
            self.others
                .borrow_mut()
                .entry(charter)
                .or_insert_with(|| Rc::new(Eval { quiet: self.quiet, ..Eval::by(other, self.view) })),
        );
        eval.advising.set(self.advising.get());
        f(&eval)
    }

    /// Returns the rule of a block: for a placed one that of its placement, if that charter is known.
    pub(super) fn block_rule(&self, name: &Word, placed: Option<&PlacedBlock>) -> Option<&'a BlockRule> {
        let then = self.placing_charter(placed);
        then.and_then(|charter| charter.rules.blocks.get(name)).or_else(|| self.charter().blocks.get(name))
    }

    /// Returns the charter under which a block was placed, whose rule and scopes it keeps.
    pub(super) fn placing_charter(&self, placed: Option<&PlacedBlock>) -> Option<&'a Adopted> {
        placed.and_then(|placed| self.state.charters.get(&placed.charter))
    }

    pub(super) fn ask(&self, question: &Question) -> Option<Answer> {
        let answer = self.facts.ask(question);
        if answer.is_none() {
            self.unanswered.borrow_mut().push(question.clone());
        }
        answer
    }

    /// Returns how many questions had no answer so far, for [`Eval::reasons`].
    pub(super) fn unanswered(&self) -> usize {
        self.unanswered.borrow().len()
    }

    /// Returns why the questions have no answer that were asked since there were `since` of them, each reason once.
    pub(super) fn reasons(&self, since: usize) -> Vec<String> {
        let mut reasons: Vec<String> = Vec::new();
        for question in self.unanswered.borrow().get(since..).unwrap_or_default() {
            let reason = self.facts.why_unknown(question).filter(|reason| !reasons.contains(reason));
            reasons.extend(reason);
        }
        reasons
    }

    /// Returns the first question for each of the first reasons why questions have no answer that were asked since there were
    /// `since` of them.
    pub(super) fn told_by(&self, since: usize, reasons: usize) -> Vec<Question> {
        let mut told: Vec<(String, Question)> = Vec::new();
        for question in self.unanswered.borrow().get(since..).unwrap_or_default() {
            if told.len() == reasons {
                break;
            }
            if let Some(reason) =
                self.facts.why_unknown(question).filter(|reason| told.iter().all(|one| one.0 != *reason))
            {
                told.push((reason, question.clone()));
            }
        }
        told.into_iter().map(|(_, question)| question).collect()
    }

    /// Notes that questions without an answer were met again.
    pub(super) fn ask_again(&self, questions: &[Question]) {
        self.unanswered.borrow_mut().extend_from_slice(questions);
    }

    /// Returns the file at a path; `None` where it cannot be known, `Some(None)` where there is none.
    pub(super) fn file(&self, path: &RepoPath) -> Option<Option<File>> {
        match self.ask(&Question::Path(path.clone()))? {
            Answer::File(file) => Some(file),
            _ => None,
        }
    }

    /// Returns what a base without a filter selects.
    pub(super) fn all(&self, base: &Base, subject: &Noun) -> Vec<Thing<'a>> {
        let mut things = Vec::new();
        let mut seen = BTreeSet::new();
        for thing in self.base(base, subject) {
            if seen.insert(thing.label()) {
                things.push(thing);
            }
        }
        things
    }
}
