//! The document that an item of a kind begins with: its sections, and under each label what belongs there, in braces.
//!
//! Once every brace is filled in, [`packet::read`](super::packet::read) takes it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::packet::{label_of, links_of};
use super::{Refusal, refuse};
use crate::domain::charter::glob::path_matches;
use crate::domain::charter::{FieldRule, FieldType, LinkRule};
use crate::domain::code::Code;
use crate::domain::explain::{Explanation, Supplier};
use crate::domain::id::{ItemId, Word};
use crate::domain::markdown::packet::plain_label;
use crate::domain::path::RepoPath;
use crate::domain::state::State;

/// Returns where the document of a new item goes, and its text.
///
/// # Errors
/// A refusal where there is no such kind or it has no files, the id is not of it or taken, or the path is not of it.
pub fn template(
    state: &State,
    kind: &Word,
    id: &ItemId,
    title: Option<&str>,
    path: Option<&RepoPath>,
) -> Result<(RepoPath, String), Refusal> {
    written(state, kind, id, title, path).map_err(|mut refusal| {
        for told in refusal.explanations.iter_mut().filter(|told| told.who.is_empty()) {
            told.who = vec![Supplier::asker()];
            if told.next.is_empty() {
                told.next = vec!["ledger charter show".to_owned()];
            }
        }
        refusal
    })
}

fn written(
    state: &State,
    kind: &Word,
    id: &ItemId,
    title: Option<&str>,
    path: Option<&RepoPath>,
) -> Result<(RepoPath, String), Refusal> {
    let rules = &state.charter.rules;
    let Some((kind, rule)) = rules.kinds.get_key_value(kind) else {
        let known = rules.kinds.keys().map(Word::as_str);
        return Err(super::words::unknown(Code::ItemKind, "kinds", "kind", kind.as_str(), known));
    };
    if let Some(taken) = state.folded.get(&id.folded()) {
        let told = Explanation::new(Code::ItemExists, format!("{taken} is declared"), "an id never used before");
        return Err(told.item(taken).next(format!("ledger show {taken}")).into());
    }
    if !rule.id.matches(id.as_str()) {
        let needed = format!("an id that matches {}", rule.id.text);
        return Err(refuse(Code::ItemId, format!("{id} is no id of the kind {kind}"), needed));
    }
    let Some(pattern) = &rule.path else {
        return Err(refuse(Code::ItemPath, format!("an item of kind {kind} has no file"), "a kind with a path"));
    };
    let certain = || {
        RepoPath::parse(&pattern.replace("{id}", id.as_str())).ok().filter(|p| !p.as_str().contains(['*', '?', '[']))
    };
    let path = path.cloned().or_else(certain).filter(|path| path_matches(pattern, id, path.as_str()));
    let Some(path) = path else {
        let needed = format!("--path with a path that matches {pattern}");
        return Err(Explanation::new(Code::ItemPath, "no certain path", needed)
            .rule(format!("kinds.{kind}.path"))
            .into());
    };
    let mut text = format!("# {id}: {}\n", title.unwrap_or("{title}"));
    let mut sections: Vec<Option<&str>> = rule.headings.iter().map(|heading| Some(heading.as_str())).collect();
    if sections.is_empty() {
        sections.push(None);
    }
    let headings: BTreeSet<String> = rule.headings.iter().map(|heading| plain_label(heading)).collect();
    for (at, section) in sections.iter().enumerate() {
        text.push('\n');
        if let Some(section) = section {
            let _ = write!(text, "## {section}\n\n");
        }
        for (name, field) in rule.order.iter().filter_map(|name| rule.fields.get_key_value(name)) {
            let label = label_of(name, field.label.as_deref());
            if section.is_some_and(|section| plain_label(section) == plain_label(&label)) {
                text.push_str(&lines(None, field));
            } else if !headings.contains(&plain_label(&label)) && is_under(field, *section, at == 0) {
                text.push_str(&lines(Some(&label), field));
            }
        }
        let is_last = at + 1 == sections.len();
        let here = |link: &LinkRule| match link
            .under
            .as_deref()
            .filter(|under| rule.headings.iter().any(|own| own == under))
        {
            Some(under) => *section == Some(under),
            None => is_last,
        };
        let links = links_of(rules, kind).filter(|(_, link)| here(link));
        links.for_each(|(name, link)| text.push_str(&link_lines(kind, name, link)));
    }
    Ok((path, text))
}

fn is_under(field: &FieldRule, section: Option<&str>, first: bool) -> bool {
    match &field.under {
        None => first,
        Some(under) => section == Some(under.as_str()),
    }
}

/// Returns what a rule asks for, as it stands in braces.
fn hint(text: &str, cite: Option<&String>) -> String {
    format!("{text}{}", cite.map(|cite| format!(" ({cite})")).unwrap_or_default())
}

/// Returns how what is filled in is written, where that is more than words.
fn form(field: &FieldRule) -> &'static str {
    match field.kind {
        FieldType::Date => "YYYY-MM-DD: ",
        FieldType::Bool => "yes or no: ",
        FieldType::Integer(_) => "NUMBER: ",
        FieldType::Actor => "ACTOR: ",
        FieldType::Paths => "PATH: ",
        FieldType::Globs => "GLOB: ",
        FieldType::Anchors => "PATH:LINE: ",
        FieldType::Map => "NAME -> TEXT: ",
        FieldType::Text | FieldType::List | FieldType::Enum(_) => "",
    }
}

/// Returns the lines of a field: under its label, or where the section itself is the label, alone.
fn lines(label: Option<&str>, field: &FieldRule) -> String {
    let hint = hint(&format!("{}{}", form(field), field.text()), field.cite.as_ref());
    let many = matches!(
        field.kind,
        FieldType::List | FieldType::Map | FieldType::Paths | FieldType::Globs | FieldType::Anchors
    );
    let is_map = field.kind == FieldType::Map;
    let indent = if label.is_some() { "  " } else { "" };
    let head = label.map(|label| format!("- **{label}**:")).unwrap_or_default();
    if field.optional {
        let shown = label.map(|label| format!("{label}: ")).unwrap_or_default();
        return format!("<!-- {shown}{hint} -->\n{head}{}\n", if many && label.is_some() { " none" } else { "" });
    }
    if !many {
        return if label.is_some() { format!("{head} {{{hint}}}\n") } else { format!("{{{hint}}}\n") };
    }
    let mut text = if label.is_some() { format!("{head}\n") } else { String::new() };
    for entry in &field.contains {
        // What only begins so is for whoever fills it in to end.
        let entry = if !is_map && entry.ends_with(" …") { format!("{{{entry}}}") } else { entry.clone() };
        let _ = writeln!(text, "{indent}- {entry}{}", if is_map { " -> {text}" } else { "" });
    }
    text + &format!("{indent}- {{{hint}}}\n")
}

/// Returns the line of a link that has to be stated or has a label, or names one that may be.
fn link_lines(kind: &Word, name: &Word, link: &LinkRule) -> String {
    let leaves = link.pairs.iter().filter(|(from, _)| from.as_ref().is_none_or(|from| from == kind));
    let kinds: Vec<&str> = leaves.map(|(_, to)| to.as_ref().map_or("any", Word::as_str)).collect();
    let label = label_of(name, link.label.as_deref());
    let min = if link.min > 0 { format!(", at least {}", link.min) } else { String::new() };
    let hint = hint(&format!("ids of {}{min}", kinds.join(" or ")), link.cite.as_ref());
    match (link.min, link.stated) {
        (0, false) if link.label.is_some() => format!("- **{label}**: {{{hint}; or none}}\n"),
        (0, false) => format!("<!-- - **{label}**: {hint} -->\n"),
        (0, true) => format!("- **{label}**: {{{hint}; or none}}\n"),
        _ => format!("- **{label}**: {{{hint}}}\n"),
    }
}
