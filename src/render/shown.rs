//! Text of other people, shown so that no terminal acts on it, and paths as a shell takes them.

use std::fmt::Write as _;

use crate::domain::explain::Supplier;
use crate::domain::text::is_forbidden;

/// Returns a text on one line: line feeds become spaces, and what a terminal could act on becomes `\u{…}`.
pub fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push(' '),
            c if is_forbidden(c) => {
                let _ = write!(out, "\\u{{{:x}}}", c as u32);
            }
            c => out.push(c),
        }
    }
    out
}

/// Returns a path: as it stands where every character is harmless, else in double quotes with escapes, `\xHH` for bytes
/// that are not UTF-8.
pub fn path(bytes: &[u8]) -> String {
    let odd = |c: char| c == '\n' || is_forbidden(c) || matches!(c, '"' | '\\' | '\u{fffd}');
    if std::str::from_utf8(bytes).is_ok_and(|text| !text.chars().any(odd)) {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    let mut out = String::from('"');
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\n' => out.push_str("\\n"),
                '"' | '\\' => {
                    out.push('\\');
                    out.push(c);
                }
                c if is_forbidden(c) => {
                    let _ = write!(out, "\\u{{{:x}}}", c as u32);
                }
                c => out.push(c),
            }
        }
        for byte in chunk.invalid() {
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    out.push('"');
    out
}

/// Returns a path as an argument of a git command typed at the top of the work tree (`from_top`) or anywhere in it: quoted
/// for the shell, and so that git takes it as a name and not as a pattern.
pub fn pathspec(bytes: &[u8], from_top: bool) -> String {
    let pattern = bytes.iter().any(|byte| matches!(byte, b'*' | b'?' | b'[' | b'\\')) || bytes.first() == Some(&b':');
    let magic: &[u8] = match (pattern, from_top) {
        (false, true) => b"",
        (false, false) => b":/",
        (true, true) => b":(literal)",
        (true, false) => b":(top,literal)",
    };
    shell(&[magic, bytes].concat())
}

/// Returns bytes as one word of a shell: as they stand, in single quotes, or in `$'…'` where they are not plain text.
pub fn shell(bytes: &[u8]) -> String {
    let text = std::str::from_utf8(bytes).ok().filter(|text| !text.chars().any(|c| c == '\n' || is_forbidden(c)));
    if let Some(text) = text {
        return crate::domain::judge::quoted(text);
    }
    let mut out = String::from("$'");
    for byte in bytes {
        match byte {
            b'\'' | b'\\' => {
                out.push('\\');
                out.push(char::from(*byte));
            }
            b' '..=b'~' => out.push(char::from(*byte)),
            // Three octal digits end by themselves, so that a digit may follow.
            byte => {
                let _ = write!(out, "\\{byte:03o}");
            }
        }
    }
    out.push('\'');
    out
}

/// Returns who can supply something: `2 platform-governance: lena, kim`; several terms with ` + ` between.
pub fn suppliers(who: &[Supplier]) -> String {
    let one = |supplier: &Supplier| {
        if supplier.is_in_words() {
            return supplier.role.clone();
        }
        let count = if supplier.count > 1 { format!("{} ", supplier.count) } else { String::new() };
        let names = match supplier.actors.as_slice() {
            [] => "nobody".to_owned(),
            names => names.join(", "),
        };
        format!("{count}{}: {names}", supplier.role)
    };
    who.iter().map(one).collect::<Vec<_>>().join(" + ")
}
