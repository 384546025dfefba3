//! What a change does to the lines of a file: lines are counted, so one that is there twice is two, and what the bytes of a side do not
//! tell is never guessed.

use crate::domain::judge::LineChange;

/// A side of a change; `None` where its bytes cannot be known.
type Side = Option<&'static str>;
/// Lines by their numbers; `None` where they cannot be known.
type Numbered = Option<&'static [(usize, &'static str)]>;

#[track_caller]
fn between(olds: &[Side], new: Side, added: Numbered, deleted: Numbered) {
    let olds: Vec<Option<Vec<u8>>> = olds.iter().map(|old| old.map(|text| text.as_bytes().to_vec())).collect();
    let change = LineChange::between(&olds, new.map(str::as_bytes));
    let bytes = |lines: Numbered| {
        lines.map(|lines| lines.iter().map(|(at, line)| (*at, line.as_bytes().to_vec())).collect::<Vec<_>>())
    };
    assert_eq!((change.added, change.deleted), (bytes(added), bytes(deleted)));
}

#[test]
fn a_line_that_comes_or_goes_is_told_with_its_number_on_its_side() {
    between(&[Some("a\nb\n")], Some("a\nc\nb\n"), Some(&[(2, "c")]), Some(&[]));
    between(&[Some("a\nc\nb\n")], Some("a\nb\n"), Some(&[]), Some(&[(2, "c")]));
    between(&[Some("a\nb\n")], Some("b\na\n"), Some(&[]), Some(&[]));
}

#[test]
fn of_a_line_that_is_there_more_often_the_last_ones_are_new() {
    between(&[Some("a\n")], Some("a\nb\na\na\n"), Some(&[(2, "b"), (3, "a"), (4, "a")]), Some(&[]));
    between(&[Some("a\nb\na\na\n")], Some("a\n"), Some(&[]), Some(&[(2, "b"), (3, "a"), (4, "a")]));
}

#[test]
fn the_end_of_the_last_line_is_no_line_and_an_empty_line_is_one() {
    between(&[Some("a\nb")], Some("a\nb\n"), Some(&[]), Some(&[]));
    between(&[Some("a\n")], Some("a\n\n"), Some(&[(2, "")]), Some(&[]));
    between(&[Some("")], Some("\n"), Some(&[(1, "")]), Some(&[]));
    between(&[Some("a\n")], Some(""), Some(&[]), Some(&[(1, "a")]));
}

/// A merge adds what stands in none of its parents, and deletes what stood in all of them.
#[test]
fn a_merge_is_held_against_every_side_that_it_merges() {
    between(&[Some("a\nb\n"), Some("a\nc\n")], Some("b\nd\n"), Some(&[(2, "d")]), Some(&[(1, "a")]));
    between(&[Some("a\na\n"), Some("a\n")], Some("x\n"), Some(&[(1, "x")]), Some(&[(1, "a")]));
    between(&[Some("a\n"), Some("a\na\n")], Some("a\na\na\n"), Some(&[(3, "a")]), Some(&[]));
}

#[test]
fn what_a_side_does_not_tell_is_unknown_unless_the_other_side_settles_it() {
    between(&[None], Some("a\n"), None, None);
    between(&[Some("a\n")], None, None, None);
    between(&[Some("a\n"), None], Some("a\n"), None, None);
    // To an empty file nothing was added, and from an empty file nothing was deleted.
    between(&[None], Some(""), Some(&[]), None);
    between(&[Some("")], None, None, Some(&[]));
}

/// A NUL, or a mark of UTF-16 at the beginning, on the side where it stands.
#[test]
fn bytes_that_are_no_text_are_told_for_their_side() {
    let no_text = |old: &[u8], new: &[u8]| LineChange::between(&[Some(old.to_vec())], Some(new)).no_text;
    assert_eq!(no_text(b"a\n", "\u{e9}\n".as_bytes()), (false, false));
    assert_eq!(no_text(b"a\n", b"\xe9 in another script\n"), (false, false), "each letter of a pattern is where it is");
    assert_eq!(no_text(b"a\n", b"\xff\xfeT\0O\0"), (true, false));
    assert_eq!(no_text(b"a\n", b"\xfe\xff\x30\x42"), (true, false));
    assert_eq!(no_text(b"a\0", b"a\n"), (false, true));
    assert_eq!(LineChange::between(&[None], None).no_text, (false, false));
}
