//! Counts, for tests, how much is judged and gone through: things of which a rule is asked, and reasons that are looked at.

use std::cell::Cell;

thread_local!(static DONE: Cell<usize> = const { Cell::new(0) });

/// Notes one of them.
pub(super) fn note() {
    DONE.set(DONE.get() + 1);
}

/// Returns how many there are while something is asked, by this thread.
pub(crate) fn of(ask: impl FnOnce()) -> usize {
    let before = DONE.get();
    ask();
    DONE.get() - before
}
