//! Why a command on the ledger failed, and the exit code that goes with it.

use crate::domain::code::Code;
use crate::domain::decide::Refusal;
use crate::domain::explain::{Explanation, Supplier};
use crate::domain::id::{ActorId, Digest};
use crate::domain::replay::Invalid;
use crate::domain::trailer::Cited;
use crate::git::{AppendError, GitError};
use crate::signing::SigningError;

/// Why a command failed. Nothing was written, unless the error says so.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The repository has no ledger and names none.
    #[error("this repository has no ledger")]
    None,
    /// The repository names a ledger that it does not hold.
    #[error("{place} names the ledger {genesis}, which this repository does not hold")]
    Missing {
        /// Where it is named.
        place: String,
        /// The genesis that is named there, or what is said in its stead.
        genesis: String,
        /// The commands that fetch it.
        next: Vec<String>,
    },
    /// The ledger is not the one that is pinned.
    #[error("{place} pins the ledger {pinned}; the one that is here is {found}")]
    Pinned {
        /// Where it is pinned.
        place: String,
        /// The genesis that is pinned.
        pinned: Digest,
        /// The genesis that is here.
        found: Digest,
    },
    /// The ledger does not hold the event that was given as its tip.
    #[error("the pinned tip is event {seq}, {pinned}; {found}")]
    Tip {
        /// The position of the pin.
        seq: u64,
        /// The digest of the pin.
        pinned: Digest,
        /// What is there.
        found: String,
    },
    /// The ledger does not hold an event that signed code cites.
    #[error("commit {commit}, signed by {actor}, cites event {}, {}; {found}", cited.seq, cited.sha256)]
    Cited {
        /// The commit.
        commit: String,
        /// Who signed it.
        actor: ActorId,
        /// What it cites.
        cited: Cited,
        /// What is there.
        found: String,
    },
    /// An event is not valid.
    #[error("{invalid}")]
    Invalid {
        /// The finding.
        invalid: Box<Invalid>,
        /// The commit that is no event.
        commit: String,
        /// The commands that move the ref back to the last valid event, and what else goes on.
        next: Vec<String>,
        /// One of them moves the ref of a remote of which nobody here knows what it had.
        blind: bool,
    },
    /// A rule says no.
    #[error("{0}")]
    Refused(Refusal),
    /// What a remote offers is not what it was, or not this ledger.
    #[error("{text}")]
    Remote {
        /// The name of the finding.
        code: Code,
        /// What was found there and what is here.
        text: String,
        /// What is needed instead.
        needed: String,
        /// Commands that go on.
        next: Vec<String>,
    },
    /// A remote judged a push and did not take it.
    #[error("{remote} did not take the push: {reason}{}", said.iter().map(|line| format!("\n  remote: {line}")).collect::<Vec<_>>().concat())]
    Declined {
        /// The remote.
        remote: String,
        /// The reason that git gives.
        reason: String,
        /// What the remote said and the refusals do not.
        said: Vec<String>,
        /// The refusals of its guard, where it has one of ours.
        told: Vec<Explanation>,
    },
    /// The key at hand is nobody's.
    #[error("the key {key} belongs to nobody in this ledger")]
    Stranger {
        /// Its fingerprint.
        key: crate::domain::key::Fingerprint,
    },
    /// There is no usable signing key.
    #[error(transparent)]
    Signing(#[from] SigningError),
    /// The clock and the ledger contradict each other.
    #[error("{text}")]
    Clock {
        /// What contradicts what.
        text: String,
        /// The commands that go on.
        next: Vec<String>,
    },
    /// Somebody else appended first, again and again.
    #[error("{tries} times somebody else appended first; nothing was written")]
    LostRace {
        /// How often it was tried.
        tries: u32,
    },
    /// Git, the file system or the repository failed.
    #[error(transparent)]
    Git(#[from] GitError),
    /// The words of the command make no sense here.
    #[error("{text}")]
    Usage {
        /// What is wrong.
        text: String,
        /// What is needed instead.
        needed: String,
        /// Commands that go on.
        next: Vec<String>,
    },
}

impl LedgerError {
    /// Returns an error about the words of a command.
    pub fn usage(text: impl Into<String>, needed: impl Into<String>, next: impl Into<String>) -> LedgerError {
        LedgerError::Usage { text: text.into(), needed: needed.into(), next: vec![next.into()] }
    }

    /// Returns the code.
    pub fn code(&self) -> Code {
        match self {
            LedgerError::None => Code::LedgerNone,
            LedgerError::Usage { .. } => Code::UsageWords,
            LedgerError::Missing { .. } => Code::TrustLedgerMissing,
            LedgerError::Pinned { .. } => Code::TrustGenesisMismatch,
            LedgerError::Tip { .. } | LedgerError::Cited { .. } => Code::TrustTipMismatch,
            LedgerError::Remote { code, .. } => *code,
            LedgerError::Declined { told, .. } => told.first().map_or(Code::StoreDeclined, |first| first.code),
            LedgerError::Invalid { invalid, .. } => invalid.refusal.code(),
            LedgerError::Refused(refusal) => refusal.code(),
            LedgerError::Stranger { .. } => Code::TrustKeyUnknown,
            LedgerError::Signing(error) => error.code(),
            LedgerError::Clock { .. } => Code::StoreClock,
            LedgerError::LostRace { .. } => Code::StoreLostRace,
            LedgerError::Git(error) => error.code,
        }
    }

    /// Returns the exit code: 1 a rule says no, 2 usage, 3 the ledger is not valid or not the one, 4 no key, 5 environment.
    pub fn exit_code(&self) -> u8 {
        match self {
            LedgerError::Refused(_) | LedgerError::Declined { .. } => 1,
            LedgerError::None | LedgerError::Usage { .. } => 2,
            LedgerError::Missing { .. }
            | LedgerError::Pinned { .. }
            | LedgerError::Tip { .. }
            | LedgerError::Remote { .. }
            | LedgerError::Cited { .. }
            | LedgerError::Invalid { .. } => 3,
            LedgerError::Git(error) if error.code == Code::StoreBundle => 3,
            LedgerError::Git(error) if error.code.as_str().starts_with("trust.") => 3,
            LedgerError::Git(error) if error.code.as_str().starts_with("format.") => 3,
            LedgerError::Signing(_) | LedgerError::Stranger { .. } => 4,
            LedgerError::Clock { .. } | LedgerError::LostRace { .. } | LedgerError::Git(_) => 5,
        }
    }

    /// Returns what was found, with what was tried, or what a remote said, on lines of its own, where there is such.
    pub fn tried(&self) -> Option<String> {
        match self {
            LedgerError::Signing(error) if !error.tried().is_empty() => Some(error.to_string()),
            LedgerError::Remote { .. } | LedgerError::Declined { .. } => Some(self.to_string()),
            _ => None,
        }
    }

    /// Returns the explanations: what was found, what is needed, who can supply it, and the commands that go on.
    pub fn explanations(self) -> Vec<Explanation> {
        let code = self.code();
        let needed = match self {
            LedgerError::Refused(refusal) => return refusal.explanations,
            LedgerError::Declined { told, .. } if !told.is_empty() => return told,
            LedgerError::Invalid { invalid, next, blind, .. } => return of_invalid(*invalid, &next, blind),
            LedgerError::Git(error) => return vec![error.into()],
            LedgerError::Usage { ref needed, .. } | LedgerError::Remote { ref needed, .. } => needed.as_str(),
            LedgerError::None => "a ledger that was founded here, or a repository that has one",
            LedgerError::Missing { .. } => "the ledger that is named, fetched from wherever it is",
            LedgerError::Pinned { .. } => {
                "the ledger that is pinned; or a new pin, by somebody who knows that this one is right"
            }
            LedgerError::Tip { .. } => {
                "the ledger as it was when its tip was noted; this copy is the proof that it is not"
            }
            LedgerError::Cited { .. } => {
                "the ledger that the commit knew: this one was cut short, or its newest events are not here yet"
            }
            LedgerError::Declined { .. } => "what the remote asks for, which it says itself; then the same again",
            LedgerError::Stranger { .. } => {
                "the key of somebody who is enrolled, named with --key; or its owner enrolled"
            }
            LedgerError::Signing(ref error) => error.needed(),
            LedgerError::Clock { .. } => "a clock that is right, and a ledger without an event of the future",
            LedgerError::LostRace { .. } => "another try",
        };
        let next = match &self {
            LedgerError::None => vec!["ledger init".to_owned()],
            LedgerError::Missing { next, .. }
            | LedgerError::Clock { next, .. }
            | LedgerError::Usage { next, .. }
            | LedgerError::Remote { next, .. } => next.clone(),
            LedgerError::Cited { commit, .. } => {
                vec![format!("git log -1 --show-signature {commit}"), "ledger sync".to_owned()]
            }
            LedgerError::Declined { .. } => vec!["ledger sync".to_owned()],
            LedgerError::Pinned { .. } => vec!["ledger trust".to_owned()],
            LedgerError::Stranger { .. } => {
                vec!["ledger key list".to_owned(), "ledger actor enroll --kind human".to_owned()]
            }
            LedgerError::Signing(error) => error.hints().to_vec(),
            _ => vec!["ledger log -n 5".to_owned()],
        };
        let found = match &self {
            LedgerError::Signing(error) => error.problem().to_string(),
            other => other.to_string().lines().next().unwrap_or_default().to_owned(),
        };
        vec![Explanation::new(code, found, needed).who(vec![Supplier::asker()]).nexts(next)]
    }
}

/// Returns what is wrong with an event. What its author could have done goes nowhere from here: first the ledger is taken back.
fn of_invalid(invalid: Invalid, next: &[String], blind: bool) -> Vec<Explanation> {
    let mut told = invalid.refusal.explanations;
    let who = if blind {
        "whoever may move the ledger's ref, after asking those who synced before: the push drops events that only they know, and their `ledger sync` says so"
    } else {
        "whoever may move the ledger's ref"
    };
    for (position, e) in told.iter_mut().enumerate() {
        e.who = vec![Supplier::in_words(who)];
        e.next = if position == 0 { next.to_vec() } else { vec![format!("ledger explain {}", e.code)] };
    }
    told
}

impl From<GitError> for Explanation {
    fn from(error: GitError) -> Explanation {
        let text = error.text;
        let found = if error.place.is_empty() { text } else { format!("{}: {text}", error.place) };
        let usual = usual(error.code);
        let needed = error.needed.unwrap_or_else(|| usual.0.to_owned());
        let next = if error.next.is_empty() { vec![usual.1.to_owned()] } else { error.next };
        Explanation::new(error.code, found, needed).who(vec![Supplier::asker()]).nexts(next)
    }
}

/// Returns what is needed and which command goes on where a failure at the edge to git says nothing of its own.
const fn usual(code: Code) -> (&'static str, &'static str) {
    match code {
        Code::TrustPin => ("the file as it was committed", "git restore --source=HEAD --staged --worktree :/.ledger"),
        Code::TrustHistory => ("the whole history, each commit as it was made", "git fsck"),
        Code::StoreUnsupported => ("a repository without it", "ledger explain store.unsupported"),
        Code::StoreEvidenceMissing => ("the bytes, fetched or stored anew by whoever has them", "ledger doctor"),
        Code::StoreLostRace => ("another try", "ledger log -n 5"),
        Code::StoreIo => ("a repository that git can read and write", "ledger doctor"),
        _ => ("the ledger as it was written", "ledger verify"),
    }
}

impl From<Refusal> for LedgerError {
    fn from(refusal: Refusal) -> LedgerError {
        LedgerError::Refused(refusal)
    }
}

impl From<AppendError> for LedgerError {
    fn from(error: AppendError) -> LedgerError {
        match error {
            AppendError::LostRace { .. } => LedgerError::LostRace { tries: 1 },
            other => LedgerError::Git(other.into()),
        }
    }
}
