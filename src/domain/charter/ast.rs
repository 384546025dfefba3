//! A charter as typed rules: what the loader makes of the text, and the only thing that judgement reads.
//!
//! Every word in here has been resolved: a name that stands in a rule stands in a table too.

use std::collections::{BTreeMap, BTreeSet};

pub use super::field_rule::{FieldRule, FieldType, Reach, Reaches};
use super::glob::Glob;
use super::migrate::Migration;
use super::pattern::{LinePattern, Pattern};
use super::views::ViewRule;
use super::waivers::WaiverRule;
use crate::domain::id::{ItemId, RoleId, Word};
use crate::domain::path::RepoPath;
use crate::domain::time::Span;

/// The rules of a charter, whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Charter {
    /// The charter's own id, such as `PHASE-E-KICKOFF`.
    pub id: ItemId,
    /// What it is about, for people.
    pub title: Option<String>,
    /// The number of the semantics that it pins.
    pub semantics: u32,
    /// Who enrols, grants and adopts the next charter.
    pub authority: Who,
    /// `authority` as it stands in the charter.
    pub authority_text: String,
    /// What counts as knowing who wrote a commit.
    pub independence: Independence,
    /// Git emails of committers that stand for nobody (the web interface of a forge).
    pub forges: BTreeSet<String>,
    /// Role -> the types of actor that may hold it.
    pub roles: BTreeMap<RoleId, BTreeSet<ActorType>>,
    /// Scope -> its globs in order; the last match wins.
    pub scopes: BTreeMap<Word, Vec<Glob>>,
    /// Set -> the ids it names.
    pub sets: BTreeMap<Word, IdSet>,
    /// Links between items.
    pub links: BTreeMap<Word, LinkRule>,
    /// Kinds of item.
    pub kinds: BTreeMap<Word, KindRule>,
    /// Types of statement.
    pub claims: BTreeMap<Word, ClaimRule>,
    /// Gates.
    pub gates: BTreeMap<Word, GateRule>,
    /// Blocks, placed and derived.
    pub blocks: BTreeMap<Word, BlockRule>,
    /// Rules about commits of code.
    pub commits: BTreeMap<Word, CommitRule>,
    /// Classes of waivers.
    pub waivers: BTreeMap<Word, WaiverRule>,
    /// Views.
    pub views: BTreeMap<Word, ViewRule>,
    /// How what lives under the charter that this one replaces goes over to it.
    pub migrate: Option<Migration>,
}

/// The type of an actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ActorType {
    /// A person.
    Human,
    /// A program that acts on its own, with an operator.
    Agent,
    /// A build or test system, with an operator.
    Ci,
}

impl ActorType {
    /// Every type, in the order in which they are listed.
    pub const ALL: [ActorType; 3] = [ActorType::Human, ActorType::Agent, ActorType::Ci];

    /// Returns the word for the type.
    pub const fn as_str(self) -> &'static str {
        match self {
            ActorType::Human => "human",
            ActorType::Agent => "agent",
            ActorType::Ci => "ci",
        }
    }

    /// Reads the word for a type.
    pub fn parse(text: &str) -> Option<ActorType> {
        ActorType::ALL.into_iter().find(|t| t.as_str() == text)
    }
}

/// What counts as knowing who wrote a commit (`[charter] independence`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Independence {
    /// `"claimed"`, the default: an unsigned name excludes whom it names and leaves others free.
    #[default]
    Claimed,
    /// `"signed"`: an unsigned commit leaves everybody's independence unknown.
    Signed,
}

/// Who may do something: `2 lead + 1 security|audit, not author, not review`.
#[derive(Debug, Clone, PartialEq)]
pub struct Who {
    /// The terms, all of which are needed.
    pub terms: Vec<Term>,
    /// Whom the rule excludes.
    pub not: Vec<NotRule>,
}

/// So many different actors, each in one of these roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// How many, at least 1.
    pub count: u32,
    /// The roles, at least one, in the order written.
    pub roles: Vec<RoleId>,
}

/// Whom a rule excludes.
#[derive(Debug, Clone, PartialEq)]
pub enum NotRule {
    /// Whoever wrote what is acted upon.
    Author,
    /// Whoever wrote one of the files that this selects. `not author` means it too in a claim that is `over` files.
    Writer(Noun),
    /// Whoever made this statement on the item, even if it was taken back.
    Claim(Word),
}

/// Who may do something, and when.
#[derive(Debug, Clone, PartialEq)]
pub struct Permission {
    /// Who.
    pub who: Who,
    /// The condition.
    pub guard: Option<Guard>,
    /// As it stands in the charter, for explanations.
    pub text: String,
}

/// The condition of a permission.
#[derive(Debug, Clone, PartialEq)]
pub enum Guard {
    /// `if GATE`: the gate passes for the thing acted upon. Recorded in `judged`.
    Gate(Word),
    /// `if SENTENCE`.
    Sentence(Box<Sentence>),
}

/// A link between kinds of item.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkRule {
    /// The pairs of kinds (from, to); `None` stands for `any`.
    pub pairs: Vec<(Option<Word>, Option<Word>)>,
    /// No cycle may be closed.
    pub acyclic: bool,
    /// An empty list must be stated too.
    pub stated: bool,
    /// Only one item may link to each target.
    pub unique: bool,
    /// How many targets at least.
    pub min: u32,
    /// Each target is what this link of the same item leads to, or a part of that.
    pub within: Option<Word>,
    /// The name of the link seen from its target.
    pub inverse: Option<Word>,
    /// How a document calls it; its name, where nothing is said.
    pub label: Option<String>,
    /// The section in which a template puts it.
    pub under: Option<String>,
    /// The charter's reason.
    pub why: Option<String>,
    /// The place of the written policy.
    pub cite: Option<String>,
}

/// A kind of item.
#[derive(Debug, Clone, PartialEq)]
pub struct KindRule {
    /// The pattern of the ids, matched whole.
    pub id: Pattern,
    /// The statuses, in order.
    pub states: Vec<Word>,
    /// The moves.
    pub moves: Vec<MoveRule>,
    /// The globs that an item's path must match; `None` where items of the kind have no path. `{id}` stands for the id.
    pub path: Option<String>,
    /// The fields.
    pub fields: BTreeMap<Word, FieldRule>,
    /// Their names, as the charter orders them.
    pub order: Vec<Word>,
    /// How it is sealed; `None`: never.
    pub seal: Option<Permission>,
    /// How it is unsealed; `None`: never.
    pub unseal: Option<Permission>,
    /// The document that an item of the kind must agree with.
    pub listed: Option<Listed>,
    /// Another item's file, and what it has to say of an item of the kind.
    pub spoken: Option<Spoken>,
    /// The sections that an item's own file must have, in this order.
    pub headings: Vec<String>,
    /// What an item of the kind may change; `None` where the kind does not say.
    pub scope: Option<Reaches>,
    /// Status, or `blocked` -> the words for it in views.
    pub labels: BTreeMap<Word, String>,
    /// The charter's reason for its moves, sections and ids.
    pub why: Option<String>,
    /// The place of the written policy about them.
    pub cite: Option<String>,
}

/// A move between statuses. `from` holds `None` for `new`.
#[derive(Debug, Clone, PartialEq)]
pub struct MoveRule {
    /// The statuses it leads from; `None` is `new`.
    pub from: Vec<Option<Word>>,
    /// The status it leads to.
    pub to: Word,
    /// Who may make it, and when.
    pub by: Permission,
    /// The reasons it takes; empty where it takes none.
    pub because: Vec<Word>,
}

/// Where an item must be listed (`listed = { in = "E-00", columns = { … } }`).
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// The item whose file is the list.
    pub document: ItemId,
    /// The part of an item (`id`, `title`, `path`, `status`) -> the column's heading. `id` is always there.
    pub columns: BTreeMap<String, String>,
}

/// Which file has to say what of an item (`listed = { in = "spec", heading = "{title}", before = "Roadmap" }`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spoken {
    /// Whose file.
    pub holder: Holder,
    /// What it says.
    pub words: Words,
}

/// Whose file has to speak of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// This item's.
    Item(ItemId),
    /// That of each item of this kind which it is part of.
    Whole(Word),
}

/// What a file has to say of an item. `{id}`, `{title}` and `{path}` stand for those of the item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Words {
    /// A heading of this text.
    Heading {
        /// The heading's text.
        text: String,
        /// It stands before the first heading of this text.
        before: Option<String>,
    },
    /// This text.
    Text(String),
}

/// A type of statement.
#[derive(Debug, Clone, PartialEq)]
pub struct ClaimRule {
    /// Who may make it.
    pub by: Who,
    /// `by` as it stands in the charter.
    pub by_text: String,
    /// The results; the first is the good one. `pass` and `fail` by default. A result may carry a condition.
    pub results: Vec<(Word, Option<Guard>)>,
    /// The questions, each answered yes or no.
    pub answers: Vec<Word>,
    /// The values.
    pub values: BTreeMap<Word, FieldRule>,
    /// What it speaks of beside the item's own content.
    pub over: Option<Over>,
    /// The things of one of which the good result has to bring the file as evidence; and as it stands in the charter.
    pub cites: Option<(Noun, String)>,
    /// The branches on which some rule wants it: whether it was made on them is recorded with each statement.
    pub branches: BTreeSet<String>,
}

/// What a claim speaks of beside the item's own content.
#[derive(Debug, Clone, PartialEq)]
pub enum Over {
    /// The files of a scope.
    Scope(Word),
    /// The content of everything that a noun selects, items or files, with the noun as it is written.
    Noun(Noun, String),
}

/// A gate.
#[derive(Debug, Clone, PartialEq)]
pub struct GateRule {
    /// The criteria in the order of the charter.
    pub criteria: Vec<Criterion>,
    /// Nothing after the first unmet criterion is judged.
    pub ordered: bool,
    /// The kinds of item for which it is judged; none where it is judged for the repository alone.
    pub kinds: BTreeSet<Word>,
}

/// A criterion of a gate.
#[derive(Debug, Clone, PartialEq)]
pub struct Criterion {
    /// Its name within the gate.
    pub name: Word,
    /// What it decides.
    pub level: Level,
    /// The sentences, any of which is enough.
    pub any: Vec<Sentence>,
    /// The charter's reason.
    pub why: Option<String>,
    /// The place of the written policy.
    pub cite: Option<String>,
}

/// What a criterion decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// The gate passes only if it is met.
    Must,
    /// It is printed and decides nothing.
    Should,
    /// If it is met, the gate answers no.
    Veto,
}

impl Level {
    /// Returns the word for the level.
    pub const fn as_str(self) -> &'static str {
        match self {
            Level::Must => "must",
            Level::Should => "should",
            Level::Veto => "veto",
        }
    }
}

/// A block: placed by hand where it has `by`, else derived.
#[derive(Debug, Clone, PartialEq)]
pub struct BlockRule {
    /// The kinds that it is placed on.
    pub on: Vec<Word>,
    /// What it stops; empty for a mark.
    pub stops: Vec<Stop>,
    /// Who places it; `None` where it is derived.
    pub by: Option<Permission>,
    /// Who lifts it, and when.
    pub lift: Option<Permission>,
    /// A derived block stands until this is met.
    pub until: Option<Sentence>,
    /// The item that a lift must name.
    pub record: Option<ItemId>,
    /// The codes that it takes as a reason; empty where it takes none.
    pub because: Vec<Word>,
    /// The fields that it takes.
    pub fields: BTreeMap<Word, FieldRule>,
    /// The charter's reason.
    pub why: Option<String>,
    /// The place of the written policy.
    pub cite: Option<String>,
}

/// A rule about commits of code. It speaks of a commit where all of its conditions hold, and then refuses it, or where it
/// demands something, refuses it without that.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CommitRule {
    /// Condition: it changes files of this scope.
    pub touching: Option<Word>,
    /// Those of this scope do not count.
    pub except: Option<Word>,
    /// Condition: its committer holds one of these roles, or is unknown.
    pub deny: Vec<RoleId>,
    /// Condition: it goes to this branch.
    pub on: Option<String>,
    /// Condition: one of these is found in a line that it adds.
    pub adding: Vec<LinePattern>,
    /// Condition: one of these is found in a line that it removes.
    pub deleting: Vec<LinePattern>,
    /// Demand: somebody who is enrolled signed it.
    pub signed: bool,
    /// Demand: it serves an item.
    pub serves: Option<Serves>,
    /// Demand: it changes this file too.
    pub with: Option<RepoPath>,
    /// Demand: this holds.
    pub needs: Option<Sentence>,
    /// The charter's reason.
    pub why: Option<String>,
    /// The place of the written policy.
    pub cite: Option<String>,
}

/// Which items a commit may serve.
#[derive(Debug, Clone, PartialEq)]
pub struct Serves {
    /// Their kind, which says by which trailer a commit names one and what may then be changed.
    pub kind: Word,
    /// What holds for them.
    pub filter: Vec<Predicate>,
    /// As it stands in the charter.
    pub text: String,
}

/// What a block stops.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// Every move of the item but its declaration.
    Moves,
    /// Changes to files of a scope.
    Scope(Word),
    /// Changes to files that a field of the item names.
    Field(Word),
}

/// Names of ids: ids, ranges and globs, without some.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdSet {
    /// What is in, in the order written.
    pub items: Vec<IdTerm>,
    /// What is out.
    pub except: Vec<IdTerm>,
}

/// One name of ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdTerm {
    /// One id, or each id of a range, written out. Each exists for a rule, declared or not.
    Ids(Vec<ItemId>),
    /// Every declared id that matches; `*` stands for any run of characters.
    Glob(String),
}

/// A sentence: a quantifier, a noun and what is said of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Sentence {
    /// How many of the selected things it must hold for.
    pub quantity: Quantity,
    /// What is selected.
    pub noun: Noun,
    /// `, if any,`: an empty selection is N/A.
    pub if_any: bool,
    /// What must hold, all of it.
    pub predicates: Vec<Predicate>,
    /// `if …`: where it is UNMET, the whole sentence is N/A.
    pub condition: Option<Box<Sentence>>,
    /// As it stands in the charter.
    pub text: String,
}

impl Sentence {
    /// Returns whether the sentence, or its condition, speaks of the guarded item. One that does not comes out the same
    /// whatever is guarded.
    pub fn speaks_of_self(&self) -> bool {
        self.noun.base.is_of_self() || self.condition.as_deref().is_some_and(Sentence::speaks_of_self)
    }
}

/// How many of the selected things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// The noun is one thing.
    The,
    /// Every one.
    Every,
    /// Not one.
    No,
    /// So many or more; `some` is one or more.
    AtLeast(u32),
    /// So many or fewer.
    AtMost(u32),
}

/// A selection of things.
#[derive(Debug, Clone, PartialEq)]
pub struct Noun {
    /// What is selected.
    pub base: Base,
    /// `that …`: which of them.
    pub filter: Vec<Predicate>,
}

/// What a noun selects.
#[derive(Debug, Clone, PartialEq)]
pub enum Base {
    /// The guarded item.
    This,
    /// The repository.
    Repo,
    /// A document that is rendered from the ledger.
    View(Word),
    /// The ids of a set, or ids written out.
    Ids(IdSet),
    /// Every live item of a kind, or of a kind that is part of something.
    Kind(Word, Option<Box<Base>>),
    /// Every placed block, or those on something.
    Blocks(Option<Box<Base>>),
    /// Every waiver, or those on something.
    Waivers(Option<Box<Base>>),
    /// The targets of a link (`inverse`: its sources) of something.
    Link {
        /// The link's own name, never its inverse's.
        link: Word,
        /// Followed from target to source.
        inverse: bool,
        /// Of what.
        of: Box<Base>,
    },
    /// The files that a field of something names.
    Files(Word, Box<Base>),
}

impl Base {
    /// Returns whether what is selected begins at the guarded item.
    pub fn is_of_self(&self) -> bool {
        match self {
            Base::This => true,
            Base::Repo | Base::View(_) | Base::Ids(_) => false,
            Base::Kind(_, of) | Base::Blocks(of) | Base::Waivers(of) => of.as_deref().is_some_and(Base::is_of_self),
            Base::Link { of, .. } | Base::Files(_, of) => of.is_of_self(),
        }
    }
}

/// What is said of a thing.
#[derive(Debug, Clone, PartialEq)]
pub enum Predicate {
    /// `is [not] …`.
    Is {
        /// `not` stands before it.
        negated: bool,
        /// What.
        what: Being,
    },
    /// `passes GATE`.
    Passes(Word),
    /// `has [no|at least N|at most N] …`.
    Has {
        /// How many; `AtLeast(1)` where nothing is written.
        quantity: Quantity,
        /// Of what.
        what: Having,
    },
}

/// What a thing may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Being {
    /// In one of these statuses.
    Status(Vec<Word>),
    /// Sealed, and its content is the sealed one.
    Sealed,
    /// Sealed, and the gate on which it was sealed comes out as it did then.
    Upheld,
    /// There, in the judged tree.
    Present,
    /// Complete by the rules of its kind.
    Valid,
    /// In agreement with the documents that list it; of a view, the file is what is rendered.
    Consistent,
    /// Under a block that stops something.
    Blocked,
    /// A placed block that stands, or a waiver that counts.
    Active,
    /// A placed block that was lifted.
    Lifted,
    /// A waiver whose time is over.
    Expired,
    /// A waiver that was taken back.
    Revoked,
    /// Without an event for so long.
    Idle(Span),
}

/// What a thing may have.
#[derive(Debug, Clone, PartialEq)]
pub enum Having {
    /// A field, compared or just stated and not empty.
    Field {
        /// The field.
        field: Word,
        /// The comparison.
        compare: Option<Comparison>,
    },
    /// A link.
    Link {
        /// The link's own name.
        link: Word,
        /// Seen from its target.
        inverse: bool,
    },
    /// A statement.
    Claim(Box<ClaimTest>),
}

/// A comparison with literals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// The operator.
    pub op: Op,
    /// The literals, any of which is enough.
    pub with: Vec<Literal>,
}

/// An operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// `=`
    Equal,
    /// `!=`
    Unequal,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// The right side of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Literal {
    /// A number, its unit already checked.
    Number(i64),
    /// A word or quoted text.
    Text(String),
    /// Another value of the same statement.
    Value(Word),
}

/// Which statements count.
#[derive(Debug, Clone, PartialEq)]
pub struct ClaimTest {
    /// The claim.
    pub claim: Word,
    /// The results that are good; empty: the first one of the claim.
    pub results: Vec<Word>,
    /// Conditions on its values.
    pub with: Vec<(Word, Comparison)>,
    /// How old it may be, counted from `made`.
    pub within: Option<Span>,
    /// The branch that its commit must be on.
    pub on: Option<String>,
    /// Who must have made it: a role, and whether every holder of it must.
    pub by: Option<(bool, RoleId)>,
}
