//! Sentences, nouns and predicates.

use super::super::lexer::{Refused, Token, Tokens};
use super::super::problem::{Place, Problem};
use super::super::source::Name;
use super::super::syntax::{Base, By, Compare, Has, IdTerm, Ids, Literal, Noun, Predicate, Sentence};
use super::{MAX_DEPTH, number};
use crate::domain::charter::ast::{Op, Quantity};
use crate::domain::code::Code;
use crate::domain::time::Span;

const VERBS: [&str; 3] = ["is", "has", "passes"];

/// Reads a sentence.
pub(in super::super) fn sentence(tokens: &mut Tokens<'_>) -> Result<Sentence, Refused> {
    nested_sentence(tokens, 0)
}

fn nested_sentence(tokens: &mut Tokens<'_>, depth: usize) -> Result<Sentence, Refused> {
    check_depth(tokens, depth)?;
    let mark = tokens.mark();
    let quantity = quantity(tokens, true)?;
    let noun = noun(tokens)?;
    let if_any = if_any(tokens)?;
    let mut predicates = vec![predicate(tokens)?];
    while tokens.take_word("and").is_some() {
        predicates.push(predicate(tokens)?);
    }
    let condition = match tokens.take_word("if") {
        Some(_) => Some(Box::new(nested_sentence(tokens, depth + 1)?)),
        None => None,
    };
    let text = tokens.since(mark).1;
    Ok(Sentence { quantity, noun, if_any, predicates, condition, text })
}

fn check_depth(tokens: &mut Tokens<'_>, depth: usize) -> Result<(), Refused> {
    if depth < MAX_DEPTH {
        return Ok(());
    }
    let message = format!("nested deeper than {MAX_DEPTH} levels");
    let problem = Problem::new(Code::CharterSyntax, tokens.place(), message);
    Err(tokens.refuse(problem.help("give a part of it a gate of its own")))
}

fn quantity(tokens: &mut Tokens<'_>, before_noun: bool) -> Result<Option<(Quantity, Place)>, Refused> {
    let mark = tokens.mark();
    let quantity = if before_noun && tokens.take_word("every").is_some() {
        Quantity::Every
    } else if before_noun && tokens.take_word("some").is_some() {
        Quantity::AtLeast(1)
    } else if tokens.take_word("no").is_some() {
        Quantity::No
    } else if tokens.take_word("at").is_some() {
        if tokens.take_word("least").is_some() {
            Quantity::AtLeast(number(tokens)?)
        } else if tokens.take_word("most").is_some() {
            Quantity::AtMost(number(tokens)?)
        } else {
            return Err(tokens.expected("`least` or `most`", &["least", "most"]));
        }
    } else {
        return Ok(None);
    };
    Ok(Some((quantity, tokens.since(mark).0)))
}

fn if_any(tokens: &mut Tokens<'_>) -> Result<Option<Place>, Refused> {
    if !matches!(tokens.peek(), Some(Token::Sign(","))) {
        return Ok(None);
    }
    let mark = tokens.mark();
    tokens.take_sign(",");
    for word in ["if", "any"] {
        if tokens.take_word(word).is_none() {
            return Err(tokens.expected("`, if any,`", &[word]));
        }
    }
    if !tokens.take_sign(",") {
        return Err(tokens.expected("the comma that closes `, if any,`", &[]));
    }
    Ok(Some(tokens.since(mark).0))
}

/// Reads a noun with its filter.
pub(in super::super) fn noun(tokens: &mut Tokens<'_>) -> Result<Noun, Refused> {
    let mark = tokens.mark();
    let base = base(tokens, 0)?;
    let that = tokens.take_word("that");
    let mut filter = Vec::new();
    if that.is_some() {
        filter.push(predicate(tokens)?);
        while tokens.take_word("and").is_some() {
            filter.push(predicate(tokens)?);
        }
    }
    Ok(Noun { base, filter, that, span: tokens.since(mark).0 })
}

fn base(tokens: &mut Tokens<'_>, depth: usize) -> Result<Base, Refused> {
    check_depth(tokens, depth)?;
    if let (Some(Token::Word(_)), Some(Token::Word(of))) = (tokens.peek(), tokens.peek_second())
        && of == "of"
    {
        let name = tokens.word("a name")?;
        tokens.take_word("of");
        return Ok(Base::Of(name, Box::new(base(tokens, depth + 1)?)));
    }
    let mut ids = ids(tokens)?;
    match (ids.items.pop(), ids.items.is_empty() && ids.except.is_empty()) {
        (Some(IdTerm::One(name)), true) => Ok(Base::Word(name)),
        (last, _) => {
            ids.items.extend(last);
            Ok(Base::Ids(ids))
        }
    }
}

/// Reads ids, ranges and globs, and what is excepted of them.
pub(in super::super) fn ids(tokens: &mut Tokens<'_>) -> Result<Ids, Refused> {
    let items = id_terms(tokens)?;
    let except = if tokens.take_word("except").is_some() { id_terms(tokens)? } else { Vec::new() };
    Ok(Ids { items, except })
}

fn id_terms(tokens: &mut Tokens<'_>) -> Result<Vec<IdTerm>, Refused> {
    let mut terms = vec![id_term(tokens)?];
    // `, if any,` begins with a comma too.
    while matches!(tokens.peek(), Some(Token::Sign(",")))
        && !matches!(tokens.peek_second(), Some(Token::Word(word)) if word == "if")
    {
        tokens.take_sign(",");
        terms.push(id_term(tokens)?);
    }
    Ok(terms)
}

fn id_term(tokens: &mut Tokens<'_>) -> Result<IdTerm, Refused> {
    let first = tokens.word("a noun: `self`, `repo`, an id, or the name of a kind, set or link")?;
    if tokens.take_sign("..") {
        return Ok(IdTerm::Range(first, tokens.word("the last id of the range")?));
    }
    Ok(if first.text.contains('*') { IdTerm::Glob(first) } else { IdTerm::One(first) })
}

fn predicate(tokens: &mut Tokens<'_>) -> Result<Predicate, Refused> {
    if tokens.take_word("is").is_some() {
        return being(tokens);
    }
    if tokens.take_word("passes").is_some() {
        return Ok(Predicate::Passes(tokens.word("the name of a gate")?));
    }
    if tokens.take_word("has").is_some() {
        return Ok(Predicate::Has(Box::new(having(tokens)?)));
    }
    Err(tokens.expected("`is`, `has` or `passes`", &VERBS))
}

fn being(tokens: &mut Tokens<'_>) -> Result<Predicate, Refused> {
    let negated = tokens.take_word("not").is_some();
    let first = tokens.word("a state, or one of sealed, upheld, present, valid, consistent, blocked, idle")?;
    if first.text == "idle" {
        let (span, _) = duration(tokens)?;
        return Ok(Predicate::Idle { negated, word: first, span });
    }
    let mut words = vec![first];
    while tokens.take_sign("|") {
        words.push(tokens.word("another state")?);
    }
    Ok(Predicate::Is { negated, words })
}

fn duration(tokens: &mut Tokens<'_>) -> Result<(Span, Place), Refused> {
    let span = match tokens.peek() {
        Some(Token::Word(word)) => Span::parse(word),
        _ => None,
    };
    let Some(span) = span else { return Err(tokens.expected("a duration such as `36h`, `14d` or `2w`", &[])) };
    let place = tokens.place();
    tokens.take();
    Ok((span, place))
}

fn having(tokens: &mut Tokens<'_>) -> Result<Has, Refused> {
    let quantity = quantity(tokens, false)?;
    let what = tokens.word("a field, a link or a claim")?;
    let compare = comparison(tokens)?;
    let mut with = Vec::new();
    if tokens.take_word("with").is_some() {
        with.push(value_test(tokens)?);
        while tokens.is_word("and")
            && !matches!(tokens.peek_second(), Some(Token::Word(w)) if VERBS.contains(&w.as_str()))
        {
            tokens.take();
            with.push(value_test(tokens)?);
        }
    }
    let within = if tokens.take_word("within").is_some() { Some(duration(tokens)?) } else { None };
    let on = if tokens.take_word("on").is_some() { Some(tokens.word("the name of a branch")?) } else { None };
    let by = match tokens.take_word("by") {
        Some(_) => Some(By { every: tokens.take_word("every"), role: tokens.word("the name of a role")? }),
        None => None,
    };
    Ok(Has { quantity, what, compare, with, within, on, by })
}

fn value_test(tokens: &mut Tokens<'_>) -> Result<(Name, Compare), Refused> {
    let value = tokens.word("the name of a value of the claim")?;
    match comparison(tokens)? {
        Some(compare) => Ok((value, compare)),
        None => Err(tokens.expected("an operator: `=`, `!=`, `<`, `<=`, `>` or `>=`", &[])),
    }
}

/// The signs of comparisons.
pub(in super::super) const OPERATORS: [(&str, Op); 6] = [
    ("=", Op::Equal),
    ("!=", Op::Unequal),
    ("<", Op::Less),
    ("<=", Op::LessOrEqual),
    (">", Op::Greater),
    (">=", Op::GreaterOrEqual),
];

fn comparison(tokens: &mut Tokens<'_>) -> Result<Option<Compare>, Refused> {
    let op_span = tokens.place();
    let Some((_, op)) = OPERATORS.iter().find(|(sign, _)| tokens.take_sign(sign)) else { return Ok(None) };
    let mut with = vec![literal(tokens)?];
    while tokens.take_sign("|") {
        with.push(literal(tokens)?);
    }
    Ok(Some(Compare { op: *op, op_span, with }))
}

fn literal(tokens: &mut Tokens<'_>) -> Result<Literal, Refused> {
    match tokens.peek() {
        Some(Token::Word(_) | Token::Quoted(_)) => {}
        _ => return Err(tokens.expected("a word, a number or a text in single quotes", &[])),
    }
    match tokens.take() {
        Some((Token::Word(text), span)) => Ok(Literal { text: Name { text, span }, quoted: false }),
        Some((Token::Quoted(text), span)) => Ok(Literal { text: Name { text, span }, quoted: true }),
        _ => Err(Refused),
    }
}
