//! The pager: chosen as git chooses it, and asked only where somebody sits at a terminal.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// Returns the pager that git would start here: `GIT_PAGER`, `core.pager`, `PAGER`, or what git was built with. `None` where
/// there is to be none.
fn chosen(dir: &Path) -> Option<String> {
    let output = Command::new("git").arg("-C").arg(dir).args(["var", "GIT_PAGER"]).stderr(Stdio::null()).output();
    let pager = String::from_utf8(output.ok()?.stdout).ok()?.trim().to_owned();
    (!pager.is_empty() && pager != "cat").then_some(pager)
}

/// With these a shell says that it could not run the program.
const NOT_RUN: [i32; 2] = [126, 127];

/// Shows a text in the pager; returns whether it was shown. Somebody who leaves the pager early has seen enough; a pager that is not
/// there, or cannot be run, has shown nothing.
pub(super) fn show(dir: &Path, text: &str) -> bool {
    let Some(pager) = chosen(dir) else { return false };
    let mut command = Command::new("sh");
    command.args(["-c", &pager]).stdin(Stdio::piped());
    // As git does: quit where one screen is enough, pass colours on, leave the screen as it is.
    for (name, value) in [("LESS", "FRX"), ("LV", "-c")] {
        if std::env::var_os(name).is_none() {
            command.env(name, value);
        }
    }
    let Ok(mut child) = command.spawn() else { return false };
    if let Some(mut input) = child.stdin.take() {
        let _ = input.write_all(text.as_bytes()).and_then(|()| input.write_all(b"\n"));
    }
    child.wait().is_ok_and(|status| status.code().is_none_or(|code| !NOT_RUN.contains(&code)))
}
