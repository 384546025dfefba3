//! The table of `docs/threat-model.md`, held against the tests.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use crate::attack::Attack;

const FAMILIES: &[(&str, &[Attack])] = &[
    ("Objects that are damaged, missing or offered twice", crate::objects::ALL),
    ("The ref", crate::refs::ALL),
    ("Headers and message", crate::headers::ALL),
    ("Armor and blob of the signature", crate::armor::ALL),
    ("Signatures and keys", crate::signatures::ALL),
    ("JSON", crate::json::ALL),
    ("Payload", crate::payload::ALL),
    ("The chain", crate::chain::ALL),
    ("Actors, keys and roles", crate::actors::ALL),
    ("Flags, gates and facts", crate::rules::ALL),
    ("One person in many shapes", crate::people::ALL),
    ("Votes and rules that change", crate::votes::ALL),
    ("Waivers that are bent", crate::waivers::ALL),
    ("What a statement is about", crate::binding::ALL),
    ("Ids, paths and revisions", crate::names::ALL),
    ("Commits of code", crate::ways::ALL),
    ("Trees and branches", crate::trees::ALL),
    ("Remotes that lie", crate::remotes::ALL),
    ("What is planted in a clone", crate::planted::ALL),
    ("Bundles", crate::files::ALL),
    ("Pushes past the guard of a server", crate::guard::ALL),
    ("Pushes past the guard, line by line and ref by ref", crate::lines::ALL),
    ("Ways back on a guarded server", crate::back::ALL),
    ("What was judged, signed or noted once, used again", crate::replays::ALL),
    ("What lies around: environment, caches, terminals, size", crate::around::ALL),
];

const BEGIN: &str = "<!-- attacks:begin -->\n";
const END: &str = "<!-- attacks:end -->";

fn name(attack: &Attack) -> &str {
    attack.test.split_once("::").unwrap().1
}

fn table() -> String {
    let mut table = String::new();
    for (family, attacks) in FAMILIES {
        write!(table, "\n### {family}\n\n| attack | what is said | code | exit | test |\n|---|---|---|---|---|\n")
            .unwrap();
        for attack in *attacks {
            let code = if attack.code.is_empty() { "none".to_owned() } else { format!("`{}`", attack.code) };
            let (what, says) = (attack.what.replace('|', "\\|"), attack.says.replace('|', "\\|"));
            writeln!(table, "| {what} | {says} | {code} | {} | `{}` |", attack.exit, name(attack)).unwrap();
        }
    }
    format!("{table}\n")
}

/// `SNAPSHOTS=overwrite` writes the table anew.
#[test]
fn the_threat_model_lists_every_attack_as_its_test_demands_it() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/threat-model.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let page_now = format!("{before}{BEGIN}{}{END}{after}", table());
    if std::env::var_os("SNAPSHOTS").is_some_and(|value| value == "overwrite") {
        std::fs::write(&path, &page_now).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), page_now, "SNAPSHOTS=overwrite writes the table");
}

#[test]
fn every_test_of_this_program_is_an_attack_of_the_table() {
    let output = Command::new(std::env::current_exe().unwrap()).arg("--list").output().unwrap();
    let listed = String::from_utf8(output.stdout).unwrap();
    let tests: BTreeSet<&str> = listed.lines().filter_map(|line| line.strip_suffix(": test")).collect();
    let attacks: Vec<&str> = FAMILIES.iter().flat_map(|(_, attacks)| attacks.iter().map(name)).collect();
    let known: BTreeSet<&str> = attacks.iter().copied().collect();
    assert_eq!(known.len(), attacks.len(), "an attack stands twice");
    let others: Vec<&&str> = tests.difference(&known).filter(|test| !test.starts_with("table::")).collect();
    assert!(others.is_empty() && tests.is_superset(&known), "no attack of the table: {others:?}");
    assert_eq!(tests.len(), known.len() + 2);
    let told: BTreeSet<&str> = FAMILIES.iter().flat_map(|(_, all)| all.iter().map(|attack| attack.what)).collect();
    assert_eq!(told.len(), attacks.len(), "two attacks are said to be the same");
}
