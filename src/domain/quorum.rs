//! Quorums: whether signatures, each of one actor in one role, fill the terms of a rule.
//!
//! A person and whatever that person operates count once; a signature fills a place that takes the role it was made in.

use std::collections::{BTreeMap, BTreeSet};

use super::authority;
use super::charter::Who;
use super::id::RoleId;
use super::state::State;

/// The signatures of one principal: the roles in which it, or what it operates, has signed.
pub type Ballots = BTreeMap<String, BTreeSet<RoleId>>;

/// Returns how many places of the rule these signatures fill at best.
pub fn filled(who: &Who, ballots: &Ballots) -> u32 {
    places(who) - open(who, ballots).iter().sum::<u32>()
}

/// Returns how many places of each term stay open when these signatures fill as many as they can, in the order of the terms.
pub fn open(who: &Who, ballots: &Ballots) -> Vec<u32> {
    let places: Vec<&[RoleId]> =
        who.terms.iter().flat_map(|term| (0..term.count).map(|_| term.roles.as_slice())).collect();
    let voters: Vec<&BTreeSet<RoleId>> = ballots.values().collect();
    let mut taken: Vec<Option<usize>> = vec![None; places.len()];
    for voter in 0..voters.len() {
        find_place(voter, &places, &voters, &mut taken, &mut BTreeSet::new());
    }
    let mut taken = taken.into_iter();
    let mut left = |count: u32| (0..count).filter(|_| taken.next().flatten().is_none()).fold(0, |sum, _| sum + 1);
    who.terms.iter().map(|term| left(term.count)).collect()
}

/// Returns how many places the rule has.
pub fn places(who: &Who) -> u32 {
    who.terms.iter().fold(0, |sum, term| sum.saturating_add(term.count))
}

/// Returns whether the rule takes a signature in that role at all.
pub fn takes(who: &Who, role: &RoleId) -> bool {
    who.terms.iter().any(|term| term.roles.contains(role))
}

/// Returns whether the live holders of roles could fill the rule.
pub fn is_reachable(state: &State, who: &Who) -> bool {
    filled(who, &holdings(state)) == places(who)
}

/// Returns every live principal with the roles that it, or what it operates, holds.
fn holdings(state: &State) -> Ballots {
    let mut ballots = Ballots::new();
    for (name, actor) in &state.actors {
        if authority::is_live(state, name) {
            let principal = authority::principal(state, name).to_string();
            ballots.entry(principal).or_default().extend(actor.roles.iter().cloned());
        }
    }
    ballots
}

/// Finds a place for a voter, moving others where that helps (augmenting path).
fn find_place(
    voter: usize,
    places: &[&[RoleId]],
    voters: &[&BTreeSet<RoleId>],
    taken: &mut Vec<Option<usize>>,
    tried: &mut BTreeSet<usize>,
) -> bool {
    for (place, roles) in places.iter().enumerate() {
        let fits = roles.iter().any(|role| voters[voter].contains(role));
        if !fits || !tried.insert(place) {
            continue;
        }
        let free = match taken[place] {
            None => true,
            Some(other) => find_place(other, places, voters, taken, tried),
        };
        if free {
            taken[place] = Some(voter);
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::charter::Term;

    fn role(name: &str) -> RoleId {
        RoleId::parse(name).unwrap()
    }

    fn who(terms: &[(u32, &[&str])]) -> Who {
        let terms = terms
            .iter()
            .map(|(count, roles)| Term { count: *count, roles: roles.iter().map(|r| role(r)).collect() })
            .collect();
        Who { terms, not: Vec::new() }
    }

    fn ballots(votes: &[(&str, &[&str])]) -> Ballots {
        votes.iter().map(|(p, roles)| ((*p).to_owned(), roles.iter().map(|r| role(r)).collect())).collect()
    }

    #[test]
    fn two_developers_and_one_of_security_are_not_three_of_anything_else() {
        let rule = who(&[(2, &["developer"]), (1, &["security"])]);
        assert_eq!(filled(&rule, &ballots(&[("a", &["developer"]), ("b", &["developer"]), ("c", &["developer"])])), 2);
        assert_eq!(filled(&rule, &ballots(&[("a", &["developer"]), ("b", &["developer"]), ("c", &["security"])])), 3);
    }

    #[test]
    fn a_principal_fills_one_place_whatever_roles_it_signs_in() {
        let rule = who(&[(1, &["arb"]), (1, &["cab"])]);
        assert_eq!(filled(&rule, &ballots(&[("a", &["arb", "cab"])])), 1);
    }

    #[test]
    fn the_best_assignment_is_found() {
        let rule = who(&[(1, &["a", "b"]), (1, &["a"])]);
        assert_eq!(filled(&rule, &ballots(&[("p", &["a"]), ("q", &["b"])])), 2);
    }
}
