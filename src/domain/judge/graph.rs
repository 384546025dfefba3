//! Items and the links between them, for pictures.

use std::collections::BTreeSet;

use super::View;
use super::eval::{Eval, SUPERSEDES};
use super::ready::is_dependency;
use super::views::label;
use crate::domain::explain::Outcome;
use crate::domain::id::{ItemId, Word};
use crate::domain::state::Item;

/// Items and links.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Graph {
    /// The items: each after those to which an acyclic link of it leads, and else by id.
    pub nodes: Vec<Node>,
    /// From, link, to: sorted.
    pub edges: BTreeSet<(ItemId, Word, ItemId)>,
}

/// An item in a graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its id.
    pub id: ItemId,
    /// Its kind.
    pub kind: Word,
    /// Its title.
    pub title: Option<String>,
    /// Its status.
    pub status: Word,
    /// The words for its status.
    pub label: String,
    /// A block that stops something stands on it: its names.
    pub blocked: Vec<Word>,
    /// The marks that stand on it.
    pub marks: Vec<Word>,
}

impl View<'_> {
    /// Returns the live items that links can lead from or to, and where they do: along these links, or, where none is named,
    /// along those that say what comes first; along all where the charter has none of that sort.
    pub fn graph(&self, links: &[Word]) -> Graph {
        let eval = Eval::quiet(*self);
        let all = &eval.charter().links;
        let first: Vec<&Word> =
            all.iter().filter(|(name, rule)| is_dependency(name, rule.acyclic)).map(|(name, _)| name).collect();
        let asked: Vec<&Word> = match (links, first.as_slice()) {
            ([], []) => all.keys().filter(|name| name.as_str() != SUPERSEDES).collect(),
            ([], first) => first.to_vec(),
            (links, _) => links.iter().collect(),
        };
        let ends = |kind: &Word| {
            let rules = asked.iter().filter_map(|name| all.get(*name));
            let mut pairs = rules.flat_map(|rule| &rule.pairs);
            pairs.any(|(from, to)| [from, to].into_iter().any(|end| end.as_ref().is_none_or(|end| end == kind)))
        };
        let live = self.state.items.iter().filter(|(id, item)| !eval.is_superseded(id) && ends(&item.kind));
        let mut graph = Graph::default();
        for id in eval.in_order(live.map(|(id, _)| id).collect()) {
            let Some((id, item)) = eval.item(id) else { continue };
            graph.nodes.push(node(&eval, id, item));
            for link in &asked {
                let targets = eval.targets(link.as_str(), item).into_iter();
                graph.edges.extend(targets.map(|target| (id.clone(), (*link).clone(), target.clone())));
            }
        }
        graph
    }
}

fn node<'a>(eval: &Eval<'a>, id: &'a ItemId, item: &'a Item) -> Node {
    let standing = eval.blocks_on(id);
    let stopping = standing.iter().filter(|block| !block.stops.is_empty() && block.outcome == Outcome::Unmet);
    Node {
        id: id.clone(),
        kind: item.kind.clone(),
        title: item.stated.title.clone(),
        status: item.status.clone(),
        label: label(eval.charter().kinds.get(&item.kind), &item.status).to_owned(),
        blocked: stopping.map(|block| block.name.clone()).collect(),
        marks: eval.marks_on(id),
    }
}
