//! What a shell offers for a word of the command line: ids, names and statuses of the ledger as it is now.
//!
//! A shell runs the program with the words typed so far. Whatever goes wrong there, nothing is offered and nothing said.

use std::any::TypeId;
use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap::{Arg, Command, CommandFactory};
use clap_complete::CompletionCandidate;
use clap_complete::engine::ArgValueCompleter;
use clap_complete::env::CompleteEnv;

use super::Cli;
use crate::domain::code::Code;
use crate::domain::event::Body;
use crate::domain::id::{ActorId, ItemId, Noun, RoleId};
use crate::domain::state::{Item, State};
use crate::git::Repo;
use crate::ledger::Ledger;
use crate::ledger::load::Flow;
use crate::render::codes;

/// The variable by which a shell asks; its value is the shell.
pub(super) const VARIABLE: &str = "LEDGER_COMPLETE";

/// Answers a shell that asks, and returns whether one did. A hook or a person never begins with `--`, so that the variable
/// alone keeps nothing from being judged.
pub(super) fn answer() -> bool {
    let mut words = std::env::args_os().skip(1);
    if std::env::var_os(VARIABLE).is_none() || words.next().is_none_or(|first| first != "--") {
        return false;
    }
    let here = std::env::current_dir().ok();
    let _ = CompleteEnv::with_factory(command).var(VARIABLE).try_complete(std::env::args_os(), here.as_deref());
    true
}

/// Returns the command line with a source of words at each argument that has one. Options are only offered where nothing else
/// is, or where one was begun.
fn command() -> Command {
    let asks = std::env::args().next_back().is_some_and(|last| last.starts_with('-'));
    let one = move |command: Command, path: &str| {
        let path = path.to_owned();
        let command = command.disable_help_flag(!asks).disable_version_flag(!asks);
        command.mut_args(move |arg| {
            let arg = if arg.is_positional() || asks { arg } else { arg.hide(true) };
            match Source::of(&path, &arg) {
                Some(source) => arg.add(ArgValueCompleter::new(move |current: &OsStr| source.offer(current))),
                None => arg,
            }
        })
    };
    one(Cli::command(), "").mut_subcommands(move |outer| {
        let name = outer.get_name().to_owned();
        one(outer, &name).mut_subcommands(move |inner| {
            let path = format!("{name} {}", inner.get_name());
            one(inner, &path)
        })
    })
}

/// Where the words for an argument come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Items,
    ItemsAndGates,
    /// Items, placed blocks and `repo`.
    Nouns,
    Kinds,
    Statuses,
    Gates,
    Views,
    Links,
    Claims,
    Results,
    Actors,
    Roles,
    Blocks,
    Proposals,
    /// Items, and events by number or id once one is begun.
    ItemsAndEvents,
    /// What a charter is called: the newest point, and events that propose one.
    Charters,
    Branches,
    /// Moments of the ledger: the newest events by number.
    Points,
    /// Codes and their groups.
    Codes,
    /// Answers to the questions of the claim that was typed.
    Answers,
    /// The beginnings of the SHA-256 of evidence that was not erased.
    Evidence,
    Remotes,
}

/// How many events are offered as points.
const EVENTS: usize = 20;

impl Source {
    fn of(command: &str, arg: &Arg) -> Option<Source> {
        let name = arg.get_id().as_str();
        let of_type = arg.get_value_parser().type_id();
        match (command, name) {
            // Names that are new.
            ("declare", "id") | ("supersede", "new") | ("init", _) | ("actor enroll", "name") => None,
            ("cosign", _) if name == "proposal" => Some(Source::Proposals),
            ("explain", "code") => Some(Source::Codes),
            ("erase", "sha256") => Some(Source::Evidence),
            ("attest", "answer") => Some(Source::Answers),
            (_, "at" | "since" | "until") | ("confirm", "event") => Some(Source::Points),
            ("show", "what") => Some(Source::ItemsAndEvents),
            ("charter diff", "a" | "b") => Some(Source::Charters),
            ("why", "what") => Some(Source::ItemsAndGates),
            ("attest" | "retract", "noun") => Some(Source::Nouns),
            ("diff", "a" | "b") | ("check", "range" | "tree") | (_, "commit") => Some(Source::Branches),
            ("sync", "remote") => Some(Source::Remotes),
            ("block" | "unblock", "name") => Some(Source::Blocks),
            (_, "status") => Some(Source::Statuses),
            (_, "gate") => Some(Source::Gates),
            ("render", "view") => Some(Source::Views),
            ("graph", "links") => Some(Source::Links),
            (_, "claim") => Some(Source::Claims),
            ("attest", "result") => Some(Source::Results),
            ("declare" | "ready", "kind") => Some(Source::Kinds),
            _ if of_type == TypeId::of::<ItemId>() => Some(Source::Items),
            _ if of_type == TypeId::of::<ActorId>() => Some(Source::Actors),
            _ if of_type == TypeId::of::<RoleId>() => Some(Source::Roles),
            _ if of_type == TypeId::of::<Noun>() => Some(Source::Nouns),
            _ => None,
        }
    }

    fn offer(self, current: &OsStr) -> Vec<CompletionCandidate> {
        let typed = Typed::read(std::env::args_os());
        let current = current.to_string_lossy();
        if let Source::Codes = self {
            let groups = codes::groups().map(|(group, _)| (group, None));
            let all = Code::ALL.iter().map(|code| (code.as_str(), Some(code.meaning())));
            let begun = groups.chain(all).filter(|(word, _)| word.starts_with(&*current));
            return begun.map(|(word, help)| CompletionCandidate::new(word).help(help.map(Into::into))).collect();
        }
        let Ok(repo) = Repo::open(&typed.dir) else { return Vec::new() };
        let words = match self {
            Source::Branches => branches(&repo),
            Source::Points => points(&repo, &current),
            Source::Remotes => repo.remotes().unwrap_or_default().into_iter().map(|name| (name, None)).collect(),
            _ => match Ledger::load(&repo) {
                Ok(ledger) => self.words(ledger.state(), &typed),
                Err(_) => Vec::new(),
            },
        };
        let more = match self {
            Source::ItemsAndEvents if !current.is_empty() => points(&repo, &current),
            Source::ItemsAndGates if current.contains('.') => Ledger::load(&repo).map_or_else(
                |_| Vec::new(),
                |ledger| ledger.state().charter.rules.named_rules().map(|rule| (rule.name(), None)).collect(),
            ),
            _ => Vec::new(),
        };
        let words = words.into_iter().chain(more);
        let begun = words.filter(|(word, _)| word.starts_with(&*current));
        begun.map(|(word, help)| CompletionCandidate::new(word).help(help.map(Into::into))).collect()
    }

    fn words(self, state: &State, typed: &Typed) -> Vec<(String, Option<String>)> {
        let rules = &state.charter.rules;
        let item = typed.words.iter().find_map(|word| state.folded.get(&word.to_ascii_lowercase()));
        let item = item.and_then(|id| state.items.get(id));
        let bare = |word: &dyn ToString| (word.to_string(), None);
        match self {
            Source::Items | Source::ItemsAndEvents => items(state).collect(),
            Source::ItemsAndGates => items(state).chain(rules.gates.keys().map(|name| bare(name))).collect(),
            Source::Nouns => {
                let placed = state.items.iter().flat_map(|(id, item)| {
                    let standing = item.blocks.iter().filter(|block| block.lifted.is_none());
                    standing.map(move |block| (format!("{id}/{}/{}", block.name, block.touch.seq), None))
                });
                items(state).chain(placed).chain([("repo".to_owned(), None)]).collect()
            }
            Source::Kinds => rules.kinds.keys().map(|kind| bare(kind)).collect(),
            Source::Statuses => statuses(state, item, typed).iter().map(|status| bare(status)).collect(),
            Source::Views => rules.views.keys().map(|view| bare(view)).collect(),
            Source::Links => rules.links.keys().map(|link| bare(link)).collect(),
            Source::Gates => rules.gates.keys().map(|gate| bare(gate)).collect(),
            Source::Claims => rules.claims.keys().map(|claim| bare(claim)).collect(),
            Source::Results => {
                let claim = typed.words.iter().find_map(|word| rules.claims.get(word.as_str()));
                claim.into_iter().flat_map(|claim| &claim.results).map(|(result, _)| bare(result)).collect()
            }
            Source::Actors => {
                state.actors.iter().map(|(name, actor)| (name.to_string(), Some(actor.kind.as_str().into()))).collect()
            }
            Source::Roles => rules.roles.keys().map(|role| bare(role)).collect(),
            Source::Blocks => blocks(state, item, typed.is("unblock")),
            Source::Proposals => proposals(state, |_| true),
            Source::Charters => {
                let adopted = ("@tip".to_owned(), Some("the charter in force".to_owned()));
                let proposed = proposals(state, |body| matches!(body, Body::Chartered(_)));
                std::iter::once(adopted).chain(proposed).collect()
            }
            Source::Answers => {
                let claim = typed.words.iter().find_map(|word| rules.claims.get(word.as_str()));
                let questions = claim.into_iter().flat_map(|claim| &claim.answers);
                questions.flat_map(|question| ["yes", "no"].map(|word| (format!("{question}={word}"), None))).collect()
            }
            Source::Evidence => {
                let kept = state.evidence.iter().filter(|(_, piece)| piece.erased.is_none());
                kept.map(|(sha256, _)| (sha256.short(), None)).collect()
            }
            Source::Branches | Source::Remotes | Source::Points | Source::Codes => Vec::new(),
        }
    }
}

fn items(state: &State) -> impl Iterator<Item = (String, Option<String>)> {
    state.live_items().map(|(id, item)| {
        let title = item.stated.title.as_ref().map(|title| format!(": {title}")).unwrap_or_default();
        (id.to_string(), Some(format!("{}, {}{title}", item.kind, item.status)))
    })
}

/// Returns the statuses that the moves of the item's kind lead to from where it is; of a new item, from nowhere.
fn statuses(state: &State, item: Option<&Item>, typed: &Typed) -> Vec<String> {
    let kinds = &state.charter.rules.kinds;
    let (kind, from) = match item {
        Some(item) if typed.is("move") => (kinds.get(&item.kind), Some(&item.status)),
        Some(item) => (kinds.get(&item.kind), None),
        None => (typed.words.iter().find_map(|word| kinds.get(word.as_str())), None),
    };
    let moves = kind.into_iter().flat_map(|kind| &kind.moves);
    let mut found: Vec<String> = moves
        .filter(|rule| rule.from.iter().any(|start| start.as_ref() == from))
        .map(|rule| rule.to.to_string())
        .collect();
    found.sort();
    found.dedup();
    found
}

/// Returns the blocks that stand on the item and can be lifted, or those that could be placed on it.
fn blocks(state: &State, item: Option<&Item>, lifted: bool) -> Vec<(String, Option<String>)> {
    let Some(item) = item else { return Vec::new() };
    let standing = |name: &str| item.blocks.iter().find(|block| block.lifted.is_none() && block.name.as_str() == name);
    let placeable =
        state.charter.rules.blocks.iter().filter(|(_, rule)| rule.by.is_some() && rule.on.contains(&item.kind));
    let names = placeable.map(|(name, _)| name.to_string()).filter(|name| standing(name).is_some() == lifted);
    names.map(|name| (name.clone(), standing(&name).map(|block| block.reason.clone()))).collect()
}

/// Returns the open proposals of which `asked` accepts what they say, by the beginning of their ids.
fn proposals(state: &State, asked: impl Fn(&Body) -> bool) -> Vec<(String, Option<String>)> {
    let open = state.proposals.values().filter(|proposal| proposal.is_open(state.tip.at) && asked(&proposal.body));
    let name = open.filter_map(|proposal| Some((proposal.votes.first()?.event.as_str().get(..8)?, proposal)));
    name.map(|(id, proposal)| (id.to_owned(), Some(proposal.body.summary(&proposal.item)))).collect()
}

/// Returns the newest events by number, the newest first, and by their ids those that begin as what was typed.
fn points(repo: &Repo, begun: &str) -> Vec<(String, Option<String>)> {
    let mut newest = VecDeque::new();
    let read = Ledger::load_with(repo, |entry, _| {
        let event = &entry.signed.event;
        let told = Some(format!("{}, {}", event.at.date(), event.summary()));
        newest.push_front((event.seq.to_string(), told.clone()));
        if !begun.is_empty() && event.id.as_str().starts_with(begun) {
            newest.push_front((event.id.as_str().get(..8).unwrap_or_default().to_owned(), told));
        }
        newest.truncate(EVENTS);
        Flow::Next
    });
    read.map_or_else(|_| Vec::new(), |_| newest.into())
}

fn branches(repo: &Repo) -> Vec<(String, Option<String>)> {
    let mut names = Vec::new();
    for prefix in ["refs/heads/", "refs/tags/", "refs/remotes/"] {
        let known = repo.refs(&format!("{prefix}*")).unwrap_or_default();
        names.extend(known.into_iter().filter_map(|(name, _)| Some((name.strip_prefix(prefix)?.to_owned(), None))));
    }
    names
}

/// What was typed so far.
struct Typed {
    dir: PathBuf,
    /// The words, options included.
    words: Vec<String>,
}

impl Typed {
    fn read(args: impl Iterator<Item = OsString>) -> Typed {
        let words: Vec<OsString> = args.skip_while(|word| word != "--").skip(2).collect();
        let dir =
            words.windows(2).find(|pair| pair[0] == "-C").map_or_else(|| ".".into(), |pair| PathBuf::from(&pair[1]));
        Typed { dir, words: words.iter().map(|word| word.to_string_lossy().into_owned()).collect() }
    }

    fn is(&self, command: &str) -> bool {
        self.words.iter().any(|word| word == command)
    }
}
