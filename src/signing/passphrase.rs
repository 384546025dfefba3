//! Asking for a passphrase: on the terminal, or through the program that `SSH_ASKPASS` names.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

use super::Search;

/// The program that asks for a passphrase, as ssh(1) describes `SSH_ASKPASS`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Askpass {
    /// The program. It gets the question as its argument and prints the answer.
    pub program: PathBuf,
    /// When it is asked.
    pub rank: AskpassRank,
}

/// When a program is asked for a passphrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskpassRank {
    /// In place of the terminal, even where nobody may be asked: `SSH_ASKPASS_REQUIRE=force` is how a script answers.
    Force,
    /// In place of the terminal.
    Prefer,
    /// Where there is no terminal.
    Fallback,
}

impl Askpass {
    /// Reads `SSH_ASKPASS`, `SSH_ASKPASS_REQUIRE`, `DISPLAY` and `WAYLAND_DISPLAY` as ssh(1) does.
    pub(super) fn from_env() -> Option<Askpass> {
        let set = |name| std::env::var_os(name).is_some_and(|v| !v.is_empty());
        let program = std::env::var_os("SSH_ASKPASS").filter(|v| !v.is_empty())?;
        let require = std::env::var("SSH_ASKPASS_REQUIRE").unwrap_or_default();
        let rank = rank(&require, set("DISPLAY") || set("WAYLAND_DISPLAY"))?;
        Some(Askpass { program: program.into(), rank })
    }

    fn ask(&self, question: &str) -> Result<Zeroizing<Vec<u8>>, String> {
        let name = self.program.display();
        let output = Command::new(&self.program)
            .arg(question)
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()
            .map_err(|e| format!("cannot run {name}: {e}"))?;
        let mut answer = Zeroizing::new(output.stdout);
        if !output.status.success() {
            return Err(format!("{name} gave no passphrase ({})", output.status));
        }
        let end = answer.iter().position(|b| matches!(b, b'\r' | b'\n')).unwrap_or(answer.len());
        answer.truncate(end);
        Ok(answer)
    }
}

fn rank(require: &str, display: bool) -> Option<AskpassRank> {
    match (require, display) {
        ("force", _) => Some(AskpassRank::Force),
        ("never", _) | (_, false) => None,
        ("prefer", true) => Some(AskpassRank::Prefer),
        (_, true) => Some(AskpassRank::Fallback),
    }
}

/// A terminal that shows nothing of what is typed, from before the question is printed on. What was typed before that, it has
/// shown and does not keep: it was not meant as an answer.
struct Silent {
    tty: File,
    before: Termios,
}

impl Silent {
    /// Returns `None` where there is no terminal.
    fn new() -> Option<Silent> {
        let tty = File::options().read(true).write(true).open("/dev/tty").ok()?;
        let before = tcgetattr(&tty).ok()?;
        let mut silent = before.clone();
        // A signal between here and the answer would leave the terminal as it is; the answer takes its key as an end.
        silent.local_modes.remove(LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ISIG);
        tcsetattr(&tty, OptionalActions::Flush, &silent).ok()?;
        Some(Silent { tty, before })
    }
}

impl Drop for Silent {
    fn drop(&mut self) {
        let _ = tcsetattr(&self.tty, OptionalActions::Now, &self.before);
    }
}

/// Asks for the passphrase of a key file, or says why nobody can be asked.
pub(super) fn ask(search: &Search, path: &Path) -> Result<Zeroizing<Vec<u8>>, String> {
    let question = format!("Enter passphrase for key '{}': ", path.display());
    let askpass = search.askpass.as_ref();
    let first = |rank| askpass.filter(|a| a.rank == rank);
    if let Some(forced) = first(AskpassRank::Force) {
        return forced.ask(&question);
    }
    if search.no_input {
        return Err("it is encrypted, and --no-input forbids to ask for its passphrase".to_owned());
    }
    if let Some(preferred) = first(AskpassRank::Prefer) {
        return preferred.ask(&question);
    }
    let silent = Silent::new();
    let answer = rpassword::prompt_password(&question);
    drop(silent);
    match (answer, askpass) {
        (Ok(answer), _) => Ok(Zeroizing::new(answer.into_bytes())),
        (Err(e), _) if matches!(e.kind(), ErrorKind::Interrupted | ErrorKind::UnexpectedEof) => {
            Err("no passphrase was given".to_owned())
        }
        (Err(_), Some(fallback)) => fallback.ask(&question),
        (Err(e), None) => Err(format!("it is encrypted, and there is no terminal to ask for its passphrase ({e})")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_asked_when_ssh_would_ask_it() {
        for (require, display, expected) in [
            ("force", false, Some(AskpassRank::Force)),
            ("force", true, Some(AskpassRank::Force)),
            ("prefer", true, Some(AskpassRank::Prefer)),
            ("prefer", false, None),
            ("never", true, None),
            ("", true, Some(AskpassRank::Fallback)),
            ("", false, None),
        ] {
            assert_eq!(rank(require, display), expected, "{require:?} {display}");
        }
    }

    #[test]
    fn no_input_silences_every_question_but_the_forced_program() {
        let mut search = Search { no_input: true, ..Search::default() };
        let path = Path::new("/k");
        assert!(ask(&search, path).unwrap_err().contains("--no-input"));
        search.askpass = Some(Askpass { program: "/bin/echo".into(), rank: AskpassRank::Prefer });
        assert!(ask(&search, path).unwrap_err().contains("--no-input"));
        search.askpass = Some(Askpass { program: "/bin/echo".into(), rank: AskpassRank::Force });
        assert_eq!(ask(&search, path).unwrap().as_slice(), b"Enter passphrase for key '/k': ");
        search.askpass = Some(Askpass { program: "/bin/false".into(), rank: AskpassRank::Force });
        assert!(ask(&search, path).unwrap_err().contains("/bin/false gave no passphrase"));
    }
}
