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

    /// Returns the line cut to a number of columns, with `…` where something was cut off.
    #[must_use]
    pub fn cut(self, width: usize) -> Line {
        if self.width() <= width {
            return self;
        }
        let mut left = width.saturating_sub(1);
        let mut parts = Vec::new();
        for (tone, text) in self.0 {
            let mut kept = String::new();
            for c in text.chars() {
                let columns = c.to_string().width();
                if columns > left {
                    left = 0;
                    break;
                }
                left -= columns;
                kept.push(c);
            }
            let whole = kept.len() == text.len();
            parts.push((tone, kept));
            if !whole || left == 0 {
                break;
            }
        }
        if width > 0 {
            if let Some((_, text)) = parts.last_mut() {
                text.truncate(text.trim_end().len());
            }
            parts.push((Tone::Plain, "…".to_owned()));
        }
        Line(parts)
    }

    /// Returns the line as it fits: cut where a terminal's line ends, whole where nothing may be lost.
    #[must_use]
    pub fn fit(self, look: Look) -> Line {
        if look.whole { self } else { self.cut(look.width) }
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

/// A page under way: lines from top to bottom.
#[derive(Debug, Clone)]
pub struct Page {
    look: Look,
    label: usize,
    out: String,
}

/// Between two columns.
const GAP: usize = 2;

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

    /// Adds a line as it is.
    pub fn line(&mut self, line: &Line) {
        self.out.push_str(&line.to_text(self.look));
        self.out.push('\n');
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

    /// Adds a label and a text, which is wrapped within its column.
    pub fn detail(&mut self, indent: usize, label: &str, tone: Tone, text: &str) {
        let start = indent + self.label;
        let lines = wrap(&shown::line(text), self.look.width.saturating_sub(start).max(20));
        for (position, text) in lines.iter().enumerate() {
            let label = if position == 0 { label } else { "" };
            let head = Line::plain(" ".repeat(indent)).and(Tone::Faint, label);
            let head = if head.width() < start { head.fill(start) } else { head.and(Tone::Plain, " ") };
            self.line(&head.and(tone, text));
        }
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
                self.line(&if who.is_empty() { line } else { line.fill(at).and(Tone::Plain, who) });
            } else {
                self.line(&line);
                self.detail(start, "", Tone::Plain, who);
            }
        }
    }

    /// Adds a table. The last column is cut where the page ends; the others are as wide as what stands in them.
    pub fn table(&mut self, indent: usize, rows: &[Vec<Line>]) {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        self.table_of(indent, rows, &widths(rows, columns));
    }

    /// Adds a table whose columns, but for the last, have these widths.
    pub fn table_of(&mut self, indent: usize, rows: &[Vec<Line>], widths: &[usize]) {
        for row in rows {
            let mut line = Line::plain(" ".repeat(indent));
            let mut start = indent;
            for (position, cell) in row.iter().enumerate() {
                let last = position + 1 == row.len();
                let width = widths.get(position).copied().unwrap_or(0);
                line = line.fill(start);
                let room = if last { self.look.width.saturating_sub(start) } else { width };
                let cell = if last && self.look.whole { cell.clone() } else { cell.clone().cut(room) };
                line = line.join(cell);
                start += width + GAP;
            }
            self.line(&line);
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

    #[test]
    fn a_line_is_cut_where_the_page_ends() {
        assert_eq!(Line::plain("abcdef").cut(6).to_text(Look::PLAIN), "abcdef");
        assert_eq!(Line::plain("abc").and(Tone::Good, "def").cut(5).to_text(Look::PLAIN), "abcd…");
        assert_eq!(Line::plain("abc ").and(Tone::Good, "def").cut(5).to_text(Look::PLAIN), "abc…");
        assert_eq!(Line::plain("日本語").cut(4).to_text(Look::PLAIN), "日…");
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
        assert_eq!(page.finish(), "  E-05    a sho…\n  MIG-06  x\n");
    }

    #[test]
    fn where_there_is_no_terminal_nothing_is_cut_off() {
        let long = "a title that goes on and on";
        let mut page = Page::new(Look { color: false, width: 16, whole: true });
        page.table(2, &[vec![Line::plain("E-05"), Line::plain(long)]]);
        assert_eq!(page.finish(), format!("  E-05  {long}\n"));
        assert_eq!(Line::plain(long).fit(Look::PLAIN), Line::plain(long));
    }

    #[test]
    fn commands_stay_whole_and_names_stand_beside_them_or_below() {
        let mut page = Page::new(Look { color: false, width: 44, whole: false });
        let step = |command: &str, who: &str| (command.to_owned(), who.to_owned());
        page.next(
            2,
            &[step("ledger seal E-05", "approver: omar"), step("ledger move PHASE-E closed --as lead", "lead: kim")],
        );
        let expected = "  next     ledger seal E-05  approver: omar\n           ledger move PHASE-E closed --as lead\n                             lead: kim\n";
        assert_eq!(page.finish(), expected.replace("                             lead", "                    lead"));
    }
}
