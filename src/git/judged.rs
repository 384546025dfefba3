//! What was judged, remembered from the judgement of a push until its refs are taken.
//!
//! Between the two anything can happen: another push moves the ledger, or git takes one ref of the push and not the other. So what is
//! remembered is the whole of what was judged, every ref that was here and every move together; who takes refs asks whether that
//! very set was judged over these very refs, and all else is judged again. The file is no more than a saving of time: it may be
//! lost, and what it says stays true.

use std::fs;

use git2::Oid;

use super::error::GitError;
use super::repo::Repo;
use crate::domain::id::Digest;
use crate::domain::time::Timestamp;

/// How many judgements are kept.
const KEPT: usize = 200;

/// For how many seconds one is believed: what it says of times and terms is as old as it is.
const BELIEVED: i64 = 300;

impl Repo {
    /// Returns what tells a set of moves over the refs that are here from every other: each with what it is to name, `None`
    /// where it is to go.
    ///
    /// # Errors
    /// `store.io` where the refs cannot be read.
    pub fn moves_from_here<'m>(
        &self,
        moves: impl IntoIterator<Item = (&'m str, Option<Oid>)>,
    ) -> Result<Digest, GitError> {
        let mut moves: Vec<_> = moves.into_iter().collect();
        moves.sort();
        let here = self.refs("refs/*")?;
        let here = here.iter().map(|(name, oid)| format!("{oid} {name}"));
        let to = moves.iter().map(|(name, oid)| format!("to {} {name}", oid.unwrap_or(Oid::ZERO_SHA1)));
        let text = here.chain(to).collect::<Vec<_>>().join("\n");
        Ok(Digest::of(text.as_bytes()))
    }

    /// Remembers a set of moves that was judged and found good.
    ///
    /// # Errors
    /// `store.io` where it cannot be written.
    pub fn remember_judged(&self, moves: &Digest, clock: Timestamp) -> Result<(), GitError> {
        let mut lines = vec![format!("{} {moves}", clock.seconds())];
        lines.extend(self.judged_lines().into_iter().take(KEPT));
        lines.push(String::new());
        self.put(&self.own_dir().join("judged"), lines.join("\n").as_bytes(), 0o644)
    }

    /// Returns whether a set of moves was judged lately.
    pub fn was_judged(&self, moves: &Digest, clock: Timestamp) -> bool {
        self.judged_lines().iter().filter_map(|line| line.split_once(' ')).any(|(at, judged)| {
            let age = at.parse().ok().and_then(|at: i64| clock.seconds().checked_sub(at));
            age.is_some_and(|age| (0..=BELIEVED).contains(&age)) && judged == moves.to_string()
        })
    }

    fn judged_lines(&self) -> Vec<String> {
        // What cannot be read is not remembered.
        let text = fs::read_to_string(self.own_dir().join("judged")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }
}
