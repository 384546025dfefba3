//! What a word means that `ledger why` is asked about.

use crate::cli::{CliError, Context};
use crate::domain::charter::{IdTerm, NamedRule, nearest};
use crate::domain::id::{ItemId, Noun, Word};
use crate::domain::judge::{View, quoted};
use crate::domain::path::{Lies, RepoPath};
use crate::git::Repo;
use crate::ledger::LedgerError;

/// What the table `charter` states that somebody may be refused by.
const CHARTER: [&str; 2] = ["authority", "independence"];

/// How many items are named on which a block stands.
const OFFERED: usize = 3;

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

/// From how many digits on the beginning of an event's id is printed as its name, so that an item of that name is to be told from it.
pub(in crate::cli) const SURE: usize = 8;

/// Returns the error that a word is which an item is called by and an event too: whoever is shown an event is not to read an item that
/// somebody called so.
pub(in crate::cli) fn two_meanings(command: &str, id: &ItemId, seq: u64) -> CliError {
    let text = format!("{id} is the id of an item, and so event {seq} is called too");
    let error = CliError::usage(text, "what means one of them: the number of the event");
    error.next(format!("ledger {command} {seq}")).next(format!("ledger log --item {id}"))
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
    /// it is an event, where it has the form of one (`event`: whether there is such); a path, where something is there; a rule by its last name,
    /// or an id that a kind takes; else a path that is about to be made, where it is spelled as one.
    ///
    /// # Errors
    /// Exit code 2 where it means nothing, with what is called nearly so.
    pub(super) fn of(asked: &Asked<'a>, event: Option<Result<u64, LedgerError>>) -> Result<Meaning<'a>, CliError> {
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
            return match &event {
                Some(Ok(seq)) if what.len() >= SURE => Err(two_meanings("why", own, *seq)),
                _ => Ok(Meaning::Item(own.clone())),
            };
        }
        let named = asked_rule(asked.view, what, asked.item)?;
        let path = asked.path().ok();
        let there = path.clone().filter(|(_, there)| *there != Lies::Nothing && asked.item.is_none());
        // A rule by its last name alone gives way to a file of that name.
        if let Some(named) = named.filter(|_| what.contains(['.', '/']) || there.is_none()) {
            return Ok(Meaning::Rules(named));
        }
        if asked.item.is_none() {
            if let Some(on) = asked.placed() {
                return Ok(Meaning::Item(on));
            }
            // So does the name of a block.
            if let Some(error) = asked.place().filter(|_| what.contains('.') || there.is_none()) {
                return Err(if there.is_some() {
                    error.next(format!("ledger why {}", quoted(&format!("./{what}"))))
                } else {
                    error
                });
            }
        }
        if asked.item.is_some() {
            let text = format!("{what:?} is no gate and no criterion, and nothing else takes an ITEM");
            return Err(CliError::usage(text, "a gate or GATE.CRITERION before the ITEM, or no ITEM"));
        }
        // Whoever is shown an event by its id is to see it, and not a file that somebody called so.
        match (&event, there) {
            (Some(Ok(_)), _) => return Ok(Meaning::Event),
            (None, Some((path, there))) => return Ok(Meaning::Path(path, there)),
            _ => {}
        }
        if let Some(id) = id.filter(|id| rules.kinds.values().any(|kind| kind.id.matches(id.as_str()))) {
            return Ok(Meaning::Item(id));
        }
        if let Some(Err(error)) = event {
            return Err(CliError::from(error).next(format!("ledger why ./{what}")));
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

    /// Returns the item that a placed block is on, where the word is what that is called: `ITEM/BLOCK/SEQ`.
    fn placed(&self) -> Option<ItemId> {
        let Ok(Noun::Placed { item: Some(item), rule, seq }) = Noun::parse(Some(self.what)) else { return None };
        let own = self.view.state.folded.get(&item.folded())?;
        let blocks = &self.view.state.items.get(own)?.blocks;
        blocks.iter().any(|block| block.name.as_str() == rule && block.touch.seq == seq).then(|| own.clone())
    }

    /// Returns what is said of a place of the charter that no rule is asked at by its name, as refusals print it (`kinds.risk.moves[2]`,
    /// `blocks.HOLD.record`), and of the name of a block: what stands, stands against items.
    fn place(&self) -> Option<CliError> {
        let rules = &self.view.state.charter.rules;
        let (table, rest) = self.what.split_once('.').unwrap_or(("blocks", self.what));
        let name = rest.split(['.', '[']).next().unwrap_or(rest);
        let is_known = match table {
            "blocks" => rules.blocks.keys().any(|known| known.as_str() == name),
            "kinds" => rules.kinds.keys().any(|known| known.as_str() == name),
            "claims" => rules.claims.keys().any(|known| known.as_str() == name),
            "links" => rules.links.keys().any(|known| known.as_str() == name),
            "waivers" => rules.waivers.keys().any(|known| known.as_str() == name),
            "gates" => rules.gates.keys().any(|known| known.as_str() == name),
            "commits" => rules.commits.keys().any(|known| known.as_str() == name),
            "roles" => rules.roles.keys().any(|known| known.as_str() == name),
            "scopes" => rules.scopes.keys().any(|known| known.as_str() == name),
            "sets" => rules.sets.keys().any(|known| known.as_str() == name),
            "views" => rules.views.keys().any(|known| known.as_str() == name),
            "charter" => CHARTER.contains(&name),
            _ => false,
        };
        if !is_known {
            return None;
        }
        let (what, state) = (self.what, self.view.state);
        if table != "blocks" {
            let text = format!("{what} is a place of the charter, and nothing stands against a place");
            let error = CliError::usage(text, "an item, a gate or criterion by its name, an event, or a path");
            return Some(error.next("ledger charter show"));
        }
        let on = |id: &&ItemId| self.view.blocks_on(id).iter().any(|block| block.name.as_str() == name);
        let on: Vec<&ItemId> = state.items.keys().filter(on).collect();
        let stands = match on.as_slice() {
            [] => "stands on nothing now".to_owned(),
            some => format!("stands on {}", some.iter().map(|id| id.as_str()).collect::<Vec<_>>().join(", ")),
        };
        let text = format!("{what} is a rule about blocks, which are asked about on an item; {name} {stands}");
        let error = CliError::usage(text, "an item on which it stands");
        let error = on.iter().take(OFFERED).fold(error, |error, id| error.next(format!("ledger why {id}")));
        Some(error.next("ledger charter show"))
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
        // What patterns speak of below the word can only be a directory.
        let rules = &state.charter.rules;
        let globs = rules.scopes.values().flatten();
        let path = self.path().map(|(path, _)| format!("{path}/")).unwrap_or_default();
        let is_directory = globs.filter(|glob| !glob.negated).any(|glob| glob.pattern.starts_with(&path));
        let asked = if is_directory && path != "/" { format!("./{what}/") } else { format!("./{what}") };
        error.next(format!("ledger why {}", quoted(&asked))).next("ledger status")
    }
}

fn texts(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}
