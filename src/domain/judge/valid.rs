//! `is valid`: whether an item is complete by the rules of its kind.

use std::collections::{BTreeMap, BTreeSet};

use super::compare;
use super::eval::Eval;
use super::predicate::Finding;
use super::words;
use crate::domain::charter::glob::{scope_matches, scope_place};
use crate::domain::charter::{Charter, FieldRule, FieldType, KindRule, Reach};
use crate::domain::event::Amendment;
use crate::domain::explain::Outcome;
use crate::domain::id::{ActorId, ItemId, Word};
use crate::domain::path::{Anchor, RepoPath};
use crate::domain::state::{Item, State};
use crate::domain::text;
use crate::domain::time::Date;
use crate::domain::value::Value;

impl<'a> Eval<'a> {
    pub(super) fn valid(&self, id: &'a ItemId, item: &'a Item) -> Finding {
        let mut problems = self.problems(id, item);
        let kind = self.charter().kinds.get(&item.kind);
        let sections = kind.map_or(Some(Vec::new()), |kind| self.missing_sections(kind, item));
        let unknown = sections.is_none();
        problems.extend(sections.unwrap_or_default());
        let path = item.stated.path.as_ref().filter(|_| kind.is_some_and(|kind| !kind.headings.is_empty()));
        let unread = kind.and_then(|kind| self.unread_anchors(kind, item));
        let unknown = match unread {
            _ if unknown => Some(format!("the sections of {id} cannot be read here")),
            Some((name, file)) => Some(format!("{id}: {name} names a line of {file}, which cannot be read here")),
            None => None,
        };
        let finding = match (problems.is_empty(), unknown) {
            (false, _) => Finding::new(Outcome::Unmet, format!("{id}: {}", words::list(&problems, 5))),
            (true, Some(unknown)) => Finding::new(Outcome::Unknown, unknown),
            (true, None) => Finding::new(Outcome::Met, format!("{id} is valid")),
        };
        finding.at(path)
    }

    /// Returns what an item lacks by the rules of its kind.
    pub(super) fn problems(&self, id: &'a ItemId, item: &'a Item) -> Vec<String> {
        let Some(kind) = self.charter().kinds.get(&item.kind) else {
            return vec![format!("the charter has no kind {}", item.kind)];
        };
        let mut problems = self.field_problems(id, kind, item);
        for (name, rule) in &self.charter().links {
            let mut from = rule.pairs.iter().map(|(from, _)| from);
            if !from.any(|from| from.as_ref().is_none_or(|from| *from == item.kind)) {
                continue;
            }
            let reached = self.reached(name, item).len();
            if rule.stated && !item.stated.links.contains_key(name) {
                problems.push(format!("{name} is not stated{}", cited(rule.cite.as_ref())));
            } else if reached < usize::try_from(rule.min).unwrap_or(usize::MAX) {
                let few = format!("{name} has {} of at least {}", reached, rule.min);
                problems.push(few + &cited(rule.cite.as_ref()));
            }
            if let Some(within) = &rule.within {
                let around = self.targets(within.as_str(), item);
                let inside = |id: &ItemId| around.contains(&id);
                for target in self.targets(name.as_str(), item) {
                    if !inside(target) && !self.ancestors(target).into_iter().any(inside) {
                        let found = format!("{name} leads to {target}, which is no part of its {within}");
                        problems.push(found + &cited(rule.cite.as_ref()));
                    }
                }
            }
            if rule.unique {
                for target in self.targets(name.as_str(), item) {
                    let other = self.sources(name.as_str(), target).into_iter().find(|other| *other != id);
                    let taken = |other| format!("{name} to {target} is taken by {other}{}", cited(rule.cite.as_ref()));
                    problems.extend(other.map(taken));
                }
            }
        }
        problems
    }
}

impl Eval<'_> {
    fn field_problems(&self, id: &ItemId, kind: &KindRule, item: &Item) -> Vec<String> {
        let asked = self.stated_problems(id, &item.kind, &item.stated).into_iter();
        let cite = |name: &Word| cited(kind.fields.get(name).and_then(|rule| rule.cite.as_ref()));
        let mut problems: Vec<String> =
            asked.map(|(name, problem)| format!("{name} {problem}{}", cite(&name))).collect();
        let unknown = item.stated.fields.keys().filter(|name| !kind.fields.contains_key(*name));
        problems.extend(unknown.map(|name| format!("{name} is not a field of {}", item.kind)));
        problems
    }

    /// Returns the fields that the kind asks for and something that is stated so lacks or states otherwise than asked, each
    /// with what is wrong as a clause that follows its name.
    pub(super) fn stated_problems(&self, id: &ItemId, kind: &Word, stated: &Amendment) -> Vec<(Word, String)> {
        let Some(rules) = self.charter().kinds.get(kind) else { return Vec::new() };
        let problem = |(name, rule): (&Word, &FieldRule)| {
            let Some(value) = stated.fields.get(name).filter(|value| **value != Value::Null) else {
                return (!rule.optional).then(|| (name.clone(), "is missing".to_owned()));
            };
            let problem = type_problem(self.state, rule, value)
                .or_else(|| untold(value))
                .or_else(|| empty_problem(rule, value))
                .or_else(|| value_problem(rule, value))
                .or_else(|| outside(self.charter(), rule, value))
                .or_else(|| self.leads_nowhere(rule, value))
                .or_else(|| self.floor_problem(rules, stated, rule, value))
                .or_else(|| if rule.disjoint { self.overlap(id, kind, name, value) } else { None })?;
            Some((name.clone(), problem))
        };
        rules.fields.iter().filter_map(problem).collect()
    }

    /// Returns which word the paths that the item may change ask for, where the stated one is lower.
    fn floor_problem(&self, kind: &KindRule, stated: &Amendment, rule: &FieldRule, value: &Value) -> Option<String> {
        let FieldType::Enum(words) = &rule.kind else { return None };
        let inside = kind.scope.as_ref().and_then(|scope| stated.fields.get(&scope.inside));
        let paths = inside.map(texts).unwrap_or_default();
        let lowest = words.iter().position(|word| value.as_text() == Some(word))?;
        words.iter().enumerate().skip(lowest + 1).rev().find_map(|(_, word)| {
            let reaches = rule.floor.get(word)?;
            let (reach, places) = reaches.iter().find_map(|reach| {
                let places = self.places(reach, &paths);
                (places.len() >= usize::try_from(reach.places).unwrap_or(usize::MAX)).then_some((reach, places))
            })?;
            let named = |place: &str| if place.is_empty() { "." } else { place }.to_owned();
            let places: Vec<String> = places.into_iter().map(named).collect();
            let places = words::list(&places, 3);
            Some(format!("is {} and needs {word} at least, for {places} in {}", words[lowest], reach.scope))
        })
    }

    /// Returns the places of a scope in which paths lie.
    fn places<'p>(&self, reach: &Reach, paths: &[&'p str]) -> BTreeSet<&'p str> {
        let globs = self.charter().scopes.get(&reach.scope).map_or(&[][..], Vec::as_slice);
        paths.iter().filter_map(|path| scope_place(globs, path)).collect()
    }

    /// Returns who else has a path that is one of these, or lies within one, or around one; in the same field, under way.
    fn overlap(&self, id: &ItemId, kind: &Word, name: &Word, value: &Value) -> Option<String> {
        let held = self.held(kind, name)?;
        texts(value).into_iter().find_map(|path| {
            let path = text::fold(path);
            let around = path.match_indices('/').filter_map(|(end, _)| held.get_key_value(&path[..end]));
            let inside = format!("{path}/");
            let within = held.range(inside.clone()..).take_while(|(other, _)| other.starts_with(&inside));
            let (held, other) = around
                .chain(held.get_key_value(&path))
                .chain(within)
                .find_map(|(held, items)| items.iter().find(|other| ***other != *id).map(|other| (held, other)))?;
            Some(format!("has {held}, which {other} has"))
        })
    }
}

impl<'a> Eval<'a> {
    /// Returns the paths, folded, that those items have in a field which are under way.
    pub(super) fn paths_held(
        &self,
        items: Option<&Vec<&'a ItemId>>,
        kind: &KindRule,
        field: &Word,
    ) -> BTreeMap<String, BTreeSet<&'a ItemId>> {
        let mut held: BTreeMap<String, BTreeSet<&ItemId>> = BTreeMap::new();
        for (id, item) in items.into_iter().flatten().filter_map(|id| self.item(id)) {
            for path in
                item.stated.fields.get(field).filter(|_| is_left(kind, &item.status)).map(texts).unwrap_or_default()
            {
                held.entry(text::fold(path)).or_default().insert(id);
            }
        }
        held
    }
}

/// Returns the first path, or anchor, that does not lie in the scope of its field, as a clause that follows the field's name.
pub fn outside(rules: &Charter, rule: &FieldRule, value: &Value) -> Option<String> {
    let scope = rule.within.as_ref()?;
    let globs = rules.scopes.get(scope).map_or(&[][..], Vec::as_slice);
    let lies = |text: &str| match &rule.kind {
        FieldType::Anchors => Anchor::parse(text).is_some_and(|anchor| scope_matches(globs, anchor.path.as_str())),
        _ => scope_matches(globs, text),
    };
    let text = texts(value).into_iter().find(|text| !lies(text))?;
    Some(format!("has {text}, which is not within {scope}"))
}

/// Returns the first name of a map with no text behind it: it says nothing.
fn untold(value: &Value) -> Option<String> {
    let Value::Map(map) = value else { return None };
    let (name, _) = map.iter().find(|(_, text)| compare::is_blank(text))?;
    Some(format!("has {name} and no text behind it"))
}

/// Returns the place of the written policy, as it follows what breaks it.
fn cited(cite: Option<&String>) -> String {
    cite.map(|cite| format!(" ({cite})")).unwrap_or_default()
}

/// Returns whether a move leads from a status: what it holds is under way.
fn is_left(kind: &KindRule, status: &Word) -> bool {
    kind.moves.iter().any(|a_move| a_move.from.iter().flatten().any(|from| from == status))
}

/// Returns the texts of a value: itself, its elements, or its entries.
pub(super) fn texts(value: &Value) -> Vec<&str> {
    compare::parts(value).into_iter().filter_map(Value::as_text).collect()
}

/// Returns which text a value has to have and has not, or must not have and has, as a clause that follows the field's name.
///
/// What has to be there is compared byte for byte. What must not be there is looked for as whole words, in any case and however
/// it is spaced, so that a prohibition is not slipped by.
fn phrase_problem(rule: &FieldRule, value: &Value) -> Option<String> {
    let has = |wanted: &String| match value {
        Value::Text(text) => text.contains(wanted.as_str()),
        Value::Map(map) => map.contains_key(wanted),
        other => texts(other).into_iter().any(|element| is_entry(&rule.kind, wanted, element)),
    };
    if let Some(missing) = rule.contains.iter().find(|wanted| !has(wanted)) {
        return Some(format!("lacks {missing:?}"));
    }
    let found = rule.lacks.iter().find(|phrase| texts(value).into_iter().any(|text| has_phrase(text, phrase)))?;
    Some(format!("says {found:?}, which it must not"))
}

/// Returns whether an entry is one that has to be there. Of a list, `cargo test …` asks for an entry that begins so.
fn is_entry(kind: &FieldType, wanted: &str, entry: &str) -> bool {
    let begun = wanted.strip_suffix(" …").filter(|_| *kind == FieldType::List);
    begun.map_or(entry == wanted, |begun| {
        entry.strip_prefix(begun).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    })
}

fn has_phrase(within: &str, phrase: &str) -> bool {
    let plain = |text: &str| text::fold(text).split_whitespace().collect::<Vec<_>>().join(" ");
    let (within, phrase) = (plain(within), plain(phrase));
    let is_word = |c: Option<char>| c.is_some_and(text::is_of_word);
    within.match_indices(phrase.as_str()).any(|(at, hit)| {
        let (before, after) = (within[..at].chars().next_back(), within[at + hit.len()..].chars().next());
        let cut = |edge: Option<char>, beside: Option<char>| is_word(edge) && is_word(beside);
        !cut(hit.chars().next(), before) && !cut(hit.chars().next_back(), after)
    })
}

/// Returns what is wrong with the type of a value, as a clause that follows the field's name; `None` where it is right.
pub fn type_problem(state: &State, rule: &FieldRule, value: &Value) -> Option<String> {
    let texts = |good: &dyn Fn(&str) -> bool| match value {
        Value::List(list) => list.iter().all(|element| element.as_text().is_some_and(good)),
        _ => false,
    };
    let text = |good: &dyn Fn(&str) -> bool| value.as_text().is_some_and(good);
    let (right, wanted) = match &rule.kind {
        FieldType::Text => (text(&|_| true), "a text".to_owned()),
        FieldType::List => (texts(&|_| true), "a list of texts".to_owned()),
        FieldType::Map => (
            matches!(value, Value::Map(map) if map.values().all(|entry| matches!(entry, Value::Text(_)))),
            "texts under names".to_owned(),
        ),
        FieldType::Paths => (texts(&|path| RepoPath::parse(path).is_ok()), "a list of paths".to_owned()),
        FieldType::Globs => (texts(&|glob| !glob.is_empty()), "a list of globs".to_owned()),
        FieldType::Anchors => (texts(&|anchor| Anchor::parse(anchor).is_some()), "a list of PATH:LINE".to_owned()),
        FieldType::Bool => (matches!(value, Value::Bool(_)), "true or false".to_owned()),
        FieldType::Integer(_) => (matches!(value, Value::Int(_)), "an integer".to_owned()),
        FieldType::Date => (text(&|date| Date::parse(date).is_ok()), "a day, YYYY-MM-DD".to_owned()),
        FieldType::Actor => {
            let known = |name: &str| ActorId::parse(name).is_ok_and(|name| state.actors.contains_key(&name));
            (text(&known), "an enrolled actor".to_owned())
        }
        FieldType::Enum(choices) => {
            (text(&|choice| choices.iter().any(|known| known == choice)), format!("one of {}", choices.join(", ")))
        }
    };
    (!right).then(|| format!("is {} and not {wanted}", words::value(value)))
}

/// Returns that a text, list or map is empty which has to be given: one that is given empty is not given.
fn empty_problem(rule: &FieldRule, value: &Value) -> Option<String> {
    let counts = matches!(
        rule.kind,
        FieldType::Text | FieldType::List | FieldType::Map | FieldType::Paths | FieldType::Globs | FieldType::Anchors
    );
    (counts && compare::size(value) == 0 && !rule.optional && rule.range.0.is_none()).then(|| "is empty".to_owned())
}

/// Returns what is wrong with a value of the right type that can be told of it alone, as a clause that follows its name.
pub fn value_problem(rule: &FieldRule, value: &Value) -> Option<String> {
    range_problem(rule, value).or_else(|| phrase_problem(rule, value))
}

/// Returns what is wrong with how many or how much a value is, as a clause that follows the field's name.
fn range_problem(rule: &FieldRule, value: &Value) -> Option<String> {
    let many = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let (amount, unit) = match value {
        Value::Int(number) => (*number, ""),
        Value::Text(text) if text::is_blank(text) => (0, " characters"),
        Value::Text(text) => (many(text.chars().count()), " characters"),
        Value::List(list) if compare::size(value) < list.len() => (many(compare::size(value)), " different entries"),
        other => (many(compare::size(other)), " entries"),
    };
    if matches!(rule.kind, FieldType::Bool | FieldType::Date | FieldType::Actor | FieldType::Enum(_)) {
        return None;
    }
    let (low, high) = rule.range;
    if let Some(low) = low.filter(|low| amount < *low) {
        return Some(format!("has {amount}{unit} and needs at least {low}"));
    }
    high.filter(|high| amount > *high).map(|high| format!("has {amount}{unit} and may have at most {high}"))
}
