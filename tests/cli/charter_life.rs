//! The life of the rules and of those who hold them, on real repositories with real keys: what a change would do is said before it
//! is signed, what lives goes over, keys are lost and stolen, a server takes what is no event, evidence is given up.

use std::ffi::OsString;

use crate::sandbox::story::{Outcome, Story};
use govledger::domain::value::Value;

const CHARTER: &str = r#"
[charter]
semantics = 1
id        = "LIFE"
authority = "2 lead"

[roles]
lead     = "human"
drafter  = "human"
approver = "human"

[kinds.document]
id     = 'D-[0-9]+'
states = ["draft", "final"]
path   = "docs/**"
moves  = ["new -> draft by drafter", "draft -> final by drafter if ready"]
seal   = "approver, not author"
unseal = "approver"

[claims]
review = { by = "approver, not author" }
scan   = { by = "drafter" }

[gates.ready]
reviewed = "self has review"

[blocks.HOLD]
on    = "document"
stops = ["moves"]
by    = "lead"
lift  = "2 lead"
"#;

const PEOPLE: &[(&str, &str, &str, &str)] =
    &[("kim", "human", "lead", ""), ("dario", "human", "drafter", ""), ("omar", "human", "approver", "")];

/// D-1 is drafted and reviewed, so that the gate passes.
fn story() -> Story {
    let story = Story::founded(CHARTER, PEOPLE);
    story.commit_file("dario", "docs/one.md", "# One\n");
    story.ledger("declare D-1 --kind document --path docs/one.md").as_("dario").ok();
    story.ledger("attest D-1 review").as_("omar").ok();
    story
}

fn changed(changes: &[(&str, &str)]) -> String {
    changes.iter().fold(CHARTER.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    })
}

/// Writes a charter beside the repository and returns the words of a command with it.
fn with(story: &Story, words: &[&str], text: &str, more: &[&str]) -> Vec<OsString> {
    let file = story.write_beside("next.toml", text);
    let words = words.iter().map(OsString::from).chain([file.into_os_string()]);
    words.chain(more.iter().map(OsString::from)).collect()
}

fn adopt(story: &Story, text: &str) {
    let proposed = story.ledger(with(story, &["charter", "adopt"], text, &[])).json().ok();
    story.ledger(["cosign", &proposed.text("event.id")]).as_("kim").ok();
}

fn sentences(value: &Value) -> Vec<String> {
    let list = value.as_list().unwrap();
    list.iter().map(|one| one.get("sentence").unwrap().as_text().unwrap().to_owned()).collect()
}

/// Types the commands that are offered and begin so.
fn type_next(story: &Story, told: &Outcome, program: &str, who: &str) -> usize {
    let next: Vec<String> = told.next().into_iter().filter(|line| line.starts_with(program)).collect();
    for line in &next {
        let (first, rest) = line.split_once(' ').unwrap();
        if first == "git" {
            story.git(rest).as_(who).ok()
        } else {
            story.ledger(rest).as_(who).ok()
        };
    }
    next.len()
}

/// S2-078: a change of the rules is seen through before it is signed.
#[test]
fn a_dry_run_says_which_rules_change_what_comes_out_otherwise_and_who_must_sign() {
    let story = story();
    story.ledger("block D-1 HOLD --reason 'not yet'").ok();
    story.ledger("actor grant omar drafter").ok();
    let tip = story.tip();
    let text = changed(&[
        (
            "reviewed = \"self has review\"",
            "reviewed = \"self has review\"\nscanned  = { must = \"self has scan\", cite = \"handbook 3\" }",
        ),
        ("lift  = \"2 lead\"", "lift  = \"lead\""),
        ("states = [\"draft\", \"final\"]", "states = [\"draft\", \"final\", \"retired\"]"),
        ("by drafter if ready\"]", "by drafter if ready\", \"final -> retired by lead\"]"),
    ]);
    let words = || with(&story, &["charter", "adopt"], &text, &["--dry-run"]);
    let told = story.ledger(words()).ok();
    told.says("gates.ready: criterion scanned added (must: self has scan)");
    told.says("blocks.HOLD: lift was 2 lead; now lead");
    told.says("kinds.document: state retired added");
    told.says("kinds.document: move final -> retired added (by lead)");
    told.says("gate ready on D-1: PASS -> HOLD (criterion scanned: D-1 has no scan)");
    told.says("proposal granted omar drafter: waits with 1 signature -> dies");
    told.says("2 lead: kim, lena");
    told.says("would be written: proposed chartered LIFE");
    // A block keeps the rule of its placement, and that is said of one that stands.
    told.says("block HOLD on D-1: stops moves; lift needs 2 lead -> stops moves; lift needs 2 lead; kept from");
    let json = story.ledger(words()).json().ok();
    assert_eq!(json.get("dry_run"), Value::Bool(true));
    assert_eq!(json.get("event.commit"), Value::Null);
    assert_eq!(json.text("signers.0.role"), "lead");
    assert!(sentences(&json.get("rules")).contains(&"blocks.HOLD: lift was 2 lead; now lead".to_owned()), "{json}");
    assert!(sentences(&json.get("outcomes")).iter().any(|one| one.starts_with("gate ready on D-1: PASS -> HOLD")));
    assert_eq!(story.tip(), tip, "nothing was written");

    // By name it takes the new rule, and that is said.
    let named = format!("{text}\n[migrate]\nblocks = {{ HOLD = \"HOLD\" }}\n");
    let told = story.ledger(with(&story, &["charter", "adopt"], &named, &["--dry-run"])).ok();
    told.says("migrate.blocks: HOLD takes its new rule\n");
    told.says("block HOLD on D-1: stops moves; lift needs 2 lead -> stops moves; lift needs lead");
    // Who has signed is not asked again.
    let proposed = story.ledger(with(&story, &["charter", "adopt"], &named, &[])).json().ok();
    assert_eq!(proposed.get("event.pending"), Value::Bool(true));
    let told = story.ledger(with(&story, &["charter", "adopt"], &named, &["--dry-run"])).as_("kim").ok();
    told.says("lead: kim").never_says("2 lead: kim").never_says("kim, lena").says("would be written: chartered LIFE");
}

/// What stands keeps its gate; whoever asks for that gate is told both, and by which charter, and passes by both or not at all.
#[test]
fn a_gate_that_a_new_charter_has_otherwise_is_told_with_the_one_that_a_block_keeps() {
    let text = CHARTER.replace("lift  = \"2 lead\"", "lift  = \"2 lead if ready\"");
    let story = Story::founded(&text, PEOPLE);
    story.commit_file("dario", "docs/one.md", "# One\n");
    story.ledger("declare D-1 --kind document --path docs/one.md").as_("dario").ok();
    story.ledger("block D-1 HOLD --reason 'not yet'").ok();
    story.ledger("gate ready D-1").exits(1).never_says("By the charter of event");
    adopt(&story, &text.replace("reviewed = \"self has review\"", "written = \"self is present\""));
    let gate = story.ledger("gate ready D-1").exits(1);
    gate.says("gate ready for D-1: PASS").says("By the charter of event 0, under which HOLD was placed:");
    gate.says("gate ready for D-1: HOLD").says("D-1 has no review").says("ledger attest D-1 review");
    story.ledger("why ready D-1").exits(1).says("By the charter of event 0, under which HOLD was placed:");
    let json = story.ledger("gate ready D-1").json().exits(1);
    assert_eq!((json.text("outcome"), json.text("placed.0.outcome")), ("PASS".to_owned(), "HOLD".to_owned()));
    assert_eq!((json.text("placed.0.of.0"), json.get("placed.0.charter").as_int()), ("HOLD".to_owned(), Some(0)));
    // The refusal, the board and the reasons name the same charter; what they offer leads there and on.
    let refused = story.ledger("unblock D-1 HOLD").exits(1);
    refused.says("gate ready is HOLD by the charter of event 0").says("ledger attest D-1 review");
    assert!(refused.stderr.contains("ledger gate ready D-1"), "{refused}");
    for view in ["why D-1", "status --all"] {
        story.ledger(view).run().says("when gate ready passes by the charter of event 0");
    }
    story.ledger("gate ready D-1 --if 'attest D-1 review by omar'").ok().never_says("By the charter of event");
    // A gate that the new charter does not have at all still answers for what it releases.
    adopt(&story, &text.replace("[gates.ready]", "[gates.done]").replace("if ready", "if done"));
    story.ledger("gate ready D-1").exits(1).says("By the charter of event 0, under which HOLD was placed:");
    story.ledger("gate ready").exits(2).says("there is no gate ready");
    story.ledger("attest D-1 review").as_("omar").ok();
    story.ledger("unblock D-1 HOLD").ok();
    story.ledger("unblock D-1 HOLD").as_("kim").ok();
    story.ledger("gate ready D-1").exits(2);
}

/// S0-030, S0-092: a scope that shrinks frees nothing that is blocked, and the comparison says so before anybody signs.
#[test]
fn a_scope_that_shrinks_frees_nothing_and_the_dry_run_names_the_block() {
    let text = CHARTER.replace("stops = [\"moves\"]", "stops = [\"moves\", \"code\"]");
    let text = text.replace("[kinds.document]", "[scopes]\ncode = [\"src/**\"]\n\n[kinds.document]");
    let story = Story::founded(&text, PEOPLE);
    story.ledger("declare D-1 --kind document --path docs/one.md").as_("dario").ok();
    story.ledger("block D-1 HOLD --reason 'not yet'").ok();
    let smaller = text.replace("src/**", "nothing/**");
    let kept = "reach of block HOLD on D-1: code = src/** -> code = src/**; kept from the charter of event 0";
    story.ledger(with(&story, &["charter", "adopt"], &smaller, &["--dry-run"])).ok().says(kept);
    adopt(&story, &smaller);
    story.write("src/main.rs", "fn main() {}\n");
    story.git(["add", "-A"]).ok();
    story.ledger("check --staged").exits(1).says("src/main.rs").says("HOLD");
    // By name it takes the new reach, and that is said too.
    let named = format!("{smaller}# again\n[migrate]\nblocks = {{ HOLD = \"HOLD\" }}\n");
    let told = story.ledger(with(&story, &["charter", "adopt"], &named, &["--dry-run"])).ok();
    told.says("reach of block HOLD on D-1: code = src/**; kept").says("-> code = nothing/**");
}

#[test]
fn what_a_charter_would_strand_is_said_with_the_line_that_takes_it_over() {
    let story = story();
    let text = changed(&[("[kinds.document]", "[kinds.paper]"), ("on    = \"document\"", "on    = \"paper\"")]);
    let told = story.ledger(with(&story, &["charter", "adopt"], &text, &["--dry-run"])).exits(1);
    told.says("It could not be adopted now").says("kinds.document: removed").says("charter.strands");
    told.says("in [migrate]: kinds = { document = \"paper\" }");
    let json = story.ledger(with(&story, &["charter", "adopt"], &text, &["--dry-run"])).json().exits(1);
    assert_eq!(json.text("refusals.0.code"), "charter.strands");
    assert_eq!(json.text("error.code"), "charter.strands");
    assert_eq!(json.get("outcomes"), Value::Null);
    // The line that was named does it, and what was said and signed goes along.
    let text = format!("{text}\n[migrate]\nkinds = {{ document = \"paper\" }}\n");
    let told = story.ledger(with(&story, &["charter", "adopt"], &text, &["--dry-run"])).ok();
    told.says("migrate.kinds: document -> paper").says("D-1 kind: document -> paper").never_says("kinds.paper: added");
    adopt(&story, &text);
    story.ledger("show D-1").ok().says("paper");
    story.ledger("gate ready D-1").ok();
    story.ledger("move D-1 final").as_("dario").ok();
    story.ledger("verify").ok();
    // Once is enough: the table of the last change is not repeated.
    let again = text.replace("2 lead\"\n\n[roles]", "2 lead\"\ntitle = \"Again\"\n\n[roles]");
    let told = story.ledger(with(&story, &["charter", "adopt"], &again, &[])).exits(1);
    told.says("charter.migrate").says("the charter in force has no kind document");
    // And no ledger begins with one.
    let other = Story::new();
    other.person("lena");
    let key = other.key("lena").display().to_string();
    let words = with(&other, &["init", "--actor", "lena", "--key", &key, "--charter"], &text, &[]);
    other.ledger(words).exits(1).says("charter.migrate");
}

/// S2-077: and the last rules that were good come back the same way.
#[test]
fn charter_diff_compares_files_points_and_branches() {
    let story = story();
    let stricter = changed(&[("reviewed = \"self has review\"", "reviewed = \"self has at least 2 review\"")]);
    story.write("charter.toml", CHARTER);
    story.commit("lena", "The charter");
    story.write("charter.toml", &stricter);
    // In force against a file.
    let told = story.ledger("charter diff charter.toml").exits(1);
    told.says("gates.ready: criterion reviewed was must: self has review; now must: self has at least 2");
    told.says("gate ready on D-1: PASS -> HOLD");
    // A branch's file, and a file.
    let json = story.ledger("charter diff main:charter.toml charter.toml").json().exits(1);
    assert_eq!(sentences(&json.get("rules")).len(), 1, "{json}");
    assert_eq!(sentences(&json.get("outcomes")).len(), 1, "{json}");
    story.ledger("charter diff main:charter.toml").ok().says("the rules are the same").says("comes out otherwise");
    // Two points of the ledger.
    adopt(&story, &stricter);
    story.ledger("charter diff @0 @tip").exits(1).says("now must: self has at least 2");
    story.ledger("charter diff @tip @tip").ok();
    // Back to the rules that were good: their text stands in the ledger.
    story.ledger("gate ready D-1").exits(1);
    let good = story.ledger("charter show --at 0").ok().stdout;
    adopt(&story, &good);
    story.ledger("charter diff @0 @tip").ok().says("the rules are the same");
    story.ledger("gate ready D-1").ok();
    adopt(&story, &stricter);
    story.ledger("charter diff @99 @tip").exits(2);
    story.ledger("charter diff nothing.toml").exits(2).says("neither @POINT nor BRANCH:PATH");
    story.ledger("charter diff main:nothing.toml").exits(2);
    story.write("broken.toml", "[charter]\n");
    story.ledger("charter diff broken.toml").exits(2).says("charter.missing-key");
    // Files can be compared where there is no repository at all.
    let words = ["charter", "diff", "a.toml", "b.toml"];
    story.write_beside("a.toml", CHARTER);
    story.write_beside("b.toml", &stricter);
    let json = story.ledger(words).in_(story.beside.path()).json().exits(1);
    assert_eq!(json.get("outcomes"), Value::Null);
}

/// The founder's authority of two with three offline keys of which two are needed.
fn with_offline_keys() -> Story {
    let story = Story::new();
    for name in ["lena", "safe-1", "safe-2", "safe-3"] {
        story.person(name);
    }
    story.commit_file("lena", "README.md", "A repository.\n");
    let path = |name: &str| story.public_key(name).display().to_string();
    let (key, safes) = (story.key("lena").display().to_string(), ["safe-1", "safe-2", "safe-3"].map(path));
    let more = ["--recovery", &safes[0], "--recovery", &safes[1], "--recovery", &safes[2], "--recovery-quorum", "2"];
    let words = with(&story, &["init", "--actor", "lena", "--key", &key, "--charter"], CHARTER, &more);
    story.ledger(words).ok();
    for (name, kind, roles, operator) in PEOPLE {
        story.enroll(name, kind, roles, operator);
    }
    story
}

/// The day on which every key of the authority is lost.
#[test]
fn offline_keys_bring_a_lost_authority_back_and_do_nothing_else() {
    let story = with_offline_keys();
    for name in ["lena", "kim"] {
        std::fs::remove_file(story.key(name)).unwrap();
    }
    story.ledger("actor grant omar drafter").exits(4);
    let safe = |name: &str| story.key(name).display().to_string();
    let signed = |words: &[&str], name: &str| {
        let key = safe(name);
        story.ledger([words, &["--key", &key]].concat().as_slice()).as_("omar").json()
    };
    // What they may not do: take a role away, change the rules, decide, take part in what others propose.
    let refused = |words: &[&str]| signed(words, "safe-1").exits(1).says("offline keys").value();
    refused(&["actor", "ungrant", "omar", "approver", "--reason", "no"]);
    refused(&["declare", "D-9", "--kind", "document"]);
    let next = with(&story, &["charter", "adopt"], &changed(&[("2 lead\"", "1 lead + 1 approver\"")]), &[]);
    let next: Vec<&str> = next.iter().map(|word| word.to_str().unwrap()).collect();
    refused(&next);
    // Two of three give lena a new key; one alone changes nothing, and the same one twice neither.
    story.person("lena-new");
    let public = story.public_key("lena-new").display().to_string();
    let add = ["key", "add", "lena", "--public-key", &public];
    let proposed = signed(&add, "safe-1").ok();
    assert_eq!(proposed.get("event.pending"), Value::Bool(true));
    let id = proposed.text("event.id");
    signed(&["cosign", &id], "safe-1").exits(1).says("authority.voted-twice");
    // Whoever comes with another of the keys finds what waits, and how far it is.
    let offline = story.public_key("safe-2").with_extension("");
    let status = story.ledger("status").as_("omar").ok();
    status.says("1 of 2 recovery keys").says("--key FILE\n").says("recovery: SHA256:");
    let inbox = story.ledger(["inbox", "--key", offline.to_str().unwrap()]).as_("omar").ok();
    inbox.says("Inbox of recovery").says("your signature completes it");
    assert_eq!(signed(&["cosign", &id], "safe-3").ok().get("event.pending"), Value::Bool(false));
    // Another person gets the role, and normal life goes on with the two of them.
    let proposed = signed(&["actor", "grant", "omar", "lead"], "safe-2").ok();
    signed(&["cosign", &proposed.text("event.id")], "safe-3").ok();
    let new = story.key("lena-new").display().to_string();
    let proposed = story.ledger(["actor", "grant", "omar", "drafter", "--key", &new]).json().ok();
    let done = story.ledger(["cosign", &proposed.text("event.id"), "--as", "lead"]).as_("omar").json().ok();
    assert_eq!(done.get("event.pending"), Value::Bool(false));
    story.ledger("verify").as_("omar").ok();
    story.ledger("log").as_("omar").ok().says("recovery");
}

/// A key that was in other hands, from the theft to the last thing that it did.
#[test]
fn a_stolen_key_is_revoked_from_a_position_on_and_all_that_it_did_is_seen_to() {
    let story = story();
    story.ledger("attest D-1 scan").as_("dario").ok();
    let theft = story.newest().get("seq").unwrap().as_int().unwrap() + 1;
    // The thief has omar's key: seals, reviews anew, and has lena's key propose a role for omar.
    story.ledger("seal D-1").as_("omar").ok();
    story.commit_file("dario", "docs/two.md", "# Two\n");
    story.ledger("declare D-2 --kind document --path docs/two.md").as_("dario").ok();
    story.ledger("attest D-2 review").as_("omar").ok();
    story.ledger("seal D-2").as_("omar").ok();
    story.ledger("gate ready D-2").ok();
    story.ledger("actor grant omar drafter").ok();
    // It comes to light. Open votes of a revoked key lapse: lena's proposal stands, for her key is her own.
    let key = story.public_key("omar").display().to_string();
    let since = theft.to_string();
    let words = ["key", "revoke", "omar", &key, "--reason", "laptop stolen", "--compromised-since", &since];
    let proposed = story.ledger(words).json().ok();
    story.ledger(["cosign", &proposed.text("event.id")]).as_("kim").ok();
    story.ledger("unseal D-2 --reason x").as_("omar").exits(4);
    // What it attested counts as unknown, by itself.
    story.ledger("gate ready D-2").exits(1).says("in other hands");
    story.ledger("gate ready D-1").ok();
    // What else it did stands, and is listed until somebody has seen to it.
    let told = story.ledger("verify").ok();
    told.says("2 to be looked at, 0 confirmed, 0 undone").says("sealed D-1").says("sealed D-2");
    let json = story.ledger("verify").json().ok();
    assert_eq!(json.text("tainted.0.settled"), "no");
    let confirm = json.text("tainted.0.next.0");
    assert!(confirm.starts_with("ledger confirm "), "{confirm}");
    assert_eq!(json.text("tainted.1.next.1"), "ledger unseal D-2");
    // One is confirmed, by the whole authority; one is undone by whoever may.
    // The number by which `status` lists it names it too.
    let seq = json.get("tainted.0.seq").as_int().unwrap();
    story.ledger(format!("confirm {seq} --reason 'omar was asked' --dry-run").as_str()).ok().says("confirmed ");
    story.ledger("confirm 1 --reason x").exits(2).says("no event \"1\" took effect by a key");
    let words = format!("{} --reason 'omar was asked'", confirm.strip_prefix("ledger ").unwrap());
    story.ledger(&words).as_("dario").exits(1).says("authority.role");
    let proposed = story.ledger(&words).json().ok();
    assert_eq!(proposed.get("event.pending"), Value::Bool(true));
    story.ledger("verify").ok().says("2 to be looked at");
    story.ledger(&words).as_("kim").ok().says("confirmed ");
    story.ledger(&words).exits(1).says("item.unchanged");
    story.enroll("ines", "human", "approver", "");
    story.ledger("unseal D-2 --reason 'the thief sealed it'").as_("ines").ok();
    story.ledger("verify").ok().says("0 to be looked at, 1 confirmed, 1 undone").never_says("sealed D-1");
    story.ledger("confirm 000000000000 --reason x").exits(2).says("no event \"000000000000\"");
}

/// A thief's own word does not settle what the thief did.
#[test]
fn a_confirmation_by_a_stolen_key_confirms_nothing() {
    let one = CHARTER.replace("authority = \"2 lead\"", "authority = \"lead\"");
    let story = Story::founded(&one, PEOPLE);
    let theft = story.newest().get("seq").unwrap().as_int().unwrap() + 1;
    story.ledger("actor grant omar drafter").as_("kim").ok();
    let granted = story.newest().get("id").unwrap().as_text().unwrap().to_owned();
    // Nothing is known to be stolen yet, so that the program lets nobody confirm; the thief's own tool might.
    story.ledger(["confirm", &granted, "--reason", "x"]).as_("kim").exits(2);
    confirm_by_hand(&story, "kim", &granted);
    let key = story.public_key("kim").display().to_string();
    let since = theft.to_string();
    let words = ["key", "revoke", "kim", &key, "--reason", "laptop stolen", "--compromised-since", &since];
    story.ledger(words).ok();
    let told = story.ledger("verify").ok();
    told.says("2 to be looked at, 0 confirmed").says("granted omar drafter").says(&format!("confirmed {granted}"));
    // Whoever confirms the confirmation has looked at both.
    let json = story.ledger("verify").json().ok();
    let words = format!("{} --reason 'kim was asked'", json.text("tainted.1.next.0").strip_prefix("ledger ").unwrap());
    story.ledger(&words).ok();
    story.ledger("verify").ok().says("0 to be looked at, 2 confirmed");
}

/// Appends an event with a good signature by hand.
fn confirm_by_hand(story: &Story, who: &str, event: &str) {
    use govledger::domain::commit;
    use govledger::domain::decide::draft::{Author, Wish, draft};
    use govledger::domain::event::Body;
    use govledger::domain::facts::Nothing;
    use govledger::domain::id::{ActorId, Noun, Rid};
    use govledger::git::Repo;
    use govledger::ledger::Ledger;
    use govledger::ledger::load::format_of;
    use govledger::signing::{self, Search};

    let repo = Repo::open(story.repo.path()).unwrap();
    let ledger = Ledger::load(&repo).unwrap();
    let search = Search { explicit: Some(story.key(who)), ..Search::default() };
    let author = Author {
        actor: ActorId::parse(who).unwrap(),
        key: signing::resolve(&search, &|_| Err("not enrolled".to_owned())).unwrap().fingerprint(),
        role: None,
        at: ledger.state().tip.at,
        id: Rid::parse(&"5".repeat(32)).unwrap(),
        stand: None,
        correlation: None,
    };
    let body = Body::Confirmed { event: Rid::parse(event).unwrap(), reason: "it is fine".to_owned() };
    let event = draft(ledger.state(), &author, &Wish::Do { item: Noun::Repo, body }, &Nothing).unwrap().event;
    let parent = repo.tagged(ledger.tip().unwrap()).unwrap();
    let unsigned = commit::unsigned(format_of(&repo), Some(&parent), &event);
    let signature =
        signing::find(&search, &|_| Err("not enrolled".to_owned())).unwrap().sign(unsigned.as_bytes()).unwrap();
    repo.append(ledger.tip(), &commit::encode(format_of(&repo), Some(&parent), &event, &signature)).unwrap();
}

/// M0-003: a server that took what is no event.
#[test]
fn what_a_server_took_is_refused_by_everything_that_meets_it_and_led_back_as_printed() {
    let story = story();
    let origin = story.beside.path().join("origin.git");
    story.git(["init".as_ref(), "-q".as_ref(), "--bare".as_ref(), origin.as_os_str()]).ok();
    story.git(["remote".as_ref(), "add".as_ref(), "origin".as_ref(), origin.as_os_str()]).ok();
    story.git("push -q origin main refs/ledger/main").ok();
    let good = story.tip();
    // Somebody wrote past the program, onto the server: the last event once more, signed well.
    let raw = story.git(["cat-file", "commit", &good]).ok().stdout;
    let message = raw.split_once("-----END SSH SIGNATURE-----\n\n").unwrap().1.to_owned();
    let empty = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
    let bad = story.git(["commit-tree", "-S", "-p", &good, "-m", message.trim_end(), empty]).as_("omar").ok();
    let bad = bad.stdout.trim().to_owned();
    story.git(["push", "-q", "origin", &format!("{bad}:refs/ledger/main")]).ok();
    story.ledger("hooks install").ok();
    // lena fetches it by hand into the ref.
    story.git("fetch -q origin refs/ledger/main:refs/ledger/main").ok();
    let found = story.ledger("verify").exits(3);
    found.says("the ledger is invalid from event").says(&bad);
    for words in ["status", "log", "show D-1", "gate ready D-1", "attest D-1 scan", "charter show", "check --staged"] {
        story.ledger(words).as_("dario").exits(3).says(&bad);
    }
    let json = story.ledger("status").json().exits(3);
    assert!(!json.text("error.explanations.0.code").is_empty() && !json.text("error.explanations.0.found").is_empty());
    story.write("docs/one.md", "# Another\n");
    story.git("add -A").ok();
    story.git("commit -q -m another").exits(1).says(&bad);
    story.git("push -q origin main").exits(1).says(&bad);
    // What is printed, typed: here, and on the server, past the hook that guards pushes.
    assert_eq!(type_next(&story, &found, "git update-ref", "lena"), 1);
    assert_eq!(story.tip(), good);
    assert_eq!(type_next(&story, &found, "git push", "lena"), 1);
    let there = story.git("ls-remote origin refs/ledger/main").ok().stdout;
    assert!(there.starts_with(&good), "{there}");
    story.ledger("verify").ok();
    story.git("commit -q -m another").ok();
    story.ledger("status").ok();
    // The hook lets nothing else be taken from the server.
    story.git("push -q --force origin refs/ledger/main~1:refs/ledger/main").exits(1).says("would take events");
}

/// What is recorded stands, so it is no failure; the same command takes the bytes away later.
#[test]
fn an_erasure_whose_bytes_cannot_be_taken_away_stands_and_says_so() {
    let story = story();
    story.write_beside("scan.txt", "token: hunter2\n");
    let file = story.beside.path().join("scan.txt").display().to_string();
    story.ledger(["attest", "D-1", "scan", "--evidence", &file]).as_("dario").ok();
    let scan = govledger::domain::id::Digest::of(b"token: hunter2\n").to_string();
    let proposed = story.ledger(["erase", &scan, "--reason", "it holds a token"]).json().ok();
    let lock = story.repo.path().join(".git/refs/ledger-evidence/main.lock");
    std::fs::write(&lock, "").unwrap();
    let told = story.ledger(["cosign", &proposed.text("event.id")]).as_("kim").ok();
    told.says("the bytes are still here")
        .says("done all the same: event")
        .says(&format!("next     ledger erase {scan}"));
    assert_eq!(story.ledger("doctor").run().stdout.matches("git holds this lock").count(), 1);
    std::fs::remove_file(&lock).unwrap();
    story.ledger("doctor").run().says("bytes that were given up are still here");
    assert_eq!(type_next(&story, &told, "ledger erase", "lena"), 1);
    story.ledger("verify").ok().says("0 present, 1 erased").never_says("still here");
}

/// Bytes go, the record stays, and what rested on them is unknown.
#[test]
fn erased_evidence_is_gone_and_what_rested_on_it_is_unknown() {
    let story = story();
    story.write_beside("scan.txt", "token: hunter2\n");
    let file = story.beside.path().join("scan.txt").display().to_string();
    story.ledger(["attest", "D-1", "scan", "--evidence", &file]).as_("dario").ok();
    story.ledger("seal D-1").as_("omar").ok();
    let newest = story.newest();
    let sealed =
        newest.get("body").and_then(|body| body.get("evidence")).and_then(|e| e.as_list().unwrap()[0].get("sha256"));
    let sealed = sealed.unwrap().as_text().unwrap().to_owned();
    let scan = govledger::domain::id::Digest::of(b"token: hunter2\n").to_string();
    let counts = |outcome: &Outcome| {
        ["present", "erased", "missing_count"].map(|key| outcome.get(&format!("evidence.{key}")).as_int().unwrap())
    };
    assert_eq!(counts(&story.ledger("verify").json().ok()), [2, 0, 0]);
    let strict =
        changed(&[("reviewed = \"self has review\"", "reviewed = \"self has scan\"\nsealed = \"self is sealed\"")]);
    adopt(&story, &strict);
    story.ledger("gate ready D-1").ok();

    // Not by one alone, not what nobody cited, not what is only proposed.
    story.ledger("erase 1234 --reason x").exits(2).says("no event cites evidence");
    story.ledger(["erase", &"0".repeat(64), "--reason", "x"]).exits(1).says("claim.evidence");
    story.ledger(["erase", &scan[..12]]).exits(2).says("--reason");
    let words = ["erase", &scan[..12], "--reason", "it holds a token"];
    story.ledger(words).as_("dario").exits(1).says("authority.role");
    let proposed = story.ledger(words).json().ok();
    assert_eq!(proposed.get("event.pending"), Value::Bool(true));
    assert_eq!(counts(&story.ledger("verify").json().ok()), [2, 0, 0]);
    story.ledger("gate ready D-1").ok();
    // The second signature completes it, and the bytes go with it.
    let before = story.git("rev-parse refs/ledger-evidence/main").ok().stdout;
    story.ledger(["cosign", &proposed.text("event.id")]).as_("kim").ok().says("erased").says("git gc --prune=now");
    assert_ne!(story.git("rev-parse refs/ledger-evidence/main").ok().stdout, before);
    assert_eq!(counts(&story.ledger("verify").json().ok()), [1, 1, 0]);
    story.ledger("gate ready D-1").exits(1).says("was erased");
    story.git("gc -q --prune=now").ok();
    let blob = story.git(["hash-object", &file]).ok().stdout;
    story.git(["cat-file", "-e", blob.trim()]).exits(1);
    story.ledger(words).exits(1).says("store.evidence-erased");
    story.ledger(["attest", "D-1", "scan", "--evidence", &file]).as_("dario").exits(1).says("store.evidence-erased");

    // So for what was sealed: whether the seal holds is unknown from then on.
    let proposed = story.ledger(["erase", &sealed, "--reason", "personal data"]).json().ok();
    story.ledger(["cosign", &proposed.text("event.id")]).as_("kim").ok();
    story.ledger("gate ready D-1").exits(1).says("counts as unknown, since its bytes").says("were erased by event");
    assert_eq!(counts(&story.ledger("verify --complete").json().ok()), [0, 2, 0]);

    // A clone that was away brings the bytes back: they are told apart, and taken away again.
    story.git(["update-ref", "refs/ledger-evidence/main", before.trim()]).run();
    let repo = govledger::git::Repo::open(story.repo.path()).unwrap();
    repo.evidence_add(&[b"token: hunter2\n"]).unwrap();
    let told = story.ledger("verify").ok();
    told.says("erased evidence is still here");
    assert_eq!(type_next(&story, &told, "ledger erase", "lena"), 1);
    story.ledger("verify").ok().never_says("still here");
    // What is gone without a record is missing, not erased.
    story.git("update-ref -d refs/ledger-evidence/main").ok();
    assert_eq!(counts(&story.ledger("verify").json().ok()), [0, 2, 0]);
}

/// S2-078: who signs second sees what it is that is signed, at every place where the signature is asked for.
#[test]
fn a_second_signer_is_told_what_the_proposal_says_before_signing_it() {
    let story = story();
    story.person("zed");
    let (own, omars) = (story.public_key("zed").display().to_string(), story.public_key("omar").display().to_string());
    let proposals: [(&[&str], &[&str]); 3] = [
        (
            &[
                "actor",
                "enroll",
                "zed",
                "--kind",
                "human",
                "--public-key",
                &own,
                "--role",
                "approver",
                "--role",
                "lead",
            ],
            &["zed is enrolled as human, in the roles approver, lead", "key of zed: SHA256:"],
        ),
        (
            &["key", "revoke", "omar", &omars, "--reason", "laptop stolen", "--compromised-since", "6"],
            &["it was in other hands from event 6 on", "reason: laptop stolen"],
        ),
        (
            &["actor", "ungrant", "omar", "approver", "--reason", "he left"],
            &["omar no longer holds the role approver", "reason: he left"],
        ),
    ];
    for (words, needed) in proposals {
        let id = story.ledger(words).json().ok().text("event.id");
        is_told(&story, &id, needed);
    }
}

/// Holds what kim reads of a proposal before the signature against what it must say.
fn is_told(story: &Story, id: &str, needed: &[&str]) {
    let short = &id[..8];
    let show = format!("ledger show {short}");
    let tip = story.tip();
    for look in ["inbox", "status --all", &format!("why {short}"), &format!("cosign {short} --dry-run")] {
        let told = story.ledger(look).as_("kim").ok();
        let json = story.ledger(look).as_("kim").json().ok().value().to_canonical();
        for text in needed.iter().copied().chain([show.as_str()]) {
            told.says(text);
            assert!(json.contains(text), "{look} does not say {text:?}: {json}");
        }
    }
    story.ledger("status").as_("kim").ok().says(&show);
    let shown = story.ledger(["show", short]).as_("kim").ok();
    for text in needed {
        shown.says(text);
    }
    assert_eq!(story.tip(), tip, "nothing was written");
}

/// S2-078: a charter that is proposed is compared with the one in force before it is signed, and every place says how.
#[test]
fn a_proposed_charter_is_compared_with_the_one_in_force_before_it_is_signed() {
    let story = story();
    story.ledger("actor grant omar drafter").ok();
    let text = changed(&[
        ("reviewed = \"self has review\"", "reviewed = \"self has at least 2 review\""),
        ("lift  = \"2 lead\"", "lift  = \"lead\""),
    ]);
    let id = story.ledger(with(&story, &["charter", "adopt"], &text, &[])).json().ok().text("event.id");
    let compare = format!("ledger charter diff {}", &id[..8]);
    is_told(&story, &id, &["the charter LIFE is in force", &compare]);
    story.ledger(["show", &id]).ok().says(&compare);
    let seq = story.newest().get("seq").unwrap().as_int().unwrap();
    for word in [&id[..8], "tip", &seq.to_string()] {
        let told = story.ledger(["charter", "diff", word]).as_("kim").exits(1);
        told.says(&format!("{word}: LIFE, proposed by event {seq} of lena"));
        told.says("gates.ready: criterion reviewed was must: self has review; now must: self has at least 2");
        told.says("blocks.HOLD: lift was 2 lead; now lead");
        told.says("gate ready on D-1: PASS -> HOLD");
        told.says("proposal granted omar drafter: waits with 1 signature -> dies");
    }
    let json = story.ledger(["charter", "diff", &id]).as_("kim").json().exits(1);
    assert_eq!(sentences(&json.get("rules")).len(), 2, "{json}");
    // What neither proposes nor adopts a charter says so, and once it is in force nothing differs.
    story.ledger("charter diff 1").exits(2).says("neither proposes nor adopts a charter");
    let done = story.ledger(["cosign", &id]).as_("kim").ok();
    done.says("the charter LIFE is in force").never_says("charter diff");
    story.ledger(["charter", "diff", &id]).ok().says("the rules are the same");
    story.ledger("show tip").ok().says(&format!("ledger charter diff @{seq} @{}", seq + 1));
}
