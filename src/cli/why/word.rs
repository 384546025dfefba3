//! What a word means that `ledger why` is asked about.

use crate::cli::{CliError, Context};
use crate::domain::charter::{IdTerm, NamedRule, nearest};
use crate::domain::id::{ItemId, Noun, Word};
use crate::domain::judge::{View, quoted};
use crate::domain::path::{Lies, RepoPath};
use crate::git::Repo;
use crate::ledger::LedgerError;

/// What a word means.
#[derive(Debug)]
pub(super) enum Meaning<'a> {
    Gate(Word),
    Rules(AskedRule<'a>),
    Item(ItemId),
    /// The event that was found by the word.
    Event,
    /// A path from the top of the work tree, which has no name itself, and what is there.
    Path(String, Lies),
}

/// Rules that a word names.
#[derive(Debug)]
pub(super) struct AskedRule<'a> {
    pub(super) rules: Vec<NamedRule<'a>>,
    /// The item that they are asked of, where one is named.
    pub(super) item: Option<ItemId>,
    /// The waiver whose id the word is.
    pub(super) waiver: Option<Noun>,
}

/// Returns the rules that a word names, by name or by the id of a waiver of one; `None` where it names something else.
///
/// # Errors
/// Exit code 2 where it names a rule and an item, and no such waiver was granted or nobody declared the item.
fn asked_rule<'a>(view: &View<'a>, what: &str, item: Option<&ItemId>) -> Result<Option<AskedRule<'a>>, CliError> {
    let (state, rules) = (view.state, &view.state.charter.rules);
    let own = |id: &ItemId| {
        let known = state.folded.get(&id.folded()).cloned();
        known.ok_or_else(|| {
            CliError::usage(format!("nobody declared {id}"), "an item that is declared").next("ledger status")
        })
    };
    let Some((on, rest)) = what.split_once('/') else {
        let rules = rules.rules_named(what);
        if rules.is_empty() {
            return Ok(None);
        }
        return Ok(Some(AskedRule { rules, item: item.map(own).transpose()?, waiver: None }));
    };
    let (rule, seq) = rest.split_once('/').map_or((rest, None), |(rule, seq)| (rule, Some(seq)));
    let (on, rules) = (ItemId::parse(on).ok().and_then(|id| own(&id).ok()), rules.rules_named(rule));
    let Some(on) = on.filter(|_| !rules.is_empty() && item.is_none()) else { return Ok(None) };
    let Some(seq) = seq else { return Ok(Some(AskedRule { rules, item: Some(on), waiver: None })) };
    let granted = state.items.get(&on).into_iter().flat_map(|item| &item.waivers);
    let meant =
        granted.filter(|one| one.rule == rule && one.touch.seq.to_string() == seq).map(|one| one.noun(&on)).next();
    match meant {
        Some(waiver) => Ok(Some(AskedRule { rules, item: Some(on), waiver: Some(waiver) })),
        None => {
            Err(CliError::usage(format!("no waiver {what} was granted"), "the id of a waiver, as its item tells it")
                .next(format!("ledger show {on}"))
                .next(format!("ledger why {} {on}", quoted(rule))))
        }
    }
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

impl<'a> Meaning<'a> {
    /// Returns what a word means. What is called by its whole name is that: a gate, a declared item, `GATE.CRITERION`, a waiver. Else
    /// it is a path, where something is there; else a rule by its last name, an id that a kind takes, or an event (`event`: whether
    /// there is one, where the word has the form); else a path that is about to be made, where it is spelled as one.
    ///
    /// # Errors
    /// Exit code 2 where it means nothing, with what is called nearly so.
    pub(super) fn of(asked: &Asked<'a>, event: Option<Result<(), LedgerError>>) -> Result<Meaning<'a>, CliError> {
        let (what, state) = (asked.what, asked.view.state);
        let rules = &state.charter.rules;
        if asked.item.is_none() && asked.is_called_a_path() {
            let (path, there) = asked.path()?;
            return Ok(Meaning::Path(path, there));
        }
        if let Ok(gate) = Word::parse(what)
            && rules.gates.contains_key(&gate)
            && (asked.item.is_some() || !state.items.contains_key(what))
        {
            return Ok(Meaning::Gate(gate));
        }
        // Ids that differ only in case are one id. One that nobody declared is still an id where a kind takes it.
        let id = ItemId::parse(what).ok();
        let own = id.as_ref().and_then(|id| state.folded.get(&id.folded())).filter(|_| asked.item.is_none());
        if let Some(own) = own {
            return Ok(Meaning::Item(own.clone()));
        }
        let named = asked_rule(asked.view, what, asked.item)?;
        let path = asked.path().ok();
        let there = path.clone().filter(|(_, there)| *there != Lies::Nothing && asked.item.is_none());
        // A rule by its last name alone gives way to a file of that name.
        if let Some(named) = named.filter(|_| what.contains(['.', '/']) || there.is_none()) {
            return Ok(Meaning::Rules(named));
        }
        if asked.item.is_some() {
            let text = format!("{what:?} is no gate and no criterion, and nothing else takes an ITEM");
            return Err(CliError::usage(text, "a gate or GATE.CRITERION before the ITEM, or no ITEM"));
        }
        if let Some((path, there)) = there {
            return Ok(Meaning::Path(path, there));
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

impl Asked<'_> {
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
        let near = || nearest(what, &texts(&self.names())).is_some();
        what.contains('/') || (what.contains('.') && !of_a_gate && !near())
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
                let text = format!("{:?} is no declared item, no gate, no rule, no event and no path", self.what);
                CliError::usage(text, "one of these").next("ledger status")
            })?;
        }
        let there = self.repo.lies_at(&path)?;
        let there = if there == Lies::Nothing && is_directory { Lies::Directory } else { there };
        Ok((path, there))
    }

    /// Returns the ids that are declared or named by the charter, and the names of the gates and of rules.
    fn names(&self) -> Vec<String> {
        let rules = &self.view.state.charter.rules;
        let called = rules.named_rules().flat_map(|rule| [rule.name(), rule.place()]);
        let named = rules.sets.values().flat_map(|set| &set.items).filter_map(|term| match term {
            IdTerm::Ids(ids) => Some(ids),
            IdTerm::Glob(_) => None,
        });
        let ids = self.view.state.items.keys().chain(named.flatten()).map(ItemId::as_str);
        ids.chain(rules.gates.keys().map(Word::as_str)).map(ToOwned::to_owned).chain(called).collect()
    }

    /// Returns the error that a word is which names nothing, with what is called nearly so.
    fn unknown(&self) -> CliError {
        let what = self.what;
        let state = self.view.state;
        let paths = state.items.values().filter_map(|item| item.stated.path.as_ref()).map(RepoPath::as_str);
        let names = self.names();
        let known: Vec<&str> = texts(&names).into_iter().chain(paths.clone()).collect();
        let near = nearest(what, &known);
        let text = format!("nobody declared {what}, and no rule, no commit and no work tree knows such a path");
        let needed = match near {
            Some(near) => format!("did you mean {near}?"),
            None => "an item, a gate, a rule, an event, or a path: it is there, or has a / or a . in it".to_owned(),
        };
        let error = CliError::usage(text, needed);
        // Stated paths count from the top.
        let word =
            |near: &str| if paths.clone().any(|path| path == near) { format!(":/{near}") } else { near.to_owned() };
        let error = near.iter().fold(error, |error, near| error.next(format!("ledger why {}", quoted(&word(near)))));
        error.next(format!("ledger why {}", quoted(&format!("./{what}")))).next("ledger status")
    }
}

fn texts(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}
