//! Reading a ledger: bytes, signatures and rules, from genesis on.
//!
//! Objects are read and signatures checked on all cores, a chunk ahead of the replay, which judges in order.

use rayon::prelude::*;

use super::LedgerError;
use crate::domain::commit::{self, ObjectFormat, SignedEvent};
use crate::domain::error::FormatError;
use crate::domain::event::Event;
use crate::domain::replay::{Invalid, Replay};
use crate::domain::sshsig::Verifier;
use crate::domain::state::State;
use crate::git::pin::{DEFAULT_REF, FoundPin, PinSource};
use crate::git::{GitError, Oid, Repo};

/// How many events are read and verified at once.
const CHUNK: usize = 1024;

/// An event with the commit that holds it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The commit.
    pub commit: Oid,
    /// The event.
    pub signed: SignedEvent,
}

/// A ledger that was read and found valid up to a position.
#[derive(Debug, Clone)]
pub struct Ledger {
    /// The commits from genesis to the position.
    pub chain: Vec<Oid>,
    replay: Replay,
}

/// Whether a reader of events wants more of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// Go on.
    Next,
    /// The event that was shown is the last one that counts.
    Stop,
}

impl Ledger {
    /// Reads the ledger of a repository up to its tip.
    ///
    /// # Errors
    /// [`LedgerError::None`] or [`LedgerError::Missing`] where there is none, [`LedgerError::Pinned`] where it is another
    /// one than the repository names, [`LedgerError::Invalid`] where an event is not valid.
    pub fn load(repo: &Repo) -> Result<Ledger, LedgerError> {
        Ledger::load_with(repo, |_, _| Flow::Next)
    }

    /// Reads the ledger and shows each event after it was judged, with the state that it led to.
    ///
    /// # Errors
    /// As [`Ledger::load`].
    pub fn load_with(repo: &Repo, visit: impl FnMut(&Entry, &State) -> Flow) -> Result<Ledger, LedgerError> {
        let tip = repo.tip()?.ok_or_else(|| absent(repo))?;
        let ledger = Ledger::read(repo, tip, visit)?;
        check_pins(repo, &ledger)?;
        Ok(ledger)
    }

    /// Reads the ledger that ends in `tip`, wherever the ref is.
    ///
    /// # Errors
    /// As [`Ledger::load`].
    pub fn load_tip(repo: &Repo, tip: Oid) -> Result<Ledger, LedgerError> {
        let ledger = Ledger::read(repo, tip, |_, _| Flow::Next)?;
        check_pins(repo, &ledger)?;
        Ok(ledger)
    }

    /// Reads the ledger that ends in `tip`, whatever the repository pins.
    ///
    /// # Errors
    /// [`LedgerError::Invalid`] where an event is not valid.
    pub fn read(repo: &Repo, tip: Oid, visit: impl FnMut(&Entry, &State) -> Flow) -> Result<Ledger, LedgerError> {
        let chain = repo.chain(tip)?;
        let mut ledger = Ledger { chain: Vec::new(), replay: Replay::new(format_of(repo)) };
        ledger.extend(repo, &chain, visit)?;
        Ok(ledger)
    }

    /// Returns the state at the position.
    ///
    /// # Panics
    /// Never: a ledger that was read holds genesis.
    pub fn state(&self) -> &State {
        self.replay.state().expect("a ledger that was read holds genesis")
    }

    /// Returns the commit at the position.
    pub fn tip(&self) -> Option<Oid> {
        self.chain.last().copied()
    }

    /// Reads what was appended since, and judges it.
    ///
    /// # Errors
    /// As [`Ledger::read`].
    pub fn catch_up(&mut self, repo: &Repo) -> Result<(), LedgerError> {
        let tip = repo.tip()?.ok_or_else(|| absent(repo))?;
        let base = self.tip().ok_or_else(|| absent(repo))?;
        let Some(after) = repo.chain_after(base, tip)? else {
            *self = Ledger::load(repo)?;
            return Ok(());
        };
        self.extend(repo, &after, |_, _| Flow::Next)
    }

    /// Judges an event that is about to be appended, as every reader will.
    ///
    /// # Errors
    /// The finding.
    pub fn rehearse(&self, format: ObjectFormat, bytes: &[u8]) -> Result<(), Invalid> {
        let seq = self.replay.next_seq();
        let signed = commit::decode(format, bytes).map_err(|e| Invalid::format(seq, &e))?;
        signed.verify_with(&mut Verifier::default()).map_err(|e| Invalid::signature(seq, &signed.event, &e))?;
        self.replay.clone().push(&signed)
    }

    fn extend(
        &mut self,
        repo: &Repo,
        chain: &[Oid],
        mut visit: impl FnMut(&Entry, &State) -> Flow,
    ) -> Result<(), LedgerError> {
        let format = format_of(repo);
        let way = &WayBack::of(repo, chain.last().copied())?;
        let mut ready: Vec<(Oid, Result<SignedEvent, Broken>)> = Vec::new();
        let mut chunks = chain.chunks(CHUNK);
        loop {
            let next = chunks.next();
            let mut outcome = Ok(Flow::Next);
            let mut following = Vec::new();
            let bytes = next.map(|chunk| (chunk, repo.read_chunk(chunk)));
            rayon::in_place_scope(|scope| {
                if let Some((chunk, bytes)) = bytes {
                    let following = &mut following;
                    scope.spawn(move |_| *following = open_all(format, chunk, bytes));
                }
                outcome = self.take(std::mem::take(&mut ready), way, &mut visit);
            });
            if outcome? == Flow::Stop || next.is_none() {
                return Ok(());
            }
            ready = following;
        }
    }

    /// Judges events in order and shows each.
    fn take(
        &mut self,
        events: Vec<(Oid, Result<SignedEvent, Broken>)>,
        way: &WayBack,
        visit: &mut impl FnMut(&Entry, &State) -> Flow,
    ) -> Result<Flow, LedgerError> {
        for (commit, signed) in events {
            let seq = self.replay.next_seq();
            let signed = match signed {
                Ok(signed) => signed,
                Err(Broken::Store(error)) => return Err(error.into()),
                Err(Broken::Signature(event, error)) => {
                    return Err(self.invalid(way, commit, Invalid::signature(seq, &event, &error)));
                }
                Err(Broken::Format(error)) => {
                    return Err(self.invalid(way, commit, Invalid::format(seq, &error)));
                }
            };
            if let Err(invalid) = self.replay.push(&signed) {
                return Err(self.invalid(way, commit, invalid));
            }
            self.chain.push(commit);
            if visit(&Entry { commit, signed }, self.state()) == Flow::Stop {
                return Ok(Flow::Stop);
            }
        }
        Ok(Flow::Next)
    }

    fn invalid(&self, way: &WayBack, commit: Oid, invalid: Invalid) -> LedgerError {
        let back = self.tip().map(|good| way.to(good)).unwrap_or_default();
        let next = back.into_iter().chain([format!("git show {commit}")]).collect();
        LedgerError::Invalid { invalid: Box::new(invalid), commit: commit.to_string(), next }
    }
}

/// How the ledger's ref is moved back to the last valid event, here and on the server.
struct WayBack {
    reference: String,
    /// Where the ref is; `None` where what is read is not what the ref names.
    tip: Option<Oid>,
    remote: Option<String>,
}

impl WayBack {
    fn of(repo: &Repo, read: Option<Oid>) -> Result<WayBack, GitError> {
        let tip = repo.tip()?.filter(|tip| Some(*tip) == read);
        Ok(WayBack { reference: repo.ledger_ref()?, tip, remote: repo.default_remote() })
    }

    /// Returns the commands. Each names what it expects to find, so that it undoes nothing that came later.
    fn to(&self, good: Oid) -> Vec<String> {
        let Some(bad) = self.tip else { return Vec::new() };
        let reference = &self.reference;
        let here = format!("git update-ref {reference} {good} {bad}");
        let there = self.remote.as_ref().map(|remote| {
            let remote = shell(remote);
            format!("git push --force-with-lease={reference}:{bad} {remote} {good}:{reference}")
        });
        [here].into_iter().chain(there).collect()
    }
}

/// Returns a word as a shell takes it.
fn shell(word: &str) -> String {
    let plain = word.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/' | b'@' | b':'));
    if plain && !word.is_empty() { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

/// Why a commit is not an event yet before any rule is asked.
enum Broken {
    Store(GitError),
    Format(FormatError),
    Signature(Box<Event>, FormatError),
}

/// Decodes events and verifies their signatures, on all cores.
fn open_all(
    format: ObjectFormat,
    chunk: &[Oid],
    bytes: Vec<Result<Vec<u8>, GitError>>,
) -> Vec<(Oid, Result<SignedEvent, Broken>)> {
    let pairs = chunk.par_iter().copied().zip(bytes.into_par_iter());
    pairs.map_init(Verifier::default, |verifier, (oid, bytes)| (oid, open(format, verifier, bytes))).collect()
}

fn open(
    format: ObjectFormat,
    verifier: &mut Verifier,
    bytes: Result<Vec<u8>, GitError>,
) -> Result<SignedEvent, Broken> {
    let bytes = bytes.map_err(Broken::Store)?;
    let signed = commit::decode(format, &bytes).map_err(Broken::Format)?;
    match signed.verify_with(verifier) {
        Ok(()) => Ok(signed),
        Err(error) => Err(Broken::Signature(Box::new(signed.event), error)),
    }
}

/// Returns the object format of a repository.
pub fn format_of(repo: &Repo) -> ObjectFormat {
    if repo.object_format() == "sha256" { ObjectFormat::Sha256 } else { ObjectFormat::Sha1 }
}

/// Returns the error for a repository without a ledger: whether that is so, or one is missing, stands in its pins.
fn absent(repo: &Repo) -> LedgerError {
    let pins = match named(repo) {
        Ok(pins) => pins,
        Err(error) => return error.into(),
    };
    let Some(pin) = pins.into_iter().next() else { return LedgerError::None };
    let reference = pin.reference.clone().unwrap_or_else(|| DEFAULT_REF.to_owned());
    let remote = repo.default_remote().unwrap_or_else(|| "origin".to_owned());
    LedgerError::Missing {
        place: place(&pin),
        genesis: pin.genesis.map_or_else(|| "without saying which".to_owned(), |genesis| genesis.to_string()),
        next: fetch(&shell(&remote), &reference),
    }
}

/// Returns the command that fetches a ledger together with its evidence, which a remote need not have yet.
fn fetch(remote: &str, reference: &str) -> String {
    let both = if reference == DEFAULT_REF { "refs/ledger*" } else { reference };
    let star = if both.ends_with('*') { "" } else { "*" };
    format!("git fetch {remote} '{both}{star}:{both}{star}'")
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

fn check_pins(repo: &Repo, ledger: &Ledger) -> Result<(), LedgerError> {
    let found = ledger.state().genesis;
    for pin in named(repo)? {
        if let Some(pinned) = pin.genesis.filter(|pinned| *pinned != found) {
            return Err(LedgerError::Pinned { place: place(&pin), pinned, found });
        }
    }
    Ok(())
}
