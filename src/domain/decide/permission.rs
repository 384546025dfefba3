//! Who may: keys, roles, exclusions, quorums and conditions.

use std::collections::BTreeSet;

use super::claims::placed;
use super::command::command;
use super::{Admission, Attempt, Needs, RECOVERY, Refusal, Rule, refuse};
use crate::domain::authority;
use crate::domain::charter::{Guard, Independence, NotRule, Noun as Selection};
use crate::domain::code::Code;
use crate::domain::event::Body;
use crate::domain::explain::{Explanation, Outcome, Supplier};
use crate::domain::id::{ActorId, Noun, RoleId};
use crate::domain::judge::{Authorship, GuardReport};
use crate::domain::key::{Fingerprint, PublicKey};
use crate::domain::quorum::{self, Ballots};
use crate::domain::state::{Claims, Key, State, Vote};

impl<'a> Attempt<'a> {
    /// Checks that the key is the actor's and counts, and that the actor holds the role.
    pub(super) fn check_actor(&self) -> Result<(), Refusal> {
        if self.actor.as_str() == RECOVERY {
            return self.check_recovery();
        }
        let Some(actor) = self.state.actors.get(self.actor) else {
            return Err(refuse(
                Code::TrustActorUnknown,
                format!("{} is not enrolled", self.actor),
                "an actor whom the authority enrolled",
            ));
        };
        self.check_key(actor.keys.get(self.key))?;
        match self.role {
            Some(role) if !actor.roles.contains(role) => {
                let held: Vec<&str> = actor.roles.iter().map(RoleId::as_str).collect();
                let found = format!(
                    "{} holds {}",
                    self.actor,
                    if held.is_empty() { "no role".to_owned() } else { held.join(", ") }
                );
                Err(refuse(Code::TrustRoleNotHeld, found, format!("the role {role}, in which the event acts")))
            }
            _ => Ok(()),
        }
    }

    /// Checks the signing key; `own` is the actor's record of it, if it has one.
    fn check_key(&self, own: Option<&Key>) -> Result<(), Refusal> {
        match own {
            Some(Key { revoked: None, .. }) => Ok(()),
            Some(Key { revoked: Some(seq), .. }) => Err(refuse(
                Code::TrustKeyRevoked,
                format!("the key {} was revoked by event {seq}", self.key),
                format!("a key of {} that counts at this position", self.actor),
            )),
            None => Err(match self.state.key_owner(self.key) {
                Some(owner) => refuse(
                    Code::TrustKeyOfAnother,
                    format!("the key {} belongs to {owner}", self.key),
                    format!("a key of {}, whom the event names", self.actor),
                ),
                None => refuse(
                    Code::TrustKeyUnknown,
                    format!("the key {} belongs to nobody at this position", self.key),
                    format!("a key of {}, enrolled before this event", self.actor),
                ),
            }),
        }
    }

    fn check_recovery(&self) -> Result<(), Refusal> {
        let known = self.state.recovery.iter().flat_map(|r| &r.keys).any(|key| key.fingerprint() == *self.key);
        if !known {
            let found = format!("the key {} is not one of the ledger's offline keys", self.key);
            return Err(refuse(Code::TrustKeyUnknown, found, "a recovery key that genesis names"));
        }
        let allowed = matches!(
            self.body,
            Body::Enrolled(_) | Body::Granted { .. } | Body::KeyAdded { .. } | Body::KeyRevoked { .. }
        );
        if allowed && self.role.is_none() {
            return Ok(());
        }
        let found = match self.role {
            Some(role) if allowed => format!("the offline keys act as {role}"),
            _ => format!("the offline keys sign an event of type {:?}", self.body.kind()),
        };
        let needed = "they can only enrol, grant, add keys and revoke keys, in no role";
        let rule = match self.needs() {
            Ok((Needs::Rules(rules), _)) => rules.into_iter().next(),
            _ => None,
        };
        let rule = rule.unwrap_or_else(|| self.authority_rule());
        let who = self.suppliers(&rule, false);
        Err(Explanation::new(Code::AuthorityRole, found, needed).rule(&rule.place).item(self.item).who(who).into())
    }

    /// Judges the signature against what the action needs.
    pub(super) fn permit(&self, needs: Needs<'a>) -> Result<Admission, Refusal> {
        match needs {
            Needs::Nothing => {
                Ok(Admission { pending: false, judged: None, rules: None, quorum: (1, 1), missing: Vec::new() })
            }
            Needs::Recovery => self.permit_recovery(),
            Needs::Rules(rules) => {
                let taking = rules.iter().find(|rule| self.role.is_some_and(|role| quorum::takes(rule.who, role)));
                match (taking, rules.first()) {
                    (Some(rule), _) => self.permit_rule(rule),
                    (None, Some(rule)) => Err(self.wrong_role(rule)),
                    (None, None) => {
                        Err(refuse(Code::AuthorityRole, "no rule of the charter", "a rule that allows this"))
                    }
                }
            }
        }
    }

    fn wrong_role(&self, rule: &Rule<'_>) -> Refusal {
        let found = match self.role {
            Some(acting) => format!("{} acts as {acting}", self.actor),
            None => format!("{} acts in no role that the rule takes", self.actor),
        };
        self.lacking(Code::AuthorityRole, found, rule).into()
    }

    /// Returns the explanation of a signature that does not count: who would, and how they go on. Where too few are left who could,
    /// somebody has to get the role first.
    fn lacking(&self, code: Code, found: String, rule: &Rule<'_>) -> Explanation {
        let who = self.suppliers(rule, false);
        let needed = who_text(&who);
        let vacant = authority::vacancy(self.state, &who);
        let told = Explanation::new(code, found, needed).rule(&rule.place).item(self.item).who(who);
        // Those who are left go on by the command itself, whoever is enrolled beside them.
        let someone = told.who.iter().any(|s| !s.actors.is_empty());
        let command = self.command().filter(|_| someone || vacant.is_none());
        let Some(vacant) = vacant else { return told.nexts(command) };
        let mut told = told.next(vacant.command.clone()).nexts(command);
        told.found.extend(["; ", vacant.text(self.item, !self.votes().is_empty()).as_str()]);
        // `who` stays those who could act: nobody else is sent to the action itself.
        told.needed.extend(["; who can enrol: ", who_text(&vacant.who).as_str()]);
        told
    }

    /// Returns the explanation of a signature that was given already: how far the proposal is, whose signature it waits for, and where
    /// that waits. The command that signs it is not for whoever asked.
    fn waited_for(&self, found: &str, rule: &Rule<'_>) -> Explanation {
        let (filled, places) =
            (quorum::filled(rule.who, &self.ballots(&self.counted(rule), false)), quorum::places(rule.who));
        let found = format!("{found}; it has {filled} of {places} signatures");
        let mut told = self.lacking(Code::AuthorityVotedTwice, found, rule);
        told.needed = format!("the signature of somebody else: {}", told.needed);
        let waits =
            told.who.iter().flat_map(|who| &who.actors).next().map(|actor| format!("ledger inbox --actor {actor}"));
        told.next.retain(|command| !command.starts_with("ledger cosign "));
        told.nexts(waits)
    }

    /// Returns who could fill the places that are open: live holders whom the rule does not exclude and who have not signed.
    pub(super) fn suppliers(&self, rule: &Rule<'_>, with_mine: bool) -> Vec<Supplier> {
        let votes = self.votes();
        let mut excluded = self.excluded(rule).0;
        excluded.extend(votes.iter().map(|vote| vote.actor.clone()));
        excluded.extend(with_mine.then(|| self.actor.clone()));
        let open = quorum::open(rule.who, &self.ballots(&self.counted(rule), with_mine));
        let all = authority::suppliers(self.state, rule.who, &excluded).into_iter();
        all.zip(open).filter(|(_, open)| *open > 0).map(|(s, open)| Supplier { count: open, ..s }).collect()
    }

    /// Returns the signatures that an open proposal of this very action has.
    pub(super) fn votes(&self) -> Vec<&'a Vote> {
        let proposal = self.state.proposal(self.item, self.body).filter(|proposal| proposal.is_open(self.at));
        proposal.into_iter().flat_map(|proposal| &proposal.votes).collect()
    }

    /// Returns the signatures of those whom the rule does not exclude by now: whoever became an author, or made the
    /// statement that bars, after signing no longer counts.
    fn counted(&self, rule: &Rule<'_>) -> Vec<&'a Vote> {
        let excluded = self.excluded(rule).0;
        let out: BTreeSet<&ActorId> = excluded.iter().map(|actor| authority::principal(self.state, actor)).collect();
        self.votes().into_iter().filter(|vote| !out.contains(authority::principal(self.state, &vote.actor))).collect()
    }

    fn permit_rule(&self, rule: &Rule<'a>) -> Result<Admission, Refusal> {
        self.check_exclusions(rule)?;
        let votes = self.votes();
        let me = authority::principal(self.state, self.actor);
        if let Some(vote) = votes.iter().find(|vote| authority::principal(self.state, &vote.actor) == me) {
            let found = if vote.actor == *self.actor {
                format!("{} signed this proposal already", self.actor)
            } else {
                format!("{} signed this proposal already and counts as one with {}", vote.actor, self.actor)
            };
            return Err(self.waited_for(&found, rule).into());
        }
        let counted = self.counted(rule);
        let before = self.ballots(&counted, false);
        let after = self.ballots(&counted, true);
        let (had, has, needed) =
            (quorum::filled(rule.who, &before), quorum::filled(rule.who, &after), quorum::places(rule.who));
        if has == had {
            let who = self.suppliers(rule, false);
            let found = format!("the places that {} could fill are taken", self.actor);
            let full =
                Explanation::new(Code::AuthorityDoesNotCount, found, who_text(&who)).rule(&rule.place).item(self.item);
            return Err(full.who(who).nexts(self.command()).into());
        }
        let judged = self.check_guard(rule)?;
        let missing = if has < needed { self.suppliers(rule, true) } else { Vec::new() };
        Ok(Admission { pending: has < needed, judged, rules: None, quorum: (has, needed), missing })
    }

    /// Returns the command by which somebody who counts goes on from here.
    fn command(&self) -> Option<String> {
        match self.votes().first() {
            Some(vote) => Some(format!("ledger cosign {}", vote.event)),
            None => command(self.item, self.body),
        }
    }

    fn ballots(&self, votes: &[&Vote], with_mine: bool) -> Ballots {
        let mut ballots = Ballots::new();
        let mine = with_mine.then_some((self.actor, self.role));
        for (actor, role) in votes.iter().map(|vote| (&vote.actor, vote.role.as_ref())).chain(mine) {
            let principal = authority::principal(self.state, actor).to_string();
            ballots.entry(principal).or_default().extend(role.cloned());
        }
        ballots
    }

    fn permit_recovery(&self) -> Result<Admission, Refusal> {
        let needed = self.state.recovery.as_ref().map_or(0, |r| r.quorum);
        let votes = self.votes();
        if votes.iter().any(|vote| vote.key == *self.key) {
            let found = format!("the key {} signed this proposal already", self.key);
            let twice = Explanation::new(Code::AuthorityVotedTwice, found, "another of the offline keys");
            return Err(twice.next(format!("ledger inbox --actor {RECOVERY}")).into());
        }
        let has = votes.iter().filter(|vote| vote.actor.as_str() == RECOVERY).count() as u64 + 1;
        let count = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
        let quorum = (count(has), count(needed));
        let signed = |key: &Fingerprint| key == self.key || votes.iter().any(|vote| vote.key == *key);
        let keys = self.state.recovery.iter().flat_map(|r| &r.keys).map(PublicKey::fingerprint);
        let others = keys.filter(|key| !signed(key)).map(|key| key.to_string()).collect();
        let supplier = Supplier { count: count(needed.saturating_sub(has)), role: RECOVERY.to_owned(), actors: others };
        let missing = if has < needed { vec![supplier] } else { Vec::new() };
        Ok(Admission { pending: has < needed, judged: None, rules: None, quorum, missing })
    }

    /// Returns whom the rule excludes, and whether nobody's independence can be known.
    pub(super) fn excluded(&self, rule: &Rule<'_>) -> (BTreeSet<ActorId>, bool) {
        let mut excluded = BTreeSet::new();
        let mut unknown = false;
        for not in &rule.who.not {
            match not {
                NotRule::Author => {
                    if let Noun::Placed { .. } = self.item {
                        let placers = placed(self.state, self.item).into_iter().flatten();
                        excluded.extend(placers.map(|vote| vote.actor.clone()));
                    }
                    // Who wrote a whole repository is nowhere recorded: nobody's independence of it can be shown.
                    unknown |= *self.item == Noun::Repo;
                    if let Some(id) = self.item.item() {
                        let authors = self.view().authors(id);
                        unknown |= self.is_unclear(&authors);
                        excluded.extend(authors.excluded());
                    }
                }
                NotRule::Writer(noun) => {
                    for authors in self.view().writers(noun, self.item).values() {
                        unknown |= self.is_unclear(authors);
                        excluded.extend(authors.excluded());
                    }
                }
                NotRule::Claim(claim) => excluded.extend(claimants(self.state, self.item, claim)),
            }
        }
        (excluded, unknown)
    }

    /// Returns whether it cannot be known who else wrote.
    fn is_unclear(&self, authors: &Authorship) -> bool {
        let signed = self.state.charter.rules.independence == Independence::Signed;
        authors.unknown || (signed && !(authors.claimed.is_empty() && authors.strangers.is_empty()))
    }

    fn check_exclusions(&self, rule: &Rule<'_>) -> Result<(), Refusal> {
        let me = authority::principal(self.state, self.actor);
        let is_me = |other: &ActorId| authority::principal(self.state, other) == me;
        for not in &rule.who.not {
            let narrow =
                Rule { place: String::new(), who: &only(not), guard: None, charter: None, text: String::new() };
            let (excluded, unknown) = self.excluded(&narrow);
            let hit = excluded.iter().find(|other| is_me(other));
            let (code, found) = match (not, hit) {
                (NotRule::Author, Some(other)) => (Code::AuthorityAuthor, self.author_text(other)),
                (NotRule::Author, None) if unknown => {
                    let reason = self.item.item().and_then(|id| self.view().authors_unknown(id));
                    let reason = reason.map_or_else(String::new, |reason| format!(": {reason}"));
                    let found = format!("who wrote the present bytes of {} cannot be established{reason}", self.item);
                    (Code::AuthorityAuthorUnknown, found)
                }
                (NotRule::Writer(noun), Some(other)) => (Code::AuthorityAuthor, self.writer_text(noun, other)),
                (NotRule::Writer(_), None) if unknown => {
                    let found = format!("who wrote the files that {} is about cannot be established", self.item);
                    (Code::AuthorityAuthorUnknown, found)
                }
                (NotRule::Claim(claim), Some(other)) => {
                    (Code::AuthorityExcluded, format!("{other} made the statement {claim} on {}", self.item))
                }
                _ => continue,
            };
            let mut told = self.lacking(code, found, rule);
            if code == Code::AuthorityAuthorUnknown {
                told = told.outcome(Outcome::Unknown);
            }
            return Err(told.into());
        }
        Ok(())
    }

    fn author_text(&self, author: &ActorId) -> String {
        let same =
            if author == self.actor { String::new() } else { format!(", who counts as one with {}", self.actor) };
        let Noun::Item(id) = self.item else { return format!("{} is the work of {author}{same}", self.item) };
        let authors = self.view().authors(id);
        let how = if authors.signed.contains(author) { "" } else { ", by unsigned claim" };
        format!("{id} was written by {author}{how}{same}")
    }

    /// Tells which of the files that a statement is about somebody wrote.
    fn writer_text(&self, noun: &Selection, author: &ActorId) -> String {
        let same =
            if author == self.actor { String::new() } else { format!(", who counts as one with {}", self.actor) };
        let writers = self.view().writers(noun, self.item);
        let wrote = writers.iter().find(|(_, authors)| authors.excluded().contains(author));
        let Some((path, authors)) = wrote else { return format!("{} is the work of {author}{same}", self.item) };
        let how = if authors.signed.contains(author) { "" } else { ", by unsigned claim" };
        format!("{path}, which {} is about, was written by {author}{how}{same}", self.item)
    }

    fn check_guard(&self, rule: &Rule<'a>) -> Result<Option<crate::domain::event::Judged>, Refusal> {
        let Some(guard) = rule.guard else { return Ok(None) };
        let report = self.view().guard(rule.charter, &rule.place, guard, self.item);
        if report.passes {
            return Ok(report.judged());
        }
        Err(self.guard_unmet(rule, guard, report))
    }

    /// Returns the refusal by a condition: of a gate first how it came out, then what is not met.
    fn guard_unmet(&self, rule: &Rule<'_>, guard: &Guard, report: GuardReport) -> Refusal {
        let mut explanations = report.explanations;
        let head = match (guard, &report.report) {
            (Guard::Gate(gate), Some(judged)) => {
                let then = rule.charter.filter(|seq| *seq != self.state.charter.seq);
                let then = then.map_or_else(String::new, |seq| format!(" by the charter of event {seq}"));
                let found = format!("gate {gate} is {}{then}: {}", judged.outcome.as_str(), judged.counts());
                let subject = if *self.item == Noun::Repo { String::new() } else { format!(" {}", self.item) };
                Some(
                    Explanation::new(Code::GuardUnmet, found, format!("gate {gate} is PASS"))
                        .next(format!("ledger gate {gate}{subject}")),
                )
            }
            // A refusal has at least one reason.
            (Guard::Sentence(sentence), _) if explanations.is_empty() => {
                Some(Explanation::new(Code::GuardUnmet, "it cannot be shown", sentence.text.as_str()))
            }
            _ => None,
        };
        explanations.splice(..0, head.map(|head| head.rule(&rule.place).item(self.item)));
        Refusal { explanations }
    }
}

/// Returns a rule's exclusion alone.
fn only(not: &NotRule) -> crate::domain::charter::Who {
    crate::domain::charter::Who { terms: Vec::new(), not: vec![not.clone()] }
}

/// Returns who made a statement on a thing, even if it was taken back.
fn claimants(state: &State, noun: &Noun, claim: &crate::domain::id::Word) -> BTreeSet<ActorId> {
    let claims: Option<&Claims> = match noun {
        Noun::Repo => Some(&state.repo),
        Noun::Item(id) => state.items.get(id).map(|item| &item.claims),
        placed @ Noun::Placed { .. } => state.placed.get(placed),
    };
    claims.and_then(|claims| claims.get(claim)).map(|actors| actors.keys().cloned().collect()).unwrap_or_default()
}

/// Returns who is needed, in words: `2 platform-governance (lena, kim)`.
pub(super) fn who_text(who: &[Supplier]) -> String {
    let terms: Vec<String> = who
        .iter()
        .map(|s| {
            let names = if s.actors.is_empty() { "nobody who would count".to_owned() } else { s.actors.join(", ") };
            format!("{} {} ({names})", s.count, s.role)
        })
        .collect();
    if terms.is_empty() { "nobody: no rule allows it".to_owned() } else { terms.join(" + ") }
}
