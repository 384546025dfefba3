//! Opening the commits of a chain ahead of who judges them: bytes decoded and signatures checked, on all cores.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};

use rayon::ScopeFifo;

use super::point::Search;
use crate::domain::commit::{self, ObjectFormat, SignedEvent};
use crate::domain::error::FormatError;
use crate::domain::event::Event;
use crate::domain::sshsig::Verifier;
use crate::git::store::Commits;
use crate::git::{GitError, Oid, Repo};

/// How many events are opened as one piece of work.
const PIECE: usize = 64;

/// How many pieces of work are ahead of the replay.
pub(super) const AHEAD: usize = 32;

/// How many bytes of commits are kept on the way back. It bounds the memory, so that a long ledger needs no more than a short one.
const KEPT: usize = 16 * 1024 * 1024;

/// Why a commit is not an event yet before any rule is asked.
pub(super) enum Broken {
    Store(GitError),
    Format(FormatError),
    Signature(Box<Event>, FormatError),
}

/// A run of events along the chain, oldest first, and where they come from once they are opened.
pub(super) struct Piece {
    pub(super) oids: Vec<Oid>,
    pub(super) opened: Option<Receiver<Opened>>,
}

type Opened = Vec<Result<SignedEvent, Broken>>;

/// What opens pieces of a chain on other threads.
pub(super) struct Opener<'a, 'scope> {
    pub(super) format: ObjectFormat,
    pub(super) commits: Commits<'scope>,
    /// Nobody waits for what is not opened yet.
    pub(super) over: &'scope AtomicBool,
    pub(super) scope: &'a ScopeFifo<'scope>,
}

impl Opener<'_, '_> {
    /// Finds the commits after `base` up to `tip`, newest piece first, and has the newest ones opened; `None` where `base` is not
    /// among their ancestors.
    pub(super) fn walk(
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
    pub(super) fn open(&self, oids: Vec<Oid>, bytes: Option<Vec<Vec<u8>>>) -> Receiver<Opened> {
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
