//! The options that state an item's title, path, fields and links.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use clap::Args;

use super::common::fields;
use super::seeing::facts_of;
use super::{CliError, Context};
use crate::domain::charter::glob::path_matches;
use crate::domain::code::Code;
use crate::domain::decide::draft::Change;
use crate::domain::decide::packet;
use crate::domain::decide::words::{Typed, read_fields};
use crate::domain::error::FormatError;
use crate::domain::event::Amendment;
use crate::domain::id::{ItemId, Word};
use crate::domain::json;
use crate::domain::judge::View;
use crate::domain::markdown;
use crate::domain::path::RepoPath;
use crate::domain::state::State;
use crate::domain::value::Value;
use crate::git::Repo;

/// What is stated of an item.
#[derive(Debug, Clone, Args)]
pub(crate) struct StatedArgs {
    /// The title
    #[arg(long, value_name = "TEXT")]
    pub(crate) title: Option<String>,
    /// The file, named from the top of the repository; without a name, it is asked for
    #[arg(long, value_name = "PATH", num_args = 0..=1)]
    #[expect(clippy::option_option, reason = "clap tells an option without a value from one that is absent so")]
    path: Option<Option<String>>,
    /// A field: K=V; again for a list; K.SUB=V for an entry of a map; K= for a stated empty; K alone is asked for
    #[arg(long, value_name = "K=V")]
    field: Vec<String>,
    /// Fields as a JSON object; - is standard input
    #[arg(long, value_name = "FILE")]
    fields: Option<PathBuf>,
    /// A link with its targets; again for more; TYPE= for a stated empty; TYPE alone is asked for
    #[arg(long, value_name = "TYPE=ID[,ID]")]
    link: Vec<String>,
    /// A Markdown document that states title, fields and links under their labels; - is standard input
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
}

/// What is stated, read.
pub(crate) struct Parts {
    /// The title.
    pub(crate) title: Option<String>,
    /// The path.
    pub(crate) path: Option<RepoPath>,
    /// The fields.
    pub(crate) fields: BTreeMap<Word, Value>,
    /// The links.
    pub(crate) links: Links,
    /// The document that states some of it.
    document: Option<packet::Read>,
}

impl Parts {
    /// Judges what a document states, beside what else is stated, on the commit that the event is judged on (`None`: HEAD); without
    /// a document, the rules of the event do.
    pub(crate) fn judge(
        &self,
        (repo, commit): (&Repo, Option<&str>),
        state: &State,
        id: &ItemId,
        kind: &Word,
        whole: &Amendment,
        what: &str,
    ) -> Result<(), CliError> {
        let Some(document) = &self.document else { return Ok(()) };
        let commit = match commit {
            Some(revision) => Some(super::check::commit(repo, revision)?),
            None => repo.head()?,
        };
        let facts = facts_of(repo, state, commit)?;
        let view = View { state, facts: facts.as_ref(), as_of: state.tip.at };
        document.judge(view, id, kind, whole).map_err(|refusal| CliError::refused(what, refusal))
    }

    /// Adds to a change what the document no longer states, and tells it.
    pub(crate) fn take_away(
        &self,
        context: &Context,
        state: &State,
        kind: &Word,
        before: &Amendment,
        change: &mut Change,
    ) {
        let Some(document) = &self.document else { return };
        let mut silent = document.silent(&state.charter.rules, kind, before);
        silent.fields.retain(|name| !change.fields.contains_key(*name));
        let named = |name: &Word, change: &Change| {
            change.links.contains_key(name) || change.added.contains_key(name) || change.removed.contains_key(name)
        };
        silent.links.retain(|name| !named(name, change));
        silent.kept.retain(|name| !named(name, change));
        change.fields.extend(silent.fields.iter().map(|name| ((*name).clone(), None)));
        change.links.extend(silent.links.iter().map(|name| ((*name).clone(), None)));
        let list = |names: &[&Word]| names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
        let gone: Vec<&Word> = silent.fields.iter().chain(&silent.links).copied().collect();
        if !gone.is_empty() {
            context.out.note(format!("to be taken away, since the document does not state it: {}", list(&gone)));
        }
        if !silent.kept.is_empty() {
            context.out.note(format!("kept, since a document need not state it: {}", list(&silent.kept)));
        }
    }
}

/// Links by type, each with its targets.
pub(crate) type Links = BTreeMap<Word, BTreeSet<ItemId>>;

impl StatedArgs {
    /// Returns whether nothing at all is stated.
    pub(crate) fn is_empty(&self) -> bool {
        self.title.is_none()
            && self.path.is_none()
            && self.field.is_empty()
            && self.fields.is_none()
            && self.link.is_empty()
            && self.from.is_none()
    }

    /// Returns all that is stated of an item of a kind, by options and by a document. A file of the work tree that fits the
    /// kind's path is the item's own, unless --path says otherwise.
    ///
    /// # Errors
    /// Exit code 2 where something is stated twice, else as [`StatedArgs::fields`].
    pub(crate) fn parts(
        &self,
        context: &Context,
        repo: &Repo,
        state: &State,
        (id, kind): (&ItemId, &Word),
        what: &str,
    ) -> Result<Parts, CliError> {
        let mut parts = Parts {
            title: self.title.clone(),
            path: self.path(context)?,
            fields: self.fields(context, state, kind, what)?,
            links: self.links(context)?,
            document: None,
        };
        let Some(file) = &self.from else { return Ok(parts) };
        let shown = if file == Path::new("-") { packet::STANDARD_INPUT.into() } else { file.to_string_lossy() };
        let rules = &state.charter.rules;
        let text = context.read_text(file)?;
        if markdown::document(text.as_bytes()).is_none() {
            let needed = format!("a document of at most {} bytes", markdown::MAX_DOCUMENT);
            return Err(CliError::usage(format!("{shown} has {} bytes", text.len()), needed));
        }
        let read = packet::read(rules, kind, id, &shown, &text);
        let fields = read.fields.keys().filter(|name| parts.fields.contains_key(*name));
        if let Some(twice) = fields.chain(read.links.keys().filter(|name| parts.links.contains_key(*name))).next() {
            return Err(CliError::usage(format!("{twice} is stated by the document and by an option"), "one of both"));
        }
        let others: Vec<String> = read.others.iter().map(|(line, label)| format!("{label} (line {line})")).collect();
        if !others.is_empty() {
            context
                .out
                .note(format!("not read, since {kind} has no field or link of that label: {}", others.join(", ")));
        }
        if parts.path.is_none() {
            let own = rules.kinds.get(kind).and_then(|kind| kind.path.as_ref());
            parts.path = own
                .and_then(|own| in_work_tree(repo, &context.path(file)).filter(|p| path_matches(own, id, p.as_str())));
        }
        parts.title = parts.title.or_else(|| read.title.clone());
        parts.fields.extend(read.fields.clone());
        parts.links.extend(read.links.clone());
        parts.document = Some(read);
        Ok(parts)
    }

    /// Returns the path.
    fn path(&self, context: &Context) -> Result<Option<RepoPath>, CliError> {
        let Some(path) = &self.path else { return Ok(None) };
        let path: String =
            context.ask(path.clone(), "--path PATH", "the file, named from the top of the repository")?;
        Ok(Some(RepoPath::parse(&path)?))
    }

    /// Returns the links.
    fn links(&self, context: &Context) -> Result<Links, CliError> {
        links(context, "--link", &self.link)
    }

    /// Returns the fields as values of the types that the kind gives. A kind that the charter does not have is left to the
    /// rules that refuse it.
    ///
    /// # Errors
    /// Exit code 2 where the words are malformed or say a field twice, 1 where the charter's rules refuse them.
    fn fields(
        &self,
        context: &Context,
        state: &State,
        kind: &Word,
        what: &str,
    ) -> Result<BTreeMap<Word, Value>, CliError> {
        let typed: Typed = fields(&whole(context, "--field", "VALUE", &self.field)?)?;
        let mut values = match &self.fields {
            Some(file) => from_json(&context.read_text(file)?).map_err(|e| {
                CliError::usage(format!("{}: {}", file.display(), e.detail), "a JSON object").code(e.code)
            })?,
            None => BTreeMap::new(),
        };
        if let Some(twice) = values.keys().find(|name| typed.contains_key(name.as_str())) {
            return Err(CliError::usage(
                format!("the field {twice} is stated by --field and by --fields"),
                "one of both",
            ));
        }
        let Some(rule) = state.charter.rules.kinds.get(kind) else { return Ok(values) };
        let read = read_fields(Code::ItemField, &format!("kinds.{kind}.fields"), &rule.fields, &typed);
        values.extend(read.map_err(|refusal| CliError::refused(what, refusal))?);
        Ok(values)
    }
}

/// Returns the path in the repository of a file of the work tree.
fn in_work_tree(repo: &Repo, file: &Path) -> Option<RepoPath> {
    let (root, file) = (repo.work_dir()?.canonicalize().ok()?, file.canonicalize().ok()?);
    RepoPath::parse(&file.strip_prefix(root).ok()?.to_str()?.replace(std::path::MAIN_SEPARATOR, "/")).ok()
}

/// Returns options of the form `K=V`; where one is `K` alone, the value is asked for.
fn whole(context: &Context, option: &str, value: &str, words: &[String]) -> Result<Vec<String>, CliError> {
    let each = words.iter().map(|word| {
        if word.contains('=') {
            return Ok(word.clone());
        }
        let typed: String = context.ask(None, &format!("{option} {word}={value}"), word)?;
        Ok(format!("{word}={typed}"))
    });
    each.collect()
}

/// Reads `TYPE=ID[,ID]`, each type once or more.
pub(crate) fn links(context: &Context, option: &str, words: &[String]) -> Result<Links, CliError> {
    let mut links = Links::new();
    for word in &whole(context, option, "ID", words)? {
        let (link, ids) = word
            .split_once('=')
            .ok_or_else(|| CliError::usage(format!("{word:?} is not of the form TYPE=ID[,ID]"), "TYPE=ID[,ID]"))?;
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
        other => Err(FormatError::new(
            Code::FormatType,
            format!("it holds {} and not an object of fields", other.type_name()),
        )),
    }
}
