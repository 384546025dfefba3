//! Every refusal says what was found, what is needed, who can supply it, and which command goes on.

use govledger::domain::value::Value;

/// What an explanation has to say.
pub(crate) const PARTS: [&str; 4] = ["found", "needed", "who", "next"];

/// Codes whose explanations leave a part out where others follow them, and why.
const EXCUSED: [(&str, &str, &str); 2] = [
    ("guard.unmet", "who", "the explanations that follow name who, each for its criterion"),
    ("block.move", "who", "the explanations that follow name who, each for its criterion"),
];

/// What one explanation lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lack {
    pub(crate) code: String,
    pub(crate) part: &'static str,
    /// Others follow it, and none went before.
    pub(crate) heads: bool,
}

impl Lack {
    /// Returns why it may lack that.
    pub(crate) fn excuse(&self) -> Option<&'static str> {
        EXCUSED
            .iter()
            .find(|(code, part, _)| self.heads && *code == self.code && *part == self.part)
            .map(|(_, _, why)| *why)
    }
}

/// Returns the explanations of a refusal: those of an error, or of files that may not change. `None` where nothing is refused.
pub(crate) fn explanations(answer: &Value) -> Option<Vec<Value>> {
    let list = match answer.get("error") {
        Some(error) => error.get("explanations"),
        None => answer.get("refused"),
    };
    // What `why` refuses is told by its grounds.
    Some(list?.as_list()?.iter().filter(|told| told.get("ground").is_none()).cloned().collect())
}

/// Returns what explanations lack.
pub(crate) fn lacks(list: &[Value]) -> Vec<Lack> {
    let is_empty = |value: Option<&Value>| match value {
        None => true,
        Some(value) => {
            value.as_text().is_some_and(|text| text.trim().is_empty())
                || value.as_list().is_some_and(<[Value]>::is_empty)
        }
    };
    let code = |e: &Value| e.get("code").and_then(Value::as_text).unwrap_or("no code").to_owned();
    let of = |(position, e): (usize, &Value)| {
        let heads = position == 0 && list.len() > 1;
        PARTS.map(|part| is_empty(e.get(part)).then(|| Lack { code: code(e), part, heads }))
    };
    list.iter().enumerate().flat_map(of).flatten().collect()
}

/// What is not printed where explanations follow that say it criterion by criterion: that the whole passes.
const UNPRINTED: [(&str, &str); 2] = [("guard.unmet", "needed"), ("block.move", "needed")];

/// Returns the parts of explanations that a printed text leaves out, each with what it should have said. Where a text says that there
/// is more, as `and 3 more`, only what the first explanation says is asked for.
pub(crate) fn unprinted(text: &str, list: &[Value]) -> Vec<(&'static str, String)> {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let printed = plain(text);
    let folds =
        printed.split(' ').zip(printed.split(' ').skip(2)).any(|(and, more)| and == "and" && more.starts_with("more"));
    let of = |e: &Value, part: &str| e.get(part).and_then(Value::as_text).unwrap_or_default().to_owned();
    let heads = |e: &Value| list.len() > 1 && list.first() == Some(e);
    let code = |e: &Value| e.get("code").and_then(Value::as_text).unwrap_or_default().to_owned();
    let mut missing = Vec::new();
    for e in if folds { list.get(..1).unwrap_or_default() } else { list } {
        // Of a block the label says the first word: `lifts    when …`.
        let needed = of(e, "needed");
        let needed = needed.strip_prefix("lifted ").unwrap_or(&needed).to_owned();
        let first = e.get("next").and_then(Value::as_list).and_then(<[Value]>::first).and_then(Value::as_text);
        let who = e.get("who").and_then(Value::as_list).unwrap_or_default();
        let names = who
            .iter()
            .filter_map(|who| who.get("actors").and_then(Value::as_list))
            .flatten()
            .filter_map(Value::as_text);
        let parts = [("found", of(e, "found")), ("needed", needed), ("next", first.unwrap_or_default().to_owned())];
        let names = names.map(|name| ("who", name.to_owned()));
        let missed = parts.into_iter().chain(names).filter(|(_, part)| !printed.contains(&plain(part)));
        missing.extend(missed.filter(|(part, _)| !UNPRINTED.contains(&(code(e).as_str(), *part)) || !heads(e)));
    }
    missing
}
