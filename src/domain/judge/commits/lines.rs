//! What a commit does to the lines of files.

use std::collections::BTreeMap;

/// A line that a file has more or less often than before: its number, from 1, and its bytes.
pub type NumberedLine = (usize, Vec<u8>);

/// What a change does to the lines of a file; `None` where that cannot be known.
#[derive(Debug, Clone, Default)]
pub struct LineChange {
    /// Lines of the new file that are in no old one, as multisets.
    pub added: Option<Vec<NumberedLine>>,
    /// Lines of every old file that are not in the new one.
    pub deleted: Option<Vec<NumberedLine>>,
    /// The new file, and an old one, are no text: a pattern that is not found in them may stand there all the same.
    pub no_text: (bool, bool),
}

impl LineChange {
    /// Returns what makes a new file out of old ones; `None` for bytes that cannot be known. Of a line that is there more often than
    /// before, the last ones are new.
    pub fn between(olds: &[Option<Vec<u8>>], new: Option<&[u8]>) -> LineChange {
        let counts: Option<Vec<BTreeMap<&[u8], usize>>> =
            olds.iter().map(|old| Some(counted(old.as_deref()?))).collect();
        let old = olds.first().and_then(Option::as_deref).unwrap_or_default();
        let count = |counts: &BTreeMap<&[u8], usize>, line: &[u8]| counts.get(line).copied().unwrap_or(0);
        let added = match (new, &counts) {
            // Whatever there was, nothing comes.
            (Some([]), _) => Some(Vec::new()),
            (Some(new), Some(counts)) => {
                Some(beyond(new, |line| counts.iter().map(|old| count(old, line)).max().unwrap_or(0), |_| usize::MAX))
            }
            _ => None,
        };
        let deleted = match (new, &counts) {
            (_, Some(counts)) if counts.iter().any(BTreeMap::is_empty) => Some(Vec::new()),
            (Some(new), Some(counts)) => {
                let now = counted(new);
                let all = |line: &[u8]| counts.iter().map(|old| count(old, line)).min().unwrap_or(0);
                Some(beyond(old, |line| count(&now, line), all))
            }
            _ => None,
        };
        let no_text = (new.is_some_and(is_no_text), olds.iter().flatten().any(|old| is_no_text(old)));
        LineChange { added, deleted, no_text }
    }

    /// Returns whether something is said that was not, and whether something is said no more: in lines that are not blank, and not only
    /// spaced or placed otherwise. What cannot be known is not held against anybody.
    pub(super) fn said(&self) -> (bool, bool) {
        let words = |lines: &[NumberedLine]| -> Vec<Vec<Vec<u8>>> {
            let words = |line: &[u8]| {
                line.split(u8::is_ascii_whitespace).filter(|w| !w.is_empty()).map(<[u8]>::to_vec).collect()
            };
            let mut all: Vec<Vec<Vec<u8>>> =
                lines.iter().map(|(_, line)| words(line)).filter(|words: &Vec<_>| !words.is_empty()).collect();
            all.sort_unstable();
            all
        };
        let (added, deleted) = (self.added.as_deref().map(words), self.deleted.as_deref().map(words));
        let more = |these: &Option<Vec<_>>, those: &Option<Vec<_>>| {
            let Some(these) = these else { return true };
            let mut rest = those.clone().unwrap_or_default();
            these.iter().any(|line| match rest.binary_search(line) {
                Ok(at) => {
                    rest.remove(at);
                    false
                }
                Err(_) => true,
            })
        };
        (more(&added, &deleted), more(&deleted, &added))
    }
}

/// Returns whether bytes are no text that is read byte by byte: they hold a NUL, or begin with a mark of UTF-16.
fn is_no_text(bytes: &[u8]) -> bool {
    bytes.contains(&0) || bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff])
}

fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.strip_suffix(b"\n").unwrap_or(bytes).split(|byte| *byte == b'\n').filter(move |_| !bytes.is_empty())
}

fn counted(bytes: &[u8]) -> BTreeMap<&[u8], usize> {
    let mut counts = BTreeMap::new();
    lines(bytes).for_each(|line| *counts.entry(line).or_insert(0) += 1);
    counts
}

/// Returns the lines that stand in `bytes` more often than `kept` says, and at most as often as `had` says.
fn beyond<'b>(bytes: &'b [u8], kept: impl Fn(&'b [u8]) -> usize, had: impl Fn(&'b [u8]) -> usize) -> Vec<NumberedLine> {
    let mut seen: BTreeMap<&[u8], usize> = BTreeMap::new();
    let mut found = Vec::new();
    for (position, line) in lines(bytes).enumerate() {
        let times = seen.entry(line).or_insert(0);
        *times += 1;
        if *times > kept(line) && *times <= had(line) {
            found.push((position + 1, line.to_vec()));
        }
    }
    found
}

/// Something that knows the lines of the files that a commit changes.
pub trait Lines {
    /// Returns what a commit does to the lines of the file at a path.
    fn changed(&self, path: &[u8]) -> LineChange;
}
