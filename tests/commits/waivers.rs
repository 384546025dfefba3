//! A rule about commits that is waived: for the item that a commit serves, everywhere alike, and for nothing else.

use super::Place;
use super::server::GUARDED;

impl Place {
    /// Has omar ask for a waiver and lena approve it.
    fn waived(&self, rule: &str, item: &str) {
        let waive = format!("waive {rule} {item} --reason 'the demo is on Friday' --controls 'it is read twice'");
        self.ledger(&*waive).as_("omar").ok();
        self.ledger(&*waive).ok();
    }
}

/// M0-004: the same outcome in `check`, the hook, a range, the push, the server and `why`, told as WAIVED with whose it is.
#[test]
fn a_waived_rule_is_waived_for_the_packet_that_the_commit_serves() {
    let place = Place::new();
    let todo = "put src/new.rs '// TODO'";
    place.refuses(&format!("{todo}; git commit -q -m m -m \"$packet\"")).says("[commit.line]").says("possible");
    place.waived("CX-600B", "WP-1");
    let unused = |said: &str| {
        place.do_("ledger show WP-1 --format json").says(&format!("\"unused\":{said}"));
        let told = [place.do_("ledger status --all"), place.do_("ledger why CX-600B || true")];
        for told in told {
            assert_eq!(told.stdout.contains(", not used so far"), said == "true", "{told}");
        }
    };
    unused("true");
    // Before there is a message, it is told what the message has to say.
    let told = place.do_("ledger check --staged");
    told.says("WAIVED commits.CX-600B   for WP-1 waived by omar and lena until phase-end");
    told.says("needed: `Work-Packet: WP-1` in the last lines of the message").says("[WP-1/CX-600B/");
    place.do_("ledger why --staged").says("WAIVED   WP-1/CX-600B/");
    let json = place.do_("ledger check --staged --format json");
    json.says("\"code\":\"commit.waived\"").says("\"outcome\":\"WAIVED\"").says("\"refused\":[]");
    place.do_("ledger why ./src/new.rs").says("CX-600B for WP-1, by omar and lena until phase-end");
    let hook = place.do_("git commit -q -m m -m \"$packet\"");
    hook.says("WAIVED commits.CX-600B   for WP-1 waived by omar and lena until phase-end").says("it is read twice");
    place.do_("ledger check --range HEAD~1..HEAD").says("WAIVED commits.CX-600B").says("   commit ");
    let json = place.do_("ledger check --range HEAD~1..HEAD --format json");
    json.says("\"item\":\"WP-1/CX-600B/").says("\"rule\":\"commits.CX-600B\"");
    unused("false");
    // A commit that serves it and breaks nothing needs no waiver.
    place.do_("git reset -q --hard HEAD~1; put src/good.rs; git commit -q -m m -m \"$packet\"");
    unused("true");
    place.do_("git reset -q --hard HEAD@{2}");
    unused("false");
    // Once it is taken back, the rule counts again.
    place.ledger("unwaive CX-600B WP-1 --reason 'the demo is over'").ok();
    place.script("ledger check --range HEAD~1..HEAD").exits(1).says("[commit.line]").never_says("WAIVED");
}

/// An attack: a waiver that is wider than what was granted.
#[test]
fn a_waiver_reaches_no_further_than_what_its_packet_may_change() {
    let place = Place::new();
    place.waived("CX-600B", "WP-1");
    for path in ["app/new.rs", "src/secret/new.rs", "src/SECRET/new.rs"] {
        let refused = place.refuses(&format!("put {path} '// TODO'; git commit -q -m m -m \"$packet\""));
        refused.says("[commit.line]").never_says("WAIVED");
        place.do_("git reset -q --hard");
    }
    // One file within and one outside: the one outside stands against the commit.
    place
        .refuses("put src/a.rs '// TODO'; put app/a.rs '// TODO'; git commit -q -m m -m \"$packet\"")
        .says("app/a.rs:1");
    place.do_("git reset -q --hard");
    // Another packet, another rule.
    place.refuses("put src/a.rs '// TODO'; git commit -q -m m -m 'Work-Packet: WP-2'").says("[commit.line]");
    place.do_("git reset -q --hard");
    let deny = place.script("put src/a.rs '// TODO'; git commit -q -m m -m \"$packet\"").as_("omar").exits(1);
    deny.says("[commit.role]").never_says("[commit.line]");
}

/// A rule of a role, of what is served and of what a branch needs are waived alike.
#[test]
fn every_sort_of_rule_can_be_waived() {
    let place = Place::new();
    place.waived("CX-100", "WP-1");
    place.script("put src/a.rs; git commit -q -m m -m \"$packet\"").as_("omar").ok().says("WAIVED commits.CX-100");
    // WP-2 is not in progress, and may be worked on all the same.
    place.refuses("put app/a.rs; git commit -q -m m -m 'Work-Packet: WP-2'").says("WP-2, which is ready");
    place.waived("CX-580", "WP-2");
    place.do_("git commit -q -m m -m 'Work-Packet: WP-2'").says("WAIVED commits.CX-580   for WP-2");
    // Nobody attested WP-1; what main needs is set aside for commits that serve WP-2, and for no other.
    place.ledger("move WP-1 done").as_("omar").ok();
    place.refuses("git commit -q --allow-empty -m m").says("commits.CX-585");
    place.waived("CX-585", "WP-2");
    place.refuses("put notes/a.md; git commit -q -m m -m 'Work-Packet: WP-2'").says("commits.CX-585");
    place.do_("git reset -q --hard");
    place.do_("put app/b.rs; git commit -q -m m -m 'Work-Packet: WP-2'").says("WAIVED commits.CX-585   for WP-2");
    // What holds needs no waiver.
    place.ledger("attest WP-1 confirmed").as_("omar").ok();
    place.do_("put app/c.rs; git commit -q -m m -m 'Work-Packet: WP-2'").never_says("CX-585");
}

/// The push and the server judge as the hook does. A waiver that is pushed with what it lets through comes too late.
#[test]
fn the_push_and_the_server_know_the_waiver() {
    let place = Place::new();
    place.do_(GUARDED);
    let push = "git push -q origin HEAD:refs/heads/topic 2>&1";
    place.do_("put src/a.rs '// TODO'; round commit -q -m m -m \"$packet\"");
    place.script(push).exits(1).says("[commit.line]");
    place.waived("CX-600B", "WP-1");
    let both = "round push -q origin HEAD:refs/heads/topic refs/ledger/main:refs/ledger/main 2>&1";
    place.script(both).exits(1).says("push them first");
    place.ledger("sync").ok();
    let told = place.do_(push);
    assert_eq!(told.stdout.matches("WAIVED commits.CX-600B   for WP-1").count(), 2, "{told}");
}

#[test]
fn only_what_commits_serve_can_be_let_off_a_rule_about_commits() {
    let place = Place::new();
    place.ledger("declare PHASE-1 --kind phase").as_("omar").ok();
    let waive = |what: &str| format!("waive {what} --reason r --controls c");
    let refused = place.ledger(&*waive("CX-600B PHASE-1")).as_("omar").exits(1);
    refused.says("[waiver.not-possible]").says("an item that commits serve: a packet");
    place.ledger(&*waive("CX-700 WP-1")).as_("omar").exits(1).says("[waiver.not-possible]");
}

/// An attack: a charter that lets a waived rule reach further, or forbid something else.
#[test]
fn a_charter_that_changes_a_waived_rule_is_refused_and_named_beforehand() {
    let place = Place::new();
    place.waived("CX-600B", "WP-1");
    let charter = include_str!("charter.toml");
    for (from, to) in [
        (r"'\bTODO\b', ", ""),
        (r#""scripts/**"]"#, r#""scripts/**", "docs/**"]"#),
        (r#"CX-600B    = { touching = "code""#, r#"CX-600B    = { touching = "code", on = "main""#),
        (r#""CX-585", "CX-600B"]"#, r#""CX-585"]"#),
    ] {
        assert_eq!(charter.matches(from).count(), 1, "{from}");
        place.write("next.toml", &charter.replace(from, to));
        let told = place.ledger("charter diff @tip next.toml").exits(1);
        told.says("CX-600B is waived for WP-1 until ").says("ledger unwaive CX-600B WP-1");
        place.ledger("charter adopt next.toml").exits(1).says("[charter.strands]");
    }
    let reason = charter.replace("why = \"Anti-Vibe Guard\"", "why = \"Code without tricks\"");
    place.write("next.toml", &reason);
    place.ledger("charter adopt next.toml").ok();
    place.do_("put src/a.rs '// TODO'; git commit -q -m m -m \"$packet\"").says("WAIVED");
}
