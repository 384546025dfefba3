//! The prepared stories that the pages run on. A page names one in a comment, `<!-- story drafted -->`.

use std::path::Path;
use std::process::Command;

use crate::sandbox::story::{PHASE_E_PEOPLE, Story, example};

/// What the pages call the server that everybody shares.
const URL: &str = "https://git.example/switchyard.git";

const PHASE_E_DOCS: &str = "docs/16-phase-e";

/// Returns a prepared story by its name.
pub(crate) fn prepare(name: &str) -> Story {
    match name {
        "first-steps" => first_steps(),
        "phase-e" => phase_e(),
        "drafted" => drafted(phase_e()),
        "sealed" => sealed(drafted(phase_e())),
        "work-packets" => work_packets(),
        other => {
            panic!("no story is called {other:?}; there are first-steps, phase-e, drafted, sealed and work-packets")
        }
    }
}

/// An application and a design, two people with keys, and no ledger yet: what the README has its reader type first.
fn first_steps() -> Story {
    let story = Story::new();
    for name in ["ada", "ben"] {
        person(&story, name);
    }
    let readme = std::fs::read_to_string(crate::root().join("README.md")).unwrap();
    let begun = crate::fences(&readme).into_iter().find(|(word, _)| *word == "sh").unwrap().1;
    let typed = format!("set -e\nGOVLEDGER='{}'\n{begun}", crate::root().display());
    bash(&story, "ada", &typed);
    // The key that was made for Ben is his.
    let made = story.home("ada").join("ben");
    for key in [story.key("ben"), story.home("ben").join(".ssh/id_ed25519")] {
        std::fs::copy(&made, &key).unwrap();
        std::fs::copy(made.with_extension("pub"), key.with_extension("pub")).unwrap();
    }
    story
}

/// The Phase E example with everybody enrolled, its code committed, PHASE-E, MIG-06 (blocked) and CP-21 declared; all of
/// it is on the server too.
fn phase_e() -> Story {
    let story = Story::new();
    person(&story, "lena");
    let others = PHASE_E_PEOPLE.iter().map(|(name, ..)| *name);
    for name in others.chain(["vera", "builder"]) {
        person(&story, name);
    }
    for path in ["src/main.rs", "src/migrate/plan.rs", "migrations/0001.sql", "deploy/Dockerfile"] {
        story.write(path, &example(&format!("phase-e/{path}")));
    }
    story.write("governance/charter.toml", &example("phase-e/charter.toml"));
    story.commit("lena", "Switchyard, as it is");
    bash(&story, "lena", "ledger init --charter governance/charter.toml --actor lena --key ~/.ssh/id_ed25519");
    for (name, kind, roles, operator) in PHASE_E_PEOPLE {
        story.enroll(name, kind, roles, operator);
    }
    bash(&story, "lena", "ledger declare PHASE-E --kind phase --title 'Phase E: orchestration design'");
    bash(&story, "lena", "ledger declare MIG-06 --kind migration --title 'Order history to the new store'");
    let prerequisite = "--kind prerequisite --title 'Warden, leases and policy' --path docs/control-plane/cp-21.md";
    bash(&story, "lena", &format!("ledger declare CP-21 {prerequisite}"));
    bash(&story, "lena", "ledger block MIG-06 DESIGN-BLOCKED --reason 'orchestration is not designed yet'");
    story.commit("lena", "Name the ledger");
    let server = story.beside.path().join("switchyard.git");
    let made = Command::new("git").args(["init", "-q", "--bare", "-b", "main"]).arg(&server).status();
    assert!(made.unwrap().success());
    bash(&story, "lena", &format!("git remote add origin {URL} && git push -q origin main && ledger sync"));
    story
}

/// Four documents are written, declared and committed; E-05 is still a draft.
fn drafted(story: Story) -> Story {
    story.on("2026-01-12");
    for (id, group) in [("e-00", "core"), ("e-01", "core"), ("e-03", "core"), ("e-05", "safety")] {
        let name = if id == "e-00" { "phase-e-artifact-index" } else { id };
        let path = format!("{PHASE_E_DOCS}/{name}.md");
        let text = example(&format!("phase-e/{path}"));
        story.write(&path, &text);
        let (id, title) = (id.to_uppercase(), title(&id.to_uppercase()));
        let words = format!("--kind artifact --title '{title}' --path {path} --field group={group}");
        bash(&story, "dario", &format!("ledger declare {id} {words}"));
    }
    story.write("docs/control-plane/cp-21.md", &example("phase-e/docs/control-plane/cp-21.md"));
    story.commit("dario", "Draft the core documents");
    for id in ["E-00", "E-01", "E-03"] {
        bash(&story, "dario", &format!("ledger move {id} complete"));
    }
    bash(&story, "dario", "git push -q origin main && ledger sync");
    story
}

/// CP-21, E-01 and E-05 are reviewed where that is asked, and sealed; E-01 has a proof.
fn sealed(story: Story) -> Story {
    story.on("2026-01-19");
    bash(&story, "dario", "ledger move E-05 complete");
    for id in ["E-01", "E-05"] {
        let answers = "--answer complete=yes --answer deterministic=yes --answer consistent=yes";
        bash(&story, "petra", &format!("ledger attest {id} review {answers}"));
    }
    let proof = "echo 'E-01 names 5 parts, 8 states, 4 invariants.' >~/p1.txt && \
                 ledger attest E-01 proof --value category=P1 --evidence ~/p1.txt --evidence docs/16-phase-e/e-01.md";
    bash(&story, "dario", proof);
    story.on("2026-01-26");
    bash(&story, "lena", "ledger move CP-21 done");
    bash(&story, "ines", "ledger seal CP-21");
    bash(&story, "omar", "ledger seal E-01");
    bash(&story, "omar", "ledger seal E-05");
    bash(&story, "omar", "git push -q origin main && ledger sync");
    story
}

/// The work-packets example: everybody enrolled, the specification sealed, the phase open and one packet known as a gap, whose file is
/// written. The documents were confirmed, and no program has said anything yet.
fn work_packets() -> Story {
    const STORE: &str = "WP-1-Storage-Abstraction-Layer-20260112";
    const CORE: &str = "src/backend/core/src";
    let story = Story::new();
    story.on("2026-01-12");
    let people = [
        ("orla", "human", "orchestrator", ""),
        ("raj", "human", "coder", ""),
        ("cody", "agent", "coder", "raj"),
        ("vera", "human", "validator", ""),
        ("viktor", "human", "validator", ""),
        ("builder", "ci", "ci", "raj"),
    ];
    person(&story, "ilja");
    for (name, ..) in people {
        person(&story, name);
    }
    let protocols = ["SPEC_CURRENT", "OSS_REGISTER", "ORCHESTRATOR_PROTOCOL", "CODER_PROTOCOL", "VALIDATOR_PROTOCOL"];
    let documents = protocols.iter().map(|name| format!("docs/{name}.md"));
    let packet = format!("docs/task_packets/{STORE}.md");
    let code = ["storage/mod.rs", "api/jobs.rs", "state.rs"].map(|file| format!("{CORE}/{file}"));
    for path in documents.chain(["docs/master_spec/v1.md".to_owned(), packet]).chain(code) {
        story.write(&path, &example(&format!("work-packets/{path}")));
    }
    story.commit("raj", "Handshake, as far as it was written");
    bash(&story, "ilja", "ledger init --template work-packets --actor ilja --key ~/.ssh/id_ed25519");
    for (name, kind, roles, operator) in people {
        let operator = if operator.is_empty() { String::new() } else { format!("--operator {operator}") };
        let key = story.public_key(name);
        let words = format!("--kind {kind} --role {roles} --git-email {name}@example.org {operator}");
        bash(&story, "ilja", &format!("ledger actor enroll {name} --public-key {} {words}", key.display()));
    }
    for name in protocols {
        bash(&story, "orla", &format!("ledger declare {name} --kind protocol --title {name} --path docs/{name}.md"));
    }
    bash(&story, "ilja", "ledger declare SPEC-v1 --kind spec --title 'Master Spec' --path docs/master_spec/v1.md");
    bash(&story, "ilja", "ledger seal SPEC-v1");
    let title = "Storage API Abstraction Pattern";
    bash(
        &story,
        "orla",
        &format!("ledger declare SEC-2.3.12.3 --kind section --title '{title}' --link part_of=SPEC-v1"),
    );
    for number in 1..=3 {
        let words = "--kind requirement --field strength=MUST --link part_of=SEC-2.3.12.3";
        bash(&story, "orla", &format!("ledger declare SEC-2.3.12.3-R{number} {words} --title 'number {number}'"));
    }
    let phase = "--kind phase --title 'Phase 1: portable storage' --field authority=2.3.12 --field decided=2026-01-05";
    bash(&story, "orla", &format!("ledger declare PHASE-1 {phase}"));
    let gap = "--kind packet --title 'A trait in front of the store' --link part_of=PHASE-1 --link depends_on=";
    bash(&story, "orla", &format!("ledger declare {STORE} {gap} --field gate_critical=true"));
    bash(&story, "orla", "ledger attest ORCHESTRATOR_PROTOCOL acknowledged");
    for name in protocols.iter().filter(|name| **name != "OSS_REGISTER").chain([&"SPEC-v1"]) {
        bash(&story, "orla", &format!("ledger attest {name} confirmed"));
    }
    bash(&story, "vera", "ledger attest OSS_REGISTER vetted");
    bash(&story, "orla", "ledger render task-board --write");
    story.commit("orla", "The protocol, and the board");
    bash(&story, "orla", "ledger hooks install");
    story
}

/// Returns the title that the index of the example gives.
fn title(id: &str) -> String {
    let index = example("phase-e/docs/16-phase-e/phase-e-artifact-index.md");
    let row = index.lines().find(|line| line.starts_with(&format!("| {id} |"))).unwrap();
    row.split('|').nth(2).unwrap().trim().to_owned()
}

/// Gives a person a key where `ssh-keygen` puts it, and the server its name.
fn person(story: &Story, name: &str) {
    story.person(name);
    let home = story.home(name);
    std::fs::create_dir_all(home.join(".ssh")).unwrap();
    let key = home.join(".ssh/id_ed25519");
    std::fs::copy(story.key(name), &key).unwrap();
    std::fs::copy(story.public_key(name), key.with_extension("pub")).unwrap();
    let server = story.beside.path().join("switchyard.git");
    let config = std::fs::read_to_string(home.join(".gitconfig")).unwrap();
    let config = format!("{config}[url \"{}\"]\n\tinsteadOf = {URL}\n", server.display());
    std::fs::write(home.join(".gitconfig"), config).unwrap();
}

/// Runs a line of shell that has to succeed.
fn bash(story: &Story, who: &str, line: &str) {
    story.call(Path::new("bash"), ["-c", line]).as_(who).env("PATH", path()).ok();
}

/// Returns a `PATH` on which the program that was built comes first.
pub(crate) fn path() -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_ledger")).parent().unwrap();
    format!("{}:{}", program.display(), std::env::var("PATH").unwrap())
}
