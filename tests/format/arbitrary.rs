//! Arbitrary events: encoder and decoder undo one another.

use std::collections::{BTreeMap, BTreeSet};

use govledger::domain::charter::{ActorType, Migration};
use govledger::domain::commit::{self, ObjectFormat};
use govledger::domain::event::{
    Adoption, Amendment, AttestedBody, Body, CharterText, Declaration, Event, Evidence, Founding, GateOutcome, Judged,
    Person, Recovery, Statement,
};
use govledger::domain::facts::{Answer, File, Mode, Question, Seen};
use govledger::domain::id::{ActorId, Correlation, Digest, ItemId, Noun, Rid, RoleId, TaggedOid, Word};
use govledger::domain::key::{Fingerprint, PublicKey};
use govledger::domain::path::RepoPath;
use govledger::domain::sshsig::Signature;
use govledger::domain::time::Timestamp;
use govledger::domain::value::{MAX_INTEGER, Value};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;

use crate::keys;

type S<T> = BoxedStrategy<T>;

fn named<T: std::str::FromStr + std::fmt::Debug + 'static>(pattern: &'static str) -> S<T> {
    pattern.prop_filter_map("a name", |text| text.parse().ok()).boxed()
}

fn actor() -> S<ActorId> {
    named("[a-z0-9][a-z0-9-]{0,38}")
}

fn role() -> S<RoleId> {
    named("[a-z0-9][a-z0-9-]{0,9}")
}

fn word() -> S<Word> {
    named("[A-Za-z0-9][A-Za-z0-9_-]{0,12}")
}

fn item() -> S<ItemId> {
    named("[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}")
}

fn rid() -> S<Rid> {
    named("[0-9a-f]{32}")
}

fn tagged() -> S<TaggedOid> {
    prop_oneof![named("sha1:[0-9a-f]{40}"), named("sha256:[0-9a-f]{64}")].boxed()
}

fn digest() -> S<Digest> {
    any::<[u8; 32]>().prop_map(Digest::from_bytes).boxed()
}

fn text() -> S<String> {
    prop_oneof![4 => "[ -~\n\u{a0}-\u{61b}\u{1f600}-\u{1f64f}]{0,20}", 1 => Just(String::new()), 1 => "[\"\\\\/]{1,4}"]
        .boxed()
}

fn said() -> S<String> {
    text().prop_map(|text| format!("x{text}")).boxed()
}

fn path() -> S<RepoPath> {
    prop_oneof!["[a-z]{1,4}(/[a-zé한 -]{1,4}){0,3}", "docs/[A-Z]{1,3}[.]md"]
        .prop_filter_map("a path", |text| RepoPath::parse(&text).ok())
        .boxed()
}

fn time() -> S<Timestamp> {
    prop_oneof![0..=253_402_300_799_i64, Just(0), Just(253_402_300_799), 1_700_000_000..1_800_000_000_i64]
        .prop_map(|seconds| Timestamp::from_seconds(seconds).unwrap())
        .boxed()
}

fn count() -> S<u64> {
    prop_oneof![0..100_u64, Just(MAX_INTEGER.unsigned_abs())].boxed()
}

fn public() -> S<PublicKey> {
    prop::sample::select(keys::NAMES.to_vec()).prop_map(|name| keys::key(name).public()).boxed()
}

fn fingerprint() -> S<Fingerprint> {
    public().prop_map(|key| key.fingerprint()).boxed()
}

fn field() -> S<Value> {
    let texts = || vec(text(), 0..3).prop_map(Value::list);
    prop_oneof![
        (-MAX_INTEGER..=MAX_INTEGER).prop_map(Value::Int),
        any::<bool>().prop_map(Value::Bool),
        text().prop_map(Value::Text),
        texts(),
        btree_map(word().prop_map(|word| word.to_string()), text().prop_map(Value::Text), 0..3).prop_map(Value::Map),
    ]
    .boxed()
}

fn fields() -> S<BTreeMap<Word, Value>> {
    btree_map(word(), field(), 0..4).boxed()
}

fn stated() -> S<Amendment> {
    let links = btree_map(word(), btree_set(item(), 0..4), 0..3);
    (option::of(text()), option::of(path()), fields(), links)
        .prop_map(|(title, path, fields, links)| Amendment { title, path, fields, links })
        .boxed()
}

fn evidence() -> S<BTreeSet<Evidence>> {
    let one = (digest(), count(), "[a-z]{1,8}/[a-z0-9.+-]{0,7}[a-z]").prop_map(|(sha256, size, media)| Evidence {
        sha256,
        size,
        media,
    });
    btree_set(one, 0..3).boxed()
}

fn person() -> S<Person> {
    let kind = prop::sample::select(ActorType::ALL.to_vec());
    let emails = btree_set("[a-z]{1,6}@[a-z.]{1,6}", 0..3);
    (actor(), kind, option::of(actor()), emails, btree_set(public(), 1..4), btree_set(role(), 0..3))
        .prop_map(|(actor, kind, operator, emails, keys, roles)| Person { actor, kind, operator, emails, keys, roles })
        .boxed()
}

fn charter() -> S<CharterText> {
    (item(), count(), text(), text())
        .prop_map(|(id, semantics, authority, text)| CharterText {
            id,
            semantics,
            authority,
            text: format!("\t{text}"),
        })
        .boxed()
}

fn migration() -> S<Migration> {
    let names = || btree_map(word(), word(), 0..3);
    let states = btree_map(word(), btree_map(word(), word(), 0..3), 0..3);
    let roles = (btree_map(role(), role(), 0..3), btree_set(role(), 0..3));
    (names(), states, roles, names(), names(), btree_set(word(), 0..3))
        .prop_map(|(kinds, states, (roles, dissolved), claims, blocks, seals)| Migration {
            kinds,
            states,
            roles,
            dissolved,
            claims,
            blocks,
            seals,
        })
        .boxed()
}

fn founding() -> S<Founding> {
    let people = vec(person(), 1..4).prop_map(|people| {
        let by_name: BTreeMap<ActorId, Person> = people.into_iter().map(|p| (p.actor.clone(), p)).collect();
        by_name.into_values().collect::<Vec<_>>()
    });
    let recovery = btree_set(public(), 1..4)
        .prop_flat_map(|keys| (1..=keys.len() as u64).prop_map(move |quorum| Recovery { quorum, keys: keys.clone() }));
    (
        rid(),
        prop_oneof![Just("sha1"), Just("sha256")],
        charter(),
        people,
        btree_set(tagged(), 0..3),
        option::of(recovery),
    )
        .prop_map(|(nonce, format, charter, actors, baseline, recovery)| Founding {
            nonce,
            object_format: format.to_owned(),
            charter,
            actors,
            baseline,
            recovery,
        })
        .boxed()
}

fn attested() -> S<AttestedBody> {
    let value = prop_oneof![(-MAX_INTEGER..=MAX_INTEGER).prop_map(Value::Int), text().prop_map(Value::Text)];
    let statement = (word(), btree_map(word(), any::<bool>(), 0..3), btree_map(word(), value, 0..3));
    (word(), statement, digest(), option::of(digest()), evidence(), time())
        .prop_map(|(claim, (result, answers, values), content, over, evidence, made)| AttestedBody {
            claim,
            statement: Statement { result, answers, values },
            content,
            over,
            evidence,
            made,
        })
        .boxed()
}

fn rule() -> S<String> {
    (word(), option::of(word())).prop_map(|(a, b)| b.map_or_else(|| a.to_string(), |b| format!("{a}.{b}"))).boxed()
}

fn until() -> S<String> {
    prop_oneof![Just("phase-end".to_owned()), time().prop_map(|time| time.date().to_string())].boxed()
}

fn about_item() -> S<Noun> {
    item().prop_map(Noun::Item).boxed()
}

fn about_anything() -> S<Noun> {
    let placed = (option::of(item().prop_filter("the repository", |id| id.as_str() != "repo")), rule(), count());
    prop_oneof![Just(Noun::Repo), about_item(), placed.prop_map(|(item, rule, seq)| Noun::Placed { item, rule, seq })]
        .boxed()
}

fn on<B: Strategy<Value = Body> + 'static>(noun: S<Noun>, body: B) -> S<(Noun, Body)> {
    (noun, body).boxed()
}

/// One strategy a type.
fn action() -> S<(Noun, Body)> {
    let repo = || Just(Noun::Repo).boxed();
    let any_or_repo = || prop_oneof![Just(Noun::Repo), about_item()].boxed();
    prop_oneof![
        on(repo(), founding().prop_map(|f| Body::Founded(Box::new(f)))),
        on(
            repo(),
            (charter(), option::of(migration()))
                .prop_map(|(charter, migrate)| Body::Chartered(Box::new(Adoption { charter, migrate })))
        ),
        on(repo(), person().prop_map(Body::Enrolled)),
        on(repo(), (actor(), role()).prop_map(|(actor, role)| Body::Granted { actor, role })),
        on(repo(), (actor(), role(), said()).prop_map(|(actor, role, reason)| Body::Ungranted { actor, role, reason })),
        on(repo(), (actor(), public()).prop_map(|(actor, key)| Body::KeyAdded { actor, key })),
        on(
            repo(),
            (actor(), fingerprint(), option::of(count()), said()).prop_map(
                |(actor, key, compromised_since, reason)| Body::KeyRevoked { actor, key, compromised_since, reason }
            )
        ),
        on(
            about_item(),
            (word(), word(), stated()).prop_map(|(kind, status, stated)| Body::Declared(Declaration {
                kind,
                status,
                stated
            }))
        ),
        on(about_item(), stated().prop_map(Body::Amended)),
        on(
            about_item(),
            (word(), word(), option::of(word())).prop_map(|(from, to, because)| Body::Moved { from, to, because })
        ),
        on(about_anything(), attested().prop_map(|a| Body::Attested(Box::new(a)))),
        on(
            about_anything(),
            (rid(), option::of(word()), said()).prop_map(|(event, claim, reason)| Body::Retracted {
                event,
                claim,
                reason
            })
        ),
        on(about_item(), (digest(), evidence()).prop_map(|(content, evidence)| Body::Sealed { content, evidence })),
        on(about_item(), (rid(), said()).prop_map(|(seal, reason)| Body::Unsealed { seal, reason })),
        on(
            about_item(),
            (word(), said(), option::of(word()), fields()).prop_map(|(name, reason, because, fields)| Body::Blocked {
                name,
                reason,
                because,
                fields
            })
        ),
        on(
            about_item(),
            (word(), rid(), option::of(item()), said()).prop_map(|(name, block, record, reason)| Body::Unblocked {
                name,
                block,
                record,
                reason
            })
        ),
        on(
            any_or_repo(),
            (word(), rule(), said(), said(), until()).prop_map(|(class, rule, reason, controls, until)| Body::Waived {
                class,
                rule,
                reason,
                controls,
                until
            })
        ),
        on(
            any_or_repo(),
            (rid(), rule(), said()).prop_map(|(waiver, rule, reason)| Body::Unwaived { waiver, rule, reason })
        ),
        on(repo(), (digest(), said()).prop_map(|(sha256, reason)| Body::Erased { sha256, reason })),
    ]
    .boxed()
}

fn fact() -> S<(Question, Answer)> {
    let file = (any::<bool>(), count(), digest()).prop_map(|(executable, size, sha256)| File {
        mode: if executable { Mode::Executable } else { Mode::Plain },
        size,
        sha256,
    });
    let name = prop_oneof![actor().prop_map(|name| name.to_string()), text().prop_map(|email| format!("?{email}"))];
    let cells = btree_map("[ -~]{0,8}", text(), 0..3);
    let answer = any::<bool>().prop_map(Answer::Bool);
    prop_oneof![
        (path(), option::of(file)).prop_map(|(path, file)| (Question::Path(path), Answer::File(file))),
        (option::of(word()), count(), digest())
            .prop_map(|(scope, count, sha256)| (Question::Scope(scope), Answer::Scope { count, sha256 })),
        (path(), option::of(digest()), btree_set(name, 0..3)).prop_map(|(path, since, names)| (
            Question::Authors { path, since },
            Answer::Authors(names.into_iter().collect())
        )),
        (path(), text(), item(), option::of(cells))
            .prop_map(|(path, column, id, row)| (Question::Row { path, column, id }, Answer::Row(row))),
        (path(), text(), option::of(btree_map(count(), text(), 0..3)))
            .prop_map(|(path, column, texts)| (Question::Column { path, column }, Answer::Column(texts))),
        (path(), text(), option::of(text()), answer.clone())
            .prop_map(|(path, heading, before, answer)| (Question::Heading { path, heading, before }, answer)),
        (path(), text(), answer.clone()).prop_map(|(path, text, answer)| (Question::Text { path, text }, answer)),
        (path(), option::of(count())).prop_map(|(path, lines)| (Question::Lines(path), Answer::Lines(lines))),
        ("[!-~]{1,20}", answer).prop_map(|(branch, answer)| (Question::On(branch), answer)),
    ]
    .boxed()
}

fn seen() -> S<Seen> {
    (tagged(), option::of(text()), vec(fact(), 0..6))
        .prop_map(|(commit, reference, facts)| Seen { commit, reference, facts: facts.into_iter().collect() })
        .boxed()
}

fn judged() -> S<Judged> {
    let outcome = prop::sample::select(vec![GateOutcome::Pass, GateOutcome::Hold, GateOutcome::Veto]);
    (word(), outcome, digest()).prop_map(|(gate, outcome, digest)| Judged { gate, outcome, digest }).boxed()
}

fn event() -> S<Event> {
    let head = (count(), rid(), option::of(digest()), time(), actor(), option::of(role()));
    let tail = (
        option::of(seen()),
        option::of(judged()),
        any::<bool>(),
        option::of(named::<Correlation>("[A-Za-z0-9._:-]{1,64}")),
    );
    (head, action(), tail)
        .prop_map(|((seq, id, prev, at, actor, role), (item, body), (seen, judged, pending, correlation))| Event {
            seq,
            id,
            prev,
            at,
            actor,
            role,
            item,
            body,
            seen,
            judged,
            pending,
            correlation,
        })
        .boxed()
}

fn formats() -> S<ObjectFormat> {
    prop_oneof![Just(ObjectFormat::Sha1), Just(ObjectFormat::Sha256)].boxed()
}

fn signatures() -> S<Signature> {
    (public(), vec(any::<u8>(), 64)).prop_map(|(key, bytes)| Signature::new(key, bytes.try_into().unwrap())).boxed()
}

fn parent_of(format: ObjectFormat, event: &Event) -> Option<TaggedOid> {
    let hex = event.id.as_str().repeat(2);
    let text = if format == ObjectFormat::Sha1 { format!("sha1:{}", &hex[..40]) } else { format!("sha256:{hex}") };
    event.prev.map(|_| text.parse().unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn a_payload_is_read_as_it_was_written(event in event()) {
        let payload = event.encode();
        let read = Event::decode(&payload);
        prop_assert_eq!(read.as_ref(), Ok(&event), "{}", payload);
        prop_assert_eq!(read.unwrap().encode(), payload);
    }

    #[test]
    fn a_commit_is_read_as_it_was_written(event in event(), format in formats(), signature in signatures()) {
        let parent = parent_of(format, &event);
        let bytes = commit::encode(format, parent.as_ref(), &event, &signature);
        let read = commit::decode(format, &bytes).map_err(|e| TestCaseError::fail(format!("{e}\n{}", String::from_utf8_lossy(&bytes))))?;
        prop_assert_eq!(&read.event, &event);
        prop_assert_eq!(&read.parent, &parent);
        prop_assert_eq!(&read.signature, &signature);
        prop_assert_eq!(read.sha256, Digest::of(&bytes));
        prop_assert_eq!(commit::encode(format, read.parent.as_ref(), &read.event, &read.signature), bytes);
    }

    /// Whatever else is read as an event is what its content encodes to.
    #[test]
    fn no_other_bytes_are_the_same_event(
        event in event(),
        signature in signatures(),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        cut in any::<bool>(),
    ) {
        let parent = parent_of(ObjectFormat::Sha1, &event);
        let bytes = commit::encode(ObjectFormat::Sha1, parent.as_ref(), &event, &signature);
        let mut other = bytes.clone();
        let at = at.index(other.len());
        if cut { other.remove(at); } else { other[at] = byte; }
        if let Ok(read) = commit::decode(ObjectFormat::Sha1, &other) {
            let again = commit::encode(ObjectFormat::Sha1, read.parent.as_ref(), &read.event, &read.signature);
            prop_assert_eq!(&again, &other);
            prop_assert!(other == bytes || (&read.event, &read.parent, &read.signature) != (&event, &parent, &signature));
        }
    }

    #[test]
    fn every_payload_is_one_of_the_schema(event in event()) {
        crate::schemas::check_payload(&event.encode()).map_err(TestCaseError::fail)?;
    }
}
