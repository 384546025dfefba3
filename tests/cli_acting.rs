//! The commands that act, driven as people drive them: the built program, real repositories, real keys.

mod sandbox;

use sandbox::story::Story;

#[test]
fn a_repository_without_a_ledger_says_how_to_begin() {
    let story = Story::new();
    story.person("lena");
    story.ledger("seal E-05").exits(2).says("ledger init");
}
