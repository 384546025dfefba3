//! What stands keeps the rule under which it was placed, and the reach of that rule, unless it goes over by name.

use govledger::domain::charter::Migration;
use govledger::domain::code::Code;
use govledger::domain::event::GateOutcome;
use govledger::domain::id::Digest;
use govledger::domain::judge::{PathChange, Side, View, check_changes, outcome_changes};

use crate::people::{PHASE_E, SMALL, packet};
use crate::phase::opened;
use crate::world::*;

/// The charter of the phase with one change, which must change something.
fn next(from: &str, to: &str, migrate: &str) -> String {
    assert!(PHASE_E.contains(from), "{from}");
    format!("{}{migrate}", PHASE_E.replace(from, to))
}

fn adopted(w: &mut World, text: &str) {
    w.given("lena", adopt(text)).effective("kim", adopt(text));
}

fn view(w: &World) -> View<'_> {
    View { state: w.state(), facts: &w.tree, as_of: w.now }
}

/// How a change of one file is refused.
fn changed(w: &World, path: &str) -> Vec<Code> {
    let new = Some(Side { mode: 0o100_644, sha256: Some(Digest::of(b"new")) });
    let change = PathChange { path: path.as_bytes().to_vec(), old: None, new };
    let verdicts = check_changes(&view(w), &[change], b".ledger", true);
    verdicts[0].refusals.iter().map(|refusal| refusal.explanation.code).collect()
}

/// What comes out otherwise once a text is adopted, as `charter diff` and a dry run of `charter adopt` say it.
fn outlook(w: &World, text: &str) -> Vec<String> {
    let mut after = w.clone();
    adopted(&mut after, text);
    outcome_changes(view(w), view(&after), None).iter().map(govledger::domain::judge::OutcomeChange::sentence).collect()
}

const SCOPE: &str = r#"["src/**", "apps/**", "services/**", "migrations/**", "infra/**", "deploy/**",
                  "config/runtime/**", "**/Dockerfile", "**/*.sql", "!docs/**"]"#;

/// S0-030, S0-092: the block is lifted by its record, and not by a charter that lets the scope shrink to nothing.
#[test]
fn a_scope_that_shrinks_leaves_the_block_that_stands_its_reach() {
    let mut w = opened();
    let text = next(SCOPE, r#"["nothing/**"]"#, "");
    assert_eq!(changed(&w, "src/main.rs"), [Code::BlockPath]);
    assert_eq!(
        outlook(&w, &text),
        ["reach of block DESIGN-BLOCKED on MIG-06: implementation = src/** apps/** services/** migrations/** infra/** \
          deploy/** config/runtime/** **/Dockerfile **/*.sql !docs/** -> implementation = src/** apps/** services/** \
          migrations/** infra/** deploy/** config/runtime/** **/Dockerfile **/*.sql !docs/**; kept from the charter of \
          event 0, under which it was placed"]
    );
    adopted(&mut w, &text);
    for path in ["src/main.rs", "SRC/main.rs", "infra/network.tf", "a/Dockerfile"] {
        assert_eq!(changed(&w, path), [Code::BlockPath], "{path}");
    }
    for path in ["docs/a.sql", "nothing/x", "README.md"] {
        assert_eq!(changed(&w, path), [], "{path}");
    }
    // What is placed from now on has the new reach.
    w.given("lena", declare("MIG-07", "migration", stated())).given("lena", block("MIG-07", "DESIGN-BLOCKED"));
    assert_eq!(changed(&w, "nothing/x"), [Code::BlockPath]);
    // Of a scope that is gone altogether the block knows as much.
    let gone = next("implementation = [", "realization = [", "").replace("\"implementation\"", "\"realization\"");
    let mut w = opened();
    adopted(&mut w, &gone);
    assert_eq!(changed(&w, "src/main.rs"), [Code::BlockPath]);
    assert_eq!(changed(&w, "README.md"), []);
}

/// S0-030: who wants another reach for what stands writes it down by name, and everybody reads it in the comparison.
#[test]
fn a_block_that_goes_over_by_name_takes_the_reach_of_its_new_rule() {
    let mut w = opened();
    let text = next(r#""!docs/**"]"#, r#""!docs/**", "tools/**"]"#, "\n[migrate]\nblocks = { DESIGN-BLOCKED = \"DESIGN-BLOCKED\" }\n");
    let told = outlook(&w, &text);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("reach of block DESIGN-BLOCKED on MIG-06: implementation = src/** "), "{told:?}");
    assert!(told[0].ends_with(" **/*.sql !docs/** tools/**"), "{told:?}");
    assert_eq!(changed(&w, "tools/x"), []);
    adopted(&mut w, &text);
    assert_eq!(changed(&w, "tools/x"), [Code::BlockPath]);
    assert_eq!(changed(&w, "src/main.rs"), [Code::BlockPath]);
}
