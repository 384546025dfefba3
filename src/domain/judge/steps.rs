//! The commands that go on from what is not met: those that are possible first, before those that they make possible.

use std::collections::BTreeSet;

use super::asks::{names_places, placeholder};
use super::blame::{Much, steps_toward};
use super::consistent::Conflict;
use super::eval::Eval;
use super::predicate::Finding;
use super::report::Step;
use super::select::Thing;
use super::words::quoted;
use crate::domain::authority;
use crate::domain::charter::glob::path_matches;
use crate::domain::charter::{
    Being, Board, ClaimRule, ClaimTest, Comparison, FieldType, Having, Holder, KindRule, LinkRule, Literal, MoveRule,
    Noun as Selection, Op, Permission, Predicate, Quantity, Stop, Who,
};
use crate::domain::explain::{Outcome, Supplier};
use crate::domain::id::{ItemId, Noun, Word};
use crate::domain::path::RepoPath;
use crate::domain::state::{Item, PlacedBlock, Waiver};

/// How many conditions deep the way is looked for. A charter's conditions are seldom three deep.
const DEEPEST: u32 = 3;

/// How many alternatives of one kind are offered.
const OFFERED: usize = 3;

impl<'a> Eval<'a> {
    /// Returns the steps that make predicates of a thing hold, or under `wanted == false` stop holding.
    pub(super) fn steps(&self, thing: &Thing<'a>, failing: &[(&Predicate, &Finding)], wanted: bool) -> Vec<Step> {
        let mut steps: Vec<Step> = Vec::new();
        if let Thing::Undeclared(id) = thing {
            steps = self.declaring(id);
        } else {
            // Of several that hold and should not, one is enough.
            let used = if wanted { failing } else { failing.get(..1).unwrap_or_default() };
            for (predicate, finding) in used {
                steps.extend(self.toward(thing, predicate, finding, wanted));
            }
        }
        let mut seen = BTreeSet::new();
        steps.retain(|step| seen.insert(step.command.clone()));
        steps
    }

    fn toward(&self, thing: &Thing<'a>, predicate: &Predicate, finding: &Finding, wanted: bool) -> Vec<Step> {
        match (predicate, thing) {
            (Predicate::Is { negated, what }, thing) => {
                let unread = finding.outcome == Outcome::Unknown
                    && matches!(what, Being::Sealed | Being::Upheld | Being::Present | Being::Consistent);
                if unread { self.unread(thing, what) } else { self.toward_being(thing, what, wanted != *negated) }
            }
            (Predicate::Passes(gate), thing) => vec![anybody(match thing {
                Thing::Repo => format!("ledger gate {gate}"),
                thing => format!("ledger gate {gate} {}", Self::argument(thing)),
            })],
            (Predicate::Has { quantity, what }, thing) => {
                let more = wanted != matches!(quantity, Quantity::No | Quantity::AtMost(_));
                match (what, thing) {
                    (Having::Claim(test), thing) => self.claiming(thing, test, *quantity, more),
                    (Having::Field { field, compare }, Thing::Item(id, item)) => {
                        self.amending(id, item, &field_option(field, compare.as_ref(), more))
                    }
                    (Having::Link { link, inverse }, Thing::Item(id, item)) => {
                        self.linking(id, item, link, *inverse, more)
                    }
                    _ => Vec::new(),
                }
            }
        }
    }

    /// Returns the steps that lead on from what cannot be known: where the reason is known, those that take it away.
    fn unread(&self, thing: &Thing<'a>, what: &Being) -> Vec<Step> {
        match (what, thing) {
            (Being::Upheld, Thing::Item(id, item)) if self.sealed(id) == Outcome::Met => {
                // Where nothing leads on from what is not known, nobody is to break the seal for it.
                let steps = self.upholding(id, item);
                if steps == self.unsealing(id, item) { Vec::new() } else { steps }
            }
            (Being::Sealed | Being::Upheld, Thing::Item(id, item)) => self.doubted_seal(id, item),
            // What it says that cannot be known is the same once it is written.
            (Being::Consistent, Thing::View(name, board)) if self.file(&board.path).is_some() => {
                render_steps(name, board)
            }
            (Being::Consistent, Thing::Item(id, item)) => {
                // A document that is not there, or that no table can be read from, is written by whoever may.
                let documents = self.unread_documents(id, item);
                documents
                    .into_iter()
                    .filter(|path| self.file(path).is_some())
                    .flat_map(|path| self.filing(path))
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    fn toward_being(&self, thing: &Thing<'a>, what: &Being, wanted: bool) -> Vec<Step> {
        match (what, thing) {
            (Being::Status(states), Thing::Item(id, item)) => self.moving(id, item, states, wanted),
            (Being::Sealed, Thing::Item(id, item)) => self.sealing(id, item, wanted),
            (Being::Upheld, Thing::Item(id, item)) if wanted => self.upholding(id, item),
            (Being::Present, Thing::Item(id, item)) => match &item.stated.path {
                Some(path) if wanted => self.filing(path),
                Some(_) if item.seal.is_some() => self.unsealing(id, item),
                Some(path) => file_steps(false, path.as_str()),
                None => self.amending(id, item, " --path"),
            },
            (Being::Present, Thing::File { path, .. }) => file_steps(wanted, path),
            (Being::Valid, Thing::Item(id, item)) if wanted => self.completing(id, item),
            (Being::Consistent, Thing::Item(id, item)) if wanted => self.agreeing(id, item),
            (Being::Consistent, Thing::View(name, board)) if wanted => render_steps(name, board),
            (Being::Blocked, Thing::Item(id, item)) if !wanted => self.releasing(id, item, |stops| !stops.is_empty()),
            (Being::Active, Thing::Block(id, block)) if !wanted => self.lifting(id, block, Much::First),
            (Being::Lifted, Thing::Block(id, block)) if wanted => self.lifting(id, block, Much::First),
            (Being::Active, Thing::Waiver(id, waiver)) if !wanted => self.revoking(id, waiver),
            (Being::Revoked, Thing::Waiver(id, waiver)) if wanted => self.revoking(id, waiver),
            (Being::Idle(_), Thing::Item(id, item)) if !wanted => self.moving(id, item, &[], false),
            _ => Vec::new(),
        }
    }

    /// Returns a command under a permission, or where its condition is not met the steps toward the condition.
    pub(super) fn permitted(&self, rule: &str, permission: &Permission, command: String, subject: &Noun) -> Vec<Step> {
        self.led(rule, permission, command, subject, Much::First)
    }

    /// Returns the same, as much of the steps as is asked for.
    pub(super) fn led(
        &self,
        rule: &str,
        permission: &Permission,
        command: String,
        subject: &Noun,
        much: Much,
    ) -> Vec<Step> {
        let before = self.conditions(rule, permission, subject, much);
        before.unwrap_or_else(|| self.staffed(command, &permission.who, subject))
    }

    /// Returns the steps toward the condition of a permission, where it is not met and something leads there.
    fn conditions(&self, rule: &str, permission: &Permission, subject: &Noun, much: Much) -> Option<Vec<Step>> {
        let guard = permission.guard.as_ref().filter(|_| self.advising.get() < DEEPEST)?;
        self.advising.set(self.advising.get() + 1);
        let passes = self.lets_pass(rule, guard, subject);
        let steps = if passes { Vec::new() } else { steps_toward(&self.unmet(rule, guard, subject), much) };
        self.advising.set(self.advising.get() - 1);
        (!steps.is_empty()).then_some(steps)
    }

    pub(super) fn step(&self, command: String, who: &Who, subject: &Noun) -> Step {
        let excluded = self.excluded(&who.not, subject);
        Step::new(command, authority::suppliers(self.state, who, &excluded.actors))
    }

    /// Returns a command under a rule; where too few are left who could run it, before it how somebody gets the role.
    fn staffed(&self, command: String, who: &Who, subject: &Noun) -> Vec<Step> {
        self.with_enrolment(self.step(command, who, subject), subject)
    }

    fn with_enrolment(&self, step: Step, subject: &Noun) -> Vec<Step> {
        let Some(vacant) = authority::vacancy(self.state, &step.who) else { return vec![step] };
        let someone = step.who.iter().any(|supplier| !supplier.actors.is_empty());
        let enrol = Step { vacancy: Some(vacant.text(subject, false)), ..Step::new(vacant.command, vacant.who) };
        [enrol].into_iter().chain(someone.then_some(step)).collect()
    }

    /// Returns how an id comes to be declared: of the kind whose pattern it matches.
    fn declaring(&self, id: &ItemId) -> Vec<Step> {
        let kind = self.charter().kinds.iter().find(|(_, kind)| kind.id.matches(id.as_str()));
        let Some((name, kind)) = kind else { return vec![anybody(format!("ledger declare {id}"))] };
        let command = declare_command(id, name, kind);
        match declaration(kind) {
            Some(by) => self.permitted(&format!("kinds.{name}.moves"), by, command, &Noun::Item(id.clone())),
            None => vec![anybody(command)],
        }
    }

    /// Returns how some thing of a kind comes to be declared, where the rule finds none; the id is asked for.
    pub(super) fn declaring_any(&self, name: &Word) -> Vec<Step> {
        let by = self.charter().kinds.get(name).and_then(declaration);
        by.map_or_else(Vec::new, |by| {
            let who = authority::suppliers(self.state, &by.who, &BTreeSet::new());
            vec![Step::new(format!("ledger declare --kind {name}"), who)]
        })
    }

    /// Returns how an item comes to be valid: what it lacks is stated, and its file gets its sections.
    fn completing(&self, id: &ItemId, item: &'a Item) -> Vec<Step> {
        let kind = self.charter().kinds.get(&item.kind);
        let sections =
            kind.and_then(|kind| self.missing_sections(kind, item)).is_some_and(|missing| !missing.is_empty());
        let lacks = self.lacks(id, item);
        let mut steps = match &item.stated.path {
            Some(path) if sections => self.filing(path),
            None if sections => return self.amending(id, item, &(lacks + " --path")),
            _ => Vec::new(),
        };
        if !lacks.is_empty() || !sections {
            steps.extend(self.amending(id, item, &lacks));
        }
        steps
    }

    /// Returns how there comes to be a file that can speak of an item.
    fn unspoken(&self, id: &ItemId, item: &Item) -> Vec<Step> {
        let spoken = self.charter().kinds.get(&item.kind).and_then(|kind| kind.spoken.as_ref());
        match spoken.map(|spoken| &spoken.holder) {
            Some(Holder::Item(document)) => match self.item(document) {
                Some((document, item)) => self.amending(document, item, " --path"),
                None => self.declaring(document),
            },
            Some(Holder::Whole(_)) => self.amending(id, item, " --add-link part_of"),
            None => Vec::new(),
        }
    }

    /// Returns the options that state what an item lacks by the rules of its kind; each asks for its value.
    fn lacks(&self, id: &ItemId, item: &'a Item) -> String {
        let mut options = String::new();
        if let Some(kind) = self.charter().kinds.get(&item.kind) {
            for (field, _) in self.stated_problems(id, &item.kind, &item.stated) {
                options.extend([" --field ", field.as_str()]);
            }
            for field in item.stated.fields.keys().filter(|field| !kind.fields.contains_key(*field)) {
                options.extend([" --no-field ", field.as_str()]);
            }
        }
        let scarce = |(name, rule): &(&Word, &LinkRule)| {
            let from = rule.pairs.iter().any(|(from, _)| from.as_ref().is_none_or(|from| *from == item.kind));
            let few = self.reached(name, item).len() < usize::try_from(rule.min).unwrap_or(usize::MAX);
            from && (few || (rule.stated && !item.stated.links.contains_key(*name)))
        };
        for (name, _) in self.charter().links.iter().filter(scarce) {
            options.extend([" --add-link ", name.as_str()]);
        }
        options
    }

    /// Returns how an item is amended: like it was declared, and after its seal is broken.
    fn amending(&self, id: &ItemId, item: &Item, options: &str) -> Vec<Step> {
        if item.seal.is_some() {
            return self.sealing(id, item, false);
        }
        let command = format!("ledger amend {id}{options}");
        let by = self.charter().kinds.get(&item.kind).and_then(declaration);
        match by {
            Some(by) => self.staffed(command, &by.who, &Noun::Item(id.clone())),
            None => vec![anybody(command)],
        }
    }

    /// Returns the moves to (or away from) some statuses: those that lead there at once, else the first on the way.
    fn moving(&self, id: &ItemId, item: &Item, states: &[Word], wanted: bool) -> Vec<Step> {
        let Some(kind) = self.charter().kinds.get(&item.kind) else { return Vec::new() };
        let stopped = self.releasing(id, item, |stops| stops.contains(&Stop::Moves));
        if !stopped.is_empty() {
            return stopped;
        }
        let subject = Noun::Item(id.clone());
        let rule = format!("kinds.{}.moves", item.kind);
        let reaches = |state: &Word| states.contains(state) == wanted;
        let mut steps = Vec::new();
        for step in first_moves(kind, &item.status, reaches) {
            steps.extend(self.permitted(&rule, &step.by, format!("ledger move {id} {}", step.to), &subject));
        }
        steps
    }

    /// Returns what releases an item from its blocks of which `asked` accepts what they stop.
    fn releasing(&self, id: &ItemId, item: &Item, asked: impl Fn(&[Stop]) -> bool) -> Vec<Step> {
        if self.advising.get() >= DEEPEST {
            return Vec::new();
        }
        let placed = item.blocks.iter().filter(|block| block.lifted.is_none());
        let placed = placed.filter(|b| self.block_rule(&b.name, Some(b)).is_none_or(|rule| asked(&rule.stops)));
        let mut steps: Vec<Step> = placed.flat_map(|block| self.lifting(id, block, Much::First)).collect();
        self.advising.set(self.advising.get() + 1);
        let derived = self.derived_on(id, |rule| asked(&rule.stops));
        steps.extend(derived.iter().flat_map(|block| steps_toward(&self.against(id, block), Much::First)));
        self.advising.set(self.advising.get() - 1);
        steps
    }

    /// Returns how a placed block is lifted, by the rule of its placement.
    pub(super) fn lifting(&self, id: &ItemId, block: &PlacedBlock, much: Much) -> Vec<Step> {
        let name = &block.name;
        let Some(rule) = self.block_rule(name, Some(block)) else { return Vec::new() };
        let Some(lift) = &rule.lift else { return Vec::new() };
        let record = rule.record.as_ref().map_or_else(String::new, |record| format!(" --record {record}"));
        let command = format!("ledger unblock {id} {name}{record}");
        let place = format!("blocks.{name}.lift");
        self.under(block.charter, |eval| eval.led(&place, lift, command, &Noun::Item(id.clone()), much))
    }

    /// Returns how a waiver is taken back, by the rule of its grant.
    fn revoking(&self, id: &ItemId, waiver: &Waiver) -> Vec<Step> {
        let then = self.state.charters.get(&waiver.charter);
        let Some(class) = then.and_then(|then| then.rules.waivers.get(&waiver.class)) else { return Vec::new() };
        if !waiver.is_active(self.view.as_of) {
            return Vec::new();
        }
        let command = format!("ledger unwaive {} {id}", waiver.rule);
        self.staffed(command, &class.revoke, &Noun::Item(id.clone()))
    }

    fn claiming(&self, thing: &Thing<'a>, test: &ClaimTest, quantity: Quantity, more: bool) -> Vec<Step> {
        let (Some(subject), Some(rule)) = (thing.noun(), self.charter().claims.get(&test.claim)) else {
            return Vec::new();
        };
        if !more {
            return self.staffed(format!("ledger retract {subject} {}", test.claim), &rule.by, &subject);
        }
        // Nothing is said of a file before it is there.
        let absent = match thing {
            Thing::Item(_, item) => item.stated.path.as_ref().filter(|path| self.file(path) == Some(None)),
            _ => None,
        };
        if let Some(path) = absent {
            return self.filing(path);
        }
        // Nor of one that is to be what was sealed again.
        let restored = self.restored_first(thing, rule, &subject);
        if !restored.is_empty() {
            return restored;
        }
        let first = rule.results.first().map(|(result, _)| result);
        let wanted = test.results.first().or(first);
        let condition =
            rule.results.iter().find(|(result, _)| Some(result) == wanted).and_then(|(_, guard)| guard.clone());
        let option = match wanted {
            Some(result) if Some(result) != first => format!(" --result {result}"),
            _ => String::new(),
        };
        let by = Permission { who: rule.by.clone(), guard: condition, text: rule.by_text.clone() };
        let branch = test.on.as_ref().map_or_else(String::new, |branch| format!(" --commit {}", quoted(branch)));
        let values: String = test.with.iter().filter_map(|(name, compare)| value_option(rule, name, compare)).collect();
        // The places that a statement names are what makes it one.
        let places = rule.values.iter().filter(|(_, value)| wanted == first && !value.optional && names_places(value));
        let places = places.fold(String::new(), |options, (name, value)| {
            options + " --value " + &quoted(&format!("{name}={}", placeholder(value)))
        });
        let evidence = rule.cites.as_ref().filter(|_| wanted == first).and_then(|(noun, _)| self.cited(noun, &subject));
        let evidence = evidence.map_or_else(String::new, |path| format!(" --evidence {}", quoted(path.as_str())));
        let command = format!("ledger attest {subject} {}{option}{values}{places}{evidence}{branch}", test.claim);
        if let Some(before) = self.conditions(&format!("claims.{}", test.claim), &by, &subject, Much::First) {
            return before;
        }
        let excluded = self.excluded(&rule.by.not, &subject).actors;
        let silent = match &test.by {
            Some((true, asked)) => self.still_to_say(&subject, test, asked),
            _ => Vec::new(),
        };
        let who = match (&test.by, quantity) {
            // Where nobody holds the role, one has to.
            (Some((true, asked)), _) if !silent.is_empty() || authority::holders(self.state, asked).is_empty() => {
                let count = u32::try_from(silent.len()).unwrap_or(u32::MAX).max(1);
                vec![Supplier {
                    count,
                    role: asked.to_string(),
                    actors: silent.iter().map(ToString::to_string).collect(),
                }]
            }
            (_, Quantity::AtLeast(needed @ 2..)) => {
                // Whoever has said it is not asked again.
                let said = self.sayers(&subject, test);
                let count = needed.saturating_sub(u32::try_from(said.len()).unwrap_or(u32::MAX)).max(1);
                let excluded = excluded.into_iter().chain(said.iter().map(|actor| (*actor).clone())).collect();
                let mut who = authority::suppliers(self.state, &rule.by, &excluded);
                for supplier in &mut who {
                    supplier.count = count;
                }
                who
            }
            _ => authority::suppliers(self.state, &rule.by, &excluded),
        };
        self.with_enrolment(Step::new(command, who), &subject)
    }

    /// Returns the file that a statement can bring of the things that it has to cite one of: the first that is there.
    fn cited(&self, noun: &Selection, subject: &Noun) -> Option<RepoPath> {
        let selected = self.select(noun, subject).into_iter().filter(|(_, kept)| *kept == Outcome::Met);
        let mut paths = selected.filter_map(|(thing, _)| match thing {
            Thing::Item(_, item) => item.stated.path.clone(),
            Thing::File { path, .. } => RepoPath::parse(&path).ok(),
            _ => None,
        });
        paths.find(|path| self.file(path).flatten().is_some())
    }

    fn linking(&self, id: &ItemId, item: &Item, link: &Word, inverse: bool, more: bool) -> Vec<Step> {
        let Some(rule) = self.charter().links.get(link).filter(|_| more) else {
            return if more || inverse { Vec::new() } else { self.amending(id, item, &format!(" --no-link {link}")) };
        };
        let other = |(from, to): &(Option<Word>, Option<Word>)| {
            let (own, other) = if inverse { (to, from) } else { (from, to) };
            own.as_ref().is_none_or(|own| *own == item.kind).then(|| other.clone()).flatten()
        };
        let kinds: Vec<Word> = rule.pairs.iter().filter_map(other).collect();
        let candidates: Vec<&ItemId> = kinds.iter().flat_map(|kind| self.of_kind(kind)).copied().collect();
        if !inverse {
            // What it names already has only to be declared.
            let declared = self.named_only(id, [link]);
            if !declared.is_empty() {
                return declared;
            }
            if candidates.is_empty()
                && let Some(kind) = kinds.first()
            {
                return self.declaring_any(kind);
            }
            let target = match candidates.as_slice() {
                [only] => format!(" --add-link {link}={only}"),
                _ => format!(" --add-link {link}"),
            };
            return self.amending(id, item, &target);
        }
        let sources = candidates.iter().filter_map(|source| self.item(source)).take(OFFERED);
        let steps: Vec<Step> = sources
            .flat_map(|(source, item)| self.amending(source, item, &format!(" --add-link {link}={id}")))
            .collect();
        if !steps.is_empty() {
            return steps;
        }
        // A kind whose pattern is an id has but one item.
        let named = kinds.iter().filter_map(|kind| self.charter().kinds.get(kind));
        let ids = named.filter_map(|kind| ItemId::parse(&kind.id.text).ok().filter(|id| kind.id.matches(id.as_str())));
        ids.flat_map(|id| self.declaring(&id)).collect()
    }

    /// Returns how what links name and nobody declared comes to be declared.
    fn named_only<'w>(&self, id: &ItemId, links: impl IntoIterator<Item = &'w Word>) -> Vec<Step> {
        let Some((_, item)) = self.item(id) else { return Vec::new() };
        let named = links.into_iter().flat_map(|link| self.targets(link.as_str(), item));
        let missing = named.filter(|target| self.item(target).is_none());
        missing.take(OFFERED).flat_map(|target| self.declaring(target)).collect()
    }

    /// Returns how the rows of a document get their items: each is declared, where a kind takes its id, or taken out.
    fn taking_rows(&self, id: &ItemId, item: &Item) -> Vec<Step> {
        let (stray, _) = self.stray_conflicts(item, &self.lists(id));
        let steps = stray.into_iter().take(OFFERED).flat_map(|conflict| {
            let named = match &conflict {
                Conflict::Stray { row, .. } => ItemId::parse(row).ok(),
                _ => None,
            };
            let fits = |id: &ItemId| {
                self.item(id).is_none() && self.charter().kinds.values().any(|kind| kind.id.matches(id.as_str()))
            };
            match (named.filter(fits), &item.stated.path) {
                (Some(named), _) => self.declaring(&named),
                (None, Some(path)) => self.filing(path),
                (None, None) => Vec::new(),
            }
        });
        steps.collect()
    }

    /// Returns how an item comes to agree with its row and its links.
    pub(super) fn agreeing(&self, id: &ItemId, item: &Item) -> Vec<Step> {
        let mut steps = self.named_only(id, item.stated.links.keys());
        for link in item.stated.links.keys().filter(|link| self.charter().links.contains_key(*link)) {
            let mut targets = item.stated.links.get(link).into_iter().flatten();
            if targets.any(|target| self.item(target).is_some() && !self.leads(link, &item.kind, target)) {
                steps.extend(self.amending(id, item, &format!(" --no-link {link}")));
            }
        }
        steps.extend(self.taking_rows(id, item));
        let listed = self.charter().kinds.get(&item.kind).and_then(|kind| kind.listed.as_ref());
        if self.spoken_conflicts(id, item).is_some_and(|conflicts| !conflicts.is_empty()) {
            match self.speaker(id, item) {
                // No file can name the path of an item that has none.
                _ if self.unsayable(id, item) == Some("path") => steps.extend(self.amending(id, item, " --path")),
                Some(path) => steps.extend(self.filing(path)),
                None => steps.extend(self.unspoken(id, item)),
            }
        }
        let Some(listed) = listed else { return steps };
        let document = self.document(listed);
        // A document that is no longer the sealed one says what nobody sealed: first it comes back.
        let sealed = document.and_then(|path| self.sealed_at(path)).and_then(|(_, document)| self.restoring(document));
        for conflict in self.row_conflicts(id, item, listed).unwrap_or_default() {
            match conflict {
                _ if sealed.is_some() => steps.extend(sealed.clone()),
                Conflict::Cell { part, row, .. } if part != "status" && !row.is_empty() => {
                    steps.extend(self.amending(id, item, &format!(" --{part} {}", quoted(&row))));
                }
                _ => match document {
                    Some(path) => steps.extend(self.filing(path)),
                    None => steps.extend(self.declaring(&listed.document)),
                },
            }
        }
        steps
    }
}

pub(super) fn anybody(command: String) -> Step {
    Step::new(command, Vec::new())
}

/// Returns how a file comes to be in the tree as it should be (`wanted`), or goes from it.
pub(super) fn file_steps(wanted: bool, path: &str) -> Vec<Step> {
    if wanted {
        return file_commands(path).into_iter().map(anybody).collect();
    }
    vec![anybody(format!("git rm {} && git commit", quoted(path)))]
}

/// Returns how the file of a document comes to say what the ledger says.
fn render_steps(name: &Word, board: &Board) -> Vec<Step> {
    let path = quoted(board.path.as_str());
    [format!("ledger render {name} --write"), format!("git add {path} && git commit")]
        .into_iter()
        .map(anybody)
        .collect()
}

/// Returns the commands by which a file is written and committed.
pub fn file_commands(path: &str) -> [String; 2] {
    let path = quoted(path);
    [format!("${{EDITOR:-vi}} {path}"), format!("git add {path} && git commit")]
}

/// Returns how an id is declared, with its file: where the path of the kind leaves no doubt, or would with the id in the place of its one
/// `*`.
pub fn declare_command(id: &ItemId, name: &Word, kind: &KindRule) -> String {
    let command = format!("ledger declare {id} --kind {name}");
    let Some(pattern) = &kind.path else { return command };
    let named = pattern.replace("{id}", id.as_str());
    let named = if named.matches('*').count() == 1 { named.replace('*', id.as_str()) } else { named };
    let is_open = |path: &RepoPath| path.as_str().contains(['*', '?', '[', '\\']);
    let path = RepoPath::parse(&named).ok().filter(|path| !is_open(path) && path_matches(pattern, id, path.as_str()));
    match path {
        Some(path) => format!("{command} --path {}", quoted(path.as_str())),
        None => command,
    }
}

fn declaration(kind: &KindRule) -> Option<&Permission> {
    kind.moves.iter().find(|rule| rule.from.contains(&None)).map(|rule| &rule.by)
}

/// Returns the option that states a value as it is asked for, where it is one of a few words. What was measured is for those to
/// say who measured it.
fn value_option(rule: &ClaimRule, name: &Word, compare: &Comparison) -> Option<String> {
    let is_choice = matches!(rule.values.get(name)?.kind, FieldType::Enum(_));
    match compare {
        Comparison { op: Op::Equal, with } if is_choice => match with.as_slice() {
            [Literal::Text(text)] => Some(format!(" --value {}", quoted(&format!("{name}={text}")))),
            _ => None,
        },
        _ => None,
    }
}

/// Returns the option that states a field as it is asked for; without its value where that is not one certain value, so
/// that the command asks for it.
fn field_option(field: &Word, compare: Option<&Comparison>, more: bool) -> String {
    let value = match compare {
        Some(Comparison { op: Op::Equal, with }) if more => match with.as_slice() {
            [Literal::Text(text)] => Some(text.clone()),
            [Literal::Number(number)] => Some(number.to_string()),
            _ => None,
        },
        _ => None,
    };
    match value {
        Some(value) => format!(" --field {}", quoted(&format!("{field}={value}"))),
        None if more => format!(" --field {field}"),
        None => format!(" --no-field {field}"),
    }
}

/// Returns the moves from a status that reach what is asked for at once, or else the first moves of the shortest ways.
fn first_moves<'k>(kind: &'k KindRule, from: &Word, reaches: impl Fn(&Word) -> bool) -> Vec<&'k MoveRule> {
    let leaving = |state: &Word| {
        let state = Some(state.clone());
        kind.moves.iter().filter(move |rule| rule.from.contains(&state))
    };
    let mut ways: Vec<(&MoveRule, &Word)> = leaving(from).map(|rule| (rule, &rule.to)).collect();
    let mut visited: BTreeSet<&Word> = BTreeSet::new();
    while !ways.is_empty() {
        let mut arrived: Vec<&MoveRule> = Vec::new();
        for (first, at) in &ways {
            if reaches(at) && *at != from && !arrived.contains(first) {
                arrived.push(first);
            }
        }
        if !arrived.is_empty() {
            arrived.truncate(OFFERED);
            return arrived;
        }
        let open = ways.into_iter().filter(|(_, at)| visited.insert(at)).collect::<Vec<_>>();
        ways = open.iter().flat_map(|(first, at)| leaving(at).map(|rule| (*first, &rule.to))).collect();
        ways.retain(|(_, at)| !visited.contains(at));
    }
    Vec::new()
}
