//! Which items' commits may change a file.

use super::super::PathChange;
use super::super::View;
use super::super::changes::Name;
use super::super::eval::Eval;
use super::set_aside::Unasked;
use super::{CommitChange, Commits, Cover, Going};
use crate::domain::id::{ItemId, Word};
use crate::domain::state::Item;

/// An item that says of a file whether commits for it may change that.
pub struct Reaching<'a> {
    /// The item.
    pub id: &'a ItemId,
    /// What is known of it.
    pub item: &'a Item,
    /// The field that says so.
    pub field: &'a Word,
    /// They are to keep out of it, though it lies within what they may change.
    pub keeps_out: bool,
}

/// Returns the live items whose scope takes in the file at a path, by the kinds that have one.
pub fn reaching<'a>(view: &View<'a>, path: &str) -> Vec<Reaching<'a>> {
    let changes = [PathChange { path: path.as_bytes().to_vec(), old: None, new: None }];
    let (lines, going) = (&Unasked, Going::Unknown);
    let commit = CommitChange { changes: &changes, lines, committer: None, message: None, going, made: false };
    let names: Vec<Name<'_>> = changes.iter().map(Name::of).collect();
    let eval = Eval::new(*view);
    let judge = Commits { eval: &eval, commit: &commit, names: &names };
    let mut found = Vec::new();
    for (name, kind) in &view.state.charter.rules.kinds {
        let Some(scope) = &kind.scope else { continue };
        for (id, item) in eval.of_kind(name).iter().filter_map(|id| eval.item(id)) {
            let field = match (judge.covers(scope, item, 0), &scope.outside) {
                (Cover::Inside, _) => &scope.inside,
                (Cover::KeptOut, Some(outside)) => outside,
                _ => continue,
            };
            found.push(Reaching { id, item, field, keeps_out: field != &scope.inside });
        }
    }
    found
}
