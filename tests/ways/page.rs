//! `docs/hooks.md` says what these tests show.

use std::fmt::Write as _;
use std::path::Path;

use super::{Way, commits, places, pushes, replays};

const BEGIN: &str = "<!-- ways:begin -->\n";
const END: &str = "<!-- ways:end -->\n";

/// Returns the table of the ways.
fn table() -> String {
    let mut table = "| way into git | hooks of ours that git runs | refused by |\n|---|---|---|\n".to_owned();
    let groups: [&[Way]; 4] = [&commits::WAYS, &places::WAYS, &replays::WAYS, &pushes::WAYS];
    for way in groups.into_iter().flatten() {
        writeln!(table, "| {} | {} | {} |", way.what, way.hooks, way.by).unwrap();
    }
    table
}

/// Each row of the page is a way that the tests go. `SNAPSHOTS=overwrite` writes the table anew.
#[test]
fn the_page_lists_each_way_with_the_hooks_that_git_runs() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/hooks.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let wanted = format!("{before}{BEGIN}{}{END}{after}", table());
    if std::env::var_os("SNAPSHOTS").is_some_and(|value| value == "overwrite") {
        std::fs::write(&path, &wanted).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), wanted, "SNAPSHOTS=overwrite writes the table");
}
