//! Every single bit of a ledger counts.

use std::collections::BTreeSet;

use govledger::domain::commit::{self, ObjectFormat};
use govledger::domain::replay::Replay;
use govledger::domain::sshsig::Verifier;
use rayon::prelude::*;

use crate::world::*;

/// As few words as a charter can have.
const BARE: &str = r#"
[charter]
semantics = 1
id = "BARE"
authority = "lead"

[roles]
lead = "human"

[kinds.note]
id = 'N-[0-9]+'
states = ["kept"]
moves = ["new -> kept by lead"]
"#;

/// Returns the code by which a commit is refused after others; `None` where it is an event.
fn refused(before: &Replay, format: ObjectFormat, bytes: &[u8]) -> Option<&'static str> {
    let read =
        commit::decode(format, bytes).and_then(|signed| signed.verify_with(&mut Verifier::default()).map(|()| signed));
    match read {
        Err(error) => Some(error.code.as_str()),
        Ok(signed) => before.clone().push(&signed).err().map(|invalid| invalid.refusal.code().as_str()),
    }
}

/// All bits of a whole ledger, one after the other: headers, signatures, summaries, payloads; with keys in files and in a
/// token, in both object formats (M0-003).
#[test]
fn every_single_changed_bit_of_a_ledger_is_detected() {
    for format in [ObjectFormat::Sha1, ObjectFormat::Sha256] {
        let mut people = vec![human("lena", &["lead"]), human("mira", &["lead"])];
        people[1].keys = [public("token-mira")].into();
        let mut founding = founding(BARE, &people, None);
        format.as_str().clone_into(&mut founding.object_format);
        let mut w = World::try_found("lena", founding).unwrap();
        w.given("lena", declare("N-1", "note", stated().title("kept")));
        w.when_as("mira", "token-mira", None, retitle("N-1", "held")).unwrap();
        let mut before = Replay::new(format);
        let mut codes = BTreeSet::new();
        let mut bits = 0;
        for bytes in &w.chain {
            let found: BTreeSet<&str> = (0..bytes.len() * 8)
                .into_par_iter()
                .map(|bit| {
                    let mut changed = bytes.clone();
                    changed[bit / 8] ^= 1 << (bit % 8);
                    refused(&before, format, &changed)
                        .unwrap_or_else(|| panic!("bit {bit} of event {} changes nothing", before.next_seq()))
                })
                .collect();
            codes.extend(found);
            bits += bytes.len() * 8;
            assert_eq!(refused(&before, format, bytes), None, "as it was, it is an event");
            before.push(&commit::decode(format, bytes).unwrap()).unwrap();
        }
        assert!(bits > 15_000, "{bits}");
        for code in
            ["format.header", "format.identity", "format.signature", "format.summary", "format.time", "trust.signature"]
        {
            assert!(codes.contains(code), "{code} is not among {codes:?}");
        }
    }
}
