//! The commit object of an event: encoder and decoder, side by side.
//!
//! One event has one object: decoding takes the headers apart and then demands that encoding what was read gives the same
//! bytes. What git would accept beside that (other armor, more headers, another order) is no event.

use super::code::Code;
use super::error::FormatError;
use super::event::{Event, MAX_PAYLOAD};
use super::id::{Digest, TaggedOid};
use super::sshsig::{Signature, Verifier};
use super::time::Timestamp;

/// The most bytes that an event's commit can have: the payload and a generous bound for headers, signature and summary.
pub const MAX_COMMIT: usize = MAX_PAYLOAD + 16 * 1024;

/// The object format of a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectFormat {
    /// SHA-1, 40 digits.
    Sha1,
    /// SHA-256, 64 digits.
    Sha256,
}

impl ObjectFormat {
    /// Returns git's name of the format.
    pub const fn as_str(self) -> &'static str {
        match self {
            ObjectFormat::Sha1 => "sha1",
            ObjectFormat::Sha256 => "sha256",
        }
    }

    /// Returns the object id of the empty tree.
    pub const fn empty_tree(self) -> &'static str {
        match self {
            ObjectFormat::Sha1 => "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
            ObjectFormat::Sha256 => "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
        }
    }

    /// Returns the name of the header that holds the signature.
    const fn signature_header(self) -> &'static str {
        match self {
            ObjectFormat::Sha1 => "gpgsig",
            ObjectFormat::Sha256 => "gpgsig-sha256",
        }
    }
}

/// An event as it was read from its commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedEvent {
    /// The event.
    pub event: Event,
    /// The commit it follows, as the header names it.
    pub parent: Option<TaggedOid>,
    /// The signature, not yet verified.
    pub signature: Signature,
    /// SHA-256 of the commit's bytes.
    pub sha256: Digest,
    signed: String,
}

impl SignedEvent {
    /// Checks the signature over the bytes of the event; `verifier` keeps keys that it has met.
    ///
    /// # Errors
    /// `trust.signature` where it does not verify.
    pub fn verify_with(&self, verifier: &mut Verifier) -> Result<(), FormatError> {
        verifier.verify(&self.signature, self.signed.as_bytes())
    }
}

/// Returns the bytes that an event's author signs: the commit without its signature.
pub fn unsigned(format: ObjectFormat, parent: Option<&TaggedOid>, event: &Event) -> String {
    format!("{}\n{}", headers_of(format, parent, event), message_of(event))
}

/// Returns the commit object of an event.
pub fn encode(format: ObjectFormat, parent: Option<&TaggedOid>, event: &Event, signature: &Signature) -> Vec<u8> {
    assemble(format, &headers_of(format, parent, event), signature, &message_of(event)).into_bytes()
}

fn assemble(format: ObjectFormat, headers: &str, signature: &Signature, message: &str) -> String {
    let folded = signature.to_armor().replace('\n', "\n ");
    format!("{headers}{} {folded}\n\n{message}", format.signature_header())
}

/// Returns whether a commit is what [`assemble`] makes of its parts, without making it.
fn is_assembled(commit: &str, format: ObjectFormat, headers: &str, armor: &str, message: &str) -> bool {
    let header = commit.strip_prefix(headers).and_then(|rest| rest.strip_prefix(format.signature_header()));
    let folded = armor.split('\n').try_fold(header.unwrap_or_default(), |rest, line| {
        // After the header's name comes a space, and so after every line feed within it.
        rest.strip_prefix(' ')?.strip_prefix(line)?.strip_prefix('\n')
    });
    folded.and_then(|rest| rest.strip_prefix('\n')) == Some(message)
}

fn message_of(event: &Event) -> String {
    format!("{}\n\n{}\n", event.summary(), event.encode())
}

fn headers_of(format: ObjectFormat, parent: Option<&TaggedOid>, event: &Event) -> String {
    let who = format!("{} <> {} +0000", event.actor, event.at.seconds());
    let parent = parent.map(|oid| format!("parent {}\n", hex(oid))).unwrap_or_default();
    format!("tree {}\n{parent}author {who}\ncommitter {who}\n", format.empty_tree())
}

fn hex(oid: &TaggedOid) -> &str {
    oid.as_str().split_once(':').map_or("", |(_, hex)| hex)
}

/// Reads the commit object of an event. The signature is read, not verified.
///
/// # Errors
/// The code of the first deviation from the format that is found.
pub fn decode(format: ObjectFormat, bytes: &[u8]) -> Result<SignedEvent, FormatError> {
    if bytes.len() > MAX_COMMIT {
        let detail = format!("a commit of {} bytes; an event has at most {MAX_COMMIT}", bytes.len());
        return Err(FormatError::new(Code::FormatSize, detail));
    }
    let text = std::str::from_utf8(bytes).map_err(|e| {
        FormatError::new(Code::FormatEncoding, format!("the commit is not UTF-8 (byte {})", e.valid_up_to()))
    })?;
    if text.contains('\0') {
        return Err(FormatError::new(Code::FormatText, "the commit holds a NUL"));
    }
    let (headers, message) =
        text.split_once("\n\n").ok_or_else(|| FormatError::new(Code::FormatCommit, "the commit has no message"))?;
    let headers = Headers::read(format, headers)?;
    let event = read_message(message)?;
    headers.check_identity(&event)?;
    if event.prev.is_some() != headers.parent.is_some() {
        return Err(FormatError::new(
            Code::FormatParents,
            "the commit's parent and the payload's `prev` contradict each other",
        ));
    }
    let signature = Signature::parse_armor(&headers.armor)?;
    // Armor and message were held against what signature and event encode to when they were read.
    let plain = headers_of(format, headers.parent.as_ref(), &event);
    if !is_assembled(text, format, &plain, &headers.armor, message) {
        return Err(FormatError::new(Code::FormatRebuild, "the commit is not what its own content encodes to"));
    }
    let signed = format!("{plain}\n{message}");
    Ok(SignedEvent { event, parent: headers.parent, signature, sha256: Digest::of(bytes), signed })
}

/// The headers of a commit, each in its one place.
struct Headers {
    parent: Option<TaggedOid>,
    author: String,
    committer: String,
    armor: String,
}

impl Headers {
    fn read(format: ObjectFormat, text: &str) -> Result<Headers, FormatError> {
        let mut lines = text.split('\n').peekable();
        let mut next = |name: &str| match lines.next_if(|line| line.split(' ').next() == Some(name)) {
            None => None,
            Some(line) => {
                let mut value = line[name.len()..].trim_start_matches(' ').to_owned();
                while let Some(more) = lines.next_if(|line| line.starts_with(' ')) {
                    value.push('\n');
                    value.push_str(&more[1..]);
                }
                Some(value)
            }
        };
        let tree = next("tree")
            .ok_or_else(|| FormatError::new(Code::FormatCommit, "the commit does not begin with a tree"))?;
        if tree != format.empty_tree() {
            return Err(FormatError::new(
                Code::FormatTree,
                format!("the tree is {tree:?}; an event has the empty tree"),
            ));
        }
        let parent = next("parent").map(|oid| TaggedOid::parse(&format!("{}:{oid}", format.as_str()))).transpose()?;
        if next("parent").is_some() {
            return Err(FormatError::new(Code::FormatParents, "the commit has two parents; an event has one"));
        }
        let missing = |name: &str| {
            FormatError::new(Code::FormatHeader, format!("the header `{name}` is missing or out of its place"))
        };
        let author = next("author").ok_or_else(|| missing("author"))?;
        let committer = next("committer").ok_or_else(|| missing("committer"))?;
        let armor = next(format.signature_header());
        if let Some(line) = lines.next() {
            let name = line.split(' ').next().unwrap_or_default();
            return Err(FormatError::new(
                Code::FormatHeader,
                format!("the header {name:?} is not one of an event, or out of its place"),
            ));
        }
        let armor = armor.ok_or_else(|| FormatError::new(Code::FormatUnsigned, "the commit carries no signature"))?;
        Ok(Headers { parent, author, committer, armor })
    }

    fn check_identity(&self, event: &Event) -> Result<(), FormatError> {
        let needed = format!("{} <> ", event.actor);
        for (name, found) in [("author", &self.author), ("committer", &self.committer)] {
            let seconds = found.strip_prefix(&needed).and_then(|rest| rest.strip_suffix(" +0000"));
            let digits = |text: &&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            let Some(seconds) = seconds.filter(digits) else {
                let detail = format!("the {name} is {found:?}; the payload makes it `{needed}SECONDS +0000`");
                return Err(FormatError::new(Code::FormatIdentity, detail));
            };
            let moment = seconds.parse().ok().and_then(|n| Timestamp::from_seconds(n).ok());
            if moment != Some(event.at) {
                let detail = format!(
                    "the {name}'s time is {seconds:?}; the payload's `at` is {} ({})",
                    event.at.seconds(),
                    event.at
                );
                return Err(FormatError::new(Code::FormatTime, detail));
            }
        }
        Ok(())
    }
}

/// Reads the message; the event that is returned encodes to exactly this message.
fn read_message(message: &str) -> Result<Event, FormatError> {
    let wrong = |detail: &str| FormatError::new(Code::FormatMessage, detail);
    let (summary, rest) =
        message.split_once("\n\n").ok_or_else(|| wrong("the message has no payload after its summary"))?;
    let payload = rest.strip_suffix('\n').ok_or_else(|| wrong("the message does not end in a line feed"))?;
    if summary.contains('\n') || payload.contains('\n') {
        return Err(wrong("the message is more than a summary, an empty line and one line of payload"));
    }
    let event = Event::decode(payload)?;
    let needed = event.summary();
    if summary != needed {
        let detail = format!("the summary is {summary:?}; the payload makes it {needed:?}");
        return Err(FormatError::new(Code::FormatSummary, detail));
    }
    Ok(event)
}
