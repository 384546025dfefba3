//! From a document to what it states of an item, by the labels of its kind; and everything that is wrong with it, at once.

use std::collections::{BTreeMap, BTreeSet};

use super::Refusal;
use super::words::read_one;
use crate::domain::authority;
use crate::domain::charter::{Charter, FieldRule, FieldType, KindRule, LinkRule, distance};
use crate::domain::code::Code;
use crate::domain::event::Amendment;
use crate::domain::explain::{Explanation, Supplier};
use crate::domain::id::{ItemId, Word};
use crate::domain::judge::{Judgement, View, quoted};
use crate::domain::markdown::heading;
use crate::domain::markdown::packet::{
    Labels, Mistaken, Other, Stated, day_of_moment, is_placeholder, name_and_text, names, plain_label,
    read as read_packet,
};
use crate::domain::path::{Anchor, RepoPath};
use crate::domain::state::State;
use crate::domain::text;
use crate::domain::value::Value;

/// How a document is called that has no name.
pub const STANDARD_INPUT: &str = "standard input";

/// What a document states of an item of a kind.
#[derive(Debug, Clone)]
pub struct Read {
    /// The title.
    pub title: Option<String>,
    /// The fields.
    pub fields: BTreeMap<Word, Value>,
    /// The links.
    pub links: BTreeMap<Word, BTreeSet<ItemId>>,
    /// Labels that no field or link of the kind has, as they are written, each with its line.
    pub others: Vec<(usize, String)>,
    /// Where each field and link is stated.
    lines: BTreeMap<Word, usize>,
    /// What cannot be read, by line.
    wrong: Vec<(usize, Explanation)>,
    file: String,
}

/// What was stated of an item, and a document about it does not state.
#[derive(Debug)]
pub struct Silent<'s> {
    /// Fields: each has its place in the document, so that there is none any more.
    pub fields: Vec<&'s Word>,
    /// Links that have their place in the document, so that there is none any more.
    pub links: Vec<&'s Word>,
    /// Links that have none, and stay.
    pub kept: Vec<&'s Word>,
}

/// What a label stands for.
enum Labelled<'r> {
    Field(&'r Word, &'r FieldRule),
    Link(&'r Word, &'r LinkRule),
}

impl Labelled<'_> {
    fn name(&self) -> &Word {
        match self {
            Labelled::Field(name, _) | Labelled::Link(name, _) => name,
        }
    }
}

/// Returns the links that leave a kind.
pub fn links_of<'r>(rules: &'r Charter, kind: &'r Word) -> impl Iterator<Item = (&'r Word, &'r LinkRule)> {
    let leaves =
        move |rule: &LinkRule| rule.pairs.iter().any(|(from, _)| from.as_ref().is_none_or(|from| from == kind));
    rules.links.iter().filter(move |(_, rule)| leaves(rule))
}

/// Returns whether documents have to speak of a link: where it has a label, or has to be stated. A document may be silent about any
/// other, as about what the item supersedes.
fn is_of_form(rule: &LinkRule) -> bool {
    rule.label.is_some() || rule.stated || rule.min > 0
}

/// Returns what the labels of a document about an item of a kind stand for.
fn labels<'r>(rules: &'r Charter, kind: &'r Word, rule: &'r KindRule) -> BTreeMap<String, Labelled<'r>> {
    let called = |label: &Option<String>, name: &Word| plain_label(label.as_deref().unwrap_or(name.as_str()));
    let fields = rule.fields.iter().map(|(name, rule)| (called(&rule.label, name), Labelled::Field(name, rule)));
    let links = links_of(rules, kind).map(|(name, rule)| (called(&rule.label, name), Labelled::Link(name, rule)));
    links.chain(fields).collect()
}

/// Reads what a document states of an item. What is wrong with it is kept for [`Read::judge`]. A kind that the charter does not have
/// states nothing, and is left to the rules that refuse it.
pub fn read(rules: &Charter, kind: &Word, id: &ItemId, file: &str, text: &str) -> Read {
    let mut read = Read {
        title: None,
        fields: BTreeMap::new(),
        links: BTreeMap::new(),
        others: Vec::new(),
        lines: BTreeMap::new(),
        wrong: Vec::new(),
        file: file.to_owned(),
    };
    let Some(rule) = rules.kinds.get(kind) else { return read };
    let labels = labels(rules, kind, rule);
    let named = |(_, labelled): &(&String, &Labelled<'_>)| matches!(labelled, Labelled::Field(_, rule) if rule.kind == FieldType::Map);
    let known: Labels = labels.iter().map(|(label, labelled)| (label.clone(), written(labelled))).collect();
    let named: BTreeSet<String> = labels.iter().filter(named).map(|(label, _)| label.clone()).collect();
    let packet = read_packet(text, &known, &named);
    if let Some(line) = packet.unclosed {
        let found = format!(
            "line {line}: what is opened there is never closed, so that the rest of the document belongs to it"
        );
        let needed = "the line that closes it: the same marks alone after fenced code, `-->` after a comment";
        read.wrong.push((line, Explanation::new(Code::ItemField, found, needed).rule(format!("kinds.{kind}.fields"))));
    }
    read.wrong.extend(missing_sections(kind, rule, text).map(|told| (usize::MAX, told)));
    let told = |line, other: &ItemId| {
        let found = format!("line {line}: the document is that of {other}");
        let told = Explanation::new(Code::ItemId, found, format!("the document of {id}"));
        (line, told.rule(format!("kinds.{kind}.id")))
    };
    let heading = packet.title.as_deref().and_then(|title| about_another(rule, id, title));
    read.wrong.extend(heading.map(|other| told(packet.title_line, &other)));
    read.title = packet.title.as_deref().and_then(|title| title_of(title, id));
    if let Some(open) = read.title.take_if(|title| is_placeholder(title)) {
        let (line, needed) = (packet.title_line, "what the template asks for, in its place");
        let told = Explanation::new(Code::ItemField, format!("line {line}: the title is still {open:?}"), needed);
        let told = told.rule(format!("kinds.{kind}")).because(rule.why.clone(), rule.cite.clone());
        read.wrong.push((line, told));
    }
    for stated in &packet.stated {
        let Some(labelled) = labels.get(&stated.label) else { continue };
        read.take(rules, kind, labelled, stated);
    }
    for Mistaken { line, label, written: as_written } in packet.mistaken {
        let Some(labelled) = labels.get(&label) else { continue };
        let label = written(labelled);
        let found = format!("line {line}: {as_written:?} looks like a label there, and is not read as {label}");
        let needed = format!("`- **{label}**: ...`, nothing between the name and its colon; or other words in front");
        let told = Explanation::new(Code::ItemField, found, needed).rule(format!("kinds.{kind}.fields"));
        read.wrong.push((line, told));
    }
    for Other { line, label, rest } in packet.others {
        let plain = plain_label(&label);
        // `TASK_ID: WP-7` says whose document it is.
        if plain.split(' ').next_back() == Some("id")
            && let Some(named) = ItemId::parse(&rest).ok().filter(|named| rule.id.matches(named.as_str()))
        {
            read.wrong.extend(Some(told(line, &named)).filter(|_| named != *id));
            continue;
        }
        let limit = if plain.len() < 8 { 1 } else { 2 };
        // No label is longer than 64 bytes, so that a longer one is near to none.
        match labels.iter().filter(|_| plain.len() <= 66).find(|(known, _)| distance(known, &plain) <= limit) {
            Some((_, near)) => {
                let found = format!("line {line}: {label} is the label of no field");
                let needed = format!("did you mean {}?", written(near));
                read.wrong.push((
                    line,
                    Explanation::new(Code::ItemField, found, needed).rule(format!("kinds.{kind}.fields")),
                ));
            }
            None => read.others.push((line, label)),
        }
    }
    read
}

/// Returns the sections of the kind that a document lacks, or has in another order.
fn missing_sections<'r>(kind: &Word, rule: &'r KindRule, text: &'r str) -> impl Iterator<Item = Explanation> + use<'r> {
    let place = format!("kinds.{kind}.headings");
    let sections = rule.headings.iter().enumerate();
    sections.filter_map(move |(at, section)| {
        let next = rule.headings.get(at + 1).filter(|next| heading(text, next, None));
        let found = match next {
            _ if !heading(text, section, None) => format!("no section `{section}`"),
            Some(next) if !heading(text, section, Some(next)) => format!("no section `{section}` before `{next}`"),
            _ => return None,
        };
        let needed = format!("a heading `{section}` in its place, as `ledger new` writes it");
        Some(Explanation::new(Code::ItemField, found, needed).rule(&place).because(rule.why.clone(), rule.cite.clone()))
    })
}

/// Returns the other item of the kind that a heading names first or last, where it does not name this one there. Ids that do not all
/// begin alike are not told from other words.
fn about_another(rule: &KindRule, id: &ItemId, heading: &str) -> Option<ItemId> {
    let mut words = heading.split([' ', ':']).filter(|word| !word.is_empty());
    let edges = [words.next(), words.next_back()];
    let named: Vec<ItemId> = edges.into_iter().flatten().filter_map(|word| ItemId::parse(word).ok()).collect();
    let other = named.iter().find(|named| rule.id.matches(named.as_str()))?;
    (!named.contains(id) && !rule.id.beginning().is_empty()).then(|| other.clone())
}

/// Returns the label as a template writes it.
fn written(labelled: &Labelled<'_>) -> String {
    match labelled {
        Labelled::Field(name, rule) => label_of(name, rule.label.as_deref()),
        Labelled::Link(name, rule) => label_of(name, rule.label.as_deref()),
    }
}

/// Returns the label of a field or link as a template writes it: the charter's, else the name in capitals.
pub fn label_of(name: &Word, label: Option<&str>) -> String {
    label.map_or_else(|| name.as_str().to_ascii_uppercase(), ToOwned::to_owned)
}

/// Returns the title that the first heading gives, filled in or not: without the item's id at its beginning, and none where it ends
/// with the id.
fn title_of(heading: &str, id: &ItemId) -> Option<String> {
    let title = match heading.strip_prefix(id.as_str()) {
        Some(rest) if rest.is_empty() || rest.starts_with([':', ' ']) => rest.trim_start_matches([':', ' ']),
        _ if heading.ends_with(id.as_str()) => "",
        _ => heading,
    };
    (!title.is_empty()).then(|| title.to_owned())
}

impl Read {
    /// Returns what was stated of the item before, and is not by the document.
    pub fn silent<'s>(&self, rules: &Charter, kind: &Word, before: &'s Amendment) -> Silent<'s> {
        let fields = rules.kinds.get(kind).map(|rule| &rule.fields);
        let has_label = |name: &Word| fields.is_some_and(|fields| fields.contains_key(name));
        let of_form = |name: &Word| rules.links.get(name).is_some_and(is_of_form);
        let links = before.links.keys().filter(|name| !self.links.contains_key(*name));
        let (links, kept) = links.partition(|name| of_form(name));
        let fields = before.fields.keys().filter(|name| has_label(name) && !self.fields.contains_key(*name));
        Silent { fields: fields.collect(), links, kept }
    }

    /// Returns what is wrong with a link of the document that leads to what nobody declared.
    fn undeclared(&self, state: &State, link: &Word) -> Option<(String, String)> {
        let targets = self.links.get(link).into_iter().flatten();
        let unknown: Vec<&str> = targets.filter(|id| !state.items.contains_key(*id)).map(ItemId::as_str).collect();
        let needed = "what was declared before, if only as the first status of its kind".to_owned();
        (!unknown.is_empty()).then(|| (format!("leads to {}, which nobody declared", unknown.join(", ")), needed))
    }

    fn take(&mut self, rules: &Charter, kind: &Word, labelled: &Labelled<'_>, stated: &Stated) {
        let line = stated.line;
        if let Some(before) = self.lines.insert(labelled.name().clone(), line) {
            self.refuse(kind, labelled, line, &format!("is stated in line {before} too"), "once");
            return;
        }
        let read = match labelled {
            Labelled::Field(name, rule) => value_of(rule, stated).map(|value| {
                self.fields.extend(value.map(|value| ((*name).clone(), value)));
            }),
            Labelled::Link(name, rule) => targets_of(rules, kind, rule, stated).map(|targets| {
                self.links.insert((*name).clone(), targets);
            }),
        };
        if let Err((line, found, needed)) = read {
            self.refuse(kind, labelled, line, &found, &needed);
        }
    }

    fn refuse(&mut self, kind: &Word, labelled: &Labelled<'_>, line: usize, found: &str, needed: &str) {
        let told = told(kind, labelled, Some(line), found, needed);
        self.wrong.push((line, told));
    }

    /// Judges everything that is stated of the item once the document is read, at once.
    ///
    /// # Errors
    /// One explanation for each field and link that is wrong, in the order of the document; what is missing comes last.
    pub fn judge(&self, view: View<'_>, id: &ItemId, kind: &Word, stated: &Amendment) -> Result<(), Refusal> {
        let rules = &view.state.charter.rules;
        let Some(rule) = rules.kinds.get(kind) else { return Ok(()) };
        let mut wrong = self.wrong.clone();
        let told_of: BTreeSet<String> = wrong.iter().filter_map(|(_, told)| told.rule.clone()).collect();
        let problems = Judgement::new(view).field_problems(id, kind, stated).into_iter();
        let fields = problems.filter_map(|(name, problem)| {
            let (name, field) = rule.fields.get_key_value(&name)?;
            Some((Labelled::Field(name, field), problem, field.text()))
        });
        let links = links_of(rules, kind).filter_map(|(name, rule)| {
            let undeclared = self.undeclared(view.state, name);
            let (problem, needed) = undeclared.or_else(|| link_problem(rule, stated.links.get(name)))?;
            Some((Labelled::Link(name, rule), problem, needed))
        });
        for (labelled, problem, needed) in fields.chain(links) {
            let line = self.lines.get(labelled.name()).copied();
            let told = told(kind, &labelled, line, &problem, &needed);
            if told.rule.as_ref().is_none_or(|place| !told_of.contains(place)) {
                wrong.push((line.unwrap_or(usize::MAX), told));
            }
        }
        wrong.sort_by_key(|(line, _)| *line);
        if wrong.is_empty() {
            return Ok(());
        }
        let whole = |told: Explanation| {
            let told = told.item(id).path(&self.file).who(vec![Supplier::asker()]);
            match self.file.as_str() {
                STANDARD_INPUT => told.next("ledger charter show"),
                file => told.next(format!("${{EDITOR:-vi}} {}", quoted(file))),
            }
        };
        let explanations = wrong.into_iter().map(|(_, told)| whole(told)).collect();
        Err(Refusal { explanations })
    }
}

/// Holds what is stated of an item to what its file states, before somebody signs both. Whoever signs has read the file; what is
/// enforced are the fields and links. Only a kind with `headings` has documents that are forms; others may say anything.
///
/// # Errors
/// One explanation for each field and link that the two state otherwise.
pub fn hold_to_file(
    state: &State,
    id: &ItemId,
    kind: &Word,
    stated: &Amendment,
    (path, text): (&RepoPath, &str),
) -> Result<(), Refusal> {
    let rules = &state.charter.rules;
    let Some(rule) = rules.kinds.get(kind) else { return Ok(()) };
    if rule.headings.is_empty() {
        return Ok(());
    }
    let read = read(rules, kind, id, path.as_str(), text);
    let mut wrong: Vec<String> = read.wrong.iter().map(|(_, told)| format!("{path}: {}", told.found)).collect();
    if let (Some(said), known) = (&read.title, &stated.title)
        && known.as_ref() != Some(said)
    {
        wrong.push(format!("the title is {:?}, and {said:?} in {path}", known.as_deref().unwrap_or_default()));
    }
    for name in rule.fields.keys() {
        let (known, said) = (stated.fields.get(name), read.fields.get(name));
        wrong.extend(difference(name, known.map(entries_of), said.map(entries_of), path));
    }
    for (name, rule) in links_of(rules, kind) {
        let (known, said) = (stated.links.get(name), read.links.get(name));
        if said.is_some() || is_of_form(rule) {
            let ids = |ids: &BTreeSet<ItemId>| ids.iter().map(ToString::to_string).collect();
            wrong.extend(difference(name, known.map(ids), said.map(ids), path));
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    let first = rule.moves.iter().find(|rule| rule.from.contains(&None));
    let who = first.map_or_else(Vec::new, |rule| authority::suppliers(state, &rule.by.who, &BTreeSet::new()));
    let told = |found: String| {
        Explanation::new(Code::SealFile, found, "what its file states: who signs has read that")
            .rule(format!("kinds.{kind}.seal"))
            .item(id)
            .path(path)
            .who(who.clone())
            .next(format!("ledger amend {id} --from {}", quoted(path.as_str())))
    };
    Err(Refusal { explanations: wrong.into_iter().map(told).collect() })
}

/// Returns what a value holds, entry by entry, as it is compared and told.
fn entries_of(value: &Value) -> Vec<String> {
    let plain = |value: &Value| value.as_text().map_or_else(|| value.to_canonical(), ToOwned::to_owned);
    match value {
        Value::Null => Vec::new(),
        Value::List(list) => list.iter().map(plain).collect(),
        Value::Map(map) => map.iter().map(|(name, value)| format!("{name}: {}", plain(value))).collect(),
        one => vec![plain(one)],
    }
}

/// Tells what an item states otherwise than its file.
fn difference(name: &Word, known: Option<Vec<String>>, said: Option<Vec<String>>, path: &RepoPath) -> Option<String> {
    let (known, said) = (known.unwrap_or_default(), said.unwrap_or_default());
    let only = |these: &[String], those: &[String]| -> String {
        let only: Vec<String> = these.iter().filter(|one| !those.contains(one)).map(|one| format!("{one:?}")).collect();
        only.join(", ")
    };
    let (more, less) = (only(&known, &said), only(&said, &known));
    match (more.is_empty(), less.is_empty()) {
        (true, true) if known.len() == said.len() => None,
        (true, true) => Some(format!("{name} has {} entries, and {} in {path}", known.len(), said.len())),
        (false, true) => Some(format!("{name} has {more}, which {path} does not name")),
        (true, false) => Some(format!("{name} lacks {less}, which {path} names")),
        (false, false) => Some(format!("{name} has {more}, where {path} names {less}")),
    }
}

fn told(kind: &Word, labelled: &Labelled<'_>, line: Option<usize>, found: &str, needed: &str) -> Explanation {
    let at = line.map(|line| format!("line {line}: ")).unwrap_or_default();
    let (code, place, why, cite) = match labelled {
        Labelled::Field(name, rule) => (Code::ItemField, format!("kinds.{kind}.fields.{name}"), &rule.why, &rule.cite),
        Labelled::Link(name, rule) => (Code::ItemLink, format!("links.{name}"), &rule.why, &rule.cite),
    };
    let found = format!("{at}{} {found}", labelled.name());
    Explanation::new(code, found, needed).rule(place).because(why.clone(), cite.clone())
}

/// Returns what a link that documents state lacks, and what is needed.
fn link_problem(rule: &LinkRule, targets: Option<&BTreeSet<ItemId>>) -> Option<(String, String)> {
    let count = targets.map_or(0, BTreeSet::len);
    if rule.stated && targets.is_none() {
        return Some(("is not stated".to_owned(), "its targets, or `none`".to_owned()));
    }
    let few = count < usize::try_from(rule.min).unwrap_or(usize::MAX);
    few.then(|| (format!("has {count} of at least {}", rule.min), format!("at least {}", rule.min)))
}

/// Where something is wrong, what was found, and what is needed.
type Wrong = (usize, String, String);

/// Returns what stands under a label as a value of the field's type; `None` where nothing does, of a field that holds one thing.
fn value_of(rule: &FieldRule, stated: &Stated) -> Result<Option<Value>, Wrong> {
    let entries = || {
        let entries = stated.entries();
        for (line, entry) in &entries {
            fits(*line, entry)?;
        }
        Ok(entries)
    };
    match rule.kind {
        FieldType::Text => {
            let text = stated.text();
            fits(stated.line, &text)?;
            Ok(if text.is_empty() && rule.optional { None } else { Some(text.into()) })
        }
        FieldType::List | FieldType::Paths | FieldType::Globs | FieldType::Anchors => {
            let entries = entries()?;
            for (line, entry) in entries.iter().filter(|_| rule.kind == FieldType::Paths) {
                let needed = "a file, named from the top of the repository".to_owned();
                RepoPath::parse(entry)
                    .map_err(|error| (*line, format!("cannot take {entry:?}: {}", error.detail), needed))?;
            }
            let is_anchor = |entry: &str| Anchor::parse(entry).is_some();
            if let Some((line, entry)) =
                entries.iter().find(|(_, entry)| rule.kind == FieldType::Anchors && !is_anchor(entry))
            {
                return Err((*line, format!("cannot take {entry:?}"), "a line of a file, as PATH:LINE".to_owned()));
            }
            Ok(Some(Value::list(entries.iter().map(|(_, entry)| entry.as_str()))))
        }
        FieldType::Map => {
            let mut map = BTreeMap::new();
            for (line, entry) in entries()? {
                let named = name_and_text(&entry).and_then(|(name, text)| Some((as_word(name)?, text)));
                let Some((name, text)) = named else {
                    return Err((line, format!("has the entry {entry:?}"), "NAME -> TEXT, or NAME: TEXT".to_owned()));
                };
                fits(line, text)?;
                if map.contains_key(name.as_str()) {
                    return Err((line, format!("has the entry {name} twice"), "each entry once".to_owned()));
                }
                map.insert(name.to_string(), Value::from(text));
            }
            Ok(Some(Value::Map(map)))
        }
        _ => match entries()?.first() {
            None => Ok(None),
            Some((_, entry)) if rule.kind == FieldType::Date && day_of_moment(entry).is_some() => {
                Ok(day_of_moment(entry).map(Value::from))
            }
            Some((line, entry)) => match read_one(&rule.kind, entry) {
                Ok(value) => Ok(Some(value)),
                Err((found, needed)) => Err((*line, found, needed)),
            },
        },
    }
}

/// Returns a name as the word that it is in a map: each run of other characters than ASCII letters, digits and `_` is one `-`, none
/// at the edges, and what is beyond the 64th character is cut off.
fn as_word(name: &str) -> Option<Word> {
    let parts = name.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).filter(|part| !part.is_empty());
    let word: String = parts.collect::<Vec<_>>().join("-").chars().take(64).collect();
    Word::parse(word.trim_matches(['-', '_'])).ok()
}

/// Checks that a text was filled in, and may stand in an event.
fn fits(line: usize, entry: &str) -> Result<(), Wrong> {
    if is_placeholder(entry) {
        return Err((line, format!("is still {entry:?}"), "what the template asks for, in its place".to_owned()));
    }
    text::check(entry, text::MAX_TEXT)
        .map_err(|error| (line, format!("is no text: {}", error.detail), "plain text".to_owned()))
}

fn targets_of(rules: &Charter, kind: &Word, link: &LinkRule, stated: &Stated) -> Result<BTreeSet<ItemId>, Wrong> {
    let mut targets = BTreeSet::new();
    for (line, entry) in stated.entries() {
        fits(line, &entry)?;
        for name in names(&entry) {
            let read = ItemId::parse(name).ok().or_else(|| by_number(rules, link, name));
            let wrong = || (line, format!("names {name:?}"), ids_needed(rules, kind, link));
            targets.insert(read.ok_or_else(wrong)?);
        }
    }
    Ok(targets)
}

/// Returns what a document has to name where a link of a kind is stated.
fn ids_needed(rules: &Charter, kind: &Word, link: &LinkRule) -> String {
    let leaves = |(from, _): &&(Option<Word>, Option<Word>)| from.as_ref().is_none_or(|from| from == kind);
    let to: BTreeSet<&Word> = link.pairs.iter().filter(leaves).filter_map(|(_, to)| to.as_ref()).collect();
    let id = |kind: &Word| Some(format!("of a {kind} as {}", rules.kinds.get(kind)?.id.text));
    let of: Vec<String> = to.into_iter().filter_map(id).collect();
    let of = if of.is_empty() { String::new() } else { format!(" {}", of.join(" or ")) };
    format!("ids{of}, with `,` between")
}

/// Returns the id that a number stands for, as documents write one: `§2.3` or `#12`, where the ids of the one kind to which the link
/// leads begin with letters of their own, and the number behind them is such an id.
fn by_number(rules: &Charter, link: &LinkRule, name: &str) -> Option<ItemId> {
    let number = name.strip_prefix(['§', '#'])?.trim_start();
    let kinds: BTreeSet<&Word> = link.pairs.iter().filter_map(|(_, to)| to.as_ref()).collect();
    let ids = kinds.into_iter().filter_map(|kind| {
        let pattern = &rules.kinds.get(kind)?.id;
        let id = format!("{}{number}", pattern.beginning());
        ItemId::parse(&id).ok().filter(|id| pattern.matches(id.as_str()))
    });
    let found: BTreeSet<ItemId> = ids.collect();
    if found.len() == 1 { found.into_iter().next() } else { None }
}
