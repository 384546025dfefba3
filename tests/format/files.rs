//! The files of `ledger-format/`: read, compared, and written where that is asked.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use govledger::domain::value::Value;

/// Returns the path of a file of the specification.
pub(crate) fn at(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("ledger-format").join(path)
}

pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(at(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Returns whether vectors are to be written instead of compared.
pub(crate) fn updates() -> bool {
    std::env::var_os("UPDATE_VECTORS").is_some()
}

/// Compares a file with what it must hold, or writes it.
pub(crate) fn check(path: &str, text: &str) {
    if updates() {
        if fs::read_to_string(at(path)).is_ok_and(|found| found == text) {
            return;
        }
        // Other tests read meanwhile, so the file is whole whenever it is there.
        fs::create_dir_all(at(path).parent().unwrap()).unwrap();
        let mut file = tempfile::NamedTempFile::new_in(at("vectors")).unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file.persist(at(path)).unwrap();
        return;
    }
    let found = read(path);
    let differs = found.lines().zip(text.lines()).enumerate().find(|(_, (a, b))| a != b);
    assert!(found == text, "{path} is not what is made now; first difference: {differs:?}; UPDATE_VECTORS=1 writes it");
}

/// Checks that a directory holds these files and no others.
pub(crate) fn check_directory(directory: &str, names: &BTreeSet<String>) {
    let found: BTreeSet<String> =
        fs::read_dir(at(directory)).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    if updates() {
        found.difference(names).for_each(|stale| fs::remove_file(at(directory).join(stale)).unwrap());
    } else {
        assert_eq!(&found, names, "{directory}");
    }
}

/// Returns a value as people read it: two spaces a level, short lists and maps on one line.
pub(crate) fn pretty(value: &Value) -> String {
    let mut out = String::new();
    write(value, 0, &mut out);
    out.push('\n');
    out
}

fn write(value: &Value, level: usize, out: &mut String) {
    let line = value.to_canonical();
    let short = line.len() + 2 * level <= 110;
    let (open, close, entries): (char, char, Vec<(String, &Value)>) = match value {
        Value::List(list) if !short => ('[', ']', list.iter().map(|v| (String::new(), v)).collect()),
        Value::Map(map) if !short || level == 0 => {
            let key = |key: &String| format!("{}: ", Value::from(key.as_str()).to_canonical());
            ('{', '}', map.iter().map(|(k, v)| (key(k), v)).collect())
        }
        _ => return out.push_str(&line),
    };
    out.push(open);
    for (at, (key, value)) in entries.iter().enumerate() {
        out.push_str(if at == 0 { "\n" } else { ",\n" });
        out.push_str(&"  ".repeat(level + 1));
        out.push_str(key);
        write(value, level + 1, out);
    }
    out.push('\n');
    out.push_str(&"  ".repeat(level));
    out.push(close);
}
