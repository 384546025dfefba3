//! Moments of a ledger, as people name them.

use super::LedgerError;
use super::load::{Flow, Ledger};
use crate::domain::id::Rid;
use crate::domain::time::{Date, Timestamp};
use crate::git::Repo;

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
    /// The event whose id or commit begins so.
    Prefix(String),
}

impl Point {
    /// Reads a point: a number, `~N`, a day, a moment, or the beginning of an id or commit.
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
        let text = format!(
            "{word:?} is no point of the ledger: a number, ~N, YYYY-MM-DD, YYYY-MM-DDTHH:MM:SSZ, or four or more digits of an event's id or commit"
        );
        Err(LedgerError::usage(text, "ledger log"))
    }
}

impl Ledger {
    /// Reads the ledger of a repository up to a point.
    ///
    /// # Errors
    /// As [`Ledger::load`]; [`LedgerError::Usage`] where no event is at the point.
    pub fn load_at(repo: &Repo, point: &Point) -> Result<Ledger, LedgerError> {
        let last = match point {
            Point::Tip => return Ledger::load(repo),
            Point::Seq(seq) => *seq,
            Point::Back(_) | Point::Until(_) | Point::Prefix(_) => resolve(repo, point)?,
        };
        let ledger =
            Ledger::load_with(repo, |entry, _| if entry.signed.event.seq == last { Flow::Stop } else { Flow::Next })?;
        if ledger.state().tip.seq == last {
            return Ok(ledger);
        }
        let text = format!("the ledger has no event {last}; its newest is {}", ledger.state().tip.seq);
        Err(LedgerError::usage(text, "ledger log"))
    }
}

/// Returns the number of the event that a point means.
fn resolve(repo: &Repo, point: &Point) -> Result<u64, LedgerError> {
    let mut found: Vec<u64> = Vec::new();
    let ledger = Ledger::load_with(repo, |entry, _| {
        let event = &entry.signed.event;
        match point {
            Point::Until(moment) if event.at > *moment => return Flow::Stop,
            Point::Until(_) => found = vec![event.seq],
            Point::Prefix(prefix) if begins(&event.id, &entry.commit.to_string(), prefix) => found.push(event.seq),
            _ => {}
        }
        Flow::Next
    })?;
    let newest = ledger.state().tip.seq;
    match (point, found.as_slice()) {
        (Point::Back(back), _) if *back <= newest => Ok(newest - back),
        (Point::Back(back), _) => Err(LedgerError::usage(
            format!("the ledger has only {newest} events before its newest, not {back}"),
            "ledger log",
        )),
        (_, [seq]) => Ok(*seq),
        (_, []) => Err(LedgerError::usage(
            "no event is at that point: the ledger begins later, or no id or commit begins so",
            "ledger log",
        )),
        (_, several) => {
            Err(LedgerError::usage(format!("{} events begin so: more digits are needed", several.len()), "ledger log"))
        }
    }
}

fn begins(id: &Rid, commit: &str, prefix: &str) -> bool {
    id.as_str().starts_with(prefix) || commit.starts_with(prefix)
}
