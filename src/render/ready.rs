//! What can go on, first things first.

use super::look::{Line, Look, Page, Tone};
use super::words;
use crate::domain::id::{ItemId, Word};
use crate::domain::judge::{Readiness, Ready, Step};
use crate::domain::state::{Item, State};
use crate::domain::value::Value;

/// How the list is ordered, for people and programs.
const ORDER: &str =
    "first what a gate of something above waits for, then what more items wait for, then what was declared earlier";

/// What can go on, with the state that says of what it is told.
pub struct ReadyPage<'a> {
    /// The state.
    pub state: &'a State,
    /// What can go on.
    pub found: &'a Readiness,
}

impl<'a> ReadyPage<'a> {
    fn item(&self, id: &ItemId) -> Option<&'a Item> {
        self.state.items.get(id)
    }

    /// Returns the object that programs read.
    pub fn to_value(&self) -> Value {
        let rows = self.found.ready.iter().map(|ready| {
            let item = self.item(&ready.id);
            let critical =
                ready.critical.iter().map(|(gate, of)| Value::map([("gate", Value::from(gate)), ("item", of.into())]));
            let moves = ready.moves.iter().map(|(to, step)| {
                let mut value = words::step_value(step);
                if let Value::Map(map) = &mut value {
                    map.insert("to".to_owned(), to.into());
                }
                value
            });
            Value::map([
                ("item", Value::from(&ready.id)),
                ("kind", item.map(|item| &item.kind).into()),
                ("title", item.and_then(|item| item.stated.title.clone()).into()),
                ("status", item.map(|item| &item.status).into()),
                ("critical", Value::List(critical.collect())),
                ("unblocks", (ready.unblocks as u64).into()),
                ("declared", ready.declared.into()),
                ("marks", Value::list(&ready.marks)),
                ("moves", Value::List(moves.collect())),
            ])
        });
        Value::map([
            ("ready", Value::List(rows.collect())),
            ("waiting", (self.found.waiting as u64).into()),
            ("order", ORDER.into()),
        ])
    }

    /// Returns the page that people read.
    pub fn to_text(&self, look: Look) -> String {
        let mut page = Page::new(look);
        let waiting = match self.found.waiting {
            0 => String::new(),
            1 => "   1 other item waits".to_owned(),
            count => format!("   {count} other items wait"),
        };
        page.hung(&Line::new(Tone::Strong, "Ready").and(Tone::Faint, waiting), 2);
        page.gap();
        if self.found.ready.is_empty() {
            page.line(&Line::plain("  Of no item a move forward is open."));
        }
        for (at, ready) in self.found.ready.iter().enumerate() {
            let number = format!("{:>3}  ", at + 1);
            let item = self.item(&ready.id);
            let mut head = Line::plain(number).and(Tone::Strong, ready.id.as_str());
            if let Some(item) = item {
                head = head.and(Tone::Plain, format!("  {}", item.status));
                head = head.and(Tone::Plain, item.stated.title.as_ref().map_or_else(String::new, |t| format!("  {t}")));
            }
            if !ready.marks.is_empty() {
                head = head.and(Tone::Unsure, format!("  {}", words::names(&ready.marks)));
            }
            page.hung(&head, 5);
            page.hung(&Line::plain("     ").and(Tone::Faint, why(ready)), 5);
            let steps: Vec<Step> = ready.moves.iter().map(|(_, step)| step.clone()).collect();
            page.next(5, &words::steps(&steps));
        }
        page.gap();
        page.hung(&Line::new(Tone::Faint, format!("Order: {ORDER}.")), 2);
        page.finish()
    }
}

/// Returns why an item stands where it stands.
fn why(ready: &Ready) -> String {
    let mut told: Vec<String> =
        ready.critical.iter().map(|(gate, of): &(Word, ItemId)| format!("gate {gate} of {of} waits for it")).collect();
    match ready.unblocks {
        // A block that was placed, or a gate further off, may wait for it all the same: these are not counted.
        0 => {}
        1 => told.push("1 item waits for it".to_owned()),
        count => told.push(format!("{count} items wait for it")),
    }
    told.push(format!("declared by event {}", ready.declared));
    told.join("; ")
}
