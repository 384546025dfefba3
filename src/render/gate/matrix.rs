//! What the criteria of a gate ask of many things alike, as a matrix: a row a thing, a column a criterion.
//!
//! The charter alone gives the columns. Criteria of one gate that speak of the same two things or more stand together; a gate
//! that it leads to, or that leads to it, adds the things of which it asks the same by the same names.

use std::collections::{BTreeMap, BTreeSet};

use super::super::look::{Line, Page, Tone};
use super::{OUTCOME, walk};
use crate::domain::charter::Level;
use crate::domain::explain::Outcome;
use crate::domain::id::{ItemId, Word};
use crate::domain::judge::{CriterionReport, GateReport, Judgement, View};
use crate::domain::value::Value;

/// How a thing stands to a criterion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cell {
    outcome: Outcome,
    /// It keeps the criterion from being met.
    open: bool,
}

/// What several criteria ask of the same things.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::render) struct Matrix {
    gate: Word,
    /// Each criterion by its name, a veto as `veto NAME`.
    columns: Vec<String>,
    rows: Vec<(String, Vec<Option<Cell>>)>,
}

/// The marks that stand on items: what concerns whoever reads a row and stops nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks(BTreeMap<String, Vec<Word>>);

impl Marks {
    /// Returns the marks of the items that are asked for, by id. Nothing else is judged for it.
    pub fn of<'i>(view: &View<'_>, asked: impl IntoIterator<Item = &'i str>) -> Marks {
        let judgement = Judgement::new(*view);
        let marked = asked.into_iter().filter_map(|id| {
            let marks = ItemId::parse(id).map(|id| judgement.marks_on(&id)).unwrap_or_default();
            (!marks.is_empty()).then(|| (id.to_owned(), marks))
        });
        Marks(marked.collect())
    }

    pub(in crate::render) fn on(&self, item: &str) -> &[Word] {
        self.0.get(item).map_or(&[], Vec::as_slice)
    }

    /// Returns the items among some words that a mark stands on, each once, in the order of the words.
    pub(in crate::render) fn among<'w>(&self, words: impl Iterator<Item = &'w str>) -> BTreeMap<&Word, Vec<&'w str>> {
        let (mut found, mut known): (BTreeMap<&Word, Vec<&str>>, BTreeSet<&str>) = Default::default();
        for word in words.filter(|word| known.insert(word)) {
            for mark in self.on(word) {
                found.entry(mark).or_default().push(word);
            }
        }
        found
    }
}

/// Returns the matrices of a gate and of those that it leads to.
pub(in crate::render) fn matrices(report: &GateReport) -> Vec<Matrix> {
    let mut gates = Vec::new();
    walk(report, &mut |gate, _| gates.push(gate));
    let mut found: Vec<Matrix> = gates.iter().flat_map(|gate| wide(gate)).collect();
    for matrix in &mut found {
        for gate in &gates {
            matrix.join(gate);
        }
        matrix.rows.sort_by(|(a, _), (b, _)| a.cmp(b));
    }
    found
}

fn things(criterion: &CriterionReport) -> impl Iterator<Item = &str> {
    criterion.leaves.iter().filter_map(|leaf| leaf.item.as_deref())
}

/// Returns the criteria of a gate that speak of two things or more, together where they share two.
fn wide(gate: &GateReport) -> Vec<Matrix> {
    let mut groups: Vec<(BTreeSet<&str>, Vec<&CriterionReport>)> = Vec::new();
    for criterion in &gate.criteria {
        let items: BTreeSet<&str> = things(criterion).collect();
        if items.len() < 2 {
            continue;
        }
        let shares = |known: &BTreeSet<&str>| known.intersection(&items).nth(1).is_some();
        match groups.iter_mut().find(|(known, _)| shares(known)) {
            Some((known, criteria)) => {
                known.extend(items);
                criteria.push(criterion);
            }
            None => groups.push((items, vec![criterion])),
        }
    }
    let groups = groups.into_iter().filter(|(_, criteria)| criteria.len() > 1);
    let matrix = |(items, criteria): (BTreeSet<&str>, Vec<&CriterionReport>)| {
        let cells: Vec<Cells<'_>> = criteria.iter().map(|criterion| cells(criterion)).collect();
        let row = |item: &str| (item.to_owned(), cells.iter().map(|cells| cells.get(item).copied()).collect());
        Matrix {
            gate: gate.gate.clone(),
            columns: criteria.iter().map(|criterion| label(criterion)).collect(),
            rows: items.into_iter().map(row).collect(),
        }
    };
    groups.map(matrix).collect()
}

/// Returns what a criterion is called among those of its gate: a veto may have the name of one that is none.
fn label(criterion: &CriterionReport) -> String {
    let veto = if criterion.level == Level::Veto { "veto " } else { "" };
    format!("{veto}{}", criterion.name)
}

/// Thing -> how a criterion came out for it.
type Cells<'r> = BTreeMap<&'r str, Cell>;

/// Returns how a criterion came out for each of its things: the best of several sentences.
fn cells(criterion: &CriterionReport) -> Cells<'_> {
    let best = |a: Cell, b: Cell| match (a.outcome.passes(), b.outcome.passes()) {
        (true, false) => a,
        (false, true) => b,
        _ if a.outcome == Outcome::Unknown => a,
        _ => b,
    };
    let mut found: Cells<'_> = BTreeMap::new();
    for leaf in &criterion.leaves {
        let Some(item) = leaf.item.as_deref() else { continue };
        let cell = Cell { outcome: leaf.outcome, open: leaf.blamed };
        found.entry(item).and_modify(|known| *known = best(*known, cell)).or_insert(cell);
    }
    found
}

impl Matrix {
    /// Adds what another gate asks by two or more of the same names: a row for each thing that has none yet.
    fn join(&mut self, gate: &GateReport) {
        let named = |name: &String| gate.criteria.iter().map(AsRef::as_ref).find(|criterion| label(criterion) == *name);
        let asked: Vec<Cells<'_>> =
            self.columns.iter().map(|name| named(name).map(cells).unwrap_or_default()).collect();
        let items: BTreeSet<&str> = asked.iter().flat_map(BTreeMap::keys).copied().collect();
        let known: BTreeSet<&str> = self.rows.iter().map(|(known, _)| known.as_str()).collect();
        let mut rows = Vec::new();
        for item in items.difference(&known) {
            let cells: Vec<Option<Cell>> = asked.iter().map(|cells| cells.get(item).copied()).collect();
            if cells.iter().flatten().count() >= 2 {
                rows.push(((*item).to_owned(), cells));
            }
        }
        self.rows.extend(rows);
    }

    fn cells(&self) -> impl Iterator<Item = &Cell> {
        self.rows.iter().flat_map(|(_, cells)| cells.iter().flatten())
    }

    /// Returns how many cells something is asked of.
    pub(in crate::render) fn size(&self) -> usize {
        self.cells().count()
    }

    /// Returns `13 x 6, 40 of 76 met`.
    pub(in crate::render) fn summary(&self) -> String {
        let met = self.cells().filter(|cell| cell.outcome.passes() && !cell.open).count();
        let (rows, columns) = (self.rows.len(), self.columns.len());
        format!("{rows} x {columns}, {met} of {} met", self.size())
    }

    /// Returns the object that programs read; a cell that nothing is asked of is null.
    pub(in crate::render) fn to_value(&self, marks: Option<&Marks>) -> Value {
        let row = |(item, cells): &(String, Vec<Option<Cell>>)| {
            let cells = self.columns.iter().zip(cells);
            let cells = cells.map(|(name, cell)| (name.clone(), cell.map(|cell| Value::text(cell.outcome)).into()));
            let row = [("item", item.as_str().into()), ("cells", Value::Map(cells.collect()))];
            Value::map(row.into_iter().chain(marks.map(|marks| ("marks", Value::list(marks.on(item))))))
        };
        Value::map([
            ("gate", (&self.gate).into()),
            ("columns", Value::list(self.columns.iter().map(String::as_str))),
            ("rows", Value::List(self.rows.iter().map(row).collect())),
        ])
    }

    /// Shows the matrix, its columns in as many tables as the page's width needs; each row names its thing anew.
    pub(in crate::render) fn show(&self, page: &mut Page, marks: Option<&Marks>) {
        let name = |text: &str| Line::new(Tone::Strong, text);
        let mut table = vec![
            std::iter::once(name(self.gate.as_str())).chain(self.columns.iter().map(|column| name(column))).collect(),
        ];
        for (item, cells) in &self.rows {
            let word = |cell: &Option<Cell>| match cell {
                Some(cell) if cell.outcome == Outcome::Met && cell.open => Line::new(Tone::Bad, cell.outcome.as_str()),
                Some(cell) => Line::new(Tone::of(cell.outcome), cell.outcome.as_str()),
                None => Line::new(Tone::Faint, "-"),
            };
            let row: Vec<Line> =
                std::iter::once(Line::plain(format!("  {item}"))).chain(cells.iter().map(word)).collect();
            table.push(row);
        }
        let all = self.columns.len() + 1;
        let wide = |at: usize| table.iter().filter_map(|row| row.get(at)).map(Line::width).max().unwrap_or(0);
        let wide: Vec<usize> = (0..all).map(|at| if at == 0 { wide(at) } else { wide(at).max(OUTCOME - 1) }).collect();
        let first = wide.first().copied().unwrap_or_default();
        let mut from = 1;
        while from < all {
            let mut used = first;
            let fits = wide.iter().skip(from).take_while(|width| {
                used += *width + 2;
                used <= page.look().width
            });
            let to = (from + fits.count().max(1)).min(all);
            page.gap();
            for row in &table {
                let mut line = row.first().cloned().unwrap_or_default();
                let mut at = first + 2;
                for (cell, width) in row.iter().zip(&wide).take(to).skip(from) {
                    line = line.fill(at).join(cell.clone());
                    at += width + 2;
                }
                page.line(&line);
            }
            from = to;
        }
        let asked = if self.rows.iter().any(|(_, cells)| cells.contains(&None)) { "; - is not asked" } else { "" };
        page.line(&Line::plain("  ").and(Tone::Faint, format!("{}{asked}", self.summary())));
        if let Some(marks) = marks {
            show_marks(page, marks, self.things());
        }
    }

    /// Returns the things that the rows are of.
    pub(in crate::render) fn things(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().map(|(item, _)| item.as_str())
    }
}

/// Says which marks stand on which of these things.
pub(in crate::render) fn show_marks<'w>(page: &mut Page, marks: &Marks, things: impl Iterator<Item = &'w str>) {
    for (mark, items) in marks.among(things) {
        let line = Line::plain("  ").and(Tone::Unsure, mark.as_str());
        page.line(&line.and(Tone::Plain, format!(" on {}", items.join(", "))));
    }
}
