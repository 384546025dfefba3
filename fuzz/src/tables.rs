//! Markdown as rules read it.

use std::collections::BTreeSet;

use govledger::domain::markdown::packet::{self, plain_label};
use govledger::domain::markdown::{self, Listing, Row};

/// A table that is found is found again when it is written anew, whatever ends the lines, and its rows are those that are
/// found one by one.
pub fn table(data: &[u8]) {
    let Some(text) = markdown::document(data) else { return };
    let windows = text.replace('\n', "\r\n");
    let same_lines = !text.contains('\r');
    for column in ["ID", "a", ""] {
        let found = Listing::find(text, column);
        if same_lines {
            assert_eq!(Listing::find(&windows, column), found);
        }
        assert_eq!(
            Listing::find(&format!("\u{feff}{text}"), column).is_ok(),
            found.is_ok() || text.starts_with('\u{feff}')
        );
        let Ok(Some(table)) = found else { continue };
        let lines = text.split('\n').count();
        for (line, cell) in table.texts() {
            assert!(
                (1..=lines).contains(&usize::try_from(line).unwrap_or(0)),
                "a row stands on a line of the document"
            );
            let heads_another = cell.starts_with("| ") && cell.ends_with(" |");
            assert!(heads_another || table.rows().any(|row| row[column] == cell), "what is listed has a row");
        }
        let rows: Vec<Row> = table.rows().take(64).collect();
        for row in &rows {
            let id = &row[column];
            let one = markdown::row(text, column, id);
            assert_eq!(one, table.row(id));
            let alone = one.is_ok_and(|found| found.as_ref() == Some(row));
            let again = table.rows().filter(|other| other[column] == *id).count();
            assert_eq!(alone, again == 1, "an id that stands once has its row, and one that stands twice has none");
        }
        // Rows of one table are written as one.
        let headings = |row: &Row| row.keys().cloned().collect::<Vec<_>>();
        let first = rows.first().map(headings);
        written_again(column, &rows.into_iter().filter(|row| Some(headings(row)) == first).collect::<Vec<_>>());
    }
    for heading in ["a", "ID"] {
        let stands = markdown::heading(text, heading, None);
        assert!(!markdown::heading(text, heading, Some(heading)), "no heading stands before the first of its text");
        assert!(stands || !markdown::heading(text, heading, Some("x")));
        assert!(!stands || markdown::holds(text, heading), "a heading that stands there is held");
    }
}

fn written_again(column: &str, rows: &[Row]) {
    let Some(first) = rows.first() else { return };
    let texts = || rows.iter().flatten().flat_map(|(heading, cell)| [heading, cell]);
    // Backticks keep a text as it is; one that holds backticks itself may need more than one writer can do.
    if first.len() > 64 || texts().any(|text| text.contains('`')) {
        return;
    }
    let cell = |text: &str| if text.is_empty() { String::new() } else { format!("`{}`", text.replace('|', "\\|")) };
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let mut text = line(first.keys().map(|heading| cell(heading)).collect());
    text += &line(first.keys().map(|_| ":-".to_owned()).collect());
    for row in rows {
        text += &line(row.values().map(|text| cell(text)).collect());
    }
    let again = Listing::find(&text, column).unwrap_or_else(|e| panic!("{e}\n{text}"));
    let again: Vec<Row> = again.unwrap_or_else(|| panic!("no table in\n{text}")).rows().collect();
    assert_eq!(again, rows, "{text}");
}

/// A packet is read alike whatever ends its lines; what is read stands in the document, under a known label and in its order; and a
/// list that was read is read again when it is written anew.
pub fn packet(data: &[u8]) {
    let Some(text) = markdown::document(data) else { return };
    let labels: packet::Labels =
        ["what", "a", "in scope paths", "risk map"].map(|label| (label.to_owned(), label.to_ascii_uppercase())).into();
    let named = BTreeSet::from(["risk map".to_owned()]);
    let read = packet::read(text, &labels, &named);
    if !text.contains('\r') {
        assert_eq!(packet::read(&text.replace('\n', "\r\n"), &labels, &named), read);
    }
    let lines = text.split('\n').count();
    assert!(read.stated.is_sorted_by_key(|stated| stated.line));
    for stated in &read.stated {
        assert!(labels.contains_key(&stated.label) && (1..=lines).contains(&stated.line));
        let entries = stated.entries();
        assert!(entries.is_sorted_by_key(|(line, _)| *line));
        assert!(entries.iter().all(|(line, entry)| !entry.is_empty() && (stated.line..=lines).contains(line)));
        let plain = |entry: &str| !entry.is_empty() && entry.bytes().all(|b| b.is_ascii_lowercase());
        if entries.len() > 1 && entries.iter().all(|(_, entry)| plain(entry)) {
            let list = entries.iter().map(|(_, entry)| format!("  - {entry}\n")).collect::<Vec<_>>().concat();
            let again = packet::read(&format!("- **WHAT**:\n{list}"), &labels, &named);
            let again: Vec<String> =
                again.stated.iter().flat_map(packet::Stated::entries).map(|(_, entry)| entry).collect();
            assert_eq!(again, entries.into_iter().map(|(_, entry)| entry).collect::<Vec<_>>());
        }
    }
    for packet::Other { label, .. } in &read.others {
        assert!(!labels.contains_key(&plain_label(label)), "a known label is read");
    }
}
