//! What several modules begin with.

use std::path::PathBuf;

use crate::sandbox::story::Story;

/// Where the index of the documents is.
pub(crate) const INDEX: &str = "docs/16-phase-e/phase-e-artifact-index.md";

/// The Phase E story in which dario drafts E-00 and E-01 on 2026-01-12 and declares both, E-01 as `Overview`; the index and the file
/// call it `title`.
pub(crate) fn drafted(title: &str) -> Story {
    let story = Story::phase_e();
    story.on("2026-01-12");
    let row = |id: &str, title: &str, path: &str| format!("| {id} | {title} | {path} |\n");
    let rows = row("E-00", "The index", INDEX) + &row("E-01", title, "docs/16-phase-e/e-01.md");
    story.write("docs/control-plane/cp-21.md", "# Control plane\n");
    story.write("docs/16-phase-e/e-01.md", &format!("# {title}\n"));
    story.write("src/plan.rs", "fn plan() {}\n");
    story.write(INDEX, &format!("# Index\n\n| ID | Title | Path |\n|---|---|---|\n{rows}"));
    story.commit("dario", "Draft");
    declare(&story, "E-00", "The index", INDEX);
    declare(&story, "E-01", "Overview", "docs/16-phase-e/e-01.md");
    story
}

/// Declares a document as dario.
pub(crate) fn declare(story: &Story, id: &str, title: &str, path: &str) {
    let words = ["declare", id, "--kind", "artifact", "--title", title, "--path", path, "--field", "group=core"];
    story.ledger(words).as_("dario").ok();
}

/// Approves of a document.
pub(crate) fn review(story: &Story, id: &str, by: &str) {
    let answers = "--answer complete=yes --answer deterministic=yes --answer consistent=yes";
    story.ledger(&format!("attest {id} review {answers}")).as_(by).ok();
}

/// Makes a remote, and returns where it is.
pub(crate) fn remote(story: &Story) -> PathBuf {
    let path = story.beside.path().join("remote.git");
    story
        .git(["init".as_ref(), "-q".as_ref(), "--bare".as_ref(), "-b".as_ref(), "main".as_ref(), path.as_os_str()])
        .ok();
    story.git(["remote".as_ref(), "add".as_ref(), "origin".as_ref(), path.as_os_str()]).ok();
    path
}
