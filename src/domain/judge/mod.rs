//! Judgement: what the rules say about the state, the facts and a moment. Pure; the one thing that hook, command line,
//! server and replay all call.
//!
//! ```text
//! gate -> criterion -> sentence -> thing -> predicate        (gates, sentence, select, predicate, claims, valid, consistent)
//! what the state, the facts and the rules say, found out once  (eval: index, contents, authors, shared)
//! changes of files -> standing blocks and seals               (blocks, changes, kept; within: of a directory)
//! commits -> the rules about commits                          (commits)
//! what a document, or a text about one item, says             (views)
//! what can go on, first things first; what leads where         (ready, onward, graph)
//! the same ledger under other rules -> what comes out otherwise (outlook)
//! whatever is not met -> the commands that go on from there   (steps, words)
//! ```
//!
//! Logic is three-valued. What is unknown, missing, contradictory or was never declared is not met, and no rule is
//! switched off by it.

mod anchors;
mod asks;
mod authors;
mod blame;
mod blocks;
mod changes;
mod claims;
mod commits;
mod compare;
mod consistent;
mod contents;
mod eval;
mod gates;
mod graph;
mod grounds;
mod index;
mod kept;
mod onward;
mod outlook;
mod placed;
mod predicate;
mod ready;
mod report;
mod rules;
mod sealing;
mod select;
mod sentence;
mod session;
mod shared;
mod spoken;
mod steps;
mod subjects;
mod upheld;
mod valid;
mod views;
mod waived;
mod within;
mod words;

#[cfg(test)]
pub(crate) mod tests;
#[cfg(test)]
pub(crate) mod work;

pub use anchors::{Adrift, adrift};
pub use asks::{asks, names_places, placeholder};
pub use blame::{Blame, Reasons, Told, flat};
pub use changes::{PathChange, PathVerdict, Refusal, Side, check_changes, tell_lifts};
pub use commits::{
    CommitChange, CommitVerdict, Going, LineChange, Lines, NumberedLine, Reaching, check_commit, check_needs,
    check_spared, is_of_any_commit, needs_at_end, reaching, rules_of, served, waivers_of, why_commits,
};
pub use contents::Member;
pub use graph::{Graph, Node};
pub use grounds::{BlockGround, Ground, Lifts, SealGround};
pub use kept::{drifted, lost_seals, names_another, sealed_bytes};
pub use onward::{Onward, by_turns};
pub use outlook::{OutcomeChange, Outlook, Stays, outcome_changes};
pub use placed::AsPlaced;
pub use ready::{Critical, Held, Holder, Readiness, Ready};
pub use report::{
    Authorship, Counts, CriterionReport, Excluded, GateReport, GuardReport, Leaf, SentenceReport, Standing, Step,
    criterion_place, steps_of,
};
pub use rules::Standpoint;
pub use sealing::SealDoubt;
pub use session::Judgement;
pub use steps::{declare_command, file_commands};
pub use subjects::{Sealable, judged_for, judged_for_gate, kinds_for, sealable, speaks_of_self};
pub use valid::{outside, type_problem, value_problem};
pub use views::{CriterionTold, Rendering, Under, Verdict};
pub use within::{Part, check_file, check_within};
pub use words::quoted;

use std::collections::BTreeMap;

use blame::Much;
use eval::Eval;
use sentence::Place;

use super::charter::{ClaimRule, Guard, NotRule, Noun as Selection, Permission, Sentence};
use super::event::Amendment;
use super::explain::Outcome;
use super::facts::{Facts, File};
use super::id::{Digest, ItemId, Noun, Word};
use super::path::RepoPath;
use super::state::{Basis, State};
use super::time::Timestamp;

/// What judgement looks at: the state, what is known of one commit, and the moment.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// The state of governance.
    pub state: &'a State,
    /// The facts about the judged commit.
    pub facts: &'a dyn Facts,
    /// The moment for which durations are judged.
    pub as_of: Timestamp,
}

/// The file of something that a noun selects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CitedFile {
    /// What it is the file of.
    pub label: String,
    /// Where it is.
    pub path: RepoPath,
    /// SHA-256 of its bytes: `None` where that cannot be known, `Some(None)` where there is no file.
    pub sha256: Option<Option<Digest>>,
    /// Whether the noun selects it: MET, or UNKNOWN.
    pub kept: Outcome,
}

impl<'a> View<'a> {
    /// Returns the content of an item: what claims and seals bind. `None` where the item or its file is unknown.
    pub fn content(&self, item: &ItemId) -> Option<Digest> {
        Eval::new(*self).content(item)
    }

    /// Returns the content that an item of that kind and statement has with that file: SHA-256 of the canonical
    /// `{fields, kind, links, mode, path, sha256, title}`. `mode` and `sha256` are null without a file.
    pub fn content_of(kind: &Word, stated: &Amendment, file: Option<&File>) -> Digest {
        contents::content_of(kind, stated, file)
    }

    /// Returns the content of an item, of a placed block (what its event says), or of the repository (its whole tree).
    pub fn noun_content(&self, noun: &Noun) -> Option<Digest> {
        Eval::new(*self).noun_content(noun)
    }

    /// Returns the digest of what else a claim about a thing speaks of: `Some(None)` where it speaks of nothing else,
    /// `None` where it cannot be known.
    pub fn over(&self, claim: &ClaimRule, subject: &Noun) -> Option<Option<Digest>> {
        Eval::new(*self).over(claim, subject)
    }

    /// Returns what a statement about a thing would be made on, now; `None` where it cannot be known. Of a claim over
    /// something about the repository, the content is the digest of that.
    pub fn basis(&self, claim: &Word, subject: &Noun) -> Option<Basis> {
        Eval::new(*self).basis(claim, subject)
    }

    /// Returns whether a seal stands on an item and its content is the sealed one; UNKNOWN where its content is.
    pub fn sealed(&self, item: &ItemId) -> Outcome {
        Eval::new(*self).sealed(item)
    }

    /// Returns who wrote an item and its file, since the seal that stands, or else the last one that was broken, or else
    /// the baseline.
    pub fn authors(&self, item: &ItemId) -> Authorship {
        Eval::new(*self).authors(item)
    }

    /// Returns who wrote each of the files that a noun selects, since the baseline.
    pub fn writers(&self, noun: &Selection, subject: &Noun) -> BTreeMap<RepoPath, Authorship> {
        Eval::new(*self).writers(noun, subject)
    }

    /// Returns why it cannot be known who wrote an item, where that is known.
    pub fn authors_unknown(&self, item: &ItemId) -> Option<String> {
        Eval::new(*self).authors_unknown(item)
    }

    /// Returns why the file of an item cannot be read, as the end of a sentence: `: REASON`, or nothing.
    pub fn file_unknown(&self, item: &ItemId) -> String {
        let path = self.state.items.get(item).and_then(|item| item.stated.path.clone());
        let question = path.map(super::facts::Question::Path).filter(|question| self.facts.ask(question).is_none());
        let reason = question.and_then(|question| self.facts.why_unknown(&question));
        reason.map_or_else(String::new, |reason| format!(": {reason}"))
    }

    /// Returns whom the not-rules of a permission exclude from acting on a thing.
    pub fn excluded(&self, not: &[NotRule], subject: &Noun) -> Excluded {
        Eval::new(*self).excluded(not, subject)
    }

    /// Returns the newest successor of an id, the id itself where nothing took its place; `None` where successors go in a
    /// circle.
    pub fn newest(&self, item: &ItemId) -> Option<ItemId> {
        Eval::new(*self).newest(item).cloned()
    }

    /// Returns the things that a noun selects, by name; `None` for one of which that cannot be known is left out.
    pub fn selected(&self, noun: &Selection, subject: &Noun) -> Vec<String> {
        let selected = Eval::new(*self).select(noun, subject);
        selected.into_iter().filter(|(_, kept)| *kept == Outcome::Met).map(|(thing, _)| thing.label()).collect()
    }

    /// Returns the files of the things that a noun selects, of those that have one.
    pub fn files(&self, noun: &Selection, subject: &Noun) -> Vec<CitedFile> {
        let eval = Eval::new(*self);
        let path = |thing: &select::Thing<'_>| match thing {
            select::Thing::Item(_, item) => item.stated.path.clone(),
            select::Thing::File { path, .. } => RepoPath::parse(path).ok(),
            _ => None,
        };
        let selected = eval.select(noun, subject).into_iter();
        let with_path = selected.filter_map(|(thing, kept)| Some((thing.label(), path(&thing)?, kept)));
        let file = |(label, path, kept): (String, RepoPath, Outcome)| {
            let sha256 = eval.file(&path).map(|file| file.map(|file| file.sha256));
            CitedFile { label, path, sha256, kept }
        };
        with_path.map(file).collect()
    }

    /// Judges a gate for a subject. A gate that the charter does not have HOLDs without criteria.
    pub fn gate(&self, gate: &Word, subject: &Noun) -> GateReport {
        Eval::new(*self).whole_gate(gate, subject)
    }

    /// Judges a sentence that stands at `rule` of the charter.
    pub fn sentence(&self, rule: &str, sentence: &Sentence, subject: &Noun) -> SentenceReport {
        Eval::new(*self).sentence(&Place::guard(rule), sentence, subject)
    }

    /// Judges the condition of a permission that stands at `rule` of the charter that an event adopted; `None`: of the one
    /// in force.
    pub fn guard(&self, charter: Option<u64>, rule: &str, guard: &Guard, subject: &Noun) -> GuardReport {
        let charter = charter.unwrap_or(self.state.charter.seq);
        Eval::new(*self).under(charter, |eval| eval.guard(rule, guard, subject))
    }

    /// Returns the commands that lead to `command` under a permission: the command itself where its condition is met,
    /// else those that are possible first.
    pub fn first_steps(&self, rule: &str, permission: &Permission, command: &str, subject: &Noun) -> Vec<Step> {
        Eval::new(*self).led(rule, permission, command.to_owned(), subject, Much::All)
    }

    /// Returns the blocks that stand on an item, marks included: first the placed ones, then the derived ones whose
    /// `until` is not met or cannot be known.
    pub fn blocks_on(&self, item: &ItemId) -> Vec<Standing<'a>> {
        Eval::new(*self).blocks_on(item)
    }
}
