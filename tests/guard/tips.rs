//! `Ledger-Tip:` in commits of code.

use super::Place;

#[test]
fn x() {
    let _ = Place::alone();
}
