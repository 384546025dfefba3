//! An inbox: what waits for somebody, what is possible, what changed and what lapsed.

use std::collections::{BTreeMap, BTreeSet};

use super::gate::{Marks, show_marks};
use super::look::{Line, Look, Page, Tone};
use super::{alike, shown, spoken, words};
use crate::domain::explain::Supplier;
use crate::domain::id::Rid;
use crate::domain::inbox::{Changed, Inbox, Lapsed, Open, Waiting, Whose};
use crate::domain::judge::Step;
use crate::domain::value::Value;

/// How many of each part are told, unless all of them are asked for.
const MOST: usize = 8;

/// How many reasons of one thing that waits are told.
const REASONS: usize = 2;

/// From how many bytes on a reason is told once, however many things wait for it.
const LONG: usize = 80;

/// What differs between what a statement was made on and what is there now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// The file: both versions are here, as objects of git.
    File {
        /// The path.
        path: String,
        /// The command that shows the difference.
        command: String,
    },
    /// The file, and one of the versions is not here.
    FileGone {
        /// The path.
        path: String,
    },
    /// Title, fields, links or path: the file is the same.
    Stated,
    /// What the claim is over: what is there now and was not, is no longer there, or has another content; all that is known of it.
    Over(Vec<OverChange>),
}

/// What became of one of the things that a claim is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverChange {
    /// Its name.
    pub name: String,
    /// What became of it.
    pub how: Became,
}

/// What became of a thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Became {
    /// It was not among them.
    Added,
    /// It is no longer among them.
    Gone,
    /// It is another.
    Changed(Box<Difference>),
}

/// An inbox with what the log and the objects say beside it.
pub struct InboxPage {
    /// What waits.
    pub inbox: Inbox,
    /// What lapsed.
    pub lapsed: Vec<Lapsed>,
    /// What differs, by the event of the statement.
    pub differences: BTreeMap<Rid, Difference>,
    /// The marks that stand on items.
    pub marks: Marks,
    /// Show all, however much it is.
    pub all: bool,
}

impl Difference {
    fn text(&self) -> String {
        match self {
            Difference::File { path, .. } => format!("{path} has other bytes"),
            Difference::FileGone { path } => format!("{path} has other bytes, and one version of them is not here"),
            Difference::Stated => "its title, fields, links or path say something else".to_owned(),
            Difference::Over(_) => "what the claim is over has changed".to_owned(),
        }
    }

    fn to_value(&self) -> Value {
        let (sort, path, diff, over) = match self {
            Difference::File { path, command } => ("file", Some(path), Some(command), [].as_slice()),
            Difference::FileGone { path } => ("file", Some(path), None, [].as_slice()),
            Difference::Stated => ("stated", None, None, [].as_slice()),
            Difference::Over(over) => ("over", None, None, over.as_slice()),
        };
        Value::map([
            ("sort", sort.into()),
            ("path", path.map(String::as_str).into()),
            ("diff", diff.map(String::as_str).into()),
            ("over", Value::List(over.iter().map(OverChange::to_value).collect())),
        ])
    }
}

impl OverChange {
    fn text(&self) -> String {
        match &self.how {
            Became::Added => format!("{} is new among what the claim is over", self.name),
            Became::Gone => format!("{} is no longer among what the claim is over", self.name),
            Became::Changed(difference) => format!("{}: {}", self.name, difference.text()),
        }
    }

    fn to_value(&self) -> Value {
        let (how, difference) = match &self.how {
            Became::Added => ("added", None),
            Became::Gone => ("gone", None),
            Became::Changed(difference) => ("changed", Some(difference.to_value())),
        };
        Value::map([("item", self.name.as_str().into()), ("how", how.into()), ("difference", difference.into())])
    }
}

/// Adds what differs, with the command that shows it.
fn show_difference(page: &mut Page, indent: usize, difference: &Difference, most: usize) {
    page.detail(indent, "found", Tone::Unsure, &difference.text());
    match difference {
        Difference::File { command, .. } => page.detail(indent, "diff", Tone::Command, command),
        Difference::Over(over) => {
            for one in over.iter().take(most) {
                page.detail(indent, "", Tone::Unsure, &one.text());
                if let Became::Changed(difference) = &one.how
                    && let Difference::File { command, .. } = difference.as_ref()
                {
                    page.detail(indent, "diff", Tone::Command, command);
                }
            }
            more(page, over.len().saturating_sub(most));
        }
        Difference::FileGone { .. } | Difference::Stated => {}
    }
}

impl InboxPage {
    /// Returns the object that programs read.
    pub fn to_value(&self) -> Value {
        let inbox = &self.inbox;
        let (actor, role) = match &inbox.whose {
            Whose::Actor(name) => (Some(name), None),
            Whose::Role(role) => (None, Some(role)),
        };
        let changed = inbox.changed.iter().map(|changed| self.changed_value(changed));
        let lapsed = self.lapsed.iter().map(|lapsed| {
            Value::map([
                ("actor", (&lapsed.actor).into()),
                ("event", (&lapsed.event).into()),
                ("item", lapsed.noun.to_key().into()),
                ("what", lapsed.what.as_str().into()),
                ("how", lapsed.how.as_str().into()),
                ("at", lapsed.at.into()),
            ])
        });
        Value::map([
            ("actor", actor.into()),
            ("role", role.into()),
            ("empty", inbox.is_empty(&self.lapsed).into()),
            ("waits", Value::List(inbox.waits.iter().map(|waiting| self.waiting_value(waiting)).collect())),
            ("may", Value::List(inbox.may.iter().map(|step| self.step_value(step)).collect())),
            ("anybody", Value::list(inbox.anybody.iter().map(String::as_str))),
            ("changed", Value::List(changed.collect())),
            ("lapsed", Value::List(lapsed.collect())),
            ("others", inbox.others.as_ref().map(|step| self.step_value(step)).into()),
        ])
    }

    /// Returns what a command asks for, for programs, which have to add it.
    fn asks_value(&self, command: &str) -> Value {
        Value::list(self.inbox.asks.get(command).into_iter().flatten().map(String::as_str))
    }

    fn step_value(&self, step: &Step) -> Value {
        let mut value = words::step_value(step);
        if let Value::Map(map) = &mut value {
            map.insert("asks".to_owned(), self.asks_value(&step.command));
            map.insert("marks".to_owned(), self.marks_value(&step.command));
        }
        value
    }

    /// Returns the marks on what a command speaks of, for programs.
    fn marks_value(&self, command: &str) -> Value {
        Value::list(self.marks.among(command.split(' ')).into_keys())
    }

    /// Says which marks stand on what the page speaks of.
    fn show_marked(&self, page: &mut Page) {
        let inbox = &self.inbox;
        let waits = self.sorts().into_iter().flatten().map(|waiting| &waiting.command);
        let may = self.cut(&inbox.may).iter().chain(&inbox.others).map(|step| &step.command);
        let changed: Vec<String> = self.cut(&inbox.changed).iter().map(|changed| changed.noun.to_string()).collect();
        let words = waits.chain(may).flat_map(|command| command.split(' ')).chain(changed.iter().map(String::as_str));
        let words: Vec<&str> = words.collect();
        if !self.marks.among(words.iter().copied()).is_empty() {
            page.head("Marked");
            show_marks(page, &self.marks, words.into_iter());
        }
    }

    fn changed_value(&self, changed: &Changed) -> Value {
        Value::map([
            ("actor", (&changed.actor).into()),
            ("item", changed.noun.to_key().into()),
            ("claim", (&changed.claim).into()),
            ("result", (&changed.result).into()),
            ("event", (&changed.event).into()),
            ("made", changed.made.into()),
            ("then", changed.then.content.into()),
            ("now", changed.now.content.into()),
            ("over_then", changed.then.over.into()),
            ("over_now", changed.now.over.into()),
            ("difference", self.differences.get(&changed.event).map(Difference::to_value).into()),
            ("again", changed.again.clone().into()),
            ("asks", self.asks_value(changed.again.as_deref().unwrap_or_default())),
            ("marks", Value::list(self.marks.on(&changed.noun.to_string()))),
        ])
    }

    /// Returns the page that people read.
    pub fn to_text(&self, look: Look) -> String {
        let mut page = Page::new(look);
        let inbox = &self.inbox;
        let whose = match &inbox.whose {
            Whose::Actor(name) => name.to_string(),
            Whose::Role(role) => format!("the role {role}"),
        };
        if inbox.is_empty(&self.lapsed) {
            page.line(&Line::new(Tone::Good, format!("Nothing waits for {whose}.")));
            if let Some(step) = &inbox.others {
                page.detail(2, "others", Tone::Plain, "the nearest step is somebody else's");
                page.next(2, &words::steps(std::slice::from_ref(step)));
                self.show_asks(&mut page, 2, &step.command);
            }
        } else {
            page.line(&Line::new(Tone::Strong, format!("Inbox of {whose}")));
        }
        self.show_waits(&mut page);
        self.show_open(&mut page);
        self.show_changed(&mut page);
        self.show_lapsed(&mut page);
        if !inbox.may.is_empty() {
            page.head("Possible, and asked for by nothing");
            let shown = self.cut(&inbox.may);
            page.next(2, &words::steps(shown));
            more(&mut page, inbox.may.len() - shown.len());
        }
        self.show_marked(&mut page);
        page.finish()
    }

    fn cut<'l, T>(&self, list: &'l [T]) -> &'l [T] {
        if self.all { list } else { list.get(..MOST).unwrap_or(list) }
    }

    /// Says what a command asks for on the terminal; without one, it has to be added.
    fn show_asks(&self, page: &mut Page, indent: usize, command: &str) {
        if let Some(asks) = self.inbox.asks.get(command) {
            page.detail(indent, "asks for", Tone::Plain, &asks.join(" "));
        }
    }

    /// Returns what waits, as far as it is told: commands that lead to the same, are the same people's and differ in one word only
    /// together.
    fn sorts(&self) -> Vec<&[Waiting]> {
        let asks = |waiting: &Waiting| self.inbox.asks.get(&waiting.command);
        let like = |a: &Waiting, b: &Waiting| {
            end(a) == end(b) && asks(a) == asks(b) && a.proposal.is_none() && b.proposal.is_none()
        };
        let all = alike::commands(&self.inbox.waits, |waiting| &waiting.command, like);
        self.cut(&all).to_vec()
    }

    fn show_waits(&self, page: &mut Page) {
        let sorts = self.sorts();
        if !sorts.is_empty() {
            page.head("Waits for you");
        }
        let mut told = BTreeSet::new();
        // What leads to the same, and by the same, says so once.
        for of_end in sorts.chunk_by(|a, b| a.first().map(end) == b.first().map(end)) {
            let Some(first) = of_end.first().and_then(|sort| sort.first()) else { continue };
            let together = of_end.len() > 1;
            if together {
                show_end(page, 2, first);
            }
            let indent = if together { 4 } else { 2 };
            for (waiting, others) in of_end.iter().filter_map(|sort| sort.split_first()) {
                self.show_waiting(page, indent, waiting, &mut told);
                if !others.is_empty() {
                    let words = others.iter().map(|other| alike::differing(&other.command, &waiting.command));
                    let text = format!("and {} more of this sort: {}", others.len(), words::names(words));
                    page.detail(indent + 2, "", Tone::Plain, &text);
                }
            }
            if !together {
                show_end(page, 4, first);
            }
        }
        more(page, self.inbox.waits.len() - sorts.iter().map(|sort| sort.len()).sum::<usize>());
    }

    /// Adds a command with what it asks for and why it waits. A reason that stands on the page already is not repeated.
    fn show_waiting<'w>(&self, page: &mut Page, indent: usize, waiting: &'w Waiting, told: &mut BTreeSet<&'w str>) {
        page.line(&Line::default().fill(indent).and(Tone::Command, &waiting.command));
        self.show_asks(page, indent + 2, &waiting.command);
        if let Some(open) = &waiting.proposal {
            page.detail(indent + 2, "signs", Tone::Plain, &proposal_text(open));
            spoken::show_says(page, indent + 2, &says(open));
            spoken::show_looks(page, indent + 2, &open.id, &open.body);
        }
        let (fresh, known): (Vec<&String>, Vec<&String>) =
            waiting.found.iter().partition(|found| found.len() < LONG || told.insert(found.as_str()));
        let mut label = "found";
        let fresh = alike::folded(fresh.into_iter().map(String::as_str));
        for found in fresh.iter().take(REASONS) {
            page.detail(indent + 2, std::mem::take(&mut label), Tone::Plain, found);
        }
        if !known.is_empty() {
            let text = if fresh.is_empty() { "(above)" } else { "(and those above)" };
            page.detail(indent + 2, std::mem::take(&mut label), Tone::Faint, text);
        }
        if fresh.len() > REASONS {
            page.detail(indent + 2, "", Tone::Faint, &format!("and {} more", fresh.len() - REASONS));
        }
    }

    /// Says what is asked for and nobody in particular does, each sort of it once.
    fn show_open(&self, page: &mut Page) {
        let mut commands: Vec<&String> = self.inbox.anybody.iter().collect();
        commands.sort_by_key(|command| command.split(' ').next().unwrap_or_default());
        let sorts = alike::commands(&commands, |command| command.as_str(), |_, _| true);
        if !sorts.is_empty() {
            page.head("Waits for whoever commits files");
        }
        for (command, others) in self.cut(&sorts).iter().filter_map(|sort| sort.split_first()) {
            page.line(&Line::plain("  ").and(Tone::Command, command.as_str()));
            if !others.is_empty() {
                let words = others.iter().map(|other| alike::differing(other, command));
                let text = format!("and {} more of this sort: {}", others.len(), words::names(words));
                page.detail(4, "", Tone::Plain, &text);
            }
        }
        let told: usize = self.cut(&sorts).iter().map(|sort| sort.len()).sum();
        more(page, commands.len() - told);
    }

    fn show_changed(&self, page: &mut Page) {
        let changed = &self.inbox.changed;
        if !changed.is_empty() {
            page.head("Changed since");
        }
        for changed in self.cut(changed) {
            let head = format!("{}={} of {}", changed.claim, changed.result, changed.made.date());
            let by = format!("   by {}", changed.actor);
            page.line(
                &Line::plain("  ")
                    .and(Tone::Strong, changed.noun.to_string())
                    .and(Tone::Plain, format!("  {head}"))
                    .and(Tone::Faint, by),
            );
            if let Some(difference) = self.differences.get(&changed.event) {
                show_difference(page, 4, difference, if self.all { usize::MAX } else { MOST });
            }
            if let Some(again) = &changed.again {
                page.next(4, &[(again.clone(), String::new())]);
                self.show_asks(page, 4, again);
            }
        }
        more(page, changed.len() - self.cut(changed).len());
    }

    fn show_lapsed(&self, page: &mut Page) {
        if !self.lapsed.is_empty() {
            page.head("No longer stands");
        }
        for lapsed in self.cut(&self.lapsed) {
            page.line(
                &Line::plain("  ").and(Tone::Strong, &lapsed.what).and(Tone::Faint, format!("   by {}", lapsed.actor)),
            );
            page.detail(4, "", Tone::Plain, &lapsed.how);
        }
        more(page, self.lapsed.len() - self.cut(&self.lapsed).len());
    }
}

fn more(page: &mut Page, hidden: usize) {
    if hidden > 0 {
        let more = Line::plain("  ").and(Tone::Faint, format!("and {hidden} more: "));
        page.line(&more.and(Tone::Command, "ledger inbox --all"));
    }
}

/// Returns what a thing that waits leads to, and who can do it.
fn end(waiting: &Waiting) -> (Vec<&str>, &[Supplier]) {
    (waiting.blocks.iter().chain(waiting.actions.iter()).map(String::as_str).collect(), &waiting.who)
}

fn show_end(page: &mut Page, indent: usize, waiting: &Waiting) {
    let (toward, who) = end(waiting);
    if !toward.is_empty() {
        page.detail(indent, "toward", Tone::Plain, &toward.join(", "));
    }
    page.detail(indent, "who", Tone::Faint, &shown::suppliers(who));
}

fn proposal_text(open: &Open) -> String {
    let (filled, places) = open.quorum;
    let done = if filled >= places {
        "your signature completes it".to_owned()
    } else {
        format!("with yours {filled} of {places} signatures")
    };
    let what = open.body.summary(&open.item);
    format!("{what}, signed by {}; {done}; ends {}", words::names(&open.by), open.ends.date())
}

/// Returns what a proposal says, and what it is about.
fn says(open: &Open) -> Vec<String> {
    spoken::says(&open.item, &open.body).into_iter().chain(open.meant.iter().cloned()).collect()
}

impl InboxPage {
    fn waiting_value(&self, waiting: &Waiting) -> Value {
        let proposal = waiting.proposal.as_ref().map(|open| {
            Value::map([
                ("id", (&open.id).into()),
                ("action", open.body.summary(&open.item).into()),
                ("says", spoken::texts(says(open))),
                ("look", spoken::texts(spoken::looks(&open.id, &open.body))),
                ("by", Value::list(&open.by)),
                ("ends", open.ends.into()),
                ("completes", (open.quorum.0 >= open.quorum.1).into()),
            ])
        });
        let texts = |list: &std::collections::BTreeSet<String>| Value::list(list.iter().map(String::as_str));
        let sort = waiting.command.split(' ').nth(1).unwrap_or_default();
        Value::map([
            ("sort", sort.into()),
            ("command", waiting.command.as_str().into()),
            ("asks", self.asks_value(&waiting.command)),
            ("marks", self.marks_value(&waiting.command)),
            ("who", words::suppliers_value(&waiting.who)),
            ("found", Value::list(waiting.found.iter().map(String::as_str))),
            ("rules", texts(&waiting.rules)),
            ("blocks", texts(&waiting.blocks)),
            ("actions", texts(&waiting.actions)),
            ("proposal", proposal.into()),
        ])
    }
}
