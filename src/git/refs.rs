//! The refs of the ledger and its evidence: what they name, and how they move.

use std::fs::{self, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use git2::{ErrorCode, Oid, Reference, Signature};

use super::changes::bytes_to_path;
use super::error::GitError;
use super::replace::make_directory;
use super::repo::{Repo, variable};
use super::store::AppendError;
use crate::domain::code::Code;

/// Returns whether a ref could be called so by its full name.
pub fn is_full_name(name: &str) -> bool {
    name.starts_with("refs/") && Reference::is_valid_name(name)
}

/// Returns the name of a ref as text: bytes that are none are spelled out, so that two names never become one. No name of git's has a `\`.
pub fn spelled(name: &[u8]) -> String {
    let mut text = String::new();
    for chunk in name.utf8_chunks() {
        text.push_str(&chunk.valid().replace('\\', "\\\\"));
        text.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}")));
    }
    text
}

impl Repo {
    /// Returns whether a ref has that value, also one whose name is no text, which libgit2 cannot be asked for.
    pub fn has_value(&self, name: &[u8], value: Oid) -> bool {
        let value = value.to_string();
        if let Ok(own) = fs::read(self.common_dir().join(bytes_to_path(name))) {
            return own.trim_ascii_end() == value.as_bytes();
        }
        let packed = fs::read(self.common_dir().join("packed-refs")).unwrap_or_default();
        let line = [value.as_bytes(), b" ", name].concat();
        packed.split(|byte| *byte == b'\n').any(|packed| packed == line)
    }

    /// Returns whether a ref stands in `packed-refs` with that value while nobody rewrites that file: who takes such a ref's own file
    /// away removes nothing. Git before 2.36 tells its hook of that as of a deletion; while git deletes, the file is locked.
    pub fn is_only_packed(&self, name: &str, value: Oid) -> bool {
        let file = self.common_dir().join("packed-refs");
        let line = format!("{value} {name}");
        let is_locked = fs::symlink_metadata(file.with_extension("lock")).is_ok();
        let packed = fs::read(&file).unwrap_or_default();
        !is_locked && packed.split(|byte| *byte == b'\n').any(|packed| packed == line.as_bytes())
    }

    /// Returns whether names that differ in case alone are one name here, as git noted when it made the repository: there a ref's twin
    /// is the ref itself.
    pub fn folds_case(&self) -> bool {
        self.inner().config().is_ok_and(|config| config.get_bool("core.ignorecase").unwrap_or(false))
    }

    /// Returns what a ref names directly; `None` where there is no such ref.
    pub(super) fn target(&self, name: &str) -> Result<Option<Oid>, GitError> {
        match self.inner().find_reference(name) {
            Ok(reference) => reference.target().map(Some).ok_or_else(|| {
                GitError::new(Code::TrustHistory, name, "the ref is symbolic")
                    .needed("a ref that names the tip of the ledger itself")
                    .next(format!("git symbolic-ref {name}"))
            }),
            Err(error) if error.code() == ErrorCode::NotFound => self.deny_packed(name),
            Err(error) => Err(GitError::lib(Code::TrustHistory, name)(error)),
        }
    }

    /// Returns the ref that a name leads to through symbolic refs: the one that git moves or removes in its stead.
    ///
    /// # Errors
    /// `store.io` where a ref cannot be read, or where symbolic refs lead on and on.
    pub fn led_to(&self, name: &str) -> Result<String, GitError> {
        let mut at = name.to_owned();
        // Git itself follows five.
        for _ in 0..6 {
            let next = match self.inner().find_reference(&at) {
                Ok(reference) => reference.symbolic_target().ok().flatten().map(str::to_owned),
                Err(error) if matches!(error.code(), ErrorCode::NotFound | ErrorCode::InvalidSpec) => None,
                Err(error) => return Err(GitError::lib(Code::StoreIo, at)(error)),
            };
            match next {
                Some(next) => at = next,
                None => return Ok(at),
            }
        }
        Err(GitError::new(Code::StoreIo, name, "symbolic refs lead from one to the other without end"))
    }

    /// Refuses a push through a namespace: the names that git tells of stand for other refs there.
    ///
    /// # Errors
    /// `store.unsupported` where it is.
    pub fn deny_namespace(&self) -> Result<(), GitError> {
        if variable("GIT_NAMESPACE").is_none() {
            return Ok(());
        }
        let error =
            GitError::new(Code::StoreUnsupported, self.common_dir().display().to_string(), "GIT_NAMESPACE is set");
        Err(error.needed("no namespace: a push through one is not judged").next("unset GIT_NAMESPACE"))
    }

    /// Looks for a ref that libgit2 did not find where it is easily missed: a broken or misplaced line of packed-refs.
    fn deny_packed(&self, name: &str) -> Result<Option<Oid>, GitError> {
        let file = self.common_dir().join("packed-refs");
        let packed = std::fs::read(&file).unwrap_or_default();
        if packed.split(|byte| *byte == b'\n').any(|line| line.ends_with(format!(" {name}").as_bytes())) {
            let text = format!("{} has a line for this ref that cannot be read as one", file.display());
            return Err(GitError::new(Code::TrustHistory, name, text)
                .needed("one line for each ref, `OID NAME`")
                .next("git pack-refs --all"));
        }
        Ok(None)
    }

    /// Moves a ref, durably, if it is where it is expected to be; `None` stands for a ref that does not exist. With a
    /// `message`, the move is noted in the ref's log.
    ///
    /// # Errors
    /// [`AppendError::LostRace`] where the ref is elsewhere, [`AppendError::Unsynced`] where it moved all the same; else it
    /// did not move.
    pub(super) fn swap(
        &self,
        name: &str,
        old: Option<Oid>,
        new: Oid,
        message: Option<&str>,
    ) -> Result<(), AppendError> {
        self.swap_while(name, old, new, message, None)
    }

    /// As [`Repo::swap`], where another ref is and stays what it is expected to be.
    ///
    /// # Errors
    /// As [`Repo::swap`]; [`AppendError::LostRace`], too, where the other ref is elsewhere.
    pub(super) fn swap_while(
        &self,
        name: &str,
        old: Option<Oid>,
        new: Oid,
        message: Option<&str>,
        other: Option<(&str, Option<Oid>)>,
    ) -> Result<(), AppendError> {
        let held = self.exclusive()?;
        let _stays = other.map(|(other, _)| self.lock_guarded(&held, other, b"")).transpose()?;
        if let Some((other, expected)) = other {
            let actual = self.target(other)?;
            if actual != expected {
                return Err(AppendError::LostRace { reference: other.to_owned(), expected, actual });
            }
        }
        let path = self.guarded(name);
        if old.is_none() {
            self.demand_free(name)?;
            // Git leaves empty directories where refs were; anything else that is there stays and is named.
            let _ = fs::remove_dir(&path);
        }
        let content = format!("{new}\n");
        let swapped = self.replace_guarded(&held, name, content.as_bytes(), || {
            let actual = self.target(name)?;
            if actual != old {
                return Err(AppendError::LostRace { reference: name.to_owned(), expected: old, actual });
            }
            match message {
                Some(message) => self.note_move(name, old, new, message).map_err(AppendError::from),
                None => Ok(()),
            }
        });
        match swapped {
            // Some file systems say that a renaming failed which was done.
            Err(AppendError::Git(error)) if self.target(name).is_ok_and(|target| target == Some(new)) => {
                Err(AppendError::Unsynced { place: error.place, text: error.text, event: None })
            }
            other => other,
        }
    }

    /// Demands that no ref is called like a directory on the way to this one, or lies below it.
    fn demand_free(&self, name: &str) -> Result<(), GitError> {
        let wrong = || GitError::lib(Code::StoreIo, name);
        let above = name.match_indices('/').filter_map(|(at, _)| name.get(..at));
        let mut in_the_way = above.filter(|above| self.inner().find_reference(above).is_ok()).map(str::to_owned);
        let below = self.inner().references_glob(&format!("{name}/*")).map_err(wrong())?.next().transpose();
        let below = below.map_err(wrong())?.and_then(|reference| reference.name().ok().map(str::to_owned));
        match in_the_way.next().or(below) {
            Some(other) => Err(GitError::new(Code::StoreIo, name, format!("the ref {other} is in the way"))
                .needed("that ref under another name")
                .next(format!("git log -n 1 {other}"))),
            None => Ok(()),
        }
    }

    /// Notes a move in the log of a ref, as git does: before it happens, under the ref's lock.
    pub(super) fn note_move(&self, name: &str, old: Option<Oid>, new: Oid, message: &str) -> Result<(), GitError> {
        let wrong = || GitError::lib(Code::StoreIo, name);
        let who = self.inner().signature().or_else(|_| Signature::now("unknown", "unknown")).map_err(wrong())?;
        let (when, old) = (who.when(), old.unwrap_or(Oid::ZERO_SHA1));
        let zone = when.offset_minutes();
        let zone = format!("{}{:02}{:02}", when.sign(), zone.abs() / 60, zone.abs() % 60);
        let mut line = format!("{old} {new} ").into_bytes();
        line.extend([who.name_bytes(), b" <", who.email_bytes(), b"> "].concat());
        line.extend(format!("{} {zone}\t{message}\n", when.seconds()).into_bytes());
        let path = self.common_dir().join("logs").join(name);
        path.parent().map_or(Ok(()), make_directory)?;
        append_line(&path, &line).map_err(GitError::io(&path))
    }
}

/// Appends a line, durably. What a full disk or a loss of power left of one is ended first or taken away.
fn append_line(path: &Path, line: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().create(true).read(true).append(true).open(path)?;
    let length = file.seek(SeekFrom::End(0))?;
    let mut last = [b'\n'];
    if length > 0 {
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
    }
    let line = if last == [b'\n'] { line.to_vec() } else { [b"\n", line].concat() };
    let written = file.write_all(&line).and_then(|()| file.sync_all());
    if written.is_err() {
        let _ = file.set_len(length);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_names_never_become_one_text() {
        let names: [&[u8]; 7] = [
            b"refs/heads/x",
            b"refs/heads/x\xff",
            b"refs/heads/x\xfe",
            b"refs/heads/x\\xff",
            "refs/heads/x\u{fffd}".as_bytes(),
            b"\xe2\x82",
            b"\xe2\x82\xac",
        ];
        let told: std::collections::BTreeSet<String> = names.iter().map(|name| spelled(name)).collect();
        assert_eq!(told.len(), names.len(), "{told:?}");
        assert_eq!(spelled(names[0]), "refs/heads/x");
        assert_eq!(spelled(names[1]), "refs/heads/x\\xff");
    }
}
