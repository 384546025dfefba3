//! What holds whatever happens: random people wish random things in a small world.

use std::collections::{BTreeMap, BTreeSet};

use govledger::domain::charter::Level;
use govledger::domain::commit;
use govledger::domain::decide::draft::Wish;
use govledger::domain::event::{Body, GateOutcome};
use govledger::domain::explain::Outcome;
use govledger::domain::facts::{Answer, Facts, Question};
use govledger::domain::id::{Digest, ItemId, Noun};
use govledger::domain::judge::{GateReport, View};
use govledger::domain::replay::Replay;
use govledger::domain::sshsig::Verifier;
use govledger::domain::state::State;
use govledger::domain::time::Timestamp;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;

use crate::life::{CASTS, Cast, SMALL_CAST, Step, stepping, take, waiving_much, wishing};
use crate::world::*;

/// A life in one of the worlds: who there is, how many of them found the ledger, and what happens.
fn lives(length: std::ops::Range<usize>) -> impl Strategy<Value = (&'static Cast, usize, Vec<Step>)> {
    let founders = prop_oneof![1 => Just(10), 1 => 1..10_usize];
    (proptest::sample::select(&CASTS[..]), founders).prop_flat_map(move |(cast, founders)| {
        (Just(cast), Just(founders), proptest::collection::vec(stepping(cast), length.clone()))
    })
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
    prop_assert!(
        reachable != state.founding,
        "the founding phase lasts until the authority can act, which it then can always"
    );
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
            let Some(actor) = state.actors.get(&vote.actor) else { continue };
            prop_assert!(principals.insert(principal.clone()), "each principal signs a proposal once");
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
    let lives = proptest::collection::vec(stepping(&SMALL_CAST), 70);
    let (mut done, mut proposed, mut refused) = (BTreeSet::new(), BTreeSet::new(), 0);
    for _ in 0..90 {
        let mut w = SMALL_CAST.begin(10, FORMAT);
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
    assert_eq!(missing, ["founded"]);
    let alone = ["amended", "moved", "unsealed", "unwaived"];
    let never: Vec<&str> =
        done.iter().copied().filter(|kind| !proposed.contains(kind) && !alone.contains(kind)).collect();
    assert!(never.is_empty(), "never proposed: {never:?}");
    assert!(refused > 1_000, "{refused} refusals");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    /// Replay of what was admitted gives the state that grew along, at every position, twice; what is refused changes nothing.
    #[test]
    fn replay_is_deterministic_and_consistent_in_every_prefix((cast, founders, steps) in lives(1..60)) {
        let mut w = cast.begin(founders, FORMAT);
        let mut grown = replays(&w.chain);
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
        before in proptest::collection::vec(stepping(&SMALL_CAST), 0..30),
        first in (SMALL_CAST.names(), wishing(&SMALL_CAST)),
        second in (SMALL_CAST.names(), wishing(&SMALL_CAST)),
    ) {
        let (Some(one), Some(two)) = (item_of(&first.1), item_of(&second.1)) else { return Ok(()) };
        prop_assume!(!one.eq_ignore_ascii_case(two) && first.0 != second.0);
        // A path, a place or a successor is shared ground; so are two links to the same target.
        prop_assume!(![&first.1, &second.1].iter().any(|wish| links(wish)));
        // How many are waived at once is counted over all items.
        prop_assume!(![&first.1, &second.1].iter().all(|wish| matches!(wish, Wish::Waive { .. } | Wish::Unwaive { .. })));
        let mut w = SMALL_CAST.begin(10, FORMAT);
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

/// Nothing is known of any file.
struct Dark;

impl Facts for Dark {
    fn ask(&self, _: &Question) -> Option<Answer> {
        None
    }
}

/// How every gate of the charter in force comes out, for the repository and for each item.
fn gates(state: &State, facts: &dyn Facts, at: Timestamp) -> Vec<GateReport> {
    let view = View { state, facts, as_of: at };
    let subjects: Vec<Noun> = state.items.keys().cloned().map(Noun::Item).chain([Noun::Repo]).collect();
    let names = state.charter.rules.gates.keys();
    names.flat_map(|gate| subjects.iter().map(move |subject| view.gate(gate, subject))).collect()
}

/// Returns states that lack one thing each that speaks for something: a word with the claim's first result and no denied
/// answer, a seal, or a waiver.
fn poorer(state: &State) -> Vec<State> {
    let mut all = Vec::new();
    for (id, item) in &state.items {
        if item.seal.is_some() {
            let mut less = state.clone();
            less.items.get_mut(id).unwrap().seal = None;
            all.push(less);
        }
        all.extend((0..item.waivers.len()).map(|at| {
            let mut less = state.clone();
            less.items.get_mut(id).unwrap().waivers.remove(at);
            less
        }));
    }
    let items = state.items.iter().map(|(id, item)| (Some(id), &item.claims));
    for (id, claims) in items.chain([(None, &state.repo)]) {
        // What a veto asks for speaks against.
        let gates = state.charter.rules.gates.values().flat_map(|gate| &gate.criteria);
        let vetoes: Vec<_> = gates.filter(|one| one.level == Level::Veto).flat_map(|one| &one.any).collect();
        for (claim, actors) in claims {
            if vetoes.iter().any(|sentence| sentence.text.contains(claim.as_str())) {
                continue;
            }
            let results = state.charter.rules.claims.get(claim).map(|claim| &claim.results);
            let first = results.and_then(|results| results.first()).map(|(word, _)| word);
            for (actor, words) in actors {
                for (basis, said) in words {
                    let speaks_for =
                        Some(&said.statement.result) == first && said.statement.answers.values().all(|yes| *yes);
                    let mut less = state.clone();
                    let claims = match id {
                        Some(id) => &mut less.items.get_mut(id).unwrap().claims,
                        None => &mut less.repo,
                    };
                    claims.get_mut(claim).unwrap().get_mut(actor).unwrap().remove(basis);
                    all.extend(speaks_for.then_some(less));
                }
            }
        }
    }
    all
}

/// Lives through so many random lives in each world, and shows every state on the way.
fn live_through(lives: usize, look: impl FnMut(&World)) {
    live_by(|cast| stepping(cast).boxed(), lives, look);
}

/// Lives through so many lives of steps that are drawn in a certain way.
fn live_by(steps: impl Fn(&'static Cast) -> BoxedStrategy<Step>, lives: usize, mut look: impl FnMut(&World)) {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for turn in 0..lives {
        let cast = CASTS[turn % CASTS.len()];
        let mut w = cast.begin(10, FORMAT);
        cast.settle(&mut w);
        for step in proptest::collection::vec(steps(cast), 40).new_tree(&mut runner).unwrap().current() {
            if take(&mut w, &step) == Some(true) {
                look(&w);
            }
        }
    }
}

/// A gate passes only where every must passes, and what passes on little knowledge passes on more: what is unknown counts
/// against.
#[test]
fn no_gate_passes_with_an_unknown_must() {
    let (mut passed, mut unknown, mut dimmed) = (0, 0, 0);
    live_through(12, |w| {
        let known = gates(w.state(), &w.tree, w.now);
        let dark = gates(w.state(), &Dark, w.now);
        for (known, dark) in known.iter().zip(&dark) {
            for report in [known, dark] {
                let musts = || report.criteria.iter().filter(|criterion| criterion.level == Level::Must);
                assert!(!report.passes() || musts().all(|must| must.judged && must.outcome.passes()), "{report:?}");
                unknown += usize::from(musts().any(|must| must.outcome == Outcome::Unknown));
            }
            assert!(!dark.passes() || known.passes(), "it passes in the dark only: {dark:?}");
            passed += usize::from(known.passes());
            dimmed += usize::from(known.passes() && !dark.passes());
        }
    });
    assert!(passed > 50 && unknown > 50 && dimmed > 10, "{passed} passed, {unknown} unknown, {dimmed} by facts");
}

/// Less that speaks for something never lets more pass.
#[test]
fn to_take_away_an_attestation_or_a_seal_turns_no_gate_to_pass() {
    let (mut tried, mut closed) = (0, 0);
    live_through(12, |w| {
        if !w.chain.len().is_multiple_of(8) {
            return;
        }
        let before = gates(w.state(), &w.tree, w.now);
        for less in poorer(w.state()) {
            for (before, after) in before.iter().zip(gates(&less, &w.tree, w.now)) {
                assert!(before.passes() || !after.passes(), "{before:?}\n{after:?}");
                closed += usize::from(before.passes() && !after.passes());
            }
            tried += 1;
        }
    });
    assert!(tried > 100 && closed > 10, "{tried} things were taken away, and {closed} gates closed");
}

/// A waiver sets a must aside and nothing else: what a veto stops, it stops with every waiver, and what passes without any passes with
/// them. Each is seen to let something pass.
#[test]
fn a_waiver_opens_what_must_be_met_and_never_what_is_vetoed() {
    let (mut vetoed, mut opened) = (0, 0);
    live_by(waiving_much, 20, |w| {
        if w.state().items.values().all(|item| item.waivers.is_empty()) {
            return;
        }
        let mut bare = w.state().clone();
        bare.items.values_mut().for_each(|item| item.waivers.clear());
        for (without, with) in gates(&bare, &w.tree, w.now).iter().zip(gates(w.state(), &w.tree, w.now)) {
            let waived = with.criteria.iter().any(|criterion| criterion.outcome == Outcome::Waived);
            assert!(with.passes() || !without.passes(), "{without:?}\n{with:?}");
            if without.outcome == GateOutcome::Veto {
                assert_eq!(with.outcome, GateOutcome::Veto, "{with:?}");
                vetoed += usize::from(waived);
            }
            opened += usize::from(with.passes() && !without.passes());
            assert!(!waived || with.criteria.iter().all(|c| c.outcome != Outcome::Waived || c.level == Level::Must));
        }
    });
    assert!(vetoed > 3 && opened > 3, "{vetoed} gates were vetoed under a waiver, and {opened} opened by one");
}

fn item_of(wish: &Wish) -> Option<&str> {
    match wish {
        Wish::Do { item, .. } => item.item().map(ItemId::as_str),
        Wish::Declare { id, .. }
        | Wish::Amend { id, .. }
        | Wish::Move { id, .. }
        | Wish::Seal { id }
        | Wish::Unseal { id, .. }
        | Wish::Unblock { id, .. }
        | Wish::Waive { id, .. }
        | Wish::Unwaive { id, .. } => Some(id.as_str()),
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
    let waivers: Vec<_> =
        item.waivers.iter().map(|w| (&w.rule, &w.until, w.revoked.is_some(), w.ended.is_some())).collect();
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
    Some(format!("{:?}", (&item.status, &item.stated, &item.authors, blocks, waivers, seal, claims, votes)))
}
