//! A gate: its criteria as a tree, what many things are asked alike as a matrix, and what is not met with the way on.

use std::collections::BTreeSet;

use super::look::{Line, Look, Page, Tone, widths};
use super::words;
use crate::domain::charter::{Charter, Level};
use crate::domain::event::GateOutcome;
use crate::domain::explain::Outcome;
use crate::domain::id::{Noun, Word};
use crate::domain::judge::{Counts, CriterionReport, GateReport, Leaf, Step};
use crate::domain::value::Value;

/// How much of a gate is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Every criterion, and the matrix.
    Whole,
    /// What keeps it from passing.
    Open,
}

/// How many columns an outcome takes.
const OUTCOME: usize = 8;

/// Returns the object that programs read: `{gate, item, outcome, digest, counts, criteria, nested}`. `nested` holds the gates
/// that criteria led to, each once, without `digest`.
pub fn gate_value(report: &GateReport) -> Value {
    let mut map = report_value(report);
    let mut nested = Vec::new();
    walk(report, &mut |gate, _| nested.push(gate));
    let nested = nested.into_iter().skip(1).map(|gate| Value::Map(report_value(gate)));
    map.insert("nested".to_owned(), Value::List(nested.collect()));
    map.insert("digest".to_owned(), report.digest().into());
    Value::Map(map)
}

fn report_value(report: &GateReport) -> std::collections::BTreeMap<String, Value> {
    let criterion = |criterion: &CriterionReport| {
        Value::map([
            ("name", (&criterion.name).into()),
            ("level", level(criterion.level).into()),
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
        ("criteria".to_owned(), Value::List(report.criteria.iter().map(criterion).collect())),
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

const fn level(level: Level) -> &'static str {
    match level {
        Level::Must => "must",
        Level::Should => "should",
        Level::Veto => "veto",
    }
}

/// Returns the page that people read.
pub fn gate_text(report: &GateReport, charter: &Charter, look: Look, part: Part) -> String {
    let mut page = Page::new(look);
    page.line(&title(report));
    tree(&mut page, report, charter, part, 2, &mut BTreeSet::new());
    if part == Part::Whole {
        let mut all = Vec::new();
        walk(report, &mut |gate, _| all.extend(matrices(gate)));
        for matrix in &all {
            matrix.show(&mut page);
        }
    }
    open_leaves(&mut page, &report.blamed(), charter);
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
    let shown: Vec<&CriterionReport> =
        report.criteria.iter().filter(|criterion| part == Part::Whole || criterion.is_open()).collect();
    if shown.is_empty() && report.criteria.is_empty() {
        page.line(&Line::plain(" ".repeat(indent)).and(Tone::Bad, "the charter has no such gate, so it holds"));
    }
    let names = shown.iter().map(|criterion| criterion.name.as_str().len()).max().unwrap_or(0);
    for criterion in shown {
        page.line(&criterion_line(report, criterion, charter, indent, names).fit(page.look()));
        for leaf in &criterion.leaves {
            for nested in leaf.nested.iter().filter(|nested| part == Part::Whole || !nested.passes()) {
                let head = Line::plain(" ".repeat(indent + 2)).join(title(nested));
                if done.contains(&(&nested.gate, &nested.subject)) {
                    page.line(&head.and(Tone::Faint, "   (above)"));
                } else {
                    page.line(&head);
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
        line = line.and(Tone::Faint, format!("{}: ", level(criterion.level)));
    }
    line = line.and(
        Tone::Plain,
        words::rule_text(charter, &format!("{}.{}", report.gate, criterion.name)).unwrap_or_default(),
    );
    let things = criterion.leaves.iter().filter(|leaf| leaf.item.is_some()).count();
    if things > 1 {
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

/// What several criteria of a gate ask of the same things.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Matrix {
    gate: Word,
    columns: Vec<Word>,
    rows: Vec<(String, Vec<Option<Outcome>>)>,
}

/// Returns the matrices of a gate: criteria that speak of two things or more stand together where they share two.
fn matrices(report: &GateReport) -> Vec<Matrix> {
    let mut groups: Vec<(BTreeSet<&str>, Vec<&CriterionReport>)> = Vec::new();
    for criterion in &report.criteria {
        let items: BTreeSet<&str> = criterion.leaves.iter().filter_map(|leaf| leaf.item.as_deref()).collect();
        if items.len() < 2 {
            continue;
        }
        match groups.iter_mut().find(|(known, _)| known.intersection(&items).count() >= 2) {
            Some((known, criteria)) => {
                known.extend(items);
                criteria.push(criterion);
            }
            None => groups.push((items, vec![criterion])),
        }
    }
    let wide = groups.into_iter().filter(|(_, criteria)| criteria.len() > 1);
    wide.map(|(items, criteria)| Matrix {
        gate: report.gate.clone(),
        columns: criteria.iter().map(|criterion| criterion.name.clone()).collect(),
        rows: items
            .into_iter()
            .map(|item| (item.to_owned(), criteria.iter().map(|c| cell(c, item)).collect()))
            .collect(),
    })
    .collect()
}

/// Returns how a criterion came out for a thing: the best of several sentences.
fn cell(criterion: &CriterionReport, item: &str) -> Option<Outcome> {
    let leaves = criterion.leaves.iter().filter(|leaf| leaf.item.as_deref() == Some(item));
    leaves
        .map(|leaf| leaf.outcome)
        .reduce(|a, b| if a.passes() || (!b.passes() && a == Outcome::Unknown) { a } else { b })
}

impl Matrix {
    fn show(&self, page: &mut Page) {
        let first =
            self.rows.iter().map(|(item, _)| item.len() + 2).chain([self.gate.as_str().len()]).max().unwrap_or(0);
        let wide = |name: &Word| name.as_str().len().max(OUTCOME - 1);
        let room = page.look().width.saturating_sub(first);
        let mut from = 0;
        while from < self.columns.len() {
            let mut used = 0;
            let fits = self.columns.iter().skip(from).take_while(|name| {
                used += wide(name) + 2;
                used <= room
            });
            let to = from + fits.count().max(1);
            self.show_columns(page, first, from..to.min(self.columns.len()));
            from = to;
        }
    }

    fn show_columns(&self, page: &mut Page, first: usize, range: std::ops::Range<usize>) {
        page.gap();
        let columns = self.columns.get(range.clone()).unwrap_or_default();
        let mut at = first + 2;
        let mut head = Line::new(Tone::Strong, self.gate.as_str());
        for name in columns {
            head = head.fill(at).and(Tone::Strong, name.as_str());
            at += name.as_str().len().max(OUTCOME - 1) + 2;
        }
        page.line(&head);
        for (item, cells) in &self.rows {
            let mut line = Line::plain("  ").and(Tone::Plain, item);
            let mut at = first + 2;
            for (name, cell) in columns.iter().zip(cells.get(range.clone()).unwrap_or_default()) {
                line = line.fill(at);
                line = match cell {
                    Some(outcome) => line.and(Tone::of(*outcome), outcome.as_str()),
                    None => line.and(Tone::Faint, "-"),
                };
                at += name.as_str().len().max(OUTCOME - 1) + 2;
            }
            page.line(&line);
        }
    }
}

/// Adds what is not met: under each rule what is needed, and of each thing what was found and what goes on from there. A
/// command that stands on the page already is not repeated.
pub(super) fn open_leaves(page: &mut Page, leaves: &[&Leaf], charter: &Charter) {
    if !leaves.is_empty() {
        page.head("Not met");
    }
    let mut told = BTreeSet::new();
    for group in leaves.chunk_by(|a, b| a.rule == b.rule) {
        let Some(first) = group.first() else { continue };
        let rule = rule_text(charter, first);
        let cite = first.explanation.cite.as_ref().map(|cite| format!("   ({cite})")).unwrap_or_default();
        let line = Line::plain("  ").and(Tone::Strong, &first.rule).and(Tone::Plain, format!("   {rule}"));
        page.line(&line.and(Tone::Faint, cite));
        if let Some(why) = &first.explanation.why {
            page.detail(4, "why", Tone::Plain, why);
        }
        let needed = &first.explanation.needed;
        let alike = group.len() > 1 && group.iter().all(|leaf| leaf.explanation.needed == *needed);
        if alike && *needed != rule {
            page.detail(4, "needed", Tone::Plain, needed);
        }
        let ways: Vec<Way<'_>> = group.iter().map(|leaf| Way::of(leaf, &mut told)).collect();
        if !(alike && group.len() > 2 && show_rows(page, &ways)) {
            for way in &ways {
                way.show(page, !alike);
            }
        }
    }
}

/// Returns the rule of a leaf as it stands in the charter, or what it needs.
fn rule_text(charter: &Charter, leaf: &Leaf) -> String {
    words::rule_text(charter, &leaf.rule).unwrap_or_else(|| leaf.explanation.needed.clone())
}

/// A thing that is not as it should be, with the commands that go on and are not on the page yet.
struct Way<'l> {
    leaf: &'l Leaf,
    steps: Vec<(String, String)>,
}

impl<'l> Way<'l> {
    fn of(leaf: &'l Leaf, told: &mut BTreeSet<&'l str>) -> Way<'l> {
        let fresh: Vec<Step> = leaf.steps.iter().filter(|step| told.insert(&step.command)).cloned().collect();
        let mut steps = words::steps(&fresh);
        if fresh.len() < leaf.steps.len() {
            let above = if fresh.is_empty() { "(above)" } else { "(and those above)" };
            steps.push((above.to_owned(), String::new()));
        }
        Way { leaf, steps }
    }

    fn rows(&self) -> Vec<Vec<Line>> {
        let none = [(String::new(), String::new())];
        let steps = if self.steps.is_empty() { none.as_slice() } else { self.steps.as_slice() };
        let found = |position: usize| match position {
            0 => Line::new(open_tone(self.leaf), &self.leaf.explanation.found),
            _ => Line::default(),
        };
        let row = |(position, (command, who)): (usize, &(String, String))| {
            vec![found(position), Line::new(Tone::Command, command), Line::plain(who)]
        };
        steps.iter().enumerate().map(row).collect()
    }

    fn show(&self, page: &mut Page, needed: bool) {
        let told = &self.leaf.explanation;
        page.detail(4, "found", open_tone(self.leaf), &told.found);
        if needed {
            page.detail(4, "needed", Tone::Plain, &told.needed);
        }
        page.next(4, &self.steps);
        if told.waivable {
            page.detail(4, "waiver", Tone::Plain, "possible");
        }
    }
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
    let who: BTreeSet<&String> = ways.iter().flat_map(|way| &way.steps).map(|(_, who)| who).collect();
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
