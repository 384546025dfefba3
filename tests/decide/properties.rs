//! What holds whatever happens: random people wish random things in a small world.

use std::collections::{BTreeMap, BTreeSet};

use govledger::domain::code::Code;
use govledger::domain::commit;
use govledger::domain::decide::draft::{Change, Wish};
use govledger::domain::event::Body;
use govledger::domain::id::{Digest, ItemId};
use govledger::domain::replay::Replay;
use govledger::domain::sshsig::Verifier;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;

use crate::people::{SMALL, small};
use crate::world::*;

const PEOPLE: [&str; 10] = ["lena", "sam", "dana", "dmitri", "dora", "bot", "build", "ada", "max", "kim"];
const ITEMS: [&str; 6] = ["WP-1", "WP-2", "M-1", "N-1", "REL-1", "wp-1"];
const KINDS: [&str; 4] = ["packet", "memo", "note", "release"];
const CLAIMS: [&str; 6] = ["reviewed", "vouched", "audited", "agreed", "scanned", "looked-at"];
const STATES: [&str; 6] = ["planned", "active", "paused", "finished", "shipped", "written"];
const ROLES: [&str; 5] = ["lead", "security", "developer", "builder", "auditor"];

/// One thing that happens.
#[derive(Debug, Clone)]
enum Step {
    /// Somebody wishes something, with that key.
    Wish(&'static str, Wish),
    /// Somebody signs the first open proposal.
    Cosign(&'static str),
    /// Somebody goes on from what is there: moves an item, or takes back a statement, a seal, a block or evidence.
    Onward(&'static str, usize),
    /// Somebody writes a file.
    Write(&'static str, &'static str),
    /// Time passes.
    Days(i64),
}

fn of(list: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    proptest::sample::select(list)
}

fn path_of(item: &str) -> Option<String> {
    match item {
        "M-1" => Some("memos/m.md".to_owned()),
        packet if packet.starts_with("WP") => Some(format!("docs/packets/{packet}.md")),
        _ => None,
    }
}

fn declaring() -> impl Strategy<Value = Wish> {
    (of(&ITEMS), of(&KINDS), any::<bool>(), of(&ITEMS), 0..4).prop_map(|(item, kind, filed, other, link)| {
        let mut stated = stated();
        if let Some(path) = path_of(item).filter(|_| filed) {
            stated = stated.path(&path);
        }
        stated = match link {
            0 => stated.link("supersedes", &[other]),
            1 => stated.link("depends_on", &[other]),
            2 => stated.link("delivers", &[other]),
            _ => stated,
        };
        declare(item, kind, stated)
    })
}

/// Mostly what a kind is for, so that much of it is admitted.
fn plain_declaring() -> impl Strategy<Value = Wish> {
    of(&ITEMS[..5]).prop_map(|item| {
        let kind = match item {
            "M-1" => "memo",
            "N-1" => "note",
            "REL-1" => "release",
            _ => "packet",
        };
        let stated = path_of(item).map_or_else(stated, |path| stated().path(&path));
        declare(item, kind, stated)
    })
}

/// What goes over to another charter; in one of them memos are papers.
const MIGRATIONS: [&str; 3] = [
    "blocks = { HOLD = \"HOLD\" }\nseals = [\"packet\"]",
    "kinds = { memo = \"paper\" }",
    "kinds = { paper = \"memo\" }",
];

fn wishing() -> impl Strategy<Value = Wish> {
    let title = |(item, title): (&'static str, u8)| {
        let change = Change { title: Some(Some(format!("title {}", title % 3))), ..Change::default() };
        amend(item, change)
    };
    prop_oneof![
        3 => plain_declaring(),
        1 => declaring(),
        2 => (of(&ITEMS), any::<u8>()).prop_map(title),
        1 => (of(&ITEMS), of(&ITEMS)).prop_map(|(a, b)| relink(a, "supersedes", &[b])),
        3 => (of(&ITEMS), of(&STATES)).prop_map(|(item, state)| to(item, state)),
        3 => (of(&ITEMS), of(&STATES)).prop_map(|(item, state)| to_because(item, state, "KICKOFF")),
        4 => (of(&ITEMS), of(&CLAIMS)).prop_map(|(item, claim)| attest(item, claim, &[])),
        1 => of(&CLAIMS).prop_map(|claim| attest("repo", claim, &[])),
        2 => of(&ITEMS).prop_map(|item| attest(item, "reviewed", &["sound", "tested"])),
        1 => of(&ITEMS).prop_map(|item| attest_citing(item, "vouched", "log")),
        2 => (of(&ITEMS), of(&CLAIMS), of(&PEOPLE)).prop_map(|(item, claim, of)| retract(item, claim, Some(of))),
        4 => of(&ITEMS).prop_map(seal),
        2 => of(&ITEMS).prop_map(unseal),
        2 => of(&ITEMS).prop_map(|item| block_because(item, "HOLD", Some("FREEZE"))),
        1 => of(&ITEMS).prop_map(|item| block(item, "QUIET")),
        2 => of(&ITEMS).prop_map(|item| unblock(item, "HOLD", None)),
        1 => of(&ITEMS).prop_map(|item| unblock(item, "QUIET", None)),
        1 => Just(enrol(human("kim", &["lead", "developer"]))),
        1 => (of(&PEOPLE), of(&ROLES)).prop_map(|(who, role)| grant(who, role)),
        1 => (of(&PEOPLE), of(&ROLES)).prop_map(|(who, role)| ungrant(who, role)),
        1 => of(&PEOPLE).prop_map(|who| add_key(who, "spare")),
        1 => (of(&PEOPLE), proptest::option::of(0..6_u64)).prop_map(|(who, since)| revoke(who, who, since)),
        1 => Just(erase("log")),
        1 => (0..3).prop_map(|n| adopt(&SMALL.replace("handbook 4", &format!("handbook {n}")))),
        1 => of(&MIGRATIONS).prop_map(|migrate| {
            let text = if migrate.contains("\"paper\"") {
                SMALL.replace("[kinds.memo]", "[kinds.paper]").replace("on    = \"memo\"", "on    = \"paper\"")
            } else {
                SMALL.to_owned()
            };
            adopt(&format!("{text}\n[migrate]\n{migrate}\n"))
        }),
    ]
}

fn stepping() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => (of(&PEOPLE), wishing()).prop_map(|(who, wish)| Step::Wish(who, wish)),
        8 => of(&PEOPLE).prop_map(Step::Cosign),
        4 => (of(&PEOPLE), any::<usize>()).prop_map(|(who, which)| Step::Onward(who, which)),
        2 => (of(&["memos/m.md", "docs/packets/WP-1.md", "src/a.rs"]), of(&PEOPLE)).prop_map(|(at, by)| Step::Write(at, by)),
        1 => (1..40_i64).prop_map(Step::Days),
    ]
}

/// Takes a step; says whether it was admitted. `when` itself asserts that replay judges alike.
fn take(w: &mut World, step: &Step) -> Option<bool> {
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
        Step::Days(days) => {
            w.days(*days);
            None
        }
    }
}

/// Returns what the charter may allow as things are.
fn possible(w: &World) -> Vec<Wish> {
    let mut found = Vec::new();
    let cited = w.state().evidence.get(&Digest::of(b"log")).is_some_and(|log| log.erased.is_none());
    found.extend(cited.then(|| erase("log")));
    let said = w.state().items.values().flat_map(|item| item.claims.values()).flat_map(BTreeMap::values);
    let said = said.flat_map(BTreeMap::values).map(|said| said.event.to_string());
    found.extend(said.filter(|event| !w.state().confirmed.contains_key(event.as_str())).take(1).map(|e| confirm(&e)));
    for (id, item) in &w.state().items {
        let moves = w.state().charter.rules.kinds[&item.kind].moves.iter();
        let leaving = moves.filter(|m| m.from.contains(&Some(item.status.clone())));
        found.extend(leaving.map(|m| Wish::Move {
            id: id.clone(),
            to: m.to.clone(),
            because: m.because.first().cloned(),
        }));
        let name = id.as_str();
        found.push(if item.seal.is_some() { unseal(name) } else { seal(name) });
        let blocks = item.blocks.iter().filter(|block| block.lifted.is_none());
        found.extend(blocks.map(|block| unblock(id.as_str(), block.name.as_str(), None)));
        for (claim, actors) in &item.claims {
            found.extend(actors.keys().map(|of| retract(id.as_str(), claim.as_str(), Some(of.as_str()))));
        }
    }
    found
}

/// Wishes something, and where the refusal names others who can do it, has one of them wish it: nobody is named in vain.
fn insist(w: &mut World, who: &str, wish: &Wish) -> bool {
    let Err(refusal) = w.when(who, wish.clone()) else { return true };
    let of_authority = |code: Code| code.as_str().starts_with("authority.") && code != Code::AuthorityNoProposal;
    let first = &refusal.explanations[0];
    let Some(named) = first.who.iter().flat_map(|s| &s.actors).last().filter(|_| of_authority(first.code)) else {
        return false;
    };
    match w.when(named, wish.clone()) {
        Ok(_) => true,
        Err(other) => {
            let unknown = other.code() == Code::AuthorityAuthorUnknown;
            assert!(unknown || !of_authority(other.code()), "{who} is sent to {named} in vain:\n{}", told(&other));
            false
        }
    }
}

fn begun() -> World {
    let mut w = small();
    w.write("memos/m.md", "a memo", "lena");
    w.write("docs/packets/WP-1.md", "a packet", "dana");
    w
}

fn replays(chain: &[Vec<u8>]) -> Vec<Digest> {
    let mut replay = Replay::new(FORMAT);
    let mut verifier = Verifier::default();
    let mut digests = Vec::new();
    for bytes in chain {
        let event = commit::decode(FORMAT, bytes).expect("its bytes are an event's");
        event.verify_with(&mut verifier).expect("its signature is good");
        replay.push(&event).expect("what was admitted is part of the ledger");
        digests.push(replay.state().expect("there is genesis").digest());
    }
    digests
}

/// What must hold of every state that can be reached.
fn invariants(w: &World) -> Result<(), TestCaseError> {
    let state = w.state();
    let reachable = govledger::domain::quorum::is_reachable(state, &state.charter.rules.authority);
    prop_assert!(reachable && !state.founding, "the authority can always act");
    let mut keys = BTreeSet::new();
    for key in state.actors.values().flat_map(|actor| actor.keys.keys()) {
        prop_assert!(keys.insert(key.clone()), "a key belongs to one actor");
    }
    let mut folded = BTreeSet::new();
    let mut paths = BTreeMap::new();
    for (id, item) in &state.items {
        prop_assert!(folded.insert(id.folded()), "ids are unique in any case");
        let kind = &state.charter.rules.kinds[&item.kind];
        prop_assert!(kind.states.contains(&item.status));
        if let Some(path) = item.stated.path.as_ref().filter(|_| state.is_live(id)) {
            prop_assert!(paths.insert(path.folded(), id.clone()).is_none(), "one path has one live item");
        }
        prop_assert!(state.successor(id).is_none_or(|newest| state.is_live(newest)), "successors end in a live item");
        let mut names = BTreeSet::new();
        for block in item.blocks.iter().filter(|block| block.lifted.is_none()) {
            prop_assert!(names.insert(block.name.clone()), "one block of a name stands at a time");
        }
    }
    for proposal in state.proposals.values() {
        let mut principals = BTreeSet::new();
        for vote in &proposal.votes {
            let principal = govledger::domain::authority::principal(state, &vote.actor);
            prop_assert!(principals.insert(principal.clone()), "each principal signs a proposal once");
            let actor = &state.actors[&vote.actor];
            prop_assert!(actor.keys[&vote.key].revoked.is_none(), "no vote of a revoked key waits");
            prop_assert!(
                vote.role.as_ref().is_none_or(|role| actor.roles.contains(role)),
                "no vote of a lost role waits"
            );
        }
        if let Body::Sealed { .. } = proposal.body {
            let sealed =
                proposal.item.item().and_then(|id| state.items.get(id)).is_some_and(|item| item.seal.is_some());
            prop_assert!(!sealed, "nobody is asked to seal what is sealed");
        }
    }
    Ok(())
}

/// How many random worlds are lived through; `PROPTEST_CASES` asks for more.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(32)
}

/// The random worlds are worth living in: every type of event that the charter allows takes effect in some of them, and most are
/// proposed in some.
#[test]
fn random_worlds_reach_every_type_of_event() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let lives = proptest::collection::vec(stepping(), 70);
    let (mut done, mut proposed, mut refused) = (BTreeSet::new(), BTreeSet::new(), 0);
    for _ in 0..90 {
        let mut w = begun();
        for step in lives.new_tree(&mut runner).unwrap().current() {
            match take(&mut w, &step) {
                Some(true) => {
                    let event = w.last().event;
                    if event.pending { &mut proposed } else { &mut done }.insert(event.body.kind());
                }
                Some(false) => refused += 1,
                None => {}
            }
        }
    }
    let missing: Vec<&str> = Body::KINDS.into_iter().filter(|kind| !done.contains(kind)).collect();
    assert_eq!(missing, ["founded", "waived", "unwaived"]);
    let alone = ["amended", "moved", "unsealed"];
    let never: Vec<&str> =
        done.iter().copied().filter(|kind| !proposed.contains(kind) && !alone.contains(kind)).collect();
    assert!(never.is_empty(), "never proposed: {never:?}");
    assert!(refused > 1_000, "{refused} refusals");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    /// Replay of what was admitted gives the state that grew along, at every position, twice; what is refused changes nothing.
    #[test]
    fn replay_is_deterministic_and_consistent_in_every_prefix(steps in proptest::collection::vec(stepping(), 1..60)) {
        let mut w = begun();
        let mut grown = vec![w.digest()];
        for step in &steps {
            let before = (w.digest(), w.chain.len());
            if take(&mut w, step) == Some(true) {
                prop_assert_eq!(w.chain.len(), before.1 + 1);
                grown.push(w.digest());
                invariants(&w)?;
            } else {
                prop_assert_eq!((w.digest(), w.chain.len()), before);
            }
        }
        prop_assert_eq!(&replays(&w.chain), &grown);
        prop_assert_eq!(&replays(&w.chain), &grown);
        // A chain that is cut short is a ledger too, of the state that it had then.
        let half = w.chain.len().div_ceil(2);
        prop_assert_eq!(&replays(&w.chain[..half])[..], &grown[..half]);
    }

    /// What two people do to two items comes to the same for each of the items in either order.
    #[test]
    fn actions_on_different_items_commute(
        before in proptest::collection::vec(stepping(), 0..30),
        first in (of(&PEOPLE), wishing()),
        second in (of(&PEOPLE), wishing()),
    ) {
        let (Some(one), Some(two)) = (item_of(&first.1), item_of(&second.1)) else { return Ok(()) };
        prop_assume!(!one.eq_ignore_ascii_case(two) && first.0 != second.0);
        // A path, a place or a successor is shared ground; so are two links to the same target.
        prop_assume!(![&first.1, &second.1].iter().any(|wish| links(wish)));
        let mut w = begun();
        w.given("dana", declare("WP-1", "packet", stated().path("docs/packets/WP-1.md")));
        w.given("lena", declare("M-1", "memo", stated().path("memos/m.md")));
        for step in &before {
            take(&mut w, step);
        }
        let mut left = w.clone();
        let mut right = w;
        let one_left = left.when(first.0, first.1.clone()).is_ok();
        let two_left = left.when(second.0, second.1.clone()).is_ok();
        let two_right = right.when(second.0, second.1.clone()).is_ok();
        let one_right = right.when(first.0, first.1.clone()).is_ok();
        prop_assert_eq!((one_left, two_left), (one_right, two_right));
        for item in [one, two] {
            prop_assert_eq!(essence(&left, item), essence(&right, item));
        }
    }
}

fn item_of(wish: &Wish) -> Option<&str> {
    match wish {
        Wish::Do { item, .. } => item.item().map(ItemId::as_str),
        Wish::Declare { id, .. }
        | Wish::Amend { id, .. }
        | Wish::Move { id, .. }
        | Wish::Seal { id }
        | Wish::Unseal { id, .. }
        | Wish::Unblock { id, .. } => Some(id.as_str()),
        Wish::Attest(attestation) => attestation.noun.item().map(ItemId::as_str),
        Wish::Retract { noun, .. } => noun.item().map(ItemId::as_str),
        Wish::Cosign { .. } | Wish::Supersede { .. } => None,
    }
}

fn links(wish: &Wish) -> bool {
    match wish {
        Wish::Declare { stated, .. } => !stated.links.is_empty(),
        Wish::Amend { change, .. } => !change.links.is_empty(),
        _ => false,
    }
}

/// What an item is, without positions and ids of events, which differ with the order.
fn essence(w: &World, item: &str) -> Option<String> {
    let item = w.state().items.get(item)?;
    let blocks: Vec<_> = item.blocks.iter().map(|b| (&b.name, &b.reason, b.lifted.is_some())).collect();
    let seal = item.seal.as_ref().map(|seal| (&seal.by, seal.content));
    let claims: BTreeMap<_, Vec<_>> = item
        .claims
        .iter()
        .map(|(claim, actors)| {
            let words = actors
                .iter()
                .flat_map(|(actor, words)| words.iter().map(move |(b, s)| (actor, b, &s.statement, s.retracted)));
            (claim, words.collect())
        })
        .collect();
    let votes: BTreeSet<_> = w
        .state()
        .proposals
        .values()
        .filter(|p| p.item.item().is_some_and(|id| w.state().items.get(id) == Some(item)))
        .flat_map(|p| p.votes.iter().map(|v| (p.body.kind(), v.actor.clone())))
        .collect();
    Some(format!("{:?}", (&item.status, &item.stated, &item.authors, blocks, seal, claims, votes)))
}
