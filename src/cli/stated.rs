//! The options that state an item's title, path, fields and links.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use clap::Args;

use super::common::fields;
use super::{CliError, Context};
use crate::domain::code::Code;
use crate::domain::decide::words::{Typed, read_fields};
use crate::domain::error::FormatError;
use crate::domain::id::{ItemId, Word};
use crate::domain::json;
use crate::domain::path::RepoPath;
use crate::domain::state::State;
use crate::domain::value::Value;

/// What is stated of an item.
#[derive(Debug, Clone, Args)]
pub(crate) struct StatedArgs {
    /// The title
    #[arg(long, value_name = "TEXT")]
    pub(crate) title: Option<String>,
    /// The file, named from the top of the repository; asked for where only --path is given
    #[arg(long, value_name = "PATH", value_parser = path)]
    #[expect(clippy::option_option, reason = "an option that may lack its value")]
    path: Option<Option<RepoPath>>,
    /// A field: K=V; again for a list; K.SUB=V for an entry of a map; K= for a stated empty; K alone asks for the value
    #[arg(long, value_name = "K=V")]
    field: Vec<String>,
    /// Fields as a JSON object; - is standard input
    #[arg(long, value_name = "FILE")]
    fields: Option<PathBuf>,
    /// A link with its targets; again for more; TYPE= for a stated empty; TYPE alone asks for the ids
    #[arg(long, value_name = "TYPE=ID[,ID]")]
    link: Vec<String>,
}

/// Reads a path of the repository.
pub(crate) fn path(text: &str) -> Result<RepoPath, String> {
    RepoPath::parse(text).map_err(|error| error.detail)
}

/// Links by type, each with its targets.
pub(crate) type Links = BTreeMap<Word, BTreeSet<ItemId>>;

impl StatedArgs {
    /// Returns the path, which is asked for where the option lacks it.
    pub(crate) fn path(&self, context: &Context) -> Result<Option<RepoPath>, CliError> {
        match &self.path {
            Some(None) => {
                let typed: String = context.ask(None, "--path PATH", "path, from the top of the repository")?;
                Ok(Some(RepoPath::parse(&typed)?))
            }
            given => Ok(given.clone().flatten()),
        }
    }

    /// Returns the links.
    pub(crate) fn links(&self, context: &Context) -> Result<Links, CliError> {
        links(&context.whole("--link", "ID[,ID]", &self.link)?)
    }

    /// Returns the fields as values of the types that the kind gives. A kind that the charter does not have is left to the
    /// rules that refuse it.
    ///
    /// # Errors
    /// Exit code 2 where the words are malformed or say a field twice, 1 where the charter's rules refuse them.
    pub(crate) fn fields(&self, context: &Context, state: &State, kind: &Word, what: &str) -> Result<BTreeMap<Word, Value>, CliError> {
        let typed: Typed = fields(&context.whole("--field", "VALUE", &self.field)?)?;
        let mut values = match &self.fields {
            Some(file) => from_json(&context.read_text(file)?).map_err(|error| CliError {
                text: format!("{}: {}", file.display(), error.detail),
                ..error.into()
            })?,
            None => BTreeMap::new(),
        };
        if let Some(twice) = values.keys().find(|name| typed.contains_key(name.as_str())) {
            return Err(CliError::usage(format!("the field {twice} is stated by --field and by --fields")));
        }
        let Some(rule) = state.charter.rules.kinds.get(kind) else { return Ok(values) };
        let read = read_fields(Code::ItemField, &format!("kinds.{kind}.fields"), &rule.fields, &typed);
        values.extend(read.map_err(|refusal| CliError::refused(what, refusal))?);
        Ok(values)
    }
}

/// Reads `TYPE=ID[,ID]`, each type once or more.
pub(crate) fn links(words: &[String]) -> Result<Links, CliError> {
    let mut links = Links::new();
    for word in words {
        let (link, ids) =
            word.split_once('=').ok_or_else(|| CliError::usage(format!("{word:?} is not of the form TYPE=ID[,ID]")))?;
        let targets = links.entry(Word::parse(link)?).or_default();
        for id in ids.split(',').filter(|id| !id.is_empty()) {
            targets.insert(ItemId::parse(id)?);
        }
    }
    Ok(links)
}

fn from_json(text: &str) -> Result<BTreeMap<Word, Value>, FormatError> {
    match json::read(text)? {
        Value::Map(map) => map.into_iter().map(|(name, value)| Ok((Word::parse(&name)?, value))).collect(),
        other => Err(FormatError::new(Code::FormatType, format!("it holds {} and not an object of fields", other.type_name()))),
    }
}
