//! The charter, actors, roles and keys.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Attempt, Needs, RECOVERY, Refusal, Rule, migrate, refuse, stranded};
use crate::domain::charter::{self, ActorType, Charter, Migration, Who};
use crate::domain::code::Code;
use crate::domain::event::{Adoption, CharterText, Founding, Person};
use crate::domain::explain::Explanation;
use crate::domain::id::{ActorId, Digest, RESERVED, Rid, RoleId};
use crate::domain::key::{Fingerprint, PublicKey};
use crate::domain::quorum;
use crate::domain::state::State;

/// Loads the charter that an event carries and checks that the event says of it what it says itself.
///
/// # Errors
/// The problems of the text, one explanation each; `charter.meaning` where the event contradicts the text.
pub(crate) fn load(told: &CharterText) -> Result<Charter, Refusal> {
    let rules = charter::load(&told.text).map_err(|problems| Refusal {
        explanations: problems
            .iter()
            .map(|problem| {
                let line = told.text[..problem.span.start.min(told.text.len())].matches('\n').count() + 1;
                let needed = problem.help.clone().unwrap_or_else(|| "a charter without errors".to_owned());
                Explanation::new(problem.code, problem.message.clone(), needed)
                    .rule(format!("line {line} of the charter"))
            })
            .collect(),
    })?;
    if told.semantics != u64::from(rules.semantics) {
        let found = format!("the event says semantics {}", told.semantics);
        let needed = format!("semantics {}, as the text says", rules.semantics);
        return Err(refuse(Code::CharterSemantics, found, needed));
    }
    let authority = who_as_written(&rules.authority);
    if rules.id == told.id && authority == told.authority {
        return Ok(rules);
    }
    let found = format!("the event says {}, authority {:?}", told.id, told.authority);
    let needed = format!("what the text says: {}, authority {authority:?}", rules.id);
    Err(refuse(Code::CharterMeaning, found, needed))
}

/// Returns the state in which a charter that is adopted next is in force, with everything gone over as it says.
///
/// # Errors
/// The text does not load, is the one in force, or leaves something that lives without its rule.
pub fn after(state: &State, told: &Adoption) -> Result<State, Refusal> {
    if Digest::of(told.charter.text.as_bytes()) == state.charter.sha256 {
        return Err(refuse(Code::CharterInForce, "the same text is in force", "another charter"));
    }
    let rules = load(&told.charter)?;
    if rules.migrate != told.migrate {
        let lines = |migrate: &Option<Migration>| match migrate {
            Some(migration) => migration.lines().join("; "),
            None => "nothing".to_owned(),
        };
        let found = format!("the event says that these go over: {}", lines(&told.migrate));
        return Err(refuse(Code::CharterMeaning, found, format!("what the text says: {}", lines(&rules.migrate))));
    }
    let against = rules.migrate.iter().flat_map(|migration| migrate::against(state, &rules, migration)).collect();
    refuse_if_any(against)?;
    let mut after = state.clone();
    after.adopt(told, Arc::new(rules), state.tip.seq + 1);
    refuse_if_any(stranded::stranded(state, &after))?;
    Ok(after)
}

/// Returns the lines of the charter's table `migrate` that take over what the charter leaves without a rule; none where
/// nothing of it goes over.
pub fn takeover(state: &State, told: &Adoption) -> Vec<String> {
    let Ok(rules) = load(&told.charter) else { return Vec::new() };
    let mut after = state.clone();
    after.adopt(told, Arc::new(rules), state.tip.seq + 1);
    stranded::takeover(state, &after)
}

fn refuse_if_any(found: Vec<Explanation>) -> Result<(), Refusal> {
    if found.is_empty() { Ok(()) } else { Err(Refusal { explanations: stranded::bounded(found) }) }
}

/// Returns what an event says of a charter that is to take the place of another.
pub fn adoption(rules: &Charter, text: String) -> Adoption {
    Adoption { charter: charter_text(rules, text), migrate: rules.migrate.clone() }
}

/// Returns what an event says of a charter that it carries.
pub fn charter_text(rules: &Charter, text: String) -> CharterText {
    CharterText {
        id: rules.id.clone(),
        semantics: u64::from(rules.semantics),
        authority: who_as_written(&rules.authority),
        text,
    }
}

/// Returns the terms of a rule in their one written form: `2 lead + 1 security|audit`.
pub fn who_as_written(who: &Who) -> String {
    let terms: Vec<String> = who
        .terms
        .iter()
        .map(|term| {
            let roles: Vec<&str> = term.roles.iter().map(RoleId::as_str).collect();
            format!("{} {}", term.count, roles.join("|"))
        })
        .collect();
    terms.join(" + ")
}

/// Judges the first event: the charter loads, the first actors are sound, and one of them signed it.
///
/// # Errors
/// As [`super::admit`].
pub fn found(
    founding: &Founding,
    actor: &ActorId,
    role: Option<&RoleId>,
    key: &PublicKey,
) -> Result<Arc<Charter>, Refusal> {
    let rules = load(&founding.charter)?;
    if rules.migrate.is_some() {
        let told =
            Explanation::new(Code::CharterMigrate, "a first charter with a table `migrate`", "a charter without it");
        return Err(told.rule("migrate").into());
    }
    check_founders(&rules, founding)?;
    let signer = founding.actors.iter().find(|person| person.actor == *actor);
    let Some(signer) = signer else {
        return Err(refuse(
            Code::TrustActorUnknown,
            format!("{actor} founds and is not among the actors"),
            "one of the first actors",
        ));
    };
    if !signer.keys.contains(key) {
        return Err(refuse(
            Code::TrustKeyUnknown,
            format!("the key {} is not {actor}'s", key.fingerprint()),
            "a key of the founder",
        ));
    }
    let held = role.is_some_and(|role| signer.roles.contains(role) && quorum::takes(&rules.authority, role));
    if held { Ok(Arc::new(rules)) } else { Err(not_authority(actor, &rules.authority)) }
}

/// Checks that the first actors are sound, and that no key is two people's.
fn check_founders(rules: &Charter, founding: &Founding) -> Result<(), Refusal> {
    let mut keys = BTreeSet::new();
    for person in &founding.actors {
        check_name(&person.actor)?;
        check_type(rules, person, |operator| {
            founding.actors.iter().any(|other| other.actor == *operator && other.kind == ActorType::Human)
        })?;
        if let Some(key) = person.keys.iter().find(|key| !keys.insert((*key).clone())) {
            return Err(refuse(
                Code::TrustKeyTaken,
                format!("two actors with the key {}", key.fingerprint()),
                "one actor a key",
            ));
        }
    }
    if let Some(taken) = founding.recovery.iter().flat_map(|r| &r.keys).find(|key| keys.contains(key)) {
        return Err(refuse(
            Code::TrustKeyTaken,
            format!("the recovery key {} is an actor's", taken.fingerprint()),
            "keys of no actor",
        ));
    }
    Ok(())
}

fn not_authority(actor: &ActorId, authority: &Who) -> Refusal {
    let needed = format!("a role of the authority: {}", who_as_written(authority));
    refuse(Code::TrustFounding, format!("{actor} acts in no role of the authority"), needed)
}

fn check_name(actor: &ActorId) -> Result<(), Refusal> {
    if RESERVED.contains(&actor.as_str()) || actor.as_str() == RECOVERY {
        return Err(refuse(Code::TrustActorReserved, format!("the name {actor} is reserved"), "another name"));
    }
    Ok(())
}

fn check_type(rules: &Charter, person: &Person, is_human: impl Fn(&ActorId) -> bool) -> Result<(), Refusal> {
    match (person.kind, &person.operator) {
        (ActorType::Human, None) => {}
        (ActorType::Human, Some(operator)) => {
            let found = format!("{} is a human with the operator {operator}", person.actor);
            return Err(refuse(Code::TrustActorType, found, "a human without an operator"));
        }
        (kind, None) => {
            let found = format!("{} is of type {} and has no operator", person.actor, kind.as_str());
            return Err(Explanation::new(Code::TrustActorType, found, "the enrolled human who answers for it")
                .next(format!("ledger actor enroll {} --kind {}", person.actor, kind.as_str()))
                .into());
        }
        (_, Some(operator)) if !is_human(operator) => {
            let found = format!("the operator {operator} of {} is not an enrolled human", person.actor);
            return Err(refuse(Code::TrustActorType, found, "an enrolled human"));
        }
        _ => {}
    }
    person.roles.iter().try_for_each(|role| check_role(rules, role, &person.actor, person.kind))
}

fn check_role(rules: &Charter, role: &RoleId, actor: &ActorId, kind: ActorType) -> Result<(), Refusal> {
    let Some(types) = rules.roles.get(role) else {
        let known: Vec<&str> = rules.roles.keys().map(RoleId::as_str).collect();
        return Err(refuse(
            Code::TrustRoleUnknown,
            format!("the charter has no role {role}"),
            format!("one of {}", known.join(", ")),
        ));
    };
    if types.contains(&kind) {
        return Ok(());
    }
    let allowed: Vec<&str> = types.iter().map(|t| t.as_str()).collect();
    let found = format!("{actor} is of type {}", kind.as_str());
    let needed = format!("the role {role} is for {}", allowed.join(" or "));
    Err(Explanation::new(Code::TrustActorType, found, needed).rule(format!("roles.{role}")).into())
}

impl<'a> Attempt<'a> {
    pub(super) fn chartered(&self, told: &Adoption) -> Result<Arc<Charter>, Refusal> {
        after(self.state, told).map(|after| Arc::clone(&after.charter.rules))
    }

    pub(super) fn enrolled(&self, person: &Person) -> Result<Needs<'a>, Refusal> {
        check_name(&person.actor)?;
        if self.state.actors.contains_key(&person.actor) {
            return Err(refuse(
                Code::TrustActorExists,
                format!("{} is enrolled already", person.actor),
                "another name",
            ));
        }
        let rules = &self.state.charter.rules;
        check_type(rules, person, |operator| {
            self.state.actors.get(operator).is_some_and(|actor| actor.kind == ActorType::Human)
        })?;
        person.keys.iter().try_for_each(|key| self.key_is_free(key))?;
        self.by_authority()
    }

    pub(super) fn granted(&self, actor: &ActorId, role: &RoleId) -> Result<Needs<'a>, Refusal> {
        let known = self.known(actor)?;
        check_role(&self.state.charter.rules, role, actor, known.kind)?;
        if known.roles.contains(role) {
            return Err(refuse(
                Code::TrustRoleHeld,
                format!("{actor} holds the role {role} already"),
                "a role not yet held",
            ));
        }
        self.by_authority()
    }

    pub(super) fn ungranted(&self, actor: &ActorId, role: &RoleId) -> Result<Needs<'a>, Refusal> {
        if !self.known(actor)?.roles.contains(role) {
            return Err(refuse(
                Code::TrustRoleNotHeld,
                format!("{actor} does not hold the role {role}"),
                "a role that is held",
            ));
        }
        self.keep_floor(|state| {
            if let Some(actor) = state.actors.get_mut(actor) {
                actor.roles.remove(role);
            }
        })?;
        Ok(self.authority())
    }

    pub(super) fn key_added(&self, actor: &ActorId, key: &PublicKey) -> Result<Needs<'a>, Refusal> {
        self.known(actor)?;
        self.key_is_free(key)?;
        self.by_authority()
    }

    pub(super) fn key_revoked(
        &self,
        actor: &ActorId,
        key: &Fingerprint,
        compromised_since: Option<u64>,
    ) -> Result<Needs<'a>, Refusal> {
        let Some(record) = self.known(actor)?.keys.get(key) else {
            return Err(refuse(Code::TrustKeyUnknown, format!("{actor} has no key {key}"), "a key of the actor"));
        };
        // A theft may come to light after the key was retired, and turn out to be older than it was thought to be. That it was
        // none, or a later one, can be said by nobody: it would give back what was doubted.
        let known = record.compromised_since;
        let earlier = compromised_since.is_some_and(|seq| known.is_none_or(|known| seq < known));
        if let Some(seq) = record.revoked.filter(|_| !earlier) {
            let found = format!("the key {key} was revoked by event {seq}");
            return Err(match known {
                None => refuse(Code::TrustKeyRevoked, found, "a key that counts"),
                Some(known) => refuse(
                    Code::TrustKeyRevoked,
                    format!("{found}, and was in other hands from event {known} on"),
                    format!("nothing, or a `compromised_since` before event {known}, if the theft is older"),
                ),
            });
        }
        if compromised_since.is_some_and(|seq| seq < record.since || seq > self.state.tip.seq) {
            let needed = format!("a position between {} and {}", record.since, self.state.tip.seq);
            return Err(refuse(Code::FormatNumber, "compromised_since is outside of the key's life", needed));
        }
        self.keep_floor(|state| {
            if let Some(key) = state.actors.get_mut(actor).and_then(|a| a.keys.get_mut(key)) {
                key.revoked = Some(0);
            }
        })?;
        if actor == self.actor && self.role.is_none() { Ok(Needs::Nothing) } else { Ok(self.authority()) }
    }

    pub(super) fn erased(&self, sha256: &Digest) -> Result<Needs<'a>, Refusal> {
        match self.state.evidence.get(sha256) {
            Some(evidence) if evidence.erased.is_none() => Ok(self.authority()),
            Some(_) => Err(refuse(Code::StoreEvidenceErased, "it was erased already", "evidence that is there")),
            None => {
                let told = Explanation::new(
                    Code::ClaimEvidence,
                    format!("no event cites {sha256}"),
                    "evidence that an event cites",
                );
                Err(told.next("ledger log --full --type attested --type sealed").into())
            }
        }
    }

    pub(super) fn confirmed(&self, event: &Rid) -> Result<Needs<'a>, Refusal> {
        match self.state.confirmed.get(event) {
            None => Ok(self.authority()),
            Some(by) => {
                let found = format!("{event} is confirmed already, by {by}");
                Err(refuse(Code::ItemUnchanged, found, "an event that nobody confirmed"))
            }
        }
    }

    /// Refuses everything but enrolment, grants and keys while the authority is incomplete.
    pub(super) fn not_while_founding(&self) -> Result<(), Refusal> {
        if !self.state.founding {
            return Ok(());
        }
        let authority = who_as_written(&self.state.charter.rules.authority);
        let found = format!("too few hold the authority, which is {authority}");
        let role = self.state.charter.rules.authority.terms.first().and_then(|term| term.roles.first());
        let role = role.map_or("ROLE", RoleId::as_str);
        Err(Explanation::new(Code::TrustFounding, found, "until then only enrolment, grants and keys are admitted")
            .rule("charter.authority")
            .next(format!("ledger actor enroll --kind human --role {role}"))
            .into())
    }

    /// Returns the needs of what founders alone may do until the authority is complete.
    fn by_authority(&self) -> Result<Needs<'a>, Refusal> {
        if !self.state.founding || self.actor.as_str() == RECOVERY {
            return Ok(self.authority());
        }
        let authority = &self.state.charter.rules.authority;
        if self.role.is_some_and(|role| quorum::takes(authority, role)) {
            return Ok(Needs::Nothing);
        }
        Err(not_authority(self.actor, authority))
    }

    fn known(&self, actor: &ActorId) -> Result<&'a crate::domain::state::Actor, Refusal> {
        self.state.actors.get(actor).ok_or_else(|| {
            Explanation::new(Code::TrustActorUnknown, format!("{actor} is not enrolled"), "an enrolled actor")
                .next("ledger actor list")
                .into()
        })
    }

    fn key_is_free(&self, key: &PublicKey) -> Result<(), Refusal> {
        let fingerprint = key.fingerprint();
        let recovery = self.state.recovery.iter().flat_map(|r| &r.keys).any(|other| other == key);
        let owner = self.state.key_owner(&fingerprint).map(ActorId::to_string);
        match owner.or_else(|| recovery.then(|| RECOVERY.to_owned())) {
            None => Ok(()),
            Some(owner) => {
                let found = format!("the key {fingerprint} belongs to {owner}");
                Err(refuse(Code::TrustKeyTaken, found, "a key that never belonged to anybody"))
            }
        }
    }

    /// Refuses what would leave fewer live holders than the authority needs.
    fn keep_floor(&self, change: impl FnOnce(&mut State)) -> Result<(), Refusal> {
        let mut after = self.state.clone();
        change(&mut after);
        let authority = &self.state.charter.rules.authority;
        if quorum::is_reachable(&after, authority) {
            return Ok(());
        }
        let found = "it would leave too few live holders of the authority";
        let needed = format!("at least {} after it: enrol or grant another first", who_as_written(authority));
        Err(Explanation::new(Code::TrustFloor, found, needed)
            .rule("charter.authority")
            .next("ledger actor list")
            .into())
    }
}

impl<'a> Rule<'a> {
    /// Returns the rule that a permission of the charter states.
    pub(super) fn of(place: String, permission: &'a charter::Permission) -> Rule<'a> {
        let text = permission.text.clone();
        Rule { place, who: &permission.who, guard: permission.guard.as_ref(), charter: None, text }
    }
}
