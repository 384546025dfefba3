//! The people of the tests, and the two charters that they live under.

use crate::world::{World, agent, ci, human, public};
use govledger::domain::event::Person;

pub(crate) const SMALL: &str = include_str!("small.toml");
pub(crate) const KEEP: &str = include_str!("keep.toml");
pub(crate) const PHASE_E: &str = include_str!("../../examples/phase-e/charter.toml");

/// lena leads and sam does security: together they are the authority. dana, dmitri and dora develop; bot is dana's agent;
/// build is sam's build system; ada audits; max does both security and development.
pub(crate) fn staff() -> Vec<Person> {
    vec![
        human("lena", &["lead"]),
        human("sam", &["security"]),
        human("dana", &["developer"]),
        human("dmitri", &["developer"]),
        human("dora", &["developer"]),
        agent("bot", "dana", &["developer"]),
        ci("build", "sam", &["builder"]),
        human("ada", &["auditor"]),
        human("max", &["security", "developer"]),
    ]
}

/// The small world, its founding over.
pub(crate) fn small() -> World {
    World::founded(SMALL, "lena", &staff())
}

/// The small world with `WP-1`, declared by dana, its file written by dana.
pub(crate) fn packet() -> World {
    let mut w = small();
    w.write("docs/packets/WP-1.md", "do it", "dana");
    w.given("dana", crate::world::declare("WP-1", "packet", crate::world::stated().path("docs/packets/WP-1.md")));
    w
}

/// lena leads alone; mira, whose key is in a token, makes and judges; juno and jack judge; bot and build are lena's.
pub(crate) fn keepers() -> Vec<Person> {
    let mut mira = human("mira", &["maker", "judge"]);
    mira.keys = [public("token-mira")].into();
    let (bot, build) = (agent("bot", "lena", &["maker"]), ci("build", "lena", &["maker"]));
    vec![human("lena", &["lead"]), mira, human("juno", &["judge"]), human("jack", &["judge"]), bot, build]
}

/// lena and kim govern, dora drafts with her agent bot, raj and petra review, omar and ines approve.
pub(crate) fn governance() -> Vec<Person> {
    vec![
        human("lena", &["platform-governance"]),
        human("kim", &["platform-governance"]),
        human("dora", &["drafter"]),
        agent("bot", "dora", &["drafter"]),
        human("raj", &["reviewer"]),
        human("petra", &["reviewer"]),
        human("omar", &["approver"]),
        human("ines", &["approver"]),
    ]
}

/// The world of the phase, its founding over.
pub(crate) fn phase_e() -> World {
    World::founded(PHASE_E, "lena", &governance())
}
