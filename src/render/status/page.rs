//! All of the status, as people read it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::super::alike;
use super::super::look::{Line, Look, Page, Tone, widths, wrap};
use super::super::spoken;
use super::super::taint::show_taints;
use super::super::words;
use super::{Block, Row, Status};
use crate::domain::explain::Outcome;

/// How many ids of one mark are written out.
const MARKED: usize = 8;

impl Status {
    /// Returns the page that people read. `facts` says where the facts about files come from.
    pub fn to_text(&self, look: Look, facts: &str) -> String {
        let mut page = Page::new(look);
        self.show_head(&mut page, facts);
        show_taints(&mut page, &self.taints);
        self.show_blocks(&mut page);
        for matrix in &self.matrices {
            matrix.show(&mut page, None);
        }
        self.show_seals(&mut page);
        self.show_marks(&mut page);
        self.show_waivers(&mut page);
        self.show_proposals(&mut page);
        self.show_next(&mut page);
        self.show_items(&mut page);
        page.finish()
    }

    pub(super) fn show_head(&self, page: &mut Page, facts: &str) {
        let head = &self.head;
        let title = head.title.as_deref().unwrap_or_default();
        let line = Line::new(Tone::Strong, head.charter.as_str()).and(Tone::Plain, "  ").and(Tone::Plain, title);
        page.line(&line);
        let at =
            format!("event {} of {}, files of {facts}, judged as of {}", head.seq, head.at.date(), head.as_of.date());
        for line in wrap(&at, page.look().width) {
            page.line(&Line::new(Tone::Faint, line));
        }
        if let Some(who) = &head.founding {
            page.gap();
            let names: Vec<String> =
                who.iter().map(|s| format!("{} {} ({} of them here)", s.count, s.role, s.actors.len())).collect();
            let text = format!("nothing else is admitted until the authority is complete: {}", names.join(" + "));
            page.detail(0, "founding", Tone::Unsure, &text);
            let command = "ledger actor enroll --kind human --role ";
            let role = who.iter().map(|s| s.role.split('|').next().unwrap_or_default()).next().unwrap_or_default();
            page.next(0, &[(format!("{command}{role}"), String::new())]);
        }
    }

    fn show_blocks(&self, page: &mut Page) {
        if self.blocks.is_empty() {
            page.gap();
            page.line(&Line::new(Tone::Good, "No block stands."));
        } else {
            page.head("Blocked");
        }
        for block in &self.blocks {
            block.show(page);
        }
    }

    fn show_seals(&self, page: &mut Page) {
        if !self.seals.is_empty() {
            page.head("Seals that do not hold");
        }
        self.seals.iter().for_each(|seal| seal.show(page));
    }

    fn show_waivers(&self, page: &mut Page) {
        if !self.waivers.is_empty() {
            page.head("Waived");
        }
        self.waivers.iter().for_each(|waiver| waiver.list(page));
    }

    fn show_marks(&self, page: &mut Page) {
        if !self.marks.is_empty() {
            page.head("Marked");
        }
        for (name, lifts, ids) in &self.marks {
            let mut list = words::names(ids.iter().take(MARKED));
            if ids.len() > MARKED {
                let _ = write!(list, " and {} more", ids.len() - MARKED);
            }
            page.line(&Line::plain("  ").and(Tone::Unsure, name.as_str()).and(Tone::Plain, format!(" on {list}")));
            page.detail(4, "lifts", Tone::Plain, lifts);
        }
    }

    fn show_proposals(&self, page: &mut Page) {
        if !self.proposals.is_empty() {
            page.head("Waiting for signatures");
        }
        for open in &self.proposals {
            page.line(&open.line());
            spoken::show_says(page, 4, &open.says);
            spoken::show_looks(page, 4, &open.id, &open.body);
            let steps = open.steps();
            if steps.is_empty() {
                let found = open.waiting.refusal.as_ref().and_then(|refusal| refusal.explanations.first());
                let found = found.map_or("nobody is left who could sign it", |told| told.found.as_str());
                page.detail(4, "waits", Tone::Bad, found);
            } else {
                page.next(4, &steps);
            }
        }
    }

    fn show_next(&self, page: &mut Page) {
        if self.steps.is_empty() {
            return;
        }
        page.head(&self.next_heading());
        page.next(2, &words::steps(&self.steps));
    }

    fn show_items(&self, page: &mut Page) {
        let rows: Vec<Vec<Line>> = self.items.iter().map(item_cells).collect();
        let widths: Vec<usize> = widths(&rows, 3);
        // Of a kind, those that state nothing by which they could be put together come last.
        let place = |row: &Row| (row.kind.clone(), row.group.is_none(), row.group.clone());
        let places: BTreeSet<_> = self.items.iter().map(place).collect();
        for own in places {
            match &own.2 {
                Some((_, group)) => page.head(&format!("{}: {group}", own.0)),
                None => page.head(own.0.as_str()),
            }
            let of: Vec<Vec<Line>> = self
                .items
                .iter()
                .zip(&rows)
                .filter(|(row, _)| place(row) == own)
                .map(|(_, cells)| cells.clone())
                .collect();
            page.table_of(2, &of, &widths);
        }
        if !self.undeclared.is_empty() {
            page.head("named by the rules, declared by nobody");
            let rows: Vec<Vec<Line>> = self
                .undeclared
                .iter()
                .map(|(id, all)| vec![Line::plain(id), Line::new(Tone::Unsure, format!("must {}", words::joined(all)))])
                .collect();
            page.table(2, &rows);
        }
    }
}
fn item_cells(row: &Row) -> Vec<Line> {
    let mut told = Line::default();
    for (tone, text) in row.qualifiers() {
        told = if told.is_empty() { told } else { told.and(Tone::Plain, "; ") };
        told = told.and(tone, text);
    }
    if told.is_empty() {
        told = Line::new(Tone::Faint, row.title.as_deref().or(row.path.as_deref()).unwrap_or("-"));
    }
    vec![Line::new(Tone::Strong, row.id.as_str()), Line::plain(row.status.as_str()), told]
}
impl Block {
    fn show(&self, page: &mut Page) {
        let ground = &self.ground;
        let since = ground.since.map_or_else(String::new, |at| format!(" since {}", at.date()));
        let by = words::placed_by(ground);
        let by = if by.is_empty() { by } else { format!(" by {by}") };
        let sort = match (self.derived, self.outcome) {
            (false, _) => " (active)",
            (true, Outcome::Unknown) => " (derived; it cannot be known whether it stands, so it does)",
            (true, _) => " (derived)",
        };
        let line = Line::plain("  ").and(Tone::Strong, ground.item.as_str()).and(Tone::Plain, "  ");
        page.line(&line.and(Tone::Bad, ground.name.as_str()).and(Tone::Plain, format!("{sort}{since}{by}")));
        page.detail(4, "stops", Tone::Plain, &self.stops.join(", "));
        match (&ground.reason, &ground.why) {
            (Some(reason), _) => page.detail(4, "reason", Tone::Plain, reason),
            (None, Some(why)) => page.detail(4, "why", Tone::Plain, why),
            (None, None) => {}
        }
        if !self.found.is_empty() {
            let found = alike::folded(self.found.iter().map(String::as_str));
            page.detail(4, "found", Tone::Plain, &found.join("; "));
        }
        page.detail(4, "lifts", Tone::Plain, &words::lifts(ground));
        if let Some(matrix) = &self.matrix {
            page.detail(4, "matrix", Tone::Plain, matrix);
        }
        if let Some(command) = &ground.lifts.command {
            page.detail(4, "", Tone::Command, command);
        }
    }
}
