//! `ledger gate`.

use std::collections::BTreeSet;

use clap::Args;

use super::seeing::{IfArgs, Sight, over_taints, with_taints};
use super::{AtArgs, CliError, Context};
use crate::domain::code::Code;
use crate::domain::id::{ItemId, Noun, Word};
use crate::domain::judge::{View, judged_for_gate, kinds_for, speaks_of_self};
use crate::render::gate::{Marks, Part, Shown, with_placed};
use crate::render::suppose::WhatIf;

/// Show how a gate comes out, criterion by criterion, and what is needed where it is not met
#[derive(Debug, Args)]
#[command(
    after_help = "Exit code: 0 the gate passes, 1 it does not, or the rules refuse what is supposed.\n\nExamples:\n  ledger gate unblock MIG-06\n  ledger gate readiness\n  ledger gate readiness --all             every thing that fails a rule, not only the first five\n  ledger gate readiness --format json\n  ledger gate sealable E-05 --if \"attest E-05 review by petra\" --if \"seal E-05 by omar\"\n  ledger gate readiness --if \"ledger amend PHASE-E --field mode=governance by lena\"\n\nWhat can be supposed, each with `by ACTOR {and ACTOR} [as ROLE]` at its end:\n  attest ITEM CLAIM[=RESULT] [with K=V {and K=V}]    seal ITEM {ITEM}    unseal ITEM\n  move ITEM STATUS [because CODE]                    declare ID KIND    retract ITEM CLAIM\n  block ITEM NAME [because CODE]                     unblock ITEM NAME [record ID]    cosign ID\n  waive RULE ITEM [until DAY] [class NAME]           unwaive RULE ITEM\nEach also as its command is printed, options and all, and `amend ITEM` with what it states.\nA supposed event is judged like a real one; one that the rules refuse is refused. A review that is supposed answers yes to what it does not say."
)]
pub(crate) struct GateArgs {
    /// The gate's name, as in the charter
    #[arg(value_name = "NAME")]
    gate: Word,
    /// The item that is to pass it; may be left out where only one comes into question
    #[arg(value_name = "ITEM")]
    item: Option<ItemId>,
    /// Explain everything that is not met, not only the first of each rule
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    supposed: IfArgs,
    #[command(flatten)]
    at: AtArgs,
}

pub(crate) fn run(args: &GateArgs, context: &Context) -> Result<u8, CliError> {
    let repo = context.repo()?;
    let mut sight = Sight::read(&repo, &args.at)?;
    let supposed = sight.suppose(&repo, &args.supposed)?;
    let view = sight.view();
    let subject = subject(&view, &args.gate, args.item.as_ref(), "gate")?;
    let shown = Shown::of(&view, &args.gate, &subject);
    context.note_point(&args.at, &sight)?;
    let look = context.out.look();
    let taints = sight.taints_under(&repo, &shown)?;
    if supposed.is_empty() {
        let marks = Marks::of(&view, shown.asked());
        let part = if args.all { Part::Whole } else { Part::First };
        context.out.page(
            || with_taints(shown.to_value(Some(&marks)), &taints),
            || over_taints(shown.to_text(view.state, Some(&marks), look, part), &taints, look),
        );
    } else {
        let as_is = sight.view_as_is();
        let before = as_is.gate(&args.gate, &subject);
        let asked = || before.asked().into_iter().chain(shown.asked());
        let marks = [Marks::of(&as_is, asked()), Marks::of(&view, asked())];
        let what_if = WhatIf { supposed: &supposed, before: &before, after: &shown.report, marks: &marks };
        let text = || {
            let older = shown.placed_text(view.state, None, look, Part::Open);
            over_taints(format!("{}{older}", what_if.to_text(&view.state.charter.rules, look)), &taints, look)
        };
        let value = || with_placed(what_if.to_value(), shown.placed_value(Some(&marks[1])));
        context.out.page(|| with_taints(value(), &taints), text);
    }
    Ok(u8::from(!shown.passes()))
}

/// Returns what a gate is asked of: the item that was named, the only one that comes into question, or the repository where
/// the gate speaks of no item of its own.
pub(super) fn subject(view: &View<'_>, gate: &Word, item: Option<&ItemId>, command: &str) -> Result<Noun, CliError> {
    let charter = &view.state.charter.rules;
    if let Some(placed) = item.map(|id| Noun::Item(id.clone())).filter(|_| !charter.gates.contains_key(gate))
        && !view.gate_as_placed(gate, &placed).is_empty()
    {
        // The charter in force has no such gate, and something that stands is released by it all the same.
        return Ok(placed);
    }
    if !charter.gates.contains_key(gate) {
        let names: Vec<&str> = charter.gates.keys().map(Word::as_str).collect();
        let text = match names.as_slice() {
            [] => format!("there is no gate {gate}: the charter has none"),
            names => format!("there is no gate {gate}; the charter has {}", names.join(", ")),
        };
        return Err(CliError::usage(text, "a gate of the charter").code(Code::GateUnknown).next("ledger charter show"));
    }
    if let Some(id) = item {
        let Some(known) = view.state.items.get(id).filter(|_| speaks_of_self(charter, gate)) else {
            let any = !speaks_of_self(charter, gate);
            let unknown =
                || CliError::usage(format!("nobody declared {id}"), "an item that is declared").next("ledger status");
            return if any { Ok(Noun::Item(id.clone())) } else { Err(unknown()) };
        };
        return match kinds_for(view, gate).filter(|kinds| !kinds.contains(&known.kind)) {
            None => Ok(Noun::Item(id.clone())),
            Some(kinds) => {
                let kinds: Vec<&str> = kinds.iter().map(Word::as_str).collect();
                let text = format!("gate {gate} is for {}, and {id} is of kind {}", kinds.join(", "), known.kind);
                let needed = format!("an item of kind {}", kinds.join(" or "));
                Err(CliError::usage(text, needed).next(format!("ledger why {id}")))
            }
        };
    }
    let known: BTreeSet<Noun> = judged_for_gate(view, gate);
    let mut nouns = known.iter();
    match (nouns.next(), nouns.next()) {
        (Some(only), None) => Ok(only.clone()),
        _ if !speaks_of_self(charter, gate) => Ok(Noun::Repo),
        (None, _) => Err(CliError::usage(
            format!("gate {gate} speaks of an item, and none that it is for is declared"),
            "an item",
        )
        .next(format!("ledger {command} {gate} ITEM"))),
        _ => {
            let error = CliError::usage(
                format!("gate {gate} speaks of an item, and {} come into question", known.len()),
                "one of them, by its id",
            );
            Err(known.iter().fold(error, |error, noun| error.next(format!("ledger {command} {gate} {noun}"))))
        }
    }
}
