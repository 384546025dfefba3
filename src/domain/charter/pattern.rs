//! Patterns of ids: an ASCII subset of regular expressions, matched whole.
//!
//! ```text
//! pattern = branch {| branch}
//! branch  = {atom [* | + | ? | {n} | {n,} | {n,m}]}
//! atom    = CHARACTER | \PUNCTUATION | [class] | (pattern)
//! class   = [^] (CHARACTER | CHARACTER-CHARACTER | \PUNCTUATION) …
//! ```
//!
//! A character is printable ASCII that is none of `\ . [ ] ( ) { } | * + ? ^ $`; in a class, none of `\ [ ] ^`, and `-` stands
//! first, last or behind `\`. n and m are at most 100. There is no `.` (write `\.`), no anchor, no `\d`, no look-around and no
//! back-reference. Matching takes time linear in the length of the id, whatever the pattern.
//!
//! A pattern of lines is found anywhere in a line. It also holds spaces, TABs and `\b`, the edge of a word; its inverted classes hold
//! every byte that they do not name, so that no letter of another script hides what is looked for.

use std::sync::Arc;

/// The most states that a pattern may be compiled to.
const MAX_STATES: usize = 2_000;

/// How deep groups may be nested.
const MAX_DEPTH: usize = 32;

/// Every character that an id may hold.
const PRINTABLE: u128 = ((1 << 95) - 1) << 32;

/// A pattern, checked when the charter is loaded.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// As it stands in the charter.
    pub text: String,
    program: Arc<Program>,
}

impl Pattern {
    /// Returns the characters with which the pattern begins that stand for themselves, each once; nothing where it has alternatives of
    /// which none is within brackets.
    pub fn beginning(&self) -> &str {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let end = self.text.find(|c| !plain(c)).unwrap_or(self.text.len());
        let (text, rest) = self.text.split_at(end);
        let mut depth = 0_i32;
        let has_others = rest.chars().any(|c| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            c == '|' && depth == 0
        });
        match rest.chars().next() {
            _ if has_others => "",
            Some('?' | '*' | '+' | '{') => text.get(..text.len().saturating_sub(1)).unwrap_or_default(),
            _ => text,
        }
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Pattern) -> bool {
        self.text == other.text
    }
}

impl Eq for Pattern {}

/// What is wrong with a pattern, and at which bytes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError {
    /// The bytes of the pattern.
    pub at: std::ops::Range<usize>,
    /// What is wrong.
    pub message: String,
}

/// A pattern that is looked for in the lines of files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinePattern(Pattern);

impl LinePattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// What is not of the subset, and where; and one that an empty line matches.
    pub fn parse(text: &str) -> Result<LinePattern, PatternError> {
        let pattern = LinePattern(Pattern::read(text, true)?);
        if pattern.found_in(b"") {
            let message = "the pattern is found in every line, even in an empty one".to_owned();
            return Err(PatternError { at: 0..text.len(), message });
        }
        Ok(pattern)
    }

    /// Returns the pattern as it stands in the charter.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// Returns whether some part of a line matches.
    pub fn found_in(&self, line: &[u8]) -> bool {
        let program = &self.0.program;
        let mut states: Vec<usize> = Vec::new();
        let (mut next, mut open): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
        let mut seen = vec![usize::MAX; program.states.len()];
        let is_word = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
        let mut before: Option<&u8> = None;
        for at in 0..=line.len() {
            let here = line.get(at);
            let edge = is_word(before) != is_word(here);
            open.append(&mut states);
            open.push(program.start);
            while let Some(state) = open.pop() {
                if std::mem::replace(&mut seen[state], at) == at {
                    continue;
                }
                match program.states[state] {
                    State::Accept => return true,
                    State::Fork(a, b) => open.extend([a, b]),
                    State::Edge(after) if edge => open.push(after),
                    State::Edge(_) => {}
                    State::Read(set, after) => {
                        // Whatever is beyond ASCII is in the inverted classes, which hold bit 127.
                        if here.is_some_and(|byte| set & (1 << (*byte).min(127)) != 0) {
                            next.push(after);
                        }
                    }
                }
            }
            std::mem::swap(&mut states, &mut next);
            before = here;
        }
        false
    }
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// What is not of the subset, and where.
    pub fn parse(text: &str) -> Result<Pattern, PatternError> {
        Pattern::read(text, false)
    }

    fn read(text: &str, lines: bool) -> Result<Pattern, PatternError> {
        let mut parser = Parser { text, at: 0, lines };
        let tree = parser.alternatives(0)?;
        if parser.at < text.len() {
            return parser.wrong("a `)` without its `(`");
        }
        let whole =
            PatternError { at: 0..text.len(), message: format!("the pattern is larger than {MAX_STATES} steps") };
        let program = Program::compile(&tree).ok_or(whole)?;
        Ok(Pattern { text: text.to_owned(), program: Arc::new(program) })
    }

    /// Returns the pattern of a glob of ids, in which `*` stands for any run of characters.
    pub(super) fn of_glob(glob: &str) -> Option<Pattern> {
        let parts = glob.bytes().map(|b| match b {
            b'*' => Tree::Repeat(Box::new(Tree::Class(PRINTABLE)), 0, None),
            b => Tree::Class(bit(b)),
        });
        let program = Program::compile(&Tree::Sequence(parts.collect()))?;
        Some(Pattern { text: glob.to_owned(), program: Arc::new(program) })
    }

    /// Returns whether the whole text matches.
    pub fn matches(&self, text: &str) -> bool {
        let mut states = self.program.closure([self.program.start]);
        for byte in text.bytes() {
            let next = states.iter().filter_map(|state| self.program.step(*state, bit(byte)));
            states = self.program.closure(next.collect::<Vec<_>>());
            if states.is_empty() {
                return false;
            }
        }
        states.contains(&ACCEPT)
    }

    /// Returns whether some text matches both patterns.
    pub(super) fn meets(&self, other: &Pattern) -> bool {
        let (left, right) = (&self.program, &other.program);
        let mut seen = std::collections::BTreeSet::new();
        let mut open = vec![(left.start, right.start)];
        while let Some((a, b)) = open.pop() {
            for &x in &left.closure([a]) {
                for &y in &right.closure([b]) {
                    if x == ACCEPT && y == ACCEPT {
                        return true;
                    }
                    if let (Some((c, p)), Some((d, q))) = (left.edge(x), right.edge(y))
                        && c & d != 0
                        && seen.insert((p, q))
                    {
                        open.push((p, q));
                    }
                }
            }
        }
        false
    }
}

/// The set that holds one byte; bytes beyond ASCII are in no set.
const fn bit(byte: u8) -> u128 {
    if byte < 128 { 1 << byte } else { 0 }
}

/// A pattern as a tree.
enum Tree {
    Class(u128),
    /// The edge of a word, which takes no byte.
    Edge,
    Sequence(Vec<Tree>),
    Either(Vec<Tree>),
    Repeat(Box<Tree>, usize, Option<usize>),
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    /// It is a pattern of lines.
    lines: bool,
}

type Parsed<T> = Result<T, PatternError>;

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn wrong<T>(&self, message: &str) -> Parsed<T> {
        let length = self.text.get(self.at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        Err(PatternError { at: self.at..self.at + length, message: message.to_owned() })
    }

    fn alternatives(&mut self, depth: usize) -> Parsed<Tree> {
        if depth > MAX_DEPTH {
            return self.wrong("groups are nested too deep");
        }
        let mut branches = vec![self.sequence(depth)?];
        while self.peek() == Some(b'|') {
            self.at += 1;
            branches.push(self.sequence(depth)?);
        }
        Ok(Tree::Either(branches))
    }

    fn sequence(&mut self, depth: usize) -> Parsed<Tree> {
        let mut parts = Vec::new();
        while !matches!(self.peek(), None | Some(b'|' | b')')) {
            let atom = self.atom(depth)?;
            parts.push(self.repeated(atom)?);
        }
        if parts.is_empty() { self.wrong("an alternative that is empty") } else { Ok(Tree::Sequence(parts)) }
    }

    fn atom(&mut self, depth: usize) -> Parsed<Tree> {
        match self.peek() {
            Some(b'(') => {
                self.at += 1;
                let inner = self.alternatives(depth + 1)?;
                if self.peek() != Some(b')') {
                    return self.wrong("a `(` without its `)`");
                }
                self.at += 1;
                Ok(inner)
            }
            Some(b'[') => self.class(),
            Some(b'\\') if self.lines && self.text.as_bytes().get(self.at + 1) == Some(&b'b') => {
                self.at += 2;
                Ok(Tree::Edge)
            }
            Some(b'\\') => Ok(Tree::Class(bit(self.escaped()?))),
            Some(b'.') => self.wrong("`.` alone; write `\\.` for a dot, a class for anything else"),
            Some(b'^' | b'$') if self.lines => self.wrong("an anchor; a pattern is looked for anywhere in a line"),
            Some(b'^' | b'$') => self.wrong("an anchor; a pattern is always matched whole"),
            Some(b'*' | b'+' | b'?' | b'{') => self.wrong("a repetition of nothing"),
            Some(b'}' | b']') => self.wrong("a bracket that was never opened"),
            Some(b) if self.may_stand(b) => {
                self.at += 1;
                Ok(Tree::Class(bit(b)))
            }
            _ => self.strange(),
        }
    }

    fn may_stand(&self, byte: u8) -> bool {
        (b'!'..=b'~').contains(&byte) || (self.lines && matches!(byte, b' ' | b'\t'))
    }

    fn strange<T>(&self) -> Parsed<T> {
        self.wrong(if self.lines { "a character that is no printable ASCII" } else { "a character that no id holds" })
    }

    fn escaped(&mut self) -> Parsed<u8> {
        self.at += 1;
        match self.peek() {
            Some(b) if b.is_ascii_punctuation() => {
                self.at += 1;
                Ok(b)
            }
            _ => self.wrong("`\\` before something that is no punctuation; classes are written out, such as `[0-9]`"),
        }
    }

    fn class(&mut self) -> Parsed<Tree> {
        self.at += 1;
        let inverted = self.peek() == Some(b'^');
        self.at += usize::from(inverted);
        let mut set = 0;
        let mut first = true;
        while self.peek() != Some(b']') {
            let low = self.class_character(first)?;
            let range = self.peek() == Some(b'-') && self.text.as_bytes().get(self.at + 1).is_some_and(|b| *b != b']');
            if range {
                self.at += 1;
                let high = self.class_character(true)?;
                if high <= low {
                    self.at -= 1;
                    return self.wrong("a range that runs backwards");
                }
                set |= (low..=high).fold(0, |set, b| set | bit(b));
            } else {
                set |= bit(low);
            }
            first = false;
        }
        if first {
            return self.wrong("an empty class");
        }
        self.at += 1;
        let all = if self.lines { u128::MAX } else { PRINTABLE };
        Ok(Tree::Class(if inverted { all & !set } else { set }))
    }

    fn class_character(&mut self, first: bool) -> Parsed<u8> {
        let last = self.text.as_bytes().get(self.at + 1) == Some(&b']');
        match self.peek() {
            None => self.wrong("a `[` without its `]`"),
            Some(b'\\') => self.escaped(),
            Some(b'[' | b'^') => self.wrong("a sign that needs a `\\` before it"),
            Some(b'-') if !first && !last => self.wrong("a `-` in the middle; write `\\-`"),
            Some(b) if self.may_stand(b) => {
                self.at += 1;
                Ok(b)
            }
            Some(_) => self.strange(),
        }
    }

    fn repeated(&mut self, atom: Tree) -> Parsed<Tree> {
        let (min, max) = match self.peek() {
            Some(b'*') => (0, None),
            Some(b'+') => (1, None),
            Some(b'?') => (0, Some(1)),
            Some(b'{') => self.counts()?,
            _ => return Ok(atom),
        };
        self.at += 1;
        if matches!(self.peek(), Some(b'*' | b'+' | b'?' | b'{')) {
            return self.wrong("a repetition of a repetition");
        }
        Ok(Tree::Repeat(Box::new(atom), min, max))
    }

    /// Reads `{n}`, `{n,}` or `{n,m}`; stops at the closing brace.
    fn counts(&mut self) -> Parsed<(usize, Option<usize>)> {
        let inner = self.text[self.at + 1..].split('}').next().unwrap_or_default();
        let number = |text: &str| text.parse::<usize>().ok().filter(|n| *n <= 100 && n.to_string() == text);
        let counts = match inner.split_once(',') {
            None => number(inner).map(|n| (n, Some(n))),
            Some((min, "")) => number(min).map(|n| (n, None)),
            Some((min, max)) => number(min).zip(number(max)).map(|(n, m)| (n, Some(m))),
        };
        let closed = self.text.as_bytes().get(self.at + 1 + inner.len()) == Some(&b'}');
        match counts.filter(|(min, max)| closed && *max != Some(0) && max.is_none_or(|max| *min <= max)) {
            Some(counts) => {
                self.at += 1 + inner.len();
                Ok(counts)
            }
            None => self.wrong("a count that is not `{n}`, `{n,}` or `{n,m}` with n <= m <= 100"),
        }
    }
}

/// A state of the automaton.
#[derive(Debug)]
enum State {
    Accept,
    Read(u128, usize),
    Edge(usize),
    Fork(usize, usize),
}

const ACCEPT: usize = 0;

/// A nondeterministic automaton (Thompson's construction), built from the end.
#[derive(Debug)]
struct Program {
    states: Vec<State>,
    start: usize,
}

impl Program {
    fn compile(tree: &Tree) -> Option<Program> {
        let mut program = Program { states: vec![State::Accept], start: ACCEPT };
        program.start = program.emit(tree, ACCEPT)?;
        Some(program)
    }

    fn add(&mut self, state: State) -> Option<usize> {
        self.states.push(state);
        (self.states.len() <= MAX_STATES).then(|| self.states.len() - 1)
    }

    /// Adds states that read the tree and go on to `next`; returns the first. `None` where there are too many.
    fn emit(&mut self, tree: &Tree, next: usize) -> Option<usize> {
        match tree {
            Tree::Class(set) => self.add(State::Read(*set, next)),
            Tree::Edge => self.add(State::Edge(next)),
            Tree::Sequence(parts) => parts.iter().rev().try_fold(next, |next, part| self.emit(part, next)),
            Tree::Either(branches) => {
                let starts: Option<Vec<usize>> = branches.iter().map(|branch| self.emit(branch, next)).collect();
                let mut starts = starts?.into_iter().rev();
                let last = starts.next()?;
                starts.try_fold(last, |last, start| self.add(State::Fork(start, last)))
            }
            Tree::Repeat(part, min, max) => {
                let mut entry = next;
                if let Some(max) = max {
                    for _ in *min..*max {
                        let body = self.emit(part, entry)?;
                        entry = self.add(State::Fork(body, next))?;
                    }
                } else {
                    entry = self.add(State::Fork(next, next))?;
                    let body = self.emit(part, entry)?;
                    self.states[entry] = State::Fork(body, next);
                }
                (0..*min).try_fold(entry, |entry, _| self.emit(part, entry))
            }
        }
    }

    fn edge(&self, state: usize) -> Option<(u128, usize)> {
        match self.states.get(state) {
            Some(State::Read(set, next)) => Some((*set, *next)),
            _ => None,
        }
    }

    fn step(&self, state: usize, byte: u128) -> Option<usize> {
        self.edge(state).filter(|(set, _)| set & byte != 0).map(|(_, next)| next)
    }

    /// Returns the states that read or accept, reachable without reading.
    fn closure(&self, from: impl IntoIterator<Item = usize>) -> Vec<usize> {
        let mut seen = vec![false; self.states.len()];
        let mut open: Vec<usize> = from.into_iter().collect();
        let mut out = Vec::new();
        while let Some(state) = open.pop() {
            if std::mem::replace(&mut seen[state], true) {
                continue;
            }
            match self.states[state] {
                State::Fork(a, b) => open.extend([a, b]),
                State::Read(..) | State::Accept => out.push(state),
                // Only lines have edges, and they are not matched whole.
                State::Edge(_) => {}
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, yes: &[&str], no: &[&str]) {
        let pattern = Pattern::parse(pattern).unwrap();
        for text in yes {
            assert!(pattern.matches(text), "{} should match {text}", pattern.text);
        }
        for text in no {
            assert!(!pattern.matches(text), "{} should not match {text}", pattern.text);
        }
    }

    #[test]
    fn patterns_match_the_whole_id() {
        check("E-(0[0-9]|1[01])", &["E-00", "E-09", "E-10", "E-11"], &["E-12", "E-0", "E-000", "xE-00", "e-00", ""]);
        check("PHASE-[A-Z]", &["PHASE-E"], &["PHASE-EE", "PHASE-e", "PHASE-É"]);
        check(r"[a-z0-9_]+@[0-9]+\.[0-9]+\.[0-9]+", &["a_b@1.20.3"], &["a@1.2", "a@1x2.3", "@1.2.3"]);
        check("SEC-[A-Z]?[0-9]+(\\.[0-9]+)*", &["SEC-2", "SEC-A2.3.12"], &["SEC-", "SEC-AB2", "SEC-2."]);
        check("x{2}y{1,3}z{2,}", &["xxyzz", "xxyyyzzzz"], &["xyzz", "xxyyyyzz", "xxyz"]);
        check("a|bc", &["a", "bc"], &["abc", "c"]);
        check("[^0-9]+[-+]", &["ab-", "ab+"], &["a1-", "ab"]);
        check("(P[1-4]|I[1-5]|I4A)", &["P1", "I5", "I4A"], &["P5", "I4AA"]);
    }

    #[test]
    fn a_pattern_of_lines_is_found_anywhere_in_a_line() {
        let found = |pattern: &str, line: &[u8]| LinePattern::parse(pattern).unwrap().found_in(line);
        for (pattern, yes, no) in [
            (r"\.unwrap\(\)", &["a.unwrap()", ".unwrap();"][..], &["unwrap()", ".unwrap_or()"][..]),
            (r"\bTODO\b", &["TODO", "// TODO: x", "(TODO)", "éTODOé"], &["TODOS", "xTODO", "TODO_", "todo"]),
            (r"unimplemented!\(", &["    unimplemented!()"], &["unimplemented"]),
            ("fn [^(]* unsafe", &["fn a unsafe", "fn \u{e9} unsafe"], &["fn a( unsafe"]),
            ("a\tb|c d", &["xa\tby", "c d"], &["ab", "cd"]),
            (r"(\b[a-z]{2}\b ?)+x", &["ab cd x"], &["abc x"]),
        ] {
            assert!(yes.iter().all(|line| found(pattern, line.as_bytes())), "{pattern}");
            assert!(!no.iter().any(|line| found(pattern, line.as_bytes())), "{pattern}");
        }
        assert!(found("a[^b]c", b"a\xffc") && !found("a[^b]c", b"abc"), "bytes that are no UTF-8");
        for bad in ["x*", "x?", "(a|b*)", "^a", "a.b", "\u{e9}", r"\w"] {
            assert!(LinePattern::parse(bad).is_err(), "{bad}");
        }
        assert!(Pattern::parse(r"\bA").is_err(), "ids have no edges of words");
        let long = [vec![b'a'; 200_000], b"b".to_vec()].concat();
        assert!(found("a{50}[^c]{100}b", &long));
    }

    #[test]
    fn what_is_not_of_the_subset_is_refused_at_its_place() {
        for (bad, at) in [
            ("a.b", 1..2),
            ("^a", 0..1),
            ("a$", 1..2),
            (r"\d", 1..2),
            ("(a", 2..2),
            ("a)", 1..2),
            ("[a", 2..2),
            ("a]", 1..2),
            ("*", 0..1),
            ("a**", 2..3),
            ("a{101}", 1..2),
            ("a{2,1}", 1..2),
            ("a{0}", 1..2),
            ("[z-a]", 3..4),
            ("[]", 1..2),
            ("", 0..0),
            ("a||b", 2..3),
            ("é", 0..2),
            ("a b", 1..2),
            ("(?=a)", 1..2),
            ("[a-c-e]", 4..5),
        ] {
            assert_eq!(Pattern::parse(bad).unwrap_err().at, at, "{bad}");
        }
        assert!(Pattern::parse("((a{100}){100}){100}").is_err());
        assert!(Pattern::parse(&"(".repeat(100_000)).is_err());
    }

    #[test]
    fn matching_takes_linear_time() {
        check("(a*)*(a*)*b", &["b", "aaab"], &[&"a".repeat(100)]);
    }

    #[test]
    fn two_patterns_meet_where_a_text_matches_both() {
        let e = Pattern::parse("E-[0-9]+").unwrap();
        let meets = |glob: &str| e.meets(&Pattern::of_glob(glob).unwrap());
        assert!(meets("E-*") && meets("*") && meets("E-1*7") && meets("*-0"));
        assert!(!meets("D-*") && !meets("E-*x") && !meets("E-"));
    }

    #[test]
    fn patterns_are_equal_by_their_text() {
        assert_eq!(Pattern::parse("a|b").unwrap(), Pattern::parse("a|b").unwrap());
        assert_ne!(Pattern::parse("a|b").unwrap(), Pattern::parse("[ab]").unwrap());
    }
}
