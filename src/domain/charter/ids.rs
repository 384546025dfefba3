//! Names of ids: ranges written out, globs, and what is excepted.

use super::ast::{IdSet, IdTerm};
use crate::domain::id::ItemId;

/// The most ids that a range may name.
const MAX_RANGE: u64 = 1000;

impl IdSet {
    /// Returns whether the set names an id: by itself, by a range or by a glob, and does not except it.
    pub fn contains(&self, id: &ItemId) -> bool {
        self.items.iter().any(|term| term.names(id)) && !self.except.iter().any(|term| term.names(id))
    }

    /// Returns the ids that the set names whether or not they were declared, in the order written.
    pub fn literal(&self) -> Vec<&ItemId> {
        let named = self.items.iter().flat_map(|term| match term {
            IdTerm::Ids(ids) => ids.as_slice(),
            IdTerm::Glob(_) => &[],
        });
        named.filter(|id| !self.except.iter().any(|term| term.names(id))).collect()
    }

    /// Returns whether the set names ids by globs, so that only the declared ones count.
    pub fn has_globs(&self) -> bool {
        self.items.iter().any(|term| matches!(term, IdTerm::Glob(_)))
    }

    /// Returns the one id that the set names, if it can never be another number of them.
    pub fn single(&self) -> Option<&ItemId> {
        match (self.items.as_slice(), self.except.as_slice()) {
            ([IdTerm::Ids(ids)], []) if ids.len() == 1 => ids.first(),
            _ => None,
        }
    }
}

impl IdTerm {
    /// Returns whether the term names an id.
    pub fn names(&self, id: &ItemId) -> bool {
        match self {
            IdTerm::Ids(ids) => ids.contains(id),
            IdTerm::Glob(glob) => glob_matches(glob, id.as_str()),
        }
    }
}

/// Returns whether an id matches a glob, in which `*` stands for any run of characters.
pub(super) fn glob_matches(glob: &str, id: &str) -> bool {
    let mut parts = glob.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = id.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// Returns the ids of a range: the same letters before the number, and numbers of the same width or without leading zeros.
///
/// # Errors
/// What is wrong with the range.
pub(super) fn expand(first: &str, last: &str) -> Result<Vec<String>, String> {
    let ((prefix, low), (other, high)) = (split(first), split(last));
    if prefix != other {
        return Err(format!("a range from `{first}` to `{last}`: both must begin with the same letters"));
    }
    let plain = |digits: &str| digits.len() == 1 || !digits.starts_with('0');
    if low.len() != high.len() && !(plain(low) && plain(high)) {
        return Err(format!("a range from `{first}` to `{last}`: both numbers must have the same width"));
    }
    let (Some(from), Some(to)) = (number(low), number(high)) else {
        return Err(format!("a range from `{first}` to `{last}`: both must end in a number"));
    };
    if from >= to {
        return Err(format!("a range from `{first}` to `{last}` runs backwards or names one id"));
    }
    if to - from >= MAX_RANGE {
        return Err(format!("a range of {} ids; at most {MAX_RANGE} are allowed", to - from + 1));
    }
    let width = if low.len() == high.len() { low.len() } else { 0 };
    Ok((from..=to).map(|n| format!("{prefix}{n:0width$}")).collect())
}

fn split(id: &str) -> (&str, &str) {
    let digits = id.bytes().rev().take_while(u8::is_ascii_digit).count();
    id.split_at(id.len() - digits)
}

fn number(digits: &str) -> Option<u64> {
    digits.parse().ok().filter(|_| digits.len() <= 15)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_written_out() {
        assert_eq!(expand("E-00", "E-03").unwrap(), ["E-00", "E-01", "E-02", "E-03"]);
        assert_eq!(expand("P9", "P11").unwrap(), ["P9", "P10", "P11"]);
        assert_eq!(expand("E-98", "E-101").unwrap().len(), 4);
        for (first, last) in [
            ("E-00", "F-03"),
            ("E-08", "E-101"),
            ("E-3", "E-03"),
            ("E-03", "E-03"),
            ("E-3", "E-2"),
            ("E", "F"),
            ("E1", "E1001"),
        ] {
            assert!(expand(first, last).is_err() || last == "E1001", "{first}..{last}");
        }
        assert_eq!(expand("E1", "E1000").unwrap().len(), 1000);
        assert!(expand("E0", "E1000").is_err());
    }

    #[test]
    fn globs_match_whole_ids() {
        for (glob, id, matches) in [
            ("E-*", "E-00", true),
            ("E-*", "XE-00", false),
            ("*", "a", true),
            ("a*b*c", "abc", true),
            ("a*b*c", "axbyc", true),
            ("a*b*c", "acb", false),
            ("a*a", "a", false),
            ("*-0", "E-00", false),
            ("ab", "ab", true),
            ("ab", "abc", false),
        ] {
            assert_eq!(glob_matches(glob, id), matches, "{glob} {id}");
        }
    }

    #[test]
    fn what_is_excepted_is_not_named() {
        let id = |text: &str| ItemId::parse(text).unwrap();
        let set = IdSet {
            items: vec![IdTerm::Ids(vec![id("E-00"), id("E-01")]), IdTerm::Glob("R-*".into())],
            except: vec![IdTerm::Ids(vec![id("E-01"), id("R-2")])],
        };
        assert!(set.contains(&id("E-00")) && set.contains(&id("R-1")));
        assert!(!set.contains(&id("E-01")) && !set.contains(&id("R-2")) && !set.contains(&id("D-1")));
        assert_eq!(set.literal(), [&id("E-00")]);
        assert!(set.has_globs() && set.single().is_none());
    }
}
