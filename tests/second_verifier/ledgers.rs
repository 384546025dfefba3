//! Random ledgers, each from a number: people live under one of three charters, and what is admitted is a ledger.

use govledger::domain::commit::{self, ObjectFormat};
use govledger::domain::event::Event;
use govledger::domain::id::{Digest, TaggedOid};
use proptest::strategy::{Strategy, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::keys::oid;
use crate::life::{self, CASTS, Cast};
use crate::world::{World, secret};

/// A source of chance that gives the same for the same seed.
pub(crate) struct Chance(TestRunner);

impl Chance {
    pub(crate) fn new(seed: u64, what: &str) -> Chance {
        let seed = Digest::of(format!("{what} {seed}").as_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, seed.as_bytes());
        Chance(TestRunner::new_with_rng(Config::default(), rng))
    }

    pub(crate) fn draw<S: Strategy>(&mut self, strategy: S) -> S::Value {
        strategy.new_tree(&mut self.0).unwrap().current()
    }

    /// Returns a number below a bound.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.draw(0..bound)
    }

    pub(crate) fn pick<T: Clone>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())].clone()
    }

    /// Returns true in one of so many cases.
    pub(crate) fn once_in(&mut self, cases: usize) -> bool {
        self.below(cases) == 0
    }
}

/// A chain of commits that wants to be a ledger.
#[derive(Clone)]
pub(crate) struct Chain {
    pub(crate) format: ObjectFormat,
    pub(crate) commits: Vec<Vec<u8>>,
    /// The events as they were before anything was broken, each with the name of the key that signed it.
    pub(crate) events: Vec<(Event, String)>,
}

/// A ledger as it grew.
pub(crate) struct Drawn {
    pub(crate) cast: &'static Cast,
    pub(crate) chain: Chain,
    /// The world at some moments: when it began, in between, and at the end.
    pub(crate) moments: Vec<World>,
}

/// Returns the ledger of a seed: 10 to 40 events that were admitted one after the other.
pub(crate) fn ledger(seed: u64) -> Drawn {
    let mut chance = Chance::new(seed, "ledger");
    let cast = CASTS[usize::try_from(seed).unwrap() % CASTS.len()];
    let format = if chance.once_in(2) { ObjectFormat::Sha256 } else { ObjectFormat::Sha1 };
    let founders = if chance.once_in(2) { 10 } else { 1 + chance.below(9) };
    let mut world = cast.begin(founders, format);
    let mut moments = vec![world.clone()];
    let length = 10 + chance.below(31);
    // Who does nothing that is admitted for so long lives on in peace.
    for _ in 0..300 {
        if world.chain.len() >= length {
            break;
        }
        let step = chance.draw(life::stepping(cast));
        if life::take(&mut world, &step) == Some(true) && chance.once_in(6) {
            moments.push(world.clone());
        }
    }
    moments.push(world.clone());
    let events = world.chain.iter().map(|bytes| commit::decode(format, bytes).unwrap().event);
    let chain = Chain { format, events: events.zip(world.signers.clone()).collect(), commits: world.chain };
    Drawn { cast, chain, moments }
}

impl Chain {
    pub(crate) fn parent(&self, at: usize) -> Option<TaggedOid> {
        at.checked_sub(1).map(|before| oid(self.format, &self.commits[before]))
    }

    pub(crate) fn sha256(&self, at: usize) -> Digest {
        Digest::of(&self.commits[at])
    }

    /// Signs an event as it is, on the commit before a place.
    pub(crate) fn sign(&self, at: usize, event: &Event, key: &str) -> Vec<u8> {
        secret(key).commit(self.format, self.parent(at).as_ref(), event)
    }

    /// Writes the commits from a place on anew from the events: each in its position, on the one before it, at no earlier time.
    pub(crate) fn rewrite(&mut self, from: usize) {
        for at in from..self.events.len() {
            self.commits.truncate(at);
            let (mut event, key) = self.events[at].clone();
            event.seq = at as u64;
            event.prev = at.checked_sub(1).map(|before| self.sha256(before));
            let commit = self.sign(at, &event, &key);
            self.events[at].0 = event;
            self.commits.push(commit);
        }
        self.commits.truncate(self.events.len());
    }

    /// Puts other bytes in a place, and lets the following events follow them.
    pub(crate) fn replace(&mut self, at: usize, commit: Vec<u8>) {
        self.commits[at] = commit;
        self.rewrite(at + 1);
    }
}
