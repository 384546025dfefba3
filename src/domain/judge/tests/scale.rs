//! What is judged how often: once, however many things ask for it.

use std::collections::BTreeSet;

use super::world::{World, actor, item, noun, word};
use crate::domain::charter::ActorType;
use crate::domain::explain::Outcome;
use crate::domain::inbox::{Whose, inbox};
use crate::domain::judge::{Judgement, work};
use crate::domain::value::Value;

const CHARTER: &str = r#"
[charter]
semantics = 1
id        = "CX-700"
authority = "lead"

[roles]
lead = "human"

[kinds.packet]
id     = 'WP-[0-9]+'
states = ["open", "ready", "done"]
fields = { size = "integer?" }
moves  = ["new -> open by lead", "open -> ready by lead if readying", "ready -> done by lead if every packet has size"]

[claims]
validated = { by = "lead" }

[waivers.late]
covers = ["readying.all"]
by     = "2 lead"

[gates.readying]
own  = "self has validated"
all  = "every packet has size"
free = "no packet is blocked"
few  = { should = "at most 3 packet is ready" }

[blocks.SIZES]
on    = "packet"
stops = ["moves"]
until = "every packet has size"

[blocks.READYING]
on    = "packet"
until = "self passes readying"

[views.board]
path = "docs/BOARD.md"
[views.board.sections]
"Readying" = "readying"
"All"      = "packet"
"Open"     = "packet that is open"
"#;

/// So many packets, every other one of them ready; of the last nobody knows the size.
pub(crate) fn world(packets: i64, more: &str) -> World {
    let mut w = World::under(&format!("{CHARTER}{more}"));
    w.enroll("lena", ActorType::Human, None, &["lead"]);
    for n in 0..packets {
        let id = format!("WP-{n}");
        w.declare(&id, "packet", if n % 2 == 0 { "open" } else { "ready" });
        if n + 1 < packets {
            w.field(&id, "size", Value::Int(n));
        }
    }
    w
}

/// A gate that speaks of `self` and of everything costs the things and the rows, and not their product: in a document, on the
/// first screen, in what can go on and in what somebody is asked for.
#[test]
fn what_does_not_speak_of_self_is_judged_once_for_all_who_ask() {
    type Ask = fn(&World);
    let asks: [(&str, Ask); 5] = [
        ("the gate of every packet", |w| {
            let judgement = Judgement::new(w.view());
            w.state.items.keys().for_each(|id| drop(judgement.gate(&word("readying"), &noun(id.as_str()))));
        }),
        ("the blocks of every packet", |w| {
            let judgement = Judgement::new(w.view());
            for id in w.state.items.keys() {
                let standing = judgement.blocks_on(id);
                assert_eq!(standing.len(), 2, "{id}");
                assert!(standing.iter().all(|block| !judgement.parts_against(id, block).is_empty()));
            }
        }),
        ("a document", |w| assert!(w.view().rendering(&word("board")).unwrap().text.contains("### WP-0"))),
        ("what can go on", |w| assert!(w.view().ready(None).ready.is_empty())),
        ("an inbox", |w| drop(inbox(&w.view(), &Whose::Actor(actor("lena")), Vec::new()))),
    ];
    let worlds = [8, 16, 32].map(|packets| world(packets, ""));
    for (what, ask) in asks {
        let [small, middle, large] = [&worlds[0], &worlds[1], &worlds[2]].map(|w| work::of(|| ask(w)));
        assert!(small > 8, "{what}: {small}");
        assert!(middle <= 2 * small && large <= 4 * small, "{what}: {small}, {middle}, {large}");
    }
}

/// One report is in memory once, whatever it was asked for; a waiver changes it for its own item alone.
#[test]
fn a_shared_criterion_is_told_of_each_item_as_if_it_were_judged_for_it_alone() {
    let mut w = world(6, "");
    super::waivers::waive(&mut w, "WP-2", "readying.all", "phase-end");
    let together = Judgement::new(w.view());
    let mut outcomes = BTreeSet::new();
    for id in w.state.items.keys() {
        let subject = noun(id.as_str());
        let report = together.gate(&word("readying"), &subject);
        assert_eq!(report, w.view().gate(&word("readying"), &subject), "{id}");
        outcomes.insert((report.criteria[1].outcome.as_str(), id == &item("WP-2")));
    }
    assert_eq!(outcomes, BTreeSet::from([("UNMET", false), ("WAIVED", true)]));
}

/// What is found out while a way on is looked for leaves out what is under way, and is not told as the answer to another question.
#[test]
fn how_a_block_comes_out_does_not_depend_on_what_was_asked_before() {
    let charter = r#"
[charter]
semantics = 1
id        = "CX-701"
authority = "lead"
[roles]
lead = "human"
[kinds.task]
id     = 'T-[0-9]+'
states = ["open", "done"]
moves  = ["new -> open by lead", "open -> done by lead if free"]
[kinds.packet]
id     = 'WP-[0-9]+'
states = ["open"]
moves  = ["new -> open by lead"]
[gates.free]
packets = "no packet is blocked"
[blocks.UNDONE]
on    = "task"
stops = ["moves"]
until = "self is done"
[blocks.WAITING]
on    = "packet"
stops = ["moves"]
until = "no task is blocked"
"#;
    let mut w = World::under(charter);
    w.enroll("lena", ActorType::Human, None, &["lead"]);
    w.declare("T-1", "task", "open");
    w.declare("WP-1", "packet", "open");
    let judgement = Judgement::new(w.view());
    assert_eq!(judgement.blocks_on(&item("T-1"))[0].outcome, Outcome::Unmet);
    assert_eq!(judgement.blocks_on(&item("WP-1"))[0].outcome, Outcome::Unmet);
}

/// A document grows with the items and with what is said of all of them, and not with their product: it is told under the first item.
#[test]
fn what_is_told_alike_of_many_items_stands_under_the_first_of_them() {
    let mut w = world(3, "");
    super::waivers::waive(&mut w, "WP-1", "readying.all", "phase-end");
    let text = w.view().rendering(&word("board")).unwrap().text;
    let under = |from: &str, to: &str| text.split_once(from).unwrap().1.split_once(to).unwrap().0.to_owned();
    let first = "- [ ] all: every packet has size; 2 of 3 (66 %)\n  - [x] WP-0 (open)\n  - [x] WP-1 (ready)\n  - [ ] WP-2 (open)\n";
    assert!(under("### WP-0", "### WP-1").contains(first), "{text}");
    let waived = "all: every packet has size; waived by lena and kim until phase-end; 2 of 3 (66 %); as under WP-0\n";
    assert!(under("### WP-1", "### WP-2").contains(waived), "{text}");
    let last = r"
HOLD: 0 of 3 hold; all: 2 of 3 (66 %)

- [ ] own: self has validated
- [ ] all: every packet has size; 2 of 3 (66 %); as under WP-0
- [ ] free: no packet is blocked; as under WP-0
- [x] should, few: at most 3 packet is ready
";
    assert_eq!(under("### WP-2 (open)\n", "\n## All"), last);
    let blocks = r"
- WP-0 (open, blocked)
  - READYING: until self passes readying
  - SIZES: waits for WP-2 (1)
- WP-1 (ready, blocked)
  - READYING: until self passes readying
  - SIZES: waits for the same as WP-0 (1)
";
    assert_eq!(under("## All\n", "- WP-2 (open, blocked)"), blocks);
}
