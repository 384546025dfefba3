//! What was judged, remembered from the judgement of a push until its refs are taken.
//!
//! Between the two anything can happen: another push moves the ledger, or git takes one ref of the push and not the other. So what is
//! remembered is the whole of what was judged, every ref that was here and every move together; who takes refs asks whether that
//! very set was judged over these very refs, and all else is judged again. The file may be lost, and what it says stays true: it saves time.
//!
//! What came together is remembered beside that. Evidence that git takes before the events that cite it, one ref after the other, is taken because it came
//! with them, which stands nowhere else, so that without the file it is refused. That holds for as long as the ledger has not moved, however long an
//! upload takes.
//!
//! Git takes the refs of a plain push one by one. Where a push moves nothing but code, each of its moves was judged by itself and with
//! the others (`ledger::receive::each_by_itself` says when): it stays good whichever of them were made before it. So the moves of such a push
//! are remembered with the ground that all of them stood on, and who takes one of them asks whether what is here is that ground with
//! some of these moves made, and nothing else.
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
//! | the clock | what was judged is believed for five minutes |

use std::collections::BTreeMap;
use std::fs;

use git2::Oid;

use super::error::GitError;
use super::repo::{Repo, variable};
use crate::domain::id::Digest;
use crate::domain::time::Timestamp;

/// How many judgements are kept.
const KEPT: usize = 200;

/// How many digests are kept of what came together.
const KEPT_TOGETHER: usize = 1000;

/// How many moves are kept of pushes whose moves were judged each by itself.
const KEPT_MOVES: usize = 10_000;

/// For how many seconds one is believed: what it says of times and terms is as old as it is.
const BELIEVED: i64 = 300;

/// What a judgement rests on beside objects, at one moment.
#[derive(Debug, PartialEq, Eq)]
pub struct Ground {
    refs: BTreeMap<String, Oid>,
    /// The branch that `HEAD` names.
    head: Option<String>,
    /// What `HEAD` leads to.
    at: Option<Oid>,
    beside: [String; 4],
}

/// The move of a ref that is there afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// The ref's full name.
    pub name: String,
    /// What it named; `None` where there was no such ref.
    pub old: Option<Oid>,
    /// What it is to name.
    pub new: Oid,
}

impl Ground {
    /// Returns what a ref names.
    pub fn target(&self, name: &str) -> Option<Oid> {
        self.refs.get(name).copied()
    }

    fn lines(&self) -> Vec<String> {
        let head = format!("head {:?} {:?}", self.head, self.at);
        let refs = self.refs.iter().map(|(name, oid)| format!("{oid} {name}"));
        refs.chain(self.beside.iter().cloned()).chain([head]).collect()
    }

    /// Returns what tells the ground on which moves stood before any of them was made from every other, whichever of them are made by now.
    fn before(&self, moves: &[Move]) -> Digest {
        let (mut refs, mut at) = (self.refs.clone(), self.at);
        for Move { name, old, new } in moves.iter().filter(|one| self.refs.get(&one.name) == Some(&one.new)) {
            match old {
                Some(old) => drop(refs.insert(name.clone(), *old)),
                None => drop(refs.remove(name)),
            }
            if self.head.as_ref() == Some(name) && at == Some(*new) {
                at = *old;
            }
        }
        let ground = Ground { refs, head: self.head.clone(), at, beside: self.beside.clone() };
        let moves = moves.iter().map(|Move { name, old, new }| format!("from {old:?} to {new} {name}"));
        Digest::of(ground.lines().into_iter().chain(moves).collect::<Vec<_>>().join("\n").as_bytes())
    }
}

impl Repo {
    /// Returns what a judgement rests on here and now.
    ///
    /// # Errors
    /// `store.io` where refs or settings cannot be read.
    pub fn ground(&self) -> Result<Ground, GitError> {
        let refs = self.refs("refs/*")?.into_iter().collect();
        Ok(Ground { refs, head: self.head_ref()?, at: self.head()?, beside: self.beside_refs()? })
    }

    /// Returns what tells a set of moves, on a ground, from every other: each with what it is to name, `None` where it is to go.
    ///
    /// # Errors
    /// `store.io` where refs cannot be read.
    pub fn moves_from<'m>(
        &self,
        ground: &Ground,
        moves: impl IntoIterator<Item = (&'m str, Option<Oid>)>,
    ) -> Result<Digest, GitError> {
        let mut moves: Vec<_> = moves.into_iter().collect();
        moves.sort();
        let mut lines = ground.lines();
        for (name, oid) in moves {
            lines.push(format!("to {} {name} by {}", oid.unwrap_or(Oid::ZERO_SHA1), self.led_to(name)?));
        }
        Ok(Digest::of(lines.join("\n").as_bytes()))
    }

    /// Returns what a judgement rests on beside refs and objects.
    fn beside_refs(&self) -> Result<[String; 4], GitError> {
        let shallow =
            [Some(self.common_dir().join("shallow")), variable("GIT_SHALLOW_FILE").map(|file| self.dir().join(file))];
        let shallow = shallow.map(|file| file.and_then(|file| fs::read(file).ok()).map(|bytes| Digest::of(&bytes)));
        Ok([
            format!("program {}", env!("CARGO_PKG_VERSION")),
            format!("settings {}", self.settings()?.digest()),
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

    /// Remembers that things came together, each by what tells it.
    ///
    /// # Errors
    /// `store.io` where it cannot be written.
    pub fn remember_together(&self, digests: &[Digest]) -> Result<(), GitError> {
        let new: Vec<String> = digests.iter().map(ToString::to_string).collect();
        let mut lines = self.together_lines();
        lines.retain(|line| !new.contains(line));
        let lines: Vec<String> = new.into_iter().chain(lines).take(KEPT_TOGETHER).map(|line| line + "\n").collect();
        self.put(&self.own_dir().join("judged-together"), lines.concat().as_bytes(), 0o644)
    }

    /// Returns whether something came together with the rest of what it was judged with.
    pub fn came_together(&self, digest: &Digest) -> bool {
        self.together_lines().contains(&digest.to_string())
    }

    fn together_lines(&self) -> Vec<String> {
        // What cannot be read is not remembered.
        let text = fs::read_to_string(self.own_dir().join("judged-together")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// Returns whether a set of moves was judged lately.
    pub fn was_judged(&self, moves: &Digest, clock: Timestamp) -> bool {
        let lines = self.judged_lines();
        lines
            .iter()
            .filter_map(|line| line.split_once(' '))
            .any(|(at, judged)| is_believed(at, clock) && judged == moves.to_string())
    }

    /// Remembers moves of which each was judged and found good, whichever of the others are made before it.
    ///
    /// # Errors
    /// `store.io` where they cannot be written.
    pub fn remember_each(&self, ground: &Ground, moves: &[Move], clock: Timestamp) -> Result<(), GitError> {
        let mut text = String::new();
        let (new, mut room) = (
            Group { at: clock.seconds().to_string(), ground: ground.before(moves), moves: moves.to_vec() },
            KEPT_MOVES,
        );
        for group in [new].into_iter().chain(self.judged_each()) {
            let Some(left) = room.checked_sub(group.moves.len()) else { break };
            room = left;
            text.push_str(&group.to_text());
        }
        self.put(&self.own_dir().join("judged-each"), text.as_bytes(), 0o644)
    }

    /// Returns whether moves belong to those of which each was judged lately, and all that is here is as it was then but for those of
    /// them that were made since.
    pub fn was_judged_each<'m>(
        &self,
        ground: &Ground,
        moves: impl IntoIterator<Item = (&'m str, Option<Oid>)>,
        clock: Timestamp,
    ) -> bool {
        let moves: Vec<_> = moves.into_iter().collect();
        self.judged_each().iter().any(|group| {
            let of: BTreeMap<&str, Oid> = group.moves.iter().map(|one| (one.name.as_str(), one.new)).collect();
            let is_of = |(name, new): &(&str, Option<Oid>)| new.is_some() && of.get(name).copied() == *new;
            is_believed(&group.at, clock) && moves.iter().all(is_of) && ground.before(&group.moves) == group.ground
        })
    }

    fn judged_each(&self) -> Vec<Group> {
        let text = fs::read_to_string(self.own_dir().join("judged-each")).unwrap_or_default();
        Group::read(&text)
    }

    fn judged_lines(&self) -> Vec<String> {
        // What cannot be read is not remembered.
        let text = fs::read_to_string(self.own_dir().join("judged")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }
}

fn is_believed(at: &str, clock: Timestamp) -> bool {
    let age = at.parse().ok().and_then(|at: i64| clock.seconds().checked_sub(at));
    age.is_some_and(|age| (0..=BELIEVED).contains(&age))
}

/// The moves of one push, of which each was judged by itself.
struct Group {
    /// The second at which they were.
    at: String,
    /// On what ground; the moves are part of what it is the digest of.
    ground: Digest,
    moves: Vec<Move>,
}

impl Group {
    /// Reads groups: a line `AT GROUND`, and one ` OLD NEW NAME` for each move. What cannot be read is not remembered.
    fn read(text: &str) -> Vec<Group> {
        let mut groups: Vec<Group> = Vec::new();
        for line in text.lines() {
            match line.strip_prefix(' ') {
                None => {
                    let read = line
                        .split_once(' ')
                        .and_then(|(at, ground)| Some((at.to_owned(), Digest::parse(ground).ok()?)));
                    let Some((at, ground)) = read else { break };
                    groups.push(Group { at, ground, moves: Vec::new() });
                }
                Some(line) => {
                    let Some((group, one)) = groups.last_mut().zip(read_move(line)) else { break };
                    group.moves.push(one);
                }
            }
        }
        groups
    }

    fn to_text(&self) -> String {
        let moves = self
            .moves
            .iter()
            .map(|Move { name, old, new }| format!(" {} {new} {name}\n", old.unwrap_or(Oid::ZERO_SHA1)));
        std::iter::once(format!("{} {}\n", self.at, self.ground)).chain(moves).collect()
    }
}

fn read_move(line: &str) -> Option<Move> {
    let mut words = line.splitn(3, ' ');
    let (old, new, name) = (words.next()?, words.next()?, words.next()?);
    let (old, new) = (Oid::from_str(old).ok()?, Oid::from_str(new).ok()?);
    Some(Move { name: name.to_owned(), old: (!old.is_zero()).then_some(old), new })
}
