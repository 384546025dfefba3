//! What an attack is, and what every one of them comes to.

use std::cell::Cell;

use crate::sandbox::story::{Call, Outcome};
use crate::site::Site;

/// An attack, as the table has it.
pub(crate) struct Attack {
    /// What is done, in words.
    pub(crate) what: &'static str,
    /// The test.
    pub(crate) test: &'static str,
    /// What the program says.
    pub(crate) says: &'static str,
    /// The code that it gives; empty where the attack changes nothing.
    pub(crate) code: &'static str,
    /// The exit code.
    pub(crate) exit: i32,
}

/// The demands of an attack, under test.
pub(crate) struct Told<'a> {
    attack: &'a Attack,
    asked: Cell<u32>,
}

impl Attack {
    /// Runs the test of an attack, which has to demand what the attack's head says.
    pub(crate) fn run(&self, test: impl FnOnce(&Told<'_>)) {
        let told = Told { attack: self, asked: Cell::new(0) };
        test(&told);
        assert!(told.asked.get() > 0, "the test demands nothing of what stands in its head");
    }
}

impl Told<'_> {
    /// Demands that a call ends with the exit code, and says the code and the text.
    #[track_caller]
    pub(crate) fn of(&self, outcome: &Outcome) {
        self.asked.set(self.asked.get() + 1);
        assert_eq!(outcome.code, self.attack.exit, "\n{outcome}");
        outcome.says(self.attack.says);
        self.is_named(outcome);
    }

    #[track_caller]
    fn is_named(&self, outcome: &Outcome) {
        let code = self.attack.code;
        let (told, value) = (format!("[{code}]"), format!("\"code\":\"{code}\""));
        let is_named =
            outcome.stdout.contains(&value) || outcome.stderr.contains(&told) || outcome.stdout.contains(&told);
        assert!(code.is_empty() || is_named, "it does not say {code}\n{outcome}");
    }

    /// Demands that the ledger is refused by who verifies, looks, judges code and appends, and that nothing is written.
    #[track_caller]
    pub(crate) fn stops(&self, site: &Site) {
        let before = site.refs();
        self.of(&site.ledger("verify").under(LIMITS).run());
        for command in ["status", "check --staged", "declare DOC-77 --kind document"] {
            let outcome = site.ledger(command).as_("dora").under(LIMITS).run();
            assert_eq!(outcome.code, self.attack.exit, "\n{outcome}");
            self.is_named(&outcome);
        }
        assert_eq!(site.refs(), before, "something was written");
    }

    /// Demands that a command is refused, that nothing is written, and that the ledger still verifies.
    #[track_caller]
    pub(crate) fn refuses(&self, site: &Site, call: Call<'_>) {
        let before = site.refs();
        self.of(&call.under(LIMITS).run());
        assert_eq!(site.refs(), before, "something was written");
        site.ledger("verify").under(LIMITS).ok();
    }

    /// Demands that it is refused by the hook, too, and by whatever else reads a ledger.
    #[track_caller]
    pub(crate) fn stops_everything(&self, site: &Site) {
        self.stops(site);
        for command in ["log", "replay --digest", "gate sealable DOC-1", "actor list", "why DOC-1", "show DOC-1"] {
            let outcome = site.ledger(command).under(LIMITS).run();
            assert_eq!(outcome.code, self.attack.exit, "\n{outcome}");
            self.is_named(&outcome);
        }
        let before = site.head();
        let commit = site.git("commit -q -m code").as_("dora").under(LIMITS).exits(1);
        self.is_named(&commit);
        assert_eq!(site.head(), before);
    }

    /// Demands that nothing is read otherwise than before.
    #[track_caller]
    pub(crate) fn changes_nothing(&self, site: &Site, tip: &str) {
        let verified = site.ledger("verify").under(LIMITS).run();
        self.of(&verified);
        verified.says(tip);
        site.ledger("declare DOC-77 --kind document").as_("dora").under(LIMITS).ok();
    }
}

/// What waits for ever, eating time, or takes whatever memory is asked of it, ends here.
const LIMITS: &str = "-t 30 && ulimit -d 200000";

/// Declares attacks: what is done; the test; the code, the exit code, what is said; and the test itself, which is handed the
/// demands.
macro_rules! attacks {
    ($($what:literal $test:ident: $code:literal $exit:literal $says:literal; |$told:ident| $body:block)*) => {
        /// Every attack of this family.
        pub(crate) const ALL: &[crate::attack::Attack] = &[$(crate::attack::Attack {
            what: $what,
            test: concat!(module_path!(), "::", stringify!($test)),
            says: $says,
            code: $code,
            exit: $exit,
        }),*];

        $(#[test]
        fn $test() {
            let test = concat!(module_path!(), "::", stringify!($test));
            let attack = ALL.iter().find(|attack| attack.test == test).unwrap();
            attack.run(|$told| $body);
        })*
    };
}
