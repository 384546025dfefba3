//! The way on from a refusal: whoever can supply what is needed, and the next command, where the rule that refused knew none.
//!
//! What whoever asked can mend (a word that is not the charter's, a value of the wrong type) says so. What nobody can mend by
//! asking again names those who can change what stands against it.

use std::collections::BTreeSet;

use super::Refusal;
use crate::domain::authority;
use crate::domain::charter::Permission;
use crate::domain::code::Code;
use crate::domain::event::Body;
use crate::domain::explain::{Explanation, Supplier};
use crate::domain::id::{ItemId, Noun, Word};
use crate::domain::state::State;

/// What was refused, as far as it is known.
pub(super) struct Refused<'a> {
    /// The state.
    pub(super) state: &'a State,
    /// About what.
    pub(super) item: &'a Noun,
    /// What.
    pub(super) body: Option<&'a Body>,
}

impl Refused<'_> {
    /// Adds who and next to the explanations of a refusal that lack them.
    pub(super) fn with_ways(&self, mut refusal: Refusal) -> Refusal {
        // Of a condition the first one only says how it came out; those that follow say who, each for its criterion.
        let heads = refusal.explanations.len() > 1;
        for (position, told) in refusal.explanations.iter_mut().enumerate() {
            self.cite(told);
            if told.next.is_empty() {
                told.next = self.next(told);
            }
            let head = heads && position == 0 && matches!(told.code, Code::GuardUnmet | Code::BlockMove);
            if told.who.is_empty() && !head {
                told.who = self.who(told);
            }
        }
        refusal
    }

    /// Adds the place of the written policy to what a kind itself asks, such as who may move its items.
    fn cite(&self, told: &mut Explanation) {
        let kind = told.rule.as_deref().and_then(|rule| rule.strip_prefix("kinds.")?.split('.').next());
        let kind = kind.and_then(|kind| self.state.charter.rules.kinds.get(kind));
        if let (Some(kind), None, None) = (kind, &told.why, &told.cite) {
            (told.why, told.cite) = (kind.why.clone(), kind.cite.clone());
        }
    }

    fn next(&self, told: &Explanation) -> Vec<String> {
        let shown = || match (&told.item, self.item) {
            (Some(item), _) if item != "repo" => format!("ledger show {item}"),
            (_, Noun::Item(id)) if self.state.items.contains_key(id) => format!("ledger show {id}"),
            _ => "ledger log -n 10".to_owned(),
        };
        let one = |command: &str| vec![command.to_owned()];
        match told.code {
            Code::ItemId
            | Code::ItemKind
            | Code::ItemField
            | Code::ItemLink
            | Code::ItemNotSealable
            | Code::ClaimUnknown
            | Code::ClaimResult
            | Code::ClaimValue
            | Code::BlockUnknown
            | Code::BlockField
            | Code::WaiverNotPossible
            | Code::WaiverUntil
            | Code::TrustRoleUnknown
            | Code::CharterInForce
            | Code::CharterStrands
            | Code::CharterMigrate => one("ledger charter show"),
            Code::ItemPath => told.path.as_ref().map_or_else(
                || one("ledger charter show"),
                // Nothing need be there yet.
                |path| vec![format!("ledger why {}", crate::domain::judge::quoted(&format!(":/{path}")))],
            ),
            Code::ItemUnknown | Code::AuthorityNoProposal => one("ledger status"),
            Code::ItemSuperseded => {
                let id = told.item.as_deref().and_then(|id| ItemId::parse(id).ok());
                let successor = id.and_then(|id| self.state.successor(&id).cloned());
                successor.map_or_else(|| one("ledger status"), |id| vec![format!("ledger show {id}")])
            }
            Code::ItemReason => self.with_codes(),
            Code::ItemStatus => match self.body {
                Some(Body::Declared(declaration)) => {
                    vec![format!("ledger declare {} --kind {}", self.item, declaration.kind)]
                }
                _ => vec![shown()],
            },
            Code::ClaimAnswer => self.answers(),
            Code::GateUnmet
            | Code::GateUnknownFact
            | Code::GuardUnmet
            | Code::BlockMove
            | Code::ItemContent
            | Code::ItemFile
            | Code::ItemNotSealed
            | Code::ItemUnchanged
            | Code::BlockAbsent
            | Code::ClaimEvidence
            | Code::ClaimUnknownStatement
            | Code::StoreEvidenceErased
            | Code::WaiverUnknown => vec![shown()],
            Code::TrustKeyTaken | Code::TrustKeyUnknown | Code::TrustKeyOfAnother | Code::TrustKeyRevoked => {
                one("ledger key list")
            }
            Code::TrustActorUnknown
            | Code::TrustActorExists
            | Code::TrustActorReserved
            | Code::TrustActorType
            | Code::TrustRoleHeld
            | Code::TrustRoleNotHeld
            | Code::TrustFounding
            | Code::AuthorityRole
            | Code::AuthorityAuthor
            | Code::AuthorityExcluded => one("ledger actor list"),
            // Only an event that was made by hand says so; of a file, the place is underlined.
            Code::CharterMeaning
            | Code::CharterSemantics
            | Code::CharterUnknownWord
            | Code::FormatTime
            | Code::FormatGenesis
            | Code::FormatNumber => vec![format!("ledger explain {}", told.code)],
            _ => Vec::new(),
        }
    }

    fn who(&self, told: &Explanation) -> Vec<Supplier> {
        let authority = || authority::suppliers(self.state, &self.state.charter.rules.authority, &BTreeSet::new());
        let of = |permission: &Permission| authority::suppliers(self.state, &permission.who, &BTreeSet::new());
        let kind = self.item.item().and_then(|id| self.state.items.get(id)).map(|item| &item.kind);
        let rule = kind.and_then(|kind| self.state.charter.rules.kinds.get(kind));
        match told.code {
            Code::TrustActorUnknown
            | Code::TrustKeyUnknown
            | Code::TrustKeyRevoked
            | Code::TrustKeyOfAnother
            | Code::TrustRoleNotHeld
            | Code::TrustFloor
            | Code::TrustFounding
            | Code::CharterStrands
            | Code::ItemNotSealable
            | Code::WaiverNotPossible => authority(),
            Code::ItemSealed => {
                // The seal keeps the rule of its placement.
                let seal = self.item.item().and_then(|id| self.state.items.get(id)?.seal.as_ref());
                let then = seal.and_then(|seal| self.state.charters.get(&seal.charter));
                let rule = then.zip(kind).and_then(|(charter, kind)| charter.rules.kinds.get(kind));
                let breakers = rule.and_then(|rule| rule.unseal.as_ref()).map(of).unwrap_or_default();
                // Where no rule breaks it, it takes another charter.
                if breakers.is_empty() { authority() } else { breakers }
            }
            Code::ItemNotSealed => rule.and_then(|rule| rule.seal.as_ref()).map(of).unwrap_or_default(),
            Code::BlockStands | Code::BlockPath | Code::BlockRecord => self.lifters(),
            Code::ItemUnknown => {
                let declarers = self.item.item().map(|id| self.declarers(id)).unwrap_or_default();
                // Where no kind takes such an id, it was mistyped.
                if declarers.is_empty() { vec![Supplier::asker()] } else { declarers }
            }
            // What a rule reads from a file is written by nobody whom the charter names.
            Code::GuardUnmet | Code::GateUnmet | Code::GateUnknownFact
                if told.next.iter().any(|c| c.starts_with("git ")) =>
            {
                let path = told.path.as_deref().unwrap_or("the file");
                vec![Supplier::in_words(&format!("whoever commits {path}"))]
            }
            // Whose signature counts is found where the rule is judged; where nobody's does, nobody is named.
            Code::AuthorityRole | Code::AuthorityAuthor | Code::AuthorityExcluded => Vec::new(),
            _ => vec![Supplier::asker()],
        }
    }

    /// Returns the command with each code that the rule takes.
    fn with_codes(&self) -> Vec<String> {
        let rules = &self.state.charter.rules;
        let kind = self.item.item().and_then(|id| self.state.items.get(id)).map(|item| &item.kind);
        let (command, codes): (String, Vec<&Word>) = match self.body {
            Some(Body::Moved { from, to, .. }) => {
                let moves = kind.and_then(|kind| rules.kinds.get(kind)).map(|kind| kind.moves.as_slice());
                let fits = moves
                    .unwrap_or_default()
                    .iter()
                    .filter(|one| one.to == *to && one.from.contains(&Some(from.clone())));
                (format!("ledger move {} {to}", self.item), fits.flat_map(|one| &one.because).collect())
            }
            Some(Body::Blocked { name, .. }) => {
                let codes = rules.blocks.get(name).map(|rule| rule.because.iter().collect());
                (format!("ledger block {} {name}", self.item), codes.unwrap_or_default())
            }
            _ => return Vec::new(),
        };
        if codes.is_empty() {
            return vec![command];
        }
        codes.into_iter().map(|code| format!("{command} --because {code}")).collect()
    }

    /// Returns the command with every question; what the answer is, is for the person to say.
    fn answers(&self) -> Vec<String> {
        let Some(Body::Attested(attested)) = self.body else { return Vec::new() };
        let Some(rule) = self.state.charter.rules.claims.get(&attested.claim) else { return Vec::new() };
        let mut command = format!("ledger attest {} {}", self.item, attested.claim);
        for question in &rule.answers {
            command.extend([" --answer '", question.as_str(), "=yes|no'"]);
        }
        vec![command]
    }

    /// Returns who lifts the blocks that stand on the item.
    fn lifters(&self) -> Vec<Supplier> {
        let blocks = self.item.item().and_then(|id| self.state.items.get(id)).map(|item| item.blocks.as_slice());
        let mut found = Vec::new();
        for block in blocks.unwrap_or_default().iter().filter(|block| block.lifted.is_none()) {
            let charter = self.state.charters.get(&block.charter).unwrap_or(&self.state.charter);
            let lift = charter.rules.blocks.get(&block.name).and_then(|rule| rule.lift.as_ref());
            for supplier in
                lift.map(|lift| authority::suppliers(self.state, &lift.who, &BTreeSet::new())).into_iter().flatten()
            {
                if !found.contains(&supplier) {
                    found.push(supplier);
                }
            }
        }
        found
    }

    /// Returns who declares items of the kind whose pattern an id matches.
    fn declarers(&self, id: &ItemId) -> Vec<Supplier> {
        let kind = self.state.charter.rules.kinds.values().find(|kind| kind.id.matches(id.as_str()));
        let entry = kind.and_then(|kind| kind.moves.iter().find(|step| step.from.contains(&None)));
        entry.map(|step| authority::suppliers(self.state, &step.by.who, &BTreeSet::new())).unwrap_or_default()
    }
}
