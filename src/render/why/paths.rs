//! What stands against changed paths: staged ones, one that is asked for, or what lies in a directory.

use std::collections::BTreeMap;

use super::super::look::{Line, Look, Page, Tone};
use super::super::{shown, words};
use super::{BlockPart, block_part, seal_value, show_leaves};
use crate::domain::charter::glob::scope_matches;
use crate::domain::charter::{CommitRule, LinePattern};
use crate::domain::explain::{Explanation, Outcome};
use crate::domain::id::{ItemId, Word};
use crate::domain::judge::{
    Ground, Judgement, Part, PathVerdict, Reaching, Refusal, SealGround, Standing, Step, reaching, rules_of, waivers_of,
};
use crate::domain::path::Lies;
use crate::domain::state::{Item, State, Waiver};
use crate::domain::value::Value;

/// What refuses changed paths, each ground once.
struct Refusing {
    paths: Vec<Vec<u8>>,
    /// What stands in the place of many paths, for people: the directory that they lie in, where all of them are its parts.
    folded: Folded,
    /// What is said of it, as of the first of the paths.
    told: Explanation,
    ground: Reason,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Folded {
    /// Each path is told.
    Never,
    /// The first few are told.
    Many,
    /// All within is told in a word.
    All,
}

/// How many sealed files of a directory are each told with what they need.
const SEALS: usize = 2;

/// How many parts of a directory are named for people.
const PARTS: usize = 8;

enum Reason {
    Block(Box<BlockPart>),
    Seal(SealGround),
    File,
}

fn refusing(judgement: &Judgement<'_>, verdicts: &[PathVerdict], only: Option<&ItemId>) -> Vec<Refusing> {
    let mut found: Vec<(&Refusal, Vec<Vec<u8>>)> = Vec::new();
    for verdict in verdicts {
        for refusal in &verdict.refusals {
            let same = |(known, _): &&mut (&Refusal, Vec<Vec<u8>>)| {
                known.ground == refusal.ground && known.explanation.found == refusal.explanation.found
            };
            match found.iter_mut().find(same) {
                Some((_, paths)) => paths.push(verdict.path.clone()),
                None => found.push((refusal, vec![verdict.path.clone()])),
            }
        }
    }
    let item = |ground: &Ground| match ground {
        Ground::Block(block) => Some(block.item.clone()),
        Ground::Seal(seal) => Some(seal.item.clone()),
        Ground::LedgerFile => None,
    };
    found.retain(|(refusal, _)| only.is_none_or(|only| item(&refusal.ground).as_ref() == Some(only)));
    let all = found.into_iter().map(|(refusal, paths)| Refusing {
        folded: Folded::Never,
        paths,
        told: refusal.explanation.clone(),
        ground: reason(judgement, &refusal.ground),
    });
    all.collect()
}

fn reason(judgement: &Judgement<'_>, ground: &Ground) -> Reason {
    match ground {
        Ground::Seal(seal) => Reason::Seal(seal.clone()),
        Ground::LedgerFile => Reason::File,
        Ground::Block(block) => {
            let standing = judgement.blocks_on(&block.item);
            let same = |known: &&Standing<'_>| {
                *known.name == block.name && known.placed.map(|placed| placed.touch.at) == block.since
            };
            Reason::Block(Box::new(match standing.iter().find(same) {
                Some(standing) => block_part(judgement, &block.item, standing),
                None => BlockPart {
                    ground: block.as_ref().clone(),
                    derived: block.since.is_none(),
                    outcome: Outcome::Unmet,
                    stops: Vec::new(),
                    leaves: Vec::new(),
                },
            }))
        }
    }
}

impl Refusing {
    fn show(&self, page: &mut Page) {
        self.show_paths(page);
        match &self.ground {
            Reason::Block(block) => block.show(page),
            Reason::Seal(seal) => self.show_told(page, &seal.steps),
            Reason::File => self.show_told(page, &[]),
        }
    }

    fn show_paths(&self, page: &mut Page) {
        let shown = match self.folded {
            Folded::Never => self.paths.len(),
            Folded::Many => PARTS,
            Folded::All => 0,
        };
        for path in self.paths.iter().take(shown) {
            page.line(&Line::new(Tone::Strong, shown::path(path)));
        }
        match self.folded {
            Folded::All => page.line(&Line::new(Tone::Strong, "all of it, and whatever is made in it")),
            Folded::Many if self.paths.len() > shown => {
                page.line(&Line::new(Tone::Faint, format!("and {} more", self.paths.len() - shown)));
            }
            _ => {}
        }
    }

    fn show_told(&self, page: &mut Page, steps: &[Step]) {
        let told = &self.told;
        page.hung(&Line::plain("  ").and(Tone::Bad, shown::line(&told.found)), 4);
        page.detail(4, "needed", Tone::Plain, &shown::line(&told.needed));
        if told.next.is_empty() && !told.who.is_empty() {
            page.detail(4, "who", Tone::Plain, &shown::suppliers(&told.who));
        }
        page.next(4, &words::steps(&words::paired(told, steps)));
    }

    fn to_value(&self) -> Value {
        let (sort, ground) = match &self.ground {
            Reason::Block(block) => ("block", block.to_value()),
            Reason::Seal(seal) => ("seal", seal_value(seal, Outcome::Met, None)),
            Reason::File => ("ledger-file", Value::Null),
        };
        let paths = self.paths.iter().map(|path| String::from_utf8_lossy(path).into_owned());
        Value::map([
            ("paths", Value::list(paths)),
            ("sort", sort.into()),
            ("ground", ground),
            ("explanation", self.told.to_value()),
        ])
    }
}

/// What stands against changes that are staged.
pub struct WhyStaged<'a> {
    state: &'a State,
    paths: usize,
    refusing: Vec<Refusing>,
    broken: Vec<Explanation>,
    waived: Vec<Explanation>,
}

impl<'a> WhyStaged<'a> {
    /// Returns what stands against some changes, all of it or only what is on one item. `rules` are the rules about commits that refuse
    /// them, and those that are waived.
    pub fn of(
        judgement: &Judgement<'a>,
        verdicts: &[PathVerdict],
        rules: (Vec<Explanation>, Vec<Explanation>),
        only: Option<&ItemId>,
    ) -> WhyStaged<'a> {
        let (mut broken, waived) = rules;
        let refusing = refusing(judgement, verdicts, only);
        broken.retain(|told| only.is_none_or(|only| told.item.as_deref() == Some(only.as_str())));
        WhyStaged { state: judgement.view().state, paths: verdicts.len(), refusing, broken, waived }
    }

    /// Returns whether nothing stands against the changes.
    pub fn is_free(&self) -> bool {
        self.refusing.is_empty() && self.broken.is_empty()
    }

    /// Returns the object that programs read.
    pub fn to_value(&self) -> Value {
        Value::map([
            ("free", self.is_free().into()),
            ("paths", Value::from(self.paths as u64)),
            ("rules", Value::List(self.broken.iter().map(Explanation::to_value).collect())),
            ("waived", Value::List(self.waived.iter().map(Explanation::to_value).collect())),
            ("refused", Value::List(self.refusing.iter().map(Refusing::to_value).collect())),
        ])
    }

    /// Returns the page that people read.
    pub fn to_text(&self, look: Look) -> String {
        let mut page = Page::new(look);
        if self.is_free() {
            let text = format!("nothing stands against what is staged ({})", words::count(self.paths, "file", "files"));
            page.line(&Line::new(Tone::Good, text));
        }
        show_refusing(&mut page, &self.refusing, self.state, false);
        for told in &self.broken {
            page.gap();
            show_rule(&mut page, told, Tone::Bad);
        }
        for told in &self.waived {
            page.gap();
            show_rule(&mut page, told, Tone::Unsure);
        }
        page.finish()
    }
}

fn show_rule(page: &mut Page, told: &Explanation, tone: Tone) {
    page.line(&Line::new(Tone::Strong, shown::line(&told.found)));
    page.detail(2, "rule", tone, &format!("{}  [{}]", told.rule.as_deref().unwrap_or_default(), told.code));
    if told.outcome == Outcome::Waived {
        let waiver = told.item.as_deref().unwrap_or_default();
        page.detail(2, "waiver", tone, &format!("{}   {waiver}", told.outcome.as_str()));
    } else if told.waivable {
        page.detail(2, "waiver", Tone::Plain, "possible");
    }
    for (label, text) in [("why", &told.why), ("cite", &told.cite)] {
        if let Some(text) = text {
            page.detail(2, label, Tone::Plain, &shown::line(text));
        }
    }
    page.detail(2, "needed", Tone::Plain, &shown::line(&told.needed));
    for who in &told.who {
        let names = if who.actors.is_empty() { String::new() } else { format!(": {}", who.actors.join(", ")) };
        page.detail(2, "who", Tone::Plain, &format!("{}{names}", who.role));
    }
    for next in &told.next {
        page.detail(2, "next", Tone::Command, &shown::line(next));
    }
}

/// Returns what a rule about commits says, in short; `of` is what they change, as it follows `a change`.
pub(super) fn rule_text(rule: &CommitRule, of: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    let patterns = |patterns: &[LinePattern]| {
        patterns.iter().map(|pattern| format!("`{}`", pattern.text())).collect::<Vec<_>>().join(" or ")
    };
    parts.extend(rule.on.as_ref().map(|branch| format!("on {branch}")));
    if !rule.deny.is_empty() {
        parts.push(format!("by {}", rule.deny.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ")));
    }
    for (verb, those) in [("adding", &rule.adding), ("removing", &rule.deleting)] {
        if !those.is_empty() {
            parts.push(format!("{verb} {}", patterns(those)));
        }
    }
    let mut needs: Vec<String> = Vec::new();
    needs.extend(rule.signed.then(|| "a signature".to_owned()));
    needs.extend(rule.serves.as_ref().map(|serves| format!("that the commit serves a {}", serves.text)));
    needs.extend(rule.with.as_ref().map(|with| format!("a change of {with} with it")));
    needs.extend(rule.needs.as_ref().map(|needs| format!("that {}", needs.text)));
    let parts = if parts.is_empty() { String::new() } else { format!(" {}", parts.join(", ")) };
    let what = format!("a change{of}{parts}");
    if needs.is_empty() { format!("refuses {what}") } else { format!("{what} needs {}", needs.join(", and ")) }
}

/// Adds what refuses paths. Of a directory (`folded`), what is needed of many sealed files is told with the first of them.
fn show_refusing(page: &mut Page, refusing: &[Refusing], state: &State, folded: bool) {
    let of_seal = |refused: &&Refusing| matches!(refused.ground, Reason::Seal(_));
    let seals = refusing.iter().filter(of_seal).count();
    let (mut told, folded) = (0, folded && seals > SEALS);
    for refused in refusing {
        page.gap();
        if folded && of_seal(&refused) {
            told += 1;
            if told > 1 {
                refused.show_paths(page);
                page.hung(&Line::plain("  ").and(Tone::Bad, shown::line(&refused.told.found)), 4);
                continue;
            }
        }
        refused.show(page);
    }
    if folded {
        page.gap();
        page.line(&Line::new(Tone::Faint, format!("of each of these {seals} what the first says, by its own item")));
    }
    let leaves = refusing.iter().filter_map(|refused| match &refused.ground {
        Reason::Block(block) => Some(&block.leaves),
        _ => None,
    });
    show_leaves(page, leaves.flatten(), state);
}

/// Waivers, each with its item.
type Waivers<'a> = Vec<(&'a ItemId, &'a Waiver)>;

/// Who governs a path, and what a change to it would meet; of a directory, what a change of anything within would meet.
pub struct WhyPath<'a> {
    path: &'a str,
    there: Lies,
    state: &'a State,
    items: Vec<(&'a ItemId, &'a Item, bool)>,
    /// The items whose commits may change the file, or are to keep out of it; of a directory they are not told.
    reaching: Vec<Reaching<'a>>,
    /// With whether each takes in all parts.
    scopes: Vec<(&'a Word, bool)>,
    /// With the waivers of each that stand for items which may change the path; of a directory's rules they are not told.
    rules: Vec<(&'a Word, &'a CommitRule, Waivers<'a>)>,
    refusing: Vec<Refusing>,
    /// Of a directory: what may change, and whether a new file may be made.
    open: Vec<String>,
    new: bool,
}

impl<'a> WhyPath<'a> {
    /// Returns who governs a path. `parts` say what a change is judged to be: of a directory, of each part.
    pub fn of(judgement: &Judgement<'a>, path: &'a str, there: Lies, parts: &[Part]) -> WhyPath<'a> {
        let state = judgement.view().state;
        let is_directory = there == Lies::Directory;
        let is_about = |own: &str| {
            let within = own.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
            own == path || (is_directory && (path.is_empty() || within))
        };
        let items =
            state.items.iter().filter(|(_, item)| item.stated.path.as_ref().is_some_and(|own| is_about(own.as_str())));
        let scopes = state.charter.rules.scopes.iter().filter_map(|(name, globs)| {
            let within = parts.iter().filter(|part| scope_matches(globs, &part.path)).count();
            (within > 0).then_some((name, within == parts.len()))
        });
        let rules: BTreeMap<&Word, &CommitRule> =
            parts.iter().flat_map(|part| rules_of(&judgement.view(), &part.path)).collect();
        let waivers = |name| if is_directory { Vec::new() } else { waivers_of(&judgement.view(), name, path) };
        let verdicts: Vec<PathVerdict> = parts.iter().map(named).collect();
        let mut refusing = refusing(judgement, &verdicts, None);
        if is_directory {
            for refused in &mut refusing {
                refused.folded = if refused.paths.len() == parts.len() { Folded::All } else { Folded::Many };
            }
        }
        let is_open = |part: &&Part| part.verdict.refusals.is_empty();
        WhyPath {
            path,
            there,
            state,
            items: items.map(|(id, item)| (id, item, state.is_live(id))).collect(),
            reaching: if is_directory { Vec::new() } else { reaching(&judgement.view(), path) },
            scopes: scopes.collect(),
            rules: rules.into_iter().map(|(name, rule)| (name, rule, waivers(name))).collect(),
            refusing,
            open: parts.iter().filter(is_open).filter(|part| !part.any).map(|part| part.name().to_owned()).collect(),
            new: parts.iter().filter(|part| part.any).all(|part| is_open(&part)),
        }
    }

    /// Returns whether nothing stands against a change to the path.
    pub fn is_free(&self) -> bool {
        self.refusing.is_empty()
    }

    /// Returns the object that programs read.
    pub fn to_value(&self) -> Value {
        let items = self.items.iter().map(|(id, item, live)| {
            let seal = item.seal.as_ref().map(words::sealed);
            Value::map([
                ("id", (*id).into()),
                ("kind", (&item.kind).into()),
                ("status", (&item.status).into()),
                ("live", (*live).into()),
                ("seal", seal.into()),
            ])
        });
        let reaching = self.reaching.iter().map(|one| {
            Value::map([
                ("id", one.id.into()),
                ("kind", (&one.item.kind).into()),
                ("status", (&one.item.status).into()),
                ("field", one.field.into()),
                ("keeps_out", one.keeps_out.into()),
            ])
        });
        let waived = self.rules.iter().flat_map(|(.., waived)| waived);
        let waived = waived.map(|(item, waiver)| waiver.noun(item).to_string());
        let mut value = Value::map([
            ("path", self.path.into()),
            ("there", self.there.as_str().into()),
            ("free", self.is_free().into()),
            ("items", Value::List(items.collect())),
            ("reaching", Value::List(reaching.collect())),
            ("scopes", Value::list(self.scopes.iter().map(|(name, _)| *name))),
            ("rules", Value::map(self.rules.iter().map(|(name, rule, _)| (name.as_str(), rule_text(rule, "").into())))),
            ("waived", Value::list(waived)),
            ("refused", Value::List(self.refusing.iter().map(Refusing::to_value).collect())),
        ]);
        if let (Value::Map(map), Lies::Directory) = (&mut value, self.there) {
            map.insert("open".to_owned(), Value::list(self.open.iter().map(String::as_str)));
            map.insert("new_files".to_owned(), self.new.into());
        }
        value
    }

    /// Returns the page that people read.
    pub fn to_text(&self, look: Look) -> String {
        let mut page = Page::new(look);
        let is_directory = self.there == Lies::Directory;
        let name = if is_directory { format!("{}/", self.path) } else { self.path.to_owned() };
        page.line(&Line::new(Tone::Strong, if name == "/" { "./".to_owned() } else { shown::path(name.as_bytes()) }));
        if self.there == Lies::Nothing {
            page.detail(2, "there", Tone::Plain, "nothing yet; this is about a new file");
        }
        let shown = if is_directory { PARTS } else { self.items.len() };
        for (id, item, live) in self.items.iter().take(shown) {
            let seal = item.seal.as_ref().map(|seal| format!(", {}", words::sealed(seal))).unwrap_or_default();
            let old = if *live { "" } else { ", superseded" };
            page.detail(2, "item", Tone::Plain, &format!("{id}   {}, {}{seal}{old}", item.kind, item.status));
        }
        if self.items.len() > shown {
            page.detail(2, "", Tone::Faint, &format!("and {} more", self.items.len() - shown));
        }
        if self.items.is_empty() {
            page.detail(2, "item", Tone::Faint, "of no item");
        }
        for Reaching { id, item, field, keeps_out } in self.reaching.iter().take(PARTS) {
            let how = if *keeps_out { "keeps out of it" } else { "commits for it may change this" };
            page.detail(2, "reached", Tone::Plain, &format!("{id}   {}, {}: {how} ({field})", item.kind, item.status));
        }
        if self.reaching.len() > PARTS {
            page.detail(2, "", Tone::Faint, &format!("and {} more", self.reaching.len() - PARTS));
        }
        let scope = |(name, whole): &(&Word, bool)| if *whole { name.to_string() } else { format!("{name} (in part)") };
        let scopes: Vec<String> = self.scopes.iter().map(scope).collect();
        let scopes = if scopes.is_empty() { "of none".to_owned() } else { scopes.join(", ") };
        page.detail(2, "scope", Tone::Plain, &scopes);
        for (name, rule, waived) in &self.rules {
            page.detail(2, "rule", Tone::Plain, &shown::line(&format!("{name}   {}", rule_text(rule, ""))));
            for (item, waiver) in waived {
                let by: Vec<String> = waiver.by.iter().map(|vote| vote.actor.to_string()).collect();
                let told = format!("{name} for {item}, by {} until {}", by.join(" and "), waiver.until);
                page.detail(2, "waived", Tone::Unsure, &shown::line(&told));
            }
        }
        match (self.is_free(), is_directory) {
            (true, false) => page.detail(2, "against", Tone::Good, "no block and no seal stands against a change"),
            (true, true) => {
                let text = "no block and no seal stands against a change of anything within, nor against a new file";
                page.detail(2, "against", Tone::Good, text);
            }
            (false, false) => show_refusing(&mut page, &self.refusing, self.state, false),
            (false, true) => {
                self.show_open(&mut page);
                show_refusing(&mut page, &self.refusing, self.state, true);
            }
        }
        page.finish()
    }

    /// Says which parts of a directory may change although others may not.
    fn show_open(&self, page: &mut Page) {
        let named = || {
            let first: Vec<String> = self.open.iter().take(PARTS).map(|name| shown::path(name.as_bytes())).collect();
            let more = self.open.len() - first.len();
            format!("{}{}", first.join(", "), if more > 0 { format!(", and {more} more") } else { String::new() })
        };
        match (self.new, self.open.is_empty()) {
            (true, _) => page.detail(2, "open", Tone::Good, "a new file, and whatever is not named below"),
            (false, false) => page.detail(2, "open", Tone::Unsure, &named()),
            (false, true) => page.detail(2, "open", Tone::Bad, "nothing"),
        }
    }
}

/// Returns the verdict on a part under the name that it is called by.
fn named(part: &Part) -> PathVerdict {
    let path = match (part.any, part.path.rsplit_once('/')) {
        (true, Some((directory, _))) => format!("{directory}/ (a new file)"),
        (true, None) => "./ (a new file)".to_owned(),
        _ => part.name().to_owned(),
    };
    PathVerdict { path: path.into_bytes(), refusals: part.verdict.refusals.clone() }
}
