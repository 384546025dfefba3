//! What only the graph of gates and derived blocks shows: that nothing needs its own outcome, how long its chains are, and that the
//! gate of a seal never asks for the gate of another one.

use std::collections::{BTreeMap, BTreeSet};

use super::guards::{things_of, visit};
use super::names::Names;
use super::problem::{Place, Problem, Problems};
use super::resolve::{Thing, Things};
use super::syntax;
use super::tables::{Block, Gate, Kind, View};
use crate::domain::code::Code;

/// A place in the graph of what is judged to judge something else.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    Gate(String),
    /// A derived block.
    Block(String),
    /// A rendered document.
    View(String),
}

/// What each gate and derived block needs, and where it says so.
type Graph = BTreeMap<Node, Vec<(Node, Place)>>;

impl Node {
    fn show(&self) -> String {
        match self {
            Node::Gate(name) => format!("gate `{name}`"),
            Node::Block(name) => format!("block `{name}`"),
            Node::View(name) => format!("view `{name}`"),
        }
    }
}

/// Refuses gates and derived blocks that need their own outcome.
pub(super) fn refuse_cycles(names: &Names<'_>, selves: &BTreeMap<&str, Things>, problems: &mut Problems) {
    let mut graph = Graph::new();
    for Gate { name, criteria, .. } in &names.tables.gates {
        let this = selves.get(name.text.as_str()).cloned().unwrap_or_default();
        let sentences = criteria.iter().flat_map(|criterion| &criterion.any);
        let edges = sentences.flat_map(|sentence| edges(names, sentence, &this)).collect();
        graph.insert(Node::Gate(name.text.clone()), edges);
    }
    for block in &names.tables.blocks {
        if let Some(until) = &block.until {
            let this = Things::kinds(block.on.iter().map(|on| on.text.as_str()));
            graph.insert(Node::Block(block.name.text.clone()), edges(names, until, &this));
        }
    }
    for view in &names.tables.views {
        graph.insert(Node::View(view.name.text.clone()), shown(names, view));
    }
    let mut depths = BTreeMap::new();
    for node in graph.keys() {
        walk(&graph, node, &mut depths, problems);
    }
    refuse_upheld(names, selves, &graph, problems);
}

/// Refuses to ask `upheld` where the gate of a seal would get there. That gate is judged again by the charter of the seal, so
/// that with several charters one could ask the other round and round.
fn refuse_upheld(names: &Names<'_>, selves: &BTreeMap<&str, Things>, graph: &Graph, problems: &mut Problems) {
    let gates = names.tables.kinds.iter().filter_map(Kind::sealing_gate);
    let mut open: Vec<Node> = gates.map(|gate| Node::Gate(gate.text.clone())).collect();
    let mut reached: BTreeSet<Node> = BTreeSet::new();
    while let Some(node) = open.pop() {
        if reached.insert(node.clone()) {
            open.extend(graph.get(&node).into_iter().flatten().map(|(target, _)| target.clone()));
        }
    }
    let mut places: Vec<Place> = Vec::new();
    let mut upheld: Vec<Place> = Vec::new();
    let mut look = |sentence: &syntax::Sentence, this: &Things| {
        visit(names, sentence, this, &mut |predicate, _| {
            if let syntax::Predicate::Is { words, .. } = predicate {
                places.extend(words.iter().filter(|word| word.text == "upheld").map(|word| word.span.clone()));
            }
        });
    };
    for node in &reached {
        match node {
            Node::Gate(name) => {
                let this = selves.get(name.as_str()).cloned().unwrap_or_default();
                let criteria = names.gate(name).into_iter().flat_map(|gate| &gate.criteria);
                criteria.flat_map(|criterion| &criterion.any).for_each(|sentence| look(sentence, &this));
            }
            Node::Block(name) => {
                let blocks = names.tables.blocks.iter().filter(|block| block.name.text == *name);
                for block in blocks {
                    let this = Things::kinds(block.on.iter().map(|on| on.text.as_str()));
                    block.until.iter().for_each(|until| look(until, &this));
                }
            }
            Node::View(name) => {
                let sections = names.view(name).into_iter().flat_map(|view| &view.sections);
                let said = sections.filter_map(|section| section.noun.as_ref()).flat_map(|noun| &noun.filter);
                for predicate in said {
                    if let syntax::Predicate::Is { words, .. } = predicate {
                        upheld.extend(words.iter().filter(|word| word.text == "upheld").map(|word| word.span.clone()));
                    }
                }
            }
        }
    }
    for place in places.into_iter().chain(upheld) {
        let message = "`upheld` asks for the gate of a seal again, and such a gate asks for this one";
        problems.meaning(&place, message, "ask it where the seal is used, such as in the gate of a lift");
    }
}

/// Returns what a rendered document needs: its gates, what its sections say, and the derived blocks of what they show.
fn shown(names: &Names<'_>, view: &View) -> Vec<(Node, Place)> {
    let mut out = Vec::new();
    for noun in view.sections.iter().filter_map(|section| section.noun.as_ref()) {
        if let syntax::Base::Word(name) = &noun.base
            && names.gate(&name.text).is_some()
        {
            out.push((Node::Gate(name.text.clone()), name.span.clone()));
            continue;
        }
        out.extend(said(names, noun, &noun.filter, &Things::one(Thing::Repo)));
        let things = things_of(names, noun, &Things::one(Thing::Repo));
        out.extend(
            derived(names, &things, true).map(|block| (Node::Block(block.name.text.clone()), noun.span.clone())),
        );
    }
    out
}

fn edges(names: &Names<'_>, sentence: &syntax::Sentence, this: &Things) -> Vec<(Node, Place)> {
    let mut out = Vec::new();
    let mut next = Some(sentence);
    while let Some(sentence) = next {
        if let syntax::Base::Word(name) = &sentence.noun.base
            && names.view(&name.text).is_some()
        {
            out.push((Node::View(name.text.clone()), name.span.clone()));
        }
        out.extend(said(names, &sentence.noun, sentence.noun.filter.iter().chain(&sentence.predicates), this));
        next = sentence.condition.as_deref();
    }
    out
}

/// Returns what predicates of a noun need.
fn said<'p>(
    names: &Names<'_>,
    noun: &syntax::Noun,
    predicates: impl IntoIterator<Item = &'p syntax::Predicate>,
    this: &Things,
) -> Vec<(Node, Place)> {
    let mut out = Vec::new();
    let things = &things_of(names, noun, this);
    predicates.into_iter().for_each(|predicate| match predicate {
        syntax::Predicate::Passes(gate) => out.push((Node::Gate(gate.text.clone()), gate.span.clone())),
        syntax::Predicate::Is { words, .. } if words.iter().any(|word| word.text == "upheld") => {
            let place = words.first().map(|word| word.span.clone()).unwrap_or_default();
            let kinds = things.kind_names().filter_map(|kind| names.kind(kind));
            let gates = kinds.filter_map(Kind::sealing_gate);
            out.extend(gates.map(|gate| (Node::Gate(gate.text.clone()), place.clone())));
        }
        syntax::Predicate::Is { words, .. } if words.iter().any(|word| word.text == "blocked") => {
            let place = words.first().map(|word| word.span.clone()).unwrap_or_default();
            let stopping = derived(names, things, false);
            out.extend(stopping.map(|block| (Node::Block(block.name.text.clone()), place.clone())));
        }
        _ => {}
    });
    out
}

/// Returns the derived blocks that can stand on some things; `marks`: those that stop nothing too.
fn derived<'n>(names: &'n Names<'_>, things: &'n Things, marks: bool) -> impl Iterator<Item = &'n Block> {
    let stands = move |block: &&Block| {
        block.until.is_some()
            && (marks || !block.stops.is_empty())
            && things.kind_names().any(|kind| block.on.iter().any(|on| on.text == kind))
    };
    names.tables.blocks.iter().filter(stands)
}

/// How long a chain of gates, each of which passes the next, may be. Bounds the depth of every judgement.
const MAX_CHAIN: usize = 64;

/// Follows the graph depth first, without recursion, since nothing bounds the chains before this.
fn walk(graph: &Graph, start: &Node, depths: &mut BTreeMap<Node, usize>, problems: &mut Problems) {
    let mut path: Vec<(&Node, usize)> = if depths.contains_key(start) { Vec::new() } else { vec![(start, 0)] };
    while let Some((node, next)) = path.last_mut() {
        let node = *node;
        let edges = graph.get(node).map_or(&[][..], Vec::as_slice);
        let Some((target, place)) = edges.get(*next) else {
            let below = edges.iter().filter_map(|(target, _)| depths.get(target)).max();
            let depth = below.map_or(1, |below| below + 1);
            if let (true, Some((_, place))) = (depth == MAX_CHAIN + 1, edges.first()) {
                let message = format!("a chain of more than {MAX_CHAIN} gates, each of which passes the next");
                problems.meaning(place, message, "let one gate pass several instead");
            }
            depths.insert(node.clone(), depth);
            path.pop();
            continue;
        };
        *next += 1;
        if let Some(at) = path.iter().position(|(node, _)| *node == target) {
            let round: Vec<String> = path[at..].iter().map(|(node, _)| node.show()).collect();
            let message = format!("{} needs its own outcome: {} → {}", target.show(), round.join(" → "), target.show());
            problems.push(Problem::new(Code::CharterMeaning, place.clone(), message).help("break the circle"));
        } else if !depths.contains_key(target) && graph.contains_key(target) {
            path.push((target, 0));
        }
    }
}
