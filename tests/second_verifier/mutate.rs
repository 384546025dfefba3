//! Ways to break a ledger, and ways to change it that keep it one. Each has a name.

use govledger::domain::commit::ObjectFormat;
use govledger::domain::event::{Body, Event, GateOutcome, Judged};
use govledger::domain::facts::{Answer, Question};
use govledger::domain::id::{Digest, Noun, Rid};
use govledger::domain::time::Timestamp;
use govledger::domain::value::Value;

use crate::keys::oid;
use crate::ledgers::{Chain, Chance};
use crate::payloads;
use crate::world::{add_key, print, role, secret, who, word};

/// Changes a chain at a place; false where there is nothing to change in this way.
type Change = fn(&mut Chain, usize, &mut Chance) -> bool;

/// Every way, by its name.
pub(crate) const MUTATORS: &[(&str, Change)] = &[
    // bytes, the signature as it was
    ("bit flipped", bit),
    ("byte replaced", byte),
    ("byte left out", cut),
    ("byte put in", put),
    ("signature of another event", foreign_signature),
    ("signature malleated", malleated),
    ("armor wrapped otherwise", armor),
    ("cut off in the middle", half),
    // bytes around a payload that is as it was, signed
    ("headers otherwise", headers),
    ("message otherwise", message),
    ("another parent", parent),
    ("the other object format", other_format),
    // payloads, signed
    ("value changed", value),
    ("value changed", value),
    ("value changed", value),
    ("value changed", value),
    ("value changed in the body", body_value),
    ("value changed in the body", body_value),
    ("value changed in the body", body_value),
    ("spelled otherwise", respelled),
    // events, signed, everything else made to fit
    ("signed with another's key", other_key),
    ("signed by a stranger", stranger),
    ("said by another", other_actor),
    ("seq otherwise", seq),
    ("prev otherwise", prev),
    ("id again", id_again),
    ("earlier", earlier),
    ("later", later),
    ("pending flipped", pending),
    ("in another role", other_role),
    ("in no role", no_role),
    ("judged otherwise", judged),
    ("seen otherwise", seen),
    ("correlation", correlation),
    ("body of another event", other_body),
    ("about something else", other_item),
    ("left out", left_out),
    ("said again", said_again),
    ("in the other order", swapped),
    ("a vote more", vote),
    ("a vote of who counts as one", double),
    ("own key revoked before", own_key_revoked),
    ("a key proposed before", key_proposed),
    ("a compromise told", compromised),
    ("charter with a flaw", flawed_charter),
    // whole commits, as they are
    ("commit left out", commit_left_out),
    ("commit again", commit_again),
    ("commits in the other order", commits_swapped),
    ("cut short", cut_short),
];

fn bit(chain: &mut Chain, at: usize, chance: &mut Chance) -> bool {
    let place = chance.below(chain.commits[at].len());
    chain.commits[at][place] ^= 1 << chance.below(8);
    true
}

fn byte(chain: &mut Chain, at: usize, chance: &mut Chance) -> bool {
    let place = chance.below(chain.commits[at].len());
    let old = chain.commits[at][place];
    chain.commits[at][place] = chance.pick(b"\0\n\r \"\\{}0aA:-+/=\xc3\xff");
    chain.commits[at][place] != old
}

fn cut(chain: &mut Chain, at: usize, chance: &mut Chance) -> bool {
    let place = chance.below(chain.commits[at].len());
    chain.commits[at].remove(place);
    true
}

fn put(chain: &mut Chain, at: usize, chance: &mut Chance) -> bool {
    let place = chance.below(chain.commits[at].len() + 1);
    chain.commits[at].insert(place, chance.pick(b"\0\n\r \"\\{}0aA:-+/=\xc3\xff"));
    true
}

fn half(chain: &mut Chain, at: usize, chance: &mut Chance) -> bool {
    let length = chance.below(chain.commits[at].len());
    chain.commits[at].truncate(length);
    true
}

fn text(chain: &Chain, at: usize) -> String {
    String::from_utf8(chain.commits[at].clone()).unwrap()
}

/// The part of a commit that is the armor of its signature.
fn armor_of(text: &str) -> &str {
    let end = "-----END SSH SIGNATURE-----";
    &text[text.find("-----BEGIN").unwrap()..text.find(end).unwrap() + end.len()]
}

fn foreign_signature(chain: &mut Chain, at: usize, chance: &mut Chance) -> bool {
    let from = chance.below(chain.commits.len());
    let (mine, other) = (text(chain, at), text(chain, from));
    chain.replace(at, mine.replace(armor_of(&mine), armor_of(&other)).into_bytes());
    from != at
}

/// S + L is the same number to whoever does not look.
fn malleated(chain: &mut Chain, at: usize, _: &mut Chance) -> bool {
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    use base64ct::{Base64, Encoding as _};
    let mine = text(chain, at);
    let lines: Vec<&str> = armor_of(&mine).split("\n ").collect();
    let mut blob = Base64::decode_vec(&lines[1..lines.len() - 1].concat()).unwrap();
    // The signature is the last thing in it; of a token, flags and counter follow.
    let end = blob.len() - if chain.events[at].1.starts_with("token-") { 5 } else { 0 };
    let mut carry = 0_u16;
    for (byte, order) in blob[end - 32..end].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(order) + carry;
        *byte = sum.to_le_bytes()[0];
        carry = sum >> 8;
    }
    let base64 = Base64::encode_string(&blob);
    let lines: Vec<&str> = base64.as_bytes().chunks(70).map(|line| std::str::from_utf8(line).unwrap()).collect();
    let armor = format!("-----BEGIN SSH SIGNATURE-----\n {}\n -----END SSH SIGNATURE-----", lines.join("\n "));
    chain.replace(at, mine.replace(armor_of(&mine), &armor).into_bytes());
    true
}

fn armor(chain: &mut Chain, at: usize, chance: &mut Chance) -> bool {
    let mine = text(chain, at);
    let armor = armor_of(&mine);
    let other = match chance.below(6) {
        0 => armor.replacen("\n ", "\n  ", 2),
        1 => armor.replacen("\n ", "\r\n ", 1),
        2 => armor.replace("\n -----END", "\n \n -----END"),
        3 => armor.replace("SSH SIGNATURE", "PGP SIGNATURE"),
        4 => armor.replacen("\n ", "", 1),
        _ => armor.replace("=\n", "\n"),
    };
    chain.replace(at, mine.replace(armor, &other).into_bytes());
    true
}

/// Returns headers without the signature, and the message.
fn parts(text: &str) -> (String, String) {
    let (headers, message) = text.split_once("\n\n").unwrap();
    let headers = headers.split("\ngpgsig").next().unwrap();
    (format!("{headers}\n"), message.to_owned())
}

fn headers(chain: &mut Chain, at: usize, chance: &mut Chance) -> bool {
    let (old, message) = parts(&text(chain, at));
    let lines: Vec<&str> = old.lines().collect();
    let join = |lines: &[&str]| lines.iter().flat_map(|line| [*line, "\n"]).collect::<String>();
    let new = match chance.below(14) {
        0 => old.replace("+0000", "+0100"),
        1 => old.replacen("+0000", "-0000", 1),
        2 => old.replacen(" <> ", " <a@b> ", 1),
        3 => old.replacen("author ", "author x", 1),
        4 => format!("{old}encoding UTF-8\n"),
        5 => join(&[&lines[..lines.len() - 2], &[lines[lines.len() - 1], lines[lines.len() - 2]]].concat()),
        6 => join(&lines[..lines.len() - 1]),
        7 => join(&lines[1..]),
        8 => old.replacen("tree 4", "tree 5", 1).replacen("tree 6", "tree 7", 1),
        9 => old.replacen("tree ", "tree  ", 1),
        10 => format!("{}{}\n", join(&lines[..2]), lines[1]) + &join(&lines[2..]),
        11 => old.replacen("> 1", "> 01", 1),
        12 => old.replacen("> 1", "> 2", 1),
        _ => old.replace(" +0000\n", " +0000 \n"),
    };
    let commit = payloads::seal(chain.format, &chain.events[at].1, &new, &message);
    chain.replace(at, commit);
    new != old
}

fn message(chain: &mut Chain, at: usize, chance: &mut Chance) -> bool {
    let (headers, old) = parts(&text(chain, at));
    let new = match chance.below(9) {
        0 => old.trim_end().to_owned(),
        1 => format!("{old}\n"),
        2 => format!("{old}Signed-off-by: lena\n"),
        3 => old.replacen("\n\n", "\n", 1),
        4 => old.replacen("\n\n", "\n\n\n", 1),
        5 => format!("proposed {old}"),
        6 => old.replacen('\n', " \n", 1),
        7 => format!("\n{old}"),
        _ => old.replacen(char::is_uppercase, "x", 1),
    };
    let commit = payloads::seal(chain.format, &chain.events[at].1, &headers, &new);
    chain.replace(at, commit);
    new != old
}

fn parent(chain: &mut Chain, at: usize, chance: &mut Chance) -> bool {
    let before = at.checked_sub(1).map(|last| oid(chain.format, &chain.commits[chance.below(last + 1)]));
    let other = match chance.below(3) {
        0 => None,
        1 => before,
        _ => Some(oid(chain.format, b"nothing")),
    };
    if other == chain.parent(at) {
        return false;
    }
    let (event, key) = &chain.events[at];
    let commit = secret(key).commit(chain.format, other.as_ref(), event);
    chain.replace(at, commit);
    true
}

fn other_format(chain: &mut Chain, at: usize, chance: &mut Chance) -> bool {
    let other = if chain.format == ObjectFormat::Sha1 { ObjectFormat::Sha256 } else { ObjectFormat::Sha1 };
    match chance.below(3) {
        0 => {
            chain.format = other;
            chain.rewrite(0);
        }
        1 => chain.format = other,
        _ => {
            let (event, key) = &chain.events[at];
            let tagged = at.checked_sub(1).map(|last| oid(other, &chain.commits[last]));
            let commit = secret(key).commit(other, tagged.as_ref(), event);
            chain.replace(at, commit);
        }
    }
    true
}

fn value(chain: &mut Chain, at: usize, chance: &mut Chance) -> bool {
    let old = chain.events[at].0.encode();
    let mut payload = Value::parse(&old).unwrap();
    payloads::disturb(&mut payload, chance);
    let new = payload.to_canonical();
    let commit = payloads::around(chain, at, &new);
    chain.replace(at, commit);
    new != old
}

fn body_value(chain: &mut Chain, at: usize, chance: &mut Chance) -> bool {
    let old = chain.events[at].0.encode();
    let Value::Map(mut payload) = Value::parse(&old).unwrap() else { return false };
    payloads::disturb(payload.get_mut("body").unwrap(), chance);
    let new = Value::Map(payload).to_canonical();
    let commit = payloads::around(chain, at, &new);
    chain.replace(at, commit);
    new != old
}

fn respelled(chain: &mut Chain, at: usize, chance: &mut Chance) -> bool {
    let old = chain.events[at].0.encode();
    let new = payloads::respell(&old, chance);
    let commit = payloads::around(chain, at, &new);
    chain.replace(at, commit);
    new != old
}

/// Changes an event in its place and signs it as it then is.
fn edit(chain: &mut Chain, at: usize, change: impl FnOnce(&mut Event, &mut String) -> bool) -> bool {
    let (mut event, mut key) = chain.events[at].clone();
    if !change(&mut event, &mut key) {
        return false;
    }
    let commit = chain.sign(at, &event, &key);
    chain.replace(at, commit);
    true
}

/// The keys that signed something in the chain, and some that did not.
fn signers(chain: &Chain) -> Vec<String> {
    let more = ["lena-2", "token-lena", "recovery-1", "recovery-3", "mallory"].map(str::to_owned);
    chain.events.iter().map(|(_, key)| key.clone()).chain(more).collect()
}

fn other_key(chain: &mut Chain, at: usize, chance: &mut Chance) -> bool {
    let other = chance.pick(&signers(chain));
    edit(chain, at, |_, key| std::mem::replace(key, other.clone()) != other)
}

fn stranger(chain: &mut Chain, at: usize, chance: &mut Chance) -> bool {
    let name = chance.pick(&["mallory", "token-mallory"]);
    edit(chain, at, |_, key| {
        name.clone_into(key);
        true
    })
}

fn other_actor(chain: &mut Chain, at: usize, chance: &mut Chance) -> bool {
    let (event, key) = chance.pick(&chain.events);
    let keeps = chance.once_in(3);
    edit(chain, at, |mine, my_key| {
        if !keeps {
            *my_key = key;
        }
        mine.role = event.role;
        std::mem::replace(&mut mine.actor, event.actor.clone()) != event.actor
    })
}

fn seq(chain: &mut Chain, at: usize, chance: &mut Chance) -> bool {
    let other = chance.pick(&[0, at as u64 + 1, (at as u64).wrapping_sub(1) & 0xff, 1 << 52]);
    edit(chain, at, |event, _| std::mem::replace(&mut event.seq, other) != other)
}

fn prev(chain: &mut Chain, at: usize, chance: &mut Chance) -> bool {
    let earlier = chain.sha256(chance.below(chain.commits.len()));
    let other = chance.pick(&[None, Some(earlier), Some(Digest::of(b"another ledger"))]);
    edit(chain, at, |event, _| std::mem::replace(&mut event.prev, other) != other)
}

fn id_again(chain: &mut Chain, at: usize, chance: &mut Chance) -> bool {
    let id = chance.pick(&chain.events).0.id.clone();
    edit(chain, at, |event, _| std::mem::replace(&mut event.id, id.clone()) != id)
}

fn earlier(chain: &mut Chain, at: usize, chance: &mut Chance) -> bool {
    let seconds = chance.pick(&[1, 60, 86_400, 40 * 86_400]);
    edit(chain, at, |event, _| {
        event.at = Timestamp::from_seconds(event.at.seconds() - seconds).unwrap();
        true
    })
}

/// Lets time pass before a place, for everything from there on, so that proposals come close to their end or reach it.
fn later(chain: &mut Chain, at: usize, chance: &mut Chance) -> bool {
    const LIFE: i64 = 30 * 86_400;
    let seconds = chance.pick(&[1, 86_400, LIFE - 1, LIFE, LIFE + 1]);
    let first = chain.events[..at].iter().rev().find(|(event, _)| event.pending).map(|(event, _)| event.at.seconds());
    let wanted =
        first.filter(|_| seconds > 86_400).map_or(chain.events[at].0.at.seconds() + seconds, |from| from + seconds);
    let step = wanted - chain.events[at].0.at.seconds();
    if step <= 0 {
        return false;
    }
    for (event, _) in &mut chain.events[at..] {
        event.at = Timestamp::from_seconds(event.at.seconds() + step).unwrap();
    }
    chain.rewrite(at);
    true
}

fn pending(chain: &mut Chain, at: usize, _: &mut Chance) -> bool {
    edit(chain, at, |event, _| {
        event.pending = !event.pending;
        true
    })
}

fn other_role(chain: &mut Chain, at: usize, chance: &mut Chance) -> bool {
    let roles =
        ["lead", "deputy", "developer", "security", "judge", "maker", "drafter", "approver", "platform-governance"];
    let other = Some(role(roles[chance.below(roles.len())]));
    edit(chain, at, |event, _| std::mem::replace(&mut event.role, other.clone()) != other)
}

fn no_role(chain: &mut Chain, at: usize, _: &mut Chance) -> bool {
    edit(chain, at, |event, _| event.role.take().is_some())
}

fn judged(chain: &mut Chain, at: usize, chance: &mut Chance) -> bool {
    let digest = Digest::of(b"nothing");
    let other = match chance.below(3) {
        0 => None,
        1 => Some(Judged { gate: word("ripe"), outcome: GateOutcome::Pass, digest }),
        _ => Some(Judged { gate: word("closing"), outcome: GateOutcome::Hold, digest }),
    };
    edit(chain, at, |event, _| std::mem::replace(&mut event.judged, other.clone()) != other)
}

fn seen(chain: &mut Chain, at: usize, chance: &mut Chance) -> bool {
    let which = chance.below(4);
    edit(chain, at, |event, _| {
        let Some(seen) = &mut event.seen else { return false };
        match which {
            0 => event.seen = None,
            1 => drop(seen.facts.pop_first()),
            2 => drop(seen.facts.insert(Question::On("main".to_owned()), Answer::Bool(true))),
            _ => {
                let file = seen
                    .facts
                    .values_mut()
                    .find_map(|a| if let Answer::File(Some(file)) = a { Some(file) } else { None });
                let Some(file) = file else { return false };
                file.sha256 = Digest::of(b"other bytes");
            }
        }
        true
    })
}

fn correlation(chain: &mut Chain, at: usize, chance: &mut Chance) -> bool {
    let text = chance.pick(&["a", "ticket:12.3_4-5", "0"]);
    chain.events[at].0.correlation = Some(text.parse().unwrap());
    chain.rewrite(at);
    true
}

fn other_body(chain: &mut Chain, at: usize, chance: &mut Chance) -> bool {
    let other = chance.pick(&chain.events).0.clone();
    edit(chain, at, |event, _| {
        (event.item, event.pending) = (other.item, other.pending);
        std::mem::replace(&mut event.body, other.body.clone()) != other.body
    })
}

fn other_item(chain: &mut Chain, at: usize, chance: &mut Chance) -> bool {
    let other = chance.pick(&chain.events).0.item.clone();
    let placed = Noun::Placed { item: other.item().cloned(), rule: "STOP".to_owned(), seq: chance.below(20) as u64 };
    let other = if chance.once_in(4) { placed } else { other };
    edit(chain, at, |event, _| std::mem::replace(&mut event.item, other.clone()) != other)
}

fn left_out(chain: &mut Chain, at: usize, _: &mut Chance) -> bool {
    chain.events.remove(at);
    chain.rewrite(at);
    !chain.events.is_empty()
}

/// An id that stands nowhere else.
fn fresh_id(chance: &mut Chance) -> Rid {
    Rid::parse(&format!("{:032x}", 0xabc_0000_u64 + chance.below(1 << 20) as u64)).unwrap()
}

/// Puts an event in before a place, at the time of what stands there; the others follow.
fn insert(chain: &mut Chain, at: usize, mut event: Event, key: String, chance: &mut Chance) -> bool {
    event.id = fresh_id(chance);
    event.at = chain.events[at.min(chain.events.len() - 1)].0.at;
    chain.events.insert(at, (event, key));
    chain.rewrite(at);
    true
}

fn said_again(chain: &mut Chain, at: usize, chance: &mut Chance) -> bool {
    let (event, key) = chain.events[at].clone();
    let place = at + 1 + chance.below(chain.events.len() - at);
    insert(chain, place, event, key, chance)
}

fn swapped(chain: &mut Chain, at: usize, _: &mut Chance) -> bool {
    if at + 1 >= chain.events.len() {
        return false;
    }
    chain.events.swap(at, at + 1);
    let (early, late) = (chain.events[at + 1].0.at, chain.events[at].0.at);
    (chain.events[at].0.at, chain.events[at + 1].0.at) = (early, late);
    chain.rewrite(at);
    true
}

/// Somebody else repeats the action of an event.
fn vote(chain: &mut Chain, at: usize, chance: &mut Chance) -> bool {
    let (mut event, _) = chain.events[at].clone();
    let (other, key) = chance.pick(&chain.events);
    (event.actor, event.role) = (other.actor, other.role);
    event.pending = chance.once_in(2);
    let place = at + chance.below(2);
    insert(chain, place, event, key, chance)
}

/// Of a person and what the person operates, the other one repeats a vote.
fn double(chain: &mut Chain, at: usize, chance: &mut Chance) -> bool {
    const ONE: [(&str, &str); 5] =
        [("dana", "bot"), ("lena", "bot"), ("dora", "bot"), ("lena", "build"), ("sam", "build")];
    let (mut event, _) = chain.events[at].clone();
    let others = ONE.iter().flat_map(|(a, b)| [(*a, *b), (*b, *a)]).filter(|(one, _)| *one == event.actor.as_str());
    let others: Vec<&str> = others.map(|(_, other)| other).collect();
    if !event.pending || others.is_empty() {
        return false;
    }
    let other = others[chance.below(others.len())];
    event.actor = who(other);
    event.pending = chance.once_in(2);
    insert(chain, at + 1, event, other.to_owned(), chance)
}

/// An event like the one in a place, with another body about the repository, in no role.
fn like(chain: &Chain, at: usize, body: Body) -> (Event, String) {
    let (event, key) = chain.events[at].clone();
    (Event { item: Noun::Repo, body, role: None, seen: None, judged: None, pending: false, ..event }, key)
}

fn own_key_revoked(chain: &mut Chain, at: usize, chance: &mut Chance) -> bool {
    let (event, key) = &chain.events[at];
    let compromised_since = chance.once_in(2).then(|| chance.below(at + 2) as u64);
    let body =
        Body::KeyRevoked { actor: event.actor.clone(), key: print(key), compromised_since, reason: "lost".to_owned() };
    let (event, key) = like(chain, at, body);
    at > 0 && insert(chain, at, event, key, chance)
}

/// Proposes, or in the founding phase adds, a key that may be taken.
fn key_proposed(chain: &mut Chain, at: usize, chance: &mut Chance) -> bool {
    let key = chance.pick(&["lena", "spare", "recovery-1", "token-spare"]);
    let govledger::domain::decide::draft::Wish::Do { body, .. } = add_key("lena", key) else { return false };
    let (mut event, key) = like(chain, at, body);
    event.role.clone_from(&chain.events[0].0.role);
    event.pending = chance.once_in(2);
    at > 0 && insert(chain, at, event, key, chance)
}

fn compromised(chain: &mut Chain, at: usize, chance: &mut Chance) -> bool {
    let since = chance.pick(&[Some(0), Some(1), Some(at as u64), Some(at as u64 + 1), None]);
    edit(chain, at, |event, _| match &mut event.body {
        Body::KeyRevoked { compromised_since, .. } => std::mem::replace(compromised_since, since) != since,
        _ => false,
    })
}

fn flawed_charter(chain: &mut Chain, at: usize, chance: &mut Chance) -> bool {
    let which = chance.below(5);
    edit(chain, at, |event, _| {
        let charter = match &mut event.body {
            Body::Founded(founding) => &mut founding.charter,
            Body::Chartered(adoption) => &mut adoption.charter,
            _ => return false,
        };
        match which {
            0 => "2 lead".clone_into(&mut charter.authority),
            1 => "lead".clone_into(&mut charter.authority),
            2 => charter.text.push_str("\n[nothing]\n"),
            3 => charter.text = charter.text.replacen('#', "\t#", 1),
            _ => charter.semantics = 2,
        }
        true
    })
}

fn commit_left_out(chain: &mut Chain, at: usize, _: &mut Chance) -> bool {
    chain.commits.remove(at);
    !chain.commits.is_empty()
}

fn commit_again(chain: &mut Chain, at: usize, _: &mut Chance) -> bool {
    chain.commits.insert(at, chain.commits[at].clone());
    true
}

fn commits_swapped(chain: &mut Chain, at: usize, _: &mut Chance) -> bool {
    if at + 1 >= chain.commits.len() {
        return false;
    }
    chain.commits.swap(at, at + 1);
    true
}

fn cut_short(chain: &mut Chain, at: usize, _: &mut Chance) -> bool {
    chain.commits.truncate(at + 1);
    true
}
