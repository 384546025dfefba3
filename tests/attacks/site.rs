//! Where attacks are made: a copy of one ledger that the program wrote, and the tools to write what the program would not.

use std::ops::Deref;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use base64ct::{Base64, Encoding};
use curve25519_dalek::{EdwardsPoint, Scalar};
use ed25519_dalek::{SigningKey, hazmat};
use sha2::{Digest as _, Sha512};

use crate::sandbox::clean;
use crate::sandbox::story::Story;
use crate::sandbox::story::frozen::Frozen;

/// The rules of the attacked ledger: documents, reviewed by one and sealed by two.
pub(crate) const CHARTER: &str = r#"
[charter]
semantics = 1
id        = "ATTACKED"
authority = "lead"

[roles]
lead     = "human"
approver = "human"
reviewer = "human"
drafter  = "human | agent"

[scopes]
code = ["src/**"]

[links]
cites = "document -> document"

[kinds.document]
id     = 'DOC-[0-9]+'
states = ["draft", "done"]
path   = "docs/**"
fields = { number = "integer?" }
moves  = ["new -> draft by drafter", "draft -> done by drafter if self is present"]
seal   = "2 approver, not author if sealable"
unseal = "2 approver"

[claims]
review = { by = "reviewer, not author", results = ["approve", "reject"] }

[gates.sealable]
reviewed = "self has review"
"#;

/// The newest event.
pub(crate) const TAIL: &str = "declared DOC-9";

/// A copy of the ledger, its people and its repository.
pub(crate) struct Site(Story);

impl Deref for Site {
    type Target = Story;
    fn deref(&self) -> &Story {
        &self.0
    }
}

impl Site {
    /// Returns a copy of its own. A file of code is staged.
    pub(crate) fn new() -> Site {
        static STORY: OnceLock<Frozen> = OnceLock::new();
        Site(STORY.get_or_init(tell).thaw())
    }

    /// Returns the place of a story of its own.
    pub(crate) fn of(story: Story) -> Site {
        Site(story)
    }

    /// Keeps the place as it is.
    pub(crate) fn freeze(self) -> Frozen {
        self.0.freeze()
    }

    /// Returns the commit of an event by the first line of its message.
    pub(crate) fn commit_of(&self, summary: &str) -> String {
        let log = self.repo.git(["log", "--format=%H %s", "refs/ledger/main"]);
        let line = log.lines().find(|line| line.split_once(' ').unwrap().1 == summary);
        line.unwrap_or_else(|| panic!("no event {summary} in\n{log}"))[..40].to_owned()
    }

    /// Returns the bytes of a commit.
    pub(crate) fn bytes(&self, commit: &str) -> Vec<u8> {
        let mut git = Command::new("git");
        clean(&mut git, self.beside.path());
        let output = git.current_dir(self.repo.path()).args(["cat-file", "commit", commit]).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        output.stdout
    }

    /// Returns the commit of an event as a text.
    pub(crate) fn text(&self, summary: &str) -> String {
        String::from_utf8(self.bytes(&self.commit_of(summary))).unwrap()
    }

    /// Returns what the author of an event signed.
    pub(crate) fn unsigned(&self, summary: &str) -> String {
        let text = self.text(summary);
        let (before, rest) = text.split_once("gpgsig ").unwrap();
        let (_, after) = rest.split_once("-----END SSH SIGNATURE-----\n").unwrap();
        format!("{before}{after}")
    }

    /// Returns a commit with the signature that a person's key makes over it.
    pub(crate) fn signed(&self, key: &str, unsigned: impl AsRef<[u8]>) -> Vec<u8> {
        let unsigned = unsigned.as_ref();
        with_signature(unsigned, &blob(&self.key_of(key), unsigned))
    }

    /// Returns the key of a person.
    pub(crate) fn key_of(&self, name: &str) -> SigningKey {
        let file = std::fs::read_to_string(self.key(name)).unwrap();
        let key = ssh_key::PrivateKey::from_openssh(file).unwrap();
        SigningKey::from_bytes(&key.key_data().ed25519().unwrap().private.to_bytes())
    }

    /// Writes an object of whatever bytes.
    pub(crate) fn write_commit(&self, bytes: &[u8]) -> String {
        self.write_object("commit", bytes)
    }

    /// Writes an object of whatever bytes.
    pub(crate) fn write_object(&self, kind: &str, bytes: &[u8]) -> String {
        use std::io::Write as _;
        let mut git = Command::new("git");
        clean(&mut git, self.beside.path());
        git.args(["hash-object", "-w", "--literally", "--stdin", "-t", kind]).current_dir(self.repo.path());
        let mut child = git.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(bytes).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// Writes a commit and has the ledger end in it.
    pub(crate) fn place(&self, commit: &[u8]) -> String {
        let oid = self.write_commit(commit);
        self.point(&format!("{oid}\n"));
        oid
    }

    /// Writes the file of the ledger's ref.
    pub(crate) fn point(&self, text: &str) {
        std::fs::write(self.repo.path().join(".git/refs/ledger/main"), text).unwrap();
    }

    /// Puts an event, changed and signed anew by its own author, in its place; nothing follows it.
    pub(crate) fn resign(&self, summary: &str, from: &str, to: &str) {
        let text = self.unsigned(summary);
        self.resign_as(author(&text), summary, from, to);
    }

    /// As [`Site::resign`], signed by whomever.
    pub(crate) fn resign_as(&self, key: &str, summary: &str, from: &str, to: &str) {
        self.place(&self.signed(key, replaced(&self.unsigned(summary), from, to)));
    }

    /// Puts an event in its place, with a change that nobody signed.
    pub(crate) fn tamper(&self, summary: &str, from: &str, to: &str) {
        self.place(replaced(&self.text(summary), from, to).as_bytes());
    }

    /// Returns what would be signed of an event if it followed the present tip: parent, `seq` and `prev` are those.
    pub(crate) fn hung_on(&self, unsigned: &str) -> String {
        let tip = self.tip();
        let bytes = self.bytes(&tip);
        let seq: u64 = between(std::str::from_utf8(&bytes).unwrap(), "\"seq\":", ",").parse().unwrap();
        let prev = govledger::domain::id::Digest::of(&bytes).to_string();
        let text = replaced(unsigned, between(unsigned, "parent ", "\n"), &tip);
        let old = format!("\"prev\":\"{}\"", between(&text, "\"prev\":\"", "\""));
        let text = replaced(&text, &old, &format!("\"prev\":\"{prev}\""));
        let old = format!("\"seq\":{},", between(&text, "\"seq\":", ","));
        replaced(&text, &old, &format!("\"seq\":{},", seq + 1))
    }

    /// Returns what would be signed of an event if it were of the time of the present tip.
    pub(crate) fn timed(&self, unsigned: &str) -> String {
        let tip = String::from_utf8(self.bytes(&self.tip())).unwrap();
        let seconds = |text: &str| between(text, &format!("author {} <> ", author(text)), " ").to_owned();
        let at = |text: &str| format!("\"at\":\"{}\"", between(text, "\"at\":\"", "\""));
        let text = unsigned.replace(&format!("<> {} ", seconds(unsigned)), &format!("<> {} ", seconds(&tip)));
        replaced(&text, &at(unsigned), &at(&tip))
    }

    /// Returns what would be signed of an event by a hand that knows the format: it follows the present tip, at its time.
    pub(crate) fn event(&self, actor: &str, role: &str, kind: &str, item: &str, body: &str, summary: &str) -> String {
        let model = self.timed(&self.hung_on(&self.unsigned(TAIL)));
        let payload = model.lines().last().unwrap();
        let of = |key: &str, end: &str| between(payload, &format!("\"{key}\":"), end).to_owned();
        let (at, prev, seq) = (of("at", ","), of("prev", ","), of("seq", ","));
        let id = "0123456789abcdef0123456789abcdef";
        let new = format!(
            "{{\"actor\":\"{actor}\",\"as\":\"{role}\",\"at\":{at},\"body\":{body},\"id\":\"{id}\",\"item\":{item},\
             \"prev\":{prev},\"seq\":{seq},\"type\":\"{kind}\",\"v\":1}}"
        );
        let text =
            replaced(&replaced(&model, payload, &new), "\n\ndeclared DOC-9\n", &format!("\n\n{kind} {summary}\n"));
        text.replace("author dora ", &format!("author {actor} "))
            .replace("committer dora ", &format!("committer {actor} "))
    }

    /// Returns the commit before an event.
    pub(crate) fn before(&self, summary: &str) -> String {
        between(&self.text(summary), "parent ", "\n").to_owned()
    }

    /// Has the ledger end before an event.
    pub(crate) fn end_before(&self, summary: &str) {
        self.point(&format!("{}\n", self.before(summary)));
    }

    /// Returns where the ledger's refs are.
    pub(crate) fn refs(&self) -> String {
        let git = self.repo.path().join(".git");
        let text = |path: &str| std::fs::read(git.join(path)).unwrap_or_default();
        let all = [text("refs/ledger/main"), text("refs/ledger-evidence/main"), text("packed-refs")].concat();
        String::from_utf8_lossy(&all).into_owned()
    }

    /// Returns the file of a loose object, free to be written.
    pub(crate) fn loose(&self, oid: &str) -> std::path::PathBuf {
        use std::os::unix::fs::PermissionsExt as _;
        let file = self.repo.path().join(".git/objects").join(&oid[..2]).join(&oid[2..]);
        if file.exists() {
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
        }
        file
    }
}

/// Returns what stands between two texts, the first of each.
#[track_caller]
pub(crate) fn between<'t>(text: &'t str, begin: &str, end: &str) -> &'t str {
    let (_, rest) = text.split_once(begin).unwrap_or_else(|| panic!("{begin:?} is not in {text}"));
    rest.split_once(end).unwrap_or_else(|| panic!("{end:?} is not in {rest}")).0
}

/// Returns the name of the author of a commit.
pub(crate) fn author(commit: &str) -> &str {
    commit.split_once("\nauthor ").unwrap().1.split(' ').next().unwrap()
}

/// Returns a text with a part of it replaced, once.
#[track_caller]
pub(crate) fn replaced(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from:?} is not in {text}");
    text.replacen(from, to, 1)
}

/// Returns a commit with a signature in it.
pub(crate) fn with_signature(unsigned: &[u8], blob: &[u8]) -> Vec<u8> {
    let header = format!("gpgsig {}\n", armor(blob, 70, "\n").replace('\n', "\n "));
    let at = unsigned.windows(2).position(|pair| pair == b"\n\n").map_or(unsigned.len(), |at| at + 1);
    [&unsigned[..at], header.as_bytes(), &unsigned[at..]].concat()
}

/// Returns the armor of a signature, with lines of a width and an ending.
pub(crate) fn armor(blob: &[u8], width: usize, end: &str) -> String {
    let base64 = Base64::encode_string(blob);
    let lines: Vec<&str> = base64.as_bytes().chunks(width).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN SSH SIGNATURE-----{end}{}{end}-----END SSH SIGNATURE-----", lines.join(end))
}

/// Returns the signature of a key over bytes, as `ssh-keygen -Y sign -n git` makes it.
pub(crate) fn blob(key: &SigningKey, message: &[u8]) -> Vec<u8> {
    use ed25519_dalek::Signer as _;
    let point = key.verifying_key().to_bytes();
    blob_of(&point, &key.sign(&preamble("git", message)).to_bytes())
}

/// Returns the blob of a signature.
pub(crate) fn blob_of(point: &[u8; 32], signature: &[u8; 64]) -> Vec<u8> {
    let mut blob = b"SSHSIG\0\0\0\x01".to_vec();
    blob.extend(string(&key_blob(point)));
    for text in ["git", "", "sha512"] {
        blob.extend(string(text.as_bytes()));
    }
    blob.extend(string(&[string(b"ssh-ed25519"), string(signature)].concat()));
    blob
}

/// Returns what is signed for a message.
pub(crate) fn preamble(namespace: &str, message: &[u8]) -> Vec<u8> {
    let digest = Sha512::digest(message);
    [b"SSHSIG".to_vec(), string(namespace.as_bytes()), string(b""), string(b"sha512"), string(&digest)].concat()
}

/// Returns the blob of a key.
pub(crate) fn key_blob(point: &[u8; 32]) -> Vec<u8> {
    [string(b"ssh-ed25519"), string(point)].concat()
}

/// Returns a key as payloads hold it.
pub(crate) fn key_text(point: &[u8; 32]) -> String {
    format!("ssh-ed25519 {}", Base64::encode_string(&key_blob(point)))
}

/// Returns a string of RFC 4251.
pub(crate) fn string(bytes: &[u8]) -> Vec<u8> {
    [&u32::try_from(bytes.len()).unwrap().to_be_bytes(), bytes].concat()
}

/// Signs a message with a public key and an R that are written as is wanted: S = nonce + k · secret.
pub(crate) fn sign_as(key: &SigningKey, a: &[u8; 32], r: &[u8; 32], nonce: Scalar, message: &[u8]) -> Vec<u8> {
    let data = preamble("git", message);
    let secret = hazmat::ExpandedSecretKey::from(key.as_bytes()).scalar;
    let s = nonce + challenge(a, r, &data) * secret;
    let mut signature = [0; 64];
    signature[..32].copy_from_slice(r);
    signature[32..].copy_from_slice(s.as_bytes());
    blob_of(a, &signature)
}

/// Returns k of a signature.
pub(crate) fn challenge(a: &[u8; 32], r: &[u8; 32], data: &[u8]) -> Scalar {
    let hash = Sha512::new().chain_update(r).chain_update(a).chain_update(data).finalize();
    Scalar::from_bytes_mod_order_wide(&hash.into())
}

/// Returns the bytes of a point.
pub(crate) fn written(point: EdwardsPoint) -> [u8; 32] {
    point.compress().to_bytes()
}

/// Tells the story: everybody is enrolled, DOC-1 is reviewed and sealed by two, dora's and zoe's second keys are revoked.
fn tell() -> Frozen {
    let people = [
        ("omar", "human", "approver", ""),
        ("ines", "human", "approver", ""),
        ("raj", "human", "reviewer", ""),
        ("dora", "human", "drafter", ""),
    ];
    let story = Story::founded(CHARTER, &people);
    story.ledger("hooks install").ok();
    story.commit_file("lena", "docs/one.md", "# One\n");
    story.ledger("declare DOC-1 --kind document --path docs/one.md").as_("dora").ok();
    story.ledger("move DOC-1 done").as_("dora").ok();
    story.ledger("attest DOC-1 review").as_("raj").ok();
    story.ledger("seal DOC-1").as_("omar").ok();
    story.ledger("seal DOC-1").as_("ines").ok();
    story.person("dora-2");
    story.person("stranger");
    let second = story.public_key("dora-2").display().to_string();
    story.ledger(["key", "add", "dora", "--public-key", &second]).ok();
    story.ledger(["key", "revoke", "dora", &second, "--reason", "lost"]).ok();
    story.ledger("declare DOC-8 --kind document").as_("dora").ok();
    story
        .ledger("declare DOC-9 --kind document --title 'Retry twice' --field number=12 --link cites=DOC-1,DOC-8")
        .as_("dora")
        .ok();
    story.write("src/main.rs", "fn main() {}\n");
    story.git("add src").ok();
    story.freeze()
}
