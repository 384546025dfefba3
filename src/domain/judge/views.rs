//! What views say, to the byte: documents that are rendered from the ledger, and texts about one item.
//!
//! A rendering is a function of the state and of facts: it is judged for the moment of the newest event, so that time alone
//! changes nothing in it.

mod gates;
mod text;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::rc::Rc;

use super::View;
use super::eval::Eval;
use super::predicate::Finding;
use super::report::{SentenceReport, Standing};
use super::select::Thing;
use crate::domain::charter::{
    Base, Being, Board, Level, Message, Noun as Selection, Piece, Predicate, Quantity, Section, Sentence, ViewRule,
};
use crate::domain::explain::Outcome;
use crate::domain::facts::{Answer, Question};
use crate::domain::id::{Digest, ItemId, Noun, Word};
use crate::domain::state::Item;
use crate::domain::value::Value;

pub(super) use text::label;
use text::{NOTHING, escaped, line, named, unit, value_of};

/// The word under which `labels` name what is under a block that stops something.
const BLOCKED: &str = "blocked";

/// A document as the ledger says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendering {
    /// The bytes.
    pub text: String,
    /// Something of it cannot be known here, and the text says so.
    pub unknown: bool,
    /// What stands under its headings, for programs.
    pub sections: Vec<Under>,
}

/// What stands under a heading of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Under {
    /// The heading.
    pub heading: String,
    /// The items by name, in order; those first that nobody declared.
    pub items: Vec<String>,
    /// What a gate says, of each thing that it is asked of.
    pub gates: Vec<Verdict>,
}

/// How a gate came out for one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The gate.
    pub gate: Word,
    /// What it was asked of.
    pub subject: Noun,
    /// The outcome, and how far it is, as the document says it.
    pub progress: String,
    /// Each criterion, in order.
    pub criteria: Vec<CriterionTold>,
}

/// How a criterion came out, as a document tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CriterionTold {
    /// Its name.
    pub name: Word,
    /// Its level.
    pub level: Level,
    /// The outcome; `None` where it was not reached.
    pub outcome: Option<Outcome>,
    /// Of how many of its things it holds, where it counts some: `1 of 4 (25 %)`.
    pub tally: Option<String>,
    /// Who set it aside, and until when: a day, or `phase-end`.
    pub waived: Option<(Vec<String>, String)>,
    /// The things that are listed below it, each with its own outcome and whether it holds.
    pub things: Vec<(String, Outcome, bool)>,
    /// What above the same things are listed under.
    pub as_under: Option<String>,
}

impl View<'_> {
    /// Renders a document; `None` where the charter has no such document.
    pub fn rendering(&self, view: &Word) -> Option<Rendering> {
        Eval::new(*self).rendering(view).map(|rendering| rendering.as_ref().clone())
    }

    /// Judges whether the file of a document is what the ledger says, as a rule that says so does.
    pub fn is_rendered(&self, view: &Word) -> SentenceReport {
        let sentence = Sentence {
            quantity: Quantity::The,
            noun: Selection { base: Base::View(view.clone()), filter: Vec::new() },
            if_any: false,
            predicates: vec![Predicate::Is { negated: false, what: Being::Consistent }],
            condition: None,
            text: format!("{view} is consistent"),
        };
        self.sentence(&format!("views.{view}"), &sentence, &Noun::Repo)
    }

    /// Returns what a view tells of that an item does not state: path, title, fields and links by name, each once.
    pub fn unstated(&self, message: &Message, item: &Item) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for piece in &message.text {
            let is_stated = match piece {
                Piece::Title => item.stated.title.is_some(),
                Piece::Path => item.stated.path.is_some(),
                Piece::Field(field) => item.stated.fields.get(field).is_some_and(|value| *value != Value::Null),
                Piece::Link(link) => item.stated.links.contains_key(link),
                Piece::Plain(_) | Piece::Id | Piece::Status | Piece::Gate(_) => true,
            };
            if !is_stated && !names.iter().any(|name| name == piece.name()) {
                names.push(piece.name().to_owned());
            }
        }
        names
    }

    /// Returns what a view says of one item, as plain text; `None` where that view, for that item, does not exist.
    pub fn message(&self, view: &Word, item: &ItemId) -> Option<String> {
        let eval = Eval::at_tip(*self);
        let ViewRule::Message(message) = eval.charter().views.get(view)? else { return None };
        let (id, item) = eval.item(item)?;
        (item.kind == message.of).then(|| eval.told(message, id, item))
    }
}

impl<'a> Eval<'a> {
    /// Judges whether the file at a document's path is the rendering, byte for byte.
    pub(super) fn rendered(&self, name: &Word, board: &Board) -> Finding {
        let path = &board.path;
        let Some(Answer::File(file)) = self.ask(&Question::Path(path.clone())) else {
            return Finding::new(Outcome::Unknown, format!("{path} cannot be read here")).at(Some(path));
        };
        let Some(file) = file else {
            let found = format!("{path} is not in the judged tree as a regular file");
            return Finding::new(Outcome::Unmet, found).at(Some(path));
        };
        let Some(rendering) = self.rendering(name) else {
            return Finding::new(Outcome::Unknown, format!("{name} would have to be rendered for itself"));
        };
        let finding = if Digest::of(rendering.text.as_bytes()) == file.sha256 {
            Finding::new(Outcome::Met, format!("{path} is what the ledger says"))
        } else if rendering.unknown {
            Finding::new(Outcome::Unknown, format!("{path} is not what is rendered, and that cannot all be known here"))
        } else {
            Finding::new(Outcome::Unmet, format!("{path} is not what the ledger says"))
        };
        finding.at(Some(path))
    }

    /// Renders a document, once; `None` where there is none, or while it is being rendered.
    pub(super) fn rendering(&self, name: &Word) -> Option<Rc<Rendering>> {
        if let Some(known) = self.renderings.borrow().get(name) {
            return known.clone();
        }
        let board = self.charter().views.get(name)?.board()?;
        self.renderings.borrow_mut().insert(name.clone(), None);
        let quiet = (!self.quiet).then(|| self.quietly());
        let eval = quiet.as_ref().unwrap_or(self);
        let mut page = Page {
            eval,
            text: String::new(),
            unknown: false,
            sections: Vec::new(),
            told: BTreeMap::new(),
            awaited: BTreeMap::new(),
        };
        page.board(name, board);
        let rendering = Rc::new(Rendering { text: page.text, unknown: page.unknown, sections: page.sections });
        if let Some(quiet) = quiet {
            self.also_unanswered(&quiet);
        }
        self.renderings.borrow_mut().insert(name.clone(), Some(Rc::clone(&rendering)));
        Some(rendering)
    }

    /// Returns what an `until` waits for, by name: what of its things does not pass; of what speaks of the item, beside that itself.
    fn awaited(&self, id: &ItemId, name: &Word, until: &Sentence) -> BTreeSet<String> {
        let mut open = self.open_things(id, name, until);
        if until.speaks_of_self() {
            open.remove(id.as_str());
        }
        open
    }

    /// Returns the things of an `until` that do not pass, by name.
    pub(super) fn open_things(&self, id: &ItemId, name: &Word, until: &Sentence) -> BTreeSet<String> {
        if !matches!(until.quantity, Quantity::The | Quantity::Every | Quantity::No) {
            return BTreeSet::new();
        }
        let report = self.condition(&format!("blocks.{name}.until"), until, &Noun::Item(id.clone()));
        let open = report.leaves.iter().filter(|leaf| !leaf.outcome.passes());
        open.filter_map(|leaf| leaf.item.clone()).collect()
    }

    /// Returns items so that each comes after those of them to which an acyclic link of it leads, and else by id.
    pub(super) fn in_order(&self, ids: BTreeSet<&'a ItemId>) -> Vec<&'a ItemId> {
        let links = self.charter().links.iter().filter(|(_, rule)| rule.acyclic);
        let acyclic: Vec<&str> = links.map(|(name, _)| name.as_str()).collect();
        let mut before: BTreeMap<&ItemId, usize> = BTreeMap::new();
        let mut after: BTreeMap<&ItemId, Vec<&'a ItemId>> = BTreeMap::new();
        for id in &ids {
            let Some((_, item)) = self.item(id) else { continue };
            let targets: BTreeSet<&ItemId> = acyclic.iter().flat_map(|link| self.targets(link, item)).collect();
            for target in targets.into_iter().filter(|target| target != id && ids.contains(target)) {
                *before.entry(*id).or_default() += 1;
                after.entry(target).or_default().push(*id);
            }
        }
        let mut free: BTreeSet<&ItemId> = ids.iter().filter(|id| !before.contains_key(*id)).copied().collect();
        let mut waiting = ids;
        let mut ordered = Vec::with_capacity(waiting.len());
        while let Some(next) = free.pop_first().or_else(|| waiting.first().copied()) {
            if !waiting.remove(next) {
                continue;
            }
            ordered.push(next);
            for follower in after.remove(next).unwrap_or_default() {
                let left = before.entry(follower).or_default();
                *left = left.saturating_sub(1);
                if *left == 0 {
                    free.insert(follower);
                }
            }
        }
        ordered
    }

    fn told(&self, message: &Message, id: &ItemId, item: &'a Item) -> String {
        let mut text = String::new();
        let kind = self.charter().kinds.get(&item.kind);
        for piece in &message.text {
            match piece {
                Piece::Plain(plain) => text.push_str(plain),
                Piece::Id => text.push_str(id.as_str()),
                Piece::Title => text.push_str(&line(item.stated.title.as_deref().unwrap_or(NOTHING))),
                Piece::Path => text.push_str(item.stated.path.as_ref().map_or(NOTHING, |path| path.as_str())),
                Piece::Status => text.push_str(label(kind, &item.status)),
                Piece::Field(field) => {
                    let told = item.stated.fields.get(field).and_then(|value| value_of(value, &line));
                    let told = told.map(|told| told + &unit(kind, field));
                    text.push_str(told.as_deref().unwrap_or(NOTHING));
                }
                Piece::Link(link) => {
                    let targets: Vec<&str> = self.targets(link.as_str(), item).iter().map(|id| id.as_str()).collect();
                    text.push_str(&if targets.is_empty() { NOTHING.to_owned() } else { targets.join(", ") });
                }
                Piece::Gate(gate) => {
                    let subject = Noun::Item(id.clone());
                    text.push_str(&self.progress(gate, &self.whole_gate(gate, &subject), &subject));
                }
            }
        }
        if !text.ends_with('\n') {
            text.push('\n');
        }
        text
    }
}

/// What a section of items shows.
struct Chosen<'a> {
    /// What nobody declared.
    undeclared: Vec<String>,
    /// The items, each with the doubt whether it belongs there.
    items: Vec<(&'a ItemId, &'a Item, &'static str)>,
}

struct Page<'e, 'a> {
    eval: &'e Eval<'a>,
    text: String,
    unknown: bool,
    sections: Vec<Under>,
    /// Criteria that do not speak of `self`, by gate and place: the item of this section under which their things are told, where some are.
    told: BTreeMap<(Word, usize), Option<String>>,
    /// Blocks whose `until` does not speak of `self`: the item of this section under which it is told what they wait for, and how much.
    awaited: BTreeMap<Word, (String, usize)>,
}

impl<'a> Page<'_, 'a> {
    fn put(&mut self, indent: usize, text: &str) {
        let _ = writeln!(self.text, "{:indent$}{text}", "");
    }

    fn board(&mut self, name: &Word, board: &'a Board) {
        self.put(0, &format!("# {}", escaped(board.title.as_deref().unwrap_or(name.as_str()))));
        self.put(0, "");
        self.put(
            0,
            &format!("Rendered from the ledger by `ledger render {name} --write`. What is changed by hand is lost."),
        );
        for (heading, section) in &board.sections {
            self.put(0, "");
            self.put(0, &format!("## {}", escaped(heading)));
            self.put(0, "");
            (self.told, self.awaited) = (BTreeMap::new(), BTreeMap::new());
            self.sections.push(Under { heading: heading.clone(), items: Vec::new(), gates: Vec::new() });
            match section {
                Section::Items(noun) => self.items(noun, &board.show),
                Section::Table(noun, columns) => self.table(noun, columns),
                Section::Gate(gate, kinds) => self.gates(gate, kinds, &board.show),
            }
        }
    }

    fn items(&mut self, noun: &'a Selection, show: &[Word]) {
        let chosen = self.chosen(noun);
        for label in &chosen.undeclared {
            self.put(0, &format!("- {}: never declared", escaped(label)));
        }
        for (id, item, doubt) in chosen.items {
            let standing = self.eval.blocks_on(id);
            let stopping: Vec<&Standing<'_>> = standing.iter().filter(|block| !block.stops.is_empty()).collect();
            let kind = self.eval.charter().kinds.get(&item.kind);
            let mut status = escaped(label(kind, &item.status));
            if stopping.iter().any(|block| block.outcome == Outcome::Unmet) {
                let blocked = kind.and_then(|kind| kind.labels.get(BLOCKED)).map_or(BLOCKED, String::as_str);
                status.extend([", ", &escaped(blocked)]);
            }
            self.put(0, &format!("- {} ({status}){doubt}", named(id, item)));
            for name in show {
                self.shown(2, item, name);
            }
            for block in &standing {
                self.block(id, block);
            }
        }
    }

    /// Returns what a noun selects, in order, and says so where that is nothing.
    fn chosen(&mut self, noun: &'a Selection) -> Chosen<'a> {
        let selected = self.eval.select(noun, &Noun::Repo);
        if selected.is_empty() {
            self.put(0, "None.");
        }
        let mut undeclared = Vec::new();
        let mut kept: BTreeMap<&ItemId, Outcome> = BTreeMap::new();
        for (thing, outcome) in selected {
            match thing {
                Thing::Item(id, _) => _ = kept.insert(id, outcome),
                thing => undeclared.push(thing.label()),
            }
        }
        let ordered = self.eval.in_order(kept.keys().copied().collect());
        let items: Vec<_> = ordered
            .into_iter()
            .filter_map(|id| {
                let (id, item) = self.eval.item(id)?;
                let unknown = kept.get(id) == Some(&Outcome::Unknown);
                Some((id, item, if unknown { "; whether it belongs here cannot be known" } else { "" }))
            })
            .collect();
        self.unknown |= items.iter().any(|(_, _, doubt)| !doubt.is_empty());
        if let Some(section) = self.sections.last_mut() {
            section.items.extend(undeclared.iter().cloned());
            section.items.extend(items.iter().map(|(id, ..)| id.to_string()));
        }
        Chosen { undeclared, items }
    }

    fn table(&mut self, noun: &'a Selection, columns: &[Piece]) {
        let chosen = self.chosen(noun);
        if chosen.undeclared.is_empty() && chosen.items.is_empty() {
            return;
        }
        let row = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
        self.put(0, &row(columns.iter().map(|column| escaped(column.name())).collect()));
        self.put(0, &format!("|{}", "---|".repeat(columns.len())));
        for label in &chosen.undeclared {
            let cells = columns
                .iter()
                .enumerate()
                .map(|(at, _)| if at == 0 { format!("{} (never declared)", escaped(label)) } else { String::new() });
            self.put(0, &row(cells.collect()));
        }
        for (id, item, doubt) in chosen.items {
            let cell = |(at, column)| {
                let doubt = if at == 0 { doubt } else { "" };
                format!("{}{doubt}", self.cell(column, id, item).unwrap_or_default())
            };
            let cells = columns.iter().enumerate().map(cell).collect();
            self.put(0, &row(cells));
        }
    }

    fn cell(&self, column: &Piece, id: &ItemId, item: &'a Item) -> Option<String> {
        match column {
            Piece::Id => Some(escaped(id.as_str())),
            Piece::Title => item.stated.title.as_deref().map(escaped),
            Piece::Path => item.stated.path.as_ref().map(|path| escaped(path.as_str())),
            Piece::Status => Some(escaped(label(self.eval.charter().kinds.get(&item.kind), &item.status))),
            Piece::Field(name) | Piece::Link(name) => self.stated(item, name),
            Piece::Plain(_) | Piece::Gate(_) => None,
        }
    }

    /// Tells a field or a link of an item, where it states that.
    fn shown(&mut self, indent: usize, item: &'a Item, name: &Word) -> bool {
        let told = self.stated(item, name);
        if let Some(told) = &told {
            self.put(indent, &format!("- {}: {told}", escaped(name.as_str())));
        }
        told.is_some()
    }

    /// Returns what is stated under the name of a field or a link.
    fn stated(&self, item: &'a Item, name: &Word) -> Option<String> {
        match (item.stated.fields.get(name), item.stated.links.contains_key(name)) {
            (Some(value), _) => {
                let kind = self.eval.charter().kinds.get(&item.kind);
                value_of(value, &escaped).map(|told| told + &unit(kind, name))
            }
            (None, true) => {
                let targets = self.eval.targets(name.as_str(), item);
                let told = targets.into_iter().map(|id| self.labelled(id)).collect::<Vec<_>>();
                Some(if told.is_empty() { NOTHING.to_owned() } else { told.join(", ") })
            }
            (None, false) => None,
        }
    }

    fn labelled(&self, id: &ItemId) -> String {
        match self.eval.item(id) {
            Some((id, item)) => {
                let kind = self.eval.charter().kinds.get(&item.kind);
                format!("{} ({})", escaped(id.as_str()), escaped(label(kind, &item.status)))
            }
            None => format!("{} (never declared)", escaped(id.as_str())),
        }
    }

    fn block(&mut self, id: &ItemId, block: &Standing<'_>) {
        let mut text = format!("- {}", escaped(block.name.as_str()));
        if let Some(placed) = block.placed {
            if let Some(code) = &placed.because {
                text.extend([", ", &escaped(code.as_str())]);
            }
            text.extend([": ", &escaped(&placed.reason)]);
            for (field, value) in &placed.fields {
                if let Some(value) = value_of(value, &escaped) {
                    text.extend(["; ", &escaped(field.as_str()), ": ", &value]);
                }
            }
        } else {
            let rule = self.eval.charter().blocks.get(block.name);
            if let Some(until) = rule.and_then(|rule| rule.until.as_ref()) {
                match self.waits(id, block.name, until) {
                    Some(waits) => text.extend([": waits for ", &waits]),
                    None => match rule.and_then(|rule| rule.why.as_deref()) {
                        Some(why) => text.extend([": ", &escaped(why)]),
                        None => text.extend([": until ", &escaped(&until.text)]),
                    },
                }
            }
            if block.outcome == Outcome::Unknown {
                self.unknown = true;
                text.push_str("; whether it stands cannot be known");
            }
        }
        self.put(2, &text);
    }

    /// Returns what a block waits for on an item, and how much that is. What many items wait for alike is told under the first of them.
    fn waits(&mut self, id: &ItemId, name: &Word, until: &Sentence) -> Option<String> {
        if let Some((above, count)) = self.awaited.get(name) {
            return (*count > 0).then(|| format!("the same as {} ({count})", escaped(above)));
        }
        let waits = self.eval.awaited(id, name, until);
        if !until.speaks_of_self() {
            self.awaited.insert(name.clone(), (id.to_string(), waits.len()));
        }
        let told: Vec<String> = waits.iter().map(|label| escaped(label)).collect();
        (!told.is_empty()).then(|| format!("{} ({})", told.join(", "), told.len()))
    }
}
