//! What a word means that `ledger why` is asked about.

use crate::cli::{CliError, Context};
use crate::domain::charter::{IdTerm, nearest};
use crate::domain::id::{ItemId, Word};
use crate::domain::judge::{View, quoted};
use crate::domain::path::{Lies, RepoPath};
use crate::git::Repo;
use crate::ledger::LedgerError;

/// What a word means.
#[derive(Debug)]
pub(super) enum Meaning {
    Gate(Word),
    Item(ItemId),
    /// The event that was found by the word.
    Event,
    /// A path from the top of the work tree, which has no name itself, and what is there.
    Path(String, Lies),
}

/// A word, and where it was typed.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) view: &'a View<'a>,
    pub(super) repo: &'a Repo,
    pub(super) context: &'a Context,
    pub(super) what: &'a str,
    pub(super) item: Option<&'a ItemId>,
}

impl Meaning {
    /// Returns what a word means. What is called by a name is that: a gate, a declared item, a criterion. Else it is a path, where
    /// something is there; else an id that a kind takes, or an event (`event`: whether there is one, where the word has the form);
    /// else a path that is about to be made, where it is spelled as one.
    ///
    /// # Errors
    /// Exit code 2 where it means nothing, with what is called nearly so.
    pub(super) fn of(asked: &Asked<'_>, event: Option<Result<(), LedgerError>>) -> Result<Meaning, CliError> {
        let (what, state) = (asked.what, asked.view.state);
        let rules = &state.charter.rules;
        if let Ok(gate) = Word::parse(what)
            && rules.gates.contains_key(&gate)
            && (asked.item.is_some() || !state.items.contains_key(what))
        {
            return Ok(Meaning::Gate(gate));
        }
        if asked.item.is_some() {
            let text = format!("{what:?} is no gate, and only a gate takes an ITEM");
            return Err(CliError::usage(text, "a gate before the ITEM, or no ITEM"));
        }
        if asked.is_called_a_path() {
            let (path, there) = asked.path()?;
            return Ok(Meaning::Path(path, there));
        }
        // Ids that differ only in case are one id. One that nobody declared is still an id where a kind takes it.
        let id = ItemId::parse(what).ok();
        if let Some(own) = id.as_ref().and_then(|id| state.folded.get(&id.folded())) {
            return Ok(Meaning::Item(own.clone()));
        }
        if let Some(gate) = asked.gate_of_criterion() {
            let text = format!("{what} is a criterion of the gate {gate}, and is judged with it");
            let needed = "the gate, with the item that is to pass it";
            return Err(CliError::usage(text, needed).next(format!("ledger why {gate}")).next("ledger charter show"));
        }
        let path = asked.path().ok();
        if let Some((path, there)) = path.as_ref().filter(|(_, there)| *there != Lies::Nothing) {
            return Ok(Meaning::Path(path.clone(), *there));
        }
        if let Some(id) = id.filter(|id| rules.kinds.values().any(|kind| kind.id.matches(id.as_str()))) {
            return Ok(Meaning::Item(id));
        }
        match event {
            Some(Ok(())) => return Ok(Meaning::Event),
            Some(Err(error)) => return Err(CliError::from(error).next(format!("ledger why ./{what}"))),
            None => {}
        }
        match path {
            Some((path, there)) if asked.is_spelled_as_a_path() => Ok(Meaning::Path(path, there)),
            Some(_) => Err(asked.unknown()),
            None => Err(asked.path().err().unwrap_or_else(|| asked.unknown())),
        }
    }
}

impl<'a> Asked<'a> {
    /// Returns whether a word can be nothing but a path.
    fn is_called_a_path(&self) -> bool {
        let what = self.what;
        let begins = ["./", "../", ":/", "/"].iter().any(|begin| what.starts_with(begin));
        begins || what.ends_with('/') || matches!(what, "." | "..")
    }

    /// Returns whether a word is spelled as a path is: it has a slash, or a dot and is not nearly an id or the name of a rule.
    fn is_spelled_as_a_path(&self) -> bool {
        let (what, gates) = (self.what, &self.view.state.charter.rules.gates);
        let of_a_gate = what.split_once('.').is_some_and(|(gate, _)| gates.contains_key(gate));
        what.contains('/') || (what.contains('.') && !of_a_gate && nearest(what, &self.names()).is_none())
    }

    /// Returns the gate that has a criterion of that name: `GATE.CRITERION`.
    fn gate_of_criterion(&self) -> Option<&'a Word> {
        let name = self.what.strip_prefix("gates.").unwrap_or(self.what);
        let (gate, criterion) = name.split_once('.')?;
        let (gate, rule) = self.view.state.charter.rules.gates.get_key_value(gate)?;
        rule.criteria.iter().any(|known| known.name.as_str() == criterion).then_some(gate)
    }

    /// Returns the path that a word means, and what is there.
    fn path(&self) -> Result<(String, Lies), CliError> {
        let here = self.context.path(std::path::Path::new("."));
        let outside = || {
            let text = format!("{:?} lies outside of the work tree", self.what);
            CliError::usage(text, "a path within it").next("ledger why ./")
        };
        let (path, is_directory) = self.repo.path_from(&here, self.what).ok_or_else(outside)?;
        if !path.is_empty() {
            RepoPath::parse(&path).map_err(|_| {
                let text = format!("{:?} is no declared item, no gate, no event and no path", self.what);
                CliError::usage(text, "one of these").next("ledger status")
            })?;
        }
        let there = self.repo.lies_at(&path)?;
        let there = if there == Lies::Nothing && is_directory { Lies::Directory } else { there };
        Ok((path, there))
    }

    /// Returns the ids that are declared or named by the charter, and the names of the gates.
    fn names(&self) -> Vec<&'a str> {
        let rules = &self.view.state.charter.rules;
        let named = rules.sets.values().flat_map(|set| &set.items).filter_map(|term| match term {
            IdTerm::Ids(ids) => Some(ids),
            IdTerm::Glob(_) => None,
        });
        let ids = self.view.state.items.keys().chain(named.flatten()).map(ItemId::as_str);
        ids.chain(rules.gates.keys().map(Word::as_str)).collect()
    }

    /// Returns the error that a word is which names nothing, with what is called nearly so.
    fn unknown(&self) -> CliError {
        let what = self.what;
        let state = self.view.state;
        let gates = &state.charter.rules.gates;
        let criteria: Vec<String> = gates
            .iter()
            .flat_map(|(gate, rule)| rule.criteria.iter().map(move |criterion| format!("{gate}.{}", criterion.name)))
            .collect();
        let paths = state.items.values().filter_map(|item| item.stated.path.as_ref()).map(RepoPath::as_str);
        let criteria = criteria.iter().map(String::as_str).filter(|_| what.contains('.'));
        let known: Vec<&str> = self.names().into_iter().chain(paths.clone()).chain(criteria).collect();
        let near = nearest(what, &known);
        let text = format!("nobody declared {what}, and no rule, no commit and no work tree knows such a path");
        let needed = match near {
            Some(near) => format!("did you mean {near}?"),
            None => "an item, a gate, an event, or a path: it is there, or has a / or a . in it".to_owned(),
        };
        let error = CliError::usage(text, needed);
        // Stated paths count from the top.
        let word =
            |near: &str| if paths.clone().any(|path| path == near) { format!(":/{near}") } else { near.to_owned() };
        let error = near.iter().fold(error, |error, near| error.next(format!("ledger why {}", quoted(&word(near)))));
        error.next(format!("ledger why {}", quoted(&format!("./{what}")))).next("ledger status")
    }
}
