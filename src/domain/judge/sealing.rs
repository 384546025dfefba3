//! Seals: how one stands, why that cannot be known, and the commands that set and break one.

use super::contents::content_of;
use super::eval::Eval;
use super::report::Step;
use super::select::Thing;
use super::steps::{anybody, file_steps};
use super::words::{self, quoted};
use crate::domain::charter::{ClaimRule, Over};
use crate::domain::explain::{Outcome, Supplier};
use crate::domain::facts::{File, Mode, Source};
use crate::domain::id::{Digest, ItemId, Noun};
use crate::domain::path::RepoPath;
use crate::domain::state::{Item, Seal};

/// Why a seal counts as unknown whatever its file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealDoubt {
    /// As a clause: `its bytes a60b338a3441 were erased by event 148`.
    pub text: String,
    /// The event that says so and why, where it is known.
    pub event: Option<u64>,
}

impl Eval<'_> {
    /// Returns whether an item is sealed and its content is the sealed one; UNKNOWN where the content is, or where what
    /// the seal rests on was disputed or erased.
    pub(super) fn sealed(&self, id: &ItemId) -> Outcome {
        match self.state.items.get(id).and_then(|item| item.seal.as_ref()) {
            None => Outcome::Unmet,
            Some(seal) if self.seal_doubt(seal).is_some() => Outcome::Unknown,
            Some(seal) => self.content(id).map_or(Outcome::Unknown, |now| Outcome::from_bool(now == seal.content)),
        }
    }

    /// Returns why it cannot be known whether a seal holds, where that is not for want of the file.
    pub(super) fn seal_doubt(&self, seal: &Seal) -> Option<SealDoubt> {
        if self.state.disputed.contains(&seal.event) {
            return Some(SealDoubt {
                text: "the authority disputes the facts that it was made on".to_owned(),
                event: None,
            });
        }
        let piece = seal.evidence.iter().find(|piece| self.is_erased(&piece.sha256))?;
        let what = if seal.sha256 == Some(piece.sha256) { "its bytes" } else { "its evidence" };
        let event = self.erased_by(&piece.sha256);
        let how = event.map_or_else(|| "was never recorded".to_owned(), |seq| format!("erased by event {seq}"));
        let were = match event {
            Some(_) if seal.sha256 == Some(piece.sha256) => "were ",
            Some(_) => "was ",
            None => "",
        };
        Some(SealDoubt { text: format!("{what} {} {were}{how}", piece.sha256.short()), event })
    }

    /// Returns whether evidence that an event cites was given up, or was never recorded.
    pub(super) fn is_erased(&self, sha256: &Digest) -> bool {
        self.state.evidence.get(sha256).is_none_or(|known| known.erased.is_some())
    }

    /// Returns the event that gave evidence up.
    fn erased_by(&self, sha256: &Digest) -> Option<u64> {
        self.state.evidence.get(sha256).and_then(|known| known.erased)
    }

    /// Returns why nobody can seal the file of an item that is not sealed, as a clause: its bytes were given up.
    pub(super) fn unsealable(&self, item: &Item) -> Option<String> {
        let path = item.stated.path.as_ref().filter(|_| item.seal.is_none())?;
        let sha256 = self.file(path).flatten()?.sha256;
        let seq = self.erased_by(&sha256)?;
        Some(format!("its bytes {} were erased by event {seq}, so that a seal takes other ones", sha256.short()))
    }

    /// Returns how a seal was found, as a clause.
    pub(super) fn seal_found(&self, id: &ItemId, item: &Item, outcome: Outcome) -> String {
        let Some(seal) = &item.seal else { return format!("{id} is not sealed") };
        let how = words::seal(seal);
        match outcome {
            Outcome::Met => format!("{id} is sealed {how}"),
            Outcome::Unknown => match self.seal_doubt(seal) {
                Some(doubt) => format!("{id} was sealed {how}, and the seal counts as unknown, since {}", doubt.text),
                None => format!("{id} was sealed {how}, and whether the seal still holds cannot be shown here"),
            },
            _ => format!("{id} was sealed {how}, and its content is no longer the sealed one"),
        }
    }

    /// Returns the steps toward a seal that holds, or no seal.
    pub(super) fn sealing(&self, id: &ItemId, item: &Item, wanted: bool) -> Vec<Step> {
        match (wanted, &item.seal) {
            (true, None) => {
                // A seal is over a file, and what it freezes can no longer be mended; what was erased can never be sealed again.
                let own = item.stated.path.as_ref();
                let other = own.filter(|path| self.file(path) == Some(None) || self.unsealable(item).is_some());
                let mended = other.map_or_else(|| self.agreeing(id, item), |path| self.filing(path));
                if !mended.is_empty() {
                    return mended;
                }
                let by = self.charter().kinds.get(&item.kind).and_then(|kind| kind.seal.as_ref());
                let rule = format!("kinds.{}.seal", item.kind);
                let subject = Noun::Item(id.clone());
                by.map_or_else(Vec::new, |by| self.permitted(&rule, by, format!("ledger seal {id}"), &subject))
            }
            (true, Some(_)) => self.resealing(id, item),
            (false, Some(_)) => self.unsealing(id, item),
            (false, None) => Vec::new(),
        }
    }

    /// Returns how a seal comes to hold again: the sealed bytes come back, or it is broken, so that another can be set. Nobody is led to
    /// break a seal of which it cannot be known here whether it holds: what is missing is fetched.
    pub(super) fn resealing(&self, id: &ItemId, item: &Item) -> Vec<Step> {
        let unread = item.stated.path.as_ref().is_some_and(|path| self.file(path).is_none());
        if unread && item.seal.as_ref().is_some_and(|seal| self.seal_doubt(seal).is_none()) {
            return vec![anybody("git fetch".to_owned())];
        }
        self.restoring(item).into_iter().chain(self.unsealing(id, item)).collect()
    }

    /// Returns how the file of an item comes back as it was sealed, where it is another one or gone: from the commit that its seal names,
    /// where that is here, else from the evidence.
    pub(super) fn restoring(&self, item: &Item) -> Option<Step> {
        let (seal, path) = (item.seal.as_ref()?, item.stated.path.as_ref()?);
        let (sealed, commit) = (seal.sha256?, seal.commit.as_ref()?);
        let now = self.file(path)?;
        let as_sealed = |mode: Mode| {
            let file = File { mode, size: 0, sha256: sealed };
            content_of(&item.declared_as, &item.stated, Some(&file)) == seal.content
        };
        let mode = [Mode::Plain, Mode::Executable].into_iter().find(|mode| as_sealed(*mode));
        let other_bytes = now.is_none_or(|file| file.sha256 != sealed);
        let other_mode = now.zip(mode).is_some_and(|(file, mode)| file.mode != mode);
        if !(other_bytes || other_mode) || self.seal_doubt(seal).is_some() {
            return None;
        }
        let quoted = quoted(path.as_str());
        let command = match self.view.facts.source(commit, &sealed) {
            Source::Commit => format!("git checkout {} -- {quoted} && git commit", commit.short()),
            Source::Evidence(name) => {
                let directory = path.as_str().rsplit_once('/').map(|(directory, _)| directory);
                let ahead = directory
                    .filter(|_| now.is_none())
                    .map(|directory| format!("mkdir -p {}", words::quoted(directory)));
                let written = other_bytes.then(|| format!("git cat-file blob {name} >{quoted}"));
                let set = match (mode, now.map_or(Mode::Plain, |file| file.mode)) {
                    (Some(Mode::Executable), Mode::Plain) => Some(format!("chmod +x {quoted}")),
                    (Some(Mode::Plain), Mode::Executable) => Some(format!("chmod -x {quoted}")),
                    _ => None,
                };
                let last = [format!("git add {quoted}"), "git commit".to_owned()];
                ahead.into_iter().chain(written).chain(set).chain(last).collect::<Vec<_>>().join(" && ")
            }
            Source::Nowhere => return None,
        };
        Some(Step::new(command, vec![Supplier::in_words(&format!("whoever commits {path}"))]))
    }

    /// Returns how what a statement would be about comes back as it was sealed, where it is another one now: what is said of that is void
    /// once it does.
    pub(super) fn restored_first(&self, thing: &Thing<'_>, claim: &ClaimRule, subject: &Noun) -> Vec<Step> {
        let own = match thing {
            Thing::Item(_, item) => self.restoring(item),
            _ => None,
        };
        let Some(Over::Noun(noun, _)) = &claim.over else { return own.into_iter().collect() };
        let over = self.select(noun, subject).into_iter().filter_map(|(thing, _)| match thing {
            Thing::Item(_, item) => self.restoring(item),
            Thing::File { path, .. } => {
                let path = RepoPath::parse(&path).ok()?;
                self.sealed_at(&path).and_then(|(_, item)| self.restoring(item))
            }
            _ => None,
        });
        own.into_iter().chain(over).collect()
    }

    /// Returns how a file comes to be in the tree as it should be: one that is sealed as it was sealed, or after its seal is broken.
    pub(super) fn filing(&self, path: &RepoPath) -> Vec<Step> {
        match self.sealed_at(path) {
            Some((id, item)) => self.resealing(id, item),
            None => file_steps(true, path.as_str()),
        }
    }

    /// Returns how a seal is broken, by the rule of its placement.
    pub(super) fn unsealing(&self, id: &ItemId, item: &Item) -> Vec<Step> {
        let Some(seal) = &item.seal else { return Vec::new() };
        self.under(seal.charter, |eval| {
            let by = eval.charter().kinds.get(&item.kind).and_then(|kind| kind.unseal.as_ref());
            let rule = format!("kinds.{}.unseal", item.kind);
            let subject = Noun::Item(id.clone());
            by.map_or_else(Vec::new, |by| eval.permitted(&rule, by, format!("ledger unseal {id}"), &subject))
        })
    }

    /// Returns what tells why a seal is in doubt, and how it is broken, so that another can be set; nothing where the seal is
    /// in no doubt.
    pub(super) fn doubted_seal(&self, id: &ItemId, item: &Item) -> Vec<Step> {
        let Some(doubt) = item.seal.as_ref().and_then(|seal| self.seal_doubt(seal)) else { return Vec::new() };
        let told = doubt.event.map(|seq| anybody(format!("ledger show {seq}")));
        told.into_iter().chain(self.unsealing(id, item)).collect()
    }
}
