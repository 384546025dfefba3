//! One judgement: the state, the facts, the moment, and what was found out on the way.

#![expect(clippy::option_option, reason = "unknown and absent are two answers")]

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use super::View;
use super::report::{Authorship, Excluded, GateReport, SentenceReport};
use super::select::Thing;
use super::shared::Shared;
use super::views::Rendering;
use crate::domain::charter::{Base, BlockRule, Charter, ClaimRule, Independence, NotRule, Noun as Selection, Over};
use crate::domain::event::Amendment;
use crate::domain::explain::Outcome;
use crate::domain::facts::{Answer, Facts, File, Question, Recorder};
use crate::domain::id::{ActorId, Digest, ItemId, Noun, Word};
use crate::domain::path::RepoPath;
use crate::domain::state::{Adopted, Basis, Claims, Item, PlacedBlock, State, Waiver};
use crate::domain::value::Value;

/// The link by which an item takes the place of another.
pub(super) const SUPERSEDES: &str = "supersedes";

/// The link that makes an item a part of another.
pub(super) const PART_OF: &str = "part_of";

/// Block -> what its `until` says: of an item, or of every item where it speaks of none, and how deep in advice; `None` while it is judged.
type Untils<'a> = BTreeMap<(&'a Word, Option<&'a ItemId>, u32), Option<Arc<SentenceReport>>>;

/// One of the things that a claim is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its content: `None` where it cannot be known, `Some(None)` where there is none.
    pub content: Option<Option<Digest>>,
    /// Its file.
    pub path: Option<RepoPath>,
}

/// A judgement under way. Whatever it finds out, it finds out once.
pub(super) struct Eval<'a> {
    pub(super) state: &'a State,
    /// The rules by which it is judged: those in force, or those under which something was placed that stands.
    pub(super) adopted: &'a Adopted,
    pub(super) view: View<'a>,
    facts: Recorder<'a>,
    index: OnceCell<Index<'a>>,
    contents: RefCell<BTreeMap<&'a ItemId, Option<Digest>>>,
    /// What was judged while it was looked for a way on is not what is told: there, what is under way already is left out.
    pub(super) gates: RefCell<BTreeMap<(Word, Noun, u32), Arc<GateReport>>>,
    pub(super) shared: Shared<'a>,
    pub(super) untils: RefCell<Untils<'a>>,
    /// Judgements by the rules of other charters, by the events that adopted those.
    others: RefCell<BTreeMap<u64, Rc<Eval<'a>>>>,
    pub(super) running: RefCell<BTreeSet<(Word, Noun)>>,
    pub(super) advising: Cell<u32>,
    /// Only outcomes are asked for: nobody is told what goes on from here.
    pub(super) quiet: bool,
    /// Documents that were rendered; `None` while one is.
    pub(super) renderings: RefCell<BTreeMap<Word, Option<Rc<Rendering>>>>,
    /// The questions that had no answer, in the order in which they were asked, again and again.
    unanswered: RefCell<Vec<Question>>,
}

/// What the state says, sorted for looking up.
#[derive(Default)]
struct Index<'a> {
    /// Kind -> its live items.
    kinds: BTreeMap<&'a str, Vec<&'a ItemId>>,
    /// Link -> target -> the live items that link to it.
    sources: BTreeMap<&'a str, BTreeMap<&'a ItemId, BTreeSet<&'a ItemId>>>,
    /// Kind -> field that no two share -> path, folded -> the items under way that have it.
    held: BTreeMap<&'a Word, BTreeMap<&'a Word, BTreeMap<String, BTreeSet<&'a ItemId>>>>,
    /// Path -> the sealed item whose file is there.
    sealed: BTreeMap<&'a RepoPath, &'a ItemId>,
}

impl<'a> Eval<'a> {
    pub(super) fn new(view: View<'a>) -> Eval<'a> {
        Eval::by(&view.state.charter, view)
    }

    /// Returns a judgement by the rules of one charter.
    fn by(adopted: &'a Adopted, view: View<'a>) -> Eval<'a> {
        Eval {
            state: view.state,
            adopted,
            view,
            facts: Recorder::new(view.facts),
            index: OnceCell::new(),
            contents: RefCell::default(),
            gates: RefCell::default(),
            shared: Shared::default(),
            untils: RefCell::default(),
            others: RefCell::default(),
            running: RefCell::default(),
            advising: Cell::new(0),
            quiet: false,
            renderings: RefCell::default(),
            unanswered: RefCell::default(),
        }
    }

    /// Returns a judgement of outcomes alone.
    pub(super) fn quiet(view: View<'a>) -> Eval<'a> {
        Eval { quiet: true, ..Eval::new(view) }
    }

    /// Returns a judgement of outcomes alone, for the moment of the newest event.
    pub(super) fn at_tip(view: View<'a>) -> Eval<'a> {
        Eval::quiet(View { as_of: view.state.tip.at, ..view })
    }

    /// Returns a judgement by the same rules of outcomes alone, for the moment of the newest event.
    pub(super) fn quietly(&self) -> Eval<'a> {
        let view = View { as_of: self.state.tip.at, ..self.view };
        Eval { quiet: true, renderings: self.renderings.clone(), ..Eval::by(self.adopted, view) }
    }

    /// Takes over the questions that had no answer in another judgement.
    pub(super) fn also_unanswered(&self, other: &Eval<'_>) {
        self.unanswered.borrow_mut().extend(other.unanswered.borrow().iter().cloned());
    }

    pub(super) fn charter(&self) -> &'a Charter {
        &self.adopted.rules
    }

    /// Applies `f` to a judgement under the charter that an event adopted, for what keeps the rule of its placement.
    pub(super) fn under<R>(&self, charter: u64, f: impl FnOnce(&Eval<'a>) -> R) -> R {
        let other = self.state.charters.get(&charter).filter(|other| other.seq != self.adopted.seq);
        let Some(other) = other else { return f(self) };
        let eval = Rc::clone(
            self.others
                .borrow_mut()
                .entry(charter)
                .or_insert_with(|| Rc::new(Eval { quiet: self.quiet, ..Eval::by(other, self.view) })),
        );
        eval.advising.set(self.advising.get());
        f(&eval)
    }

    /// Returns the rule of a block: for a placed one that of its placement, if that charter is known.
    pub(super) fn block_rule(&self, name: &Word, placed: Option<&PlacedBlock>) -> Option<&'a BlockRule> {
        let then = self.placing_charter(placed);
        then.and_then(|charter| charter.rules.blocks.get(name)).or_else(|| self.charter().blocks.get(name))
    }

    /// Returns the charter under which a block was placed, whose rule and scopes it keeps.
    pub(super) fn placing_charter(&self, placed: Option<&PlacedBlock>) -> Option<&'a Adopted> {
        placed.and_then(|placed| self.state.charters.get(&placed.charter))
    }

    pub(super) fn ask(&self, question: &Question) -> Option<Answer> {
        let answer = self.facts.ask(question);
        if answer.is_none() {
            self.unanswered.borrow_mut().push(question.clone());
        }
        answer
    }

    /// Returns how many questions had no answer so far, for [`Eval::reasons`].
    pub(super) fn unanswered(&self) -> usize {
        self.unanswered.borrow().len()
    }

    /// Returns why the questions have no answer that were asked since there were `since` of them, each reason once.
    pub(super) fn reasons(&self, since: usize) -> Vec<String> {
        let mut reasons: Vec<String> = Vec::new();
        for question in self.unanswered.borrow().get(since..).unwrap_or_default() {
            let reason = self.facts.why_unknown(question).filter(|reason| !reasons.contains(reason));
            reasons.extend(reason);
        }
        reasons
    }

    /// Returns the first question for each of the first reasons why questions have no answer that were asked since there were
    /// `since` of them.
    pub(super) fn told_by(&self, since: usize, reasons: usize) -> Vec<Question> {
        let mut told: Vec<(String, Question)> = Vec::new();
        for question in self.unanswered.borrow().get(since..).unwrap_or_default() {
            if told.len() == reasons {
                break;
            }
            if let Some(reason) =
                self.facts.why_unknown(question).filter(|reason| told.iter().all(|one| one.0 != *reason))
            {
                told.push((reason, question.clone()));
            }
        }
        told.into_iter().map(|(_, question)| question).collect()
    }

    /// Notes that questions without an answer were met again.
    pub(super) fn ask_again(&self, questions: &[Question]) {
        self.unanswered.borrow_mut().extend_from_slice(questions);
    }

    /// Returns why it cannot be known who wrote an item, where that is known.
    pub(super) fn authors_unknown(&self, id: &ItemId) -> Option<String> {
        let since = self.unanswered();
        let authors = self.authors(id);
        if let Some(reason) = self.reasons(since).into_iter().next() {
            return Some(reason);
        }
        let names: Vec<String> = authors.claimed.iter().map(ToString::to_string).chain(authors.strangers).collect();
        let signed = self.charter().independence == Independence::Signed && !names.is_empty();
        signed.then(|| format!("unsigned commits name {}, and the charter takes only signed ones", names.join(", ")))
    }

    /// Returns the file at a path; `None` where it cannot be known, `Some(None)` where there is none.
    pub(super) fn file(&self, path: &RepoPath) -> Option<Option<File>> {
        match self.ask(&Question::Path(path.clone()))? {
            Answer::File(file) => Some(file),
            _ => None,
        }
    }

    fn index(&self) -> &Index<'a> {
        self.index.get_or_init(|| {
            let mut index = Index::default();
            for (id, item) in &self.state.items {
                if let Some(path) = item.stated.path.as_ref().filter(|_| item.seal.is_some()) {
                    index.sealed.insert(path, id);
                }
                if !self.state.successors.contains_key(id) {
                    index.kinds.entry(item.kind.as_str()).or_default().push(id);
                }
            }
            for (kind, rule) in &self.charter().kinds {
                for field in rule.fields.iter().filter(|(_, field)| field.disjoint).map(|(name, _)| name) {
                    let held = self.paths_held(index.kinds.get(kind.as_str()), rule, field);
                    index.held.entry(kind).or_default().insert(field, held);
                }
            }
            let live: Vec<&ItemId> = index.kinds.values().flatten().copied().collect();
            for id in live {
                let Some(item) = self.state.items.get(id) else { continue };
                for (link, targets) in &item.stated.links {
                    for target in targets {
                        let target = if link.as_str() == SUPERSEDES { Some(target) } else { self.newest(target) };
                        if let Some(target) = target {
                            index.sources.entry(link.as_str()).or_default().entry(target).or_default().insert(id);
                        }
                    }
                }
            }
            index
        })
    }

    /// Returns the sealed item whose file is at a path.
    pub(super) fn sealed_at(&self, path: &RepoPath) -> Option<(&'a ItemId, &'a Item)> {
        self.index().sealed.get(path).and_then(|id| self.state.items.get_key_value(*id))
    }

    /// Returns the newest successor of an id, which is the id itself where nothing took its place; `None` where
    /// successors go round in a circle.
    pub(super) fn newest<'i>(&self, id: &'i ItemId) -> Option<&'i ItemId>
    where
        'a: 'i,
    {
        let mut at = id;
        for _ in 0..=self.state.successors.len() {
            match self.state.successors.get(at) {
                Some(next) => at = next,
                None => return Some(at),
            }
        }
        None
    }

    pub(super) fn is_superseded(&self, id: &ItemId) -> bool {
        self.state.successors.contains_key(id)
    }

    /// Returns the live items of a kind, sorted.
    pub(super) fn of_kind(&self, kind: &Word) -> &[&'a ItemId] {
        self.index().kinds.get(kind.as_str()).map_or(&[], Vec::as_slice)
    }

    /// Returns the paths, folded, that items of a kind which are under way have in a field that no two share.
    pub(super) fn held(&self, kind: &Word, field: &Word) -> Option<&BTreeMap<String, BTreeSet<&'a ItemId>>> {
        self.index().held.get(kind)?.get(field)
    }

    /// Returns the live items that link to one, sorted.
    pub(super) fn sources(&self, link: &str, target: &ItemId) -> Vec<&'a ItemId> {
        let targets = self.index().sources.get(link).and_then(|targets| targets.get(target));
        targets.into_iter().flatten().copied().collect()
    }

    /// Returns the targets of a link, each as its newest successor, and those that were never declared as they stand.
    pub(super) fn targets(&self, link: &str, item: &'a Item) -> Vec<&'a ItemId> {
        let stated = item.stated.links.get(link).into_iter().flatten();
        if link == SUPERSEDES {
            return stated.collect();
        }
        let found: BTreeSet<&ItemId> = stated.map(|target| self.newest(target).unwrap_or(target)).collect();
        found.into_iter().collect()
    }

    /// Returns whether a link leads from an item of one kind to a declared item of a kind that it may lead to.
    pub(super) fn leads(&self, link: &Word, from: &Word, to: &ItemId) -> bool {
        let Some((_, to)) = self.item(to) else { return false };
        let fits = |asked: &Option<Word>, kind: &Word| asked.as_ref().is_none_or(|asked| asked == kind);
        let rule = self.charter().links.get(link);
        rule.is_some_and(|rule| rule.pairs.iter().any(|(a, b)| fits(a, from) && fits(b, &to.kind)))
    }

    /// Returns the targets of a link that count: what nobody declared, or of a kind that it cannot lead to, is no target.
    pub(super) fn reached(&self, link: &Word, item: &'a Item) -> Vec<&'a ItemId> {
        let mut targets = self.targets(link.as_str(), item);
        targets.retain(|target| self.leads(link, &item.kind, target));
        targets
    }

    pub(super) fn item(&self, id: &ItemId) -> Option<(&'a ItemId, &'a Item)> {
        self.state.items.get_key_value(id)
    }

    /// Returns an item's content; `None` where the item or its file is unknown.
    pub(super) fn content(&self, id: &ItemId) -> Option<Digest> {
        let (id, item) = self.item(id)?;
        if let Some(Some(known)) = self.contents.borrow().get(id) {
            return Some(*known);
        }
        let content = match &item.stated.path {
            None => Some(content_of(&item.declared_as, &item.stated, None)),
            Some(path) => self.file(path).map(|file| content_of(&item.declared_as, &item.stated, file.as_ref())),
        };
        self.contents.borrow_mut().insert(id, content);
        content
    }

    pub(super) fn scope(&self, scope: Option<&Word>) -> Option<Digest> {
        match self.ask(&Question::Scope(scope.cloned()))? {
            Answer::Scope { sha256, .. } => Some(sha256),
            _ => None,
        }
    }

    pub(super) fn noun_content(&self, noun: &Noun) -> Option<Digest> {
        match noun {
            Noun::Repo => self.scope(None),
            Noun::Item(id) => self.content(id),
            Noun::Placed { .. } => {
                let block = self.placed(noun).map(|(_, block)| &block.event);
                let event = block.or_else(|| self.granted(noun).map(|(_, waiver)| &waiver.event))?;
                Some(Digest::of_value(&Value::map([("event", Value::text(event))])))
            }
        }
    }

    /// Returns the block that a noun names, and the item that it is on.
    pub(super) fn placed(&self, noun: &Noun) -> Option<(&'a ItemId, &'a PlacedBlock)> {
        let Noun::Placed { item: Some(id), rule, seq } = noun else { return None };
        let (id, item) = self.item(id)?;
        let named = |block: &&PlacedBlock| block.name.as_str() == rule && block.touch.seq == *seq;
        item.blocks.iter().find(named).map(|block| (id, block))
    }

    /// Returns the waiver that a noun names, and the item that it is for.
    pub(super) fn granted(&self, noun: &Noun) -> Option<(&'a ItemId, &'a Waiver)> {
        let (id, item) = self.item(noun.item()?)?;
        item.waivers.iter().find(|waiver| waiver.noun(id) == *noun).map(|waiver| (id, waiver))
    }

    pub(super) fn over(&self, claim: &ClaimRule, subject: &Noun) -> Option<Option<Digest>> {
        match &claim.over {
            None => Some(None),
            Some(Over::Scope(scope)) => self.scope(Some(scope)).map(Some),
            Some(Over::Noun(noun, _)) => {
                let mut rows = BTreeSet::new();
                for (thing, selected) in self.select(noun, subject) {
                    match selected {
                        Outcome::Unknown => return None,
                        _ => rows.insert((thing.label(), self.thing_content(&thing)?)),
                    };
                }
                let pairs = rows.into_iter().map(|(id, content)| Value::List(vec![id.into(), content.into()]));
                Some(Some(Digest::of_value(&Value::List(pairs.collect()))))
            }
        }
    }

    /// Returns what a claim is over besides the thing itself, by name, each with its content as far as it is known. Of files in a
    /// scope nobody keeps a list.
    pub(super) fn over_each(&self, claim: &ClaimRule, subject: &Noun) -> BTreeMap<String, Member> {
        let Some(Over::Noun(noun, _)) = &claim.over else { return BTreeMap::new() };
        let things = self.select(noun, subject).into_iter().map(|(thing, _)| thing);
        let each = things.map(|thing| {
            let path = match &thing {
                Thing::Item(_, item) => item.stated.path.clone(),
                Thing::File { path, .. } => RepoPath::parse(path).ok(),
                _ => None,
            };
            (thing.label(), Member { content: self.thing_content(&thing), path })
        });
        each.collect()
    }

    /// Returns the content of a selected thing: `None` where it cannot be known, `Some(None)` where there is none.
    fn thing_content(&self, thing: &Thing<'a>) -> Option<Option<Digest>> {
        match thing {
            Thing::Undeclared(_) => Some(None),
            Thing::File { path, .. } => match RepoPath::parse(path) {
                Ok(path) => self.file(&path).map(|file| file.map(|file| file.sha256)),
                Err(_) => Some(None),
            },
            thing => self.noun_content(&thing.noun()?).map(Some),
        }
    }

    /// Returns what a statement of that claim about that thing would be made on, now.
    pub(super) fn basis(&self, claim: &Word, subject: &Noun) -> Option<Basis> {
        let over = self.over(self.charter().claims.get(claim)?, subject)?;
        let content = match (subject, over) {
            (Noun::Repo, Some(over)) => over,
            _ => self.noun_content(subject)?,
        };
        Some(Basis { content, over })
    }

    pub(super) fn claims_of(&self, subject: &Noun) -> Option<&'a Claims> {
        match subject {
            Noun::Repo => Some(&self.state.repo),
            Noun::Item(id) => self.state.items.get(id).map(|item| &item.claims),
            placed @ Noun::Placed { .. } => self.state.placed.get(placed),
        }
    }

    pub(super) fn authors(&self, id: &ItemId) -> Authorship {
        let mut found = Authorship::default();
        let Some((_, item)) = self.item(id) else {
            return Authorship { unknown: true, ..found };
        };
        found.signed.clone_from(&item.authors);
        let Some(path) = item.stated.path.clone() else { return found };
        let since = item.seal.as_ref().and_then(|seal| seal.sha256).or(item.baseline);
        self.wrote(path, since, &mut found);
        found
    }

    /// Returns who wrote each of the files that a noun selects, since the baseline.
    pub(super) fn writers(&self, noun: &Selection, subject: &Noun) -> BTreeMap<RepoPath, Authorship> {
        let mut found = BTreeMap::new();
        for (thing, _) in self.select(noun, subject) {
            let Thing::File { path, .. } = thing else { continue };
            // What is no path is no file, which nobody wrote.
            let Ok(path) = RepoPath::parse(&path) else { continue };
            let mut authors = Authorship::default();
            self.wrote(path.clone(), None, &mut authors);
            found.insert(path, authors);
        }
        found
    }

    /// Adds who wrote the bytes at a path.
    fn wrote(&self, path: RepoPath, since: Option<Digest>, found: &mut Authorship) {
        let Some(Answer::Authors(names)) = self.ask(&Question::Authors { path, since }) else {
            found.unknown = true;
            return;
        };
        for name in &names {
            self.author(name, found);
        }
    }

    /// Adds what one name of an answer says: an actor by a verified key, or `?EMAIL` by an unsigned commit.
    fn author(&self, name: &str, found: &mut Authorship) {
        let Some(email) = name.strip_prefix('?') else {
            match ActorId::parse(name).ok().filter(|actor| self.state.actors.contains_key(actor)) {
                Some(actor) => found.signed.insert(actor),
                None => found.strangers.insert(name.to_owned()),
            };
            return;
        };
        found.unknown |= self.charter().independence == Independence::Signed;
        let email = email.to_ascii_lowercase();
        if self.charter().forges.iter().any(|forge| forge.to_ascii_lowercase() == email) {
            return;
        }
        let owns = |emails: &BTreeSet<String>| emails.iter().any(|own| own.to_ascii_lowercase() == email);
        let owners: Vec<&ActorId> =
            self.state.actors.iter().filter(|(_, actor)| owns(&actor.emails)).map(|(name, _)| name).collect();
        if owners.is_empty() {
            found.strangers.insert(email);
        }
        found.claimed.extend(owners.into_iter().cloned());
    }

    /// Returns whom the not-rules of a permission exclude from acting on a thing.
    pub(super) fn excluded(&self, not: &[NotRule], subject: &Noun) -> Excluded {
        let mut out = Excluded::default();
        for rule in not {
            match rule {
                NotRule::Author => {
                    if let Some(id) = subject.item() {
                        let authors = self.authors(id);
                        out.unknown |= authors.unknown;
                        out.actors.extend(authors.excluded());
                    }
                }
                NotRule::Writer(noun) => {
                    let authors = self.writers(noun, subject);
                    out.unknown |= authors.values().any(|authors| authors.unknown);
                    out.actors.extend(authors.values().flat_map(Authorship::excluded));
                }
                NotRule::Claim(claim) => {
                    let said = self.claims_of(subject).and_then(|claims| claims.get(claim));
                    out.actors.extend(said.into_iter().flat_map(BTreeMap::keys).cloned());
                }
            }
        }
        out
    }

    /// Returns what a base without a filter selects.
    pub(super) fn all(&self, base: &Base, subject: &Noun) -> Vec<Thing<'a>> {
        let mut things = Vec::new();
        let mut seen = BTreeSet::new();
        for thing in self.base(base, subject) {
            if seen.insert(thing.label()) {
                things.push(thing);
            }
        }
        things
    }
}

/// Returns an item's content: SHA-256 of the canonical `{fields, kind, links, mode, path, sha256, title}`, where `mode` and
/// `sha256` are null without a file and a link that is stated to be empty stays `[]`.
pub(super) fn content_of(kind: &Word, stated: &Amendment, file: Option<&File>) -> Digest {
    let fields = stated.fields.iter().map(|(name, value)| (name.as_str(), value.clone()));
    let links = stated.links.iter().map(|(link, targets)| (link.as_str(), Value::list(targets)));
    Digest::of_value(&Value::map([
        ("fields", Value::map(fields)),
        ("kind", Value::from(kind)),
        ("links", Value::map(links)),
        ("mode", file.map(|file| file.mode.as_str()).into()),
        ("path", stated.path.as_ref().into()),
        ("sha256", file.map(|file| file.sha256).into()),
        ("title", stated.title.clone().into()),
    ]))
}
