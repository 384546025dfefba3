//! Rules about commits of code: what a commit brings, held against `[commits]`. Hook, CI and server ask this one function.
//!
//! Conditions are prohibitions and match a path as such (by its bytes, and folded); what lets a commit pass matches bytes only.

mod lines;
mod reaching;
mod serves;
mod set_aside;

use std::collections::BTreeSet;

use super::changes::Name;
use super::eval::Eval;
use super::{PathChange, View, words};
use crate::domain::charter::glob::{Glob, scope_matches};
use crate::domain::charter::{Charter, CommitRule};
use crate::domain::code::Code;
use crate::domain::explain::{Explanation, Outcome, Supplier};
use crate::domain::facts::{Answer, Question};
use crate::domain::id::{ActorId, ItemId, RoleId, Word};
use crate::domain::{text, trailer};

use serves::Cover;

pub use lines::{LineChange, Lines, NumberedLine};
pub use reaching::{Reaching, reaching};
pub use set_aside::{check_spared, waivers_of};

/// How many places are named.
const PLACES: usize = 5;

/// Where a commit goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Going<'b> {
    /// To a branch: every rule is judged.
    To(&'b str),
    /// To no branch: rules about branches are not judged.
    Nowhere,
    /// Nobody knows: rules about any branch are judged.
    Unknown,
    /// It was judged before, and reaches a branch: only the rules about that branch are judged.
    Reaches(&'b str),
    /// Nowhere any more, it was taken: rules about any branch are judged, and what was waived for an item counts though another one has
    /// taken its place since.
    There,
}

impl Going<'_> {
    fn asks(self, on: Option<&str>) -> bool {
        match (self, on) {
            (Going::To(branch) | Going::Reaches(branch), Some(on)) => branch == on,
            (Going::Reaches(_), None) | (Going::Nowhere, Some(_)) => false,
            _ => true,
        }
    }
}

/// A commit, or one that is about to be made.
#[derive(Clone, Copy)]
pub struct CommitChange<'c> {
    /// What it changes.
    pub changes: &'c [PathChange],
    /// The lines of what it changes.
    pub lines: &'c dyn Lines,
    /// Who signed it, or will; `None`: nobody who is enrolled.
    pub committer: Option<&'c ActorId>,
    /// What it says; `None` before that is written.
    pub message: Option<&'c [u8]>,
    /// Where it goes.
    pub going: Going<'c>,
    /// It is there already, and not about to be made.
    pub made: bool,
}

/// What rules about commits say of one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CommitVerdict {
    /// Why it is refused, rule by rule.
    pub broken: Vec<Explanation>,
    /// The waivers without which it would be refused.
    pub waived: Vec<Explanation>,
    /// The rules that speak of it and need something of the state: of the last of several commits, see [`check_needs`].
    pub needs: BTreeSet<Word>,
    /// Those of which a waiver sets that aside, with what is told of it, see [`check_spared`].
    pub spared: Vec<(Word, Vec<Explanation>)>,
}

impl CommitVerdict {
    /// Adds why a commit is refused. That a path is out of what an item may change is one fact, which the item's scope makes: where
    /// several rules stand on it, it is told once, with their names.
    fn refuse(&mut self, told: Explanation) {
        let is_same = |other: &&mut Explanation| {
            told.code == Code::CommitScope
                && other.code == told.code
                && (&other.found, &other.item, &other.path) == (&told.found, &told.item, &told.path)
        };
        match (self.broken.iter_mut().find(is_same), &told.rule) {
            (Some(other), Some(rule)) => {
                other.needed = format!("{}; {rule} asks for it too", other.needed);
                other.next.extend(told.next.into_iter().filter(|next| !other.next.contains(next)).collect::<Vec<_>>());
            }
            _ => self.broken.push(told),
        }
    }
}

/// Judges a commit by the rules about commits.
pub fn check_commit(view: &View<'_>, commit: &CommitChange<'_>) -> CommitVerdict {
    let rules = &view.state.charter.rules.commits;
    let mut verdict = CommitVerdict::default();
    if rules.is_empty() {
        return verdict;
    }
    let eval = Eval::new(*view);
    let names: Vec<Name<'_>> = commit.changes.iter().map(Name::of).collect();
    let judge = Commits { eval: &eval, commit, names: &names };
    for (name, rule) in rules {
        let Some(reached) = judge.reached(rule) else { continue };
        let mut broken = judge.broken(name, rule, &reached);
        if broken.is_empty() && rule.needs.is_none() {
            continue;
        }
        let granted = judge.set_aside(name, &reached, commit.message);
        if granted.is_empty() {
            let next = commit.message.and_then(|_| judge.would_be_waived(name, &reached));
            for told in &mut broken {
                told.waivable = view.state.charter.rules.is_waivable(name.as_str());
                told.next.extend(next.clone().filter(|next| !told.next.contains(next)));
            }
            verdict.needs.extend(rule.needs.is_some().then(|| name.clone()));
            for told in broken {
                verdict.refuse(told);
            }
        } else if broken.is_empty() {
            verdict.spared.push((name.clone(), judge.told_waived(name, rule, &granted)));
        } else {
            verdict.waived.extend(judge.told_waived(name, rule, &granted));
        }
    }
    verdict
}

/// Judges what rules about commits need, at the commit that is looked at.
pub fn check_needs<'n>(view: &View<'_>, names: impl IntoIterator<Item = &'n Word>) -> Vec<Explanation> {
    let eval = Eval::new(*view);
    names.into_iter().flat_map(|name| set_aside::lacks(&eval, name)).collect()
}

/// Returns whether a rule speaks of every commit, whatever it changes and whoever made it.
pub fn is_of_any_commit(charter: &Charter, name: &Word) -> bool {
    charter.commits.get(name).is_some_and(of_any)
}

fn of_any(rule: &CommitRule) -> bool {
    rule.touching.is_none() && rule.deny.is_empty() && rule.adding.is_empty() && rule.deleting.is_empty()
}

/// Returns the command that tells what a rule about commits says, and who can let by what it stands against.
pub fn why_commits(name: &Word) -> String {
    format!("ledger why commits.{name}")
}

/// Returns the rules that need something of wherever a branch ends, whatever commits lead there.
pub fn needs_at_end<'c>(charter: &'c Charter, branch: &str) -> impl Iterator<Item = &'c Word> {
    let ends = move |rule: &CommitRule| rule.on.as_deref() == Some(branch) && rule.needs.is_some() && of_any(rule);
    charter.commits.iter().filter(move |(_, rule)| ends(rule)).map(|(name, _)| name)
}

/// Returns the rules about commits that speak of a change of the file at a path, those that speak of every change included.
pub fn rules_of<'a>(view: &View<'a>, path: &str) -> Vec<(&'a Word, &'a CommitRule)> {
    let charter = &view.state.charter.rules;
    let change = PathChange { path: path.as_bytes().to_vec(), old: None, new: None };
    let name = Name::of(&change);
    let within = |scope: &Option<Word>| scope.as_ref().and_then(|scope| charter.scopes.get(scope));
    let speaks = |rule: &CommitRule| {
        let excepted = within(&rule.except).is_some_and(|globs| is_within(globs, &change));
        let touches = rule.touching.is_none() || within(&rule.touching).is_some_and(|globs| name.in_scope(globs));
        touches && !excepted
    };
    charter.commits.iter().filter(|(_, rule)| speaks(rule)).collect()
}

/// Returns the one item that a commit can only serve, with the trailer that names it; `None` where no rule asks for one, where the
/// message names one already, and where none or several would do.
pub fn served(view: &View<'_>, commit: &CommitChange<'_>) -> Option<(String, ItemId)> {
    let eval = Eval::new(*view);
    let names: Vec<Name<'_>> = commit.changes.iter().map(Name::of).collect();
    let judge = Commits { eval: &eval, commit, names: &names };
    let mut found = BTreeSet::new();
    for rule in view.state.charter.rules.commits.values() {
        let (Some(serves), Some(reached)) = (&rule.serves, judge.reached(rule)) else { continue };
        let (_, trailer) = judge.scope(serves)?;
        if !trailer::values(commit.message.unwrap_or_default(), trailer).is_empty() {
            return None;
        }
        let mut fitting = judge.fitting(serves, &reached.positions);
        match (fitting.pop(), fitting.is_empty()) {
            (Some(id), true) => found.insert((trailer.to_owned(), id.clone())),
            _ => return None,
        };
    }
    let only = found.len() == 1;
    found.pop_first().filter(|_| only)
}

/// Whom and what a rule meets in a commit.
struct Reached {
    /// The changes that it speaks of.
    positions: Vec<usize>,
    /// The lines that it speaks of, each as it is told.
    lines: Vec<String>,
    /// Whether it speaks of the commit at all cannot be known.
    unknown: Option<String>,
}

struct Commits<'e, 'a> {
    eval: &'e Eval<'a>,
    commit: &'e CommitChange<'e>,
    names: &'e [Name<'e>],
}

impl<'a> Commits<'_, 'a> {
    /// Returns what a rule meets; `None` where one of its conditions does not hold.
    fn reached(&self, rule: &CommitRule) -> Option<Reached> {
        if !self.commit.going.asks(rule.on.as_deref()) {
            return None;
        }
        let scopes = &self.eval.charter().scopes;
        let globs = |scope: &Option<Word>| scope.as_ref().map(|scope| scopes.get(scope));
        let (touching, except) = (globs(&rule.touching), globs(&rule.except));
        let touched = |name: &Name<'_>, change: &PathChange| {
            let inside = touching.is_none_or(|globs| globs.is_none_or(|globs| name.in_scope(globs)));
            name.changes && inside && !except.flatten().is_some_and(|globs| is_within(globs, change))
        };
        let all = self.names.iter().zip(self.commit.changes).enumerate();
        let positions: Vec<usize> =
            all.filter(|(_, (name, change))| touched(name, change)).map(|(position, _)| position).collect();
        if positions.is_empty() && rule.touching.is_some() {
            return None;
        }
        let mut reached = Reached { positions, lines: Vec::new(), unknown: None };
        if !rule.deny.is_empty() {
            match self.commit.committer {
                None => reached.unknown = Some("nobody who is enrolled signed the commit".to_owned()),
                Some(actor)
                    if self.roles(actor).is_some_and(|roles| rule.deny.iter().any(|role| roles.contains(role))) => {}
                Some(_) => return None,
            }
        }
        if !rule.adding.is_empty() || !rule.deleting.is_empty() {
            self.lines(rule, &mut reached)?;
        }
        Some(reached)
    }

    fn roles(&self, actor: &ActorId) -> Option<&'a BTreeSet<RoleId>> {
        self.eval.state.actors.get(actor).map(|actor| &actor.roles)
    }

    /// Looks for the patterns of a rule; `None` where they are not found.
    fn lines(&self, rule: &CommitRule, reached: &mut Reached) -> Option<()> {
        let (mut adds, mut deletes) = (false, false);
        let mut hit = BTreeSet::new();
        for position in &reached.positions {
            let path = &self.commit.changes.get(*position)?.path;
            let change = self.commit.lines.changed(path);
            let told = plain(path);
            for (patterns, lines, no_text, verb, found) in [
                (&rule.adding, &change.added, change.no_text.0, "adds", &mut adds),
                (&rule.deleting, &change.deleted, change.no_text.1, "removes", &mut deletes),
            ] {
                if patterns.is_empty() {
                    continue;
                }
                let Some(lines) = lines else {
                    *found = true;
                    reached.unknown = Some(format!("the lines of {told} cannot be known: it is too large, or missing"));
                    hit.insert(*position);
                    continue;
                };
                if no_text && !lines.is_empty() {
                    *found = true;
                    reached.unknown =
                        Some(format!("what {told} {verb} cannot be read: it is no text, or not in UTF-8"));
                    hit.insert(*position);
                }
                for (number, line) in lines {
                    if let Some(pattern) = patterns.iter().find(|pattern| pattern.found_in(line)) {
                        *found = true;
                        hit.insert(*position);
                        reached.lines.push(format!("{told}:{number} {verb} `{}`", pattern.text()));
                    }
                }
            }
        }
        let met = (rule.adding.is_empty() || adds) && (rule.deleting.is_empty() || deletes);
        reached.positions = hit.into_iter().collect();
        met.then_some(())
    }

    /// Returns why a commit that a rule speaks of is refused.
    fn broken(&self, name: &Word, rule: &CommitRule, reached: &Reached) -> Vec<Explanation> {
        let demands = rule.signed || rule.serves.is_some() || rule.with.is_some() || rule.needs.is_some();
        let mut told = Vec::new();
        if !demands {
            told.push(self.refused(rule, reached));
        }
        if rule.signed && self.commit.committer.is_none() {
            let found = "nobody who is enrolled signed the commit";
            let needed = "the signature of an enrolled key";
            told.push(Explanation::new(Code::CommitSigned, found, needed).next("git config commit.gpgSign true"));
        }
        if let Some(with) = &rule.with {
            told.extend(self.without(with, reached));
        }
        if let (Some(serves), Some(message)) = (&rule.serves, self.commit.message) {
            told.extend(self.serves(serves, message, &reached.positions));
        }
        for explanation in &mut told {
            explanation.rule = Some(format!("commits.{name}"));
            explanation.why.clone_from(&rule.why);
            explanation.cite.clone_from(&rule.cite);
            let first = reached.positions.first().and_then(|position| self.commit.changes.get(*position));
            let path = first.map(|change| plain(&change.path));
            // What is there already may have come late: who lets it by is told of the rule.
            if self.commit.made {
                explanation.next.push(why_commits(name));
            } else if explanation.next.is_empty() {
                let told = path.as_ref().filter(|path| !path.contains(char::REPLACEMENT_CHARACTER));
                explanation.next.extend(told.map(|path| format!("ledger why {}", words::quoted(&format!(":/{path}")))));
            }
            explanation.path = explanation.path.take().or(path);
            if explanation.who.is_empty() {
                explanation.who = vec![Supplier::asker()];
            }
        }
        told
    }

    /// Returns why a rule without demands refuses what it speaks of.
    fn refused(&self, rule: &CommitRule, reached: &Reached) -> Explanation {
        let unknown = reached.unknown.is_some();
        let paths = || self.paths(&reached.positions);
        let changes = if reached.positions.is_empty() { String::new() } else { format!(" and changes {}", paths()) };
        let mut told = if !rule.adding.is_empty() || !rule.deleting.is_empty() {
            let (found, needed) = match &reached.unknown {
                Some(unknown) if reached.lines.is_empty() => {
                    (unknown.clone(), "lines that can be read, without such ones")
                }
                _ => (listed(&reached.lines), "a commit without such lines"),
            };
            Explanation::new(Code::CommitLine, found, needed)
        } else if rule.deny.is_empty() {
            let on = rule.on.as_ref().map_or_else(String::new, |branch| format!(" on {branch}"));
            let found = if reached.positions.is_empty() {
                format!("the commit goes to {}", rule.on.as_deref().unwrap_or("a branch"))
            } else {
                format!("the commit changes {}{on}", paths())
            };
            Explanation::new(Code::CommitPath, found, "a commit without that change")
        } else {
            let roles: Vec<&str> = rule.deny.iter().map(RoleId::as_str).collect();
            let found = match (self.commit.committer, &reached.unknown) {
                (Some(actor), _) => format!("{actor} is {}{changes}", roles.join(" or ")),
                (None, reason) => format!("{}{changes}", reason.clone().unwrap_or_default()),
            };
            let needed = format!("the signature of somebody who is not {}", roles.join(" or "));
            Explanation::new(Code::CommitRole, found, needed).who(self.others(&rule.deny))
        };
        if unknown && reached.lines.is_empty() {
            told.outcome = Outcome::Unknown;
        }
        told
    }

    /// Returns everybody who holds a role, and none of these.
    fn others(&self, denied: &[RoleId]) -> Vec<Supplier> {
        let holders = self.eval.state.actors.iter().filter(|(_, actor)| {
            !actor.roles.is_empty()
                && denied.iter().all(|role| !actor.roles.contains(role))
                && actor.keys.values().any(|key| key.revoked.is_none())
        });
        let holders: Vec<(&ActorId, &BTreeSet<RoleId>)> = holders.map(|(name, actor)| (name, &actor.roles)).collect();
        if holders.is_empty() {
            return Vec::new();
        }
        let roles: BTreeSet<&str> = holders.iter().flat_map(|(_, roles)| roles.iter().map(RoleId::as_str)).collect();
        let role = roles.into_iter().collect::<Vec<_>>().join("|");
        vec![Supplier { count: 1, role, actors: holders.iter().map(|(name, _)| name.to_string()).collect() }]
    }

    fn paths(&self, positions: &[usize]) -> String {
        let paths = positions.iter().filter_map(|position| self.commit.changes.get(*position));
        listed(&paths.map(|change| plain(&change.path)).collect::<Vec<_>>())
    }

    fn without(&self, with: &crate::domain::path::RepoPath, reached: &Reached) -> Option<Explanation> {
        let bytes = with.as_str().as_bytes();
        let changed =
            |(name, change): (&Name<'_>, &PathChange)| name.changes && change.new.is_some() && change.path == bytes;
        let mut those = self.names.iter().zip(self.commit.changes).filter(|pair| changed(*pair)).peekable();
        let none = those.peek().is_none();
        let said = |path: &[u8]| self.commit.lines.changed(path).said();
        // Where something comes, something comes here too; where all of it goes, what was said of it may go.
        let mut spoken_of = reached.positions.iter().filter_map(|position| self.commit.changes.get(*position));
        let comes = spoken_of.any(|change| change.new.is_some() && said(&change.path).0);
        let speaks = |change: &PathChange| {
            let (added, deleted) = said(&change.path);
            change.old.is_none() || added || deleted && !comes
        };
        if those.any(|(_, change)| speaks(change)) {
            return None;
        }
        let not = match (none, comes) {
            (true, _) => format!("and not {with}"),
            (false, true) => format!("and adds no line to {with} that says something new"),
            (false, false) => format!("and no line of {with} that says something"),
        };
        let found = format!("the commit changes {} {not}", self.paths(&reached.positions));
        let needed = if comes { "a new line of" } else { "a change of" };
        let told = Explanation::new(Code::CommitWith, found, format!("{needed} {with} in the same commit"));
        let there = self.eval.ask(&Question::Path(with.clone()));
        let next = format!("git add {}", words::quoted(with.as_str()));
        Some(if matches!(there, Some(Answer::File(Some(_)))) { told.next(next) } else { told })
    }

    /// Returns the command that makes the commit, or makes it anew.
    fn command(&self) -> &'static str {
        if self.commit.made { "git commit --amend --no-edit" } else { "git commit" }
    }
}

fn is_within(globs: &[Glob], change: &PathChange) -> bool {
    std::str::from_utf8(&change.path).is_ok_and(|path| scope_matches(globs, path))
}

/// Returns a path as text that may stand in an explanation.
fn plain(path: &[u8]) -> String {
    let lossy = String::from_utf8_lossy(path);
    lossy.chars().map(|c| if c == '\n' || text::is_forbidden(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

fn listed(all: &[String]) -> String {
    let more = all.len().saturating_sub(PLACES);
    let told = all.iter().take(PLACES).cloned().collect::<Vec<_>>().join(", ");
    if more == 0 { told } else { format!("{told} and {more} more") }
}
