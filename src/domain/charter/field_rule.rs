//! What a field, or a value of a statement, has to be.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::domain::id::Word;

/// A field: its type, whether it may be absent, and how many or how much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldRule {
    /// The type.
    pub kind: FieldType,
    /// `?`: it may be absent.
    pub optional: bool,
    /// `N..M`: of a number its value, of a text its characters, else how many; open ends are `None`.
    pub range: (Option<i64>, Option<i64>),
    /// `contains`: texts that have to be among the elements, or within the text, byte for byte.
    pub contains: Vec<String>,
    /// `lacks`: phrases that stand in no text of the value, as whole words; case does not count.
    pub lacks: Vec<String>,
    /// `floor`: the words, in the order of the type, that the paths in the item's scope ask for at least.
    pub floor: BTreeMap<String, Vec<Reach>>,
    /// `within`: the scope in which each of its paths, or the file of each of its anchors, lies.
    pub within: Option<Word>,
    /// `disjoint`: no path of it is within a path of the same field of another item that is under way.
    pub disjoint: bool,
    /// `label`: how a document calls it; its name, where nothing is said.
    pub label: Option<String>,
    /// `under`: the section in which a template puts it.
    pub under: Option<String>,
    /// The charter's reason.
    pub why: Option<String>,
    /// The place of the written policy.
    pub cite: Option<String>,
}

impl FieldRule {
    /// Returns a field of a type, with nothing else asked of it.
    pub fn of(kind: FieldType) -> FieldRule {
        FieldRule {
            kind,
            optional: false,
            range: (None, None),
            contains: Vec::new(),
            lacks: Vec::new(),
            floor: BTreeMap::new(),
            within: None,
            disjoint: false,
            label: None,
            under: None,
            why: None,
            cite: None,
        }
    }

    /// Returns the rule as people read it: `paths 5..15, contains ["docs/START_HERE.md"]`.
    pub fn text(&self) -> String {
        let kind = match &self.kind {
            FieldType::Text => "text".to_owned(),
            FieldType::List => "list".to_owned(),
            FieldType::Map => "map".to_owned(),
            FieldType::Paths => "paths".to_owned(),
            FieldType::Globs => "globs".to_owned(),
            FieldType::Anchors => "anchors".to_owned(),
            FieldType::Bool => "bool".to_owned(),
            FieldType::Integer(None) => "integer".to_owned(),
            FieldType::Integer(Some(unit)) => unit.clone(),
            FieldType::Date => "date".to_owned(),
            FieldType::Actor => "actor".to_owned(),
            FieldType::Enum(words) => format!("[{}]", words.join(", ")),
        };
        let optional = if self.optional { "?" } else { "" };
        let end = |end: Option<i64>| end.map(|n| n.to_string()).unwrap_or_default();
        let mut text = match self.range {
            (None, None) => format!("{kind}{optional}"),
            (from, to) => format!("{kind}{optional} {}..{}", end(from), end(to)),
        };
        for (word, phrases) in [("contains", &self.contains), ("lacks", &self.lacks)] {
            if !phrases.is_empty() {
                let _ = write!(text, ", {word} {phrases:?}");
            }
        }
        for (level, reaches) in &self.floor {
            let reaches: Vec<String> =
                reaches.iter().map(|reach| format!("{} {}", reach.places, reach.scope)).collect();
            let _ = write!(text, ", {level} for {}", reaches.join(" | "));
        }
        if let Some(scope) = &self.within {
            let _ = write!(text, ", within {scope}");
        }
        text + if self.disjoint { ", disjoint" } else { "" }
    }
}

/// `[N] SCOPE`: paths in so many places of a scope. A place is the part of a path that a glob of the scope matches before
/// its last `**`, or the whole path where the glob ends otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// How many places, at least 1.
    pub places: u32,
    /// The scope.
    pub scope: Word,
}

/// What an item may change (`scope = { inside = "FIELD", outside = "FIELD", trailer = "NAME" }`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reaches {
    /// The field with the paths that commits for the item stay within.
    pub inside: Word,
    /// The field with what they keep out of, though it lies within.
    pub outside: Option<Word>,
    /// The trailer of a commit's message that names the item.
    pub trailer: Option<String>,
}

/// The type of a field or of a claim's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldType {
    /// A text.
    Text,
    /// A list of texts.
    List,
    /// Texts under names.
    Map,
    /// Paths of files.
    Paths,
    /// Patterns of paths.
    Globs,
    /// Lines of files, `PATH:LINE`, that are there.
    Anchors,
    /// True or false.
    Bool,
    /// An integer, with the unit that its literals carry (`ms`, `%`), or none.
    Integer(Option<String>),
    /// A day.
    Date,
    /// An actor.
    Actor,
    /// One of these words.
    Enum(Vec<String>),
}
