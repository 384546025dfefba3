//! From the words that a person types to typed values, by the rules of the charter; and back, what a wish is called.

use std::collections::{BTreeMap, BTreeSet};

use super::Refusal;
use super::draft::Wish;
use crate::domain::charter::{FieldRule, FieldType, nearest};
use crate::domain::code::Code;
use crate::domain::event::Body;
use crate::domain::explain::{Explanation, Supplier};
use crate::domain::id::{Noun, Word};
use crate::domain::value::{MAX_INTEGER, Value};

/// What was typed for each field, in order: `K=V` as `(None, V)`, `K.SUB=V` as `(Some(SUB), V)`.
pub type Typed = BTreeMap<String, Vec<(Option<String>, String)>>;

/// Returns what was typed as values of the types that the rules give: `K=V` again and again makes a list, `K.SUB=V` a map
/// entry, `K=` alone a stated empty text, list or map; an integer may carry its own unit.
///
/// What only the state knows, such as whether an actor is enrolled, is left to the rules that judge the event.
///
/// # Errors
/// A refusal of that code at that place for a field that the rules do not have, with the nearest that they have, and for
/// words that make no value of the type.
pub fn read_fields(
    code: Code,
    place: &str,
    rules: &BTreeMap<Word, FieldRule>,
    typed: &Typed,
) -> Result<BTreeMap<Word, Value>, Refusal> {
    let mut fields = BTreeMap::new();
    for (name, words) in typed {
        let Some((name, rule)) = rules.get_key_value(name.as_str()) else {
            return Err(unknown(code, place, "field", name, rules.keys().map(Word::as_str)));
        };
        let value = read_field(rule, words).map_err(|(found, needed)| {
            let told = Explanation::new(code, format!("{name} {found}"), needed);
            mistyped(told.rule(format!("{place}.{name}")).because(rule.why.clone(), rule.cite.clone()))
        })?;
        fields.insert(name.clone(), value);
    }
    Ok(fields)
}

/// Returns the refusal of a name that the charter does not have.
pub fn unknown<'n>(code: Code, place: &str, sort: &str, name: &str, known: impl Iterator<Item = &'n str>) -> Refusal {
    let known: Vec<&str> = known.collect();
    let needed = match (nearest(name, &known), known.as_slice()) {
        (Some(near), _) => format!("did you mean {near}?"),
        (None, []) => format!("no {sort} at all"),
        (None, known) => format!("one of {}", known.join(", ")),
    };
    mistyped(Explanation::new(code, format!("there is no {sort} {name}"), needed).rule(place))
}

/// Returns the refusal of words that whoever asked can type otherwise; the charter says how.
fn mistyped(told: Explanation) -> Refusal {
    told.who(vec![Supplier::asker()]).next("ledger charter show").into()
}

/// Returns what was typed for one field as a value of its type.
///
/// # Errors
/// What was found and what is needed, as clauses.
pub fn read_field(rule: &FieldRule, words: &[(Option<String>, String)]) -> Result<Value, (String, String)> {
    if let FieldType::Map = rule.kind {
        return read_map(words);
    }
    if let Some((Some(sub), _)) = words.iter().find(|(sub, _)| sub.is_some()) {
        return Err((
            format!("has an entry {sub}"),
            "a field of another type than texts under names takes KEY=VALUE".to_owned(),
        ));
    }
    let mut texts = words.iter().map(|(_, text)| text.as_str());
    if let FieldType::List | FieldType::Paths | FieldType::Globs | FieldType::Anchors = rule.kind {
        return match words {
            [(_, only)] if only.is_empty() => Ok(Value::List(Vec::new())),
            _ if texts.clone().any(str::is_empty) => {
                Err(("has an empty entry among others".to_owned(), "KEY= alone for an empty list".to_owned()))
            }
            _ => Ok(Value::list(texts)),
        };
    }
    match (texts.next(), texts.next()) {
        (Some(text), None) => read_one(&rule.kind, text),
        (None, _) => Err(("is not stated".to_owned(), "KEY=VALUE".to_owned())),
        (Some(_), Some(_)) => Err((format!("is stated {} times", words.len()), "one value".to_owned())),
    }
}

pub(super) fn read_one(kind: &FieldType, text: &str) -> Result<Value, (String, String)> {
    let wrong = |needed: String| Err((format!("is {text:?}"), needed));
    match kind {
        FieldType::Bool => match text {
            "yes" | "true" => Ok(Value::Bool(true)),
            "no" | "false" => Ok(Value::Bool(false)),
            _ => wrong("yes or no".to_owned()),
        },
        FieldType::Integer(unit) => {
            let unit = unit.as_deref().unwrap_or_default();
            let digits = text.strip_suffix(unit).unwrap_or(text).trim_end();
            match digits.parse::<i64>().ok().filter(|number| number.unsigned_abs() <= MAX_INTEGER.unsigned_abs()) {
                Some(number) => Ok(Value::Int(number)),
                None if unit.is_empty() => wrong("an integer".to_owned()),
                None => wrong(format!("an integer in {unit}")),
            }
        }
        _ => Ok(text.into()),
    }
}

fn read_map(words: &[(Option<String>, String)]) -> Result<Value, (String, String)> {
    if let [(None, only)] = words
        && only.is_empty()
    {
        return Ok(Value::Map(BTreeMap::new()));
    }
    let mut map = BTreeMap::new();
    for (sub, text) in words {
        let Some(sub) = sub.as_ref().filter(|sub| !sub.is_empty()) else {
            return Err((format!("is {text:?}"), "KEY.NAME=TEXT for each entry, or KEY= alone for none".to_owned()));
        };
        if map.insert(sub.clone(), Value::from(text.as_str())).is_some() {
            return Err((format!("has the entry {sub} twice"), "each entry once".to_owned()));
        }
    }
    Ok(Value::Map(map))
}

/// Reads the answers of a statement, `K=yes` or `K=no`.
///
/// # Errors
/// `claim.answer` where one is neither, or is given twice.
pub fn read_answers(typed: &Typed) -> Result<BTreeMap<Word, bool>, Refusal> {
    let mut answers = BTreeMap::new();
    for (name, words) in typed {
        let question = Word::parse(name)
            .map_err(|e| mistyped(Explanation::new(Code::ClaimAnswer, e.detail, "a question of the claim")))?;
        let rule = FieldRule::of(FieldType::Bool);
        match read_field(&rule, words) {
            Ok(Value::Bool(yes)) => answers.insert(question, yes),
            Ok(_) => None,
            Err((found, needed)) => {
                let told = Explanation::new(Code::ClaimAnswer, format!("the answer to {name} {found}"), needed);
                return Err(mistyped(told));
            }
        };
    }
    Ok(answers)
}

/// Returns which of some names are not there yet.
pub fn lacking<'n, T>(names: impl IntoIterator<Item = &'n Word>, given: &BTreeMap<Word, T>) -> Vec<&'n Word> {
    let mut seen = BTreeSet::new();
    names.into_iter().filter(|name| !given.contains_key(*name) && seen.insert(*name)).collect()
}

impl Wish {
    /// Returns the wish in the words of its command, such as `seal E-05`.
    pub fn label(&self) -> String {
        match self {
            Wish::Do { item, body } => label_of(item, body),
            Wish::Declare { id, .. } => format!("declare {id}"),
            Wish::Amend { id, .. } => format!("amend {id}"),
            Wish::Supersede { old, new, .. } => format!("supersede {old} {new}"),
            Wish::Move { id, to, .. } => format!("move {id} {to}"),
            Wish::Attest(statement) => format!("attest {} {}", statement.noun, statement.claim),
            Wish::Retract { noun, claim, .. } => format!("retract {noun} {claim}"),
            Wish::Seal { id } => format!("seal {id}"),
            Wish::Unseal { id, .. } => format!("unseal {id}"),
            Wish::Unblock { id, name, .. } => format!("unblock {id} {name}"),
            Wish::Waive { id, rule, .. } => format!("waive {rule} {id}"),
            Wish::Unwaive { id, rule, .. } => format!("unwaive {rule} {id}"),
            Wish::Cosign { proposal } => format!("cosign {proposal}"),
        }
    }
}

fn label_of(item: &Noun, body: &Body) -> String {
    let summary = body.summary(item);
    let rest = summary.strip_prefix(body.kind()).unwrap_or_default();
    let verb = match body {
        Body::Founded(_) => "init",
        Body::Chartered(_) => "charter adopt",
        Body::Enrolled(_) => "actor enroll",
        Body::Granted { .. } => "actor grant",
        Body::Ungranted { .. } => "actor ungrant",
        Body::KeyAdded { .. } => "key add",
        Body::KeyRevoked { .. } => "key revoke",
        Body::Declared(_) => "declare",
        Body::Amended(_) => "amend",
        Body::Moved { .. } => "move",
        Body::Attested(_) => "attest",
        Body::Retracted { .. } => "retract",
        Body::Sealed { .. } => "seal",
        Body::Unsealed { .. } => "unseal",
        Body::Blocked { .. } => "block",
        Body::Unblocked { .. } => "unblock",
        Body::Waived { .. } => "waive",
        Body::Unwaived { .. } => "unwaive",
        Body::Erased { .. } => "erase",
        Body::Confirmed { .. } => "confirm",
    };
    format!("{verb}{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(kind: FieldType, words: &[&str]) -> Result<String, String> {
        let words: Vec<(Option<String>, String)> = words
            .iter()
            .map(|word| match word.split_once('=') {
                Some((sub, text)) => (Some(sub.to_owned()), text.to_owned()),
                None => (None, (*word).to_owned()),
            })
            .collect();
        read_field(&FieldRule::of(kind), &words)
            .map(|value| value.to_canonical())
            .map_err(|(found, needed)| format!("{found} / {needed}"))
    }

    #[test]
    fn each_type_takes_its_words() {
        let unit = |unit: &str| FieldType::Integer(Some(unit.to_owned()));
        for (kind, words, value) in [
            (FieldType::Text, &["a, b"][..], r#""a, b""#),
            (FieldType::Text, &[""], r#""""#),
            (FieldType::List, &["a"], r#"["a"]"#),
            (FieldType::List, &["b", "a"], r#"["b","a"]"#),
            (FieldType::Paths, &[""], "[]"),
            (FieldType::Globs, &["src/**"], r#"["src/**"]"#),
            (FieldType::Anchors, &["a:1", "b:2"], r#"["a:1","b:2"]"#),
            (FieldType::Map, &[""], "{}"),
            (FieldType::Map, &["x=1", "y="], r#"{"x":"1","y":""}"#),
            (FieldType::Bool, &["yes"], "true"),
            (FieldType::Bool, &["false"], "false"),
            (FieldType::Integer(None), &["-12"], "-12"),
            (unit("ms"), &["120ms"], "120"),
            (unit("ms"), &["120 ms"], "120"),
            (unit("%"), &["7"], "7"),
            (FieldType::Date, &["2026-01-10"], r#""2026-01-10""#),
            (FieldType::Enum(vec!["P1".to_owned()]), &["P9"], r#""P9""#),
        ] {
            assert_eq!(read(kind.clone(), words).as_deref(), Ok(value), "{kind:?} {words:?}");
        }
    }

    #[test]
    fn words_that_make_no_value_are_told() {
        let unit = FieldType::Integer(Some("ms".to_owned()));
        for (kind, words, told) in [
            (FieldType::Text, &["a", "b"][..], "is stated 2 times / one value"),
            (FieldType::Bool, &["maybe"], "is \"maybe\" / yes or no"),
            (unit, &["12s"], "is \"12s\" / an integer in ms"),
            (FieldType::Integer(None), &["9007199254740992"], "is \"9007199254740992\" / an integer"),
            (FieldType::Integer(None), &[""], "is \"\" / an integer"),
            (FieldType::List, &["a", ""], "has an empty entry among others / KEY= alone for an empty list"),
            (FieldType::Map, &["a"], "is \"a\" / KEY.NAME=TEXT for each entry, or KEY= alone for none"),
            (FieldType::Map, &["a=1", "a=2"], "has the entry a twice / each entry once"),
            (
                FieldType::Text,
                &["a=1"],
                "has an entry a / a field of another type than texts under names takes KEY=VALUE",
            ),
        ] {
            assert_eq!(read(kind.clone(), words), Err(told.to_owned()), "{kind:?} {words:?}");
        }
    }

    #[test]
    fn an_unknown_field_is_refused_with_the_nearest() {
        let rules = BTreeMap::from([(Word::parse("group").unwrap(), FieldRule::of(FieldType::Text))]);
        let typed = |name: &str| Typed::from([(name.to_owned(), vec![(None, "core".to_owned())])]);
        let told = |name: &str| {
            read_fields(Code::ItemField, "kinds.artifact.fields", &rules, &typed(name)).unwrap_err().to_string()
        };
        assert_eq!(told("gruop"), "item.field: found there is no field gruop; needed: did you mean group?");
        assert_eq!(told("colour"), "item.field: found there is no field colour; needed: one of group");
        assert!(read_fields(Code::ItemField, "kinds.artifact.fields", &rules, &typed("group")).is_ok());
    }

    #[test]
    fn answers_are_yes_or_no() {
        let typed = |text: &str| Typed::from([("complete".to_owned(), vec![(None, text.to_owned())])]);
        assert_eq!(read_answers(&typed("yes")).unwrap().values().copied().collect::<Vec<_>>(), [true]);
        assert_eq!(read_answers(&typed("maybe")).unwrap_err().code(), Code::ClaimAnswer);
    }
}
