//! Events that somebody appends by hand: what people wish, as random as it comes, signed whether it is admitted or not.

use std::collections::{BTreeMap, BTreeSet};

use govledger::domain::charter::ActorType;
use govledger::domain::decide::draft::{Attestation, Wish};
use govledger::domain::event::{AttestedBody, Body, Declaration, Evidence, Person, Statement};
use govledger::domain::facts::{Answer, Facts as _, Question};
use govledger::domain::id::{Digest, Noun, Rid};
use govledger::domain::judge::View;
use govledger::domain::state::{Claims, State};

use crate::ledgers::{Chain, Chance};
use crate::life::{self, Cast};
use crate::world::{World, evidence, person, print, public, signed, word};

/// Appends one forged event to a world's chain.
pub(crate) fn forged(w: &World, cast: &'static Cast, chance: &mut Chance) -> Chain {
    let mut w = w.clone();
    let who = chance.draw(cast.names());
    let (item, body) = loop {
        let odd = chance.once_in(3).then(|| oddity(&w, cast, chance));
        if let Some(found) = odd.or_else(|| deed(&w, &chance.draw(life::wishing(cast)))) {
            break found;
        }
    };
    let (actor, key) =
        if who.starts_with("recovery") { ("recovery", who.to_owned()) } else { (who, life::key_of(&w, who)) };
    let held: Vec<String> =
        w.state().actors.get(actor).iter().flat_map(|a| &a.roles).map(ToString::to_string).collect();
    let roles: Vec<Option<&str>> = held.iter().map(|role| Some(role.as_str())).chain([None]).collect();
    // Mostly a role that is held, at times none, or any.
    let acting = if chance.once_in(8) { Some(chance.draw(cast.roles())) } else { roles[chance.below(roles.len())] };
    let acting = if roles.len() > 1 && acting.is_none() && chance.once_in(2) { roles[0] } else { acting };
    let mut event = w.forge(actor, &key, acting, &item.to_string(), body);
    event.pending ^= chance.once_in(6);
    let commit = signed(w.format, &event, w.chain.last(), &key);
    w.chain.push(commit);
    Chain { format: w.format, commits: w.chain, events: Vec::new() }
}

/// Returns the action that a wish comes to, also where nothing allows it; `None` where there is nothing to act upon.
fn deed(w: &World, wish: &Wish) -> Option<(Noun, Body)> {
    let state = w.state();
    let rid = w.last_id();
    Some(match wish {
        Wish::Do { item, body } => (item.clone(), body.clone()),
        Wish::Declare { id, kind, stated, .. } => {
            let moves = state.charter.rules.kinds.get(kind).into_iter().flat_map(|kind| &kind.moves);
            let status = moves.filter(|m| m.from.contains(&None)).map(|m| m.to.clone()).next()?;
            let declaration = Declaration { kind: kind.clone(), status, stated: stated.clone() };
            (Noun::Item(id.clone()), Body::Declared(declaration))
        }
        Wish::Amend { id, change } => {
            let old = state.items.get(id).map(|item| item.stated.clone()).unwrap_or_default();
            (Noun::Item(id.clone()), Body::Amended(change.apply(&old)))
        }
        Wish::Move { id, to, because } => {
            let from = state.items.get(id).map_or_else(|| word("nowhere"), |item| item.status.clone());
            (Noun::Item(id.clone()), Body::Moved { from, to: to.clone(), because: because.clone() })
        }
        Wish::Attest(attestation) => attested(w, attestation),
        Wish::Retract { noun, claim, reason, .. } => {
            let words = said_on(state, noun).and_then(|claims| claims.get(claim));
            let said = words.into_iter().flat_map(BTreeMap::values).flat_map(BTreeMap::values);
            let event = said.map(|said| said.event.clone()).next().unwrap_or(rid);
            (noun.clone(), Body::Retracted { event, claim: Some(claim.clone()), reason: reason.clone() })
        }
        Wish::Seal { id } => {
            let path = state.items.get(id).and_then(|item| item.stated.path.clone());
            let file = path.and_then(|path| match w.tree.ask(&Question::Path(path)) {
                Some(Answer::File(file)) => file,
                _ => None,
            });
            let piece =
                file.map(|file| Evidence { sha256: file.sha256, size: file.size, media: "text/plain".to_owned() });
            let content = view(w).content(id).unwrap_or_else(|| Digest::of(b""));
            (Noun::Item(id.clone()), Body::Sealed { content, evidence: piece.into_iter().collect() })
        }
        Wish::Unseal { id, reason } => {
            let seal = state.items.get(id).and_then(|item| item.seal.as_ref()).map_or(rid, |seal| seal.event.clone());
            (Noun::Item(id.clone()), Body::Unsealed { seal, reason: reason.clone() })
        }
        Wish::Unblock { id, name, record, .. } => {
            let blocks = state.items.get(id).map(|item| &item.blocks);
            let block = blocks.and_then(|blocks| blocks.iter().find(|block| block.name == *name));
            let block = block.map_or(rid, |block| block.event.clone());
            let reason = "it is over".to_owned();
            (Noun::Item(id.clone()), Body::Unblocked { name: name.clone(), block, record: record.clone(), reason })
        }
        Wish::Waive { id, rule, reason, controls, until, .. } => {
            let class = state.charter.rules.waivers.keys().next()?.clone();
            let until = until.clone().unwrap_or_else(|| w.now.date().to_string());
            let (rule, reason, controls) = (rule.clone(), reason.clone(), controls.clone());
            (Noun::Item(id.clone()), Body::Waived { class, rule, reason, controls, until })
        }
        Wish::Unwaive { id, rule, reason } => {
            let waivers = state.items.get(id).map(|item| &item.waivers);
            let waiver = waivers.and_then(|waivers| waivers.iter().find(|waiver| waiver.rule == *rule));
            let waiver = waiver.map_or(rid, |waiver| waiver.event.clone());
            (Noun::Item(id.clone()), Body::Unwaived { waiver, rule: rule.clone(), reason: reason.clone() })
        }
        Wish::Supersede { .. } | Wish::Cosign { .. } => return None,
    })
}

fn view(w: &World) -> View<'_> {
    View { state: w.state(), facts: &w.tree, as_of: w.now }
}

fn said_on<'a>(state: &'a State, noun: &Noun) -> Option<&'a Claims> {
    match noun {
        Noun::Repo => Some(&state.repo),
        Noun::Item(id) => state.items.get(id).map(|item| &item.claims),
        placed @ Noun::Placed { .. } => state.placed.get(placed),
    }
}

fn attested(w: &World, wish: &Attestation) -> (Noun, Body) {
    let rules = &w.state().charter.rules;
    let results = rules.claims.get(&wish.claim).map(|claim| &claim.results);
    let first = results.and_then(|results| results.first()).map(|(word, _)| word.clone());
    let basis = view(w).basis(&wish.claim, &wish.noun);
    let body = AttestedBody {
        claim: wish.claim.clone(),
        statement: Statement {
            result: wish.result.clone().or(first).unwrap_or_else(|| wish.claim.clone()),
            answers: wish.answers.clone(),
            values: wish.values.clone(),
        },
        content: basis.map_or_else(|| Digest::of(b""), |basis| basis.content),
        over: basis.and_then(|basis| basis.over),
        evidence: wish.evidence.clone(),
        made: w.now,
    };
    (wish.noun.clone(), Body::Attested(Box::new(body)))
}

/// Returns something that breaks one condition which needs no rule of a charter, or comes close to it.
fn oddity(w: &World, cast: &'static Cast, chance: &mut Chance) -> (Noun, Body) {
    let state = w.state();
    let name = chance.draw(cast.names());
    let acting = chance.draw(cast.roles());
    let repo = |body| (Noun::Repo, body);
    let of = |wish| if let Wish::Do { item, body } = wish { (item, body) } else { unreachable!("it is whole") };
    match chance.below(15) {
        0 => repo(Body::Enrolled(stranger(chance, name, acting))),
        1 => repo(Body::Granted { actor: name.parse().unwrap(), role: acting.parse().unwrap() }),
        2 => {
            let (actor, role) = (name.parse().unwrap(), acting.parse().unwrap());
            repo(Body::Ungranted { actor, role, reason: "it was too much".to_owned() })
        }
        3 => repo(Body::KeyAdded {
            actor: name.parse().unwrap(),
            key: public(chance.pick(&["recovery-2", "lena", "new"])),
        }),
        // A key that may be another's, revoked, or told to be stolen too early or too late.
        4 | 5 => {
            let since = chance.pick(&[None, Some(0), Some(1), Some(state.tip.seq), Some(state.tip.seq + 1)]);
            let key = print(&if chance.once_in(4) { "lena".to_owned() } else { life::key_of(w, name) });
            let reason = "lost".to_owned();
            repo(Body::KeyRevoked { actor: name.parse().unwrap(), key, compromised_since: since, reason })
        }
        6 => {
            let id = chance.pick(&["SELF", "Repo", "new", "recovery"]).parse().unwrap();
            let kind = state.charter.rules.kinds.keys().next().unwrap().clone();
            let declaration = Declaration { kind, status: word("open"), stated: crate::world::stated().0 };
            (Noun::Item(id), Body::Declared(declaration))
        }
        // What stands, said or done once more.
        7..=9 => chance.pick(&again(state)),
        10 => {
            let known = w.chain.len() > 1 && chance.once_in(2);
            let event = if known { w.last_id() } else { Rid::parse(&"d".repeat(32)).unwrap() };
            repo(Body::Retracted { event, claim: None, reason: "nobody saw it".to_owned() })
        }
        // Evidence of another size than it was, or twice in two sizes.
        11 => {
            let (mut longer, plain) = (evidence("log"), evidence("log"));
            longer.size += 1;
            let claim = state.charter.rules.claims.keys().next().unwrap().to_string();
            let mut attestation = crate::world::attestation("repo", &claim);
            attestation.evidence =
                if chance.once_in(2) { BTreeSet::from([longer]) } else { BTreeSet::from([longer, plain]) };
            attested(w, &attestation)
        }
        12 => of(crate::world::erase(chance.pick(&["log", "nothing"]))),
        13 => of(crate::world::adopt(&state.charter.text)),
        _ => {
            let noun =
                Noun::Placed { item: state.items.keys().next().cloned(), rule: "STOP".to_owned(), seq: state.tip.seq };
            let claim = state.charter.rules.claims.keys().next().unwrap().to_string();
            let mut attestation = crate::world::attestation("repo", &claim);
            attestation.noun = noun;
            attested(w, &attestation)
        }
    }
}

/// Somebody who is to be enrolled, with one thing about them that may not be so.
fn stranger(chance: &mut Chance, known: &str, role: &str) -> Person {
    let mut new = person("zoe", ActorType::Human, None, &[role]);
    match chance.below(8) {
        0 => new.actor = chance.pick(&["recovery", "repo", "self", "new"]).parse().unwrap(),
        1 => new.actor = known.parse().unwrap_or(new.actor),
        2 => new.operator = known.parse().ok(),
        3 => new.kind = ActorType::Agent,
        4 => (new.kind, new.operator) = (ActorType::Ci, known.parse().ok()),
        5 => new.keys = BTreeSet::from([public(known), public("zoe")]),
        6 => new.keys = BTreeSet::from([public("recovery-1")]),
        _ => new.roles.clear(),
    }
    new
}

/// Returns what was done to the things that there are, to be done again.
fn again(state: &State) -> Vec<(Noun, Body)> {
    let reason = || "once more".to_owned();
    let mut found = vec![(Noun::Repo, Body::Erased { sha256: Digest::of(b"log"), reason: reason() })];
    for event in &state.disputed {
        found.push((Noun::Repo, Body::Retracted { event: event.clone(), claim: None, reason: reason() }));
    }
    for (id, item) in &state.items {
        let mut put = |body| found.push((Noun::Item(id.clone()), body));
        put(Body::Amended(item.stated.clone()));
        let mut bare = item.stated.clone();
        bare.links.clear();
        bare.title = Some("without its links".to_owned());
        put(Body::Amended(bare));
        let mut itself = item.stated.clone();
        itself.links.insert(word("part_of"), BTreeSet::from([id.clone()]));
        put(Body::Amended(itself));
        for other in state.items.keys() {
            let mut stated = item.stated.clone();
            stated
                .links
                .insert(word(if id < other { "part_of" } else { "supersedes" }), BTreeSet::from([other.clone()]));
            put(Body::Amended(stated));
        }
        put(Body::Moved { from: word("nowhere"), to: item.status.clone(), because: None });
        let declaration =
            Declaration { kind: item.kind.clone(), status: item.status.clone(), stated: item.stated.clone() };
        put(Body::Declared(declaration));
        if let Some(seal) = &item.seal {
            put(Body::Sealed { content: seal.content, evidence: seal.evidence.clone() });
            put(Body::Unsealed { seal: Rid::parse(&"d".repeat(32)).unwrap(), reason: reason() });
        }
        for block in &item.blocks {
            let (name, because, fields) = (block.name.clone(), block.because.clone(), block.fields.clone());
            put(Body::Blocked { name: name.clone(), reason: reason(), because, fields });
            for record in [None, Some("P-1".parse().unwrap()), Some("P-7".parse().unwrap())] {
                put(Body::Unblocked { name: name.clone(), block: block.event.clone(), record, reason: reason() });
            }
        }
        for (claim, actors) in &item.claims {
            for said in actors.values().flat_map(BTreeMap::values) {
                put(Body::Retracted { event: said.event.clone(), claim: Some(claim.clone()), reason: reason() });
            }
        }
    }
    found
}
