//! What is wrong with a charter: every problem with its place, and what may have been meant.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::domain::code::Code;

/// A place in the charter's text, in bytes.
pub(super) type Place = Range<usize>;

/// Something that refuses a charter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The name of what is wrong.
    pub code: Code,
    /// The bytes of the charter's text that it is about.
    pub span: Range<usize>,
    /// What was found, and what is needed.
    pub message: String,
    /// What may have been meant, or how to go on.
    pub help: Option<String>,
    /// The bytes of the other rule, where it is about two; their lines are told once the text is at hand.
    pub(super) other: Option<Range<usize>>,
}

impl Problem {
    /// Returns a problem without a suggestion.
    pub(super) fn new(code: Code, span: Place, message: impl Into<String>) -> Problem {
        Problem { code, span, message: message.into(), help: None, other: None }
    }

    /// Names the other rule that it is about.
    pub(super) fn beside(mut self, other: &Place) -> Problem {
        self.other = Some(other.clone());
        self
    }

    /// Sets the suggestion.
    #[must_use]
    pub(super) fn help(mut self, help: impl Into<String>) -> Problem {
        self.help = Some(help.into());
        self
    }
}

/// Collects problems, so that all are reported and not only the first.
#[derive(Debug, Default)]
pub(super) struct Problems {
    all: Vec<Problem>,
    /// What tells one from another; a text of the greatest length can hold tens of thousands.
    told: BTreeSet<(usize, usize, Code, String)>,
}

impl Problems {
    /// Adds a problem.
    pub(super) fn push(&mut self, problem: Problem) {
        if self.told.insert((problem.span.start, problem.span.end, problem.code, problem.message.clone())) {
            self.all.push(problem);
        }
    }

    /// Adds a problem of a rule that is well formed and cannot mean anything sensible.
    pub(super) fn meaning(&mut self, span: &Place, message: impl Into<String>, help: impl Into<String>) {
        self.push(Problem::new(Code::CharterMeaning, span.clone(), message).help(help));
    }

    /// Adds a problem of a value that is not of the type its key takes.
    pub(super) fn wrong_type(&mut self, span: &Place, message: impl Into<String>) {
        self.push(Problem::new(Code::CharterType, span.clone(), message));
    }

    /// Adds a problem of a word that is known to the language and not evaluated by this release.
    pub(super) fn not_evaluated(&mut self, span: &Place, what: &str) {
        let message = format!("{what} is not evaluated by this release");
        let help =
            "a charter that relied on it would promise more than is checked; leave it out until a release evaluates it";
        self.push(Problem::new(Code::CharterNotEvaluated, span.clone(), message).help(help));
    }

    /// Adds a problem of a word that names nothing of the sort that fits, with the nearest of the names that would.
    pub(super) fn unknown(&mut self, code: Code, span: &Place, sort: &str, word: &str, fitting: &[&str]) {
        let message = format!("there is no {sort} `{word}`");
        self.push(Problem::new(code, span.clone(), message).help(suggest(word, sort, fitting)));
    }

    /// Returns whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Returns how many there are.
    pub(super) fn count(&self) -> usize {
        self.all.len()
    }

    /// Returns the problems in the order of the text, which they are about.
    pub(super) fn into_sorted(mut self, text: &str) -> Vec<Problem> {
        let line = |at: usize| text.get(..at).unwrap_or_default().matches('\n').count() + 1;
        for problem in &mut self.all {
            if let Some(other) = problem.other.take() {
                let lines = format!(
                    ": the first stands in line {}, this one in line {}",
                    line(other.start),
                    line(problem.span.start)
                );
                problem.message.push_str(&lines);
            }
        }
        self.all.sort_by_key(|p| (p.span.start, p.span.end));
        self.all
    }
}

/// Returns `did you mean …?` for the nearest fitting name, or the list of what fits.
pub(super) fn suggest(word: &str, sort: &str, fitting: &[&str]) -> String {
    let near = nearest(word, fitting);
    if let Some(name) = near {
        return format!("did you mean `{name}`?");
    }
    let mut names = fitting.to_vec();
    names.sort_unstable();
    names.dedup();
    match names.len() {
        0 => format!("the charter has no {sort} that fits here"),
        1..=12 => format!("what fits here: {}", names.join(", ")),
        n => format!("what fits here: {} and {} more", names[..12].join(", "), n - 12),
    }
}

/// Returns the fitting name that is fewest letters away, if it is near enough to be meant; ties go to the first by name.
pub fn nearest<'a>(word: &str, fitting: &[&'a str]) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).max(1);
    fitting
        .iter()
        .map(|name| {
            let same_but_case = name.eq_ignore_ascii_case(word) && *name != word;
            (if same_but_case { 0 } else { distance(word, name) }, *name)
        })
        .filter(|(d, _)| *d <= limit)
        .min()
        .map(|(_, name)| name)
}

/// Returns how many letters must be put in, left out, replaced or swapped with their neighbour to turn one word into the other.
///
/// The optimal string alignment distance: Levenshtein's, and a swap of neighbours counts one.
pub(in crate::domain) fn distance(a: &str, b: &str) -> usize {
    let (left, right): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let width = right.len() + 1;
    let mut before: Vec<usize> = vec![0; width];
    let mut last: Vec<usize> = (0..width).collect();
    for (i, x) in left.iter().enumerate() {
        let mut row = vec![i + 1; width];
        for (j, y) in right.iter().enumerate() {
            let replaced = last[j] + usize::from(x != y);
            let mut steps = replaced.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == right[j - 1] && left[i - 1] == *y {
                steps = steps.min(before[j - 1] + 1);
            }
            row[j + 1] = steps;
        }
        before = last;
        last = row;
    }
    last[width - 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_letter_is_a_distance_of_one() {
        for (a, b, d) in [
            ("", "", 0),
            ("ab", "ab", 0),
            ("ab", "ba", 1),
            ("ab", "b", 1),
            ("ab", "xb", 1),
            ("arb", "cab", 2),
            ("", "abc", 3),
        ] {
            assert_eq!(distance(a, b), d, "{a} {b}");
            assert_eq!(distance(b, a), d, "{b} {a}");
        }
    }

    #[test]
    fn the_nearest_name_is_suggested_or_all_of_them_listed() {
        assert_eq!(suggest("reviwer", "role", &["approver", "reviewer"]), "did you mean `reviewer`?");
        assert_eq!(suggest("Reviewer", "role", &["reviewers", "reviewer"]), "did you mean `reviewer`?");
        assert_eq!(suggest("zzz", "role", &["b", "a"]), "what fits here: a, b");
        assert_eq!(suggest("zzz", "role", &[]), "the charter has no role that fits here");
    }
}
