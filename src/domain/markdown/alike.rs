//! Text that a person takes for a label, and that is not read as one.
//!
//! What is read as a label is narrow on purpose, and what a page shows as one is wide. Whoever reads the page sees no difference, so
//! each form here refuses the document. Ordinary prose may begin with the one word that a label is: it takes capitals, the label as the
//! charter writes it, a colon, or marks such as bold type. Nobody writes several words of a label by chance.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::WHITE;
use super::packet::plain_label;
use crate::domain::text::is_invisible;

/// Known labels: their plain form, and how a template writes them.
pub type Labels = BTreeMap<String, String>;

/// Where a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stands {
    /// In a line of its own.
    Line,
    /// In a heading, which marks it.
    Heading,
    /// In fenced code, where signs have meanings of their own.
    Code,
}

/// How a text begins with a known label without being read as one.
#[derive(Debug)]
pub(super) struct Alike {
    pub(super) label: String,
    pub(super) written: String,
    /// In capitals or with marks around it, and set apart from what follows: it is meant as a label wherever it stands.
    pub(super) clear: bool,
}

/// Returns the first known label with which a line, or a cell of it, begins in a form of its own: other marks, quotes, brackets, HTML or
/// signs around the name, a remark or white space before its colon, a dash or a cell's edge in the colon's place, or nothing behind it.
/// `open`: it stands within a value, in which only what is clear is meant as a label.
pub(super) fn alike(text: &str, stands: Stands, open: bool, labels: &Labels) -> Option<Alike> {
    let text = spaced(text);
    let shown = if stands == Stands::Code { Cow::Borrowed(&*text) } else { shown(&text) };
    let cells = shown.split('|').skip(1).filter(|_| stands != Stands::Code);
    let mut begins = std::iter::once(&*shown).chain(cells).filter_map(|text| begins(text, stands, labels));
    begins.find(|alike| alike.clear || !open)
}

/// Returns a text with one kind of space, and without what has no width.
fn spaced(text: &str) -> Cow<'_, str> {
    let is_seen_as_other = |c: char| c != ' ' && is_invisible(c);
    if !text.contains(is_seen_as_other) {
        return Cow::Borrowed(text);
    }
    let has_no_width =
        |c: char| matches!(c, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2064}' | '\u{feff}');
    let seen = text.chars().filter(|c| !has_no_width(*c));
    Cow::Owned(seen.map(|c| if is_seen_as_other(c) { ' ' } else { c }).collect())
}

/// Returns what a page shows of a line: no comments, no escapes, and each HTML tag as a mark or as the edge of a cell.
pub(super) fn shown(text: &str) -> Cow<'_, str> {
    if !text.contains(['<', '&', '\\']) {
        return Cow::Borrowed(text);
    }
    let (mut out, mut rest) = (String::new(), text);
    // Behind the last `>` no tag ends, so that none is looked for.
    let behind = text.rfind('>').map_or(0, |at| text.len() - at);
    while let Some(at) = rest.find(['<', '&', '\\']) {
        out.push_str(&rest[..at]);
        let (seen, after) = sign_of(&rest[at..], rest.len() - at > behind && behind > 0);
        out.push_str(seen);
        rest = after;
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Returns what a page shows of what begins with `<`, `&` or a backslash, and what follows it; `ends`: some `>` does.
fn sign_of(sign: &str, ends: bool) -> (&str, &str) {
    if let Some(comment) = sign.strip_prefix("<!--") {
        return ("", comment.split_once("-->").map_or("", |(_, after)| after));
    }
    if let Some(rest) = sign.strip_prefix('&') {
        // No entity is called by more than 32 characters.
        let name = rest.bytes().take(32).take_while(|b| b.is_ascii_alphanumeric() || *b == b'#').count();
        return rest[name..].strip_prefix(';').filter(|_| name > 0).map_or(("&", rest), |after| (" ", after));
    }
    if let Some(rest) = sign.strip_prefix('\\') {
        return (if rest.starts_with(|c: char| c.is_ascii_punctuation()) { "" } else { "\\" }, rest);
    }
    let rest = sign.strip_prefix('<').unwrap_or_default();
    let is_tag = ends && rest.starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c));
    match is_tag.then(|| rest.split_once('>')).flatten() {
        Some((tag, after)) => (if parts(tag) { "|" } else { "*" }, after),
        None => ("<", rest),
    }
}

/// Returns whether an HTML tag parts what stands before it from what follows, and sets no type.
fn parts(tag: &str) -> bool {
    const PARTS: [&str; 15] =
        ["br", "dd", "details", "div", "dl", "hr", "li", "ol", "p", "section", "table", "tbody", "td", "tr", "ul"];
    let name = tag.trim_start_matches('/');
    let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
    PARTS.iter().any(|part| name[..end].eq_ignore_ascii_case(part))
}

/// Marks that set type: emphasis, code, a link's text.
fn is_type(c: char) -> bool {
    matches!(c, '*' | '_' | '`' | '~' | '[' | ']')
}

/// Quotes and brackets that end.
fn closes(c: char) -> bool {
    matches!(c, '"' | '\'' | '\u{201d}' | '\u{201c}' | '\u{2019}' | '\u{2018}' | '\u{bb}' | '\u{ab}' | ')' | '}')
}

fn begins(text: &str, stands: Stands, labels: &Labels) -> Option<Alike> {
    let bare = bare(text, stands);
    let in_name = |c: &char| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ' | '\t');
    let run: usize = bare.chars().take_while(in_name).map(char::len_utf8).sum();
    // `LABEL - text` and `LABEL-- text`: the dash is not the name's.
    let run = dash_in(&bare[..run]).unwrap_or(run);
    let is_edge = |c: char| is_type(c) || c == '-' || WHITE.contains(&c);
    let name = bare[..run].trim_end_matches(is_edge);
    let label = plain_label(name);
    let written = labels.get(&label)?;
    let before = &text[..text.len() - bare.len()];
    let is_marked = before.contains(is_type) && bare[name.len()..].starts_with(is_type);
    let is_marked = is_marked || stands == Stands::Heading;
    let is_between = |c: char| is_type(c) || closes(c) || WHITE.contains(&c);
    let rest = bare[name.len()..].trim_start_matches(is_between);
    let rest = match rest.strip_prefix('(').and_then(|remark| remark.split_once(')')) {
        Some((_, rest)) => rest.trim_start_matches(is_between),
        None => rest,
    };
    let has_colon = rest.starts_with([':', '\u{ff1a}']);
    // `LABEL, for all: text` and `LABEL/OTHER: text`: prose that begins with one word has such signs, too, but seldom a colon behind.
    let goes_on = rest.starts_with([',', ';', '/']) && (label.contains(' ') || rest.contains(':'));
    let is_set_apart = has_colon
        || goes_on
        || rest.is_empty()
        || rest.starts_with(['-', '\u{2013}', '\u{2014}', '=', '|', '\u{2192}']);
    let is_upper = name.len() > 1 && !name.chars().any(char::is_lowercase);
    let is_meant = is_marked || is_upper || has_colon || name == written || label.contains(' ');
    let found = is_meant && is_set_apart || is_marked && stands != Stands::Heading;
    found.then(|| Alike { label, written: name.to_owned(), clear: (is_marked || is_upper) && is_set_apart })
}

/// Returns a text without what may stand before a name: signs, and a number or letter that counts it.
fn bare(text: &str, stands: Stands) -> &str {
    let is_sign = |c: char| match stands {
        Stands::Code => is_type(c) && c != ']' || matches!(c, '>' | '|' | '+' | '-') || WHITE.contains(&c),
        Stands::Line | Stands::Heading => !c.is_alphanumeric(),
    };
    let bare = text.trim_start_matches(is_sign);
    if stands == Stands::Code {
        return bare;
    }
    let behind = bare.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let counted = if behind.len() < bare.len() {
        Some(behind.strip_prefix(')').unwrap_or(behind))
    } else {
        let letter = bare.strip_prefix(|c: char| c.is_ascii_alphabetic());
        letter.and_then(|behind| behind.strip_prefix([')', '.']))
    };
    counted.filter(|behind| behind.starts_with(WHITE)).map_or(bare, |behind| behind.trim_start_matches(is_sign))
}

/// Returns where a dash begins that stands apart in a name.
fn dash_in(name: &str) -> Option<usize> {
    ["--", " - ", "- ", " -"].iter().filter_map(|dash| name.find(dash)).min()
}
