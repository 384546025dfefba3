//! What views say, to the byte: documents that are rendered from the ledger, and texts about one item.
//!
//! A rendering is a function of the state and of facts: it is judged for the moment of the newest event, so that time alone
//! changes nothing in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::rc::Rc;

use super::View;
use super::eval::Eval;
use super::predicate::Finding;
use super::report::{CriterionReport, GateReport, Leaf, SentenceReport, Standing};
use super::select::Thing;
use super::subjects::speaks_of_self;
use crate::domain::charter::{
    Base, Being, Board, Criterion, FieldType, KindRule, Level, Message, Noun as Selection, Piece, Predicate, Quantity,
    Section, Sentence, ViewRule,
};
use crate::domain::explain::Outcome;
use crate::domain::facts::{Answer, Question};
use crate::domain::id::{Digest, ItemId, Noun, Word};
use crate::domain::state::Item;
use crate::domain::value::Value;

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
    /// Each criterion, in order, and how it came out.
    pub criteria: Vec<(Word, Outcome)>,
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

    /// Returns how far a gate is: `HOLD: 2 of 6 hold`, and of how many things the first of its criteria holds that counts some, else the
    /// part of the criteria. What only should be is none of those, nor what does not apply.
    fn progress(&self, gate: &Word, report: &GateReport, subject: &Noun) -> String {
        let counted = || report.criteria.iter().filter(|one| one.level != Level::Should && applies(one));
        let good = counted().filter(|criterion| criterion.judged && !criterion.is_open()).count();
        let all = counted().count();
        let outcome = report.outcome.as_str();
        if all == 0 {
            return format!("{outcome}: nothing has to hold");
        }
        let rules = self.charter().gates.get(gate).map(|rule| rule.criteria.as_slice()).unwrap_or_default();
        let told = rules.iter().enumerate().zip(&report.criteria);
        let tallied = |(rule, criterion)| Some((rule, self.tally(gate, rule, criterion, subject)?));
        match told.map(|(rule, criterion)| (rule, criterion.as_ref())).find_map(tallied) {
            Some(((_, rule), tally)) => {
                format!("{outcome}: {good} of {all} hold; {}: {tally}", escaped(rule.name.as_str()))
            }
            None => format!("{outcome}: {good} of {all} hold, {} %", percent(good, all)),
        }
    }

    /// Returns of how many of its things a criterion at a place of a gate holds, where it counts some: `1 of 4 (25 %)`. What does not
    /// speak of `self` is counted once.
    fn tally(
        &self,
        gate: &Word,
        (at, rule): (usize, &Criterion),
        report: &CriterionReport,
        subject: &Noun,
    ) -> Option<String> {
        let count = || tally(&things(report, subject));
        match report.alike {
            _ if !is_counted(rule) => None,
            true => self.shared.tallies.borrow_mut().entry((gate.clone(), at)).or_insert_with(count).clone(),
            false => count(),
        }
    }

    /// Returns what a criterion was asked of, items in their order.
    fn in_place<'r>(&self, report: &'r CriterionReport, subject: &Noun) -> Vec<(&'r str, &'r Leaf)> {
        let mut things = things(report, subject);
        let ids = things.iter().filter_map(|(label, _)| Some(self.item(&ItemId::parse(label).ok()?)?.0)).collect();
        let order: BTreeMap<&str, usize> =
            self.in_order(ids).into_iter().enumerate().map(|(at, id)| (id.as_str(), at)).collect();
        things.sort_by_key(|(label, _)| order.get(label).copied().unwrap_or(usize::MAX));
        things
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

/// What stands where nothing is stated.
const NOTHING: &str = "none";

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

    fn gates(&mut self, gate: &Word, kinds: &[Word], show: &[Word]) {
        if !speaks_of_self(self.eval.charter(), gate) {
            return self.gate(gate, &Noun::Repo);
        }
        let kinds_of = |id: &&ItemId| {
            let (_, item) = self.eval.item(id)?;
            let kind = self.eval.charter().kinds.get(&item.kind)?;
            let status = Some(item.status.clone());
            kind.moves.iter().any(|rule| rule.from.contains(&status)).then_some(item)
        };
        let ids: BTreeSet<&'a ItemId> = kinds.iter().flat_map(|kind| self.eval.of_kind(kind)).copied().collect();
        let live: Vec<(&ItemId, &Item)> = ids.into_iter().filter_map(|id| Some((id, kinds_of(&id)?))).collect();
        if live.is_empty() {
            self.put(0, "None.");
        }
        for (at, (id, item)) in live.into_iter().enumerate() {
            if at > 0 {
                self.put(0, "");
            }
            let kind = self.eval.charter().kinds.get(&item.kind);
            self.put(0, &format!("### {} ({})", named(id, item), escaped(label(kind, &item.status))));
            self.put(0, "");
            let mut told = false;
            for name in show {
                told |= self.shown(0, item, name);
            }
            if told {
                self.put(0, "");
            }
            self.gate(gate, &Noun::Item(id.clone()));
        }
    }

    fn gate(&mut self, gate: &Word, subject: &Noun) {
        let report = self.eval.whole_gate(gate, subject);
        let progress = self.eval.progress(gate, &report, subject);
        self.put(0, &progress);
        if let Some(section) = self.sections.last_mut() {
            let criteria = report.criteria.iter().map(|one| (one.name.clone(), one.outcome)).collect();
            section.gates.push(Verdict { gate: gate.clone(), subject: subject.clone(), progress, criteria });
        }
        self.put(0, "");
        let rules = self.eval.charter().gates.get(gate).map(|rule| rule.criteria.as_slice()).unwrap_or_default();
        for (rule, criterion) in rules.iter().enumerate().zip(&report.criteria) {
            self.criterion(gate, rule, criterion, subject);
        }
    }

    fn criterion(&mut self, gate: &Word, (at, rule): (usize, &Criterion), report: &CriterionReport, subject: &Noun) {
        let level = match rule.level {
            Level::Must => "",
            Level::Should => "should, ",
            Level::Veto => "veto, ",
        };
        let good =
            report.judged && if rule.level == Level::Should { report.outcome.passes() } else { !report.is_open() };
        let sentences: Vec<&str> = rule.any.iter().map(|sentence| sentence.text.as_str()).collect();
        let mut text = format!(
            "- {}{level}{}: {}",
            mark(good, report),
            escaped(rule.name.as_str()),
            escaped(&sentences.join(", or "))
        );
        if let Some(cite) = &rule.cite {
            text.extend([" (", &escaped(cite), ")"]);
        }
        let word = match report.outcome {
            _ if !report.judged => "; not reached",
            Outcome::Unknown => "; cannot be known",
            Outcome::Waived => "; waived",
            Outcome::NotApplicable => "; does not apply",
            Outcome::Met | Outcome::Unmet => "",
        };
        self.unknown |= report.judged && report.outcome == Outcome::Unknown;
        text.push_str(word);
        if let (Outcome::Waived, Noun::Item(id)) = (report.outcome, subject)
            && let Some(waiver) = self.eval.waived(&format!("{gate}.{}", rule.name), id)
        {
            let by: Vec<String> = waiver.by.iter().map(|vote| escaped(vote.actor.as_str())).collect();
            text.extend([" by ", &by.join(" and "), " until ", &waiver.until]);
        }
        let counted = is_counted(rule);
        // Under `at most`, and in a veto, what holds is what is wrong.
        let at_most = matches!(rule.any.as_slice(), [one] if matches!(one.quantity, Quantity::AtMost(_)));
        let wrong = at_most != (rule.level == Level::Veto);
        if let Some(tally) = self.eval.tally(gate, (at, rule), report, subject) {
            text.extend(["; ", &tally]);
        }
        let place = (gate.clone(), at);
        let above = if report.alike { self.told.get(&place) } else { None };
        if good && !counted || above.is_some() {
            if let Some(above) = above.filter(|_| counted || !good).cloned().flatten() {
                text.extend(["; as under ", &escaped(&above)]);
            }
            return self.put(0, &text);
        }
        self.put(0, &text);
        let before = self.text.len();
        for (item, leaf) in self.eval.in_place(report, subject) {
            #[cfg(test)]
            super::work::note();
            let mut holds = leaf.outcome.passes();
            if !counted {
                if leaf.outcome != Outcome::Unknown && holds != wrong {
                    continue;
                }
                holds = false;
            }
            self.unknown |= leaf.outcome == Outcome::Unknown;
            let doubt = match leaf.outcome {
                Outcome::Unknown => "; cannot be known",
                Outcome::NotApplicable => "; does not apply",
                _ => "",
            };
            let mark = match leaf.outcome {
                Outcome::NotApplicable => "",
                _ if holds => DONE,
                _ => OPEN,
            };
            let thing = match ItemId::parse(item) {
                Ok(id) => self.labelled(&id),
                Err(_) => escaped(item),
            };
            self.put(2, &format!("- {mark}{thing}{doubt}"));
        }
        if report.alike {
            let own = (self.text.len() > before).then(|| subject.to_string());
            self.told.insert(place, own);
        }
    }
}

/// Before what holds, and before what does not. What does not apply has no mark: nobody did it.
const DONE: &str = "[x] ";
const OPEN: &str = "[ ] ";

fn mark(good: bool, report: &CriterionReport) -> &'static str {
    match good {
        _ if !applies(report) => "",
        true => DONE,
        false => OPEN,
    }
}

/// Returns whether there is something for a criterion to hold of.
fn applies(report: &CriterionReport) -> bool {
    !report.judged || report.outcome != Outcome::NotApplicable
}

/// Returns whether a criterion says of how many things it holds.
fn is_counted(rule: &Criterion) -> bool {
    let counts = |one: &Sentence| matches!(one.quantity, Quantity::Every | Quantity::AtLeast(_));
    rule.level != Level::Veto && matches!(rule.any.as_slice(), [one] if counts(one))
}

/// Returns what a criterion was asked of; of one that speaks of the subject, beside that itself.
fn things<'r>(report: &'r CriterionReport, subject: &Noun) -> Vec<(&'r str, &'r Leaf)> {
    let own = subject.to_string();
    let labelled = report.leaves.iter().filter_map(|leaf| {
        #[cfg(test)]
        super::work::note();
        Some((leaf.item.as_deref()?, leaf))
    });
    let is_own = |item: &str| item == "repo" || (!report.alike && item == own);
    labelled.filter(|(item, leaf)| !is_own(item) && leaf.outcome != Outcome::Waived).collect()
}

/// Returns how many of some things hold: `1 of 4 (25 %)`; `None` where there are none.
fn tally(things: &[(&str, &Leaf)]) -> Option<String> {
    let asked = || things.iter().filter(|(_, leaf)| leaf.outcome != Outcome::NotApplicable);
    let (good, all) = (asked().filter(|(_, leaf)| leaf.outcome.passes()).count(), asked().count());
    (all > 0).then(|| format!("{good} of {all} ({} %)", percent(good, all)))
}

/// Returns the unit of a field that is a number with one, as it follows the number.
fn unit(kind: Option<&KindRule>, field: &Word) -> String {
    match kind.and_then(|kind| kind.fields.get(field)).map(|rule| &rule.kind) {
        Some(FieldType::Integer(Some(unit))) => format!(" {}", escaped(unit)),
        _ => String::new(),
    }
}

const fn percent(part: usize, whole: usize) -> usize {
    match (part * 100).checked_div(whole) {
        Some(percent) => percent,
        None => 0,
    }
}

fn named(id: &ItemId, item: &Item) -> String {
    match &item.stated.title {
        Some(title) => format!("{}: {}", escaped(id.as_str()), escaped(title)),
        None => escaped(id.as_str()),
    }
}

/// Returns the words for a status.
pub(super) fn label<'k>(kind: Option<&'k KindRule>, status: &'k Word) -> &'k str {
    kind.and_then(|kind| kind.labels.get(status)).map_or(status.as_str(), String::as_str)
}

/// Returns a value on one line; `None` for null.
fn value_of(value: &Value, text: &dyn Fn(&str) -> String) -> Option<String> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(yes) => yes.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Text(words) => text(words),
        Value::List(list) if list.is_empty() => NOTHING.to_owned(),
        Value::List(list) => list.iter().filter_map(|value| value_of(value, text)).collect::<Vec<_>>().join(", "),
        Value::Map(map) if map.is_empty() => NOTHING.to_owned(),
        Value::Map(map) => {
            let pairs =
                map.iter().filter_map(|(key, value)| Some(format!("{} = {}", text(key), value_of(value, text)?)));
            pairs.collect::<Vec<_>>().join(", ")
        }
    })
}

/// Returns a text on one line: each run of spaces and line feeds is one space, and none stands at an edge.
fn line(text: &str) -> String {
    text.split([' ', '\n', '\t']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Returns a text on one line that Markdown shows as it is. An underscore within a word is one there too.
fn escaped(text: &str) -> String {
    let text = line(text);
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    let mut before = None;
    while let Some(c) = chars.next() {
        let mut in_word =
            || [before, chars.peek().copied()].iter().all(|c| c.is_some_and(|c| c.is_ascii_alphanumeric()));
        let marks = match c {
            '_' => !in_word(),
            _ => matches!(c, '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '#' | '$'),
        };
        if marks {
            out.push('\\');
        }
        out.push(c);
        before = Some(c);
    }
    out
}
