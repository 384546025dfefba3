//! The pages of the codes, as they stand in `docs/codes`: one page a group, one section a code. What `ledger explain` says is
//! what the pages say.

use super::look::{Line, Look, Page, Tone, wrap};
use crate::domain::code::Code;
use crate::domain::value::Value;

/// The pages, in the order of the list of codes.
const PAGES: [(&str, &str); 15] = [
    ("format", include_str!("../../docs/codes/format.md")),
    ("trust", include_str!("../../docs/codes/trust.md")),
    ("authority", include_str!("../../docs/codes/authority.md")),
    ("charter", include_str!("../../docs/codes/charter.md")),
    ("item", include_str!("../../docs/codes/item.md")),
    ("claim", include_str!("../../docs/codes/claim.md")),
    ("block", include_str!("../../docs/codes/block.md")),
    ("seal", include_str!("../../docs/codes/seal.md")),
    ("waiver", include_str!("../../docs/codes/waiver.md")),
    ("ledger", include_str!("../../docs/codes/ledger.md")),
    ("commit", include_str!("../../docs/codes/commit.md")),
    ("gate", include_str!("../../docs/codes/gate.md")),
    ("guard", include_str!("../../docs/codes/guard.md")),
    ("usage", include_str!("../../docs/codes/usage.md")),
    ("store", include_str!("../../docs/codes/store.md")),
];

/// What the page of a code says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The code.
    pub code: Code,
    /// When it arises.
    pub arises: String,
    /// What mends it.
    pub needed: String,
    /// Who can.
    pub who: String,
    /// Commands that go on, as examples.
    pub next: Vec<String>,
    /// Where it is specified: the titles of documents.
    pub specified: Vec<String>,
    /// How it is told.
    pub example: String,
}

/// Returns the groups of codes, each with the sentences that open its page.
pub fn groups() -> impl Iterator<Item = (&'static str, String)> {
    PAGES.iter().map(|(group, page)| {
        let opening = page.split_once("\n## ").map_or(*page, |(opening, _)| opening);
        let text = opening.lines().skip(1).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
        (*group, text)
    })
}

/// Returns where the page of a code is, from the top of the project: `docs/codes/gate.md#gateunmet`.
pub fn page(code: Code) -> String {
    format!("docs/codes/{}.md#{}", code.group(), code.as_str().replace('.', ""))
}

/// Returns the commands that print what the pages say of some codes, by code.
pub fn pages(codes: impl IntoIterator<Item = Code>) -> Value {
    Value::map(codes.into_iter().map(|code| (code.to_string(), Value::from(format!("ledger explain {code}")))))
}

/// Returns what the page of a code says of it; what a page lacks is empty, and a test sees to it that nothing is.
pub fn entry(code: Code) -> Entry {
    let page = PAGES.iter().find(|(group, _)| *group == code.group()).map_or("", |(_, page)| page);
    let head = format!("\n## {code}\n");
    let section = page.split_once(&head).map_or("", |(_, rest)| rest);
    let section = section.split_once("\n## ").map_or(section, |(section, _)| section);
    let part = |label: &str| {
        let rest = section.split_once(&format!("- **{label}** ")).map_or("", |(_, rest)| rest);
        // A part goes on in lines that are indented.
        let mut lines = rest.lines();
        let first = lines.next().unwrap_or_default().to_owned();
        let more = lines.take_while(|line| line.starts_with("  "));
        more.fold(first, |text, line| format!("{text} {}", line.trim()))
    };
    let spans = |text: &str| text.split('`').skip(1).step_by(2).map(ToOwned::to_owned).collect();
    let titles =
        |text: &str| text.split('[').skip(1).filter_map(|rest| Some(rest.split_once(']')?.0.to_owned())).collect();
    let example = section.split_once("```text\n").and_then(|(_, rest)| rest.split_once("\n```"));
    Entry {
        code,
        arises: part("arises"),
        needed: part("needed"),
        who: part("who"),
        next: spans(&part("next")),
        specified: titles(&part("specified")),
        example: example.map_or_else(String::new, |(example, _)| example.to_owned()),
    }
}

impl Entry {
    /// Returns the object that programs read.
    pub fn to_value(&self) -> Value {
        Value::map([
            ("code", Value::text(self.code)),
            ("means", self.code.meaning().into()),
            ("arises", self.arises.as_str().into()),
            ("needed", self.needed.as_str().into()),
            ("who", self.who.as_str().into()),
            ("next", Value::list(self.next.iter().map(String::as_str))),
            ("example", self.example.as_str().into()),
            ("specified", Value::list(self.specified.iter().map(String::as_str))),
            ("page", page(self.code).into()),
        ])
    }

    /// Returns the page that people read.
    pub fn to_text(&self, look: Look) -> String {
        let mut page = Page::new(look);
        page.labels(["specified"]);
        page.line(&Line::new(Tone::Strong, self.code.as_str()));
        for line in wrap(self.code.meaning(), look.width) {
            page.line(&Line::plain(line));
        }
        page.gap();
        for (label, text) in [("arises", &self.arises), ("needed", &self.needed), ("who", &self.who)] {
            page.detail(2, label, Tone::Plain, &text.replace('`', ""));
        }
        page.next(2, &self.next.iter().map(|command| (command.clone(), String::new())).collect::<Vec<_>>());
        page.detail(2, "specified", Tone::Plain, &self.specified.join("; "));
        page.detail(2, "page", Tone::Plain, &self::page(self.code));
        page.head("Such as");
        for line in wrap(&self.example, look.width.saturating_sub(2)) {
            page.line(&Line::plain("  ").and(Tone::Faint, line));
        }
        page.finish()
    }
}

/// Returns the list of all codes, or of one group, for programs.
pub fn list_value(group: Option<&str>) -> Value {
    let listed = Code::ALL.iter().filter(|code| group.is_none_or(|group| code.group() == group));
    let one = |code: &Code| {
        Value::map([
            ("code", Value::text(code)),
            ("group", code.group().into()),
            ("means", code.meaning().into()),
            ("page", format!("ledger explain {code}").into()),
        ])
    };
    Value::map([("codes", Value::List(listed.map(one).collect()))])
}

/// Returns the list of all codes, or of one group, one line each under their groups.
pub fn list_text(group: Option<&str>, look: Look) -> String {
    let mut page = Page::new(look);
    for (name, opening) in groups().filter(|(name, _)| group.is_none_or(|group| group == *name)) {
        page.head(name);
        if group.is_some() {
            for line in wrap(&opening.replace('`', ""), look.width.saturating_sub(2)) {
                page.line(&Line::plain("  ").and(Tone::Faint, line));
            }
            page.gap();
        }
        let rows: Vec<Vec<Line>> = Code::ALL
            .iter()
            .filter(|code| code.group() == name)
            .map(|code| vec![Line::plain(code.as_str()), Line::plain(code.meaning().replace('`', ""))])
            .collect();
        page.table(2, &rows);
    }
    page.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_page_that_leaves_nothing_out() {
        for code in Code::ALL {
            let entry = entry(*code);
            let parts = [&entry.arises, &entry.needed, &entry.who, &entry.example];
            assert!(parts.iter().all(|part| part.len() > 3), "{code}: {entry:?}");
            assert!(!entry.next.is_empty() && !entry.specified.is_empty(), "{code}: {entry:?}");
            assert!(
                entry.to_text(Look::PLAIN).contains(code.meaning().split(' ').next().unwrap_or_default()),
                "{code}"
            );
        }
    }

    #[test]
    fn the_groups_are_those_of_the_list() {
        let mut listed: Vec<&str> = Code::ALL.iter().map(|code| code.group()).collect();
        listed.dedup();
        // Groups of one code or two stand among others in the list.
        let mut pages: Vec<&str> = groups().map(|(group, _)| group).collect();
        listed.sort_unstable();
        pages.sort_unstable();
        listed.dedup();
        assert_eq!(listed, pages);
    }

    #[test]
    fn no_page_has_a_section_that_is_no_code() {
        for (group, page) in PAGES {
            let heads = page.lines().filter_map(|line| line.strip_prefix("## "));
            for head in heads {
                assert!(Code::parse(head).is_some_and(|code| code.group() == group), "{group}: {head}");
            }
        }
    }
}
