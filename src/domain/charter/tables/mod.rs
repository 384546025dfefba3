//! Every table of a charter into what it declares: sentences are parsed, words are not resolved yet.
//!
//! A key that no table of its kind has is refused, with the nearest key; so is one that this release does not evaluate.

mod claims;
mod commits;
mod fields;
mod gates;
mod keys;
mod kinds;
mod migrate;
mod top;
mod views;
mod waivers;

pub(super) use commits::branch;
pub(super) use migrate::{Migrate, Pair};

use super::ast::{ActorType, FieldRule, Independence, Level};
use super::glob::Glob;
use super::pattern::{LinePattern, Pattern};
use super::problem::{Place, Problems};
use super::source::{Name, Node, Written};
use super::syntax::{Guard, Ids, Link, Move, Noun, Permission, Sentence, Who};
use super::waivers::Lasts;
use crate::domain::path::RepoPath;

/// What the tables of a charter declare.
#[derive(Debug, Default)]
pub(super) struct Tables {
    pub(super) head: Head,
    pub(super) roles: Vec<(Name, Vec<ActorType>)>,
    pub(super) scopes: Vec<(Name, Vec<Glob>)>,
    pub(super) sets: Vec<(Name, Option<Ids>)>,
    pub(super) links: Vec<(Name, Option<Link>)>,
    pub(super) kinds: Vec<Kind>,
    pub(super) claims: Vec<Claim>,
    pub(super) gates: Vec<Gate>,
    pub(super) blocks: Vec<Block>,
    pub(super) commits: Vec<Commit>,
    pub(super) waivers: Vec<Waiver>,
    /// `migrate`, with the place of its name.
    pub(super) migrate: Option<(Name, Migrate)>,
    pub(super) views: Vec<View>,
}

/// `[charter]`.
#[derive(Debug, Default)]
pub(super) struct Head {
    pub(super) id: Option<Name>,
    pub(super) title: Option<String>,
    pub(super) semantics: u32,
    pub(super) authority: Option<(Permission, Written)>,
    pub(super) independence: Independence,
    pub(super) forges: Vec<Name>,
}

/// `[kinds.NAME]`.
#[derive(Debug)]
pub(super) struct Kind {
    pub(super) name: Name,
    pub(super) pattern: Option<Pattern>,
    pub(super) states: Vec<Name>,
    pub(super) moves: Vec<Move>,
    /// Every move could be read, so that what none leads to can be told.
    pub(super) moves_are_whole: bool,
    pub(super) path: Option<Name>,
    pub(super) fields: Vec<Field>,
    pub(super) seal: Option<Permission>,
    /// The key `seal` is there, read or not.
    pub(super) sealable: Option<Place>,
    pub(super) unseal: Option<Permission>,
    pub(super) unsealable: Option<Place>,
    pub(super) listed: Option<Listed>,
    pub(super) spoken: Option<Spoken>,
    pub(super) headings: Vec<Written>,
    pub(super) scope: Option<Scope>,
    /// `labels`: a state or `blocked`, and the words for it.
    pub(super) labels: Vec<(Name, String)>,
    pub(super) why: Option<String>,
    pub(super) cite: Option<String>,
}

/// `scope` of a kind.
#[derive(Debug)]
pub(super) struct Scope {
    pub(super) inside: Name,
    pub(super) outside: Option<Name>,
    pub(super) trailer: Option<String>,
}

impl Kind {
    /// Returns the gate that guards the seal, where a gate does.
    pub(super) fn sealing_gate(&self) -> Option<&Name> {
        match &self.seal.as_ref()?.guard {
            Some(super::syntax::Guard::Gate(gate)) => Some(gate),
            _ => None,
        }
    }
}

/// A field of a kind or block, or a value of a claim.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: Name,
    /// `None`: not evaluated by this release, or wrong and reported.
    pub(super) rule: Option<FieldRule>,
    /// `floor`: words of the type, each with what asks for it. Of a field that no kind has, it is refused.
    pub(super) floor: Vec<(Name, Vec<Reach>)>,
    /// `within`: a scope.
    pub(super) within: Option<Name>,
}

/// `[N] SCOPE` of a floor.
#[derive(Debug, Clone)]
pub(super) struct Reach {
    pub(super) places: u32,
    pub(super) scope: Name,
}

/// `listed`.
#[derive(Debug)]
pub(super) struct Listed {
    pub(super) document: Name,
    pub(super) columns: Vec<(Name, Name)>,
}

/// `listed` with a heading or a text.
#[derive(Debug)]
pub(super) struct Spoken {
    pub(super) document: Name,
    /// The text that has to stand there, and whether it is a heading's.
    pub(super) text: Written,
    pub(super) is_heading: bool,
    pub(super) before: Option<Written>,
}

/// An entry of `[claims]`.
#[derive(Debug)]
pub(super) struct Claim {
    pub(super) name: Name,
    pub(super) by: Option<(Who, Written)>,
    /// Each with its condition.
    pub(super) results: Vec<(Name, Option<Guard>)>,
    pub(super) answers: Vec<Name>,
    pub(super) values: Vec<Field>,
    pub(super) over: Option<(Noun, Written)>,
    pub(super) cites: Option<(Noun, Written)>,
}

/// `[gates.NAME]`.
#[derive(Debug)]
pub(super) struct Gate {
    pub(super) name: Name,
    pub(super) criteria: Vec<Criterion>,
    pub(super) ordered: bool,
}

/// A criterion.
#[derive(Debug)]
pub(super) struct Criterion {
    pub(super) name: Name,
    pub(super) level: Level,
    pub(super) any: Vec<Sentence>,
    pub(super) why: Option<String>,
    pub(super) cite: Option<String>,
}

/// `[blocks.NAME]`.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) name: Name,
    pub(super) on: Vec<Name>,
    pub(super) stops: Vec<Name>,
    pub(super) by: Option<Permission>,
    pub(super) placed: bool,
    pub(super) lift: Option<Permission>,
    pub(super) until: Option<Sentence>,
    pub(super) record: Option<Name>,
    pub(super) because: Vec<Name>,
    pub(super) fields: Vec<Field>,
    pub(super) why: Option<String>,
    pub(super) cite: Option<String>,
}

/// An entry of `[commits]`.
#[derive(Debug)]
pub(super) struct Commit {
    pub(super) name: Name,
    pub(super) touching: Option<Name>,
    pub(super) except: Option<Name>,
    pub(super) deny: Vec<Name>,
    pub(super) on: Option<String>,
    pub(super) adding: Vec<LinePattern>,
    pub(super) deleting: Vec<LinePattern>,
    pub(super) signed: bool,
    pub(super) serves: Option<(Noun, Written)>,
    pub(super) with: Option<RepoPath>,
    pub(super) needs: Option<Sentence>,
    pub(super) why: Option<String>,
    pub(super) cite: Option<String>,
}

/// A section of a document: a noun or the name of a gate; of a table, with its columns.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) heading: Name,
    pub(super) text: String,
    pub(super) noun: Option<Noun>,
    pub(super) columns: Option<Vec<Name>>,
}

/// `[views.NAME]`.
#[derive(Debug)]
pub(super) struct View {
    pub(super) name: Name,
    pub(super) path: Option<(RepoPath, Place)>,
    pub(super) title: Option<String>,
    pub(super) sections: Vec<Section>,
    pub(super) show: Vec<Name>,
    pub(super) of: Option<Name>,
    pub(super) text: Option<Written>,
}

/// `[waivers.NAME]`.
#[derive(Debug)]
pub(super) struct Waiver {
    pub(super) name: Name,
    pub(super) covers: Vec<Name>,
    pub(super) by: Option<(Who, Written)>,
    pub(super) until: Lasts,
    pub(super) most: Option<u32>,
    pub(super) why: Option<String>,
    pub(super) cite: Option<String>,
}

/// Reads every table.
pub(super) fn read(root: Vec<(Name, Node)>, length: usize, problems: &mut Problems) -> Tables {
    top::read(root, length, problems)
}
