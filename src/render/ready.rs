//! What can go on, first things first.

use super::look::{Line, Look, Page, Tone};
use super::words;
use crate::domain::id::{ItemId, Word};
use crate::domain::judge::{Held, Holder, Readiness, Ready, Step};
use crate::domain::state::{Item, State};
use crate::domain::value::Value;

/// How the list is ordered, for people and programs.
const ORDER: &str = "first what an earlier criterion of a gate above waits for, then what more items wait for, then what was declared earlier";

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
            let critical = ready.critical.iter().map(|((gate, of), (_, criterion))| {
                Value::map([("gate", Value::from(gate)), ("item", of.into()), ("criterion", criterion.into())])
            });
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
            ("waiting", (self.found.waiting() as u64).into()),
            ("held", Value::List(self.found.held.iter().map(held_value).collect())),
            ("order", ORDER.into()),
        ])
    }

    /// Returns the page that people read.
    pub fn to_text(&self, look: Look) -> String {
        let mut page = Page::new(look);
        let waiting = match self.found.waiting() {
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
        for (holder, items) in &self.found.held {
            page.gap();
            let shown: Vec<&str> = items.iter().take(SHOWN).map(|held| held.id.as_str()).collect();
            let more = if items.len() > SHOWN { format!(", and {} more", items.len() - SHOWN) } else { String::new() };
            let told = format!("{}: {}{more}", held_by(holder, items.len()), shown.join(", "));
            page.hung(&Line::plain(format!("  {told}")), 4);
            let steps: Vec<Step> = items.iter().take(SHOWN).flat_map(|held| held.steps.clone()).collect();
            if steps.is_empty() {
                page.next(5, &[(look_at(holder, items), String::new())]);
            } else {
                page.next(5, &words::steps(&steps));
            }
        }
        page.gap();
        page.hung(&Line::new(Tone::Faint, format!("Order: {ORDER}.")), 2);
        page.finish()
    }
}

/// How many of the items that one thing holds back are named.
const SHOWN: usize = 5;

/// Returns how many items are held back, and by what.
fn held_by(holder: &Holder, count: usize) -> String {
    let (is, waits) = if count == 1 { ("is", "waits") } else { ("are", "wait") };
    match holder {
        Holder::Block(name) => format!("{count} {is} blocked by {name}"),
        Holder::Around(name, on) => format!("{count} {is} to change what {name} on {on} stops"),
        Holder::Gate(gate) => format!("{count} {waits} for gate {gate}"),
        Holder::Condition => format!("{count} {waits} for a condition of the move"),
    }
}

/// Returns the command that says more of what holds items back, of the first of them.
fn look_at(holder: &Holder, items: &[Held]) -> String {
    let first = items.first().map_or_else(String::new, |held| held.id.to_string());
    match holder {
        Holder::Around(_, on) => format!("ledger why {on}"),
        Holder::Gate(gate) => format!("ledger gate {gate} {first}"),
        Holder::Block(_) | Holder::Condition => format!("ledger why {first}"),
    }
}

fn held_value((holder, items): (&Holder, &Vec<Held>)) -> Value {
    let (by, name, on) = match holder {
        Holder::Block(name) => ("block", Some(name), None),
        Holder::Around(name, on) => ("block", Some(name), Some(on)),
        Holder::Gate(gate) => ("gate", Some(gate), None),
        Holder::Condition => ("condition", None, None),
    };
    Value::map([
        ("by", by.into()),
        ("name", name.into()),
        ("on", on.into()),
        ("items", Value::List(items.iter().map(|held| (&held.id).into()).collect())),
        ("steps", Value::List(items.iter().flat_map(|held| &held.steps).map(words::step_value).collect())),
        ("next", look_at(holder, items).into()),
    ])
}

/// Returns why an item stands where it stands.
fn why(ready: &Ready) -> String {
    let told = |((gate, of), (_, criterion)): (&(Word, ItemId), &(usize, Word))| {
        format!("{gate}.{criterion} of {of} waits for it")
    };
    let mut told: Vec<String> = ready.critical.iter().map(told).collect();
    match ready.unblocks {
        0 => {}
        1 => told.push("1 item waits for it".to_owned()),
        count => told.push(format!("{count} items wait for it")),
    }
    told.push(format!("declared by event {}", ready.declared));
    told.join("; ")
}
