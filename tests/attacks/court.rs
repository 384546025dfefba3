//! A second ledger to attack, with more people, blocks and claims than the first: where rules are bent rather than bytes.

use std::sync::OnceLock;

use crate::sandbox::story::Story;
use crate::sandbox::story::frozen::Frozen;
use crate::site::{Site, TAIL, author, between, replaced};

/// The rules: documents with a file, reviewed by one and sealed by two; two blocks that stop code; a check by a program.
pub(crate) const CHARTER: &str = r#"
[charter]
semantics = 1
id        = "COURT"
authority = "2 lead"

[roles]
lead     = "human"
approver = "human | agent"
reviewer = "human | agent"
drafter  = "human | agent"
builder  = "ci"

[scopes]
code = ["src/**"]

[links]
supersedes = "document -> document"

[kinds.document]
id     = '[A-Za-z]+-[0-9]+'
states = ["draft", "done"]
path   = "docs/**"
fields = { number = "integer?" }
moves  = ["new -> draft by drafter", "draft -> done by drafter if self is present"]
seal   = "2 approver, not author if sealable"
unseal = "2 approver"

[claims]
review   = { by = "reviewer, not author", results = ["approve", "reject"] }
endorsed = { by = "reviewer, not author" }
built    = { by = "builder", over = "code", values = { warnings = "integer" } }

[gates.sealable]
reviewed = "self has review"

[gates.release]
built = "repo has built with warnings = 0"

[blocks.HOLD]
on    = "document"
stops = ["code"]
by    = "lead"
lift  = "2 approver"

[blocks.FREEZE]
on    = "document"
stops = ["code", "moves"]
by    = "lead"
lift  = "approver + reviewer"
"#;

/// Returns a copy of the ledger: DOC-1 is reviewed and not sealed, DOC-2 sealed, DOC-3 has no file, DOC-4 is not reviewed.
pub(crate) fn court() -> Site {
    static STORY: OnceLock<Frozen> = OnceLock::new();
    Site::of(STORY.get_or_init(tell).thaw())
}

fn tell() -> Frozen {
    let people = [
        ("kim", "human", "lead", ""),
        ("omar", "human", "approver", ""),
        ("ines", "human", "approver", ""),
        ("ulla", "human", "approver,reviewer", ""),
        ("raj", "human", "reviewer,drafter", ""),
        ("petra", "human", "reviewer", ""),
        ("dora", "human", "drafter", ""),
        ("mira", "agent", "approver", "omar"),
        ("milo", "agent", "reviewer", "dora"),
        ("rolf", "agent", "drafter", "raj"),
        ("bot", "ci", "builder", "kim"),
    ];
    let story = Story::founded(CHARTER, &people);
    story.ledger("hooks install").ok();
    story.write("docs/one.md", "# One\n");
    story.write("docs/two.md", "# Two\n");
    story.write("docs/four.md", "# Four\n");
    story.commit_file("lena", "src/main.rs", "fn main() {}\n");
    for (id, more) in [
        ("DOC-1", "--path docs/one.md --field number=1"),
        ("DOC-2", "--path docs/two.md"),
        ("DOC-3", ""),
        ("DOC-4", "--path docs/four.md"),
    ] {
        story.ledger(&format!("declare {id} --kind document {more}")).as_("dora").ok();
    }
    story.ledger("attest DOC-1 review").as_("petra").ok();
    story.ledger("attest DOC-2 review").as_("petra").ok();
    story.ledger("seal DOC-2").as_("omar").ok();
    story.ledger("seal DOC-2").as_("ines").ok();
    story.person("omar-2");
    story.person("stranger");
    let second = story.public_key("omar-2").display().to_string();
    let added = story.ledger(["key", "add", "omar", "--public-key", &second]).json().ok();
    story.ledger(["cosign", &added.text("event.id")]).as_("kim").ok();
    story.ledger("declare DOC-9 --kind document --title 'The last'").as_("dora").ok();
    story.freeze()
}

/// Returns what would be signed of an event if somebody said the same again on the present tip, at its time; what was
/// proposed takes effect by it, if it says so itself.
pub(crate) fn again(site: &Site, summary: &str, actor: &str) -> String {
    let text = site.timed(&site.hung_on(&site.unsigned(summary)));
    let name = author(&text).to_owned();
    let text = text.replace(&format!("{name} <> "), &format!("{actor} <> "));
    let text = replaced(&text, &format!("\"actor\":\"{name}\""), &format!("\"actor\":\"{actor}\""));
    replaced(&text, between(&text, "\"id\":\"", "\""), "0123456789abcdef0123456789abcdef")
}

/// Returns a proposal as if it took effect.
pub(crate) fn effective(text: &str) -> String {
    replaced(&replaced(text, "\"pending\":true,", ""), "\n\nproposed ", "\n\n")
}

/// Has somebody say the same as an event that was only proposed, and claim that this completes it.
pub(crate) fn complete_by_hand(site: &Site, summary: &str, actor: &str) {
    site.place(&site.signed(actor, effective(&again(site, summary, actor))));
}

/// Returns the id of the newest event that begins so.
pub(crate) fn id_of(site: &Site, summary: &str) -> String {
    between(&site.unsigned(summary), "\"id\":\"", "\"").to_owned()
}

/// Returns a copy with a proposal to seal DOC-1, signed by omar.
pub(crate) fn proposed() -> Site {
    let site = court();
    site.ledger("seal DOC-1").as_("omar").ok();
    site
}

/// Adopts a charter by both leads.
pub(crate) fn adopt(site: &Site, charter: &str) {
    let file = site.write_beside("next.toml", charter).display().to_string();
    let adopted = site.ledger(["charter", "adopt", &file]).json().ok();
    site.ledger(["cosign", &adopted.text("event.id")]).as_("kim").ok();
}

/// The newest event of the story.
pub(crate) const LAST: &str = TAIL;

/// Returns what would be signed of an event if it followed that commit, with a number and an id.
pub(crate) fn follow(model: &str, parent: &str, bytes: &[u8], seq: u64, id: &str) -> String {
    let prev = govledger::domain::id::Digest::of(bytes).to_string();
    let text = replaced(model, between(model, "parent ", "\n"), parent);
    let text = replaced(&text, between(&text, "\"prev\":\"", "\""), &prev);
    let old = format!("\"seq\":{},", between(&text, "\"seq\":", ","));
    let text = replaced(&text, &old, &format!("\"seq\":{seq},"));
    replaced(&text, between(&text, "\"id\":\"", "\""), id)
}
