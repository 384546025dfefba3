//! Actions that are sound and lack who may do them: charters that strand something, quorums, and who is excluded.

use std::collections::BTreeSet;

use govledger::domain::code::Code;
use govledger::domain::event::{Adoption, AttestedBody, Body, CharterText, Event};
use govledger::domain::facts::{Answer, Question, Seen};
use govledger::domain::id::{Digest, Noun};
use govledger::domain::judge::View;

use crate::bad::{Bads, Base};
use crate::bad_rules::{Refuse, said, takes_more};
use crate::rules::{DEVELOPER, LEAD, MEMO_TEXT, OTHER_MEMO, SECURITY};
use crate::samples::{evidence, n, noun, rid};
use crate::stories::{file, wrote};
use crate::story::Story;

/// Puts them at the end of the ledger of rules.
pub(crate) fn all(rules: &Story, end: &Base, bads: &mut Bads) {
    let mut refuse = |what: &str, code, signer: &str, role: Option<&str>, item: Noun, body: Body| {
        let actor = signer.trim_start_matches("token-");
        let event = Event { pending: takes_more(&item, &body), ..end.event(actor, role, item, body) };
        bads.put(what, code, end, end.sign(signer, &event));
    };
    charters(rules, &mut refuse);
    quorums(rules, &mut refuse);
    exclusions(end, bads);
    ended(rules, end, bads);
}

/// Signatures that would complete a proposal, if it were still open.
fn ended(rules: &Story, end: &Base, bads: &mut Bads) {
    let mut complete = |what: &str, base: &Base, item: &str| {
        let body = rules.event(&format!("proposed attested {item} agreed=pass")).event.body.clone();
        let event = base.event("omar", SECURITY, noun(item), body);
        bads.put(what, Code::AuthorityPendingFlag, base, base.sign("omar-2", &event));
    };
    complete("ended-by-a-move", end, "WP-6");
    complete("ended-by-the-loss-of-a-role", &Base::end(rules), "REL-2");
    let body = Body::Retracted { event: rid("nothing"), claim: None, reason: "r".into() };
    let event = Event { pending: true, ..end.event("lena", LEAD, noun("WP-4"), body) };
    bads.put("disputed-event-unknown", Code::ClaimUnknownStatement, end, end.sign("lena", &event));
}

fn charters(rules: &Story, refuse: &mut Refuse<'_>) {
    let Body::Founded(founding) = &rules.told[0].event.body else { unreachable!("a story begins with genesis") };
    let text = &founding.charter.text;
    let mut adopt = |what: &str, code, from: &str, to: &str, authority: &str| {
        assert!(text.contains(from), "{from}");
        let charter =
            CharterText { text: text.replace(from, to), authority: authority.to_owned(), ..founding.charter.clone() };
        let adoption = Adoption { charter, migrate: None };
        refuse(what, code, "lena", LEAD, Noun::Repo, Body::Chartered(Box::new(adoption)));
    };
    let same = "1 lead + 1 security";
    adopt("same-charter", Code::CharterInForce, "lead", "lead", same);
    adopt("charter-of-other-id", Code::CharterMeaning, "\"RULES\"", "\"RULES-2\"", same);
    adopt("charter-authority-in-other-words", Code::CharterMeaning, "Rules to be", "Rules that are", "lead + security");
    let other = "security + lead";
    adopt("charter-of-other-authority", Code::CharterMeaning, "= \"lead + security\"", &format!("= \"{other}\""), same);
    adopt("charter-authority-of-100", Code::CharterMeaning, "Rules to be", "Rules that are", "100 lead");
    adopt("charter-typo", Code::CharterUnknownWord, "if closing", "if closng", same);
    let strands = Code::CharterStrands;
    adopt("kind", strands, "memo", "notice", same);
    adopt("status", strands, "built", "made", same);
    adopt("seal", strands, "seal   = \"security, not author, not vouched\"\n", "", same);
    adopt("block", strands, "[blocks.QUIET]\non   = \"memo\"\nby   = \"lead\"\nlift = \"security\"\n", "", same);
    adopt("block-of-kind", strands, "[blocks.QUIET]\non   = \"memo\"", "[blocks.QUIET]\non   = \"release\"", same);
    adopt(
        "block-derived",
        strands,
        "on   = \"memo\"\nby   = \"lead\"\nlift = \"security\"\n",
        "on   = \"memo\"\nuntil = \"self is sealed\"\n",
        same,
    );
    adopt("role", strands, "builder", "mason", same);
    adopt("role-of-type", strands, "developer = \"human | agent\"", "developer = \"human\"", same);
    adopt("authority", strands, "authority    = \"lead + security\"", "authority    = \"2 lead\"", "2 lead");
}

fn quorums(rules: &Story, refuse: &mut Refuse<'_>) {
    let agreed = rules.event("proposed attested REL-2 agreed=pass").event.body.clone();
    let mut agree = |what: &str, code, signer: &str, role: Option<&str>| {
        refuse(what, code, signer, role, noun("REL-2"), agreed.clone());
    };
    agree("voted-twice-on-a-statement", Code::AuthorityVotedTwice, "raj", DEVELOPER);
    agree("voted-twice-by-agent", Code::AuthorityVotedTwice, "scribe", DEVELOPER);
    agree("third-of-two-developers", Code::AuthorityDoesNotCount, "token-mira", DEVELOPER);
    agree("in-a-role-not-asked-for", Code::AuthorityRole, "lena", LEAD);
}

fn exclusions(end: &Base, bads: &mut Bads) {
    let mut put = |what: &str, code, signer: &str, role, item: Noun, body: Body, seen: Option<Seen>| {
        let actor = signer.trim_end_matches("-2");
        let event = Event { seen, ..end.event(actor, role, item, body) };
        bads.put(what, code, end, end.sign(signer, &event));
    };
    let state = end.replay.state().unwrap();
    let review = |noun: &Noun| Body::Attested(Box::new(said(end, "reviewed", noun, "reject")));
    let release = noun("REL-1");
    put("declarer-reviews", Code::AuthorityAuthor, "ines", DEVELOPER, release.clone(), review(&release), None);
    put(
        "agent-of-declarer-reviews",
        Code::AuthorityAuthor,
        "scribe",
        DEVELOPER,
        release.clone(),
        review(&release),
        None,
    );
    let whole = Answer::Scope { count: 0, sha256: Digest::of(b"[]") };
    let seen = Seen {
        commit: n("sha1:4b825dc642cb6eb9a060e54bf8d69288fbee4904"),
        reference: None,
        facts: [(Question::Scope(None), whole)].into(),
    };
    let basis = View { state, facts: &seen.facts, as_of: state.tip.at }.basis(&n("reviewed"), &Noun::Repo).unwrap();
    let review =
        AttestedBody { content: basis.content, over: basis.over, ..said(end, "reviewed", &Noun::Repo, "reject") };
    let review = Body::Attested(Box::new(review));
    put("repository-reviewed", Code::AuthorityAuthorUnknown, "raj", DEVELOPER, Noun::Repo, review, Some(seen));
    // A memo that omar vouched for, and whose bytes are seen.
    let seen = |names: &[&str]| Seen {
        commit: n("sha1:4b825dc642cb6eb9a060e54bf8d69288fbee4904"),
        reference: None,
        facts: [file(OTHER_MEMO, MEMO_TEXT), wrote(OTHER_MEMO, None, names)].into(),
    };
    let content = |seen: &Seen| {
        let view = View { state, facts: &seen.facts, as_of: state.tip.at };
        view.content(&n("M-2")).unwrap()
    };
    let mut seal = |what: &str, code, names: &[&str]| {
        let seen = seen(names);
        let kept = BTreeSet::from([evidence(MEMO_TEXT.as_bytes(), "text/markdown")]);
        let sealed = Body::Sealed { content: content(&seen), evidence: kept };
        put(what, code, "omar-2", SECURITY, noun("M-2"), sealed, Some(seen));
    };
    seal("voucher-seals", Code::AuthorityExcluded, &["raj"]);
    seal("author-seals-what-he-wrote", Code::AuthorityAuthor, &["omar"]);
    seal("authors-by-claim", Code::AuthorityAuthorUnknown, &["?raj@example.org"]);
    seal("authors-unnamed", Code::AuthorityAuthorUnknown, &["?"]);
}
