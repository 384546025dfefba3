//! A story that is told once and gone on with many times: its files, kept in memory.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::{Sandbox, Story};
use std::sync::atomic::AtomicI64;
use tempfile::TempDir;

/// A story at a moment.
pub(crate) struct Frozen {
    repo: Kept,
    beside: Kept,
    seconds: i64,
}

impl Story {
    /// Keeps everything that there is, and tidies up.
    pub(crate) fn freeze(self) -> Frozen {
        Frozen {
            repo: Kept::of(self.repo.path()),
            beside: Kept::of(self.beside.path()),
            seconds: self.seconds.into_inner(),
        }
    }
}

impl Frozen {
    /// Goes on with the story from the moment at which it was frozen, in directories of its own.
    pub(crate) fn thaw(&self) -> Story {
        let (repo, beside) = (Sandbox { dir: TempDir::new().unwrap() }, TempDir::new().unwrap());
        let moved = [(&self.repo.root, repo.path()), (&self.beside.root, beside.path())];
        for (kept, to) in [(&self.repo, repo.path()), (&self.beside, beside.path())] {
            kept.write(to, &moved);
        }
        Story { repo, beside, seconds: AtomicI64::new(self.seconds) }
    }
}

/// The files of a directory.
struct Kept {
    root: PathBuf,
    files: Vec<(PathBuf, u32, Vec<u8>)>,
}

impl Kept {
    fn of(root: &Path) -> Kept {
        let (mut files, mut open) = (Vec::new(), vec![root.to_owned()]);
        while let Some(directory) = open.pop() {
            for entry in std::fs::read_dir(directory).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                } else if path.extension().is_none_or(|extension| extension != "sample") {
                    let mode = path.metadata().unwrap().permissions().mode();
                    files.push((path.strip_prefix(root).unwrap().to_owned(), mode, std::fs::read(&path).unwrap()));
                }
            }
        }
        Kept { root: root.to_owned(), files }
    }

    /// Writes the files; where settings and hooks name a place that moved, they name the new one.
    fn write(&self, to: &Path, moved: &[(&PathBuf, &Path)]) {
        for (path, mode, bytes) in &self.files {
            let at = to.join(path);
            std::fs::create_dir_all(at.parent().unwrap()).unwrap();
            match std::str::from_utf8(bytes) {
                Ok(text) => {
                    let text = moved.iter().fold(text.to_owned(), |text, (from, to)| {
                        text.replace(&from.display().to_string(), &to.display().to_string())
                    });
                    std::fs::write(&at, text).unwrap();
                }
                Err(_) => std::fs::write(&at, bytes).unwrap(),
            }
            std::fs::set_permissions(&at, std::fs::Permissions::from_mode(*mode)).unwrap();
        }
        // Git takes a directory without these for none of its own.
        for directory in ["refs", "objects"].map(|name| to.join(".git").join(name)) {
            if to.join(".git").is_dir() {
                std::fs::create_dir_all(directory).unwrap();
            }
        }
    }
}
