//! Whole charters: what loads, what is refused, with which words and where.

use super::*;
use crate::render::charter::problems as render;

const PHASE_E: &str = include_str!("../../../examples/phase-e/charter.toml");
const FIRST_STEPS: &str = include_str!("../../../examples/first-steps/charter.toml");

fn loaded(text: &str) -> Charter {
    load(text).unwrap_or_else(|problems| panic!("{}", render("charter.toml", text, &problems, false)))
}

#[test]
fn the_examples_load() {
    loaded(PHASE_E);
    loaded(FIRST_STEPS);
}
