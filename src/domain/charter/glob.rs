//! Globs of paths, as `.gitignore` writes them, on the text of a path alone.
//!
//! A path is `SEGMENT/SEGMENT/…`; a glob is a pattern for it:
//!
//! | written | matches |
//! |---|---|
//! | `?` | one character of a segment |
//! | `*` | any run of characters of a segment, also none |
//! | `[a-z_]`, `[!a-z]` | one character of a segment that is in the class, or is not |
//! | `**/` at the front, `/**/` | any number of segments, also none |
//! | `/**` at the end | everything below |
//! | `/` at the front | anchors the glob at the root of the repository |
//! | `/` in the middle | anchors it too |
//! | no `/` but at the end | the glob matches at any depth |
//! | `/` at the end | only what is below such a directory, not a file of that name |
//! | `!` at the front | takes out again what matches |
//!
//! Whatever matches a directory matches everything below it. In a scope the last glob that matches a path wins; where none
//! does, the path is outside. Unlike in git, a path can be taken out again although its directory is in. Other characters
//! stand for themselves, and case counts. `**` stands alone between slashes. Refused are: an empty glob, an empty, `.` or `..`
//! segment, `\`, `{`, `}`, a class that is empty, not closed or runs backwards, white space at either end, control characters.
//!
//! Permissions match the bytes of a path ([`scope_matches`]). Prohibitions ([`scope_matches_folded`]) match its bytes and its
//! case-folded form, each glob folded likewise; what takes out again matches the bytes only, so that folding never frees a path.

use crate::domain::id::ItemId;
use crate::domain::text;

/// One glob of a scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glob {
    /// `!` stands before it: what matches is taken out.
    pub negated: bool,
    /// The pattern without `!`.
    pub pattern: String,
    steps: Steps,
    folded: Steps,
}

/// What is wrong with a glob, and at which bytes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GlobError {
    /// The bytes of the glob.
    pub at: std::ops::Range<usize>,
    /// What is wrong.
    pub message: &'static str,
}

impl Glob {
    /// Returns the glob as it is written.
    pub fn text(&self) -> String {
        format!("{}{}", if self.negated { "!" } else { "" }, self.pattern)
    }

    /// Reads a glob.
    ///
    /// # Errors
    /// What is wrong, and where.
    pub fn parse(glob: &str) -> Result<Glob, GlobError> {
        let negated = glob.starts_with('!');
        let pattern = &glob[usize::from(negated)..];
        let shift = |error: GlobError| GlobError {
            at: error.at.start + usize::from(negated)..error.at.end + usize::from(negated),
            ..error
        };
        check_characters(pattern).map_err(shift)?;
        let steps = Steps::parse(pattern).map_err(shift)?;
        // Folding keeps the signs, so a glob that is well formed stays so, unless a range of its class turns round.
        let folded = Steps::parse(&text::fold(pattern)).unwrap_or_else(|_| steps.clone());
        Ok(Glob { negated, pattern: pattern.to_owned(), steps, folded })
    }

    /// Returns whether the path, or a directory that it is in, matches the pattern; `!` is not looked at.
    pub fn matches(&self, path: &str) -> bool {
        self.steps.match_path(path)
    }

    /// Returns the leading part of the path that the pattern takes in before its last `**`, and the whole path where it ends
    /// otherwise; matched as prohibitions are.
    fn place<'p>(&self, path: &'p str) -> Option<&'p str> {
        let folded = || self.folded.reach(&text::fold(path));
        let segments = self.steps.reach(path).or_else(folded)?;
        let before = segments - usize::from(self.steps.open);
        let Some(last) = before.checked_sub(1) else { return Some("") };
        path.get(..path.match_indices('/').nth(last).map_or(path.len(), |(at, _)| at))
    }

    /// Returns a path below a directory that the pattern matches, where it does not match everything that lies there. The root of
    /// the repository is the directory without a name.
    pub fn part_of(&self, directory: &str) -> Option<String> {
        let below = self.steps.below(directory)?;
        Some(if directory.is_empty() { below } else { format!("{directory}/{below}") })
    }

    fn matches_folded(&self, path: &str, folded: &str) -> bool {
        self.steps.match_path(path) || self.folded.match_path(folded)
    }
}

/// Returns whether a path is within a scope: the last glob that matches is not negated.
pub fn scope_matches(globs: &[Glob], path: &str) -> bool {
    globs.iter().rev().find(|glob| glob.matches(path)).is_some_and(|glob| !glob.negated)
}

/// Returns whether a path, or a twin of it on a case-folding file system, is within a scope that prohibits.
///
/// Holds wherever [`scope_matches`] holds.
pub fn scope_matches_folded(globs: &[Glob], path: &str) -> bool {
    let folded = text::fold(path);
    let hit = |glob: &&Glob| if glob.negated { glob.matches(path) } else { glob.matches_folded(path, &folded) };
    globs.iter().rev().find(hit).is_some_and(|glob| !glob.negated)
}

/// Returns the place of a scope that a path lies in: the part of it that the deciding glob takes in before its last `**`, or
/// the whole path where the glob ends otherwise. `None` where the path, and every twin of it, is outside.
pub fn scope_place<'p>(globs: &[Glob], path: &'p str) -> Option<&'p str> {
    let folded = text::fold(path);
    let hit = |glob: &&Glob| if glob.negated { glob.matches(path) } else { glob.matches_folded(path, &folded) };
    globs.iter().rev().find(hit).filter(|glob| !glob.negated)?.place(path)
}

/// Returns whether a path is one that a kind's `path` allows for an item; `{id}` stands for the item's id, literally.
pub fn path_matches(pattern: &str, id: &ItemId, path: &str) -> bool {
    // No character of an id means anything in a glob.
    Glob::parse(&pattern.replace("{id}", id.as_str())).is_ok_and(|glob| !glob.negated && glob.matches(path))
}

/// Reads the `path` of a kind: one glob that takes nothing out, in which `{id}` may stand.
///
/// # Errors
/// What is wrong, and where.
pub fn check_kind_path(pattern: &str) -> Result<(), GlobError> {
    if pattern.starts_with('!') {
        return Err(GlobError { at: 0..1, message: "a kind's path takes nothing out" });
    }
    // Four letters stand in for `{id}`, so that places stay right.
    Glob::parse(&pattern.replace("{id}", "IDID")).map(|_| ())
}

fn check_characters(pattern: &str) -> Result<(), GlobError> {
    let wrong = |at: usize, c: char, message| Err(GlobError { at: at..at + c.len_utf8(), message });
    for (at, c) in pattern.char_indices() {
        match c {
            '\\' => return wrong(at, c, "a backslash; no path holds one, and nothing is escaped"),
            '{' | '}' => return wrong(at, c, "a brace; alternatives are globs of their own"),
            '!' if at == 0 => return wrong(at, c, "a second `!`"),
            c if text::is_forbidden(c) || c == '\n' => return wrong(at, c, "a control character"),
            _ => {}
        }
    }
    let mut ends = [pattern.char_indices().next(), pattern.char_indices().next_back()].into_iter().flatten();
    match ends.find(|(_, c)| c.is_whitespace()) {
        Some((at, c)) => wrong(at, c, "white space at the edge of a glob"),
        None => Ok(()),
    }
}

/// A glob, split: what its segments are, and whether it means a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Steps {
    list: Vec<Step>,
    directory: bool,
    /// The last segment is `**`.
    open: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    /// `**`: any number of segments.
    Any,
    /// One segment.
    One(Vec<Piece>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Run,
    Single,
    Letter(char),
    Class { inverted: bool, ranges: Vec<(char, char)> },
}

impl Piece {
    fn takes(&self, c: char) -> bool {
        match self {
            Piece::Run => false,
            Piece::Single => true,
            Piece::Letter(letter) => *letter == c,
            Piece::Class { inverted, ranges } => ranges.iter().any(|(a, b)| (*a..=*b).contains(&c)) != *inverted,
        }
    }
}

impl Steps {
    fn parse(pattern: &str) -> Result<Steps, GlobError> {
        let directory = pattern.ends_with('/');
        let inner = pattern.strip_suffix('/').unwrap_or(pattern);
        let anchored = inner.contains('/');
        let rooted = inner.starts_with('/');
        let mut at = usize::from(rooted);
        let mut steps = if anchored { Vec::new() } else { vec![Step::Any] };
        let segments: Vec<&str> = inner[at..].split('/').collect();
        for (number, segment) in segments.iter().enumerate() {
            let wrong = |message| Err(GlobError { at: at..at + segment.len(), message });
            let last = number + 1 == segments.len();
            match *segment {
                "" => return wrong("an empty glob or segment"),
                "." | ".." => return wrong("a segment that no path holds"),
                // What lies below a directory matches with it: one segment below is enough.
                "**" if last => steps.push(Step::One(vec![Piece::Run])),
                "**" => steps.push(Step::Any),
                s if s.contains("**") => return wrong("`**` stands alone between slashes"),
                s => steps.push(Step::One(pieces(s, at)?)),
            }
            at += segment.len() + 1;
        }
        Ok(Steps { list: steps, directory, open: segments.last() == Some(&"**") })
    }

    /// Returns whether the path or a directory above it matches.
    fn match_path(&self, path: &str) -> bool {
        self.reach(path).is_some()
    }

    /// Returns of how many segments the shortest leading part is that matches. Takes time linear in the path for each step of
    /// the glob.
    fn reach(&self, path: &str) -> Option<usize> {
        let segments: Vec<Vec<char>> = path.split('/').map(|s| s.chars().collect()).collect();
        let mut reached = vec![false; self.list.len() + 1];
        reached[0] = true;
        self.skip_any(&mut reached);
        for (number, segment) in segments.iter().enumerate() {
            reached = self.follow(&reached, segment);
            let below = number + 1 < segments.len();
            if reached[self.list.len()] && (below || !self.directory) {
                return Some(number + 1);
            }
        }
        None
    }

    /// Returns what would have to follow a directory for the whole to match; `None` where nothing would do, and where all does.
    fn below(&self, directory: &str) -> Option<String> {
        let mut reached = vec![false; self.list.len() + 1];
        reached[0] = true;
        self.skip_any(&mut reached);
        for segment in directory.split('/').filter(|segment| !segment.is_empty()) {
            reached = self.follow(&reached, &segment.chars().collect::<Vec<_>>());
            if reached[self.list.len()] {
                return None;
            }
        }
        let from = reached.iter().rposition(|reached| *reached)?;
        let all = |pieces: &[Piece]| pieces.iter().all(|piece| *piece == Piece::Run);
        let rest = self.list.get(from..).unwrap_or_default();
        let mut segments = rest.iter().filter_map(|step| match step {
            Step::Any => None,
            Step::One(pieces) => Some(pieces.as_slice()),
        });
        if !self.directory && rest.len() == 1 && segments.clone().all(all) {
            return None;
        }
        let mut found: Vec<String> = segments.by_ref().map(example).collect();
        found.extend(self.directory.then(|| FILLER.to_owned()));
        Some(found.join("/"))
    }

    /// Returns which steps are reached after one more segment.
    fn follow(&self, reached: &[bool], segment: &[char]) -> Vec<bool> {
        let mut next = vec![false; reached.len()];
        for (at, step) in self.list.iter().enumerate().filter(|(at, _)| reached[*at]) {
            match step {
                Step::Any => next[at] = true,
                Step::One(pieces) => next[at + 1] |= match_segment(pieces, segment),
            }
        }
        self.skip_any(&mut next);
        next
    }

    fn skip_any(&self, reached: &mut [bool]) {
        for (at, step) in self.list.iter().enumerate() {
            if reached[at] && *step == Step::Any {
                reached[at + 1] = true;
            }
        }
    }
}

/// What stands for any run of characters in an example.
const FILLER: &str = "any-file";

/// Returns a segment that matches.
fn example(pieces: &[Piece]) -> String {
    let of = |piece: &Piece| match piece {
        Piece::Run if pieces.len() == 1 => FILLER.to_owned(),
        Piece::Run => "any".to_owned(),
        Piece::Single => "x".to_owned(),
        Piece::Letter(letter) => letter.to_string(),
        Piece::Class { .. } => (' '..='\u{17f}')
            .filter(|c| *c != '/' && !c.is_control())
            .find(|c| piece.takes(*c))
            .unwrap_or('x')
            .to_string(),
    };
    pieces.iter().map(of).collect()
}

fn pieces(segment: &str, base: usize) -> Result<Vec<Piece>, GlobError> {
    let mut out = Vec::new();
    let mut rest = segment.char_indices();
    while let Some((at, c)) = rest.next() {
        out.push(match c {
            '*' => Piece::Run,
            '?' => Piece::Single,
            '[' => {
                let inner = &segment[at + 1..];
                let Some(end) = inner.char_indices().position(|(n, c)| c == ']' && n > 0) else {
                    return Err(GlobError { at: base + at..base + segment.len(), message: "a `[` without its `]`" });
                };
                let inside: Vec<char> = inner.chars().take(end).collect();
                rest.nth(end);
                let wrong = GlobError {
                    at: base + at..base + segment.len(),
                    message: "a class that is empty or runs backwards",
                };
                class(&inside).ok_or(wrong)?
            }
            c => Piece::Letter(c),
        });
    }
    Ok(out)
}

fn class(inside: &[char]) -> Option<Piece> {
    let inverted = matches!(inside.first(), Some('!' | '^'));
    let mut rest = &inside[usize::from(inverted)..];
    let mut ranges = Vec::new();
    while let Some(&low) = rest.first() {
        let high = match rest {
            [_, '-', high, ..] => *high,
            _ => low,
        };
        rest = &rest[if matches!(rest, [_, '-', _, ..]) { 3 } else { 1 }..];
        if high < low {
            return None;
        }
        ranges.push((low, high));
    }
    (!ranges.is_empty()).then_some(Piece::Class { inverted, ranges })
}

/// Returns whether a segment matches. Only the last run is ever tried again, which is enough, so the time is bounded by the
/// product of both lengths.
fn match_segment(pieces: &[Piece], segment: &[char]) -> bool {
    let (mut p, mut s) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while s < segment.len() {
        if pieces.get(p) == Some(&Piece::Run) {
            retry = Some((p + 1, s));
            p += 1;
        } else if pieces.get(p).is_some_and(|piece| piece.takes(segment[s])) {
            p += 1;
            s += 1;
        } else if let Some((after, from)) = retry {
            retry = Some((after, from + 1));
            p = after;
            s = from + 1;
        } else {
            return false;
        }
    }
    pieces[p..].iter().all(|piece| *piece == Piece::Run)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glob(pattern: &str) -> Glob {
        Glob::parse(pattern).unwrap_or_else(|e| panic!("{pattern}: {e:?}"))
    }

    #[test]
    fn a_place_is_what_stands_before_the_last_stars() {
        let place = |globs: &[&str], path| {
            let globs: Vec<Glob> = globs.iter().map(|pattern| glob(pattern)).collect();
            scope_place(&globs, path).map(ToOwned::to_owned)
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(place(&["src/*/**", "app/*/**"], "src/storage/mod.rs"), some("src/storage"));
        assert_eq!(place(&["src/*/**"], "src/storage/sqlite/wal.rs"), some("src/storage"));
        assert_eq!(place(&["src/*/**"], "src/main.rs"), None, "no module");
        assert_eq!(place(&["SRC/*/**"], "src/Storage/mod.rs"), some("src/Storage"), "a twin counts");
        assert_eq!(place(&["src/**/security/**"], "src/a/b/security/x/y.rs"), some("src/a/b/security"));
        assert_eq!(place(&["src/**"], "src/a/b.rs"), some("src"));
        assert_eq!(place(&["**/Cargo.toml"], "crates/x/Cargo.toml"), some("crates/x/Cargo.toml"));
        assert_eq!(place(&["migrations/"], "db/migrations/1/up.sql"), some("db/migrations"));
        assert_eq!(place(&["**"], "top/x"), some(""), "nothing stands before: the repository is one place");
        assert_eq!(place(&["src/*/**", "!src/gen/**"], "src/gen/x.rs"), None, "taken out again");
    }

    #[test]
    fn a_part_of_a_directory_is_an_example_of_what_a_glob_takes_in_there() {
        let part = |pattern: &str, directory| glob(pattern).part_of(directory);
        let some = |text: &str| Some(text.to_owned());
        for (pattern, directory) in
            [("**", ""), ("src/**", "src"), ("src/**", "src/a"), ("src", "src"), ("build/", "a/build")]
        {
            assert_eq!(part(pattern, directory), None, "{pattern} takes in all of {directory}");
        }
        for (pattern, directory) in [("src/**", "docs"), ("/a/b", "b"), ("a/*/c", "x")] {
            assert_eq!(part(pattern, directory), None, "{pattern} takes in nothing of {directory}");
        }
        assert_eq!(part("src/**", ""), some("src/any-file"));
        assert_eq!(part("docs/gen/**", "docs"), some("docs/gen/any-file"));
        assert_eq!(part("*.sql", "docs"), some("docs/any.sql"));
        assert_eq!(part("build/", "docs"), some("docs/build/any-file"));
        assert_eq!(part("/*.md", ""), some("any.md"));
        assert_eq!(part("/*.md", "docs"), None);
        assert_eq!(part("a/**/b[0-9]?", "a/x"), some("a/x/b0x"));
        assert_eq!(part("src/*/**", "src"), some("src/any-file/any-file"));
        for pattern in ["src/**", "**/*.sql", "a/?/[!a-z]b", "x/**/y/"] {
            let found = part(pattern, "").unwrap();
            assert!(glob(pattern).matches(&found), "{pattern} should match {found}");
        }
    }

    fn check(pattern: &str, yes: &[&str], no: &[&str]) {
        for path in yes {
            assert!(glob(pattern).matches(path), "{pattern} should match {path}");
        }
        for path in no {
            assert!(!glob(pattern).matches(path), "{pattern} should not match {path}");
        }
    }

    #[test]
    fn a_glob_without_slash_matches_at_any_depth_and_everything_below() {
        check(
            "Dockerfile",
            &["Dockerfile", "a/Dockerfile", "a/Dockerfile/b"],
            &["dockerfile", "aDockerfile", "Dockerfile2"],
        );
        check("*.sql", &["a.sql", "x/y/b.sql", ".sql", "a.sql/b"], &["sql", "a.sqlx"]);
        check("build/", &["build/a", "x/build/a/b"], &["build", "x/build"]);
        check("**", &["a", "a/b/c"], &[]);
    }

    #[test]
    fn a_slash_anchors() {
        check("src/**", &["src/a", "src/a/b"], &["src", "x/src/a", "srcs/a"]);
        check("/src", &["src", "src/a"], &["x/src"]);
        check("a/b", &["a/b", "a/b/c"], &["x/a/b", "a/bc"]);
        check("a/*/c", &["a/b/c", "a/b/c/d"], &["a/c", "a/b/b/c"]);
    }

    #[test]
    fn two_stars_stand_for_any_number_of_segments() {
        check("**/Dockerfile", &["Dockerfile", "a/b/Dockerfile"], &["Dockerfiles"]);
        check("src/**/storage/**", &["src/storage/a", "src/a/b/storage/c"], &["src/storage", "storage/a"]);
        check("a/**/b", &["a/b", "a/x/b", "a/x/y/b/z"], &["ab", "a/xb"]);
        check("module/*/**", &["module/a/b", "module/a/b/c"], &["module/a"]);
    }

    #[test]
    fn single_characters_and_classes() {
        check("a?c", &["abc", "aéc"], &["ac", "abbc"]);
        check("a/?", &["a/b"], &["a/", "a/bc"]);
        check("[a-c]x[!0-9]", &["axy", "cx-"], &["dxy", "ax1", "ax/"]);
        check("[]a]", &["]", "a"], &["b"]);
        check("[a-]", &["-", "a"], &["b"]);
    }

    #[test]
    fn the_last_match_wins() {
        let scope: Vec<Glob> = ["src/**", "**/*.sql", "!docs/**", "docs/keep/**"].map(glob).into();
        for (path, within) in [
            ("src/a", true),
            ("docs/a.sql", false),
            ("x/a.sql", true),
            ("docs/keep/a", true),
            ("docs/a", false),
            ("x", false),
        ] {
            assert_eq!(scope_matches(&scope, path), within, "{path}");
        }
    }

    #[test]
    fn a_prohibition_matches_twins_and_folding_frees_nothing() {
        let scope: Vec<Glob> = ["src/**", "Straße/*", "**/Dockerfile", "!docs/**"].map(glob).into();
        for path in ["src/a", "SRC/a", "Src/A", "STRASSE/x", "a/dockerfile", "DOCS/Dockerfile", "s\u{72}c/a"] {
            assert!(scope_matches_folded(&scope, path), "{path}");
        }
        assert!(!scope_matches(&scope, "SRC/a"));
        assert!(!scope_matches_folded(&scope, "docs/Dockerfile"));
    }

    #[test]
    fn a_kind_s_path_holds_the_id_of_its_item() {
        let id = ItemId::parse("REL-1+x.y").unwrap();
        assert!(path_matches("snapshots/{id}.json", &id, "snapshots/REL-1+x.y.json"));
        assert!(!path_matches("snapshots/{id}.json", &id, "snapshots/REL-2.json"));
        assert!(check_kind_path("docs/{id}/{id}.md").is_ok());
        assert_eq!(check_kind_path("a/{name}").unwrap_err().at, 2..3);
        assert!(check_kind_path("!a").is_err());
    }

    #[test]
    fn what_is_malformed_is_refused_at_its_place() {
        for (bad, at) in [
            ("", 0..0),
            ("!", 1..1),
            ("a//b", 2..2),
            ("/", 0..0),
            ("a/../b", 2..4),
            ("a\\b", 1..2),
            ("{a,b}", 0..1),
            ("a**b", 0..4),
            ("[a", 0..2),
            ("x/[z-a]", 2..7),
            (" a", 0..1),
            ("a ", 1..2),
            ("!!a", 1..2),
            ("[!]", 0..3),
        ] {
            assert_eq!(Glob::parse(bad).unwrap_err().at, at, "{bad}");
        }
    }

    #[test]
    fn matching_never_blows_up() {
        let path = "a".repeat(2_000);
        assert!(!glob(&format!("{}b", "*a".repeat(50))).matches(&path));
        let deep = ["a"; 500].join("/");
        assert!(!glob(&format!("{}b", "**/a/".repeat(50))).matches(&deep));
    }
}
