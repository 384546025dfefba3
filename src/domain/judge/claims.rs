//! `has CLAIM`: what the latest words of all actors about the present content add up to.

use std::collections::{BTreeMap, BTreeSet};

use super::compare;
use super::eval::Eval;
use super::predicate::Finding;
use super::select::Thing;
use crate::domain::authority;
use crate::domain::charter::{ClaimRule, ClaimTest, Quantity};
use crate::domain::explain::Outcome;
use crate::domain::facts::Question;
use crate::domain::id::{ActorId, Noun, RoleId, Word};
use crate::domain::path::RepoPath;
use crate::domain::state::{Basis, Said};

const CONTRADICTION: &str = "; they contradict each other";

/// How many of a changed set are named.
const NAMED: usize = 3;

const UNNAMED: &str = "what it speaks of";

/// What one word says, and whether that is certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Face {
    Good,
    Contrary,
    /// Neither for nor against: too old, on another branch, or with values that are not the ones asked for.
    Neither,
}

/// The latest word of one actor.
struct Heard<'a> {
    actor: &'a ActorId,
    said: &'a Said,
    face: Face,
    certain: bool,
    /// Why it is not good, or not certain.
    remark: String,
}

impl<'a> Eval<'a> {
    pub(super) fn claim(&self, thing: &Thing<'a>, quantity: Quantity, test: &ClaimTest) -> Finding {
        let (Some(subject), Some(rule)) = (thing.noun(), self.charter().claims.get(&test.claim)) else {
            return Finding::new(Outcome::Unmet, format!("{} cannot have {}", thing.label(), test.claim));
        };
        let path = if let Thing::Item(_, item) = thing { item.stated.path.as_ref() } else { None };
        let words = self.claims_of(&subject).and_then(|claims| claims.get(&test.claim));
        let Some(words) = words.filter(|words| !words.is_empty()) else {
            let (outcome, remark) = self.weigh(&[], quantity, test);
            return Finding::new(outcome, format!("{subject} has no {}{remark}", test.claim)).at(path);
        };
        let basis = self.basis(&test.claim, &subject);
        let heard = self.heard(words, basis, rule, test);
        let (outcome, remark) = self.weigh(&heard, quantity, test);
        let found = if heard.is_empty() {
            format!("{}{remark}", self.stale(thing, &test.claim, words, basis))
        } else {
            let told: Vec<String> = heard.iter().map(Heard::tell).collect();
            format!("{} of {subject}: {}{remark}", test.claim, told.join(", "))
        };
        let found = if basis.is_none() {
            format!("{found}; what {subject} holds now cannot be read, so no word about it counts")
        } else {
            found
        };
        Finding::new(outcome, found).at(path)
    }

    /// Returns the latest current word of each actor. Where the present content is unknown, every word may be current.
    fn heard(
        &self,
        words: &'a BTreeMap<ActorId, BTreeMap<Basis, Said>>,
        basis: Option<Basis>,
        rule: &ClaimRule,
        test: &ClaimTest,
    ) -> Vec<Heard<'a>> {
        let mut heard = Vec::new();
        for (actor, said) in words {
            let current = match basis {
                Some(basis) => said.get(&basis).filter(|said| !said.retracted),
                None => said.values().filter(|said| !said.retracted).max_by_key(|said| said.touch.seq),
            };
            let Some(said) = current.filter(|said| in_role(self, actor, said, test)) else { continue };
            let mut word = self.face(actor, said, rule, test);
            word.certain &= basis.is_some();
            heard.push(word);
        }
        heard
    }

    fn face(&self, actor: &'a ActorId, said: &'a Said, rule: &ClaimRule, test: &ClaimTest) -> Heard<'a> {
        let mut heard = Heard { actor, said, face: Face::Good, certain: true, remark: String::new() };
        let statement = &said.statement;
        let good = match test.results.as_slice() {
            [] => rule.results.first().is_some_and(|(first, _)| *first == statement.result),
            results => results.contains(&statement.result),
        };
        let answered = |answer: Option<&bool>| -> Vec<&str> {
            let asked = rule.answers.iter().filter(|question| statement.answers.get(*question) == answer);
            asked.map(Word::as_str).collect()
        };
        let (noes, silent) = (answered(Some(&false)), answered(None));
        if let Some(doubt) = self.doubt(said) {
            heard.certain = false;
            heard.remark = doubt;
        }
        if !good || !noes.is_empty() || !silent.is_empty() {
            heard.face = Face::Contrary;
            let mut remarks = Vec::new();
            if !noes.is_empty() {
                remarks.push(format!("answered no to {}", noes.join(", ")));
            }
            // With another result nothing has to be answered.
            if good && !silent.is_empty() {
                remarks.push(format!("gave no answer to {}", silent.join(", ")));
            }
            if !said.evidence.is_empty() {
                remarks.push(format!("with evidence, in event {}", said.touch.seq));
            }
            if !remarks.is_empty() {
                heard.remark = remarks.join("; ");
            }
            return heard;
        }
        if test.within.is_some_and(|span| said.made.plus(span) < self.view.as_of) {
            heard.set_aside("too long ago".to_owned());
        } else if let Some(branch) = test.on.as_ref().filter(|branch| said.on.get(*branch) != Some(&true)) {
            match said.on.get(branch) {
                Some(_) => heard.set_aside(format!("not on {branch}")),
                None => heard.put_in_doubt(format!("whether on {branch} is not known")),
            }
        }
        for (name, compare) in &test.with {
            let value = statement.values.get(name);
            match value.map_or(Outcome::Unknown, |value| compare::holds(value, compare, &statement.values)) {
                Outcome::Met => {}
                Outcome::Unknown => heard.put_in_doubt(format!("without a value that {name} could be judged by")),
                _ => heard.set_aside(format!("{name} is {}", value.map(super::words::value).unwrap_or_default())),
            }
        }
        heard
    }

    /// Returns why a word cannot be relied upon, if so.
    pub(super) fn doubt(&self, said: &Said) -> Option<String> {
        let key = self.state.actors.values().find_map(|actor| actor.keys.get(&said.key));
        if key.is_none_or(|key| key.compromised_since.is_some_and(|since| since <= said.touch.seq)) {
            return Some("signed by a key that was in other hands".to_owned());
        }
        if self.state.disputed.contains(&said.event) {
            return Some("on facts that the authority disputes".to_owned());
        }
        let erased = |evidence: &&crate::domain::event::Evidence| self.is_erased(&evidence.sha256);
        said.evidence.iter().find(erased).map(|evidence| format!("its evidence {} was erased", evidence.sha256.short()))
    }

    /// Adds the words up: how many different principals are good, and whether anybody says the contrary.
    fn weigh(&self, heard: &[Heard<'a>], quantity: Quantity, test: &ClaimTest) -> (Outcome, String) {
        let of = |certain_only: bool| -> BTreeSet<&'a ActorId> {
            let good = heard.iter().filter(|word| word.face == Face::Good && (word.certain || !certain_only));
            good.map(|word| authority::principal(self.state, word.actor)).collect()
        };
        let (sure, possible) = (of(true), of(false));
        let contrary = heard.iter().any(|word| word.face == Face::Contrary);
        let at_least = |n: usize| match (possible.len() >= n, contrary, sure.len() >= n) {
            (false, _, _) => (Outcome::Unmet, String::new()),
            (true, true, _) => (Outcome::Unknown, CONTRADICTION.to_owned()),
            (true, false, true) => (Outcome::Met, String::new()),
            (true, false, false) => (Outcome::Unknown, String::new()),
        };
        let number = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
        let not = |(outcome, remark): (Outcome, String)| (outcome.negate(), remark);
        if let Some((true, role)) = &test.by {
            return self.everybody(heard, role, contrary);
        }
        match quantity {
            Quantity::The | Quantity::Every => at_least(1),
            Quantity::AtLeast(n) => at_least(number(n)),
            Quantity::No => not(at_least(1)),
            Quantity::AtMost(n) => not(at_least(number(n).saturating_add(1))),
        }
    }

    /// Judges `by every ROLE`: each live holder has said it. Without a holder nobody has.
    fn everybody(&self, heard: &[Heard<'a>], role: &RoleId, contrary: bool) -> (Outcome, String) {
        let holders = authority::holders(self.state, role);
        if holders.is_empty() {
            return (Outcome::Unmet, format!("; nobody holds the role {role}"));
        }
        let silent = self.silent(heard, &holders, false);
        if !silent.is_empty() {
            let names: Vec<&str> = silent.iter().map(|holder| holder.as_str()).collect();
            return (Outcome::Unmet, format!("; not by {}", names.join(", ")));
        }
        match (contrary, self.silent(heard, &holders, true).is_empty()) {
            (true, _) => (Outcome::Unknown, CONTRADICTION.to_owned()),
            (false, sure) => (if sure { Outcome::Met } else { Outcome::Unknown }, String::new()),
        }
    }

    /// Returns the holders of a role of whom no good word is there, or none that is certain.
    fn silent<'h>(&self, heard: &[Heard<'_>], holders: &[&'h ActorId], certain: bool) -> Vec<&'h ActorId> {
        let good = heard.iter().filter(|word| word.face == Face::Good && (word.certain || !certain));
        let said: BTreeSet<&ActorId> = good.map(|word| authority::principal(self.state, word.actor)).collect();
        holders.iter().copied().filter(|holder| !said.contains(authority::principal(self.state, holder))).collect()
    }

    /// Returns who has said what is asked for of a thing: the principals of those whose word counts.
    pub(super) fn sayers(&self, subject: &Noun, test: &ClaimTest) -> BTreeSet<&'a ActorId> {
        let words = self.claims_of(subject).and_then(|claims| claims.get(&test.claim));
        let (Some(words), Some(claim)) = (words, self.charter().claims.get(&test.claim)) else {
            return BTreeSet::new();
        };
        let heard = self.heard(words, self.basis(&test.claim, subject), claim, test);
        let good = heard.iter().filter(|word| word.face == Face::Good && word.certain);
        good.map(|word| authority::principal(self.state, word.actor)).collect()
    }

    /// Returns the live holders of a role who have not said what is asked for of a thing.
    pub(super) fn still_to_say(&self, subject: &Noun, test: &ClaimTest, role: &RoleId) -> Vec<&'a ActorId> {
        let holders = authority::holders(self.state, role);
        let words = self.claims_of(subject).and_then(|claims| claims.get(&test.claim));
        let (Some(words), Some(claim)) = (words, self.charter().claims.get(&test.claim)) else { return holders };
        let heard = self.heard(words, self.basis(&test.claim, subject), claim, test);
        self.silent(&heard, &holders, true)
    }

    /// Returns what is found where nobody's word is current: the last one that was, or that there was none.
    fn stale(
        &self,
        thing: &Thing<'a>,
        claim: &Word,
        words: &BTreeMap<ActorId, BTreeMap<Basis, Said>>,
        basis: Option<Basis>,
    ) -> String {
        let all = words.iter().flat_map(|(actor, said)| said.iter().map(move |(on, said)| (actor, on, said)));
        let Some((actor, on, said)) = all.max_by_key(|(_, _, said)| said.touch.seq) else {
            return format!("{} has no {claim}", thing.label());
        };
        let date = said.made.date();
        if said.retracted {
            return format!("{claim} of {} by {actor} on {date} was taken back", thing.label());
        }
        let changed = match thing {
            _ if basis.is_some_and(|now| now.content == on.content && now.over == on.over) => {
                return format!(
                    "{claim} of {} by {actor} on {date} was not said in the role that is asked for",
                    thing.label()
                );
            }
            _ if basis.is_some_and(|now| now.content == on.content) => self.turned(thing, claim, said.touch.seq),
            Thing::Item(_, item) if item.stated.path.is_some() && item.touched.seq <= said.touch.seq => {
                "the file".to_owned()
            }
            Thing::Repo => self.turned(thing, claim, said.touch.seq),
            thing => thing.label(),
        };
        format!("{claim} of {} by {actor} on {date}, before {changed} changed", thing.label())
    }

    /// Returns what of the set that a claim is over is another than what the event at a position was signed on, as far as files tell.
    fn turned(&self, thing: &Thing<'a>, claim: &Word, seq: u64) -> String {
        let members = thing.noun().zip(self.charter().claims.get(claim));
        let members = members.map(|(subject, rule)| self.over_each(rule, &subject)).unwrap_or_default();
        let files = members.iter().filter_map(|(name, member)| Some((name, member.path.as_ref()?)));
        let mut files = files.peekable();
        let seen = files.peek().and_then(|_| self.view.facts.signed_on(seq));
        let Some(seen) = seen else { return UNNAMED.to_owned() };
        let other = |(name, path): (&String, &RepoPath)| {
            let question = Question::Path(path.clone());
            let now = self.ask(&question)?;
            (seen.facts.get(&question) != Some(&now)).then(|| name.clone())
        };
        let turned: Vec<String> = files.filter_map(other).collect();
        if turned.is_empty() { UNNAMED.to_owned() } else { super::words::list(&turned, NAMED) }
    }
}

impl Heard<'_> {
    /// Makes the word count neither for nor against.
    fn set_aside(&mut self, remark: String) {
        self.face = Face::Neither;
        self.remark = remark;
    }

    fn put_in_doubt(&mut self, remark: String) {
        self.certain = false;
        self.remark = remark;
    }

    fn tell(&self) -> String {
        let Heard { actor, said, remark, .. } = self;
        let remark = if remark.is_empty() { String::new() } else { format!(" ({remark})") };
        format!("{} by {actor} on {}{remark}", said.statement.result, said.made.date())
    }
}

/// Returns whether a word counts under `by ROLE`: it was said in that role. Under `by every` each holder counts.
fn in_role(eval: &Eval<'_>, actor: &ActorId, said: &Said, test: &ClaimTest) -> bool {
    match &test.by {
        None => true,
        Some((false, role)) => said.role.as_ref() == Some(role),
        Some((true, role)) => {
            said.role.as_ref() == Some(role)
                || eval.state.actors.get(actor).is_some_and(|known| known.roles.contains(role))
        }
    }
}
