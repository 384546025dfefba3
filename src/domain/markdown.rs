//! The Markdown that rules read: tables and headings, in a grammar small enough to be written down whole.
//!
//! Semantics 1 reads a document as follows. Where this grammar and what a reader sees on a rendered page could differ, the
//! grammar sees less, so that a rule finds nothing rather than something hidden.
//!
//! **Document.** At most [`MAX_DOCUMENT`] bytes of UTF-8; anything else is no document and answers nothing. One U+FEFF at the
//! very beginning is dropped. Lines end with LF; one CR before it, or at the end of the last line, is dropped. *White
//! space* is space and TAB.
//!
//! **Hidden lines** are read as if they were blank:
//! - *front matter*: the first line is `---`, and a later line is `---` or `...` (white space may follow either); both, and
//!   all between. Without the second line there is no front matter;
//! - *fenced code*: from a line of at most three spaces and at least three backticks, after which the line has no further
//!   backtick, or at least three `~`, up to and including the next line of at most three spaces, at least as many of the same
//!   character, and nothing else but white space; without one, up to the end;
//! - *raw HTML*: a line of at most three spaces and `<!--` hides up to and including the first line, itself included, that
//!   holds `-->`; likewise `<script`, `<style`, `<pre` and `<textarea` in any case, up to a line that holds `</script>`,
//!   `</style>`, `</pre>` or `</textarea>`, whichever was opened; any other line of at most three spaces and `<` before a
//!   letter, `/`, `!` or `?` hides up to the next blank line.
//!
//! **Plain lines** are those that are not hidden, not blank, begin with at most three spaces and no TAB among them, and whose
//! rest does not begin with `>`, is no thematic break (three or more of one of `-`, `*`, `_`, and white space) and begins no
//! list item (`-`, `+` or `*`, or one to nine digits and `.` or `)`, before white space or the end). Nothing else is read:
//! no table and no heading within quotations, lists or indented code.
//!
//! **Heading.** A plain line of one to six `#` before white space or the end. Its text is what follows, trimmed of white space,
//! then of a run of `#` that is all of it or stands after white space, trimmed again, and reduced as below. Underlined
//! headings do not count.
//!
//! **Table.** Two plain lines, neither a heading, each with a separating pipe, with equally many cells, of which every cell of
//! the second is one or more `-` with an optional `:` on either side. The first names the columns. The rows are the plain
//! lines that follow, up to the first line that is not plain or is a heading. A row's missing cells are empty; its cells
//! beyond the last column are dropped.
//!
//! **Cells.** A pipe separates unless a backslash stands directly before it, inside of backticks too. The line is trimmed, one
//! separating pipe at its beginning and one at its end are dropped, the rest is split at separating pipes; in each part `\|`
//! becomes `|`, and white space around it is trimmed; then it is reduced.
//!
//! **Reduction** of a cell's or heading's text, once and in this order: `[TEXT](TARGET)`, if it is the whole and neither TEXT nor
//! TARGET holds a bracket or parenthesis, becomes TEXT; then one backtick at either end, with something and no backtick
//! between, is removed. White space around the result is trimmed each time. Nothing else is interpreted: no emphasis, no
//! entities, no other escape.
//!
//! **Row of an id.** All tables that have a column of that heading are one list. If two columns of one of them have the same
//! heading, the document contradicts itself and answers nothing; if two rows of the list have the same id, it does so for that
//! id. Texts are compared character by character.
//!
//! **Column.** What stands in a column is, line by line, the text of its cell in each row of that list of which some cell is
//! filled. It is empty where others are filled and this one is not. Of each other table of the document, which is not read, its
//! headings stand on the line where they are, each between pipes: `| Number | Name |`.
//!
//! **Text.** A document holds a text that is not empty and stands in it character by character, after every CR LF became LF.
//! This knows no Markdown: hidden lines count.

mod alike;
pub mod packet;

use std::collections::BTreeMap;

/// The greatest length of a document, in bytes.
pub const MAX_DOCUMENT: usize = 16 * 1024 * 1024;

/// A row: the heading of each column, with the text of the cell.
pub type Row = BTreeMap<String, String>;

/// A document that says two things at once; what it says is unknown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Contradiction {
    /// A table has two columns of one heading.
    #[error("the table on line {line}, with the column {column:?}, has two columns {heading:?}")]
    Columns {
        /// The column that was looked for.
        column: String,
        /// The heading that stands twice.
        heading: String,
        /// The line of the headings.
        line: u64,
    },
    /// Two rows have one id.
    #[error("the column {column:?} has {id:?} twice, on lines {} and {}", lines[0], lines[1])]
    Rows {
        /// The column that holds the ids.
        column: String,
        /// The id that stands twice.
        id: String,
        /// The lines of the first two.
        lines: [u64; 2],
    },
}

/// Every table of a document that has a column of one heading, read as one list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    column: String,
    /// The headings of each table.
    heads: Vec<Vec<String>>,
    lines: Vec<Line>,
    /// Id -> the indices of its rows.
    ids: BTreeMap<String, Vec<usize>>,
    /// The headings of the tables without the column, by their lines.
    others: BTreeMap<u64, Vec<String>>,
}

/// A row of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    /// Where it stands in the document; the first line is 1.
    number: u64,
    /// The index of its table.
    table: usize,
    /// What stands in the column.
    text: String,
    /// The cells that are there. Rows are filled up when they are asked for, so that a wide table of short rows stays small.
    cells: Vec<String>,
}

impl Listing {
    /// Returns the tables of a document that have the column; `None` where none has it.
    ///
    /// # Errors
    /// [`Contradiction::Columns`] where two columns of such a table have the same heading.
    pub fn find(text: &str, column: &str) -> Result<Option<Listing>, Contradiction> {
        let plain = plain_lines(text);
        let mut found = Listing {
            column: column.to_owned(),
            heads: Vec::new(),
            lines: Vec::new(),
            ids: BTreeMap::new(),
            others: BTreeMap::new(),
        };
        let mut at = 0;
        while let Some(head) = head_at(&plain, at) {
            let body = head.at + 2;
            at = plain.iter().skip(body).position(|line| !is_table_line(*line)).map_or(plain.len(), |n| body + n);
            if let Some(index) = head.cells.iter().position(|heading| heading == column) {
                let rows = plain.iter().enumerate().take(at).skip(body);
                let rows = rows.filter_map(|(at, line)| Some((number(at), cells((*line)?))));
                found.add(index, number(head.at), head.cells, rows)?;
            } else {
                found.others.insert(number(head.at), head.cells);
            }
        }
        Ok(if found.heads.is_empty() { None } else { Some(found) })
    }

    fn add(
        &mut self,
        index: usize,
        line: u64,
        headings: Vec<String>,
        rows: impl Iterator<Item = (u64, Vec<String>)>,
    ) -> Result<(), Contradiction> {
        let mut sorted: Vec<&String> = headings.iter().collect();
        sorted.sort();
        if let Some((twice, _)) = sorted.iter().zip(sorted.iter().skip(1)).find(|(a, b)| a == b) {
            let heading = (*twice).clone();
            return Err(Contradiction::Columns { column: self.column.clone(), heading, line });
        }
        let (table, width) = (self.heads.len(), headings.len());
        self.heads.push(headings);
        for (number, mut cells) in rows {
            cells.truncate(width);
            let text = cells.get(index).cloned().unwrap_or_default();
            self.ids.entry(text.clone()).or_default().push(self.lines.len());
            self.lines.push(Line { number, table, text, cells });
        }
        Ok(())
    }

    /// Returns the row of an id; `None` where there is none.
    ///
    /// # Errors
    /// [`Contradiction::Rows`] where there are two, in one table or in several.
    pub fn row(&self, id: &str) -> Result<Option<Row>, Contradiction> {
        let mut found = self.ids.get(id).into_iter().flatten().filter_map(|at| self.lines.get(*at));
        match (found.next(), found.next()) {
            (None, _) => Ok(None),
            (Some(line), None) => Ok(Some(self.fill(line))),
            (Some(first), Some(second)) => Err(Contradiction::Rows {
                column: self.column.clone(),
                id: id.to_owned(),
                lines: [first.number, second.number],
            }),
        }
    }

    /// Returns what stands in the column, by the line where it stands: nothing, where only other cells of the row are filled.
    /// A row without any filled cell is left out. Of a table without the column the headings are told.
    pub fn texts(&self) -> BTreeMap<u64, String> {
        let filled = self.lines.iter().filter(|line| line.cells.iter().any(|cell| !cell.is_empty()));
        let others = self.others.iter().map(|(number, cells)| (*number, format!("| {} |", cells.join(" | "))));
        filled.map(|line| (line.number, line.text.clone())).chain(others).collect()
    }

    /// Returns every row, in the order of the document, those of a repeated or empty id too.
    pub fn rows(&self) -> impl Iterator<Item = Row> + '_ {
        self.lines.iter().map(|line| self.fill(line))
    }

    fn fill(&self, line: &Line) -> Row {
        let texts = line.cells.iter().cloned().chain(std::iter::repeat(String::new()));
        self.heads.get(line.table).into_iter().flatten().cloned().zip(texts).collect()
    }
}

/// Returns how people count the line of an index.
fn number(at: usize) -> u64 {
    u64::try_from(at).unwrap_or(u64::MAX).saturating_add(1)
}

/// Returns the text of a document's bytes; `None` where they are no document: too long, or not UTF-8.
pub fn document(bytes: &[u8]) -> Option<&str> {
    if bytes.len() > MAX_DOCUMENT { None } else { std::str::from_utf8(bytes).ok() }
}

/// Returns the row of `id` in the tables that have `column`; `None` where no table has it, or none of them such a row.
///
/// # Errors
/// A [`Contradiction`] of those tables.
pub fn row(text: &str, column: &str, id: &str) -> Result<Option<Row>, Contradiction> {
    match Listing::find(text, column)? {
        Some(listing) => listing.row(id),
        None => Ok(None),
    }
}

/// Returns whether a heading of the text `heading` stands in the document, and before the first one of the text `before`, if
/// that is asked: where there is none of that text, nothing stands before it.
pub fn heading(text: &str, heading: &str, before: Option<&str>) -> bool {
    let headings: Vec<String> = plain_lines(text).into_iter().flatten().filter_map(heading_text).collect();
    let end = before.map_or(Some(headings.len()), |before| headings.iter().position(|text| text == before));
    let end = end.unwrap_or(0);
    headings.iter().take(end).any(|text| text == heading)
}

/// Returns whether a heading can have the text.
pub fn is_heading_text(text: &str) -> bool {
    !text.starts_with('#')
        && !text.is_empty()
        && !text.contains('\n')
        && heading_text(&format!("# {text}")).as_deref() == Some(text)
}

/// Returns whether the document holds a text, hidden lines included. An empty text is held by no document.
pub fn holds(text: &str, part: &str) -> bool {
    !part.is_empty() && text.replace("\r\n", "\n").contains(part)
}

const WHITE: [char; 2] = [' ', '\t'];

/// What hides the lines that follow.
enum Hiding<'a> {
    Nothing,
    Fence { mark: char, length: usize },
    Until(&'a str),
    UntilBlank,
}

/// Returns a document's lines, `None` for each that is not plain.
fn plain_lines(text: &str) -> Vec<Option<&str>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines: Vec<&str> = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).collect();
    let front = front_matter(&lines);
    let mut hiding = Hiding::Nothing;
    let rest = lines.iter().skip(front).map(|line| {
        let visible = matches!(hiding, Hiding::Nothing);
        hiding = match std::mem::replace(&mut hiding, Hiding::Nothing) {
            Hiding::Nothing => opens(line),
            Hiding::Fence { mark, length } if closes_fence(line, mark, length) => Hiding::Nothing,
            Hiding::Until(end) if holds_ignoring_case(line, end) => Hiding::Nothing,
            Hiding::UntilBlank if line.trim_matches(WHITE).is_empty() => Hiding::Nothing,
            still => still,
        };
        let opened = is_raw_html(line) || !matches!(hiding, Hiding::Nothing);
        if visible && !opened { plain(line) } else { None }
    });
    std::iter::repeat_n(None, front).chain(rest).collect()
}

/// Returns how many lines the front matter takes.
fn front_matter(lines: &[&str]) -> usize {
    let is = |line: &str, mark: &str| line.trim_end_matches(WHITE) == mark;
    if !lines.first().is_some_and(|line| is(line, "---")) {
        return 0;
    }
    lines.iter().skip(1).position(|line| is(line, "---") || is(line, "...")).map_or(0, |n| n + 2)
}

/// Returns the line without its indentation, if that is at most three spaces.
fn unindented(line: &str) -> Option<&str> {
    let rest = line.trim_start_matches(' ');
    (line.len() - rest.len() <= 3 && !rest.starts_with('\t')).then_some(rest)
}

/// Returns what a visible line hides after itself.
fn opens(line: &str) -> Hiding<'static> {
    let Some(rest) = unindented(line) else { return Hiding::Nothing };
    for mark in ['`', '~'] {
        let info = rest.trim_start_matches(mark);
        let length = rest.len() - info.len();
        if length >= 3 && !(mark == '`' && info.contains('`')) {
            return Hiding::Fence { mark, length };
        }
    }
    if !is_raw_html(line) {
        return Hiding::Nothing;
    }
    for (begin, end) in RAW {
        if rest.get(..begin.len()).is_some_and(|b| b.eq_ignore_ascii_case(begin)) {
            return if holds_ignoring_case(rest, end) { Hiding::Nothing } else { Hiding::Until(end) };
        }
    }
    Hiding::UntilBlank
}

/// How raw HTML begins that ends with a text of its own.
const RAW: [(&str, &str); 5] = [
    ("<!--", "-->"),
    ("<script", "</script>"),
    ("<style", "</style>"),
    ("<pre", "</pre>"),
    ("<textarea", "</textarea>"),
];

fn is_raw_html(line: &str) -> bool {
    let mut chars = unindented(line).unwrap_or_default().chars();
    chars.next() == Some('<') && chars.next().is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'))
}

fn holds_ignoring_case(line: &str, end: &str) -> bool {
    line.to_ascii_lowercase().contains(end)
}

fn closes_fence(line: &str, mark: char, length: usize) -> bool {
    let Some(rest) = unindented(line) else { return false };
    let after = rest.trim_start_matches(mark);
    rest.len() - after.len() >= length && after.trim_matches(WHITE).is_empty()
}

/// Returns the trimmed line, if it is plain.
fn plain(line: &str) -> Option<&str> {
    let rest = unindented(line)?.trim_matches(WHITE);
    let wrong = rest.is_empty() || rest.starts_with('>') || is_break(rest) || is_list_item(rest);
    (!wrong).then_some(rest)
}

fn is_break(rest: &str) -> bool {
    ['-', '*', '_'].iter().any(|mark| {
        rest.chars().filter(|c| c == mark).count() >= 3 && rest.chars().all(|c| c == *mark || WHITE.contains(&c))
    })
}

fn is_list_item(rest: &str) -> bool {
    let after_digits = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let after = match rest.len() - after_digits.len() {
        0 => rest.strip_prefix(['-', '+', '*']),
        1..=9 => after_digits.strip_prefix(['.', ')']),
        _ => None,
    };
    after.is_some_and(|after| after.is_empty() || after.starts_with(WHITE))
}

/// Returns the text of a plain line that is a heading.
fn heading_text(line: &str) -> Option<String> {
    let rest = line.trim_start_matches('#');
    let level = line.len() - rest.len();
    if !(1..=6).contains(&level) || !(rest.is_empty() || rest.starts_with(WHITE)) {
        return None;
    }
    let text = rest.trim_matches(WHITE);
    let open = text.trim_end_matches('#');
    let text = if open.is_empty() || open.ends_with(WHITE) { open.trim_end_matches(WHITE) } else { text };
    Some(reduced(text).to_owned())
}

fn is_table_line(line: Option<&str>) -> bool {
    line.is_some_and(|line| heading_text(line).is_none())
}

/// The first line of a table.
struct Head {
    at: usize,
    cells: Vec<String>,
}

/// Returns the first table head at or after a line.
fn head_at(lines: &[Option<&str>], from: usize) -> Option<Head> {
    (from..lines.len()).find_map(|at| {
        let [head, rule] = lines.get(at..at + 2)? else { return None };
        if !is_table_line(*head) || !is_table_line(*rule) {
            return None;
        }
        let (head, rule) = ((*head)?, (*rule)?);
        let delimiters = parts(rule);
        let separated = pipes(head).next().is_some() && pipes(rule).next().is_some();
        let delimited = separated && delimiters.iter().all(|cell| is_delimiter(cell));
        let cells = if delimited { cells(head) } else { return None };
        (cells.len() == delimiters.len()).then_some(Head { at, cells })
    })
}

fn is_delimiter(cell: &str) -> bool {
    let dashes = cell.strip_prefix(':').unwrap_or(cell);
    let dashes = dashes.strip_suffix(':').unwrap_or(dashes);
    !dashes.is_empty() && dashes.bytes().all(|b| b == b'-')
}

/// Returns where the separating pipes of a line stand.
fn pipes(line: &str) -> impl Iterator<Item = usize> + '_ {
    line.match_indices('|').map(|(at, _)| at).filter(|at| !line[..*at].ends_with('\\'))
}

/// Returns the trimmed parts of a line between its separating pipes.
fn parts(line: &str) -> Vec<&str> {
    let mut bounds: Vec<usize> = pipes(line).collect();
    let (mut from, mut to) = (0, line.len());
    if bounds.first() == Some(&0) {
        bounds.remove(0);
        from = 1;
    }
    if bounds.last().is_some_and(|at| at + 1 == line.len()) {
        bounds.pop();
        to -= 1;
    }
    let starts = std::iter::once(from).chain(bounds.iter().map(|at| at + 1));
    let ends = bounds.iter().copied().chain(std::iter::once(to));
    starts.zip(ends).map(|(a, b)| line.get(a..b).unwrap_or_default().trim_matches(WHITE)).collect()
}

/// Returns the texts of a line's cells.
fn cells(line: &str) -> Vec<String> {
    parts(line).into_iter().map(|part| reduced(part.replace("\\|", "|").trim_matches(WHITE)).to_owned()).collect()
}

/// Returns the text of a trimmed cell or heading, without a link around it, then without backticks around it.
fn reduced(text: &str) -> &str {
    let bare = |part: &str| !part.contains(['[', ']', '(', ')']);
    let link = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(')')).and_then(|rest| rest.split_once("]("));
    let text = match link {
        Some((label, target)) if bare(label) && bare(target) => label.trim_matches(WHITE),
        _ => text,
    };
    match text.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')) {
        Some(code) if !code.is_empty() && !code.contains('`') => code.trim_matches(WHITE),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INDEX: &str = "\
# Index

Some words | with a pipe.

| ID     | Title           | Path                       |
|--------|:---------------:|---------------------------:|
| `E-00` | Index           | `docs/e-00.md`             |
| [`E-05`](e-05.md) | A \\| B | [docs/e-05.md](./e-05.md)  |
| E-06   |
| E-07   | x | y | dropped |
E-08 | without outer pipes | z

| ID | Title | Other |
|----|-------|-------|
| E-09 | second table | |
";

    fn rows(text: &str, column: &str) -> Option<Vec<Row>> {
        Listing::find(text, column).unwrap().map(|listing| listing.rows().collect())
    }

    fn cell(text: &str, id: &str, column: &str) -> Option<String> {
        row(text, "ID", id).unwrap().and_then(|row| row.get(column).cloned())
    }

    // S0-006, S0-009
    #[test]
    fn a_row_is_found_by_its_id_in_every_table_with_the_column() {
        assert_eq!(cell(INDEX, "E-00", "Path").unwrap(), "docs/e-00.md");
        assert_eq!(cell(INDEX, "E-05", "Title").unwrap(), "A | B");
        assert_eq!(cell(INDEX, "E-05", "Path").unwrap(), "docs/e-05.md");
        assert_eq!(cell(INDEX, "E-06", "Path").unwrap(), "");
        assert_eq!(row(INDEX, "ID", "E-07").unwrap().unwrap().len(), 3);
        assert_eq!(cell(INDEX, "E-08", "Path").unwrap(), "z");
        assert_eq!(cell(INDEX, "E-09", "Title").unwrap(), "second table");
        assert_eq!(cell(INDEX, "E-09", "Path"), None, "that table has no such column");
        assert_eq!(row(INDEX, "Other", "").unwrap().unwrap()["ID"], "E-09");
        assert_eq!(row(INDEX, "Nowhere", "E-00"), Ok(None));
        assert_eq!(rows(INDEX, "ID").unwrap().len(), 6);
    }

    // S0-009, S0-010
    #[test]
    fn what_stands_in_a_column_is_told_by_its_lines() {
        let listed = |text: &str| Listing::find(text, "ID").unwrap().unwrap().texts();
        let texts = |listed: BTreeMap<u64, String>| listed.into_iter().collect::<Vec<_>>();
        let expected = [(7, "E-00"), (8, "E-05"), (9, "E-06"), (10, "E-07"), (11, "E-08"), (15, "E-09")];
        assert_eq!(texts(listed(INDEX)), expected.map(|(line, text)| (line, text.to_owned())));
        // A row without an id is one, if anything stands in it; what lies beyond the last column does not.
        let rows = "| T | ID |\n|--|--|\n| a |\n|  |  |\n| | | c |\n|  | B |\n| | |\n";
        assert_eq!(texts(listed(rows)), [(3, String::new()), (6, "B".to_owned())]);
        // Hidden lines are counted, and not read.
        let hidden = format!("---\n---\n```\n{INDEX}```\n{INDEX}<!--\n{INDEX}-->\n");
        assert_eq!(listed(&hidden).into_keys().collect::<Vec<_>>(), [7, 8, 9, 10, 11, 15].map(|line| line + 19));
        assert!(listed("| ID |\n|--|\n\n| ID |\n|--|\n").is_empty());
    }

    // S0-006
    #[test]
    fn two_tables_are_one_list_and_contradict_each_other_as_one_does_itself() {
        let second = "\n| Title | ID |\n|--|--|\n| again | E-05 |\n| new | E-10 |\n";
        let text = format!("{INDEX}{second}");
        assert_eq!(cell(&text, "E-10", "Title").unwrap(), "new");
        let twice = row(&text, "ID", "E-05").unwrap_err();
        assert_eq!(twice.to_string(), "the column \"ID\" has \"E-05\" twice, on lines 8 and 19");
        assert_eq!(cell(&text, "E-00", "Title").unwrap(), "Index", "of the others it says one thing");
        let columns = format!("{INDEX}\n| ID | A | A |\n|--|--|--|\n");
        let twice = row(&columns, "ID", "E-00").unwrap_err();
        assert_eq!(twice.to_string(), "the table on line 17, with the column \"ID\", has two columns \"A\"");
        // A table without the column may say what it likes.
        let other = format!("{INDEX}\n| No | A | A |\n|--|--|--|\n| E-05 | | |\n");
        assert_eq!(cell(&other, "E-05", "Title").unwrap(), "A | B");
    }

    #[test]
    fn windows_line_ends_and_a_byte_order_mark_change_nothing() {
        let windows = format!("\u{feff}{}", INDEX.replace('\n', "\r\n"));
        assert_eq!(rows(&windows, "ID"), rows(INDEX, "ID"));
        assert!(heading(&windows, "Index", None));
        assert!(holds("a\r\nb", "a\nb"));
    }

    #[test]
    fn two_rows_of_an_id_are_a_contradiction_and_so_are_two_columns_of_a_heading() {
        let text = "| ID | T |\n|--|--|\n| A | 1 |\n| B | 2 |\n| `A` | 1 |\n";
        assert_eq!(
            row(text, "ID", "A").unwrap_err().to_string(),
            "the column \"ID\" has \"A\" twice, on lines 3 and 5"
        );
        assert_eq!(cell(text, "B", "T").unwrap(), "2");
        let text = "| ID | T | T |\n|--|--|--|\n| A | 1 | 1 |\n";
        let error = row(text, "ID", "A").unwrap_err();
        assert_eq!(error.to_string(), "the table on line 1, with the column \"ID\", has two columns \"T\"");
        assert_eq!(Listing::find(text, "ID").unwrap_err(), error);
    }

    #[test]
    fn what_is_hidden_is_not_read() {
        let table = "| ID | T |\n|--|--|\n| A | 1 |\n";
        for (before, after) in [
            ("```\n", "```\n"),
            ("~~~ md\n```\n", "~~~~\n"),
            ("   ````\n```\n", ""),
            ("<!--\n", "-->\n"),
            ("<!-- x\n\n", "-->\n"),
            ("<div hidden>\n", ""),
            ("<STYLE>\n\n", "</style>\n"),
            ("---\n", "---\n"),
        ] {
            assert_eq!(row(&format!("{before}{table}{after}"), "ID", "A"), Ok(None), "{before:?}");
            assert!(!heading(&format!("{before}# H\n{after}"), "H", None), "{before:?}");
        }
        for before in
            ["```\n```\n", "<!-- -->\n", "``` a`b\n", "---\n", "text\n---\n---\n", "<div>\n\n", "1 < 2\n", "<3\n"]
        {
            assert_eq!(cell(&format!("{before}{table}"), "A", "T").as_deref(), Some("1"), "{before:?}");
        }
        for prefix in ["> ", "- ", "1. ", "    ", "\t", " \t"] {
            let quoted: Vec<String> = table.lines().map(|line| format!("{prefix}{line}")).collect();
            assert_eq!(row(&quoted.join("\n"), "ID", "A"), Ok(None), "{prefix:?}");
        }
    }

    #[test]
    fn a_table_ends_where_another_block_begins() {
        for end in ["\n", "# H\n", "```\n```\n", "> q\n", "- l\n", "***\n", "    code\n", "<!-- c -->\n"] {
            let text = format!("| ID | T |\n|--|--|\n| A | 1 |\n{end}| B | 2 |\n");
            assert_eq!(rows(&text, "ID").unwrap().len(), 1, "{end:?}");
        }
        let text = "| ID | T |\n|--|--|\n| A | 1 |\nlazy\n| A | 2 |\n";
        assert!(row(text, "ID", "A").is_err(), "a line without a pipe is a row, as on a rendered page");
    }

    #[test]
    fn what_is_no_table_is_not_read_as_one() {
        for text in [
            "| ID | T |\n| A | 1 |\n",
            "| ID | T |\n|--|\n| A | 1 |\n",
            "| ID | T |\n|--|-x|\n| A | 1 |\n",
            "| ID | T |\n|--||\n| A | 1 |\n",
            "ID\n--\nA\n",
            "# ID | T\n|--|--|\n| A | 1 |\n",
            "| ID | T |\n\n|--|--|\n| A | 1 |\n",
        ] {
            assert_eq!(rows(text, "ID"), None, "{text:?}");
        }
        assert_eq!(cell("a\nID | T\n:-- | --:\nA | 1", "A", "T").unwrap(), "1");
        assert_eq!(cell("|ID|T|\n|-|-|\n|A|`x\\|y`|", "A", "T").unwrap(), "x|y");
        assert_eq!(cell("|ID|T|\n|-|-|\n|A|\\\\| b|", "A", "T").unwrap(), "\\| b");
    }

    #[test]
    fn reduction_is_done_once_and_only_on_the_whole() {
        for (text, reduces_to) in [
            ("`a`", "a"),
            ("` a `", "a"),
            ("``a``", "``a``"),
            ("``", "``"),
            ("`a` b", "`a` b"),
            ("`a` and `b`", "`a` and `b`"),
            ("[a](b)", "a"),
            ("[`a`](b)", "a"),
            ("`[a](b)`", "[a](b)"),
            ("[a](b) c", "[a](b) c"),
            ("[a](b) [c](d)", "[a](b) [c](d)"),
            ("[a](b(c))", "[a](b(c))"),
            ("**a**", "**a**"),
            ("[](b)", ""),
        ] {
            assert_eq!(reduced(text), reduces_to, "{text}");
        }
    }

    // S1-134
    #[test]
    fn headings_are_compared_by_their_text_and_order() {
        let text = "# One\n\n## `Two` ##\ntext\n### Three#\n#Four\n####### Five\nSix\n===\n# Two\n";
        for (name, found) in
            [("One", true), ("Two", true), ("Three#", true), ("Four", false), ("Five", false), ("Six", false)]
        {
            assert_eq!(heading(text, name, None), found, "{name}");
        }
        assert!(heading(text, "One", Some("Two")));
        assert!(!heading(text, "Three#", Some("Two")), "the first one of that text counts");
        assert!(!heading(text, "Two", Some("One")));
        assert!(!heading(text, "One", Some("Seven")), "nothing stands before what is not there");
        assert!(heading("#\n", "", None) && heading("# ###\n", "", None));
    }

    #[test]
    fn only_utf8_of_a_bounded_size_is_a_document() {
        assert_eq!(document(b"\xff"), None);
        assert_eq!(document(&vec![b'a'; MAX_DOCUMENT + 1]), None);
        assert_eq!(document("é".as_bytes()), Some("é"));
        assert!(!holds("abc", "") && holds("abc", "bc") && !holds("abc", "cb"));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_without_a_fault(text in "[-|`~#<>!:\\\\ \\t\r\na1.é\\[\\]()]{0,200}", id in "[a1]?") {
            let _ = (row(&text, "a", &id), heading(&text, "a", Some("1")));
            let lines = text.split('\n').count();
            let texts = Listing::find(&text, "a").ok().flatten().map(|listing| listing.texts()).unwrap_or_default();
            proptest::prop_assert!(texts.into_keys().all(|line| (1..=lines).contains(&usize::try_from(line).unwrap())));
        }

        #[test]
        fn a_table_that_is_written_is_read_again(cells in proptest::collection::vec("[a-z0-9 é*_.-]{0,8}", 1..12)) {
            let lines: Vec<String> = cells.iter().enumerate().map(|(n, cell)| format!("| {n} | {cell} |")).collect();
            let text = format!("| n | t |\n|---|---|\n{}", lines.join("\n"));
            for (n, cell) in cells.iter().enumerate() {
                let found = row(&text, "n", &n.to_string()).unwrap().unwrap();
                proptest::prop_assert_eq!(&found["t"], cell.trim());
            }
        }
    }
}
