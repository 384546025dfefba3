//! How much is judged and gone through for a page: what was asked for, each of it once.

use crate::domain::judge::tests::scale::world;
use crate::domain::judge::tests::world::{World, noun, word};
use crate::domain::judge::work;
use crate::render::gate::{Marks, Part, Shown};
use crate::render::look::Look;
use crate::render::status::Status;

fn status(w: &World) -> usize {
    work::of(|| {
        let status = Status::of(w.view());
        assert!(status.to_screen(Look::PLAIN, "here").contains("SIZES"));
        drop((status.to_text(Look::PLAIN, "here"), status.to_value()));
    })
}

fn gate(w: &World, gate: &str, id: &str) -> usize {
    work::of(|| {
        let shown = Shown::of(&w.view(), &word(gate), &noun(id));
        let marks = Marks::of(&w.view(), shown.asked());
        drop((shown.to_text(&w.state, Some(&marks), Look::PLAIN, Part::First), shown.to_value(Some(&marks))));
    })
}

/// Every packet is blocked by what all of them lack, and marked by a gate that asks the same.
#[test]
fn the_status_costs_the_things_and_the_rules_and_not_their_product() {
    let [small, middle, large] = [8, 16, 32].map(|packets| status(&world(packets, "")));
    assert!(small > 8, "{small}");
    assert!(middle <= 2 * small && large <= 4 * small, "{small}, {middle}, {large}");
}

/// The blocks are judged, and what lifts them; no gate that only a move waits for, and no claim.
#[test]
fn the_status_judges_no_gate_that_no_block_asks_for() {
    let more = |criteria: usize| {
        let each: Vec<String> = (0..criteria).map(|n| format!("c{n} = \"every packet has size = {n}\"\n")).collect();
        let each = each.concat();
        let kind = "[kinds.release]\nid = 'R-[0-9]+'\nstates = [\"cut\", \"out\"]\n";
        format!("{kind}moves = [\"new -> cut by lead\", \"cut -> out by lead if shipping\"]\n[gates.shipping]\n{each}")
    };
    let [few, many] = [1, 20].map(|criteria| {
        let mut w = world(8, &more(criteria));
        w.declare("R-1", "release", "cut");
        assert!(gate(&w, "shipping", "R-1") >= 8 * criteria);
        status(&w)
    });
    assert_eq!(few, many);
}

/// Nothing is judged of other things, and of no other gate; of blocks only the marks on what the page speaks of.
#[test]
fn a_gate_that_speaks_of_one_thing_judges_that_alone() {
    let more =
        "[gates.owned]\nown = \"self has validated\"\n[blocks.UNSIZED]\non = \"packet\"\nuntil = \"self has size\"\n";
    let marked = "on    = \"packet\"\nuntil = \"self passes readying\"\n";
    let [small, large] = [8, 32].map(|packets| {
        let mut w = world(packets, more);
        w.recharter(marked, "on    = \"packet\"\nuntil = \"self has validated\"\n");
        gate(&w, "owned", "WP-1")
    });
    assert!(small > 0);
    assert_eq!(small, large);
}
