//! Whole charters: what loads, what is refused, with which words and where.

mod differ;
mod evaluated;
mod refused;
mod said;
mod typed;
mod typos;
mod views;
mod waivers;

use super::*;
use crate::domain::id::ItemId;

const PHASE_E: &str = include_str!("../../../../examples/phase-e/charter.toml");
const FIRST_STEPS: &str = include_str!("../../../../examples/first-steps/charter.toml");

/// A small charter that loads, in which tests replace one thing.
const BASE: &str = r#"
[charter]
semantics = 1
id        = "BASE"
authority = "2 lead"

[roles]
lead     = "human"
reviewer = "human | agent"
builder  = "ci"

[scopes]
code = ["src/**", "!docs/**"]

[sets]
chosen = "DOC-1..DOC-3"

[links]
part_of = "document -> project"
covers  = "document -> topic, inverse covering"

[kinds.project]
id     = 'PRJ-[0-9]+'
states = ["running", "over"]
moves  = ["new -> running by lead", "running -> over by lead if closing"]

[kinds.document]
id     = 'DOC-[0-9]+'
states = ["draft", "final"]
path   = "docs/{id}.md"
moves  = ["new -> draft by lead", "draft -> final by lead if self is present", "final -> draft by lead because mistake | change"]
seal   = "2 lead | reviewer, not author, not review if sealable"
unseal = "2 lead"
fields = { size = "integer 0..100", weight = "ms", group = ["red", "blue"], files = "paths 1..", owner = "actor?", due = "date?", hot = "bool?", notes = "text?", tags = "list?" }

[kinds.topic]
id     = 'T-[a-z]+'
states = ["stated"]
moves  = ["new -> stated by lead"]

[claims]
review = { by = "reviewer | lead", results = ["approve", "reject"], answers = ["read", "understood"] }
bench  = { by = "builder", over = "code", values = { took = "ms", limit = "ms", runs = "integer" } }

[gates.sealable]
final    = "self is final"
reviewed = "self has review"

[gates.closing]
sealed = { must = "every document of self is sealed", why = "a project ends with what it made", cite = "7.2" }
bench  = ["repo has bench with took <= limit within 7d by builder", "self has bench"]
size   = { should = "every document, if any, has size < 50" }
[gates.closing.veto]
hot = "some document that has hot = true is not blocked"

[blocks.HOLD]
on     = "document"
stops  = ["code", "moves", "files"]
by     = "lead if self is not sealed"
lift   = "2 lead if sealable"
record = "PRJ-1"
because = ["rumour"]
fields = { until = "date", detail = "text?" }
"#;

/// Returns the rules of a charter that must load.
fn loaded(text: &str) -> Charter {
    load(text).unwrap_or_else(|problems| panic!("{}", problems.iter().map(|p| show(text, p)).collect::<String>()))
}

/// Returns the base with one thing replaced, which must be there once.
fn with(old: &str, new: &str) -> String {
    assert_eq!(BASE.matches(old).count(), 1, "{old:?} must stand once in the base");
    BASE.replace(old, new)
}

/// Returns the base with lines added at its end.
fn and(more: &str) -> String {
    format!("{BASE}{more}")
}

fn show(text: &str, problem: &Problem) -> String {
    let word = &text[problem.span.clone()];
    let help = problem.help.as_deref().unwrap_or("-");
    format!("{} | {word} | {} | {help}\n", problem.code, problem.message)
}

/// Returns the problems of a charter that must not load, one a line: code, the word underlined, message, help.
fn problems(text: &str) -> String {
    match load(text) {
        Ok(_) => panic!("the charter loads"),
        Err(problems) => problems.iter().map(|p| show(text, p)).collect(),
    }
}

/// Asserts that a charter is refused for one problem that begins so.
#[track_caller]
fn refused(text: &str, expected: &str) {
    let found = problems(text);
    assert!(found.starts_with(expected) && found.lines().count() == 1, "expected {expected}\nfound {found}");
}

#[test]
fn the_examples_and_the_base_load() {
    loaded(PHASE_E);
    loaded(FIRST_STEPS);
    loaded(BASE);
}

#[test]
fn the_phase_e_charter_states_its_rules() {
    let charter = loaded(PHASE_E);
    assert_eq!(charter.id.as_str(), "PHASE-E-KICKOFF");
    assert_eq!(charter.authority_text, "2 platform-governance");
    assert_eq!(charter.authority.terms[0].count, 2);
    assert_eq!(charter.sets["document"].literal().len(), 12);
    assert_eq!(charter.sets["designated-document"].literal().len(), 10);
    let seal = charter.kinds["artifact"].seal.as_ref().unwrap();
    assert_eq!(seal.text, "approver, not author, not review if sealable");
    assert_eq!(seal.who.not, [NotRule::Author, NotRule::Claim("review".parse().unwrap())]);
    assert_eq!(seal.guard, Some(Guard::Gate("sealable".parse().unwrap())));
    let names: Vec<&str> = charter.gates["readiness"].criteria.iter().map(|c| c.name.as_str()).collect();
    let order = "cp21 index present complete deterministic consistent reviewed sealed formal goals mode failures \
                 procedures records checklist decisions risks controls defined rationales topics proof-p1 \
                 proof-p2 proof-p3 proof-p4 proof-p5 proof-p6";
    assert_eq!(names.join(" "), order, "criteria stand in the order of the file");
    let cited = &charter.gates["recordable"].criteria[2].any[0];
    let Predicate::Has { what: Having::Link { link, inverse: true }, .. } = &cited.predicates[0] else { panic!() };
    assert_eq!(link.as_str(), "cites");
    let block = &charter.blocks["DESIGN-BLOCKED"];
    assert_eq!(block.stops, [Stop::Scope("implementation".parse().unwrap()), Stop::Moves]);
    assert_eq!(block.record.as_ref().map(ItemId::as_str), Some("E-12"));
    assert!(charter.blocks["INDEX-CONFLICT"].by.is_none() && charter.blocks["INDEX-CONFLICT"].until.is_some());
    assert!(charter.blocks["NON-AUTHORITATIVE"].stops.is_empty());
}

/// S0-027, S0-036, S0-041, S0-044, S0-090: whatever is not named as design is within the scope that the block stops.
#[test]
fn the_phase_e_scope_holds_code_and_no_documents() {
    let scope = &loaded(PHASE_E).scopes["implementation"];
    for path in [
        "src/migrate/plan.rs",
        "SRC/migrate/plan.rs",
        "apps/web/index.ts",
        "migrations/0001.up.sql",
        "tools/fix.sql",
        "deploy/prod/Dockerfile",
        "a/b/dockerfile",
        "config/runtime/limits.toml",
        "config/build.toml",
        "lib/a",
        ".github/workflows/deploy.yml",
        "a/README.md",
        "a/docs/b",
        "DOCS/b",
    ] {
        assert!(glob::scope_matches_folded(scope, path), "{path}");
    }
    for path in ["docs/16-phase-e/e-05.md", "docs/model.sql", "README.md", "governance/charter.toml", ".ledger"] {
        assert!(!glob::scope_matches_folded(scope, path), "{path}");
    }
}

/// S0-032, S0-063: six topics are to be covered; E-09 and E-10 are documents, but not among those that must be sealed.
#[test]
fn the_phase_e_sets_name_their_items() {
    let charter = loaded(PHASE_E);
    let id = |text: &str| ItemId::parse(text).unwrap();
    assert_eq!(charter.sets["scope-topic"].literal().len(), 6);
    for open in ["E-09", "E-10"] {
        assert!(
            charter.sets["document"].contains(&id(open)) && !charter.sets["designated-document"].contains(&id(open))
        );
    }
}

#[test]
fn one_problem_hides_no_other() {
    let text = with("every document of self is sealed", "every documnt of self is sealed")
        .replace("stops  = [\"code\"", "stops  = [\"cod\"")
        .replace("reviewed = \"self has review\"", "reviewed = \"self has\"");
    assert_eq!(
        problems(&text),
        "charter.syntax |  | found the end, needed a field, a link or a claim | -\n\
         charter.unknown-word | documnt | there is no kind, link or field of paths `documnt` | did you mean `document`?\n\
         charter.unknown-word | cod | there is no scope or field of paths `cod` | did you mean `code`?\n"
    );
}

#[test]
fn no_input_makes_the_loader_panic() {
    use proptest::prelude::*;
    let cut = |at: usize| (0..=at.min(BASE.len())).rev().find(|at| BASE.is_char_boundary(*at)).unwrap_or(0);
    let noise = prop_oneof![".{0,12}", r#"[\[\]{}'"=,.\\|>\n -]{0,8}"#];
    let config = ProptestConfig { failure_persistence: None, cases: 300, ..ProptestConfig::default() };
    proptest!(config, |(at in 0..BASE.len(), gap in 0..20usize, noise in noise)| {
        let text = format!("{}{noise}{}", &BASE[..cut(at)], &BASE[cut(at + gap)..]);
        if let Err(problems) = load(&text) {
            prop_assert!(!problems.is_empty());
            for problem in problems {
                prop_assert!(text.get(problem.span.clone()).is_some(), "{problem:?}");
            }
        }
    });
}

#[test]
fn depth_is_bounded() {
    for text in [
        format!("a = {}1{}", "[".repeat(50_000), "]".repeat(50_000)),
        with("self is final", &format!("every {}document is final", "covers of ".repeat(100))),
        with("self is final", &vec!["self is final"; 500].join(" if ")),
        with("PRJ-[0-9]+", &"(".repeat(50_000)),
    ] {
        assert!(load(&text).is_err());
    }
}

#[test]
fn chains_of_gates_are_bounded() {
    let chain = |length: usize| {
        let name = |n: usize| format!("{}q{n}z{n}", char::from(b'a' + u8::try_from(n % 26).unwrap()));
        let link = |n: usize| format!("[gates.{}]\na = \"self passes {}\"\n", name(n), name(n + 1));
        let links: Vec<String> = (1..length).map(link).collect();
        and(&format!("{}[gates.{}]\na = \"self is final\"\n", links.concat(), name(length)))
    };
    loaded(&chain(64));
    refused(&chain(65), "charter.meaning | cq2z2 | a chain of more than 64 gates, each of which passes the next");
    assert!(load(&chain(5_000)).is_err());
}
