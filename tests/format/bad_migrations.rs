//! Charters that would let something go over as something else, or vanish; and confirmations of what is not there.

use govledger::domain::code::Code;
use govledger::domain::event::{Adoption, Body};
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
    let body = Body::Confirmed { event: rid("nothing"), reason: "it is well".into() };
    let commit = base.sign("lena", &base.event("lena", Some("lead"), Noun::Repo, body));
    bads.put("confirmed", Code::ClaimUnknownStatement, &base, commit);
}
