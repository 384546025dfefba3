//! Explanations of a refusal, as people read them: the first one under the line that says what is refused, the others in
//! compact blocks, one a rule, never more than a screen of them.

use std::collections::BTreeSet;

use unicode_width::UnicodeWidthStr as _;

use super::look::{self, Look, Page, Tone};
use super::{alike, shown};
use crate::domain::code::Code;
use crate::domain::explain::{Explanation, Outcome, Supplier};

/// How many explanations are told in blocks.
const MOST: usize = 12;

/// How many are, where no command tells the rest.
const ALL: usize = 48;

/// How many of one rule are told, where there are too many in all.
const OF_ONE_RULE: usize = 3;

/// How wide the column of labels is.
const LABEL: usize = 9;

/// How many next commands of one rule are told.
const STEPS: usize = 4;

/// Returns the explanations that stand under the line `heading`, each line indented and ended by a line feed; empty where
/// there are none. What the heading says already is not said again.
pub fn explanations(heading: &str, list: &[Explanation], look: Look) -> String {
    let Some((first, others)) = list.split_first() else { return String::new() };
    let mut lines = head_lines(heading, first, !others.is_empty());
    let groups = groups(others);
    let shows = |command: &&String| command.starts_with("ledger gate ") || command.starts_with("ledger why ");
    let rest = first.next.iter().find(shows);
    let shares = shares(&groups, if rest.is_some() { MOST } else { ALL });
    let mut commands = BTreeSet::new();
    for (group, told) in groups.iter().zip(&shares).filter(|(_, told)| **told > 0) {
        lines.extend(block(group, *told, &mut commands));
    }
    let hidden = others.len() - shares.iter().sum::<usize>();
    if hidden > 0 {
        let (told, all) = match rest {
            Some(command) => (format!("and {hidden} more: "), shown::line(command)),
            None => (format!("and {hidden} more, which --format json tells"), String::new()),
        };
        lines.push(Line::Bare(told, all));
    }
    let wide = lines.iter().filter_map(|line| line.beside(look)).max().unwrap_or(0);
    let mut page = Page::new(look);
    for line in &lines {
        line.show(&mut page, wide);
    }
    page.finish()
}

enum Line {
    /// The rule that a block is about, and what goes beside it.
    Rule(String, String),
    /// A label, a text and what stands to the right of it.
    Detail { deep: bool, label: &'static str, text: String, right: String },
    /// Something without a label, and a command.
    Bare(String, String),
}

impl Line {
    fn detail(deep: bool, label: &'static str, text: impl Into<String>) -> Line {
        Line::Detail { deep, label, text: text.into(), right: String::new() }
    }

    /// Returns how wide a text is that has something to its right, and room for it.
    fn beside(&self, look: Look) -> Option<usize> {
        match self {
            Line::Detail { text, right, .. } if !right.is_empty() => {
                let fits = look.whole || LABEL + 4 + text.width() + 4 + right.width() <= look.width;
                Some(text.width()).filter(|wide| *wide <= 60 && fits)
            }
            _ => None,
        }
    }

    fn show(&self, page: &mut Page, wide: usize) {
        match self {
            Line::Rule(rule, beside) => {
                page.line(
                    &look::Line::plain("  ").and(Tone::Strong, rule).and(Tone::Plain, "  ").and(Tone::Faint, beside),
                );
            }
            Line::Bare(text, command) => {
                page.line(&look::Line::plain("  ").and(Tone::Plain, text).and(Tone::Command, command));
            }
            Line::Detail { deep, label, text, right } => {
                let indent = if *deep { 4 } else { 2 };
                if *label == "next" {
                    let at = indent + LABEL + (wide + 4).max(text.width() + 4);
                    let command = look::Line::new(Tone::Command, text);
                    page.command(indent, label, &command, &look::Line::plain(right), at);
                } else {
                    page.detail(indent, label, Tone::Plain, text);
                }
            }
        }
    }
}

/// Returns the lines of the explanation that the heading is about.
fn head_lines(heading: &str, e: &Explanation, has_blocks: bool) -> Vec<Line> {
    let mut lines = Vec::new();
    let found = shown::line(&e.found);
    if !heading.contains(&found) {
        lines.push(Line::detail(false, "found", found));
    }
    let needed = shown::line(&e.needed);
    // Where the blocks that follow are what a condition consists of, they say in detail what is needed.
    if !has_blocks || !matches!(e.code, Code::GuardUnmet | Code::BlockMove) {
        lines.push(Line::detail(false, "needed", needed.clone()));
    }
    if let Some(path) = e.path.as_ref().filter(|path| !heading.contains(*path)) {
        lines.push(Line::detail(false, "path", shown::path(path.as_bytes())));
    }
    if let Some(rule) = &e.rule {
        lines.push(Line::detail(false, "rule", place(rule, e.cite.as_deref())));
    }
    if let Some(why) = &e.why {
        lines.push(Line::detail(false, "why", shown::line(why)));
    }
    lines.extend(way_out(false, &[e], &needed, &mut BTreeSet::new()));
    if e.waivable {
        lines.push(Line::detail(false, "waiver", "possible"));
    }
    lines
}

fn place(rule: &str, cite: Option<&str>) -> String {
    let cite = cite.map(|cite| format!(" ({})", shown::line(cite))).unwrap_or_default();
    format!("{}{cite}", shown::line(rule))
}

/// Returns explanations of the same rule and need together, in the order of the first of each.
fn groups(list: &[Explanation]) -> Vec<Vec<&Explanation>> {
    let mut groups: Vec<Vec<&Explanation>> = Vec::new();
    for e in list {
        let same = |group: &&mut Vec<&Explanation>| {
            group.first().is_some_and(|g| g.rule.is_some() && g.rule == e.rule && g.needed == e.needed)
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(e),
            None => groups.push(vec![e]),
        }
    }
    groups
}

/// Returns how many of each group are told: all of them where they are few, else one of each rule before two of any.
fn shares(groups: &[Vec<&Explanation>], most: usize) -> Vec<usize> {
    let all: usize = groups.iter().map(Vec::len).sum();
    if all <= most {
        return groups.iter().map(Vec::len).collect();
    }
    let mut shares = vec![0; groups.len()];
    let mut room = most;
    for round in 0..OF_ONE_RULE {
        for (share, _) in shares.iter_mut().zip(groups).filter(|(_, group)| group.len() > round) {
            let more = room.min(1);
            *share += more;
            room -= more;
        }
    }
    shares
}

/// Returns the lines of one rule: its place, what was found of the first `told` things, what is needed, who can go on and how;
/// `commands` are those that rules before it told.
fn block<'e>(group: &[&'e Explanation], told: usize, commands: &mut BTreeSet<&'e str>) -> Vec<Line> {
    let Some(first) = group.first() else { return Vec::new() };
    let shown_ones = group.get(..told).unwrap_or(group);
    let mut lines = vec![Line::Rule(
        place(first.rule.as_deref().unwrap_or(first.code.as_str()), first.cite.as_deref()),
        tally(group),
    )];
    let found: Vec<String> = shown_ones.iter().map(|e| found(e)).collect();
    let mut found = alike::folded(found.iter().map(String::as_str));
    if group.len() > told {
        let more = format!("and {} more", group.len() - told);
        match found.as_mut_slice() {
            [only] => *only = format!("{only}; {more}"),
            _ => found.push(more),
        }
    }
    for (position, text) in found.into_iter().enumerate() {
        lines.push(Line::detail(true, if position == 0 { "found" } else { "" }, text));
    }
    let needed = shown::line(&first.needed);
    lines.push(Line::detail(true, "needed", needed.clone()));
    if let Some(why) = &first.why {
        lines.push(Line::detail(true, "why", shown::line(why)));
    }
    lines.extend(way_out(true, shown_ones, &needed, commands));
    if group.iter().all(|e| e.waivable) {
        lines.push(Line::detail(true, "waiver", "possible"));
    }
    lines
}

/// Returns how many came out how, where that is not just one that is unmet.
fn tally(group: &[&Explanation]) -> String {
    let unknown = group.iter().filter(|e| e.outcome == Outcome::Unknown).count();
    match (group.len() - unknown, unknown) {
        (1, 0) => String::new(),
        (0, 1) => "UNKNOWN".to_owned(),
        (unmet, 0) => format!("{unmet} unmet"),
        (0, unknown) => format!("{unknown} unknown"),
        (unmet, unknown) => format!("{unmet} unmet, {unknown} unknown"),
    }
}

fn found(e: &Explanation) -> String {
    let found = shown::line(&e.found);
    let path = e.path.as_ref().filter(|_| e.item.is_none()).map(|path| shown::path(path.as_bytes()));
    let found =
        path.filter(|path| !found.contains(path)).map_or_else(|| found.clone(), |path| format!("{found} ({path})"));
    match e.item.as_ref().filter(|item| !found.contains(*item)) {
        Some(item) => format!("{}: {found}", shown::line(item)),
        None => found,
    }
}

/// Returns the next commands, each with who can run it where that is certain, else with a line of its own for who. What stands
/// `above` is not repeated, and what is told here is added to it.
fn way_out<'e>(deep: bool, list: &[&'e Explanation], needed: &str, above: &mut BTreeSet<&'e str>) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut seen = BTreeSet::new();
    let mut apart: Vec<&Supplier> = Vec::new();
    let mut told: Vec<&str> = Vec::new();
    let (mut more, mut repeated) = (0, false);
    for e in list {
        let fresh: Vec<&String> = e.next.iter().filter(|next| !above.contains(next.as_str())).collect();
        repeated |= fresh.len() < e.next.len();
        if fresh.is_empty() && !e.next.is_empty() {
            continue;
        }
        let alone = fresh.len() == 1;
        for next in fresh {
            if !seen.insert(next.as_str()) {
                continue;
            }
            if seen.len() > STEPS {
                more += 1;
                continue;
            }
            told.push(next.as_str());
            let right = if alone && !names_all(needed, &e.who) { shown::suppliers(&e.who) } else { String::new() };
            lines.push(Line::Detail { deep, label: "next", text: shown::line(next), right });
        }
        if !alone && !names_all(needed, &e.who) {
            apart.extend(e.who.iter().filter(|who| !apart.contains(who)).collect::<Vec<_>>());
        }
    }
    if more > 0 {
        lines.push(Line::detail(deep, "", format!("and {more} more")));
    }
    if repeated {
        let (label, text) = if seen.is_empty() { ("next", "(above)") } else { ("", "(and those above)") };
        lines.push(Line::detail(deep, label, text));
    }
    let who: Vec<Supplier> = apart.into_iter().cloned().collect();
    if !who.is_empty() {
        lines.insert(0, Line::detail(deep, "who", shown::suppliers(&who)));
    }
    above.extend(told);
    lines
}

/// Returns whether a text names everybody already.
fn names_all(text: &str, who: &[Supplier]) -> bool {
    // Whoever asked reads it.
    who.iter()
        .filter(|supplier| !supplier.is_asker())
        .all(|supplier| text.contains(&supplier.role) && supplier.actors.iter().all(|actor| text.contains(actor)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn who(role: &str, actors: &[&str]) -> Vec<Supplier> {
        vec![Supplier {
            count: 1,
            role: role.to_owned(),
            actors: actors.iter().map(|name| (*name).to_owned()).collect(),
        }]
    }

    fn gate() -> Explanation {
        Explanation::new(Code::GuardUnmet, "gate unblock is HOLD: 2 met, 3 unmet, 1 unknown", "gate unblock is PASS")
            .rule("blocks.DESIGN-BLOCKED.lift")
            .item("MIG-06")
            .next("ledger gate unblock MIG-06")
    }

    fn leaf(rule: &str, item: &str, found: &str, needed: &str) -> Explanation {
        Explanation::new(Code::GateUnmet, found, needed).rule(format!("gates.{rule}")).item(item)
    }

    #[test]
    fn one_reason_stands_under_its_heading() {
        let e = Explanation::new(Code::AuthorityAuthor, "E-05 was written by raj", "1 reviewer (petra)")
            .rule("claims.review")
            .item("E-05")
            .who(who("reviewer", &["petra"]));
        let text = explanations(
            "attest E-05 review refused: E-05 was written by raj",
            std::slice::from_ref(&e),
            Look::ENDLESS,
        );
        assert_eq!(text, "  needed   1 reviewer (petra)\n  rule     claims.review\n");
        let text = explanations("refused", &[e], Look::ENDLESS);
        assert!(text.starts_with("  found    E-05 was written by raj\n  needed "), "{text}");
    }

    #[test]
    fn a_gate_is_told_criterion_by_criterion() {
        let sealed = |id: &str| {
            leaf("readiness.sealed", id, &format!("{id} is not sealed"), "sealed")
                .because(None, Some("§5".to_owned()))
                .who(who("approver", &["ines", "omar"]))
                .next(format!("ledger seal {id}"))
        };
        let list = [
            gate(),
            leaf("readiness.cp21", "CP-21", "CP-21 is not sealed", "sealed")
                .because(Some("first things first".to_owned()), Some("§4".to_owned()))
                .next("ledger move CP-21 done")
                .who(who("platform-governance", &["kim", "lena"])),
            sealed("E-00"),
            sealed("E-01"),
            leaf("readiness.agreed", "E-03", "the row of E-03 cannot be read", "consistent").outcome(Outcome::Unknown),
        ];
        let heading = "unblock MIG-06 DESIGN-BLOCKED refused: gate unblock is HOLD: 2 met, 3 unmet, 1 unknown";
        assert_eq!(
            explanations(heading, &list, Look::ENDLESS),
            "  rule     blocks.DESIGN-BLOCKED.lift
  next     ledger gate unblock MIG-06
  gates.readiness.cp21 (§4)
    found    CP-21 is not sealed
    needed   sealed
    why      first things first
    next     ledger move CP-21 done    platform-governance: kim, lena
  gates.readiness.sealed (§5)  2 unmet
    found    E-00 is not sealed
             E-01 is not sealed
    needed   sealed
    next     ledger seal E-00          approver: ines, omar
    next     ledger seal E-01          approver: ines, omar
  gates.readiness.agreed  UNKNOWN
    found    the row of E-03 cannot be read
    needed   consistent
"
        );
    }

    #[test]
    fn what_no_command_tells_is_told_in_full() {
        let mut list = vec![gate()];
        list[0].next = vec!["ledger charter show".to_owned()];
        for n in 0..47 {
            list.push(leaf(&format!("kinds.packet.fields.f{n}"), "E-00", &format!("f{n} is missing"), "it"));
        }
        let text = explanations("refused", &list, Look::ENDLESS);
        assert!(text.contains("f46 is missing") && !text.contains("more"), "{text}");
        list.extend(
            (0..9).map(|n| leaf(&format!("kinds.packet.fields.g{n}"), "E-00", &format!("g{n} is missing"), "it")),
        );
        let text = explanations("refused", &list, Look::ENDLESS);
        assert!(text.ends_with("  and 8 more, which --format json tells\n"), "{text}");
    }

    #[test]
    fn forty_reasons_fit_on_a_screen() {
        let mut list = vec![gate()];
        for rule in ["present", "complete", "reviewed", "sealed", "agreed"] {
            for n in 0..8 {
                list.push(leaf(&format!("readiness.{rule}"), &format!("E-{n:02}"), &format!("E-{n:02} is not"), rule));
            }
        }
        let text = explanations("refused: gate unblock is HOLD: 2 met, 3 unmet, 1 unknown", &list, Look::ENDLESS);
        assert_eq!(text.matches("E-0").count(), 12, "{text}");
        assert!(text.contains("  gates.readiness.present  8 unmet\n    found    E-00 is not\n"), "{text}");
        assert!(text.contains("             E-02 is not\n             and 5 more\n    needed   present\n"), "{text}");
        assert!(text.contains("  gates.readiness.agreed  8 unmet\n    found    E-00 is not\n"), "{text}");
        assert!(text.ends_with("  and 28 more: ledger gate unblock MIG-06\n"), "{text}");
        assert!(text.lines().count() < 35, "{text}");
    }

    #[test]
    fn text_of_others_does_not_reach_the_terminal_as_it_is() {
        let e = Explanation::new(Code::BlockMove, "blocked: a\u{1b}[2Jb\u{202e}\nc", "x").item("I");
        let text = explanations("move I x refused", &[e], Look::ENDLESS);
        assert!(text.contains("blocked: a\\u{1b}[2Jb\\u{202e} c"), "{text}");
    }

    #[test]
    fn several_ways_out_say_who_once() {
        let e =
            leaf("g.c", "E-01", "E-01 is not so", "so").next("ledger a").next("ledger b").who(who("lead", &["kim"]));
        let text = explanations("refused", &[gate(), e], Look::ENDLESS);
        assert!(text.ends_with("    who      lead: kim\n    next     ledger a\n    next     ledger b\n"), "{text}");
    }
}
