//! The first screen of the status: 24 lines of 80 columns, whatever there is to tell.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::super::look::{Line, Look, Page, Tone};
use super::super::spoken;
use super::super::taint::show_taints;
use super::super::words;
use super::{Block, Row, SealState, Status};
use crate::domain::id::Word;

/// How many lines the screen has; the last one is the shell's.
const LINES: usize = 23;

/// How many ids that nobody declared are named.
const MISSING: usize = 6;

/// How much of each part is told.
#[derive(Clone, Copy)]
struct Share {
    blocks: usize,
    proposals: usize,
    steps: usize,
    kinds: usize,
    /// A block is told with what it stops, and when it is lifted.
    details: bool,
    /// A proposal is told with the commands that show it.
    looks: bool,
}

/// From the most that is told to the least.
const SHARES: [Share; 7] = [
    Share { blocks: 5, proposals: 4, steps: 6, kinds: 12, details: true, looks: false },
    Share { blocks: 3, proposals: 3, steps: 5, kinds: 8, details: true, looks: false },
    Share { blocks: 3, proposals: 2, steps: 3, kinds: 6, details: true, looks: false },
    Share { blocks: 2, proposals: 1, steps: 2, kinds: 4, details: true, looks: false },
    Share { blocks: 1, proposals: 1, steps: 2, kinds: 3, details: true, looks: false },
    Share { blocks: 2, proposals: 1, steps: 2, kinds: 2, details: false, looks: false },
    Share { blocks: 1, proposals: 1, steps: 1, kinds: 0, details: false, looks: false },
];

impl Status {
    /// Returns the first screen. `facts` says where the facts about files come from.
    pub fn to_screen(&self, look: Look, facts: &str) -> String {
        let mut text = String::new();
        for share in SHARES {
            text = self.screen(look, facts, share);
            if text.lines().count() <= LINES {
                // How a proposal is looked at is told where it takes nothing away.
                let more = self.screen(look, facts, Share { looks: true, ..share });
                return if more.lines().count() <= LINES { more } else { text };
            }
        }
        text
    }

    fn screen(&self, look: Look, facts: &str, share: Share) -> String {
        let mut page = Page::new(look);
        self.show_head(&mut page, facts);
        show_taints(&mut page, &self.taints);
        self.brief_blocks(&mut page, share);
        self.brief_seals(&mut page, share);
        self.brief_waivers(&mut page, share);
        self.brief_proposals(&mut page, share);
        self.brief_steps(&mut page, share);
        self.brief_items(&mut page, share);
        page.gap();
        let all = Line::new(Tone::Faint, "everything: ").and(Tone::Command, "ledger status --all");
        page.line(&all.and(Tone::Faint, "   for you: ").and(Tone::Command, "ledger inbox"));
        page.finish()
    }

    fn brief_blocks(&self, page: &mut Page, share: Share) {
        page.gap();
        if self.blocks.is_empty() {
            page.line(&Line::new(Tone::Good, "No block stands."));
            return;
        }
        page.line(&Line::new(Tone::Strong, format!("Blocked ({})", self.blocks.len())));
        for block in self.blocks.iter().take(share.blocks) {
            block.brief(page, share);
        }
        rest(page, self.blocks.len(), share.blocks, "ledger status --all");
    }

    fn brief_seals(&self, page: &mut Page, share: Share) {
        if self.seals.is_empty() {
            return;
        }
        page.head(&format!("Seals that do not hold ({})", self.seals.len()));
        self.seals.iter().take(share.proposals).for_each(|seal| seal.show(page));
        rest(page, self.seals.len(), share.proposals, "ledger status --all");
    }

    fn brief_waivers(&self, page: &mut Page, share: Share) {
        if self.waivers.is_empty() {
            return;
        }
        page.gap();
        page.line(&Line::new(Tone::Strong, format!("Waived ({})", self.waivers.len())));
        self.waivers.iter().take(share.proposals).for_each(|waiver| waiver.list(page));
        rest(page, self.waivers.len(), share.proposals, "ledger status --all");
    }

    fn brief_proposals(&self, page: &mut Page, share: Share) {
        if self.proposals.is_empty() {
            return;
        }
        page.head(&format!("Waiting for signatures ({})", self.proposals.len()));
        for open in self.proposals.iter().take(share.proposals) {
            page.line(&open.line());
            if share.looks {
                spoken::show_looks(page, 4, &open.id, &open.body);
            }
            let steps = open.steps();
            if steps.is_empty() {
                page.detail(4, "waits", Tone::Bad, "nobody can sign it: ledger status --all says why");
            } else {
                page.next(4, &steps);
            }
        }
        rest(page, self.proposals.len(), share.proposals, "ledger status --all");
    }

    fn brief_steps(&self, page: &mut Page, share: Share) {
        if self.steps.is_empty() {
            return;
        }
        page.head(&self.next_heading());
        let mut steps = words::steps(self.steps.get(..share.steps).unwrap_or(&self.steps));
        for (_, who) in steps.iter_mut().filter(|(_, who)| who.is_empty()) {
            "anybody".clone_into(who);
        }
        page.next(2, &steps);
        let item = self.blocks.first().map_or_else(String::new, |block| format!("ledger why {}", block.ground.item));
        rest(page, self.steps.len(), share.steps, if item.is_empty() { "ledger status --all" } else { &item });
    }

    /// Adds a line a kind: how many items have which status, and what else is to be known of some of them.
    fn brief_items(&self, page: &mut Page, share: Share) {
        let kinds: BTreeSet<&Word> = self.items.iter().map(|row| &row.kind).collect();
        if kinds.is_empty() {
            return;
        }
        page.head(&format!("Items ({})", self.items.len()));
        let rows: Vec<Vec<Line>> = kinds.iter().take(share.kinds).map(|kind| self.kind_cells(kind)).collect();
        page.table(2, &rows);
        rest(page, kinds.len(), share.kinds, "ledger status --all");
        if !self.undeclared.is_empty() {
            let all = self.undeclared.len();
            // One name more takes no more room than saying so.
            let told = if all > MISSING + 1 { MISSING } else { all };
            let names: Vec<&str> = self.undeclared.iter().map(|(id, _)| id.as_str()).take(told).collect();
            let more = if all > told { format!(" and {} more", all - told) } else { String::new() };
            let text = format!("{all} declared by nobody: {}{more}", names.join(", "));
            page.detail(2, "missing", Tone::Unsure, &text);
        }
    }

    fn kind_cells(&self, kind: &Word) -> Vec<Line> {
        let rows: Vec<&Row> = self.items.iter().filter(|row| row.kind == *kind && row.successor.is_none()).collect();
        let mut statuses: BTreeMap<&Word, usize> = BTreeMap::new();
        for row in &rows {
            *statuses.entry(&row.status).or_default() += 1;
        }
        let mut told = String::new();
        for (status, number) in statuses {
            let comma = if told.is_empty() { "" } else { ", " };
            let _ = write!(told, "{comma}{number} {status}");
        }
        let mut cells = Line::plain(told);
        let count = |test: fn(&Row) -> bool| rows.iter().filter(|row| test(row)).count();
        for (number, tone, text) in [
            (count(|row| row.seal == SealState::Holds), Tone::Good, "sealed"),
            (count(|row| row.seal == SealState::Drifted), Tone::Bad, "with a seal that does not hold"),
            (count(|row| row.seal == SealState::Unknown), Tone::Unsure, "with a seal not known to hold"),
            (count(|row| !row.blocks.is_empty()), Tone::Bad, "blocked"),
        ] {
            if number > 0 {
                cells = cells.and(Tone::Plain, "; ").and(tone, format!("{number} {text}"));
            }
        }
        let mut marks: BTreeMap<&Word, usize> = BTreeMap::new();
        for mark in rows.iter().flat_map(|row| &row.marks) {
            *marks.entry(mark).or_default() += 1;
        }
        for (mark, number) in marks {
            cells = cells.and(Tone::Plain, "; ").and(Tone::Unsure, format!("{number} {mark}"));
        }
        vec![Line::new(Tone::Strong, kind.as_str()), cells]
    }
}

/// Says how many more there are, and what shows them.
fn rest(page: &mut Page, all: usize, told: usize, command: &str) {
    if all > told {
        let more = Line::plain("  ").and(Tone::Faint, format!("and {} more: ", all - told));
        page.line(&more.and(Tone::Command, command));
    }
}

impl Block {
    fn brief(&self, page: &mut Page, share: Share) {
        let ground = &self.ground;
        let since = ground.since.map_or_else(String::new, |at| format!(" since {}", at.date()));
        let sort = if self.derived { "derived" } else { "active" };
        let line = Line::plain("  ").and(Tone::Strong, ground.item.as_str()).and(Tone::Plain, "  ");
        let line = line.and(Tone::Bad, ground.name.as_str()).and(Tone::Plain, format!(" ({sort}){since}"));
        page.line(&line);
        if share.details {
            page.detail(4, "stops", Tone::Plain, &self.stops.join(", "));
            page.detail(4, "lifts", Tone::Plain, &words::lifts(ground));
            if let Some(command) = &ground.lifts.command {
                page.detail(4, "", Tone::Command, command);
            }
        }
    }
}
