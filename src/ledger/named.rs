//! Which ledger a repository says is its own: what its pins name, and that what was read is that.

use super::LedgerError;
use super::load::Ledger;
use crate::domain::code::Code;
use crate::git::pin::{FoundPin, PinSource};
use crate::git::{GitError, Oid, Repo};

/// Returns the error for a repository without a ledger: whether that is so, or one is missing, stands in its pins.
pub(super) fn absent(repo: &Repo) -> LedgerError {
    let pins = match named(repo).and_then(|pins| agree(repo, &pins).map(|()| pins)) {
        Ok(pins) => pins,
        Err(error) => return error.into(),
    };
    let Some(pin) = pins.into_iter().next() else { return LedgerError::None };
    let add = repo.default_remote().is_none().then_some("git remote add origin URL");
    LedgerError::Missing {
        place: place(&pin),
        genesis: pin.genesis.map_or_else(|| "without saying which".to_owned(), |genesis| genesis.to_string()),
        next: add.into_iter().chain(["ledger sync"]).map(str::to_owned).collect(),
    }
}

/// Returns what names a ledger here: the work tree, `HEAD`, the index and git config.
///
/// # Errors
/// Where one of them is malformed.
pub fn named(repo: &Repo) -> Result<Vec<FoundPin>, GitError> {
    let head = repo.head()?;
    let trees: Vec<Oid> = head.into_iter().collect();
    repo.pins(&trees)
}

/// Returns where a pin stands, in words.
pub fn place(pin: &FoundPin) -> String {
    match &pin.source {
        PinSource::WorkTree(_) => "the file .ledger".to_owned(),
        PinSource::Tree(_) => "the file .ledger in HEAD".to_owned(),
        PinSource::Config => "git config".to_owned(),
    }
}

/// Refuses files that name another ref than the one that is read: an edit of the file that nobody committed would lead to
/// another chain, such as an older one. What git config says goes before the files, and is asked for by name.
fn agree(repo: &Repo, pins: &[FoundPin]) -> Result<(), GitError> {
    if pins.iter().any(|pin| pin.source == PinSource::Config && pin.reference.is_some()) {
        return Ok(());
    }
    let read = repo.ledger_ref()?;
    match pins.iter().find(|pin| pin.reference.as_ref().is_some_and(|name| *name != read)) {
        None => Ok(()),
        Some(pin) => {
            let name = pin.reference.as_deref().unwrap_or_default();
            if repo.work_dir().is_none() {
                let text = format!("names {name}; a bare repository reads what its settings name, here {read}");
                let error = GitError::new(Code::TrustPin, place(pin), text);
                return Err(error
                    .needed("the ledger's ref in git config, set by whoever runs this repository")
                    .next(format!("git config ledger.ref {name}")));
            }
            let text = format!("names {name}, and in the work tree it was changed to {read}");
            Err(GitError::new(Code::TrustPin, place(pin), text))
        }
    }
}

/// Refuses a ledger that is not the one that is named here.
pub(super) fn check_pins(repo: &Repo, ledger: &Ledger) -> Result<(), LedgerError> {
    let found = ledger.state().genesis;
    let pins = named(repo)?;
    agree(repo, &pins)?;
    for pin in pins {
        if let Some(pinned) = pin.genesis.filter(|pinned| *pinned != found) {
            return Err(LedgerError::Pinned { place: place(&pin), pinned, found });
        }
    }
    Ok(())
}
