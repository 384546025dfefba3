//! `[waivers.NAME]`: classes that load, and what is refused of them.

use super::*;
use crate::domain::id::RoleId;

/// The base with a class of waivers; each key can be replaced.
fn class(old: &str, new: &str) -> String {
    const CLASS: &str = "[waivers.late]\ncovers = [\"closing.sealed\"]\nby = \"2 lead + reviewer\"\nuntil = \"30d\"\nmost = 2\nwhy = \"it happens\"\ncite = \"4.2\"\n";
    assert_eq!(CLASS.matches(old).count(), 1, "{old:?} must stand once in the class");
    and(&CLASS.replace(old, new))
}

#[test]
fn a_class_says_what_it_covers_who_grants_it_for_how_long_and_how_many() {
    let rules = loaded(&class("late", "late"));
    let class = &rules.waivers["late"];
    assert_eq!(class.covers, ["closing.sealed"]);
    assert_eq!((class.until.to_string().as_str(), class.most), ("30d", Some(2)));
    assert_eq!((class.why.as_deref(), class.cite.as_deref()), (Some("it happens"), Some("4.2")));
    let who: Vec<&str> = class.revoke.terms[0].roles.iter().map(RoleId::as_str).collect();
    assert_eq!((class.revoke.terms[0].count, who), (1, vec!["lead", "reviewer"]), "any one of them revokes");
    let rules = loaded(&self::class("until = \"30d\"\nmost = 2\n", ""));
    assert_eq!((rules.waivers["late"].until, rules.waivers["late"].most), (Lasts::Phase, None));
}

/// M0-004: requester and approver differ.
#[test]
fn a_class_takes_two_people() {
    refused(
        &class("2 lead + reviewer", "lead"),
        "charter.meaning | lead | a waiver takes at least two people: whoever asks for it does not approve it | write `ROLE + ROLE`, or `2 ROLE`",
    );
    loaded(&class("2 lead + reviewer", "2 lead"));
    loaded(&class("2 lead + reviewer", "lead + reviewer, not author"));
}

#[test]
fn only_what_must_be_met_is_covered() {
    refused(
        &class("closing.sealed", "closing.saeled"),
        "charter.unknown-word | closing.saeled | there is no criterion (GATE.CRITERION) or rule about commits `closing.saeled` | did you mean `closing.sealed`?",
    );
    refused(
        &class("closing.sealed", "closing.hot"),
        "charter.meaning | closing.hot | `closing.hot` is a veto, which nothing cancels",
    );
    refused(
        &class("closing.sealed", "closing.size"),
        "charter.meaning | closing.size | `closing.size` is a `should`, which decides nothing",
    );
    refused(
        &class("[\"closing.sealed\"]", "[\"closing.sealed\", \"closing.sealed\"]"),
        "charter.meaning | closing.sealed | `closing.sealed` is covered twice",
    );
    refused(&class("closing.sealed", "closing"), "charter.unknown-word");
    // A veto of the same name does not matter.
    let both = class("late", "late").replace("hot = \"some document", "sealed = \"some document");
    loaded(&both);
}

/// A waiver is for one item: what is judged for the repository alone could be waived for any, and for none with effect.
#[test]
fn what_is_judged_for_the_repository_alone_is_not_covered() {
    let gate = "[gates.health]\nbench = \"repo has bench\"\n";
    let needing = "[commits]\nSOUND = { touching = \"code\", needs = \"repo passes health\" }\n";
    let asking = |more: &str| class("closing.sealed", "health.bench") + gate + more;
    refused(
        &asking(needing),
        "charter.meaning | health.bench | `health.bench` is judged for the repository alone, and a waiver is for one item | leave it out, or ask the gate of an item: `self passes health`",
    );
    let kinds = |rules: &Charter| rules.gates["health"].kinds.iter().map(ToString::to_string).collect::<Vec<_>>();
    // Asked of an item as well, it is waived for that. What guards nothing is asked by hand, of any item.
    let closing = "sealed = { must = \"every document of self is sealed\"";
    let both = asking(needing).replace(closing, &format!("sound = \"self passes health\"\n{closing}"));
    assert_eq!(kinds(&loaded(&both)), ["project"]);
    assert_eq!(kinds(&loaded(&asking(""))), ["document", "project", "topic"]);
    // What is said on a condition may be said of anything.
    let said = asking(needing).replace("[\"approve\", \"reject\"]", "[\"approve if health\", \"reject\"]");
    assert_eq!(kinds(&loaded(&said)), ["document", "project", "topic"]);
}

/// A rule about commits is waived for the item that a commit serves, so that there must be such items.
#[test]
fn a_rule_about_commits_is_covered_where_commits_serve_items() {
    let rule = "[commits]\nNO-TODO = { touching = \"code\", adding = ['TODO'], why = \"later is never\" }\n";
    let covering = |name: &str| class("[\"closing.sealed\"]", &format!("[\"closing.sealed\", \"{name}\"]")) + rule;
    let served = |name: &str| {
        let kind = "path   = \"docs/{id}.md\"\n";
        covering(name).replace(kind, &format!("{kind}scope  = {{ inside = \"files\", trailer = \"Document\" }}\n"))
    };
    refused(
        &covering("NO-TODO"),
        "charter.meaning | NO-TODO | `NO-TODO` is waived for the item that a commit serves, and no kind can be served | give the `scope` of a kind a `trailer`",
    );
    assert_eq!(loaded(&served("NO-TODO")).waivers["late"].covers, ["closing.sealed", "NO-TODO"]);
    refused(
        &served("NO-TOOD"),
        "charter.unknown-word | NO-TOOD | there is no criterion (GATE.CRITERION) or rule about commits `NO-TOOD` | did you mean `NO-TODO`?",
    );
}

/// What a waiver of a rule about commits stands on: all that it says but its reasons, and the files of its scopes.
#[test]
fn a_waived_rule_about_commits_is_kept_while_it_means_the_same() {
    let rule = "[commits]\nR = { touching = \"code\", deny = \"builder\", on = \"main\", adding = ['TODO'], deleting = ['test'], signed = true, with = \"NEWS.md\", needs = \"no document is draft\", why = \"w\" }\n";
    let then = loaded(&and(rule));
    let keeps = |from: &str, to: &str| {
        let text = and(rule);
        assert_eq!(text.matches(from).count(), 1, "{from}");
        loaded(&text.replace(from, to)).keeps_waived(&then, "R")
    };
    assert!(keeps("why = \"w\"", "why = \"another\", cite = \"4\""));
    assert!(keeps("\nR = {", "\nOTHER = { signed = true }\nR = {"));
    for (from, to) in [
        ("deny = \"builder\"", "deny = \"builder | lead\""),
        ("on = \"main\", ", ""),
        ("['TODO']", "['TODO', 'XXX']"),
        ("['test']", "['tests']"),
        ("signed = true, ", ""),
        ("NEWS.md", "OLD.md"),
        ("no document is draft", "no document is final"),
        ("\nR = {", "\nS = {"),
        ("[\"src/**\", \"!docs/**\"]", "[\"src/**\", \"lib/**\"]"),
    ] {
        assert!(!keeps(from, to), "{from} -> {to}");
    }
}

#[test]
fn how_long_and_how_many_are_told_apart() {
    refused(
        &class("30d", "soon"),
        "charter.type | soon | `until` is `phase-end` or a duration such as `90d`, not `soon`",
    );
    refused(
        &class("most = 2", "most = \"30d\""),
        "charter.type | \"30d\" | `most` is a number, how many are active at once, not a text; how long stands in `until`",
    );
    refused(&class("most = 2", "most = 0"), "charter.meaning | 0 | `most` of 0 would allow none");
    refused(&class("most = 2", "moat = 2"), "charter.unknown-key | moat");
}

#[test]
fn the_noun_needs_a_class_and_takes_its_own_words() {
    let sentence =
        |text: &str| class("late", "late").replace("reviewed = \"self has review\"", &format!("reviewed = \"{text}\""));
    for text in [
        "every waiver of self, if any, has review",
        "no waiver of self is active",
        "some waiver that is expired has review",
        "every waiver of document of PRJ-1 is revoked",
        "no waiver is idle 14d",
    ] {
        loaded(&sentence(text));
    }
    refused(
        &sentence("no waiver of self is lifted"),
        "charter.unknown-word | lifted | there is no word for a waiver `lifted`",
    );
    refused(
        &sentence("no waiver of repo is active"),
        "charter.meaning | waiver | no waiver is ever granted for the repository",
    );
    refused(&sentence("waiver of self is active"), "charter.meaning");
    refused(&sentence("no waiver has size"), "charter.unknown-word");
    assert!(problems(&sentence("no waiver passes closing")).contains("| closing | a waiver passes no gate |"));
    refused(
        &with("reviewed = \"self has review\"", "reviewed = \"no waiver of self is active\""),
        "charter.meaning | waiver | no waiver is ever granted: the charter has no class of them",
    );
}

#[test]
fn what_differs_in_a_class_is_told() {
    let told = |new: &str| -> Vec<String> {
        let changes = rule_changes(&loaded(&class("late", "late")), &loaded(new));
        changes.iter().map(RuleChange::sentence).collect()
    };
    assert_eq!(told(&class("30d", "60d")), ["waivers.late: until was 30d; now 60d"]);
    assert_eq!(told(&class("most = 2\n", "")), ["waivers.late: most removed (2)"]);
    assert_eq!(
        told(&class("closing.sealed", "closing.bench")),
        ["waivers.late: covers closing.bench added", "waivers.late: covers closing.sealed removed"]
    );
    assert_eq!(told(BASE), ["waivers.late: removed"]);
}
