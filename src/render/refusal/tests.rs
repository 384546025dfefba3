//! What people read when a commit is refused.

use super::{Refused, refusal_text};
use crate::domain::charter::ActorType;
use crate::domain::id::Digest;
use crate::domain::judge::tests::world::{World, path};
use crate::domain::judge::{PathChange, PathVerdict, Side, check_changes};
use crate::domain::time::Timestamp;
use crate::render::look::Look;

const COMMIT: Refused = Refused::Commit { unborn: false, at_top: true };

/// Returns Phase E on the day on which a developer tries: everything is done but that CP-21 is not sealed and the formal
/// review, the record and the closure are missing.
fn phase_e() -> World {
    let mut w = World::under(&include_str!("../../../examples/phase-e/charter.toml").replace("locked", "fixed"));
    for (name, role) in [
        ("lena", "platform-governance"),
        ("kim", "platform-governance"),
        ("dora", "drafter"),
        ("raj", "reviewer"),
        ("omar", "approver"),
        ("ines", "approver"),
    ] {
        w.enroll(name, ActorType::Human, None, &[role]);
    }
    w.declare("PHASE-E", "phase", "open");
    w.declare("CP-21", "prerequisite", "done").stated.path = Some(path("docs/control-plane/cp-21.md"));
    w.file("docs/control-plane/cp-21.md", "the control plane");
    for number in 0..12 {
        let place = format!("docs/16-phase-e/e-{number:02}.md");
        let id = format!("E-{number:02}");
        w.declare(&id, "artifact", "complete").stated.path = Some(path(&place));
        w.file(&place, "text");
        w.wrote(&place, &[]);
    }
    for number in 0..12 {
        let id = format!("E-{number:02}");
        w.attest(&id, "review", "raj", "approve");
    }
    w.state.tip.at = Timestamp::parse("2026-01-09T09:00:00Z").unwrap();
    w.declare("MIG-06", "migration", "planned");
    w.block("MIG-06", "DESIGN-BLOCKED", "lena");
    w.item("MIG-06").blocks[0].touch.at = Timestamp::parse("2026-01-10T09:00:00Z").unwrap();
    w.state.tip.at = Timestamp::parse("2026-02-02T09:00:00Z").unwrap();
    w.seal("E-05", &["omar"]);
    w
}

#[expect(clippy::unnecessary_wraps, reason = "a side may be missing")]
fn side(text: &str) -> Option<Side> {
    Some(Side { mode: 0o100_644, sha256: Some(Digest::of(text.as_bytes())) })
}

fn verdicts(w: &World, paths: &[&[u8]]) -> Vec<PathVerdict> {
    let changes: Vec<PathChange> =
        paths.iter().map(|path| PathChange { path: path.to_vec(), old: side("text"), new: side("new") }).collect();
    check_changes(&w.view(), &changes, b".ledger", true)
}

/// M0-005: path, reason, the way out, and who can go it.
#[test]
fn a_refused_commit_names_reason_way_out_and_who_can_go_it() {
    let w = phase_e();
    let verdicts = verdicts(&w, &[b"src/migrate/plan.rs", b"docs/16-phase-e/e-05.md", b"docs/a.md", b"README.md"]);
    let text = refusal_text(&verdicts, COMMIT, Look::ENDLESS);
    let expected = "\
ledger: commit refused by 1 block and 1 seal

  src/migrate/plan.rs      blocked: DESIGN-BLOCKED on MIG-06 since 2026-01-10 (lena, platform-governance)
    why      the default posture is NO; design work under docs/ stays open (§2, §7)
    reason   because
    lifts    when gate unblock passes: 3 met, 28 unmet, 1 unknown, 3 not applicable    ledger gate unblock MIG-06
    next     ledger seal CP-21                                                         approver: ines, omar
    next     ledger amend E-00 --add-link numbers=PHASE-E                              drafter: dora
    next     ledger amend E-00 --field group                                           drafter: dora
    next     ledger unseal E-05                                                        2 platform-governance: kim, lena
    next     ledger attest E-00 deterministic                                          drafter: dora
             … and 68 more: ledger gate unblock MIG-06
    waiver   not possible for this block
  docs/16-phase-e/e-05.md  E-05 is sealed by omar on 2026-02-03
    needed   the sealed bytes, or no seal
    next     ledger unseal E-05                                                        2 platform-governance: kim, lena

  2 of your 4 staged files can be committed now, after:  git restore --staged src/migrate/plan.rs docs/16-phase-e/e-05.md
";
    assert_eq!(text, expected);
    assert_eq!(refusal_text(&verdicts[2..], COMMIT, Look::ENDLESS), "", "nothing is refused");
}

#[test]
fn long_lists_are_cut_and_the_restore_command_names_directories() {
    let w = phase_e();
    let names: Vec<String> = (0..100).map(|n| format!("src/deep/file-{n}.rs")).collect();
    let mut paths: Vec<&[u8]> = names.iter().map(String::as_bytes).collect();
    paths.push(b"README.md");
    let text = refusal_text(&verdicts(&w, &paths), COMMIT, Look::ENDLESS);
    assert!(text.contains("  src/deep/file-3.rs\n  and 96 more\n"), "{text}");
    assert!(
        text.contains("1 of your 101 staged files can be committed now, after:  git restore --staged src\n"),
        "{text}"
    );
    paths.push(b"docs/16-phase-e/e-05.md");
    paths.push(b"docs/open.md");
    let text = refusal_text(&verdicts(&w, &paths), COMMIT, Look::ENDLESS);
    assert!(text.ends_with("after:  git restore --staged docs/16-phase-e src\n"), "{text}");
}

#[test]
fn names_and_reasons_reach_no_terminal_and_no_shell() {
    let mut w = phase_e();
    w.item("MIG-06").blocks[0].reason = "stop\n\u{1b}[31m here \u{202e}".to_owned();
    let paths: [&[u8]; 4] = [b"src/\x1b[2J.rs", b"src/a b'c.rs", b"src/\xff*.rs", b"free.md"];
    let text = refusal_text(&verdicts(&w, &paths), COMMIT, Look::ENDLESS);
    assert!(!text.chars().any(|c| c != '\n' && crate::domain::text::is_forbidden(c)), "{text:?}");
    assert!(text.contains(r#"  "src/\u{1b}[2J.rs" "#), "{text}");
    assert!(text.contains(r#"  "src/\xff*.rs""#), "{text}");
    assert!(text.contains(r"reason   stop \u{1b}[31m here \u{202e}"), "{text}");
    let restore = r"git restore --staged $':(literal)src/\033[2J.rs' 'src/a b'\''c.rs' $':(literal)src/\377*.rs'";
    assert!(text.ends_with(&format!("{restore}\n")), "{text}");
}

#[test]
fn the_restore_command_fits_where_it_is_typed() {
    let w = phase_e();
    let verdicts = verdicts(&w, &[b"src/a.rs", b"-x.md"]);
    let text = |refused| refusal_text(&verdicts, refused, Look::ENDLESS);
    assert!(text(COMMIT).ends_with("after:  git restore --staged src/a.rs\n"));
    assert!(text(Refused::Commit { unborn: true, at_top: true }).ends_with("after:  git rm --cached -r src/a.rs\n"));
    assert!(
        text(Refused::Commit { unborn: false, at_top: false }).ends_with("after:  git restore --staged :/src/a.rs\n")
    );
    assert!(text(Refused::Push).starts_with("ledger: push refused by 1 block\n"));
    assert!(!text(Refused::Push).contains("staged"));
    let none = refusal_text(&verdicts[..1], COMMIT, Look::ENDLESS);
    assert!(none.ends_with("  the staged file cannot be committed now\n"), "{none}");
}

#[test]
fn colors_are_all_that_color_adds() {
    let w = phase_e();
    let verdicts = verdicts(&w, &[b"src/a.rs", b"docs/16-phase-e/E-05.md", b".ledger", b"b"]);
    let plain = refusal_text(&verdicts, COMMIT, Look::ENDLESS);
    let colored = refusal_text(&verdicts, COMMIT, Look { color: true, ..Look::ENDLESS });
    assert_ne!(plain, colored);
    assert_eq!(anstream::adapter::strip_str(&colored).to_string(), plain);
    assert!(plain.starts_with("ledger: commit refused by 1 block, 1 seal and the ledger's own file\n"));
    assert!(plain.contains(
        "  docs/16-phase-e/E-05.md  is a twin of docs/16-phase-e/e-05.md, and E-05 is sealed by omar on 2026-02-03\n"
    ));
}

#[test]
fn a_derived_block_says_when_it_lifts_itself() {
    let mut w = World::new("[blocks.UNREADY]\non = \"topic\"\nstops = [\"code\"]\nuntil = \"P-01 is complete\"\n");
    w.paper("P-01", "draft");
    w.declare("T-a", "topic", "open");
    let text = refusal_text(&verdicts(&w, &[b"src/a.rs"]), Refused::Push, Look::ENDLESS);
    let expected = "\
ledger: push refused by 1 block

  src/a.rs  blocked: UNREADY on T-a
    lifts    by itself when P-01 is complete
    next     ledger move P-01 complete    drafter: bot, dora
    waiver   not possible for this block
";
    assert_eq!(text, expected);
}
