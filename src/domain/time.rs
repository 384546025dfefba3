//! Moments, dates and spans of time. Nothing here reads a clock; the only time zone is UTC.

use std::fmt;

use chrono::{Datelike, NaiveDate, TimeDelta};

use super::code::Code;
use super::error::FormatError;

/// A moment in whole seconds, written as `2026-01-10T09:00:00Z`, from year 1970 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

const LAST: i64 = 253_402_300_799;

impl Timestamp {
    /// Returns the moment that many seconds after 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// `format.time` outside of the years 1970 to 9999.
    pub fn from_seconds(seconds: i64) -> Result<Timestamp, FormatError> {
        if (0..=LAST).contains(&seconds) {
            Ok(Timestamp(seconds))
        } else {
            Err(FormatError::new(Code::FormatTime, format!("{seconds} seconds are outside of the years 1970 to 9999")))
        }
    }

    /// Reads `YYYY-MM-DDTHH:MM:SSZ`, and nothing else.
    ///
    /// # Errors
    /// `format.time` where the text has another form or names no moment.
    pub fn parse(text: &str) -> Result<Timestamp, FormatError> {
        Timestamp::read(text.as_bytes()).ok_or_else(|| {
            FormatError::new(Code::FormatTime, format!("{text:?} is not a moment written YYYY-MM-DDTHH:MM:SSZ"))
        })
    }

    fn read(text: &[u8]) -> Option<Timestamp> {
        const FORM: &[u8; 20] = b"0000-00-00T00:00:00Z";
        let text: &[u8; 20] = text.try_into().ok()?;
        let fits = |(given, form): (&u8, &u8)| if *form == b'0' { given.is_ascii_digit() } else { given == form };
        if !text.iter().zip(FORM).all(fits) {
            return None;
        }
        let number = |digits: &[u8]| digits.iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
        let year = i32::try_from(number(&text[..4])).ok()?;
        let day = NaiveDate::from_ymd_opt(year, number(&text[5..7]), number(&text[8..10]))?;
        let moment = day.and_hms_opt(number(&text[11..13]), number(&text[14..16]), number(&text[17..19]))?;
        Timestamp::from_seconds(moment.and_utc().timestamp()).ok()
    }

    /// Returns the seconds since 1970-01-01T00:00:00Z.
    pub const fn seconds(self) -> i64 {
        self.0
    }

    /// Returns the moment a span later, at the latest the end of year 9999.
    #[must_use]
    pub fn plus(self, span: Span) -> Timestamp {
        Timestamp(self.0.saturating_add(span.0).min(LAST))
    }

    /// Returns the date in UTC.
    pub fn date(self) -> Date {
        let days = i32::try_from(self.0 / 86_400).unwrap_or(i32::MAX);
        Date(NaiveDate::from_epoch_days(days).unwrap_or(NaiveDate::MAX))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hour, minute, second) = (self.0 / 3_600 % 24, self.0 / 60 % 60, self.0 % 60);
        write!(f, "{}T{hour:02}:{minute:02}:{second:02}Z", self.date())
    }
}

impl From<Timestamp> for super::value::Value {
    fn from(moment: Timestamp) -> super::value::Value {
        super::value::Value::text(moment)
    }
}

/// A day, written as `2026-01-10`. It runs to the end of its UTC day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(NaiveDate);

impl Date {
    /// Reads `YYYY-MM-DD`.
    ///
    /// # Errors
    /// `format.time` where the text has another form or names no day.
    pub fn parse(text: &str) -> Result<Date, FormatError> {
        NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .ok()
            .map(Date)
            .filter(|date| text.len() == 10 && date.to_string() == text)
            .ok_or_else(|| FormatError::new(Code::FormatTime, format!("{text:?} is not a day written YYYY-MM-DD")))
    }

    /// Returns the last second of the day.
    pub fn end(self) -> Timestamp {
        let midnight = self.0.and_time(chrono::NaiveTime::MIN) + TimeDelta::seconds(86_399);
        Timestamp(midnight.and_utc().timestamp().clamp(0, LAST))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), self.0.month(), self.0.day())
    }
}

/// A span of time in seconds, written as a number and `h`, `d` or `w`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(i64);

impl Span {
    /// Returns a span of that many days.
    pub const fn days(days: u32) -> Span {
        Span(days as i64 * 86_400)
    }

    /// Reads `14d`, `36h` or `2w`; at most 9999 of either.
    pub fn parse(text: &str) -> Option<Span> {
        let unit = text.chars().last()?;
        let seconds = match unit {
            'h' => 3_600,
            'd' => 86_400,
            'w' => 604_800,
            _ => return None,
        };
        let digits = &text[..text.len() - 1];
        let number: i64 = digits.parse().ok().filter(|_| digits.len() <= 4)?;
        (number > 0 && number.to_string() == digits).then_some(Span(number * seconds))
    }

    /// Returns the span in seconds.
    pub const fn seconds(self) -> i64 {
        self.0
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            s if s % 604_800 == 0 => write!(f, "{}w", s / 604_800),
            s if s % 86_400 == 0 => write!(f, "{}d", s / 86_400),
            s => write!(f, "{}h", s / 3_600),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_has_one_form() {
        let moment = Timestamp::parse("2026-01-10T09:00:00Z").unwrap();
        assert_eq!(moment.to_string(), "2026-01-10T09:00:00Z");
        assert_eq!(moment.date().to_string(), "2026-01-10");
        for bad in [
            "2026-01-10T09:00:00+00:00",
            "2026-01-10 09:00:00Z",
            "2026-02-30T00:00:00Z",
            "2026-01-10T09:00:00.5Z",
            "2026-01-10T23:59:60Z",
            "1969-12-31T23:59:59Z",
        ] {
            assert_eq!(Timestamp::parse(bad).unwrap_err().code, Code::FormatTime, "{bad}");
        }
        assert!(Timestamp::from_seconds(LAST).unwrap().to_string().starts_with("9999-12-31T23:59:59"));
        assert!(Timestamp::from_seconds(LAST + 1).is_err());
    }

    #[test]
    fn a_date_ends_with_its_utc_day() {
        assert_eq!(Date::parse("2026-01-10").unwrap().end().to_string(), "2026-01-10T23:59:59Z");
        for bad in ["2026-1-10", "+10000-01-01", "-0001-01-01", "2026-02-29", " 2026-01-10"] {
            assert!(Date::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn spans_are_hours_days_or_weeks() {
        assert_eq!(Span::parse("14d").unwrap().to_string(), "2w");
        assert_eq!(Span::parse("36h").unwrap().seconds(), 129_600);
        for bad in ["", "d", "0d", "1m", "-1d", "01d", "10000d", "1é", "9223372036854775807w"] {
            assert!(Span::parse(bad).is_none(), "{bad}");
        }
    }
}
