//! Items and links, as text and for programs that draw: DOT and Mermaid.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::look::{Line, Look, Page, Tone};
use super::words;
use crate::domain::id::{ItemId, Word};
use crate::domain::judge::{Graph, Node};
use crate::domain::value::Value;

/// Returns the object that programs read.
pub fn to_value(graph: &Graph) -> Value {
    let node = |node: &Node| {
        Value::map([
            ("item", Value::from(&node.id)),
            ("kind", (&node.kind).into()),
            ("title", node.title.clone().into()),
            ("status", (&node.status).into()),
            ("blocked", Value::list(&node.blocked)),
            ("marks", Value::list(&node.marks)),
        ])
    };
    let edge = |(from, link, to): &(ItemId, Word, ItemId)| {
        Value::map([("from", Value::from(from)), ("link", link.into()), ("to", to.into())])
    };
    Value::map([
        ("nodes", Value::List(graph.nodes.iter().map(node).collect())),
        ("edges", Value::List(graph.edges.iter().map(edge).collect())),
    ])
}

/// Returns the page that people read.
pub fn to_text(graph: &Graph, look: Look) -> String {
    let mut page = Page::new(look);
    if graph.nodes.is_empty() {
        page.line(&Line::plain("No item has a link that is shown here."));
    }
    let mut from: BTreeMap<&ItemId, BTreeMap<&Word, Vec<&str>>> = BTreeMap::new();
    for (source, link, target) in &graph.edges {
        from.entry(source).or_default().entry(link).or_default().push(target.as_str());
    }
    for node in &graph.nodes {
        let mut head = Line::new(Tone::Strong, node.id.as_str()).and(Tone::Plain, format!("  {}", node.label));
        if !node.blocked.is_empty() {
            let names: Vec<&str> = node.blocked.iter().map(Word::as_str).collect();
            head = head.and(Tone::Bad, format!("  blocked: {}", names.join(", ")));
        }
        if !node.marks.is_empty() {
            head = head.and(Tone::Unsure, format!("  {}", words::names(&node.marks)));
        }
        if let Some(title) = &node.title {
            head = head.and(Tone::Faint, format!("  {title}"));
        }
        page.hung(&head, 4);
        for (link, targets) in from.remove(&node.id).unwrap_or_default() {
            page.hung(&Line::new(Tone::Faint, format!("  {link} ")).and(Tone::Plain, targets.join(", ")), 4);
        }
    }
    page.finish()
}

/// Returns the graph in the language of Graphviz.
pub fn to_dot(graph: &Graph) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', " "));
    let mut out = "digraph ledger {\n  rankdir=LR;\n  node [shape=box];\n".to_owned();
    for node in &graph.nodes {
        let style = if node.blocked.is_empty() { "" } else { ", style=dashed" };
        // The line feed of a label is written as an escape, and nothing else is one.
        let label = quoted(&shown(node)).replace('\u{1}', "\\n");
        let _ = writeln!(out, "  {} [label={label}{style}];", quoted(node.id.as_str()));
    }
    for (from, link, to) in &graph.edges {
        let (from, to, link) = (quoted(from.as_str()), quoted(to.as_str()), quoted(link.as_str()));
        let _ = writeln!(out, "  {from} -> {to} [label={link}];");
    }
    out.push_str("}\n");
    out
}

/// Returns the graph in the language of Mermaid, which Markdown pages of forges show.
pub fn to_mermaid(graph: &Graph) -> String {
    let mut numbers: BTreeMap<&ItemId, usize> = BTreeMap::new();
    let mut out = "graph LR\n".to_owned();
    for node in &graph.nodes {
        let number = numbers.len();
        numbers.insert(&node.id, number);
        let label = entities(&shown(node)).replace('\u{1}', "<br/>");
        let _ = writeln!(out, "  n{number}[\"{label}\"]");
        if !node.blocked.is_empty() {
            let _ = writeln!(out, "  style n{number} stroke-dasharray: 4");
        }
    }
    for (from, link, to) in &graph.edges {
        let mut number = |id| {
            let next = numbers.len();
            let known = numbers.get(id).copied();
            known.unwrap_or_else(|| {
                numbers.insert(id, next);
                let _ = writeln!(out, "  n{next}[\"{}\"]", entities(id.as_str()));
                next
            })
        };
        let (from, to) = (number(from), number(to));
        let _ = writeln!(out, "  n{from} -->|{}| n{to}", entities(link.as_str()));
    }
    out
}

/// Returns what stands in the box of an item: its id, and its status with what blocks and marks it; U+0001 stands for a line
/// feed.
fn shown(node: &Node) -> String {
    let standing = node.blocked.iter().chain(&node.marks).map(|name| format!(", {name}"));
    format!("{}\u{1}{}{}", node.id, node.label, standing.collect::<String>())
}

/// Returns a text in which nothing means anything to Mermaid, nor to the page that it stands in.
fn entities(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | ',' | '\u{1}') {
            out.push(c);
        } else {
            let _ = write!(out, "#{};", u32::from(c));
        }
    }
    out
}
