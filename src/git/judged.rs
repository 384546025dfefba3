//! What was judged, remembered from the judgement of a push until its refs are taken.
//!
//! Between the two anything can happen: another push moves the ledger, or git takes one ref of the push and not the other. So what is
//! remembered is the whole of what was judged, every ref that was here and every move together; who takes refs asks whether that
//! very set was judged over these very refs, and all else is judged again. The file is no more than a saving of time: it may be
//! lost, and what it says stays true.
//!
//! What else could change the answer, and what becomes of it:
//!
//! | what | |
//! |---|---|
//! | refs, replacement refs among them; symbolic refs on the way of a move; `HEAD`, in whose tree a pin may stand | part of what is remembered |
//! | git's settings of every scope, `git -c` and the environment included, as they were read for the judgement | part of what is remembered |
//! | the file `.ledger` of a work tree, the file `shallow`, the program's release | part of what is remembered |
//! | objects: of the quarantine, of alternates, exchanged or missing | named by the ids of refs and moves, and held against them when they are read; what is missing is an error, and errors are not remembered |
//! | grafts, `GIT_REPLACE_REF_BASE`, the commit graph, attributes | never looked at, by us or by the git that we start |
//! | `safe.directory`, `GIT_DIR`, `GIT_NAMESPACE` and their like | decide whether and which repository is opened, or refuse the push, before anybody asks what was judged |
//! | the clock | what is remembered is believed for five minutes |

use std::fs;

use git2::Oid;

use super::error::GitError;
use super::repo::{Repo, variable};
use crate::domain::id::Digest;
use crate::domain::time::Timestamp;

/// How many judgements are kept.
const KEPT: usize = 200;

/// For how many seconds one is believed: what it says of times and terms is as old as it is.
const BELIEVED: i64 = 300;

impl Repo {
    /// Returns what tells a set of moves, over the refs and under the settings that are here, from every other: each with what it is to
    /// name, `None` where it is to go.
    ///
    /// # Errors
    /// `store.io` where refs or settings cannot be read.
    pub fn moves_from_here<'m>(
        &self,
        moves: impl IntoIterator<Item = (&'m str, Option<Oid>)>,
    ) -> Result<Digest, GitError> {
        let mut moves: Vec<_> = moves.into_iter().collect();
        moves.sort();
        let here = self.refs("refs/*")?;
        let here = here.iter().map(|(name, oid)| format!("{oid} {name}"));
        let mut lines: Vec<String> = here.collect();
        for (name, oid) in moves {
            lines.push(format!("to {} {name} by {}", oid.unwrap_or(Oid::ZERO_SHA1), self.led_to(name)?));
        }
        lines.extend(self.beside_refs()?);
        Ok(Digest::of(lines.join("\n").as_bytes()))
    }

    /// Returns what a judgement rests on beside refs and objects.
    fn beside_refs(&self) -> Result<[String; 5], GitError> {
        let shallow =
            [Some(self.common_dir().join("shallow")), variable("GIT_SHALLOW_FILE").map(|file| self.dir().join(file))];
        let shallow = shallow.map(|file| file.and_then(|file| fs::read(file).ok()).map(|bytes| Digest::of(&bytes)));
        Ok([
            format!("program {}", env!("CARGO_PKG_VERSION")),
            format!("settings {}", self.settings()?.digest()),
            format!("head {:?} {:?}", self.head_ref()?, self.head()?),
            format!("pin {:?}", self.pin_in_work_tree()?),
            format!("shallow {shallow:?}"),
        ])
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
