//! Lines, tables and pages for people. Whatever enters a line is made safe for a terminal there.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use super::shown;
use crate::domain::explain::Outcome;

/// How output looks: whether it is coloured, how many columns it has, and whether they are the end of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// With terminal styles.
    pub color: bool,
    /// How many columns.
    pub width: usize,
    /// What does not fit goes on beyond the columns, as in a file or a pipe, rather than being cut off.
    pub whole: bool,
}

impl Look {
    /// 100 columns without colour: what a file or a test gets.
    pub const PLAIN: Look = Look { color: false, width: 100, whole: true };

    /// As many columns as it takes, without colour: what a log gets.
    pub const ENDLESS: Look = Look { color: false, width: usize::MAX, whole: true };
}

/// What a part of a line is, which decides its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Text.
    Plain,
    /// A heading, or a name that is looked for.
    Strong,
    /// What is met.
    Good,
    /// What is not met, or stands in the way.
    Bad,
    /// That something failed.
    Alarm,
    /// What cannot be known, or waits.
    Unsure,
    /// Labels and what is by the way.
    Faint,
    /// A command.
    Command,
}

impl Tone {
    /// Returns the tone of an outcome.
    pub const fn of(outcome: Outcome) -> Tone {
        match outcome {
            Outcome::Met => Tone::Good,
            Outcome::Unmet => Tone::Bad,
            Outcome::Unknown | Outcome::Waived => Tone::Unsure,
            Outcome::NotApplicable => Tone::Faint,
        }
    }

    fn style(self) -> Style {
        match self {
            Tone::Plain => Style::new(),
            Tone::Strong => Style::new().bold(),
            Tone::Good => AnsiColor::Green.on_default(),
            Tone::Bad => AnsiColor::Red.on_default(),
            Tone::Alarm => AnsiColor::Red.on_default().bold(),
            Tone::Unsure => AnsiColor::Yellow.on_default(),
            Tone::Faint => Style::new().dimmed(),
            Tone::Command => AnsiColor::Cyan.on_default(),
        }
    }
}

/// A line of text in parts. Parts hold no control that a terminal could act on, and no line feed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line(Vec<(Tone, String)>);

impl Line {
    /// Returns a line of one part.
    pub fn new(tone: Tone, text: impl AsRef<str>) -> Line {
        Line::default().and(tone, text)
    }

    /// Returns a line of plain text.
    pub fn plain(text: impl AsRef<str>) -> Line {
        Line::new(Tone::Plain, text)
    }

    /// Adds a part.
    #[must_use]
    pub fn and(mut self, tone: Tone, text: impl AsRef<str>) -> Line {
        if !text.as_ref().is_empty() {
            self.0.push((tone, shown::line(text.as_ref())));
        }
        self
    }

    /// Adds the parts of another line.
    #[must_use]
    pub fn join(mut self, other: Line) -> Line {
        self.0.extend(other.0);
        self
    }

    /// Returns how many columns the line takes.
    pub fn width(&self) -> usize {
        self.0.iter().map(|(_, text)| text.width()).sum()
    }

    /// Returns whether nothing stands in the line.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the line in lines of at most so many columns, broken at blanks, each after the first behind `hang` blanks. A
    /// command is never broken, so that it can be copied, nor is a word: what is longer than a line has a line for itself.
    #[must_use]
    pub fn wrapped(self, width: usize, hang: usize) -> Vec<Line> {
        if self.width() <= width {
            return vec![self];
        }
        let mut lines = Vec::new();
        let mut line = Line::default();
        let mut blanks = Line::default();
        for word in self.words() {
            if word.0.iter().all(|(_, text)| text.trim().is_empty()) {
                blanks = blanks.join(word);
                continue;
            }
            let fits = line.width() + blanks.width() + word.width() <= width;
            if !fits && !line.is_blank() {
                lines.push(std::mem::take(&mut line));
                blanks = Line::default().fill(hang);
            }
            line = line.join(std::mem::take(&mut blanks)).join(word);
        }
        lines.push(line);
        lines
    }

    fn is_blank(&self) -> bool {
        self.0.iter().all(|(_, text)| text.trim().is_empty())
    }

    /// Returns the line in words and the blanks between them, each with its tones.
    fn words(self) -> Vec<Line> {
        let mut words: Vec<Line> = Vec::new();
        // Whether the last word may go on, and whether it is blanks.
        let mut open: Option<bool> = None;
        for (tone, text) in self.0 {
            let whole = tone == Tone::Command && !text.trim().is_empty();
            let pieces: Vec<&str> = if whole { vec![&text] } else { pieces(&text) };
            for piece in pieces {
                let blank = piece.starts_with(' ') && !whole;
                match words.last_mut().filter(|_| open == Some(blank)) {
                    Some(word) => word.0.push((tone, piece.to_owned())),
                    None => words.push(Line(vec![(tone, piece.to_owned())])),
                }
                open = Some(blank);
            }
        }
        words
    }

    /// Adds blanks up to a number of columns.
    #[must_use]
    pub fn fill(mut self, width: usize) -> Line {
        let missing = width.saturating_sub(self.width());
        if missing > 0 {
            self.0.push((Tone::Plain, " ".repeat(missing)));
        }
        self
    }

    /// Returns the text, without blanks at its end.
    pub fn to_text(&self, look: Look) -> String {
        let mut out = String::new();
        let last = self.0.iter().rposition(|(_, text)| !text.trim_end().is_empty());
        for (position, (tone, text)) in self.0.iter().enumerate().take(last.map_or(0, |last| last + 1)) {
            let text = if Some(position) == last { text.trim_end() } else { text };
            if look.color && *tone != Tone::Plain && !text.trim().is_empty() {
                let style = tone.style();
                let _ = write!(out, "{style}{text}{style:#}");
            } else {
                out.push_str(text);
            }
        }
        out
    }
}

/// Returns a text in words and the blanks between them.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c: char| (c == ' ') != (first == ' ')).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        pieces.push(piece);
        rest = after;
    }
    pieces
}

/// A page under way: lines from top to bottom.
#[derive(Debug, Clone)]
pub struct Page {
    look: Look,
    label: usize,
    out: String,
}

/// Between two columns.
const GAP: usize = 2;

/// How far the rest of a line that was broken stands behind its beginning.
const HANG: usize = 4;

/// How narrow the last column may become before what stands in it goes below.
const NARROW: usize = 20;

/// How wide the column of labels is, unless a page says otherwise.
const LABEL: usize = 9;

impl Page {
    /// Returns an empty page.
    pub fn new(look: Look) -> Page {
        Page { look, label: LABEL, out: String::new() }
    }

    /// Makes the column of labels wide enough for these.
    pub fn labels<'l>(&mut self, labels: impl IntoIterator<Item = &'l str>) {
        let widest = labels.into_iter().map(str::width).max().unwrap_or(0);
        self.label = LABEL.max((widest + 1).min(24));
    }

    /// Returns how the page looks.
    pub fn look(&self) -> Look {
        self.look
    }

    /// Adds a line; on a terminal it is broken where the columns end.
    pub fn line(&mut self, line: &Line) {
        let blanks = line.0.first().map_or(0, |(_, text)| text.len() - text.trim_start_matches(' ').len());
        self.hung(line, blanks + HANG);
    }

    /// Adds a line whose rest, where it is broken, stands at a column, unless that would leave no room.
    pub fn hung(&mut self, line: &Line, at: usize) {
        let at = if at + NARROW <= self.look.width { at } else { HANG.min(at) };
        let width = if self.look.whole { usize::MAX } else { self.look.width };
        for line in line.clone().wrapped(width, at) {
            self.out.push_str(&line.to_text(self.look));
            self.out.push('\n');
        }
    }

    /// Adds an empty line, unless the page begins or an empty line was the last.
    pub fn gap(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    /// Adds a heading after an empty line.
    pub fn head(&mut self, text: &str) {
        self.gap();
        self.line(&Line::new(Tone::Strong, text));
    }

    /// Adds a label and a line, whose rest, where it is broken, stands in the column of the line.
    pub fn row(&mut self, label: &str, column: usize, line: &Line) {
        self.hung(&Line::plain(label).fill(column).join(line.clone()), column);
    }

    /// Adds a label and a text, which is wrapped within its column; below the label where the column would be too narrow.
    pub fn detail(&mut self, indent: usize, label: &str, tone: Tone, text: &str) {
        let start = indent + self.label;
        let label = Line::plain(" ".repeat(indent)).and(Tone::Faint, label);
        let (head, start) = if start + NARROW <= self.look.width {
            let head = if label.width() < start { label.fill(start) } else { label.and(Tone::Plain, " ") };
            (head, start)
        } else {
            if !label.is_blank() {
                self.line(&label);
            }
            (Line::default().fill(indent + GAP), indent + GAP)
        };
        let lines = wrap(&shown::line(text), self.look.width.saturating_sub(start).max(NARROW));
        for (position, text) in lines.iter().enumerate() {
            let head = if position == 0 { head.clone() } else { Line::default().fill(start) };
            self.raw(&head.and(tone, text));
        }
    }

    /// Adds a label and a command, with what stands beside it at a column, or below where that does not fit. The command is
    /// neither cut nor wrapped, so that it can be copied.
    pub fn command(&mut self, indent: usize, label: &str, text: &Line, beside: &Line, at: usize) {
        let start = indent + self.label;
        let line = Line::default().fill(indent).and(Tone::Faint, label).fill(start).join(text.clone());
        let aligned = line.clone().fill(at).join(beside.clone());
        let close = line.clone().fill(line.width() + GAP).join(beside.clone());
        let fits = |line: &Line| self.look.whole || line.width() <= self.look.width;
        if beside.is_empty() {
            self.raw(&line);
        } else if fits(&aligned) {
            self.raw(&aligned);
        } else if fits(&close) {
            self.raw(&close);
        } else {
            self.raw(&line);
            self.hung(&Line::default().fill(start + GAP).join(beside.clone()), start + GAP);
        }
    }

    fn raw(&mut self, line: &Line) {
        self.out.push_str(&line.to_text(self.look));
        self.out.push('\n');
    }

    /// Adds commands that go on, each with who can run it: to its right where that fits, else below. Commands are never
    /// cut or wrapped, so that they can be copied.
    pub fn next(&mut self, indent: usize, steps: &[(String, String)]) {
        let start = indent + self.label;
        let widths = steps.iter().map(|(command, _)| command.width());
        let room = self.look.width.saturating_sub(start);
        let column = widths.filter(|width| *width <= room / 2).max().unwrap_or(0) + GAP;
        for (position, (command, who)) in steps.iter().enumerate() {
            let label = if position == 0 { "next" } else { "" };
            let line = Line::plain(" ".repeat(indent)).and(Tone::Faint, label).fill(start).and(Tone::Command, command);
            let width = command.width().max(column.saturating_sub(GAP)) + GAP + who.width();
            if who.is_empty() || width <= room {
                let at = start + column.max(command.width() + GAP);
                self.raw(&if who.is_empty() { line } else { line.fill(at).and(Tone::Plain, who) });
            } else {
                self.raw(&line);
                let below = Line::default().fill(start + GAP).and(Tone::Plain, who);
                self.hung(&below, start + GAP);
            }
        }
    }

    /// Adds a table. The last column goes on below where the page ends; the others are as wide as what stands in them.
    pub fn table(&mut self, indent: usize, rows: &[Vec<Line>]) {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        self.table_of(indent, rows, &widths(rows, columns));
    }

    /// Adds a table whose columns, but for the last, have these widths. Where they leave no room, a row is a line of text.
    pub fn table_of(&mut self, indent: usize, rows: &[Vec<Line>], widths: &[usize]) {
        let before = |row: &[Line]| -> usize {
            let all = widths.iter().take(row.len().saturating_sub(1)).map(|width| width + GAP);
            indent + all.sum::<usize>()
        };
        let room = |row: &Vec<Line>| {
            let last = row.iter().rposition(|cell| !cell.is_blank()).unwrap_or(0);
            let needed = row.get(last).map_or(0, Line::width);
            let start = before(row.get(..=last).unwrap_or_default());
            start + needed.min(NARROW) <= self.look.width
        };
        let aligned = self.look.whole || rows.iter().all(room);
        for row in rows {
            let mut line = Line::default().fill(indent);
            let mut start = indent;
            for (position, cell) in row.iter().enumerate() {
                if aligned {
                    line = line.fill(start);
                } else if position > 0 && !cell.is_blank() {
                    line = line.and(Tone::Plain, "  ");
                }
                line = line.join(cell.clone());
                start += widths.get(position).copied().unwrap_or(0) + GAP;
            }
            let at = if aligned { before(row) } else { indent + HANG };
            self.hung(&line, at);
        }
    }

    /// Returns the text, which ends in a line feed unless it is empty.
    pub fn finish(self) -> String {
        self.out
    }
}

/// Returns how wide the columns of some rows have to be.
pub fn widths(rows: &[Vec<Line>], columns: usize) -> Vec<usize> {
    let cells = |at: usize| rows.iter().filter(move |row| row.len() > at + 1).filter_map(move |row| row.get(at));
    (0..columns).map(|at| cells(at).map(Line::width).max().unwrap_or(0)).collect()
}

/// Returns a text in lines of at most so many columns, broken at blanks; a longer word keeps its line for itself.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        if !line.is_empty() && line.width() + 1 + word.width() > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_could_act_on_is_shown_and_not_sent() {
        let line = Line::plain("red\u{1b}[31m").and(Tone::Plain, " a\nb \u{202e}tfel");
        assert_eq!(line.to_text(Look::PLAIN), "red\\u{1b}[31m a b \\u{202e}tfel");
    }

    fn broken(line: Line, width: usize, hang: usize) -> Vec<String> {
        line.wrapped(width, hang).iter().map(|line| line.to_text(Look::PLAIN)).collect()
    }

    #[test]
    fn a_line_is_broken_at_blanks_and_loses_nothing() {
        let line = || Line::plain("  one two").and(Tone::Good, "-three").and(Tone::Plain, "   four");
        assert_eq!(broken(line(), 22, 4), ["  one two-three   four"]);
        assert_eq!(broken(line(), 16, 4), ["  one two-three", "    four"]);
        assert_eq!(broken(line(), 14, 4), ["  one", "    two-three", "    four"]);
        assert_eq!(broken(Line::plain("日本 語語"), 6, 0), ["日本", "語語"]);
        assert_eq!(
            broken(Line::plain("a b ").and(Tone::Command, "ledger seal E-05"), 12, 2),
            ["a b", "  ledger seal E-05"]
        );
        assert_eq!(broken(Line::plain("abcdefgh"), 4, 2), ["abcdefgh"], "a word is never broken");
    }

    #[test]
    fn colour_is_only_where_it_is_asked_for() {
        let line = Line::new(Tone::Bad, "no").fill(5).and(Tone::Plain, "x");
        assert_eq!(line.to_text(Look { color: true, width: 80, whole: false }), "\u{1b}[31mno\u{1b}[0m   x");
        assert_eq!(line.to_text(Look::PLAIN), "no   x");
    }

    #[test]
    fn tables_are_aligned_and_end_with_the_page() {
        let mut page = Page::new(Look { color: false, width: 16, whole: false });
        let row = |a: &str, b: &str| vec![Line::plain(a), Line::plain(b)];
        page.table(2, &[row("E-05", "a short one"), row("MIG-06", "x")]);
        assert_eq!(page.finish(), "  E-05  a short\n    one\n  MIG-06  x\n");
    }

    #[test]
    fn where_there_is_no_terminal_nothing_is_cut_off() {
        let long = "a title that goes on and on";
        let mut page = Page::new(Look { color: false, width: 16, whole: true });
        page.table(2, &[vec![Line::plain("E-05"), Line::plain(long)]]);
        assert_eq!(page.finish(), format!("  E-05  {long}\n"));
    }

    #[test]
    fn commands_stay_whole_and_names_stand_beside_them_or_below() {
        let mut page = Page::new(Look { color: false, width: 44, whole: false });
        let step = |command: &str, who: &str| (command.to_owned(), who.to_owned());
        page.next(
            2,
            &[step("ledger seal E-05", "approver: omar"), step("ledger move PHASE-E closed --as lead", "lead: kim")],
        );
        let expected = "  next     ledger seal E-05  approver: omar\n           ledger move PHASE-E closed --as lead\n             lead: kim\n";
        assert_eq!(page.finish(), expected);
    }
}
