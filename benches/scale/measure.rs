//! Stop watches, processes and the table that is printed.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Returns a call of a program in a directory, with nobody's settings.
pub(crate) fn quiet(program: &str, dir: &Path) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("GIT_") {
            command.env_remove(name);
        }
    }
    command
        .current_dir(dir)
        .env("HOME", dir)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .env("GIT_AUTHOR_NAME", "Somebody")
        .env("GIT_AUTHOR_EMAIL", "somebody@example.org")
        .env("GIT_COMMITTER_NAME", "Somebody")
        .env("GIT_COMMITTER_EMAIL", "somebody@example.org")
        .env_remove("SSH_AUTH_SOCK")
        .stdin(Stdio::null());
    command
}

/// Runs a call, demands success, and returns what it printed.
pub(crate) fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

/// Runs a call and returns how long it took, and the exit code.
pub(crate) fn timed(command: &mut Command) -> (Duration, Option<i32>) {
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let status = command.status().unwrap();
    (start.elapsed(), status.code())
}

/// How long something took, and how long processors worked on it.
#[derive(Clone, Copy)]
pub(crate) struct Spent {
    pub(crate) wall: f64,
    pub(crate) cpu: f64,
}

/// Measures what happens in this process.
pub(crate) fn spent(work: impl FnOnce()) -> Spent {
    let (start, cpu) = (Instant::now(), own_cpu());
    work();
    Spent { wall: start.elapsed().as_secs_f64(), cpu: own_cpu() - cpu }
}

/// Returns the seconds that all threads of this process worked so far. The kernel counts hundredths.
fn own_cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
    after.split(' ').skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// Runs a call and returns the most memory that it held, in MiB, as seen a hundred times a second.
pub(crate) fn peak_memory(command: &mut Command) -> f64 {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let place = format!("/proc/{}/status", child.id());
    let mut peak = 0.0_f64;
    while child.try_wait().unwrap().is_none() {
        let status = std::fs::read_to_string(&place).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<f64>().ok());
        peak = peak.max(kib.unwrap_or_default() / 1024.0);
        std::thread::sleep(Duration::from_millis(10));
    }
    peak
}

/// Returns the middle one of several figures.
pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// What was measured, a row each.
pub(crate) struct Table(Vec<[String; 4]>);

impl Table {
    pub(crate) fn new() -> Table {
        Table(vec![["what", "measured", "budget", "met"].map(str::to_owned)])
    }

    /// Adds a row; without a budget it only tells.
    pub(crate) fn row(&mut self, what: String, measured: String, budget: Option<(&str, bool)>) {
        let (budget, met) = budget.map_or(("", ""), |(text, met)| (text, if met { "yes" } else { "no" }));
        println!("  {what}: {measured}");
        self.0.push([what, measured, budget.to_owned(), met.to_owned()]);
    }

    pub(crate) fn print(&self) {
        let wide = |column: usize| self.0.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
        let widths = [wide(0), wide(1), wide(2), wide(3)];
        for (n, row) in self.0.iter().enumerate() {
            let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}"));
            println!("| {} |", cells.collect::<Vec<_>>().join(" | "));
            if n == 0 {
                println!("|{}|", widths.map(|width| "-".repeat(width + 2)).join("|"));
            }
        }
    }
}
