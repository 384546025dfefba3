//! Payloads with one value other than it was, and commits around whatever text stands for a payload.

use govledger::domain::commit::ObjectFormat;
use govledger::domain::event::Event;
use govledger::domain::value::{MAX_INTEGER, Value};

use crate::ledgers::{Chain, Chance};
use crate::world::secret;

/// Returns values from the edges of what the format allows, and from beyond them.
fn edges() -> Vec<Value> {
    let texts = [
        "",
        " ",
        "\n",
        "x",
        "X",
        "é",
        "e\u{301}",
        "\t",
        "\r",
        "\u{0}",
        "\u{7f}",
        "\u{85}",
        "\u{a0}",
        "\u{2028}",
        "\u{202e}",
        "\u{2066}",
        "\u{61c}",
        "\u{200b}",
        "\u{fdd0}",
        "\u{378}",
        "\u{10ffff}",
        "\u{1f600}",
        "a/b",
        "a//b",
        "/a",
        "a/",
        "../a",
        "a/./b",
        "a/.GIT/b",
        "a\\b",
        "a\u{fb01}",
        "\u{212b}",
        "\u{1100}\u{1161}",
        "repo",
        "self",
        "new",
        "recovery",
        "REPO",
        "repo/A/0",
        "T-1/STOP/3",
        "T-1/STOP/03",
        "T-1/STOP/9007199254740992",
        "A..B",
        "lena",
        "lead",
        "nobody",
        "null",
        "sha1",
        "sha256",
        "phase-end",
        "2026-02-29",
        "2028-02-29",
        "0000-01-01",
        "2026-01-10T09:00:00Z",
        "2026-01-10T09:00:60Z",
        "2026-1-10T09:00:00Z",
        "1969-12-31T23:59:59Z",
        "1970-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "10000-01-01T00:00:00Z",
        "PASS",
        "HOLD",
        "human",
        "a@b",
        "A@b",
        "text/plain",
        "text/",
        "!docs/**",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOpKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOpKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs lena@example.org",
    ];
    let long = |n| Value::Text("x".repeat(n));
    let mut all: Vec<Value> = texts.into_iter().map(Value::from).collect();
    all.extend([16384, 16385, 100, 101, 39, 40, 64, 65].map(long));
    all.push(Value::Text("é".repeat(8192)));
    all.extend(
        [0, 1, -1, 2, 40, MAX_INTEGER, MAX_INTEGER + 1, -MAX_INTEGER, -MAX_INTEGER - 1, i64::MIN].map(Value::Int),
    );
    all.extend([
        Value::Null,
        Value::Bool(true),
        Value::Bool(false),
        Value::List(Vec::new()),
        Value::map([("", Value::Null)]),
    ]);
    all.extend([
        Value::list(["a", "b"]),
        Value::list(["b", "a"]),
        Value::list(["a", "a"]),
        Value::map([("a", "b".into())]),
    ]);
    all.push((0..14).fold(Value::Null, |inner, _| Value::List(vec![inner])));
    all.push((0..16).fold(Value::Null, |inner, _| Value::List(vec![inner])));
    all
}

/// Calls `change` on one value in it, counted through the whole tree in the order in which it is written.
fn at(value: &mut Value, number: &mut usize, change: &mut dyn FnMut(&mut Value)) -> bool {
    if *number == 0 {
        change(value);
        return true;
    }
    *number -= 1;
    match value {
        Value::List(list) => list.iter_mut().any(|value| at(value, number, change)),
        Value::Map(map) => map.values_mut().any(|value| at(value, number, change)),
        _ => false,
    }
}

fn size(value: &Value) -> usize {
    match value {
        Value::List(list) => 1 + list.iter().map(size).sum::<usize>(),
        Value::Map(map) => 1 + map.values().map(size).sum::<usize>(),
        _ => 1,
    }
}

/// Changes one value somewhere a little, or makes it another altogether.
pub(crate) fn disturb(payload: &mut Value, chance: &mut Chance) {
    let mut number = chance.below(size(payload));
    let other = chance.pick(&edges());
    let (whole, which) = (chance.once_in(2), chance.below(1000));
    at(payload, &mut number, &mut |value| if whole { value.clone_from(&other) } else { nudge(value, which, &other) });
}

fn nudge(value: &mut Value, which: usize, other: &Value) {
    match value {
        Value::Null => *value = other.clone(),
        Value::Bool(yes) => *yes = !*yes,
        Value::Int(n) => *n += [-1, 1, 1000][which % 3],
        Value::Text(text) => match which % 6 {
            0 => text.push('x'),
            1 => *text = text.to_uppercase(),
            2 => drop(text.pop()),
            3 => text.insert(0, ' '),
            4 => *text = text.replacen(|c: char| c.is_ascii_digit(), "7", 1),
            _ => text.push_str(other.as_text().unwrap_or("\u{301}")),
        },
        Value::List(list) => match which % 4 {
            0 => list.extend(list.first().cloned()),
            1 => list.reverse(),
            2 => drop(list.pop()),
            _ => list.push(other.clone()),
        },
        Value::Map(map) => {
            let key = map.keys().nth(which % map.len().max(1)).cloned();
            match (which % 3, key) {
                (0, Some(key)) => drop(map.remove(&key)),
                (1, Some(key)) => {
                    let moved = map.remove(&key).unwrap_or(Value::Null);
                    map.insert(format!("{key}x"), moved);
                }
                _ => drop(map.insert("zz".to_owned(), other.clone())),
            }
        }
    }
}

/// Changes how a payload is written, not what it says.
pub(crate) fn respell(payload: &str, chance: &mut Chance) -> String {
    let spellings: [(&str, &str); 12] = [
        (",", ", "),
        (":", " :"),
        ("\"v\":1", "\"v\":1.0"),
        ("\"v\":1", "\"v\":01"),
        ("\"v\":1", "\"v\":1e0"),
        ("\"seq\":", "\"seq\":-0"),
        ("\"actor\"", "\"\\u0061ctor\""),
        ("/", "\\/"),
        ("{\"actor\"", "{\"actor\":\"x\",\"actor\""),
        ("\"v\":1}", "\"v\":1,}"),
        ("\"v\":1}", "\"v\":1}}"),
        ("{\"actor\"", "{\"z\":0,\"actor\""),
    ];
    let (from, to) = chance.pick(&spellings);
    payload.replacen(from, to, 1)
}

/// Returns a commit in a place of a chain around a text in place of a payload, signed by whoever signed the event there. What
/// the headers and the summary say follows the text as far as it is a payload, and else the event.
pub(crate) fn around(chain: &Chain, place: usize, payload: &str) -> Vec<u8> {
    let (event, key) = &chain.events[place];
    let read = Event::decode(payload);
    let event = read.as_ref().unwrap_or(event);
    let who = format!("{} <> {} +0000", event.actor, event.at.seconds());
    let parent = chain.parent(place).map(|oid| format!("parent {}\n", oid.as_str().split_once(':').unwrap().1));
    let headers =
        format!("tree {}\n{}author {who}\ncommitter {who}\n", chain.format.empty_tree(), parent.unwrap_or_default());
    seal(chain.format, key, &headers, &format!("{}\n\n{payload}\n", event.summary()))
}

/// Signs headers and a message as they are.
pub(crate) fn seal(format: ObjectFormat, key: &str, headers: &str, message: &str) -> Vec<u8> {
    let armor = secret(key).sign(&format!("{headers}\n{message}")).to_armor().replace('\n', "\n ");
    let name = if format == ObjectFormat::Sha1 { "gpgsig" } else { "gpgsig-sha256" };
    format!("{headers}{name} {armor}\n\n{message}").into_bytes()
}
