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
