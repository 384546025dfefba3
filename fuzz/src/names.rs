//! Names of things outside of the ledger: paths of files, and who made a commit.

use govledger::domain::charter::glob::{Glob, scope_matches, scope_matches_folded};
use govledger::domain::id::Digest;
use govledger::domain::path::RepoPath;
use govledger::domain::{text, trailer};
use govledger::git::signer;

/// Lines: a path, then the globs of a scope.
///
/// Folding twice is folding once; a scope that prohibits holds wherever the same scope permits; whatever a glob matches, it
/// matches below too; and a matcher that tries everything comes to the same.
pub fn paths(data: &[u8]) {
    let Ok(all) = std::str::from_utf8(data) else { return };
    let folded = text::fold(all);
    assert_eq!(text::fold(&folded), folded, "folding twice is folding once");
    let mut lines = all.split('\n');
    let path = lines.next().unwrap_or_default();
    let globs: Vec<(&str, Glob)> = lines
        .take(8)
        .filter_map(|line| match Glob::parse(line) {
            Ok(glob) => Some((line, glob)),
            Err(error) => {
                assert!(line.get(error.at.clone()).is_some(), "{error:?} is no place in {line:?}");
                None
            }
        })
        .collect();
    let Ok(path) = RepoPath::parse(path) else { return };
    assert_eq!(RepoPath::parse(path.as_str()).as_ref(), Ok(&path));
    assert_eq!(text::fold(&path.folded()), path.folded());
    let below = format!("{path}/below");
    for (line, glob) in &globs {
        assert_eq!(line.strip_prefix('!').unwrap_or(line), glob.pattern);
        assert_eq!(Glob::parse(line).as_ref(), Ok(glob));
        let matches = glob.matches(path.as_str());
        assert!(!matches || glob.matches(&below), "{line:?} matches {path} and not what is below");
        if path.as_str().len() + line.len() < 60 {
            assert_eq!(matches, try_all(&glob.pattern, path.as_str()), "{line:?} {path}");
        }
    }
    let scope: Vec<Glob> = globs.into_iter().map(|(_, glob)| glob).collect();
    let permits = scope_matches(&scope, path.as_str());
    assert!(!permits || scope_matches_folded(&scope, path.as_str()), "a prohibition holds wherever a permission would");
    let mut all_negated = scope;
    for glob in &mut all_negated {
        glob.negated = true;
    }
    assert!(!scope_matches_folded(&all_negated, path.as_str()), "what only takes out holds nothing");
}

/// Tries each prefix of the path, and each split of each segment.
fn try_all(pattern: &str, path: &str) -> bool {
    let inner = pattern.strip_suffix('/').unwrap_or(pattern);
    let mut steps: Vec<&str> = inner.strip_prefix('/').unwrap_or(inner).split('/').collect();
    if !inner.contains('/') {
        steps.insert(0, "**");
    }
    let segments: Vec<&str> = path.split('/').collect();
    (1..=segments.len()).any(|length| {
        let directory = length < segments.len();
        (directory || !pattern.ends_with('/')) && steps_match(&steps, &segments[..length])
    })
}

fn steps_match(steps: &[&str], segments: &[&str]) -> bool {
    match (steps, segments) {
        ([], []) => true,
        (["**"], _) => !segments.is_empty(),
        (["**", rest @ ..], _) => (0..=segments.len()).any(|n| steps_match(rest, &segments[n..])),
        ([step, rest @ ..], [segment, below @ ..]) => {
            let letters: Vec<char> = step.chars().collect();
            let text: Vec<char> = segment.chars().collect();
            letters_match(&letters, &text) && steps_match(rest, below)
        }
        _ => false,
    }
}

fn letters_match(letters: &[char], text: &[char]) -> bool {
    match (letters, text) {
        ([], _) => text.is_empty(),
        (['*', rest @ ..], _) => (0..=text.len()).any(|n| letters_match(rest, &text[n..])),
        (_, []) => false,
        (['?', rest @ ..], [_, text @ ..]) => letters_match(rest, text),
        (['[', rest @ ..], [c, text @ ..]) => {
            // A `]` that stands first is one of the class.
            let end = 1 + rest.iter().skip(1).position(|c| *c == ']').expect("a class is closed");
            let inverted = matches!(rest[0], '!' | '^');
            letters_match(&rest[end + 1..], text) && in_class(&rest[usize::from(inverted)..end], *c) != inverted
        }
        ([letter, rest @ ..], [c, text @ ..]) => letter == c && letters_match(rest, text),
    }
}

fn in_class(class: &[char], c: char) -> bool {
    match class {
        [] => false,
        [low, '-', high, rest @ ..] => (*low..=*high).contains(&c) || in_class(rest, c),
        [one, rest @ ..] => *one == c || in_class(rest, c),
    }
}

/// Every co-author is an email that may stand in a text, in lower case, found again where it is written by itself, and
/// whatever ends the lines.
pub fn trailer(data: &[u8]) {
    let emails: Vec<String> = signer::co_authors(data).collect();
    assert!(emails.len() <= data.split(|b| *b == b'\n').count());
    for email in &emails {
        assert!(email.len() <= 320 && text::check(email, 320).is_ok() && !email.contains('\n'), "{email:?}");
        assert_eq!(email, &email.to_ascii_lowercase());
        if !email.contains(['<', '>']) {
            let again = format!("subject\n\nCo-authored-by: Somebody <{email}>\n");
            let trimmed = email.trim();
            assert_eq!(signer::co_authors(again.as_bytes()).collect::<Vec<_>>(), [trimmed]);
        }
    }
    let windows: Vec<u8> = data.split(|b| *b == b'\n').collect::<Vec<_>>().join(&b"\r\n"[..]);
    assert_eq!(signer::co_authors(&windows).collect::<Vec<_>>(), emails);
    tips(data, &windows);
}

/// What a message cites is said again by another message, and a last paragraph has the last word.
fn tips(message: &[u8], windows: &[u8]) {
    let found = trailer::cited(message);
    assert!(found.len() <= message.split(|b| *b == b'\n').count());
    if !message.contains(&b'\r') {
        assert_eq!(trailer::cited(windows), found);
    }
    let tip = trailer::Cited { seq: message.len() as u64, sha256: Digest::of(message) };
    for cited in found.into_iter().flatten().chain([tip]) {
        let after = [message, format!("\n\n{}: {cited}\n", trailer::LEDGER_TIP).as_bytes()].concat();
        assert_eq!(trailer::cited(&after), [Ok(cited)]);
    }
}
