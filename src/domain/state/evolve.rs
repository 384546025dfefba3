//! What an event does to the state once it is admitted. No rule lives here: whatever arrives is applied.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{
    Actor, Adopted, Basis, EvidenceState, Item, Key, Lift, PlacedBlock, Proposals, Revocation, Said, Seal, State, Tip,
    Touch, Vote, Waiver,
};
use crate::domain::charter::Charter;
use crate::domain::event::{AttestedBody, Body, CharterText, Declaration, Event, Evidence, Founding, Person};
use crate::domain::facts::{Answer, Question, Seen};
use crate::domain::id::{ActorId, Digest, ItemId, Noun, Rid};
use crate::domain::key::{Fingerprint, PublicKey};
use crate::domain::quorum;

impl State {
    /// Returns the state after the first event.
    pub fn founded(event: &Event, founding: &Founding, rules: Arc<Charter>, sha256: Digest) -> State {
        let charter = adopted(&founding.charter, rules, 0);
        let mut state = State {
            genesis: sha256,
            object_format: founding.object_format.clone(),
            baseline: founding.baseline.clone(),
            recovery: founding.recovery.clone(),
            founding: true,
            tip: Tip { seq: 0, sha256, at: event.at },
            charters: BTreeMap::from([(0, charter.clone())]),
            charter,
            actors: BTreeMap::new(),
            items: BTreeMap::new(),
            folded: BTreeMap::new(),
            successors: BTreeMap::new(),
            repo: BTreeMap::new(),
            placed: BTreeMap::new(),
            waived: BTreeSet::new(),
            proposals: Proposals::default(),
            evidence: BTreeMap::new(),
            disputed: BTreeSet::new(),
            confirmed: BTreeMap::new(),
        };
        for person in &founding.actors {
            state.enrol(person, 0);
        }
        state.founding = !quorum::is_reachable(&state, &state.charter.rules.authority);
        state
    }

    /// Applies an event after genesis. `rules` are the ones that a `chartered` event adopts.
    pub fn apply(&mut self, event: &Event, key: Fingerprint, sha256: Digest, rules: Option<Arc<Charter>>) {
        self.tip = Tip { seq: event.seq, sha256, at: event.at };
        self.proposals.expire(event.at);
        let vote = Vote {
            actor: event.actor.clone(),
            role: event.role.clone(),
            key,
            event: event.id.clone(),
            touch: Touch { seq: event.seq, at: event.at },
        };
        if event.pending {
            self.proposals.sign(event.action(), &event.item, &event.body, vote);
            return;
        }
        let proposed = self.proposal(&event.item, &event.body).is_some();
        let proposal = if proposed { self.proposals.take(&event.action()) } else { None };
        let mut votes = proposal.map(|proposal| proposal.votes).unwrap_or_default();
        votes.push(vote);
        Effect { event, votes }.take(self, rules);
        if matches!(event.body, Body::Declared(_) | Body::Amended(_) | Body::Moved { .. } | Body::Chartered(_)) {
            self.end_waivers(Touch { seq: event.seq, at: event.at });
        }
        self.end_proposals(event);
        if self.founding {
            self.founding = !quorum::is_reachable(self, &self.charter.rules.authority);
        }
    }

    fn enrol(&mut self, person: &Person, seq: u64) {
        let keys = person.keys.iter().map(|key| (key.fingerprint(), fresh(key, seq))).collect();
        let actor = Actor {
            kind: person.kind,
            operator: person.operator.clone(),
            emails: person.emails.clone(),
            roles: person.roles.clone(),
            keys,
        };
        self.actors.insert(person.actor.clone(), actor);
    }

    fn cite(&mut self, evidence: &BTreeSet<Evidence>) {
        for piece in evidence {
            let state = EvidenceState { size: piece.size, media: piece.media.clone(), erased: None };
            self.evidence.entry(piece.sha256).or_insert(state);
        }
    }
}

pub(super) fn superseded_by(event: &Event) -> BTreeSet<ItemId> {
    let stated = match &event.body {
        Body::Declared(declaration) => &declaration.stated,
        Body::Amended(stated) => stated,
        _ => return BTreeSet::new(),
    };
    stated.links.get("supersedes").cloned().unwrap_or_default()
}

pub(super) fn adopted(charter: &CharterText, rules: Arc<Charter>, seq: u64) -> Adopted {
    Adopted { text: charter.text.as_str().into(), sha256: Digest::of(charter.text.as_bytes()), seq, rules }
}

fn fresh(key: &PublicKey, seq: u64) -> Key {
    Key { key: key.clone(), since: seq, revoked: None, compromised_since: None }
}

/// An event that takes effect, with everybody who signed for it.
struct Effect<'a> {
    event: &'a Event,
    votes: Vec<Vote>,
}

impl Effect<'_> {
    fn touch(&self) -> Touch {
        Touch { seq: self.event.seq, at: self.event.at }
    }

    fn signers(&self) -> BTreeSet<ActorId> {
        self.votes.iter().map(|vote| vote.actor.clone()).collect()
    }

    fn take(self, state: &mut State, rules: Option<Arc<Charter>>) {
        match &self.event.body {
            Body::Founded(_) => {}
            Body::Chartered(adoption) => {
                if let Some(rules) = rules {
                    state.adopt(adoption, rules, self.event.seq);
                }
            }
            Body::Enrolled(person) => state.enrol(person, self.event.seq),
            Body::Granted { actor, role } => with(&mut state.actors, actor, |a| {
                a.roles.insert(role.clone());
            }),
            Body::Ungranted { actor, role, .. } => with(&mut state.actors, actor, |a| {
                a.roles.remove(role);
            }),
            Body::KeyAdded { actor, key } => with(&mut state.actors, actor, |a| {
                a.keys.insert(key.fingerprint(), fresh(key, self.event.seq));
            }),
            Body::KeyRevoked { actor, key, compromised_since, .. } => {
                self.revoke(state, actor, key, *compromised_since);
            }
            Body::Declared(declaration) => self.declare(state, declaration),
            Body::Attested(attested) => self.attest(state, attested),
            Body::Retracted { event, claim: None, .. } => {
                state.disputed.insert(event.clone());
            }
            Body::Retracted { event, claim: Some(_), .. } => retract(state, &self.event.item, event),
            Body::Confirmed { event, .. } => {
                state.confirmed.insert(event.clone(), self.event.id.clone());
            }
            Body::Erased { sha256, .. } => {
                if let Some(evidence) = state.evidence.get_mut(sha256) {
                    evidence.erased = Some(self.event.seq);
                }
            }
            _ => self.change_item(state),
        }
        if let Noun::Item(id) = &self.event.item {
            let touch = self.touch();
            with(&mut state.items, id, |item| item.touched = touch);
        }
    }

    fn revoke(&self, state: &mut State, actor: &ActorId, key: &Fingerprint, compromised_since: Option<u64>) {
        let seq = self.event.seq;
        with(&mut state.actors, actor, |a| {
            if let Some(key) = a.keys.get_mut(key) {
                key.revoked = key.revoked.or(Some(seq));
                key.compromised_since = compromised_since;
            }
        });
    }

    fn declare(&self, state: &mut State, declaration: &Declaration) {
        let Noun::Item(id) = &self.event.item else { return };
        let item = Item {
            kind: declaration.kind.clone(),
            declared_as: declaration.kind.clone(),
            status: declaration.status.clone(),
            stated: declaration.stated.clone(),
            declared: self.event.seq,
            touched: self.touch(),
            authors: self.signers(),
            seal: None,
            baseline: None,
            blocks: Vec::new(),
            waivers: Vec::new(),
            claims: BTreeMap::new(),
        };
        state.folded.insert(id.folded(), id.clone());
        for old in superseded_by(self.event) {
            state.successors.insert(old, id.clone());
        }
        state.items.insert(id.clone(), item);
    }

    fn attest(&self, state: &mut State, attested: &AttestedBody) {
        state.cite(&attested.evidence);
        let claims = match &self.event.item {
            Noun::Repo => &mut state.repo,
            Noun::Item(id) => match state.items.get_mut(id) {
                Some(item) => &mut item.claims,
                None => return,
            },
            noun @ Noun::Placed { .. } => state.placed.entry(noun.clone()).or_default(),
        };
        let basis = Basis { content: attested.content, over: attested.over };
        for vote in &self.votes {
            let said = Said {
                event: self.event.id.clone(),
                touch: self.touch(),
                role: vote.role.clone(),
                key: vote.key.clone(),
                statement: attested.statement.clone(),
                made: attested.made,
                on: branches(self.event.seen.as_ref()),
                evidence: attested.evidence.clone(),
                retracted: false,
            };
            let words = claims.entry(attested.claim.clone()).or_default().entry(vote.actor.clone()).or_default();
            words.insert(basis, said);
        }
    }

    /// Changes the item that the event is about.
    fn change_item(&self, state: &mut State) {
        if let Body::Sealed { evidence, .. } = &self.event.body {
            state.cite(evidence);
        }
        let charter = state.charter.seq;
        let Noun::Item(id) = &self.event.item else { return };
        for old in superseded_by(self.event) {
            state.successors.insert(old, id.clone());
        }
        let Some(item) = state.items.get_mut(id) else { return };
        match &self.event.body {
            Body::Waived { class, rule, reason, controls, until } => {
                state.waived.insert(id.clone());
                item.waivers.push(Waiver {
                    class: class.clone(),
                    rule: rule.clone(),
                    event: self.event.id.clone(),
                    touch: self.touch(),
                    by: self.votes.clone(),
                    charter,
                    reason: reason.clone(),
                    controls: controls.clone(),
                    until: until.clone(),
                    ended: None,
                    revoked: None,
                });
            }
            Body::Unwaived { waiver, reason, .. } => {
                if let Some(granted) = item.waivers.iter_mut().find(|granted| granted.event == *waiver) {
                    granted.revoked = Some(Revocation {
                        event: self.event.id.clone(),
                        touch: self.touch(),
                        by: self.signers(),
                        reason: reason.clone(),
                    });
                }
            }
            Body::Amended(stated) => {
                item.stated = stated.clone();
                item.authors.extend(self.signers());
            }
            Body::Moved { to, .. } => item.status = to.clone(),
            Body::Sealed { content, evidence } => self.seal(item, charter, *content, evidence),
            Body::Unsealed { .. } => {
                let broken = item.seal.take().and_then(|seal| seal.sha256);
                item.baseline = broken.or(item.baseline);
            }
            Body::Blocked { name, reason, because, fields } => item.blocks.push(PlacedBlock {
                name: name.clone(),
                event: self.event.id.clone(),
                touch: self.touch(),
                by: self.votes.clone(),
                charter,
                reason: reason.clone(),
                because: because.clone(),
                fields: fields.clone(),
                lifted: None,
            }),
            Body::Unblocked { block, record, reason, .. } => {
                if let Some(placed) = item.blocks.iter_mut().find(|placed| placed.event == *block) {
                    placed.lifted = Some(self.lift(record.as_ref(), reason));
                }
            }
            _ => {}
        }
    }

    fn seal(&self, item: &mut Item, charter: u64, content: Digest, evidence: &BTreeSet<Evidence>) {
        item.seal = Some(Seal {
            event: self.event.id.clone(),
            touch: self.touch(),
            by: self.signers(),
            charter,
            content,
            sha256: file_of(item, self.event.seen.as_ref()),
            evidence: evidence.clone(),
            judged: self.event.judged.clone(),
            commit: self.event.seen.as_ref().map(|seen| seen.commit.clone()),
        });
    }

    fn lift(&self, record: Option<&ItemId>, reason: &str) -> Lift {
        Lift {
            event: self.event.id.clone(),
            touch: self.touch(),
            by: self.signers(),
            record: record.cloned(),
            reason: reason.to_owned(),
        }
    }
}

fn with<K: Ord, V>(map: &mut BTreeMap<K, V>, key: &K, change: impl FnOnce(&mut V)) {
    if let Some(value) = map.get_mut(key) {
        change(value);
    }
}

fn retract(state: &mut State, noun: &Noun, event: &Rid) {
    let claims = match noun {
        Noun::Repo => Some(&mut state.repo),
        Noun::Item(id) => state.items.get_mut(id).map(|item| &mut item.claims),
        placed @ Noun::Placed { .. } => state.placed.get_mut(placed),
    };
    let words =
        claims.into_iter().flat_map(BTreeMap::values_mut).flat_map(BTreeMap::values_mut).flat_map(BTreeMap::values_mut);
    for said in words.filter(|said| said.event == *event) {
        said.retracted = true;
    }
}

fn file_of(item: &Item, seen: Option<&Seen>) -> Option<Digest> {
    let question = Question::Path(item.stated.path.clone()?);
    match seen?.facts.get(&question)? {
        Answer::File(file) => file.map(|file| file.sha256),
        _ => None,
    }
}

fn branches(seen: Option<&Seen>) -> BTreeMap<String, bool> {
    let facts = seen.into_iter().flat_map(|seen| &seen.facts);
    facts
        .filter_map(|(question, answer)| match (question, answer) {
            (Question::On(branch), Answer::Bool(yes)) => Some((branch.clone(), *yes)),
            _ => None,
        })
        .collect()
}
