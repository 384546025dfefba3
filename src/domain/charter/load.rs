//! From the text of a charter to its rules, or to everything that is wrong with it.

use std::collections::{BTreeMap, BTreeSet};

use super::ast::{
    BlockRule, Charter, ClaimRule, Criterion, FieldRule, GateRule, KindRule, LinkRule, Listed, MoveRule, Over, Stop,
    Who,
};
use super::guards;
use super::names::{self, Names};
use super::problem::{Problem, Problems};
use super::resolve::{Many, Resolver, Things};
use super::source::{self, Name};
use super::tables::{self, Block, Claim, Field, Gate, Kind, Tables};
use crate::domain::code::Code;
use crate::domain::id::{ItemId, RESERVED, Word};

/// Loads a charter.
///
/// # Errors
/// Every problem that was found, in the order of the text; at least one.
pub fn load(text: &str) -> Result<Charter, Vec<Problem>> {
    let mut problems = Problems::default();
    let root = source::read(text, &mut problems);
    if root.is_empty() && !problems.is_empty() {
        return Err(problems.into_sorted());
    }
    let tables = tables::read(root, text.len(), &mut problems);
    names::check(&tables, &mut problems);
    let names = Names::new(&tables);
    let charter = Loader { names: &names, problems: &mut problems }.charter();
    match charter {
        Some(charter) if problems.is_empty() => {
            guards::refuse_self_demands(&tables, &charter, &mut problems);
            if problems.is_empty() { Ok(charter) } else { Err(problems.into_sorted()) }
        }
        _ => {
            debug_assert!(!problems.is_empty(), "a charter that cannot be loaded has a problem");
            if problems.is_empty() {
                problems.push(Problem::new(Code::CharterMeaning, 0..0, "the charter cannot be loaded"));
            }
            Err(problems.into_sorted())
        }
    }
}

struct Loader<'n, 't> {
    names: &'n Names<'t>,
    problems: &'n mut Problems,
}

impl<'t> Loader<'_, 't> {
    fn resolver(&mut self) -> Resolver<'_, 't> {
        Resolver::new(self.names, self.problems)
    }

    fn charter(&mut self) -> Option<Charter> {
        let tables: &'t Tables = self.names.tables;
        let selves = guards::Flow::of(self.names);
        guards::refuse_cycles(self.names, &selves, self.problems);
        let head = self.head(tables);
        let links = collect(tables.links.iter().map(|(name, _)| (name, self.link(name))));
        let sets = collect(tables.sets.iter().map(|(name, ids)| {
            let set = ids.as_ref().and_then(|ids| self.resolver().ids(ids)).map(|(set, _)| set);
            (name, set)
        }));
        let kinds = collect(tables.kinds.iter().map(|kind| (&kind.name, self.kind(kind))));
        let claims = collect(tables.claims.iter().map(|claim| (&claim.name, self.claim(claim))));
        let gates = collect(tables.gates.iter().map(|gate| (&gate.name, self.gate(gate, &selves))));
        let blocks = collect(tables.blocks.iter().map(|block| (&block.name, self.block(block))));
        let (id, authority, authority_text) = head?;
        Some(Charter {
            id,
            title: tables.head.title.clone(),
            semantics: tables.head.semantics,
            authority,
            authority_text,
            independence: tables.head.independence,
            forges: tables.head.forges.iter().map(|email| email.text.clone()).collect(),
            roles: tables
                .roles
                .iter()
                .filter_map(|(r, t)| Some((r.text.parse().ok()?, t.iter().copied().collect())))
                .collect(),
            scopes: tables.scopes.iter().filter_map(|(s, globs)| Some((s.text.parse().ok()?, globs.clone()))).collect(),
            sets: sets?,
            links: links?,
            kinds: kinds?,
            claims: claims?,
            gates: gates?,
            blocks: blocks?,
        })
    }

    fn head(&mut self, tables: &Tables) -> Option<(ItemId, Who, String)> {
        let head = &tables.head;
        let id = head.id.as_ref().and_then(|name| self.own_id(name));
        let (permission, text) = head.authority.as_ref()?;
        if permission.guard.is_some() || !permission.who.not.is_empty() {
            let message = "the authority takes no `if` and no `not`: whoever holds the roles decides";
            self.problems.meaning(&text.span, message, "name roles and how many of them");
            return None;
        }
        let who = self.resolver().who(&permission.who);
        Some((id?, who?, text.text.clone()))
    }

    fn own_id(&mut self, name: &Name) -> Option<ItemId> {
        match ItemId::parse(&name.text) {
            Ok(id) if !RESERVED.contains(&id.folded().as_str()) => Some(id),
            _ => {
                let message =
                    format!("`{}` is no id: 1 to 100 letters, digits and `. _ @ + -`, and not reserved", name.text);
                self.problems.push(Problem::new(Code::CharterName, name.span.clone(), message));
                None
            }
        }
    }

    /// Resolves the name of a kind; `any` is not looked at.
    fn kind_name(&mut self, name: &Name, any: bool) -> Option<Word> {
        if self.names.kind(&name.text).is_none() {
            let mut fitting = self.names.all_kinds();
            fitting.extend(any.then_some("any"));
            self.problems.unknown(Code::CharterUnknownWord, &name.span, "kind", &name.text, &fitting);
            return None;
        }
        Resolver::word(name)
    }

    fn link(&mut self, name: &Name) -> Option<LinkRule> {
        let (_, link, _) = self.names.link(&name.text)?;
        let link = link?;
        let mut pairs = Vec::new();
        for (at, (from, to)) in link.pairs.iter().enumerate() {
            if link.pairs[..at].iter().any(|(f, t)| f.text == from.text && t.text == to.text) {
                let message = format!("`{} -> {}` stands twice", from.text, to.text);
                self.problems.meaning(&from.span, message, "leave it out");
            }
            let ends =
                [from, to].map(|end| if end.text == "any" { Some(None) } else { self.kind_name(end, true).map(Some) });
            if name.text == "supersedes" && (from.text != to.text || from.text == "any") {
                let message = "a successor is of the same kind as what it replaces";
                self.problems.meaning(&to.span, message, "write `KIND -> KIND` for each kind, with the same one twice");
            }
            if let [Some(from), Some(to)] = ends {
                pairs.push((from, to));
            }
        }
        if let Some(mirror) = &link.mirror {
            self.problems.not_evaluated(&mirror.span, "`mirror` of a link");
            if self.names.link(&mirror.text).is_none() {
                let fitting = self.names.all_links();
                self.problems.unknown(Code::CharterUnknownWord, &mirror.span, "link", &mirror.text, &fitting);
            }
        }
        let always_acyclic = matches!(name.text.as_str(), "part_of" | "supersedes");
        Some(LinkRule {
            pairs,
            acyclic: link.acyclic || always_acyclic,
            stated: link.stated,
            unique: link.unique,
            min: link.min,
            inverse: link.inverse.as_ref().and_then(Resolver::word),
            mirror: None,
        })
    }

    fn kind(&mut self, kind: &Kind) -> Option<KindRule> {
        let this = Things::kinds([kind.name.text.as_str()]);
        self.check_states(kind);
        let moves: Vec<_> = kind.moves.iter().map(|a_move| self.a_move(kind, a_move, &this)).collect();
        let seal = kind.seal.as_ref().map(|seal| self.resolver().permission(seal, &this));
        let unseal = kind.unseal.as_ref().map(|unseal| self.resolver().permission(unseal, &this));
        if let (Some(place), None) = (&kind.unsealable, &kind.sealable) {
            self.problems.meaning(place, "`unseal` without `seal`", "say who seals, or leave it out");
        }
        let listed = kind.listed.as_ref().map(|_| self.listed(kind));
        Some(KindRule {
            id: kind.pattern.clone()?,
            states: kind.states.iter().map(Resolver::word).collect::<Option<_>>()?,
            moves: moves.into_iter().collect::<Option<_>>()?,
            path: kind.path.as_ref().map(|path| path.text.clone()),
            fields: fields(&kind.fields)?,
            seal: flat(seal)?,
            unseal: flat(unseal)?,
            listed: flat(listed)?,
        })
    }

    /// Refuses a kind that nothing can be declared of, and states that no move reaches.
    fn check_states(&mut self, kind: &Kind) {
        if !kind.moves_are_whole {
            return;
        }
        let mut reached: BTreeSet<&str> = BTreeSet::from(["new"]);
        loop {
            let before = reached.len();
            for a_move in &kind.moves {
                if a_move.from.iter().any(|from| reached.contains(from.text.as_str())) {
                    reached.insert(&a_move.to.text);
                }
            }
            if reached.len() == before {
                break;
            }
        }
        let name = &kind.name.text;
        if !kind.moves.iter().any(|a_move| a_move.from.iter().any(|from| from.text == "new")) {
            let message = format!("no move leads from `new`, so that no `{name}` can ever be declared");
            self.problems.meaning(&kind.name.span, message, "add `new -> STATE by ROLE`");
            return;
        }
        for state in kind.states.iter().filter(|state| !reached.contains(state.text.as_str())) {
            let message = format!("no move reaches the state `{}` of `{name}`", state.text);
            self.problems.meaning(&state.span, message, "add a move to it, or leave it out");
        }
    }

    fn a_move(&mut self, kind: &Kind, a_move: &super::syntax::Move, this: &Things) -> Option<MoveRule> {
        let from: Vec<Option<Option<Word>>> = a_move
            .from
            .iter()
            .map(|from| if from.text == "new" { Some(None) } else { self.state(kind, from, true).map(Some) })
            .collect();
        let to = self.state(kind, &a_move.to, false);
        let by = self.resolver().permission(&a_move.by, this);
        if let Some(new) = a_move.from.iter().find(|from| from.text == "new") {
            if a_move.from.len() > 1 {
                self.problems.meaning(
                    &new.span,
                    "`new` does not stand beside states",
                    "write a move of its own from `new`",
                );
            }
            if let Some(code) = a_move.because.first() {
                self.problems.meaning(&code.span, "a declaration takes no reason", "leave out `because`");
            }
        }
        if let Some(same) = a_move.from.iter().find(|from| from.text == a_move.to.text) {
            self.problems.meaning(&same.span, format!("a move from `{0}` to `{0}`", same.text), "leave it out");
        }
        self.check_repeated(kind, a_move);
        let because: Vec<Word> = a_move.because.iter().filter_map(|code| self.code(code)).collect();
        Some(MoveRule { from: from.into_iter().collect::<Option<_>>()?, to: to?, by: by?, because })
    }

    fn code(&mut self, code: &Name) -> Option<Word> {
        let word = Resolver::word(code);
        if word.is_none() {
            let message = format!("`{}` is no code: letters, digits, `_` and `-`", code.text);
            self.problems.push(Problem::new(Code::CharterName, code.span.clone(), message));
        }
        word
    }

    /// Refuses a second move between the same two states: which of the two permits it would be unclear.
    fn check_repeated(&mut self, kind: &Kind, a_move: &super::syntax::Move) {
        let earlier =
            kind.moves.iter().filter(|other| other.span.start < a_move.span.start && other.to.text == a_move.to.text);
        for other in earlier {
            if let Some(from) = a_move.from.iter().find(|from| other.from.iter().any(|o| o.text == from.text)) {
                let message = format!("there are two moves from `{}` to `{}`", from.text, a_move.to.text);
                self.problems.meaning(
                    &from.span,
                    message,
                    "write one; `|` stands between roles of which any may make it",
                );
            }
        }
    }

    fn state(&mut self, kind: &Kind, name: &Name, new: bool) -> Option<Word> {
        if !kind.states.iter().any(|state| state.text == name.text) {
            let mut fitting: Vec<&str> = kind.states.iter().map(|state| state.text.as_str()).collect();
            fitting.extend(new.then_some("new"));
            let sort = format!("state of `{}`", kind.name.text);
            self.problems.unknown(Code::CharterUnknownWord, &name.span, &sort, &name.text, &fitting);
            return None;
        }
        Resolver::word(name)
    }

    fn listed(&mut self, kind: &Kind) -> Option<Listed> {
        let listed = kind.listed.as_ref()?;
        let document = self.resolver().id(&listed.document);
        let of = self.resolver().kinds_of(&listed.document.text);
        if of.iter().any(|of| self.names.kind(of).is_some_and(|of| of.path.is_none())) {
            let message = format!("`{}` has no file that could list anything", listed.document.text);
            self.problems.meaning(&listed.document.span, message, "name an item of a kind with a `path`");
        }
        if let (Some((part, _)), None) = (listed.columns.iter().find(|(part, _)| part.text == "path"), &kind.path) {
            let message = format!("a `{}` has no path to compare with", kind.name.text);
            self.problems.meaning(&part.span, message, "leave the column out");
        }
        let columns = listed.columns.iter().map(|(part, heading)| (part.text.clone(), heading.text.clone())).collect();
        Some(Listed { document: document?, columns })
    }

    fn claim(&mut self, claim: &Claim) -> Option<ClaimRule> {
        let by = claim.by.as_ref().and_then(|(who, text)| Some((self.resolver().who(who)?, text.text.clone())));
        if let Some((who, _)) = &claim.by {
            if let Some(own) = who.not.iter().find(|not| not.text == claim.name.text) {
                let message = format!("whoever stated `{}` once could never state it anew", claim.name.text);
                self.problems.meaning(&own.span, message, "leave it out");
            }
        }
        let over = claim.over.as_ref().map(|noun| self.over(noun));
        let (by, by_text) = by?;
        Some(ClaimRule {
            by,
            by_text,
            results: claim.results.iter().map(|result| Some((Resolver::word(result)?, None))).collect::<Option<_>>()?,
            answers: claim.answers.iter().map(Resolver::word).collect::<Option<_>>()?,
            values: fields(&claim.values)?,
            over: flat(over)?,
        })
    }

    fn over(&mut self, noun: &super::syntax::Noun) -> Option<Over> {
        if let super::syntax::Base::Word(name) = &noun.base {
            if self.names.is_scope(&name.text) {
                return Resolver::word(name).map(Over::Scope);
            }
        }
        let anything = Things { open: true, ..Things::kinds(self.names.all_kinds()) };
        let (resolved, _, many) = self.resolver().noun(noun, &anything)?;
        if many == Many::Files {
            self.problems.meaning(
                &noun.span,
                "a claim is over a scope, or over items",
                "name the items whose files are meant",
            );
            return None;
        }
        Some(Over::Noun(resolved))
    }

    fn gate(&mut self, gate: &Gate, selves: &BTreeMap<&str, Things>) -> Option<GateRule> {
        let this = selves.get(gate.name.text.as_str()).cloned().unwrap_or_default();
        let criteria: Vec<Option<Criterion>> = gate
            .criteria
            .iter()
            .map(|criterion| {
                let any: Vec<_> =
                    criterion.any.iter().map(|sentence| self.resolver().sentence(sentence, &this)).collect();
                Some(Criterion {
                    name: Resolver::word(&criterion.name)?,
                    level: criterion.level,
                    any: any.into_iter().collect::<Option<_>>()?,
                    why: criterion.why.clone(),
                    cite: criterion.cite.clone(),
                })
            })
            .collect();
        Some(GateRule { criteria: criteria.into_iter().collect::<Option<_>>()?, ordered: gate.ordered })
    }

    fn block(&mut self, block: &Block) -> Option<BlockRule> {
        let on: Vec<Option<Word>> = block.on.iter().map(|kind| self.kind_name(kind, false)).collect();
        let this = Things::kinds(block.on.iter().map(|on| on.text.as_str()).filter(|on| self.names.kind(on).is_some()));
        let stops: Vec<Option<Stop>> = block.stops.iter().map(|stop| self.stop(block, stop)).collect();
        let by = block.by.as_ref().map(|by| self.resolver().permission(by, &this));
        let lift = block.lift.as_ref().map(|lift| self.resolver().permission(lift, &this));
        let until = block.until.as_ref().map(|until| self.resolver().sentence(until, &this));
        let record = block.record.as_ref().map(|record| self.resolver().id(record));
        Some(BlockRule {
            on: on.into_iter().collect::<Option<_>>()?,
            stops: stops.into_iter().collect::<Option<_>>()?,
            by: flat(by)?,
            lift: flat(lift)?,
            until: flat(until)?,
            record: flat(record)?,
            because: block.because.iter().map(Resolver::word).collect::<Option<_>>()?,
            fields: fields(&block.fields)?,
            why: block.why.clone(),
            cite: block.cite.clone(),
        })
    }

    fn stop(&mut self, block: &Block, name: &Name) -> Option<Stop> {
        let text = name.text.as_str();
        if text == "moves" {
            return Some(Stop::Moves);
        }
        let kinds: Vec<&Kind> = block.on.iter().filter_map(|on| self.names.kind(&on.text)).collect();
        let field_of = |kind: &Kind| kind.fields.iter().any(|field| field.name.text == text && may_be_stopped(field));
        let is_field = !kinds.is_empty() && kinds.iter().all(|kind| field_of(kind));
        match (self.names.is_scope(text), is_field) {
            (true, false) => Resolver::word(name).map(Stop::Scope),
            (false, true) => Resolver::word(name).map(Stop::Field),
            (true, true) => {
                let message = format!("`{text}` is a scope and a field");
                self.problems
                    .push(Problem::new(Code::CharterName, name.span.clone(), message).help("rename one of them"));
                None
            }
            (false, false) => {
                let mut fitting = vec!["moves"];
                fitting.extend(self.names.tables.scopes.iter().map(|(scope, _)| scope.text.as_str()));
                let fields = kinds.iter().flat_map(|kind| &kind.fields).filter(|field| may_be_stopped(field));
                fitting.extend(fields.map(|field| field.name.text.as_str()));
                self.problems.unknown(Code::CharterUnknownWord, &name.span, "scope or field of paths", text, &fitting);
                None
            }
        }
    }
}

fn may_be_stopped(field: &Field) -> bool {
    use super::ast::FieldType::{Globs, Paths};
    matches!(&field.rule, Some(rule) if matches!(rule.kind, Paths | Globs))
}

fn fields(fields: &[Field]) -> Option<BTreeMap<Word, FieldRule>> {
    fields.iter().map(|field| Some((Resolver::word(&field.name)?, field.rule.clone()?))).collect()
}

/// Turns "absent, wrong or right" into "wrong, or absent or right".
fn flat<T>(value: Option<Option<T>>) -> Option<Option<T>> {
    match value {
        None => Some(None),
        Some(None) => None,
        Some(Some(value)) => Some(Some(value)),
    }
}

fn collect<'a, T>(entries: impl Iterator<Item = (&'a Name, Option<T>)>) -> Option<BTreeMap<Word, T>> {
    // Every entry is resolved, so that every problem is found; only then the first that failed counts.
    let entries: Vec<(&Name, Option<T>)> = entries.collect();
    entries.into_iter().map(|(name, value)| Some((Resolver::word(name)?, value?))).collect()
}
