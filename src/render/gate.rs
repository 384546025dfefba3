//! A gate: its criteria as a tree, what many things are asked alike as a matrix, and what is not met with the way on.

use std::collections::BTreeSet;

use super::look::{Line, Look, Page, Tone};
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

fn title(report: &GateReport) -> Line {
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
fn walk<'r>(report: &'r GateReport, visit: &mut impl FnMut(&'r GateReport, usize)) {
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
        page.line(&criterion_line(report, criterion, charter, indent, names).cut(page.look().width));
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

fn criterion_line(report: &GateReport, criterion: &CriterionReport, charter: &Charter, indent: usize, names: usize) -> Line {
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
    line = line.and(Tone::Plain, sentence(charter, &report.gate, &criterion.name));
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

/// Returns the sentences of a criterion as they stand in the charter.
fn sentence(charter: &Charter, gate: &Word, name: &Word) -> String {
    let criteria = charter.gates.get(gate).into_iter().flat_map(|gate| &gate.criteria);
    let texts: Vec<&str> =
        criteria.filter(|known| known.name == *name).flat_map(|known| &known.any).map(|any| any.text.as_str()).collect();
    texts.join(" | ")
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
        rows: items.into_iter().map(|item| (item.to_owned(), criteria.iter().map(|c| cell(c, item)).collect())).collect(),
    })
    .collect()
}

/// Returns how a criterion came out for a thing: the best of several sentences.
fn cell(criterion: &CriterionReport, item: &str) -> Option<Outcome> {
    let leaves = criterion.leaves.iter().filter(|leaf| leaf.item.as_deref() == Some(item));
    leaves.map(|leaf| leaf.outcome).reduce(|a, b| if a.passes() || (!b.passes() && a == Outcome::Unknown) { a } else { b })
}

impl Matrix {
    fn show(&self, page: &mut Page) {
        let first = self.rows.iter().map(|(item, _)| item.len() + 2).chain([self.gate.as_str().len()]).max().unwrap_or(0);
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

/// Adds what is not met: under each rule what was found, what is needed, and the commands that go on, each once on the page.
pub(super) fn open_leaves(page: &mut Page, leaves: &[&Leaf], charter: &Charter) {
    if !leaves.is_empty() {
        page.head("Not met");
    }
    let mut told = BTreeSet::new();
    let mut last = None;
    let alike = |a: &&Leaf, b: &&Leaf| a.rule == b.rule && a.explanation.needed == b.explanation.needed;
    for group in leaves.chunk_by(alike) {
        let Some(first) = group.first() else { continue };
        if last != Some(first.rule.as_str()) {
            last = Some(first.rule.as_str());
            rule_lines(page, first, charter);
        }
        show_group(page, group, &mut told);
    }
}

/// Adds the heading of a rule: its place, its sentence and what it rests on.
fn rule_lines(page: &mut Page, leaf: &Leaf, charter: &Charter) {
    let told = &leaf.explanation;
    let cite = told.cite.as_ref().map(|cite| format!("   ({cite})")).unwrap_or_default();
    let rule = leaf.rule.split_once('.').and_then(|(gate, name)| {
        let text = sentence(charter, &Word::parse(gate).ok()?, &Word::parse(name).ok()?);
        (!text.is_empty()).then_some(text)
    });
    let rule = rule.unwrap_or_else(|| told.needed.clone());
    let line = Line::plain("  ").and(Tone::Strong, &leaf.rule).and(Tone::Plain, format!("   {rule}"));
    page.line(&line.and(Tone::Faint, cite));
    if let Some(why) = &told.why {
        page.detail(4, "why", Tone::Plain, why);
    }
}

/// Adds things of which the same is needed.
fn show_group<'l>(page: &mut Page, group: &[&'l Leaf], told: &mut BTreeSet<&'l str>) {
    for (position, leaf) in group.iter().enumerate() {
        let tone = Tone::of(leaf.outcome);
        let label = if position == 0 { "found" } else { "" };
        page.detail(4, label, if tone == Tone::Good { Tone::Bad } else { tone }, &leaf.explanation.found);
    }
    let Some(first) = group.first() else { return };
    page.detail(4, "needed", Tone::Plain, &first.explanation.needed);
    let all: Vec<&'l Step> = group.iter().flat_map(|leaf| &leaf.steps).collect();
    let fresh: Vec<Step> = all.iter().filter(|step| told.insert(&step.command)).map(|step| (*step).clone()).collect();
    page.next(4, &words::steps(&fresh));
    if fresh.is_empty() && !all.is_empty() {
        page.detail(4, "next", Tone::Faint, "(above)");
    }
    if group.iter().all(|leaf| leaf.explanation.waivable) {
        page.detail(4, "waiver", Tone::Plain, "possible");
    }
}
