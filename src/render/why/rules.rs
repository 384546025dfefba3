//! A rule that is asked for by its name: its words, who can waive it, and what it stands against now.

use std::collections::BTreeSet;

use super::super::look::{Line, Look, Page, Tone};
use super::super::waivers::{Granted, Waived};
use super::super::{shown, words};
use super::paths::rule_text;
use super::{leaves_value, show_leaves};
use crate::domain::authority::suppliers;
use crate::domain::charter::{CommitRule, NamedRule, WaiverRule};
use crate::domain::explain::Supplier;
use crate::domain::id::{ItemId, Noun, Word};
use crate::domain::judge::{Judgement, Leaf, Standpoint};
use crate::domain::state::State;
use crate::domain::value::Value;

/// How many things a rule stands against are told before the rest is counted.
const FIRST: usize = 5;

/// Rules of one name.
pub struct WhyRules<'a> {
    state: &'a State,
    rules: Vec<WhyRule<'a>>,
}

struct WhyRule<'a> {
    rule: NamedRule<'a>,
    text: String,
    classes: Vec<Class<'a>>,
    /// Who can adopt a charter without it: of a rule about commits that nobody can waive.
    authority: Option<Vec<Supplier>>,
    granted: Vec<Granted>,
    /// The items that a commit may serve, where it has to serve one.
    serves: Option<Vec<&'a ItemId>>,
    standpoints: Vec<Standpoint>,
}

/// A class of waivers that covers the rule.
struct Class<'a> {
    name: &'a Word,
    rule: &'a WaiverRule,
    who: Vec<Supplier>,
}

impl Waived for WhyRules<'_> {
    fn each_waiver(&mut self, note: impl FnMut(&mut Granted)) {
        self.rules.iter_mut().flat_map(|rule| &mut rule.granted).for_each(note);
    }
}

impl<'a> WhyRules<'a> {
    /// Returns what there is to be said of some rules, for one item or for all, and of their waivers, of one of them or of all.
    pub fn of(
        judgement: &Judgement<'a>,
        rules: Vec<NamedRule<'a>>,
        item: Option<&ItemId>,
        waiver: Option<&Noun>,
    ) -> WhyRules<'a> {
        let state = judgement.view().state;
        let rules = rules.into_iter().map(|rule| WhyRule::of(judgement, rule, item, waiver)).collect();
        WhyRules { state, rules }
    }

    /// Returns whether the rules stand against nothing now.
    pub fn is_free(&self) -> bool {
        !self.rules.iter().any(|rule| rule.open().next().is_some())
    }

    /// Returns the object that programs read.
    pub fn to_value(&self) -> Value {
        Value::map([
            ("free", self.is_free().into()),
            ("rules", Value::List(self.rules.iter().map(WhyRule::to_value).collect())),
        ])
    }

    /// Returns the page that people read.
    pub fn to_text(&self, look: Look) -> String {
        let mut page = Page::new(look);
        for (at, rule) in self.rules.iter().enumerate() {
            if at > 0 {
                page.gap();
            }
            rule.show(&mut page);
        }
        let leaves = self.rules.iter().flat_map(|rule| rule.open().take(FIRST).flat_map(|one| &one.leaves));
        show_leaves(&mut page, leaves, self.state);
        page.finish()
    }
}

impl<'a> WhyRule<'a> {
    fn of(judgement: &Judgement<'a>, rule: NamedRule<'a>, item: Option<&ItemId>, waiver: Option<&Noun>) -> WhyRule<'a> {
        let state = judgement.view().state;
        let (name, charter) = (rule.name(), &state.charter.rules);
        let text = match &rule {
            NamedRule::Commit(_, rule) => commit_text(rule),
            NamedRule::Criterion(..) => words::rule_text(charter, &rule.place()).unwrap_or_default(),
        };
        let covers = charter.waivers.iter().filter(|(_, class)| class.covers.contains(&name));
        let classes =
            covers.map(|(name, rule)| Class { name, rule, who: suppliers(state, &rule.by, &BTreeSet::new()) });
        let of_note = |one: &Granted| one.is_of(&name, waiver) && (waiver.is_some() || one.is_of_note());
        let items =
            state.items.iter().filter(|(id, own)| !own.waivers.is_empty() && item.is_none_or(|item| item == *id));
        let granted = items.flat_map(|(id, item)| Granted::of(judgement, id, item)).filter(of_note);
        let serves = match &rule {
            NamedRule::Commit(_, CommitRule { serves: Some(serves), .. }) => Some(judgement.served_by(serves)),
            _ => None,
        };
        let (classes, granted): (Vec<_>, _) = (classes.collect(), granted.collect());
        let is_fixed = classes.is_empty() && matches!(rule, NamedRule::Commit(..));
        let authority = is_fixed.then(|| suppliers(state, &charter.authority, &BTreeSet::new()));
        let standpoints = judgement.standpoints(&rule, item);
        WhyRule { rule, text, classes, authority, granted, serves, standpoints }
    }

    fn open(&self) -> impl Iterator<Item = &Standpoint> {
        self.standpoints.iter().filter(|one| one.is_open)
    }

    fn told(&self) -> (Option<&String>, Option<&String>) {
        match &self.rule {
            NamedRule::Commit(_, rule) => (rule.why.as_ref(), rule.cite.as_ref()),
            NamedRule::Criterion(_, rule) => (rule.why.as_ref(), rule.cite.as_ref()),
        }
    }

    fn show(&self, page: &mut Page) {
        page.line(&Line::new(Tone::Strong, self.rule.place()));
        page.detail(2, "rule", Tone::Plain, &shown::line(&self.text));
        let (why, cite) = self.told();
        for (label, text) in [("why", why), ("cite", cite)] {
            if let Some(text) = text {
                page.detail(2, label, Tone::Plain, &shown::line(text));
            }
        }
        if self.classes.is_empty() {
            let of_commits = "; what came too late for it waits for a charter without it";
            let text = if self.authority.is_some() { of_commits } else { "" };
            page.detail(2, "waiver", Tone::Plain, &format!("not possible for this rule{text}"));
            self.authority.iter().flatten().for_each(|who| show_who(page, who));
        }
        for Class { name, rule, who } in &self.classes {
            let text = format!("possible, of the class {name}: {}, until {}", rule.by_text, rule.until);
            page.detail(2, "waiver", Tone::Plain, &shown::line(&text));
            for who in who {
                show_who(page, who);
            }
        }
        self.granted.iter().for_each(|one| one.whole(page));
        if let Some(serves) = &self.serves {
            let text = match serves.as_slice() {
                [] => "nothing that a commit could serve is there now".to_owned(),
                some => some_of(some.iter().map(|id| id.as_str()), some.len()),
            };
            page.detail(2, "serves", if serves.is_empty() { Tone::Bad } else { Tone::Plain }, &text);
        }
        if self.standpoints.is_empty() {
            let text = match &self.rule {
                NamedRule::Commit(..) => "nothing by itself: it is judged of each commit that it speaks of",
                NamedRule::Criterion(..) => "nothing: there is nothing that its gate is asked of",
            };
            page.detail(2, "against", Tone::Good, text);
        }
        let told = self.standpoints.iter().filter(|one| !one.is_open);
        let told: Vec<String> = told.map(told_of).collect();
        if !told.is_empty() {
            page.detail(2, "holds", Tone::Good, &some_of(told.iter().map(String::as_str), told.len()));
        }
        for one in self.open().take(FIRST) {
            page.detail(2, "against", Tone::of(one.outcome), &told_of(one));
            if !one.judged
                && let NamedRule::Criterion(gate, _) = &self.rule
            {
                page.next(2, &[(gate_command(gate, &one.subject), String::new())]);
            }
        }
        let more = self.open().count().saturating_sub(FIRST);
        if more > 0 {
            page.detail(2, "", Tone::Plain, &format!("and {more} more"));
        }
    }

    fn to_value(&self) -> Value {
        let (why, cite) = self.told();
        let class = |class: &Class<'_>| {
            Value::map([
                ("class", Value::from(class.name)),
                ("by", class.rule.by_text.as_str().into()),
                ("until", Value::text(class.rule.until)),
                ("who", words::suppliers_value(&class.who)),
            ])
        };
        let standpoint = |one: &Standpoint| {
            let leaves: Vec<Leaf> = one.leaves.clone();
            Value::map([
                ("item", one.subject.to_key().into()),
                ("outcome", Value::text(one.outcome)),
                ("judged", one.judged.into()),
                ("free", (!one.is_open).into()),
                ("explanations", leaves_value(&leaves)),
            ])
        };
        Value::map([
            ("rule", Value::from(self.rule.place().as_str())),
            ("name", self.rule.name().as_str().into()),
            ("text", self.text.as_str().into()),
            ("why", why.cloned().into()),
            ("cite", cite.cloned().into()),
            ("waivable", Value::List(self.classes.iter().map(class).collect())),
            ("authority", self.authority.as_deref().map(words::suppliers_value).into()),
            ("waived", Value::List(self.granted.iter().map(Granted::to_value).collect())),
            ("serves", self.serves.as_ref().map(|ids| Value::list(ids.iter().copied())).into()),
            ("against", Value::List(self.standpoints.iter().map(standpoint).collect())),
        ])
    }
}

fn show_who(page: &mut Page, who: &Supplier) {
    let names = if who.actors.is_empty() { "nobody".to_owned() } else { who.actors.join(", ") };
    page.detail(2, "who", Tone::Plain, &format!("{}: {names}", who.role));
}

/// Returns what a rule about commits says, with what they change.
fn commit_text(rule: &CommitRule) -> String {
    let within = rule.touching.as_ref().map(|scope| format!(" of {scope}"));
    let except = rule.except.as_ref().map(|scope| format!(" and not of {scope}"));
    rule_text(rule, &format!("{}{}", within.unwrap_or_default(), except.unwrap_or_default()))
}

fn told_of(one: &Standpoint) -> String {
    let of = one.subject.to_key().unwrap_or_else(|| "repo".to_owned());
    match one.outcome {
        _ if !one.judged => format!("{of}: not reached, since what stands before it in its gate is not met"),
        outcome => format!("{of}: {}", outcome.as_str()),
    }
}

fn gate_command(gate: &Word, subject: &Noun) -> String {
    match subject {
        Noun::Repo => format!("ledger gate {gate}"),
        noun => format!("ledger gate {gate} {noun}"),
    }
}

/// Returns the first of some names, and how many more there are.
fn some_of<'n>(names: impl Iterator<Item = &'n str>, count: usize) -> String {
    let told: Vec<&str> = names.take(FIRST).collect();
    let more = count.saturating_sub(FIRST);
    if more == 0 { told.join(", ") } else { format!("{} and {more} more", told.join(", ")) }
}
