//! One item, whole: what is stated of it, who said what about it, what stands on it, and its events.

use std::collections::BTreeMap;

use super::event::{event_value, show_log_line};
use super::look::{Line, Look, Page, Tone};
use super::status::block_value;
use super::taint::Taint;
use super::waivers::{Granted, Waived};
use super::words;
use crate::domain::commit::SignedEvent;
use crate::domain::explain::Outcome;
use crate::domain::facts::File;
use crate::domain::id::{ActorId, Digest, ItemId, Noun, Word};
use crate::domain::judge::{Authorship, BlockGround, Judgement, SealDoubt, Standing};
use crate::domain::state::{Basis, Claims, Item, PlacedBlock, Said, State};
use crate::domain::value::Value;

/// The file of an item: none, one, or it cannot be known.
enum There {
    Unknown,
    Absent,
    Present(File),
}

/// An event with the commit that holds it.
pub type Recorded = (String, SignedEvent);

/// One item in a view, with the events on it, oldest first.
pub struct ItemPage<'a> {
    id: &'a ItemId,
    item: &'a Item,
    state: &'a State,
    file: There,
    content: Option<Digest>,
    sealed: Outcome,
    doubt: Option<SealDoubt>,
    stolen: Option<String>,
    authors: Authorship,
    blocks: Vec<(BlockGround, Standing<'a>)>,
    lifted: Vec<&'a PlacedBlock>,
    waivers: Vec<Granted>,
    claims: Vec<Statement<'a>>,
    inverse: BTreeMap<String, Vec<&'a ItemId>>,
    history: &'a [Recorded],
}

/// A statement with how it counts.
pub(super) struct Statement<'a> {
    pub(super) claim: &'a Word,
    pub(super) actor: &'a ActorId,
    basis: &'a Basis,
    pub(super) said: &'a Said,
    pub(super) counts: Counts,
    /// Why it cannot be relied upon, where that is so.
    doubt: Option<String>,
}

/// How a statement counts now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counts {
    Current,
    Stale,
    Retracted,
    Doubted,
    Unknown,
}

impl Counts {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Counts::Current => "current",
            Counts::Stale => "stale",
            Counts::Retracted => "retracted",
            Counts::Doubted => "in doubt",
            Counts::Unknown => "not to be known",
        }
    }
}

/// Returns how each statement about a thing counts now, in the order of the claims.
pub(super) fn statements<'a>(judgement: &Judgement<'_>, noun: &Noun, claims: &'a Claims) -> Vec<Statement<'a>> {
    let mut found = Vec::new();
    for (claim, actors) in claims {
        let now = judgement.basis(claim, noun);
        for (actor, words) in actors {
            for (basis, said) in words {
                let doubt = judgement.doubt(said);
                let counts = match now {
                    _ if said.retracted => Counts::Retracted,
                    None => Counts::Unknown,
                    Some(now) if now != *basis => Counts::Stale,
                    Some(_) if doubt.is_some() => Counts::Doubted,
                    Some(_) => Counts::Current,
                };
                found.push(Statement { claim, actor, basis, said, counts, doubt });
            }
        }
    }
    found.sort_by_key(|statement| (statement.claim, statement.said.touch.seq));
    found
}

impl Waived for ItemPage<'_> {
    fn each_waiver(&mut self, note: impl FnMut(&mut Granted)) {
        self.waivers.iter_mut().for_each(note);
    }
}

impl<'a> ItemPage<'a> {
    /// Returns the page of a declared item.
    pub fn of(judgement: &Judgement<'a>, id: &'a ItemId, item: &'a Item, history: &'a [Recorded]) -> ItemPage<'a> {
        let state = judgement.view().state;
        let standing = judgement.blocks_on(id).into_iter();
        let noun = Noun::Item(id.clone());
        ItemPage {
            id,
            item,
            state,
            file: match judgement.file(item) {
                None => There::Unknown,
                Some(None) => There::Absent,
                Some(Some(file)) => There::Present(file),
            },
            content: judgement.content(id),
            sealed: judgement.sealed(id),
            doubt: judgement.seal_doubt(item),
            stolen: None,
            authors: judgement.authors(id),
            blocks: standing.map(|block| (judgement.ground(id, &block), block)).collect(),
            lifted: item.blocks.iter().filter(|block| block.lifted.is_some()).collect(),
            waivers: Granted::of(judgement, id, item),
            claims: statements(judgement, &noun, &item.claims),
            inverse: inverse(state, id),
            history,
        }
    }

    /// Returns the page with what took effect by keys in other hands, the seal among it or not.
    #[must_use]
    pub fn with_taints(self, taints: &[Taint]) -> ItemPage<'a> {
        let seal = self.item.seal.as_ref();
        let stolen = taints.iter().find(|taint| seal.is_some_and(|seal| seal.event == taint.event));
        ItemPage { stolen: stolen.map(|taint| taint.actor.to_string()), ..self }
    }

    fn seal_word(&self) -> &'static str {
        match self.sealed {
            Outcome::Met => "holds",
            Outcome::Unknown => "unknown",
            _ => "drifted",
        }
    }

    /// Returns the object that programs read.
    pub fn to_value(&self) -> Value {
        let item = self.item;
        let fields = item.stated.fields.iter().map(|(name, value)| (name.as_str(), value.clone()));
        let links = item.stated.links.iter().map(|(link, targets)| (link.as_str(), Value::list(targets)));
        let inverse = self.inverse.iter().map(|(link, from)| (link.as_str(), Value::list(from.iter().copied())));
        let seal = item.seal.as_ref().map(|seal| {
            Value::map([
                ("by", Value::set(&seal.by)),
                ("at", seal.touch.at.into()),
                ("seq", seal.touch.seq.into()),
                ("event", (&seal.event).into()),
                ("content", seal.content.into()),
                ("state", self.seal_word().into()),
            ])
        });
        let file = match self.file {
            There::Unknown => "unknown",
            There::Absent => "absent",
            There::Present(_) => "present",
        };
        let blocks = self.blocks.iter().map(|(ground, standing)| {
            block_value(ground, standing.placed.is_none(), standing.outcome, &words::stops(standing.stops))
        });
        let history = self.history.iter().map(|(commit, signed)| event_value(signed, commit));
        Value::map([
            ("id", self.id.into()),
            ("kind", (&item.kind).into()),
            ("status", (&item.status).into()),
            ("title", item.stated.title.clone().into()),
            ("path", item.stated.path.as_ref().into()),
            ("file", item.stated.path.as_ref().map(|_| Value::from(file)).into()),
            ("fields", Value::map(fields)),
            ("links", Value::map(links)),
            ("linked_from", Value::map(inverse)),
            ("content", self.content.into()),
            ("seal", seal.into()),
            ("blocks", Value::List(blocks.collect())),
            ("waivers", Value::List(self.waivers.iter().map(Granted::to_value).collect())),
            ("claims", Value::List(self.claims.iter().map(Statement::to_value).collect())),
            ("authors", self.authors_value()),
            ("superseded_by", self.state.successor(self.id).into()),
            ("history", Value::List(history.collect())),
        ])
    }

    fn authors_value(&self) -> Value {
        Value::map([
            ("signed", Value::set(&self.authors.signed)),
            ("claimed", Value::set(&self.authors.claimed)),
            ("strangers", Value::set(self.authors.strangers.iter().map(String::as_str))),
            ("unknown", self.authors.unknown.into()),
        ])
    }

    /// Returns the page that people read.
    pub fn to_text(&self, look: Look) -> String {
        let mut page = Page::new(look);
        let item = self.item;
        let stated = item.stated.fields.keys().chain(item.stated.links.keys()).map(Word::as_str);
        page.labels(stated.chain(self.inverse.keys().map(String::as_str)));
        let title = item.stated.title.as_deref().unwrap_or_default();
        page.line(&Line::new(Tone::Strong, self.id.as_str()).and(Tone::Plain, "  ").and(Tone::Plain, title));
        page.detail(2, "kind", Tone::Plain, item.kind.as_str());
        page.detail(2, "status", Tone::Strong, item.status.as_str());
        if let Some(successor) = self.state.successor(self.id) {
            page.detail(2, "now", Tone::Unsure, &format!("superseded by {successor}"));
        }
        self.show_stated(&mut page);
        self.show_seal(&mut page);
        self.show_authors(&mut page);
        self.show_blocks(&mut page);
        self.show_claims(&mut page);
        if !self.history.is_empty() {
            page.head("Events");
        }
        for (commit, signed) in self.history.iter().rev() {
            show_log_line(&mut page, "  ", &signed.event, commit);
        }
        page.finish()
    }

    fn show_stated(&self, page: &mut Page) {
        let stated = &self.item.stated;
        if let Some(path) = &stated.path {
            let (tone, file) = match self.file {
                There::Unknown => (Tone::Unsure, "cannot be read here".to_owned()),
                There::Absent => (Tone::Bad, "not there".to_owned()),
                There::Present(file) => (Tone::Plain, format!("{} bytes", file.size)),
            };
            page.detail(2, "path", tone, &format!("{path}   {file}"));
        }
        for (name, value) in &stated.fields {
            page.detail(2, name.as_str(), Tone::Plain, &words::value(value));
        }
        for (link, targets) in &stated.links {
            let list = if targets.is_empty() { "none, stated".to_owned() } else { words::names(targets) };
            page.detail(2, link.as_str(), Tone::Plain, &list);
        }
        for (link, from) in &self.inverse {
            page.detail(2, link, Tone::Plain, &words::names(from));
        }
        let content = self.content.map_or_else(|| "cannot be read here".to_owned(), |content| content.to_string());
        page.detail(2, "content", Tone::Faint, &content);
    }

    fn show_seal(&self, page: &mut Page) {
        let Some(seal) = &self.item.seal else {
            return page.detail(2, "seal", Tone::Faint, "none");
        };
        let (tone, told) = match (self.sealed, &self.doubt, &self.stolen) {
            (Outcome::Met, _, Some(actor)) => {
                (Tone::Unsure, format!("the content is the sealed one, by a key of {actor} that was in other hands"))
            }
            (Outcome::Met, ..) => (Tone::Good, "it holds".to_owned()),
            (Outcome::Unknown, Some(doubt), _) => (Tone::Unsure, format!("it counts as unknown, since {}", doubt.text)),
            (Outcome::Unknown, ..) => (Tone::Unsure, "whether it holds cannot be read here".to_owned()),
            _ => (Tone::Bad, "drifted: the content is no longer the sealed one".to_owned()),
        };
        page.detail(2, "seal", tone, &format!("{} (event {}): {told}", words::sealed(seal), seal.touch.seq));
        page.detail(2, "", Tone::Faint, &format!("on content {}", seal.content));
    }

    fn show_authors(&self, page: &mut Page) {
        let mut parts = Vec::new();
        if !self.authors.signed.is_empty() {
            parts.push(words::names(&self.authors.signed));
        }
        if !self.authors.claimed.is_empty() {
            parts.push(format!("{} (by unsigned commits)", words::names(&self.authors.claimed)));
        }
        if !self.authors.strangers.is_empty() {
            parts.push(format!("{} (enrolled with no one)", words::names(&self.authors.strangers)));
        }
        if self.authors.unknown {
            parts.push("who else wrote it cannot be known".to_owned());
        }
        page.detail(2, "authors", Tone::Plain, &parts.join(", "));
    }

    fn show_blocks(&self, page: &mut Page) {
        for (ground, standing) in &self.blocks {
            let tone = if standing.stops.is_empty() { Tone::Unsure } else { Tone::Bad };
            let since = ground.since.map_or_else(String::new, |at| format!(" since {}", at.date()));
            let by = words::placed_by(ground);
            let by = if by.is_empty() { by } else { format!(" by {by}") };
            let stops = match words::stops(standing.stops) {
                stops if stops.is_empty() => ", a mark".to_owned(),
                stops => format!(", stops {}", stops.join(", ")),
            };
            page.detail(2, "block", tone, &format!("{}{since}{by}{stops}", ground.name));
            if let Some(reason) = &ground.reason {
                page.detail(2, "", Tone::Plain, reason);
            }
            page.detail(2, "", Tone::Plain, &format!("lifts {}", words::lifts(ground)));
        }
        for block in &self.lifted {
            let Some(lift) = &block.lifted else { continue };
            let record = lift.record.as_ref().map(|record| format!(" on record {record}")).unwrap_or_default();
            let by = words::by(&lift.by);
            let text = format!(
                "{} since {}, lifted {by} on {}{record}",
                block.name,
                block.touch.at.date(),
                lift.touch.at.date()
            );
            page.detail(2, "block", Tone::Faint, &text);
        }
        self.waivers.iter().for_each(|waiver| waiver.show(page));
    }

    fn show_claims(&self, page: &mut Page) {
        if self.claims.is_empty() {
            return;
        }
        page.head("Statements");
        let rows: Vec<Vec<Line>> = self.claims.iter().map(Statement::cells).collect();
        page.table(2, &rows);
    }
}

/// Returns who links to an item, by what the link is called from there.
fn inverse<'a>(state: &'a State, id: &ItemId) -> BTreeMap<String, Vec<&'a ItemId>> {
    let mut found: BTreeMap<String, Vec<&ItemId>> = BTreeMap::new();
    for (from, item) in &state.items {
        for (link, _) in item.stated.links.iter().filter(|(_, targets)| targets.contains(id)) {
            let rule = state.charter.rules.links.get(link);
            let name =
                rule.and_then(|rule| rule.inverse.as_ref()).map_or_else(|| format!("{link} of"), ToString::to_string);
            found.entry(name).or_default().push(from);
        }
    }
    found
}

impl Statement<'_> {
    fn answers(&self) -> String {
        let statement = &self.said.statement;
        let no: Vec<&str> = statement.answers.iter().filter(|(_, yes)| !**yes).map(|(name, _)| name.as_str()).collect();
        let mut parts = Vec::new();
        if !no.is_empty() {
            parts.push(format!("no to {}", no.join(", ")));
        }
        parts.extend(statement.values.iter().map(|(name, value)| format!("{name} {}", words::value(value))));
        parts.extend(self.doubt.iter().filter(|_| self.counts == Counts::Doubted).cloned());
        parts.join("; ")
    }

    fn cells(&self) -> Vec<Line> {
        let tone = match self.counts {
            Counts::Current => Tone::Good,
            Counts::Unknown | Counts::Doubted => Tone::Unsure,
            Counts::Stale | Counts::Retracted => Tone::Faint,
        };
        let role = self.said.role.as_ref().map(|role| format!(" ({role})")).unwrap_or_default();
        vec![
            Line::plain(self.claim.as_str()),
            Line::new(Tone::Strong, self.said.statement.result.as_str()),
            Line::new(tone, self.counts.as_str()),
            Line::plain(format!("{}{role}", self.actor)),
            Line::plain(self.said.made.date().to_string()),
            Line::new(Tone::Faint, format!("event {}", self.said.touch.seq)),
            Line::plain(self.answers()),
        ]
    }

    fn to_value(&self) -> Value {
        let statement = &self.said.statement;
        let answers = statement.answers.iter().map(|(name, yes)| (name.as_str(), Value::Bool(*yes)));
        let values = statement.values.iter().map(|(name, value)| (name.as_str(), value.clone()));
        Value::map([
            ("claim", self.claim.into()),
            ("result", (&statement.result).into()),
            ("counts", self.counts.as_str().into()),
            ("doubt", self.doubt.clone().into()),
            ("actor", self.actor.into()),
            ("as", self.said.role.as_ref().into()),
            ("made", self.said.made.into()),
            ("seq", self.said.touch.seq.into()),
            ("event", (&self.said.event).into()),
            ("content", self.basis.content.into()),
            ("over", self.basis.over.into()),
            ("answers", Value::map(answers)),
            ("values", Value::map(values)),
        ])
    }
}
