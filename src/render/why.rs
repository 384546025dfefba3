//! What stands against an item, a path or what is staged, and what each of it needs.

mod event;
mod paths;
mod rules;

use std::collections::BTreeSet;

pub use event::WhyEvent;
pub use paths::{WhyPath, WhyStaged};
pub use rules::WhyRules;

use super::gate::open_leaves;
use super::look::{Line, Look, Page, Tone};
use super::status::block_value;
use super::words;
use crate::domain::charter::{Being, MoveRule, Permission};
use crate::domain::explain::Outcome;
use crate::domain::id::{ItemId, Noun, Word};
use crate::domain::judge::{BlockGround, Judgement, Leaf, SealDoubt, SealGround, Standing, Step};
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
    id: ItemId,
    state: &'a State,
    status: String,
    superseded: Option<&'a ItemId>,
    blocks: Vec<BlockPart>,
    marks: Vec<BlockPart>,
    drifted: Option<Drifted>,
    disagreeing: Vec<Leaf>,
    actions: Vec<Action>,
}

impl<'a> WhyItem<'a> {
    /// Returns what stands against an item, declared or not.
    pub fn of(judgement: &Judgement<'a>, id: &ItemId) -> WhyItem<'a> {
        let state = judgement.view().state;
        let item = state.items.get(id);
        let standing = judgement.blocks_on(id);
        let (marks, blocks): (Vec<_>, Vec<_>) = standing.iter().partition(|block| block.stops.is_empty());
        let beings: &[Being] = if item.is_some() { &[Being::Valid, Being::Consistent] } else { &[Being::Valid] };
        let disagreeing = beings.iter().flat_map(|what| {
            let kind = item.map_or_else(String::new, |item| format!(".{}", item.kind));
            let report = judgement.is(&format!("kinds{kind}"), id, what.clone());
            report.blamed().into_iter().cloned().collect::<Vec<_>>()
        });
        WhyItem {
            id: id.clone(),
            state,
            status: item
                .map_or_else(|| "declared by nobody".to_owned(), |item| format!("{}, {}", item.kind, item.status)),
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
        let drifted = self.drifted.as_ref().map(|d| seal_value(&d.ground, d.outcome, d.doubt.as_ref()));
        Value::map([
            ("item", (&self.id).into()),
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
        if let Some(drifted) = &self.drifted {
            page.gap();
            show_seal(&mut page, &drifted.ground, drifted.outcome, drifted.doubt.as_ref());
        }
        for block in self.blocks.iter().chain(&self.marks) {
            page.gap();
            block.show(&mut page);
        }
        let disagreeing: Vec<&Leaf> = self.disagreeing.iter().collect();
        for leaf in disagreeing {
            page.gap();
            page.line(&Line::plain("  ").and(Tone::Strong, leaf.explanation.rule.as_deref().unwrap_or_default()));
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

/// A seal that does not hold, or of which that cannot be known.
struct Drifted {
    ground: SealGround,
    outcome: Outcome,
    /// Why it counts as unknown, where that is not for want of the file.
    doubt: Option<SealDoubt>,
}

fn drifted(judgement: &Judgement<'_>, id: &ItemId, item: &Item) -> Option<Drifted> {
    let seal = item.seal.as_ref()?;
    let outcome = judgement.sealed(id);
    let ground = SealGround {
        item: id.clone(),
        path: item.stated.path.as_ref().map(ToString::to_string).unwrap_or_default(),
        by: seal.by.clone(),
        at: seal.touch.at,
        steps: judgement.resealing(id, item),
    };
    (!outcome.passes()).then(|| Drifted { ground, outcome, doubt: judgement.seal_doubt(item) })
}

/// Returns the moves onward from the present status, in the order of the kind's statuses, and the seal, whose conditions are not met.
fn actions(judgement: &Judgement<'_>, id: &ItemId, item: &Item) -> Vec<Action> {
    let charter = &judgement.view().state.charter.rules;
    let Some(kind) = charter.kinds.get(&item.kind) else { return Vec::new() };
    let subject = Noun::Item(id.clone());
    let status = Some(item.status.clone());
    let mut found = Vec::new();
    let mut put = |rule: &str, permission: &Permission, command: String| {
        let Some(guard) = &permission.guard else { return };
        let leaves = judgement.unmet(rule, guard, &subject);
        if !judgement.guard(None, rule, guard, &subject).passes {
            let steps = judgement.first_steps(rule, permission, &command, &subject);
            found.push(Action { command, who: permission.text.clone(), leaves, steps });
        }
    };
    let rule = format!("kinds.{}.moves", item.kind);
    let position = |status: &Word| kind.states.iter().position(|known| known == status);
    let onward = |step: &&MoveRule| position(&step.to) > position(&item.status);
    for step in kind.moves.iter().filter(|step| step.from.contains(&status)).filter(onward) {
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
        if self.leaves.is_empty() {
            page.next(4, &words::steps(&ground.steps));
        }
        if !self.stops.is_empty() {
            page.detail(
                4,
                "waiver",
                Tone::Plain,
                if ground.waivable { "possible" } else { "not possible for this block" },
            );
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
        if self.leaves.is_empty() {
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

fn show_seal(page: &mut Page, seal: &SealGround, outcome: Outcome, doubt: Option<&SealDoubt>) {
    let names: Vec<&str> = seal.by.iter().map(crate::domain::id::ActorId::as_str).collect();
    let told = match (outcome, doubt) {
        (Outcome::Unknown, Some(doubt)) => format!("; the seal counts as unknown, since {}", doubt.text),
        (Outcome::Unknown, None) => "; whether the content is still the sealed one cannot be read here".to_owned(),
        _ => "; the content is no longer the sealed one".to_owned(),
    };
    let text = format!("{} sealed by {} on {}{told}", seal.item, names.join(" and "), seal.at.date());
    page.hung(&Line::plain("  ").and(Tone::Bad, text), 4);
    if let Some(doubt) = doubt {
        page.detail(4, "needed", Tone::Plain, "another seal on other bytes, once this one is broken");
        let shown = doubt.event.map(|seq| (format!("ledger show {seq}"), String::new()));
        page.next(4, &shown.into_iter().chain(words::steps(&seal.steps)).collect::<Vec<_>>());
    } else {
        if !seal.path.is_empty() {
            page.detail(4, "needed", Tone::Plain, &format!("the sealed bytes at {}, or no seal", seal.path));
        }
        page.next(4, &words::steps(&seal.steps));
    }
}

fn seal_value(seal: &SealGround, outcome: Outcome, doubt: Option<&SealDoubt>) -> Value {
    Value::map([
        ("item", (&seal.item).into()),
        ("path", seal.path.as_str().into()),
        ("by", Value::set(&seal.by)),
        ("at", seal.at.into()),
        ("outcome", Value::text(outcome)),
        ("doubt", doubt.map(|doubt| doubt.text.as_str()).into()),
        ("next", Value::List(seal.steps.iter().map(words::step_value).collect())),
    ])
}
