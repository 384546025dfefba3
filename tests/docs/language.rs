//! The reference of the charter language, held against the loader: each word that the loader knows has a row in the
//! tables of `docs/charter.md`, with a line that loads and one that is refused with the code that stands there.

use std::collections::BTreeSet;

use govledger::domain::charter;

use crate::root;

/// A row of the reference.
struct Row {
    /// Where its lines stand: a table of the charter, or a place within a sentence.
    place: String,
    words: Vec<String>,
    loads: Vec<String>,
    refused: Vec<(String, String)>,
}

fn page() -> String {
    std::fs::read_to_string(root().join("docs/charter.md")).unwrap()
}

/// Returns the charter of the page into which the lines of its tables are put.
fn base() -> String {
    let page = page();
    let (_, rest) = page.split_once("id        = \"REFERENCE\"").expect("the page has the charter REFERENCE");
    let (rest, _) = rest.split_once("```").unwrap();
    format!("[charter]\nsemantics = 1\nid        = \"REFERENCE\"{rest}")
}

/// Returns the spans of code in a cell.
fn spans(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(ToOwned::to_owned).collect()
}

/// Returns the rows of the tables whose head is `| in PLACE | loads | refused | ... |`.
fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    let mut place = None;
    for line in page().lines() {
        if !line.starts_with('|') {
            place = None;
            continue;
        }
        let line = line.replace("\\|", "\u{1}");
        let cells: Vec<String> = line.split('|').skip(1).map(|cell| cell.trim().replace('\u{1}', "|")).collect();
        if let Some(head) = cells[0].strip_prefix("in ") {
            place = Some(head.trim_matches('`').to_owned());
        } else if let Some(place) = place.clone().filter(|_| !cells[0].starts_with("---")) {
            let refused: Vec<String> = spans(&cells[2]);
            rows.push(Row {
                place,
                words: spans(&cells[0]),
                loads: spans(&cells[1]),
                refused: refused.chunks(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect(),
            });
        }
    }
    rows
}

/// Returns the charter with a line at a place. A line of a table takes the place of the one with its key.
fn with(base: &str, place: &str, line: &str) -> String {
    let (table, line) = match place {
        "a sentence" => ("[gates.tried]", format!("tried = \"{line}\"")),
        "who" => ("[blocks.INCIDENT]", format!("lift = \"{line}\"")),
        "a move" => {
            let moves = "\"new -> planned by lead\", \"planned -> active by lead\", \"active -> finished by lead\"";
            ("[kinds.packet]", format!("moves = [{moves}, \"{line}\"]"))
        }
        "a field" => ("[kinds.packet.fields]", format!("tried = {line}")),
        table => (table, line.to_owned()),
    };
    if table == "the top" {
        return format!("{base}\n{line}\n");
    }
    let key = line.split('=').next().unwrap().trim().to_owned();
    let mut out = Vec::new();
    let mut within = false;
    for old in base.lines() {
        if old.starts_with('[') {
            within = old.split('#').next().unwrap().trim() == table;
            out.push(old.to_owned());
            if within {
                out.push(line.clone());
            }
        } else if !within || old.split('=').next().unwrap().trim() != key {
            out.push(old.to_owned());
        }
    }
    assert!(out.contains(&line), "the charter REFERENCE has no table {table}");
    out.join("\n")
}

#[test]
fn every_line_of_the_reference_loads_or_is_refused_as_it_says() {
    let base = base();
    let mut tried = 0;
    let mut wrong = Vec::new();
    for row in rows() {
        for line in &row.loads {
            if let Err(problems) = charter::load(&with(&base, &row.place, line)) {
                let problems: Vec<String> =
                    problems.iter().map(|one| format!("{}: {}", one.code, one.message)).collect();
                wrong.push(format!("in {}: {line} does not load: {}", row.place, problems.join("; ")));
            }
            tried += 1;
        }
        for (line, code) in &row.refused {
            let problems = charter::load(&with(&base, &row.place, line)).err().unwrap_or_default();
            let codes: Vec<String> = problems.iter().map(|problem| problem.code.to_string()).collect();
            if !codes.contains(code) {
                wrong.push(format!("in {}: {line} is refused with {codes:?}, not with {code}", row.place));
            }
            tried += 1;
        }
        if row.loads.is_empty() && row.refused.is_empty() {
            wrong.push(format!("{:?} shows nothing", row.words));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tried > 120, "the reference shows lines: {tried}");
}

/// Returns a text as a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// Returns the page of what is said of each line of the reference that is refused.
fn refusals() -> String {
    let base = base();
    let mut page = String::from(
        "# What the loader says\n\nEach line of the [reference](charter.md#reference) that is refused, with the words that are underlined and what \
         `ledger charter check` says of them. A test writes this page from the loader.\n",
    );
    let mut place = String::new();
    for row in rows() {
        if row.place != place {
            let head = "| written | underlined | found, and what is needed | what would do |\n|---|---|---|---|\n";
            page.extend(["\n## In ", &row.place, "\n\n", head]);
            place.clone_from(&row.place);
        }
        for (line, code) in &row.refused {
            let text = with(&base, &row.place, line);
            let problems = charter::load(&text).err().unwrap_or_default();
            let told = problems.iter().find(|problem| problem.code.to_string() == *code);
            let told = told.unwrap_or_else(|| panic!("{line} is not refused with {code}"));
            let under = text[told.span.clone()].lines().next().unwrap_or_default();
            let under = if under.is_empty() { "the end".to_owned() } else { format!("`{}`", cell(under)) };
            let help = told.help.as_ref().map(|help| cell(help)).unwrap_or_default();
            let said = format!("| `{}` | {under} | `{code}`: {} | {help} |\n", cell(line), cell(&told.message));
            page.push_str(&said);
        }
    }
    page
}

/// Of the reference, the words of each refusal are the loader's own.
#[test]
fn every_refusal_of_the_reference_is_told_as_it_is() {
    let (file, page) = (root().join("docs/charter-refusals.md"), refusals());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&file, &page).unwrap();
    }
    let written = std::fs::read_to_string(&file).unwrap_or_default();
    let line = written.lines().zip(page.lines()).find(|(old, new)| old != new);
    assert!(written == page, "docs/charter-refusals.md (UPDATE_DOCS=1 writes it anew): {line:?}");
}

/// Returns the texts in quotes within a piece of source.
fn quoted(source: &str) -> Vec<String> {
    source.split('"').skip(1).step_by(2).map(ToOwned::to_owned).collect()
}

/// Returns the words that the loader knows, read from its source: its lists of words, and the keys that it asks for.
fn known() -> BTreeSet<String> {
    const LISTS: [&str; 13] = [
        "GRAMMAR:",
        "ADJECTIVES:",
        "NOUNS:",
        "RESERVED_LINKS:",
        "TYPES:",
        "UNITS:",
        "PARTS:",
        "FLAGS:",
        "LATER:",
        "LATER_TYPES:",
        "LATER_RULES:",
        "fitting = [\"claimed\"",
        "OPERATORS:",
    ];
    const ASKS: [&str; 11] = [
        "take(\"",
        "need(\"",
        "text(\"",
        "need_text(\"",
        "texts(\"",
        "need_texts(\"",
        "prose(\"",
        "flag(\"",
        "pairs(\"",
        "names(\"",
        "not_evaluated(&[",
    ];
    let mut words = BTreeSet::new();
    let mut open = vec![root().join("src/domain/charter")];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        if path.components().any(|part| part.as_os_str() == "tests") {
            continue;
        }
        let source = std::fs::read_to_string(&path).unwrap();
        for list in LISTS {
            for (at, _) in source.match_indices(list) {
                let end = source[at..].find("];").map_or(source.len(), |end| at + end);
                words.extend(quoted(&source[at..end]));
            }
        }
        let asks = if path.parent().is_some_and(|room| room.ends_with("tables")) { ASKS.as_slice() } else { &[] };
        for ask in asks {
            for (at, _) in source.match_indices(ask) {
                let end = source[at..].find([')', ']']).map_or(source.len(), |end| at + end);
                words.extend(quoted(&source[at..end]));
            }
        }
        if path.ends_with("tables/top.rs") {
            for line in source.lines().filter(|line| line.contains(".map(|key| named(key")) {
                words.extend(quoted(line));
            }
        }
    }
    // What is passed to be printed is prose.
    words.retain(|word| !word.contains(['`', ' ']));
    words
}

#[test]
fn every_word_that_the_loader_knows_has_its_row_in_the_reference() {
    let shown: BTreeSet<String> = rows()
        .iter()
        .flat_map(|row| &row.words)
        .flat_map(|span| span.split([' ', '{', '}', '[', ']', ',', '.']).chain([span.as_str()]))
        .map(ToOwned::to_owned)
        .collect();
    let known = known();
    assert!(known.len() > 90 && known.contains("unseal") && known.contains("part_of"), "{known:?}");
    let missing: Vec<&String> = known.iter().filter(|word| !shown.contains(*word)).collect();
    assert!(missing.is_empty(), "docs/charter.md has no row for {missing:?}");
}
