//! Why a command failed: one line, an exit code, and explanations, of which each says what was found, what is needed, who can supply
//! it and which command goes on.

use crate::domain::code::Code;
use crate::domain::decide::Refusal;
use crate::domain::explain::{Explanation, Supplier};
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
    /// One line that says what failed, and more that say what was tried.
    pub(crate) text: String,
    /// The first explanation.
    pub(crate) first: Box<Explanation>,
    /// The others.
    pub(crate) others: Vec<Explanation>,
}

impl CliError {
    /// Returns an error with one explanation, which whoever asked can mend.
    fn new(exit: u8, code: Code, found: impl Into<String>, needed: impl Into<String>) -> CliError {
        let text = found.into();
        let found = text.lines().next().unwrap_or_default().to_owned();
        let first = Box::new(Explanation::new(code, found, needed).who(vec![Supplier::asker()]));
        CliError { exit, text, first, others: Vec::new() }
    }

    /// Returns an error about the words of a command, with exit code 2.
    pub(crate) fn usage(found: impl Into<String>, needed: impl Into<String>) -> CliError {
        CliError::new(2, Code::UsageWords, found, needed)
    }

    /// Returns an error of the environment, with exit code 5.
    pub(crate) fn io(place: &std::path::Path, error: &std::io::Error) -> CliError {
        let found = format!("{}: {error}", shown::path(place.to_string_lossy().as_bytes()));
        CliError::new(5, Code::StoreIo, found, "a place that can be read and written").next("ledger doctor")
    }

    /// Returns an error of the clock or the source of random bits, with exit code 5.
    pub(crate) fn clock(found: String) -> CliError {
        CliError::new(5, Code::StoreClock, found, "a clock that is right").next("date -u")
    }

    /// Returns what a rule refused, with exit code 1; `what` says it in the words of its command.
    pub(crate) fn refused(what: &str, refusal: Refusal) -> CliError {
        let mut told = refusal.explanations.into_iter();
        let nothing = || Explanation::new(Code::GuardUnmet, "no rule allows it", "a rule that does");
        let first = Box::new(told.next().unwrap_or_else(nothing));
        let text = format!("{} refused: {}", shown::line(what), first.found);
        CliError { exit: 1, text: text.trim_start().to_owned(), first, others: told.collect() }
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
        self.first.next.push(command.into());
        self
    }

    /// Calls it by another code.
    #[must_use]
    pub(crate) fn code(mut self, code: Code) -> CliError {
        self.first.code = code;
        self
    }

    /// Names a command that goes on, where none is named and the words were wrong: the help of the command.
    #[must_use]
    pub(crate) fn or_help(self, help: &str) -> CliError {
        if self.first.next.is_empty() && self.exit == 2 { self.next(help) } else { self }
    }

    /// Leaves out every command but the one that explains the code: for whoever has no such repository at hand.
    #[must_use]
    pub(crate) fn explained_only(mut self) -> CliError {
        for told in std::iter::once(self.first.as_mut()).chain(&mut self.others) {
            told.next = vec![format!("ledger explain {}", told.code)];
        }
        self
    }

    /// Has the commands go to a directory, for whoever is not there.
    #[must_use]
    pub(crate) fn within(mut self, dir: &std::path::Path) -> CliError {
        let dir = shown::shell(dir.as_os_str().as_encoded_bytes());
        for command in std::iter::once(self.first.as_mut()).chain(&mut self.others).flat_map(|told| &mut told.next) {
            for program in ["ledger", "git"] {
                if let Some(rest) = command.strip_prefix(program).filter(|rest| rest.starts_with(' ')) {
                    *command = format!("{program} -C {dir}{rest}");
                }
            }
        }
        self
    }

    /// Returns every explanation.
    pub(crate) fn explanations(&self) -> impl Iterator<Item = &Explanation> {
        std::iter::once(self.first.as_ref()).chain(&self.others)
    }

    /// Returns the object that programs read.
    pub(crate) fn to_value(&self) -> Value {
        Value::map([(
            "error",
            Value::map([
                ("code", Value::text(self.first.code)),
                ("exit", Value::Int(i64::from(self.exit))),
                ("explanations", Value::List(self.explanations().map(Explanation::to_value).collect())),
                ("next", Value::list(self.first.next.iter().map(String::as_str))),
                ("pages", codes::pages(self.explanations().map(|told| told.code))),
                ("text", self.text.as_str().into()),
            ]),
        )])
    }

    /// Returns the lines that people read.
    pub(crate) fn to_text(&self, look: Look) -> String {
        let text = self.text.lines().map(shown::line).collect::<Vec<_>>().join("\n");
        let mut page = Page::new(look);
        for (position, line) in text.lines().enumerate() {
            let code = if position == 0 { format!("  [{}]", self.first.code) } else { String::new() };
            let head =
                if position == 0 { Line::new(Tone::Alarm, "ledger:").and(Tone::Plain, " ") } else { Line::default() };
            let indent = line.len() - line.trim_start_matches(' ').len();
            let at = if position == 0 { "ledger: ".len() } else { indent + 2 };
            page.hung(&head.and(Tone::Plain, line).and(Tone::Faint, code), at);
        }
        let mut out = page.finish();
        let told: Vec<Explanation> = self.explanations().cloned().collect();
        out.push_str(&explain::explanations(&text, &told, look));
        out.trim_end_matches('\n').to_owned()
    }
}

impl From<LedgerError> for CliError {
    fn from(error: LedgerError) -> CliError {
        let exit = error.exit_code();
        let invalid = match &error {
            LedgerError::Invalid { invalid, commit, .. } => {
                let event = invalid.event.as_deref().unwrap_or("unreadable");
                Some(format!("the ledger is invalid from event {} on ({event}, commit {commit})", invalid.seq))
            }
            _ => None,
        };
        let (text, is_refusal) = (invalid.or_else(|| error.tried()), matches!(error, LedgerError::Refused(_)));
        let told = CliError::refused("", Refusal { explanations: error.explanations() });
        let text = if is_refusal { told.text } else { text.unwrap_or_else(|| told.first.found.clone()) };
        CliError { exit, text, ..told }
    }
}

impl From<GitError> for CliError {
    fn from(error: GitError) -> CliError {
        LedgerError::from(error).into()
    }
}
