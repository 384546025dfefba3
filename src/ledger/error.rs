//! Why a command on the ledger failed, and the exit code that goes with it.

use crate::domain::code::Code;
use crate::domain::decide::Refusal;
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
    #[error("{}: {place} names the ledger {genesis}, which this repository does not hold", Code::TrustLedgerMissing)]
    Missing {
        /// Where it is named.
        place: String,
        /// The genesis that is named there, or what is said in its stead.
        genesis: String,
        /// The command that fetches it.
        next: String,
    },
    /// The ledger is not the one that is pinned.
    #[error("{}: {place} pins the ledger {pinned}; the one that is here is {found}", Code::TrustGenesisMismatch)]
    Pinned {
        /// Where it is pinned.
        place: String,
        /// The genesis that is pinned.
        pinned: Digest,
        /// The genesis that is here.
        found: Digest,
    },
    /// The ledger does not hold the event that was given as its tip.
    #[error("{}: the pinned tip is event {seq}, {pinned}; {found}", Code::TrustTipMismatch)]
    Tip {
        /// The position of the pin.
        seq: u64,
        /// The digest of the pin.
        pinned: Digest,
        /// What is there.
        found: String,
    },
    /// The ledger does not hold an event that signed code cites.
    #[error(
        "{}: commit {commit}, signed by {actor}, cites event {}, {}; {found}",
        Code::TrustTipMismatch, cited.seq, cited.sha256
    )]
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
    },
    /// A rule says no.
    #[error("{0}")]
    Refused(Refusal),
    /// What a remote offers is not what it was, or not this ledger.
    #[error("{code}: {text}")]
    Remote {
        /// The name of the finding.
        code: Code,
        /// What was found there and what is here.
        text: String,
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
        /// What the remote said.
        said: Vec<String>,
    },
    /// The key at hand is nobody's.
    #[error("{}: the key {key} belongs to nobody in this ledger", Code::TrustKeyUnknown)]
    Stranger {
        /// Its fingerprint.
        key: crate::domain::key::Fingerprint,
    },
    /// There is no usable signing key.
    #[error(transparent)]
    Signing(#[from] SigningError),
    /// The clock and the ledger contradict each other.
    #[error("{}: {text}", Code::StoreClock)]
    Clock {
        /// What contradicts what.
        text: String,
    },
    /// Somebody else appended first, again and again.
    #[error("{}: {tries} times somebody else appended first; nothing was written", Code::StoreLostRace)]
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
        /// Commands that go on.
        next: Vec<String>,
    },
}

impl LedgerError {
    /// Returns an error about the words of a command.
    pub fn usage(text: impl Into<String>, next: impl Into<String>) -> LedgerError {
        LedgerError::Usage { text: text.into(), next: vec![next.into()] }
    }

    /// Returns the code, where there is one.
    pub fn code(&self) -> Option<Code> {
        match self {
            LedgerError::None | LedgerError::Usage { .. } | LedgerError::Declined { .. } => None,
            LedgerError::Remote { code, .. } => Some(*code),
            LedgerError::Missing { .. } => Some(Code::TrustLedgerMissing),
            LedgerError::Pinned { .. } => Some(Code::TrustGenesisMismatch),
            LedgerError::Tip { .. } | LedgerError::Cited { .. } => Some(Code::TrustTipMismatch),
            LedgerError::Invalid { invalid, .. } => Some(invalid.refusal.code()),
            LedgerError::Refused(refusal) => Some(refusal.code()),
            LedgerError::Stranger { .. } => Some(Code::TrustKeyUnknown),
            LedgerError::Signing(error) => Some(error.code()),
            LedgerError::Clock { .. } => Some(Code::StoreClock),
            LedgerError::LostRace { .. } => Some(Code::StoreLostRace),
            LedgerError::Git(error) => Some(error.code),
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

    /// Returns commands that go on, each as it can be typed.
    pub fn next(&self) -> Vec<String> {
        match self {
            LedgerError::None => vec!["ledger init".to_owned()],
            LedgerError::Missing { next, .. } => vec![next.clone()],
            LedgerError::Cited { .. } => vec!["ledger sync".to_owned()],
            LedgerError::Pinned { .. } => vec!["ledger trust".to_owned()],
            LedgerError::Invalid { next, .. } | LedgerError::Usage { next, .. } | LedgerError::Remote { next, .. } => {
                next.clone()
            }
            LedgerError::Refused(refusal) => refusal.explanations.iter().flat_map(|e| e.next.clone()).collect(),
            LedgerError::Stranger { .. } => {
                vec!["ledger key list".to_owned(), "ledger actor enroll --kind human".to_owned()]
            }
            LedgerError::Signing(error) => error.hints().to_vec(),
            LedgerError::Git(error) if error.code == Code::TrustPin && error.place.starts_with("git config") => {
                vec!["git config --show-origin --get-regexp '^ledger\\.'".to_owned()]
            }
            LedgerError::Git(error) if error.code == Code::TrustPin => {
                vec!["git restore --source=HEAD --staged --worktree :/.ledger".to_owned()]
            }
            LedgerError::Tip { .. }
            | LedgerError::Declined { .. }
            | LedgerError::Clock { .. }
            | LedgerError::LostRace { .. }
            | LedgerError::Git(_) => Vec::new(),
        }
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
