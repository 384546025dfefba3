//! Statements, and taking them back.

use std::collections::{BTreeMap, BTreeSet};

use super::items::{check_values, misfit};
use super::{Attempt, Needs, Refusal, Rule, refuse};
use crate::domain::charter::{ClaimRule, FieldRule};
use crate::domain::code::Code;
use crate::domain::event::{AttestedBody, Evidence, Statement};
use crate::domain::explain::{Explanation, Outcome};
use crate::domain::facts::Question;
use crate::domain::id::{ActorId, Digest, Noun, Rid, Word};
use crate::domain::judge::{Adrift, CitedFile, adrift, outside, quoted};
use crate::domain::state::{Claims, State, Vote};
use crate::domain::value::Value;

/// How many files are offered that could be cited.
const OFFERED: usize = 3;

impl<'a> Attempt<'a> {
    pub(super) fn attested(&self, attested: &AttestedBody) -> Result<Needs<'a>, Refusal> {
        self.check_noun()?;
        let claims = &self.state.charter.rules.claims;
        let Some(rule) = claims.get(&attested.claim) else {
            let known: Vec<&str> = claims.keys().map(Word::as_str).collect();
            let found = format!("the charter has no claim {}", attested.claim);
            return Err(refuse(Code::ClaimUnknown, found, format!("one of {}", known.join(", "))));
        };
        let place = format!("claims.{}", attested.claim);
        check_result(rule, &attested.statement.result, &place)?;
        self.check_answers(rule, &attested.statement, &place)?;
        check_values(
            Code::ClaimValue,
            &format!("{place}.values"),
            &rule.values,
            &attested.statement.values,
            &|actor| self.state.actors.contains_key(actor),
        )?;
        self.check_anchors(Code::ClaimValue, &format!("{place}.values"), &rule.values, &attested.statement.values)?;
        self.check_whole(rule, &attested.statement, &place)?;
        if attested.made > self.at {
            return Err(refuse(
                Code::FormatTime,
                "a statement made after the event that carries it",
                "`made` at or before `at`",
            ));
        }
        self.check_evidence(&attested.evidence)?;
        self.check_basis(attested)?;
        self.check_cited(rule, attested, &place)?;
        self.ask_branches(&attested.claim);
        let text = rule.by_text.clone();
        let stated = rule.results.iter().find(|(result, _)| *result == attested.statement.result);
        let guard = stated.and_then(|(_, guard)| guard.as_ref());
        Ok(Needs::Rules(vec![Rule { place, who: &rule.by, guard, charter: None, text }]))
    }

    /// Asks whether the commit is on each branch on which some rule wants the claim, so that the answers are recorded: also
    /// a rule of an older charter, by which what stands is still judged.
    fn ask_branches(&self, claim: &Word) {
        let rules = self.state.charters.values().map(|adopted| &adopted.rules).chain([&self.state.charter.rules]);
        for branch in rules.filter_map(|rules| rules.claims.get(claim)).flat_map(|rule| &rule.branches) {
            self.facts.ask(&Question::On(branch.clone()));
        }
    }

    /// Checks that the good result brings, as evidence, the file of something that the claim has to cite.
    fn check_cited(&self, rule: &ClaimRule, attested: &AttestedBody, place: &str) -> Result<(), Refusal> {
        let good = rule.results.first().is_some_and(|(first, _)| *first == attested.statement.result);
        let Some((noun, text)) = rule.cites.as_ref().filter(|_| good) else { return Ok(()) };
        let files = self.view().files(noun, self.item);
        let brings = |sha256: Digest| attested.evidence.iter().any(|piece| piece.sha256 == sha256);
        if files.iter().any(|one| one.kept == Outcome::Met && one.sha256.flatten().is_some_and(brings)) {
            return Ok(());
        }
        let there: Vec<&CitedFile> =
            files.iter().filter(|one| one.kept == Outcome::Met && one.sha256 != Some(None)).collect();
        let unknown = files.iter().any(|one| one.kept == Outcome::Unknown || one.sha256.is_none());
        let shown: Vec<String> =
            there.iter().take(OFFERED).map(|one| format!("{} ({})", one.label, one.path)).collect();
        let needed = match shown.as_slice() {
            [] if unknown => format!("the file of {text}, which cannot be read"),
            [] => format!("the file of {text}, of which there is none"),
            shown => format!("as evidence the file of {text}: {}", shown.join(", ")),
        };
        let mut told = Explanation::new(Code::ClaimEvidence, format!("no file of {text} is cited"), needed)
            .rule(format!("{place}.cites"))
            .item(self.item)
            .nexts(there.first().and_then(|one| {
                let command = super::command::command(self.item, self.body)?;
                Some(format!("{command} --evidence {}", quoted(one.path.as_str())))
            }));
        if unknown {
            told = told.outcome(Outcome::Unknown);
        }
        Err(told.into())
    }

    /// Checks that nothing is answered that the claim does not ask, and with the good result everything that it asks.
    fn check_answers(&self, rule: &ClaimRule, said: &Statement, place: &str) -> Result<(), Refusal> {
        let good = rule.results.first().is_some_and(|(first, _)| *first == said.result);
        let answers = &said.answers;
        let unasked = answers.keys().find(|question| !rule.answers.contains(question));
        let unanswered = rule.answers.iter().find(|question| good && !answers.contains_key(*question));
        if unasked.is_some() || unanswered.is_some() {
            let found = match (unasked, unanswered) {
                (Some(question), _) => format!("an answer to {question}, which the claim does not ask"),
                (_, question) => format!("no answer to {}", question.map_or("", Word::as_str)),
            };
            let asked: Vec<String> = rule.answers.iter().map(|q| format!("--answer {q}=yes|no")).collect();
            let needed = if asked.is_empty() { "no answers".to_owned() } else { asked.join(" ") };
            return Err(Explanation::new(Code::ClaimAnswer, found, needed).rule(place).item(self.item).into());
        }
        Ok(())
    }

    /// Checks that the good result comes with every value that may not be absent.
    fn check_whole(&self, rule: &ClaimRule, said: &Statement, place: &str) -> Result<(), Refusal> {
        let good = rule.results.first().is_some_and(|(first, _)| *first == said.result);
        if !good {
            return Ok(());
        }
        self.check_given(Code::ClaimValue, &format!("{place}.values"), &rule.values, &said.values)
    }

    /// Checks that every value is given that may not be absent.
    pub(super) fn check_given(
        &self,
        code: Code,
        place: &str,
        rules: &BTreeMap<Word, FieldRule>,
        values: &BTreeMap<Word, Value>,
    ) -> Result<(), Refusal> {
        let absent = rules.iter().find(|(name, rule)| !rule.optional && !values.contains_key(*name));
        let Some((name, rule)) = absent else { return Ok(()) };
        let needed = misfit(&rule.kind, &Value::Null, &|_| false).unwrap_or_else(|| "a value".to_owned());
        Err(Explanation::new(code, format!("no {name} is given"), needed)
            .rule(format!("{place}.{name}"))
            .because(rule.why.clone(), rule.cite.clone())
            .item(self.item)
            .into())
    }

    /// Checks that what values name lies where the rules say, and that the lines are there, in the commit that the author has seen: nothing asks for that later.
    pub(super) fn check_anchors(
        &self,
        code: Code,
        place: &str,
        rules: &BTreeMap<Word, FieldRule>,
        values: &BTreeMap<Word, Value>,
    ) -> Result<(), Refusal> {
        for (name, value) in values {
            let Some(rule) = rules.get(name) else { continue };
            if let Some(problem) = outside(&self.state.charter.rules, rule, value) {
                let told = Explanation::new(code, format!("{name} {problem}"), rule.text());
                let told = told.rule(format!("{place}.{name}")).because(rule.why.clone(), rule.cite.clone());
                return Err(told.item(self.item).into());
            }
            let told = match adrift(rule, value, &|question| self.facts.ask(question)) {
                None => continue,
                Some(Adrift::Nowhere(problem)) => {
                    Explanation::new(code, format!("{name} {problem}"), "lines of files, as the commit has them")
                }
                Some(Adrift::Unread(path)) => {
                    let found = format!("{name} names a line of {path}, which cannot be read here");
                    Explanation::new(code, found, "the facts about the files, seen at one commit")
                        .outcome(Outcome::Unknown)
                }
            };
            let told = told.rule(format!("{place}.{name}")).because(rule.why.clone(), rule.cite.clone());
            return Err(told.item(self.item).into());
        }
        Ok(())
    }

    fn check_noun(&self) -> Result<(), Refusal> {
        match self.item {
            Noun::Repo => Ok(()),
            Noun::Item(_) => self.live_item().map(|_| ()),
            Noun::Placed { .. } => placed(self.state, self.item).map(|_| ()),
        }
    }

    /// Checks that cited evidence was not given up, and is not cited as something else than before.
    pub(super) fn check_evidence(&self, evidence: &BTreeSet<Evidence>) -> Result<(), Refusal> {
        for piece in evidence {
            let Some(known) = self.state.evidence.get(&piece.sha256) else { continue };
            if let Some(seq) = known.erased {
                let found = format!("the evidence {} was erased by event {seq}", piece.sha256.short());
                let needed = "other bytes: those that were erased are never taken again";
                return Err(Explanation::new(Code::StoreEvidenceErased, found, needed)
                    .item(self.item)
                    .next(format!("ledger show {seq}"))
                    .into());
            }
            if known.size != piece.size {
                let found = format!("the evidence {} with {} bytes", piece.sha256.short(), piece.size);
                let needed = format!("{} bytes, as it was cited before", known.size);
                return Err(Explanation::new(Code::ClaimEvidence, found, needed).item(self.item).into());
            }
        }
        Ok(())
    }

    /// Checks that the statement binds what the thing is now.
    fn check_basis(&self, attested: &AttestedBody) -> Result<(), Refusal> {
        let Some(basis) = self.view().basis(&attested.claim, self.item) else {
            let found = format!("what {} is cannot be read: a fact about its files is missing", self.item);
            let told = Explanation::new(Code::ItemContent, found, "the facts about the files, seen at one commit")
                .item(self.item);
            return Err(told.outcome(Outcome::Unknown).into());
        };
        if basis.content == attested.content && basis.over == attested.over {
            return Ok(());
        }
        let found = format!("the statement binds {}", attested.content.short());
        Err(Explanation::new(Code::ItemContent, found, format!("the present content, {}", basis.content.short()))
            .item(self.item)
            .into())
    }

    pub(super) fn retracted(&self, event: &Rid, claim: Option<&Word>) -> Result<Needs<'a>, Refusal> {
        let Some(claim) = claim else {
            if self.state.disputed.contains(event) {
                return Err(refuse(
                    Code::ItemUnchanged,
                    format!("the facts of {event} are disputed already"),
                    "facts that count",
                ));
            }
            return Ok(self.authority());
        };
        let claims: Option<&Claims> = match self.item {
            Noun::Repo => Some(&self.state.repo),
            Noun::Item(id) => self.state.items.get(id).map(|item| &item.claims),
            placed @ Noun::Placed { .. } => self.state.placed.get(placed),
        };
        let words = claims.and_then(|claims| claims.get(claim)).into_iter().flatten();
        let signers = words
            .filter(|(_, words)| words.values().any(|said| said.event == *event && !said.retracted))
            .map(|(name, _)| name);
        let signers: Vec<&ActorId> = signers.collect();
        if signers.is_empty() {
            let found = format!("no statement {claim} on {} by event {event} stands", self.item);
            return Err(Explanation::new(
                Code::ClaimUnknownStatement,
                found,
                "a statement that was made and not taken back",
            )
            .item(self.item)
            .next(format!("ledger show {}", self.item))
            .into());
        }
        if self.role.is_none() {
            let own = signers.contains(&self.actor);
            return if own { Ok(Needs::Nothing) } else { Err(self.not_own(claim, &signers)) };
        }
        Ok(self.authority())
    }

    fn not_own(&self, claim: &Word, signers: &[&ActorId]) -> Refusal {
        let found = format!("{} did not make this statement {claim}", self.actor);
        let told = Explanation::new(Code::AuthorityOwnStatement, found, "its signer, or the authority");
        let told = told.rule("charter.authority").item(self.item);
        let Needs::Rules(rules) = self.authority() else { return told.into() };
        let who = rules.first().map(|rule| self.suppliers(rule, false)).unwrap_or_default();
        let of = signers.iter().map(|signer| format!("ledger retract {} {claim} --of {signer}", self.item));
        told.who(who).nexts(of.take(1)).into()
    }
}

/// Checks that a claim has the result.
fn check_result(rule: &ClaimRule, given: &Word, place: &str) -> Result<(), Refusal> {
    if rule.results.iter().any(|(result, _)| result == given) {
        return Ok(());
    }
    let known: Vec<&str> = rule.results.iter().map(|(result, _)| result.as_str()).collect();
    let found = format!("the result {given}");
    Err(Explanation::new(Code::ClaimResult, found, format!("one of {}", known.join(", "))).rule(place).into())
}

/// Returns who placed the block or granted the waiver that a noun names, whether it still stands or not.
pub(super) fn placed<'a>(state: &'a State, noun: &Noun) -> Result<&'a [Vote], Refusal> {
    let found = match noun {
        Noun::Placed { item: Some(id), rule, seq } => state.items.get(id).and_then(|item| {
            let block = item.blocks.iter().find(|block| block.name.as_str() == rule && block.touch.seq == *seq);
            let waiver = item.waivers.iter().find(|waiver| waiver.rule == *rule && waiver.touch.seq == *seq);
            block.map(|block| &block.by).or_else(|| waiver.map(|waiver| &waiver.by))
        }),
        _ => None,
    };
    let found = found.map(Vec::as_slice);
    found.ok_or_else(|| {
        refuse(Code::BlockAbsent, format!("no block or waiver {noun}"), "a block that was placed, or a waiver")
    })
}
