//! Which characters a text may hold, and how case is folded. Unicode 16.0.0.

use caseless::Caseless;
use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

use super::code::Code;
use super::error::FormatError;

/// The greatest length of a text, in bytes of UTF-8.
pub const MAX_TEXT: usize = 16 * 1024;

/// The greatest length of a charter's text, in bytes of UTF-8.
pub const MAX_CHARTER: usize = 256 * 1024;

/// Returns whether a character reorders the text around it (Unicode's `Bidi_Control`).
pub const fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Returns whether no text may hold the character: C0 except LF, DEL, C1, bidi controls, U+2028 and U+2029.
pub const fn is_forbidden(c: char) -> bool {
    (c < ' ' && c != '\n') || matches!(c, '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}') || is_bidi_control(c)
}

/// Returns whether Unicode 16.0.0 assigns the code point.
pub fn is_assigned(c: char) -> bool {
    c.general_category() != GeneralCategory::Unassigned
}

/// Checks a text of at most `limit` bytes.
///
/// # Errors
/// `format.size` where it is longer, `format.text` where it holds a forbidden character.
pub fn check(text: &str, limit: usize) -> Result<(), FormatError> {
    check_but(text, limit, |_| false)
}

/// Checks the text of a charter, which may hold TAB and be longer than other texts.
///
/// # Errors
/// As [`check`].
pub fn check_charter(text: &str) -> Result<(), FormatError> {
    check_but(text, MAX_CHARTER, |c| c == '\t')
}

fn check_but(text: &str, limit: usize, allowed: impl Fn(char) -> bool) -> Result<(), FormatError> {
    if text.len() > limit {
        return Err(FormatError::new(
            Code::FormatSize,
            format!("a text of {} bytes; at most {limit} are allowed", text.len()),
        ));
    }
    if text.bytes().all(|b| matches!(b, b' '..=b'~')) {
        return Ok(());
    }
    match text.char_indices().find(|(_, c)| is_forbidden(*c) && !allowed(*c)) {
        Some((at, c)) => {
            Err(FormatError::new(Code::FormatText, format!("a text holds U+{:04X} at byte {at}", c as u32)))
        }
        None => Ok(()),
    }
}

/// Returns the text in the form under which two texts that look alike to a case-folding file system are equal:
/// NFC of the full case folding of NFD, by the tables of Unicode 16.0.0.
pub fn fold(text: &str) -> String {
    text.nfd().default_case_fold().nfc().collect()
}

/// Returns whether a character shows nothing: white space, and what has no width.
pub const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\n' | ' '
            | '\u{a0}'
            | '\u{ad}'
            | '\u{1680}'
            | '\u{180e}'
            | '\u{2000}'..='\u{200d}'
            | '\u{202f}'
            | '\u{205f}'..='\u{2064}'
            | '\u{3000}'
            | '\u{feff}'
    )
}

/// Returns what of a text is seen, however it is spaced: what stands between runs of characters that show nothing, with one space between.
pub fn seen(text: &str) -> String {
    text.split(is_invisible).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Returns whether nothing of a text is seen.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(is_invisible)
}

/// Returns whether a character is part of a word: a letter or a number by its general category in Unicode 16.0.0. What the
/// standard library says of characters changes with the compiler.
pub fn is_of_word(c: char) -> bool {
    matches!(c.general_category_group(), GeneralCategoryGroup::Letter | GeneralCategoryGroup::Number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_tables_are_of_one_unicode_version() {
        assert_eq!(unicode_normalization::UNICODE_VERSION, (16, 0, 0));
        assert_eq!(unicode_properties::UNICODE_VERSION, (16, 0, 0));
        assert_eq!(caseless::UNICODE_VERSION, (16, 0, 0));
    }

    #[test]
    fn forbidden_characters_are_named() {
        assert!(check("two\nlines, ünïcode", MAX_TEXT).is_ok());
        for (bad, name) in [
            ("\t", "U+0009"),
            ("\u{7f}", "U+007F"),
            ("\u{85}", "U+0085"),
            ("\u{202e}", "U+202E"),
            ("\u{2028}", "U+2028"),
        ] {
            let error = check(bad, MAX_TEXT).unwrap_err();
            assert_eq!(error.code, Code::FormatText);
            assert!(error.detail.contains(name), "{error}");
        }
        assert!(check_charter("a\tb").is_ok());
        assert_eq!(check("abc", 2).unwrap_err().code, Code::FormatSize);
    }

    #[test]
    fn a_text_of_which_nothing_is_seen_is_blank() {
        for blank in ["", " ", "\n", "\u{a0}\u{3000}", "\u{200b}\u{2060}\u{feff}", "\u{ad}"] {
            assert!(is_blank(blank), "{blank:?}");
            assert_eq!(seen(blank), "");
        }
        assert_eq!(seen(" two\n\u{200b} words "), "two words");
        assert!(!is_blank("."));
    }

    #[test]
    fn folding_joins_case_and_composition() {
        assert_eq!(fold("Straße"), fold("STRASSE"));
        assert_eq!(fold("e\u{301}"), fold("É"));
    }
}
