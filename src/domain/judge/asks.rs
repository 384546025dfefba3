//! What a printed command asks for on the terminal, because only a person can supply it: a reason, an answer, a value, an id.

use crate::domain::charter::{Charter, FieldRule, FieldType};

/// Returns the options, with the place of what is to be supplied in capitals, that a command leaves open. A program, which
/// cannot be asked, has to add them: `--answer complete=yes|no`, `--reason TEXT`, `ID`.
pub fn asks(charter: &Charter, command: &str) -> Vec<String> {
    let words: Vec<&str> = command.split(' ').collect();
    match words.as_slice() {
        ["ledger", "attest", _, claim, rest @ ..] => statement(charter, claim, rest),
        ["ledger", "actor", "enroll", "--kind", kind, ..] => {
            let operator = (*kind != "human").then(|| "--operator NAME".to_owned());
            ["NAME".to_owned(), "--public-key FILE".to_owned()].into_iter().chain(operator).collect()
        }
        ["ledger", "unseal" | "retract", ..] => vec!["--reason TEXT".to_owned()],
        ["ledger", "declare", "--kind", ..] | ["ledger", "supersede", _] => vec!["ID".to_owned()],
        ["ledger", "amend", _, options @ ..] => options
            .iter()
            .enumerate()
            .filter_map(|(at, option)| {
                let value = options.get(at + 1).filter(|value| !value.starts_with("--"));
                match (*option, value) {
                    ("--path", None) => Some("--path PATH".to_owned()),
                    ("--field", Some(name)) if !name.contains('=') => Some(format!("--field {name}=VALUE")),
                    ("--add-link", Some(name)) if !name.contains('=') => Some(format!("--add-link {name}=ID")),
                    _ => None,
                }
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// Returns what a statement leaves open: only the good result has to answer everything.
fn statement(charter: &Charter, claim: &str, rest: &[&str]) -> Vec<String> {
    let Some(rule) = charter.claims.get(claim) else { return Vec::new() };
    let good = rule.results.first().map(|(result, _)| result.as_str());
    if matches!(rest, ["--result", result, ..] if Some(*result) != good) {
        return Vec::new();
    }
    let answers = rule.answers.iter().map(|question| format!("--answer {question}=yes|no"));
    let states = |word: &str, name: &str, open: &str| {
        word.split_once('=').is_some_and(|(given, value)| given == name && value != open)
    };
    let given = |name: &str, open: &str| {
        rest.windows(2).any(|pair| matches!(pair, ["--value", word] if states(word, name, open)))
    };
    let values = rule.values.iter().filter(|(name, rule)| !rule.optional && !given(name.as_str(), &placeholder(rule)));
    answers.chain(values.map(|(name, rule)| format!("--value {name}={}", placeholder(rule)))).collect()
}

/// Returns whether a value names places in files, which a printed command leaves open by name.
pub fn names_places(rule: &FieldRule) -> bool {
    matches!(rule.kind, FieldType::Anchors | FieldType::Paths)
}

/// Returns what a value is, in the words of an option: its choices, or its sort in capitals.
pub fn placeholder(rule: &FieldRule) -> String {
    match &rule.kind {
        FieldType::Enum(words) => words.join("|"),
        FieldType::Bool => "yes|no".to_owned(),
        FieldType::Integer(unit) => format!("N{}", unit.as_deref().unwrap_or_default()),
        FieldType::Date => "YYYY-MM-DD".to_owned(),
        FieldType::Actor => "ACTOR".to_owned(),
        FieldType::Paths => "PATH".to_owned(),
        FieldType::Anchors => "PATH:LINE".to_owned(),
        FieldType::Globs => "GLOB".to_owned(),
        FieldType::Text | FieldType::List | FieldType::Map => "TEXT".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> Charter {
        let text = include_str!("../../../tests/sandbox/small.toml");
        crate::domain::charter::load(text).unwrap()
    }

    #[test]
    fn what_a_command_leaves_open_is_named_and_nothing_else() {
        let charter = small();
        let asked = |command: &str| asks(&charter, command).join(" ");
        for (command, open) in [
            ("ledger attest D-1 review", "--answer complete=yes|no --answer consistent=yes|no"),
            ("ledger attest D-1 review --result approve", "--answer complete=yes|no --answer consistent=yes|no"),
            ("ledger attest D-1 review --result reject", ""),
            ("ledger attest D-1 check", "--value tool=deny|audit --value violations=N"),
            ("ledger attest D-1 check --value tool=deny", "--value violations=N"),
            ("ledger attest D-1 seen", ""),
            ("ledger attest D-1 nothing", ""),
            ("ledger unseal D-1", "--reason TEXT"),
            ("ledger supersede D-1", "ID"),
            ("ledger supersede D-1 D-2", ""),
            ("ledger retract D-1 review", "--reason TEXT"),
            ("ledger declare --kind document", "ID"),
            ("ledger declare D-1 --kind document", ""),
            ("ledger amend D-1 --path", "--path PATH"),
            ("ledger amend D-1 --path docs/a.md", ""),
            ("ledger amend D-1 --path --field about --field took=3", "--path PATH --field about=VALUE"),
            ("ledger amend D-1 --add-link cites --add-link cites=D-2", "--add-link cites=ID"),
            ("ledger actor enroll --kind human --role approver", "NAME --public-key FILE"),
            ("ledger actor enroll --kind agent --role drafter", "NAME --public-key FILE --operator NAME"),
            ("ledger seal D-1", ""),
            ("git add docs/a.md && git commit", ""),
        ] {
            assert_eq!(asked(command), open, "{command}");
        }
    }
}
