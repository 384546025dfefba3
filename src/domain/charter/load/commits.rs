//! Rules about commits: their scopes, their roles, and the items that commits serve.

use super::super::ast::{Base, CommitRule, Serves};
use super::super::resolve::{Resolver, Thing, Things};
use super::super::source::{Name, Written};
use super::super::syntax;
use super::super::tables::Commit;
use super::{Loader, Unresolved};
use crate::domain::code::Code;
use crate::domain::id::{RoleId, Word};

impl Loader<'_, '_> {
    pub(super) fn commit(&mut self, rule: &Commit) -> Option<CommitRule> {
        let touching = rule.touching.as_ref().map(|scope| self.scope_name(scope).ok_or(Unresolved));
        let except = rule.except.as_ref().map(|scope| self.scope_name(scope).ok_or(Unresolved));
        let deny: Vec<Option<RoleId>> = rule.deny.iter().map(|role| self.role_name(&rule.deny, role)).collect();
        let serves = rule.serves.as_ref().map(|(noun, text)| self.serves(noun, text).ok_or(Unresolved));
        let needs = rule.needs.as_ref().map(|needs| {
            let resolved = self.resolver().sentence(needs, &Things::one(Thing::Repo));
            let resolved = resolved.filter(|resolved| {
                let bound = resolved.speaks_of_self();
                if bound {
                    let message = "a commit is no item, so `self` names nothing here";
                    self.problems.meaning(&needs.noun.span, message, "name what is meant, or say `repo`");
                }
                !bound
            });
            resolved.ok_or(Unresolved)
        });
        Some(CommitRule {
            touching: touching.transpose().ok()?,
            except: except.transpose().ok()?,
            deny: deny.into_iter().collect::<Option<_>>()?,
            on: rule.on.clone(),
            adding: rule.adding.clone(),
            deleting: rule.deleting.clone(),
            signed: rule.signed,
            serves: serves.transpose().ok()?,
            with: rule.with.clone(),
            needs: needs.transpose().ok()?,
            why: rule.why.clone(),
            cite: rule.cite.clone(),
        })
    }

    fn scope_name(&mut self, scope: &Name) -> Option<Word> {
        if !self.names.is_scope(&scope.text) {
            let fitting: Vec<&str> = self.names.tables.scopes.iter().map(|(name, _)| name.text.as_str()).collect();
            self.problems.unknown(Code::CharterUnknownWord, &scope.span, "scope", &scope.text, &fitting);
            return None;
        }
        Resolver::word(scope)
    }

    fn role_name(&mut self, all: &[Name], role: &Name) -> Option<RoleId> {
        if !self.names.is_role(&role.text) {
            let fitting = self.names.all_roles();
            self.problems.unknown(Code::CharterUnknownWord, &role.span, "role", &role.text, &fitting);
            return None;
        }
        if all.iter().any(|other| other.text == role.text && other.span.start < role.span.start) {
            self.problems.meaning(&role.span, format!("the role `{}` stands twice", role.text), "leave it out");
        }
        RoleId::parse(&role.text).ok()
    }

    /// Resolves the items that a commit may serve: those of a kind that says how a commit names one.
    fn serves(&mut self, noun: &syntax::Noun, text: &Written) -> Option<Serves> {
        let before = self.problems.count();
        let resolved = self.resolver().noun(noun, &Things::one(Thing::Repo))?.0;
        let Base::Kind(kind, None) = resolved.base else {
            let message = format!("a commit serves items of a kind, and `{}` is none", noun.base.show());
            self.problems.meaning(
                &noun.span,
                message,
                "name a kind, with `that ...` where not all of its items are meant",
            );
            return None;
        };
        let trailer = self.names.kind(kind.as_str()).and_then(|kind| kind.scope.as_ref()).map(|scope| &scope.trailer);
        if !matches!(trailer, Some(Some(_))) {
            let message = format!("`{kind}` does not say how a commit names one, and what may then be changed");
            let help = "add `scope = { inside = \"FIELD\", trailer = \"NAME\" }` to the kind";
            self.problems.meaning(&noun.span, message, help);
        }
        let serves = Serves { kind, filter: resolved.filter, text: text.text.clone() };
        (self.problems.count() == before).then_some(serves)
    }
}
