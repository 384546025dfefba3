//! One judgement that answers many questions, and finds out once what several of them need.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::blame::{Blame, Much, flat};
use super::contents::Member;
use super::eval::Eval;
use super::grounds::BlockGround;
use super::report::{Authorship, GateReport, GuardReport, Leaf, SentenceReport, Standing, Step};
use super::rules::Standpoint;
use super::sentence::Place;
use super::{SealDoubt, View, words};
use crate::domain::charter::{
    Base, Being, Guard, NamedRule, Noun as Selection, Permission, Predicate, Quantity, Sentence, Serves,
};
use crate::domain::event::Amendment;
use crate::domain::explain::Outcome;
use crate::domain::facts::{Answer, File, Question};
use crate::domain::id::{Digest, ItemId, Noun, Word};
use crate::domain::state::{Basis, Item, Said};

/// A judgement of one view that remembers: [`View`] answers each question anew, which many questions cannot afford.
pub struct Judgement<'a>(pub(super) Eval<'a>);

impl<'a> Judgement<'a> {
    /// Returns the judgement of a view, with nothing judged yet.
    pub fn new(view: View<'a>) -> Judgement<'a> {
        Judgement(Eval::new(view))
    }

    /// Returns what is judged.
    pub fn view(&self) -> View<'a> {
        self.0.view
    }

    /// Returns the content of an item; `None` where the item or its file is unknown.
    pub fn content(&self, id: &ItemId) -> Option<Digest> {
        self.0.content(id)
    }

    /// Returns the file of an item: `None` where it cannot be known, `Some(None)` where there is none.
    #[allow(clippy::option_option, reason = "unknown and absent are two answers")]
    pub fn file(&self, item: &Item) -> Option<Option<File>> {
        match &item.stated.path {
            Some(path) => self.0.file(path),
            None => Some(None),
        }
    }

    /// Returns what a statement of a claim about a thing would be made on, now; `None` where it cannot be known.
    pub fn basis(&self, claim: &Word, subject: &Noun) -> Option<Basis> {
        self.0.basis(claim, subject)
    }

    /// Returns what a claim about a thing is over, by name; nothing where that is a scope, or the thing itself alone.
    pub fn over(&self, claim: &Word, subject: &Noun) -> BTreeMap<String, Member> {
        let rule = self.0.charter().claims.get(claim);
        rule.map_or_else(BTreeMap::new, |rule| self.0.over_each(rule, subject))
    }

    /// Returns why a statement cannot be relied upon, where that is so: it counts as unknown.
    pub fn doubt(&self, said: &Said) -> Option<String> {
        self.0.doubt(said)
    }

    /// Returns whether a seal stands on an item and its content is the sealed one; UNKNOWN where its content is.
    pub fn sealed(&self, id: &ItemId) -> Outcome {
        self.0.sealed(id)
    }

    /// Returns why the seal of an item counts as unknown, where that is not for want of its file.
    pub fn seal_doubt(&self, item: &Item) -> Option<SealDoubt> {
        item.seal.as_ref().and_then(|seal| self.0.seal_doubt(seal))
    }

    /// Returns who wrote an item and its file.
    pub fn authors(&self, id: &ItemId) -> Authorship {
        self.0.authors(id)
    }

    /// Judges a gate for a subject. A gate that the charter does not have HOLDs without criteria.
    pub fn gate(&self, gate: &Word, subject: &Noun) -> GateReport {
        self.0.whole_gate(gate, subject)
    }

    /// Judges the condition of a permission that stands at `rule` of the charter that an event adopted; `None`: of the one
    /// in force.
    pub fn guard(&self, charter: Option<u64>, rule: &str, guard: &Guard, subject: &Noun) -> GuardReport {
        match charter {
            Some(charter) => self.0.under(charter, |eval| eval.guard(rule, guard, subject)),
            None => self.0.guard(rule, guard, subject),
        }
    }

    /// Returns whether the condition of a permission that stands at `rule` of the charter that an event adopted is met; `None`: of the one
    /// in force.
    pub fn lets_pass(&self, charter: Option<u64>, rule: &str, guard: &Guard, subject: &Noun) -> bool {
        let charter = charter.unwrap_or(self.0.adopted.seq);
        self.0.under(charter, |eval| eval.lets_pass(rule, guard, subject))
    }

    /// Returns why a condition is not met: the leaves to blame, down to the last gate, each once.
    pub fn unmet(&self, rule: &str, guard: &Guard, subject: &Noun) -> Vec<Leaf> {
        flat(&self.0.unmet(rule, guard, subject))
    }

    /// Returns the same in parts, for whoever asks of many things.
    pub fn parts_unmet(&self, rule: &str, guard: &Guard, subject: &Noun) -> Vec<Blame> {
        self.0.unmet(rule, guard, subject)
    }

    /// Returns the commands that lead to `command` under a permission, those that are possible first.
    pub fn first_steps(&self, rule: &str, permission: &Permission, command: &str, subject: &Noun) -> Vec<Step> {
        self.0.led(rule, permission, command.to_owned(), subject, Much::All)
    }

    /// Returns how the seal of an item comes to hold again: the sealed bytes come back, or it is broken.
    pub fn resealing(&self, id: &ItemId, item: &Item) -> Vec<Step> {
        self.0.resealing(id, item)
    }

    /// Returns how the file of an item comes back as it was sealed, where it is another one or gone.
    pub fn restoring(&self, item: &Item) -> Option<Step> {
        self.0.restoring(item)
    }

    /// Judges a rule that has a name for an item, or for everything that it is asked of now: of a criterion, the live items that its
    /// gate is for and that still have a move; of a rule about commits, what it needs of the state, if anything.
    pub fn standpoints(&self, rule: &NamedRule<'_>, item: Option<&ItemId>) -> Vec<Standpoint> {
        self.0.standpoints(rule, item)
    }

    /// Returns the items that a commit may serve by a rule now.
    pub fn served_by(&self, serves: &Serves) -> Vec<&'a ItemId> {
        self.0.served_by(serves)
    }

    /// Judges whether an item is something, as a rule at `rule` would.
    pub fn is(&self, rule: &str, id: &ItemId, what: Being) -> SentenceReport {
        let predicates = vec![Predicate::Is { negated: false, what }];
        let text = format!("self is {}", words::needed(&predicates, true));
        let noun = Selection { base: Base::This, filter: Vec::new() };
        let sentence = Sentence { quantity: Quantity::The, noun, if_any: false, predicates, condition: None, text };
        self.0.sentence(&Place::guard(rule), &sentence, &Noun::Item(id.clone()))
    }

    /// Returns what would be wrong with the fields of an item of a kind that says this, each as a clause that follows the
    /// field's name.
    pub fn field_problems(&self, id: &ItemId, kind: &Word, stated: &Amendment) -> Vec<(Word, String)> {
        self.0.stated_problems(id, kind, stated)
    }

    /// Returns the blocks that stand on an item, marks included: first the placed ones, then the derived ones.
    pub fn blocks_on(&self, id: &ItemId) -> Vec<Standing<'a>> {
        self.0.blocks_on(id)
    }

    /// Returns the marks that stand on an item: blocks that stop nothing. Nothing else is judged for it.
    pub fn marks_on(&self, id: &ItemId) -> Vec<Word> {
        self.0.marks_on(id)
    }

    /// Returns what is told of a standing block: since when, by whom, why, and when it is lifted.
    pub fn ground(&self, id: &ItemId, block: &Standing<'_>) -> BlockGround {
        self.0.block_ground(id, block, Much::All)
    }

    /// Returns the same of a block among many, with what goes on first.
    pub fn ground_among(&self, id: &ItemId, block: &Standing<'_>) -> BlockGround {
        self.0.block_ground(id, block, Much::First)
    }

    /// Returns how the gate comes out that lifts a placed block, where a gate does.
    pub fn lift(&self, id: &ItemId, block: &Standing<'_>) -> Option<Arc<GateReport>> {
        block.placed.and_then(|placed| self.0.lift(id, placed))
    }

    /// Returns why a standing block is not lifted, or does not fall by itself: the leaves to blame, down to the last gate.
    pub fn against(&self, id: &ItemId, block: &Standing<'_>) -> Vec<Leaf> {
        flat(&self.0.against(id, block))
    }

    /// Returns the same in parts, for whoever asks of many things.
    pub fn parts_against(&self, id: &ItemId, block: &Standing<'_>) -> Vec<Blame> {
        self.0.against(id, block)
    }

    /// Returns the answer to a question about the judged commit; `None` where it cannot be known.
    pub fn ask(&self, question: &Question) -> Option<Answer> {
        self.0.view.facts.ask(question)
    }
}
