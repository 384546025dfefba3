//! Waivers: granted by two, of what a class covers, for as long as it allows; taken back by one.

use std::collections::BTreeSet;

use super::draft::Wish;
use super::{Attempt, Needs, Refusal, Rule, refuse};
use crate::domain::authority;
use crate::domain::charter::{Lasts, WaiverRule};
use crate::domain::code::Code;
use crate::domain::event::{Body, PHASE_END};
use crate::domain::explain::{Explanation, Supplier};
use crate::domain::id::{ItemId, Noun, Rid, Word};
use crate::domain::state::{Standing, State, Waiver};
use crate::domain::time::{Date, Timestamp};

impl<'a> Attempt<'a> {
    pub(super) fn waived(&self, name: &Word, rule: &str, until: &str) -> Result<Needs<'a>, Refusal> {
        if !matches!(self.item, Noun::Item(_)) {
            let found = format!("a waiver of {rule} for {}", self.item);
            return Err(refuse(Code::WaiverNotPossible, found, "a waiver for one item"));
        }
        let class = self.class(name, rule)?;
        let (id, item) = self.live_item()?;
        let kinds = self.state.charter.rules.waivable_for(rule);
        if !kinds.contains(&&item.kind) {
            let found = format!("a waiver of {rule} for {id}, which is a {}", item.kind);
            let kinds: Vec<&str> = kinds.into_iter().map(Word::as_str).collect();
            let judged = match rule.split_once('.') {
                Some((gate, _)) => format!("an item for which gate {gate} is judged"),
                None => "an item that commits serve".to_owned(),
            };
            let told =
                Explanation::new(Code::WaiverNotPossible, found, format!("{judged}: a {}", kinds.join(" or a ")));
            return Err(told.item(id).into());
        }
        let active = |waiver: &&Waiver| waiver.rule == rule && waiver.is_active(self.at);
        if let Some(standing) = item.waivers.iter().find(active) {
            let found = format!("{rule} is waived for {id} until {}", standing.until);
            let told = Explanation::new(Code::WaiverStands, found, "no such waiver, or the one that stands revoked");
            return Err(told.item(id).who(self.revokers(class)).next(format!("ledger unwaive {rule} {id}")).into());
        }
        self.check_until(id, name, class, until)?;
        let active = self.state.active_waivers(self.at).filter(|(_, waiver)| waiver.class == *name).count();
        if let Some(most) = class.most.filter(|most| active >= usize::try_from(*most).unwrap_or(usize::MAX)) {
            let found = format!("{active} of the class {name} are active");
            let told = Explanation::new(Code::WaiverMost, found, format!("at most {most} active at once"));
            let told = told.rule(format!("waivers.{name}.most")).item(id).who(self.revokers(class));
            return Err(told.next("ledger status").into());
        }
        let place = format!("waivers.{name}.by");
        Ok(Needs::Rules(vec![Rule { place, who: &class.by, guard: None, charter: None, text: class.by_text.clone() }]))
    }

    fn revokers(&self, class: &WaiverRule) -> Vec<Supplier> {
        authority::suppliers(self.state, &class.revoke, &BTreeSet::new())
    }

    /// Returns the class, provided that it covers the rule.
    fn class(&self, name: &Word, rule: &str) -> Result<&'a WaiverRule, Refusal> {
        let classes = &self.state.charter.rules.waivers;
        let class = classes.get(name);
        if let Some(class) = class.filter(|class| class.covers.iter().any(|covered| covered == rule)) {
            return Ok(class);
        }
        let found = format!("a waiver of {rule} in the class {name}");
        let told = match class {
            Some(class) => {
                let needed = format!("one of what it covers: {}", class.covers.join(", "));
                Explanation::new(Code::WaiverNotPossible, found, needed).rule(format!("waivers.{name}.covers"))
            }
            None => not_covered(self.state, rule, found),
        };
        Err(told.item(self.item).into())
    }

    fn check_until(&self, id: &ItemId, name: &Word, class: &WaiverRule, until: &str) -> Result<(), Refusal> {
        let told = |found: String, needed: String| {
            Explanation::new(Code::WaiverUntil, found, needed).rule(format!("waivers.{name}.until")).item(id)
        };
        if let Some((whole, status)) = self.state.phase_over(id) {
            let found = format!("{whole} is {status}, and with that the phase of {id} is over");
            return Err(told(found, "a phase that is not over: a waiver ends with it".to_owned()).into());
        }
        let latest = latest(class.until, self.at);
        if until == PHASE_END {
            return match latest {
                None => Ok(()),
                Some(latest) => {
                    let needed = format!("a day, no later than {latest} ({} from now)", class.until);
                    Err(told("no day with which it ends".to_owned(), needed).into())
                }
            };
        }
        let today = self.at.date();
        let day = Date::parse(until).map_err(|error| Refusal::from(told(error.detail, "YYYY-MM-DD".to_owned())))?;
        if day < today {
            return Err(told(format!("{until} is over"), format!("{today} or later")).into());
        }
        match latest {
            Some(latest) if day > latest => {
                let needed = format!("{latest} or earlier ({} from now)", class.until);
                Err(told(format!("until {until}"), needed).into())
            }
            _ => Ok(()),
        }
    }

    pub(super) fn unwaived(&self, waiver: &Rid, rule: &str) -> Result<Needs<'a>, Refusal> {
        let (id, item) = self.item()?;
        let named = |granted: &&Waiver| granted.event == *waiver && granted.rule == rule;
        let Some(granted) = item.waivers.iter().find(named) else { return Err(no_waiver(id, rule)) };
        let standing = granted.standing(self.at);
        if standing != Standing::Active {
            let found = format!("the waiver of {rule} for {id} is {} already", standing.as_str());
            return Err(Explanation::new(Code::WaiverUnknown, found, "a waiver that is active").item(id).into());
        }
        // It keeps the rule of its grant, as a block does.
        let charter = self.state.charters.get(&granted.charter).unwrap_or(&self.state.charter);
        let Some(class) = charter.rules.waivers.get(&granted.class) else { return Err(no_waiver(id, rule)) };
        let place = format!("waivers.{}.by", granted.class);
        let text = format!("one of {}", class.by_text);
        Ok(Needs::Rules(vec![Rule { place, who: &class.revoke, guard: None, charter: None, text }]))
    }
}

/// Completes the wish for a waiver.
pub(super) fn waive(state: &State, at: Timestamp, wish: &Wish) -> Result<(Noun, Body), Refusal> {
    let Wish::Waive { id, rule, class, reason, controls, until } = wish else {
        return Err(refuse(Code::WaiverNotPossible, "another wish", "the wish for a waiver"));
    };
    let classes = &state.charter.rules.waivers;
    let covers = |(_, class): &(&Word, &WaiverRule)| class.covers.iter().any(|covered| covered == rule);
    let mut covering = classes.iter().filter(covers);
    let class = match (class, covering.next(), covering.next()) {
        (Some(class), ..) | (None, Some((class, _)), None) => class.clone(),
        (None, None, _) => return Err(not_covered(state, rule, format!("a waiver of {rule}")).item(id).into()),
        (None, Some((first, _)), Some(_)) => {
            let told = not_covered(state, rule, format!("a waiver of {rule} in no class"));
            return Err(told.item(id).next(format!("ledger waive {rule} {id} --class {first}")).into());
        }
    };
    let latest = classes.get(&class).and_then(|class| latest(class.until, at)).map(|day| day.to_string());
    let until = until.clone().or(latest).unwrap_or_else(|| PHASE_END.to_owned());
    let (rule, reason, controls) = (rule.clone(), reason.clone(), controls.clone());
    Ok((Noun::Item(id.clone()), Body::Waived { class, rule, reason, controls, until }))
}

/// Returns the last day that a class allows for a waiver of that moment; `None` where it lasts as long as the phase.
fn latest(lasts: Lasts, at: Timestamp) -> Option<Date> {
    match lasts {
        Lasts::Phase => None,
        Lasts::For(span) => Some(at.plus(span).date()),
    }
}

/// Returns the explanation that no class covers a rule.
fn not_covered(state: &State, rule: &str, found: String) -> Explanation {
    let classes = &state.charter.rules.waivers;
    let covering: Vec<&str> = classes
        .iter()
        .filter(|(_, class)| class.covers.iter().any(|covered| covered == rule))
        .map(|(name, _)| name.as_str())
        .collect();
    let needed = match (classes.is_empty(), covering.as_slice()) {
        (true, _) => "a class of waivers in the charter that covers it; there is none".to_owned(),
        (false, []) => {
            let all: Vec<&str> = classes.values().flat_map(|class| &class.covers).map(String::as_str).collect();
            format!("something that may be waived: {}", all.join(", "))
        }
        (false, covering) => format!("a class that covers it: {}", covering.join(", ")),
    };
    Explanation::new(Code::WaiverNotPossible, found, needed).rule("waivers")
}

pub(super) fn no_waiver(id: &ItemId, rule: &str) -> Refusal {
    let found = format!("no waiver of {rule} on {id}");
    Explanation::new(Code::WaiverUnknown, found, "a waiver that stands").item(id).into()
}
