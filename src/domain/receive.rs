//! What a guarded server takes, as far as it can be said of names and sets alone.

use std::collections::BTreeSet;

use super::id::Digest;
use super::text;

/// How far ahead of the receiver's clock an event may be dated, in seconds.
pub const AHEAD: i64 = 300;

/// The refs by which git reads other objects in the place of those that are asked for.
const REPLACE: &str = "refs/replace/";

/// What a ref is to who guards a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The ledger's own.
    Ledger,
    /// Its evidence's.
    Evidence,
    /// One that may be removed and not made, and why.
    Closed(&'static str),
    /// Any other: branches, tags, notes and whatever else names commits of code.
    Code,
}

/// The names of the ledger's own refs.
#[derive(Debug, Clone)]
pub struct Own {
    /// The ledger's.
    pub ledger: String,
    /// The evidence's.
    pub evidence: String,
}

impl Own {
    /// Returns what a ref is.
    pub fn place(&self, name: &str) -> Place {
        if name == self.ledger {
            return Place::Ledger;
        }
        if name == self.evidence {
            return Place::Evidence;
        }
        let folded = text::fold(name);
        if folded.starts_with(REPLACE) {
            return Place::Closed("makes git show other objects in the place of those that were signed");
        }
        let within = |inner: &str, outer: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'));
        for own in [&self.ledger, &self.evidence].map(|own| text::fold(own)) {
            if folded == own || within(&folded, &own) || within(&own, &folded) {
                return Place::Closed("stands in the way of the ledger's own refs, or could be taken for one of them");
            }
        }
        Place::Code
    }
}

/// What is wrong with a change of the evidence.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EvidenceChange {
    /// What is held and would go without having been erased.
    pub lost: Vec<Digest>,
    /// What was erased and would come back.
    pub returned: Vec<Digest>,
}

/// Judges a change of the evidence by the rule of the union: new = old + additions - erased.
pub fn evidence_change(
    old: &BTreeSet<Digest>,
    new: &BTreeSet<Digest>,
    erased: impl Fn(&Digest) -> bool,
) -> EvidenceChange {
    EvidenceChange {
        lost: old.difference(new).filter(|digest| !erased(digest)).copied().collect(),
        returned: new.difference(old).filter(|digest| erased(digest)).copied().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ref_is_told_by_its_name_and_its_twins_by_theirs() {
        let own = Own { ledger: "refs/ledger/main".to_owned(), evidence: "refs/ledger-evidence/main".to_owned() };
        assert_eq!(own.place("refs/ledger/main"), Place::Ledger);
        assert_eq!(own.place("refs/ledger-evidence/main"), Place::Evidence);
        for code in ["refs/heads/main", "refs/tags/v1", "refs/notes/commits", "refs/ledger/mainly", "refs/ledger/other"]
        {
            assert_eq!(own.place(code), Place::Code, "{code}");
        }
        for closed in [
            "refs/replace/0123",
            "refs/REPLACE/0123",
            "refs/Ledger/main",
            "refs/ledger/main/x",
            "refs/ledger",
            "refs/ledger-evidence/MAIN/x",
        ] {
            assert!(matches!(own.place(closed), Place::Closed(_)), "{closed}");
        }
    }

    #[test]
    fn evidence_only_grows_but_for_what_was_erased() {
        let [kept, erased, added] = [b"kept", b"gone", b"more"].map(|bytes| Digest::of(bytes));
        let set = |digests: &[Digest]| digests.iter().copied().collect::<BTreeSet<_>>();
        let change = |old: &[Digest], new: &[Digest]| {
            let change = evidence_change(&set(old), &set(new), |digest| *digest == erased);
            (change.lost, change.returned)
        };
        assert_eq!(change(&[kept, erased], &[kept, added]), (vec![], vec![]));
        assert_eq!(change(&[kept, erased], &[kept, erased]), (vec![], vec![]));
        assert_eq!(change(&[kept], &[added]), (vec![kept], vec![]));
        assert_eq!(change(&[kept], &[kept, erased]), (vec![], vec![erased]));
    }
}
