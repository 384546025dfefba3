//! A gate as it is answered: by the charter in force, and beside it by the older ones by which something on the item is
//! released, where they say otherwise.

use std::collections::BTreeSet;

use super::{Marks, Part, gate_text, gate_value};
use crate::domain::id::{Noun, Word};
use crate::domain::judge::{AsPlaced, GateReport, View};
use crate::domain::state::State;
use crate::domain::value::Value;
use crate::render::look::{Line, Look, Page, Tone};

/// The answer to how a gate comes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// By the charter in force.
    pub report: GateReport,
    /// By older charters, under which something stands.
    pub placed: Vec<AsPlaced>,
}

impl Shown {
    /// Judges a gate for a subject.
    pub fn of(view: &View<'_>, gate: &Word, subject: &Noun) -> Shown {
        Shown { report: view.gate(gate, subject), placed: view.gate_as_placed(gate, subject) }
    }

    /// Returns the items that were asked about, by every charter that is asked.
    pub fn asked(&self) -> BTreeSet<&str> {
        std::iter::once(&self.report)
            .chain(self.placed.iter().map(|one| &one.report))
            .flat_map(GateReport::asked)
            .collect()
    }

    /// Returns whether the gate passes by every charter that is asked.
    pub fn passes(&self) -> bool {
        self.report.passes() && self.placed.iter().all(|placed| placed.report.passes())
    }

    /// Returns the object that programs read: the gate by the charter in force, and under `placed` by each older one, with
    /// `charter`, the event that adopted it, and `of`, what is released by it.
    pub fn to_value(&self, marks: Option<&Marks>) -> Value {
        with_placed(gate_value(&self.report, marks), self.placed_value(marks))
    }

    /// Returns the answers by older charters, for programs.
    pub fn placed_value(&self, marks: Option<&Marks>) -> Value {
        let one = |placed: &AsPlaced| match gate_value(&placed.report, marks) {
            Value::Map(mut map) => {
                map.insert("charter".to_owned(), placed.charter.into());
                map.insert("of".to_owned(), Value::list(placed.of.iter().map(String::as_str)));
                Value::Map(map)
            }
            other => other,
        };
        Value::List(self.placed.iter().map(one).collect())
    }

    /// Returns the page that people read.
    pub fn to_text(&self, state: &State, marks: Option<&Marks>, look: Look, part: Part) -> String {
        let own = gate_text(&self.report, &state.charter.rules, marks, look, part);
        format!("{own}{}", self.placed_text(state, marks, look, part))
    }

    /// Returns the part of the page that older charters answer.
    pub fn placed_text(&self, state: &State, marks: Option<&Marks>, look: Look, part: Part) -> String {
        let mut text = String::new();
        for placed in &self.placed {
            let charter = state.charters.get(&placed.charter).unwrap_or(&state.charter);
            let mut page = Page::new(look);
            let line =
                format!("By the charter of event {}, under which {} was placed:", placed.charter, placed.of.join(", "));
            page.hung(&Line::new(Tone::Strong, line), 0);
            text.push('\n');
            text.push_str(&page.finish());
            text.push_str(&gate_text(&placed.report, &charter.rules, marks, look, part));
        }
        text
    }
}

/// Adds the answers by older charters to an object for programs.
pub fn with_placed(value: Value, placed: Value) -> Value {
    match value {
        Value::Map(mut map) => {
            map.insert("placed".to_owned(), placed);
            Value::Map(map)
        }
        other => other,
    }
}
