//! The only place that reads a clock or draws random bits.

#![expect(clippy::disallowed_methods, reason = "time enters the program here and is passed on from here")]

use std::time::{SystemTime, UNIX_EPOCH};

use chrono::DateTime;

use crate::domain::id::Rid;
use crate::domain::time::Timestamp;

/// Returns what the clock says.
///
/// # Errors
/// Where the clock stands outside of the years 1970 to 9999.
pub(crate) fn now() -> Result<Timestamp, String> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).map_err(|_| "the clock stands before 1970".to_owned())?;
    let seconds = i64::try_from(since.as_secs()).map_err(|_| "the clock stands after year 9999".to_owned())?;
    Timestamp::from_seconds(seconds).map_err(|e| e.detail)
}

/// Returns the time that a new event carries: `GIT_COMMITTER_DATE` where it is set, as git reads it, else the clock's.
///
/// # Errors
/// Where `GIT_COMMITTER_DATE` is set to something else than `SECONDS ZONE`, `@SECONDS ZONE` or an ISO 8601 moment.
pub(crate) fn event_time() -> Result<Timestamp, String> {
    match std::env::var("GIT_COMMITTER_DATE") {
        Ok(text) if !text.trim().is_empty() => {
            read_date(text.trim()).ok_or_else(|| format!("GIT_COMMITTER_DATE is {text:?}, which is no date"))
        }
        _ => now(),
    }
}

fn read_date(text: &str) -> Option<Timestamp> {
    let first = text.split(' ').next()?.trim_start_matches('@');
    if let Ok(seconds) = first.parse() {
        return Timestamp::from_seconds(seconds).ok();
    }
    let formats = ["%Y-%m-%dT%H:%M:%S%#z", "%Y-%m-%d %H:%M:%S %z", "%Y-%m-%d %H:%M:%S%#z"];
    let moment = formats.iter().find_map(|format| DateTime::parse_from_str(text, format).ok());
    let moment = moment.or_else(|| DateTime::parse_from_rfc3339(text).ok())?;
    Timestamp::from_seconds(moment.timestamp()).ok()
}

/// Returns 128 random bits, as the id of an event.
///
/// # Errors
/// Where the operating system gives none.
pub(crate) fn random_id() -> Result<Rid, String> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|e| format!("no random bits: {e}"))?;
    Rid::parse(&format!("{:032x}", u128::from_be_bytes(bytes))).map_err(|e| e.detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_git_reads_them() {
        for text in [
            "1768035600 +0000",
            "@1768035600 +0100",
            "2026-01-10T09:00:00Z",
            "2026-01-10T10:00:00+01:00",
            "2026-01-10 09:00:00 +0000",
        ] {
            assert_eq!(read_date(text).unwrap().to_string(), "2026-01-10T09:00:00Z", "{text}");
        }
        assert!(read_date("yesterday").is_none());
    }
}
