//! An entry of `[commits]`.

use super::super::parser;
use super::super::pattern::LinePattern;
use super::super::problem::{Problem, Problems};
use super::super::source::{Name, Node, Written};
use super::Commit;
use super::keys::Keys;
use crate::domain::code::Code;
use crate::domain::path::RepoPath;

/// Reads a rule about commits.
pub(super) fn commit(name: Name, node: Node, problems: &mut Problems) -> Commit {
    let what = format!("commits.{}", name.text);
    let mut keys = Keys::of(what.clone(), &name, node, problems);
    let before = keys.problems.count();
    let (touching, except) = (keys.text("touching"), keys.text("except"));
    let (deny, on) = (keys.text("deny"), keys.text("on"));
    let adding = keys.texts("adding").unwrap_or_default();
    let deleting = keys.texts("deleting").unwrap_or_default();
    let (serves, with, needs) = (keys.text("serves"), keys.text("with"), keys.text("needs"));
    let signed = keys.flag("signed");
    let (why, cite) = (keys.prose("why"), keys.prose("cite"));
    keys.finish();
    if let (None, Some(except)) = (&touching, &except) {
        let message = "`except` without `touching`: it takes files out of nothing";
        problems.meaning(&except.span, message, "say which files are meant with `touching`");
    }
    let conditions = [&touching, &deny, &on].iter().any(|text| text.is_some());
    let demands = signed || [&serves, &with, &needs].iter().any(|text| text.is_some());
    // A key that was mistyped explains better that nothing is said.
    let whole = problems.count() == before;
    if whole && !conditions && !demands && adding.is_empty() && deleting.is_empty() {
        let message = format!("`{what}` says of no commit in particular that it is refused");
        problems.meaning(&name.span, message, "say which commits are meant, or what they need");
    }
    Commit {
        touching: touching.map(|text| text.name()),
        except: except.map(|text| text.name()),
        deny: deny
            .and_then(|text| {
                parser::whole(&text, problems, |tokens| parser::alternatives(tokens, "the name of a role"))
            })
            .unwrap_or_default(),
        on: on.and_then(|text| branch(&text.name(), problems)),
        adding: adding.iter().filter_map(|text| pattern(text, problems)).collect(),
        deleting: deleting.iter().filter_map(|text| pattern(text, problems)).collect(),
        signed,
        serves: serves.and_then(|text| Some((parser::whole(&text, problems, parser::noun)?, text))),
        with: with.and_then(|text| path(&text, problems)),
        needs: needs.and_then(|text| parser::whole(&text, problems, parser::sentence)),
        why,
        cite,
        name,
    }
}

fn pattern(text: &Written, problems: &mut Problems) -> Option<LinePattern> {
    match LinePattern::parse(&text.text) {
        Ok(pattern) => Some(pattern),
        Err(error) => {
            let message = format!("in a pattern: {}", error.message);
            problems.push(Problem::new(Code::CharterSyntax, text.place(error.at), message));
            None
        }
    }
}

/// Returns whether a text is the name of a branch, by the rules of git for names of refs.
fn is_branch(name: &str) -> bool {
    let part = |part: &str| !part.is_empty() && !part.starts_with('.') && part.strip_suffix(".lock").is_none();
    let taken = |c: char| c.is_ascii_control() || matches!(c, ' ' | '~' | '^' | ':' | '?' | '*' | '[' | '\\');
    name.split('/').all(part)
        && !name.contains(taken)
        && !name.contains("..")
        && !name.contains("@{")
        && !name.starts_with('-')
        && !name.ends_with('.')
        && !name.starts_with("refs/")
}

/// Returns the name of a branch; `None` where it is none, which is reported.
pub(in super::super) fn branch(name: &Name, problems: &mut Problems) -> Option<String> {
    if is_branch(&name.text) {
        return Some(name.text.clone());
    }
    let message = format!("`{}` is no name of a branch", name.text);
    problems
        .push(Problem::new(Code::CharterType, name.span.clone(), message).help("write it as git does, such as `main`"));
    None
}

fn path(text: &Written, problems: &mut Problems) -> Option<RepoPath> {
    match RepoPath::parse(&text.text) {
        Ok(path) => Some(path),
        Err(error) => {
            problems.push(Problem::new(Code::CharterType, text.span.clone(), error.detail));
            None
        }
    }
}
