//! Declaring, amending and moving items.

use std::collections::{BTreeMap, BTreeSet};

use super::words::unknown;
use super::{Attempt, Needs, Refusal, Rule, refuse};
use crate::domain::authority;
use crate::domain::charter::glob::path_matches;
use crate::domain::charter::{FieldRule, FieldType, Guard, KindRule, MoveRule, Stop, nearest};
use crate::domain::code::Code;
use crate::domain::event::{Amendment, Declaration};
use crate::domain::explain::{Explanation, Outcome, Supplier};
use crate::domain::id::{ActorId, ItemId, Noun, RESERVED, Word};
use crate::domain::judge::{Standing, value_problem};
use crate::domain::path::{Anchor, RepoPath};
use crate::domain::state::Item;
use crate::domain::time::Date;
use crate::domain::value::Value;

impl<'a> Attempt<'a> {
    pub(super) fn declared(&self, declaration: &Declaration) -> Result<Needs<'a>, Refusal> {
        let Noun::Item(id) = self.item else {
            return Err(refuse(Code::ItemId, format!("a declaration of {}", self.item), "an item's id"));
        };
        let kind = self.kind(&declaration.kind)?;
        if RESERVED.contains(&id.folded().as_str()) {
            return Err(refuse(Code::ItemId, format!("the id {id} is reserved"), "another id"));
        }
        if let Some(taken) = self.state.folded.get(&id.folded()) {
            let exists = Explanation::new(Code::ItemExists, format!("{taken} is declared"), "an id never used before")
                .item(taken);
            return Err(exists.next(format!("ledger show {taken}")).into());
        }
        if !kind.id.matches(id.as_str()) {
            let needed = format!("an id that matches {}", kind.id.text);
            return Err(refuse(Code::ItemId, format!("{id} is no id of the kind {}", declaration.kind), needed));
        }
        self.check_stated(id, &declaration.kind, kind, &declaration.stated)?;
        let rules = entries(&declaration.kind, kind, Some(&declaration.status));
        if rules.is_empty() {
            let firsts: BTreeSet<&str> =
                kind.moves.iter().filter(|m| m.from.contains(&None)).map(|m| m.to.as_str()).collect();
            let needed = firsts.into_iter().collect::<Vec<_>>().join(" or ");
            return Err(refuse(
                Code::ItemStatus,
                format!("{id} as {}", declaration.status),
                format!("a new {} is {needed}", declaration.kind),
            ));
        }
        Ok(Needs::Rules(rules))
    }

    pub(super) fn amended(&self, stated: &Amendment) -> Result<Needs<'a>, Refusal> {
        let (id, item) = self.live_item()?;
        if let Some(seal) = &item.seal {
            let (needed, next, who) = self.past_seal(id, item, seal);
            let found = format!("{id} was sealed on {}", seal.touch.at.date());
            return Err(Explanation::new(Code::ItemSealed, found, needed).item(id).next(next).who(who).into());
        }
        if item.stated == *stated {
            return Err(refuse(
                Code::ItemUnchanged,
                format!("{id} says so already"),
                "a change of title, path, fields or links",
            ));
        }
        check_successions(id, &item.stated, stated)?;
        let kind = self.kind(&item.kind)?;
        self.check_stated(id, &item.kind, kind, stated)?;
        self.check_fields_blocked(id, item, stated)?;
        Ok(Needs::Rules(entries(&item.kind, kind, None)))
    }

    /// Refuses to restate a field whose files a placed block stops: who states it could lift the block without its rule.
    fn check_fields_blocked(&self, id: &ItemId, item: &Item, stated: &Amendment) -> Result<(), Refusal> {
        for block in item.blocks.iter().filter(|block| block.lifted.is_none()) {
            let charter = self.state.charters.get(&block.charter).unwrap_or(&self.state.charter);
            let stops = charter.rules.blocks.get(&block.name).map_or(&[][..], |rule| &rule.stops);
            let mut fields =
                stops.iter().filter_map(|stop| if let Stop::Field(field) = stop { Some(field) } else { None });
            let restated = |field: &&Word| item.stated.fields.get(*field) != stated.fields.get(*field);
            if let Some(field) = fields.find(restated) {
                let found = format!("{} stands on {id} and stops changes of what {field} names", block.name);
                let told = Explanation::new(Code::BlockPath, found, format!("{field} as it is, or no such block"))
                    .rule(format!("blocks.{}", block.name))
                    .item(id);
                return Err(told.next(format!("ledger why {id}")).into());
            }
        }
        Ok(())
    }

    pub(super) fn moved(&self, from: &Word, to: &Word, because: Option<&Word>) -> Result<Needs<'a>, Refusal> {
        let (id, item) = self.live_item()?;
        let kind = self.kind(&item.kind)?;
        if item.status != *from {
            return Err(refuse(
                Code::ItemStatus,
                format!("{id} is {}", item.status),
                format!("the status {from}, from which it was to move"),
            ));
        }
        let fits: Vec<usize> = (0..kind.moves.len())
            .filter(|i| kind.moves[*i].to == *to && kind.moves[*i].from.contains(&Some(from.clone())))
            .collect();
        if fits.is_empty() {
            return Err(self.no_move(id, item, kind, to));
        }
        self.check_moves_blocked(id)?;
        let rules: Vec<Rule<'a>> = fits
            .into_iter()
            .filter(|i| match because {
                None => kind.moves[*i].because.is_empty(),
                Some(code) => kind.moves[*i].because.contains(code),
            })
            .map(|i| Rule::of(format!("kinds.{}.moves[{i}]", item.kind), &kind.moves[i].by))
            .collect();
        if rules.is_empty() {
            let codes: BTreeSet<&str> = kind.moves.iter().flat_map(|m| &m.because).map(Word::as_str).collect();
            let needed = if codes.is_empty() {
                "a move without a code".to_owned()
            } else {
                format!("--because with one of {}", codes.into_iter().collect::<Vec<_>>().join(", "))
            };
            let found = because.map_or_else(|| "no code as a reason".to_owned(), |code| format!("the code {code}"));
            return Err(Explanation::new(Code::ItemReason, found, needed).item(id).into());
        }
        Ok(Needs::Rules(rules))
    }

    /// Returns the refusal of a move that there is not, with those that there are and who may make them.
    fn no_move(&self, id: &ItemId, item: &Item, kind: &KindRule, to: &Word) -> Refusal {
        let leaving: Vec<&MoveRule> =
            kind.moves.iter().filter(|m| m.from.contains(&Some(item.status.clone()))).collect();
        let possible: Vec<&str> = leaving.iter().map(|m| m.to.as_str()).collect();
        let movers = |to: Option<&str>| {
            let mut who: Vec<Supplier> = Vec::new();
            for rule in leaving.iter().filter(|m| to.is_none_or(|to| m.to.as_str() == to)) {
                for supplier in authority::suppliers(self.state, &rule.by.who, &BTreeSet::new()) {
                    if !who.contains(&supplier) {
                        who.push(supplier);
                    }
                }
            }
            who
        };
        if !kind.states.contains(to) {
            // A word that was mistyped is no wish to go wherever a move leads.
            let states: Vec<&str> = kind.states.iter().map(Word::as_str).collect();
            let near = nearest(to.as_str(), &possible);
            let found = format!("{to} is no status of the kind {}", item.kind);
            let needed =
                near.map_or_else(|| format!("one of {}", states.join(", ")), |near| format!("did you mean {near}?"));
            let told = Explanation::new(Code::ItemStatus, found, needed).item(id);
            return match near {
                Some(near) => told.who(movers(Some(near))).next(format!("ledger move {id} {near}")).into(),
                None => told.next(format!("ledger why {id}")).into(),
            };
        }
        let needed = match possible.as_slice() {
            [] => format!("no move leads on from {}", item.status),
            some => format!("from {} it can move to {}", item.status, some.join(", ")),
        };
        let found = format!("{id} is {}; no move leads to {to}", item.status);
        let told = Explanation::new(Code::ItemStatus, found, needed).item(id).who(movers(None));
        told.nexts(possible.iter().map(|status| format!("ledger move {id} {status}"))).into()
    }

    /// Refuses a move while a block that stops moves stands on the item.
    fn check_moves_blocked(&self, id: &ItemId) -> Result<(), Refusal> {
        let view = self.view();
        let mut explanations = Vec::new();
        for standing in view.blocks_on(id).into_iter().filter(|s| s.stops.contains(&Stop::Moves)) {
            explanations.push(self.stopped(id, &standing));
            explanations.extend(standing.explanations());
        }
        if explanations.is_empty() { Ok(()) } else { Err(Refusal { explanations }) }
    }

    /// Returns what a standing block says to a move, with the first steps to where it no longer stands.
    fn stopped(&self, id: &ItemId, standing: &Standing<'_>) -> Explanation {
        let name = standing.name;
        let place = format!("blocks.{name}");
        let Some(placed) = standing.placed else {
            let rule = self.state.charter.rules.blocks.get(name);
            let (why, cite) = rule.map_or((None, None), |r| (r.why.clone(), r.cite.clone()));
            let found = format!("{name} stands on {id} by itself");
            let told = Explanation::new(Code::BlockMove, found, "no block that stops its moves")
                .rule(place)
                .because(why, cite);
            let outcome = if standing.outcome == Outcome::Unknown { Outcome::Unknown } else { Outcome::Unmet };
            return told.item(id).outcome(outcome).next(format!("ledger why {id}"));
        };
        let charter = self.state.charters.get(&placed.charter).unwrap_or(&self.state.charter);
        let rule = charter.rules.blocks.get(name);
        let (why, cite) = rule.map_or((None, None), |r| (r.why.clone(), r.cite.clone()));
        let found = format!("{name} stands on {id} since {}: {}", placed.touch.at.date(), placed.reason);
        let mut told = Explanation::new(Code::BlockMove, found, "no block that stops its moves")
            .rule(place.clone())
            .because(why, cite)
            .item(id);
        let record =
            rule.and_then(|r| r.record.as_ref()).map(|record| format!(" --record {record}")).unwrap_or_default();
        let command = format!("ledger unblock {id} {name}{record}");
        let Some(lift) = rule.and_then(|r| r.lift.as_ref()) else { return told.next(command) };
        told.who = authority::suppliers(self.state, &lift.who, &BTreeSet::new());
        match &lift.guard {
            Some(Guard::Gate(gate)) => told.next(format!("ledger gate {gate} {id}")),
            _ => told.next(command),
        }
    }

    pub(super) fn kind(&self, kind: &Word) -> Result<&'a KindRule, Refusal> {
        self.state.charter.rules.kinds.get(kind).ok_or_else(|| {
            let known = self.state.charter.rules.kinds.keys().map(Word::as_str);
            unknown(Code::ItemKind, "kinds", "kind", kind.as_str(), known)
        })
    }

    /// Checks what is stated of an item against its kind.
    fn check_stated(&self, id: &ItemId, name: &Word, kind: &KindRule, stated: &Amendment) -> Result<(), Refusal> {
        check_fields(Code::ItemField, &format!("kinds.{name}.fields"), &kind.fields, &stated.fields, &|actor| {
            self.state.actors.contains_key(actor)
        })?;
        self.check_path(id, name, kind, stated)?;
        let replaced = stated.links.get("supersedes");
        for (link, targets) in &stated.links {
            self.check_link(id, name, link, targets, replaced)?;
        }
        Ok(())
    }

    fn check_path(&self, id: &ItemId, name: &Word, kind: &KindRule, stated: &Amendment) -> Result<(), Refusal> {
        let Some(path) = &stated.path else { return Ok(()) };
        let Some(pattern) = &kind.path else {
            return Err(refuse(
                Code::ItemPath,
                format!("the path {path}"),
                format!("an item of kind {name} has no path"),
            ));
        };
        if !path_matches(pattern, id, path.as_str()) {
            let needed = format!("a path that matches {pattern}");
            return Err(Explanation::new(Code::ItemPath, format!("the path {path}"), needed)
                .rule(format!("kinds.{name}.path"))
                .into());
        }
        let replaced = stated.links.get("supersedes");
        let folded = path.folded();
        let holder = self.state.live_items().find(|(other, item)| {
            *other != id
                && item.stated.path.as_ref().is_some_and(|p| p.folded() == folded)
                && !replaced.is_some_and(|ids| ids.contains(*other))
        });
        match holder {
            Some((other, _)) => Err(Explanation::new(
                Code::ItemPath,
                format!("{path} is the path of {other}"),
                "a path of no other live item",
            )
            .item(other)
            .path(path)
            .into()),
            None => Ok(()),
        }
    }

    /// Checks one link of an item that takes the place of others.
    fn check_link(
        &self,
        id: &ItemId,
        kind: &Word,
        link: &Word,
        targets: &BTreeSet<ItemId>,
        replaced: Option<&BTreeSet<ItemId>>,
    ) -> Result<(), Refusal> {
        let rules = &self.state.charter.rules;
        let said = rules.links.get(link).map(|rule| (rule.why.clone(), rule.cite.clone())).unwrap_or_default();
        let wrong = |found: String, needed: String| {
            let told = Explanation::new(Code::ItemLink, found, needed).rule(format!("links.{link}")).item(id);
            let (why, cite) = said.clone();
            Err(told.because(why, cite).into())
        };
        let Some(rule) = rules.links.get(link) else {
            let known: Vec<&str> = rules.links.keys().map(Word::as_str).collect();
            return wrong(format!("the charter has no link {link}"), format!("one of {}", known.join(", ")));
        };
        let leaving: Vec<&Option<Word>> =
            rule.pairs.iter().filter(|(from, _)| from.as_ref().is_none_or(|f| f == kind)).map(|(_, to)| to).collect();
        if leaving.is_empty() {
            return wrong(
                format!("{link} from {id}, which is of kind {kind}"),
                "a link that leaves this kind".to_owned(),
            );
        }
        for target in targets {
            if let Some(item) = self.state.items.get(target)
                && !leaving.iter().any(|to| to.as_ref().is_none_or(|to| *to == item.kind))
            {
                return wrong(
                    format!("{link} to {target}, which is of kind {}", item.kind),
                    "a link to a kind that it leads to".to_owned(),
                );
            }
            if link.as_str() == "supersedes" {
                self.check_supersedes(id, target)?;
            }
            if (rule.acyclic || matches!(link.as_str(), "supersedes" | "part_of"))
                && self.closes_cycle(link, id, target)
            {
                return wrong(
                    format!("{link} from {id} to {target} closes a cycle"),
                    "a link that leads back nowhere".to_owned(),
                );
            }
            let holds = |other: &&ItemId| *other != id && !replaced.is_some_and(|ids| ids.contains(*other));
            if rule.unique
                && let Some(other) = self.live_sources(link, target).find(holds)
            {
                return wrong(format!("{other} links to {target} by {link} already"), "a target of its own".to_owned());
            }
        }
        Ok(())
    }

    fn check_supersedes(&self, id: &ItemId, target: &ItemId) -> Result<(), Refusal> {
        if !self.state.items.contains_key(target) {
            return Err(refuse(
                Code::ItemUnknown,
                format!("nobody declared {target}, which {id} supersedes"),
                "a declared item",
            ));
        }
        match self.state.successors.get(target) {
            Some(other) if other != id => Err(Explanation::new(
                Code::ItemSuperseded,
                format!("{target} was superseded by {other}"),
                "an item without a successor",
            )
            .item(target)
            .into()),
            _ => Ok(()),
        }
    }

    fn live_sources<'s>(&'s self, link: &'s Word, target: &'s ItemId) -> impl Iterator<Item = &'a ItemId> + 's {
        let leads = |item: &Item| item.stated.links.get(link).is_some_and(|ids| ids.contains(target));
        self.state.live_items().filter(move |(_, item)| leads(item)).map(|(id, _)| id)
    }

    /// Returns whether `from` can be reached from `target` along the link.
    fn closes_cycle(&self, link: &Word, from: &ItemId, target: &ItemId) -> bool {
        let mut seen = BTreeSet::new();
        let mut open = vec![target];
        while let Some(id) = open.pop() {
            if id == from {
                return true;
            }
            if seen.insert(id) {
                open.extend(
                    self.state.items.get(id).and_then(|item| item.stated.links.get(link)).into_iter().flatten(),
                );
            }
        }
        false
    }
}

/// Returns the rules of the moves from `new` to a status, or to any.
fn entries<'a>(name: &Word, kind: &'a KindRule, to: Option<&Word>) -> Vec<Rule<'a>> {
    let entries =
        kind.moves.iter().enumerate().filter(|(_, m)| m.from.contains(&None) && to.is_none_or(|to| m.to == *to));
    entries.map(|(i, m)| Rule::of(format!("kinds.{name}.moves[{i}]"), &m.by)).collect()
}

/// Checks that an item goes on to supersede what it took the place of: nothing comes back to life.
fn check_successions(id: &ItemId, before: &Amendment, after: &Amendment) -> Result<(), Refusal> {
    let kept = after.links.get("supersedes");
    let dropped =
        before.links.get("supersedes").into_iter().flatten().find(|old| !kept.is_some_and(|ids| ids.contains(*old)));
    match dropped {
        None => Ok(()),
        Some(old) => {
            let found = format!("{id} would no longer supersede {old}");
            let needed = format!("the link to {old}, whose place it took for ever");
            Err(Explanation::new(Code::ItemLink, found, needed).rule("links.supersedes").item(id).into())
        }
    }
}

/// Checks that every field is known and of its type. How many there are, and whether any is missing, is for `is valid`.
pub(super) fn check_fields(
    code: Code,
    place: &str,
    rules: &BTreeMap<Word, FieldRule>,
    fields: &BTreeMap<Word, Value>,
    is_actor: &dyn Fn(&ActorId) -> bool,
) -> Result<(), Refusal> {
    for (name, value) in fields {
        let Some(rule) = rules.get(name) else {
            let known: Vec<&str> = rules.keys().map(Word::as_str).collect();
            let needed =
                if known.is_empty() { "no field at all".to_owned() } else { format!("one of {}", known.join(", ")) };
            return Err(Explanation::new(code, format!("the field {name}"), needed).rule(place).into());
        };
        if let Some(needed) = misfit(&rule.kind, value, is_actor) {
            let found = format!("{name} is {}", value.to_canonical());
            let told = Explanation::new(code, found, needed).rule(format!("{place}.{name}"));
            return Err(told.because(rule.why.clone(), rule.cite.clone()).into());
        }
    }
    Ok(())
}

/// Checks fields as [`check_fields`] does, and how many or how much and what each of them is: for those of which nothing asks
/// later whether they are valid.
pub(super) fn check_values(
    code: Code,
    place: &str,
    rules: &BTreeMap<Word, FieldRule>,
    fields: &BTreeMap<Word, Value>,
    is_actor: &dyn Fn(&ActorId) -> bool,
) -> Result<(), Refusal> {
    check_fields(code, place, rules, fields, is_actor)?;
    for (name, value) in fields {
        let Some(rule) = rules.get(name) else { continue };
        if let Some(problem) = value_problem(rule, value) {
            let told = Explanation::new(code, format!("{name} {problem}"), rule.text());
            return Err(told.rule(format!("{place}.{name}")).into());
        }
    }
    Ok(())
}

/// Returns what a value of the type would be, where this one is not.
pub(super) fn misfit(kind: &FieldType, value: &Value, is_actor: &dyn Fn(&ActorId) -> bool) -> Option<String> {
    let each = |fits: &dyn Fn(&str) -> bool| {
        value.as_list().is_some_and(|list| list.iter().all(|v| v.as_text().is_some_and(fits)))
    };
    let (fits, needed) = match kind {
        FieldType::Text => (value.as_text().is_some(), "a text".to_owned()),
        FieldType::List => (each(&|_| true), "a list of texts".to_owned()),
        FieldType::Map => (matches!(value, Value::Map(_)), "texts under names".to_owned()),
        FieldType::Paths => (each(&|text| RepoPath::parse(text).is_ok()), "a list of paths".to_owned()),
        FieldType::Globs => (each(&|_| true), "a list of patterns".to_owned()),
        FieldType::Anchors => (each(&|text| Anchor::parse(text).is_some()), "a list of PATH:LINE".to_owned()),
        FieldType::Bool => (matches!(value, Value::Bool(_)), "true or false".to_owned()),
        FieldType::Integer(_) => (value.as_int().is_some(), "an integer".to_owned()),
        FieldType::Date => (value.as_text().is_some_and(|t| Date::parse(t).is_ok()), "a day YYYY-MM-DD".to_owned()),
        FieldType::Actor => {
            let known = value.as_text().and_then(|t| ActorId::parse(t).ok()).is_some_and(|actor| is_actor(&actor));
            (known, "an enrolled actor".to_owned())
        }
        FieldType::Enum(words) => {
            (value.as_text().is_some_and(|t| words.iter().any(|w| w == t)), format!("one of {}", words.join(", ")))
        }
    };
    (!fits).then_some(needed)
}
