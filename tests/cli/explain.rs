//! The commands that explain: codes, what would be, inboxes, events, and how all of it is printed.

use crate::beginnings::{self, INDEX, declare, review};
use crate::sandbox::story::{Outcome, Story};
use govledger::domain::code::Code;
use govledger::domain::value::Value;

/// Both documents, reviewable and agreed with their index.
fn drafted() -> Story {
    beginnings::drafted("Overview")
}

fn texts(value: &Value) -> Vec<String> {
    value.as_list().unwrap().iter().map(|text| text.as_text().unwrap().to_owned()).collect()
}

/// Returns the commands of a list of objects.
fn commands(value: &Value) -> Vec<String> {
    let list = value.as_list().unwrap().iter();
    list.map(|one| one.get("command").unwrap().as_text().unwrap().to_owned()).collect()
}

#[test]
fn every_code_can_be_explained_and_links_to_its_page() {
    let story = Story::new();
    story.person("lena");
    let all = story.ledger("explain").json().ok();
    assert_eq!(all.get("codes").as_list().unwrap().len(), Code::ALL.len());
    let listed = story.ledger("explain").ok();
    assert!(
        Code::ALL.iter().all(|code| listed.stdout.lines().any(|l| l.starts_with(&format!("  {code} ")))),
        "{listed}"
    );
    let one = story.ledger("explain authority.author").ok();
    one.says("The rule excludes whoever wrote what is acted upon.").says("arises").says("needed").says("who");
    one.says("ledger show E-05").says("05 Admission, 5.6").says("docs/codes/authority.md#authorityauthor");
    let one = story.ledger("explain Authority.Author").json().ok();
    assert_eq!(one.text("code"), "authority.author");
    assert_eq!(one.text("page"), "docs/codes/authority.md#authorityauthor");
    assert!(texts(&one.get("next")).contains(&"ledger show E-05".to_owned()), "{one}");
    let group = story.ledger("explain guard").ok();
    group.says("guard.unmet").never_says("gate.unmet");
    let wrong = story.ledger("explain gate.unmt").exits(2);
    wrong.says("\"gate.unmt\" is no code");
    assert_eq!(wrong.next()[0], "ledger explain gate.unmet");
    let wrong = story.ledger("explain zzzzzzzzzzzzzzzzz").exits(2);
    assert_eq!(wrong.next(), ["ledger explain"]);
}

#[test]
fn a_refusal_names_what_prints_the_page_of_each_of_its_codes_and_nothing_of_this_machine() {
    let story = drafted();
    let refused = story.ledger("seal E-01").json().as_("omar").exits(1);
    let error = refused.get("error");
    let Some(Value::Map(pages)) = error.get("pages") else { panic!("{refused}") };
    assert_eq!(pages.get("guard.unmet"), Some(&Value::from("ledger explain guard.unmet")));
    let codes = error.get("explanations").unwrap().as_list().unwrap().iter();
    for code in codes.map(|told| told.get("code").unwrap().as_text().unwrap()) {
        let page = pages.get(code).and_then(Value::as_text).unwrap_or_else(|| panic!("{code}\n{refused}"));
        story.ledger(page.strip_prefix("ledger ").unwrap()).ok().says(code);
    }
    assert!(!refused.stdout.contains(env!("CARGO_MANIFEST_DIR")), "{refused}");
    story.write("src/plan.rs", "fn plan() { let _ = 1; }\n");
    story.git("add -A").ok();
    let staged = story.ledger("check --staged").json().exits(1);
    let Value::Map(pages) = staged.get("pages") else { panic!("{staged}") };
    assert_eq!(pages.get("block.path"), Some(&Value::from("ledger explain block.path")));
}

#[test]
fn what_would_be_is_shown_before_and_after_and_nothing_is_written() {
    let story = drafted();
    story.ledger("move E-01 complete").as_("dario").ok();
    let tip = story.tip();
    let what_if = story.ledger(["gate", "sealable", "E-01", "--if", "attest E-01 review by petra"]).ok();
    what_if
        .says("Supposed   nothing is written")
        .says("attested E-01 review=approve   by petra as reviewer   takes effect");
    what_if.says("before  gate sealable for E-01: HOLD").says("after   gate sealable for E-01: PASS");
    what_if.says("UNMET  -> MET    sealable.reviewed (E-01)");
    assert_eq!(story.tip(), tip, "nothing is written");
    // Without the supposition it still holds.
    story.ledger("gate sealable E-01").exits(1);

    let what_if = ["gate", "readiness", "--if", "attest E-01 review by petra", "--if", "seal E-01 by omar"];
    let what_if = story.ledger(what_if).json().exits(1);
    let criteria = what_if.get("criteria");
    let named = |criterion: &&Value| criterion.get("criterion").unwrap().as_text() == Some("sealed");
    let sealed = criteria.as_list().unwrap().iter().find(named);
    assert_eq!(sealed.unwrap().get("changed"), Some(&Value::Bool(true)), "two of nine differ from one of nine");
    assert_eq!(what_if.text("supposed.1.summary"), "sealed E-01");
    assert_eq!(what_if.get("supposed.1.effective"), Value::Bool(true));
    assert_eq!(what_if.text("before.outcome"), "HOLD");

    // In the other order the seal is refused, with its own reasons.
    let refused = ["gate", "readiness", "--if", "seal E-01 by omar", "--if", "attest E-01 review by petra"];
    let refused = story.ledger(refused).exits(1);
    refused.says("to suppose `seal E-01 by omar` is refused: gate sealable is HOLD").says("guard.unmet");
    let refused = story.ledger(["gate", "sealable", "E-01", "--if", "attest E-01 review by omar"]).json().exits(1);
    assert_eq!(refused.text("error.code"), "authority.role");
    story.ledger(["gate", "sealable", "E-01", "--if", "seal E-01"]).exits(2).says("it ends in `by ACTOR`");
    story.ledger(["gate", "sealable", "E-01", "--if", "seal E-01 by nobody"]).exits(1).says("nobody is not enrolled");
    assert_eq!(story.tip(), tip, "nothing is written");
}

#[test]
fn a_supposed_quorum_takes_everybody_whom_it_takes() {
    let story = drafted();
    let one = story.ledger(["status", "--if", "move MIG-06 active by kim"]).exits(1);
    one.says("DESIGN-BLOCKED stands on MIG-06");
    let enrol = ["why", "CP-21", "--if", "move CP-21 done by kim", "--if", "seal CP-21 by omar"];
    story.ledger(enrol).ok().says("Supposed").says("CP-21  prerequisite, done").says("nothing stands against it");
    let status = story.ledger(["status", "--all", "--if", "move CP-21 done by kim"]).ok();
    status.says("moved CP-21 done   by kim as platform-governance   takes effect").says("CP-21    done");
    let status = story.ledger(["status", "--if", "declare D-001 decision by dario"]).json().ok();
    assert_eq!(status.text("supposed.0.summary"), "declared D-001");
    let half = ["gate", "unblock", "--if", "retract E-00 review by petra"];
    story.ledger(half).exits(1).says("petra made no statement review on E-00 that stands");
    // As the command takes several ids, so does what is supposed; each stands on the one before it.
    for id in ["E-00", "E-01"] {
        story.ledger(["move", id, "complete"]).as_("dario").ok();
        review(&story, id, "petra");
    }
    let both = ["gate", "readiness", "--if", "seal E-00 E-01 by omar"];
    let told = story.ledger(both).exits(1);
    told.says("sealed E-00   by omar as approver   takes effect")
        .says("sealed E-01   by omar as approver   takes effect");
    let again = ["gate", "readiness", "--if", "ledger seal E-01 E-01 by omar"];
    story.ledger(again).exits(1).says("E-01 was sealed on 2026-01-12 by omar");
}

// M0-005
#[test]
fn an_inbox_holds_what_waits_for_its_owner_and_says_whose_turn_it_is_else() {
    let story = drafted();
    story.ledger("move E-01 complete").as_("dario").ok();
    let inbox = story.ledger("inbox").json().as_("petra").ok();
    assert_eq!(inbox.text("actor"), "petra");
    let waits = commands(&inbox.get("waits"));
    assert!(waits.contains(&"ledger attest E-01 review".to_owned()), "{inbox}");
    let first = inbox.get("waits.0");
    assert!(texts(first.get("blocks").unwrap()).contains(&"DESIGN-BLOCKED on MIG-06".to_owned()), "{inbox}");
    // Who wrote it is not asked to review it, and a drafter is not asked to seal.
    let dario = story.ledger("inbox --actor dario").json().as_("petra").ok();
    assert!(!commands(&dario.get("waits")).iter().any(|c| c.contains("attest E-01 review")), "{dario}");
    let role = story.ledger("inbox --role reviewer").json().as_("lena").ok();
    assert_eq!(commands(&role.get("waits")), waits);
    let told = story.ledger("inbox").as_("petra").ok();
    told.says("Inbox of petra").says("Waits for you").says("  ledger attest E-01 review\n");
    told.says("found    E-01 has no review").says("toward   DESIGN-BLOCKED on MIG-06");
    // What is printed for somebody runs in their name.
    review(&story, "E-01", "petra");
    let inbox = story.ledger("inbox").json().as_("petra").ok();
    assert!(!commands(&inbox.get("waits")).contains(&"ledger attest E-01 review".to_owned()), "{inbox}");

    let omar = story.ledger("inbox").json().as_("omar").ok();
    assert!(commands(&omar.get("waits")).contains(&"ledger seal E-01".to_owned()), "{omar}");
    story.ledger("inbox --actor nobody").exits(2).says("nobody is not enrolled");
    story.ledger("inbox --role nobody").exits(2).says("the charter has no role nobody");
    story.person("nora");
    story.ledger("inbox").as_("nora").exits(4).says("ledger inbox --actor NAME");
}

/// M0-005: E-10 may be sealed, and no rule asks that it be; of E-01 one does.
#[test]
fn an_inbox_calls_for_nothing_toward_a_seal_that_no_rule_asks_for() {
    let story = drafted();
    declare(&story, "E-10", "Extras", "docs/16-phase-e/e-10.md");
    story.commit_file("dario", "docs/16-phase-e/e-10.md", "# Extras\n");
    for id in ["E-01", "E-10"] {
        story.ledger(["move", id, "complete"]).as_("dario").ok();
    }
    let inbox = story.ledger("inbox").json().as_("petra").ok();
    let waits = inbox.get("waits");
    let actions = |id: &str| {
        let command = format!("ledger attest {id} review");
        let own = |one: &&Value| one.get("command").unwrap().as_text() == Some(&command);
        texts(waits.as_list().unwrap().iter().find(own).unwrap().get("actions").unwrap())
    };
    assert!(actions("E-01").contains(&"seal E-01".to_owned()), "{inbox}");
    assert!(actions("E-10").contains(&"move PHASE-E closed".to_owned()), "{inbox}");
    assert!(!inbox.stdout.contains("seal E-10"), "{inbox}");
    // It may be sealed all the same.
    review(&story, "E-10", "petra");
    let told = story.ledger("inbox").json().as_("omar").ok();
    assert!(!commands(&told.get("waits")).contains(&"ledger seal E-10".to_owned()), "{told}");
    assert!(commands(&told.get("may")).contains(&"ledger seal E-10".to_owned()), "{told}");
}

#[test]
fn an_empty_inbox_says_so_and_names_the_nearest_step_of_others() {
    let story = Story::phase_e();
    let inbox = story.ledger("inbox").as_("ines").ok();
    inbox.says("Nothing waits for ines.").says("the nearest step is somebody else's");
    inbox.says("ledger declare E-05 --kind artifact  drafter: dario, mira");
    let inbox = story.ledger("inbox").json().as_("ines").ok();
    assert_eq!(inbox.get("empty"), Value::Bool(true));
    assert_eq!(inbox.text("others.command"), "ledger declare E-05 --kind artifact");
}

#[test]
fn a_proposal_waits_in_the_inboxes_of_those_who_may_complete_it() {
    let story = drafted();
    story.person("nora");
    let key = story.public_key("nora");
    let mut words: Vec<std::ffi::OsString> =
        ["actor", "enroll", "nora", "--kind", "human", "--role", "reviewer", "--public-key"].map(Into::into).into();
    words.push(key.into());
    let id = story.ledger(words).json().as_("lena").ok().text("event.id");
    let command = format!("ledger cosign {}", &id[..8]);
    let kim = story.ledger("inbox").as_("kim").ok();
    kim.says(&command).says("enrolled nora, signed by lena; your signature completes it; ends 2026-02-");
    let lena = story.ledger("inbox").json().as_("lena").ok();
    assert!(!commands(&lena.get("waits")).contains(&command), "who signed is not asked again\n{lena}");
    let raj = story.ledger("inbox").json().as_("raj").ok();
    assert!(!commands(&raj.get("waits")).contains(&command), "{raj}");
    // It ends unsigned: the next event shows it, and who signed is told.
    story.on("2026-02-20");
    let lena = story.ledger("inbox").json().as_("lena").ok();
    assert_eq!(lena.text("lapsed.0.what"), "proposed enrolled nora");
    assert!(lena.text("lapsed.0.how").contains("30 days ended"), "{lena}");
}

/// What is supposed is typed as the command is printed that would do it.
#[test]
fn a_supposition_takes_a_command_as_it_is_printed_with_its_options_and_quotes() {
    let story = drafted();
    let suppose = |phrase: &str, code: i32| story.ledger(["gate", "readiness", "--if", phrase].as_slice()).exits(code);
    let printed = "ledger amend PHASE-E --field mode=governance";
    story.ledger("gate readiness").exits(1).says(printed);
    suppose(&format!("{printed} by lena"), 1).says("amended PHASE-E").never_says("PHASE-E has no mode");
    let reject =
        "ledger attest E-01 review --result reject --answer 'complete=no' --answer deterministic=yes|no by petra";
    suppose(reject, 1).says("attested E-01 review=reject   by petra as reviewer   takes effect");
    let proof = "attest E-01 proof --value category=P1 --evidence \"docs/16-phase-e/e-01.md\" by dario";
    suppose(proof, 1).says("attested E-01 proof");
    suppose("ledger declare T-risk --kind topic --link covered_by=E-01 --title 'All risks' by lena", 1)
        .says("declared T-risk");
    // The rules refuse a field that the kind does not have; words that are none are another matter.
    suppose("amend PHASE-E --field moode=governance by lena", 1).says("did you mean mode?");
    suppose("amend PHASE-E --feld mode=governance by lena", 2).says("`--feld` says nothing there");
}

/// S0-094: of a claim over a set, which of the set changed, with the difference of each.
#[test]
fn what_changed_since_a_review_of_a_set_names_each_of_the_set_and_shows_its_difference() {
    let story = drafted();
    let words =
        "attest PHASE-E formal-review --answer fail-closed=yes --answer dependencies-safe=yes --answer observable=yes";
    story.ledger(words).as_("petra").ok();
    let changed = || story.ledger("inbox").json().as_("petra").ok();
    assert_eq!(changed().get("changed").as_list().unwrap().len(), 0);
    story.commit_file("dario", "docs/16-phase-e/e-01.md", "# Overview\n\nOne line more.\n");
    story.ledger("amend E-00 --title 'The list'").as_("dario").ok();
    story.commit_file("dario", "docs/16-phase-e/e-02.md", "# Scope\n");
    declare(&story, "E-02", "Scope", "docs/16-phase-e/e-02.md");
    let inbox = changed();
    assert_eq!(inbox.text("changed.0.item"), "PHASE-E");
    assert_eq!(inbox.text("changed.0.difference.sort"), "over");
    assert_ne!(inbox.text("changed.0.over_then"), inbox.text("changed.0.over_now"));
    let of = |position: usize, what: &str| inbox.text(&format!("changed.0.difference.over.{position}.{what}"));
    assert_eq!([of(0, "item"), of(0, "how"), of(0, "difference.sort")], ["E-00", "changed", "stated"]);
    assert_eq!([of(1, "item"), of(1, "how"), of(1, "difference.sort")], ["E-01", "changed", "file"]);
    assert_eq!([of(2, "item"), of(2, "how")], ["E-02", "added"]);
    assert_eq!(inbox.get("changed.0.difference.over").as_list().unwrap().len(), 3, "{inbox}");
    let diff = of(1, "difference.diff");
    let words: Vec<&str> = diff.split(' ').skip(1).collect();
    story.git(words.as_slice()).ok().says("+One line more.");
    let told = story.ledger("inbox").as_("petra").ok();
    told.says("E-01: docs/16-phase-e/e-01.md has other bytes").says(&diff);
    told.says("E-02 is new among what the claim is over")
        .says("E-00: its title, fields, links or path say something else");
    // The gate that asks for it names the documents too, and at most three.
    let found = "formal-review of PHASE-E by petra on 2026-01-12, before E-01, E-02 changed";
    story.ledger("gate readiness").exits(1).says(found);
    story.ledger("why readiness.formal").exits(1).says(found);
    for id in ["E-03", "E-04"] {
        let path = format!("docs/16-phase-e/{}.md", id.to_lowercase());
        story.commit_file("dario", &path, "# More\n");
        declare(&story, id, "More", &path);
    }
    story.ledger("gate readiness").exits(1).says("before E-01, E-02, E-03, and 1 more");
}

#[test]
fn what_changed_since_a_review_comes_with_the_difference_and_what_was_undone_with_its_reason() {
    let story = drafted();
    story.ledger("move E-01 complete").as_("dario").ok();
    review(&story, "E-01", "petra");
    story.commit_file("dario", "docs/16-phase-e/e-01.md", "# Overview\n\nOne line more.\n");
    let inbox = story.ledger("inbox").json().as_("petra").ok();
    assert_eq!(inbox.text("changed.0.item"), "E-01");
    assert_eq!(inbox.text("changed.0.again"), "ledger attest E-01 review");
    let diff = inbox.text("changed.0.difference.diff");
    let words: Vec<&str> = diff.split(' ').skip(1).collect();
    story.git(words.as_slice()).ok().says("+One line more.");
    story
        .ledger("inbox")
        .as_("petra")
        .ok()
        .says("Changed since")
        .says(&diff)
        .says("docs/16-phase-e/e-01.md has other bytes");
    review(&story, "E-01", "petra");
    let inbox = story.ledger("inbox").json().as_("petra").ok();
    assert_eq!(inbox.get("changed").as_list().unwrap().len(), 0, "{inbox}");
    story.ledger("amend E-01 --title Survey").as_("dario").ok();
    let inbox = story.ledger("inbox").json().as_("petra").ok();
    assert_eq!(inbox.text("changed.0.difference.sort"), "stated");
    story.ledger("amend E-01 --title Overview").as_("dario").ok();

    // A seal of omar's that two others break, and a review that the authority takes back.
    story.ledger("seal E-01").as_("omar").ok();
    let broken = story.ledger("unseal E-01 --reason 'a figure is wrong'").json().as_("lena").ok();
    story.ledger(["cosign", &broken.text("event.id")]).as_("kim").ok();
    let omar = story.ledger("inbox").as_("omar").ok();
    omar.says("No longer stands")
        .says("sealed E-01")
        .says("the seal was broken by kim on 2026-01-12: a figure is wrong");
    let back = story.ledger("retract E-01 review --of petra --reason 'signed too early'").json().as_("lena").ok();
    story.ledger(["cosign", &back.text("event.id")]).as_("kim").ok();
    let petra = story.ledger("inbox").json().as_("petra").ok();
    assert!(petra.text("lapsed.0.how").ends_with("signed too early"), "{petra}");
    review(&story, "E-01", "petra");
    let petra = story.ledger("inbox").json().as_("petra").ok();
    assert_eq!(petra.get("lapsed").as_list().unwrap().len(), 0, "what is done anew is no longer told\n{petra}");
}

// S0-093
#[test]
fn the_first_screen_of_the_status_fits_a_small_terminal() {
    let story = drafted();
    for columns in [80, 60, 120] {
        let (code, screen) = story.on_terminal("ledger --no-pager --color never status", columns, &[]);
        assert_eq!(code, 0, "{screen}");
        let lines: Vec<&str> = screen.trim_end().lines().collect();
        if columns == 80 {
            assert!(lines.len() <= 24, "{screen}");
        }
        for line in &lines {
            let is_command = line.contains("ledger ") || line.contains("git ");
            assert!(is_command || line.chars().count() <= columns as usize, "{columns}: {line:?}\n{screen}");
        }
        assert!(screen.contains("Blocked (1)") && screen.contains("MIG-06  DESIGN-BLOCKED"), "{screen}");
        assert!(screen.contains("Next\n") && screen.contains("ledger move CP-21 done"), "{screen}");
        assert!(screen.contains("platform-governance: kim, lena"), "{screen}");
    }
    let all = story.ledger("status --all").ok();
    all.says("reason   orchestration is not designed yet").says("E-01");
    assert!(all.stdout.lines().count() > 24, "{all}");
}

#[test]
fn an_event_says_by_which_rule_it_was_admitted_and_who_could_have_signed() {
    let story = drafted();
    story.ledger("move E-01 complete").as_("dario").ok();
    review(&story, "E-01", "petra");
    story.ledger("seal E-01").as_("omar").ok();
    let seq = story.newest().get("seq").unwrap().as_int().unwrap().to_string();
    // What came after does not change why it was admitted.
    story.commit_file("dario", "docs/16-phase-e/e-01.md", "# Another\n");
    let why = story.ledger(["why", &seq]).ok();
    why.says("sealed E-01")
        .says("omar as approver")
        .says("under kinds.artifact.seal; charter PHASE-E-KICKOFF of event 0");
    why.says("approver, not author, not review if sealable").says("took effect: 1 of 1 signatures");
    why.says("approver: ines, omar").says("the rule excludes them").says("gate sealable for E-01: PASS");
    let why = story.ledger(["why", &story.tip()[..10]]).json().ok();
    assert_eq!(why.text("grounds.rule"), "kinds.artifact.seal");
    assert_eq!(why.text("grounds.gate.outcome"), "PASS");
    assert_eq!(texts(&why.get("grounds.excluded")), ["dario", "petra"]);
    assert_eq!(texts(&why.get("grounds.who.0.actors")), ["ines", "omar"]);
    story.ledger("why 0").ok().says("it is the first event");
    story.ledger("why 99999").exits(2).says("the ledger has no event 99999").says("ledger why ./99999");
    story.ledger("why ./99999").exits(1).says("of no item").says("DESIGN-BLOCKED");

    let broken = story.ledger("unseal E-01 --reason 'a figure is wrong'").json().as_("lena").ok();
    let why = story.ledger(["why", &broken.text("event.id")[..12]]).ok();
    why.says("only proposed: 1 of 2 signatures; next could sign platform-governance: kim");
    story.ledger(["cosign", &broken.text("event.id")]).as_("kim").ok();
    let seq = story.newest().get("seq").unwrap().as_int().unwrap().to_string();
    story.ledger(["why", &seq]).ok().says("took effect: 2 of 2 signatures").says("lena as platform-governance, event");
}

#[test]
fn a_ledger_with_a_commit_that_is_no_event_is_invalid_at_every_point() {
    let story = drafted();
    // A commit of omar's that only looks like an event in `git log --oneline`.
    let tip = story.tip();
    let tree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
    let forged = story.git(["commit-tree", "-p", &tip, "-m", "moved CP-21 done", tree]).as_("omar").ok();
    story.git(["update-ref", "refs/ledger/main", forged.stdout.trim()]).ok();
    let why = story.ledger("why CP-21").exits(3);
    why.says("the ledger is invalid from event").says(&format!("git update-ref refs/ledger/main {tip}"));
    let seq = why.stderr.split("from event ").nth(1).unwrap().split(' ').next().unwrap().to_owned();
    story.ledger(["why", &seq]).exits(3).says("[format.");
    // Nor is what came before it told as if all were well.
    story.ledger("why 3 --at 3").exits(3).says("[format.").never_says("admitted");
}

#[test]
fn what_cannot_be_known_says_why() {
    let story = drafted();
    // A table with two columns of the same name says nothing.
    let index =
        "# Index\n\n| ID | Title | Path |\n|---|---|---|\n| E-00 | a | b |\n| E-01 | a | b |\n| E-01 | c | d |\n";
    story.commit_file("dario", INDEX, index);
    let gate = story.ledger("gate readiness").exits(1);
    gate.says("the list of E-01 cannot be read here:").says("has \"E-01\" twice, on lines 6");
    let gate = story.ledger("why E-01").json().exits(1);
    assert_eq!(gate.text("explanations.0.code"), "gate.unknown-fact");
    assert!(gate.text("explanations.0.found").contains("twice, on lines 6 and 7"), "{gate}");
}

#[test]
fn output_is_coloured_only_where_it_is_wanted_and_never_ends_in_a_broken_pipe() {
    let story = drafted();
    let esc = "\u{1b}[";
    let plain = |outcome: &Outcome| !outcome.stdout.contains(esc);
    assert!(plain(&story.ledger("status").without_env("NO_COLOR").ok()));
    let forced = story.ledger("status").without_env("NO_COLOR").env("CLICOLOR_FORCE", "1").ok();
    assert!(!plain(&forced), "{forced}");
    assert!(plain(&story.ledger("status").env("NO_COLOR", "1").env("CLICOLOR_FORCE", "1").ok()));
    assert!(!plain(&story.ledger("status --color always").ok()));
    // The same words stand with and without colour.
    let strip = |text: &str| {
        let mut out = String::new();
        for (position, part) in text.split(esc).enumerate() {
            out.push_str(if position == 0 { part } else { part.split_once('m').map_or("", |(_, rest)| rest) });
        }
        out
    };
    let coloured = story.ledger("gate readiness --color always").exits(1);
    assert_eq!(strip(&coloured.stdout), story.ledger("gate readiness").exits(1).stdout);
    let (_, terminal) = story.on_terminal("ledger --no-pager status", 80, &[]);
    assert!(terminal.contains(esc), "{terminal}");
    let (_, terminal) = story.on_terminal("ledger --no-pager status", 80, &[("NO_COLOR", "1")]);
    assert!(!terminal.contains(esc), "{terminal}");
    let (code, head) = story.on_terminal("ledger log | head -n 1; echo \"<$?>\"", 80, &[]);
    assert!(code == 0 && head.lines().count() == 2 && !head.contains("panicked"), "{head}");
}

#[test]
fn the_pager_is_the_one_of_git_and_only_on_a_terminal() {
    let story = drafted();
    let env = [("GIT_PAGER", "sed 's/^/paged: /'")];
    let (_, paged) = story.on_terminal("ledger status", 80, &env);
    assert!(paged.lines().all(|line| line.starts_with("paged: ")), "{paged}");
    let (_, plain) = story.on_terminal("ledger --no-pager status", 80, &env);
    assert!(!plain.contains("paged: "), "{plain}");
    let (_, json) = story.on_terminal("ledger status --format json", 80, &env);
    assert!(!json.contains("paged: "), "{json}");
    let piped = story.ledger("status").env("GIT_PAGER", "sed 's/^/paged: /'").ok();
    piped.never_says("paged: ");
    story.git(["config", "core.pager", "sed 's/^/by core.pager: /'"]).ok();
    let (_, paged) = story.on_terminal("ledger log", 80, &[("PAGER", "false")]);
    assert!(paged.starts_with("by core.pager: "), "{paged}");
}

#[test]
fn nothing_is_cut_off_neither_in_a_pipe_nor_on_a_terminal() {
    let story = drafted();
    let title = "A title that is a good deal longer than a hundred columns, so that it could not stand whole on a line of a page";
    story.ledger(["declare", "T-other", "--kind", "topic", "--title", title]).ok();
    story.ledger("status --all").ok().says(title);
    let (_, narrow) = story.on_terminal("ledger --no-pager --color never status --all", 80, &[]);
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words(&narrow).contains(title) && !narrow.contains(title), "{narrow}");
}
