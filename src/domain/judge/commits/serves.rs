//! Which items a commit serves: whom it names, and whether they may change what it changes.

use super::super::PathChange;
use super::super::changes::Held;
use super::super::eval::Eval;
use super::super::select::Thing;
use super::{Commits, PLACES, is_within, plain};
use crate::domain::charter::glob::Glob;
use crate::domain::charter::{FieldType, Reaches, Serves};
use crate::domain::code::Code;
use crate::domain::explain::{Explanation, Outcome};
use crate::domain::id::{ItemId, Word};
use crate::domain::state::Item;
use crate::domain::trailer;
use crate::domain::value::Value;

impl<'a> Commits<'_, 'a> {
    /// Returns what the kind of a rule says about commits, and the trailer by which they name an item.
    pub(super) fn scope(&self, serves: &Serves) -> Option<(&'a Reaches, &'a str)> {
        let scope = self.eval.charter().kinds.get(&serves.kind)?.scope.as_ref()?;
        Some((scope, scope.trailer.as_deref()?))
    }

    pub(super) fn serves(&self, serves: &Serves, message: &[u8], positions: &[usize]) -> Vec<Explanation> {
        // No charter loads whose rule names a kind without them.
        let Some((scope, trailer)) = self.scope(serves) else { return Vec::new() };
        let named = trailer::values(message, trailer);
        let next = self.trailers(serves, trailer, positions);
        let refuse = |found: String| {
            let needed = format!("`{trailer}: ID` in its last lines, of a {}", serves.text);
            Explanation::new(Code::CommitServes, found, needed).nexts(next.clone())
        };
        if named.is_empty() {
            return vec![refuse(format!("the commit names no {} that it serves", serves.kind))];
        }
        let (mut told, mut items) = (Vec::new(), Vec::new());
        for name in &named {
            match self.named(serves, name) {
                Ok(found) => items.push(found),
                Err(found) => told.push(refuse(found)),
            }
        }
        if !told.is_empty() {
            return told;
        }
        let (mut outside, mut kept_out) = (Vec::new(), Vec::new());
        for position in positions {
            let covers: Vec<Cover> = items.iter().map(|(_, item)| self.covers(scope, item, *position)).collect();
            if covers.contains(&Cover::Inside) {
                continue;
            }
            if covers.contains(&Cover::KeptOut) { kept_out.push(*position) } else { outside.push(*position) }
        }
        let ids: Vec<&str> = items.iter().map(|(id, _)| id.as_str()).collect();
        let which = ids.join(" or ");
        let field = |field: Option<&Word>| field.map_or("scope", Word::as_str).to_owned();
        for (positions, found, needed) in [
            (
                outside,
                format!("is outside of {} of {which}", scope.inside),
                format!("a path that {} names", scope.inside),
            ),
            (
                kept_out,
                format!("is in {} of {which}", field(scope.outside.as_ref())),
                format!("a commit that keeps out of {}", field(scope.outside.as_ref())),
            ),
        ] {
            let Some(first) = positions.first().and_then(|position| self.commit.changes.get(*position)) else {
                continue;
            };
            let found = format!("{} {found}", self.paths(&positions));
            let mut one = Explanation::new(Code::CommitScope, found, needed).path(plain(&first.path));
            if let [id] = ids.as_slice() {
                one = one.item(id).next(format!("ledger show {id}"));
            }
            told.push(one);
        }
        told
    }

    /// Returns the item that a trailer names, or what is wrong with it.
    fn named(&self, serves: &Serves, name: &str) -> Result<(&'a ItemId, &'a Item), String> {
        let shown: String = plain(name.as_bytes()).chars().take(100).collect();
        let id = ItemId::parse(name).map_err(|_| format!("the commit names {shown:?}, which is no id"))?;
        let (id, item) =
            self.eval.item(&id).ok_or_else(|| format!("the commit names {shown}, which was never declared"))?;
        if item.kind != serves.kind {
            return Err(format!("the commit names {id}, which is a {}", item.kind));
        }
        if self.eval.is_superseded(id) {
            let newest = self.eval.newest(id).map(|newest| format!(": {newest}")).unwrap_or_default();
            return Err(format!("the commit names {id}, which has a successor{newest}"));
        }
        match self.eval.holds(&Thing::Item(id, item), &serves.filter) {
            Outcome::Met => Ok((id, item)),
            Outcome::Unknown => Err(format!("whether {id} is a {} cannot be known", serves.text)),
            _ => Err(format!("the commit names {id}, which is {} and no {}", item.status, serves.text)),
        }
    }

    pub(super) fn covers(&self, scope: &Reaches, item: &Item, position: usize) -> Cover {
        let (Some(name), Some(change)) = (self.names.get(position), self.commit.changes.get(position)) else {
            return Cover::Outside;
        };
        if !inside(self.eval, scope, item, change) {
            return Cover::Outside;
        }
        let out = scope.outside.as_ref().map(|field| Held::of(self.eval.charter(), item, field));
        if out.is_some_and(|out| out.holds(name)) { Cover::KeptOut } else { Cover::Inside }
    }

    /// Returns the items that a commit of these changes may serve.
    pub(super) fn fitting(&self, serves: &Serves, positions: &[usize]) -> Vec<&'a ItemId> {
        let Some((scope, _)) = self.scope(serves) else { return Vec::new() };
        let live = self.eval.of_kind(&serves.kind).iter().filter_map(|id| self.eval.item(id));
        let fits = |(id, item): &(&'a ItemId, &'a Item)| {
            positions.iter().all(|position| self.covers(scope, item, *position) == Cover::Inside)
                && self.eval.holds(&Thing::Item(id, item), &serves.filter) == Outcome::Met
        };
        live.filter(fits).map(|(id, _)| id).collect()
    }

    /// Returns the commands that name an item which fits.
    pub(super) fn trailers(&self, serves: &Serves, trailer: &str, positions: &[usize]) -> Vec<String> {
        let how = self.command();
        let fitting = self.fitting(serves, positions).into_iter().take(PLACES);
        fitting.map(|id| format!("{how} --trailer '{trailer}: {id}'")).collect()
    }
}

/// How a path lies to what an item may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cover {
    Inside,
    KeptOut,
    Outside,
}

/// Returns whether a permission holds for a path: byte for byte, and never for what brings more than itself.
fn inside(eval: &Eval<'_>, scope: &Reaches, item: &Item, change: &PathChange) -> bool {
    let kind = eval.charter().kinds.get(&item.kind);
    let is_globs =
        kind.and_then(|kind| kind.fields.get(&scope.inside)).is_some_and(|rule| rule.kind == FieldType::Globs);
    let Some(Value::List(list)) = item.stated.fields.get(&scope.inside) else { return false };
    let texts: Vec<&str> = list.iter().filter_map(Value::as_text).collect();
    if is_globs {
        let globs: Result<Vec<Glob>, _> = texts.into_iter().map(Glob::parse).collect();
        return globs.is_ok_and(|globs| is_within(&globs, change));
    }
    texts.iter().any(|path| path.as_bytes() == change.path)
}
