//! What stands against changed paths: staged ones, or one that is asked for.

use super::super::look::{Line, Look, Page, Tone};
use super::super::{shown, words};
use super::{BlockPart, block_part, seal_value, show_leaves, show_seal};
use crate::domain::charter::glob::{path_could_match, scope_matches};
use crate::domain::charter::{CommitRule, KindRule, LinePattern};
use crate::domain::explain::{Explanation, Outcome};
use crate::domain::id::{ItemId, Word};
use crate::domain::judge::{Ground, Judgement, PathVerdict, SealGround, Standing, rules_of, waivers_of};
use crate::domain::state::{Item, State, Waiver};
use crate::domain::value::Value;

/// What refuses changed paths, each ground once.
struct Refusing {
    paths: Vec<Vec<u8>>,
    ground: Part,
}

enum Part {
    Block(Box<BlockPart>),
    Seal(SealGround),
    File,
}

fn refusing(judgement: &Judgement<'_>, verdicts: &[PathVerdict], only: Option<&ItemId>) -> Vec<Refusing> {
    let mut found: Vec<(&Ground, Vec<Vec<u8>>)> = Vec::new();
    for verdict in verdicts {
        for refusal in &verdict.refusals {
            match found.iter_mut().find(|(ground, _)| *ground == refusal.ground.as_ref()) {
                Some((_, paths)) => paths.push(verdict.path.clone()),
                None => found.push((refusal.ground.as_ref(), vec![verdict.path.clone()])),
            }
        }
    }
    let item = |ground: &Ground| match ground {
        Ground::Block(block) => Some(block.item.clone()),
        Ground::Seal(seal) => Some(seal.item.clone()),
        Ground::LedgerFile => None,
    };
    found.retain(|(ground, _)| only.is_none_or(|only| item(ground).as_ref() == Some(only)));
    found.into_iter().map(|(ground, paths)| Refusing { paths, ground: part(judgement, ground) }).collect()
}

fn part(judgement: &Judgement<'_>, ground: &Ground) -> Part {
    match ground {
        Ground::Seal(seal) => Part::Seal(seal.clone()),
        Ground::LedgerFile => Part::File,
        Ground::Block(block) => {
            let standing = judgement.blocks_on(&block.item);
            let same = |known: &&Standing<'_>| {
                *known.name == block.name && known.placed.map(|placed| placed.touch.at) == block.since
            };
            Part::Block(Box::new(match standing.iter().find(same) {
                Some(standing) => block_part(judgement, &block.item, standing),
                None => BlockPart {
                    ground: block.as_ref().clone(),
                    derived: block.since.is_none(),
                    outcome: Outcome::Unmet,
                    stops: Vec::new(),
                    leaves: Vec::new(),
                },
            }))
        }
    }
}

impl Refusing {
    fn show(&self, page: &mut Page) {
        for path in &self.paths {
            page.line(&Line::new(Tone::Strong, shown::path(path)));
        }
        match &self.ground {
            Part::Block(block) => block.show(page),
            Part::Seal(seal) => show_seal(page, seal, Outcome::Met, None),
            Part::File => page.detail(2, "refused", Tone::Bad, "it names the ledger that governs the repository"),
        }
    }

    fn to_value(&self) -> Value {
        let (sort, ground) = match &self.ground {
            Part::Block(block) => ("block", block.to_value()),
            Part::Seal(seal) => ("seal", seal_value(seal, Outcome::Met, None)),
            Part::File => ("ledger-file", Value::Null),
        };
        let paths = self.paths.iter().map(|path| String::from_utf8_lossy(path).into_owned());
        Value::map([("paths", Value::list(paths)), ("sort", sort.into()), ("ground", ground)])
    }
}

/// What stands against changes that are staged.
pub struct WhyStaged<'a> {
    state: &'a State,
    paths: usize,
    refusing: Vec<Refusing>,
    broken: Vec<Explanation>,
    waived: Vec<Explanation>,
}

impl<'a> WhyStaged<'a> {
    /// Returns what stands against some changes, all of it or only what is on one item. `rules` are the rules about commits that refuse
    /// them, and those that are waived.
    pub fn of(
        judgement: &Judgement<'a>,
        verdicts: &[PathVerdict],
        rules: (Vec<Explanation>, Vec<Explanation>),
        only: Option<&ItemId>,
    ) -> WhyStaged<'a> {
        let (mut broken, waived) = rules;
        let refusing = refusing(judgement, verdicts, only);
        broken.retain(|told| only.is_none_or(|only| told.item.as_deref() == Some(only.as_str())));
        WhyStaged { state: judgement.view().state, paths: verdicts.len(), refusing, broken, waived }
    }

    /// Returns whether nothing stands against the changes.
    pub fn is_free(&self) -> bool {
        self.refusing.is_empty() && self.broken.is_empty()
    }

    /// Returns the object that programs read.
    pub fn to_value(&self) -> Value {
        Value::map([
            ("free", self.is_free().into()),
            ("paths", Value::from(self.paths as u64)),
            ("rules", Value::List(self.broken.iter().map(Explanation::to_value).collect())),
            ("waived", Value::List(self.waived.iter().map(Explanation::to_value).collect())),
            ("refused", Value::List(self.refusing.iter().map(Refusing::to_value).collect())),
        ])
    }

    /// Returns the page that people read.
    pub fn to_text(&self, look: Look) -> String {
        let mut page = Page::new(look);
        if self.is_free() {
            let text = format!("nothing stands against what is staged ({})", words::count(self.paths, "file", "files"));
            page.line(&Line::new(Tone::Good, text));
        }
        show_refusing(&mut page, &self.refusing, self.state);
        for told in &self.broken {
            page.gap();
            show_rule(&mut page, told, Tone::Bad);
        }
        for told in &self.waived {
            page.gap();
            show_rule(&mut page, told, Tone::Unsure);
        }
        page.finish()
    }
}

fn show_rule(page: &mut Page, told: &Explanation, tone: Tone) {
    page.line(&Line::new(Tone::Strong, shown::line(&told.found)));
    page.detail(2, "rule", tone, &format!("{}  [{}]", told.rule.as_deref().unwrap_or_default(), told.code));
    if told.outcome == Outcome::Waived {
        let waiver = told.item.as_deref().unwrap_or_default();
        page.detail(2, "waiver", tone, &format!("{}   {waiver}", told.outcome.as_str()));
    } else if told.waivable {
        page.detail(2, "waiver", Tone::Plain, "possible");
    }
    for (label, text) in [("why", &told.why), ("cite", &told.cite)] {
        if let Some(text) = text {
            page.detail(2, label, Tone::Plain, &shown::line(text));
        }
    }
    page.detail(2, "needed", Tone::Plain, &shown::line(&told.needed));
    for who in &told.who {
        let names = if who.actors.is_empty() { String::new() } else { format!(": {}", who.actors.join(", ")) };
        page.detail(2, "who", Tone::Plain, &format!("{}{names}", who.role));
    }
    for next in &told.next {
        page.detail(2, "next", Tone::Command, &shown::line(next));
    }
}

/// Returns what a rule about commits says, in short; `of` is what they change, as it follows `a change`.
pub(super) fn rule_text(rule: &CommitRule, of: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    let patterns = |patterns: &[LinePattern]| {
        patterns.iter().map(|pattern| format!("`{}`", pattern.text())).collect::<Vec<_>>().join(" or ")
    };
    parts.extend(rule.on.as_ref().map(|branch| format!("on {branch}")));
    if !rule.deny.is_empty() {
        parts.push(format!("by {}", rule.deny.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ")));
    }
    for (verb, those) in [("adding", &rule.adding), ("removing", &rule.deleting)] {
        if !those.is_empty() {
            parts.push(format!("{verb} {}", patterns(those)));
        }
    }
    let mut needs: Vec<String> = Vec::new();
    needs.extend(rule.signed.then(|| "a signature".to_owned()));
    needs.extend(rule.serves.as_ref().map(|serves| format!("that the commit serves a {}", serves.text)));
    needs.extend(rule.with.as_ref().map(|with| format!("a change of {with} with it")));
    needs.extend(rule.needs.as_ref().map(|needs| format!("that {}", needs.text)));
    let parts = if parts.is_empty() { String::new() } else { format!(" {}", parts.join(", ")) };
    let what = format!("a change{of}{parts}");
    if needs.is_empty() { format!("refuses {what}") } else { format!("{what} needs {}", needs.join(", and ")) }
}

fn show_refusing(page: &mut Page, refusing: &[Refusing], state: &State) {
    for refused in refusing {
        page.gap();
        refused.show(page);
    }
    let leaves = refusing.iter().filter_map(|refused| match &refused.ground {
        Part::Block(block) => Some(&block.leaves),
        _ => None,
    });
    show_leaves(page, leaves.flatten(), state);
}

/// Waivers, each with its item.
type Waivers<'a> = Vec<(&'a ItemId, &'a Waiver)>;

/// Who governs a path, and what a change to it would meet.
pub struct WhyPath<'a> {
    path: &'a str,
    state: &'a State,
    items: Vec<(&'a ItemId, &'a Item, bool)>,
    scopes: Vec<&'a Word>,
    /// With the waivers of each that stand for items which may change the path.
    rules: Vec<(&'a Word, &'a CommitRule, Waivers<'a>)>,
    refusing: Vec<Refusing>,
}

impl<'a> WhyPath<'a> {
    /// Returns who governs a path. `verdicts` are what a change to it is judged to be.
    pub fn of(judgement: &Judgement<'a>, path: &'a str, verdicts: &[PathVerdict]) -> WhyPath<'a> {
        let state = judgement.view().state;
        let items =
            state.items.iter().filter(|(_, item)| item.stated.path.as_ref().is_some_and(|own| own.as_str() == path));
        let scopes = state.charter.rules.scopes.iter().filter(|(_, globs)| scope_matches(globs, path));
        let rules = rules_of(&judgement.view(), path);
        WhyPath {
            path,
            state,
            items: items.map(|(id, item)| (id, item, state.is_live(id))).collect(),
            scopes: scopes.map(|(name, _)| name).collect(),
            rules: rules
                .into_iter()
                .map(|(name, rule)| (name, rule, waivers_of(&judgement.view(), name, path)))
                .collect(),
            refusing: refusing(judgement, verdicts, None),
        }
    }

    /// Returns whether nothing stands against a change to the path.
    pub fn is_free(&self) -> bool {
        self.refusing.is_empty()
    }

    /// Returns whether an item, a scope, a rule or the place of a kind's files speaks of the path, whatever lies there.
    pub fn is_spoken_of(&self) -> bool {
        let takes = |kind: &KindRule| kind.path.as_ref().is_some_and(|pattern| path_could_match(pattern, self.path));
        // A rule that speaks of every change says nothing of this one.
        let ruled = self.rules.iter().any(|(_, rule, _)| rule.touching.is_some());
        !(self.items.is_empty() && self.scopes.is_empty() && !ruled && self.refusing.is_empty())
            || self.state.charter.rules.kinds.values().any(takes)
    }

    /// Returns the object that programs read.
    pub fn to_value(&self) -> Value {
        let items = self.items.iter().map(|(id, item, live)| {
            let seal = item.seal.as_ref().map(words::sealed);
            Value::map([
                ("id", (*id).into()),
                ("kind", (&item.kind).into()),
                ("status", (&item.status).into()),
                ("live", (*live).into()),
                ("seal", seal.into()),
            ])
        });
        let waived = self.rules.iter().flat_map(|(.., waived)| waived);
        let waived = waived.map(|(item, waiver)| waiver.noun(item).to_string());
        Value::map([
            ("path", self.path.into()),
            ("free", self.is_free().into()),
            ("items", Value::List(items.collect())),
            ("scopes", Value::list(self.scopes.iter().copied())),
            ("rules", Value::map(self.rules.iter().map(|(name, rule, _)| (name.as_str(), rule_text(rule, "").into())))),
            ("waived", Value::list(waived)),
            ("refused", Value::List(self.refusing.iter().map(Refusing::to_value).collect())),
        ])
    }

    /// Returns the page that people read.
    pub fn to_text(&self, look: Look) -> String {
        let mut page = Page::new(look);
        page.line(&Line::new(Tone::Strong, shown::path(self.path.as_bytes())));
        for (id, item, live) in &self.items {
            let seal = item.seal.as_ref().map(|seal| format!(", {}", words::sealed(seal))).unwrap_or_default();
            let old = if *live { "" } else { ", superseded" };
            page.detail(2, "item", Tone::Plain, &format!("{id}   {}, {}{seal}{old}", item.kind, item.status));
        }
        if self.items.is_empty() {
            page.detail(2, "item", Tone::Faint, "of no item");
        }
        let scopes = if self.scopes.is_empty() { "of none".to_owned() } else { words::names(&self.scopes) };
        page.detail(2, "scope", Tone::Plain, &scopes);
        for (name, rule, waived) in &self.rules {
            page.detail(2, "rule", Tone::Plain, &shown::line(&format!("{name}   {}", rule_text(rule, ""))));
            for (item, waiver) in waived {
                let by: Vec<String> = waiver.by.iter().map(|vote| vote.actor.to_string()).collect();
                let told = format!("{name} for {item}, by {} until {}", by.join(" and "), waiver.until);
                page.detail(2, "waived", Tone::Unsure, &shown::line(&told));
            }
        }
        if self.is_free() {
            page.detail(2, "against", Tone::Good, "no block and no seal stands against a change");
        } else {
            show_refusing(&mut page, &self.refusing, self.state);
        }
        page.finish()
    }
}
