//! Packets: documents that state the fields and links of an item under headings and labels.
//!
//! ````markdown
//! ## Scope
//! - **IN_SCOPE_PATHS**:
//!   - src/jobs/cancel.rs
//! - **TEST_PLAN**:
//!   ```bash
//!   cargo test --test jobs
//!   ```
//! RISK_TIER: LOW
//! ````
//!
//! Chapter 4.10 of the format says exactly what is read; any text is read, and what has no place in it is not read.

use std::collections::BTreeSet;

use super::alike::{self, Alike, Stands};
use super::{
    Hiding, WHITE, closes_fence, front_matter, heading_text, is_break, is_list_item, is_raw_html, opens, reduced,
};
use crate::domain::text;

pub use super::alike::Labels;

/// What a document states.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Packet {
    /// The text of the first heading of the first level.
    pub title: Option<String>,
    /// Its line.
    pub title_line: usize,
    /// What stands under known labels, in the order of the document.
    pub stated: Vec<Stated>,
    /// Labels that are none of the known ones.
    pub others: Vec<Other>,
    /// Lines that begin with a known label, written as none is: whoever reads the document takes them for it.
    pub mistaken: Vec<Mistaken>,
    /// The line of fenced code or of raw HTML that nothing closes: what follows it is not told apart from it.
    pub unclosed: Option<usize>,
}

/// A label that is none of the known ones, as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Other {
    /// Its line, from 1.
    pub line: usize,
    /// The label.
    pub label: String,
    /// What follows it in its line.
    pub rest: String,
}

/// A line that begins with a known label and is not read as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistaken {
    /// Its line, from 1.
    pub line: usize,
    /// The label, plain.
    pub label: String,
    /// The label as it is written.
    pub written: String,
}

/// What stands under one label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    /// The label, plain.
    pub label: String,
    /// The line of the label, from 1.
    pub line: usize,
    pieces: Vec<(usize, Piece)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    /// What follows the label in its line, and lines that belong to no list.
    Words(String),
    /// An item of a list.
    Item(String),
    /// A line of fenced code.
    Code(String),
    /// One or more blank lines.
    Gap,
}

/// Returns a label in the form in which labels are compared: case folded, and `_`, `-`, spaces and TABs all one space.
pub fn plain_label(label: &str) -> String {
    text::fold(label).split(['_', '-', ' ', '\t']).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Reads a packet; `named` are those of the labels whose entries have names.
pub fn read(text: &str, labels: &Labels, named: &BTreeSet<String>) -> Packet {
    let mut reading = Reading { labels, named, packet: Packet::default(), open: None };
    let (lines, unclosed) = lines(text);
    for (at, line) in lines {
        reading.line(at, line);
    }
    Packet { unclosed, ..reading.packet }
}

impl Stated {
    /// Returns the entries, each with its line: list items, lines of code that are no comments, and what stands after the
    /// label or between.
    pub fn entries(&self) -> Vec<(usize, String)> {
        let mut entries: Vec<(usize, String, bool)> = Vec::new();
        for (line, piece) in &self.pieces {
            match piece {
                Piece::Gap => {}
                Piece::Words(words) if words.is_empty() => {}
                Piece::Words(words) => match entries.last_mut() {
                    Some((_, entry, false)) => {
                        entry.push(' ');
                        entry.push_str(words);
                    }
                    _ => entries.push((*line, words.clone(), false)),
                },
                Piece::Item(item) => entries.push((*line, item.clone(), false)),
                Piece::Code(code) => {
                    let code = code.trim_matches(WHITE);
                    if !code.is_empty() && !code.starts_with('#') {
                        entries.push((*line, code.to_owned(), true));
                    }
                }
            }
        }
        if let [(line, only, false)] = entries.as_slice()
            && *line == self.line
            && only.eq_ignore_ascii_case("none")
        {
            return Vec::new();
        }
        let tidied =
            |(line, entry, code): (usize, String, bool)| (line, if code { entry } else { tidy(&entry).to_owned() });
        entries.into_iter().map(tidied).filter(|(_, entry)| !entry.is_empty()).collect()
    }

    /// Returns the whole as one text, as it is written but for indentation.
    pub fn text(&self) -> String {
        let mut lines: Vec<String> = Vec::new();
        for (_, piece) in &self.pieces {
            match piece {
                Piece::Gap => lines.push(String::new()),
                Piece::Words(words) => lines.push(words.clone()),
                Piece::Item(item) => lines.push(format!("- {item}")),
                Piece::Code(code) => lines.push(code.trim_end_matches(WHITE).to_owned()),
            }
        }
        lines.join("\n").trim_matches(['\n', ' ', '\t']).to_owned()
    }
}

/// Splits an entry into its name and its text: at the first `->` or `→`, else at the first `:` before white space or the end.
pub fn name_and_text(entry: &str) -> Option<(&str, &str)> {
    let arrow = entry.split_once("->").or_else(|| entry.split_once('→'));
    let colon = || {
        let ends = |at: &usize| entry[at + 1..].is_empty() || entry[at + 1..].starts_with(WHITE);
        let at = entry.match_indices(':').map(|(at, _)| at).find(ends)?;
        Some((&entry[..at], &entry[at + 1..]))
    };
    let (name, text) = arrow.or_else(colon)?;
    let name = name.trim_matches(WHITE);
    let bold = name.strip_prefix("**").and_then(|name| name.strip_suffix("**"));
    Some((tidy(bold.unwrap_or(name)), tidy(text)))
}

/// Splits an entry into the names in it, with `,` between. What stands behind a name in round brackets, after white space, is prose, its
/// commas too.
pub fn names(entry: &str) -> Vec<&str> {
    let (mut depth, mut from, mut names) = (0_usize, 0, Vec::new());
    for (at, c) in entry.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                names.push(&entry[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    names.push(&entry[from..]);
    names.into_iter().map(without_prose).filter(|name| !name.is_empty()).collect()
}

fn without_prose(name: &str) -> &str {
    let name = name.trim_matches(WHITE);
    let opens = name.find('(').filter(|at| name.ends_with(')') && name[..*at].ends_with(WHITE));
    opens.map_or(name, |at| name[..at].trim_matches(WHITE))
}

/// Returns the day of a moment as ISO 8601 writes it: `YYYY-MM-DDThh:mm`, with seconds and their fraction or without, and `Z`, a
/// distance from it or neither behind; `None` for anything else.
pub fn day_of_moment(text: &str) -> Option<&str> {
    let (day, time) = text.split_once(['T', ' '])?;
    let zone = time.find(['Z', '+', '-']).unwrap_or(time.len());
    let (clock, zone) = time.split_at(zone);
    let fits = |text: &str, form: &str| {
        text.len() == form.len()
            && text.bytes().zip(form.bytes()).all(|(a, b)| if b == b'0' { a.is_ascii_digit() } else { a == b })
    };
    let (clock, fraction) = clock.split_once('.').map_or((clock, None), |(clock, fraction)| (clock, Some(fraction)));
    let fraction = fraction.is_none_or(|digits| {
        clock.len() == 8 && !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit())
    });
    let clock = fits(clock, "00:00") || fits(clock, "00:00:00");
    let zone = matches!(zone, "" | "Z")
        || zone.strip_prefix(['+', '-']).is_some_and(|zone| fits(zone, "00:00") || fits(zone, "0000"));
    (fits(day, "0000-00-00") && clock && fraction && zone).then_some(day)
}

/// Returns whether a text is a placeholder of a template: `{…}`.
pub fn is_placeholder(text: &str) -> bool {
    let text = text.trim_matches(['\n', ' ', '\t']);
    text.starts_with('{') && text.ends_with('}')
}

/// Returns a text without white space, a link, backticks or quotes around it.
fn tidy(text: &str) -> &str {
    let text = reduced(text.trim_matches(WHITE));
    match text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(quoted) if !quoted.contains('"') => quoted.trim_matches(WHITE),
        _ => text,
    }
}

/// A line as packets see it; `indent` counts a TAB as four.
enum Line<'a> {
    Blank,
    Heading {
        level: usize,
        text: String,
    },
    Break,
    Item {
        indent: usize,
        text: &'a str,
    },
    Plain {
        indent: usize,
        text: &'a str,
    },
    Code(&'a str),
    /// A line of words with a line of `=` or `-` below it, which make it a heading on a page, and none here.
    Underlined {
        indent: usize,
        text: &'a str,
    },
    /// A line of front matter or of a quotation, or what a page shows of raw HTML: it is nothing.
    Shown(&'a str),
}

/// Returns the lines that are not hidden, with their numbers from 1, and the line of the fence or raw HTML that nothing closes.
fn lines(text: &str) -> (Vec<(usize, Line<'_>)>, Option<usize>) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let all: Vec<&str> = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).collect();
    let mut hiding = Hiding::Nothing;
    let mut fence_indent = 0;
    let mut opened = 0;
    let mut seen = Vec::new();
    let front = front_matter(&all);
    // Front matter says nothing, though many a page shows it.
    let said = all.iter().enumerate().take(front).map(|(at, line)| (at + 1, Line::Shown(line.trim_matches(WHITE))));
    seen.extend(said);
    for (at, line) in all.iter().enumerate().skip(front) {
        let rest = line.trim_start_matches(WHITE);
        let indent = line[..line.len() - rest.len()].chars().map(|c| if c == '\t' { 4 } else { 1 }).sum();
        let rest = rest.trim_end_matches(WHITE);
        match std::mem::replace(&mut hiding, Hiding::Nothing) {
            Hiding::Fence { mark, length } => {
                if !closes_fence(rest, mark, length) {
                    let white = line.len() - line.trim_start_matches(WHITE).len();
                    seen.push((at + 1, Line::Code(line.get(white.min(fence_indent)..).unwrap_or_default())));
                    hiding = Hiding::Fence { mark, length };
                }
                continue;
            }
            Hiding::Until(end) => {
                let ends = rest.to_ascii_lowercase().find(end).map(|found| found + end.len());
                if ends.is_none() {
                    hiding = Hiding::Until(end);
                }
                // What raw HTML holds is shown, but for comments, scripts and styles.
                let is_shown = matches!(end, "</pre>" | "</textarea>");
                let shown = if is_shown { Some(0) } else { ends };
                seen.extend(shown.and_then(|from| rest.get(from..)).map(|rest| (at + 1, Line::Shown(rest))));
                continue;
            }
            Hiding::UntilBlank if !rest.is_empty() => {
                seen.push((at + 1, Line::Shown(rest)));
                hiding = Hiding::UntilBlank;
                continue;
            }
            Hiding::UntilBlank | Hiding::Nothing => {}
        }
        hiding = opens(rest);
        opened = at + 1;
        if matches!(hiding, Hiding::Fence { .. }) {
            fence_indent = line.len() - line.trim_start_matches(WHITE).len();
        }
        if is_raw_html(rest) {
            let is_hidden = ["<script", "<style"].iter().any(|tag| starts_ignoring_case(rest, tag));
            seen.extend((!is_hidden).then_some((at + 1, Line::Shown(rest))));
            continue;
        }
        if !matches!(hiding, Hiding::Nothing) {
            continue;
        }
        let below = all.get(at + 1).map(|line| line.trim_matches(WHITE)).unwrap_or_default();
        let is_underlined = !below.is_empty() && ['=', '-'].iter().any(|mark| below.trim_matches(*mark).is_empty());
        let line = if rest.is_empty() {
            Line::Blank
        } else if rest.starts_with('>') {
            Line::Shown(rest)
        } else if let Some(text) = heading_text(rest).filter(|_| indent <= 3) {
            Line::Heading { level: rest.len() - rest.trim_start_matches('#').len(), text }
        } else if is_break(rest) {
            Line::Break
        } else if is_list_item(rest) {
            Line::Item { indent, text: item_text(rest) }
        } else if is_underlined {
            Line::Underlined { indent, text: rest }
        } else {
            Line::Plain { indent, text: rest }
        };
        seen.push((at + 1, line));
    }
    let unclosed = matches!(hiding, Hiding::Fence { .. } | Hiding::Until(_)).then_some(opened);
    (seen, unclosed)
}

fn starts_ignoring_case(text: &str, begin: &str) -> bool {
    text.get(..begin.len()).is_some_and(|text| text.eq_ignore_ascii_case(begin))
}

/// Returns what a list item says, without its mark and without a box to tick.
fn item_text(rest: &str) -> &str {
    let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let text = after.get(1..).unwrap_or_default().trim_matches(WHITE);
    let unticked = ["[ ]", "[x]", "[X]"].iter().find_map(|tick| text.strip_prefix(tick));
    match unticked {
        Some(rest) if rest.is_empty() || rest.starts_with(WHITE) => rest.trim_matches(WHITE),
        _ => text,
    }
}

/// A label at the beginning of a line.
struct Label<'a> {
    name: &'a str,
    rest: &'a str,
    /// Bold, or all in capitals: it is meant as a label whether it is known or not.
    marked: bool,
}

fn label(text: &str) -> Option<Label<'_>> {
    if let Some(bold) = text.strip_prefix("**") {
        let (name, after) = bold.split_once("**")?;
        let (name, rest) = match name.strip_suffix(':') {
            Some(name) => (name, after),
            None => (name, after.strip_prefix(':')?),
        };
        let name = name.trim_matches(WHITE);
        return (!name.is_empty()).then(|| Label { name, rest: rest.trim_matches(WHITE), marked: true });
    }
    let (name, rest) = text.split_once(':')?;
    let well_formed = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.len() <= 64
        && !name.ends_with(' ')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b' '))
        && (rest.is_empty() || rest.starts_with(WHITE));
    let marked = name.len() > 1 && !name.bytes().any(|b| b.is_ascii_lowercase() || b == b' ');
    well_formed.then(|| Label { name, rest: rest.trim_matches(WHITE), marked })
}

/// Where the label stands whose value is being read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Heading,
    Item(usize),
    Plain,
}

struct Open {
    place: Place,
    is_named: bool,
    /// Blank lines were seen since the last line of the value.
    gap: bool,
    /// The indentation of the first item of the value.
    items: Option<usize>,
    stated: usize,
}

struct Reading<'l> {
    labels: &'l Labels,
    named: &'l BTreeSet<String>,
    packet: Packet,
    open: Option<Open>,
}

impl Reading<'_> {
    fn line(&mut self, at: usize, line: Line<'_>) {
        match line {
            Line::Blank => {
                if let Some(open) = &mut self.open {
                    open.gap = true;
                }
            }
            Line::Break => self.open = None,
            Line::Heading { level, text } => {
                self.open = None;
                if level == 1 && self.packet.title.is_none() {
                    self.packet.title = Some(text.clone());
                    self.packet.title_line = at;
                }
                if !self.begin(at, &text, Place::Heading, "") {
                    self.mistake(at, &text, Stands::Heading);
                }
            }
            Line::Shown(text) => {
                self.mistake(at, text, Stands::Line);
            }
            Line::Code(code) => {
                let begins = code.split_once(':').is_some_and(|(name, _)| !name.contains('='));
                if self.open.is_none() && begins {
                    self.mistake(at, code, Stands::Code);
                }
                self.push(at, Piece::Code(code.to_owned()));
            }
            Line::Item { indent, text } => self.words(at, indent, text, true, Stands::Line),
            Line::Plain { indent, text } => self.words(at, indent, text, false, Stands::Line),
            Line::Underlined { indent, text } => self.words(at, indent, text, false, Stands::Heading),
        }
    }

    fn words(&mut self, at: usize, indent: usize, text: &str, is_item: bool, stands: Stands) {
        let within = self.open.as_ref().is_some_and(|open| match open.place {
            Place::Item(label) => indent > label,
            Place::Heading | Place::Plain => open.items.is_some_and(|first| indent > first),
        });
        if let Some(label) = label(text).filter(|_| !within) {
            let place = if is_item { Place::Item(indent) } else { Place::Plain };
            if self.begin(at, label.name, place, label.rest) {
                return;
            }
            let entry = is_item && self.open.as_ref().is_some_and(|o| o.is_named && !matches!(o.place, Place::Item(_)));
            if label.marked && !entry {
                self.open = None;
                if !self.mistake(at, text, stands) {
                    let (label, rest) = (label.name.to_owned(), tidy(label.rest).to_owned());
                    self.packet.others.push(Other { line: at, label, rest });
                }
                return;
            }
        }
        let ends = self.open.as_ref().is_some_and(|open| match open.place {
            Place::Item(label) => indent <= label && (is_item || open.gap),
            Place::Plain => !is_item && open.gap && !within,
            Place::Heading => false,
        });
        if ends {
            self.open = None;
        }
        self.mistake(at, text, stands);
        if let Some(open) = self.open.as_mut().filter(|_| is_item) {
            open.items.get_or_insert(indent);
        }
        self.push(at, if is_item { Piece::Item(text.to_owned()) } else { Piece::Words(text.to_owned()) });
    }

    /// Begins the value of a label, if it is known.
    fn begin(&mut self, at: usize, name: &str, place: Place, rest: &str) -> bool {
        let label = plain_label(name);
        if !self.labels.contains_key(&label) {
            return false;
        }
        let is_named = self.named.contains(&label);
        let pieces = vec![(at, Piece::Words(rest.to_owned()))];
        self.open = Some(Open { place, is_named, gap: false, items: None, stated: self.packet.stated.len() });
        self.packet.stated.push(Stated { label, line: at, pieces });
        true
    }

    /// Keeps a line that begins with a known label and is not read as one. What is part of a value may begin with the word that a label
    /// is, unless it is written as a label.
    fn mistake(&mut self, at: usize, text: &str, stands: Stands) -> bool {
        let found = alike::alike(text, stands, self.open.is_some(), self.labels);
        let Some(Alike { label, written, .. }) = found else { return false };
        self.packet.mistaken.push(Mistaken { line: at, label, written });
        true
    }

    fn push(&mut self, at: usize, piece: Piece) {
        let Some(open) = &mut self.open else { return };
        let Some(stated) = self.packet.stated.get_mut(open.stated) else { return };
        if std::mem::take(&mut open.gap) {
            stated.pieces.push((at, Piece::Gap));
        }
        stated.pieces.push((at, piece));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABELS: [&str; 9] = [
        "requestor",
        "what",
        "why",
        "in scope paths",
        "risk tier",
        "test plan",
        "rollback hint",
        "risk map",
        "authority",
    ];

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn packet(text: &str) -> Packet {
        let written = |label: &&str| ((*label).to_owned(), label.to_ascii_uppercase().replace(' ', "_"));
        let labels = LABELS.iter().map(written).chain([("due".to_owned(), "Due".to_owned())]).collect();
        read(text, &labels, &set(&["risk map", "authority"]))
    }

    fn entries(text: &str, label: &str) -> Vec<String> {
        let packet = packet(text);
        let stated =
            packet.stated.iter().find(|stated| stated.label == label).unwrap_or_else(|| panic!("{label}: {text}"));
        stated.entries().into_iter().map(|(_, entry)| entry).collect()
    }

    const PACKET: &str = "\
# WP-1-Cancel: Cancel a job

## Metadata
- TASK_ID: WP-1-Cancel
- REQUESTOR: ilja
- AGENT_ID: orchestrator-7

## Scope
- **What**: Cancel a running job by its id,
  and tell who asked.
- **Why**: Jobs run for hours.
- **IN_SCOPE_PATHS**:
  * `src/jobs/mod.rs`
  * [src/jobs/cancel.rs](../../src/jobs/cancel.rs)
    * src/jobs/deep.rs

## Quality Gate
- **RISK_TIER**: MEDIUM
  - LOW: documents alone
- **TEST_PLAN**:
  ```bash
  # what the coder runs
  cargo test --test jobs

  just ai-review  # if MEDIUM
  ```
- **ROLLBACK_HINT**:
  ```bash
  git revert HEAD
    # or by hand
  ```
- **RISK_MAP**:
  * \"The job is half done\" -> Storage layer
  * Event is lost \u{2192} Queue

## Authority
- **SPEC_CURRENT**: docs/SPEC_CURRENT.md
- **Codex**: v0.8

---
**Last Updated:** 2026-01-10
";

    // S1-066, S1-074, S1-083, S1-087, S1-091, S1-092
    #[test]
    fn a_packet_is_read_by_its_labels() {
        let read = packet(PACKET);
        assert_eq!(read.title.as_deref(), Some("WP-1-Cancel: Cancel a job"));
        let lines: Vec<(&str, usize)> = read.stated.iter().map(|s| (s.label.as_str(), s.line)).collect();
        assert_eq!(lines[..3], [("requestor", 5), ("what", 9), ("why", 11)]);
        let others: Vec<&str> = read.others.iter().map(|other| other.label.as_str()).collect();
        assert_eq!(others, ["TASK_ID", "AGENT_ID", "Last Updated"]);
        assert_eq!(entries(PACKET, "requestor"), ["ilja"]);
        assert_eq!(read.stated[1].text(), "Cancel a running job by its id,\nand tell who asked.");
        assert_eq!(entries(PACKET, "in scope paths"), ["src/jobs/mod.rs", "src/jobs/cancel.rs", "src/jobs/deep.rs"]);
        assert_eq!(entries(PACKET, "risk tier")[0], "MEDIUM");
        assert_eq!(entries(PACKET, "test plan"), ["cargo test --test jobs", "just ai-review  # if MEDIUM"]);
        let rollback = read.stated.iter().find(|stated| stated.label == "rollback hint").unwrap();
        assert_eq!(rollback.text(), "git revert HEAD\n  # or by hand");
        let named: Vec<String> = entries(PACKET, "risk map");
        assert_eq!(name_and_text(&named[0]), Some(("The job is half done", "Storage layer")));
        assert_eq!(name_and_text(&named[1]), Some(("Event is lost", "Queue")));
        let authority = entries(PACKET, "authority");
        assert_eq!(authority.len(), 2, "{authority:?}");
        assert_eq!(name_and_text(&authority[1]), Some(("Codex", "v0.8")));
    }

    #[test]
    fn a_label_is_bold_or_in_capitals_or_known() {
        for text in
            ["- **What**: x", "**What:** x", "What: x", "* what: x", "WHAT: x", "1. **what** : x\nwhat: x", "  what: x"]
        {
            assert_eq!(entries(text, "what"), ["x"], "{text}");
        }
        for text in ["What:x", "**What** x", "> What: x", "<!--\nWhat: x\n-->", "```\nWhat: x\n```", "Somewhat: x"] {
            assert!(packet(text).stated.is_empty(), "{text}");
        }
        let others = packet("OTHER: `x`\nSo: y\n**So**: z").others;
        let others: Vec<(usize, &str, &str)> =
            others.iter().map(|other| (other.line, other.label.as_str(), other.rest.as_str())).collect();
        assert_eq!(others, [(1, "OTHER", "x"), (3, "So", "z")]);
    }

    // S1-066
    #[test]
    fn a_line_that_begins_with_a_label_in_another_form_is_mistaken_for_it() {
        let mistaken = |text: &str| -> Vec<(usize, String)> {
            packet(text).mistaken.into_iter().map(|one| (one.line, one.label)).collect()
        };
        for text in [
            "- **Risk Tier** (for Ilja): x",
            "- **RISK_TIER (for Ilja):** x",
            "- **RISK_TIER** x",
            "RISK_TIER : x",
            "RISK_TIER:x",
            "RISK_TIER (never touched): x",
            "Risk tier - x",
            "RISK_TIER -- x",
            "**RISK_TIER** - x",
            "**RISK_TIER** \u{2014} x",
            "`RISK_TIER`: x",
            "`RISK_TIER:` x",
            "__RISK_TIER__: x",
            "_RISK_TIER_: x",
            "***RISK_TIER***: x",
            "| RISK_TIER | x |",
            "| **Risk Tier** | x |",
            "> RISK_TIER: x",
            "> - **RISK_TIER**: x",
            "### Risk Tier (for Ilja)",
            "### **Risk Tier**",
            "Risk tier",
            "RISK_TIER = x",
            "RISK_TIER\u{ff1a} x",
            "```\nRISK_TIER: x\n```",
            "- **What**: a\n- **Risk Tier** (b): c",
            "- **What**: a\n  - **Risk Tier**: c",
            "- **What**: a\n  RISK_TIER : c",
            "## What\n- RISK_TIER: none\n  - **RISK TIER**: x",
            "<b>Risk tier</b>: x",
            "<B class=\"a\">RISK_TIER:</B> x",
            "- **What**: a\n  <strong>Risk Tier</strong>: x",
            "<p>Risk Tier: x</p>",
            "<div>\n  Risk Tier: x\n</div>",
            "<table>\n<tr><th>Risk Tier</th><td>x</td></tr>",
            "<table><tr><td>1</td><td>RISK_TIER</td><td>x</td></tr></table>",
            "<!-- a --> RISK_TIER: x",
            "<!--\na --> RISK_TIER: x",
            "<pre>\nRISK_TIER: x\n</pre>",
            "RISK<!-- -->_TIER: x",
            "RISK\\_TIER: x",
            "RISK&#95;TIER: x",
            "&bull; Risk Tier: x",
            "\"Risk Tier\": x",
            "\"RISK_TIER\" - x",
            "\u{201c}Risk Tier\u{201d}: x",
            "'RISK_TIER': x",
            "(Risk Tier): x",
            "[Risk Tier]: x",
            "{RISK_TIER}: x",
            "\u{ab}Risk Tier\u{bb} - x",
            "\u{2022} Risk Tier: x",
            "\u{2192} RISK_TIER: x",
            "\u{2705} **Risk Tier**: x",
            "**\u{2705} Risk Tier** x",
            "\u{a0}RISK_TIER: x",
            "@RISK_TIER: x",
            "a) RISK_TIER: x",
            "(1) RISK_TIER: x",
            "1.2 RISK_TIER: x",
            "- 2. **Risk Tier**: x",
            "| 1 | RISK_TIER | x |",
            "| 1 | **Risk Tier** | x |",
            "| 1 | Risk Tier: | x |",
            "a | RISK_TIER | x",
            "- **What**: a\n  | 1 | RISK_TIER | x |",
            "Risk tier\n---\nx",
            "Risk tier\n==\nx",
        ] {
            let [(_, label)] = &mistaken(text)[..] else { panic!("{text}: {:?}", mistaken(text)) };
            assert_eq!(label, "risk tier", "{text}");
        }
        for text in [
            PACKET,
            "What we do is this: x",
            "What the user sees (all of it): x",
            "Why-not",
            "<!--\n- **RISK_TIER** (a): x\n-->",
            "- **TEST_PLAN**:\n  - what -> x\n  - why: x\n  ```\n  WHAT: x\n  ```",
            "- **What**: a\n  **why** it is so",
            "- **OTHER (risk tier)**: x",
            "```\nRISK_TIER=x cargo test\n```",
            "```\n{ \"why\": 1 }\n```",
            "<!-- RISK_TIER: x -->",
            "<script>\nRISK_TIER: x\n</script>",
            "- **TEST_PLAN**:\n  - cargo test | grep WHY\n  - \"why\": x",
        ] {
            assert_eq!(mistaken(text), [], "{text}");
        }
    }

    // S1-066
    #[test]
    fn a_label_is_mistaken_in_front_matter_beside_other_spaces_and_before_other_signs() {
        for text in [
            "---\nRISK_TIER: x\n---\n",
            "---\nrisk_tier: x\nother: y\n...\n",
            "---\nother:\n  - RISK_TIER: x\n---\n- **What**: a",
            "RISK_TIER\u{a0}: x",
            "RISK_TIER\u{200b}: x",
            "- **Risk\u{a0}Tier**: x",
            "RISK\u{200b}_TIER: x",
            "RI\u{ad}SK_TIER: x",
            "RISK_TIER; x",
            "Risk tier, for Ilja: x",
            "RISK_TIER/OTHER: x",
            "## 7. RISK_TIER",
        ] {
            let mistaken: Vec<_> = packet(text).mistaken.into_iter().map(|one| one.label).collect();
            assert_eq!(mistaken, ["risk tier"], "{text}");
        }
    }

    // S1-066
    #[test]
    fn prose_may_begin_with_the_word_that_a_label_is() {
        // Left: meant as a label. Right: what anybody may write.
        for (meant, prose) in [
            ("WHY - it is slow", "Why - it is slow"),
            ("Why: it is slow", "Why, it is slow"),
            ("WHY, in short: it is slow", "WHY, it is slow"),
            ("---\nwhy: it is slow\n---", "---\nname: why\n---"),
            ("**Why** - it is slow", "Why \u{2014} it is slow"),
            ("**Why** it is slow", "Why *not*"),
            ("Why (in short):it is slow", "Why (in short) it is slow"),
            ("WHY", "Why"),
            ("| WHY | What |", "| Why | Change |"),
            ("| Change | **Why** |", "| Change | Why |"),
            ("| Change | Why: |", "| 2026-01-10 | why |"),
            ("<b>Why</b> it is slow", "<p>Why - it is slow</p>"),
            ("<dt>Why</dt><dd>slow</dd>", "<td>Why</td><td>Change</td>"),
            ("\"Why\": slow", "\"Why\" - nobody knows"),
            ("(WHY) slow\nWHY", "(why) slow"),
            ("\u{2022} Why: slow", "\u{2022} Why - slow"),
            ("1) WHY = slow", "1) Why = slow"),
            ("Due - tomorrow", "due - tomorrow"),
            ("| Due | tomorrow |", "| due | tomorrow |"),
            ("## Why - it is slow", "## Why it is slow"),
            ("Why\n===", "Why not\n==="),
        ] {
            let read = packet(meant);
            assert!(!read.mistaken.is_empty() || !read.stated.is_empty(), "{meant}");
            assert_eq!(packet(prose).mistaken, [], "{prose}");
        }
    }

    #[test]
    fn a_value_ends_where_the_next_thing_begins() {
        for end in ["- other", "OTHER: x", "## H", "***", "\nprose"] {
            assert_eq!(entries(&format!("- **What**: a\n  b\n{end}\nc\n"), "what"), ["a b"], "{end:?}");
        }
        assert_eq!(entries("What: a\nb\n\nprose", "what"), ["a b"]);
        assert_eq!(entries("IN_SCOPE_PATHS:\n\n- a\n- b\n\nprose\n- c", "in scope paths"), ["a", "b"]);
        assert_eq!(entries("## What\n\nA b.\n\nC d.\n- e\n## H\nx", "what"), ["A b. C d.", "e"]);
        assert_eq!(packet("## What\n\nA b.\n\nC d.\n- e\n## H\nx").stated[0].text(), "A b.\n\nC d.\n- e");
        assert_eq!(
            entries("- **WHAT**: a\n  - WHY: b\n- **WHY**: c", "what"),
            ["a", "WHY: b"],
            "what is within is no label"
        );
    }

    #[test]
    fn nothing_stated_is_an_empty_list() {
        for text in [
            "- **IN_SCOPE_PATHS**:",
            "IN_SCOPE_PATHS: none",
            "IN_SCOPE_PATHS: None\n- **WHY**: x",
            "IN_SCOPE_PATHS: ``",
        ] {
            let found = entries(text, "in scope paths");
            assert!(found.is_empty() || found == ["``"], "{text}: {found:?}");
        }
        assert_eq!(entries("- **IN_SCOPE_PATHS**:\n  - none", "in scope paths"), ["none"], "a file may be called so");
    }

    #[test]
    fn names_are_read_without_the_prose_behind_them() {
        assert_eq!(names("A, B"), ["A", "B"]);
        assert_eq!(names("A (first, of two), B (the other)"), ["A", "B"]);
        assert_eq!(names(" A ,, "), ["A"]);
        assert_eq!(names("§2.3 (Storage (API), a pattern)"), ["§2.3"]);
        assert_eq!(names("A(b)"), ["A(b)"], "what is not set apart belongs to the name");
        assert_eq!(names("A (b"), ["A (b"], "what is not closed is no prose");
        assert_eq!(names("A) , B"), ["A)", "B"]);
        assert!(names("").is_empty() && names("(all)") == ["(all)"]);
    }

    #[test]
    fn a_moment_has_a_day() {
        for moment in [
            "2026-01-12T09:30:00Z",
            "2026-01-12T09:30Z",
            "2026-01-12T09:30:00",
            "2026-01-12 09:30",
            "2026-01-12T09:30:00.123Z",
            "2026-01-12T09:30:00+02:00",
            "2026-01-12T09:30:00-0500",
        ] {
            assert_eq!(day_of_moment(moment), Some("2026-01-12"), "{moment}");
        }
        for other in [
            "2026-01-12",
            "2026-01-12T",
            "2026-01-12T9:30",
            "2026-01-12T09:30:00.Z",
            "2026-01-12T09:30 CET",
            "12.1.2026 09:30",
            "2026-01-12T09:30.5",
            "T09:30",
            "2026-01-12T09:30:00+2",
        ] {
            assert_eq!(day_of_moment(other), None, "{other}");
        }
    }

    #[test]
    fn placeholders_are_seen() {
        assert!(
            is_placeholder("{text 1..300}")
                && is_placeholder(" {a\nb} ")
                && !is_placeholder("a {b}")
                && !is_placeholder("")
        );
        assert_eq!(tidy("\"a\""), "a");
        assert_eq!(tidy("\"a\" or \"b\""), "\"a\" or \"b\"");
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_without_a_fault(text in "[-*_#>`~<!:\"{} \\t\r\nWhatwhy1.é\u{2192}]{0,200}") {
            for stated in packet(&text).stated {
                for (_, entry) in stated.entries() {
                    let _ = name_and_text(&entry);
                }
                let _ = stated.text();
            }
        }

        #[test]
        fn a_label_is_read_or_mistaken_whatever_stands_around_it(
            before in "[-*_|>\"(\u{2022} ]{0,4}`?", after in "[*_`| ]{0,3}[:=]", rest in "[a-z ]{0,9}",
        ) {
            let text = format!("{before}RISK_TIER{after}{rest}");
            let packet = packet(&text);
            let quiet = packet.stated.is_empty() && packet.mistaken.is_empty();
            proptest::prop_assert!(!quiet, "{}", text);
        }

        #[test]
        fn what_is_written_as_a_list_is_read_again(entries in proptest::collection::vec("[a-z][a-z0-9/._]{0,12}", 0..8)) {
            let list: Vec<String> = entries.iter().map(|entry| format!("  - {entry}\n")).collect();
            let text = format!("- **IN_SCOPE_PATHS**:\n{}- **WHY**: x\n", list.concat());
            proptest::prop_assert_eq!(self::entries(&text, "in scope paths"), entries);
        }
    }
}
