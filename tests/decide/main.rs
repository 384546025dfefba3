//! Given / when / then: what `decide` admits and refuses, for every type of event and every refusal, and that replay agrees.

#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod world;

mod probe {
    use crate::world::*;
    const SMALL: &str = include_str!("small.toml");
    const PHASE_E: &str = include_str!("../../examples/phase-e/charter.toml");
    #[test]
    fn it_begins() {
        let mut w = World::founded(SMALL, "lena", &[human("lena", &["lead"]), human("sam", &["security"])]);
        w.refused("lena", to("WP-1", "active"), snapbox::str![]);
        World::founded(PHASE_E, "lena", &[human("lena", &["platform-governance"])]);
    }
}
