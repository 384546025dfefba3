//! Why an event was admitted: the rule, who could have signed, and how its condition came out at its position.

use super::super::event::event_value;
use super::super::gate::{Part, gate_text, gate_value};
use super::super::look::{Line, Look, Page, Tone};
use super::super::{shown, spoken, words};
use crate::domain::commit::SignedEvent;
use crate::domain::decide::grounds::Grounds;
use crate::domain::explain::Explanation;
use crate::domain::state::State;
use crate::domain::value::Value;

/// Why an event was admitted.
pub struct WhyEvent<'a> {
    /// The event.
    pub signed: &'a SignedEvent,
    /// The commit that holds it.
    pub commit: &'a str,
    /// The state before it and its grounds there; `None` for genesis.
    pub before: Option<(&'a State, Grounds)>,
}

impl WhyEvent<'_> {
    /// Returns the object that programs read.
    pub fn to_value(&self) -> Value {
        let grounds = self.before.as_ref().map(|(state, grounds)| {
            let (filled, places) = grounds.admission.quorum;
            let votes = grounds.votes.iter().map(|vote| {
                Value::map([
                    ("actor", (&vote.actor).into()),
                    ("as", vote.role.as_ref().into()),
                    ("event", (&vote.event).into()),
                    ("seq", vote.touch.seq.into()),
                ])
            });
            let guard = grounds.guard.as_ref();
            let gate = guard.and_then(|guard| guard.report.as_ref()).map(|report| gate_value(report, None));
            let told = guard.map(|guard| Value::List(guard.explanations.iter().map(Explanation::to_value).collect()));
            Value::map([
                ("rule", grounds.rule.clone().into()),
                ("text", grounds.text.as_str().into()),
                ("charter", charter_value(state, grounds)),
                ("quorum", Value::map([("filled", Value::Int(filled.into())), ("places", Value::Int(places.into()))])),
                ("earlier", Value::List(votes.collect())),
                ("who", words::suppliers_value(&grounds.who)),
                ("excluded", Value::set(&grounds.excluded)),
                ("missing", words::suppliers_value(&grounds.admission.missing)),
                ("gate", gate.into()),
                ("explanations", told.into()),
            ])
        });
        Value::map([
            ("event", event_value(self.signed, self.commit)),
            ("admitted", true.into()),
            ("pending", self.signed.event.pending.into()),
            (
                "says",
                spoken::texts(spoken::sentences(&self.signed.event, self.before.as_ref().map(|(state, _)| *state))),
            ),
            ("look", spoken::texts(self.looks())),
            ("grounds", grounds.into()),
        ])
    }

    /// Returns what is proposed.
    fn says(&self) -> Vec<String> {
        let event = &self.signed.event;
        match &self.before {
            Some((state, _)) => spoken::says_in(state, &event.item, &event.body),
            None => spoken::says(&event.item, &event.body),
        }
    }

    /// Returns the commands that show what is proposed.
    fn looks(&self) -> Vec<String> {
        let event = &self.signed.event;
        if event.pending { spoken::looks(&event.id, &event.body) } else { Vec::new() }
    }

    /// Returns the page that people read.
    pub fn to_text(&self, look: Look) -> String {
        let mut page = Page::new(look);
        let event = &self.signed.event;
        page.line(
            &Line::new(Tone::Strong, format!("event {}", event.seq)).and(Tone::Plain, format!("  {}", event.summary())),
        );
        let role = event.role.as_ref().map(|role| format!(" as {role}")).unwrap_or_default();
        page.detail(2, "by", Tone::Plain, &format!("{}{role}, {}", event.actor, event.at));
        if event.pending {
            spoken::show_says(&mut page, 2, &self.says());
            spoken::show_looks(&mut page, 2, &event.id, &event.body);
        }
        let Some((state, grounds)) = &self.before else {
            let text = "it is the first event: nothing admits it but that it is the one that this repository names";
            page.detail(2, "admitted", Tone::Good, text);
            page.next(2, &[("ledger trust".to_owned(), String::new())]);
            return page.finish();
        };
        let place = grounds.rule.as_deref().unwrap_or("no rule of the charter");
        let charter = charter_of(state, grounds);
        page.detail(2, "admitted", Tone::Good, &format!("under {place}; {charter}"));
        page.detail(2, "rule", Tone::Plain, &grounds.text);
        let (filled, places) = grounds.admission.quorum;
        let quorum = if event.pending {
            let missing = shown::suppliers(&grounds.admission.missing);
            format!("only proposed: {filled} of {places} signatures; next could sign {missing}")
        } else {
            format!("took effect: {filled} of {places} signatures")
        };
        page.detail(2, "quorum", if event.pending { Tone::Unsure } else { Tone::Plain }, &quorum);
        for vote in &grounds.votes {
            let role = vote.role.as_ref().map(|role| format!(" as {role}"));
            let role = role.unwrap_or_else(|| format!(" with {}", vote.key));
            page.detail(2, "", Tone::Plain, &format!("{}{role}, event {}", vote.actor, vote.touch.seq));
        }
        if !grounds.who.is_empty() {
            page.detail(2, "could", Tone::Plain, &shown::suppliers(&grounds.who));
        }
        if !grounds.excluded.is_empty() {
            page.detail(2, "not", Tone::Plain, &format!("{}: the rule excludes them", words::names(&grounds.excluded)));
        }
        if let Some(seen) = &event.seen {
            let text = format!("{} at {}", words::count(seen.facts.len(), "fact", "facts"), seen.commit);
            page.detail(2, "seen", Tone::Plain, &text);
            page.detail(2, "", Tone::Command, &format!("ledger show {}", event.seq));
        }
        if let Some(guard) = &grounds.guard {
            page.head("Its condition, at its position");
            match &guard.report {
                Some(report) => {
                    let plain = Look { color: false, width: look.width.saturating_sub(2), ..look };
                    let then = state.charters.get(&grounds.charter).unwrap_or(&state.charter);
                    for line in gate_text(report, &then.rules, None, plain, Part::Whole).lines() {
                        page.line(&Line::plain(format!("  {line}")));
                    }
                }
                None => page.detail(2, "", Tone::Good, "met"),
            }
        }
        page.finish()
    }
}

fn charter_of(state: &State, grounds: &Grounds) -> String {
    let charter = state.charters.get(&grounds.charter).unwrap_or(&state.charter);
    format!("charter {} of event {}", charter.rules.id, charter.seq)
}

fn charter_value(state: &State, grounds: &Grounds) -> Value {
    let charter = state.charters.get(&grounds.charter).unwrap_or(&state.charter);
    Value::map([("id", (&charter.rules.id).into()), ("seq", charter.seq.into()), ("sha256", charter.sha256.into())])
}
