//! Reading a ledger: bytes, signatures and rules, from genesis on.
//!
//! Parents are found by walking back from the tip, which no second core can speed up. Meanwhile the others decode what was walked
//! past and check its signatures, newest first and as much as may be kept. What was not kept is read again on the way forward,
//! a little ahead of the replay, which judges in order.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};

use rayon::ScopeFifo;

use super::LedgerError;
use super::point::{self, End, Point, Search};
use super::receive::{Break, ended};
use crate::domain::code::Code;
use crate::domain::commit::{self, ObjectFormat, SignedEvent};
use crate::domain::error::FormatError;
use crate::domain::event::Event;
use crate::domain::id::Rid;
use crate::domain::replay::{Invalid, Replay};
use crate::domain::sshsig::Verifier;
use crate::domain::state::State;
use crate::domain::time::Timestamp;
use crate::git::pin::{FoundPin, PinSource};
use crate::git::store::Commits;
use crate::git::{GitError, Oid, Repo};

/// How many events are opened as one piece of work.
const PIECE: usize = 64;

/// How many pieces of work are ahead of the replay.
const AHEAD: usize = 32;

/// How many bytes of commits are kept on the way back. It bounds the memory, so that a long ledger needs no more than a short one.
const KEPT: usize = 16 * 1024 * 1024;

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
        Ledger::load_to(repo, &Point::Tip, visit)
    }

    /// Reads the ledger up to a point, once, and shows each event up to it.
    ///
    /// # Errors
    /// As [`Ledger::load`]; [`LedgerError::Usage`] where no event, or more than one, is at the point.
    pub fn load_to(
        repo: &Repo,
        point: &Point,
        visit: impl FnMut(&Entry, &State) -> Flow,
    ) -> Result<Ledger, LedgerError> {
        let tip = repo.tip()?.ok_or_else(|| absent(repo))?;
        Ledger::load_from(repo, tip, None, point, visit)
    }

    /// Reads the ledger that ends in `tip`, wherever the ref is, up to a point. `remote` is whose ledger that is, if it is not the one
    /// that is here.
    ///
    /// # Errors
    /// As [`Ledger::load_to`].
    pub fn load_from(
        repo: &Repo,
        tip: Oid,
        remote: Option<&str>,
        point: &Point,
        visit: impl FnMut(&Entry, &State) -> Flow,
    ) -> Result<Ledger, LedgerError> {
        let way = WayBack::of(repo, tip, remote)?;
        let ledger = Ledger::read_to(repo, tip, &way, point, visit)?;
        check_pins(repo, &ledger)?;
        // Whoever asks for an earlier point learns too that the ledger is invalid: what comes later may be what somebody hides.
        if ledger.tip() != Some(tip) {
            let mut rest = ledger.clone();
            rest.extend(repo, tip, &way, &Point::Tip, |_, _| Flow::Next)?;
        }
        Ok(ledger)
    }

    /// Reads the ledger that ends in `tip`, wherever the ref is.
    ///
    /// # Errors
    /// As [`Ledger::load`].
    pub fn load_tip(repo: &Repo, tip: Oid) -> Result<Ledger, LedgerError> {
        Ledger::load_from(repo, tip, None, &Point::Tip, |_, _| Flow::Next)
    }

    /// Reads the ledger that ends in `tip`, whatever the repository pins.
    ///
    /// # Errors
    /// [`LedgerError::Invalid`] where an event is not valid.
    pub fn read(repo: &Repo, tip: Oid, visit: impl FnMut(&Entry, &State) -> Flow) -> Result<Ledger, LedgerError> {
        Ledger::read_to(repo, tip, &WayBack::of(repo, tip, None)?, &Point::Tip, visit)
    }

    fn read_to(
        repo: &Repo,
        tip: Oid,
        way: &WayBack<'_>,
        point: &Point,
        mut visit: impl FnMut(&Entry, &State) -> Flow,
    ) -> Result<Ledger, LedgerError> {
        let mut ledger = Ledger { chain: Vec::new(), replay: Replay::new(format_of(repo)) };
        // What cannot even be walked was shown to nobody yet.
        let read = ledger.extend(repo, tip, way, point, &mut visit);
        read.map_err(|error| told(repo, way, error, visit))?;
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
        if !self.extend(repo, tip, &WayBack::of(repo, tip, None)?, &Point::Tip, |_, _| Flow::Next)? {
            *self = Ledger::load(repo)?;
        }
        Ok(())
    }

    /// Reads on to `tip` and shows each event; returns false, and reads nothing, where the position is not on the chain of `tip`.
    /// `remote` is whose ledger that is, if it is not the one that is here.
    ///
    /// # Errors
    /// As [`Ledger::read`].
    pub fn read_on(
        &mut self,
        repo: &Repo,
        tip: Oid,
        remote: Option<&str>,
        visit: impl FnMut(&Entry, &State) -> Flow,
    ) -> Result<bool, LedgerError> {
        let way = WayBack::of(repo, tip, remote)?;
        self.extend(repo, tip, &way, &Point::Tip, visit).map_err(|error| told(repo, &way, error, |_, _| Flow::Next))
    }

    /// Returns whether an event of that id is part of it.
    pub fn holds(&self, id: &Rid) -> bool {
        self.replay.holds(id)
    }

    /// Writes an event that follows the position, after judging it as every reader will. No ref names it yet.
    ///
    /// # Errors
    /// [`LedgerError::Refused`] with the finding; else where it cannot be written.
    pub fn write_next(&mut self, repo: &Repo, bytes: &[u8]) -> Result<Entry, LedgerError> {
        let format = format_of(repo);
        let refused = |invalid: Invalid| LedgerError::Refused(invalid.refusal);
        let seq = self.replay.next_seq();
        let signed = commit::decode(format, bytes).map_err(|e| refused(Invalid::format(seq, &e)))?;
        let verified = signed.verify_with(&mut Verifier::default());
        verified.map_err(|e| refused(Invalid::signature(seq, &signed.event, &e)))?;
        self.replay.push(&signed).map_err(refused)?;
        let commit = repo.write_event(bytes)?;
        self.chain.push(commit);
        Ok(Entry { commit, signed })
    }

    /// Reads what `tip` adds to this position, judges it, shows each event, and returns the ledger up to there; `None` where the
    /// position is not on the chain of `tip`.
    ///
    /// # Errors
    /// As [`Ledger::read`].
    pub fn advanced(
        &self,
        repo: &Repo,
        tip: Oid,
        visit: impl FnMut(&Entry, &State) -> Flow,
    ) -> Result<Option<Ledger>, LedgerError> {
        let mut ledger = self.clone();
        Ok(ledger.read_on(repo, tip, None, visit)?.then_some(ledger))
    }

    /// Returns how many events a ledger says that it has, before anything is verified.
    ///
    /// # Errors
    /// Where the tip cannot be read.
    pub fn announced(repo: &Repo) -> Result<u64, LedgerError> {
        let Some(tip) = repo.tip()? else { return Ok(0) };
        // What is wrong with the tip is told by whoever reads the ledger.
        let tip = repo.read(tip).ok().and_then(|bytes| commit::decode(format_of(repo), &bytes).ok());
        Ok(tip.map_or(0, |signed| signed.event.seq.saturating_add(1)))
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

    /// Judges what follows the position up to a point of the chain that ends in `tip`; returns false, and judges nothing, where the
    /// position is not on the chain.
    fn extend(
        &mut self,
        repo: &Repo,
        tip: Oid,
        way: &WayBack<'_>,
        point: &Point,
        mut visit: impl FnMut(&Entry, &State) -> Flow,
    ) -> Result<bool, LedgerError> {
        let base = self.tip();
        let mut search = Search::of(point, format_of(repo));
        let (format, commits, over) = (format_of(repo), repo.commits(), AtomicBool::new(false));
        rayon::in_place_scope_fifo(|scope| {
            let opener = Opener { format, commits, over: &over, scope };
            let found = opener.walk(repo, base, tip, &mut search).map_err(LedgerError::from);
            let done = found.and_then(|pieces| {
                let Some(pieces) = pieces else { return Ok(false) };
                let end = search.end(self.replay.next_seq())?;
                self.follow(&opener, pieces, end, way, &mut visit).map(|()| true)
            });
            over.store(true, Ordering::Relaxed);
            done
        })
    }

    /// Judges pieces of a chain, of which the last is the oldest.
    fn follow(
        &mut self,
        opener: &Opener<'_, '_>,
        mut pieces: Vec<Piece>,
        end: End,
        way: &WayBack<'_>,
        visit: &mut impl FnMut(&Entry, &State) -> Flow,
    ) -> Result<(), LedgerError> {
        while !pieces.is_empty() {
            for piece in pieces.iter_mut().rev().take(AHEAD) {
                piece.opened.get_or_insert_with(|| opener.open(piece.oids.clone(), None));
            }
            let Some(Piece { oids, opened: Some(answer) }) = pieces.pop() else { break };
            // A piece that is not answered for is one whose work panicked, and the scope passes that on.
            let Ok(events) = answer.recv() else { break };
            if self.take(oids.into_iter().zip(events), end, way, visit)? == Flow::Stop {
                break;
            }
        }
        Ok(())
    }

    /// Judges events in order up to the end and shows each.
    fn take(
        &mut self,
        events: impl Iterator<Item = (Oid, Result<SignedEvent, Broken>)>,
        end: End,
        way: &WayBack<'_>,
        visit: &mut impl FnMut(&Entry, &State) -> Flow,
    ) -> Result<Flow, LedgerError> {
        for (commit, signed) in events {
            let seq = self.replay.next_seq();
            if matches!(end, End::Seq(last) if seq > last) {
                return Ok(Flow::Stop);
            }
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
            if matches!(end, End::Until(moment) if signed.event.at > moment) {
                return if seq > 0 { Ok(Flow::Stop) } else { Err(point::before(&signed.event)) };
            }
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

    fn invalid(&self, way: &WayBack<'_>, commit: Oid, invalid: Invalid) -> LedgerError {
        // Who reads less than its author wrote would undo what others rightly go on from.
        let is_newer = invalid.is_of_a_later_release();
        let back = self.tip().filter(|_| !is_newer).map(|good| way.back(&self.chain, good, commit)).unwrap_or_default();
        let blind = way.remote.is_some() && way.had().is_none() && !back.is_empty();
        let next = if is_newer { vec!["ledger --version".to_owned()] } else { back };
        let next = next.into_iter().chain([format!("git show {commit}")]).collect();
        LedgerError::Invalid { invalid: Box::new(invalid), commit: commit.to_string(), next, blind }
    }
}

/// How the ledger's ref is moved back to the last valid event, here and on the server.
struct WayBack<'r> {
    repo: &'r Repo,
    reference: String,
    bad: Oid,
    /// The ref here names what is read.
    here: bool,
    /// The remote whose ref may name it.
    remote: Option<String>,
}

impl<'r> WayBack<'r> {
    fn of(repo: &'r Repo, read: Oid, remote: Option<&str>) -> Result<WayBack<'r>, GitError> {
        // A ref that cannot be read names nothing that could be read here.
        let here = repo.tip().is_ok_and(|tip| tip == Some(read));
        let remote = remote.map(str::to_owned).or_else(|| repo.default_remote().filter(|_| here));
        Ok(WayBack { repo, reference: repo.ledger_ref()?, bad: read, here, remote })
    }

    /// Returns where the remote's ledger was at the last time, as far as that is known.
    fn had(&self) -> Option<Oid> {
        self.repo.tracked(self.remote.as_ref()?).ok().flatten()
    }

    /// Returns the commands from a commit that is no event, where `good` is the last one of the chain before it. What was there is not dropped: where
    /// the remote had what is not on the chain, that is gone back to, and on a server what the log of the ref knows. Here what nobody else has may be on
    /// the chain, and no event of it is dropped.
    fn back(&self, chain: &[Oid], good: Oid, commit: Oid) -> Vec<String> {
        // Where that goes on from the commit, somebody took it for an event.
        let beside = |had: &Oid| self.repo.chain(*had).is_ok_and(|of_had| !of_had.contains(&commit));
        let had = self.had().filter(|had| !chain.contains(had) && beside(had));
        let goes_on = |had: &Oid| self.repo.fork(*had, good).ok().flatten() == Some(good);
        let logged = || ended(self.repo, &self.reference, self.bad, Some(Break { last: good, bad: commit }));
        let is_server = self.here && self.remote.is_none() && self.repo.work_dir().is_none();
        let logged = if is_server { logged() } else { Vec::new() };
        let here = match had.filter(goes_on) {
            Some(had) => vec![had],
            None if logged.is_empty() => vec![good],
            None => logged,
        };
        // On a server that is one of several, where the ledger was forked there: which, is for people to say.
        here.into_iter().flat_map(|here| self.to(here, had.unwrap_or(good))).collect()
    }

    /// Returns the commands, to an event here and one there. Each names what it expects to find, so that it undoes nothing that came later.
    fn to(&self, here: Oid, there: Oid) -> Vec<String> {
        let (reference, bad) = (&self.reference, self.bad);
        let here = self.here.then(|| format!("git update-ref {reference} {here} {bad}"));
        let there = self.remote.as_ref().map(|remote| push_back(remote, reference, bad, there));
        here.into_iter().chain(there).collect()
    }
}

/// Returns the command that puts a remote's ref back, where it still names what was found.
pub(super) fn push_back(remote: &str, reference: &str, found: Oid, back: Oid) -> String {
    format!("git push --force-with-lease={reference}:{found} {} {back}:{reference}", shell(remote))
}

/// Returns an error of reading a chain, where it is about a commit that is no event: as the finding that it is.
fn told(repo: &Repo, way: &WayBack<'_>, error: LedgerError, visit: impl FnMut(&Entry, &State) -> Flow) -> LedgerError {
    match error {
        LedgerError::Git(error) if matches!(error.code, Code::FormatSize | Code::FormatCommit) => {
            no_event(repo, way, error, visit)
        }
        other => other,
    }
}

/// Returns the commands that go on where the newest event is of the future: look at the clock; where that is right, look at the
/// event, and move the ref back to the last event at or before a moment. Who wants to keep the event waits for its day.
pub fn way_before(repo: &Repo, moment: Timestamp) -> Vec<String> {
    let back = || {
        let tip = repo.tip().ok()??;
        let way = WayBack::of(repo, tip, None).ok()?;
        let good = Ledger::read_to(repo, tip, &way, &Point::Until(moment), |_, _| Flow::Next).ok()?.tip()?;
        Some(way.to(good, good))
    };
    let look = ["date -u", "ledger show tip"].map(str::to_owned);
    look.into_iter().chain(back().unwrap_or_default()).collect()
}

/// Returns a word as a shell takes it.
pub(super) fn shell(word: &str) -> String {
    let plain = word.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/' | b'@' | b':'));
    if plain && !word.is_empty() { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

/// Why a commit is not an event yet before any rule is asked.
enum Broken {
    Store(GitError),
    Format(FormatError),
    Signature(Box<Event>, FormatError),
}

/// A run of events along the chain, oldest first, and where they come from once they are opened.
struct Piece {
    oids: Vec<Oid>,
    opened: Option<Receiver<Opened>>,
}

type Opened = Vec<Result<SignedEvent, Broken>>;

/// What opens pieces of a chain on other threads.
struct Opener<'a, 'scope> {
    format: ObjectFormat,
    commits: Commits<'scope>,
    /// Nobody waits for what is not opened yet.
    over: &'scope AtomicBool,
    scope: &'a ScopeFifo<'scope>,
}

impl Opener<'_, '_> {
    /// Finds the commits after `base` up to `tip`, newest piece first, and has the newest ones opened; `None` where `base` is not
    /// among their ancestors.
    fn walk(
        &self,
        repo: &Repo,
        base: Option<Oid>,
        tip: Oid,
        search: &mut Search<'_>,
    ) -> Result<Option<Vec<Piece>>, GitError> {
        let (mut pieces, mut oids, mut bytes) = (Vec::new(), Vec::new(), Vec::new());
        let (mut kept, mut met) = (0, base.is_none());
        repo.walk_back(tip, |oid, commit| {
            if Some(oid) == base {
                met = true;
                return false;
            }
            search.look(oid, &commit);
            oids.push(oid);
            if kept < KEPT {
                kept += commit.len();
                bytes.push(commit);
            }
            if oids.len() == PIECE {
                pieces.push(self.piece(std::mem::take(&mut oids), std::mem::take(&mut bytes)));
            }
            true
        })?;
        if !oids.is_empty() {
            pieces.push(self.piece(oids, bytes));
        }
        Ok(met.then_some(pieces))
    }

    /// Returns a piece of commits that came newest first; it is opened at once if all of their bytes are here.
    fn piece(&self, mut oids: Vec<Oid>, mut bytes: Vec<Vec<u8>>) -> Piece {
        oids.reverse();
        bytes.reverse();
        let opened = (bytes.len() == oids.len()).then(|| self.open(Vec::new(), Some(bytes)));
        Piece { oids, opened }
    }

    /// Has commits opened, which are read first where their bytes are not given.
    fn open(&self, oids: Vec<Oid>, bytes: Option<Vec<Vec<u8>>>) -> Receiver<Opened> {
        let (sender, receiver) = sync_channel(1);
        let (format, commits, over) = (self.format, self.commits, self.over);
        self.scope.spawn_fifo(move |_| {
            if over.load(Ordering::Relaxed) {
                return;
            }
            let bytes = bytes.map_or_else(|| commits.read(&oids), |bytes| bytes.into_iter().map(Ok).collect());
            let mut verifier = Verifier::default();
            let opened = bytes.into_iter().map(|bytes| open(format, &mut verifier, bytes)).collect();
            // Who is not waiting any more stopped before.
            let _ = sender.send(opened);
        });
        receiver
    }
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

/// Returns the finding about a commit of the chain whose bytes do not even lead on to the one before it; or what is wrong before. What is
/// valid before it is shown.
fn no_event(
    repo: &Repo,
    way: &WayBack<'_>,
    error: GitError,
    mut visit: impl FnMut(&Entry, &State) -> Flow,
) -> LedgerError {
    let told = || {
        // One that is too large was not unpacked, and is not now.
        let bytes = repo.read(error.place.parse().ok().filter(|_| error.code != Code::FormatSize)?).ok()?;
        commit::decode(format_of(repo), &bytes).err()
    };
    let told = told().unwrap_or_else(|| FormatError::new(error.code, error.text));
    let parent = repo.resolve(&format!("{}^", error.place));
    let (Ok(commit), Ok(parent)) = (error.place.parse::<Oid>(), parent) else {
        return GitError::new(told.code, error.place, told.detail).into();
    };
    let found = |before: Ledger| {
        let invalid = Invalid::format(before.replay.next_seq(), &told);
        before.invalid(way, commit, invalid)
    };
    // Where the chain is broken a second time, the one nearest to its beginning that is known counts, and is told as it is.
    let mut before = Ledger { chain: Vec::new(), replay: Replay::new(format_of(repo)) };
    let mut shown = Flow::Next;
    let read = before.extend(repo, parent, way, &Point::Tip, |entry, state| {
        if shown == Flow::Next {
            shown = visit(entry, state);
        }
        Flow::Next
    });
    read.map_or_else(|error| error, |_| found(before))
}

/// Returns the object format of a repository.
pub fn format_of(repo: &Repo) -> ObjectFormat {
    if repo.object_format() == "sha256" { ObjectFormat::Sha256 } else { ObjectFormat::Sha1 }
}

/// Returns the error for a repository without a ledger: whether that is so, or one is missing, stands in its pins.
fn absent(repo: &Repo) -> LedgerError {
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

/// Returns whether an object is an event of some ledger. What cannot be read as one is read as a ledger by nobody.
pub(super) fn is_event(repo: &Repo, oid: Oid) -> bool {
    repo.read(oid).is_ok_and(|bytes| commit::decode(format_of(repo), &bytes).is_ok())
}

/// Returns what names a ledger here: the work tree, `HEAD` and git config; git config alone where files have no say.
///
/// # Errors
/// Where one of them is malformed.
pub fn named(repo: &Repo) -> Result<Vec<FoundPin>, GitError> {
    if repo.goes_by_settings()? {
        return Ok(repo.pin_of_settings()?.into_iter().collect());
    }
    let head = repo.head()?;
    let trees: Vec<Oid> = head.into_iter().collect();
    repo.pins(&trees)
}

/// Returns where a pin stands, in words.
pub fn place(pin: &FoundPin) -> String {
    match &pin.source {
        PinSource::WorkTree(_) => "the file .ledger".to_owned(),
        PinSource::Tree(_) => "the file .ledger in HEAD".to_owned(),
        PinSource::Config => IN_CONFIG.to_owned(),
    }
}

/// How a pin in git's settings is called.
pub const IN_CONFIG: &str = "git config";

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

fn check_pins(repo: &Repo, ledger: &Ledger) -> Result<(), LedgerError> {
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
