//! Where governance stands: what is blocked, what waits for signatures, what comes next, and every item with its qualifier. The
//! first screen names the most of it; the page shows all.

mod page;
mod screen;

use std::collections::{BTreeMap, BTreeSet};

use super::gate::{Matrix, matrices};
use super::look::{Line, Page, Tone};
use super::taint::{Taint, taints_value};
use super::waivers::{Granted, Waived};
use super::{shown, spoken, words};
use crate::domain::authority;
use crate::domain::charter::FieldType;
use crate::domain::decide::cosign::{self, Waiting};
use crate::domain::event::Body;
use crate::domain::explain::{Outcome, Supplier};
use crate::domain::id::{ActorId, ItemId, Noun, Rid, Word};
use crate::domain::judge::{Blame, BlockGround, Judgement, Standing, Step, Told, View, by_turns};
use crate::domain::state::{Item, Proposal, State};
use crate::domain::time::Timestamp;
use crate::domain::value::Value;

/// Where governance stands.
#[derive(Debug, Clone)]
pub struct Status {
    head: Head,
    blocks: Vec<Block>,
    /// Waivers that count, and those whose time is over.
    waivers: Vec<Granted>,
    marks: Vec<(Word, String, Vec<ItemId>)>,
    proposals: Vec<Open>,
    steps: Vec<Step>,
    /// The command that the steps lead to, where they do not lead to the lift of a block.
    toward: Option<String>,
    /// Seals whose content is no longer the sealed one.
    seals: Vec<Broken>,
    /// What the gates that lift the blocks ask of many things alike.
    matrices: Vec<Matrix>,
    items: Vec<Row>,
    undeclared: Vec<(String, BTreeSet<String>)>,
    /// What took effect by keys in other hands, which the state alone does not tell.
    taints: Vec<Taint>,
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
    /// How far the matrix of the gate is that lifts it.
    matrix: Option<String>,
}

/// Of how many things it is told in the page of everything why a block stands.
const FOUND: usize = 20;

/// A proposal that waits for signatures.
#[derive(Debug, Clone)]
struct Open {
    id: Rid,
    item: Noun,
    body: Body,
    says: Vec<String>,
    by: Vec<ActorId>,
    since: Timestamp,
    ends: Timestamp,
    waiting: Waiting,
}

/// A seal that does not hold.
#[derive(Debug, Clone)]
struct Broken {
    item: ItemId,
    found: String,
    steps: Vec<Step>,
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
    /// What it states in the field by which items are put together: its place among the words of the field, and the text.
    group: Option<(usize, String)>,
}

impl Status {
    /// Returns where governance stands in a view.
    pub fn of(view: View<'_>) -> Status {
        let state = view.state;
        let judgement = Judgement::new(view);
        let mut gathered = Gathered::default();
        let mut items = Vec::new();
        let (mut waivers, mut seals) = (Vec::new(), Vec::new());
        for (id, item) in &state.items {
            let standing = judgement.blocks_on(id);
            gathered.blocks(&judgement, id, &standing);
            items.push(row(&judgement, id, item, &standing));
            if let Some(seal) = item.seal.as_ref().filter(|_| judgement.sealed(id) == Outcome::Unmet) {
                let found = format!("{}; the content is no longer the sealed one", words::sealed(seal));
                seals.push(Broken { item: id.clone(), found, steps: judgement.resealing(id, item) });
            }
            waivers.extend(Granted::of(&judgement, id, item).into_iter().filter(Granted::is_of_note));
        }
        let demands = gathered.demands(state);
        for row in &mut items {
            row.demands = demands.get(row.id.as_str()).cloned().unwrap_or_default();
        }
        let declared = |id: &str| state.items.contains_key(id) || id == "repo" || id.contains('/');
        let undeclared = demands.into_iter().filter(|(id, _)| !declared(id)).collect();
        // Without a block, nothing says what comes first but the action that asks for most.
        let onward = if gathered.blocks.is_empty() { judgement.onward() } else { None };
        let (toward, steps) = match onward {
            Some(onward) => (Some(onward.command), onward.steps),
            None => (None, gathered.steps()),
        };
        Status {
            head: head(&view),
            toward,
            steps,
            seals,
            matrices: gathered.matrices,
            blocks: gathered.blocks,
            waivers,
            marks: gathered.marks,
            proposals: proposals(&view),
            items,
            undeclared,
            taints: Vec::new(),
        }
    }
}

impl Waived for Status {
    fn each_waiver(&mut self, note: impl FnMut(&mut Granted)) {
        self.waivers.iter_mut().for_each(note);
    }
}

impl Status {
    /// Tells, too, what took effect by keys in other hands and waits for somebody to say whether it stands.
    #[must_use]
    pub fn with_taints(self, taints: Vec<Taint>) -> Status {
        Status { taints, ..self }
    }

    /// Puts the items of each kind together that state the same in a field.
    #[must_use]
    pub fn grouped(mut self, state: &State, field: &Word) -> Status {
        for row in &mut self.items {
            let stated = state.items.get(&row.id).and_then(|item| item.stated.fields.get(field));
            row.group = stated.map(|value| {
                let text = words::value(value);
                let rule = state.charter.rules.kinds.get(&row.kind).and_then(|kind| kind.fields.get(field));
                let rank = match rule.map(|rule| &rule.kind) {
                    Some(FieldType::Enum(listed)) => listed.iter().position(|word| *word == text),
                    _ => None,
                };
                (rank.unwrap_or(usize::MAX), text)
            });
        }
        self
    }
}

/// What the blocks of all items add up to.
#[derive(Default)]
struct Gathered {
    blocks: Vec<Block>,
    marks: Vec<(Word, String, Vec<ItemId>)>,
    against: Told,
    other: Vec<Step>,
    matrices: Vec<Matrix>,
}

impl Gathered {
    fn blocks(&mut self, judgement: &Judgement<'_>, id: &ItemId, standing: &[Standing<'_>]) {
        for block in standing {
            let ground = judgement.ground_among(id, block);
            if block.stops.is_empty() {
                self.mark(id, ground);
                continue;
            }
            let against = judgement.parts_against(id, block);
            for part in &against {
                self.against.number(part);
            }
            self.other.extend(ground.steps.iter().cloned());
            let matrices = judgement.lift(id, block).map(|report| matrices(&report)).unwrap_or_default();
            let matrix = matrices.iter().max_by_key(|matrix| matrix.size()).map(Matrix::summary);
            self.matrices
                .extend(matrices.into_iter().filter(|matrix| !self.matrices.contains(matrix)).collect::<Vec<_>>());
            self.blocks.push(Block {
                derived: block.placed.is_none(),
                outcome: block.outcome,
                stops: words::stops(block.stops),
                found: if block.placed.is_some() { Vec::new() } else { first_found(&against) },
                matrix,
                ground,
            });
        }
    }

    fn mark(&mut self, id: &ItemId, ground: BlockGround) {
        // What a rule says of each thing itself stands there once for all of them.
        let words = ground.lifts.text.split(' ').map(|word| if word == id.as_str() { "it" } else { word });
        let text = words.collect::<Vec<_>>().join(" ");
        match self.marks.iter_mut().find(|(name, known, _)| *name == ground.name && *known == text) {
            Some((_, _, ids)) => ids.push(id.clone()),
            None => self.marks.push((ground.name, text, vec![id.clone()])),
        }
    }

    /// Returns what each thing must be or have for the blocks to be lifted.
    fn demands(&self, state: &State) -> BTreeMap<String, BTreeSet<String>> {
        let mut demands: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for leaf in self.against.leaves() {
            if let Some(item) = &leaf.item {
                demands.entry(item.clone()).or_default().extend(words::demands(&state.charter.rules, leaf));
            }
        }
        demands
    }

    /// Returns what can be done now toward lifting the blocks, each command once: first one for each rule that is not met.
    fn steps(&self) -> Vec<Step> {
        let mut seen = BTreeSet::new();
        let steps = by_turns(self.against.leaves()).into_iter().chain(self.other.iter().cloned());
        steps.filter(|step| seen.insert(step.command.clone())).collect()
    }
}

/// Returns what was found first, each once, with how much more there is.
fn first_found(against: &[Blame]) -> Vec<String> {
    let leaves = || against.iter().flat_map(|part| &part.leaves);
    let mut found: Vec<String> = leaves().take(FOUND).map(|leaf| leaf.explanation.found.clone()).collect();
    found.dedup();
    let more = against.iter().map(|part| part.leaves.len()).sum::<usize>().saturating_sub(FOUND);
    found.extend((more > 0).then(|| format!("and {more} more")));
    found
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
        group: None,
    }
}

fn proposals(view: &View<'_>) -> Vec<Open> {
    let open = |proposal: &Proposal| {
        let first = proposal.votes.first()?;
        Some(Open {
            id: first.event.clone(),
            item: proposal.item.clone(),
            body: proposal.body.clone(),
            says: spoken::says_in(view.state, &proposal.item, &proposal.body),
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
            SealState::Unknown => found.push((Tone::Unsure, format!("{sealed}, not known to hold"))),
        }
        found.extend(self.marks.iter().map(|mark| (Tone::Faint, format!("{mark} (mark)"))));
        if !self.demands.is_empty() {
            found.push((Tone::Unsure, format!("must {}", words::joined(&self.demands))));
        }
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
            ("group", self.group.as_ref().map(|(_, text)| text.clone()).into()),
        ])
    }
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
            ("charter", Value::map([("id", (&head.charter).into()), ("title", head.title.clone().into())])),
            ("tip", Value::map([("seq", head.seq.into()), ("at", head.at.into())])),
            ("as_of", head.as_of.into()),
            ("founding", head.founding.is_some().into()),
            ("blocks", Value::List(self.blocks.iter().map(Block::to_value).collect())),
            ("marks", Value::List(marks.collect())),
            ("waivers", Value::List(self.waivers.iter().map(Granted::to_value).collect())),
            ("matrices", Value::List(self.matrices.iter().map(|matrix| matrix.to_value(None)).collect())),
            ("proposals", Value::List(self.proposals.iter().map(Open::to_value).collect())),
            ("seals", Value::List(self.seals.iter().map(Broken::to_value).collect())),
            ("next", Value::List(self.steps.iter().map(words::step_value).collect())),
            ("toward", self.toward.clone().into()),
            ("items", Value::List(self.items.iter().map(Row::to_value).collect())),
            ("undeclared", Value::List(undeclared.collect())),
            ("tainted", taints_value(&self.taints)),
        ])
    }
}

impl Status {
    /// Returns the heading of the steps: what they lead to, where that is no lift of a block.
    fn next_heading(&self) -> String {
        // The action itself leads to nothing else.
        let toward = self.toward.as_ref().filter(|toward| self.steps.iter().all(|step| step.command != **toward));
        toward.map_or_else(|| "Next".to_owned(), |command| format!("Next, toward {command}"))
    }
}

impl Broken {
    fn show(&self, page: &mut Page) {
        let line = Line::plain("  ").and(Tone::Strong, self.item.as_str());
        page.line(&line.and(Tone::Plain, "  ").and(Tone::Bad, &self.found));
        page.next(4, &words::steps(&self.steps));
    }

    fn to_value(&self) -> Value {
        Value::map([
            ("item", (&self.item).into()),
            ("found", self.found.as_str().into()),
            ("next", Value::List(self.steps.iter().map(words::step_value).collect())),
        ])
    }
}

impl Block {
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
    /// Returns the commands that sign it, each with who can run it; empty where nobody can.
    fn steps(&self) -> Vec<(String, String)> {
        let command = format!("ledger cosign {}", self.id.as_str().get(..8).unwrap_or_default());
        let own = (!self.waiting.who.is_empty()).then(|| (command.clone(), shown::suppliers(&self.waiting.who)));
        let offline = self.waiting.recovery.as_ref();
        let offline = offline
            .map(|offline| (format!("{command} --key FILE"), shown::suppliers(std::slice::from_ref(&offline.keys))));
        own.into_iter().chain(offline).collect()
    }

    /// Returns what is proposed, and how far the signatures are.
    fn line(&self) -> Line {
        let quorum = match self.waiting.quorum {
            Some((filled, places)) => format!("{filled} of {places} signatures"),
            None => words::count(self.by.len(), "signature", "signatures"),
        };
        let offline = self.waiting.recovery.as_ref().map_or_else(String::new, |offline| {
            let (filled, places) = offline.quorum;
            let or = if self.waiting.quorum.is_some() { "or " } else { "" };
            format!("{or}{filled} of {places} recovery keys")
        });
        let quorum = match (self.waiting.quorum, offline.as_str()) {
            (_, "") => quorum,
            (Some(_), _) => format!("{quorum}, {offline}"),
            (None, _) => offline,
        };
        let told = format!("   {quorum}: {}; ends {}", words::names(&self.by), self.ends.date());
        Line::plain("  ").and(Tone::Strong, self.body.summary(&self.item)).and(Tone::Plain, told)
    }

    fn to_value(&self) -> Value {
        let tally = |(filled, places): (u32, u32)| {
            Value::map([("filled", Value::Int(filled.into())), ("places", Value::Int(places.into()))])
        };
        let (quorum, recovery) =
            (self.waiting.quorum.map(tally), self.waiting.recovery.as_ref().map(|offline| tally(offline.quorum)));
        let refusal = self.waiting.refusal.as_ref().and_then(|refusal| refusal.explanations.first());
        Value::map([
            ("id", (&self.id).into()),
            ("action", self.body.summary(&self.item).into()),
            ("says", spoken::texts(self.says.clone())),
            ("look", spoken::texts(spoken::looks(&self.id, &self.body))),
            ("by", Value::list(&self.by)),
            ("since", self.since.into()),
            ("ends", self.ends.into()),
            ("quorum", quorum.into()),
            ("recovery", recovery.into()),
            ("who", words::suppliers_value(&self.waiting.who)),
            ("refusal", refusal.map(crate::domain::explain::Explanation::to_value).into()),
            ("command", format!("ledger cosign {}", self.id.as_str().get(..8).unwrap_or_default()).into()),
        ])
    }
}
