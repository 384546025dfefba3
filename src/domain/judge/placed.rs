//! A gate as what stands on an item asks for it: by the charter under which that was placed.
//!
//! Whoever asks how a gate comes out is told by the charter in force, and beside it by each older one by which something on
//! the item is released, where that says otherwise. So no block is said to be free that nobody can lift, nor the reverse.

use std::collections::BTreeMap;

use super::View;
use super::eval::Eval;
use super::report::GateReport;
use crate::domain::charter::{Guard, Permission};
use crate::domain::id::{Noun, Word};

/// How a gate comes out by an older charter, by which something that stands is released.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AsPlaced {
    /// The event that adopted the charter.
    pub charter: u64,
    /// What is released by it, such as `DESIGN-BLOCKED`, or `the seal`.
    pub of: Vec<String>,
    /// How the gate comes out.
    pub report: GateReport,
}

impl View<'_> {
    /// Returns how a gate comes out by the charters under which something stands on the subject that the gate releases, where
    /// it is not as by the one in force.
    pub fn gate_as_placed(&self, gate: &Word, subject: &Noun) -> Vec<AsPlaced> {
        let eval = Eval::new(*self);
        let mut of: BTreeMap<u64, Vec<String>> = BTreeMap::new();
        let Noun::Item(id) = subject else { return Vec::new() };
        let Some(item) = self.state.items.get(id) else { return Vec::new() };
        let asks = |by: Option<&Permission>| by.is_some_and(|by| by.guard == Some(Guard::Gate(gate.clone())));
        for block in item.blocks.iter().filter(|block| block.lifted.is_none()) {
            let rule = eval.placing_charter(Some(block)).and_then(|then| then.rules.blocks.get(&block.name));
            if asks(rule.and_then(|rule| rule.lift.as_ref())) {
                of.entry(block.charter).or_default().push(block.name.to_string());
            }
        }
        if let Some(seal) = &item.seal {
            let then = self.state.charters.get(&seal.charter);
            if asks(then.and_then(|then| then.rules.kinds.get(&item.kind)?.unseal.as_ref())) {
                of.entry(seal.charter).or_default().push("the seal".to_owned());
            }
        }
        let other = of.into_iter().filter(|(charter, _)| eval.is_otherwise(*charter, gate, subject));
        other
            .map(|(charter, of)| {
                let report = eval.under(charter, |eval| eval.whole_gate(gate, subject));
                AsPlaced { charter, of, report }
            })
            .collect()
    }
}

impl Eval<'_> {
    /// Returns whether a gate comes out otherwise by the charter that an event adopted than by the one in force: one of them
    /// does not let pass, and they do not look at the same and find the same.
    pub(super) fn is_otherwise(&self, charter: u64, gate: &Word, subject: &Noun) -> bool {
        if charter == self.adopted.seq {
            return false;
        }
        let then = self.under(charter, |eval| eval.whole_gate(gate, subject));
        let now = self.whole_gate(gate, subject);
        let same = then.outcome == now.outcome && (now.passes() || then.digest() == now.digest());
        !same
    }
}
