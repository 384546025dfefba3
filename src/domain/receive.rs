//! What a guarded server takes, as far as it can be said of names and sets alone.

use std::collections::BTreeSet;

use super::code::Code;
use super::explain::{Explanation, Supplier};
use super::id::Digest;
use super::state::State;
use super::text;

/// How far ahead of the receiver's clock an event may be dated, in seconds.
pub const AHEAD: i64 = 300;

/// The refs by which git reads other objects in the place of those that are asked for.
const REPLACE: &str = "refs/replace/";

/// The refs of one clone alone: where its remotes were, and what a sync of it kept aside.
const OF_A_CLONE: [&str; 2] = ["refs/ledger-remote/", "refs/ledger-aside/"];

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
    /// Returns whether a ref is one of these where names that differ in case alone are one name.
    pub fn is_twin(&self, name: &str) -> bool {
        [&self.ledger, &self.evidence].iter().any(|own| *own != name && text::fold(own) == text::fold(name))
    }

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
        if OF_A_CLONE.iter().any(|own| folded.starts_with(own)) {
            return Place::Closed("is what one clone notes for itself, and nobody else's");
        }
        let within = |inner: &str, outer: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'));
        for own in [&self.ledger, &self.evidence].map(|own| text::fold(own)) {
            let meets = |name: &str| name == own || within(name, &own) || within(&own, name);
            if meets(&folded) {
                return Place::Closed("stands in the way of the ledger's own refs, or could be taken for one of them");
            }
            // Git takes a short name for each ref of which it is the end: where one of these is, nobody can push the ledger's own.
            let mut ends = folded.match_indices('/').filter_map(|(at, _)| folded.get(at + 1..));
            if ends.any(|end| end.starts_with("refs/") && meets(end)) {
                return Place::Closed("ends like the ledger's own refs, which git could then not tell from it");
            }
        }
        Place::Code
    }
}

/// How a guard's refusal of a push begins.
const REFUSED: &str = "ledger: push refused: ";

/// How many refusals are read of what a remote says.
const MOST: usize = 32;

/// Reads what a guard said of a push, as its lines come back from the remote, and returns its refusals, and the lines that are not taken
/// up in them. Of commands only those are taken over that a guard of ours names: another server could name any.
pub fn heard(said: Vec<String>) -> (Vec<Explanation>, Vec<String>) {
    let (mut told, mut rest, mut open): (Vec<Explanation>, _, _) = (Vec::new(), Vec::new(), false);
    for line in said {
        if let Some(text) = line.strip_prefix(REFUSED) {
            let read =
                text.rsplit_once("  [").and_then(|(found, code)| Some((found, Code::parse(code.strip_suffix(']')?)?)));
            open = read.is_some() && told.len() < MOST;
            told.extend(read.filter(|_| open).map(|(found, code)| Explanation::new(code, found, "")));
            rest.push(line);
            continue;
        }
        let labelled = told.last_mut().filter(|_| open).zip(line.split_once("  "));
        let taken = labelled.is_some_and(|(last, (label, text))| take(last, label, text.trim_start()));
        if !taken {
            rest.push(line);
        }
    }
    for one in &mut told {
        if one.needed.is_empty() {
            "what the remote asks for".clone_into(&mut one.needed);
        }
        if one.who.is_empty() {
            one.who = vec![Supplier::asker()];
        }
    }
    (told, rest)
}

/// Takes one labelled line of a refusal up; returns false where it is none.
fn take(refusal: &mut Explanation, label: &str, text: &str) -> bool {
    match label {
        "needed" if refusal.needed.is_empty() => text.clone_into(&mut refusal.needed),
        "who" if text.contains(' ') => refusal.who = vec![Supplier::in_words(text)],
        "next" => {
            let (command, who) = text.split_once("    ").unwrap_or((text, ""));
            if !is_ours(command) {
                return false;
            }
            refusal.next.push(command.to_owned());
            if who.trim().contains(' ') {
                refusal.who = vec![Supplier::in_words(who.trim())];
            }
        }
        _ => return false,
    }
    true
}

/// Returns whether a command is one that a guard names, and does no more than sync, look or explain.
fn is_ours(command: &str) -> bool {
    let mut words = command.split(' ');
    match (words.next(), words.next()) {
        (Some("ledger"), Some("explain")) => words.next().and_then(Code::parse).is_some() && words.next().is_none(),
        (Some("ledger"), Some("verify")) => words.next().is_none(),
        (Some("ledger"), Some("sync")) => {
            let id = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_hexdigit());
            loop {
                match words.next() {
                    None => return true,
                    Some("--skip") => {}
                    Some("--aside") if words.next().is_some_and(id) => {}
                    Some(_) => return false,
                }
            }
        }
        _ => false,
    }
}

/// What a ledger says of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cites {
    /// What events cite and nobody gave up.
    pub cited: BTreeSet<Digest>,
    /// What was given up.
    pub erased: BTreeSet<Digest>,
}

impl Cites {
    /// Returns what a ledger says, by its state.
    pub fn of(state: &State) -> Cites {
        Cites { cited: state.cited(), erased: state.erased() }
    }
}

/// What is wrong with a change of the evidence.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EvidenceChange {
    /// What is held and cited, and would go.
    pub lost: Vec<Digest>,
    /// What was erased and would come back.
    pub returned: Vec<Digest>,
    /// What would come, and no event cites.
    pub uncited: Vec<Digest>,
}

/// Judges a change of the evidence by the rule of the union: new = old + additions that are cited - erased, and what is not cited may go.
/// `says` is what the ledger says as it will be; where there is none, nothing may come or go.
pub fn evidence_change(old: &BTreeSet<Digest>, new: &BTreeSet<Digest>, says: Option<&Cites>) -> EvidenceChange {
    let cited = |digest: &Digest| says.is_some_and(|says| says.cited.contains(digest));
    let erased = |digest: &Digest| says.is_some_and(|says| says.erased.contains(digest));
    let (returned, others): (Vec<Digest>, Vec<Digest>) = new.difference(old).partition(|digest| erased(digest));
    EvidenceChange {
        lost: old.difference(new).filter(|digest| says.is_none() || cited(digest)).copied().collect(),
        returned,
        uncited: others.into_iter().filter(|digest| !cited(digest)).collect(),
    }
}

/// Returns the evidence that a clone has another repository hold: of its own what is cited, and what lies there but for what was erased and, where the
/// ledger moves there in the same transaction (`moves`), what is not cited. Then nobody can be on the way to cite it: the ledger that it was brought for is
/// no longer the newest.
pub fn evidence_given(own: &BTreeSet<Digest>, there: &BTreeSet<Digest>, says: &Cites, moves: bool) -> BTreeSet<Digest> {
    let is_kept = |digest: &&Digest| says.cited.contains(digest) || !moves && !says.erased.contains(digest);
    own.intersection(&says.cited).chain(there.iter().filter(is_kept)).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ref_is_told_by_its_name_and_its_twins_by_theirs() {
        let own = Own { ledger: "refs/ledger/main".to_owned(), evidence: "refs/ledger-evidence/main".to_owned() };
        assert_eq!(own.place("refs/ledger/main"), Place::Ledger);
        assert_eq!(own.place("refs/ledger-evidence/main"), Place::Evidence);
        for code in [
            "refs/heads/main",
            "refs/tags/v1",
            "refs/notes/commits",
            "refs/ledger/mainly",
            "refs/ledger/other",
            "refs/heads/refs/x",
        ] {
            assert_eq!(own.place(code), Place::Code, "{code}");
        }
        for closed in [
            "refs/replace/0123",
            "refs/REPLACE/0123",
            "refs/Ledger/main",
            "refs/ledger/main/x",
            "refs/ledger",
            "refs/ledger-evidence/MAIN/x",
            "refs/ledger-remote/origin/main",
            "refs/ledger-aside/before",
            "refs/heads/refs/ledger/main",
            "refs/tags/refs/ledger-evidence/main",
            "refs/refs/Ledger/main",
            "refs/heads/x/refs/refs/ledger/main/y",
            "refs/remotes/refs/ledger/main/HEAD",
        ] {
            assert!(matches!(own.place(closed), Place::Closed(_)), "{closed}");
        }
    }

    #[test]
    fn what_a_guard_said_is_read_and_what_another_says_commands_nothing() {
        let said = [
            "Welcome",
            "ledger: push refused: event 9 speaks  [of] nothing  [store.off-branch]",
            "needed   that commit  on a branch",
            "who      raj, who signed it",
            "next     ledger sync --aside 0123abcd --aside 99",
            "next     ledger sync --skip",
            "next     ledger trust 0000",
            "next     ledger sync --aside $(reboot)",
            "next     ledger sync --yes",
            "ledger: push refused: other  [no.such-code]",
            "needed   nothing",
            "ledger: push refused: late  [store.clock]",
        ];
        let (told, rest) = heard(said.iter().map(|line| (*line).to_owned()).collect());
        assert_eq!(told.len(), 2, "{told:?}");
        let (first, second) = (&told[0], &told[1]);
        assert_eq!((first.code, first.found.as_str()), (Code::StoreOffBranch, "event 9 speaks  [of] nothing"));
        assert_eq!(first.needed, "that commit  on a branch");
        assert_eq!(first.who, [Supplier::in_words("raj, who signed it")]);
        assert_eq!(first.next, ["ledger sync --aside 0123abcd --aside 99", "ledger sync --skip"]);
        assert_eq!((second.code, second.needed.as_str()), (Code::StoreClock, "what the remote asks for"));
        let kept: Vec<usize> = rest.iter().map(|line| said.iter().position(|said| said == line).unwrap()).collect();
        assert_eq!(kept, [0, 1, 6, 7, 8, 9, 10, 11]);
    }

    #[test]
    fn a_command_is_taken_over_that_looks_or_explains_and_no_other() {
        for ours in ["ledger verify", "ledger explain store.clock", "ledger sync"] {
            assert!(is_ours(ours), "{ours}");
        }
        for other in [
            "ledger",
            "ledger verify --all",
            "ledger explain",
            "ledger explain store.clock now",
            "ledger explain no.such-code",
            "ledger sync --aside",
            "ledger sync --aside x",
            "git verify",
        ] {
            assert!(!is_ours(other), "{other}");
        }
    }

    #[test]
    fn a_twin_is_told_from_what_it_is_a_twin_of() {
        let own = Own { ledger: "refs/ledger/main".to_owned(), evidence: "refs/ledger-evidence/main".to_owned() };
        for twin in ["refs/Ledger/main", "refs/ledger/MAIN", "REFS/ledger-evidence/main"] {
            assert!(own.is_twin(twin), "{twin}");
        }
        for other in ["refs/ledger/main", "refs/ledger-evidence/main", "refs/ledger/mainly", "refs/heads/main"] {
            assert!(!own.is_twin(other), "{other}");
        }
    }

    #[test]
    fn evidence_grows_by_what_is_cited_and_loses_what_is_not() {
        let [kept, erased, added, junk] = [b"kept", b"gone", b"more", b"junk"].map(|bytes| Digest::of(bytes));
        let set = |digests: &[Digest]| digests.iter().copied().collect::<BTreeSet<_>>();
        let says = Cites { cited: set(&[kept, added]), erased: set(&[erased]) };
        let told = |lost: &[Digest], returned: &[Digest], uncited: &[Digest]| EvidenceChange {
            lost: lost.to_vec(),
            returned: returned.to_vec(),
            uncited: uncited.to_vec(),
        };
        let change = |old: &[Digest], new: &[Digest]| evidence_change(&set(old), &set(new), Some(&says));
        assert_eq!(change(&[kept, erased], &[kept, added]), told(&[], &[], &[]));
        assert_eq!(change(&[kept, erased], &[kept, erased]), told(&[], &[], &[]));
        assert_eq!(change(&[kept], &[added]), told(&[kept], &[], &[]));
        assert_eq!(change(&[kept], &[kept, erased]), told(&[], &[erased], &[]));
        assert_eq!(change(&[kept], &[kept, junk]), told(&[], &[], &[junk]));
        assert_eq!(change(&[kept, junk], &[kept, junk, added]), told(&[], &[], &[]));
        assert_eq!(change(&[kept, junk], &[kept]), told(&[], &[], &[]));
        // Where no ledger tells, nothing may come or go.
        let untold = evidence_change(&set(&[kept]), &set(&[added]), None);
        assert_eq!(untold, told(&[kept], &[], &[added]));
    }

    #[test]
    fn a_clone_gives_what_is_cited_and_clears_the_rest_away_once_the_ledger_moves() {
        let [kept, erased, junk, other] = [b"kept", b"gone", b"junk", b"else"].map(|bytes| Digest::of(bytes));
        let set = |digests: &[Digest]| digests.iter().copied().collect::<BTreeSet<_>>();
        let says = Cites { cited: set(&[kept]), erased: set(&[erased]) };
        let (own, there) = (set(&[kept, erased, junk]), set(&[erased, other]));
        assert_eq!(evidence_given(&own, &there, &says, false), set(&[kept, other]));
        assert_eq!(evidence_given(&own, &there, &says, true), set(&[kept]));
    }
}
