//! Replay: from events to state, each judged again exactly as append judged it.

use std::collections::BTreeSet;

use super::code::Code;
use super::commit::{ObjectFormat, SignedEvent};
use super::decide::{self, Admission, Attempt, Refusal, trust};
use super::error::FormatError;
use super::event::{Body, Event};
use super::explain::Explanation;
use super::facts::{Facts, Nothing};
use super::id::{Digest, Rid, TaggedOid};
use super::state::State;

/// An event that is no part of a ledger, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// The position at which it stands.
    pub seq: u64,
    /// Its summary, where it could be read.
    pub event: Option<String>,
    /// Its explanations; the first names the rule.
    pub refusal: Refusal,
}

impl Invalid {
    /// Returns whether it says no more than that this release cannot read what a later one may have written.
    pub fn is_of_a_later_release(&self) -> bool {
        self.refusal.explanations.iter().any(|one| one.code.is_of_a_later_release())
    }

    /// Returns the finding that the bytes at a position are no event.
    pub fn format(seq: u64, error: &FormatError) -> Invalid {
        let needed = match error.code {
            Code::FormatText => {
                "a text of signs that are seen: no controls, and nothing that turns or hides the text around it"
            }
            Code::FormatSize => "less of it: the log keeps it for ever, and what is long is kept as evidence",
            _ => "an event as the format describes it",
        };
        let told = Explanation::new(error.code, error.detail.clone(), needed);
        Invalid { seq, event: None, refusal: told.into() }
    }

    /// Returns the finding that the signature of an event does not hold.
    pub fn signature(seq: u64, event: &Event, error: &FormatError) -> Invalid {
        let needed = format!("a signature of {} over exactly these bytes", event.actor);
        let told = Explanation::new(error.code, error.detail.clone(), needed);
        Invalid { seq, event: Some(event.summary()), refusal: told.into() }
    }
}

impl std::fmt::Display for Invalid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let event = self.event.as_deref().unwrap_or("an event that cannot be read");
        write!(f, "event {} ({event}) is invalid: {}", self.seq, self.refusal)
    }
}

impl std::error::Error for Invalid {}

/// A replay under way: the events so far, as state.
#[derive(Debug, Clone)]
pub struct Replay {
    format: ObjectFormat,
    state: Option<State>,
    /// The ids so far, as the numbers that they are: 16 bytes an event, the one thing here that grows with the log.
    ids: BTreeSet<u128>,
}

impl Replay {
    /// Returns a replay before the first event, in a repository of that object format.
    pub fn new(format: ObjectFormat) -> Replay {
        Replay { format, state: None, ids: BTreeSet::new() }
    }

    /// Returns the state so far; `None` before genesis.
    pub fn state(&self) -> Option<&State> {
        self.state.as_ref()
    }

    /// Returns the position that the next event has.
    pub fn next_seq(&self) -> u64 {
        self.state.as_ref().map_or(0, |state| state.tip.seq + 1)
    }

    /// Returns whether an event of that id is part of the ledger.
    pub fn holds(&self, id: &Rid) -> bool {
        self.ids.contains(&id.number())
    }

    /// Judges the next event, whose signature was verified over its bytes, and applies it.
    ///
    /// # Errors
    /// The finding; the state is then as before.
    pub fn push(&mut self, signed: &SignedEvent) -> Result<(), Invalid> {
        let event = &signed.event;
        let result = match &mut self.state {
            None => genesis(self.format, signed).map(|state| self.state = Some(state)),
            Some(state) => {
                if self.ids.contains(&event.id.number()) {
                    Err(refusal(
                        Code::FormatRepeatedId,
                        format!("the id {} was used before", event.id),
                        "an id of its own",
                    ))
                } else {
                    follow(self.format, state, &self.ids, signed)
                }
            }
        };
        match result {
            Ok(()) => {
                self.ids.insert(event.id.number());
                Ok(())
            }
            Err(refusal) => Err(Invalid { seq: self.next_seq(), event: Some(event.summary()), refusal }),
        }
    }
}

fn refusal(code: Code, found: impl Into<String>, needed: impl Into<String>) -> Refusal {
    Explanation::new(code, found, needed).into()
}

fn genesis(format: ObjectFormat, signed: &SignedEvent) -> Result<State, Refusal> {
    let event = &signed.event;
    let Body::Founded(founding) = &event.body else {
        return Err(refusal(
            Code::FormatGenesis,
            format!("the first event is of type {:?}", event.body.kind()),
            "`founded`",
        ));
    };
    check_position(event, 0, None)?;
    if founding.object_format != format.as_str() {
        let found = format!("the object format {}", founding.object_format);
        return Err(refusal(Code::FormatObjectFormat, found, format!("{}, as the repository has", format.as_str())));
    }
    founding.baseline.iter().try_for_each(|commit| check_format(format, commit))?;
    if event.seen.is_some() || event.judged.is_some() || event.pending {
        return Err(refusal(Code::FormatGenesis, "genesis with seen, judged or pending", "genesis without them"));
    }
    let rules = trust::found(founding, &event.actor, event.role.as_ref(), signed.signature.key())?;
    Ok(State::founded(event, founding, rules, signed.sha256))
}

fn follow(format: ObjectFormat, state: &mut State, ids: &BTreeSet<u128>, signed: &SignedEvent) -> Result<(), Refusal> {
    let event = &signed.event;
    check_position(event, state.tip.seq + 1, Some(state.tip.sha256))?;
    if event.at < state.tip.at {
        let needed = format!("a time at or after {}", state.tip.at);
        return Err(refusal(Code::FormatTimeBackwards, format!("the time {}", event.at), needed));
    }
    event.seen.iter().try_for_each(|seen| check_format(format, &seen.commit))?;
    let key = signed.signature.key().fingerprint();
    let facts: &dyn Facts = event.seen.as_ref().map_or(&Nothing, |seen| &seen.facts);
    let attempt = Attempt {
        state,
        facts,
        at: event.at,
        actor: &event.actor,
        role: event.role.as_ref(),
        key: &key,
        item: &event.item,
        body: &event.body,
    };
    let admission = decide::admit(&attempt)?;
    check_flag(event, &admission)?;
    check_judged(event, &admission)?;
    check_cited(event, ids)?;
    state.apply(event, key, signed.sha256, admission.rules);
    Ok(())
}

/// Checks that an event names a commit as the repository names its own: no other could ever be looked up there.
fn check_format(format: ObjectFormat, commit: &TaggedOid) -> Result<(), Refusal> {
    if commit.format() == format.as_str() {
        return Ok(());
    }
    let needed = format!("the id of a commit in {}, as the repository has", format.as_str());
    Err(refusal(Code::FormatObjectFormat, format!("the commit {commit}"), needed))
}

/// Checks that the event says of its quorum what is so.
fn check_flag(event: &Event, admission: &Admission) -> Result<(), Refusal> {
    if admission.pending != event.pending {
        let (has, needed) = admission.quorum;
        let found = if event.pending {
            "the event says that signatures are missing"
        } else {
            "the event says that its quorum is complete"
        };
        return Err(refusal(
            Code::AuthorityPendingFlag,
            found,
            format!("the opposite: {has} of {needed} places are filled"),
        ));
    }
    Ok(())
}

/// Checks that the event says of the gate that guards it how it came out.
fn check_judged(event: &Event, admission: &Admission) -> Result<(), Refusal> {
    if admission.judged != event.judged {
        let found = event.judged.as_ref().map_or_else(
            || "the event records no gate".to_owned(),
            |j| format!("the event records {} {} ({})", j.gate, j.outcome.as_str(), j.digest.short()),
        );
        let needed = admission.judged.as_ref().map_or_else(
            || "no gate guards this action".to_owned(),
            |j| format!("{} {} ({})", j.gate, j.outcome.as_str(), j.digest.short()),
        );
        return Err(refusal(Code::GateJudged, found, needed));
    }
    Ok(())
}

/// Checks that the event whose facts are disputed, or which is confirmed, stands in this ledger. The state forgets events, so
/// it cannot be asked.
fn check_cited(event: &Event, ids: &BTreeSet<u128>) -> Result<(), Refusal> {
    match &event.body {
        Body::Retracted { event: cited, claim: None, .. } | Body::Confirmed { event: cited, .. }
            if !ids.contains(&cited.number()) =>
        {
            let found = format!("no event before this one has the id {cited}");
            Err(refusal(Code::ClaimUnknownStatement, found, "an event of this ledger"))
        }
        _ => Ok(()),
    }
}

fn check_position(event: &Event, seq: u64, prev: Option<Digest>) -> Result<(), Refusal> {
    if event.seq != seq {
        return Err(refusal(Code::FormatSeqGap, format!("the number {}", event.seq), format!("{seq}, which follows")));
    }
    if event.prev != prev {
        let text = |digest: Option<Digest>| digest.map_or_else(|| "nothing".to_owned(), |d| d.to_string());
        let needed = format!("{}, the SHA-256 of the event before it", text(prev));
        return Err(refusal(Code::FormatPrevMismatch, format!("`prev` is {}", text(event.prev)), needed));
    }
    Ok(())
}
