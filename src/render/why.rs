//! What stands against an item, a path or what is staged, and what each of it needs.

use std::collections::BTreeSet;

use super::gate::open_leaves;
use super::look::{Line, Look, Page, Tone};
use super::status::block_value;
use super::{shown, words};
use crate::domain::charter::glob::scope_matches;
use crate::domain::charter::{Being, Permission};
use crate::domain::explain::Outcome;
use crate::domain::id::{ItemId, Noun, Word};
use crate::domain::judge::{
    BlockGround, Ground, Judgement, Leaf, PathVerdict, SealGround, Standing, Step,
};
use crate::domain::state::{Item, State};
use crate::domain::value::Value;

/// A block that stands, and why it is not lifted.
struct BlockPart {
    ground: BlockGround,
    derived: bool,
    outcome: Outcome,
    stops: Vec<String>,
    leaves: Vec<Leaf>,
}

/// An action whose condition is not met.
struct Action {
    command: String,
    who: String,
    leaves: Vec<Leaf>,
    steps: Vec<Step>,
}

/// What stands against an item.
pub struct WhyItem<'a> {
    id: &'a ItemId,
    state: &'a State,
    status: String,
    superseded: Option<&'a ItemId>,
    blocks: Vec<BlockPart>,
    marks: Vec<BlockPart>,
    drifted: Option<(SealGround, Outcome)>,
    disagreeing: Vec<Leaf>,
    actions: Vec<Action>,
}

impl<'a> WhyItem<'a> {
    /// Returns what stands against an item, declared or not.
    pub fn of(judgement: &Judgement<'a>, id: &'a ItemId) -> WhyItem<'a> {
        let state = judgement.view().state;
        let item = state.items.get(id);
        let standing = judgement.blocks_on(id);
        let (marks, blocks): (Vec<_>, Vec<_>) = standing.iter().partition(|block| block.stops.is_empty());
        let beings: &[Being] = if item.is_some() { &[Being::Valid, Being::Consistent] } else { &[Being::Valid] };
        let disagreeing = beings.iter().flat_map(|what| {
            let report = judgement.is("kinds", id, what.clone());
            report.blamed().into_iter().cloned().collect::<Vec<_>>()
        });
        WhyItem {
            id,
            state,
            status: item.map_or_else(|| "declared by nobody".to_owned(), |item| format!("{}, {}", item.kind, item.status)),
            superseded: state.successor(id),
            blocks: blocks.into_iter().map(|block| block_part(judgement, id, block)).collect(),
            marks: marks.into_iter().map(|block| block_part(judgement, id, block)).collect(),
            drifted: item.and_then(|item| drifted(judgement, id, item)),
            disagreeing: disagreeing.collect(),
            actions: item.map_or_else(Vec::new, |item| actions(judgement, id, item)),
        }
    }

    /// Returns whether nothing stands against the item.
    pub fn is_free(&self) -> bool {
        self.superseded.is_none()
            && self.blocks.is_empty()
            && self.drifted.is_none()
            && self.disagreeing.is_empty()
            && self.actions.is_empty()
    }

    /// Returns the object that programs read.
    pub fn to_value(&self) -> Value {
        let actions = self.actions.iter().map(|action| {
            Value::map([
                ("command", Value::from(action.command.as_str())),
                ("who", action.who.as_str().into()),
                ("explanations", leaves_value(&action.leaves)),
                ("next", Value::List(action.steps.iter().map(words::step_value).collect())),
            ])
        });
        let drifted = self.drifted.as_ref().map(|(seal, outcome)| seal_value(seal, *outcome));
        Value::map([
            ("item", self.id.into()),
            ("status", self.status.as_str().into()),
            ("free", self.is_free().into()),
            ("superseded_by", self.superseded.into()),
            ("blocks", Value::List(self.blocks.iter().map(BlockPart::to_value).collect())),
            ("marks", Value::List(self.marks.iter().map(BlockPart::to_value).collect())),
            ("seal", drifted.into()),
            ("explanations", leaves_value(&self.disagreeing)),
            ("actions", Value::List(actions.collect())),
        ])
    }

    /// Returns the page that people read.
    pub fn to_text(&self, look: Look) -> String {
        let mut page = Page::new(look);
        let head = Line::new(Tone::Strong, self.id.as_str()).and(Tone::Plain, format!("  {}", self.status));
        page.line(&head);
        if self.is_free() {
            page.detail(2, "against", Tone::Good, "nothing stands against it");
        }
        if let Some(successor) = self.superseded {
            page.detail(2, "now", Tone::Bad, &format!("superseded by {successor}; what is done is done to that"));
            page.next(2, &[(format!("ledger why {successor}"), String::new())]);
        }
        if let Some((seal, outcome)) = &self.drifted {
            page.gap();
            show_seal(&mut page, seal, *outcome);
        }
        for block in self.blocks.iter().chain(&self.marks) {
            page.gap();
            block.show(&mut page);
        }
        let disagreeing: Vec<&Leaf> = self.disagreeing.iter().collect();
        for leaf in disagreeing {
            page.gap();
            page.detail(2, "found", Tone::of(leaf.outcome), &leaf.explanation.found);
            page.detail(2, "needed", Tone::Plain, &leaf.explanation.needed);
            page.next(2, &words::steps(&leaf.steps));
        }
        for action in &self.actions {
            page.gap();
            action.show(&mut page);
        }
        let leaves = self.blocks.iter().chain(&self.marks).flat_map(|block| &block.leaves);
        show_leaves(&mut page, leaves.chain(self.actions.iter().flat_map(|action| &action.leaves)), self.state);
        page.finish()
    }
}

fn block_part(judgement: &Judgement<'_>, id: &ItemId, block: &Standing<'_>) -> BlockPart {
    BlockPart {
        ground: judgement.ground(id, block),
        derived: block.placed.is_none(),
        outcome: block.outcome,
        stops: words::stops(block.stops),
        leaves: judgement.against(id, block),
    }
}

fn drifted(judgement: &Judgement<'_>, id: &ItemId, item: &Item) -> Option<(SealGround, Outcome)> {
    let seal = item.seal.as_ref()?;
    let outcome = judgement.sealed(id);
    let ground = SealGround {
        item: id.clone(),
        path: item.stated.path.as_ref().map(ToString::to_string).unwrap_or_default(),
        by: seal.by.clone(),
        at: seal.touch.at,
        steps: judgement.unsealing(id, item),
    };
    (!outcome.passes()).then_some((ground, outcome))
}

/// Returns the moves from the present status, and the seal, whose conditions are not met.
fn actions(judgement: &Judgement<'_>, id: &ItemId, item: &Item) -> Vec<Action> {
    let charter = &judgement.view().state.charter.rules;
    let Some(kind) = charter.kinds.get(&item.kind) else { return Vec::new() };
    let subject = Noun::Item(id.clone());
    let status = Some(item.status.clone());
    let mut found = Vec::new();
    let mut put = |rule: &str, permission: &Permission, command: String| {
        let Some(guard) = &permission.guard else { return };
        let leaves = judgement.unmet(rule, guard, &subject);
        if !judgement.guard(rule, guard, &subject).passes {
            let steps = judgement.first_steps(rule, permission, &command, &subject);
            found.push(Action { command, who: permission.text.clone(), leaves, steps });
        }
    };
    let rule = format!("kinds.{}.moves", item.kind);
    for step in kind.moves.iter().filter(|step| step.from.contains(&status)) {
        put(&rule, &step.by, format!("ledger move {id} {}", step.to));
    }
    if let Some(seal) = kind.seal.as_ref().filter(|_| item.seal.is_none()) {
        put(&format!("kinds.{}.seal", item.kind), seal, format!("ledger seal {id}"));
    }
    found
}

impl BlockPart {
    fn show(&self, page: &mut Page) {
        let ground = &self.ground;
        let since = ground.since.map_or_else(String::new, |at| format!(" since {}", at.date()));
        let by = words::placed_by(ground);
        let by = if by.is_empty() { by } else { format!(" by {by}") };
        let (tone, sort) = match (self.stops.is_empty(), self.derived) {
            (true, _) => (Tone::Unsure, " (a mark)"),
            (false, true) => (Tone::Bad, " (derived)"),
            (false, false) => (Tone::Bad, " (active)"),
        };
        let line = Line::plain("  ").and(tone, ground.name.as_str());
        page.line(&line.and(Tone::Plain, format!("{sort} on {}{since}{by}", ground.item)));
        if !self.stops.is_empty() {
            page.detail(4, "stops", Tone::Plain, &self.stops.join(", "));
        }
        if let Some(why) = &ground.why {
            let cite = ground.cite.as_ref().map(|cite| format!(" ({cite})")).unwrap_or_default();
            page.detail(4, "why", Tone::Plain, &format!("{why}{cite}"));
        }
        if let Some(reason) = &ground.reason {
            page.detail(4, "reason", Tone::Plain, reason);
        }
        page.detail(4, "lifts", Tone::Plain, &words::lifts(ground));
        if let Some(command) = &ground.lifts.command {
            page.detail(4, "", Tone::Command, command);
        }
        // Where `Not met` follows, it holds the commands, each under what it is for.
        if self.leaves.iter().all(|leaf| leaf.steps.is_empty()) {
            page.next(4, &words::steps(&ground.steps));
        }
        if !self.stops.is_empty() {
            page.detail(4, "waiver", Tone::Plain, if ground.waivable { "possible" } else { "not possible for this block" });
        }
    }

    fn to_value(&self) -> Value {
        let mut value = block_value(&self.ground, self.derived, self.outcome, &self.stops);
        if let Value::Map(map) = &mut value {
            map.insert("explanations".to_owned(), leaves_value(&self.leaves));
        }
        value
    }
}

impl Action {
    fn show(&self, page: &mut Page) {
        let line = Line::plain("  ").and(Tone::Command, &self.command).and(Tone::Plain, format!("   by {}", self.who));
        page.line(&line.and(Tone::Bad, "   the condition is not met"));
        if self.leaves.iter().all(|leaf| leaf.steps.is_empty()) {
            page.next(4, &words::steps(&self.steps));
        }
    }
}

/// Adds leaves under `Not met`, each once.
fn show_leaves<'l>(page: &mut Page, leaves: impl Iterator<Item = &'l Leaf>, state: &State) {
    let mut seen = BTreeSet::new();
    let leaves: Vec<&Leaf> = leaves
        .filter(|leaf| seen.insert((leaf.rule.as_str(), leaf.item.as_deref(), leaf.explanation.found.as_str())))
        .collect();
    open_leaves(page, &leaves, &state.charter.rules);
}

fn leaves_value(leaves: &[Leaf]) -> Value {
    Value::List(leaves.iter().map(|leaf| leaf.explanation.to_value()).collect())
}

fn show_seal(page: &mut Page, seal: &SealGround, outcome: Outcome) {
    let names: Vec<&str> = seal.by.iter().map(crate::domain::id::ActorId::as_str).collect();
    let told = match outcome {
        Outcome::Met => "",
        Outcome::Unknown => "; whether the content is still the sealed one cannot be read here",
        _ => "; the content is no longer the sealed one",
    };
    let text = format!("{} sealed by {} on {}{told}", seal.item, names.join(" and "), seal.at.date());
    page.line(&Line::plain("  ").and(Tone::Bad, text));
    if !outcome.passes() && !seal.path.is_empty() {
        page.detail(4, "needed", Tone::Plain, &format!("the sealed bytes at {}, or no seal", seal.path));
    }
    page.next(4, &words::steps(&seal.steps));
}

fn seal_value(seal: &SealGround, outcome: Outcome) -> Value {
    Value::map([
        ("item", (&seal.item).into()),
        ("path", seal.path.as_str().into()),
        ("by", Value::set(&seal.by)),
        ("at", seal.at.into()),
        ("outcome", Value::text(outcome)),
        ("next", Value::List(seal.steps.iter().map(words::step_value).collect())),
    ])
}

/// What refuses changed paths, each ground once.
struct Refusing {
    paths: Vec<Vec<u8>>,
    ground: Part,
}

enum Part {
    Block(Box<BlockPart>),
    Seal(SealGround),
    File,
}

fn refusing(judgement: &Judgement<'_>, verdicts: &[PathVerdict], only: Option<&ItemId>) -> Vec<Refusing> {
    let mut found: Vec<(&Ground, Vec<Vec<u8>>)> = Vec::new();
    for verdict in verdicts {
        for refusal in &verdict.refusals {
            match found.iter_mut().find(|(ground, _)| *ground == refusal.ground.as_ref()) {
                Some((_, paths)) => paths.push(verdict.path.clone()),
                None => found.push((refusal.ground.as_ref(), vec![verdict.path.clone()])),
            }
        }
    }
    let item = |ground: &Ground| match ground {
        Ground::Block(block) => Some(block.item.clone()),
        Ground::Seal(seal) => Some(seal.item.clone()),
        Ground::LedgerFile => None,
    };
    found.retain(|(ground, _)| only.is_none_or(|only| item(ground).as_ref() == Some(only)));
    found.into_iter().map(|(ground, paths)| Refusing { paths, ground: part(judgement, ground) }).collect()
}

fn part(judgement: &Judgement<'_>, ground: &Ground) -> Part {
    match ground {
        Ground::Seal(seal) => Part::Seal(seal.clone()),
        Ground::LedgerFile => Part::File,
        Ground::Block(block) => {
            let standing = judgement.blocks_on(&block.item);
            let same = |known: &&Standing<'_>| {
                *known.name == block.name && known.placed.map(|placed| placed.touch.at) == block.since
            };
            Part::Block(Box::new(match standing.iter().find(same) {
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
        for path in &self.paths {
            page.line(&Line::new(Tone::Strong, shown::path(path)));
        }
        match &self.ground {
            Part::Block(block) => block.show(page),
            Part::Seal(seal) => show_seal(page, seal, Outcome::Met),
            Part::File => page.detail(2, "refused", Tone::Bad, "it names the ledger that governs the repository"),
        }
    }

    fn to_value(&self) -> Value {
        let (sort, ground) = match &self.ground {
            Part::Block(block) => ("block", block.to_value()),
            Part::Seal(seal) => ("seal", seal_value(seal, Outcome::Met)),
            Part::File => ("ledger-file", Value::Null),
        };
        let paths = self.paths.iter().map(|path| String::from_utf8_lossy(path).into_owned());
        Value::map([("paths", Value::list(paths)), ("sort", sort.into()), ("ground", ground)])
    }
}

/// What stands against changes that are staged.
pub struct WhyStaged<'a> {
    state: &'a State,
    paths: usize,
    refusing: Vec<Refusing>,
}

impl<'a> WhyStaged<'a> {
    /// Returns what stands against some changes, all of it or only what is on one item.
    pub fn of(judgement: &Judgement<'a>, verdicts: &[PathVerdict], only: Option<&ItemId>) -> WhyStaged<'a> {
        let refusing = refusing(judgement, verdicts, only);
        WhyStaged { state: judgement.view().state, paths: verdicts.len(), refusing }
    }

    /// Returns whether nothing stands against the changes.
    pub fn is_free(&self) -> bool {
        self.refusing.is_empty()
    }

    /// Returns the object that programs read.
    pub fn to_value(&self) -> Value {
        Value::map([
            ("free", self.is_free().into()),
            ("paths", Value::from(self.paths as u64)),
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
        show_refusing(&mut page, &self.refusing, self.state);
        page.finish()
    }
}

fn show_refusing(page: &mut Page, refusing: &[Refusing], state: &State) {
    for refused in refusing {
        page.gap();
        refused.show(page);
    }
    let leaves = refusing.iter().filter_map(|refused| match &refused.ground {
        Part::Block(block) => Some(&block.leaves),
        _ => None,
    });
    show_leaves(page, leaves.flatten(), state);
}

/// Who governs a path, and what a change to it would meet.
pub struct WhyPath<'a> {
    path: &'a str,
    state: &'a State,
    items: Vec<(&'a ItemId, &'a Item, bool)>,
    scopes: Vec<&'a Word>,
    refusing: Vec<Refusing>,
}

impl<'a> WhyPath<'a> {
    /// Returns who governs a path. `verdicts` are what a change to it is judged to be.
    pub fn of(judgement: &Judgement<'a>, path: &'a str, verdicts: &[PathVerdict]) -> WhyPath<'a> {
        let state = judgement.view().state;
        let items = state.items.iter().filter(|(_, item)| item.stated.path.as_ref().is_some_and(|own| own.as_str() == path));
        let scopes = state.charter.rules.scopes.iter().filter(|(_, globs)| scope_matches(globs, path));
        WhyPath {
            path,
            state,
            items: items.map(|(id, item)| (id, item, state.is_live(id))).collect(),
            scopes: scopes.map(|(name, _)| name).collect(),
            refusing: refusing(judgement, verdicts, None),
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
        Value::map([
            ("path", self.path.into()),
            ("free", self.is_free().into()),
            ("items", Value::List(items.collect())),
            ("scopes", Value::list(self.scopes.iter().copied())),
            ("refused", Value::List(self.refusing.iter().map(Refusing::to_value).collect())),
        ])
    }

    /// Returns the page that people read.
    pub fn to_text(&self, look: Look) -> String {
        let mut page = Page::new(look);
        page.line(&Line::new(Tone::Strong, shown::path(self.path.as_bytes())));
        for (id, item, live) in &self.items {
            let seal = item.seal.as_ref().map(|seal| format!(", {}", words::sealed(seal))).unwrap_or_default();
            let old = if *live { "" } else { ", superseded" };
            page.detail(2, "item", Tone::Plain, &format!("{id}   {}, {}{seal}{old}", item.kind, item.status));
        }
        if self.items.is_empty() {
            page.detail(2, "item", Tone::Faint, "of no item");
        }
        let scopes = if self.scopes.is_empty() { "of none".to_owned() } else { words::names(&self.scopes) };
        page.detail(2, "scope", Tone::Plain, &scopes);
        if self.is_free() {
            page.detail(2, "against", Tone::Good, "no block and no seal stands against a change");
        } else {
            show_refusing(&mut page, &self.refusing, self.state);
        }
        page.finish()
    }
}
