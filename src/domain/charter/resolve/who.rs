//! Who may do something.

use super::super::ast::{NotRule, Permission, Term, Who};
use super::super::syntax;
use super::{Resolver, Things};
use crate::domain::id::RoleId;

impl Resolver<'_, '_> {
    /// Resolves roles and whom the rule excludes.
    pub(in super::super) fn who(&mut self, who: &syntax::Who) -> Option<Who> {
        let terms: Vec<Option<Term>> = who.terms.iter().map(|term| self.term(term)).collect();
        let mut not = Vec::new();
        let mut whole = true;
        for (at, name) in who.not.iter().enumerate() {
            if who.not[..at].iter().any(|other| other.text == name.text) {
                self.problems.meaning(&name.span, format!("`not {}` stands twice", name.text), "leave it out");
                whole = false;
            }
            if name.text == "author" {
                not.push(NotRule::Author);
            } else if self.names.claim(&name.text).is_some() {
                not.extend(Self::word(name).map(NotRule::Claim));
            } else {
                let mut fitting = self.names.all_claims();
                fitting.push("author");
                self.unknown(name, "claim", &fitting);
                whole = false;
            }
        }
        let terms = terms.into_iter().collect::<Option<_>>()?;
        whole.then_some(Who { terms, not })
    }

    fn term(&mut self, term: &syntax::Term) -> Option<Term> {
        let mut roles = Vec::new();
        for (at, role) in term.roles.iter().enumerate() {
            if term.roles[..at].iter().any(|other| other.text == role.text) {
                self.problems.meaning(&role.span, format!("the role `{}` stands twice", role.text), "leave it out");
            } else if self.names.is_role(&role.text) {
                roles.extend(RoleId::parse(&role.text));
            } else {
                let fitting = self.names.all_roles();
                self.unknown(role, "role", &fitting);
            }
        }
        let count = term.count.as_ref().map_or(1, |(count, _)| *count);
        (roles.len() == term.roles.len()).then_some(Term { count, roles })
    }

    /// Resolves who may do something, and when; `this` is what `self` stands for.
    pub(in super::super) fn permission(
        &mut self,
        permission: &syntax::Permission,
        this: &Things,
    ) -> Option<Permission> {
        let who = self.who(&permission.who);
        let guard = permission.guard.as_ref().map(|guard| self.guard(guard, this));
        Some(Permission {
            who: who?,
            guard: match guard {
                Some(guard) => Some(guard?),
                None => None,
            },
            text: permission.text.clone(),
        })
    }
}
