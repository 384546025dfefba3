//! Bytes that git takes for a commit, or nearly, and that are no event.

use base64ct::{Base64, Encoding};
use govledger::domain::code::Code;
use govledger::domain::commit::ObjectFormat;
use govledger::domain::event::{Amendment, Body, Declaration, Event};
use govledger::domain::value::Value;

use crate::bad::{Bads, Base};
use crate::good::Good;
use crate::samples::{n, noun};
use crate::story::Story;

/// Returns an event that declares a decision, with a number and two links.
pub(crate) fn declaration(base: &Base) -> Event {
    let stated = Amendment {
        title: Some("Retry twice".to_owned()),
        fields: [(n("number"), Value::Int(12))].into_iter().collect(),
        links: [(n("cites"), [n("E-00"), n("E-05")].into_iter().collect())].into_iter().collect(),
        path: None,
    };
    let body = Body::Declared(Declaration { kind: n("decision"), status: n("open"), stated });
    base.event("ines", Some("drafter"), noun("D-009"), body)
}

/// Puts bad commits after a ledger of either object format, made of one good event.
pub(crate) fn all(sha1: &Story, sha256: &Story, bads: &mut Bads) {
    let [one, other] = [sha1, sha256].map(|story| {
        let base = Base::after(story, "moved E-05 complete");
        let event = declaration(&base);
        Good::of(&base, "ines", &event)
    });
    let mut put = |name: &str, code, commit| bads.put(name, code, &one.base, commit);
    json(&one, &mut put);
    message(&one, &mut put);
    headers(&one, &mut put);
    signatures(&one, &mut put);
    blobs(&one, &mut put);
    formats(&one, &mut |name: &str, code, commit| bads.put(name, code, &one.base, commit));
    let mut put = |name: &str, code, commit| bads.put(format!("{name}-sha256"), code, &other.base, commit);
    formats(&other, &mut put);
    headers(&other, &mut put);
    message(&other, &mut put);
}

type Put<'p> = dyn FnMut(&str, Code, Vec<u8>) + 'p;

fn json(good: &Good, put: &mut Put<'_>) {
    let mut change = |name, code, from: &str, to: &str| put(name, code, good.resigned(from, to));
    change("json-space", Code::FormatCanonical, "\"v\":1}", "\"v\": 1}");
    change(
        "json-order",
        Code::FormatCanonical,
        "{\"actor\":\"ines\",\"as\":\"drafter\",",
        "{\"as\":\"drafter\",\"actor\":\"ines\",",
    );
    change("json-escape", Code::FormatCanonical, "\"Retry twice\"", "\"\\u0052etry twice\"");
    change("json-surrogates", Code::FormatCanonical, "\"Retry twice\"", "\"\\ud83d\\ude00\"");
    change(
        "json-duplicate-key",
        Code::FormatDuplicateKey,
        "\"actor\":\"ines\",",
        "\"actor\":\"ines\",\"actor\":\"ines\",",
    );
    change("json-leading-zero", Code::FormatCanonical, "\"number\":12", "\"number\":012");
    change("json-fraction", Code::FormatNumber, "\"number\":12", "\"number\":12.0");
    change("json-exponent", Code::FormatNumber, "\"number\":12", "\"number\":12e0");
    change("json-minus-zero", Code::FormatNumber, "\"number\":12", "\"number\":-0");
    change("json-too-great", Code::FormatNumber, "\"number\":12", "\"number\":9007199254740992");
    let deep = format!("\"number\":{}12{}", "[".repeat(14), "]".repeat(14));
    change("json-depth", Code::FormatDepth, "\"number\":12", &deep);
    change("json-too-small", Code::FormatNumber, "\"number\":12", "\"number\":-9007199254740992");
    change("json-minus", Code::FormatNumber, "\"number\":12", "\"number\":-");
    change("json-minus-twice", Code::FormatNumber, "\"number\":12", "\"number\":--12");
    change("json-plus", Code::FormatJson, "\"number\":12", "\"number\":+12");
    change("json-escape-slash", Code::FormatCanonical, "\"Retry twice\"", "\"Retry\\/twice\"");
    change("json-escape-line-feed", Code::FormatCanonical, "\"Retry twice\"", "\"Retry\\u000atwice\"");
    change("json-escape-upper-case", Code::FormatCanonical, "\"Retry twice\"", "\"Retry\\u001Ftwice\"");
    change("json-escape-unknown", Code::FormatJson, "\"Retry twice\"", "\"Retry\\xtwice\"");
    change("json-escape-short", Code::FormatJson, "\"Retry twice\"", "\"Retry\\u00\"");
    change("json-tab", Code::FormatJson, "\"Retry twice\"", "\"Retry\ttwice\"");
    change("json-comma", Code::FormatJson, "\"E-05\"]", "\"E-05\",]");
    change("json-space-in-list", Code::FormatCanonical, "\"E-00\",\"E-05\"", "\"E-00\", \"E-05\"");
    change("json-space-at-end", Code::FormatJson, "\"v\":1}", "\"v\":1} ");
    let payload = good.unsigned.lines().last().unwrap();
    change("json-none", Code::FormatJson, payload, "nothing");
    change("payload-of-list", Code::FormatType, payload, "[]");
    change("json-cut", Code::FormatJson, "\"v\":1}", "\"v\":1");
    change("json-more", Code::FormatJson, "\"v\":1}", "\"v\":1}}");
    change("json-key-not-ascii", Code::FormatText, "\"number\":12", "\"n\u{fc}mber\":12");
}

fn message(good: &Good, put: &mut Put<'_>) {
    let mut change = |name, code, from: &str, to: &str| put(name, code, good.resigned(from, to));
    change("summary", Code::FormatSummary, "declared D-009\n\n", "declared D-010\n\n");
    change("summary-proposed", Code::FormatSummary, "declared D-009\n\n", "proposed declared D-009\n\n");
    change("summary-of-other-type", Code::FormatSummary, "declared D-009\n\n", "sealed D-009\n\n");
    change("summary-space-at-end", Code::FormatSummary, "declared D-009\n\n", "declared D-009 \n\n");
    change("summary-empty", Code::FormatSummary, "declared D-009\n\n", "\n\n");
    change("message-of-two-paragraphs", Code::FormatMessage, "declared D-009\n\n", "declared D-009\n\nFor Omar\n\n");
    change("message-summary-of-two-lines", Code::FormatMessage, "declared D-009\n\n", "declared D-009\nFor Omar\n\n");
    change("message-one-line", Code::FormatMessage, "declared D-009\n\n", "declared D-009\n");
    change("message-more", Code::FormatMessage, "\"v\":1}\n", "\"v\":1}\n\nSigned-off-by: ines\n");
    change("message-open", Code::FormatMessage, "\"v\":1}\n", "\"v\":1}");
    let bytes = good.unsigned.clone().into_bytes();
    let at = good.unsigned.find("Retry").unwrap();
    let mut latin = bytes.clone();
    latin[at] = 0xe9;
    put("encoding", Code::FormatEncoding, good.sign(&latin));
    let mut nul = bytes;
    nul[at] = 0;
    put("nul", Code::FormatText, good.sign(&nul));
}

fn headers(good: &Good, put: &mut Put<'_>) {
    let seconds = good.unsigned.split("author ines <> ").nth(1).unwrap().split(' ').next().unwrap().to_owned();
    let mut change = |name, code, from: &str, to: &str| put(name, code, good.resigned(from, to));
    let tree = format!("tree {}\n", good.base.format.empty_tree());
    change("tree-other", Code::FormatTree, &tree, &tree.replace("tree 4", "tree 5").replace("tree 6", "tree 5"));
    change("tree-short", Code::FormatTree, &tree, &tree.replace("1\n", "\n").replace("4\n", "\n"));
    change("tree-missing", Code::FormatCommit, &tree, "");
    change("tree-twice", Code::FormatHeader, &tree, &tree.repeat(2));
    change("tree-spaced", Code::FormatRebuild, "tree ", "tree  ");
    change("tree-folded", Code::FormatTree, &tree, &format!("{tree} \n"));
    let parent = format!("{}\n", good.unsigned.lines().find(|line| line.starts_with("parent ")).unwrap());
    change("parent-missing", Code::FormatParents, &parent, "");
    change("parent-twice", Code::FormatParents, &parent, &parent.repeat(2));
    change("parent-long", Code::FormatId, &parent, &parent.replace("parent ", "parent 0"));
    change("parent-upper-case", Code::FormatId, &parent, &parent.to_uppercase().replace("PARENT", "parent"));
    let author = format!("author ines <> {seconds} +0000");
    change("author-email", Code::FormatIdentity, &author, &format!("author ines <ines@example.org> {seconds} +0000"));
    change("author-other", Code::FormatIdentity, &author, &format!("author omar <> {seconds} +0000"));
    change("author-zone", Code::FormatIdentity, &author, &format!("author ines <> {seconds} +0100"));
    change("author-zone-minus", Code::FormatIdentity, &author, &format!("author ines <> {seconds} -0000"));
    change("author-time", Code::FormatTime, &author, "author ines <> 1 +0000");
    change("author-time-none", Code::FormatIdentity, &author, "author ines <>  +0000");
    change("author-zeros", Code::FormatRebuild, &author, &format!("author ines <> 0{seconds} +0000"));
    change("author-plus", Code::FormatIdentity, &author, &format!("author ines <> +{seconds} +0000"));
    change("author-missing", Code::FormatHeader, &format!("{author}\n"), "");
    let committer = format!("committer ines <> {seconds} +0000");
    change("committer-other", Code::FormatIdentity, &committer, &format!("committer omar <> {seconds} +0000"));
    change("committer-time", Code::FormatTime, &committer, "committer ines <> 1 +0000");
    change("committer-missing", Code::FormatHeader, &format!("{committer}\n"), "");
    let order = format!("{author}\n{committer}\n");
    change("header-order", Code::FormatHeader, &order, &format!("{committer}\n{author}\n"));
    let end = "-----END SSH SIGNATURE-----\n";
    put("header-more", Code::FormatHeader, good.tampered(end, &format!("{end}encoding UTF-8\n")));
    put(
        "header-mergetag",
        Code::FormatHeader,
        good.tampered(end, &format!("{end}mergetag object {}\n", "0".repeat(40))),
    );
    let begin = format!("{} -----BEGIN", signature_header(good));
    put("header-junk", Code::FormatHeader, good.tampered(&begin, &format!("gpgsigx y\n{begin}")));
    put("unsigned", Code::FormatUnsigned, good.unsigned.clone().into_bytes());
    put("no-message", Code::FormatCommit, good.signed.split("\n\n").next().unwrap().as_bytes().to_vec());
    put("empty", Code::FormatCommit, Vec::new());
}

fn signature_header(good: &Good) -> &'static str {
    if good.base.format == ObjectFormat::Sha1 { "gpgsig" } else { "gpgsig-sha256" }
}

/// What belongs to the other object format.
fn formats(good: &Good, put: &mut Put<'_>) {
    let (other, header) = match good.base.format {
        ObjectFormat::Sha1 => (ObjectFormat::Sha256, "gpgsig-sha256"),
        ObjectFormat::Sha256 => (ObjectFormat::Sha1, "gpgsig"),
    };
    let begin = format!("{} -----BEGIN", signature_header(good));
    put("signature-of-other-format", Code::FormatHeader, good.tampered(&begin, &format!("{header} -----BEGIN")));
    let signature = good.signed.split_once(&begin).unwrap().1.split_once("-----END SSH SIGNATURE-----\n").unwrap().0;
    let whole = format!("-----BEGIN{signature}-----END SSH SIGNATURE-----\n");
    let both = format!("{whole}{header} {whole}");
    put("signatures-of-both-formats", Code::FormatHeader, good.tampered(&whole, &both));
    put(
        "signature-twice",
        Code::FormatHeader,
        good.tampered(&whole, &format!("{whole}{} {whole}", signature_header(good))),
    );
    put("tree-of-other-format", Code::FormatTree, good.resigned(good.base.format.empty_tree(), other.empty_tree()));
    let parent = good.unsigned.lines().find(|line| line.starts_with("parent ")).unwrap();
    let digits = if other == ObjectFormat::Sha1 { 40 } else { 64 };
    put("parent-of-other-format", Code::FormatId, good.resigned(parent, &format!("parent {}", "0".repeat(digits))));
}

/// A commit taken apart around the base64 of its signature.
pub(crate) struct Armored<'g> {
    before: &'g str,
    pub(crate) blob: Vec<u8>,
    after: &'g str,
}

impl<'g> Armored<'g> {
    pub(crate) fn of(good: &'g Good) -> Armored<'g> {
        let (before, rest) = good.signed.split_once("-----BEGIN SSH SIGNATURE-----\n").unwrap();
        let (body, after) = rest.split_once(" -----END SSH SIGNATURE-----\n").unwrap();
        let base64: String = body.split_whitespace().collect();
        Armored { before, blob: Base64::decode_vec(&base64).unwrap(), after }
    }

    /// Returns the commit with these lines between the two that enclose a signature.
    fn lines(&self, lines: &str) -> Vec<u8> {
        let Armored { before, after, .. } = self;
        format!("{before}-----BEGIN SSH SIGNATURE-----\n{lines} -----END SSH SIGNATURE-----\n{after}").into_bytes()
    }

    /// Returns the commit with this text in lines of a width.
    fn wrapped(&self, base64: &str, width: usize, end: &str) -> Vec<u8> {
        let lines: Vec<&str> = base64.as_bytes().chunks(width).map(|line| std::str::from_utf8(line).unwrap()).collect();
        self.lines(&format!(" {}{end}", lines.join(&format!("{end} "))))
    }

    pub(crate) fn with_blob(&self, blob: &[u8]) -> Vec<u8> {
        self.wrapped(&Base64::encode_string(blob), 70, "\n")
    }
}

fn signatures(good: &Good, put: &mut Put<'_>) {
    let armored = Armored::of(good);
    let base64 = Base64::encode_string(&armored.blob);
    assert_eq!(armored.with_blob(&armored.blob), good.signed.as_bytes());
    let mut bad = |name: &str, commit| put(name, Code::FormatSignature, commit);
    bad("armor-76-columns", armored.wrapped(&base64, 76, "\n"));
    bad("armor-69-columns", armored.wrapped(&base64, 69, "\n"));
    bad("armor-one-line", armored.wrapped(&base64, 1000, "\n"));
    bad("armor-carriage-returns", armored.wrapped(&base64, 70, "\r\n"));
    bad("armor-spaces-at-ends", armored.wrapped(&base64, 70, " \n"));
    bad("armor-no-lines", armored.lines(""));
    bad("armor-empty-line", good.tampered("-----BEGIN SSH SIGNATURE-----\n", "-----BEGIN SSH SIGNATURE-----\n \n"));
    bad("armor-empty-line-at-end", good.tampered(" -----END SSH", " \n -----END SSH"));
    bad("armor-text-before", good.tampered("-----BEGIN SSH", "Version: 1\n -----BEGIN SSH"));
    bad("armor-text-after", good.tampered("-----END SSH SIGNATURE-----\n", "-----END SSH SIGNATURE-----\n \n"));
    bad("armor-of-pgp", good.tampered("-----BEGIN SSH SIGNATURE-----", "-----BEGIN PGP SIGNATURE-----"));
    bad("armor-without-end", good.tampered("\n -----END SSH SIGNATURE-----\n", "\n"));
    bad("base64-not-padded", armored.wrapped(base64.trim_end_matches('='), 70, "\n"));
    bad("base64-of-urls", armored.wrapped(&base64.replace('/', "_").replace('+', "-"), 70, "\n"));
    // The last character before the padding has two bits that stand for nothing.
    let last = base64.trim_end_matches('=').chars().next_back().unwrap();
    let odd = char::from(u8::try_from(u32::from(last)).unwrap() + 1);
    assert!(base64.ends_with('='), "the blob has a length that needs padding");
    bad("base64-unused-bits", armored.wrapped(&base64.replace(&format!("{last}="), &format!("{odd}=")), 70, "\n"));
}

fn blobs(good: &Good, put: &mut Put<'_>) {
    let armored = Armored::of(good);
    let blob = &armored.blob;
    let find = |bytes: &[u8]| blob.windows(bytes.len()).position(|some| some == bytes).unwrap();
    let changed = |at: usize, byte: u8| {
        let mut blob = blob.clone();
        blob[at] = byte;
        armored.with_blob(&blob)
    };
    let mut bad = |name: &str, commit| put(name, Code::FormatSignature, commit);
    bad("blob-longer", armored.with_blob(&[&blob[..], b"\0"].concat()));
    bad("blob-shorter", armored.with_blob(&blob[..blob.len() - 1]));
    bad("blob-magic", changed(0, b's'));
    bad("blob-version", changed(9, 2));
    bad("blob-namespace", changed(find(b"git"), b'f'));
    let reserved = find(b"git") + 3;
    bad("blob-reserved", armored.with_blob(&[&blob[..reserved], b"\0\0\0\x01x", &blob[reserved + 4..]].concat()));
    let hash = find(b"sha512");
    bad("blob-sha256", armored.with_blob(&[&blob[..hash], b"sha256", &blob[hash + 6..]].concat()));
    let kind = blob.windows(11).rposition(|some| some == b"ssh-ed25519").unwrap();
    bad("blob-type-of-key", changed(find(b"ssh-ed25519"), b'z'));
    bad("blob-type-of-signature", changed(kind, b'z'));
    let mut short = blob[..blob.len() - 1].to_vec();
    for (at, length) in [(kind - 5, 82), (kind + 14, 63)] {
        assert_eq!(short[at], length + 1);
        short[at] = length;
    }
    bad("blob-signature-of-63-bytes", armored.with_blob(&short));
    put("tampered", Code::TrustSignature, good.tampered("Retry twice", "Retry never"));
    let s = blob.len() - 32;
    let r = s - 32;
    let mut malleated = blob.clone();
    add_order(&mut malleated[s..]);
    put("signature-malleated", Code::TrustSignature, armored.with_blob(&malleated));
    put("signature-flipped", Code::TrustSignature, changed(r, blob[r] ^ 1));
    put("signature-zero", Code::TrustSignature, armored.with_blob(&[&blob[..r], &[0; 64]].concat()));
    let identity = [&[1][..], &[0; 31]].concat();
    put("signature-r-identity", Code::TrustSignature, armored.with_blob(&[&blob[..r], &identity, &blob[s..]].concat()));
    let point = find(&[0, 0, 0, 32]) + 4;
    let weak = |bytes: [u8; 32]| armored.with_blob(&[&blob[..point], &bytes, &blob[point + 32..]].concat());
    put("signature-key-zero", Code::TrustWeakKey, weak([0; 32]));
    put("signature-key-not-canonical", Code::TrustWeakKey, weak([0xff; 32]));
    let mut off_curve = [0; 32];
    off_curve[0] = 2;
    put("signature-key-off-curve", Code::TrustWeakKey, weak(off_curve));
}

/// Adds the order of the group to a scalar, which gives the same point.
fn add_order(scalar: &mut [u8]) {
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut carry = 0_u16;
    for (byte, order) in scalar.iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(order) + carry;
        *byte = sum.to_le_bytes()[0];
        carry = sum >> 8;
    }
}
