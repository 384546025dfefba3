//! Bytes that git takes for a commit, or nearly, and that are no event.

use govledger::domain::code::Code;
use govledger::domain::commit;
use govledger::domain::event::{Amendment, Body, Declaration};

use crate::bad::{Bad, Base};
use crate::keys::{Key, key};
use crate::samples::{n, noun};

/// A good event, as the text that is signed and as a commit.
struct Good {
    unsigned: String,
    signed: String,
    key: Key,
}

impl Good {
    /// Returns the commit of a changed text, signed as it then is.
    fn resigned(&self, from: &str, to: &str) -> Vec<u8> {
        let text = replaced(&self.unsigned, from, to);
        self.sign(text.as_bytes())
    }

    fn sign(&self, text: &[u8]) -> Vec<u8> {
        // A signature is over bytes; where they are no text, any signature does.
        let signature = self.key.sign(std::str::from_utf8(text).unwrap_or_default());
        let at = text.windows(2).position(|pair| pair == b"\n\n").unwrap() + 1;
        let header = format!("gpgsig {}\n", signature.to_armor().replace('\n', "\n "));
        [&text[..at], header.as_bytes(), &text[at..]].concat()
    }

    /// Returns the commit with a change that nobody signed.
    fn tampered(&self, from: &str, to: &str) -> Vec<u8> {
        replaced(&self.signed, from, to).into_bytes()
    }
}

fn replaced(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from:?} is not in {text}");
    text.replacen(from, to, 1)
}

/// Returns bad commits after a base, made of one good event.
pub(crate) fn all(base: &Base) -> Vec<Bad> {
    let stated = Amendment {
        title: Some("Retry twice".to_owned()),
        fields: [(n("number"), govledger::domain::value::Value::Int(12))].into_iter().collect(),
        links: [(n("cites"), [n("E-00"), n("E-05")].into_iter().collect())].into_iter().collect(),
        path: None,
    };
    let body = Body::Declared(Declaration { kind: n("decision"), status: n("open"), stated });
    let event = base.event("ines", Some("drafter"), noun("D-009"), body);
    let unsigned = commit::unsigned(base.format, base.parent(), &event);
    let signed = String::from_utf8(base.sign("ines", &event)).unwrap();
    assert!(commit::decode(base.format, signed.as_bytes()).is_ok(), "the event that the others are made of");
    let good = Good { unsigned, signed, key: key("ines") };
    let mut bads = Vec::new();
    let mut put = |name, code, commit| bads.push(Bad { name, code, base: base.clone(), commit });
    json(&good, &mut put);
    payload(&good, &mut put);
    message(&good, &mut put);
    headers(&good, &mut put);
    signatures(&good, &mut put);
    bads
}

type Put<'p> = dyn FnMut(&'static str, Code, Vec<u8>) + 'p;

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
    change("json-cut", Code::FormatJson, "\"v\":1}", "\"v\":1");
    change("json-more", Code::FormatJson, "\"v\":1}", "\"v\":1}}");
    change("json-key-not-ascii", Code::FormatText, "\"number\":12", "\"n\u{fc}mber\":12");
}

fn payload(good: &Good, put: &mut Put<'_>) {
    let mut change = |name, code, from: &str, to: &str| put(name, code, good.resigned(from, to));
    change("version", Code::FormatUnknownVersion, "\"v\":1}", "\"v\":2}");
    change("version-text", Code::FormatUnknownVersion, "\"v\":1}", "\"v\":\"1\"}");
    change("missing-key", Code::FormatMissingKey, "\"title\":\"Retry twice\"", "\"titles\":\"Retry twice\"");
    change("unknown-key", Code::FormatUnknownKey, "\"v\":1}", "\"v\":1,\"w\":1}");
    change(
        "unknown-key-body",
        Code::FormatUnknownKey,
        "\"title\":\"Retry twice\"",
        "\"title\":\"Retry twice\",\"urgent\":true",
    );
    change("unknown-type", Code::FormatUnknownType, "\"type\":\"declared\"", "\"type\":\"approved\"");
    change("pending-false", Code::FormatType, "\"prev\":", "\"pending\":false,\"prev\":");
    change("wrong-type", Code::FormatType, "\"title\":\"Retry twice\"", "\"title\":7");
    change("nested-field", Code::FormatType, "\"number\":12", "\"number\":[[12]]");
    change("noun-of-other-sort", Code::FormatType, "\"item\":\"D-009\"", "\"item\":null");
    change("word-malformed", Code::FormatId, "\"kind\":\"decision\"", "\"kind\":\"a decision\"");
    change("digest-upper-case", Code::FormatId, "\"prev\":\"", "\"prev\":\"A");
    change("text-control", Code::FormatText, "Retry twice", "Retry\\ttwice");
    change("text-bidi", Code::FormatText, "Retry twice", "Retry\u{202e}twice");
    change("text-too-long", Code::FormatSize, "Retry twice", &"x".repeat(16 * 1024 + 1));
    change("path-up", Code::FormatPath, "\"path\":null", "\"path\":\"docs/../src\"");
    change("path-decomposed", Code::FormatPath, "\"path\":null", "\"path\":\"docs/e\u{301}.md\"");
    change("path-unassigned", Code::FormatPath, "\"path\":null", "\"path\":\"docs/\u{378}.md\"");
    change("path-line-feed", Code::FormatPath, "\"path\":null", "\"path\":\"docs/a\\nb.md\"");
    change("path-git", Code::FormatPath, "\"path\":null", "\"path\":\".Git/config\"");
    change("set-unsorted", Code::FormatSet, "[\"E-00\",\"E-05\"]", "[\"E-05\",\"E-00\"]");
    change("set-twice", Code::FormatSet, "[\"E-00\",\"E-05\"]", "[\"E-00\",\"E-00\"]");
    let seen = |fact: &str| {
        let commit = "sha1:4b825dc642cb6eb9a060e54bf8d69288fbee4904";
        format!("\"seen\":{{\"commit\":\"{commit}\",\"facts\":[{fact}],\"ref\":null}},\"seq\":")
    };
    let on = |branch: &str| format!("{{\"a\":true,\"branch\":\"{branch}\",\"q\":\"on\"}}");
    change("branch-space", Code::FormatId, "\"seq\":", &seen(&on("a b")));
    change("facts-unsorted", Code::FormatSet, "\"seq\":", &seen(&[on("main"), on("a")].join(",")));
    change("facts-twice", Code::FormatSet, "\"seq\":", &seen(&[on("a"), on("a")].join(",")));
    change("question-unknown", Code::FormatUnknownKey, "\"seq\":", &seen("{\"a\":true,\"q\":\"weather\"}"));
    change(
        "answer-of-other-sort",
        Code::FormatType,
        "\"seq\":",
        &seen("{\"a\":\"yes\",\"branch\":\"main\",\"q\":\"on\"}"),
    );
    change("time-offset", Code::FormatTime, "Z\",\"body\"", "+00:00\",\"body\"");
}

fn message(good: &Good, put: &mut Put<'_>) {
    let mut change = |name, code, from: &str, to: &str| put(name, code, good.resigned(from, to));
    change("summary", Code::FormatSummary, "declared D-009\n\n", "declared D-010\n\n");
    change("summary-proposed", Code::FormatSummary, "declared D-009\n\n", "proposed declared D-009\n\n");
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
    change("tree-other", Code::FormatTree, "tree 4b825dc6", "tree 4b825dc7");
    change("tree-missing", Code::FormatCommit, "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n", "");
    change("tree-spaced", Code::FormatRebuild, "tree ", "tree  ");
    let parent = format!("{}\n", good.unsigned.lines().find(|line| line.starts_with("parent ")).unwrap());
    change("parent-missing", Code::FormatParents, &parent, "");
    change("parent-twice", Code::FormatParents, &parent, &parent.repeat(2));
    change("parent-short", Code::FormatId, &parent, &parent.replace("parent ", "parent 0"));
    let author = format!("author ines <> {seconds} +0000");
    change("author-email", Code::FormatIdentity, &author, &format!("author ines <ines@example.org> {seconds} +0000"));
    change("author-other", Code::FormatIdentity, &author, &format!("author omar <> {seconds} +0000"));
    change("author-zone", Code::FormatIdentity, &author, &format!("author ines <> {seconds} +0100"));
    change("author-time", Code::FormatTime, &author, "author ines <> 1 +0000");
    change("author-zeros", Code::FormatRebuild, &author, &format!("author ines <> 0{seconds} +0000"));
    let committer = format!("committer ines <> {seconds} +0000");
    change("committer-other", Code::FormatIdentity, &committer, &format!("committer omar <> {seconds} +0000"));
    change("committer-missing", Code::FormatHeader, &format!("{committer}\n"), "");
    let order = format!("{author}\n{committer}\n");
    change("header-order", Code::FormatHeader, &order, &format!("{committer}\n{author}\n"));
    put(
        "header-more",
        Code::FormatHeader,
        good.tampered("-----END SSH SIGNATURE-----\n", "-----END SSH SIGNATURE-----\nencoding UTF-8\n"),
    );
    put("header-junk", Code::FormatHeader, good.tampered("gpgsig -----BEGIN", "gpgsigx y\ngpgsig -----BEGIN"));
    put("unsigned", Code::FormatUnsigned, good.unsigned.clone().into_bytes());
    let other = good.tampered("gpgsig -----BEGIN", "gpgsig-sha256 -----BEGIN");
    put("signature-of-other-format", Code::FormatHeader, other);
}

fn signatures(good: &Good, put: &mut Put<'_>) {
    use base64ct::{Base64, Encoding};
    let (before, rest) = good.signed.split_once("-----BEGIN SSH SIGNATURE-----\n").unwrap();
    let (body, after) = rest.split_once(" -----END SSH SIGNATURE-----\n").unwrap();
    let base64: String = body.split_whitespace().collect();
    let blob = Base64::decode_vec(&base64).unwrap();
    let wrapped = |blob: &[u8], width: usize, end: &str| {
        let base64 = Base64::encode_string(blob);
        let lines: Vec<&str> = base64.as_bytes().chunks(width).map(|line| std::str::from_utf8(line).unwrap()).collect();
        let lines = format!(" {}{end}", lines.join(&format!("{end} ")));
        format!("{before}-----BEGIN SSH SIGNATURE-----\n{lines} -----END SSH SIGNATURE-----\n{after}").into_bytes()
    };
    assert_eq!(wrapped(&blob, 70, "\n"), good.signed.as_bytes());
    put("armor-76-columns", Code::FormatSignature, wrapped(&blob, 76, "\n"));
    put("armor-carriage-returns", Code::FormatSignature, wrapped(&blob, 70, "\r\n"));
    put(
        "armor-empty-line",
        Code::FormatSignature,
        good.tampered("-----BEGIN SSH SIGNATURE-----\n", "-----BEGIN SSH SIGNATURE-----\n \n"),
    );
    put(
        "armor-of-pgp",
        Code::FormatSignature,
        good.tampered("-----BEGIN SSH SIGNATURE-----", "-----BEGIN PGP SIGNATURE-----"),
    );
    put("blob-longer", Code::FormatSignature, wrapped(&[&blob[..], b"\0"].concat(), 70, "\n"));
    let namespace = blob.windows(3).position(|three| three == b"git").unwrap();
    let mut other = blob.clone();
    other[namespace] = b'f';
    put("blob-namespace", Code::FormatSignature, wrapped(&other, 70, "\n"));
    put("tampered", Code::TrustSignature, good.tampered("Retry twice", "Retry never"));
    let s = blob.len() - 32;
    let mut malleated = blob.clone();
    add_order(&mut malleated[s..]);
    put("signature-malleated", Code::TrustSignature, wrapped(&malleated, 70, "\n"));
    let mut flipped = blob.clone();
    flipped[s - 32] ^= 1;
    put("signature-flipped", Code::TrustSignature, wrapped(&flipped, 70, "\n"));
    let point = blob.windows(4).position(|four| four == [0, 0, 0, 32]).unwrap() + 4;
    let mut weak = blob;
    weak[point..point + 32].copy_from_slice(&[0; 32]);
    put("weak-key", Code::TrustWeakKey, wrapped(&weak, 70, "\n"));
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
