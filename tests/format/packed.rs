//! Bytes in vectors: as base64, or, where that would be long, as parts of which one repeats.

use base64ct::{Base64, Encoding};
use govledger::domain::value::Value;

use crate::keys::base64;

/// From how many bytes on parts are written.
pub(crate) const LONG: usize = 8 * 1024;

/// Returns bytes as a vector holds them. Long ones of which no part repeats are written out.
pub(crate) fn packed(bytes: &[u8]) -> Value {
    if bytes.len() <= LONG {
        return base64(bytes);
    }
    let (start, unit, times) = stretch(bytes);
    let end = start + unit * times;
    let part = |bytes: &[u8], times: usize| Value::map([("bytes", base64(bytes)), ("times", (times as u64).into())]);
    Value::list([part(&bytes[..start], 1), part(&bytes[start..start + unit], times), part(&bytes[end..], 1)])
}

/// Returns the bytes that a vector holds.
pub(crate) fn unpacked(value: &serde_json::Value) -> Vec<u8> {
    let decode = |text: &serde_json::Value| Base64::decode_vec(text.as_str().unwrap()).unwrap();
    match value.as_array() {
        None => decode(value),
        Some(parts) => {
            let part = |part: &serde_json::Value| {
                decode(&part["bytes"]).repeat(usize::try_from(part["times"].as_u64().unwrap()).unwrap())
            };
            parts.iter().flat_map(part).collect()
        }
    }
}

/// Returns where the longest stretch of one repeated unit of at most four bytes begins, how long the unit is, and how often it stands there.
fn stretch(bytes: &[u8]) -> (usize, usize, usize) {
    let mut best = (0, 1, 1);
    for unit in 1..=4 {
        let mut start = 0;
        for at in unit..=bytes.len() {
            if at < bytes.len() && bytes[at] == bytes[at - unit] {
                continue;
            }
            let times = (at - start) / unit;
            if times * unit > best.1 * best.2 {
                best = (start, unit, times);
            }
            start = (at + 1).saturating_sub(unit);
        }
    }
    best
}

#[test]
fn what_was_packed_is_unpacked() {
    let long = [&b"head"[..], &b"ab,".repeat(30_000), b"tail"].concat();
    for bytes in [&b""[..], b"short", &long] {
        let text = packed(bytes).to_canonical();
        assert!(text.len() < 200, "{text}");
        assert_eq!(unpacked(&serde_json::from_str(&text).unwrap()), bytes);
    }
}
