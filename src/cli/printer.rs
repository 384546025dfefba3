//! The one printer: everything that the program says goes through here.
//!
//! What cannot be written is not lost in silence: the first failure is kept, and [`Printer::finish`] turns it into the exit code.

#![allow(clippy::unused_self, reason = "whoever prints holds the one printer, also where it has no choice to make")]

use std::cell::RefCell;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anstyle::{AnsiColor, Style};

use super::{CliError, ColorWhen, Format, Global, pager, travel};
use crate::domain::explain::Explanation;
use crate::domain::value::Value;
use crate::render::explain;
use crate::render::look::{Line, Look, Page};

/// Where the rest of a remark stands: behind `ledger: `.
const REMARK: usize = 8;

/// The fewest columns that output is made for.
const NARROWEST: usize = 40;

/// Prints results to standard output and everything else to standard error.
pub(crate) struct Printer {
    format: Format,
    /// Where the pager is chosen; `None` where there is to be none.
    pager: Option<PathBuf>,
    color: bool,
    color_err: bool,
    /// Why standard output could not be written, the first time that it could not.
    failed: RefCell<Option<io::Error>>,
    /// The earlier point that is looked at.
    point: RefCell<Option<String>>,
    /// What was done that stays so, whether or not it could be told.
    done: RefCell<Option<String>>,
}

impl Printer {
    /// Returns a printer for people or programs.
    pub(crate) fn new(global: &Global) -> Printer {
        let is = |name: &str, test: fn(&str) -> bool| {
            std::env::var_os(name).is_some_and(|value| test(value.to_str().unwrap_or_default()))
        };
        let no_color = is("NO_COLOR", |value| !value.is_empty())
            || is("CLICOLOR", |value| value == "0")
            || is("TERM", |value| value == "dumb");
        let forced = is("CLICOLOR_FORCE", |value| !matches!(value, "" | "0")) && !is("NO_COLOR", |v| !v.is_empty());
        let wants = |terminal: bool| match global.color {
            ColorWhen::Always => true,
            ColorWhen::Never => false,
            ColorWhen::Auto => forced || (terminal && !no_color),
        };
        Printer {
            format: global.format,
            pager: (!global.no_pager && std::io::stdout().is_terminal()).then(|| global.dir.clone()),
            color: wants(std::io::stdout().is_terminal()),
            color_err: wants(std::io::stderr().is_terminal()),
            failed: RefCell::new(None),
            point: RefCell::new(None),
            done: RefCell::new(None),
        }
    }

    /// Returns whether programs read the output.
    pub(crate) fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    /// Returns whether standard output is coloured.
    pub(crate) fn color(&self) -> bool {
        self.color
    }

    /// Returns how output looks: coloured or not, as wide as the terminal; where there is none, 100 columns, beyond which
    /// lines go on rather than lose something.
    pub(crate) fn look(&self) -> Look {
        columns(&std::io::stdout()).map_or(Look { color: self.color, ..Look::PLAIN }, |width| self.wide(width))
    }

    /// Returns how a list of what was found looks: as wide as the terminal; where there is none, no line is broken.
    pub(crate) fn look_of_list(&self) -> Look {
        columns(&std::io::stdout()).map_or(Look { color: self.color, ..Look::ENDLESS }, |width| self.wide(width))
    }

    /// Returns how standard error looks: as wide as the terminal; where there is none, no line is broken.
    pub(crate) fn look_err(&self) -> Look {
        let (color, width) = (self.color_err, columns(&std::io::stderr()));
        width.map_or(Look { color, ..Look::ENDLESS }, |width| Look { color, width, whole: false })
    }

    fn wide(&self, width: usize) -> Look {
        Look { color: self.color, width, whole: false }
    }

    /// Prints text to standard output, with a line feed. A closed pipe is not an error: whoever reads has read enough.
    pub(crate) fn line(&self, text: impl AsRef<str>) {
        self.keep(writeln!(io::stdout(), "{}", text.as_ref()));
    }

    /// Remembers a failure to write.
    pub(super) fn keep(&self, written: io::Result<()>) {
        if let Err(error) = written
            && error.kind() != ErrorKind::BrokenPipe
        {
            self.failed.borrow_mut().get_or_insert(error);
        }
    }

    /// Remembers what was done and stays so, in words that begin a sentence, such as `event 17 (seal E-05, id 3f9c2a71)`.
    pub(crate) fn stands(&self, what: impl Into<String>) {
        *self.done.borrow_mut() = Some(what.into());
    }

    /// Writes what is left to be written, and returns the exit code: `exit`, unless it was not told and nothing was done.
    ///
    /// An exit code says what became of the ledger. Who is told 5 tries again; so what was done stays a 0, and standard error
    /// says that it was not told.
    pub(crate) fn finish(&self, exit: u8) -> u8 {
        self.keep(io::stdout().flush());
        let Some(error) = self.failed.take() else { return exit };
        let error = CliError::io(Path::new("standard output"), &error);
        if let Some(done) = self.done.take() {
            self.fault(error.next("ledger log -n 1"), &done);
            return exit;
        }
        let exit = error.exit;
        self.aside(&error);
        exit
    }

    /// Tells, beside the output, what failed although `done` stands; the exit code is that of what was done.
    pub(crate) fn fault(&self, error: CliError, done: &str) {
        let text = format!("{}; done all the same: {done}", error.text);
        self.aside(&CliError { text, ..error });
    }

    /// Tells an error on standard error, also to programs.
    fn aside(&self, error: &CliError) {
        if self.is_json() {
            self.note(error.to_value().to_canonical());
        } else {
            self.note(error.to_text(self.look_err()));
        }
    }

    /// Prints one JSON value on a line of standard output.
    pub(crate) fn json(&self, value: &Value) {
        self.line(value.to_canonical());
    }

    /// Prints the value for programs, or the text for people.
    pub(crate) fn either(&self, value: impl FnOnce() -> Value, text: impl FnOnce() -> String) {
        if self.is_json() {
            self.json(&self.there(value()));
        } else {
            self.line(self.then(text()).trim_end_matches('\n'));
        }
    }

    /// Remembers which earlier point is looked at, as it was typed: what is offered as next looks at the same one.
    pub(crate) fn looks_at(&self, point: &str) {
        *self.point.borrow_mut() = Some(point.to_owned());
    }

    fn there(&self, value: Value) -> Value {
        match self.point.borrow().as_deref() {
            Some(point) => travel::value(value, point),
            None => value,
        }
    }

    fn then(&self, text: String) -> String {
        match self.point.borrow().as_deref() {
            Some(point) => travel::text(&text, point, columns(&io::stdout()).unwrap_or(usize::MAX)),
            None => text,
        }
    }

    /// Prints the value for programs, or the text for people, who read it in their pager where they have one.
    pub(crate) fn page(&self, value: impl FnOnce() -> Value, text: impl FnOnce() -> String) {
        if self.is_json() {
            self.json(&self.there(value()));
        } else {
            self.leaf_through(self.then(text()).trim_end_matches('\n'));
        }
    }

    /// Prints a text, in the pager where there is one.
    pub(crate) fn leaf_through(&self, text: &str) {
        let shown = self.pager.as_ref().is_some_and(|dir| pager::show(dir, text));
        if !shown {
            self.line(text);
        }
    }

    /// Prints a remark to standard error, broken where a terminal ends.
    pub(crate) fn remark(&self, text: &str) {
        let mut page = Page::new(self.look_err());
        page.hung(&Line::plain(text), REMARK);
        self.note(page.finish().trim_end_matches('\n'));
    }

    /// Prints a text to standard error as it is.
    pub(crate) fn note(&self, text: impl AsRef<str>) {
        let _ = writeln!(std::io::stderr(), "{}", text.as_ref());
    }

    /// Prints a question to standard error, without a line feed.
    pub(crate) fn prompt(&self, text: &str) {
        let mut err = std::io::stderr();
        let _ = write!(err, "{text}").and_then(|()| err.flush());
    }

    /// Prints bytes to standard output as they are.
    pub(crate) fn bytes(&self, bytes: &[u8]) {
        let mut out = io::stdout();
        self.keep(out.write_all(bytes).and_then(|()| out.flush()));
    }

    /// Prints why a command failed, for people on standard error, for programs on standard output; returns the exit code.
    pub(crate) fn error(&self, error: &CliError) -> u8 {
        if self.is_json() {
            self.json(&error.to_value());
        } else {
            self.note(error.to_text(self.look_err()));
        }
        error.exit
    }
}

/// Returns how many columns a stream has, where it is a terminal.
fn columns(stream: &impl std::os::fd::AsFd) -> Option<usize> {
    let measured = terminal_size::terminal_size_of(stream);
    measured.map(|(width, _)| usize::from(width.0).max(NARROWEST))
}

/// Returns the text in a style, where `color` says so.
pub(crate) fn paint(color: bool, style: Style, text: &str) -> String {
    if color { format!("{style}{text}{style:#}") } else { text.to_owned() }
}

/// The style of what is refused.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();

/// The style of what is met.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();

/// The style of what cannot be known.
pub(crate) const UNSURE: Style = AnsiColor::Yellow.on_default();

/// The style of labels.
pub(crate) const DIM: Style = Style::new().dimmed();

/// Returns an explanation as the lines that people read.
pub(crate) fn explanation_text(e: &Explanation, look: Look) -> String {
    explain::explanations("", std::slice::from_ref(e), look).trim_end_matches('\n').to_owned()
}
