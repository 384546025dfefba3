//! Who counts: live actors, holders of roles, and who could still sign.

use std::collections::BTreeSet;

use super::charter::Who;
use super::explain::Supplier;
use super::id::{ActorId, Noun, RoleId};
use super::state::State;

/// Returns who answers for an actor: its operator, or the actor itself. A person and what that person operates count once.
pub fn principal<'a>(state: &'a State, actor: &'a ActorId) -> &'a ActorId {
    state.actors.get(actor).and_then(|known| known.operator.as_ref()).unwrap_or(actor)
}

/// Returns whether the actor is enrolled and has a key that was not revoked.
pub fn is_live(state: &State, actor: &ActorId) -> bool {
    state.actors.get(actor).is_some_and(|known| known.keys.values().any(|key| key.revoked.is_none()))
}

/// Returns the live holders of a role, sorted by name.
pub fn holders<'a>(state: &'a State, role: &RoleId) -> Vec<&'a ActorId> {
    let holds = |name: &&ActorId| state.actors.get(*name).is_some_and(|actor| actor.roles.contains(role));
    state.actors.keys().filter(holds).filter(|name| is_live(state, name)).collect()
}

/// Returns who could sign, one supplier a term of the rule: the live holders whose principal is not the principal of anyone
/// excluded.
pub fn suppliers(state: &State, who: &Who, excluded: &BTreeSet<ActorId>) -> Vec<Supplier> {
    let out: BTreeSet<&ActorId> = excluded.iter().map(|actor| principal(state, actor)).collect();
    let term = |term: &super::charter::Term| {
        let names: BTreeSet<&ActorId> = term.roles.iter().flat_map(|role| holders(state, role)).collect();
        let counts = names.into_iter().filter(|name| !out.contains(principal(state, name)));
        let roles: Vec<&str> = term.roles.iter().map(RoleId::as_str).collect();
        Supplier { count: term.count, role: roles.join("|"), actors: counts.map(ToString::to_string).collect() }
    };
    who.terms.iter().map(term).collect()
}

/// A role that too few can act in, and how somebody gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vacancy {
    /// The role; where any of several will do, all of them with `|` between.
    pub role: String,
    /// How many could act, and how many it takes.
    pub able: (usize, u32),
    /// The command that enrols somebody; it asks for the rest.
    pub command: String,
    /// Who can run it.
    pub who: Vec<Supplier>,
}

impl Vacancy {
    /// Returns what is lacking, for what it is asked, beside those who did their part already, if there are such.
    pub fn text(&self, subject: &Noun, beside: bool) -> String {
        let role = self.role.replace('|', " or ");
        let of = if *subject == Noun::Repo { String::new() } else { format!(" for {subject}") };
        match self.able {
            (0, _) if beside => format!("nobody else can act as {role}{of}: enrol one"),
            (0, _) => format!("nobody can act as {role}{of}: enrol one"),
            (able, count) => format!("{count} have to act as {role}{of}, and only {able} can: enrol another"),
        }
    }
}

/// Returns the first role of which there are too few of those who could supply what is needed.
pub fn vacancy(state: &State, needed: &[Supplier]) -> Option<Vacancy> {
    needed.iter().find_map(|supplier| {
        let able = supplier.actors.len();
        if u32::try_from(able).unwrap_or(u32::MAX) >= supplier.count {
            return None;
        }
        let role = supplier.role.split('|').next()?;
        let kind = state.charter.rules.roles.get(role)?.first()?;
        Some(Vacancy {
            role: supplier.role.clone(),
            able: (able, supplier.count),
            command: format!("ledger actor enroll --kind {} --role {role}", kind.as_str()),
            who: suppliers(state, &state.charter.rules.authority, &BTreeSet::new()),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::charter::Term;
    use crate::domain::judge::tests::world::{World, actor};

    fn role(name: &str) -> RoleId {
        RoleId::parse(name).unwrap()
    }

    #[test]
    fn an_operator_answers_for_what_it_operates() {
        let w = World::new("");
        assert_eq!(principal(&w.state, &actor("bot")), &actor("dora"));
        assert_eq!(principal(&w.state, &actor("dora")), &actor("dora"));
        assert_eq!(principal(&w.state, &actor("nobody")), &actor("nobody"));
    }

    #[test]
    fn only_actors_with_a_key_that_counts_hold_a_role() {
        let mut w = World::new("");
        assert_eq!(holders(&w.state, &role("lead")), [&actor("kim"), &actor("lena")]);
        for key in w.state.actors.get_mut("kim").unwrap().keys.values_mut() {
            key.revoked = Some(1);
        }
        assert_eq!(holders(&w.state, &role("lead")), [&actor("lena")]);
        assert!(!is_live(&w.state, &actor("kim")) && !is_live(&w.state, &actor("nobody")));
    }

    #[test]
    fn suppliers_are_told_for_each_term_without_the_excluded_and_what_they_operate() {
        let w = World::new("");
        let term = |count, roles: &[&str]| Term { count, roles: roles.iter().map(|name| role(name)).collect() };
        let who = Who { terms: vec![term(2, &["lead"]), term(1, &["drafter", "reviewer"])], not: Vec::new() };
        let told = suppliers(&w.state, &who, &BTreeSet::from([actor("bot")]));
        assert_eq!(
            (told[0].count, told[0].role.as_str(), told[0].actors.join(" ")),
            (2, "lead", "kim lena".to_owned())
        );
        assert_eq!((told[1].role.as_str(), told[1].actors.join(" ")), ("drafter|reviewer", "raj rita".to_owned()));
    }
}
