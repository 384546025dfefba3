//! The tables of the specification are those that this program goes by, code point by code point.

use std::collections::{BTreeMap, BTreeSet};

use caseless::Caseless as _;
use govledger::domain::text;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::{canonical_combining_class, compose};

struct Tables(serde_json::Value);

fn code(text: &str) -> u32 {
    u32::from_str_radix(text, 16).unwrap()
}

/// Returns the code points of `A` or `A-B`.
fn span(text: &str) -> std::ops::RangeInclusive<u32> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    code(first)..=code(last)
}

impl Tables {
    fn read() -> Tables {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/ledger-format/unicode-16.0.0.json");
        let tables: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        assert_eq!(tables["unicode"], "16.0.0");
        Tables(tables)
    }

    fn entries(&self, table: &str) -> Vec<&str> {
        self.0[table].as_array().unwrap().iter().map(|entry| entry.as_str().unwrap()).collect()
    }

    /// Returns a table of `X:Y ...`.
    fn map(&self, table: &str) -> BTreeMap<u32, Vec<u32>> {
        let pairs = self.entries(table).into_iter().map(|entry| entry.split_once(':').unwrap());
        pairs.map(|(from, to)| (code(from), to.split(' ').map(code).collect())).collect()
    }
}

fn chars() -> impl Iterator<Item = char> {
    (0..=0x0010_ffff).filter_map(char::from_u32)
}

/// Chapter 1.6: assigned or not.
#[test]
fn the_same_code_points_are_assigned() {
    let assigned: BTreeSet<u32> = Tables::read().entries("assigned").into_iter().flat_map(span).collect();
    for c in chars() {
        assert_eq!(assigned.contains(&u32::from(c)), text::is_assigned(c), "U+{:04X}", u32::from(c));
    }
}

/// Chapter 1.6: combining classes, decompositions, and what composition makes of pairs. Together they are NFC.
#[test]
fn normalization_goes_by_the_same_tables() {
    let tables = Tables::read();
    let classes: BTreeMap<u32, u8> = tables
        .entries("classes")
        .into_iter()
        .map(|entry| entry.split_once(':').unwrap())
        .flat_map(|(codes, class)| span(codes).map(|code| (code, class.parse().unwrap())))
        .collect();
    let steps = tables.map("decompositions");
    for c in chars() {
        let number = u32::from(c);
        assert_eq!(classes.get(&number).copied().unwrap_or(0), canonical_combining_class(c), "class of U+{number:04X}");
        let mut whole = Vec::new();
        decompose(&steps, number, &mut whole);
        let found: Vec<u32> = c.nfd().map(u32::from).collect();
        if ('\u{ac00}'..='\u{d7a3}').contains(&c) {
            assert_eq!(whole, [number], "Hangul is arithmetic and not listed: U+{number:04X}");
        } else {
            assert_eq!(whole, found, "decomposition of U+{number:04X}");
        }
    }
    let never: BTreeSet<u32> = tables.entries("not_composed").into_iter().map(code).collect();
    let pairs = steps.iter().filter(|(from, to)| to.len() == 2 && !never.contains(from));
    let made: BTreeMap<(u32, u32), u32> = pairs.map(|(from, to)| ((to[0], to[1]), *from)).collect();
    // Of any first part and any second part of some decomposition, nothing else is made.
    let part = |number: usize| -> BTreeSet<char> {
        steps.values().filter(|to| to.len() == 2).map(|to| char::from_u32(to[number]).unwrap()).collect()
    };
    let seconds = part(1);
    for first in part(0) {
        for second in &seconds {
            let wanted = made.get(&(first.into(), (*second).into())).and_then(|code| char::from_u32(*code));
            assert_eq!(compose(first, *second), wanted, "U+{:04X} U+{:04X}", u32::from(first), u32::from(*second));
        }
    }
}

fn decompose(steps: &BTreeMap<u32, Vec<u32>>, code: u32, out: &mut Vec<u32>) {
    match steps.get(&code) {
        Some(parts) => parts.iter().for_each(|part| decompose(steps, *part, out)),
        None => out.push(code),
    }
}

/// Chapter 1.6: full case folding.
#[test]
fn case_is_folded_by_the_same_table() {
    let folds = Tables::read().map("folds");
    for c in chars() {
        let found: Vec<u32> = std::iter::once(c).default_case_fold().map(u32::from).collect();
        let wanted = folds.get(&u32::from(c)).cloned().unwrap_or_else(|| vec![c.into()]);
        assert_eq!(found, wanted, "fold of U+{:04X}", u32::from(c));
    }
}
