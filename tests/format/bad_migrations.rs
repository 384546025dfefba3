//! Charters that would let something go over as something else, or vanish; and confirmations of what is not there.

use govledger::domain::code::Code;
use govledger::domain::event::{Adoption, Body, CharterText};
use govledger::domain::id::Noun;

use crate::bad::{Bads, Base, judge};
use crate::samples::rid;
use crate::stories;
use crate::story::Story;

/// Puts changes of the rules that are refused.
pub(crate) fn all(story: &Story, bads: &mut Bads) {
    let told = story.told.iter().find(|told| told.event.body.kind() == "chartered").unwrap();
    let base = Base::before(story, told);
    let commit = |adoption: Adoption| {
        let body = Body::Chartered(Box::new(adoption));
        base.sign("lena", &base.event("lena", Some("lead"), Noun::Repo, body))
    };
    let second = |from: &str, to: &str| {
        stories::adoption("migrated-second", |text| {
            assert!(text.contains(from), "{from}");
            text.replace(from, to)
        })
    };
    assert!(judge(&base, &commit(second("MEMOS", "MEMOS"))).is_ok(), "the adoption that the others are made of");
    let mut put = |what: &str, code, adoption: Adoption| bads.put(what, code, &base, commit(adoption));
    let migrate = Code::CharterMigrate;
    put("role-becomes-another", migrate, second("{ keeper = \"guardian\" }", "{ keeper = \"lead\" }"));
    let text = second("states    = { memo = { drafted = \"planned\" } }\n", "").charter.text;
    let memos = stories::adoption("migrated-second", |_| text.replace("{ memo = \"paper\" }", "{ memos = \"paper\" }"));
    put("kind-unknown", migrate, memos);
    let mark =
        second("[blocks.STOPPED]\non    = \"paper\"\nstops = [\"moves\"]", "[blocks.STOPPED]\non    = \"paper\"");
    put("block-becomes-mark", migrate, mark);
    put("block-left-out", Code::CharterStrands, second("blocks    = { HOLD = \"STOPPED\" }\n", ""));
    put("role-left-out", Code::CharterStrands, second("dissolved = [\"scribe\"]\n", ""));
    put("migrate-left-out", Code::CharterMeaning, Adoption { migrate: None, ..second("MEMOS", "MEMOS") });
    names(&mut put, &second);
    tables(&text, &mut put);
    // A charter that founds a ledger has nothing that could go over.
    let nowhere = Base::nowhere(story);
    let Body::Founded(founding) = &story.told[0].event.body else { unreachable!("a story begins with genesis") };
    let mut founding = founding.as_ref().clone();
    founding.charter.text += "\n[migrate]\nkinds = { note = \"memo\" }\n";
    let genesis = nowhere.event("lena", Some("lead"), Noun::Repo, Body::Founded(Box::new(founding)));
    bads.put("genesis", migrate, &nowhere, nowhere.sign("lena", &genesis));
    confirmed(story, &base, bads);
}

/// Returns the second charter with other words in the place of some.
type Second<'s> = dyn Fn(&str, &str) -> Adoption + 's;

/// Names that mean nothing in the charter in force, or meant something before.
fn names(put: &mut dyn FnMut(&str, Code, Adoption), second: &Second<'_>) {
    for (what, from, to) in [
        ("status-unknown", "{ drafted = \"planned\" }", "{ draft = \"planned\" }"),
        ("role-unknown", "[\"scribe\"]", "[\"scribe\", \"clerk\"]"),
        ("role-renamed-unknown", "keeper = \"guardian\"", "keepers = \"guardian\""),
        ("claim-unknown", "vouched = \"endorsed\"", "vouching = \"endorsed\""),
        ("block-unknown", "HOLD = \"STOPPED\"", "HELD = \"STOPPED\""),
        ("block-kept-unknown", "HOLD = \"STOPPED\"", "STOPPED = \"STOPPED\""),
        ("claim-of-old", "vouched = \"endorsed\"", "vouched = \"checked\""),
        ("block-of-old", "HOLD = \"STOPPED\"", "HOLD = \"PAUSE\""),
        ("status-of-old", "drafted = \"planned\"", "drafted = \"issued\""),
    ] {
        put(what, Code::CharterMigrate, second(from, to));
    }
}

/// Tables that the loader refuses; the events say of them what the good one says.
fn tables(text: &str, put: &mut dyn FnMut(&str, Code, Adoption)) {
    let good = stories::adoption("migrated-second", str::to_owned);
    for (what, code, from, to) in [
        ("table-empty", Code::CharterType, "dissolved = [\"scribe\"]", "dissolved = []"),
        ("table-unknown", Code::CharterUnknownKey, "dissolved = [\"scribe\"]", "ended = [\"scribe\"]"),
        ("kind-that-stays", Code::CharterMigrate, "{ memo = \"paper\" }", "{ memo = \"paper\", paper = \"paper\" }"),
        ("kind-new-unknown", Code::CharterMigrate, "{ memo = \"paper\" }", "{ memo = \"papers\" }"),
        ("two-become-one", Code::CharterMigrate, "{ keeper = \"guardian\" }", "{ a = \"guardian\", b = \"guardian\" }"),
        ("role-ends-and-goes-over", Code::CharterMigrate, "[\"scribe\"]", "[\"scribe\", \"keeper\"]"),
        ("role-ends-and-stays", Code::CharterMigrate, "[\"scribe\"]", "[\"scribe\", \"lead\"]"),
        ("seals-of-no-kind", Code::CharterMigrate, "dissolved =", "seals = [\"note\"]\ndissolved ="),
    ] {
        assert!(text.contains(from), "{from}");
        let charter = CharterText { text: text.replace(from, to), ..good.charter.clone() };
        put(what, code, Adoption { charter, ..good.clone() });
    }
}

/// Confirmations of what is not there, by whom it is not for, or again.
fn confirmed(story: &Story, base: &Base, bads: &mut Bads) {
    let confirm = |event| Body::Confirmed { event, reason: "it is well".into() };
    let by =
        |actor: &str, role: Option<&str>, event| base.sign(actor, &base.event(actor, role, Noun::Repo, confirm(event)));
    bads.put("confirmed", Code::ClaimUnknownStatement, base, by("lena", Some("lead"), rid("nothing")));
    let declared = story.told[1].event.id.clone();
    bads.put("confirmed-by-another", Code::AuthorityRole, base, by("kim", Some("keeper"), declared.clone()));
    bads.put("confirmed-in-no-role", Code::AuthorityRole, base, by("lena", None, declared.clone()));
    let recovery = stories::of("recovery");
    let end = Base::end(recovery);
    let again = recovery.told[2].event.id.clone();
    let event = end.event("lena", Some("lead"), Noun::Repo, confirm(again));
    bads.put("confirmed-again", Code::ItemUnchanged, &end, end.sign("lena-2", &event));
}
