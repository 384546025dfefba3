//! Explanations: the one shape in which every verdict is told, to hooks, people and programs.

use super::code::Code;
use super::value::Value;

/// How a criterion, or a sentence about one thing, came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// It holds.
    Met,
    /// It does not hold.
    Unmet,
    /// It cannot be known.
    Unknown,
    /// It does not hold, and a waiver covers it.
    Waived,
    /// There is nothing that it could hold for.
    NotApplicable,
}

impl Outcome {
    /// Returns the word that is printed and recorded.
    pub const fn as_str(self) -> &'static str {
        match self {
            Outcome::Met => "MET",
            Outcome::Unmet => "UNMET",
            Outcome::Unknown => "UNKNOWN",
            Outcome::Waived => "WAIVED",
            Outcome::NotApplicable => "N/A",
        }
    }

    /// Returns whether it lets a gate, a guard or an `until` pass.
    pub const fn passes(self) -> bool {
        matches!(self, Outcome::Met | Outcome::Waived | Outcome::NotApplicable)
    }

    /// Returns the Kleene conjunction: UNMET wins, then UNKNOWN.
    #[must_use]
    pub const fn and(self, other: Outcome) -> Outcome {
        match (self, other) {
            (Outcome::Unmet, _) | (_, Outcome::Unmet) => Outcome::Unmet,
            (Outcome::Unknown, _) | (_, Outcome::Unknown) => Outcome::Unknown,
            _ => Outcome::Met,
        }
    }

    /// Returns the Kleene negation; UNKNOWN stays UNKNOWN.
    #[must_use]
    pub const fn negate(self) -> Outcome {
        match self {
            Outcome::Met => Outcome::Unmet,
            Outcome::Unmet => Outcome::Met,
            other => other,
        }
    }

    /// Returns MET or UNMET.
    pub const fn from_bool(holds: bool) -> Outcome {
        if holds { Outcome::Met } else { Outcome::Unmet }
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

/// How whoever asked is named.
const ASKER: &str = "whoever asked";

/// Who can supply what is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Supplier {
    /// How many of them.
    pub count: u32,
    /// The role; where any of several will do, all of them with `|` between. Whom the charter does not name is told in words.
    pub role: String,
    /// The live holders who would count, by name.
    pub actors: Vec<String>,
}

impl Supplier {
    /// Returns whoever asked: what is needed is another word, value or id, or an act that anybody may do.
    pub fn asker() -> Supplier {
        Supplier::in_words(ASKER)
    }

    /// Returns somebody whom the charter does not name, in words: `whoever keeps the machine`. Words have spaces, which no role has.
    pub fn in_words(words: &str) -> Supplier {
        Supplier { count: 1, role: words.to_owned(), actors: Vec::new() }
    }

    /// Returns whether it is whoever asked.
    pub fn is_asker(&self) -> bool {
        self.role == ASKER
    }

    /// Returns whether it is said in words, and no role of the charter.
    pub fn is_in_words(&self) -> bool {
        self.role.contains(' ')
    }

    /// Returns the object that programs read.
    pub fn to_value(&self) -> Value {
        Value::map([
            ("count", Value::Int(i64::from(self.count))),
            ("role", Value::from(self.role.as_str())),
            ("actors", Value::list(self.actors.iter().map(String::as_str))),
        ])
    }
}

/// Why something is as it is: what was found, what is needed, who can supply it, and the next command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The name of the verdict, from the closed list.
    pub code: Code,
    /// The place in the charter, such as `gates.readiness.sealed`, or in the format.
    pub rule: Option<String>,
    /// The place of the written policy, as the charter cites it.
    pub cite: Option<String>,
    /// The charter's reason.
    pub why: Option<String>,
    /// How it came out.
    pub outcome: Outcome,
    /// The item, block, waiver, actor or `repo` it is about.
    pub item: Option<String>,
    /// The file it is about.
    pub path: Option<String>,
    /// What was found.
    pub found: String,
    /// What is needed instead.
    pub needed: String,
    /// Who can supply it.
    pub who: Vec<Supplier>,
    /// Commands that go on from here, each as it can be typed.
    pub next: Vec<String>,
    /// Whether a waiver of the charter covers it.
    pub waivable: bool,
}

impl Explanation {
    /// Returns an explanation of an unmet rule with found and needed; the rest is empty.
    pub fn new(code: Code, found: impl Into<String>, needed: impl Into<String>) -> Explanation {
        Explanation {
            code,
            rule: None,
            cite: None,
            why: None,
            outcome: Outcome::Unmet,
            item: None,
            path: None,
            found: found.into(),
            needed: needed.into(),
            who: Vec::new(),
            next: Vec::new(),
            waivable: false,
        }
    }

    /// Sets the place in the charter.
    #[must_use]
    pub fn rule(mut self, rule: impl Into<String>) -> Explanation {
        self.rule = Some(rule.into());
        self
    }

    /// Sets the item.
    #[must_use]
    #[allow(clippy::needless_pass_by_value, reason = "explanations are made of what is at hand, owned or not")]
    pub fn item(mut self, item: impl ToString) -> Explanation {
        self.item = Some(item.to_string());
        self
    }

    /// Sets the path.
    #[must_use]
    #[allow(clippy::needless_pass_by_value, reason = "explanations are made of what is at hand, owned or not")]
    pub fn path(mut self, path: impl ToString) -> Explanation {
        self.path = Some(path.to_string());
        self
    }

    /// Sets the outcome.
    #[must_use]
    pub fn outcome(mut self, outcome: Outcome) -> Explanation {
        self.outcome = outcome;
        self
    }

    /// Sets who can supply what is needed.
    #[must_use]
    pub fn who(mut self, who: Vec<Supplier>) -> Explanation {
        self.who = who;
        self
    }

    /// Adds a command that goes on from here.
    #[must_use]
    pub fn next(mut self, command: impl Into<String>) -> Explanation {
        self.next.push(command.into());
        self
    }

    /// Adds commands that go on from here.
    #[must_use]
    pub fn nexts(mut self, commands: impl IntoIterator<Item = String>) -> Explanation {
        self.next.extend(commands);
        self
    }

    /// Sets the charter's reason and citation.
    #[must_use]
    pub fn because(mut self, why: Option<String>, cite: Option<String>) -> Explanation {
        self.why = why;
        self.cite = cite;
        self
    }

    /// Returns the object that programs read; every key is always there.
    pub fn to_value(&self) -> Value {
        let who = self.who.iter().map(Supplier::to_value);
        Value::map([
            ("code", Value::text(self.code)),
            ("rule", self.rule.clone().into()),
            ("cite", self.cite.clone().into()),
            ("why", self.why.clone().into()),
            ("outcome", Value::text(self.outcome)),
            ("item", self.item.clone().into()),
            ("path", self.path.clone().into()),
            ("found", self.found.clone().into()),
            ("needed", self.needed.clone().into()),
            ("who", Value::List(who.collect())),
            ("next", Value::list(self.next.iter().map(String::as_str))),
            ("waivable", Value::Bool(self.waivable)),
        ])
    }
}
