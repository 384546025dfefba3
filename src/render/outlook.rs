//! What a change of the rules would do, as people and programs read it.

use super::look::{Line, Look, Page, Tone, wrap};
use super::shown;
use crate::domain::charter::RuleChange;
use crate::domain::explain::{Explanation, Supplier};
use crate::domain::judge::{OutcomeChange, Outlook};
use crate::domain::value::Value;

/// Returns the entries of the object that programs read.
pub fn entries(outlook: &Outlook) -> [(&'static str, Value); 3] {
    let outcomes = outlook.outcomes.as_ref();
    [
        ("rules", Value::List(outlook.rules.iter().map(RuleChange::to_value).collect())),
        ("outcomes", outcomes.map(|all| Value::List(all.iter().map(OutcomeChange::to_value).collect())).into()),
        ("refusals", Value::List(outlook.refusals.iter().map(Explanation::to_value).collect())),
    ]
}

/// Returns the page that people read. What refuses is told elsewhere.
pub fn page(outlook: &Outlook, look: Look) -> String {
    let mut page = Page::new(look);
    if outlook.rules.is_empty() {
        page.line(&Line::new(Tone::Good, "the rules are the same"));
    } else {
        page.head("Rules");
        for change in &outlook.rules {
            sentence(&mut page, &change.sentence());
        }
    }
    match &outlook.outcomes {
        Some(changes) if changes.is_empty() => {
            page.gap();
            page.line(&Line::new(Tone::Good, "nothing that is judged on HEAD comes out otherwise"));
        }
        Some(changes) => {
            page.head("What comes out otherwise, judged on HEAD");
            for change in changes {
                sentence(&mut page, &change.sentence());
            }
        }
        None if outlook.refusals.is_empty() => {}
        None => {
            page.head("It could not be adopted now");
            for refusal in &outlook.refusals {
                sentence(&mut page, &format!("{}; needed: {}", refusal.found, refusal.needed));
            }
        }
    }
    page.finish()
}

/// Returns the line that says who must sign.
pub fn signers(who: &[Supplier], look: Look) -> String {
    let mut page = Page::new(look);
    page.head("Who must sign");
    page.line(&Line::plain("  ").and(Tone::Plain, shown::suppliers(who)));
    page.finish()
}

fn sentence(page: &mut Page, text: &str) {
    let width = page.look().width.saturating_sub(6);
    for (position, part) in wrap(&shown::line(text), width).into_iter().enumerate() {
        page.line(&Line::plain(if position == 0 { "  " } else { "      " }).and(Tone::Plain, part));
    }
}
