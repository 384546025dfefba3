//! The sessions that the pages show, played in order and compared with what is printed.
//!
//! ````text
//! <!-- story drafted -->          a prepared story begins; see stories.rs
//! <!-- unseen                     steps that the reader is not shown; each has to succeed
//! on 2026-01-20
//! dario$ git commit -q -m "..."
//! -->
//! ```console
//! petra$ ledger attest E-01 review
//!   what is printed, two spaces further in
//!   ...                           any lines
//!   [exit 1]                      unless it is 0
//! ```
//! ````
//!
//! Keys are new in each run, and so is every digest and id: a word of seven or more hexadecimal digits stands for whatever
//! word stands there, and means the same one wherever a later command names it. `…` within a line stands for anything.
//! `UPDATE_DOCS=1` writes what is printed into the page.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::sandbox::story::Story;
use crate::stories;

/// Returns whether pages are written anew.
pub(crate) fn is_update() -> bool {
    std::env::var_os("UPDATE_DOCS").is_some_and(|value| value == "1")
}

/// Plays the sessions of a page, and returns the page with what was printed, and what differed.
pub(crate) fn play(page: &str) -> (String, Vec<String>) {
    let update = is_update();
    let mut played = Played { stage: None, update, page: String::new(), wrong: Vec::new() };
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        played.put(line);
        if let Some(comment) = line.strip_prefix("<!-- story ") {
            let (name, open) = comment.strip_suffix(" -->").map_or((comment, true), |name| (name, false));
            played.stage = Some(Stage::new(stories::prepare(name.trim())));
            if open {
                played.unseen(&mut lines);
            }
        } else if line == "<!-- unseen" {
            played.unseen(&mut lines);
        } else if line == "```console" {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            played.block(&block);
            played.put("```");
        }
    }
    (played.page, played.wrong)
}

struct Played {
    stage: Option<Stage>,
    update: bool,
    page: String,
    wrong: Vec<String>,
}

impl Played {
    fn put(&mut self, line: &str) {
        self.page.push_str(line);
        self.page.push('\n');
    }

    fn stage(&mut self) -> &mut Stage {
        self.stage.as_mut().expect("a session is preceded by `<!-- story NAME -->`")
    }

    fn unseen<'p>(&mut self, lines: &mut impl Iterator<Item = &'p str>) {
        for line in lines {
            self.put(line);
            if line == "-->" {
                return;
            }
            if let Some(day) = line.strip_prefix("on ") {
                self.stage().story.on(day.trim());
            } else if let Some((who, command)) = typed(line) {
                let (code, printed) = self.stage().run(who, command);
                if code != 0 {
                    self.wrong.push(format!("unseen: {line}\n{printed}[exit {code}]"));
                }
            }
        }
    }

    fn block(&mut self, block: &[&str]) {
        let mut at = 0;
        while at < block.len() {
            let Some((who, first)) = typed(block[at]) else {
                self.put(block[at]);
                self.wrong.push(format!("not a command of somebody: {}", block[at]));
                at += 1;
                continue;
            };
            let begun = at;
            let mut command = first.to_owned();
            while command.ends_with('\\') && at + 1 < block.len() {
                at += 1;
                command = format!("{command}\n{}", block[at]);
            }
            at += 1;
            let end = block[at..].iter().position(|line| typed(line).is_some()).map_or(block.len(), |more| at + more);
            let shown: Vec<&str> = block[at..end].iter().map(|line| line.strip_prefix("  ").unwrap_or(line)).collect();
            let typed: Vec<String> = block[begun..at].iter().map(|line| (*line).to_owned()).collect();
            self.step(who, &command, &typed, &shown);
            at = end;
        }
    }

    fn step(&mut self, who: &str, command: &str, typed: &[String], shown: &[&str]) {
        let update = self.update;
        let stage = self.stage();
        let (code, printed) = stage.run(who, &stage.with_ids(command));
        let mut printed: Vec<String> = printed.lines().map(|line| line.trim_end().to_owned()).collect();
        while printed.last().is_some_and(String::is_empty) {
            printed.pop();
        }
        if code != 0 {
            printed.push(format!("[exit {code}]"));
        }
        let ended = shown.iter().rposition(|line| !line.is_empty()).map_or(0, |last| last + 1);
        let (shown, space) = shown.split_at(ended);
        stage.learn(shown, &printed);
        let agrees = agree(shown, &printed);
        let as_shown = |line: &String| stage.with_names(&stage.with_ids(line));
        let typed: Vec<String> = typed.iter().map(|line| if update { as_shown(line) } else { line.clone() }).collect();
        let printed: Vec<String> = printed.iter().map(|line| stage.with_names(line)).collect();
        let shown: Vec<String> = shown.iter().map(|line| (*line).to_owned()).collect();
        for line in &typed {
            self.put(line);
        }
        let kept = if agrees || !update { shown.clone() } else { shortened(&shown, &printed) };
        for line in &kept {
            self.put(if line.is_empty() { String::new() } else { format!("  {line}") }.as_str());
        }
        for line in space {
            self.put(line);
        }
        if !agrees {
            let (typed, shown, printed) = (typed.join("\n"), shown.join("\n  "), printed.join("\n  "));
            self.wrong.push(format!("{typed}\nis shown as\n  {shown}\nand prints\n  {printed}\n"));
        }
    }
}

/// Returns what is printed, left out and left open where what is shown was.
fn shortened(shown: &[String], printed: &[String]) -> Vec<String> {
    let open: Vec<&String> = shown.iter().filter(|line| line.contains('…')).collect();
    let kept =
        |line: &String| open.iter().find(|shown| is_line(shown, line)).map_or(line.clone(), |shown| (*shown).clone());
    let lines: Vec<String> = printed.iter().map(kept).collect();
    match shown.iter().position(|line| line == "...") {
        Some(head) if lines.len() > shown.len() => {
            let tail = shown.len() - head - 1;
            [&lines[..head], &["...".to_owned()], &lines[lines.len() - tail..]].concat()
        }
        _ => lines,
    }
}

/// Returns who types a line, and what.
fn typed(line: &str) -> Option<(&str, &str)> {
    let (who, command) = line.split_once("$ ")?;
    let is_name = !who.is_empty() && who.bytes().all(|byte| byte.is_ascii_lowercase());
    is_name.then_some((who, command))
}

/// A story that is being played.
struct Stage {
    story: Story,
    /// Where each person's shell stands.
    places: BTreeMap<String, PathBuf>,
    /// Ids and digests: as the page shows them, and as they are in this run.
    ids: Vec<(String, String)>,
}

impl Stage {
    fn new(story: Story) -> Stage {
        Stage { story, places: BTreeMap::new(), ids: Vec::new() }
    }

    /// Runs a line of shell as somebody, whose shell keeps its place, and returns the exit code and what was printed.
    fn run(&mut self, who: &str, line: &str) -> (i32, String) {
        let place = self.places.get(who).cloned().unwrap_or_else(|| self.story.repo.path().to_owned());
        let left = self.story.beside.path().join("place");
        let script = format!("exec 2>&1\n{line}\ncode=$?\npwd -P >'{}'\nexit $code", left.display());
        let specification = crate::root().join("ledger-format");
        let call = self.story.call(Path::new("bash"), ["-c", &script]);
        let outcome = call.as_(who).in_(&place).env("PATH", stories::path()).env("SPECIFICATION", specification).run();
        if let Ok(text) = std::fs::read_to_string(&left) {
            self.places.insert(who.to_owned(), PathBuf::from(text.trim_end()));
        }
        let printed = outcome.stdout.replace(&self.story.home(who).display().to_string(), "~");
        let printed = printed.replace(&self.story.repo.path().display().to_string(), "/repo");
        let printed = printed.replace(env!("CARGO_BIN_EXE_ledger"), "/usr/local/bin/ledger");
        (outcome.code, printed.replace(&self.story.beside.path().display().to_string(), "/people"))
    }

    /// Remembers which id of this run each shown one stands for.
    fn learn(&mut self, shown: &[&str], printed: &[String]) {
        let mut from = 0;
        for line in shown {
            let words = names(line);
            if words.is_empty() {
                continue;
            }
            let plain = without_names(line);
            let Some(at) = printed[from..].iter().position(|other| without_names(other) == plain) else { continue };
            self.ids.extend(words.into_iter().zip(names(&printed[from + at])));
            from += at + 1;
        }
        if let Some(id) = printed.iter().rev().find_map(|line| line.split_once("ledger cosign ")) {
            let id: String = id.1.chars().take_while(char::is_ascii_alphanumeric).collect();
            self.ids.push(("00000000".to_owned(), id));
        }
    }

    /// Returns a command with the ids of this run.
    fn with_ids(&self, command: &str) -> String {
        let ids = self.ids.iter().rev();
        replaced(command, |word| translated(word, ids.clone().map(|(shown, real)| (shown, real))))
    }

    /// Returns what was printed with the ids that the page shows.
    fn with_names(&self, line: &str) -> String {
        let ids = self.ids.iter().filter(|(shown, _)| shown != "00000000");
        replaced(line, |word| translated(word, ids.clone().map(|(shown, real)| (real, shown))))
    }
}

fn translated<'i>(word: &str, mut ids: impl Iterator<Item = (&'i String, &'i String)>) -> Option<String> {
    ids.find_map(|(from, to)| Some(to.get(..word.len())?.to_owned()).filter(|_| from.starts_with(word)))
}

/// The words and what stands between them, in order. A fingerprint, `SHA256:` with 43 characters, is one word.
fn pieces(text: &str) -> Vec<&str> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric();
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let bytes = rest.as_bytes();
        let key = rest.strip_prefix("SHA256:").and_then(|key| key.as_bytes().get(..43));
        let end = if key.is_some_and(|key| key.iter().all(|byte| is_plain(*byte) || matches!(byte, b'+' | b'/'))) {
            50
        } else {
            let first = is_plain(bytes[0]);
            let end = bytes.iter().position(|byte| is_plain(*byte) != first).unwrap_or(bytes.len());
            if first { end } else { rest[..end].find("SHA256:").map_or(end, |at| at.max(1)) }
        };
        let (piece, more) = rest.split_at(end);
        pieces.push(piece);
        rest = more;
    }
    pieces
}

/// Returns whether a word stands for an id, a digest, a commit or a key.
fn is_name(word: &str) -> bool {
    let is_hex = word.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    word.starts_with("SHA256:") || (word.len() >= 7 && is_hex)
}

/// Returns a text with some of its names replaced.
fn replaced(text: &str, with: impl Fn(&str) -> Option<String>) -> String {
    pieces(text)
        .into_iter()
        .map(|word| with(word).filter(|_| is_name(word)).unwrap_or_else(|| word.to_owned()))
        .collect()
}

fn names(line: &str) -> Vec<String> {
    pieces(line).into_iter().filter(|word| is_name(word)).map(ToOwned::to_owned).collect()
}

/// Returns a line without what is new in each run.
fn without_names(line: &str) -> String {
    replaced(line, |_| Some("#".to_owned()))
}

/// Returns whether what was printed is what is shown.
fn agree(shown: &[&str], printed: &[String]) -> bool {
    match (shown.split_first(), printed.split_first()) {
        (None, None) => true,
        (Some((&"...", rest)), _) => (0..=printed.len()).any(|skipped| agree(rest, &printed[skipped..])),
        (Some((line, shown)), Some((first, printed))) => {
            is_line(&without_names(line), &without_names(first)) && agree(shown, printed)
        }
        _ => false,
    }
}

fn is_line(shown: &str, printed: &str) -> bool {
    let Some((before, after)) = shown.split_once('…') else { return shown == printed };
    let Some(rest) = printed.strip_prefix(before) else { return false };
    let mut cuts = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
    cuts.any(|at| is_line(after, &rest[at..]))
}

#[test]
fn a_session_that_prints_something_else_is_told() {
    let lines = ["sealed E-01 (3f9a0c1d)", "next  ledger cosign 0011aabb", "end"];
    let printed: Vec<String> = lines.map(Into::into).into();
    assert!(agree(&["sealed E-01 (aaaaaaaa)", "next  ledger cosign bbbbbbbb", "end"], &printed));
    assert!(agree(&["...", "end"], &printed) && agree(&["sealed …", "..."], &printed));
    assert!(!agree(&["sealed E-02 (aaaaaaaa)", "..."], &printed), "another id of an item");
    assert!(!agree(&["sealed E-01 (aaaaaaaa)", "end"], &printed), "a line is missing");
    assert!(!agree(&["...", "ended"], &printed) && !agree(&[], &printed));
}
