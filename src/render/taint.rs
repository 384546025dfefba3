//! What took effect by a key that was in other hands, and waits for somebody to say whether it stands.

use super::look::{Page, Tone};
use super::words;
use crate::domain::id::{ActorId, Rid};
use crate::domain::judge::Step;
use crate::domain::key::Fingerprint;
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
    /// The key.
    pub key: Fingerprint,
    /// The commands that settle it, each with who can run it.
    pub next: Vec<Step>,
}

impl Taint {
    /// Returns what is wrong with it.
    pub fn text(&self) -> String {
        format!("event {}, {}: by a key of {} that was in other hands", self.seq, self.summary, self.actor)
    }
}

/// Returns the events, for programs.
pub fn taints_value(taints: &[Taint]) -> Value {
    let one = |taint: &Taint| {
        Value::map([
            ("seq", taint.seq.into()),
            ("event", (&taint.event).into()),
            ("summary", taint.summary.as_str().into()),
            ("actor", (&taint.actor).into()),
            ("key", taint.key.as_str().into()),
            ("next", Value::list(taint.next.iter().map(|step| step.command.as_str()))),
            ("steps", Value::List(taint.next.iter().map(words::step_value).collect())),
        ])
    };
    Value::List(taints.iter().map(one).collect())
}

/// Adds the oldest of them and how many there are; what settles it, or where several wait, what lists them.
pub fn show_taints(page: &mut Page, taints: &[Taint]) {
    let Some(first) = taints.first() else { return };
    page.gap();
    let more = if taints.len() > 1 { format!("; and {} more like it", taints.len() - 1) } else { String::new() };
    page.detail(0, "tainted", Tone::Unsure, &format!("{}{more}", first.text()));
    page.detail(0, "key", Tone::Plain, first.key.as_str());
    let mut next = words::steps(&first.next);
    if taints.len() > 1 {
        next.push(("ledger verify".to_owned(), String::new()));
    }
    page.next(0, &next);
}
