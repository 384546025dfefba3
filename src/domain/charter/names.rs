//! The vocabulary of a charter: which names there are, and that none can be mistaken for another.
//!
//! Two names that stand in the same position are never one letter apart (put in, left out, replaced, or swapped with its
//! neighbour), so that a slip of the hand is refused and does not silently mean something else. Words of the grammar name
//! nothing.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use super::parser::GRAMMAR;
use super::problem::{Problem, Problems, distance, nearest};
use super::resolve::{Resolver, Things};
use super::source::Name;
use super::syntax::{Ids, Link};
use super::tables::{Claim, Field, Gate, Kind, Tables, View};
use crate::domain::charter::ast::{FieldType, IdSet};
use crate::domain::code::Code;
use crate::domain::id::{RESERVED, RoleId, Word};

/// Nouns and adjectives of the language.
pub(super) const ADJECTIVES: [&str; 7] = ["sealed", "upheld", "present", "valid", "consistent", "blocked", "idle"];
/// Links that mean something to the language itself.
const RESERVED_LINKS: [&str; 2] = ["part_of", "supersedes"];
pub(super) const NOUNS: [&str; 6] = ["self", "repo", "new", "block", "waiver", "author"];

/// A set: its ids as written, and as resolved.
type Set<'t> = (&'t Option<Ids>, OnceCell<Option<(IdSet, Things)>>);

/// The vocabulary.
pub(super) struct Names<'t> {
    pub(super) tables: &'t Tables,
    kinds: BTreeMap<&'t str, &'t Kind>,
    claims: BTreeMap<&'t str, &'t Claim>,
    gates: BTreeMap<&'t str, &'t Gate>,
    links: BTreeMap<&'t str, (&'t Name, Option<&'t Link>, bool)>,
    /// Names of fields of kinds that hold paths.
    path_fields: BTreeSet<&'t str>,
    /// Sets, each resolved when it is first used.
    sets: BTreeMap<&'t str, Set<'t>>,
    /// Claims with the branches on which some rule wants them.
    branches: RefCell<BTreeSet<(&'t str, String)>>,
}

impl<'t> Names<'t> {
    /// Gathers the vocabulary; where a name is given twice, which [`check`] reports, the first one counts.
    pub(super) fn new(tables: &'t Tables) -> Names<'t> {
        let mut links = BTreeMap::new();
        for (name, link) in &tables.links {
            links.entry(name.text.as_str()).or_insert((name, link.as_ref(), false));
        }
        for (name, link) in &tables.links {
            if let Some(inverse) = link.as_ref().and_then(|link| link.inverse.as_ref()) {
                links.entry(inverse.text.as_str()).or_insert((name, link.as_ref(), true));
            }
        }
        let path_fields = tables.kinds.iter().flat_map(|kind| &kind.fields).filter(|field| holds_paths(field));
        Names {
            tables,
            kinds: tables.kinds.iter().map(|kind| (kind.name.text.as_str(), kind)).collect(),
            claims: tables.claims.iter().map(|claim| (claim.name.text.as_str(), claim)).collect(),
            gates: tables.gates.iter().map(|gate| (gate.name.text.as_str(), gate)).collect(),
            path_fields: path_fields.map(|field| field.name.text.as_str()).collect(),
            links,
            sets: tables.sets.iter().map(|(name, ids)| (name.text.as_str(), (ids, OnceCell::new()))).collect(),
            branches: RefCell::default(),
        }
    }

    /// Remembers that a rule wants a claim on a branch.
    pub(super) fn wanted_on(&self, claim: &'t Claim, branch: &str) {
        self.branches.borrow_mut().insert((claim.name.text.as_str(), branch.to_owned()));
    }

    /// Returns the branches on which the rules that were resolved want a claim.
    pub(super) fn branches_of(&self, claim: &str) -> BTreeSet<String> {
        self.branches.borrow().iter().filter(|(name, _)| *name == claim).map(|(_, branch)| branch.clone()).collect()
    }

    pub(super) fn kind(&self, name: &str) -> Option<&'t Kind> {
        self.kinds.get(name).copied()
    }

    pub(super) fn claim(&self, name: &str) -> Option<&'t Claim> {
        self.claims.get(name).copied()
    }

    pub(super) fn gate(&self, name: &str) -> Option<&'t Gate> {
        self.gates.get(name).copied()
    }

    /// Returns a link by its own name or its inverse's: its own name, what it leads from and to, and whether it is inverted.
    pub(super) fn link(&self, name: &str) -> Option<(&'t Name, Option<&'t Link>, bool)> {
        self.links.get(name).copied()
    }

    /// Returns what a set names; inside, `None` where it is wrong, which is reported where it is defined.
    pub(super) fn set(&self, name: &str) -> Option<&Option<(IdSet, Things)>> {
        let (ids, resolved) = self.sets.get(name)?;
        Some(resolved.get_or_init(|| Resolver::new(self, &mut Problems::default()).ids(ids.as_ref()?)))
    }

    pub(super) fn is_scope(&self, name: &str) -> bool {
        self.tables.scopes.iter().any(|(scope, _)| scope.text == name)
    }

    pub(super) fn is_role(&self, name: &str) -> bool {
        self.tables.roles.iter().any(|(role, _)| role.text == name)
    }

    pub(super) fn view(&self, name: &str) -> Option<&'t View> {
        self.tables.views.iter().find(|view| view.name.text == name)
    }

    pub(super) fn is_path_field(&self, name: &str) -> bool {
        self.path_fields.contains(name)
    }

    pub(super) fn all_kinds(&self) -> Vec<&'t str> {
        self.kinds.keys().copied().collect()
    }

    pub(super) fn all_claims(&self) -> Vec<&'t str> {
        self.claims.keys().copied().collect()
    }

    pub(super) fn all_gates(&self) -> Vec<&'t str> {
        self.gates.keys().copied().collect()
    }

    pub(super) fn all_links(&self) -> Vec<&'t str> {
        self.links.keys().copied().collect()
    }

    pub(super) fn all_roles(&self) -> Vec<&'t str> {
        self.tables.roles.iter().map(|(role, _)| role.text.as_str()).collect()
    }

    /// Returns the links that leave a kind, by their own or their inverse's name.
    pub(super) fn links_that_leave(&self, kind: &str) -> Vec<&'t str> {
        let leaves = |link: &Link, inverse: bool| {
            link.pairs.iter().any(|(from, to)| {
                let near = if inverse { to } else { from };
                near.text == kind || near.text == "any"
            })
        };
        let all = self.links.iter().filter(|(_, (_, link, inverse))| link.is_some_and(|link| leaves(link, *inverse)));
        all.map(|(name, _)| *name).collect()
    }

    /// Reports a word that is no state of any of these kinds, with the states that they have, and with what else the word is.
    pub(super) fn no_state(&self, name: &Name, kinds: &[&Kind], also: &[&str], problems: &mut Problems) {
        let word = name.text.as_str();
        let states = kinds.iter().flat_map(|kind| &kind.states).map(|state| state.text.as_str());
        let fitting: Vec<&str> = states.chain(also.iter().copied()).collect();
        let has = |kind: &&&Kind| kind.states.iter().any(|state| state.text == word);
        let elsewhere: Vec<&str> = self.kinds.values().filter(has).map(|kind| kind.name.text.as_str()).collect();
        let near = nearest(word, &fitting);
        let first = if let Some(near) = near {
            format!("did you mean `{near}`?")
        } else if let Some(claim) = self.all_claims().into_iter().find(|claim| claim.eq_ignore_ascii_case(word)) {
            format!("`{claim}` is a claim: write `has {claim}`")
        } else if elsewhere.is_empty() {
            "no kind has such a state".to_owned()
        } else {
            format!("it is a state of `{}`", elsewhere.join("`, `"))
        };
        let listed = kinds.iter().take(3).map(|kind| {
            let states: Vec<&str> = kind.states.iter().map(|state| state.text.as_str()).collect();
            format!("of `{}`: {}", kind.name.text, states.join(", "))
        });
        let listed: Vec<String> = listed.collect();
        let of: Vec<String> = kinds.iter().take(3).map(|kind| format!("`{}`", kind.name.text)).collect();
        let message = format!("there is no state of {} `{word}`", of.join(", "));
        let problem = Problem::new(Code::CharterUnknownWord, name.span.clone(), message);
        let help = match near {
            // No state was meant.
            Some(near) if also.contains(&near) => first,
            _ => format!("{first} (states {})", listed.join("; ")),
        };
        problems.push(problem.help(help));
    }

    /// Returns whether some block that stops something can stand on items of a kind.
    pub(super) fn is_stoppable(&self, kind: &Kind) -> bool {
        is_stoppable(self.tables, kind)
    }

    /// Returns the words that can stand as a noun by themselves.
    pub(super) fn all_nouns(&self) -> Vec<&'t str> {
        let sets = self.tables.sets.iter().map(|(set, _)| set.text.as_str());
        let boards = self.tables.views.iter().filter(|view| view.of.is_none()).map(|view| view.name.text.as_str());
        ["self", "repo", "block", "waiver"].into_iter().chain(sets).chain(self.all_kinds()).chain(boards).collect()
    }

    /// Returns the words that can stand before `of`.
    pub(super) fn all_relations(&self) -> Vec<&'t str> {
        let mut all = vec!["block", "waiver"];
        all.extend(self.all_kinds());
        all.extend(self.all_links());
        all.extend(&self.path_fields);
        all
    }
}

/// Returns whether a field holds paths of files.
pub(super) fn holds_paths(field: &Field) -> bool {
    matches!(&field.rule, Some(rule) if rule.kind == FieldType::Paths)
}

fn is_stoppable(tables: &Tables, kind: &Kind) -> bool {
    let mut stopping = tables.blocks.iter().filter(|block| !block.stops.is_empty());
    stopping.any(|block| block.on.iter().any(|on| on.text == kind.name.text))
}

/// Refuses names that are malformed, reserved, taken, or one letter away from another of their position.
pub(super) fn check(tables: &Tables, problems: &mut Problems) {
    roles(tables, problems);
    pool(&nouns(tables, problems), problems);
    let claims = named(tables.claims.iter().map(|claim| (&claim.name, "claim")));
    let gates = named(tables.gates.iter().map(|gate| (&gate.name, "gate")));
    let blocks = named(tables.blocks.iter().map(|block| (&block.name, "block")));
    let waivers = named(tables.waivers.iter().map(|class| (&class.name, "class of waivers")));
    for (name, sort) in claims.iter().chain(&gates).chain(&blocks).chain(&waivers) {
        well_formed(name, sort, problems);
    }
    for (name, sort) in &claims {
        not_near(name, sort, &["author"], problems);
    }
    pool(&gates, problems);
    pool(&blocks, problems);
    pool(&waivers, problems);
    let links = link_names(tables);
    pool(&claims.iter().chain(&links).copied().collect::<Vec<_>>(), problems);
    for kind in &tables.kinds {
        let fields = named(kind.fields.iter().map(|field| (&field.name, "field")));
        for (name, sort) in &fields {
            well_formed(name, sort, problems);
        }
        // `has WORD` reads fields, claims and links alike.
        if !fields.is_empty() {
            pool(&fields.iter().chain(&claims).chain(&links).copied().collect::<Vec<_>>(), problems);
        }
        states(kind, is_stoppable(tables, kind), problems);
    }
    parts(tables, problems);
}

fn roles(tables: &Tables, problems: &mut Problems) {
    for (role, _) in &tables.roles {
        well_formed(role, "role", problems);
        if RESERVED.contains(&role.text.as_str()) {
            malformed(role, "role", "a name that is not reserved", problems);
        }
        if RoleId::parse(&role.text).is_err() || role.text.bytes().all(|b| b.is_ascii_digit()) {
            let needed = "1 to 39 of a-z, 0-9 and `-`, not beginning with `-`, not all digits";
            malformed(role, "role", needed, problems);
        }
    }
    pool(&named(tables.roles.iter().map(|(name, _)| (name, "role"))), problems);
}

/// Checks the names that claims, blocks and gates give to their parts.
fn parts(tables: &Tables, problems: &mut Problems) {
    for claim in &tables.claims {
        let results: Vec<Name> = claim.results.iter().map(|(result, _)| result.clone()).collect();
        inner(&results, "result", problems);
        inner(&claim.answers, "answer", problems);
        // Values are measured things, whose names are often close by nature: `rpo` and `rto`, `p95` and `p99`.
        let values: Vec<Name> = claim.values.iter().map(|value| value.name.clone()).collect();
        for value in &values {
            well_formed(value, "value", problems);
        }
        inner(&values, "value", problems);
    }
    for block in &tables.blocks {
        let fields: Vec<Name> = block.fields.iter().map(|field| field.name.clone()).collect();
        inner(&fields, "field", problems);
        inner(&block.because, "code", problems);
        inner(&block.on, "kind", problems);
        inner(&block.stops, "thing that is stopped", problems);
    }
    for rule in &tables.commits {
        word(&rule.name, "rule about commits", problems);
    }
    for criterion in tables.gates.iter().flat_map(|gate| &gate.criteria) {
        word(&criterion.name, "criterion", problems);
    }
}

type Sorted<'a> = (&'a Name, &'static str);

fn named<'a>(names: impl Iterator<Item = Sorted<'a>>) -> Vec<Sorted<'a>> {
    names.collect()
}

fn link_names(tables: &Tables) -> Vec<Sorted<'_>> {
    let own = tables.links.iter().map(|(name, _)| (name, "link"));
    let inverses = tables.links.iter().filter_map(|(_, link)| Some((link.as_ref()?.inverse.as_ref()?, "link")));
    own.chain(inverses).collect()
}

/// Returns everything that can stand as a noun or before `of`, and scopes, which stand where nouns do in `over`.
fn nouns<'a>(tables: &'a Tables, problems: &mut Problems) -> Vec<Sorted<'a>> {
    let mut all = named(tables.kinds.iter().map(|kind| (&kind.name, "kind")));
    all.extend(tables.sets.iter().map(|(name, _)| (name, "set")));
    all.extend(tables.scopes.iter().map(|(name, _)| (name, "scope")));
    all.extend(tables.views.iter().map(|view| (&view.name, "view")));
    all.extend(link_names(tables));
    for (name, sort) in &all {
        well_formed(name, sort, problems);
        not_near(name, sort, &["self", "repo", "block", "waiver"], problems);
    }
    for (name, sort) in link_names(tables) {
        not_near(name, sort, &RESERVED_LINKS, problems);
    }
    let mut seen = BTreeSet::new();
    for field in tables.kinds.iter().flat_map(|kind| &kind.fields).filter(|field| holds_paths(field)) {
        // Two kinds may have a field of the same name: it means the same.
        if seen.insert(&field.name.text) {
            all.push((&field.name, "field"));
        }
    }
    all
}

fn states(kind: &Kind, stoppable: bool, problems: &mut Problems) {
    for (at, state) in kind.states.iter().enumerate() {
        well_formed(state, "state", problems);
        // What could never be said of the kind cannot be mixed up with its states.
        let sayable = ADJECTIVES.into_iter().filter(|word| match *word {
            "sealed" => kind.sealable.is_some(),
            "upheld" => kind.sealing_gate().is_some(),
            "present" => kind.path.is_some(),
            "blocked" => stoppable,
            _ => true,
        });
        not_near(state, "state", &sayable.chain(["new"]).collect::<Vec<_>>(), problems);
        if kind.states[..at].iter().any(|other| other.text == state.text) {
            twice(state, "state", problems);
        }
    }
}

/// Checks names that are looked up only within what they belong to.
fn inner(names: &[Name], sort: &'static str, problems: &mut Problems) {
    for (at, name) in names.iter().enumerate() {
        word(name, sort, problems);
        if names[..at].iter().any(|other| other.text == name.text) {
            twice(name, sort, problems);
        }
    }
}

fn twice(name: &Name, sort: &str, problems: &mut Problems) {
    let message = format!("the {sort} `{}` is named twice", name.text);
    problems.push(Problem::new(Code::CharterName, name.span.clone(), message));
}

fn malformed(name: &Name, sort: &str, needed: &str, problems: &mut Problems) {
    let message = format!("`{}` cannot name a {sort}: needed {needed}", name.text);
    problems.push(Problem::new(Code::CharterName, name.span.clone(), message));
}

fn word(name: &Name, sort: &str, problems: &mut Problems) {
    if Word::parse(&name.text).is_err() {
        malformed(name, sort, "1 to 64 letters, digits, `_` and `-`, beginning with a letter or digit", problems);
    }
}

fn well_formed(name: &Name, sort: &str, problems: &mut Problems) {
    word(name, sort, problems);
    let text = name.text.as_str();
    if GRAMMAR.iter().chain(&ADJECTIVES).chain(&NOUNS).any(|word| *word == text) {
        let message = format!("`{text}` cannot name a {sort}: it is a word of the language");
        problems.push(Problem::new(Code::CharterName, name.span.clone(), message));
    }
}

/// Refuses a name that is one letter away from a word of the language that stands where the name would.
fn not_near(name: &Name, sort: &str, words: &[&str], problems: &mut Problems) {
    if let Some(word) = words.iter().find(|word| distance(word, &name.text) == 1) {
        let message = format!("the {sort} `{}` is one letter away from `{word}`, a word of the language", name.text);
        let help = "a slip of the hand would turn one into the other; choose a name that is further away";
        problems.push(Problem::new(Code::CharterName, name.span.clone(), message).help(help));
    }
}

/// Refuses two names of one position that are the same or one letter apart.
///
/// Such names share a form with one letter left out, so only names that meet in one need to be compared.
fn pool(names: &[Sorted<'_>], problems: &mut Problems) {
    let mut forms: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by_key(|at| names[*at].0.span.start);
    for at in order {
        let (name, sort) = names[at];
        let mut near: Option<usize> = None;
        for form in without_one_letter(&name.text) {
            let met = forms.entry(form).or_default();
            near = near.or_else(|| met.iter().copied().find(|other| distance(&names[*other].0.text, &name.text) <= 1));
            met.push(at);
        }
        if let Some(other) = near {
            clash(name, sort, names[other], problems);
        }
    }
}

fn clash(name: &Name, sort: &str, (other, other_sort): Sorted<'_>, problems: &mut Problems) {
    let message = if name.text == other.text {
        format!("the name `{}` is taken by a {other_sort}", name.text)
    } else {
        format!("the {sort} `{}` is one letter away from the {other_sort} `{}`", name.text, other.text)
    };
    let help = "a slip of the hand would turn one into the other; choose a name that is further away";
    problems.push(Problem::new(Code::CharterName, name.span.clone(), message).help(help));
}

fn without_one_letter(word: &str) -> BTreeSet<String> {
    let mut forms = BTreeSet::from([word.to_owned()]);
    for (at, c) in word.char_indices() {
        forms.insert(format!("{}{}", &word[..at], &word[at + c.len_utf8()..]));
    }
    forms
}
