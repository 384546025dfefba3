//! A gate: its criteria as a tree, what many things are asked alike as a matrix, and what is not met with the way on.

mod matrix;
mod shown;

use std::collections::BTreeSet;

pub use matrix::Marks;
pub(super) use matrix::{Matrix, matrices, show_marks};
pub use shown::{Shown, with_placed};

use super::look::{Line, Look, Page, Tone, widths};
use super::{alike, words};
use crate::domain::charter::{Charter, Level};
use crate::domain::event::GateOutcome;
use crate::domain::explain::Outcome;
use crate::domain::id::{Noun, Word};
use crate::domain::judge::{Counts, CriterionReport, GateReport, Leaf, Step, criterion_place};
use crate::domain::value::Value;

/// How much of a gate is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Every criterion, the matrix, and every reason.
    Whole,
    /// Every criterion, the matrix, and the first reasons of each rule.
    First,
    /// What keeps it from passing.
    Open,
}

/// How many things that fail a rule are explained before the rest waits for `--all`.
const FIRST: usize = 5;

/// How many columns an outcome takes.
const OUTCOME: usize = 8;

/// Returns the object that programs read: `{gate, item, outcome, digest, counts, criteria, nested, matrices}`, and the `marks` of
/// the item. `nested` holds the gates that criteria led to, each once, without `digest`.
pub fn gate_value(report: &GateReport, marks: Option<&Marks>) -> Value {
    let mut map = report_value(report);
    let mut nested = Vec::new();
    walk(report, &mut |gate, _| nested.push(gate));
    let nested = nested.into_iter().skip(1).map(|gate| Value::Map(report_value(gate)));
    map.insert("nested".to_owned(), Value::List(nested.collect()));
    let tables = matrices(report).iter().map(|matrix| matrix.to_value(marks)).collect();
    map.insert("matrices".to_owned(), Value::List(tables));
    map.insert("digest".to_owned(), report.digest().into());
    if let Some(marks) = marks {
        map.insert("marks".to_owned(), Value::list(marks.on(&report.subject.to_string())));
    }
    Value::Map(map)
}

fn report_value(report: &GateReport) -> std::collections::BTreeMap<String, Value> {
    let criterion = |criterion: &CriterionReport| {
        Value::map([
            ("name", (&criterion.name).into()),
            ("level", criterion.level.as_str().into()),
            ("outcome", Value::text(criterion.outcome)),
            ("judged", criterion.judged.into()),
            ("cite", criterion.cite.clone().into()),
            ("why", criterion.why.clone().into()),
            ("leaves", Value::List(criterion.leaves.iter().map(|leaf| leaf.explanation.to_value()).collect())),
        ])
    };
    std::collections::BTreeMap::from([
        ("gate".to_owned(), (&report.gate).into()),
        ("item".to_owned(), report.subject.to_key().into()),
        ("outcome".to_owned(), report.outcome.as_str().into()),
        ("counts".to_owned(), counts_value(&report.counts())),
        ("criteria".to_owned(), Value::List(report.criteria.iter().map(|one| criterion(one)).collect())),
    ])
}

/// Returns counts of criteria, for programs.
pub(super) fn counts_value(counts: &Counts) -> Value {
    let number = |number: usize| Value::from(number as u64);
    Value::map([
        ("met", number(counts.met)),
        ("unmet", number(counts.unmet)),
        ("unknown", number(counts.unknown)),
        ("waived", number(counts.waived)),
        ("not_applicable", number(counts.not_applicable)),
        ("not_judged", number(counts.not_judged)),
    ])
}

/// Returns the page that people read.
pub fn gate_text(report: &GateReport, charter: &Charter, marks: Option<&Marks>, look: Look, part: Part) -> String {
    let mut page = Page::new(look);
    page.line(&title(report));
    tree(&mut page, report, charter, part, 2, &mut BTreeSet::new());
    if part != Part::Open {
        let matrices = matrices(report);
        for matrix in &matrices {
            matrix.show(&mut page, marks);
        }
        let subject = report.subject.to_string();
        if let Some(marks) = marks.filter(|_| !matrices.iter().any(|matrix| matrix.things().any(|id| id == subject))) {
            show_marks(&mut page, marks, std::iter::once(subject.as_str()));
        }
    }
    let all = match &report.subject {
        Noun::Repo => format!("ledger gate {} --all", report.gate),
        noun => format!("ledger gate {} {noun} --all", report.gate),
    };
    some_leaves(&mut page, &report.blamed(), charter, (part == Part::First).then_some(&all));
    page.finish()
}

/// Returns the line that says how a gate comes out.
pub(super) fn title(report: &GateReport) -> Line {
    let tone = match report.outcome {
        GateOutcome::Pass => Tone::Good,
        GateOutcome::Hold => Tone::Unsure,
        GateOutcome::Veto => Tone::Bad,
    };
    let of = match &report.subject {
        Noun::Repo => String::new(),
        noun => format!(" for {noun}"),
    };
    let counts = format!("   {}", report.counts());
    let line = Line::new(Tone::Strong, format!("gate {}{of}", report.gate)).and(Tone::Plain, ": ");
    line.and(tone, report.outcome.as_str()).and(Tone::Plain, counts)
}

/// Visits a gate and those that its criteria led to, each once, with how deep they lie.
pub(super) fn walk<'r>(report: &'r GateReport, visit: &mut impl FnMut(&'r GateReport, usize)) {
    fn go<'r>(
        report: &'r GateReport,
        depth: usize,
        done: &mut BTreeSet<(&'r Word, &'r Noun)>,
        visit: &mut impl FnMut(&'r GateReport, usize),
    ) {
        if done.insert((&report.gate, &report.subject)) {
            visit(report, depth);
            for leaf in report.criteria.iter().flat_map(|criterion| &criterion.leaves) {
                for nested in &leaf.nested {
                    go(nested, depth + 1, done, visit);
                }
            }
        }
    }
    go(report, 0, &mut BTreeSet::new(), visit);
}

fn tree<'r>(
    page: &mut Page,
    report: &'r GateReport,
    charter: &Charter,
    part: Part,
    indent: usize,
    done: &mut BTreeSet<(&'r Word, &'r Noun)>,
) {
    done.insert((&report.gate, &report.subject));
    let shown: Vec<&CriterionReport> = report
        .criteria
        .iter()
        .map(AsRef::as_ref)
        .filter(|criterion| part != Part::Open || criterion.is_open())
        .collect();
    if shown.is_empty() && report.criteria.is_empty() {
        page.line(&Line::plain(" ".repeat(indent)).and(Tone::Bad, "the charter has no such gate, so it holds"));
    }
    let names = shown.iter().map(|criterion| criterion.name.as_str().len()).max().unwrap_or(0);
    for criterion in shown {
        page.hung(&criterion_line(report, criterion, charter, indent, names), indent + OUTCOME + 1 + names + 2);
        for leaf in &criterion.leaves {
            for nested in leaf.nested.iter().filter(|nested| part != Part::Open || !nested.passes()) {
                let head = Line::plain(" ".repeat(indent + 2)).join(title(nested));
                if done.contains(&(&nested.gate, &nested.subject)) {
                    page.hung(&head.and(Tone::Faint, "   (above)"), indent + 4);
                } else {
                    page.hung(&head, indent + 4);
                    tree(page, nested, charter, part, indent + 4, done);
                }
            }
        }
    }
}

fn criterion_line(
    report: &GateReport,
    criterion: &CriterionReport,
    charter: &Charter,
    indent: usize,
    names: usize,
) -> Line {
    let word = if criterion.judged { criterion.outcome.as_str() } else { "-" };
    // A veto that is met stands in the way; one that is not lets things through.
    let tone = match (criterion.level, criterion.is_open()) {
        (Level::Veto, true) => Tone::Bad,
        (Level::Veto, false) => Tone::Good,
        _ => Tone::of(criterion.outcome),
    };
    let mut line = Line::plain(" ".repeat(indent)).and(tone, word).fill(indent + OUTCOME + 1);
    line = line.and(Tone::Strong, criterion.name.as_str()).fill(indent + OUTCOME + 1 + names + 2);
    if criterion.level != Level::Must {
        line = line.and(Tone::Faint, format!("{}: ", criterion.level.as_str()));
    }
    line = line.and(
        Tone::Plain,
        words::rule_text(charter, &criterion_place(&report.gate, &criterion.name, criterion.level)).unwrap_or_default(),
    );
    let waived = criterion.leaves.iter().find(|leaf| leaf.outcome == Outcome::Waived);
    let things = criterion.leaves.iter().filter(|leaf| leaf.item.is_some()).count();
    if let Some(waived) = waived {
        line = line.and(Tone::Unsure, format!("   {}", waived.explanation.found));
    } else if things > 1 {
        let passing = criterion.leaves.iter().filter(|leaf| leaf.item.is_some() && !leaf.blamed).count();
        line = line.and(Tone::Plain, format!("   {passing} of {things}"));
    }
    if let Some(cite) = &criterion.cite {
        line = line.and(Tone::Faint, format!("   ({cite})"));
    }
    if !criterion.judged {
        line = line.and(Tone::Faint, "   not reached: the gate is ordered");
    }
    line
}

/// Adds what is not met: under each rule what is needed, and of each thing what was found and what goes on from there. A
/// command that stands on the page already is not repeated.
pub(super) fn open_leaves(page: &mut Page, leaves: &[&Leaf], charter: &Charter) {
    some_leaves(page, leaves, charter, None);
}

/// Adds what is not met; where a command shows all of it, the first of each rule.
fn some_leaves(page: &mut Page, leaves: &[&Leaf], charter: &Charter, all: Option<&String>) {
    if !leaves.is_empty() {
        page.head("Not met");
    }
    let mut told = BTreeSet::new();
    for group in leaves.chunk_by(|a, b| a.explanation.rule == b.explanation.rule) {
        let Some(first) = group.first() else { continue };
        let rule = rule_text(charter, first);
        let cite = first.explanation.cite.as_ref().map(|cite| format!("   ({cite})")).unwrap_or_default();
        let place = first.explanation.rule.as_deref().and_then(|rule| rule.strip_prefix("gates."));
        let place = place.unwrap_or(&first.rule);
        let line = Line::plain("  ").and(Tone::Strong, place).and(Tone::Plain, format!("   {rule}"));
        page.line(&line.and(Tone::Faint, cite));
        if let Some(why) = &first.explanation.why {
            page.detail(4, "why", Tone::Plain, why);
        }
        let needed = &first.explanation.needed;
        let alike = group.len() > 1 && group.iter().all(|leaf| leaf.explanation.needed == *needed);
        if alike && *needed != rule {
            page.detail(4, "needed", Tone::Plain, needed);
        }
        // One thing more takes no more room than saying so.
        let shown = if all.is_some() && group.len() > FIRST + 1 { FIRST } else { group.len() };
        let ways: Vec<Way<'_>> = group.iter().take(shown).map(|leaf| Way::of(leaf, &mut told)).collect();
        let sorts = same_ways(&ways);
        // Rows say nothing where the commands of many stand above.
        let folds = |(first, others): &(&Way<'_>, &[Way<'_>])| {
            !others.is_empty() && first.steps.is_empty() && others.iter().all(|way| way.steps.is_empty())
        };
        if !(alike && group.len() > 2 && !sorts.iter().any(folds) && show_rows(page, &ways)) {
            for (way, others) in sorts {
                way.show(page, !alike, others);
            }
        }
        if let Some(all) = all.filter(|_| shown < group.len()) {
            let rest = format!("… and {} more of this rule: ", group.len() - shown);
            page.line(&Line::plain("    ").and(Tone::Faint, rest).and(Tone::Command, all));
        }
    }
}

/// Returns the rule of a leaf as it stands in the charter, or what it needs.
fn rule_text(charter: &Charter, leaf: &Leaf) -> String {
    let place = leaf.explanation.rule.as_deref().unwrap_or_default();
    words::rule_text(charter, place).unwrap_or_else(|| leaf.explanation.needed.clone())
}

/// A thing that is not as it should be, with the commands that go on and are not on the page yet.
struct Way<'l> {
    leaf: &'l Leaf,
    steps: Vec<(String, String)>,
    /// Some of its commands stand on the page already.
    above: bool,
}

impl<'l> Way<'l> {
    fn of(leaf: &'l Leaf, told: &mut BTreeSet<&'l str>) -> Way<'l> {
        let fresh: Vec<Step> = leaf.steps.iter().filter(|step| told.insert(&step.command)).cloned().collect();
        Way { leaf, steps: words::steps(&fresh), above: fresh.len() < leaf.steps.len() }
    }

    fn rows(&self) -> Vec<Vec<Line>> {
        let mut steps = pointed(self.steps.clone(), self.above);
        if steps.is_empty() {
            steps.push((String::new(), String::new()));
        }
        let found = |position: usize| match position {
            0 => Line::new(open_tone(self.leaf), &self.leaf.explanation.found),
            _ => Line::default(),
        };
        let row = |(position, (command, who)): (usize, &(String, String))| {
            vec![found(position), Line::new(Tone::Command, command), Line::plain(who)]
        };
        steps.iter().enumerate().map(row).collect()
    }

    /// Adds what was found, and what goes on from there; of other things that are alike, their names.
    fn show(&self, page: &mut Page, needed: bool, others: &[Way<'_>]) {
        let told = &self.leaf.explanation;
        page.detail(4, "found", open_tone(self.leaf), &told.found);
        if !others.is_empty() {
            let names = others.iter().map(|way| alike::own(&way.leaf.explanation.found));
            page.detail(4, "", open_tone(self.leaf), &alike::same_of(names));
        }
        if needed {
            page.detail(4, "needed", Tone::Plain, &told.needed);
        }
        let ways = || std::iter::once(self).chain(others);
        page.next(4, &pointed(ways().flat_map(|way| way.steps.clone()).collect(), ways().any(|way| way.above)));
        if told.waivable {
            page.detail(4, "waiver", Tone::Plain, "possible");
        }
    }
}

/// Returns commands with a word about those that stand above.
fn pointed(mut steps: Vec<(String, String)>, above: bool) -> Vec<(String, String)> {
    if above {
        let text = if steps.is_empty() { "(above)" } else { "(and those above)" };
        steps.push((text.to_owned(), String::new()));
    }
    steps
}

/// Returns the ways in groups: of things that were found alike one with the others.
fn same_ways<'w, 'l>(ways: &'w [Way<'l>]) -> Vec<(&'w Way<'l>, &'w [Way<'l>])> {
    let like = |a: &Way<'_>, b: &Way<'_>| {
        let (first, next) = (&a.leaf.explanation, &b.leaf.explanation);
        first.needed == next.needed && first.waivable == next.waivable && a.leaf.outcome == b.leaf.outcome
    };
    let groups = alike::things(ways, |way| &way.leaf.explanation.found, like);
    groups.into_iter().filter_map(|group| group.split_first()).collect()
}

/// Adds one row a command, where what was found, the command and who can run it fit beside each other; who can run all of
/// them stands above where that makes them fit. Returns whether they did.
fn show_rows(page: &mut Page, ways: &[Way<'_>]) -> bool {
    if ways.iter().any(|way| way.leaf.explanation.waivable) {
        return false;
    }
    let mut rows: Vec<Vec<Line>> = ways.iter().flat_map(Way::rows).collect();
    let width = |rows: &[Vec<Line>]| {
        let last = rows.iter().filter_map(|row| row.last()).map(Line::width).max().unwrap_or(0);
        let columns = widths(rows, 3);
        let before: usize = columns.iter().map(|width| width + 2).sum();
        (4 + before + last <= page.look().width).then_some(columns)
    };
    if let Some(columns) = width(&rows) {
        page.table_of(4, &rows, &columns);
        return true;
    }
    let steps = ways.iter().flat_map(|way| pointed(way.steps.clone(), way.above));
    let who: BTreeSet<String> = steps.map(|(_, who)| who).collect();
    let (Some(who), 1) = (who.first(), who.len()) else { return false };
    for row in &mut rows {
        row.truncate(2);
    }
    let Some(columns) = width(&rows) else { return false };
    if !who.is_empty() {
        page.detail(4, "who", Tone::Plain, who);
    }
    page.table_of(4, &rows, &columns);
    true
}

fn open_tone(leaf: &Leaf) -> Tone {
    // Under a veto it is the met ones that stand in the way.
    if leaf.outcome == Outcome::Met { Tone::Bad } else { Tone::of(leaf.outcome) }
}
