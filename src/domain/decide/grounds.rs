//! On what grounds an action is admitted: the rule that lets it pass, whom that rule takes and excludes, and how its
//! condition came out. The same judgement as [`admit`](super::admit), told whole.

use std::collections::BTreeSet;

use super::{Admission, Attempt, Needs, RECOVERY, Refusal};
use crate::domain::authority;
use crate::domain::explain::Supplier;
use crate::domain::id::ActorId;
use crate::domain::judge::GuardReport;
use crate::domain::quorum;
use crate::domain::state::Vote;

/// Why an action is admitted.
#[derive(Debug, Clone)]
pub struct Grounds {
    /// The place of the rule in the charter; `None` where no rule of it is asked.
    pub rule: Option<String>,
    /// The rule as it stands there, or what takes its place.
    pub text: String,
    /// The charter that states it, by the event that adopted it.
    pub charter: u64,
    /// What the signature comes to.
    pub admission: Admission,
    /// The earlier signatures of the same proposal.
    pub votes: Vec<Vote>,
    /// Everybody who could have signed at this position, term by term.
    pub who: Vec<Supplier>,
    /// Whom the rule excludes.
    pub excluded: BTreeSet<ActorId>,
    /// How the condition of the rule came out, where it has one.
    pub guard: Option<GuardReport>,
}

/// Returns on what grounds an action is admitted.
///
/// # Errors
/// The refusal, as [`admit`](super::admit) gives it.
pub fn grounds(attempt: &Attempt<'_>) -> Result<Grounds, Refusal> {
    let admission = super::admit(attempt)?;
    let (needs, _) = attempt.needs()?;
    let mut found = Grounds {
        rule: None,
        text: String::new(),
        charter: attempt.state.charter.seq,
        admission,
        votes: attempt.votes().into_iter().cloned().collect(),
        who: Vec::new(),
        excluded: BTreeSet::new(),
        guard: None,
    };
    match needs {
        Needs::Nothing if attempt.state.founding => {
            found.rule = Some("charter.authority".to_owned());
            "in the founding phase each holder of the authority enrols, grants and adds keys alone"
                .clone_into(&mut found.text);
        }
        Needs::Nothing => "everybody may take back what is their own".clone_into(&mut found.text),
        Needs::Recovery => {
            found.text = format!("the {RECOVERY} keys that genesis names, {} of them", found.admission.quorum.1);
        }
        Needs::Rules(rules) => {
            let taking = rules.iter().find(|rule| attempt.role.is_some_and(|role| quorum::takes(rule.who, role)));
            if let Some(rule) = taking {
                found.excluded = attempt.excluded(rule).0;
                found.who = authority::suppliers(attempt.state, rule.who, &found.excluded);
                found.charter = rule.charter.unwrap_or(found.charter);
                let view = attempt.view();
                found.guard = rule.guard.map(|guard| view.guard(rule.charter, &rule.place, guard, attempt.item));
                found.text.clone_from(&rule.text);
                found.rule = Some(rule.place.clone());
            }
        }
    }
    Ok(found)
}
