//! What differs between two charters, rule by rule, as sentences.

use std::collections::{BTreeMap, BTreeSet};

use super::ast::{
    BlockRule, Charter, ClaimRule, CommitRule, Criterion, FieldRule, GateRule, Guard, Holder, IdSet, IdTerm,
    Independence, KindRule, Level, LinkRule, NotRule, Over, Permission, Sentence, Spoken, Stop, Who, Words,
};
use super::glob::Glob;
use super::migrate::Migration;
use super::views::{Piece, Section, ViewRule};
use super::waivers::WaiverRule;
use crate::domain::id::Word;
use crate::domain::value::Value;

/// A rule that is not the same in two charters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleChange {
    /// The place in the charter, such as `gates.exit`.
    pub place: String,
    /// The part of it, such as `criterion e04`; empty for the whole.
    pub part: String,
    /// What the one charter says; `None` where it says nothing.
    pub a: Option<String>,
    /// What the other one says.
    pub b: Option<String>,
    /// Where both say it in the same words: the sets that these name and that are not the same, each with what it was and is.
    pub by: Vec<String>,
}

impl RuleChange {
    /// Returns the change as a sentence, such as `gates.exit: criterion e04 added (must: E-04 is sealed)`.
    pub fn sentence(&self) -> String {
        let part = if self.part.is_empty() { String::new() } else { format!(" {}", self.part) };
        let brackets = |text: &String| if text.is_empty() { String::new() } else { format!(" ({text})") };
        match (&self.a, &self.b) {
            (None, Some(text)) => format!("{}:{part} added{}", self.place, brackets(text)),
            (Some(text), None) => format!("{}:{part} removed{}", self.place, brackets(text)),
            (Some(a), Some(b)) if a == b && !self.by.is_empty() => {
                format!("{}:{part}{} speaks of others: {}", self.place, brackets(a), self.by.join(", "))
            }
            (Some(a), Some(b)) if a == b => {
                format!("{}:{part}{} means something else by the same words", self.place, brackets(a))
            }
            (Some(a), Some(b)) => format!("{}:{part} was {a}; now {b}", self.place),
            (None, None) => format!("{}:{part}", self.place),
        }
    }

    /// Returns the object that programs read.
    pub fn to_value(&self) -> Value {
        Value::map([
            ("rule", Value::from(self.place.as_str())),
            ("part", self.part.as_str().into()),
            ("a", self.a.clone().into()),
            ("b", self.b.clone().into()),
            ("by", Value::list(self.by.iter().map(String::as_str))),
            ("sentence", self.sentence().into()),
        ])
    }
}

/// Returns what is not the same in two charters, by place. What `b` renames of `a` is told as a renaming, and not as
/// something that goes and something that comes.
pub fn rule_changes(a: &Charter, b: &Charter) -> Vec<RuleChange> {
    let renamed = b.migrate.as_ref().map(|migration| a.renamed(migration));
    let mut changes: Vec<RuleChange> = b.migrate.iter().flat_map(Migration::lines).map(|line| going(&line)).collect();
    let (old, new) = (Said::of(renamed.as_ref().unwrap_or(a)), Said::of(b));
    let keys: BTreeSet<&Key> = old.keys().chain(new.keys()).collect();
    let whole = |said: &Facts, place: &str| said.contains_key(&(place.to_owned(), String::new()));
    for key in keys.into_iter().filter(|key| old.get(*key).map(|s| &s.exact) != new.get(*key).map(|s| &s.exact)) {
        if key.1 == SEQUENCE && is_sequence_kept(old.get(key), new.get(key)) {
            continue;
        }
        // The parts of what comes or goes as a whole say nothing more.
        if !key.1.is_empty() && whole(&old, &key.0) != whole(&new, &key.0) {
            continue;
        }
        let side = |said: &Facts| said.get(key).map(|said| said.shown.clone());
        changes.push(RuleChange {
            place: key.0.clone(),
            part: key.1.clone(),
            a: side(&old),
            b: side(&new),
            by: Vec::new(),
        });
    }
    let sets: Vec<(String, String)> = changes.iter().filter_map(set).collect();
    for change in changes.iter_mut().filter(|change| change.a.is_some() && change.a == change.b) {
        let text = change.a.as_deref().unwrap_or_default();
        let words: BTreeSet<&str> = text.split(|c: char| !c.is_ascii_alphanumeric() && !"-_".contains(c)).collect();
        let named = sets.iter().filter(|(name, _)| words.contains(name.as_str()));
        change.by = named.map(|(name, told)| format!("{name} {told}")).collect();
    }
    changes
}

/// Returns whether what both name stands in the same sequence: what comes or goes is told by itself.
fn is_sequence_kept(old: Option<&Said>, new: Option<&Said>) -> bool {
    let (Some(old), Some(new)) = (old, new) else { return true };
    let names = |said: &'_ Said| said.exact.split(", ").map(str::to_owned).collect::<Vec<_>>();
    let (mut old, mut new) = (names(old), names(new));
    let before = old.clone();
    old.retain(|name| new.contains(name));
    new.retain(|name| before.contains(name));
    old == new
}

/// Returns the name of a set and what it was and is, where a change is one of a set.
fn set(change: &RuleChange) -> Option<(String, String)> {
    let name = change.place.strip_prefix("sets.")?;
    Some((name.to_owned(), format!("was {}; now {}", change.a.as_ref()?, change.b.as_ref()?)))
}

fn going(line: &str) -> RuleChange {
    let (table, what) = line.split_once(": ").unwrap_or(("", line));
    RuleChange { place: format!("migrate.{table}"), part: what.to_owned(), a: None, b: None, by: Vec::new() }
}

/// The part that says in which sequence names stand that decide by it no outcome, but what is told first, and which move leads on.
const SEQUENCE: &str = "sequence";

/// Place and part.
type Key = (String, String);
type Facts = BTreeMap<Key, Said>;

/// What a charter says somewhere: as it is compared, and as people read it.
struct Said {
    exact: String,
    shown: String,
}

impl Said {
    /// Returns everything that a charter says.
    fn of(charter: &Charter) -> Facts {
        let mut facts = Facts::new();
        let mut at = |place: String, part: &str, exact: String, shown: String| {
            facts.insert((place, part.to_owned()), Said { exact, shown });
        };
        head(charter, &mut at);
        for (role, types) in &charter.roles {
            let types: Vec<&str> = types.iter().map(|kind| kind.as_str()).collect();
            same(&mut at, format!("roles.{role}"), "", types.join(" | "));
        }
        for (scope, globs) in &charter.scopes {
            let globs: Vec<String> = globs.iter().map(Glob::text).collect();
            same(&mut at, format!("scopes.{scope}"), "", globs.join(", "));
        }
        for (set, ids) in &charter.sets {
            at(format!("sets.{set}"), "", format!("{ids:?}"), ids_text(ids));
        }
        for (link, rule) in &charter.links {
            same(&mut at, format!("links.{link}"), "", link_text(rule));
        }
        for (kind, rule) in &charter.kinds {
            kind_facts(&format!("kinds.{kind}"), rule, &mut at);
        }
        for (claim, rule) in &charter.claims {
            claim_facts(&format!("claims.{claim}"), rule, &mut at);
        }
        for (gate, rule) in &charter.gates {
            gate_facts(&format!("gates.{gate}"), rule, &mut at);
        }
        for (block, rule) in &charter.blocks {
            block_facts(&format!("blocks.{block}"), rule, &mut at);
        }
        for (name, rule) in &charter.commits {
            commit_facts(&format!("commits.{name}"), rule, &mut at);
        }
        for (class, rule) in &charter.waivers {
            waiver_facts(&format!("waivers.{class}"), rule, &mut at);
        }
        for (view, rule) in &charter.views {
            view_facts(&format!("views.{view}"), rule, &mut at);
        }
        facts
    }
}

type At<'a> = dyn FnMut(String, &str, String, String) + 'a;

/// Says what is compared as it is shown.
fn same(at: &mut At<'_>, place: String, part: &str, text: String) {
    at(place, part, text.clone(), text);
}

fn head(charter: &Charter, at: &mut At<'_>) {
    let mut put = |part: &str, text: String| same(at, "charter".to_owned(), part, text);
    put("", String::new());
    put("id", charter.id.to_string());
    put("semantics", charter.semantics.to_string());
    if let Some(title) = &charter.title {
        put("title", title.clone());
    }
    if charter.independence == Independence::Signed {
        put("independence", "signed".to_owned());
    }
    for forge in &charter.forges {
        put(&format!("forge {forge}"), String::new());
    }
    at("charter".to_owned(), "authority", who_text(&charter.authority), charter.authority_text.clone());
}

fn permission(place: &str, part: &str, rule: &Permission, at: &mut At<'_>) {
    at(place.to_owned(), part, exact(rule), rule.text.clone());
}

/// Returns a permission as it is compared: by what it means, and not by the words, which a renaming leaves as they were.
fn exact(rule: &Permission) -> String {
    let guard = match &rule.guard {
        Some(Guard::Sentence(sentence)) => format!("{:?}", sentence.bare()),
        other => format!("{other:?}"),
    };
    format!("{} {guard}", who_text(&rule.who))
}

fn kind_facts(place: &str, rule: &KindRule, at: &mut At<'_>) {
    let mut put = |part: &str, text: String| same(at, place.to_owned(), part, text);
    put("", String::new());
    put("id", rule.id.text.clone());
    for state in &rule.states {
        put(&format!("state {state}"), String::new());
    }
    put(SEQUENCE, words(&rule.states));
    for one in &rule.moves {
        let because: Vec<&str> = one.because.iter().map(Word::as_str).collect();
        let because = if because.is_empty() { String::new() } else { format!(" because {}", because.join(" | ")) };
        for from in &one.from {
            let from = from.as_ref().map_or("new", Word::as_str);
            let part = format!("move {from} -> {}", one.to);
            let shown = format!("by {}{because}", one.by.text);
            at(place.to_owned(), &part, format!("{}{because}", exact(&one.by)), shown);
        }
    }
    let mut put = |part: &str, text: String| same(at, place.to_owned(), part, text);
    if let Some(path) = &rule.path {
        put("path", path.clone());
    }
    if let Some(listed) = &rule.listed {
        let columns: Vec<String> = listed.columns.iter().map(|(part, column)| format!("{part} as {column}")).collect();
        put("listed", format!("in {}: {}", listed.document, columns.join(", ")));
    }
    if let Some(spoken) = &rule.spoken {
        put("listed", spoken_text(spoken));
    }
    if !rule.headings.is_empty() {
        put("headings", rule.headings.join(", "));
    }
    let said = policy(None, rule.why.as_ref(), rule.cite.as_ref());
    if !said.is_empty() {
        put("said", said.join(", "));
    }
    for (state, label) in &rule.labels {
        put(&format!("label {state}"), format!("{label:?}"));
    }
    if let Some(scope) = &rule.scope {
        let outside = scope.outside.as_ref().map(|field| format!(", outside {field}")).unwrap_or_default();
        let trailer = scope.trailer.as_ref().map(|name| format!(", named by {name}")).unwrap_or_default();
        put("scope", format!("inside {}{outside}{trailer}", scope.inside));
    }
    fields(place, &rule.fields, at);
    for (part, rule) in [("seal", &rule.seal), ("unseal", &rule.unseal)] {
        if let Some(rule) = rule {
            permission(place, part, rule, at);
        }
    }
}

fn fields(place: &str, fields: &BTreeMap<Word, FieldRule>, at: &mut At<'_>) {
    for (name, rule) in fields {
        same(at, place.to_owned(), &format!("field {name}"), field_text(rule));
    }
}

fn claim_facts(place: &str, rule: &ClaimRule, at: &mut At<'_>) {
    let mut put = |part: &str, text: String| same(at, place.to_owned(), part, text);
    put("", String::new());
    put("by", who_text(&rule.by));
    let results = rule.results.iter().map(|(result, guard)| match guard {
        None => (result.to_string(), result.to_string()),
        Some(Guard::Gate(gate)) => (format!("{result} if {gate}"), format!("{result} if {gate}")),
        Some(Guard::Sentence(sentence)) => {
            (format!("{result} if {:?}", sentence.bare()), format!("{result} if {}", sentence.text))
        }
    });
    let (exact, shown): (Vec<String>, Vec<String>) = results.unzip();
    at(place.to_owned(), "results", exact.join(", "), shown.join(", "));
    let mut put = |part: &str, text: String| same(at, place.to_owned(), part, text);
    if !rule.answers.is_empty() {
        put("answers", words(&rule.answers));
    }
    for (name, value) in &rule.values {
        put(&format!("value {name}"), field_text(value));
    }
    match &rule.over {
        None => {}
        Some(Over::Scope(scope)) => put("over", scope.to_string()),
        Some(Over::Noun(noun, text)) => at(place.to_owned(), "over", format!("{noun:?}"), text.clone()),
    }
    if let Some((noun, text)) = &rule.cites {
        at(place.to_owned(), "cites", format!("{noun:?}"), text.clone());
    }
}

fn commit_facts(place: &str, rule: &CommitRule, at: &mut At<'_>) {
    let mut put = |part: &str, text: String| same(at, place.to_owned(), part, text);
    put("", String::new());
    let scopes = [("touching", &rule.touching), ("except", &rule.except)];
    for (part, scope) in scopes.into_iter().filter_map(|(part, scope)| Some((part, scope.as_ref()?))) {
        put(part, scope.to_string());
    }
    if !rule.deny.is_empty() {
        put("deny", rule.deny.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | "));
    }
    let texts = [("on", rule.on.clone()), ("with", rule.with.as_ref().map(ToString::to_string))];
    for (part, text) in texts.into_iter().filter_map(|(part, text)| Some((part, text?))) {
        put(part, text);
    }
    for (part, patterns) in [("adding", &rule.adding), ("deleting", &rule.deleting)] {
        for pattern in patterns {
            put(&format!("{part} {}", pattern.text()), String::new());
        }
    }
    if rule.signed {
        put("signed", String::new());
    }
    let prose = [("why", &rule.why), ("cite", &rule.cite)];
    for (part, text) in prose.into_iter().filter_map(|(part, text)| Some((part, text.as_ref()?))) {
        put(part, text.clone());
    }
    if let Some(serves) = &rule.serves {
        at(place.to_owned(), "serves", format!("{} {:?}", serves.kind, serves.filter), serves.text.clone());
    }
    if let Some(needs) = &rule.needs {
        at(place.to_owned(), "needs", format!("{:?}", needs.bare()), needs.text.clone());
    }
}

fn gate_facts(place: &str, rule: &GateRule, at: &mut At<'_>) {
    same(at, place.to_owned(), "", String::new());
    let part = if rule.ordered { "order" } else { SEQUENCE };
    same(at, place.to_owned(), part, words(rule.criteria.iter().map(|c| &c.name)));
    for criterion in &rule.criteria {
        // A veto may have the name of a criterion that is none.
        let sort = if criterion.level == Level::Veto { "veto" } else { "criterion" };
        let part = format!("{sort} {}", criterion.name);
        let sentences: Vec<Sentence> = criterion.any.iter().map(Sentence::bare).collect();
        let exact = format!("{:?} {sentences:?}", criterion.level);
        at(place.to_owned(), &part, exact, criterion_text(criterion));
        remarks(place, &part, criterion.why.as_ref(), criterion.cite.as_ref(), at);
    }
}

fn criterion_text(criterion: &Criterion) -> String {
    let level = match criterion.level {
        Level::Must => "must: ",
        Level::Should => "should: ",
        Level::Veto => "",
    };
    let any: Vec<&str> = criterion.any.iter().map(|sentence| sentence.text.as_str()).collect();
    format!("{level}{}", any.join(", or "))
}

fn remarks(place: &str, part: &str, why: Option<&String>, cite: Option<&String>, at: &mut At<'_>) {
    let part = |what: &str| if part.is_empty() { what.to_owned() } else { format!("{part}, {what}") };
    for (what, text) in [("why", why), ("cite", cite)] {
        if let Some(text) = text {
            same(at, place.to_owned(), &part(what), format!("{text:?}"));
        }
    }
}

fn block_facts(place: &str, rule: &BlockRule, at: &mut At<'_>) {
    let mut put = |part: &str, text: String| same(at, place.to_owned(), part, text);
    put("", String::new());
    put("on", words(&rule.on));
    let stops = rule.stops.iter().map(|stop| match stop {
        Stop::Moves => "moves",
        Stop::Scope(name) | Stop::Field(name) => name.as_str(),
    });
    if !rule.stops.is_empty() {
        put("stops", words(stops));
    }
    if let Some(record) = &rule.record {
        put("record", record.to_string());
    }
    if !rule.because.is_empty() {
        put("because", words(&rule.because));
    }
    if let Some(until) = &rule.until {
        at(place.to_owned(), "until", format!("{:?}", until.bare()), until.text.clone());
    }
    for (part, rule) in [("by", &rule.by), ("lift", &rule.lift)] {
        if let Some(rule) = rule {
            permission(place, part, rule, at);
        }
    }
    fields(place, &rule.fields, at);
    remarks(place, "", rule.why.as_ref(), rule.cite.as_ref(), at);
}

fn view_facts(place: &str, rule: &ViewRule, at: &mut At<'_>) {
    let mut put = |part: &str, text: String| same(at, place.to_owned(), part, text);
    put("", String::new());
    match rule {
        ViewRule::Message(message) => {
            put("of", message.of.to_string());
            put("text", message.text.iter().map(Piece::text).collect());
        }
        ViewRule::Board(board) => {
            put("path", board.path.to_string());
            if let Some(title) = &board.title {
                put("title", format!("{title:?}"));
            }
            if !board.show.is_empty() {
                put("show", words(&board.show));
            }
            put("order", board.sections.iter().map(|(heading, _)| heading.as_str()).collect::<Vec<_>>().join(", "));
            for ((heading, section), said) in board.sections.iter().zip(&board.said) {
                let (exact, shown) = match section {
                    Section::Items(noun) => (format!("{noun:?}"), said.clone()),
                    Section::Table(noun, columns) => {
                        let columns: Vec<&str> = columns.iter().map(Piece::name).collect();
                        (format!("{noun:?} {columns:?}"), format!("{said}: {}", columns.join(", ")))
                    }
                    Section::Gate(gate, _) => (format!("gate {gate}"), format!("gate {gate}")),
                };
                at(place.to_owned(), &format!("section {heading}"), exact, shown);
            }
        }
    }
}

fn waiver_facts(place: &str, rule: &WaiverRule, at: &mut At<'_>) {
    let mut put = |part: &str, text: String| same(at, place.to_owned(), part, text);
    put("", String::new());
    for covered in &rule.covers {
        put(&format!("covers {covered}"), String::new());
    }
    put("until", rule.until.to_string());
    if let Some(most) = rule.most {
        put("most", most.to_string());
    }
    at(place.to_owned(), "by", who_text(&rule.by), rule.by_text.clone());
    remarks(place, "", rule.why.as_ref(), rule.cite.as_ref(), at);
}

fn words<W: ToString>(words: impl IntoIterator<Item = W>) -> String {
    words.into_iter().map(|word| word.to_string()).collect::<Vec<_>>().join(", ")
}

/// Returns who may, in the one way in which it is compared: `2 lead + 1 security|audit, not author`.
fn who_text(who: &Who) -> String {
    let terms: Vec<String> =
        who.terms.iter().map(|term| format!("{} {}", term.count, words(&term.roles).replace(", ", "|"))).collect();
    let not = who.not.iter().map(|not| match not {
        NotRule::Author => ", not author".to_owned(),
        // It follows from `not author` and `over`, which are both compared.
        NotRule::Writer(_) => String::new(),
        NotRule::Claim(claim) => format!(", not {claim}"),
    });
    not.fold(terms.join(" + "), |text, not| text + &not)
}

fn link_text(rule: &LinkRule) -> String {
    let end = |end: &Option<Word>| end.as_ref().map_or("any", Word::as_str).to_owned();
    let mut parts: Vec<String> = rule.pairs.iter().map(|(from, to)| format!("{} -> {}", end(from), end(to))).collect();
    let flags = [("acyclic", rule.acyclic), ("stated", rule.stated), ("unique", rule.unique)];
    parts.extend(flags.into_iter().filter(|(_, set)| *set).map(|(flag, _)| flag.to_owned()));
    parts.extend((rule.min > 0).then(|| format!("min {}", rule.min)));
    parts.extend(rule.within.as_ref().map(|within| format!("within {within}")));
    parts.extend(rule.inverse.as_ref().map(|inverse| format!("inverse {inverse}")));
    parts.extend(rule.under.as_ref().map(|under| format!("under {under:?}")));
    parts.extend(policy(rule.label.as_ref(), rule.why.as_ref(), rule.cite.as_ref()));
    parts.join(", ")
}

fn ids_text(ids: &IdSet) -> String {
    let term = |term: &IdTerm| match term {
        IdTerm::Glob(glob) => glob.clone(),
        IdTerm::Ids(ids) => match ids.as_slice() {
            [first, .., last] => format!("{first}..{last}"),
            one => words(one),
        },
    };
    let text = words(ids.items.iter().map(term));
    if ids.except.is_empty() { text } else { format!("{text} except {}", words(ids.except.iter().map(term))) }
}

fn spoken_text(spoken: &Spoken) -> String {
    let holder = match &spoken.holder {
        Holder::Item(id) => id.to_string(),
        Holder::Whole(kind) => format!("the {kind} that it is part of"),
    };
    match &spoken.words {
        Words::Heading { text, before: None } => format!("in {holder} by the heading {text:?}"),
        Words::Heading { text, before: Some(before) } => {
            format!("in {holder} by the heading {text:?} before {before:?}")
        }
        Words::Text(text) => format!("in {holder} by the text {text:?}"),
    }
}

/// Returns what is said of a field or link to people.
fn policy(label: Option<&String>, why: Option<&String>, cite: Option<&String>) -> Vec<String> {
    let said = [("label", label), ("why", why), ("cite", cite)];
    said.into_iter().filter_map(|(key, text)| Some(format!("{key} {:?}", text?))).collect()
}

fn field_text(rule: &FieldRule) -> String {
    let said = policy(rule.label.as_ref(), rule.why.as_ref(), rule.cite.as_ref());
    let under = rule.under.as_ref().map(|under| format!("under {under:?}"));
    std::iter::once(rule.text()).chain(under).chain(said).collect::<Vec<_>>().join(", ")
}
