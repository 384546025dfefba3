//! The closed list of codes: what a refusal is called, for ever.
//!
//! A code is never renamed and never reused. `meaning` is the one line that the documentation page of the code opens with.

use super::charter::distance;

macro_rules! codes {
    ($($variant:ident = $text:literal, $meaning:literal;)*) => {
        /// A name for one way in which something is refused, found wrong, or found right.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $(#[doc = $meaning] $variant,)* }

        impl Code {
            /// Every code there is, in the order of the list.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)*];

            /// Returns the code as it is printed, such as `format.prev-mismatch`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Code::$variant => $text,)* }
            }

            /// Returns what the code means, as one sentence.
            pub const fn meaning(self) -> &'static str {
                match self { $(Code::$variant => $meaning,)* }
            }
        }
    };
}

codes! {
    // format: the bytes of an event
    FormatCommit = "format.commit", "The commit object is not of the one shape that an event has.";
    FormatTree = "format.tree", "The commit's tree is not the empty tree.";
    FormatParents = "format.parents", "An event has one parent, genesis has none.";
    FormatHeader = "format.header", "The commit has a header that an event does not have.";
    FormatIdentity = "format.identity", "Author and committer are not `ACTOR <> SECONDS +0000`, twice the same.";
    FormatTime = "format.time", "The payload's `at` and the commit's seconds differ, or are not a time.";
    FormatSummary = "format.summary", "The first line of the message is not the one that the payload determines.";
    FormatMessage = "format.message", "The message is not a summary, an empty line and one line of payload.";
    FormatEncoding = "format.encoding", "The bytes are not UTF-8.";
    FormatRebuild = "format.rebuild", "The object is not byte for byte what its own content encodes to.";
    FormatSignature = "format.signature", "The signature block is malformed or not in its one allowed form.";
    FormatUnsigned = "format.unsigned", "The commit carries no signature.";
    FormatSize = "format.size", "A part of the event is larger than the format allows.";
    FormatJson = "format.json", "The payload is not JSON.";
    FormatCanonical = "format.canonical", "The payload is JSON, but not its canonical form.";
    FormatDuplicateKey = "format.duplicate-key", "A JSON object has the same key twice.";
    FormatNumber = "format.number", "A number is not an integer between -(2^53-1) and 2^53-1.";
    FormatDepth = "format.depth", "The payload is nested deeper than 16 levels.";
    FormatMissingKey = "format.missing-key", "A key that is always present is absent.";
    FormatUnknownKey = "format.unknown-key", "The payload has a key that this version of the format does not have.";
    FormatUnknownType = "format.unknown-type", "The event has a type that this version of the format does not have.";
    FormatUnknownVersion = "format.unknown-version", "The payload's version is not 1.";
    FormatType = "format.type", "A value is of another JSON type than the format says.";
    FormatId = "format.id", "An id, name or digest does not have the form that the format says.";
    FormatText = "format.text", "A text holds a character that no text may hold.";
    FormatPath = "format.path", "A path is not in the form that the format says.";
    FormatSet = "format.set", "A set is not sorted, or holds an element twice.";
    FormatSeqGap = "format.seq-gap", "The event's number does not follow its parent's.";
    FormatPrevMismatch = "format.prev-mismatch", "The event does not name the SHA-256 of the event before it.";
    FormatRepeatedId = "format.repeated-id", "Two events of the chain carry the same id.";
    FormatGenesis = "format.genesis", "The first event is not a `founded` event, or a later one is.";
    FormatObjectFormat = "format.object-format", "An event names another object format than the repository has, or a commit in another one.";
    FormatTimeBackwards = "format.time-backwards", "The event is dated before the one that it follows.";

    // trust: keys, actors, authority
    TrustSignature = "trust.signature", "The signature does not verify over the bytes of the event.";
    TrustWeakKey = "trust.weak-key", "The key is of small order or not canonical, so that its signatures prove nothing.";
    TrustKeyUnknown = "trust.key-unknown", "The signing key belongs to nobody at this position.";
    TrustKeyRevoked = "trust.key-revoked", "The signing key was revoked before this position.";
    TrustKeyOfAnother = "trust.key-of-another", "The signing key belongs to another actor than the one named.";
    TrustKeyTaken = "trust.key-taken", "The key already belongs to an actor; a key belongs to one for ever.";
    TrustActorUnknown = "trust.actor-unknown", "The actor is not enrolled at this position.";
    TrustActorExists = "trust.actor-exists", "An actor of that name is enrolled already.";
    TrustActorReserved = "trust.actor-reserved", "The name is reserved.";
    TrustActorType = "trust.actor-type", "The role may not be held by an actor of that type, or the operator is missing or not a human.";
    TrustRoleNotHeld = "trust.role-not-held", "The actor does not hold the role that the event acts in.";
    TrustRoleUnknown = "trust.role-unknown", "The charter has no such role.";
    TrustRoleHeld = "trust.role-held", "The actor holds that role already.";
    TrustFounding = "trust.founding", "Until the authority is complete, only its holders may enrol, grant and add keys, and nothing else happens.";
    TrustFloor = "trust.floor", "The action would leave fewer live holders than the authority needs.";
    TrustGenesisMismatch = "trust.genesis-mismatch", "The ledger is not the one that is pinned here.";
    TrustTipMismatch = "trust.tip-mismatch", "The ledger does not hold the event that was pinned as its tip.";
    TrustLedgerMissing = "trust.ledger-missing", "This repository names a ledger that it does not hold.";
    TrustPin = "trust.pin", "What names the ledger here, the file `.ledger` or the git config, cannot be read as such.";
    TrustHistory = "trust.history", "The history of the ledger is cut short, replaced or unreadable.";
    TrustContradictedFact = "trust.contradicted-fact", "A fact that the event's author signed is not what the named commit holds.";
    TrustNoKey = "trust.no-key", "No usable signing key was found.";

    // authority: who may do what
    AuthorityRole = "authority.role", "The rule asks for another role.";
    AuthorityAuthor = "authority.author", "The rule excludes whoever wrote what is acted upon.";
    AuthorityAuthorUnknown = "authority.author-unknown", "Who wrote the bytes cannot be established, and the rule excludes authors.";
    AuthorityExcluded = "authority.excluded", "The rule excludes whoever made a certain statement on this item.";
    AuthorityVotedTwice = "authority.voted-twice", "The actor, or someone it counts as one with, has signed this proposal already.";
    AuthorityDoesNotCount = "authority.does-not-count", "The signature would add nothing to the quorum.";
    AuthorityNoProposal = "authority.no-proposal", "There is no open proposal of that id.";
    AuthorityPendingFlag = "authority.pending-flag", "The event says that its quorum is complete, or that it is not, and the opposite holds.";
    AuthorityOwnStatement = "authority.own-statement", "Only the signer or the authority may take back a statement.";

    // charter: the rules themselves
    CharterToml = "charter.toml", "The charter is not TOML 1.0.";
    CharterSyntax = "charter.syntax", "A sentence of the charter does not follow the grammar.";
    CharterUnknownKey = "charter.unknown-key", "A table of the charter has a key that no table of its kind has.";
    CharterMissingKey = "charter.missing-key", "A table of the charter lacks a key that it needs.";
    CharterType = "charter.type", "A value of the charter is of another type than its key takes.";
    CharterUnknownWord = "charter.unknown-word", "A word of the charter names nothing.";
    CharterName = "charter.name", "A name is malformed, reserved, taken, or one letter away from another.";
    CharterMeaning = "charter.meaning", "A rule is well formed and cannot mean anything sensible.";
    CharterNotEvaluated = "charter.not-evaluated", "The charter uses a word that this release does not evaluate yet.";
    CharterSemantics = "charter.semantics", "The charter pins semantics that this release does not carry.";
    CharterInForce = "charter.in-force", "That charter is in force already.";
    CharterMigrate = "charter.migrate", "What the table `migrate` says is not so, is ambiguous, or would let something go without a decision.";
    CharterStrands = "charter.strands", "The new charter would leave something that lives without its rule.";

    // item: what is acted upon
    ItemUnknown = "item.unknown", "No item of that id was declared.";
    ItemExists = "item.exists", "That id, or one that differs only in case, is taken; ids are never used again.";
    ItemId = "item.id", "The id does not match the pattern of its kind, or is reserved.";
    ItemKind = "item.kind", "The charter has no such kind.";
    ItemStatus = "item.status", "The kind has no such status, or no move leads from the present one to it.";
    ItemField = "item.field", "A field is unknown to the kind or of the wrong type.";
    ItemLink = "item.link", "A link is unknown, leads from or to the wrong kind, or makes a cycle.";
    ItemPath = "item.path", "The path is outside what the kind allows, or another live item has it.";
    ItemSuperseded = "item.superseded", "The item has a successor; what is done is done to the successor.";
    ItemSealed = "item.sealed", "The item is sealed.";
    ItemNotSealed = "item.not-sealed", "The item is not sealed, or by another seal than the one named.";
    ItemNotSealable = "item.not-sealable", "The charter does not say how an item of this kind is sealed or unsealed.";
    ItemContent = "item.content", "The content that the event binds is not the item's content.";
    ItemFile = "item.file", "The item's file is absent or not a regular file.";
    ItemUnchanged = "item.unchanged", "The event would change nothing.";
    ItemReason = "item.reason", "The charter's rule for this move or block takes one of a list of codes as the reason.";

    // claim: statements
    ClaimUnknown = "claim.unknown", "The charter has no such claim.";
    ClaimResult = "claim.result", "The claim has no such result.";
    ClaimAnswer = "claim.answer", "The answers are not the ones that the claim asks for.";
    ClaimValue = "claim.value", "A value is unknown to the claim, of the wrong type, or not what the claim asks of it.";
    ClaimUnknownStatement = "claim.unknown-statement", "There is no such statement to take back.";
    ClaimEvidence = "claim.evidence", "The cited evidence is not there, or not what was cited.";

    // block and waiver
    BlockUnknown = "block.unknown", "The charter has no such block, or it is not one that is placed by hand.";
    BlockStands = "block.stands", "That block stands on the item already.";
    BlockAbsent = "block.absent", "No such block stands on the item, or another than the one named.";
    BlockRecord = "block.record", "Lifting this block takes a record that the charter names.";
    BlockField = "block.field", "A field of the block is unknown, of the wrong type, or not what the block asks of it.";
    BlockMove = "block.move", "A block stops every move of this item.";
    BlockPath = "block.path", "A block stops changes to this path.";
    SealPath = "seal.path", "The path belongs to a sealed item.";
    SealFile = "seal.file", "The item states otherwise than the file that would be sealed with it.";
    WaiverNotPossible = "waiver.not-possible", "No waiver of the charter covers this.";
    WaiverStands = "waiver.stands", "What is to be waived is waived for the item already.";
    WaiverUntil = "waiver.until", "The waiver would end later than its class allows, or is over before it begins.";
    WaiverMost = "waiver.most", "As many waivers of the class are active as the charter allows.";
    WaiverUnknown = "waiver.unknown", "There is no such waiver.";
    LedgerNone = "ledger.none", "The repository has no ledger and names none.";
    LedgerFile = "ledger.file", "The file that names the ledger may not be changed or removed.";

    // commit: rules about commits of code
    CommitPath = "commit.path", "A rule about commits refuses a change of these files.";
    CommitRole = "commit.role", "The committer holds a role that may not make the change, or is unknown.";
    CommitLine = "commit.line", "The commit adds or removes lines that a rule about commits names.";
    CommitServes = "commit.serves", "The commit names no item that it may serve.";
    CommitScope = "commit.scope", "The commit changes something that the item which it serves leaves out.";
    CommitWith = "commit.with", "The commit lacks the change of another file that goes with it.";
    CommitSigned = "commit.signed", "Nobody who is enrolled signed the commit.";
    CommitWaived = "commit.waived", "A rule about commits is waived for the item that the commit serves.";

    // gate: judgement
    GateUnknown = "gate.unknown", "The charter has no such gate.";
    GateUnmet = "gate.unmet", "A criterion of the gate is not met.";
    GateUnknownFact = "gate.unknown-fact", "A criterion of the gate cannot be judged, which counts as not met.";
    GateMet = "gate.met", "The criterion is met.";
    GateNotApplicable = "gate.not-applicable", "The criterion does not apply.";
    GateWaived = "gate.waived", "The criterion is waived.";
    GateJudged = "gate.judged", "The event records another outcome of its gate than the one that holds at its position.";
    GuardUnmet = "guard.unmet", "The condition of the rule is not met.";

    // usage: the words of a command
    UsageWords = "usage.words", "The words of the command make no sense, or none here.";

    // store and environment
    StoreLostRace = "store.lost-race", "Somebody else appended first.";
    StoreClock = "store.clock", "The event is dated more than five minutes ahead of this clock, or the clock stands before the ledger's tip.";
    StoreUnsupported = "store.unsupported", "The repository uses something that this release cannot read.";
    StoreEvidenceErased = "store.evidence-erased", "The evidence was erased by a recorded decision.";
    StoreEvidenceMissing = "store.evidence-missing", "The evidence is missing, without a record that it was erased.";
    StoreBundle = "store.bundle", "The file is not a whole bundle of one ledger and its evidence.";
    StoreOffBranch = "store.off-branch", "The commit that an event speaks of is on no branch of the repository that is to take the event.";
    StoreRef = "store.ref", "This ref may not be made, or not with what it would name.";
    StoreDeclined = "store.declined", "The remote judged a push and did not take it.";
    StoreIo = "store.io", "The file system or git failed.";
}

/// How many codes are offered for a word that is none.
const OFFERED: usize = 5;

impl Code {
    /// Returns the code that a word is, in any case.
    pub fn parse(word: &str) -> Option<Code> {
        Code::ALL.iter().copied().find(|code| code.as_str().eq_ignore_ascii_case(word))
    }

    /// Returns whether it says no more than that this release cannot read what a later one may have written.
    pub const fn is_of_a_later_release(self) -> bool {
        matches!(self, Code::FormatUnknownVersion | Code::FormatUnknownType | Code::CharterSemantics)
    }

    /// Returns what the code begins with: `gate` of `gate.unmet`.
    pub fn group(self) -> &'static str {
        self.as_str().split_once('.').map_or("", |(group, _)| group)
    }

    /// Returns the codes that somebody may have meant by a word that is none: those that hold it, then the nearest by letters.
    pub fn nearest(word: &str) -> Vec<Code> {
        let word = word.to_ascii_lowercase();
        let far = |code: &Code| {
            let text = code.as_str();
            let own = text.split_once('.').map_or(text, |(_, own)| own);
            let holds = word.len() > 2 && text.contains(&word);
            let letters = distance(text, &word).min(distance(own, &word));
            (!holds, letters)
        };
        let mut ranked: Vec<((bool, usize), Code)> = Code::ALL.iter().map(|code| (far(code), *code)).collect();
        ranked.sort_by_key(|(far, _)| *far);
        let close = |(far, _): &((bool, usize), Code)| !far.0 || far.1 <= 3.max(word.len() / 3);
        ranked.into_iter().filter(close).take(OFFERED).map(|(_, code)| code).collect()
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_by_its_name_in_any_case() {
        assert_eq!(Code::parse("Gate.Unmet"), Some(Code::GateUnmet));
        assert_eq!(Code::parse("gate"), None);
        assert_eq!(Code::GateUnknownFact.group(), "gate");
    }

    #[test]
    fn a_word_that_is_no_code_finds_what_was_meant() {
        assert_eq!(Code::nearest("gate.unmt")[0], Code::GateUnmet);
        assert_eq!(Code::nearest("prev-mismatch")[0], Code::FormatPrevMismatch);
        assert_eq!(Code::nearest("key-revokd")[0], Code::TrustKeyRevoked);
        assert!(Code::nearest("evidence").contains(&Code::StoreEvidenceErased));
        assert_eq!(Code::nearest("xxxxxxxxxxxxxxxxxx"), []);
    }
}
