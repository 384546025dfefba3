//! The first screen: what is blocked, what waits for signatures, what comes next, and every item with its qualifier.

use std::collections::{BTreeMap, BTreeSet};

use super::look::{Line, Look, Page, Tone, widths};
use super::{shown, words};
use crate::domain::authority;
use crate::domain::decide::cosign::{self, Waiting};
use crate::domain::explain::{Outcome, Supplier};
use crate::domain::id::{ActorId, ItemId, Rid, Word};
use crate::domain::judge::{BlockGround, Judgement, Leaf, Standing, Step, View, steps_of};
use crate::domain::state::{Item, Proposal, State};
use crate::domain::time::Timestamp;
use crate::domain::value::Value;

/// How many next steps the screen names.
const STEPS: usize = 6;

/// How many ids of one mark are written out.
const MARKED: usize = 8;

/// Where governance stands.
#[derive(Debug, Clone)]
pub struct Status {
    head: Head,
    blocks: Vec<Block>,
    marks: Vec<(Word, String, Vec<ItemId>)>,
    proposals: Vec<Open>,
    steps: Vec<Step>,
    items: Vec<Row>,
    undeclared: Vec<(String, BTreeSet<String>)>,
}

#[derive(Debug, Clone)]
struct Head {
    charter: ItemId,
    title: Option<String>,
    seq: u64,
    at: Timestamp,
    as_of: Timestamp,
    founding: Option<Vec<Supplier>>,
}

/// A block that stops something.
#[derive(Debug, Clone)]
struct Block {
    ground: BlockGround,
    derived: bool,
    outcome: Outcome,
    stops: Vec<String>,
    found: Vec<String>,
}

/// A proposal that waits for signatures.
#[derive(Debug, Clone)]
struct Open {
    id: Rid,
    summary: String,
    by: Vec<ActorId>,
    since: Timestamp,
    ends: Timestamp,
    waiting: Waiting,
}

/// How a seal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SealState {
    None,
    Holds,
    Drifted,
    Unknown,
}

/// An item with its qualifiers.
#[derive(Debug, Clone)]
struct Row {
    id: ItemId,
    kind: Word,
    status: Word,
    title: Option<String>,
    path: Option<String>,
    seal: SealState,
    sealed: Option<String>,
    blocks: Vec<(Word, bool)>,
    marks: Vec<Word>,
    demands: BTreeSet<String>,
    successor: Option<ItemId>,
}

impl Status {
    /// Returns where governance stands in a view.
    pub fn of(view: View<'_>) -> Status {
        let state = view.state;
        let judgement = Judgement::new(view);
        let mut gathered = Gathered::default();
        let mut items = Vec::new();
        for (id, item) in &state.items {
            let standing = judgement.blocks_on(id);
            gathered.blocks(&judgement, id, &standing);
            items.push(row(&judgement, id, item, &standing));
        }
        let demands = gathered.demands(state);
        for row in &mut items {
            row.demands = demands.get(row.id.as_str()).cloned().unwrap_or_default();
        }
        let declared = |id: &str| state.items.contains_key(id) || id == "repo" || id.contains('/');
        let undeclared = demands.into_iter().filter(|(id, _)| !declared(id)).collect();
        Status {
            head: head(&view),
            steps: gathered.steps(),
            blocks: gathered.blocks,
            marks: gathered.marks,
            proposals: proposals(&view),
            items,
            undeclared,
        }
    }
}

/// What the blocks of all items add up to.
#[derive(Default)]
struct Gathered {
    blocks: Vec<Block>,
    marks: Vec<(Word, String, Vec<ItemId>)>,
    against: Vec<Leaf>,
    other: Vec<Step>,
}

impl Gathered {
    fn blocks(&mut self, judgement: &Judgement<'_>, id: &ItemId, standing: &[Standing<'_>]) {
        for block in standing {
            let ground = judgement.ground(id, block);
            if block.stops.is_empty() {
                self.mark(id, ground);
                continue;
            }
            self.against.extend(judgement.against(id, block));
            self.other.extend(ground.steps.iter().cloned());
            self.blocks.push(Block {
                derived: block.placed.is_none(),
                outcome: block.outcome,
                stops: words::stops(block.stops),
                found: block.explanations.iter().map(|told| told.found.clone()).collect(),
                ground,
            });
        }
    }

    fn mark(&mut self, id: &ItemId, ground: BlockGround) {
        let text = ground.lifts.text;
        match self.marks.iter_mut().find(|(name, known, _)| *name == ground.name && *known == text) {
            Some((_, _, ids)) => ids.push(id.clone()),
            None => self.marks.push((ground.name, text, vec![id.clone()])),
        }
    }

    /// Returns what each thing must be or have for the blocks to be lifted.
    fn demands(&self, state: &State) -> BTreeMap<String, BTreeSet<String>> {
        let mut demands: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for leaf in &self.against {
            if let Some(item) = &leaf.item
                && let Some(demand) = words::demand(&state.charter.rules, leaf)
            {
                demands.entry(item.clone()).or_default().insert(demand);
            }
        }
        demands
    }

    /// Returns what can be done now toward lifting the blocks, each command once.
    fn steps(&self) -> Vec<Step> {
        let mut seen = BTreeSet::new();
        let mut steps = steps_of(&self.against);
        steps.extend(self.other.iter().cloned());
        steps.retain(|step| seen.insert(step.command.clone()));
        steps
    }
}

fn head(view: &View<'_>) -> Head {
    let state = view.state;
    let charter = &state.charter.rules;
    let missing = || authority::suppliers(state, &charter.authority, &BTreeSet::new());
    Head {
        charter: charter.id.clone(),
        title: charter.title.clone(),
        seq: state.tip.seq,
        at: state.tip.at,
        as_of: view.as_of,
        founding: state.founding.then(missing),
    }
}

fn row(judgement: &Judgement<'_>, id: &ItemId, item: &Item, standing: &[Standing<'_>]) -> Row {
    let seal = match (&item.seal, judgement.sealed(id)) {
        (None, _) => SealState::None,
        (Some(_), Outcome::Met) => SealState::Holds,
        (Some(_), Outcome::Unknown) => SealState::Unknown,
        (Some(_), _) => SealState::Drifted,
    };
    let stopping = standing.iter().filter(|block| !block.stops.is_empty());
    Row {
        id: id.clone(),
        kind: item.kind.clone(),
        status: item.status.clone(),
        title: item.stated.title.clone(),
        path: item.stated.path.as_ref().map(ToString::to_string),
        seal,
        sealed: item.seal.as_ref().map(words::sealed),
        blocks: stopping.map(|block| (block.name.clone(), block.placed.is_none())).collect(),
        marks: standing.iter().filter(|block| block.stops.is_empty()).map(|block| block.name.clone()).collect(),
        demands: BTreeSet::new(),
        successor: judgement.view().state.successor(id).cloned(),
    }
}

fn proposals(view: &View<'_>) -> Vec<Open> {
    let open = |proposal: &Proposal| {
        let first = proposal.votes.first()?;
        Some(Open {
            id: first.event.clone(),
            summary: proposal.body.summary(&proposal.item),
            by: proposal.votes.iter().map(|vote| vote.actor.clone()).collect(),
            since: first.touch.at,
            ends: first.touch.at.plus(crate::domain::state::PROPOSAL_LIFE),
            waiting: cosign::waiting(view.state, view.facts, view.as_of, proposal),
        })
    };
    let waiting = view.state.proposals.values().filter(|proposal| proposal.is_open(view.as_of));
    let mut found: Vec<Open> = waiting.filter_map(open).collect();
    found.sort_by(|a, b| (a.since, &a.id).cmp(&(b.since, &b.id)));
    found
}

impl Row {
    /// Returns what is to be known of the item beside its status, the gravest first.
    fn qualifiers(&self) -> Vec<(Tone, String)> {
        let mut found = Vec::new();
        if let Some(successor) = &self.successor {
            found.push((Tone::Faint, format!("superseded by {successor}")));
        }
        for (name, derived) in &self.blocks {
            found.push((Tone::Bad, format!("{name} ({})", if *derived { "derived" } else { "active" })));
        }
        let sealed = self.sealed.clone().unwrap_or_default();
        match self.seal {
            SealState::None => {}
            SealState::Holds => found.push((Tone::Good, sealed)),
            SealState::Drifted => found.push((Tone::Bad, format!("{sealed}, drifted"))),
            SealState::Unknown => found.push((Tone::Unsure, format!("{sealed}, not to be read here"))),
        }
        if !self.demands.is_empty() {
            found.push((Tone::Unsure, format!("must {}", demands(&self.demands))));
        }
        found.extend(self.marks.iter().map(|mark| (Tone::Faint, format!("{mark} (mark)"))));
        found
    }

    fn to_value(&self) -> Value {
        let seal = match self.seal {
            SealState::None => Value::Null,
            SealState::Holds => "holds".into(),
            SealState::Drifted => "drifted".into(),
            SealState::Unknown => "unknown".into(),
        };
        Value::map([
            ("id", (&self.id).into()),
            ("kind", (&self.kind).into()),
            ("status", (&self.status).into()),
            ("title", self.title.clone().into()),
            ("path", self.path.clone().into()),
            ("seal", seal),
            ("blocks", Value::list(self.blocks.iter().map(|(name, _)| name))),
            ("marks", Value::list(&self.marks)),
            ("demands", Value::list(self.demands.iter().map(String::as_str))),
            ("qualifiers", Value::list(self.qualifiers().into_iter().map(|(_, text)| text))),
            ("superseded_by", self.successor.as_ref().into()),
        ])
    }
}

/// Joins what is demanded, so that `be` and `have` stand once: `be complete, sealed, have review`.
fn demands(all: &BTreeSet<String>) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut last = "";
    for demand in all {
        let (verb, rest) = demand.split_once(' ').unwrap_or(("", demand));
        parts.push(if verb == last { rest.to_owned() } else { demand.clone() });
        last = verb;
    }
    parts.join(", ")
}

impl Status {
    /// Returns the object that programs read.
    pub fn to_value(&self) -> Value {
        let head = &self.head;
        let marks = self.marks.iter().map(|(name, lifts, items)| {
            Value::map([("name", name.into()), ("lifts", lifts.as_str().into()), ("items", Value::list(items))])
        });
        let undeclared = self.undeclared.iter().map(|(id, demands)| {
            Value::map([("id", Value::from(id.as_str())), ("demands", Value::list(demands.iter().map(String::as_str)))])
        });
        Value::map([
            (
                "charter",
                Value::map([("id", (&head.charter).into()), ("title", head.title.clone().into())]),
            ),
            ("tip", Value::map([("seq", head.seq.into()), ("at", head.at.into())])),
            ("as_of", head.as_of.into()),
            ("founding", head.founding.is_some().into()),
            ("blocks", Value::List(self.blocks.iter().map(Block::to_value).collect())),
            ("marks", Value::List(marks.collect())),
            ("proposals", Value::List(self.proposals.iter().map(Open::to_value).collect())),
            ("next", Value::List(self.steps.iter().map(words::step_value).collect())),
            ("items", Value::List(self.items.iter().map(Row::to_value).collect())),
            ("undeclared", Value::List(undeclared.collect())),
        ])
    }

    /// Returns the page that people read. `facts` says where the facts about files come from.
    pub fn to_text(&self, look: Look, facts: &str) -> String {
        let mut page = Page::new(look);
        self.show_head(&mut page, facts);
        self.show_blocks(&mut page);
        self.show_proposals(&mut page);
        self.show_next(&mut page);
        self.show_items(&mut page);
        page.finish()
    }

    fn show_head(&self, page: &mut Page, facts: &str) {
        let head = &self.head;
        let title = head.title.as_deref().unwrap_or_default();
        page.line(&Line::new(Tone::Strong, head.charter.as_str()).and(Tone::Plain, "  ").and(Tone::Plain, title));
        let at = format!("event {} of {}, files of {facts}, judged as of {}", head.seq, head.at.date(), head.as_of.date());
        page.line(&Line::new(Tone::Faint, at));
        if let Some(who) = &head.founding {
            page.gap();
            let names: Vec<String> =
                who.iter().map(|s| format!("{} {} ({} of them here)", s.count, s.role, s.actors.len())).collect();
            let text = format!("nothing else is admitted until the authority is complete: {}", names.join(" + "));
            page.detail(0, "founding", Tone::Unsure, &text);
            let command = "ledger actor enroll NAME --kind human --public-key FILE --role ";
            let role = who.iter().map(|s| s.role.split('|').next().unwrap_or_default()).next().unwrap_or_default();
            page.next(0, &[(format!("{command}{role}"), String::new())]);
        }
    }

    fn show_blocks(&self, page: &mut Page) {
        if self.blocks.is_empty() {
            page.gap();
            page.line(&Line::new(Tone::Good, "No block stands."));
        } else {
            page.head("Blocked");
        }
        for block in &self.blocks {
            block.show(page);
        }
        if !self.marks.is_empty() {
            page.head("Marked");
        }
        for (name, lifts, ids) in &self.marks {
            let mut list = words::names(ids.iter().take(MARKED));
            if ids.len() > MARKED {
                list.push_str(&format!(" and {} more", ids.len() - MARKED));
            }
            page.line(&Line::plain("  ").and(Tone::Unsure, name.as_str()).and(Tone::Plain, format!(" on {list}")));
            page.detail(4, "lifts", Tone::Plain, lifts);
        }
    }

    fn show_proposals(&self, page: &mut Page) {
        if !self.proposals.is_empty() {
            page.head("Waiting for signatures");
        }
        for open in &self.proposals {
            let id = open.id.as_str().get(..8).unwrap_or_default();
            let quorum = match open.waiting.quorum {
                Some((filled, places)) => format!("{filled} of {places} signatures"),
                None => words::count(open.by.len(), "signature", "signatures"),
            };
            let told = format!("   {quorum}: {}; ends {}", words::names(&open.by), open.ends.date());
            page.line(&Line::plain("  ").and(Tone::Strong, &open.summary).and(Tone::Plain, told));
            if open.waiting.who.is_empty() {
                let found = open.waiting.refusal.as_ref().and_then(|refusal| refusal.explanations.first());
                let found = found.map_or("nobody is left who could sign it", |told| told.found.as_str());
                page.detail(4, "waits", Tone::Bad, found);
            } else {
                page.next(4, &[(format!("ledger cosign {id}"), shown::suppliers(&open.waiting.who))]);
            }
        }
    }

    fn show_next(&self, page: &mut Page) {
        if self.steps.is_empty() {
            return;
        }
        page.head("Next");
        let steps = words::steps(self.steps.get(..STEPS).unwrap_or(&self.steps));
        page.next(2, &steps);
        if self.steps.len() > STEPS {
            let item = self.blocks.first().map_or_else(String::new, |block| format!(": ledger why {}", block.ground.item));
            page.detail(2, "", Tone::Faint, &format!("… and {} more{item}", self.steps.len() - STEPS));
        }
    }

    fn show_items(&self, page: &mut Page) {
        let rows: Vec<Vec<Line>> = self.items.iter().map(item_cells).collect();
        let widths: Vec<usize> = widths(&rows, 3);
        let kinds: BTreeSet<&Word> = self.items.iter().map(|row| &row.kind).collect();
        for kind in kinds {
            page.head(kind.as_str());
            let of: Vec<Vec<Line>> =
                self.items.iter().zip(&rows).filter(|(row, _)| row.kind == *kind).map(|(_, cells)| cells.clone()).collect();
            page.table_of(2, &of, &widths);
        }
        if !self.undeclared.is_empty() {
            page.head("named by the rules, declared by nobody");
            let rows: Vec<Vec<Line>> = self
                .undeclared
                .iter()
                .map(|(id, all)| vec![Line::plain(id), Line::new(Tone::Unsure, format!("must {}", demands(all)))])
                .collect();
            page.table(2, &rows);
        }
    }
}

fn item_cells(row: &Row) -> Vec<Line> {
    let mut told = Line::default();
    for (tone, text) in row.qualifiers() {
        told = if told.is_empty() { told } else { told.and(Tone::Plain, "; ") };
        told = told.and(tone, text);
    }
    if told.is_empty() {
        told = Line::new(Tone::Faint, row.title.as_deref().or(row.path.as_deref()).unwrap_or("-"));
    }
    vec![Line::new(Tone::Strong, row.id.as_str()), Line::plain(row.status.as_str()), told]
}

impl Block {
    fn show(&self, page: &mut Page) {
        let ground = &self.ground;
        let since = ground.since.map_or_else(String::new, |at| format!(" since {}", at.date()));
        let by = words::placed_by(ground);
        let by = if by.is_empty() { by } else { format!(" by {by}") };
        let sort = match (self.derived, self.outcome) {
            (false, _) => " (active)",
            (true, Outcome::Unknown) => " (derived; it cannot be known whether it stands, so it does)",
            (true, _) => " (derived)",
        };
        let line = Line::plain("  ").and(Tone::Strong, ground.item.as_str()).and(Tone::Plain, "  ");
        page.line(&line.and(Tone::Bad, ground.name.as_str()).and(Tone::Plain, format!("{sort}{since}{by}")));
        page.detail(4, "stops", Tone::Plain, &self.stops.join(", "));
        match (&ground.reason, &ground.why) {
            (Some(reason), _) => page.detail(4, "reason", Tone::Plain, reason),
            (None, Some(why)) => page.detail(4, "why", Tone::Plain, why),
            (None, None) => {}
        }
        if !self.found.is_empty() {
            page.detail(4, "found", Tone::Plain, &self.found.join("; "));
        }
        page.detail(4, "lifts", Tone::Plain, &words::lifts(ground));
        if let Some(command) = &ground.lifts.command {
            page.detail(4, "", Tone::Command, command);
        }
    }

    fn to_value(&self) -> Value {
        block_value(&self.ground, self.derived, self.outcome, &self.stops)
    }
}

/// Returns a standing block, for programs.
pub(super) fn block_value(ground: &BlockGround, derived: bool, outcome: Outcome, stops: &[String]) -> Value {
    let by = ground.by.iter().map(|(actor, role)| Value::map([("actor", actor.into()), ("as", role.as_ref().into())]));
    let counts = ground.lifts.counts.map(|counts| super::gate::counts_value(&counts));
    let lifts = Value::map([
        ("text", ground.lifts.text.as_str().into()),
        ("counts", counts.into()),
        ("command", ground.lifts.command.clone().into()),
    ]);
    Value::map([
        ("name", (&ground.name).into()),
        ("item", (&ground.item).into()),
        ("derived", derived.into()),
        ("outcome", Value::text(outcome)),
        ("stops", Value::list(stops.iter().map(String::as_str))),
        ("since", ground.since.into()),
        ("by", Value::List(by.collect())),
        ("reason", ground.reason.clone().into()),
        ("because", ground.because.as_ref().into()),
        ("why", ground.why.clone().into()),
        ("cite", ground.cite.clone().into()),
        ("lifts", lifts),
        ("next", Value::List(ground.steps.iter().map(words::step_value).collect())),
    ])
}

impl Open {
    fn to_value(&self) -> Value {
        let quorum = self.waiting.quorum.map(|(filled, places)| {
            Value::map([("filled", Value::Int(filled.into())), ("places", Value::Int(places.into()))])
        });
        let refusal = self.waiting.refusal.as_ref().and_then(|refusal| refusal.explanations.first());
        Value::map([
            ("id", (&self.id).into()),
            ("action", self.summary.as_str().into()),
            ("by", Value::list(&self.by)),
            ("since", self.since.into()),
            ("ends", self.ends.into()),
            ("quorum", quorum.into()),
            ("who", words::suppliers_value(&self.waiting.who)),
            ("refusal", refusal.map(crate::domain::explain::Explanation::to_value).into()),
            ("command", format!("ledger cosign {}", self.id.as_str().get(..8).unwrap_or_default()).into()),
        ])
    }
}
