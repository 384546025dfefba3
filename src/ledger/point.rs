//! Moments of a ledger, as people name them.

use super::LedgerError;
use super::load::{Flow, Ledger, format_of};
use crate::domain::commit::{self, ObjectFormat};
use crate::domain::event::Event;
use crate::domain::id::Digest;
use crate::domain::time::{Date, Timestamp};
use crate::git::{Oid, Repo};

/// What names a moment of a ledger.
pub const POINTS: &str =
    "a number, ~N, YYYY-MM-DD, YYYY-MM-DDTHH:MM:SSZ, or four or more digits of an event's id, commit or SHA-256";

/// A moment of a ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Point {
    /// The newest event.
    Tip,
    /// The event of that number.
    Seq(u64),
    /// So many events before the newest.
    Back(u64),
    /// The last event at or before a moment; a day runs to its end in UTC.
    Until(Timestamp),
    /// The event whose id, commit or SHA-256 begins so.
    Prefix(String),
}

impl Point {
    /// Reads a point: a number, `~N`, a day, a moment, or the beginning of an id, commit or SHA-256.
    ///
    /// # Errors
    /// [`LedgerError::Usage`] where the word is none of these.
    pub fn parse(word: &str) -> Result<Point, LedgerError> {
        if matches!(word, "tip" | "now") {
            return Ok(Point::Tip);
        }
        if let Some(back) = word.strip_prefix('~').and_then(|n| n.parse().ok()) {
            return Ok(Point::Back(back));
        }
        if let Ok(date) = Date::parse(word) {
            return Ok(Point::Until(date.end()));
        }
        if let Ok(moment) = Timestamp::parse(word) {
            return Ok(Point::Until(moment));
        }
        let is_hex = !word.is_empty() && word.bytes().all(|b| b.is_ascii_hexdigit());
        if word.len() < 8
            && let Ok(seq) = word.parse()
        {
            return Ok(Point::Seq(seq));
        }
        if is_hex && word.len() >= 4 {
            return Ok(Point::Prefix(word.to_ascii_lowercase()));
        }
        Err(LedgerError::usage(format!("{word:?} is no point of the ledger"), POINTS, "ledger log"))
    }
}

impl Ledger {
    /// Reads the ledger of a repository up to a point.
    ///
    /// # Errors
    /// As [`Ledger::load_to`].
    pub fn load_at(repo: &Repo, point: &Point) -> Result<Ledger, LedgerError> {
        Ledger::load_to(repo, point, |_, _| Flow::Next)
    }
}

/// Returns the number of the event that a word names: `tip`, a number, `~N`, or the beginning of its id, commit or SHA-256.
/// Nothing is verified. `None` where the word is of another form.
///
/// # Errors
/// As [`Ledger::load_to`].
pub fn event_named(repo: &Repo, word: &str) -> Option<Result<u64, LedgerError>> {
    match Point::parse(word) {
        Ok(Point::Until(_)) | Err(_) => None,
        Ok(point) => Some(locate(repo, &point)),
    }
}

fn locate(repo: &Repo, point: &Point) -> Result<u64, LedgerError> {
    let Some(tip) = repo.tip()? else { return Err(LedgerError::None) };
    let mut search = Search::of(point, format_of(repo));
    repo.walk_back(tip, |oid, commit| {
        search.look(oid, &commit);
        true
    })?;
    match search.end(0)? {
        End::Seq(seq) => Ok(seq),
        End::Tip | End::Until(_) => Ok(search.walked.saturating_sub(1)),
    }
}

/// Where a replay ends.
#[derive(Debug, Clone, Copy)]
pub(super) enum End {
    /// Where the chain does.
    Tip,
    /// With the event of that number.
    Seq(u64),
    /// Before the first event after that moment.
    Until(Timestamp),
}

/// Finds the event that a point means while the chain is walked back, so that it is replayed but once.
pub(super) struct Search<'p> {
    point: &'p Point,
    format: ObjectFormat,
    /// How many commits were walked past.
    walked: u64,
    /// Those that begin so: how many follow, and what they are.
    found: Vec<(u64, String)>,
}

impl<'p> Search<'p> {
    pub(super) fn of(point: &'p Point, format: ObjectFormat) -> Search<'p> {
        Search { point, format, walked: 0, found: Vec::new() }
    }

    /// Looks at the next commit on the way back.
    pub(super) fn look(&mut self, oid: Oid, bytes: &[u8]) {
        if let Point::Prefix(prefix) = self.point {
            // Ids of other things can look like the event's own, so what looks like it is decoded.
            let key = format!("\"id\":\"{prefix}");
            let close = bytes.windows(key.len()).any(|window| window == key.as_bytes());
            let named = oid.to_string().starts_with(prefix) || Digest::of(bytes).to_string().starts_with(prefix);
            if (named || close)
                && let Ok(signed) = commit::decode(self.format, bytes)
                && (named || signed.event.id.as_str().starts_with(prefix))
            {
                let event = &signed.event;
                let (commit, id) = (oid.to_string(), event.id.as_str());
                let name = format!(
                    "event {} ({}; id {}, commit {}, SHA-256 {})",
                    event.seq,
                    event.summary(),
                    id.get(..12).unwrap_or(id),
                    commit.get(..12).unwrap_or(&commit),
                    signed.sha256.short()
                );
                self.found.push((self.walked, name));
            }
        }
        self.walked += 1;
    }

    /// Returns where the replay ends, once everything that follows event `first` was walked past.
    pub(super) fn end(&self, first: u64) -> Result<End, LedgerError> {
        let newest = (first + self.walked).saturating_sub(1);
        let none =
            |text: String| Err(LedgerError::usage(text, "the number, id or commit of one of its events", "ledger log"));
        match self.point {
            Point::Tip => Ok(End::Tip),
            Point::Until(moment) => Ok(End::Until(*moment)),
            Point::Seq(seq) if *seq <= newest => Ok(End::Seq(*seq)),
            Point::Seq(seq) => none(format!("the ledger has no event {seq}; its newest is {newest}")),
            Point::Back(back) if *back <= newest => Ok(End::Seq(newest - back)),
            Point::Back(back) => none(format!("the ledger has only {newest} events before its newest, not {back}")),
            Point::Prefix(prefix) => match self.found.as_slice() {
                [(back, _)] => Ok(End::Seq(newest.saturating_sub(*back))),
                [] => none(format!("no event's id, commit or SHA-256 begins with {prefix}")),
                several => {
                    let names: Vec<&str> = several.iter().rev().map(|(_, name)| name.as_str()).collect();
                    none(format!("{} events begin with {prefix}: {}", names.len(), names.join(", ")))
                }
            },
        }
    }
}

/// Returns the error for a moment before the ledger began.
pub(super) fn before(genesis: &Event) -> LedgerError {
    let text = format!("no event is at that point: the ledger begins later, at {}", genesis.at);
    LedgerError::usage(text, "a moment at which there was a ledger", "ledger log")
}
