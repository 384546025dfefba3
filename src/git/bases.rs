//! Where two histories parted, read commit by commit from their own bytes.
//!
//! libgit2 has a search of its own, which reads commits without a look at whether their files are whole, and which grafts and
//! shallow boundaries lead astray. Dates only say where to look first: whatever they claim, the answer is the same.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use git2::{ObjectType, Oid};

use super::objects::Objects;
use super::raw::{self, ObjectError};

const ONE: u8 = 1;
const OTHER: u8 = 2;
const BOTH: u8 = ONE | OTHER;
/// A commit that a common one descends from.
const BELOW: u8 = 4;

/// Returns the newest commits from which both descend: common ancestors that no other common ancestor descends from. A commit
/// descends from itself. None where the histories never met.
///
/// # Errors
/// Where a commit that has to be asked is missing, cut off or malformed.
pub(super) fn merge_bases(objects: &Objects<'_>, one: Oid, other: Oid) -> Result<Vec<Oid>, ObjectError> {
    let mut search = Search { objects, seen: BTreeMap::new(), queue: BinaryHeap::new(), open: 0 };
    search.mark(one, ONE)?;
    search.mark(other, OTHER)?;
    let mut common = BTreeSet::new();
    while let Some((parents, flags, oid)) = search.next() {
        let mut passed = flags;
        if flags & BOTH == BOTH {
            if flags & BELOW == 0 {
                common.insert(oid);
            }
            passed |= BELOW;
        }
        for parent in parents {
            search.mark(parent, passed)?;
        }
    }
    common.retain(|oid| search.seen.get(oid).is_some_and(|commit| commit.flags & BELOW == 0));
    // Dates that lie may hide that one of several descends from another.
    if common.len() > 1 {
        for oid in common.clone() {
            let below = search.ancestors(oid)?;
            common.retain(|found| !below.contains(found));
        }
    }
    Ok(common.into_iter().collect())
}

/// A commit that was met.
struct Met {
    flags: u8,
    date: i64,
    parents: Vec<Oid>,
    queued: bool,
}

/// A search under way, newest commits first.
struct Search<'a, 'r> {
    objects: &'a Objects<'r>,
    seen: BTreeMap<Oid, Met>,
    queue: BinaryHeap<(i64, Oid)>,
    /// How many commits of the queue are not below a common one. When there are none, nothing new can be found.
    open: usize,
}

impl Search<'_, '_> {
    /// Adds flags to a commit; if that says something new, its parents have to hear of it.
    fn mark(&mut self, oid: Oid, flags: u8) -> Result<(), ObjectError> {
        if !self.seen.contains_key(&oid) {
            let (date, parents) = read(self.objects, oid)?;
            self.seen.insert(oid, Met { flags: 0, date, parents, queued: false });
        }
        if let Some(met) = self.seen.get_mut(&oid).filter(|met| met.flags & flags != flags) {
            let was_open = met.queued && met.flags & BELOW == 0;
            met.flags |= flags;
            let is_open = met.flags & BELOW == 0;
            self.open = self.open + usize::from(is_open) - usize::from(was_open);
            if !met.queued {
                met.queued = true;
                self.queue.push((met.date, oid));
            }
        }
        Ok(())
    }

    /// Takes the newest commit, while one is left that can lead to something.
    fn next(&mut self) -> Option<(Vec<Oid>, u8, Oid)> {
        if self.open == 0 {
            return None;
        }
        let (_, oid) = self.queue.pop()?;
        let met = self.seen.get_mut(&oid)?;
        met.queued = false;
        self.open -= usize::from(met.flags & BELOW == 0);
        Some((met.parents.clone(), met.flags, oid))
    }

    /// Returns everything that a commit descends from, itself left out.
    fn ancestors(&self, oid: Oid) -> Result<BTreeSet<Oid>, ObjectError> {
        let mut found = BTreeSet::new();
        let mut ahead = vec![oid];
        while let Some(oid) = ahead.pop() {
            let parents = match self.seen.get(&oid) {
                Some(met) => met.parents.clone(),
                None => read(self.objects, oid)?.1,
            };
            ahead.extend(parents.into_iter().filter(|parent| found.insert(*parent)));
        }
        Ok(found)
    }
}

/// Returns when a commit was made, as far as it says so, and its parents.
fn read(objects: &Objects<'_>, oid: Oid) -> Result<(i64, Vec<Oid>), ObjectError> {
    let links = raw::links(objects, oid)?;
    let object = raw::read(objects, oid, ObjectType::Commit)?;
    let (headers, _) = raw::headers(object.data());
    let committer = headers.iter().find(|header| header.name == b"committer");
    let date = committer.and_then(|header| std::str::from_utf8(header.value.rsplit(|b| *b == b' ').nth(1)?).ok());
    Ok((date.and_then(|date| date.parse().ok()).unwrap_or_default(), links.parents))
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::io::Write as _;
    use std::path::Path;
    use std::process::{Command, Stdio};

    use super::*;

    fn git(place: &Path, args: &[&str], input: &str) -> String {
        let mut command = Command::new("git");
        command
            .current_dir(place)
            .args(args)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    }

    /// Returns numbers that look random and are the same every time.
    fn numbers(seed: u32) -> impl FnMut(usize) -> usize {
        let mut state = seed;
        move |below| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as usize % below
        }
    }

    /// Histories with forks, merges, several roots, and dates in any order: git says the same of every pair.
    #[test]
    fn where_histories_parted_is_where_git_says_whatever_their_dates_are() {
        const COMMITS: usize = 24;
        let mut several = 0;
        for (seed, lies) in [(1, false), (2, true), (3, true)] {
            let place = tempfile::TempDir::new().unwrap();
            git(place.path(), &["init", "-q", "."], "");
            let (mut number, mut stream) = (numbers(seed), String::new());
            for n in 1..=COMMITS {
                let date = 1_000_000 + if lies { number(1_000) } else { n };
                let parents: Vec<usize> = match (n, number(8)) {
                    (1, _) | (_, 0) => Vec::new(),
                    (n, 1..=5) if n > 4 => vec![n - 1 - number(2), n - 3 - number(2)],
                    (n, _) => vec![n - 1 - number(n.min(4) - 1)],
                };
                writeln!(stream, "commit refs/heads/c{n}\nmark :{n}\ncommitter A <a@example.org> {date} +0000\ndata 0")
                    .unwrap();
                for (at, parent) in parents.iter().enumerate() {
                    writeln!(stream, "{} :{parent}", if at == 0 { "from" } else { "merge" }).unwrap();
                }
                stream += "\n";
            }
            git(place.path(), &["fast-import", "--quiet", "--date-format=raw"], &stream);
            let repo = git2::Repository::open(place.path()).unwrap();
            let objects = Objects::of(&repo).unwrap();
            let oid = |n: usize| repo.refname_to_id(&format!("refs/heads/c{n}")).unwrap();
            for one in 1..=COMMITS {
                for other in (1..one).step_by(3) {
                    let (one, other) = (oid(one), oid(other));
                    let found: Vec<String> =
                        merge_bases(&objects, one, other).unwrap().iter().map(ToString::to_string).collect();
                    let said = git(place.path(), &["merge-base", "--all", &one.to_string(), &other.to_string()], "");
                    let mut said: Vec<&str> = said.lines().collect();
                    said.sort_unstable();
                    assert_eq!(found, said, "{one} and {other}\n{stream}");
                    several += usize::from(found.len() > 1);
                }
            }
        }
        assert!(several > 4, "some pairs parted at more than one commit");
    }
}
