//! Random lives: people wish this and that, in one of a few worlds. Whatever is admitted is an event of the ledger.
//!
//! A [`Cast`] says who and what there is; [`stepping`] draws what happens; [`take`] lets it happen.

use std::collections::BTreeMap;

use govledger::domain::code::Code;
use govledger::domain::commit::ObjectFormat;
use govledger::domain::decide::draft::{Attestation, Change, Draft, Wish};
use govledger::domain::decide::{RECOVERY, Refusal};
use govledger::domain::event::{Body, Person, Recovery};
use govledger::domain::id::{Digest, Noun};
use proptest::prelude::*;
use proptest::sample::select;

use crate::people::{self, KEEP, PHASE_E};
use crate::world::*;

/// What a text says in place of what.
type Replaced = &'static [(&'static str, &'static str)];

/// Who and what there is in a world.
#[derive(Debug)]
pub(crate) struct Cast {
    pub(crate) charter: &'static str,
    /// What other charters of this world say in place of what.
    amended: Replaced,
    /// How this world goes over to other charters: what they say in place of what, and the table `migrate`.
    migrated: &'static [(Replaced, &'static str)],
    people: fn() -> Vec<Person>,
    /// Who wishes: the people, somebody who may be enrolled, and the holders of the offline keys.
    names: &'static [&'static str],
    newcomer: (&'static str, &'static [&'static str]),
    /// Offline keys, and how many of them act together.
    recovery: Option<(u64, &'static [&'static str])>,
    /// Items as they could be declared: id, kind, path.
    items: &'static [(&'static str, &'static str, &'static str)],
    /// An id that equals one of the items in another case.
    twin: &'static str,
    /// Claims with their questions.
    claims: &'static [(&'static str, &'static [&'static str])],
    results: &'static [&'static str],
    states: &'static [&'static str],
    roles: &'static [&'static str],
    links: &'static [&'static str],
    /// Blocks, each with a code where it has some, and a record.
    blocks: &'static [(&'static str, &'static str, &'static str)],
    /// What may be waived, and what may not.
    waivable: &'static [&'static str],
    /// A code of the moves.
    code: &'static str,
    /// Files and the bytes that they begin with.
    files: &'static [&'static str],
}

/// Every cast that there is.
pub(crate) static CASTS: [&Cast; 3] = [&SMALL_CAST, &KEEP_CAST, &PHASE_CAST];

/// In it memos are papers.
const PAPERS: Replaced = &[("[kinds.memo]", "[kinds.paper]"), ("on    = \"memo\"", "on    = \"paper\"")];

/// In it a status, a role and a claim have other names.
const RENAMED: Replaced = &[("tested", "proven"), ("maker", "worker"), ("approved", "endorsed")];

/// In it the lead is alone.
const ALONE: Replaced = &[("lead | deputy", "lead"), ("1 lead|deputy", "1 lead"), ("deputy = \"human\"\n", "")];

/// The small charter, with something to be waived.
const WAIVABLE: &str = concat!(include_str!("small.toml"), include_str!("small-waivers.toml"));

pub(crate) static SMALL_CAST: Cast = Cast {
    charter: WAIVABLE,
    amended: &[
        ("handbook 4", "handbook 5"),
        ("handbook 4", "handbook 6"),
        ("vouched   = { by = \"developer | security\" }", "vouched   = { by = \"2 developer|security\" }"),
    ],
    migrated: &[
        (&[], "blocks = { HOLD = \"HOLD\" }\nseals = [\"packet\"]"),
        (PAPERS, "kinds = { memo = \"paper\" }"),
        (&[], "kinds = { paper = \"memo\" }"),
        (&[("lead", "chief")], "roles = { lead = \"chief\" }"),
    ],
    people: people::staff,
    names: &["lena", "sam", "dana", "dmitri", "dora", "bot", "build", "ada", "max", "kim"],
    newcomer: ("kim", &["lead", "developer"]),
    recovery: None,
    items: &[
        ("WP-1", "packet", "docs/packets/WP-1.md"),
        ("WP-2", "packet", "docs/packets/WP-2.md"),
        ("M-1", "memo", "memos/m.md"),
        ("N-1", "note", ""),
        ("REL-1", "release", ""),
    ],
    twin: "wp-1",
    claims: &[
        ("reviewed", &["sound", "tested"]),
        ("vouched", &[]),
        ("audited", &[]),
        ("agreed", &[]),
        ("scanned", &[]),
        ("looked-at", &[]),
    ],
    results: &["approve", "reject", "pass"],
    states: &["planned", "active", "paused", "finished", "shipped", "written"],
    roles: &["lead", "security", "developer", "builder", "auditor"],
    links: &["supersedes", "depends_on", "delivers"],
    blocks: &[("HOLD", "FREEZE", ""), ("QUIET", "", "")],
    waivable: &["closing.vouched", "closing.scanned", "shipping.vouched", "shipping.agreed", "shipping.looked"],
    code: "KICKOFF",
    files: &["memos/m.md", "docs/packets/WP-1.md", "src/a.rs"],
};

/// An authority of one with offline keys, one of its people with a security token.
pub(crate) static KEEP_CAST: Cast = Cast {
    charter: KEEP,
    amended: &[
        ("cite = \"1.2\"", "cite = \"1.3\""),
        ("authority = \"lead | deputy\"", "authority = \"1 lead|deputy + 1 judge\""),
        ("seal   = \"2 judge\"", "seal   = \"judge | lead\""),
    ],
    migrated: &[
        (
            RENAMED,
            "states = { thing = { tested = \"proven\" } }\nroles = { maker = \"worker\" }\nclaims = { approved = \"endorsed\" }",
        ),
        (&[("STOP", "HALT")], "blocks = { STOP = \"HALT\" }\nseals = [\"paper\", \"thing\"]"),
        (ALONE, "dissolved = [\"deputy\"]\nblocks = { STOP = \"STOP\" }\nseals = [\"thing\"]"),
    ],
    people: people::keepers,
    names: &["lena", "mira", "juno", "jack", "bot", "build", "kim", "recovery-1", "recovery-2", "recovery-3"],
    newcomer: ("kim", &["deputy", "maker"]),
    recovery: Some((2, &["recovery-1", "recovery-2", "recovery-3"])),
    items: &[
        ("T-1", "thing", ""),
        ("T-2", "thing", ""),
        ("P-1", "paper", "papers/one.md"),
        ("P-2", "paper", "papers/two é.md"),
    ],
    twin: "t-1",
    claims: &[("tried", &[]), ("approved", &["safe"]), ("watched", &[]), ("checked", &[])],
    results: &["pass", "fail"],
    states: &["open", "tested", "closed", "filed"],
    roles: &["lead", "deputy", "maker", "judge"],
    links: &["answers", "part_of", "supersedes"],
    blocks: &[("STOP", "", "P-1")],
    waivable: &["closing.agreed"],
    code: "NONE",
    files: &["papers/one.md", "papers/two é.md"],
};

pub(crate) static PHASE_CAST: Cast = Cast {
    charter: PHASE_E,
    amended: &[
        ("a phase whose index", "a phase whose list"),
        ("reviewer            = \"human\"", "reviewer = \"human | agent\""),
    ],
    migrated: &[],
    people: people::governance,
    names: &["lena", "kim", "dora", "bot", "raj", "petra", "omar", "ines", "rita"],
    newcomer: ("rita", &["reviewer", "platform-governance"]),
    recovery: None,
    items: &[
        ("E-05", "artifact", "docs/16-phase-e/e-05.md"),
        ("E-12", "record", "docs/16-phase-e/e-12.md"),
        ("MIG-06", "migration", ""),
        ("CP-21", "prerequisite", "docs/control-plane/cp-21.md"),
        ("D-001", "decision", ""),
        ("D-002", "decision", ""),
        ("R-001", "risk", ""),
        ("C-001", "control", ""),
    ],
    twin: "e-05",
    claims: &[
        ("review", &["complete", "deterministic", "consistent"]),
        ("deterministic", &[]),
        ("formal-review", &["fail-closed", "dependencies-safe", "observable"]),
        ("proof", &[]),
        ("checklist", &["prerequisite", "documents", "reviews", "seals", "risks"]),
    ],
    results: &["approve", "reject", "confirm", "recorded"],
    states: &["draft", "complete", "planned", "active", "done", "resolved", "open", "mitigated"],
    roles: &["platform-governance", "drafter", "reviewer", "approver"],
    links: &["supersedes", "cites", "controlled_by"],
    blocks: &[("DESIGN-BLOCKED", "", "E-12")],
    waivable: &["readiness.index"],
    code: "NONE",
    files: &["docs/16-phase-e/e-05.md", "docs/16-phase-e/e-12.md", "docs/control-plane/cp-21.md"],
};

/// One thing that happens.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// Somebody wishes something.
    Wish(&'static str, Wish),
    /// Somebody signs the first open proposal.
    Cosign(&'static str),
    /// Somebody goes on from what is there: moves an item, or takes back a statement, a seal, a block or evidence.
    Onward(&'static str, usize),
    /// Somebody writes a file; a name with `?` is an unsigned commit.
    Write(&'static str, String),
    /// Time passes, in seconds.
    Wait(i64),
    /// Time passes until the first proposal has so many seconds left, or had them left, and somebody says the same again.
    Lapse(i64, &'static str),
    /// Who signed the first proposal first revokes the key of that signature.
    Withdraw,
}

impl Cast {
    /// Begins the world with the first so many people in genesis; the others are enrolled one by one, as far as it goes.
    pub(crate) fn begin(&self, founders: usize, format: ObjectFormat) -> World {
        let mut all = (self.people)();
        let rest = all.split_off(founders.clamp(1, all.len()));
        let first = all[0].actor.to_string();
        let recovery = self
            .recovery
            .map(|(quorum, names)| Recovery { quorum, keys: names.iter().map(|name| public(name)).collect() });
        let mut genesis = founding(self.charter, &all, recovery);
        format.as_str().clone_into(&mut genesis.object_format);
        let mut w = World::try_found(&first, genesis).unwrap_or_else(|invalid| panic!("{invalid}"));
        for file in self.files {
            w.write(file, "the first words", &first);
        }
        for person in rest {
            if insist(&mut w, &first, &enrol(person))
                && let Some(proposal) = w.last().event.pending.then(|| w.last_id().to_string())
            {
                insist(&mut w, self.names[1], &Wish::Cosign { proposal });
            }
        }
        w
    }

    /// Has everything declared and everything said of it, as far as it goes.
    pub(crate) fn settle(&self, w: &mut World) {
        for (number, (id, kind, path)) in self.items.iter().enumerate() {
            insist(w, self.names[number % self.names.len()], &declare(id, kind, stated_at(path)));
            for (number, (claim, questions)) in self.claims.iter().enumerate() {
                insist(w, self.names[number % self.names.len()], &attest(id, claim, questions));
                insist(w, self.names[number % self.names.len()], &attest("repo", claim, questions));
            }
        }
    }

    pub(crate) fn names(&self) -> impl Strategy<Value = &'static str> + use<> {
        select(self.names)
    }

    pub(crate) fn roles(&self) -> impl Strategy<Value = &'static str> + use<> {
        select(self.roles)
    }

    fn item(&self) -> impl Strategy<Value = &'static str> + use<> {
        let twin = self.twin;
        prop_oneof![12 => select(self.items).prop_map(|(id, ..)| id), 1 => Just(twin)]
    }
}

fn stated_at(path: &str) -> Stated {
    if path.is_empty() { stated() } else { stated().path(path) }
}

fn declaring(cast: &'static Cast) -> impl Strategy<Value = Wish> {
    let link = proptest::option::of((select(cast.links), cast.item()));
    (cast.item(), select(cast.items), any::<bool>(), link).prop_map(|(item, (_, kind, path), filed, link)| {
        let stated = stated_at(if filed { path } else { "" });
        declare(item, kind, link.into_iter().fold(stated, |stated, (link, target)| stated.link(link, &[target])))
    })
}

/// What a kind is for, so that much of it is admitted.
fn plain_declaring(cast: &'static Cast) -> impl Strategy<Value = Wish> {
    select(cast.items).prop_map(|(id, kind, path)| declare(id, kind, stated_at(path)))
}

/// A statement with the first result and yes to every question, or another result.
fn attesting(cast: &'static Cast) -> impl Strategy<Value = Wish> {
    let result = proptest::option::weighted(0.2, select(cast.results).prop_map(word));
    let noun = prop_oneof![6 => cast.item(), 1 => Just("repo")];
    (noun, select(cast.claims), result, any::<bool>()).prop_map(|(on, (claim, questions), result, cites)| {
        let answers = questions.iter().map(|question| (word(question), true)).collect();
        let evidence = cites.then(|| evidence("log")).into_iter().collect();
        Wish::Attest(Box::new(Attestation { result, answers, evidence, ..attestation(on, claim) }))
    })
}

fn placing(cast: &'static Cast) -> impl Strategy<Value = Wish> {
    (cast.item(), select(cast.blocks)).prop_map(|(item, (name, because, _))| {
        block_because(item, name, Some(because).filter(|because| !because.is_empty()))
    })
}

fn lifting(cast: &'static Cast) -> impl Strategy<Value = Wish> {
    (cast.item(), select(cast.blocks))
        .prop_map(|(item, (name, _, record))| unblock(item, name, Some(record).filter(|record| !record.is_empty())))
}

/// A key of somebody, by its name.
fn key_name(who: &str, which: u8) -> String {
    match which % 4 {
        0 => format!("token-{who}"),
        1 => format!("{who}-2"),
        _ => who.to_owned(),
    }
}

/// Wishes about people, keys and rules.
fn governing(cast: &'static Cast) -> impl Strategy<Value = Wish> {
    let key = || (cast.names(), any::<u8>()).prop_map(|(who, which)| (who, key_name(who, which)));
    prop_oneof![
        1 => Just(enrol(human(cast.newcomer.0, cast.newcomer.1))),
        1 => (cast.names(), select(cast.roles)).prop_map(|(who, role)| grant(who, role)),
        1 => (cast.names(), select(cast.roles)).prop_map(|(who, role)| ungrant(who, role)),
        1 => key().prop_map(|(who, key)| add_key(who, &key)),
        1 => (key(), proptest::option::of(0..12_u64)).prop_map(|((who, key), since)| revoke(who, &key, since)),
        1 => Just(erase("log")),
        2 => adopting(cast),
    ]
}

/// Another charter: one that says something else, or to which what lives goes over.
fn adopting(cast: &'static Cast) -> impl Strategy<Value = Wish> {
    (0..cast.amended.len() + cast.migrated.len()).prop_map(move |which| {
        let (replaced, migrate) = match cast.amended.get(which) {
            Some(one) => (std::slice::from_ref(one), ""),
            None => cast.migrated[which - cast.amended.len()],
        };
        let text = replaced.iter().fold(cast.charter.to_owned(), |text, (old, new)| {
            assert!(text.contains(old), "the charter says {old}");
            text.replace(old, new)
        });
        adopt(&if migrate.is_empty() { text } else { format!("{text}\n[migrate]\n{migrate}\n") })
    })
}

fn waiving(cast: &'static Cast) -> impl Strategy<Value = Wish> {
    (cast.item(), select(cast.waivable)).prop_map(|(item, rule)| Wish::Waive {
        id: id(item),
        rule: rule.to_owned(),
        class: None,
        reason: "there is no time".to_owned(),
        controls: "it is watched".to_owned(),
        until: None,
    })
}

pub(crate) fn wishing(cast: &'static Cast) -> impl Strategy<Value = Wish> {
    let title = |(item, title): (&'static str, u8)| {
        let change = Change { title: Some(Some(format!("title {}", title % 3))), ..Change::default() };
        amend(item, change)
    };
    let code = cast.code;
    prop_oneof![
        3 => plain_declaring(cast),
        1 => declaring(cast),
        2 => (cast.item(), any::<u8>()).prop_map(title),
        1 => (cast.item(), cast.item()).prop_map(|(a, b)| relink(a, "supersedes", &[b])),
        3 => (cast.item(), select(cast.states)).prop_map(|(item, state)| to(item, state)),
        3 => (cast.item(), select(cast.states)).prop_map(move |(item, state)| to_because(item, state, code)),
        8 => attesting(cast),
        2 => (cast.item(), select(cast.claims), cast.names()).prop_map(|(item, (claim, _), of)| retract(item, claim, Some(of))),
        4 => cast.item().prop_map(seal),
        2 => cast.item().prop_map(unseal),
        3 => placing(cast),
        3 => lifting(cast),
        3 => waiving(cast),
        6 => governing(cast),
    ]
}

pub(crate) fn stepping(cast: &'static Cast) -> impl Strategy<Value = Step> {
    let by = (cast.names(), any::<bool>())
        .prop_map(|(who, signed)| if signed { who.to_owned() } else { format!("?{who}@example.org") });
    prop_oneof![
        12 => (cast.names(), wishing(cast)).prop_map(|(who, wish)| Step::Wish(who, wish)),
        8 => cast.names().prop_map(Step::Cosign),
        4 => (cast.names(), any::<usize>()).prop_map(|(who, which)| Step::Onward(who, which)),
        2 => (select(cast.files), by).prop_map(|(at, by)| Step::Write(at, by)),
        1 => (1..3_456_000_i64).prop_map(Step::Wait),
        1 => (-1..2_i64, cast.names()).prop_map(|(left, who)| Step::Lapse(left, who)),
        1 => Just(Step::Withdraw),
    ]
}

/// Steps of lives in which much is waived: who asks, and whoever joins, stands beside everything else.
pub(crate) fn waiving_much(cast: &'static Cast) -> BoxedStrategy<Step> {
    prop_oneof![
        2 => (cast.names(), waiving(cast)).prop_map(|(who, wish)| Step::Wish(who, wish)),
        2 => cast.names().prop_map(Step::Cosign),
        4 => stepping(cast),
    ]
    .boxed()
}

/// Takes a step; says whether it was admitted. `when` itself asserts that replay judges alike.
pub(crate) fn take(w: &mut World, step: &Step) -> Option<bool> {
    match step {
        Step::Wish(who, wish) => Some(insist(w, who, wish)),
        Step::Cosign(who) => {
            let first = w.state().proposals.values().find_map(|p| p.votes.first()).map(|v| v.event.to_string())?;
            Some(insist(w, who, &Wish::Cosign { proposal: first }))
        }
        Step::Onward(who, which) => {
            let possible = possible(w);
            let wish = possible.get(which.checked_rem(possible.len())?)?;
            Some(insist(w, who, wish))
        }
        Step::Write(at, by) => {
            let bytes = format!("written at {}", w.chain.len());
            w.write(at, &bytes, by);
            None
        }
        Step::Wait(seconds) => {
            w.wait(*seconds);
            None
        }
        Step::Lapse(left, who) => {
            let first = w.state().proposals.values().next()?;
            let again = Wish::Do { item: first.item.clone(), body: first.body.clone() };
            let end = first.votes.first()?.touch.at.seconds() + 30 * 86_400;
            w.wait((end - left - w.now.seconds()).max(0));
            Some(insist(w, who, &again))
        }
        Step::Withdraw => {
            let vote = w.state().proposals.values().find_map(|p| p.votes.first()).cloned()?;
            let reason = "it was lent to somebody".to_owned();
            let (actor, key) = (vote.actor.clone(), vote.key);
            let revoked = Body::KeyRevoked { actor, key, compromised_since: None, reason };
            Some(insist(w, vote.actor.as_str(), &Wish::Do { item: Noun::Repo, body: revoked }))
        }
    }
}

/// Wishes something with a key of one's own that counts, if there is one.
pub(crate) fn wish(w: &mut World, who: &str, wish: Wish) -> Result<Draft, Refusal> {
    if who.starts_with(RECOVERY) {
        return w.when_as(RECOVERY, who, None, wish);
    }
    w.when_as(who, &key_of(w, who), None, wish)
}

/// Returns the name of the first key of somebody's that counts; the one that they began with where none does.
pub(crate) fn key_of(w: &World, who: &str) -> String {
    let names = [who.to_owned(), key_name(who, 0), key_name(who, 1)];
    let keys = w.state().actors.get(who).map(|actor| &actor.keys);
    let counts = |name: &&String| keys.and_then(|keys| keys.get(&print(name))).is_some_and(|key| key.revoked.is_none());
    names.iter().find(counts).map_or(who, String::as_str).to_owned()
}

/// Returns what the charter may allow as things are.
fn possible(w: &World) -> Vec<Wish> {
    let mut found = Vec::new();
    let cited = w.state().evidence.get(&Digest::of(b"log")).is_some_and(|log| log.erased.is_none());
    found.extend(cited.then(|| erase("log")));
    let said = w.state().items.values().flat_map(|item| item.claims.values()).flat_map(BTreeMap::values);
    let said = said.flat_map(BTreeMap::values).map(|said| said.event.to_string());
    found.extend(said.filter(|event| !w.state().confirmed.contains_key(event.as_str())).take(1).map(|e| confirm(&e)));
    let rules = &w.state().charter.rules;
    // A theft that comes to light after the key was revoked.
    for (actor, known) in &w.state().actors {
        for (key, record) in known.keys.iter().filter(|(_, key)| key.revoked.is_some()) {
            let (compromised_since, reason) = (Some(record.since), "it was copied".to_owned());
            let body = Body::KeyRevoked { actor: actor.clone(), key: key.clone(), compromised_since, reason };
            found.push(Wish::Do { item: Noun::Repo, body });
        }
    }
    // What is proposed about something ends where another takes its place.
    for old in w.state().proposals.values().filter_map(|proposal| proposal.item.item()) {
        let mut new = old.to_string();
        new.replace_range(new.len() - 1.., "9");
        let others = w.state().items.keys().filter(|other| *other != old);
        found.extend(others.map(|other| relink(other.as_str(), "supersedes", &[old.as_str()])));
        found.push(Wish::Supersede { old: old.clone(), new: id(&new), status: None, change: Change::default() });
    }
    for (id, item) in &w.state().items {
        let moves = rules.kinds[&item.kind].moves.iter();
        let leaving = moves.filter(|m| m.from.contains(&Some(item.status.clone())));
        found.extend(leaving.map(|m| Wish::Move {
            id: id.clone(),
            to: m.to.clone(),
            because: m.because.first().cloned(),
        }));
        let name = id.as_str();
        found.push(if item.seal.is_some() { unseal(name) } else { seal(name) });
        for block in item.blocks.iter().filter(|block| block.lifted.is_none()) {
            let record = rules.blocks.get(&block.name).and_then(|rule| rule.record.as_ref());
            found.push(unblock(name, block.name.as_str(), record.map(govledger::domain::id::ItemId::as_str)));
        }
        for waiver in item.waivers.iter().filter(|waiver| waiver.revoked.is_none()) {
            let reason = "there is time again".to_owned();
            found.push(Wish::Unwaive { id: id.clone(), rule: waiver.rule.clone(), reason });
        }
        for (claim, actors) in &item.claims {
            found.extend(actors.keys().map(|of| retract(name, claim.as_str(), Some(of.as_str()))));
            let facts = actors.values().flat_map(|words| words.values()).map(|said| said.event.clone());
            found.extend(facts.map(|event| Wish::Do {
                item: Noun::Item(id.clone()),
                body: Body::Retracted { event, claim: None, reason: "that commit is unknown".to_owned() },
            }));
        }
    }
    found
}

/// Wishes something, and where the refusal names others who can do it, has one of them wish it: nobody is named in vain.
fn insist(w: &mut World, who: &str, wanted: &Wish) -> bool {
    let Err(refusal) = wish(w, who, wanted.clone()) else { return true };
    let of_authority = |code: Code| code.as_str().starts_with("authority.") && code != Code::AuthorityNoProposal;
    let first = &refusal.explanations[0];
    let Some(named) = first.who.iter().flat_map(|s| &s.actors).last().filter(|_| of_authority(first.code)) else {
        return false;
    };
    match wish(w, named, wanted.clone()) {
        Ok(_) => true,
        Err(other) => {
            let unknown = other.code() == Code::AuthorityAuthorUnknown;
            assert!(unknown || !of_authority(other.code()), "{who} is sent to {named} in vain:\n{}", told(&other));
            false
        }
    }
}
