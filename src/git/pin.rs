//! Pins: which ledger this repository names, and where it says so.
//!
//! The file `.ledger` at the root of the work tree has two lines, `genesis = HEX` and `ref = NAME`; git config can name
//! the same as `ledger.genesis` and `ledger.ref`. A repository that names none is left alone.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use git2::{ErrorCode, ObjectType, Oid};

use super::error::GitError;
use super::objects;
use super::repo::Repo;
use crate::domain::code::Code;
use crate::domain::id::Digest;
use crate::domain::text;

/// The name of the file, at the root of the work tree.
pub const PIN_FILE: &str = ".ledger";

/// The ref of the ledger where nothing else is said.
pub const DEFAULT_REF: &str = "refs/ledger/main";

const LIMIT: u64 = 4096;

/// What the file says: the ledger's identity and the ref it is at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// SHA-256 of genesis.
    pub genesis: Digest,
    /// The ref, such as `refs/ledger/main`.
    pub reference: String,
}

/// Where a pin was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum PinSource {
    /// The file in the work tree.
    WorkTree(PathBuf),
    /// The file in a tree.
    Tree(Oid),
    /// git config.
    Config,
}

/// What one place says about the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundPin {
    /// The place.
    pub source: PinSource,
    /// SHA-256 of genesis; only git config can leave it open.
    pub genesis: Option<Digest>,
    /// The ref; only git config can leave it open.
    pub reference: Option<String>,
}

impl Pin {
    /// Reads the two lines, in this order and nothing else.
    ///
    /// # Errors
    /// `trust.pin`, with what stands there instead. `place` is where the text is from.
    pub fn parse(place: &str, text: &[u8]) -> Result<Pin, GitError> {
        let wrong = |what: String| GitError::new(Code::TrustPin, place, what);
        let text = std::str::from_utf8(text).map_err(|_| wrong("the file is not UTF-8".to_owned()))?;
        let lines: Vec<&str> = text.lines().collect();
        let [genesis, reference] = lines.as_slice() else {
            return Err(
                wrong(format!("found {} lines", lines.len())).needed("two lines: `genesis = HEX` and `ref = NAME`")
            );
        };
        let value = |line: &str, key: &str| {
            line.strip_prefix(key)
                .and_then(|rest| rest.strip_prefix(" = "))
                .map(str::to_owned)
                .ok_or_else(|| wrong(format!("found {line:?}")).needed(format!("`{key} = ...`")))
        };
        let genesis = Digest::parse(&value(genesis, "genesis")?).map_err(|error| wrong(error.detail))?;
        let reference = value(reference, "ref")?;
        check_ref(place, &reference)?;
        Ok(Pin { genesis, reference })
    }

    /// Returns the text of the file.
    pub fn to_text(&self) -> String {
        format!("genesis = {}\nref = {}\n", self.genesis, self.reference)
    }
}

impl Repo {
    /// Returns the ref of the ledger: as git config says, else the file in the work tree, else the one in `HEAD`, else
    /// `refs/ledger/main`. In a bare repository no file says it: whoever may push a branch would choose the ledger.
    ///
    /// # Errors
    /// `trust.pin` where the first of these that exists is malformed.
    pub fn ledger_ref(&self) -> Result<String, GitError> {
        if let Some(name) = &*self.ledger_ref.borrow() {
            return Ok(name.clone());
        }
        let name = if let Some(name) = self.config_ref()? {
            name
        } else if self.work_dir().is_none() {
            DEFAULT_REF.to_owned()
        } else if let Some(pin) = self.pin_in_work_tree()? {
            pin.reference
        } else if let Some(pin) = self.head()?.map_or(Ok(None), |head| self.pin_in(head))? {
            pin.reference
        } else {
            DEFAULT_REF.to_owned()
        };
        *self.ledger_ref.borrow_mut() = Some(name.clone());
        Ok(name)
    }

    /// Has the ref of the ledger be what git config says, else `refs/ledger/main`, also where there is a work tree: a guard believes no
    /// file that somebody can push.
    ///
    /// # Errors
    /// `trust.pin` where the setting is malformed.
    pub fn believe_settings_alone(&self) -> Result<(), GitError> {
        let name = self.config_ref()?.unwrap_or_else(|| DEFAULT_REF.to_owned());
        *self.ledger_ref.borrow_mut() = Some(name);
        self.settings_alone.set(true);
        Ok(())
    }

    /// Returns every pin: of the work tree, of the given trees or commits (such as `HEAD` and the index), of git config.
    ///
    /// # Errors
    /// `trust.pin` where one of them is malformed.
    pub fn pins(&self, trees: &[Oid]) -> Result<Vec<FoundPin>, GitError> {
        let found = |source, pin: Pin| FoundPin { source, genesis: Some(pin.genesis), reference: Some(pin.reference) };
        let mut pins = Vec::new();
        if let (Some(pin), Some(path)) = (self.pin_in_work_tree()?, self.pin_path()) {
            pins.push(found(PinSource::WorkTree(path), pin));
        }
        for tree in trees {
            if let Some(pin) = self.pin_in(*tree)? {
                pins.push(found(PinSource::Tree(*tree), pin));
            }
        }
        pins.extend(self.pin_of_settings()?);
        Ok(pins)
    }

    /// Returns what git config says; `None` where it names neither a ledger nor a ref.
    ///
    /// # Errors
    /// `trust.pin` where it is malformed.
    pub fn pin_of_settings(&self) -> Result<Option<FoundPin>, GitError> {
        let (genesis, reference) = (self.config_genesis()?, self.config_ref()?);
        let says = genesis.is_some() || reference.is_some();
        Ok(says.then_some(FoundPin { source: PinSource::Config, genesis, reference }))
    }

    /// Returns whether files have no say in which ledger this is: where nobody works, or a guard stands, once git config names both
    /// the ledger and its ref. Whoever may push a branch writes the files of `HEAD` there.
    ///
    /// # Errors
    /// `store.io` where the settings cannot be read.
    pub fn goes_by_settings(&self) -> Result<bool, GitError> {
        Ok((self.work_dir().is_none() || self.settings_alone.get()) && self.is_pinned_in_config()?)
    }

    /// Returns what the file in the work tree says; `None` where there is no file or no work tree.
    ///
    /// # Errors
    /// `trust.pin` where it is malformed or not a regular file.
    pub fn pin_in_work_tree(&self) -> Result<Option<Pin>, GitError> {
        let Some(path) = self.pin_path() else { return Ok(None) };
        let place = path.display().to_string();
        let meta = match fs::symlink_metadata(&path) {
            Ok(meta) => meta,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(None),
            Err(error) => return Err(GitError::io(&path)(error)),
        };
        if !meta.is_file() || meta.len() > LIMIT {
            return Err(GitError::new(Code::TrustPin, place, "found no short regular file"));
        }
        Pin::parse(&place, &fs::read(&path).map_err(GitError::io(&path))?).map(Some)
    }

    /// Returns what the file in a tree or commit says; `None` where there is none.
    ///
    /// # Errors
    /// `trust.pin` where it is malformed or not a regular file.
    pub fn pin_in(&self, tree: Oid) -> Result<Option<Pin>, GitError> {
        self.pin_said(tree)?.transpose()
    }

    /// Returns what the file in a tree or commit says; `None` where there is none, and the error inside where what is called so is no such file: that names
    /// no ledger, and never will.
    ///
    /// # Errors
    /// `trust.pin` where its object is missing or corrupt.
    pub fn pin_said(&self, tree: Oid) -> Result<Option<Result<Pin, GitError>>, GitError> {
        let tree = self.tree(tree)?;
        let place = format!("{}:{PIN_FILE}", tree.id());
        let Some(entry) = tree.get_name(PIN_FILE) else { return Ok(None) };
        if entry.kind() != Some(ObjectType::Blob) || !matches!(entry.filemode(), 0o100_644 | 0o100_755) {
            return Ok(Some(Err(GitError::new(Code::TrustPin, place, "found no regular file"))));
        }
        match objects::blob(self.inner(), entry.id()) {
            Ok(blob) => Ok(Some(Pin::parse(&place, blob.content()))),
            Err(error) if error.code() == ErrorCode::NotFound => {
                Err(GitError::new(Code::TrustPin, place, "the file's object is missing"))
            }
            Err(error) => Err(GitError::lib(Code::TrustPin, place)(error)),
        }
    }

    /// Returns what the file said in the history of `HEAD` wherever it was changed, newest first, with the last commit that said so.
    ///
    /// # Errors
    /// `store.io` where git cannot walk the history.
    pub fn pins_before(&self) -> Result<Vec<(Oid, Pin)>, GitError> {
        let Some(head) = self.head()? else { return Ok(Vec::new()) };
        let (head, file) = (head.to_string(), format!(":(top){PIN_FILE}"));
        let printed =
            self.run(["-c", "core.commitGraph=false", "rev-list", "--full-history", "--parents", &head, "--", &file])?;
        let mut found = Vec::new();
        for line in String::from_utf8_lossy(&printed).lines() {
            // What a commit changed is what its parents have; what cannot be read names nothing.
            for commit in line.split(' ').skip(1).filter_map(|hex| Oid::from_str(hex).ok()) {
                found.extend(self.pin_in(commit).ok().flatten().map(|pin| (commit, pin)));
            }
        }
        Ok(found)
    }

    /// Writes the file in the work tree, whole or not at all, and returns its path; `None` in a bare repository.
    ///
    /// # Errors
    /// `store.io` where it cannot be written.
    pub fn write_pin_file(&self, pin: &Pin) -> Result<Option<PathBuf>, GitError> {
        let Some(path) = self.pin_path() else { return Ok(None) };
        self.put(&path, pin.to_text().as_bytes(), 0o644)?;
        *self.ledger_ref.borrow_mut() = None;
        Ok(Some(path))
    }

    /// Pins the ledger's ref in git config, before any ledger is there.
    ///
    /// # Errors
    /// `trust.pin` where that is not the full name of a ref; `store.io` where it cannot be written.
    pub fn pin_ref(&self, name: &str) -> Result<(), GitError> {
        check_ref("--ref", name)?;
        self.set_config("ledger.ref", name)
    }

    /// Returns whether git config says both which ledger it is and at which ref.
    ///
    /// # Errors
    /// `store.io` where the settings cannot be read.
    pub fn is_pinned_in_config(&self) -> Result<bool, GitError> {
        Ok(self.config("ledger.genesis")?.is_some() && self.config("ledger.ref")?.is_some())
    }

    /// Pins the ledger and its ref in git config, and has git keep the log of the ledger's ref for ever, and of where remotes were: a sync can
    /// leave a tip of which nothing else says where it was, and what a remote had is not to be forgotten.
    ///
    /// # Errors
    /// `store.io` where it cannot be written.
    pub fn pin_config(&self, genesis: Digest) -> Result<(), GitError> {
        let reference = self.ledger_ref()?;
        let never = |of: &str, name: &str| (format!("gc.{of}.{name}"), "never".to_owned());
        self.set_configs(&[
            ("ledger.genesis".to_owned(), genesis.to_string()),
            ("ledger.ref".to_owned(), reference.clone()),
            never(&reference, "reflogExpire"),
            never(&reference, "reflogExpireUnreachable"),
            never("refs/ledger-remote/*", "reflogExpire"),
            never("refs/ledger-remote/*", "reflogExpireUnreachable"),
        ])
    }

    fn pin_path(&self) -> Option<PathBuf> {
        self.work_dir().map(|root| root.join(PIN_FILE))
    }

    fn config_genesis(&self) -> Result<Option<Digest>, GitError> {
        let Some(text) = self.config("ledger.genesis")? else { return Ok(None) };
        Digest::parse(&text)
            .map(Some)
            .map_err(|error| GitError::new(Code::TrustPin, "git config ledger.genesis", error.detail).next(SETTINGS))
    }

    fn config_ref(&self) -> Result<Option<String>, GitError> {
        let Some(name) = self.config("ledger.ref")? else { return Ok(None) };
        check_ref("git config ledger.ref", &name)?;
        Ok(Some(name))
    }
}

/// What shows where a setting stands.
const SETTINGS: &str = "git config --show-origin --get-regexp '^ledger\\.'";

/// Refs that are of one work tree or one clone alone, or that git itself moves or reads in another sense: a ledger there would be another
/// one in each of them.
const NOT_SHARED: [&str; 7] = [
    "refs/worktree/",
    "refs/bisect/",
    "refs/rewritten/",
    "refs/remotes/",
    "refs/replace/",
    "refs/ledger-remote/",
    "refs/ledger-aside/",
];

fn check_ref(place: &str, name: &str) -> Result<(), GitError> {
    let folded = text::fold(name);
    let shared = !NOT_SHARED.iter().any(|own| folded.starts_with(own));
    if name.starts_with("refs/") && shared && git2::Reference::is_valid_name(name) {
        Ok(())
    } else {
        let error =
            GitError::new(Code::TrustPin, place, format!("{name:?} is not the full name of a ref that is shared"));
        let error = error.needed(format!("the full name of a ref that is shared, such as {DEFAULT_REF}"));
        Err(if place.starts_with("git config") { error.next(SETTINGS) } else { error })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_has_two_lines_and_nothing_else() {
        let pin = Pin { genesis: Digest::of(b"g"), reference: DEFAULT_REF.to_owned() };
        assert_eq!(Pin::parse(".ledger", pin.to_text().as_bytes()).unwrap(), pin);
        let hex = pin.genesis.to_string();
        for bad in [
            String::new(),
            format!("genesis = {hex}\n"),
            format!("ref = refs/ledger/main\ngenesis = {hex}\n"),
            format!("genesis = {hex}\nref = refs/ledger/main\nmore = 1\n"),
            format!("genesis={hex}\nref=refs/ledger/main\n"),
            format!("genesis = {}\nref = refs/ledger/main\n", hex.to_uppercase()),
            format!("genesis = {hex}\nref = main\n"),
            format!("genesis = {hex}\nref = refs/worktree/ledger\n"),
            format!("genesis = {hex}\nref = refs/ledger-remote/origin/main\n"),
            format!("genesis = {hex}\nref = refs/Ledger-Aside/main\n"),
            format!("genesis = {hex}\nref = refs/remotes/origin/ledger\n"),
            format!("genesis = {hex}\nref = refs/a..b\n"),
            format!("<<<<<<< HEAD\ngenesis = {hex}\n"),
        ] {
            let error = Pin::parse(".ledger", bad.as_bytes()).unwrap_err();
            assert_eq!((error.code, error.place.as_str()), (Code::TrustPin, ".ledger"), "{bad}");
        }
    }
}
