//! Where git looks for hooks, and where it would look without us.

use std::path::{Path, PathBuf};

use super::super::changes::bytes_to_path;
use super::super::config::Scope;
use super::super::error::GitError;
use super::super::repo::{Repo, run};

/// The setting that says where git looks.
pub(super) const HOOKS_PATH: &str = "core.hooksPath";

/// The setting that remembers what we made of it.
pub(super) const OUR_PATH: &str = "ledger.hooksPath";

/// The setting that remembers what the repository's own file said before.
pub(super) const PREVIOUS: &str = "ledger.previousHooksPath";

/// The places of one repository's hooks.
pub(super) struct Places {
    /// Where git looks without any setting.
    pub(super) default: PathBuf,
    /// Where ours stand if there is such a setting.
    pub(super) own: PathBuf,
    /// Where git looks now.
    pub(super) active: PathBuf,
    /// Whether that is because of us.
    pub(super) ours: bool,
    /// What the repository's own file says now.
    pub(super) local: Option<Vec<u8>>,
    /// Whether the setting comes from the file of one work tree.
    pub(super) of_work_tree: bool,
    /// Where git would look without us.
    pub(super) previous: PathBuf,
}

impl Places {
    pub(super) fn find(repo: &Repo) -> Result<Places, GitError> {
        let common = std::path::absolute(repo.common_dir()).unwrap_or_else(|_| repo.common_dir().to_owned());
        let (default, own) = (common.join("hooks"), common.join("ledger").join("hooks"));
        let settings = repo.settings()?;
        // What `git -c` says holds for one command only, and hooks are installed for all.
        let all: Vec<_> = settings.all(HOOKS_PATH).into_iter().filter(|(scope, _)| *scope != Scope::Command).collect();
        let last = |scopes: &[Scope]| {
            all.iter().rev().find(|(scope, _)| scopes.contains(scope)).map(|(_, value)| value.clone())
        };
        let local = last(&[Scope::Local]);
        let inherited = last(&[Scope::System, Scope::Global]);
        let made = settings.all(OUR_PATH).pop().map(|(_, value)| value);
        let of_work_tree = last(&[Scope::WorkTree]).is_some();
        // The repository may have been moved since, so what was set counts and not where it leads.
        let ours = !of_work_tree
            && local.as_ref().is_some_and(|value| Some(value) == made.as_ref() || same(&bytes_to_path(value), &own));
        let resolve = |value: Option<Vec<u8>>| value.map_or(Ok(default.clone()), |value| resolve(repo, &value));
        let active = resolve(all.last().map(|(_, value)| value.clone()))?;
        let remembered = settings.all(PREVIOUS).pop().map(|(_, value)| value);
        let previous = match (ours, &local) {
            (true, _) => resolve(remembered.or(inherited))?,
            (false, Some(_)) => resolve(local.clone())?,
            (false, None) => resolve(inherited)?,
        };
        Ok(Places { default, own, active, ours, local, of_work_tree, previous })
    }

    /// Returns whether ours stand beside what is there, in the directory that git uses by default.
    ///
    /// A link that leads elsewhere, perhaps into the work tree, is left alone.
    pub(super) fn beside(&self) -> bool {
        !self.ours && same(&self.active, &self.default) && !self.default.is_symlink()
    }
}

/// Returns whether two paths lead to the same place.
pub(super) fn same(a: &Path, b: &Path) -> bool {
    a == b || matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

/// Returns the directory that a value of the setting names: git expands `~`, and relative ones count from the root of the
/// work tree, or from the git directory where there is none.
fn resolve(repo: &Repo, value: &[u8]) -> Result<PathBuf, GitError> {
    let mut path = bytes_to_path(value);
    if value.starts_with(b"~") || value.starts_with(b"%(") {
        let mut setting = std::ffi::OsString::from("ledger.expand=");
        setting.push(&path);
        let args = ["config", "-z", "--type=path", "--get", "ledger.expand"];
        let mut printed = run(repo.git().arg("-c").arg(setting).args(args))?;
        printed.pop();
        path = bytes_to_path(&printed);
    }
    let base = repo.work_dir().unwrap_or_else(|| repo.common_dir());
    let base = std::path::absolute(base).unwrap_or_else(|_| base.to_owned());
    Ok(base.join(path))
}
