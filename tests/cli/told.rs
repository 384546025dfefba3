//! What is refused is told whole, also where the words were wrong, and what cannot be told is not lost in silence.

#![allow(clippy::print_stdout, reason = "the numbers are to be read")]

use std::collections::BTreeMap;
use std::fs::File;
use std::process::Stdio;

use crate::sandbox::story::{Outcome, Story};
use crate::sandbox::told::{self, PARTS};
use govledger::domain::commit::{self, ObjectFormat};
use govledger::domain::event::{Body, Event};
use govledger::domain::id::{Digest, Noun, Rid, TaggedOid};
use govledger::domain::time::Timestamp;
use govledger::domain::value::Value;
use govledger::signing::{self, Search};

const CHARTER: &str = include_str!("../sandbox/small.toml");

fn staffed() -> Story {
    let people =
        [("dario", "human", "drafter", ""), ("raj", "human", "reviewer", ""), ("omar", "human", "approver", "")];
    let story = Story::founded(CHARTER, &people);
    story.ledger("declare D-1 --kind document --title 'The first' --path docs/one.md").as_("dario").ok();
    story.commit_file("dario", "docs/one.md", "# One\n");
    story.write("minutes.txt", "what was said\n");
    story
}

/// Hangs an event on the tip that is the newest one changed, signed by somebody, whatever the rules say; returns its commit.
fn hang(story: &Story, who: &str, change: impl FnOnce(&mut Event)) -> String {
    let tip = story.tip();
    let raw = story.git(["cat-file", "commit", &tip]).ok().stdout;
    let newest = commit::decode(ObjectFormat::Sha1, raw.as_bytes()).unwrap().event;
    let mut event = Event { seq: newest.seq + 1, prev: Some(Digest::of(raw.as_bytes())), ..newest };
    event.id = Rid::parse(&Digest::of(who.as_bytes()).to_string()[..32]).unwrap();
    change(&mut event);
    let parent = TaggedOid::parse(&format!("sha1:{tip}")).unwrap();
    let search = Search { explicit: Some(story.key(who)), ..Search::default() };
    let signer = signing::find(&search, &|_| Ok(who.to_owned())).unwrap();
    let unsigned = commit::unsigned(ObjectFormat::Sha1, Some(&parent), &event);
    let signature = signer.sign(unsigned.as_bytes()).unwrap();
    let bytes = commit::encode(ObjectFormat::Sha1, Some(&parent), &event, &signature);
    let text = String::from_utf8(bytes).unwrap();
    let oid = story.git("hash-object -t commit -w --stdin").typing(&text).ok().stdout.trim().to_owned();
    story.git(["update-ref", "refs/ledger/main", &oid]).ok();
    oid
}

/// What is refused, with the exit code: words that make no sense, rules, and places that are no repository.
const REFUSED: &[(&str, i32, &str)] = &[
    ("lena", 2, "--nonsense"),
    ("lena", 2, ""),
    ("lena", 2, "move"),
    ("lena", 2, "mvoe D-1 final"),
    ("lena", 2, "move D-1 final --nonsense"),
    ("lena", 2, "log --type sealing"),
    ("lena", 2, "status --at soon"),
    ("lena", 2, "status --at 999"),
    ("lena", 2, "status --at ffff"),
    ("lena", 2, "status --at 2001-01-01"),
    ("lena", 2, "log --since soon"),
    ("lena", 2, "log --item D-9"),
    ("lena", 2, "log --actor nobody"),
    ("lena", 2, "log --role nobody"),
    ("lena", 2, "log --claim nothing"),
    ("lena", 2, "show D-9"),
    ("lena", 2, "show 999"),
    ("lena", 2, "show D-1 --raw"),
    ("lena", 2, "show 9 --at 2"),
    ("lena", 2, "why ../elsewhere"),
    ("lena", 2, "why D-1 D-1"),
    ("lena", 2, "why --staged --if 'seal D-1 by omar'"),
    ("lena", 2, "why D-1 --if 'dance'"),
    ("lena", 1, "why D-1 --if 'seal D-1 by nobody'"),
    ("lena", 2, "gate nothing"),
    ("lena", 2, "gate ready D-9"),
    ("lena", 2, "inbox --role nobody"),
    ("lena", 2, "inbox --actor nobody"),
    ("lena", 2, "key list nobody"),
    ("lena", 2, "key add lena --public-key minutes.txt"),
    ("lena", 2, "key revoke raj SHA256:x --reason lost"),
    ("lena", 4, "key revoke raj minutes.txt --reason lost"),
    ("lena", 1, "key revoke raj SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA --reason lost"),
    ("lena", 2, "key revoke raj"),
    ("lena", 2, "explain gate.nothing"),
    ("lena", 2, "explain xxxxxxxxxxxxxxxx"),
    ("lena", 2, "check --range a..b"),
    ("lena", 2, "check --range -x"),
    ("lena", 2, "check --tree zz"),
    ("lena", 2, "check"),
    ("lena", 2, "diff a b"),
    ("lena", 2, "charter diff no.toml @tip"),
    ("lena", 2, "charter diff main:no.toml @tip"),
    ("lena", 2, "charter check no.toml"),
    ("lena", 2, "charter check minutes.txt"),
    ("lena", 2, "charter adopt broken.toml"),
    ("lena", 1, "charter adopt same.toml"),
    ("lena", 1, "charter adopt strands.toml"),
    ("omar", 1, "charter adopt other.toml"),
    ("lena", 2, "erase zzzz --reason x"),
    ("lena", 1, "erase 0000000000000000000000000000000000000000000000000000000000000000 --reason x"),
    ("lena", 2, "confirm 0000 --reason x"),
    ("lena", 2, "retract --reason x"),
    ("lena", 2, "retract --facts-of D-9 --reason x"),
    ("lena", 2, "retract --facts-of 0 --reason x"),
    ("raj", 1, "retract D-1 review --reason x"),
    ("lena", 2, "init --charter small.toml --actor lena --key ../key"),
    ("lena", 1, "block D-1 NOPE --reason x"),
    ("omar", 1, "block D-1 HOLD --reason x --because risky --field questions=a"),
    ("lena", 1, "block D-1 HOLD --because risky --field questions=a --reason 'turned \u{202e} round'"),
    ("lena", 1, "unblock D-1 HOLD --reason x"),
    ("lena", 1, "unblock D-1 HOLD"),
    ("omar", 1, "declare D-2 --kind document"),
    ("dario", 1, "declare D-1 --kind document"),
    ("dario", 1, "declare d-1 --kind document"),
    ("dario", 1, "declare D-2 --kind dance"),
    ("dario", 1, "declare D-2 --kind document --field no=1"),
    ("dario", 2, "declare D-2 --kind document --field no"),
    ("dario", 2, "declare D-2 --kind document --link no"),
    ("dario", 2, "declare D-2 --kind document --fields minutes.txt"),
    ("dario", 1, "declare D-3 --kind document --path src/a.rs"),
    ("dario", 2, "declare"),
    ("dario", 2, "amend D-1"),
    ("dario", 1, "amend D-9 --title x"),
    ("dario", 1, "amend D-1 --title 'The first'"),
    ("dario", 1, "supersede D-9 D-10"),
    ("raj", 1, "move D-1 final"),
    ("dario", 1, "move D-1 gone"),
    ("dario", 1, "attest D-1 review --evidence minutes.txt --answer complete=yes --answer consistent=yes"),
    ("raj", 2, "attest D-1 review --evidence minutes.txt --answer complete=yes"),
    ("raj", 1, "attest D-1 review --evidence minutes.txt --answer complete=perhaps"),
    ("raj", 1, "attest D-1 review --result maybe --evidence minutes.txt"),
    ("raj", 1, "attest D-9 review --evidence minutes.txt --answer complete=yes --answer consistent=yes"),
    ("raj", 1, "attest D-1 dance"),
    ("raj", 2, "attest D-1 review --evidence no.txt"),
    ("raj", 2, "attest D-1 review --evidence ."),
    ("omar", 1, "seal D-1"),
    ("omar", 1, "unseal D-1 --reason x"),
    ("omar", 2, "unseal D-1"),
    ("omar", 1, "cosign 0000"),
    ("omar", 1, "actor grant raj approver"),
    ("lena", 1, "actor grant raj nobody"),
    ("lena", 1, "actor ungrant lena lead --reason x"),
    ("lena", 1, "actor ungrant nobody lead --reason x"),
    ("lena", 2, "actor enroll nora --kind robot"),
    ("lena", 2, "actor enroll"),
    ("lena", 1, "move D-1 final --as nobody"),
    ("lena", 4, "declare D-2 --kind document --key no"),
    ("lena", 3, "trust 0000000000000000000000000000000000000000000000000000000000000000"),
    ("stranger", 4, "declare D-2 --kind document"),
    ("stranger", 4, "inbox"),
    ("lena", 2, "alias install"),
    ("lena", 2, "completions nosh"),
];

/// A story in which each of [`REFUSED`] is refused.
fn crowded() -> Story {
    let story = staffed();
    story.person("stranger");
    story.git("config alias.ledger status").ok();
    story.write("small.toml", CHARTER);
    story.write("same.toml", CHARTER);
    story.write("broken.toml", &CHARTER.replace("if ready", "if reddy"));
    story.write("other.toml", &CHARTER.replace("comes back", "is asked again"));
    story.write("strands.toml", &strands());
    story
}

fn census(told: &mut Vec<(String, Vec<Value>)>, outcome: &Outcome) {
    let answer =
        Value::parse(outcome.stdout.lines().last().unwrap_or_default()).unwrap_or_else(|_| panic!("{outcome}"));
    let list = told::explanations(&answer).unwrap_or_else(|| panic!("nothing is refused\n{outcome}"));
    assert!(!list.is_empty(), "{outcome}");
    told.push((outcome.call.clone(), list));
}

/// Returns what a call leaves out for people of what it says to programs. Nothing was done by it, so that it can be made again.
fn unprinted(json: &Outcome, text: &Outcome) -> Vec<String> {
    let answer = Value::parse(json.stdout.lines().last().unwrap_or_default()).unwrap_or_else(|_| panic!("{json}"));
    let list = told::explanations(&answer).unwrap_or_else(|| panic!("nothing is refused\n{json}"));
    let printed = format!("{}\n{}", text.stdout, text.stderr);
    told::unprinted(&printed, &list)
        .iter()
        .map(|(part, said)| format!("{}: {part}: {said}\n{text}", text.call))
        .collect()
}

/// S0-094, M0-005: what people read is made from the object that programs read.
#[test]
fn every_refusal_is_printed_with_what_its_object_says() {
    let story = crowded();
    let mut missing = Vec::new();
    for (who, _, words) in REFUSED {
        let json = story.ledger(&format!("{words} --format json")).as_(who).run();
        // What is offered asks for the same format.
        let json = Outcome { stdout: json.stdout.replace(" --format json", ""), ..json };
        missing.extend(unprinted(&json, &story.ledger(*words).as_(who).run()));
    }
    let both = |call: &[&str]| unprinted(&story.ledger(call).json().run(), &story.ledger(call).run());
    // The ledger's own file: changed, gone, and one that looks like it.
    let head = story.head();
    for script in ["chmod +x .ledger; git add .ledger", "git rm -q .ledger", "cp .ledger .Ledger; git add .Ledger"] {
        story.shell(script).ok();
        for call in [["check", "--staged"], ["why", "--staged"]] {
            missing.extend(both(&call));
        }
        let told = story.ledger("check --staged").exits(1);
        told.says("needed ").says("next ").says("git restore --staged").never_says("unseal");
        assert_eq!(told.next().len(), 1, "{told}");
        story.git("commit -q -m Another").as_("dario").ok();
        missing.extend(both(&["check", "--range", &format!("{head}..HEAD")]));
        story.git(["reset", "-q", "--hard", &head]).ok();
    }
    // A sealed file: changed; and files that look like it, lie below it, or take the place of its directory.
    story.ledger("move D-1 final").as_("dario").ok();
    story.ledger("attest D-1 review --answer complete=yes --answer consistent=yes").as_("raj").ok();
    story.enroll("ines", "human", "approver", "");
    story.ledger("seal D-1").as_("omar").ok();
    story.ledger("seal D-1").as_("ines").ok();
    for (script, found) in [
        ("echo more >> docs/one.md; git add docs", "D-1 is sealed by ines and omar on"),
        ("cp docs/one.md docs/One.md; git add docs", "is a twin of docs/one.md, and D-1 is sealed by"),
        (
            "git rm -q -r docs; mkdir -p docs/one.md; echo x > docs/one.md/x; git add docs",
            "stands below docs/one.md, and",
        ),
        ("git rm -q -r docs; echo x > docs; git add docs", "takes the place of a directory above docs/one.md, and"),
    ] {
        story.shell(script).ok();
        let (text, why) = (story.ledger("check --staged").exits(1), story.ledger("why --staged").exits(1));
        text.says(found);
        why.says(found);
        missing.extend(unprinted(&story.ledger("check --staged").json().run(), &text));
        if !found.starts_with("D-1") {
            text.never_says("no file at this name\n    next     ledger unseal");
            text.says("next     git restore --staged :/docs");
            let json = story.ledger("why --staged").json().exits(1);
            let of = json.get("refused").as_list().unwrap().to_vec();
            assert!(of.iter().any(|one| one.to_canonical().contains(found)), "{json}\n{why}");
        }
        story.git(["reset", "-q", "--hard", &head]).ok();
    }
    assert!(missing.is_empty(), "{} parts are not printed\n{}", missing.len(), missing.join("\n"));
}

/// S0-094, M0-005: on the command line as in the core. The numbers are printed.
#[test]
fn every_refusal_of_the_command_line_says_found_needed_who_and_next() {
    let mut told = Vec::new();
    let bare = Story::new();
    bare.person("lena");
    for (words, code) in [("status", 2), ("move D-1 final", 2), ("doctor --nonsense", 2), ("trust", 2)] {
        census(&mut told, &bare.ledger(words).json().exits(code));
    }
    let outside = bare.beside.path().to_owned();
    census(&mut told, &bare.ledger("status").json().in_(&outside).exits(5));
    bare.git("init -q --bare bare.git").in_(&outside).ok();
    census(&mut told, &bare.ledger("hooks install").json().in_(&outside.join("bare.git")).exits(2));
    let story = crowded();
    let mut other = Vec::new();
    for (who, code, words) in REFUSED {
        let outcome = story.ledger(&format!("{words} --format json")).as_(who).run();
        if outcome.code == *code {
            census(&mut told, &outcome);
        } else {
            other.push(format!("{words}: {} and not {code}", outcome.code));
        }
    }
    assert!(other.is_empty(), "{other:#?}");
    // What a hook refuses.
    let head = story.head();
    story.write(".ledger", "no ledger\n");
    story.git("add .ledger").ok();
    census(&mut told, &story.ledger("check --staged").json().run());
    story.git("commit -q -m 'Name another'").as_("dario").ok();
    census(&mut told, &story.ledger(["check", "--range", &format!("{head}..HEAD")]).json().run());
    story.git(["reset", "-q", "--hard", &head]).ok();
    story.git("rm -q --cached .ledger").run();
    // A ledger that is not there, not the one, or not valid.
    let tip = story.tip();
    hang(&story, "raj", |event| event.actor = "raj".parse().unwrap());
    census(&mut told, &story.ledger("status").json().exits(3));
    census(&mut told, &story.ledger("status --at 1").json().exits(3));
    story.git(["update-ref", "refs/ledger/main", &tip]).ok();
    story.git(["update-ref", "-d", "refs/ledger/main"]).ok();
    census(&mut told, &story.ledger("status").json().exits(3));

    let of = |list: &[Value]| told::lacks(list);
    let mut lacking: BTreeMap<&str, u64> = PARTS.map(|part| (part, 0)).into();
    let mut unexcused = Vec::new();
    for (call, list) in &told {
        for lack in of(list) {
            *lacking.get_mut(lack.part).unwrap() += 1;
            if lack.excuse().is_none() {
                unexcused.push((call, lack));
            }
        }
    }
    let explanations: usize = told.iter().map(|(_, list)| list.len()).sum();
    println!("{} refusals with {explanations} explanations; lacking: {lacking:?}", told.len());
    assert!(unexcused.is_empty(), "{unexcused:#?}");
    assert!(told.len() > 100, "{}", told.len());
}

/// What stands against an item by itself is told as whole as what somebody placed: who writes the file that a rule reads, and how.
#[test]
fn a_list_that_is_missing_unreadable_or_otherwise_is_refused_with_the_file_and_who_writes_it() {
    let story = Story::phase_e();
    let index = "docs/16-phase-e/phase-e-artifact-index.md";
    let head = "| ID | Title | Status | Path |\n|---|---|---|---|\n";
    let row = |title: &str| format!("| E-00 | {title} | draft | {index} |\n");
    story.commit_file("dario", "docs/16-phase-e/README.md", "# Phase E\n");
    story
        .ledger(["declare", "E-00", "--kind", "artifact", "--title", "Index", "--field", "group=core", "--path", index])
        .as_("dario")
        .ok();
    let twice = format!("{head}{0}{0}", row("Index"));
    for text in [None, Some(twice), Some(head.to_owned()), Some(format!("{head}{}", row("Other")))] {
        if let Some(text) = &text {
            story.commit_file("dario", index, text);
        }
        let told = story.ledger("move PHASE-E closed").json().exits(1);
        let list = told::explanations(&told.value()).unwrap();
        let lacks: Vec<_> = told::lacks(&list).into_iter().filter(|lack| lack.excuse().is_none()).collect();
        assert!(lacks.is_empty(), "{text:?}: {lacks:?}\n{told}");
        let of = |e: &Value| e.get("code").and_then(Value::as_text).unwrap().to_owned();
        let leaf = list.iter().find(|e| of(e) != "block.move").unwrap();
        let (next, who) = (leaf.get("next").unwrap().to_canonical(), leaf.get("who").unwrap().to_canonical());
        if text.is_some_and(|text| text.contains("Other")) {
            assert!(next.contains("ledger amend E-00 --title Other") && who.contains("drafter"), "{told}");
        } else {
            assert!(next.contains(index) && who.contains(&format!("whoever commits {index}")), "{told}");
        }
    }
}

/// Words that no reader of the log would take are refused before anything is signed, and told as such.
#[test]
fn a_text_that_the_log_does_not_take_is_told_by_what_it_needs() {
    let story = staffed();
    let long = "x".repeat(20_000);
    for (words, needed) in [
        (
            &[
                "block",
                "D-1",
                "HOLD",
                "--because",
                "risky",
                "--field",
                "questions=which",
                "--reason",
                "turned \u{202e} round",
            ][..],
            "a text of signs",
        ),
        (&["declare", "D-2", "--kind", "document", "--path", "docs/two.md", "--title"], "less of it"),
    ] {
        let who = if words[0] == "block" { "lena" } else { "dario" };
        let mut call = story.ledger(words).as_(who);
        if words[0] == "declare" {
            call = call.arg(long.as_str());
        }
        let told = call.json().exits(1);
        assert!(told.text("error.explanations.0.needed").starts_with(needed), "{}", told.stdout);
        assert_eq!(told.text("error.explanations.0.who.0.role"), "whoever asked");
        let next = told.text("error.next.0");
        story.ledger(next.strip_prefix("ledger ").unwrap()).ok();
    }
}

/// A charter that renames what lives: a kind and a role.
fn strands() -> String {
    CHARTER.replace("document", "paper").replace("reviewer", "reader")
}

#[test]
fn words_that_no_command_takes_are_told_as_one_object() {
    let story = Story::new();
    story.person("lena");
    let told = story.ledger("move D-1 final --nonsense").json().exits(2);
    assert_eq!(told.text("error.code"), "usage.words");
    assert_eq!(told.get("error.exit"), Value::Int(2));
    told.says("unexpected argument '--nonsense' found");
    assert!(told.text("error.explanations.0.needed").starts_with("ledger move"), "{told}");
    assert_eq!(told.text("error.explanations.0.next.0"), "ledger move --help");
    assert_eq!(told.stderr, "");
    story.ledger("move --help").ok();
    let told = story.ledger(["--format=json", "completions", "nosh"]).exits(2);
    assert_eq!(
        told.text("error.explanations.0.needed"),
        "one of bash, zsh, fish, elvish, powershell; did you mean `zsh`?"
    );
    let told = story.ledger("actor --format json").exits(2);
    assert_eq!(told.text("error.next.0"), "ledger actor --help");
}

/// The words of a command are told to people as everything else that is refused, with the names that are near what was typed.
#[test]
fn words_that_make_no_sense_are_told_to_people_as_every_refusal_is() {
    let story = Story::new();
    story.person("lena");
    let told = story.ledger("move D-1 final --nonsense").exits(2);
    told.says("ledger: unexpected argument '--nonsense' found  [usage.words]");
    told.says("  needed   ledger move [OPTIONS] <ID> <STATUS>").says("  next     ledger move --help");
    told.never_says("\"error\"");
    assert_eq!(told.stdout, "");
    let told = story.ledger("move").exits(2);
    told.says("arguments were not provided: <ID> <STATUS>").says("  needed   ledger move [OPTIONS] <ID> <STATUS>");
    // A word that is nearly one is that one in the command that is offered.
    for (typed, needed, next) in [
        (
            "declrae D-1 --kind document --title 'not final'",
            "a command that `ledger --help` names; did you mean `declare`?",
            "ledger declare D-1 --kind document --title 'not final'",
        ),
        ("unbolck status", "did you mean `block` or `unblock`?", "ledger --help"),
        ("key revok", "one of these behind ledger key: add, revoke, list; did you mean `revoke`", "ledger key --help"),
        ("log --aktor=lena", "did you mean `--actor`?", "ledger log --actor=lena"),
        (
            "completions bsh",
            "one of bash, zsh, fish, elvish, powershell; did you mean `bash`?",
            "ledger completions bash",
        ),
        ("status --format xml", "one of human, json", "ledger status --help"),
        // Every command has `--version`; it is near nothing that was meant.
        ("--verson", "needed   ledger [OPTIONS] <COMMAND>\n", "ledger --help"),
    ] {
        let told = story.ledger(typed).exits(2);
        told.says(needed);
        assert_eq!(told.next()[0], next, "{told}");
        assert_eq!(told.stdout, "", "{told}");
    }
    // Who typed no command reads which there are.
    for (typed, one) in [("", "  status "), ("actor", "  enroll ")] {
        let told = story.ledger(typed).exits(2);
        told.says("Usage: ledger")
            .says(one)
            .says("is not a whole command  [usage.words]")
            .says("  needed   one of these behind it: ");
    }
    let told = story.ledger(["move", "D-1", "--\u{1b}[31mred"]).exits(2);
    told.never_says("\u{1b}").says("\\u{1b}[31mred");
}

/// M0-005: what is offered helps whoever asked, and does not repeat what was refused.
#[test]
fn who_signed_already_is_told_whom_the_proposal_waits_for_and_what_no_evidence_is_what_is() {
    let story = staffed();
    story.enroll("ines", "human", "approver", "");
    let told = story.ledger("erase zzzz --reason x").exits(2);
    told.says("needed   the SHA-256 of one that is cited; none is").never_says("replay");
    story.ledger("move D-1 final").as_("dario").ok();
    let words = "attest D-1 review --evidence minutes.txt --answer complete=yes --answer consistent=yes";
    story.ledger(words).as_("raj").ok();
    let sha256 = Digest::of(b"what was said\n");
    for (word, code) in [("zzzz".to_owned(), 2), (Digest::of(b"").to_string(), 1)] {
        let told = story.ledger(&format!("erase {word} --reason x")).exits(code);
        told.says("no event cites").says("evidence").never_says("replay");
        let shown = story.ledger(told.next()[0].strip_prefix("ledger ").unwrap()).ok();
        shown.says(&format!("evidence {sha256}, 14 bytes")).says("attested D-1 review");
    }
    story
        .ledger("erase zzzz --reason x")
        .exits(2)
        .says(&format!("the SHA-256 of one that is cited: {}\n", sha256.short()));

    let id = story.ledger("seal D-1").as_("omar").json().ok().text("event.id");
    for words in [format!("cosign {id}"), "seal D-1".to_owned()] {
        let told = story.ledger(&words).as_("omar").exits(1);
        told.says("omar signed this proposal already; it has 1 of 2 signatures");
        told.says("needed   the signature of somebody else: 1 approver (ines)");
        assert!(!told.next().iter().any(|next| next.contains("cosign") || next.contains("seal")), "{told}");
        let waits = story.ledger(told.next()[0].strip_prefix("ledger ").unwrap()).as_("omar").ok();
        waits.says("Inbox of ines").says(&format!("ledger cosign {}", &id[..8]));
    }
}

/// M0-005: what refusals print as a rule is a place of the charter to `why`, and no new file; a path that is there is still reached.
#[test]
fn why_takes_places_of_the_charter_for_what_they_are_and_refuses_what_is_later_than_asked() {
    let story = staffed();
    for place in ["charter.authority", "roles.lead", "scopes.code"] {
        story.ledger(["why", place]).exits(2).says("is a place of the charter").says("ledger charter show");
    }
    story.ledger("why HOLD").exits(2).says("is a rule about blocks");
    story.write("HOLD/one.md", "# One\n");
    story.ledger("why HOLD").ok().never_says("is a rule about blocks");
    let told = story.ledger("why 4 --at 3").exits(2);
    told.says("event 4 is later than event 3, which --at names").says("next     ledger why 4");
    assert_eq!(story.ledger("why 4 --at 3").json().exits(2).text("error.code"), "usage.words");
    story.ledger("why 3 --at 3").ok();
}

/// M0-005: whoever is asked to sign looks at the event that is meant, and not at an item that somebody called like it.
#[test]
fn an_item_that_is_called_like_an_event_does_not_stand_before_it() {
    let people = [("dario", "human", "drafter", "")];
    let story = Story::founded(&CHARTER.replace("'D-[0-9]+'", "'[A-Za-z0-9-]+'"), &people);
    let event = story.newest();
    let id = event.get("id").and_then(Value::as_text).unwrap()[..8].to_owned();
    let seq = event.get("seq").and_then(Value::as_int).unwrap();
    story.ledger(["show", &id]).ok().says("enrolled dario");
    story.ledger(["declare", &id, "--kind", "document", "--title", "nothing of note"]).as_("dario").ok();
    for command in ["show", "why"] {
        let told = story.ledger([command, &id]).exits(2);
        told.says(&format!("{id} is the id of an item, and so event {seq} is called too"));
        assert_eq!(told.next()[0], format!("ledger {command} {seq}"), "{told}");
        story.ledger(told.next()[0].strip_prefix("ledger ").unwrap()).ok().says("enrolled dario");
        story.ledger(told.next()[1].strip_prefix("ledger ").unwrap()).ok().says(&id);
    }
}

/// Runs a command whose standard output takes nothing.
#[cfg(target_os = "linux")]
fn into_full(story: &Story, words: &str, who: &str) -> Outcome {
    let full = File::options().write(true).open("/dev/full").unwrap();
    let mut command = story.ledger(words).as_(who).command();
    let output = command.stdout(Stdio::from(full)).stdin(Stdio::null()).output().unwrap();
    Outcome {
        call: words.to_owned(),
        code: output.status.code().unwrap_or(-1),
        stdout: String::new(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// An exit code says what became of the ledger: who is told 5 tries again, so an act that stands is never a 5.
#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_written_is_a_failure_unless_an_act_stands() {
    let story = staffed();
    for words in ["status", "log", "log --format json", "charter show", "--help", "man", "completions bash"] {
        let told = into_full(&story, words, "lena");
        assert_eq!(told.code, 5, "{told}");
        told.says("standard output: No space left on device").says("store.io");
    }
    let told = into_full(&story, "move D-1 gone --format json", "dario");
    assert_eq!(told.code, 5, "nothing was written\n{told}");
    let told = into_full(&story, "declare D-2 --kind document --dry-run", "dario");
    assert_eq!(told.code, 5, "nothing was written\n{told}");
    let before = story.tip();
    let told = into_full(&story, "declare D-2 --kind document", "dario");
    assert_ne!(story.tip(), before);
    assert_eq!(told.code, 0, "it stands\n{told}");
    let event = story.newest();
    let id = event.get("id").and_then(Value::as_text).unwrap().to_owned();
    told.says("No space left on device").says(&id).says("done all the same: event 5");
    story.ledger(["show", &id]).ok();
    let told = into_full(&story, "declare D-3 --kind document --format json", "dario");
    assert_eq!(told.code, 0, "{told}");
    assert!(Value::parse(told.stderr.trim()).unwrap().get("error").is_some(), "{told}");
    // Who reads on in a pipe has read enough.
    let quiet = story.shell(&format!("{} log | true; {0} log --full | head -n 1", env!("CARGO_BIN_EXE_ledger"))).ok();
    assert_eq!(quiet.stderr, "");
}

#[test]
fn a_charter_that_strands_several_things_is_told_with_the_lines_that_take_them_over() {
    let story = staffed();
    let file = story.write("next.toml", &strands());
    let told = story.ledger("charter adopt next.toml").exits(1);
    told.says("needed ").says("[migrate]\nkinds = { document = \"paper\" }\n");
    told.says("next     ledger charter adopt next.toml --dry-run").never_says("ledger show D-1");
    let lines = told.stderr.split("\n[migrate]\n").nth(1).unwrap();
    let lines: Vec<&str> = lines.lines().take_while(|line| !line.starts_with(' ')).collect();
    assert!(lines.len() > 1, "{told}");
    let lines = lines.join("\n").replace("new-role", "reader");
    std::fs::write(&file, format!("{}\n[migrate]\n{lines}\n", strands())).unwrap();
    story.ledger("charter adopt next.toml").ok();
}

#[test]
fn an_alias_of_the_user_is_named_where_the_repository_has_none() {
    let story = staffed();
    story.ledger("alias install --global").ok();
    let told = story.ledger("alias uninstall").ok();
    told.says("the settings of the user hold it").says("next     ledger alias uninstall --global");
    assert_eq!(story.ledger("alias uninstall").json().ok().text("elsewhere"), "global");
    story.ledger("alias uninstall --global").ok();
    story.ledger("alias uninstall").ok().never_says("--global");
}

#[test]
fn a_filter_that_names_nothing_is_told() {
    let story = staffed();
    story.ledger("log --item D-9").exits(2).says("D-9: nobody declared it");
    story.ledger("log --item D-9").json().exits(2);
    story.ledger("log --actor nobody").exits(2).says("never enrolled");
    story.ledger("log --role nobody").exits(2);
    story.ledger("log --claim nothing").exits(2);
    // What is known and has no event is no mistake.
    story.ledger("log --claim review --actor omar").ok();
    story.ledger("log --actor recovery").ok();
    story.ledger("log --item d-1").ok().says("declared D-1");
}

/// M0-003: an earlier point of a ledger that is invalid is not answered as if nothing had happened.
#[test]
fn an_earlier_point_of_an_invalid_ledger_says_that_it_is_invalid() {
    let story = staffed();
    let (good, bad) = (story.tip(), hang(&story, "raj", |event| event.actor = "raj".parse().unwrap()));
    for words in ["status --at 2", "log --at 2", "show D-1 --at 4", "replay --at 0 --digest", "charter show --at 1"] {
        let told = story.ledger(words).exits(3);
        told.says("the ledger is invalid from event 5 on")
            .says(&format!("git update-ref refs/ledger/main {good} {bad}"));
    }
    let moment = Value::parse(story.git("log -1 --format=%b refs/ledger/main~3").ok().stdout.trim()).unwrap();
    let moment = moment.get("at").and_then(Value::as_text).unwrap().to_owned();
    for words in ["replay", "status"] {
        let told = story.ledger([words, "--at", &moment]).json().exits(3);
        assert!(told.text("error.text").starts_with("the ledger is invalid from event 5 on"), "{told}");
        assert_eq!(told.stdout.lines().count(), 1, "{told}");
    }
    story.git(["update-ref", "refs/ledger/main", &good, &bad]).ok();
    story.ledger("status --at 2").ok();
}

#[test]
fn an_event_that_a_rule_refuses_is_told_with_the_rule() {
    let story = staffed();
    hang(&story, "raj", |event| {
        event.actor = "raj".parse().unwrap();
        event.role = Some("reviewer".parse().unwrap());
    });
    let told = story.ledger("why 5").exits(3);
    told.says("the ledger is invalid from event 5 on").says("item.exists");
    told.says("needed ").says("git update-ref refs/ledger/main");
    assert_eq!(story.ledger("why 5").json().exits(3).text("error.explanations.0.code"), "item.exists");
}

#[test]
fn a_ledger_that_is_missing_without_a_remote_asks_for_one_first() {
    let story = staffed();
    story.git(["update-ref", "-d", "refs/ledger/main"]).ok();
    let told = story.ledger("status").exits(3);
    assert_eq!(told.next()[0], "git remote add origin URL", "{told}");
    assert_eq!(told.next()[1], "ledger sync", "{told}");
    story.git("remote add upstream ../elsewhere").ok();
    let told = story.ledger("status").exits(3);
    assert_eq!(told.next()[0], "ledger sync", "{told}");
}

#[test]
fn an_event_of_the_future_names_the_way_out() {
    let story = staffed();
    let good = story.tip();
    let item = Noun::Item("D-2".parse().unwrap());
    let bad = hang(&story, "dario", |event| {
        event.at = Timestamp::parse("2099-01-01T00:00:00Z").unwrap();
        event.item = item;
        let Body::Declared(declaration) = &mut event.body else { panic!("{event:?}") };
        declaration.stated.path = None;
    });
    story.ledger("status").ok();
    let told = story.ledger("declare D-3 --kind document").as_("dario").exits(5);
    told.says("2099-01-01").says("next     date -u").says("next     ledger show tip");
    let back = format!("git update-ref refs/ledger/main {good} {bad}");
    told.says(&back);
    story.ledger("doctor").exits(1).says(&back);
    story.shell(&back).ok();
    story.ledger("declare D-3 --kind document").as_("dario").ok();
}

#[test]
fn json_names_the_command_that_explains_each_code() {
    let story = staffed();
    let told = story.ledger("move D-1 gone").as_("dario").json().exits(1);
    let Value::Map(pages) = told.get("error.pages") else { panic!("{told}") };
    assert!(!pages.is_empty());
    for command in pages.values() {
        story.shell(&command.as_text().unwrap().replacen("ledger", env!("CARGO_BIN_EXE_ledger"), 1)).ok();
    }
}

/// What looks, looks at the same point; what acts, acts on the ledger as it is.
#[test]
fn a_view_of_an_earlier_point_offers_views_of_that_point() {
    let story = Story::phase_e();
    let told = story.ledger("gate unblock MIG-06 --at 12").exits(1);
    told.says(": ledger gate unblock MIG-06 --all --at 12").never_says("--kind artifact --at");
    let told = story.ledger("why MIG-06 --at 12").json().exits(1);
    told.never_says("done --at 12");
    story.ledger("gate readiness --at 12").exits(1);
}

#[test]
fn completions_offer_codes_points_answers_and_evidence() {
    let story = staffed();
    let offers = |words: &[&str]| {
        let mut all = vec!["--".to_owned(), "ledger".to_owned()];
        all.extend(words.iter().map(ToString::to_string));
        let call = story.ledger(all.as_slice()).env("LEDGER_COMPLETE", "fish").env("_CLAP_IFS", "\n");
        call.env("_CLAP_COMPLETE_INDEX", words.len().to_string()).ok().stdout
    };
    assert!(offers(&["explain", "gate.un"]).contains("gate.unmet"));
    assert!(offers(&["explain", "stor"]).contains("store\n"));
    assert!(offers(&["replay", "--at", ""]).contains("declared D-1"));
    assert!(offers(&["log", "--since", "4"]).starts_with('4'));
    assert!(offers(&["attest", "D-1", "review", "--answer", ""]).contains("complete=yes"));
    story.ledger("move D-1 final").as_("dario").ok();
    let words =
        "attest D-1 review --result approve --answer complete=yes --answer consistent=yes --evidence minutes.txt";
    story.ledger(words).as_("raj").ok();
    let sha256 = Digest::of(b"what was said\n").short();
    assert!(offers(&["erase", &sha256[..4]]).contains(&sha256));
}

#[test]
fn a_page_of_the_manual_is_titled_and_shows_how_its_command_is_typed() {
    let story = Story::new();
    story.person("lena");
    let dir = story.beside.path().join("man");
    story.ledger(["man", dir.to_str().unwrap()]).ok();
    let page = std::fs::read_to_string(dir.join("ledger-gate.1")).unwrap();
    assert!(page.contains(".TH ledger-gate 1  \"govledger "), "{page}");
    let synopsis = page.split(".SH SYNOPSIS\n").nth(1).unwrap().lines().next().unwrap();
    assert_eq!(synopsis, "ledger gate [OPTIONS] <NAME> [ITEM]", "{page}");
}
