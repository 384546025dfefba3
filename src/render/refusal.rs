//! A refused commit or push, as people read it: what is refused, why, and every way out.

use std::collections::BTreeSet;
use std::sync::Arc;

use unicode_width::UnicodeWidthStr as _;

use super::look::{self, Look, Page, Tone};
use super::{shown, words};
use crate::domain::explain::Explanation;
use crate::domain::judge::{BlockGround, Ground, PathVerdict, Step};

/// How many paths of one ground are listed.
const PATHS: usize = 4;

/// How many grounds are told in full.
const GROUNDS: usize = 8;

/// How many next commands of one ground are listed.
const STEPS: usize = 5;

/// How many paths a restore command takes before another way is shown.
const RESTORED: usize = 10;

/// The greatest width to which the first column is filled up.
const WIDEST: usize = 44;

/// How wide the column of labels is.
const LABEL: usize = 9;

/// What was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// A commit that is being made from the index.
    Commit {
        /// The branch has no commit yet.
        unborn: bool,
        /// The command was given at the top of the work tree.
        at_top: bool,
    },
    /// A push: nothing is staged.
    Push,
    /// A range of commits: nothing is staged, and nothing is under way.
    Change,
}

impl Refused {
    /// Returns the word for what was refused.
    pub const fn noun(self) -> &'static str {
        match self {
            Refused::Commit { .. } => "commit",
            Refused::Push => "push",
            Refused::Change => "change",
        }
    }
}

/// Returns the text that a refused change is answered with, ending in a line feed; empty where nothing is refused.
/// It holds no escapes but those of terminal styles.
pub fn refusal_text(verdicts: &[PathVerdict], refused: Refused, look: Look) -> String {
    let groups = groups(verdicts);
    if groups.is_empty() {
        return String::new();
    }
    let mut blocks: Vec<Vec<Line>> = groups.iter().take(GROUNDS).map(lines).collect();
    if groups.len() > GROUNDS {
        let more = format!("and {} more blocks or seals", groups.len() - GROUNDS);
        blocks.push(vec![Line { head: true, label: more, text: String::new(), right: String::new() }]);
    }
    let width = |of: fn(&Line) -> &str, most: usize| {
        let widths = blocks
            .iter()
            .flatten()
            .filter(|line| !line.label.is_empty() && !line.right.is_empty() && line.is_short(look))
            .map(|line| of(line).chars().count());
        widths.filter(|width| *width <= most).max().unwrap_or(0)
    };
    let paths = blocks.iter().flatten().filter(|line| line.head).map(|line| line.label.chars().count());
    let first = paths.filter(|width| *width <= WIDEST).max().unwrap_or(0) + 2;
    let second = width(|line| &line.text, usize::MAX) + 4;
    let mut page = Page::new(look);
    page.line(&look::Line::plain(format!("ledger: {} refused by {}", refused.noun(), summary(&groups))));
    page.gap();
    for line in blocks.iter().flatten() {
        line.show(&mut page, first, second);
    }
    if let Some((text, command)) = footer(verdicts, refused) {
        page.gap();
        page.line(&look::Line::plain("  ").and(Tone::Plain, text).and(Tone::Command, command));
    }
    page.finish()
}

/// The paths that one ground refuses in the same words.
struct Group<'v> {
    ground: &'v Arc<Ground>,
    told: &'v Explanation,
    paths: Vec<&'v [u8]>,
}

fn groups(verdicts: &[PathVerdict]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for verdict in verdicts {
        for refusal in &verdict.refusals {
            let told = &refusal.explanation;
            let same = |group: &&mut Group<'_>| {
                Arc::ptr_eq(group.ground, &refusal.ground)
                    && group.told.found == told.found
                    && group.told.next == told.next
            };
            match groups.iter_mut().find(same) {
                Some(group) => group.paths.push(&verdict.path),
                None => groups.push(Group { ground: &refusal.ground, told, paths: vec![&verdict.path] }),
            }
        }
    }
    // As the first line counts them: blocks, seals, the ledger's own file.
    groups.sort_by_key(|group| match group.ground.as_ref() {
        Ground::Block(_) => 0,
        Ground::Seal(_) => 1,
        Ground::LedgerFile => 2,
    });
    groups
}

fn summary(groups: &[Group<'_>]) -> String {
    let count = |test: fn(&Ground) -> bool| {
        let of = groups.iter().filter(|group| test(group.ground));
        of.map(|group| Arc::as_ptr(group.ground)).collect::<BTreeSet<_>>().len()
    };
    let mut parts = Vec::new();
    for (number, word) in [
        (count(|ground| matches!(ground, Ground::Block(_))), "block"),
        (count(|ground| matches!(ground, Ground::Seal(_))), "seal"),
    ] {
        match number {
            0 => {}
            1 => parts.push(format!("1 {word}")),
            number => parts.push(format!("{number} {word}s")),
        }
    }
    if count(|ground| matches!(ground, Ground::LedgerFile)) > 0 {
        parts.push("the ledger's own file".to_owned());
    }
    match parts.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => parts.concat(),
    }
}

/// One line of the text: a path with what is said of it, or a label with a text and something to the right of it.
struct Line {
    head: bool,
    label: String,
    text: String,
    right: String,
}

impl Line {
    fn head(path: &[u8], text: String) -> Line {
        Line { head: true, label: shown::path(path), text, right: String::new() }
    }

    fn detail(label: &str, text: impl Into<String>, right: impl Into<String>) -> Line {
        Line { head: false, label: label.to_owned(), text: text.into(), right: right.into() }
    }

    fn show(&self, page: &mut Page, first: usize, second: usize) {
        let Line { label, text, right, .. } = self;
        if self.head {
            let line = look::Line::plain("  ").and(Tone::Strong, label);
            let at = (2 + first).max(line.width() + 2);
            let whole = line.clone().fill(at).and(Tone::Bad, text);
            if page.look().whole || whole.width() <= page.look().width {
                page.line(&whole);
            } else {
                page.line(&line);
                page.line(&look::Line::plain("    ").and(Tone::Bad, text));
            }
        } else if label.is_empty() {
            page.line(&look::Line::default().fill(4 + LABEL).and(Tone::Plain, text).and(Tone::Command, right));
        } else if label == "next" {
            let (text, right) = (look::Line::new(Tone::Command, text), look::Line::plain(right));
            page.command(4, label, &text, &right, 4 + LABEL + second);
        } else if right.is_empty() {
            page.detail(4, label, Tone::Plain, text);
        } else if page.look().whole || self.is_short(page.look()) {
            page.command(
                4,
                label,
                &look::Line::plain(text),
                &look::Line::new(Tone::Command, right),
                4 + LABEL + second,
            );
        } else {
            page.detail(4, label, Tone::Plain, text);
            page.line(&look::Line::default().fill(4 + LABEL).and(Tone::Command, right));
        }
    }

    /// Returns whether the text and what stands beside it fit into a line.
    fn is_short(&self, look: Look) -> bool {
        look.whole || 4 + LABEL + self.text.width() + 4 + self.right.width() <= look.width
    }
}

fn lines(group: &Group<'_>) -> Vec<Line> {
    let text = shown::line(&group.told.found);
    let mut lines = Vec::new();
    for (position, path) in group.paths.iter().take(PATHS).enumerate() {
        lines.push(Line::head(path, if position == 0 { text.clone() } else { String::new() }));
    }
    if group.paths.len() > PATHS {
        lines.push(Line {
            head: true,
            label: format!("and {} more", group.paths.len() - PATHS),
            text: String::new(),
            right: String::new(),
        });
    }
    match group.ground.as_ref() {
        Ground::Block(block) => lines.extend(block_lines(block, group.told)),
        Ground::Seal(seal) => {
            lines.push(Line::detail("needed", shown::line(&group.told.needed), ""));
            lines.extend(next_lines(group.told, &seal.steps, &format!("ledger show {}", seal.item)));
        }
        Ground::LedgerFile => {
            lines.push(Line::detail("needed", shown::line(&group.told.needed), ""));
            lines.extend(next_lines(group.told, &[], "ledger check --staged --format json"));
        }
    }
    lines
}

fn block_lines(block: &BlockGround, told: &Explanation) -> Vec<Line> {
    let mut lines = Vec::new();
    let cited = |text: String| match &told.cite {
        Some(cite) => format!("{text} ({})", shown::line(cite)),
        None => text,
    };
    if let Some(why) = &told.why {
        lines.push(Line::detail("why", cited(shown::line(why)), ""));
    }
    if let Some(reason) = &block.reason {
        let code = block.because.as_ref().map_or_else(String::new, |code| format!("{code}: "));
        lines.push(Line::detail("reason", format!("{code}{}", shown::line(reason)), ""));
    }
    let counts = block.lifts.counts.map_or_else(String::new, |counts| format!(": {counts}"));
    let command = block.lifts.command.clone().unwrap_or_default();
    // `lifted when …` is what is needed; the label says the first word.
    let (label, needed) = told.needed.strip_prefix("lifted ").map_or(("needed", &*told.needed), |when| ("lifts", when));
    lines.push(Line::detail(label, format!("{}{counts}", shown::line(needed)), command));
    let all = block.lifts.command.clone().unwrap_or_else(|| format!("ledger why {}", block.item));
    lines.extend(next_lines(told, &block.steps, &all));
    if !block.waivable {
        lines.push(Line::detail("waiver", "not possible for this block", ""));
    }
    lines
}

fn next_lines(told: &Explanation, steps: &[Step], all: &str) -> Vec<Line> {
    let steps = words::paired(told, steps);
    let step = |step: &Step| Line::detail("next", shown::line(&step.command), shown::suppliers(&step.who));
    let mut lines: Vec<Line> = telling(&steps).into_iter().map(step).collect();
    if steps.is_empty() && !told.who.is_empty() {
        lines.push(Line::detail("who", shown::suppliers(&told.who), ""));
    }
    if steps.len() > STEPS {
        lines.push(Line {
            head: false,
            label: String::new(),
            text: format!("… and {} more: ", steps.len() - STEPS),
            right: all.to_owned(),
        });
    }
    lines
}

/// Returns the steps that tell most, in their order: the first of each sort of command, then whatever comes first.
fn telling(steps: &[Step]) -> Vec<&Step> {
    let sort = |step: &Step| -> Vec<String> {
        let words = step.command.split(' ').enumerate().filter(|(position, _)| *position != 2);
        words.map(|(_, word)| word.to_owned()).collect()
    };
    let mut sorts = BTreeSet::new();
    let (first, rest): (Vec<usize>, Vec<usize>) =
        (0..steps.len()).partition(|position| steps.get(*position).is_some_and(|step| sorts.insert(sort(step))));
    let chosen: BTreeSet<usize> = first.into_iter().chain(rest).take(STEPS).collect();
    chosen.into_iter().filter_map(|position| steps.get(position)).collect()
}

/// Returns what can be committed all the same, and how.
fn footer(verdicts: &[PathVerdict], refused: Refused) -> Option<(String, String)> {
    let Refused::Commit { unborn, at_top } = refused else { return None };
    let free = verdicts.iter().filter(|verdict| verdict.refusals.is_empty()).count();
    let all = verdicts.len();
    if free == 0 {
        let text = match all {
            1 => "the staged file cannot be committed now".to_owned(),
            all => format!("none of your {all} staged files can be committed now"),
        };
        return Some((text, String::new()));
    }
    let head = format!("{free} of your {all} staged files can be committed now");
    let paths = unstaged(verdicts);
    if paths.len() > RESTORED {
        return Some((format!("{head}; the others are listed by  "), "ledger check --staged --format json".to_owned()));
    }
    let command = if unborn { "git rm --cached -r" } else { "git restore --staged" };
    let dashes = if paths.iter().any(|path| path.first() == Some(&b'-')) { " --" } else { "" };
    let names: Vec<String> = paths.iter().map(|path| shown::pathspec(path, at_top)).collect();
    Some((format!("{head}, after:  "), format!("{command}{dashes} {}", names.join(" "))))
}

/// Returns the refused paths, or where they are many, the topmost directories under which nothing else is staged.
fn unstaged(verdicts: &[PathVerdict]) -> Vec<&[u8]> {
    let refused =
        || verdicts.iter().filter(|verdict| !verdict.refusals.is_empty()).map(|verdict| verdict.path.as_slice());
    let each: Vec<&[u8]> = refused().collect();
    if each.len() <= RESTORED {
        return each;
    }
    let free = verdicts.iter().filter(|verdict| verdict.refusals.is_empty());
    let taken: BTreeSet<&[u8]> = free.flat_map(|verdict| above(&verdict.path)).collect();
    let topmost = |path: &'_ [u8]| above(path).find(|directory| !taken.contains(directory)).map(<[u8]>::len);
    let whole: BTreeSet<&[u8]> =
        refused().map(|path| topmost(path).and_then(|length| path.get(..length)).unwrap_or(path)).collect();
    whole.into_iter().collect()
}

/// Returns the directories above a path, the topmost first.
fn above(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    let ends = path.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(end, _)| end);
    ends.filter_map(|end| path.get(..end))
}

#[cfg(test)]
mod tests;
