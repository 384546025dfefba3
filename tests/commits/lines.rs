//! Lines that a commit adds or removes.

use super::Place;

/// S1-004, S1-024, S1-025: what is looked for is told with its file and line; what was there before is nobody's.
#[test]
fn forbidden_lines_are_told_by_file_and_line() {
    let place = Place::new();
    let refused = place.refuses(
        "put src/a.rs 'fn a() {\\n    b().unwrap();\\n}'; put src/b.rs 'unimplemented!()'; git commit -q -m m",
    );
    refused.says("src/a.rs:2 adds `\\.unwrap\\(\\)`, src/b.rs:1 adds `unimplemented!\\(`").says("[commit.line]");
    refused.says("commits.CX-600B").says("Anti-Vibe Guard");
    place
        .refuses("git reset -q; put src/a.rs 'let pool: SqlitePool;'; git commit -q -m m")
        .says("go through the Database trait");
    place.do_("git reset -q; put src/storage/a.rs 'let pool: SqlitePool;'; git commit -q -m m");
    // Outside of the scope anybody may write it.
    place.do_("git reset -q; put notes/todo.md 'TODO .unwrap()'; git commit -q -m m");
}

/// Lines are compared as multisets: one that only moves is not added, one that comes a second time is.
#[test]
fn a_line_that_moves_is_not_added_and_one_that_is_repeated_is() {
    let place = Place::new();
    place.do_("put src/old.rs '// TODO: later\\nfn old() {}\\nfn more() {}'; git commit -q -m m");
    let refused = place.refuses("put src/old.rs '// TODO: later\\nfn old() {}\\n// TODO: later'; git commit -q -m m");
    refused.says("src/old.rs:3 adds").never_says("src/old.rs:1");
    place.do_("put src/old.rs 'fn old() {}'; git commit -q -m m");
}

#[test]
fn lines_that_may_not_go_are_told_by_their_old_numbers() {
    let place = Place::new();
    place.do_("put src/t.rs 'mod t;\\n#[test]\\nfn t() {}'; git commit -q -m m");
    place.refuses("put src/t.rs 'mod t;\\nfn t() {}'; git commit -q -m m").says("src/t.rs:2 removes `#\\[test\\]`");
    place.refuses("git rm -q -f src/t.rs; git commit -q -m m").says("src/t.rs:2 removes");
    place.do_("git reset -q --hard; put src/t.rs 'mod t;\\n#[test]\\nfn u() {}'; git commit -q -m m");
}

/// Bytes that are no text hide nothing, and what is too large to be read is not let through.
#[test]
fn no_file_hides_its_lines() {
    let place = Place::new();
    place.refuses("put src/a.rs 'x\\0y\\n\\xff TODO'; git commit -q -m m").says("src/a.rs:2 adds");
    let large = "git reset -q; yes line | head -c 9000000 > src/large.rs; git add src/large.rs; git commit -q -m m";
    place.refuses(large).says("the lines of src/large.rs cannot be known").never_says("CX-600C");
    place.script("ledger check --staged --format json").exits(1).says("\"outcome\":\"UNKNOWN\"");
    place.do_("git reset -q; yes line | head -c 7000000 > src/large.rs; git add src/large.rs; git commit -q -m m");
    place.refuses("ln -s TODO src/link; git add src/link; git commit -q -m m").says("src/link:1 adds");
}
