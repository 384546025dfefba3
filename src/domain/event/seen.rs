//! The facts of an event: encoder and decoder.

use std::collections::BTreeMap;

use super::read::{Object, name_of, text_of, wrong_type};
use crate::domain::code::Code;
use crate::domain::error::FormatError;
use crate::domain::facts::{Answer, File, Mode, Question, Seen};
use crate::domain::path::RepoPath;
use crate::domain::value::Value;

impl Seen {
    /// Returns the facts as the payload holds them, sorted by the canonical form of their questions.
    pub(super) fn to_value(&self) -> Value {
        let mut facts: Vec<(String, Value)> =
            self.facts.iter().map(|(q, a)| (q.to_value().to_canonical(), pair(q, a))).collect();
        facts.sort_by(|a, b| a.0.cmp(&b.0));
        Value::map([
            ("commit", (&self.commit).into()),
            ("facts", Value::List(facts.into_iter().map(|(_, value)| value).collect())),
            ("ref", self.reference.clone().into()),
        ])
    }
}

/// Reads the facts of a payload.
pub(super) fn from_value(value: Value) -> Result<Seen, FormatError> {
    let mut o = Object::new("seen", value)?;
    let mut facts = BTreeMap::new();
    let mut forms = Vec::new();
    for value in o.list("facts")? {
        let (question, answer) = fact_of(value)?;
        forms.push(question.to_value().to_canonical());
        facts.insert(question, answer);
    }
    if !forms.is_sorted_by(|a, b| a < b) {
        return Err(FormatError::new(Code::FormatSet, "seen.facts is not sorted, or answers a question twice"));
    }
    let seen = Seen { commit: o.name("commit")?, reference: o.text_or_null("ref")?, facts };
    o.finish()?;
    Ok(seen)
}

impl Question {
    /// Returns the question as an object: the form that facts are sorted by.
    pub fn to_value(&self) -> Value {
        match self {
            Question::Path(path) => Value::map([("path", path.into()), ("q", "path".into())]),
            Question::Scope(scope) => Value::map([("q", "scope".into()), ("scope", scope.as_ref().into())]),
            Question::Authors { path, since } => {
                Value::map([("path", path.into()), ("q", "authors".into()), ("since", (*since).into())])
            }
            Question::Row { path, column, id } => Value::map([
                ("column", column.as_str().into()),
                ("id", id.into()),
                ("path", path.into()),
                ("q", "row".into()),
            ]),
            Question::Column { path, column } => {
                Value::map([("column", column.as_str().into()), ("path", path.into()), ("q", "column".into())])
            }
            Question::Heading { path, heading, before } => Value::map([
                ("before", before.clone().into()),
                ("heading", heading.as_str().into()),
                ("path", path.into()),
                ("q", "heading".into()),
            ]),
            Question::Text { path, text } => {
                Value::map([("path", path.into()), ("q", "text".into()), ("text", text.as_str().into())])
            }
            Question::Lines(path) => Value::map([("path", path.into()), ("q", "lines".into())]),
            Question::On(branch) => Value::map([("branch", branch.as_str().into()), ("q", "on".into())]),
        }
    }
}

impl Answer {
    /// Returns the answer as the payload holds it.
    pub fn to_value(&self) -> Value {
        match self {
            Answer::File(None) | Answer::Row(None) | Answer::Column(None) | Answer::Lines(None) => Value::Null,
            Answer::File(Some(file)) => Value::map([
                ("mode", file.mode.as_str().into()),
                ("sha256", file.sha256.into()),
                ("size", file.size.into()),
            ]),
            Answer::Scope { count, sha256 } => Value::map([("count", (*count).into()), ("sha256", (*sha256).into())]),
            Answer::Authors(names) => Value::set(names.iter().map(String::as_str)),
            Answer::Row(Some(cells)) => {
                Value::Map(cells.iter().map(|(column, text)| (column.clone(), text.as_str().into())).collect())
            }
            Answer::Column(Some(texts)) => {
                let row = |(line, text): (&u64, &String)| {
                    Value::map([("line", (*line).into()), ("text", text.as_str().into())])
                };
                Value::List(texts.iter().map(row).collect())
            }
            Answer::Lines(Some(lines)) => (*lines).into(),
            Answer::Bool(yes) => Value::Bool(*yes),
        }
    }
}

fn pair(question: &Question, answer: &Answer) -> Value {
    match question.to_value() {
        Value::Map(mut map) => {
            map.insert("a".to_owned(), answer.to_value());
            Value::Map(map)
        }
        other => other,
    }
}

fn fact_of(value: Value) -> Result<(Question, Answer), FormatError> {
    let mut o = Object::new("seen.facts", value)?;
    let answer = o.take("a")?;
    let kind = o.text("q")?;
    let question = match kind.as_str() {
        "path" => Question::Path(path_of(&mut o)?),
        "scope" => Question::Scope(o.name_or_null("scope")?),
        "authors" => Question::Authors { path: path_of(&mut o)?, since: o.name_or_null("since")? },
        "row" => Question::Row { path: path_of(&mut o)?, column: o.text("column")?, id: o.name("id")? },
        "column" => Question::Column { path: path_of(&mut o)?, column: o.text("column")? },
        "heading" => {
            Question::Heading { path: path_of(&mut o)?, heading: o.text("heading")?, before: o.text_or_null("before")? }
        }
        "text" => Question::Text { path: path_of(&mut o)?, text: o.text("text")? },
        "lines" => Question::Lines(path_of(&mut o)?),
        "on" => Question::On(branch_of(o.text("branch")?)?),
        other => {
            let detail = format!("{other:?} is not a question of format version 1: a later release may read it");
            return Err(FormatError::new(Code::FormatUnknownKey, detail));
        }
    };
    o.finish()?;
    let answer = answer_of(&question, answer)?;
    Ok((question, answer))
}

/// A branch is a key of the state, and keys are printable ASCII.
fn branch_of(branch: String) -> Result<String, FormatError> {
    if (1..=255).contains(&branch.len()) && branch.bytes().all(|b| b.is_ascii_graphic()) {
        Ok(branch)
    } else {
        Err(FormatError::new(
            Code::FormatId,
            format!("{branch:?} is not a branch: 1 to 255 of printable ASCII, no space"),
        ))
    }
}

fn path_of(o: &mut Object) -> Result<RepoPath, FormatError> {
    RepoPath::parse(&o.text("path")?)
}

fn answer_of(question: &Question, value: Value) -> Result<Answer, FormatError> {
    match (question, value) {
        (Question::Path(_), Value::Null) => Ok(Answer::File(None)),
        (Question::Path(_), value) => file_of(value).map(|file| Answer::File(Some(file))),
        (Question::Scope(_), value) => {
            let mut o = Object::new("seen.facts.a", value)?;
            let answer = Answer::Scope { count: o.count("count")?, sha256: o.name("sha256")? };
            o.finish()?;
            Ok(answer)
        }
        (Question::Authors { .. }, Value::List(list)) => {
            let names = super::read::set_of("seen.facts.a", list, author_of)?;
            Ok(Answer::Authors(names.into_iter().collect()))
        }
        (Question::Row { .. }, Value::Null) => Ok(Answer::Row(None)),
        (Question::Row { .. }, Value::Map(map)) => {
            let cells: Result<_, FormatError> =
                map.into_iter().map(|(column, v)| Ok((column, text_of("seen.facts.a", v)?))).collect();
            Ok(Answer::Row(Some(cells?)))
        }
        (Question::Column { .. }, Value::Null) => Ok(Answer::Column(None)),
        (Question::Column { .. }, Value::List(list)) => {
            let rows = list.into_iter().map(listed_of).collect::<Result<Vec<_>, _>>()?;
            if !rows.is_sorted_by(|(a, _), (b, _)| a < b) {
                return Err(FormatError::new(
                    Code::FormatSet,
                    "seen.facts.a is not sorted by line, or has a line twice",
                ));
            }
            Ok(Answer::Column(Some(rows.into_iter().collect())))
        }
        (Question::Lines(_), Value::Null) => Ok(Answer::Lines(None)),
        (Question::Lines(_), value) => super::read::count_of("seen.facts.a", &value).map(|n| Answer::Lines(Some(n))),
        (Question::Heading { .. } | Question::Text { .. } | Question::On(_), Value::Bool(yes)) => Ok(Answer::Bool(yes)),
        (_, other) => Err(wrong_type("seen.facts.a", "an answer of the question's own type", &other)),
    }
}

/// A line of a document and what stands there.
fn listed_of(value: Value) -> Result<(u64, String), FormatError> {
    let mut o = Object::new("seen.facts.a", value)?;
    let row = (o.count("line")?, o.text("text")?);
    o.finish()?;
    Ok(row)
}

fn file_of(value: Value) -> Result<File, FormatError> {
    let mut o = Object::new("seen.facts.a", value)?;
    let mode = o.text("mode")?;
    let file = File {
        mode: Mode::parse(&mode)
            .ok_or_else(|| FormatError::new(Code::FormatId, format!("{mode:?} is not the mode of a regular file")))?,
        size: o.count("size")?,
        sha256: o.name("sha256")?,
    };
    o.finish()?;
    Ok(file)
}

/// An actor, or `?` and what an unsigned commit gives as an email.
fn author_of(place: &str, value: Value) -> Result<String, FormatError> {
    let text = text_of(place, value)?;
    if !text.starts_with('?') {
        name_of::<crate::domain::id::ActorId>(place, Value::Text(text.clone()))?;
    }
    Ok(text)
}
