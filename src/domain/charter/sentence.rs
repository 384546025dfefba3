//! What sentences say, as typed rules: how many of which things must be or have what. The part of a charter that judgement goes
//! through word by word.

use crate::domain::id::{ItemId, RoleId, Word};
use crate::domain::time::Span;

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
