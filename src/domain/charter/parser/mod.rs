//! Sentences, permissions, moves and links as they are written: the grammar, and nothing of what the words name.
//!
//! ```text
//! sentence   = [every|some|no|at least N|at most N] noun [", if any,"] pred {and pred} [if sentence]
//! noun       = base [that pred {and pred}]
//! base       = WORD | WORD of base | (ID | ID..ID | GLOB){, ...} [except ...]
//! pred       = is [not] (WORD{|WORD} | idle DURATION) | passes GATE
//!            | has [no|at least N|at most N] WORD [op LIT{|LIT}] [with VALUE op LIT {and ...}] [within DURATION]
//!              [on BRANCH] [by [every] ROLE]
//! who        = [N] ROLE{|ROLE} {+ ...} {, not (author|CLAIM)}
//! permission = who [if GATE|sentence]
//! result     = WORD [if GATE|sentence]
//! move       = STATE{|STATE} -> STATE by permission [because CODE{|CODE}]
//! link       = KIND -> KIND {, KIND -> KIND} {, acyclic | stated | unique | min N | inverse NAME | mirror LINK}
//! floor      = [N] SCOPE {| [N] SCOPE}
//! ```

mod sentence;
mod who;

#[cfg(test)]
pub(super) use sentence::OPERATORS;
pub(super) use sentence::{ids, noun, sentence};
pub(super) use who::{a_move, alternatives, link, permission, reaches, result, who};

use super::lexer::{Refused, Token, Tokens};
use super::problem::{Problem, Problems};
use super::source::Written;
use crate::domain::code::Code;

/// How deep `of` and `if` may be nested.
const MAX_DEPTH: usize = 16;

/// Words of the grammar, which name nothing else.
pub(super) const GRAMMAR: [&str; 22] = [
    "every", "some", "no", "at", "least", "most", "if", "any", "that", "and", "is", "not", "has", "passes", "with",
    "within", "on", "by", "of", "except", "because", "idle",
];

/// Reads a whole text by one rule of the grammar.
pub(super) fn whole<T>(
    text: &Written,
    problems: &mut Problems,
    rule: impl FnOnce(&mut Tokens<'_>) -> Result<T, Refused>,
) -> Option<T> {
    let mut tokens = Tokens::new(text, problems).ok()?;
    let read = rule(&mut tokens).ok()?;
    tokens.finish("the end of the sentence", &GRAMMAR).ok()?;
    Some(read)
}

/// Reads a number of at most four digits without a leading zero.
fn number(tokens: &mut Tokens<'_>) -> Result<u32, Refused> {
    let number = match tokens.peek() {
        Some(Token::Word(word)) if word.len() <= 4 => word.parse().ok().filter(|n: &u32| n.to_string() == *word),
        _ => None,
    };
    let Some(number) = number else { return Err(tokens.expected("a number from 1 to 9999", &[])) };
    if number == 0 {
        let problem = Problem::new(Code::CharterMeaning, tokens.place(), "0 says nothing; a number is at least 1");
        return Err(tokens.refuse(problem.help("write `no` for none")));
    }
    tokens.take();
    Ok(number)
}
