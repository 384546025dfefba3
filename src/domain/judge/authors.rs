//! Who wrote something, and whom that keeps from acting on it.

use std::collections::{BTreeMap, BTreeSet};

use super::eval::Eval;
use super::report::{Authorship, Excluded};
use super::select::Thing;
use crate::domain::charter::{Independence, NotRule, Noun as Selection};
use crate::domain::facts::{Answer, Question};
use crate::domain::id::{ActorId, Digest, ItemId, Noun};
use crate::domain::path::RepoPath;

impl Eval<'_> {
    pub(super) fn authors(&self, id: &ItemId) -> Authorship {
        let mut found = Authorship::default();
        let Some((_, item)) = self.item(id) else {
            return Authorship { unknown: true, ..found };
        };
        found.signed.clone_from(&item.authors);
        let Some(path) = item.stated.path.clone() else { return found };
        let since = item.seal.as_ref().and_then(|seal| seal.sha256).or(item.baseline);
        self.wrote(path, since, &mut found);
        found
    }

    /// Returns who wrote each of the files that a noun selects, since the baseline.
    pub(super) fn writers(&self, noun: &Selection, subject: &Noun) -> BTreeMap<RepoPath, Authorship> {
        let mut found = BTreeMap::new();
        for (thing, _) in self.select(noun, subject) {
            let Thing::File { path, .. } = thing else { continue };
            // What is no path is no file, which nobody wrote.
            let Ok(path) = RepoPath::parse(&path) else { continue };
            let mut authors = Authorship::default();
            self.wrote(path.clone(), None, &mut authors);
            found.insert(path, authors);
        }
        found
    }

    /// Adds who wrote the bytes at a path.
    fn wrote(&self, path: RepoPath, since: Option<Digest>, found: &mut Authorship) {
        let Some(Answer::Authors(names)) = self.ask(&Question::Authors { path, since }) else {
            found.unknown = true;
            return;
        };
        for name in &names {
            self.author(name, found);
        }
    }

    /// Adds what one name of an answer says: an actor by a verified key, or `?EMAIL` by an unsigned commit.
    fn author(&self, name: &str, found: &mut Authorship) {
        let Some(email) = name.strip_prefix('?') else {
            match ActorId::parse(name).ok().filter(|actor| self.state.actors.contains_key(actor)) {
                Some(actor) => found.signed.insert(actor),
                None => found.strangers.insert(name.to_owned()),
            };
            return;
        };
        found.unknown |= self.charter().independence == Independence::Signed;
        let email = email.to_ascii_lowercase();
        if self.charter().forges.iter().any(|forge| forge.to_ascii_lowercase() == email) {
            return;
        }
        let owns = |emails: &BTreeSet<String>| emails.iter().any(|own| own.to_ascii_lowercase() == email);
        let owners: Vec<&ActorId> =
            self.state.actors.iter().filter(|(_, actor)| owns(&actor.emails)).map(|(name, _)| name).collect();
        if owners.is_empty() {
            found.strangers.insert(email);
        }
        found.claimed.extend(owners.into_iter().cloned());
    }

    /// Returns whom the not-rules of a permission exclude from acting on a thing.
    pub(super) fn excluded(&self, not: &[NotRule], subject: &Noun) -> Excluded {
        let mut out = Excluded::default();
        for rule in not {
            match rule {
                NotRule::Author => {
                    if let Some(id) = subject.item() {
                        let authors = self.authors(id);
                        out.unknown |= authors.unknown;
                        out.actors.extend(authors.excluded());
                    }
                }
                NotRule::Writer(noun) => {
                    let authors = self.writers(noun, subject);
                    out.unknown |= authors.values().any(|authors| authors.unknown);
                    out.actors.extend(authors.values().flat_map(Authorship::excluded));
                }
                NotRule::Claim(claim) => {
                    let said = self.claims_of(subject).and_then(|claims| claims.get(claim));
                    out.actors.extend(said.into_iter().flat_map(BTreeMap::keys).cloned());
                }
            }
        }
        out
    }

    /// Returns why it cannot be known who wrote an item, where that is known.
    pub(super) fn authors_unknown(&self, id: &ItemId) -> Option<String> {
        let since = self.unanswered();
        let authors = self.authors(id);
        if let Some(reason) = self.reasons(since).into_iter().next() {
            return Some(reason);
        }
        let names: Vec<String> = authors.claimed.iter().map(ToString::to_string).chain(authors.strangers).collect();
        let signed = self.charter().independence == Independence::Signed && !names.is_empty();
        signed.then(|| format!("unsigned commits name {}, and the charter takes only signed ones", names.join(", ")))
    }
}
