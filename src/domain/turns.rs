//! What turned a fact: on lines of moments, the last step after which the fact is what it is at the line's end.
//!
//! Whoever compares two sides knows that a fact differs, and not why: a gate, a mark or a review that no longer counts was
//! touched by nobody. So it is looked at in between. A line's moments are what an event, a commit or time led to, one after the
//! other. Where two sides went different ways, each has a line, and a fact may have turned on both.

use std::collections::{BTreeMap, BTreeSet};

/// What a fact is about: subject and aspect.
pub type Key = (String, String);

/// The facts of one moment, by what they are about.
pub type Facts<F> = BTreeMap<Key, F>;

/// How many moments are looked at in one go. A line that has no more is looked at whole; of a longer one the part is found in
/// which the facts turned last, and looked at more closely.
const GO: usize = 64;

/// Moments in their order, at which facts can be looked at.
pub trait Line {
    /// What can keep somebody from looking.
    type Error;
    /// What is so of something.
    type Fact: PartialEq;

    /// Returns the position of the last moment. The first one is 0, before everything that could turn a fact.
    fn last(&self) -> usize;

    /// Returns the facts of some moments.
    ///
    /// # Errors
    /// Where one of them cannot be read.
    fn look(&self, at: &BTreeSet<usize>) -> Result<BTreeMap<usize, Facts<Self::Fact>>, Self::Error>;
}

/// Returns the moment at which each fact turned for the last time, of those that are not at the end what they were at the
/// beginning.
///
/// # Errors
/// As [`Line::look`].
pub fn turned<L: Line>(line: &L, keys: &BTreeSet<Key>) -> Result<BTreeMap<Key, usize>, L::Error> {
    let last = line.last();
    if last == 0 || keys.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut seen = line.look(&BTreeSet::from([0, last]))?;
    let end = seen.remove(&last).unwrap_or_default();
    let first = seen.remove(&0).unwrap_or_default();
    let differing = keys.iter().filter(|key| first.get(*key) != end.get(*key));
    // A fact is another one at the first of the two, and what it is at the end at the second.
    let mut spans: BTreeMap<&Key, (usize, usize)> = differing.map(|key| (key, (0, last))).collect();
    loop {
        let open: BTreeSet<(usize, usize)> = spans.values().copied().filter(|(from, to)| to - from > 1).collect();
        if open.is_empty() {
            return Ok(spans.into_iter().map(|(key, (_, to))| (key.clone(), to)).collect());
        }
        let each = (GO / open.len()).max(1);
        let at: BTreeSet<usize> = open.iter().flat_map(|(from, to)| between(*from, *to, each)).collect();
        let seen = line.look(&at)?;
        for (key, (from, to)) in &mut spans {
            let inside = seen.range(*from + 1..*to).rev();
            for (at, facts) in inside {
                if facts.get(*key) == end.get(*key) {
                    *to = *at;
                } else {
                    *from = *at;
                    break;
                }
            }
        }
    }
}

/// Returns up to so many positions between two, as far apart from each other as possible.
fn between(from: usize, to: usize, most: usize) -> impl Iterator<Item = usize> {
    let count = (to - from - 1).min(most);
    (1..=count).map(move |n| from + (to - from) * n / (count + 1))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::convert::Infallible;

    use super::*;

    /// A line on which one fact has these values.
    struct Values {
        values: Vec<&'static str>,
        looks: Cell<usize>,
    }

    impl Line for Values {
        type Error = Infallible;
        type Fact = &'static str;

        fn last(&self) -> usize {
            self.values.len() - 1
        }

        fn look(&self, at: &BTreeSet<usize>) -> Result<BTreeMap<usize, Facts<&'static str>>, Infallible> {
            self.looks.set(self.looks.get() + at.len());
            let facts = |value| if value == "-" { Facts::new() } else { Facts::from([(gate(), value)]) };
            Ok(at.iter().map(|at| (*at, facts(self.values[*at]))).collect())
        }
    }

    fn gate() -> Key {
        ("gate exit".to_owned(), String::new())
    }

    fn turn(values: &[&'static str]) -> (Option<usize>, usize) {
        let line = Values { values: values.to_vec(), looks: Cell::new(0) };
        let Ok(found) = turned(&line, &BTreeSet::from([gate()]));
        (found.get(&gate()).copied(), line.looks.get())
    }

    // M0-009
    #[test]
    fn a_fact_turned_where_it_became_for_the_last_time_what_it_is() {
        assert_eq!(turn(&["HOLD", "PASS"]).0, Some(1));
        assert_eq!(turn(&["HOLD", "HOLD", "PASS", "PASS", "PASS"]).0, Some(2));
        assert_eq!(turn(&["HOLD", "PASS", "HOLD", "VETO", "PASS", "PASS"]).0, Some(4));
        assert_eq!(turn(&["-", "-", "PASS"]).0, Some(2), "what was not there came to be");
        assert_eq!(turn(&["PASS", "-", "-"]).0, Some(1), "what was there went");
    }

    #[test]
    fn what_is_at_the_end_what_it_was_at_the_beginning_did_not_turn() {
        assert_eq!(turn(&["PASS"]).0, None);
        assert_eq!(turn(&["PASS", "HOLD", "PASS"]).0, None);
        assert_eq!(turn(&["-", "-"]).0, None);
    }

    #[test]
    fn a_long_line_is_looked_at_in_few_places() {
        for turning in [1, 17, 4_999, 9_999] {
            let values: Vec<&str> = (0..10_000).map(|at| if at < turning { "HOLD" } else { "PASS" }).collect();
            let (found, looks) = turn(&values);
            assert_eq!(found, Some(turning));
            assert!(looks < 4 * GO, "{looks} looks");
        }
    }

    #[test]
    fn a_line_that_is_not_long_is_looked_at_whole() {
        let mut values = vec!["PASS"; GO + 1];
        values[0] = "HOLD";
        values[GO / 2] = "HOLD";
        assert_eq!(turn(&values).0, Some(GO / 2 + 1));
    }
}
