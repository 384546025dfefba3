//! Seals and blocks.

use std::collections::{BTreeMap, BTreeSet};

use super::items::check_values;
use super::{Attempt, Needs, Refusal, Rule, refuse};
use crate::domain::authority;
use crate::domain::charter::BlockRule;
use crate::domain::code::Code;
use crate::domain::event::Evidence;
use crate::domain::explain::{Explanation, Outcome, Supplier};
use crate::domain::facts::{Answer, Question};
use crate::domain::id::{ActorId, Digest, ItemId, Rid, Word};
use crate::domain::judge::{Judgement, declare_command, file_commands};
use crate::domain::path::RepoPath;
use crate::domain::state::{Item, Seal};
use crate::domain::value::Value;

impl<'a> Attempt<'a> {
    pub(super) fn sealed(&self, content: Digest, evidence: &BTreeSet<Evidence>) -> Result<Needs<'a>, Refusal> {
        let (id, item) = self.live_item()?;
        if let Some(seal) = &item.seal {
            let names: Vec<&str> = seal.by.iter().map(ActorId::as_str).collect();
            let sealed = format!("{id} was sealed on {} by {}", seal.touch.at.date(), names.join(" and "));
            // Whoever asks for a seal that holds has what was wanted.
            let (found, needed, next, who) = match self.view().sealed(id) {
                Outcome::Met => (
                    format!("{sealed}, and the seal holds"),
                    "nothing: it is what a seal would make it".to_owned(),
                    format!("ledger show {id}"),
                    Vec::new(),
                ),
                Outcome::Unknown => (
                    format!("{sealed}; whether the seal holds cannot be known"),
                    "an item that is not sealed".to_owned(),
                    format!("ledger show {id}"),
                    Vec::new(),
                ),
                _ => {
                    let (needed, next, who) = self.past_seal(id, item, seal);
                    let first = if who.is_empty() { ": the seal on the other content is broken first" } else { "" };
                    let needed = format!("{needed}{first}");
                    (format!("{sealed}, on other content than its present one"), needed, next, who)
                }
            };
            return Err(Explanation::new(Code::ItemSealed, found, needed).item(id).next(next).who(who).into());
        }
        let kind = self.kind(&item.kind)?;
        let Some(seal) = &kind.seal else { return Err(not_sealable(id, &item.kind, "sealed")) };
        self.check_evidence(evidence)?;
        if let Some(path) = &item.stated.path {
            self.check_file(id, path, evidence)?;
        }
        match self.view().content(id) {
            Some(present) if present == content => {}
            Some(present) => {
                let found = format!("the seal binds {}", content.short());
                return Err(Explanation::new(
                    Code::ItemContent,
                    found,
                    format!("the present content, {}", present.short()),
                )
                .item(id)
                .into());
            }
            None => {
                let found = format!("the content of {id} cannot be read");
                return Err(Explanation::new(Code::ItemContent, found, "the file, seen at one commit")
                    .item(id)
                    .outcome(Outcome::Unknown)
                    .into());
            }
        }
        Ok(Needs::Rules(vec![Rule::of(format!("kinds.{}.seal", item.kind), seal)]))
    }

    /// Checks that the file is there and that its bytes are kept as evidence.
    fn check_file(&self, id: &ItemId, path: &RepoPath, evidence: &BTreeSet<Evidence>) -> Result<(), Refusal> {
        let file = match self.facts.ask(&Question::Path(path.clone())) {
            Some(Answer::File(Some(file))) => file,
            Some(_) => {
                let told =
                    Explanation::new(Code::ItemFile, format!("no regular file at {path}"), "the file, committed")
                        .item(id)
                        .path(path);
                return Err(file_commands(path.as_str()).into_iter().fold(told, Explanation::next).into());
            }
            None => {
                let told = Explanation::new(
                    Code::ItemFile,
                    format!("what is at {path} cannot be read{}", self.view().file_unknown(id)),
                    "a commit that holds the file",
                );
                return Err(told.item(id).path(path).outcome(Outcome::Unknown).into());
            }
        };
        if evidence.iter().any(|piece| piece.sha256 == file.sha256 && piece.size == file.size) {
            return Ok(());
        }
        let needed = format!("the sealed bytes of {path} among the evidence");
        Err(Explanation::new(Code::ClaimEvidence, "the seal does not keep the bytes it freezes", needed)
            .item(id)
            .path(path)
            .into())
    }

    /// Returns what whoever wants to change a sealed item needs, the command that leads there, and who can run it, where that is
    /// not whoever breaks the seal: a seal keeps the rule of its placement, and where that has none, another item takes its place.
    pub(super) fn past_seal(&self, id: &ItemId, item: &Item, standing: &Seal) -> (String, String, Vec<Supplier>) {
        let charter = self.state.charters.get(&standing.charter).unwrap_or(&self.state.charter);
        if charter.rules.kinds.get(&item.kind).is_some_and(|kind| kind.unseal.is_some()) {
            return ("an item that is not sealed".to_owned(), format!("ledger unseal {id}"), Vec::new());
        }
        let rules = &self.state.charter.rules;
        let pairs = rules.links.get("supersedes").map(|link| link.pairs.as_slice()).unwrap_or_default();
        let entry =
            rules.kinds.get(&item.kind).and_then(|kind| kind.moves.iter().find(|step| step.from.contains(&None)));
        let own = |end: &Option<Word>| end.as_ref() == Some(&item.kind);
        if let Some(entry) = entry.filter(|_| pairs.iter().any(|(from, _)| own(from))) {
            let needed = format!("a new {} that takes its place, since nothing breaks this seal", item.kind);
            let who = authority::suppliers(self.state, &entry.by.who, &BTreeSet::new());
            return (needed, format!("ledger supersede {id}"), who);
        }
        let needed = "another charter: nothing breaks this seal, and nothing can take the place of the item";
        let who = authority::suppliers(self.state, &rules.authority, &BTreeSet::new());
        (needed.to_owned(), format!("ledger show {id}"), who)
    }

    pub(super) fn unsealed(&self, seal: &Rid) -> Result<Needs<'a>, Refusal> {
        let (id, item) = self.item()?;
        let standing = match &item.seal {
            Some(standing) if standing.event == *seal => standing,
            Some(standing) => {
                let needed = format!("the seal that stands, {}", standing.event);
                return Err(Explanation::new(Code::ItemNotSealed, format!("the seal {seal} does not stand"), needed)
                    .item(id)
                    .into());
            }
            None => {
                return Err(Explanation::new(Code::ItemNotSealed, format!("{id} is not sealed"), "a seal that stands")
                    .item(id)
                    .into());
            }
        };
        // A seal keeps the rule of its placement, so that no later charter makes it easier to break.
        let charter = self.state.charters.get(&standing.charter).unwrap_or(&self.state.charter);
        if let Some(unseal) = charter.rules.kinds.get(&item.kind).and_then(|kind| kind.unseal.as_ref()) {
            let place = format!("kinds.{}.unseal", item.kind);
            return Ok(Needs::Rules(vec![Rule { charter: Some(standing.charter), ..Rule::of(place, unseal) }]));
        }
        let (needed, next, who) = self.past_seal(id, item, standing);
        let found = format!("{id} is of kind {}, whose seals nothing breaks", item.kind);
        let told = Explanation::new(Code::ItemNotSealable, found, needed).rule(format!("kinds.{}", item.kind));
        Err(told.item(id).next(next).who(who).into())
    }

    pub(super) fn blocked(
        &self,
        name: &Word,
        because: Option<&Word>,
        fields: &BTreeMap<Word, Value>,
    ) -> Result<Needs<'a>, Refusal> {
        let (id, item) = self.live_item()?;
        let rule = self.block_rule(name)?;
        let Some(by) = &rule.by else {
            let found = format!("{name} stands by itself, until its condition is met");
            return Err(Explanation::new(Code::BlockUnknown, found, "a block that is placed by hand")
                .rule(format!("blocks.{name}"))
                .into());
        };
        if !rule.on.contains(&item.kind) {
            let on: Vec<&str> = rule.on.iter().map(Word::as_str).collect();
            let found = format!("{id} is of kind {}", item.kind);
            return Err(Explanation::new(Code::BlockUnknown, found, format!("{name} is for {}", on.join(", ")))
                .item(id)
                .into());
        }
        if let Some(placed) = item.standing(name) {
            let found = format!("{name} stands on {id} since {}", placed.touch.at.date());
            return Err(Explanation::new(Code::BlockStands, found, "no such block")
                .item(id)
                .next(format!("ledger why {id}"))
                .into());
        }
        check_because(id, name, &rule.because, because)?;
        check_values(Code::BlockField, &format!("blocks.{name}.fields"), &rule.fields, fields, &|actor| {
            self.state.actors.contains_key(actor)
        })?;
        self.check_anchors(Code::BlockField, &format!("blocks.{name}.fields"), &rule.fields, fields)?;
        self.check_given(Code::BlockField, &format!("blocks.{name}.fields"), &rule.fields, fields)?;
        Ok(Needs::Rules(vec![Rule::of(format!("blocks.{name}.by"), by)]))
    }

    fn block_rule(&self, name: &Word) -> Result<&'a BlockRule, Refusal> {
        let blocks = &self.state.charter.rules.blocks;
        blocks.get(name).ok_or_else(|| {
            let known: Vec<&str> = blocks.keys().map(Word::as_str).collect();
            refuse(
                Code::BlockUnknown,
                format!("the charter has no block {name}"),
                format!("one of {}", known.join(", ")),
            )
        })
    }

    pub(super) fn unblocked(&self, name: &Word, block: &Rid, record: Option<&ItemId>) -> Result<Needs<'a>, Refusal> {
        let (id, item) = self.item()?;
        let Some(placed) = item.blocks.iter().find(|placed| placed.event == *block && placed.name == *name) else {
            let found = format!("no block {name} on {id} by event {block}");
            return Err(Explanation::new(Code::BlockAbsent, found, "a block that stands")
                .item(id)
                .next(format!("ledger show {id}"))
                .into());
        };
        if let Some(lift) = &placed.lifted {
            let found = format!("{name} on {id} was lifted on {}", lift.touch.at.date());
            return Err(Explanation::new(Code::BlockAbsent, found, "a block that stands").item(id).into());
        }
        let charter = self.state.charters.get(&placed.charter).unwrap_or(&self.state.charter);
        let Some(rule) = charter.rules.blocks.get(name) else {
            return Err(refuse(
                Code::BlockUnknown,
                format!("no charter has the rule of {name}"),
                "the rule of its placement",
            ));
        };
        self.check_record(id, name, rule.record.as_ref(), record).map_err(|told| self.with_reasons(told, id, block))?;
        let Some(lift) = &rule.lift else {
            let told = Explanation::new(
                Code::BlockUnknown,
                format!("the charter does not say who lifts {name}"),
                "a rule `lift`",
            );
            return Err(told.rule(format!("blocks.{name}")).item(id).into());
        };
        let rule = Rule { charter: Some(placed.charter), ..Rule::of(format!("blocks.{name}.lift"), lift) };
        Ok(Needs::Rules(vec![rule]))
    }

    /// Adds to a refusal what else keeps a placed block from being lifted: whoever lacks the record wants to know.
    fn with_reasons(&self, mut told: Refusal, id: &ItemId, block: &Rid) -> Refusal {
        let view = self.view();
        let standing = view.blocks_on(id).into_iter().find(|one| one.placed.is_some_and(|known| known.event == *block));
        let Some(standing) = standing else { return told };
        let judgement = Judgement::new(view);
        let others = judgement.against(id, &standing);
        let all = judgement.ground(id, &standing).lifts.command.filter(|_| !others.is_empty());
        if let Some(first) = told.explanations.first_mut() {
            first.next.extend(all);
        }
        told.explanations.extend(others.into_iter().map(|leaf| leaf.explanation));
        told
    }

    /// Checks that the lift names the record that the rule asks for, and that it was declared.
    fn check_record(
        &self,
        id: &ItemId,
        name: &Word,
        asked: Option<&ItemId>,
        record: Option<&ItemId>,
    ) -> Result<(), Refusal> {
        let told = match (asked, record) {
            (None, None) => return Ok(()),
            (Some(asked), Some(record)) if asked == record && self.state.items.contains_key(record) => return Ok(()),
            (Some(asked), _) if !self.state.items.contains_key(asked) => {
                let kinds = &self.state.charter.rules.kinds;
                let kind = kinds.iter().find(|(_, kind)| kind.id.matches(asked.as_str()));
                let command = kind.map(|(name, kind)| declare_command(asked, name, kind));
                Explanation::new(
                    Code::BlockRecord,
                    format!("nobody declared the record {asked}"),
                    format!("the record {asked}, declared"),
                )
                .next(command.unwrap_or_else(|| format!("ledger declare {asked}")))
            }
            (Some(asked), other) => {
                let found = match other {
                    None => format!("the record {asked} is not named"),
                    Some(other) => format!("{other} is not the record"),
                };
                Explanation::new(Code::BlockRecord, found, format!("the record {asked}"))
                    .next(format!("ledger unblock {id} {name} --record {asked}"))
            }
            (None, Some(other)) => Explanation::new(
                Code::BlockRecord,
                format!("the record {other}"),
                "no record: the charter asks for none",
            )
            .next(format!("ledger unblock {id} {name}")),
        };
        Err(told.rule(format!("blocks.{name}.record")).item(id).into())
    }
}

/// Checks that a block is placed for one of its codes, or for none where it has none.
fn check_because(id: &ItemId, name: &Word, codes: &[Word], because: Option<&Word>) -> Result<(), Refusal> {
    let fits = match because {
        None => codes.is_empty(),
        Some(code) => codes.contains(code),
    };
    if fits {
        return Ok(());
    }
    let needed = if codes.is_empty() {
        "no code".to_owned()
    } else {
        format!("--because with one of {}", codes.iter().map(Word::as_str).collect::<Vec<_>>().join(", "))
    };
    let found = because.map_or_else(|| "no code as a reason".to_owned(), |code| format!("the code {code}"));
    let told = Explanation::new(Code::ItemReason, found, needed);
    Err(told.rule(format!("blocks.{name}.because")).item(id).into())
}

fn not_sealable(id: &ItemId, kind: &Word, what: &str) -> Refusal {
    let found = format!("{id} is of kind {kind}");
    let needed = format!("a kind that the charter lets be {what}");
    Explanation::new(Code::ItemNotSealable, found, needed).rule(format!("kinds.{kind}")).item(id).into()
}
