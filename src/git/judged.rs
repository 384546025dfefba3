//! What pushes were judged for, remembered from the judgement until their refs are taken.
//!
//! Between the two another push can move the ledger. So who takes a ref asks whether it was judged under the ledger that is there
//! now; what is not remembered is judged again. The file is no more than a saving of time: it may be lost, and what it says
//! stays true.

use std::collections::BTreeSet;
use std::fs;

use git2::Oid;

use super::error::GitError;
use super::repo::Repo;

/// How many lines are kept of pushes that were judged before.
const KEPT: usize = 1000;

/// A move of a ref that was judged and found good.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Judged {
    /// The tip of the ledger under which it was; `None`: there was no ledger.
    pub under: Option<Oid>,
    /// What the ref named before.
    pub old: Option<Oid>,
    /// What it is to name.
    pub new: Oid,
    /// The ref.
    pub name: String,
}

impl Judged {
    fn line(&self) -> String {
        let shown = |oid: Option<Oid>| oid.map_or_else(|| "-".to_owned(), |oid| oid.to_string());
        format!("{} {} {} {}", shown(self.under), shown(self.old), self.new, self.name)
    }
}

impl Repo {
    /// Remembers what was judged.
    ///
    /// # Errors
    /// `store.io` where it cannot be written.
    pub fn remember_judged(&self, judged: &[Judged]) -> Result<(), GitError> {
        let mut lines: Vec<String> = judged.iter().map(Judged::line).collect();
        lines.extend(self.judged_lines().into_iter().take(KEPT));
        lines.push(String::new());
        self.put(&self.own_dir().join("judged"), lines.join("\n").as_bytes(), 0o644)
    }

    /// Returns which of these moves were judged.
    pub fn were_judged(&self, moves: &[Judged]) -> Vec<bool> {
        let known: BTreeSet<String> = self.judged_lines().into_iter().collect();
        moves.iter().map(|one| known.contains(&one.line())).collect()
    }

    fn judged_lines(&self) -> Vec<String> {
        // What cannot be read is not remembered.
        let text = fs::read_to_string(self.own_dir().join("judged")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }
}
