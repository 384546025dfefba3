//! What is answered to a slip: a word that names nothing, a seal that is there already, a command that is not whole.

use crate::sandbox::script;
use crate::sandbox::story::Story;
use govledger::domain::id::Digest;
use govledger::domain::value::Value;

const CHARTER: &str = include_str!("../sandbox/small.toml");

/// A gate that speaks of every document, and one that asks whether what was sealed rests on what it did.
const WHOLE: &str =
    "\n[gates.whole]\nsealed = \"every document, if any, is sealed\"\nupheld = \"every document, if any, is upheld\"\n";

fn staffed(charter: &str) -> Story {
    let people = [
        ("dario", "human", "drafter", ""),
        ("raj", "human", "reviewer", ""),
        ("omar", "human", "approver", ""),
        ("ines", "human", "approver", ""),
    ];
    let story = Story::founded(charter, &people);
    story.ledger("declare D-1 --kind document --title 'The first' --path docs/one.md").as_("dario").ok();
    story.commit_file("dario", "docs/one.md", "# One\n");
    story
}

/// The story of a document that two approvers sealed.
fn sealed(charter: &str) -> Story {
    let story = staffed(charter);
    story.ledger("move D-1 final").as_("dario").ok();
    story.ledger("attest D-1 review --answer complete=yes --answer consistent=yes").as_("raj").ok();
    story.ledger("seal D-1").as_("omar").ok();
    story.ledger("seal D-1").as_("ines").ok();
    story
}

/// M0-005
#[test]
fn why_refuses_a_word_that_names_nothing_and_answers_for_a_file_that_is_about_to_be_made() {
    let story = Story::phase_e();
    let told = story.ledger("why E-99").exits(2);
    told.says("nobody declared E-99, and no rule, no commit and no work tree knows such a path");
    told.says("needed   did you mean E-09?").never_says("against");
    let next = told.next();
    assert_eq!(next, ["ledger why E-09", "ledger why ./E-99", "ledger status"]);
    for command in &next {
        let code = story.ledger(command.strip_prefix("ledger ").unwrap()).run().code;
        assert!(code == 0 || code == 1, "{command}: {code}");
    }
    story.ledger("why nonsense").exits(2).never_says("did you mean");
    // The scope of the example takes in every path; what is nearly an id is still no path, with or without a dot in it.
    story.ledger("why ./nonsense").exits(1).says("DESIGN-BLOCKED");
    for word in ["E-1", "E-0.5", "MIG-6"] {
        story.ledger(["why", word]).exits(2).says("did you mean").never_says("DESIGN-BLOCKED");
    }
    story.ledger("why E-9x").exits(2).never_says("DESIGN-BLOCKED");
    // A file that is about to be made is governed already.
    for path in ["src/new.rs", "tools/new.py", "build.rs"] {
        story.ledger(["why", path]).exits(1).says("DESIGN-BLOCKED");
    }
    story.ledger("why docs/16-phase-e/new.md").ok().says("of no item");
    // Where a scope takes in less, a path of which no rule speaks is a new file like another: it has a slash, or a dot, in it.
    let story = staffed(CHARTER);
    story.ledger("why src/new.rs").ok().says("scope    code").says("this is about a new file");
    story.ledger("why tools/new.py").ok().says("of no item").says("scope    of none");
    story.ledger("why tools").exits(2).says("next     ledger why ./tools");
    story.ledger("why ./tools").ok().says("of no item");
    // What is there is answered, wherever it is: in a commit, in the index, in the work tree.
    story.commit_file("dario", "notes/committed", "x\n");
    story.write("notes/staged", "x\n");
    story.git("add notes/staged").ok();
    std::fs::remove_file(story.repo.path().join("notes/staged")).unwrap();
    story.write("loose", "x\n");
    for path in ["notes", "notes/committed", "notes/staged", "loose"] {
        story.ledger(["why", path]).ok().says("scope    of none");
    }
}

/// M0-005
#[test]
fn why_takes_a_path_from_where_one_stands_and_never_a_criterion_for_one() {
    let story = Story::phase_e();
    story.write("src/x.rs", "fn x() {}\n");
    story.write("docs/deep/note.md", "A note.\n");
    let within = |dir: &str, words: &[&str]| story.ledger(words).in_(&story.repo.path().join(dir));
    // As git does it: from the current directory, with or without `./`, and from the top behind `:/`.
    for word in ["x.rs", "./x.rs", "../src/x.rs", ":/src/x.rs"] {
        let told = within("src", &["why", word]).json().run();
        assert_eq!((told.code, told.text("path").as_str()), (1, "src/x.rs"), "{word}");
    }
    let whole = story.repo.path().join("src/x.rs");
    within("src", &["why", whole.to_str().unwrap()]).exits(1).says("src/x.rs").says("DESIGN-BLOCKED");
    within("src", &["why", "../../x.rs"]).exits(2).says("lies outside of the work tree");
    story.ledger(["-C", "src", "why", "x.rs"]).exits(1).says("DESIGN-BLOCKED");
    within("docs/deep", &["why", "note.md"]).ok().says("docs/deep/note.md");
    // May this be drafted?
    let told = story.ledger("why docs/new.md").ok();
    told.says("this is about a new file").says("no block and no seal stands against a change");
    assert_eq!(story.ledger("why docs/new.md").json().ok().text("there"), "nothing");
    // The name of a criterion is no path, nor is what is nearly one.
    story.ledger("why readiness.cp21").run().never_says("scope ").never_says("stands against a change");
    let told = story.ledger("why readiness.cp22").exits(2);
    told.says("did you mean readiness.cp21?").never_says("DESIGN-BLOCKED");
}

/// M0-005
#[test]
fn why_judges_a_directory_as_what_could_change_within() {
    let story = Story::phase_e();
    for (path, text) in [("src/a.rs", "a\n"), ("src/b/c.rs", "c\n"), ("docs/note.md", "n\n")] {
        story.write(path, text);
    }
    // What is open is open, with or without files, and with or without a slash at the end.
    for word in ["docs", "docs/", "docs/16-phase-e/", "./docs"] {
        let told = story.ledger(["why", word]).ok();
        told.says("scope    of none").says("against a change of anything within, nor against a new file");
        assert_eq!(story.ledger(["why", word]).json().ok().text("there"), "directory", "{word}");
    }
    // What is blocked is blocked whole.
    for word in ["src", "src/b", "tools/"] {
        let told = story.ledger(["why", word]).exits(1);
        told.says("scope    implementation\n").says("all of it, and whatever is made in it").says("DESIGN-BLOCKED");
        told.says("open     nothing");
    }
    // The top is of both sorts: each part is named, also one in which nothing lies yet.
    let told = story.ledger("why .").exits(1);
    told.says("scope    implementation (in part)").says("open ").says("docs/**").says("governance/**").says("src/a.rs");
    let json = story.ledger("why .").json().exits(1);
    assert_eq!((json.get("free"), json.get("new_files")), (Value::Bool(false), Value::Bool(false)));
    assert_eq!(json.text("refused.0.paths.0"), "./ (a new file)");
    // A pattern reaches into a directory where nothing lies that it takes in.
    let story = staffed(&CHARTER.replace("[scopes]", "[scopes]\nmade = [\"docs/gen/**\", \"docs/**/*.bin\"]"));
    story.ledger("why docs").ok().says("made (in part)").says("D-1 ");
    // A sealed document is a part that may not change, and the rest may.
    let story = sealed(CHARTER);
    story.write("docs/two.md", "# Two\n");
    let told = story.ledger("why docs").exits(1);
    told.says("open     a new file, and whatever is not named below")
        .says("docs/one.md")
        .says("D-1 is sealed by ines and omar");
    told.never_says("docs/two.md");
}

/// M0-005: a dead end names who can open it, and never the command that was refused.
#[test]
fn where_only_the_author_could_sign_somebody_gets_the_role_first() {
    let story = staffed(CHARTER);
    story.commit_file("raj", "docs/one.md", "# One, by its only reviewer\n");
    story.ledger("move D-1 final").as_("dario").ok();
    let told =
        story.ledger("attest D-1 review --answer complete=yes --answer consistent=yes").as_("raj").json().exits(1);
    assert_eq!(told.text("error.code"), "authority.author");
    assert_eq!(told.get("error.next").to_canonical(), r#"["ledger actor enroll --kind human --role reviewer"]"#);
    // Where another could, it is that one's to say.
    story.enroll("petra", "human", "reviewer", "");
    let told = story.ledger("attest D-1 review --answer complete=yes --answer consistent=yes").as_("raj").exits(1);
    assert_eq!(told.next(), ["ledger attest D-1 review --result approve"]);
}

/// M0-005
#[test]
fn a_gate_that_many_could_pass_names_them_all_to_programs_and_counts_the_rest_for_people() {
    let story = staffed(CHARTER);
    for number in 2..=7 {
        story.ledger(["declare", &format!("D-{number}"), "--kind", "document"]).as_("dario").ok();
    }
    assert_eq!(story.ledger("gate ready").json().exits(2).get("error.next").as_list().unwrap().len(), 7);
    let told = story.ledger("gate ready").exits(2);
    let shown = told.next().len();
    told.says("7 come into question").says(&format!("and {} more", 7 - shown));
}

/// What is written where somebody says goes through no link and over nothing else.
#[cfg(unix)]
#[test]
fn pages_and_lists_of_keys_are_written_over_no_other_file_and_through_no_link() {
    let story = staffed(CHARTER);
    let keep = story.write("keep.txt", "mine\n");
    let dir = story.repo.path().join("manual");
    std::fs::create_dir(&dir).unwrap();
    std::os::unix::fs::symlink(&keep, dir.join("ledger.1")).unwrap();
    story.ledger("man manual").exits(2).says("is a link or no file");
    std::fs::remove_file(dir.join("ledger.1")).unwrap();
    for _ in 0..2 {
        story.ledger("man manual").ok();
    }
    std::fs::write(dir.join("ledger.1"), "mine\n").unwrap();
    story.ledger("man manual").exits(2).says("holds something else, and is kept");
    story.ledger("key list --allowed-signers keep.txt").exits(2).says("holds something else, and is kept");
    std::os::unix::fs::symlink(&keep, story.repo.path().join("signers")).unwrap();
    story.ledger("key list --allowed-signers signers").exits(2).says("is a link or no file");
    for _ in 0..2 {
        story.ledger("key list --allowed-signers own").ok();
    }
    assert_eq!(std::fs::read_to_string(&keep).unwrap(), "mine\n");
    // The name of a command is no directory that is meant to be made.
    let told = story.ledger("man gate").exits(2);
    assert_eq!(told.next(), ["ledger gate --help", "ledger man ./gate"]);
    assert!(!story.repo.path().join("gate").exists());
}

/// M0-005
#[test]
fn who_seals_what_is_sealed_is_told_by_whom_it_was_and_who_could_break_it() {
    let story = sealed(CHARTER);
    let told = story.ledger("seal D-1").as_("omar").json().exits(1);
    told.says("D-1 was sealed on 2026-01-10 by ines and omar, and the seal holds");
    assert_eq!(told.text("error.explanations.0.who.0.role"), "approver");
    assert_eq!(told.get("error.explanations.0.who.0.actors").to_canonical(), r#"["ines","omar"]"#);
    story.commit_file("dario", "docs/one.md", "# Another\n");
    story.ledger("seal D-1").as_("omar").exits(1).says("next     ledger unseal D-1");
    // Where no rule breaks a seal, it takes another charter.
    let story = sealed(&CHARTER.replace("unseal = \"approver\"\n", ""));
    let told = story.ledger("seal D-1").as_("omar").json().exits(1);
    assert_eq!(told.text("error.explanations.0.who.0.role"), "lead");
}

#[test]
fn a_command_that_is_not_whole_is_told_what_may_follow() {
    let story = Story::new();
    story.person("lena");
    let told = story.ledger("charter").json().exits(2);
    assert_eq!(told.text("error.text"), "ledger charter is not a whole command");
    assert_eq!(told.text("error.explanations.0.needed"), "one of these behind it: check, show, adopt, diff");
    assert_eq!(told.text("error.next.0"), "ledger charter --help");
    let told = story.ledger(["--format", "json"]).exits(2);
    assert_eq!(told.text("error.text"), "ledger is not a whole command");
    // People read the help.
    story.ledger("charter").exits(2).says("Usage: ").says("adopt");
}

#[test]
fn no_answer_and_no_choice_is_made_for_who_has_to_make_it() {
    let story = staffed(CHARTER);
    for (who, words) in [("raj", "attest D-1 review"), ("dario", "attest D-1 check --value violations=0")] {
        let next = story.ledger(words).as_(who).exits(2).next();
        assert!(next[0].contains('|') && !next[0].contains("=yes ") && !next[0].ends_with("=yes"), "{next:?}");
        assert!(!next[0].ends_with("tool=deny"), "{next:?}");
    }
    let told = story.ledger("attest D-1 review --answer brave=no --answer complete=yes --answer consistent=yes");
    let next = told.as_("raj").exits(1).next();
    assert_eq!(next, ["ledger attest D-1 review --answer 'complete=yes|no' --answer 'consistent=yes|no'"]);
}

#[test]
fn a_hook_of_somebody_else_is_told_of_where_it_stands() {
    let story = staffed(CHARTER);
    let hook = story.repo.path().join(".git/hooks/pre-commit");
    script(&hook, "#!/bin/sh\nexit 0\n");
    let told = story.ledger("hooks status").ok();
    told.says("absent           another's stands there: .git/hooks/pre-commit");
    told.says("once ours are installed, it runs first").says("next     ledger hooks install");
    let json = story.ledger("hooks status").json().ok();
    assert_eq!(json.get("hooks.0.other").as_text(), hook.to_str());
    story.ledger("hooks install").ok().says("after ").never_says("another's stands there");
    // In a bare repository nobody commits, so no hook of a clone is spoken of.
    story.git("init -q --bare bare.git").in_(story.beside.path()).ok();
    let bare = story.beside.path().join("bare.git");
    let told = story.ledger("hooks uninstall").in_(&bare).exits(2);
    told.says("nobody commits").never_says("pre-commit");
    assert_eq!(told.next(), ["ledger hooks uninstall --server"]);
    story.ledger("hooks uninstall --server").in_(&bare).ok().never_says("pre-commit");
}

#[test]
fn a_charter_that_strands_many_things_tells_each_sort_and_how_many_there_are() {
    let story = staffed(CHARTER);
    for n in 2..30 {
        story.ledger(format!("declare D-{n} --kind document").as_str()).as_("dario").ok();
    }
    story.ledger("block D-3 HOLD --reason x --because unclear --field questions=a").ok();
    story.write(
        "next.toml",
        &CHARTER.replace("document", "paper").replace("reviewer", "reader").replace("HOLD", "STOP"),
    );
    let told = story.ledger("charter adopt next.toml").exits(1);
    told.says("31 things would be left without their rule");
    told.says("D-1 is of kind document").says("D-11 is of kind document, and 26 more like it");
    told.says("the block HOLD stands on D-3").says("raj (human) holds the role reviewer");
    assert!(told.stderr.lines().count() < 40, "{told}");
}

#[test]
fn what_a_stolen_key_brought_about_is_told_where_somebody_looks() {
    let story = sealed(&format!("{CHARTER}{WHOLE}"));
    story.ledger("declare D-2 --kind document --path docs/two.md").as_("dario").ok();
    let sealed = story.ledger("show D-1").json().ok();
    let since = sealed.get("seal.seq").as_int().unwrap();
    let key = story.public_key("ines").display().to_string();
    story.ledger("status").ok().never_says("tainted");
    let words = ["key", "revoke", "ines", &key, "--reason", "stolen", "--compromised-since", &since.to_string()];
    story.ledger(words).ok();
    for view in ["status", "status --all", "why D-1", "show D-1", "gate ready D-1", "gate whole", "why whole"] {
        let told = story.ledger(view).run();
        told.says(&format!("tainted  event {since}, sealed D-1: by a key of ines that was in other hands"));
        told.says("next     ledger confirm ").says("lead: lena");
        let json = story.ledger(view).json().run();
        assert_eq!(json.get("tainted").as_list().unwrap().len(), 1, "{view}");
    }
    story.ledger("show D-1").ok().says("the content is the sealed one, by a key").never_says("it holds");
    // Also on the page of the event itself, under a supposition, and to whoever can settle it.
    for view in [format!("why {since}"), "gate ready D-1 --if 'retract D-1 review by raj'".to_owned()] {
        let told = story.ledger(view.as_str()).run();
        told.says("sealed D-1: by a key of ines that was in other hands").says("key      SHA256:");
        assert_eq!(story.ledger(view.as_str()).json().run().get("tainted").as_list().unwrap().len(), 1, "{view}");
    }
    let found = format!("event {since}, sealed D-1: by a key of ines that was in other hands");
    story.ledger("inbox").as_("lena").ok().says("ledger confirm ").says(&found);
    story.ledger("inbox").as_("raj").ok().never_says(&found);
    // A gate that rests on something else is not in question.
    story.ledger("gate ready D-2").exits(1).never_says("tainted");
    let json = story.ledger("status").json().ok();
    let next = json.get("tainted").as_list().unwrap()[0].get("next").unwrap().as_list().unwrap()[0].clone();
    story
        .ledger(format!("{} --reason 'ines did it'", next.as_text().unwrap().strip_prefix("ledger ").unwrap()).as_str())
        .ok();
    for view in ["status", "show D-1", "gate ready D-1", "gate whole"] {
        story.ledger(view).run().never_says("tainted");
        assert_eq!(story.ledger(view).json().run().get("tainted"), Value::List(Vec::new()), "{view}");
    }
    story.ledger("show D-1").ok().says("it holds");
}

/// S0-094: the bytes of a seal were given up. Each view says so, names the event with the reason, and leads to a seal on other bytes.
#[test]
fn a_seal_on_erased_bytes_is_told_with_the_event_that_erased_them_and_with_the_way_to_another() {
    let story = sealed(&format!("{CHARTER}{WHOLE}"));
    let sha256 = Digest::of(b"# One\n");
    story.ledger(["erase", &sha256.to_string(), "--reason", "a token stands in it"]).ok();
    let seq = story.newest().get("seq").unwrap().as_int().unwrap();
    let since = format!("since its bytes {} were erased by event {seq}", sha256.short());
    let show = format!("ledger show {seq}");
    let gate = story.ledger("gate whole").json().exits(1);
    for criterion in ["criteria.0", "criteria.1"] {
        let told = gate.get(&format!("{criterion}.leaves.0"));
        assert_eq!(told.get("outcome").and_then(Value::as_text), Some("UNKNOWN"), "{gate}");
        assert!(told.get("found").and_then(Value::as_text).unwrap().contains(&since), "{gate}");
        let next = told.get("next").unwrap().to_canonical();
        assert_eq!(next, format!(r#"["{show}","ledger unseal D-1"]"#), "{gate}");
    }
    story.ledger(show.strip_prefix("ledger ").unwrap()).ok().says("a token stands in it");
    let why = story.ledger("why D-1").exits(1);
    why.says("counts as unknown").says("needed   another seal on other bytes").says(&format!("next     {show}"));
    why.never_says("the sealed bytes at");
    assert!(story.ledger("why D-1").json().exits(1).text("seal.doubt").starts_with("its bytes"));
    story.ledger("show D-1").ok().says("it counts as unknown, since its bytes").never_says("it holds");
    story.ledger("status").ok().says("1 with a seal not known to hold").never_says("does not hold");
    // Once the seal is broken, the same bytes are refused for ever, and the way goes on by others.
    story.ledger("unseal D-1 --reason 'other bytes'").as_("omar").ok();
    let leaf = story.ledger("gate whole").json().exits(1).get("criteria.0.leaves.0");
    assert!(leaf.get("found").and_then(Value::as_text).unwrap().contains("a seal takes other ones"), "{leaf:?}");
    let next = leaf.get("next").unwrap().to_canonical();
    assert!(next.contains("docs/one.md && git commit") && !next.contains("ledger seal"), "{next}");
    story.ledger("seal D-1").as_("omar").exits(1).says("other bytes").says(&format!("next     {show}"));
    story.commit_file("dario", "docs/one.md", "# One, without the token\n");
    story.ledger("attest D-1 review --answer complete=yes --answer consistent=yes").as_("raj").ok();
    story.ledger("seal D-1").as_("omar").ok();
    story.ledger("seal D-1").as_("ines").ok();
    story.ledger("gate whole").ok();
}

#[test]
fn a_veto_is_told_apart_from_a_criterion_of_its_name() {
    let gate = "[gates.ready]\nfinal    = \"self is final\"\n";
    let with = |veto: &str| CHARTER.replace(gate, &format!("{gate}veto     = {{ reviewed = \"{veto}\" }}\n"));
    let story = staffed(&with("self is draft"));
    let gate = story.ledger("gate ready D-1").exits(1);
    gate.says("UNMET    reviewed  self has review\n").says("MET      reviewed  veto: self is draft\n");
    gate.says("ready.reviewed   self has review").says("ready.veto.reviewed   self is draft").never_says(" | ");
    let supposed = story.ledger("gate ready D-1 --if 'move D-1 final by dario'").exits(1);
    supposed.says("-> UNMET  ready.veto.reviewed").says("ready.reviewed");
    story.ledger("move D-1 final").as_("dario").ok();
    let diff = story.ledger("diff @~1 @tip").exits(1);
    diff.says("gate ready for D-1 veto reviewed: MET -> UNMET").never_says("gate ready for D-1 reviewed");
    story.write("next.toml", &with("self is blocked"));
    let told = story.ledger("charter diff next.toml").exits(1);
    told.says("gates.ready: veto reviewed was self is draft; now self is blocked").never_says("criterion reviewed");
}

/// What waits for the same and for the same people says so once.
#[test]
fn an_inbox_says_once_what_many_lines_lead_to() {
    let story = Story::phase_e();
    let told = story.ledger("inbox --all").ok();
    let toward = told.stdout.matches("toward ").count();
    assert!(toward < told.stdout.matches("  ledger ").count(), "{told}");
    let lines: Vec<&str> = told.stdout.lines().filter(|line| line.contains("toward ")).collect();
    let mut once = lines.clone();
    once.dedup();
    assert_eq!(lines, once, "{told}");
}

/// A place without a repository or a ledger is told in one line that reads well.
#[test]
fn where_there_is_no_ledger_each_command_says_so() {
    let story = Story::new();
    story.person("lena");
    let outside = story.beside.path().to_owned();
    for words in ["verify", "status", "log"] {
        story.ledger(words).exits(2).says("this repository has no ledger").says("next     ledger init");
        let told = story.ledger(words).in_(&outside).exits(5);
        told.says(&format!("ledger: {}: there is no git repository here or above", outside.display()));
        let told = story.ledger(["-C", "nowhere", words]).exits(5);
        told.says("ledger: nowhere: there is no git repository");
    }
}
