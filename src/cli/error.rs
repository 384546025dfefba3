//! Why a command failed: text, explanations, the next command, an exit code.

use crate::domain::code::Code;
use crate::domain::decide::Refusal;
use crate::domain::explain::Explanation;
use crate::domain::value::Value;
use crate::git::GitError;
use crate::ledger::LedgerError;
use crate::render::look::{Line, Look, Page, Tone};
use crate::render::{codes, explain, shown};

/// A failure as it is told.
#[derive(Debug)]
pub(crate) struct CliError {
    /// The exit code.
    pub(crate) exit: u8,
    /// The code, where there is one.
    pub(crate) code: Option<Code>,
    /// One line that says what failed.
    pub(crate) text: String,
    /// The explanations.
    pub(crate) explanations: Vec<Explanation>,
    /// Commands that go on, beside those of the explanations.
    pub(crate) next: Vec<String>,
}

impl CliError {
    /// Returns an error about the words of a command, with exit code 2.
    pub(crate) fn usage(text: impl Into<String>) -> CliError {
        CliError { exit: 2, code: None, text: text.into(), explanations: Vec::new(), next: Vec::new() }
    }

    /// Returns an error of the environment, with exit code 5.
    pub(crate) fn io(place: &std::path::Path, error: &std::io::Error) -> CliError {
        let text = format!("{}: {error}", place.display());
        CliError { exit: 5, code: Some(Code::StoreIo), text, explanations: Vec::new(), next: Vec::new() }
    }

    /// Returns what a rule refused, with exit code 1; `what` says it in the words of its command.
    pub(crate) fn refused(what: &str, refusal: Refusal) -> CliError {
        let found = refusal.explanations.first().map_or("", |e| e.found.as_str());
        let text = format!("{} refused: {found}", shown::line(what));
        CliError {
            exit: 1,
            code: Some(refusal.code()),
            text: text.trim_start().to_owned(),
            explanations: refusal.explanations,
            next: Vec::new(),
        }
    }

    /// Returns an error of the ledger; `what` says in the words of its command what was refused, if it was.
    pub(crate) fn of(what: &str, error: LedgerError) -> CliError {
        match error {
            LedgerError::Refused(refusal) => CliError::refused(what, refusal),
            other => other.into(),
        }
    }

    /// Adds a command that goes on.
    #[must_use]
    pub(crate) fn next(mut self, command: impl Into<String>) -> CliError {
        self.next.push(command.into());
        self
    }

    /// Returns the object that programs read.
    pub(crate) fn to_value(&self) -> Value {
        Value::map([(
            "error",
            Value::map([
                ("code", self.code.map(Value::text).into()),
                ("exit", Value::Int(i64::from(self.exit))),
                ("explanations", Value::List(self.explanations.iter().map(Explanation::to_value).collect())),
                ("next", Value::list(self.next.iter().map(String::as_str))),
                ("pages", codes::pages(self.explanations.iter().map(|told| told.code).chain(self.code))),
                ("text", self.text.as_str().into()),
            ]),
        )])
    }

    /// Returns the lines that people read.
    pub(crate) fn to_text(&self, look: Look) -> String {
        let text = self.text.lines().map(shown::line).collect::<Vec<_>>().join("\n");
        // Some errors of the ledger begin with their code; here it stands at the end of the first line, as everywhere.
        let text =
            self.code.and_then(|code| text.strip_prefix(code.as_str())?.strip_prefix(": ")).unwrap_or(&text).to_owned();
        let mut page = Page::new(look);
        for (position, line) in text.lines().enumerate() {
            let code = self.code.filter(|_| position == 0).map(|code| format!("  [{code}]")).unwrap_or_default();
            let head =
                if position == 0 { Line::new(Tone::Alarm, "ledger:").and(Tone::Plain, " ") } else { Line::default() };
            let indent = line.len() - line.trim_start_matches(' ').len();
            let at = if position == 0 { "ledger: ".len() } else { indent + 2 };
            page.hung(&head.and(Tone::Plain, line).and(Tone::Faint, code), at);
        }
        let mut out = page.finish();
        out.push_str(&explain::explanations(&text, &self.explanations, look));
        let mut page = Page::new(look);
        for next in &self.next {
            page.command(2, "next", &Line::new(Tone::Command, next), &Line::default(), 0);
        }
        out.push_str(&page.finish());
        out.trim_end_matches('\n').to_owned()
    }
}

impl From<LedgerError> for CliError {
    fn from(error: LedgerError) -> CliError {
        let (exit, code, next) = (error.exit_code(), error.code(), error.next());
        match error {
            LedgerError::Refused(refusal) => CliError::refused("", refusal),
            LedgerError::Invalid { invalid, commit, next } => {
                let event = invalid.event.as_deref().unwrap_or("unreadable");
                let text = format!("the ledger is invalid from event {} on ({event}, commit {commit})", invalid.seq);
                // What its author could have done goes nowhere from here: first the ledger is taken back.
                let told = invalid.refusal.explanations.into_iter();
                let explanations = told.map(|e| Explanation { next: Vec::new(), ..e }).collect();
                CliError { exit, code, text, explanations, next }
            }
            other => CliError { exit, code, text: other.to_string(), explanations: Vec::new(), next },
        }
    }
}

impl From<GitError> for CliError {
    fn from(error: GitError) -> CliError {
        LedgerError::from(error).into()
    }
}
