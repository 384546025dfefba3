//! Whether an action is admitted: every rule about who may do what, when. Append and replay call the same function.
//!
//! [`admit`] judges an action on a state; [`draft`](draft::draft) makes the event that a person is about to sign;
//! [`crate::domain::replay`] holds an event that was signed against what this module says of it.

mod change;
mod claims;
mod command;
pub mod cosign;
pub mod draft;
pub mod grounds;
mod items;
mod migrate;
pub mod packet;
mod permission;
mod seals;
mod stranded;
pub mod suppose;
pub mod template;
pub mod trust;
mod waivers;
mod ways;
pub mod words;

use std::sync::Arc;

use self::ways::Refused;
use super::charter::{Charter, Guard, Who};
use super::code::Code;
use super::event::{Body, Judged};
use super::explain::{Explanation, Supplier};
use super::facts::Facts;
use super::id::{ActorId, ItemId, Noun, RoleId};
use super::judge::{View, declare_command};
use super::key::Fingerprint;
use super::state::{Item, State};
use super::time::Timestamp;

/// The reserved actor as whom the offline keys of the ledger act.
pub const RECOVERY: &str = "recovery";

/// Somebody's wish that something happens, at a position of the ledger.
pub struct Attempt<'a> {
    /// The state before it.
    pub state: &'a State,
    /// The facts about the code that its author has.
    pub facts: &'a dyn Facts,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: &'a ActorId,
    /// In which role.
    pub role: Option<&'a RoleId>,
    /// With which key.
    pub key: &'a Fingerprint,
    /// About what.
    pub item: &'a Noun,
    /// What.
    pub body: &'a Body,
}

/// What an admitted action comes to.
#[derive(Debug, Clone)]
pub struct Admission {
    /// The signature does not complete the quorum.
    pub pending: bool,
    /// The gate that guarded it, as it came out.
    pub judged: Option<Judged>,
    /// The rules that a `chartered` event adopts.
    pub rules: Option<Arc<Charter>>,
    /// How many places of the rule are filled, this signature included, and how many there are.
    pub quorum: (u32, u32),
    /// Who could sign next, where signatures are missing.
    pub missing: Vec<Supplier>,
}

/// Why an action is not admitted. There is at least one explanation; the first names the rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The explanations.
    pub explanations: Vec<Explanation>,
}

impl Refusal {
    /// Returns the code of the first explanation.
    pub fn code(&self) -> Code {
        self.explanations.first().map_or(Code::GuardUnmet, |e| e.code)
    }
}

impl From<Explanation> for Refusal {
    fn from(explanation: Explanation) -> Refusal {
        Refusal { explanations: vec![explanation] }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (i, e) in self.explanations.iter().enumerate() {
            let line = if i == 0 { "" } else { "\n" };
            write!(f, "{line}{}: found {}; needed: {}", e.code, e.found, e.needed)?;
        }
        Ok(())
    }
}

impl std::error::Error for Refusal {}

/// A rule that may let an action pass.
struct Rule<'a> {
    /// Its place in the charter.
    place: String,
    /// Whose signatures it takes.
    who: &'a Who,
    /// Its condition.
    guard: Option<&'a Guard>,
    /// The charter under which it is judged, where that is not the one in force.
    charter: Option<u64>,
    /// As it stands in the charter.
    text: String,
}

/// What an action needs to pass.
enum Needs<'a> {
    /// One signature of this actor, in any role or none.
    Nothing,
    /// A quorum of the offline keys.
    Recovery,
    /// One of these rules; the first that takes the role decides.
    Rules(Vec<Rule<'a>>),
}

/// Judges an action.
///
/// # Errors
/// The refusal says what was found, what is needed, who can supply it, and the command that goes on.
pub fn admit(attempt: &Attempt<'_>) -> Result<Admission, Refusal> {
    let judged = || {
        attempt.check_actor()?;
        let (needs, rules) = attempt.needs()?;
        Ok(Admission { rules, ..attempt.permit(needs)? })
    };
    judged().map_err(|refusal| {
        let Attempt { state, item, body, .. } = attempt;
        Refused { state, item, body: Some(body) }.with_ways(refusal)
    })
}

impl<'a> Attempt<'a> {
    /// Returns what the action needs, once it is sound in itself.
    fn needs(&self) -> Result<(Needs<'a>, Option<Arc<Charter>>), Refusal> {
        if !matches!(self.body, Body::Enrolled(_) | Body::Granted { .. } | Body::KeyAdded { .. }) {
            self.not_while_founding()?;
        }
        let needs = match self.body {
            Body::Chartered(adoption) => {
                let rules = self.chartered(adoption)?;
                return Ok((self.authority(), Some(rules)));
            }
            Body::Founded(_) => {
                return Err(refuse(Code::FormatGenesis, "a second `founded` event", "one, at position 0"));
            }
            Body::Enrolled(person) => self.enrolled(person)?,
            Body::Granted { actor, role } => self.granted(actor, role)?,
            Body::Ungranted { actor, role, .. } => self.ungranted(actor, role)?,
            Body::KeyAdded { actor, key } => self.key_added(actor, key)?,
            Body::KeyRevoked { actor, key, compromised_since, .. } => {
                self.key_revoked(actor, key, *compromised_since)?
            }
            Body::Declared(declaration) => self.declared(declaration)?,
            Body::Amended(stated) => self.amended(stated)?,
            Body::Moved { from, to, because } => self.moved(from, to, because.as_ref())?,
            Body::Attested(attested) => self.attested(attested)?,
            Body::Retracted { event, claim, .. } => self.retracted(event, claim.as_ref())?,
            Body::Sealed { content, evidence } => self.sealed(*content, evidence)?,
            Body::Unsealed { seal, .. } => self.unsealed(seal)?,
            Body::Blocked { name, because, fields, .. } => self.blocked(name, because.as_ref(), fields)?,
            Body::Unblocked { name, block, record, .. } => self.unblocked(name, block, record.as_ref())?,
            Body::Waived { class, rule, until, .. } => self.waived(class, rule, until)?,
            Body::Unwaived { waiver, rule, .. } => self.unwaived(waiver, rule)?,
            Body::Erased { sha256, .. } => self.erased(sha256)?,
            Body::Confirmed { event, .. } => self.confirmed(event)?,
        };
        Ok((needs, None))
    }

    /// Returns the view of the state that guards are judged on.
    fn view(&self) -> View<'a> {
        View { state: self.state, facts: self.facts, as_of: self.at }
    }

    /// Returns the item that the action is about.
    fn item(&self) -> Result<(&'a ItemId, &'a Item), Refusal> {
        let Noun::Item(id) = self.item else {
            return Err(refuse(Code::ItemUnknown, format!("the action is about {}", self.item), "an item"));
        };
        let Some(item) = self.state.items.get(id) else {
            let unknown = Explanation::new(Code::ItemUnknown, format!("nobody declared {id}"), "a declared item");
            let kinds = &self.state.charter.rules.kinds;
            let fitting = kinds.iter().filter(|(_, kind)| kind.id.matches(id.as_str()));
            let mut next: Vec<String> = fitting.map(|(name, kind)| declare_command(id, name, kind)).collect();
            if next.is_empty() {
                next.push("ledger charter show".to_owned());
            }
            return Err(unknown.item(id).nexts(next).into());
        };
        Ok((id, item))
    }

    /// Returns the item, provided that it has no successor.
    fn live_item(&self) -> Result<(&'a ItemId, &'a Item), Refusal> {
        let (id, item) = self.item()?;
        if let Some(successor) = self.state.successor(id) {
            let superseded = Explanation::new(
                Code::ItemSuperseded,
                format!("{id} was superseded by {successor}"),
                "an item without a successor",
            )
            .item(id)
            .next(format!("ledger show {successor}"));
            return Err(superseded.into());
        }
        Ok((id, item))
    }

    /// Returns the rule that the authority of the charter is, or that of the offline keys where they act.
    fn authority(&self) -> Needs<'a> {
        if self.actor.as_str() == RECOVERY {
            return Needs::Recovery;
        }
        Needs::Rules(vec![self.authority_rule()])
    }

    /// Returns the authority of the charter, as a rule.
    fn authority_rule(&self) -> Rule<'a> {
        let who = &self.state.charter.rules.authority;
        let text = trust::who_as_written(who);
        Rule { place: "charter.authority".to_owned(), who, guard: None, charter: None, text }
    }
}

/// Returns a refusal with found and needed.
fn refuse(code: Code, found: impl Into<String>, needed: impl Into<String>) -> Refusal {
    Explanation::new(code, found, needed).into()
}
