//! The alias by which `git ledger` runs this program.

use std::path::Path;
use std::process::Command;

use super::repo::run;
use super::{GitError, Repo};

/// The setting.
pub const ALIAS: &str = "alias.ledger";

/// How every value that we set begins. Git starts an alias at the top of the work tree, and paths are meant from where
/// somebody stands.
const START: &str = "!f() { cd -- \"${GIT_PREFIX:-.}\" && exec ";

/// Returns the value of the alias for a program.
pub fn value(program: &Path) -> String {
    let quoted = program.display().to_string().replace('\'', "'\\''");
    format!("{START}'{quoted}' \"$@\"; }}; f")
}

/// Returns whether a value of the alias is one of ours.
pub fn is_ours(value: &str) -> bool {
    value.starts_with(START)
}

/// Whose setting it is.
pub enum Scope<'r> {
    /// The repository's.
    Repo(&'r Repo),
    /// The user's, in every repository.
    User,
}

impl Scope<'_> {
    /// Returns the value that is set.
    ///
    /// # Errors
    /// `store.io` where git cannot read the settings.
    pub fn get(&self) -> Result<Option<String>, GitError> {
        // Without a value git says nothing and exits with 1.
        let told = match self {
            Scope::Repo(repo) => repo.run(["config", "--local", "--default", "", "--get", ALIAS])?,
            Scope::User => run(Command::new("git").args(["config", "--global", "--default", "", "--get", ALIAS]))?,
        };
        let text = String::from_utf8_lossy(&told).trim_end_matches('\n').to_owned();
        Ok((!text.is_empty()).then_some(text))
    }

    /// Sets the value, or removes it.
    ///
    /// # Errors
    /// `store.io` where git cannot write the settings.
    pub fn set(&self, value: Option<&str>) -> Result<(), GitError> {
        match (self, value) {
            (Scope::Repo(repo), Some(value)) => repo.set_config(ALIAS, value),
            (Scope::Repo(repo), None) => repo.unset_config(ALIAS),
            (Scope::User, Some(value)) => user(&[ALIAS, value]),
            (Scope::User, None) => user(&["--unset-all", ALIAS]),
        }
    }
}

fn user(args: &[&str]) -> Result<(), GitError> {
    run(Command::new("git").args(["config", "--global"]).args(args)).map(|_| ())
}
