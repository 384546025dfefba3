//! Sentences into words and signs, each with its place.
//!
//! A word is letters, digits and `_ @ + . / % : * -`, beginning with a letter, a digit or `*`. `..` and `->` end it, so that
//! `E-00..E-11` is two words around a sign. One space stands between words: two, or one at either end, may be where a
//! word was lost, and are refused.

use std::ops::Range;

use super::problem::{Place, Problem, Problems};
use super::source::{Name, Written};
use crate::domain::code::Code;

/// What a piece of a sentence is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A word.
    Word(String),
    /// A text in single quotes.
    Quoted(String),
    /// A sign: `,` `|` `+` `->` `..` or an operator.
    Sign(&'static str),
}

impl Token {
    /// Returns the piece as it is shown in messages.
    pub(super) fn show(&self) -> String {
        match self {
            Token::Word(word) => format!("`{word}`"),
            Token::Quoted(text) => format!("'{text}'"),
            Token::Sign(sign) => format!("`{sign}`"),
        }
    }
}

const SIGNS: [&str; 11] = ["->", "..", "!=", "<=", ">=", ",", "|", "+", "=", "<", ">"];

/// Splits a sentence.
///
/// # Errors
/// `None` where a character belongs to no word, which is reported.
pub(super) fn split(text: &Written, problems: &mut Problems) -> Option<Vec<(Token, Range<usize>)>> {
    let all = text.text.as_str();
    let mut refuse = |part: Range<usize>, message: &str, help: &str| {
        problems.push(Problem::new(Code::CharterSyntax, text.place(part), message).help(help));
    };
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(c) = all[at..].chars().next() {
        let rest = &all[at..];
        if is_space(c) {
            let run = rest.find(|c| !is_space(c)).unwrap_or(rest.len());
            let edge = at == 0 || at + run == all.len();
            if (edge || run > 1) && !rest[..run].contains('\n') {
                refuse(at..at + run, "a space too many", "write one space between words; was a word left out here?");
                return None;
            }
            at += run;
            continue;
        }
        let (token, length) = if c == '\'' {
            let Some(end) = rest[1..].find('\'') else {
                refuse(at..all.len(), "a quoted text without its closing quote", "close it with '");
                return None;
            };
            (Token::Quoted(rest[1..=end].to_owned()), end + 2)
        } else if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            (Token::Sign(sign), sign.len())
        } else {
            let length = word_length(rest);
            if length == 0 {
                refuse(
                    at..at + c.len_utf8(),
                    &format!("no word begins with `{c}`"),
                    "words are letters, digits, `-` and `_`",
                );
                return None;
            }
            (Token::Word(rest[..length].to_owned()), length)
        };
        out.push((token, at..at + length));
        at += length;
    }
    Some(out)
}

const fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n')
}

fn word_length(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let negative = bytes.first() == Some(&b'-') && bytes.get(1).is_some_and(u8::is_ascii_digit);
    if !negative && !bytes.first().is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'*') {
        return 0;
    }
    let inside = |at: usize, b: u8| {
        let pair = bytes.get(at + 1).copied();
        match b {
            b'.' => pair != Some(b'.'),
            b'-' => pair != Some(b'>'),
            b'_' | b'@' | b'+' | b'/' | b'%' | b':' | b'*' => true,
            _ => b.is_ascii_alphanumeric(),
        }
    };
    bytes.iter().enumerate().find(|(at, b)| !inside(*at, **b)).map_or(bytes.len(), |(at, _)| at)
}

/// The pieces of a sentence, read from the front.
pub(super) struct Tokens<'a> {
    text: &'a Written,
    pieces: Vec<(Token, Range<usize>)>,
    at: usize,
    problems: &'a mut Problems,
}

/// The sentence cannot be read; the problem is reported.
#[derive(Debug)]
pub(super) struct Refused;

/// A position between two pieces, to tell later what was read since.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark(usize);

impl<'a> Tokens<'a> {
    /// Splits a text.
    pub(super) fn new(text: &'a Written, problems: &'a mut Problems) -> Result<Tokens<'a>, Refused> {
        let pieces = split(text, problems).ok_or(Refused)?;
        Ok(Tokens { text, pieces, at: 0, problems })
    }

    /// Returns the next piece.
    pub(super) fn peek(&self) -> Option<&Token> {
        self.pieces.get(self.at).map(|(token, _)| token)
    }

    /// Returns the piece after the next one.
    pub(super) fn peek_second(&self) -> Option<&Token> {
        self.pieces.get(self.at + 1).map(|(token, _)| token)
    }

    fn decoded(&self, at: usize) -> Range<usize> {
        let end = self.text.text.len();
        self.pieces.get(at).map_or(end..end, |(_, part)| part.clone())
    }

    /// Returns the place of the next piece, or of the end.
    pub(super) fn place(&self) -> Place {
        self.text.place(self.decoded(self.at))
    }

    /// Returns the position before the next piece.
    pub(super) const fn mark(&self) -> Mark {
        Mark(self.at)
    }

    /// Returns what was read since a position: its place, and its text with single spaces.
    pub(super) fn since(&self, mark: Mark) -> (Place, String) {
        let start = self.decoded(mark.0).start;
        let end = self.at.checked_sub(1).map_or(start, |last| self.decoded(last).end).max(start);
        let words: Vec<&str> = self.text.text.get(start..end).unwrap_or_default().split_whitespace().collect();
        (self.text.place(start..end), words.join(" "))
    }

    /// Returns whether the next piece is this word.
    pub(super) fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Some(Token::Word(next)) if next == word)
    }

    /// Takes the next piece if it is this word.
    pub(super) fn take_word(&mut self, word: &str) -> Option<Place> {
        let place = self.place();
        self.is_word(word).then(|| {
            self.at += 1;
            place
        })
    }

    /// Takes the next piece if it is this sign.
    pub(super) fn take_sign(&mut self, sign: &str) -> bool {
        let is = matches!(self.peek(), Some(Token::Sign(next)) if *next == sign);
        self.at += usize::from(is);
        is
    }

    /// Takes the next piece, whatever it is.
    pub(super) fn take(&mut self) -> Option<(Token, Place)> {
        let place = self.place();
        let next = self.pieces.get(self.at).map(|(token, _)| (token.clone(), place));
        self.at += usize::from(next.is_some());
        next
    }

    /// Takes a word; `what` says which sort is expected.
    pub(super) fn word(&mut self, what: &str) -> Result<Name, Refused> {
        match self.peek() {
            Some(Token::Word(word)) => {
                let name = Name { text: word.clone(), span: self.place() };
                self.at += 1;
                Ok(name)
            }
            _ => Err(self.expected(what, &[])),
        }
    }

    /// Reports that something else is expected here; `words` are the words that the grammar takes here.
    pub(super) fn expected(&mut self, what: &str, words: &[&str]) -> Refused {
        let found = self.peek().map_or_else(|| "the end".to_owned(), Token::show);
        let mut problem = Problem::new(Code::CharterSyntax, self.place(), format!("found {found}, needed {what}"));
        if let Some(Token::Word(word)) = self.peek()
            && let Some(near) = super::problem::nearest(word, words)
        {
            problem = problem.help(match near {
                // A word of the language, in a place that is not its own.
                "with" | "within" | "on" | "by" if near == word => {
                    format!("`{word}` stands behind a claim, in this order: `with`, `within`, `on`, `by`")
                }
                near if near == word => format!("`{word}` does not stand here"),
                near => format!("did you mean `{near}`?"),
            });
        }
        self.refuse(problem)
    }

    /// Reports a problem.
    pub(super) fn refuse(&mut self, problem: Problem) -> Refused {
        self.problems.push(problem);
        Refused
    }

    /// Refuses what is left over.
    pub(super) fn finish(&mut self, what: &str, words: &[&str]) -> Result<(), Refused> {
        if self.peek().is_none() { Ok(()) } else { Err(self.expected(what, words)) }
    }
}
