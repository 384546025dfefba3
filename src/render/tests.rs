//! Pages, word by word.

mod scale;

use super::event::log_text;
use super::gate::{Marks, Part, gate_text, gate_value};
use super::item::ItemPage;
use super::look::Look;
use super::picture::{Difference, differences, picture};
use super::status::Status;
use super::why::{WhyItem, WhyPath};
use crate::domain::event::{Body, Event};
use crate::domain::id::RoleId;
use crate::domain::judge::tests::world::{World, actor, item, noun, rid, word};
use crate::domain::judge::{Judgement, check_file, judged_for, speaks_of_self};
use crate::domain::path::Lies;
use crate::domain::state::Vote;

/// A phase that is on hold, with two of its three papers, the second only begun.
fn world() -> World {
    let mut world = World::new(GATES);
    world.declare("F-A", "phase", "open").stated.title = Some("The first phase".to_owned());
    world.paper("P-01", "complete");
    world.paper("P-02", "draft");
    world.attest("P-01", "review", "raj", "approve");
    world.seal("P-01", &["omar"]);
    world.declare("T-a", "topic", "open");
    world.block("F-A", "HOLD", "lena");
    world
}

const GATES: &str = r#"
[gates.matrix]
present  = "every paper is present"
reviewed = "every paper has review"
sealed   = { must = "every paper is sealed", cite = "§5" }

[gates.outer]
ready  = "self passes matrix"
closed = "self is closed"
"#;

/// Returns a text that is indented as the code around it.
fn text(indented: &str) -> String {
    let lines = indented.trim_start_matches('\n').lines().map(|line| line.strip_prefix("        ").unwrap_or(line));
    lines.fold(String::new(), |all, line| all + line.trim_end() + "\n").trim_end().to_owned() + "\n"
}

// S0-093, S0-045, S0-094
#[test]
fn status_names_everything_with_state_and_qualifier() {
    let shown = Status::of(world().view()).to_text(Look::PLAIN, "commit 0a1b2c3d");
    let expected = "
        TEST-RULES
        event 8 of 2026-01-09, files of commit 0a1b2c3d, judged as of 2026-01-09

        Blocked
          F-A  HOLD (active) since 2026-01-09 by lena (lead)
            stops    changes to code, moves
            reason   because
            lifts    when gate papers passes: 0 met, 2 unmet, 0 unknown
                     ledger gate papers F-A

        Marked
          DRAFTY on P-02
            lifts    by itself when it is complete

        Next
          next     ledger move P-02 complete            drafter: bot, dora
                   ledger move T-a settled              lead: kim, lena
                   ledger attest P-02 review            reviewer: raj, rita
                   ledger declare P-03 --kind document  drafter: bot, dora

        document
          P-01  complete  sealed by omar on 2026-01-07
          P-02  draft     DRAFTY (mark); must be sealed

        index
          I-00  draft     docs/index.md

        phase
          F-A   open      HOLD (active)

        topic
          T-a   open      must not be open

        named by the rules, declared by nobody
          P-03  must be sealed
    ";
    assert_eq!(shown, text(expected));
}

#[test]
fn status_tells_drift_and_what_waits_for_signatures() {
    let mut world = world();
    world.file("docs/p-01.md", "second text");
    let body = Body::Moved { from: word("open"), to: word("closed"), because: None };
    let on = noun("F-A");
    let touch = world.tick();
    let key = world.state.actors[&actor("lena")].keys.keys().next().unwrap().clone();
    let vote = Vote { actor: actor("lena"), role: RoleId::parse("lead").ok(), key, event: rid(99), touch };
    world.state.proposals.sign(body.action(&on), &on, &body, vote);
    let shown = Status::of(world.view()).to_text(Look::PLAIN, "commit 0a1b2c3d");
    assert!(shown.contains("  P-01  complete  sealed by omar on 2026-01-07, drifted; must be sealed\n"), "{shown}");
    let waits = "
        Waiting for signatures
          moved F-A closed   1 signature: lena; ends 2026-02-09
            says     F-A goes from open to closed
            look     ledger show 00000000
            waits    HOLD stands on F-A since 2026-01-09: because
    ";
    assert!(shown.contains(&text(waits)), "{shown}");
    let value = Status::of(world.view()).to_value();
    let proposal = value.get("proposals").and_then(|list| list.as_list()).and_then(|list| list.first()).unwrap();
    assert_eq!(proposal.get("action").unwrap().as_text(), Some("moved F-A closed"));
    assert_eq!(proposal.get("who").unwrap().as_list(), Some(&[] as &[_]));
}

// S0-080: the matrix, and the failing cells explained
#[test]
fn a_gate_is_a_tree_with_a_matrix_and_an_explanation_of_each_failing_cell() {
    let world = world();
    let charter = &world.state.charter.rules;
    let shown = gate_text(&world.gate("outer", "F-A"), charter, None, Look::PLAIN, Part::Whole);
    let expected = "
        gate outer for F-A: HOLD   0 met, 4 unmet, 0 unknown
          UNMET    ready   self passes matrix
            gate matrix for F-A: HOLD   0 met, 3 unmet, 0 unknown
              UNMET    present   every paper is present   2 of 3
              UNMET    reviewed  every paper has review   1 of 3
              UNMET    sealed    every paper is sealed   1 of 3   (§5)
          UNMET    closed  self is closed

        matrix  present  reviewed  sealed
          P-01  MET      MET       MET
          P-02  MET      UNMET     UNMET
          P-03  UNMET    UNMET     UNMET
          3 x 3, 4 of 9 met

        Not met
          matrix.present   every paper is present
            found    P-03 was never declared
            needed   present in the tree
            next     ledger declare P-03 --kind document  drafter: bot, dora
          matrix.reviewed   every paper has review
            needed   review of the present content
            found    P-02 has no review
            next     ledger attest P-02 review  reviewer: raj, rita
            found    P-03 was never declared
            next     (above)
          matrix.sealed   every paper is sealed   (§5)
            needed   sealed
            found    P-02 is not sealed
            next     ledger move P-02 complete  drafter: bot, dora
                     (and those above)
            found    P-03 was never declared
            next     (above)
          outer.closed   self is closed
            found    F-A is open
            needed   closed
            next     ledger move T-a settled  lead: kim, lena
                     (and those above)
    ";
    assert_eq!(shown, text(expected));
}

/// S0-080: the columns are whatever the charter asks of many things, over all gates that lead to one another.
#[test]
fn a_gate_that_leads_to_another_adds_the_things_of_which_it_asks_the_same() {
    let more = r#"
[gates.last]
first    = "self passes matrix"
present  = "I-00 is present"
reviewed = "I-00 has review"
closed   = "self is closed"
"#;
    let mut world = World::new(&format!("{GATES}{more}"));
    world.declare("F-A", "phase", "open");
    world.paper("P-01", "complete");
    world.paper("P-02", "draft");
    world.attest("P-01", "review", "raj", "approve");
    let (report, marks) =
        (world.gate("last", "F-A"), Marks::of(&world.view(), ["F-A", "I-00", "P-01", "P-02", "P-03"]));
    let shown = gate_text(&report, &world.state.charter.rules, Some(&marks), Look::PLAIN, Part::First);
    let expected = "
        matrix  present  reviewed  sealed
          I-00  MET      UNMET     -
          P-01  MET      MET       UNMET
          P-02  MET      UNMET     UNMET
          P-03  UNMET    UNMET     UNMET
          4 x 3, 4 of 11 met; - is not asked
          DRAFTY on P-02
    ";
    assert!(shown.contains(&text(expected)), "{shown}");
    let value = gate_value(&report, Some(&marks));
    let matrices = value.get("matrices").unwrap().as_list().unwrap();
    assert_eq!(matrices.len(), 1, "the two are one");
    let rows = matrices[0].get("rows").unwrap().as_list().unwrap();
    let cell = |row: usize, name: &str| rows[row].get("cells").unwrap().get(name).unwrap().as_text().map(str::to_owned);
    assert_eq!((cell(0, "sealed"), cell(1, "reviewed").as_deref()), (None, Some("MET")));
    assert_eq!(rows[2].get("marks").unwrap().as_list().unwrap()[0].as_text(), Some("DRAFTY"));
    assert_eq!(
        gate_value(&report, None).get("matrices").unwrap().as_list().unwrap()[0]
            .get("rows")
            .unwrap()
            .as_list()
            .unwrap()[0]
            .get("marks"),
        None
    );
}

#[test]
fn of_many_that_fail_a_rule_the_first_are_explained_and_a_command_shows_the_rest() {
    let mut world = World::new("[gates.all]\nseen = \"every P-01..P-12 has review\"\n");
    world.declare("F-A", "phase", "open");
    let charter = &world.state.charter.rules;
    let report = world.gate("all", "F-A");
    let page = |part| gate_text(&report, charter, None, Look::PLAIN, part);
    let first = page(Part::First);
    assert!(first.contains("P-05 was never declared") && !first.contains("P-06 was never declared"), "{first}");
    assert!(first.ends_with("    … and 7 more of this rule: ledger gate all F-A --all\n"), "{first}");
    let whole = page(Part::Whole);
    assert!(whole.contains("P-12 was never declared") && !whole.contains("more of this rule"), "{whole}");
}

#[test]
fn a_matrix_that_is_wider_than_the_page_goes_on_below() {
    let world = world();
    let charter = &world.state.charter.rules;
    let shown = gate_text(
        &world.gate("matrix", "F-A"),
        charter,
        None,
        Look { color: false, width: 30, whole: false },
        Part::Whole,
    );
    let expected = "
        matrix  present  reviewed
          P-01  MET      MET
          P-02  MET      UNMET
          P-03  UNMET    UNMET

        matrix  sealed
          P-01  MET
          P-02  UNMET
          P-03  UNMET
          3 x 3, 4 of 9 met
    ";
    assert!(shown.contains(&text(expected)), "{shown}");
}

#[test]
fn of_a_gate_programs_read_every_criterion_with_every_leaf() {
    let value = gate_value(&world().gate("outer", "F-A"), None);
    assert_eq!(value.get("gate").unwrap().as_text(), Some("outer"));
    assert_eq!(value.get("item").unwrap().as_text(), Some("F-A"));
    assert_eq!(value.get("outcome").unwrap().as_text(), Some("HOLD"));
    assert_eq!(value.get("digest").unwrap().as_text().map(str::len), Some(64));
    assert_eq!(value.get("counts").unwrap().get("unmet").unwrap().as_int(), Some(4));
    let nested = value.get("nested").unwrap().as_list().unwrap();
    let criteria = nested[0].get("criteria").unwrap().as_list().unwrap();
    assert_eq!(criteria[1].get("name").unwrap().as_text(), Some("reviewed"));
    assert_eq!(criteria[1].get("level").unwrap().as_text(), Some("must"));
    let leaf = &criteria[1].get("leaves").unwrap().as_list().unwrap()[1];
    assert_eq!(leaf.get("item").unwrap().as_text(), Some("P-02"));
    assert_eq!(leaf.get("next").unwrap().as_list().unwrap()[0].as_text(), Some("ledger attest P-02 review"));
}

#[test]
fn many_rows_of_one_rule_stand_as_a_table() {
    let mut world = world();
    world.paper("P-03", "draft");
    world.file("docs/p-01.md", "another text");
    let charter = &world.state.charter.rules;
    let look = Look { color: false, width: 120, whole: false };
    let shown = gate_text(&world.gate("matrix", "F-A"), charter, None, look, Part::Open);
    let expected = "
        gate matrix for F-A: HOLD   1 met, 2 unmet, 0 unknown
          UNMET    reviewed  every paper has review   0 of 3
          UNMET    sealed    every paper is sealed   0 of 3   (§5)

        Not met
          matrix.reviewed   every paper has review
            needed   review of the present content
            review of P-01 by raj on 2026-01-06, before P-01 changed  ledger attest P-01 review  reviewer: raj, rita
            P-02 has no review                                        ledger attest P-02 review  reviewer: raj, rita
            P-03 has no review                                        ledger attest P-03 review  reviewer: raj, rita
          matrix.sealed   every paper is sealed   (§5)
    ";
    assert!(shown.starts_with(&text(expected)), "{shown}");
}

#[test]
fn why_says_what_stands_against_an_item_and_what_each_needs() {
    let world = world();
    let judgement = Judgement::new(world.view());
    let why = WhyItem::of(&judgement, &item("P-02"));
    let expected = "
        P-02  document, draft

          DRAFTY (a mark) on P-02
            lifts    by itself when P-02 is complete

          ledger seal P-02   by approver, not author, not review if sealable   the condition is not met

        Not met
          blocks.DRAFTY.until   self is complete
            found    P-02 is draft
            needed   complete
            next     ledger move P-02 complete  drafter: bot, dora
          sealable.complete   self is complete
            found    P-02 is draft
            needed   complete
            next     (above)
          sealable.reviewed   self has review   (§6)
            why      four eyes
            found    P-02 has no review
            needed   review of the present content
            next     ledger attest P-02 review  reviewer: raj, rita
    ";
    assert_eq!(why.to_text(Look::PLAIN), text(expected));
    assert!(!why.is_free());
    assert!(WhyItem::of(&judgement, &item("P-01")).is_free());
    let unknown = WhyItem::of(&judgement, &item("P-03")).to_text(Look::PLAIN);
    assert!(unknown.contains("ledger declare P-03 --kind document"), "{unknown}");
}

// S0-010: a disagreement names both sides
#[test]
fn why_names_both_sides_of_a_disagreement() {
    let mut world = world();
    world.row("P-01", "Another title", "docs/p-01.md");
    let why = WhyItem::of(&Judgement::new(world.view()), &item("P-01")).to_text(Look::PLAIN);
    let both = "index row says title `Another title`, the declaration says `Title of P-01`";
    assert!(why.contains(both), "{why}");
}

#[test]
fn why_says_who_governs_a_path_and_what_refuses_a_change() {
    let world = world();
    let view = world.view();
    let why = |path: &str| {
        let parts = [check_file(&view, path, ".ledger")];
        WhyPath::of(&Judgement::new(view), path, Lies::File, &parts).to_text(Look::PLAIN)
    };
    let expected = "
        docs/p-01.md
          item     P-01   document, complete, sealed by omar on 2026-01-07
          scope    of none

        docs/p-01.md
          P-01 is sealed by omar on 2026-01-07
            needed   the sealed bytes, or no seal
            next     ledger unseal P-01  2 lead: kim, lena
    ";
    assert_eq!(why("docs/p-01.md"), text(expected));
    let code = why("src/main.rs");
    assert!(code.contains("scope    code"), "{code}");
    assert!(code.contains("HOLD (active) on F-A since 2026-01-09 by lena (lead)"), "{code}");
    assert!(code.contains("papers.sealed   every paper is sealed"), "{code}");
    assert!(why("docs/other.md").contains("no block and no seal stands against a change"));
}

#[test]
fn an_item_is_shown_whole() {
    let mut world = world();
    world.file("docs/p-01.md", "second text");
    world.link("P-01", "covers", "T-a");
    let view = world.view();
    let (id, known) = world.state.items.get_key_value("T-a").unwrap();
    let topic = ItemPage::of(&Judgement::new(view), id, known, &[]).to_text(Look::PLAIN);
    assert!(topic.contains("  covers of P-01\n"), "{topic}");
    let (id, known) = world.state.items.get_key_value("P-01").unwrap();
    let page = ItemPage::of(&Judgement::new(view), id, known, &[]);
    let shown = page.to_text(Look::PLAIN);
    for line in [
        "P-01  Title of P-01",
        "  kind     document",
        "  status   complete",
        "  path     docs/p-01.md   11 bytes",
        "  covers   T-a",
        "  seal     sealed by omar on 2026-01-07 (event 6): drifted: the content is no longer the sealed one",
        "  review  approve  stale  raj (reviewer)  2026-01-06  event 5",
    ] {
        assert!(shown.lines().any(|known| known == line), "{line}\n{shown}");
    }
    let value = page.to_value();
    assert_eq!(value.get("seal").unwrap().get("state").unwrap().as_text(), Some("drifted"));
    let said = &value.get("claims").unwrap().as_list().unwrap()[0];
    assert_eq!(said.get("counts").unwrap().as_text(), Some("stale"));
}

// M0-009
#[test]
fn two_trees_under_one_ledger_differ_in_what_depends_on_files() {
    let mut world = world();
    let before = picture(world.view());
    world.file("docs/p-01.md", "second text");
    let after = picture(world.view());
    let told: Vec<String> = differences(&before, &after).iter().map(Difference::sentence).collect();
    let told: Vec<&str> = told.iter().map(String::as_str).filter(|line| !line.starts_with("P-01 content")).collect();
    let expected = [
        "P-01 review by raj: approve, current -> approve, stale",
        "P-01 sealed -> drifted",
        "gate sealable for P-01: PASS -> HOLD (1 met, 1 unmet, 0 unknown)",
        "gate sealable for P-01 reviewed: MET -> UNMET",
    ];
    assert_eq!(told, expected);
}

#[test]
fn two_moments_differ_in_what_was_decided() {
    let mut world = world();
    let before = picture(world.view());
    world.lift("F-A", "HOLD");
    world.item("T-a").status = word("settled");
    world.paper("P-03", "draft");
    let told: Vec<String> = differences(&before, &picture(world.view())).iter().map(Difference::sentence).collect();
    assert!(told.iter().any(|line| line.starts_with("F-A HOLD: stands -> lifted")), "{told:?}");
    assert!(told.contains(&"T-a status: open -> settled".to_owned()), "{told:?}");
    assert!(told.contains(&"P-03: nothing -> declared as document, draft".to_owned()), "{told:?}");
    assert_eq!(told.iter().filter(|line| line.starts_with("P-03")).count(), 1, "{told:?}");
}

#[test]
fn a_gate_is_judged_for_what_it_guards_and_for_what_others_ask_it_of() {
    let world = world();
    let found = judged_for(&world.view());
    let of = |gate: &str| found[&word(gate)].iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(of("papers"), ["F-A"]);
    assert_eq!(of("sealable"), ["P-01", "P-02"]);
    assert!(of("outer").is_empty());
    assert!(speaks_of_self(&world.state.charter.rules, &word("sealable")));
    assert!(!speaks_of_self(&world.state.charter.rules, &word("papers")));
    assert_eq!(of("matrix"), ["repo"]);
}

#[test]
fn a_line_of_the_log_reads_like_one_of_git() {
    let world = world();
    let event = Event {
        seq: 17,
        id: rid(17),
        prev: None,
        at: world.state.tip.at,
        actor: actor("omar"),
        role: RoleId::parse("approver").ok(),
        item: noun("P-01"),
        body: Body::Unsealed { seal: rid(3), reason: String::new() },
        seen: None,
        judged: None,
        pending: true,
        correlation: None,
    };
    let line = log_text(&event, "0a1b2c3d4e5f", Look::PLAIN);
    assert_eq!(line, "0a1b2c3d   17  2026-01-09  proposed unsealed P-01                    omar (approver)\n");
}
