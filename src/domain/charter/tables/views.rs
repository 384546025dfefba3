//! `[views.NAME]`.

use super::super::parser;
use super::super::problem::{Problem, Problems};
use super::super::source::{Name, Node, Value, Written};
use super::keys::{Keys, as_text, entries};
use super::{Section, View};
use crate::domain::code::Code;
use crate::domain::path::RepoPath;

/// The longest heading, title or label, in bytes.
pub(super) const LINE: usize = 200;

/// Reads a view: a document with `path` and `sections`, or a text `of` a kind.
pub(super) fn view(name: Name, node: Node, problems: &mut Problems) -> View {
    let what = format!("views.{}", name.text);
    let mut keys = Keys::of(what.clone(), &name, node, problems);
    let (of, text) = (keys.text("of"), keys.text("text"));
    let is_message = of.is_some() || text.is_some();
    let (path, sections) = if is_message {
        (keys.text("path"), keys.take("sections"))
    } else {
        (keys.need_text("path"), keys.need("sections"))
    };
    let title = keys.text("title");
    let show = keys.take("show").and_then(|(_, node)| super::keys::as_texts("`show`", node, keys.problems));
    keys.finish();
    if is_message {
        let spans = [&path, &title].map(|text| text.as_ref().map(|text| text.span.clone()));
        let more = sections.as_ref().map(|(key, _)| key.span.clone());
        let shown = show.as_ref().and_then(|all| all.first()).map(|text| text.span.clone());
        for span in spans.into_iter().chain([more, shown]).flatten() {
            let message = format!("`{what}` is a text about one item, which has no such key");
            problems.meaning(&span, message, "write `of` and `text`, or `path` and `sections`");
        }
        for (there, key) in [(of.is_some(), "of"), (text.is_some(), "text")] {
            if !there {
                problems.push(Problem::new(
                    Code::CharterMissingKey,
                    name.span.clone(),
                    format!("`{what}` needs `{key}`"),
                ));
            }
        }
    }
    let sections = sections.filter(|_| !is_message).map(|(key, node)| {
        let sections: Vec<_> = entries(&format!("{what}.sections"), node, problems)
            .into_iter()
            .map(|(heading, node)| section(&what, heading, node, problems))
            .collect();
        if sections.is_empty() {
            problems.meaning(&key.span, "a document without sections says nothing", "name at least one section");
        }
        sections
    });
    View {
        path: path.and_then(|text| {
            Some((RepoPath::parse(&text.text).map_err(|error| refuse(&text, error.detail, problems)).ok()?, text.span))
        }),
        title: title.and_then(|text| line("`title`", &text, problems)),
        sections: sections.unwrap_or_default(),
        show: show.unwrap_or_default().iter().map(Written::name).collect(),
        of: of.map(|text| text.name()),
        text,
        name,
    }
}

fn section(what: &str, heading: Name, node: Node, problems: &mut Problems) -> Section {
    if !is_line(&heading.text) {
        problems.wrong_type(&heading.span, format!("a heading is one line of 1 to {LINE} bytes"));
    }
    let (text, columns) = if let Value::Table(_) = node.value {
        let mut keys = Keys::of(format!("{what}.sections.{}", heading.text), &heading, node, problems);
        let of = keys.need_text("of");
        let columns = keys.need_texts("columns");
        keys.finish();
        (of, columns)
    } else {
        (as_text("a section", node, problems), None)
    };
    let noun = text.as_ref().and_then(|text| parser::whole(text, problems, parser::noun));
    let text = text.map(|text| text.text).unwrap_or_default();
    Section { heading, text, noun, columns: columns.map(|all| all.iter().map(Written::name).collect()) }
}

fn refuse(text: &Written, detail: String, problems: &mut Problems) {
    problems.push(Problem::new(Code::CharterType, text.span.clone(), detail));
}

fn is_line(text: &str) -> bool {
    !text.trim().is_empty() && text.len() <= LINE && !text.contains(['\n', '\t'])
}

/// Reads a text of one line.
pub(super) fn line(what: &str, text: &Written, problems: &mut Problems) -> Option<String> {
    if is_line(&text.text) {
        return Some(text.text.clone());
    }
    problems.wrong_type(&text.span, format!("{what} is one line of 1 to {LINE} bytes"));
    None
}
