//! Waivers, as they are shown: what is set aside, by whom, until when, and whether that is still of use.

use std::collections::BTreeMap;

use super::look::{Page, Tone};
use crate::domain::id::{ItemId, Noun, Word};
use crate::domain::judge::Judgement;
use crate::domain::state::{Item, Standing};
use crate::domain::time::{Span, Timestamp};
use crate::domain::value::Value;

/// How long before its end a waiver is told to be expiring.
const SOON: Span = Span::days(7);

/// One waiver of an item.
#[derive(Debug, Clone)]
pub struct Granted {
    id: Noun,
    item: ItemId,
    class: Word,
    rule: String,
    standing: Standing,
    since: Timestamp,
    until: String,
    ended: Option<Timestamp>,
    by: Vec<String>,
    reason: String,
    controls: String,
    /// Its day is at most a week away.
    expiring: bool,
    /// What it sets aside holds without it, so far; `None` where that cannot be told.
    unused: Option<bool>,
}

/// A page on which waivers stand.
pub trait Waived: Sized {
    /// Does something with each of them.
    fn each_waiver(&mut self, note: impl FnMut(&mut Granted));

    /// Returns the page on which waivers of rules about commits say whether they are needed, where that is known.
    #[must_use]
    fn with_needed(mut self, needed: &BTreeMap<String, bool>) -> Self {
        self.each_waiver(|granted| granted.note_needed(needed));
        self
    }
}

impl Granted {
    /// Returns every waiver of an item, in order.
    pub(super) fn of(judgement: &Judgement<'_>, id: &ItemId, item: &Item) -> Vec<Granted> {
        let now = judgement.view().as_of;
        let granted = item.waivers.iter().map(|waiver| {
            let standing = waiver.standing(now);
            let active = standing == Standing::Active;
            let revoked = waiver.revoked.as_ref().map(|revoked| revoked.touch.at);
            Granted {
                id: waiver.noun(id),
                item: id.clone(),
                class: waiver.class.clone(),
                rule: waiver.rule.clone(),
                standing,
                since: waiver.touch.at,
                until: waiver.until.clone(),
                ended: revoked.or(waiver.ended.map(|touch| touch.at)),
                by: waiver.by.iter().map(|vote| vote.actor.to_string()).collect(),
                reason: waiver.reason.clone(),
                controls: waiver.controls.clone(),
                expiring: active && waiver.last().is_some_and(|last| last <= now.plus(SOON)),
                unused: if active { judgement.is_used(id, waiver).map(|used| !used) } else { None },
            }
        });
        granted.collect()
    }

    /// Notes of a waiver of a rule about commits whether it is needed, where that is known.
    fn note_needed(&mut self, needed: &BTreeMap<String, bool>) {
        if self.standing == Standing::Active && self.unused.is_none() {
            self.unused = needed.get(&self.id.to_string()).map(|needed| !needed);
        }
    }

    /// Returns whether the waiver was not taken back: it counts, or its time is over.
    pub(super) fn is_of_note(&self) -> bool {
        self.standing != Standing::Revoked
    }

    fn tone(&self) -> Tone {
        if self.standing == Standing::Active { Tone::Unsure } else { Tone::Faint }
    }

    /// Returns what it is: its rule and item, what became of it, and what there is to be done about it.
    fn head(&self, with_item: bool) -> String {
        let on = if with_item { format!(" for {}", self.item) } else { String::new() };
        let since = format!("since {}", self.since.date());
        let state = match (self.standing, self.ended) {
            (Standing::Active, _) if self.expiring => format!("{since}, expiring: until {}", self.until),
            (Standing::Active, _) => format!("{since}, until {}", self.until),
            (standing, Some(ended)) => format!("{since}, {} on {}", standing.as_str(), ended.date()),
            (standing, None) => format!("{since}, {}: it was until {}", standing.as_str(), self.until),
        };
        let unused = if self.unused == Some(true) { ", not used so far" } else { "" };
        format!("{}{on} {state}, by {}{unused}", self.rule, self.by.join(" and "))
    }

    /// Returns whether it is of a rule, and the very one that is meant, where one is.
    pub(super) fn is_of(&self, rule: &str, meant: Option<&Noun>) -> bool {
        self.rule == rule && meant.is_none_or(|meant| *meant == self.id)
    }

    /// Adds it to the page of its item.
    pub(super) fn show(&self, page: &mut Page) {
        page.detail(2, "waiver", self.tone(), &self.head(false));
        self.ground(page);
    }

    /// Adds it to the page of its rule.
    pub(super) fn whole(&self, page: &mut Page) {
        self.list(page);
        self.ground(page);
    }

    fn ground(&self, page: &mut Page) {
        page.detail(2, "", Tone::Plain, &format!("{}; instead: {}", self.reason, self.controls));
        page.detail(2, "", Tone::Faint, &self.id.to_string());
    }

    /// Adds it to a page of everything.
    pub(super) fn list(&self, page: &mut Page) {
        page.detail(2, "waived", self.tone(), &self.head(true));
    }

    /// Returns the object that programs read.
    pub(super) fn to_value(&self) -> Value {
        Value::map([
            ("id", Value::text(&self.id)),
            ("item", (&self.item).into()),
            ("class", (&self.class).into()),
            ("rule", self.rule.as_str().into()),
            ("state", self.standing.as_str().into()),
            ("since", self.since.into()),
            ("until", self.until.as_str().into()),
            ("ended", self.ended.into()),
            ("by", Value::list(self.by.iter().map(String::as_str))),
            ("reason", self.reason.as_str().into()),
            ("controls", self.controls.as_str().into()),
            ("expiring", self.expiring.into()),
            ("unused", self.unused.map(Value::Bool).into()),
        ])
    }
}
