//! What took effect by a key that was in other hands, and waits for somebody to say whether it stands.

use super::look::{Line, Page, Tone};
use crate::domain::id::{ActorId, Rid};
use crate::domain::value::Value;

/// An event that nobody has confirmed or undone since its key was found to have been in other hands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taint {
    /// Its position.
    pub seq: u64,
    /// Its id.
    pub event: Rid,
    /// What it did.
    pub summary: String,
    /// Whose key it was.
    pub actor: ActorId,
    /// The commands that settle it.
    pub next: Vec<String>,
}

/// Returns the events, for programs.
pub fn taints_value(taints: &[Taint]) -> Value {
    let one = |taint: &Taint| {
        Value::map([
            ("seq", taint.seq.into()),
            ("event", (&taint.event).into()),
            ("summary", taint.summary.as_str().into()),
            ("actor", (&taint.actor).into()),
            ("next", Value::list(taint.next.iter().map(String::as_str))),
        ])
    };
    Value::List(taints.iter().map(one).collect())
}

/// Adds the oldest of them and how many there are; what settles it, or where several wait, what lists them.
pub fn show_taints(page: &mut Page, taints: &[Taint]) {
    let Some(first) = taints.first() else { return };
    page.gap();
    let more = if taints.len() > 1 { format!("; and {} more like it", taints.len() - 1) } else { String::new() };
    let text =
        format!("event {}, {}: by a key of {} that was in other hands{more}", first.seq, first.summary, first.actor);
    page.detail(0, "tainted", Tone::Unsure, &text);
    let next = if taints.len() > 1 { vec!["ledger verify".to_owned()] } else { first.next.clone() };
    for (at, command) in next.iter().enumerate() {
        let label = if at == 0 { "next" } else { "" };
        page.command(0, label, &Line::new(Tone::Command, command), &Line::default(), 0);
    }
}
