//! What only the graph of gates and derived blocks shows: that nothing needs its own outcome, how long its chains are, and that the
//! gate of a seal never asks for the gate of another one.

use std::collections::{BTreeMap, BTreeSet};

use super::guards::visit;
use super::names::Names;
use super::problem::{Place, Problem, Problems};
use super::resolve::Things;
use super::syntax;
use super::tables::{Gate, Kind};
use crate::domain::code::Code;

/// A place in the graph of what is judged to judge something else.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    Gate(String),
    /// A derived block that stops something.
    Block(String),
}

/// What each gate and derived block needs, and where it says so.
type Graph = BTreeMap<Node, Vec<(Node, Place)>>;

impl Node {
    fn show(&self) -> String {
        match self {
            Node::Gate(name) => format!("gate `{name}`"),
            Node::Block(name) => format!("block `{name}`"),
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
    for block in names.tables.blocks.iter().filter(|block| !block.stops.is_empty()) {
        if let Some(until) = &block.until {
            let this = Things::kinds(block.on.iter().map(|on| on.text.as_str()));
            graph.insert(Node::Block(block.name.text.clone()), edges(names, until, &this));
        }
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
        }
    }
    for place in places {
        let message = "`upheld` asks for the gate of a seal again, and such a gate asks for this one";
        problems.meaning(&place, message, "ask it where the seal is used, such as in the gate of a lift");
    }
}

fn edges(names: &Names<'_>, sentence: &syntax::Sentence, this: &Things) -> Vec<(Node, Place)> {
    let mut out = Vec::new();
    visit(names, sentence, this, &mut |predicate, things| match predicate {
        syntax::Predicate::Passes(gate) => out.push((Node::Gate(gate.text.clone()), gate.span.clone())),
        syntax::Predicate::Is { words, .. } if words.iter().any(|word| word.text == "upheld") => {
            let place = words.first().map(|word| word.span.clone()).unwrap_or_default();
            let kinds = things.kind_names().filter_map(|kind| names.kind(kind));
            let gates = kinds.filter_map(Kind::sealing_gate);
            out.extend(gates.map(|gate| (Node::Gate(gate.text.clone()), place.clone())));
        }
        syntax::Predicate::Is { words, .. } if words.iter().any(|word| word.text == "blocked") => {
            let place = words.first().map(|word| word.span.clone()).unwrap_or_default();
            let derived = names.tables.blocks.iter().filter(|block| block.until.is_some() && !block.stops.is_empty());
            for block in derived {
                if things.kind_names().any(|kind| block.on.iter().any(|on| on.text == kind)) {
                    out.push((Node::Block(block.name.text.clone()), place.clone()));
                }
            }
        }
        _ => {}
    });
    out
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
