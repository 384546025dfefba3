//! Waivers that are bent: kept longer, made wider, granted by fewer people, or used for something else than they were granted for.

use std::sync::OnceLock;

use crate::attack::Told;
use crate::court::{again, complete_by_hand, effective};
use crate::sandbox::story::frozen::Frozen;
use crate::sandbox::story::{Outcome, Story};
use crate::site::{Site, author, between, replaced};

/// The rules: packets of a phase, finished when somebody validated them; that, and lines that put work off, may be waived by two.
const CHARTER: &str = r#"
[charter]
semantics = 1
id        = "WAIVED"
authority = "user"

[roles]
user         = "human"
orchestrator = "human | agent"

[scopes]
code = ["src/**"]

[links]
part_of = "packet -> phase"

[kinds.document]
id     = 'DOC-[0-9]+'
states = ["draft"]
moves  = ["new -> draft by orchestrator"]

[kinds.phase]
id     = 'PHASE-[0-9]+'
states = ["open", "closed"]
moves  = ["new -> open by orchestrator", "open -> closed by user"]

[kinds.packet]
id     = 'WP-[0-9]+'
states = ["ready", "done"]
scope  = { inside = "paths", trailer = "Work-Packet" }
moves  = ["new -> ready by orchestrator", "ready -> done by orchestrator if finished"]
fields = { paths = "globs 1.." }

[claims]
validated = { by = "user", results = ["pass", "fail"] }
tested    = { by = "user", results = ["pass", "fail"] }

[gates.finished]
validated = "self has validated"
tested    = "self has tested"
[gates.finished.veto]
validated = "self has validated = fail"

[commits]
CX-600B = { touching = "code", adding = ['\bTODO\b'], why = "Anti-Vibe Guard" }
CX-600C = { touching = "code", adding = ['\bunsafe\b'], why = "Anti-Vibe Guard" }

[waivers.late]
covers = ["finished.validated", "CX-600B"]
by     = "2 orchestrator | user"
until  = "14d"
"#;

/// The end of what is waived, which is 2026-01-20.
const WAIVE: &str = "--reason 'the demo is on Friday' --controls 'it is read twice' --until 2026-01-20";

/// Returns a copy: WP-1 and WP-2 of PHASE-1 are ready, and are tested. omar has two keys, and operates bot.
fn shop() -> Site {
    static STORY: OnceLock<Frozen> = OnceLock::new();
    Site::of(STORY.get_or_init(tell).thaw())
}

fn tell() -> Frozen {
    let people = [
        ("omar", "human", "orchestrator,user", ""),
        ("dora", "human", "orchestrator", ""),
        ("bot", "agent", "orchestrator", "omar"),
    ];
    let story = Story::founded(CHARTER, &people);
    story.ledger("hooks install").ok();
    story.write("src/one/main.rs", "fn main() {}\n");
    story.commit_file("lena", "src/two/main.rs", "fn main() {}\n");
    story.ledger("declare PHASE-1 --kind phase").as_("omar").ok();
    for (packet, paths) in [("WP-1", "src/one/**"), ("WP-2", "src/two/**")] {
        let words = format!("declare {packet} --kind packet --link part_of=PHASE-1 --field paths={paths}");
        story.ledger(&*words).as_("omar").ok();
        story.ledger(&format!("attest {packet} tested")).ok();
    }
    story.person("omar-2");
    let second = story.public_key("omar-2").display().to_string();
    story.ledger(["key", "add", "omar", "--public-key", &second]).ok();
    story.ledger("declare DOC-9 --kind document").as_("dora").ok();
    story.freeze()
}

/// Returns a copy in which omar asked for a waiver of what WP-1 lacks, and nobody approved it.
fn asked() -> Site {
    let site = shop();
    site.ledger(&format!("waive finished.validated WP-1 {WAIVE}")).as_("omar").ok();
    site
}

/// Returns a copy in which a rule is waived for WP-1.
fn waived(rule: &str) -> Site {
    let site = shop();
    for name in ["omar", "lena"] {
        site.ledger(&format!("waive {rule} WP-1 {WAIVE}")).as_(name).ok();
    }
    site
}

/// The event that omar signed in [`asked`].
const ASKED: &str = "proposed waived WP-1 finished.validated";

/// Has dora commit a file, as whose packet the message says; nothing is committed that is refused.
fn commit(site: &Site, path: &str, text: &str, packet: &str, moment: &str) -> Outcome {
    site.write(path, text);
    site.git("add src").ok();
    let before = site.head();
    let message = format!("Work-Packet: {packet}");
    let outcome = site.git(["commit", "-q", "-m", "m", "-m", &message]).as_("dora").at(moment).run();
    assert_eq!(site.head() == before, outcome.code != 0, "{outcome}");
    outcome
}

/// Demands that a commit is refused, and that nothing is told to be waived.
#[track_caller]
fn stays_out(told: &Told<'_>, outcome: &Outcome) {
    told.of(outcome);
    outcome.never_says("WAIVED");
}

/// Takes the move of WP-1, which its waiver allows, out of the ledger again, and returns what omar signed for it.
fn taken_back(site: &Site) -> String {
    site.ledger("move WP-1 done").as_("omar").ok();
    let moved = site.unsigned("moved WP-1 done");
    site.end_before("moved WP-1 done");
    moved
}

const NOON: &str = "2026-01-10T12:00:00Z";

attacks! {
    "the second signature of a waiver is dated back to before the day with which it ends"
    a_waiver_that_is_approved_as_if_it_were_yesterday: "format.time-backwards" 3 "waived WP-1 finished.validated"; |told| {
        let site = asked();
        site.on("2026-01-25");
        site.ledger("declare DOC-10 --kind document").as_("dora").ok();
        site.ledger(&format!("waive finished.validated WP-1 {WAIVE}")).exits(1).says("[waiver.until]");
        // As `again`, but at the time of the proposal.
        let text = site.hung_on(&site.unsigned(ASKED)).replace("omar <> ", "lena <> ");
        let text = replaced(&replaced(&text, "\"actor\":\"omar\"", "\"actor\":\"lena\""), "\"as\":\"orchestrator\"", "\"as\":\"user\"");
        let text = replaced(&text, between(&text, "\"id\":\"", "\""), "0123456789abcdef0123456789abcdef");
        site.place(&site.signed("lena", effective(&text)));
        told.stops(&site);
    }

    "the approval of a waiver names another rule than was asked for"
    a_waiver_that_is_wider_than_what_was_asked_for: "authority.pending-flag" 3 "1 of 2 places are filled"; |told| {
        let site = asked();
        let wider = effective(&again(&site, ASKED, "lena"));
        let wider = replaced(&wider, "\"rule\":\"finished.validated\"", "\"rule\":\"CX-600B\"");
        let wider = replaced(&wider, "waived WP-1 finished.validated", "waived WP-1 CX-600B");
        site.place(&site.signed("lena", replaced(&wider, "\"as\":\"orchestrator\"", "\"as\":\"user\"")));
        told.stops(&site);
    }

    "a waiver is approved by an agent of whoever asked for it"
    a_waiver_that_the_agent_of_the_one_who_asks_approves: "authority.voted-twice" 3 "bot"; |told| {
        let site = asked();
        let before = site.refs();
        site.ledger(&format!("waive finished.validated WP-1 {WAIVE}")).as_("bot").exits(1).says("[authority.voted-twice]");
        assert_eq!(site.refs(), before);
        complete_by_hand(&site, ASKED, "bot");
        told.stops(&site);
    }

    "a waiver is approved by whoever asked for it, with a second key"
    a_waiver_that_one_person_grants_with_two_keys: "authority.voted-twice" 3 "omar signed this proposal already"; |told| {
        let site = asked();
        let second = site.key("omar-2").display().to_string();
        let own = format!("waive finished.validated WP-1 {WAIVE} --key {second}");
        site.ledger(&*own).as_("omar").exits(1).says("[authority.voted-twice]");
        site.place(&site.signed("omar-2", effective(&again(&site, ASKED, "omar"))));
        told.stops(&site);
    }

    "an item is moved on by a waiver of a criterion, while a veto of the same gate stands"
    a_waived_criterion_under_a_veto: "guard.unmet" 3 "VETO"; |told| {
        let site = waived("finished.validated");
        let moved = taken_back(&site);
        site.ledger("attest WP-1 validated --result fail").ok();
        site.ledger("gate finished WP-1").exits(1).says("VETO").says("WAIVED");
        site.ledger("move WP-1 done").as_("omar").exits(1).says("[guard.unmet]");
        site.place(&site.signed("omar", site.timed(&site.hung_on(&moved))));
        told.stops(&site);
    }

    "the waiver of one item is used to move another"
    a_waiver_of_one_item_that_moves_another: "guard.unmet" 3 "validated"; |told| {
        let site = waived("finished.validated");
        let moved = taken_back(&site);
        site.ledger("move WP-2 done").as_("omar").exits(1).says("[guard.unmet]");
        let other = replaced(&replaced(&moved, "moved WP-1 done", "moved WP-2 done"), "\"item\":\"WP-1\"", "\"item\":\"WP-2\"");
        assert_eq!(author(&other), "omar");
        site.place(&site.signed("omar", other));
        told.stops(&site);
    }

    "code that a waiver let in is committed after its day, with the clock set back"
    a_waiver_that_a_clock_makes_last: "commit.line" 1 "src/one/new.rs:1 adds"; |told| {
        let site = waived("CX-600B");
        commit(&site, "src/one/old.rs", "// TODO\n", "WP-1", NOON).says("WAIVED commits.CX-600B");
        site.on("2026-01-25");
        site.ledger("declare DOC-10 --kind document").as_("dora").ok();
        stays_out(told, &commit(&site, "src/one/new.rs", "// TODO\n", "WP-1", NOON));
    }

    "code that a waiver let in is committed when its phase is over"
    a_waiver_that_is_kept_over_the_end_of_its_phase: "commit.line" 1 "src/one/new.rs:1 adds"; |told| {
        let site = waived("CX-600B");
        commit(&site, "src/one/old.rs", "// TODO\n", "WP-1", NOON).says("WAIVED commits.CX-600B");
        site.ledger("move PHASE-1 closed").ok();
        stays_out(told, &commit(&site, "src/one/new.rs", "// TODO\n", "WP-1", NOON));
    }

    "a class of waivers is widened, the waiver granted and the code that it lets in added, all in one push"
    a_class_that_is_widened_for_one_push: "commit.line" 1 "src/one/new.rs:1 adds"; |told| {
        let site = shop();
        let server = site.beside.path().join("server.git");
        let found = "git init -q --bare -b main \"$SERVER\"; git remote add origin \"$SERVER\"; git -c core.hooksPath=/dev/null push -q origin main refs/ledger/main";
        site.shell(found).env("SERVER", &server).ok();
        site.ledger("hooks install --server").in_(&server).ok();
        let wider = site.write_beside("wider.toml", &replaced(CHARTER, "\"CX-600B\"]", "\"CX-600B\", \"CX-600C\"]"));
        site.ledger(["charter", "adopt", &wider.display().to_string()]).ok();
        for name in ["omar", "lena"] {
            site.ledger(&format!("waive CX-600C WP-1 {WAIVE}")).as_(name).ok();
        }
        // Whoever has the waiver already is let through; the server has not.
        commit(&site, "src/one/new.rs", "unsafe fn new() {}\n", "WP-1", NOON).says("WAIVED commits.CX-600C");
        let push = "git -c core.hooksPath=/dev/null push -q origin refs/ledger/main main";
        let outcome = site.shell(push).run();
        told.of(&outcome);
        assert_eq!(site.git("rev-parse main").in_(&server).ok().stdout, site.git("rev-parse main~1").ok().stdout);
    }
}
