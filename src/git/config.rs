//! Settings, as git itself sees them.
//!
//! libgit2 does not see `git -c` and reads some includes otherwise; so one `git config --list` is asked, at the first
//! question, and remembered.

use std::ffi::OsStr;
use std::fs;
use std::rc::Rc;

use super::error::GitError;
use super::replace::CONFIG;
use super::repo::{Repo, run};
use crate::domain::code::Code;
use crate::domain::id::Digest;

/// Where a setting comes from. Later ones win.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Scope {
    /// The system's file.
    System,
    /// The user's file.
    Global,
    /// The repository's file.
    Local,
    /// The file of one work tree.
    WorkTree,
    /// `git -c` or the environment.
    Command,
}

/// Every setting in git's order; of one that is there more than once the last counts.
#[derive(Debug, Clone, Default)]
pub(super) struct Settings(Vec<(Scope, String, Vec<u8>)>);

impl Settings {
    /// Reads what `git config -z --list --show-scope` prints.
    fn parse(listing: &[u8]) -> Settings {
        let mut fields = listing.split(|byte| *byte == 0);
        let mut settings = Vec::new();
        while let (Some(scope), Some(entry)) = (fields.next(), fields.next()) {
            let scope = match scope {
                b"system" => Scope::System,
                b"global" => Scope::Global,
                b"local" => Scope::Local,
                b"worktree" => Scope::WorkTree,
                _ => Scope::Command,
            };
            let mut halves = entry.splitn(2, |byte| *byte == b'\n');
            let key = String::from_utf8_lossy(halves.next().unwrap_or_default()).into_owned();
            // A key without a value stands for `true`.
            settings.push((scope, key, halves.next().unwrap_or(b"true").to_vec()));
        }
        Settings(settings)
    }

    /// Returns what tells these settings from all others.
    pub(super) fn digest(&self) -> Digest {
        let mut bytes = Vec::new();
        for (scope, key, value) in &self.0 {
            // No part holds a NUL, which ends each of them in git's own listing.
            bytes.extend([format!("{scope:?}\0{key}\0").as_bytes(), value, b"\0"].concat());
        }
        Digest::of(&bytes)
    }

    /// Returns the values of a key with their scopes, the one that counts last.
    pub(super) fn all(&self, key: &str) -> Vec<(Scope, Vec<u8>)> {
        let key = canonical(key);
        self.0.iter().filter(|(_, name, _)| *name == key).map(|(scope, _, value)| (*scope, value.clone())).collect()
    }
}

/// Section and name of a key are equal in any case, what stands between the first and the last dot is not.
fn canonical(key: &str) -> String {
    match (key.find('.'), key.rfind('.')) {
        (Some(first), Some(last)) => {
            [key[..first].to_ascii_lowercase().as_str(), &key[first..last], key[last..].to_ascii_lowercase().as_str()]
                .concat()
        }
        _ => key.to_ascii_lowercase(),
    }
}

impl Repo {
    /// Returns the value of a setting, such as `ledger.ref`, after everything that git counts; `None` where it is not set.
    ///
    /// # Errors
    /// `store.io` where git cannot list the settings or the value is not UTF-8.
    pub fn config(&self, key: &str) -> Result<Option<String>, GitError> {
        self.settings()?.all(key).pop().map(|(_, value)| text(key, value)).transpose()
    }

    /// Returns every value of a setting that may have several, in git's order.
    ///
    /// # Errors
    /// As [`Repo::config`].
    pub fn config_all(&self, key: &str) -> Result<Vec<String>, GitError> {
        self.settings()?.all(key).into_iter().map(|(_, value)| text(key, value)).collect()
    }

    /// Sets a setting in the repository's own file.
    ///
    /// # Errors
    /// `store.io` where git cannot write it.
    pub fn set_config(&self, key: &str, value: impl AsRef<OsStr>) -> Result<(), GitError> {
        self.edit_config(&[&[key.as_ref(), value.as_ref()]])
    }

    /// Sets several settings in the repository's own file, all of them or none.
    ///
    /// # Errors
    /// `store.io` where git cannot write it.
    pub fn set_configs(&self, settings: &[(String, String)]) -> Result<(), GitError> {
        let edits: Vec<[&OsStr; 2]> = settings.iter().map(|(key, value)| [key.as_ref(), value.as_ref()]).collect();
        let edits: Vec<&[&OsStr]> = edits.iter().map(<[&OsStr; 2]>::as_slice).collect();
        self.edit_config(&edits)
    }

    /// Removes a setting, if it is there, from the repository's own file.
    ///
    /// # Errors
    /// `store.io` where git cannot write it.
    pub fn unset_config(&self, key: &str) -> Result<(), GitError> {
        if self.settings()?.all(key).iter().any(|(scope, _)| *scope == Scope::Local) {
            self.edit_config(&[&["--unset-all".as_ref(), key.as_ref()]])?;
        }
        Ok(())
    }

    /// Has git edit a copy of the repository's own file, which then takes the file's place: a git that is killed halfway
    /// leaves its lock at the copy, where it stops nobody.
    fn edit_config(&self, edits: &[&[&OsStr]]) -> Result<(), GitError> {
        let path = self.guarded(CONFIG);
        let own = std::path::absolute(self.own_dir()).map_err(GitError::io(&self.own_dir()))?;
        let (copy, lock) = (own.join("config.copy"), own.join("config.copy.lock"));
        let held = self.exclusive()?;
        let edited = (|| {
            let _ = fs::remove_file(&lock);
            // With the modes of the file, which may be for its owner's eyes only.
            fs::copy(&path, &copy).map_err(GitError::io(&copy))?;
            let before = fs::read(&copy).map_err(GitError::io(&copy))?;
            for edit in edits {
                run(self.git().args(["config", "--file"]).arg(&copy).args(*edit))?;
            }
            let after = fs::read(&copy).map_err(GitError::io(&copy))?;
            self.replace_guarded(&held, CONFIG, &after, || {
                let now = fs::read(&path).map_err(GitError::io(&path))?;
                let text = "somebody else changed it meanwhile";
                let changed =
                    || GitError::new(Code::StoreIo, path.display().to_string(), text).needed("another try").into();
                if now == before { Ok(()) } else { Err(changed()) }
            })?;
            Ok(())
        })();
        let _ = fs::remove_file(&copy);
        self.forget_settings();
        edited
    }

    pub(super) fn settings(&self) -> Result<Rc<Settings>, GitError> {
        if let Some(settings) = &*self.settings.borrow() {
            return Ok(Rc::clone(settings));
        }
        let settings = Rc::new(Settings::parse(&self.run(["config", "-z", "--list", "--show-scope"])?));
        *self.settings.borrow_mut() = Some(Rc::clone(&settings));
        Ok(settings)
    }

    fn forget_settings(&self) {
        *self.settings.borrow_mut() = None;
        *self.ledger_ref.borrow_mut() = None;
    }
}

fn text(key: &str, value: Vec<u8>) -> Result<String, GitError> {
    String::from_utf8(value).map_err(|_| GitError::new(Code::StoreIo, key, "the setting is not UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_value_counts_and_scopes_are_told_apart() {
        let settings = Settings::parse(
            b"global\0core.hookspath\n~/hooks\0local\0core.hookspath\n.husky/_\0local\0core.bare\0command\0url.A.B.insteadof\nx\n y\0",
        );
        assert_eq!(
            settings.all("core.hooksPath"),
            [(Scope::Global, b"~/hooks".to_vec()), (Scope::Local, b".husky/_".to_vec())]
        );
        assert_eq!(settings.all("core.bare"), [(Scope::Local, b"true".to_vec())]);
        assert_eq!(settings.all("URL.A.B.insteadOf"), [(Scope::Command, b"x\n y".to_vec())]);
        assert!(settings.all("url.a.b.insteadOf").is_empty());
    }
}
