//! Trailers: what the last lines of a commit's message say to programs, such as which item it serves.
//!
//! `Ledger-Tip: SEQ SHA256` says up to which event the commit's author knew the ledger. It stands in the last paragraph of the message, which is not the first one, as git's own trailers do. A ledger that does
//! not hold the event was cut short, or is another one.

use std::fmt;

use super::id::Digest;

/// The name of the trailer; git compares it in any case.
pub const LEDGER_TIP: &str = "Ledger-Tip";

/// An event that a commit cites.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cited {
    /// The event's position.
    pub seq: u64,
    /// SHA-256 of the event's commit.
    pub sha256: Digest,
}

impl fmt::Display for Cited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.seq, self.sha256)
    }
}

/// Returns the events that a commit's message cites, each as it was read, or the text that could not be.
pub fn cited(message: &[u8]) -> Vec<Result<Cited, String>> {
    values(message, LEDGER_TIP).into_iter().map(|value| read(&value).ok_or(value)).collect()
}

/// Returns what the trailers of a name say, in the last paragraph of a commit's message, which is not the first one.
pub fn values(message: &[u8], name: &str) -> Vec<String> {
    let text = String::from_utf8_lossy(message).replace("\r\n", "\n");
    let Some((_, last)) = text.trim_end().rsplit_once("\n\n") else { return Vec::new() };
    let trailers = last.lines().filter_map(|line| line.split_once(':'));
    let named = trailers.filter(|(own, _)| own.trim_end().eq_ignore_ascii_case(name));
    named.map(|(_, value)| value.trim().to_owned()).collect()
}

fn read(value: &str) -> Option<Cited> {
    let (seq, sha256) = value.split_once(' ')?;
    let plain = seq == "0" || !seq.starts_with(['0', '+']);
    Some(Cited { seq: seq.parse().ok().filter(|_| plain)?, sha256: Digest::parse(sha256).ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tip_is_cited_in_the_last_paragraph_and_nowhere_else() {
        let tip = Cited { seq: 12, sha256: Digest::of(b"event") };
        let line = format!("Ledger-Tip: {tip}");
        assert_eq!(cited(format!("Do it\n\nBecause.\n\nSigned-off-by: A\n{line}\n").as_bytes()), [Ok(tip)]);
        assert_eq!(cited(format!("Do it\r\n\r\nledger-tip : {tip}\r\n").as_bytes()), [Ok(tip)]);
        for none in [format!("{line}\n"), format!("Do it\n\n{line}\n\nMore.\n"), format!("Do it\n\nx {line}\n")] {
            assert_eq!(cited(none.as_bytes()), [], "{none}");
        }
        for bad in ["", "12", "x y", "+1 {}", "01 {}", "12 {}0", "12  {}"] {
            let value = bad.replace("{}", &tip.sha256.to_string());
            assert_eq!(cited(format!("a\n\nLedger-Tip: {value}").as_bytes()), [Err(value)]);
        }
    }
}
