//! A supposition as it is typed: words as a shell takes them, and options wherever they stand.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Refusal;
use super::super::change::Change;
use super::super::words::{Typed, read_fields};
use crate::domain::code::Code;
use crate::domain::error::FormatError;
use crate::domain::id::{ItemId, Word};
use crate::domain::path::RepoPath;
use crate::domain::state::State;

/// The options that take no value.
const ALONE: [&str; 2] = ["no-title", "no-path"];

/// The words of a phrase, read from the left, and its options.
pub(super) struct Words {
    all: Vec<String>,
    at: usize,
    options: Vec<(String, String)>,
}

impl Words {
    /// Reads a phrase.
    ///
    /// # Errors
    /// What is wrong with it, as a clause.
    pub(super) fn of(phrase: &str) -> Result<Words, String> {
        let mut words = split(phrase)?.into_iter().peekable();
        let (mut all, mut options) = (Vec::new(), Vec::new());
        while let Some(word) = words.next() {
            let Some(option) = word.strip_prefix("--").filter(|option| !option.is_empty()) else {
                all.push(word);
                continue;
            };
            let (name, value) = match option.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None if ALONE.contains(&option) => (option, Some(String::new())),
                None => (option, words.next_if(|word| word != "by")),
            };
            let value = value.ok_or_else(|| format!("what follows `--{name}` is missing"))?;
            options.push((name.to_owned(), value));
        }
        let at = usize::from(all.first().is_some_and(|word| word == "ledger"));
        Ok(Words { all, at, options })
    }

    pub(super) fn next(&mut self) -> Option<String> {
        let word = self.all.get(self.at).cloned();
        self.at += usize::from(word.is_some());
        word
    }

    pub(super) fn takes(&mut self, word: &str) -> bool {
        let is = self.all.get(self.at).is_some_and(|known| known == word);
        self.at += usize::from(is);
        is
    }

    /// Returns whether another word than this one comes next.
    pub(super) fn stands_before(&self, word: &str) -> bool {
        self.all.get(self.at).is_some_and(|known| known != word)
    }

    pub(super) fn rule(&mut self) -> Result<String, String> {
        self.next().ok_or_else(|| "GATE.CRITERION, or a rule about commits, is missing".to_owned())
    }

    pub(super) fn value<T>(&mut self, what: &str, parse: impl Fn(&str) -> Result<T, FormatError>) -> Result<T, String> {
        let word = self.next().filter(|word| word != "by").ok_or_else(|| format!("{what} is missing"))?;
        parse(&word).map_err(|error| error.detail)
    }

    /// Returns what stands behind a word, where the word stands, or behind the option of that name.
    pub(super) fn after<T>(
        &mut self,
        word: &str,
        parse: impl Fn(&str) -> Result<T, FormatError>,
    ) -> Result<Option<T>, String> {
        if self.takes(word) {
            return self.value(&format!("what follows `{word}`"), parse).map(Some);
        }
        self.option(word).map(|text| parse(&text).map_err(|error| error.detail)).transpose()
    }

    /// Takes an option that stands once out.
    pub(super) fn option(&mut self, name: &str) -> Option<String> {
        let at = self.options.iter().position(|(known, _)| known == name)?;
        Some(self.options.remove(at).1)
    }

    /// Takes every option of a name out.
    pub(super) fn options(&mut self, name: &str) -> Vec<String> {
        std::iter::from_fn(|| self.option(name)).collect()
    }

    /// Returns `NAME=VALUE` of every option of a name.
    pub(super) fn pairs(&mut self, name: &str) -> Result<Vec<(String, String)>, String> {
        let pair = |text: String| match text.split_once('=') {
            Some((name, value)) => Ok((name.to_owned(), value.to_owned())),
            None => Err(format!("`--{name}` takes NAME=VALUE, and not {text:?}")),
        };
        self.options(name).into_iter().map(pair).collect()
    }

    /// Returns the first option that nobody took.
    pub(super) fn left(&self) -> Option<&str> {
        self.options.first().map(|(name, _)| name.as_str())
    }
}

/// Splits a phrase into words as a shell does: what stands within quotes is one word.
fn split(phrase: &str) -> Result<Vec<String>, String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    let mut letters = phrase.chars();
    while let Some(letter) = letters.next() {
        match (quote, letter) {
            (Some(open), _) if open == letter => quote = None,
            (None, '\'' | '"') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (None | Some('"'), '\\') => word.get_or_insert_default().extend(letters.next()),
            (None, _) if letter.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(letter),
        }
    }
    if let Some(quote) = quote {
        return Err(format!("a {quote} is open at its end"));
    }
    words.extend(word);
    Ok(words)
}

type Links = BTreeMap<Word, BTreeSet<ItemId>>;

/// What the options of `declare` and `amend` state.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Stated {
    fields: Vec<(String, String)>,
    /// The parts that need no charter to be read.
    change: Change,
}

impl Stated {
    /// Takes the options out that state parts of an item.
    pub(super) fn read(words: &mut Words) -> Result<Stated, String> {
        let told = |error: FormatError| error.detail;
        let path = words.option("path").map(|path| RepoPath::parse(&path).map_err(told)).transpose()?.map(Some);
        let title = words.option("title").map(Some);
        let names = |list: Vec<String>| -> Result<Vec<Word>, String> {
            list.iter().map(|name| Word::parse(name).map_err(told)).collect()
        };
        let fields = names(words.options("no-field"))?.into_iter().map(|name| (name, None)).collect();
        let mut links: BTreeMap<Word, Option<BTreeSet<ItemId>>> =
            links(words.pairs("link")?)?.into_iter().map(|(link, ids)| (link, Some(ids))).collect();
        links.extend(names(words.options("no-link"))?.into_iter().map(|link| (link, None)));
        let change = Change {
            title: title.or_else(|| words.option("no-title").map(|_| None)),
            path: path.or_else(|| words.option("no-path").map(|_| None)),
            fields,
            links,
            added: self::links(words.pairs("add-link")?)?,
            removed: self::links(words.pairs("remove-link")?)?,
        };
        Ok(Stated { fields: words.pairs("field")?, change })
    }

    /// Returns what is stated of an item of a kind. Fields of a kind that the charter does not have are left to the rules that
    /// refuse it.
    pub(super) fn change(&self, state: &State, kind: Option<&Word>) -> Result<Change, Refusal> {
        let mut change = self.change.clone();
        if let Some((kind, rule)) = kind.and_then(|kind| state.charter.rules.kinds.get_key_value(kind)) {
            let place = format!("kinds.{kind}.fields");
            let read = read_fields(Code::ItemField, &place, &rule.fields, &typed(&self.fields))?;
            change.fields.extend(read.into_iter().map(|(name, value)| (name, Some(value))));
        }
        Ok(change)
    }
}

/// Returns `K=V` and `K.SUB=V` as they are typed for fields.
pub(super) fn typed(pairs: &[(String, String)]) -> Typed {
    let mut fields = Typed::new();
    for (name, text) in pairs {
        let (name, sub) =
            name.split_once('.').map_or((name.as_str(), None), |(name, sub)| (name, Some(sub.to_owned())));
        fields.entry(name.to_owned()).or_default().push((sub, text.clone()));
    }
    fields
}

fn links(pairs: Vec<(String, String)>) -> Result<Links, String> {
    let mut links = Links::new();
    for (link, ids) in pairs {
        let targets = links.entry(Word::parse(&link).map_err(|error| error.detail)?).or_default();
        for id in ids.split(',').filter(|id| !id.is_empty()) {
            targets.insert(ItemId::parse(id).map_err(|error| error.detail)?);
        }
    }
    Ok(links)
}
