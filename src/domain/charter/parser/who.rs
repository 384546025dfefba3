//! Who may do something, moves and links.

use super::super::lexer::{Refused, Token, Tokens};
use super::super::problem::Problem;
use super::super::source::Name;
use super::super::syntax::{Guard, Link, Move, Permission, Term, Who};
use super::{number, sentence};
use crate::domain::code::Code;

/// The most signatures that a rule can ask for.
const MAX_PEOPLE: u32 = 99;

/// Reads who may do something.
pub(in super::super) fn who(tokens: &mut Tokens<'_>) -> Result<Who, Refused> {
    let mut terms = vec![term(tokens)?];
    while tokens.take_sign("+") {
        terms.push(term(tokens)?);
    }
    if let [Term { count: Some((1, place)), roles }] = terms.as_slice() {
        // A quorum that lost its number in a slip of the hand must not read as a quorum of one.
        let roles: Vec<&str> = roles.iter().map(|role| role.text.as_str()).collect();
        let problem = Problem::new(Code::CharterSyntax, place.clone(), "one is not written where there is one term");
        return Err(tokens.refuse(problem.help(format!("write `{}` if one is meant", roles.join(" | ")))));
    }
    // Longer rules than any house has people: what counts signatures looks at every place.
    let people =
        terms.iter().map(|term| term.count.as_ref().map_or(1, |(count, _)| *count)).fold(0, u32::saturating_add);
    if people > MAX_PEOPLE {
        let problem = Problem::new(Code::CharterMeaning, tokens.place(), format!("a rule for {people} people"));
        return Err(tokens.refuse(problem.help(format!("at most {MAX_PEOPLE} signatures can be asked for"))));
    }
    let mut not = Vec::new();
    while tokens.take_sign(",") {
        if tokens.take_word("not").is_none() {
            return Err(tokens.expected("`not author` or `not CLAIM`", &["not"]));
        }
        not.push(tokens.word("`author` or the name of a claim")?);
    }
    Ok(Who { terms, not })
}

fn term(tokens: &mut Tokens<'_>) -> Result<Term, Refused> {
    let mark = tokens.mark();
    let counted = matches!((tokens.peek(), tokens.peek_second()), (Some(Token::Word(n)), Some(Token::Word(_)))
        if n.bytes().all(|b| b.is_ascii_digit()));
    let count = if counted { Some((number(tokens)?, tokens.since(mark).0)) } else { None };
    let mut roles = vec![tokens.word("the name of a role")?];
    while tokens.take_sign("|") {
        roles.push(tokens.word("the name of another role")?);
    }
    Ok(Term { count, roles })
}

/// Reads who may do something, and when.
pub(in super::super) fn permission(tokens: &mut Tokens<'_>) -> Result<Permission, Refused> {
    let mark = tokens.mark();
    let who = who(tokens)?;
    let guard = match tokens.take_word("if") {
        Some(_) => Some(guard(tokens)?),
        None => None,
    };
    Ok(Permission { who, guard, text: tokens.since(mark).1 })
}

fn guard(tokens: &mut Tokens<'_>) -> Result<Guard, Refused> {
    let alone = match tokens.peek_second() {
        None => true,
        Some(Token::Word(word)) => word == "because",
        Some(_) => false,
    };
    if alone {
        return Ok(Guard::Gate(tokens.word("the name of a gate, or a sentence")?));
    }
    Ok(Guard::Sentence(Box::new(sentence(tokens)?)))
}

/// Reads a result with the condition on which it may be stated.
pub(in super::super) fn result(tokens: &mut Tokens<'_>) -> Result<(Name, Guard), Refused> {
    let name = tokens.word("a result")?;
    if tokens.take_word("if").is_none() {
        return Err(tokens.expected("`if` and the condition on which it may be stated", &["if"]));
    }
    Ok((name, guard(tokens)?))
}

/// Reads a move.
pub(in super::super) fn a_move(tokens: &mut Tokens<'_>) -> Result<Move, Refused> {
    let mark = tokens.mark();
    let from = alternatives(tokens, "a state, or `new`")?;
    if !tokens.take_sign("->") {
        return Err(tokens.expected("`->`", &[]));
    }
    let to = tokens.word("a state")?;
    if tokens.take_word("by").is_none() {
        return Err(tokens.expected("`by` and who may make the move", &["by"]));
    }
    let by = permission(tokens)?;
    let because = match tokens.take_word("because") {
        Some(_) => alternatives(tokens, "a code")?,
        None => Vec::new(),
    };
    Ok(Move { from, to, by, because, span: tokens.since(mark).0 })
}

/// Reads words with `|` between them.
pub(in super::super) fn alternatives(tokens: &mut Tokens<'_>, what: &str) -> Result<Vec<Name>, Refused> {
    let mut words = vec![tokens.word(what)?];
    while tokens.take_sign("|") {
        words.push(tokens.word(what)?);
    }
    Ok(words)
}

/// Reads `[N] SCOPE {| [N] SCOPE}`.
pub(in super::super) fn reaches(tokens: &mut Tokens<'_>) -> Result<Vec<(u32, Name)>, Refused> {
    let mut reaches = Vec::new();
    loop {
        let counted = matches!((tokens.peek(), tokens.peek_second()), (Some(Token::Word(n)), Some(Token::Word(_)))
            if n.bytes().all(|b| b.is_ascii_digit()));
        let places = if counted { number(tokens)? } else { 1 };
        reaches.push((places, tokens.word("the name of a scope")?));
        if !tokens.take_sign("|") {
            return Ok(reaches);
        }
    }
}

/// Reads what a link leads from and to, and what else holds for it.
pub(in super::super) fn link(tokens: &mut Tokens<'_>) -> Result<Link, Refused> {
    const FLAGS: [&str; 7] = ["acyclic", "stated", "unique", "min", "within", "inverse", "mirror"];
    let mut link = Link::default();
    loop {
        let name = tokens.word("a kind or `any`")?;
        if tokens.take_sign("->") {
            link.pairs.push((name, tokens.word("a kind or `any`")?));
        } else if link.pairs.is_empty() {
            return Err(tokens.expected("`->`", &[]));
        } else {
            flag(tokens, &mut link, &name, &FLAGS)?;
        }
        if !tokens.take_sign(",") {
            return Ok(link);
        }
    }
}

fn flag(tokens: &mut Tokens<'_>, link: &mut Link, name: &Name, flags: &[&str]) -> Result<(), Refused> {
    let repeated = match name.text.as_str() {
        "acyclic" => std::mem::replace(&mut link.acyclic, true),
        "stated" => std::mem::replace(&mut link.stated, true),
        "unique" => std::mem::replace(&mut link.unique, true),
        "min" => std::mem::replace(&mut link.min, number(tokens)?) > 0,
        "within" => link.within.replace(tokens.word("the name of a link")?).is_some(),
        "inverse" => link.inverse.replace(tokens.word("the name of the link seen from its target")?).is_some(),
        "mirror" => link.mirror.replace(tokens.word("the name of a link")?).is_some(),
        word => {
            let message = format!("found `{word}`, needed `KIND -> KIND` or one of {}", flags.join(", "));
            let mut problem = Problem::new(Code::CharterSyntax, name.span.clone(), message);
            if let Some(near) = super::super::problem::nearest(word, flags) {
                problem = problem.help(format!("did you mean `{near}`?"));
            }
            return Err(tokens.refuse(problem));
        }
    };
    if repeated {
        let message = format!("`{}` stands twice", name.text);
        return Err(tokens.refuse(Problem::new(Code::CharterSyntax, name.span.clone(), message)));
    }
    Ok(())
}
