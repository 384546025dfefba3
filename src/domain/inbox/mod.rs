//! What waits for somebody: proposals to sign, what standing blocks and conditions ask of their roles, what they may do
//! next, and what became of what they said and signed.
//!
//! [`inbox`] asks the state, as `status` and `why` do; [`Watch`] is shown the events, because the state forgets what ended.

mod gather;
mod watch;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use watch::{Lapsed, Watch};

use self::gather::Pool;
use super::authority;
use super::charter::{Permission, Stop};
use super::decide::draft::{Author, Wish, draft};
use super::decide::{Attempt, RECOVERY, admit, cosign};
use super::event::Body;
use super::explain::Supplier;
use super::id::{ActorId, Digest, ItemId, Noun, Rid, RoleId, Word};
use super::judge::{Judgement, Step, View, asks};
use super::meant::meant;
use super::quorum;
use super::state::{Basis, Claims, Item, PROPOSAL_LIFE, Proposal, Said, Seal, State};
use super::time::Timestamp;

/// Whose inbox it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// One actor's, in all roles that the actor holds.
    Actor(ActorId),
    /// That of everybody who holds a role, in that role.
    Role(RoleId),
}

/// What waits for somebody.
#[derive(Debug, Clone, PartialEq)]
pub struct Inbox {
    /// Whose it is.
    pub whose: Whose,
    /// What others wait for, what unblocks most first.
    pub waits: Vec<Waiting>,
    /// What is asked for and nobody in particular does: files that are written, committed or taken out.
    pub anybody: Vec<String>,
    /// What is possible beside that, and asked for by nothing.
    pub may: Vec<Step>,
    /// Statements whose ground has changed since.
    pub changed: Vec<Changed>,
    /// The step of others that unblocks most, where nothing waits.
    pub others: Option<Step>,
    /// What each of the commands asks for, of those that ask.
    pub asks: BTreeMap<String, Vec<String>>,
}

/// Something that waits.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    /// The command.
    pub command: String,
    /// Who can run it, the inbox's owner among them.
    pub who: Vec<Supplier>,
    /// What was found that asks for it.
    pub found: Vec<String>,
    /// The places in the charter that ask for it.
    pub rules: BTreeSet<String>,
    /// The blocks that it leads toward lifting, as `DESIGN-BLOCKED on MIG-06`.
    pub blocks: Arc<BTreeSet<String>>,
    /// The actions whose conditions it leads to, as `seal E-05`.
    pub actions: Arc<BTreeSet<String>>,
    /// The proposal that it signs.
    pub proposal: Option<Open>,
}

/// A proposal that waits for a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// Its first event.
    pub id: Rid,
    /// What it is about.
    pub item: Noun,
    /// What is proposed.
    pub body: Body,
    /// What that is about, where it is another event or evidence.
    pub meant: Vec<String>,
    /// Who signed.
    pub by: Vec<ActorId>,
    /// When it ends.
    pub ends: Timestamp,
    /// How many places would be filled, and how many there are.
    pub quorum: (u32, u32),
}

/// A statement whose ground has changed since it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Who made it.
    pub actor: ActorId,
    /// About what.
    pub noun: Noun,
    /// The claim.
    pub claim: Word,
    /// The result.
    pub result: Word,
    /// The event.
    pub event: Rid,
    /// When it was made.
    pub made: Timestamp,
    /// What it was made on.
    pub then: Basis,
    /// What it would be made on now.
    pub now: Basis,
    /// The command that makes it anew, where its actor still may.
    pub again: Option<String>,
}

/// Returns what waits for somebody, in a view; `beside` is what events ask for, which the state forgets, each with what was found.
pub fn inbox(view: &View<'_>, whose: &Whose, beside: Vec<(Step, String)>) -> Inbox {
    let search = Search { view, judgement: Judgement::new(*view), people: people(view.state, whose), whose };
    let mut pool = Pool::of(&search.judgement);
    for (step, found) in beside {
        pool.beside(step, found);
    }
    let mut waits = search.proposals(&mut pool);
    // What brings a sealed file back stands before what breaks its seal: both lead to the same.
    waits.extend(search.drifted(&mut pool));
    let (anybody, waiting): (Vec<Waiting>, Vec<Waiting>) =
        pool.into_waits().into_iter().partition(|w| w.who.is_empty());
    let (mine, others): (Vec<Waiting>, Vec<Waiting>) = waiting.into_iter().partition(|w| search.is_mine(w));
    waits.extend(mine);
    waits.sort_by_key(Waiting::rank);
    let asked: BTreeSet<&str> = waits.iter().map(|waiting| waiting.command.as_str()).collect();
    let may: Vec<Step> = search.possible().into_iter().filter(|step| !asked.contains(step.command.as_str())).collect();
    let nearest = others.into_iter().min_by_key(Waiting::rank).filter(|_| waits.is_empty());
    let others = nearest.map(|waiting| Step::new(waiting.command, waiting.who));
    let changed = search.changed();
    let anybody: Vec<String> =
        anybody.into_iter().map(|waiting| waiting.command).filter(|command| !shows(command)).collect();
    let known: BTreeSet<&String> = anybody.iter().collect();
    let restored: Vec<String> = search
        .restored()
        .map(|(_, _, step)| step.command)
        .filter(|command| !known.contains(command) && !asked.contains(command.as_str()))
        .collect();
    let anybody: Vec<String> =
        anybody.into_iter().filter(|command| !asked.contains(command.as_str())).chain(restored).collect();
    let commands = waits.iter().map(|waiting| &waiting.command).chain(may.iter().map(|step| &step.command));
    let commands = commands.chain(changed.iter().filter_map(|changed| changed.again.as_ref()));
    let commands = commands.chain(others.iter().map(|step| &step.command));
    let asks = commands.map(|command| (command.clone(), asks(&view.state.charter.rules, command)));
    Inbox {
        whose: whose.clone(),
        asks: asks.filter(|(_, asks)| !asks.is_empty()).collect(),
        others,
        may,
        anybody,
        changed,
        waits,
    }
}

/// Returns the actors whose inbox it is, each with the roles that count.
fn people(state: &State, whose: &Whose) -> Vec<(ActorId, BTreeSet<RoleId>)> {
    match whose {
        Whose::Actor(name) => {
            let held = state.actors.get(name).map(|actor| actor.roles.clone()).unwrap_or_default();
            vec![(name.clone(), held)]
        }
        Whose::Role(role) => {
            let holders = authority::holders(state, role).into_iter();
            holders.map(|name| (name.clone(), BTreeSet::from([role.clone()]))).collect()
        }
    }
}

impl Waiting {
    /// Returns what to sort by: first what a signature completes, since all else about it is done; then what leads to the most
    /// blocks, what was signed by others already, and what most places of the charter and most actions ask for.
    fn rank(&self) -> (bool, Reverse<usize>, bool, Reverse<usize>, Reverse<usize>) {
        let completes = self.proposal.as_ref().is_some_and(|open| open.quorum.0 >= open.quorum.1);
        let (blocks, rules, actions) = (self.blocks.len(), self.rules.len(), self.actions.len());
        (!completes, Reverse(blocks), self.proposal.is_none(), Reverse(rules), Reverse(actions))
    }
}

struct Search<'s, 'a> {
    view: &'s View<'a>,
    judgement: Judgement<'a>,
    people: Vec<(ActorId, BTreeSet<RoleId>)>,
    whose: &'s Whose,
}

impl Search<'_, '_> {
    fn state(&self) -> &State {
        self.view.state
    }

    /// Returns whether one of those whose inbox it is could take the step.
    fn is_mine(&self, waiting: &Waiting) -> bool {
        waiting.who.iter().any(|supplier| {
            let role = match self.whose {
                Whose::Role(role) => supplier.role.split('|').any(|known| known == role.as_str()),
                Whose::Actor(_) => true,
            };
            role && self.people.iter().any(|(name, _)| supplier.actors.iter().any(|known| known == name.as_str()))
        })
    }

    /// Returns the sealed items whose files are other ones now, each with the command that brings back what was sealed.
    fn restored(&self) -> impl Iterator<Item = (&ItemId, &Seal, Step)> {
        self.state().items.iter().filter_map(|(id, item)| {
            let seal = item.seal.as_ref()?;
            Some((id, seal, self.judgement.restoring(item)?))
        })
    }

    /// Returns what waits for those who sealed what is no longer the same: it is theirs to see to.
    fn drifted(&self, pool: &mut Pool) -> Vec<Waiting> {
        let own = |seal: &Seal| self.people.iter().any(|(name, _)| seal.by.contains(name));
        let mut found = Vec::new();
        for (id, seal, step) in self.restored().filter(|(_, seal, _)| own(seal)) {
            let empty = Waiting::new(step.command.clone(), Vec::new());
            let asked = pool.take(&step.command).unwrap_or(empty);
            let mut waiting = Waiting { who: step.who, found: Vec::new(), ..asked };
            let by: Vec<&str> = seal.by.iter().map(ActorId::as_str).collect();
            let (by, at) = (by.join(" and "), seal.touch.at.date());
            waiting.found.push(format!("{id} was sealed by {by} on {at}, and its content is no longer the sealed one"));
            found.push(waiting);
        }
        found
    }

    /// Returns the proposals that can be signed. What is proposed already is not asked for a second time.
    fn proposals(&self, pool: &mut Pool) -> Vec<Waiting> {
        let mut found = Vec::new();
        for proposal in self.state().proposals.values().filter(|proposal| proposal.is_open(self.view.as_of)) {
            let asked = cosign::command_of(proposal).and_then(|command| pool.take(&command));
            let Some(quorum) = self.signs(proposal) else { continue };
            let Some(first) = proposal.votes.first() else { continue };
            let id = first.event.clone();
            let command = format!("ledger cosign {}", id.as_str().get(..8).unwrap_or_default());
            let open = Open {
                id,
                item: proposal.item.clone(),
                body: proposal.body.clone(),
                meant: meant(self.state(), &proposal.body),
                by: proposal.votes.iter().map(|vote| vote.actor.clone()).collect(),
                ends: first.touch.at.plus(PROPOSAL_LIFE),
                quorum,
            };
            let waiting = cosign::waiting(self.state(), self.view.facts, self.view.as_of, proposal);
            let offline = self.is_recovery().then(|| {
                cosign::offline(self.state(), self.view.facts, self.view.as_of, proposal).map(|offline| offline.keys)
            });
            let who = offline.flatten().map_or(waiting.who, |keys| vec![keys]);
            let empty = Waiting::new(command.clone(), Vec::new());
            found.push(Waiting { command, who, proposal: Some(open), ..asked.unwrap_or(empty) });
        }
        found
    }

    fn is_recovery(&self) -> bool {
        matches!(self.whose, Whose::Actor(name) if name.as_str() == RECOVERY)
    }

    /// Returns how far the quorum would be with a signature of one of those whose inbox it is.
    fn signs(&self, proposal: &Proposal) -> Option<(u32, u32)> {
        let (item, body) = (&proposal.item, &proposal.body);
        if self.is_recovery() {
            let offline = cosign::offline(self.state(), self.view.facts, self.view.as_of, proposal);
            return offline.map(|offline| (offline.quorum.0 + 1, offline.quorum.1));
        }
        self.people.iter().find_map(|(actor, roles)| {
            let known = self.state().actors.get(actor)?;
            let (key, _) = known.keys.iter().find(|(_, key)| key.revoked.is_none())?;
            roles.iter().find_map(|role| {
                let (state, facts, at) = (self.state(), self.view.facts, self.view.as_of);
                let attempt = Attempt { state, facts, at, actor, role: Some(role), key, item, body };
                admit(&attempt).ok().map(|admission| admission.quorum)
            })
        })
    }

    /// Returns the moves onward, seals and lifts that one of those whose inbox it is may do now.
    fn possible(&self) -> Vec<Step> {
        let mut found = Vec::new();
        for (id, item) in self.state().live_items() {
            for (charter, rule, permission, command, wish) in self.next_actions(id, item) {
                let takes = |(_, roles): &&(ActorId, BTreeSet<RoleId>)| {
                    roles.iter().any(|role| quorum::takes(&permission.who, role))
                };
                let able: Vec<&(ActorId, BTreeSet<RoleId>)> = self.people.iter().filter(takes).collect();
                let subject = Noun::Item(id.clone());
                let open = permission
                    .guard
                    .as_ref()
                    .is_none_or(|guard| !able.is_empty() && self.judgement.lets_pass(charter, &rule, guard, &subject));
                if open && able.into_iter().any(|(actor, roles)| self.would_pass(actor, roles, &wish)) {
                    let excluded = self.view.excluded(&permission.who.not, &subject).actors;
                    let who = authority::suppliers(self.state(), &permission.who, &excluded);
                    found.push(Step::new(command, who));
                }
            }
        }
        found
    }

    /// Returns the moves of an item that lead onward in the order of its statuses and take no code, its seal, and the lifts of
    /// its blocks.
    fn next_actions(&self, id: &ItemId, item: &Item) -> Vec<(Option<u64>, String, &Permission, String, Wish)> {
        let mut found = Vec::new();
        let Some(kind) = self.state().charter.rules.kinds.get(&item.kind) else { return found };
        let position = |status: &Word| kind.states.iter().position(|known| known == status);
        let status = Some(item.status.clone());
        for step in kind.moves.iter().filter(|step| step.from.contains(&status) && step.because.is_empty()) {
            if position(&step.to) > position(&item.status) {
                let wish = Wish::Move { id: id.clone(), to: step.to.clone(), because: None };
                found.push((
                    None,
                    format!("kinds.{}.moves", item.kind),
                    &step.by,
                    format!("ledger move {id} {}", step.to),
                    wish,
                ));
            }
        }
        if let Some(seal) = kind.seal.as_ref().filter(|_| item.seal.is_none()) {
            let rule = format!("kinds.{}.seal", item.kind);
            found.push((None, rule, seal, format!("ledger seal {id}"), Wish::Seal { id: id.clone() }));
        }
        for block in item.blocks.iter().filter(|block| block.lifted.is_none()) {
            let charter = self.state().charters.get(&block.charter).unwrap_or(&self.state().charter);
            let Some(rule) = charter.rules.blocks.get(&block.name) else { continue };
            let Some(lift) = &rule.lift else { continue };
            let named = rule.record.as_ref().map(|record| format!(" --record {record}")).unwrap_or_default();
            let (name, record) = (block.name.clone(), rule.record.clone());
            found.push((
                Some(block.charter),
                format!("blocks.{name}.lift"),
                lift,
                format!("ledger unblock {id} {name}{named}"),
                Wish::Unblock { id: id.clone(), name, record, reason: None },
            ));
        }
        found
    }

    /// Returns whether the rules would admit a wish of an actor, who has not signed the same before.
    fn would_pass(&self, actor: &ActorId, roles: &BTreeSet<RoleId>, wish: &Wish) -> bool {
        let known = self.state().actors.get(actor);
        let key = known.and_then(|known| known.keys.iter().find(|(_, key)| key.revoked.is_none()));
        let Some((key, _)) = key else { return false };
        let Ok(id) = Rid::parse(&"0".repeat(32)) else { return false };
        roles.iter().any(|role| {
            let author = Author {
                actor: actor.clone(),
                key: key.clone(),
                role: Some(role.clone()),
                at: self.view.as_of,
                id: id.clone(),
                stand: None,
                correlation: None,
            };
            // What joins a proposal is told as such.
            draft(self.state(), &author, wish, self.view.facts).is_ok_and(|draft| draft.joins.is_none())
        })
    }

    /// Returns the statements of those whose inbox it is that are on something else than what is there now.
    fn changed(&self) -> Vec<Changed> {
        let state = self.state();
        let items = state.live_items().map(|(id, item)| (Noun::Item(id.clone()), &item.claims));
        let placed = state.placed.iter().map(|(noun, claims)| (noun.clone(), claims));
        let all = items.chain(placed).chain([(Noun::Repo, &state.repo)]);
        let mut found: Vec<Changed> = all.flat_map(|(noun, claims)| self.changed_on(&noun, claims)).collect();
        found.sort_by_key(|changed| Reverse(changed.made));
        found
    }

    fn changed_on(&self, noun: &Noun, claims: &Claims) -> Vec<Changed> {
        let mut found = Vec::new();
        for (claim, actors) in claims {
            for (actor, roles) in &self.people {
                let words = actors.get(actor).into_iter().flatten();
                let newest = words.max_by_key(|(_, said)| said.touch.seq);
                let held = |said: &Said| match self.whose {
                    Whose::Actor(_) => true,
                    Whose::Role(_) => said.role.as_ref().is_some_and(|role| roles.contains(role)),
                };
                let Some((then, said)) = newest.filter(|(_, said)| !said.retracted && held(said)) else { continue };
                let now = self.judgement.basis(claim, noun).filter(|now| now != then);
                if let Some(now) = now {
                    found.push(Changed {
                        actor: actor.clone(),
                        noun: noun.clone(),
                        claim: claim.clone(),
                        result: said.statement.result.clone(),
                        event: said.event.clone(),
                        made: said.made,
                        then: *then,
                        now,
                        again: self
                            .may_attest(actor, roles, noun, claim)
                            .then(|| format!("ledger attest {noun} {claim}")),
                    });
                }
            }
        }
        found
    }

    /// Returns whether the claim may still be made by an actor, whatever it says.
    fn may_attest(&self, actor: &ActorId, roles: &BTreeSet<RoleId>, noun: &Noun, claim: &Word) -> bool {
        let Some(rule) = self.state().charter.rules.claims.get(claim) else { return false };
        let excluded = self.view.excluded(&rule.by.not, noun);
        let own = authority::principal(self.state(), actor);
        let out = excluded.actors.iter().any(|other| authority::principal(self.state(), other) == own);
        !out && !excluded.unknown && roles.iter().any(|role| quorum::takes(&rule.by, role))
    }
}

impl Waiting {
    fn new(command: String, who: Vec<Supplier>) -> Waiting {
        Waiting {
            command,
            who,
            found: Vec::new(),
            rules: BTreeSet::new(),
            blocks: Arc::default(),
            actions: Arc::default(),
            proposal: None,
        }
    }
}

impl Changed {
    /// Returns the contents before and after, where it is the thing itself that changed, and not what else the claim speaks of.
    pub fn content(&self) -> Option<(Digest, Digest)> {
        (self.then.content != self.now.content).then_some((self.then.content, self.now.content))
    }
}

/// Returns whether a command only shows something.
fn shows(command: &str) -> bool {
    command.starts_with("ledger gate ")
}

/// Returns whether a block of these stops anything; a mark does not.
fn stops(stops: &[Stop]) -> bool {
    !stops.is_empty()
}
