//! `ledger actor`: enrol people and programs, give and take roles, list.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{AtArgs, CliError, Context, SignArgs, init};
use crate::domain::authority;
use crate::domain::charter::ActorType;
use crate::domain::decide::draft::Wish;
use crate::domain::decide::trust::who_as_written;
use crate::domain::event::{Body, Person};
use crate::domain::id::{ActorId, Noun, RoleId};
use crate::domain::state::{Actor as Enrolled, State};
use crate::domain::value::Value;
use crate::ledger::Ledger;
use crate::render::look::{Line, Look, Page, Tone};

#[derive(Debug, Subcommand)]
pub(crate) enum Actor {
    Enroll(EnrollArgs),
    Grant(GrantArgs),
    Ungrant(UngrantArgs),
    List(ListArgs),
}

/// Enrols a person or a program, with a key and roles.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ledger actor enroll omar --kind human --public-key omar.pub --role approver --git-email omar@example.org
  ledger actor enroll mira --kind agent --operator dario --public-key mira.pub --role drafter")]
pub(crate) struct EnrollArgs {
    /// The name, of a-z, 0-9 and `-`
    name: Option<ActorId>,
    /// What it is: human, agent or ci
    #[arg(long, value_name = "KIND", value_parser = kind)]
    kind: Option<ActorType>,
    /// The file of the public key
    #[arg(long, value_name = "FILE")]
    public_key: Option<PathBuf>,
    /// The roles
    #[arg(long, value_name = "ROLE[,ROLE]", value_delimiter = ',')]
    role: Vec<RoleId>,
    /// A git email that is theirs: whoever commits under it is taken for the author
    #[arg(long, value_name = "EMAIL")]
    git_email: Vec<String>,
    /// The human who answers for an agent or ci
    #[arg(long, value_name = "NAME")]
    operator: Option<ActorId>,
    #[command(flatten)]
    sign: SignArgs,
}

/// Gives an actor another role.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ledger actor grant omar reviewer")]
pub(crate) struct GrantArgs {
    /// Who
    name: ActorId,
    /// The role
    role: RoleId,
    #[command(flatten)]
    sign: SignArgs,
}

/// Takes a role away from an actor.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ledger actor ungrant omar reviewer --reason 'moved to another team'")]
pub(crate) struct UngrantArgs {
    /// From whom
    name: ActorId,
    /// The role
    role: RoleId,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    sign: SignArgs,
}

/// Lists everybody ever enrolled.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ledger actor list\n  ledger actor list --at 2026-02-03 --format json")]
pub(crate) struct ListArgs {
    #[command(flatten)]
    at: AtArgs,
}

fn kind(text: &str) -> Result<ActorType, String> {
    ActorType::parse(text).ok_or_else(|| "it is human, agent or ci".to_owned())
}

/// Runs one of the commands.
pub(crate) fn run(command: Actor, context: &Context) -> Result<u8, CliError> {
    let (sign, body) = match command {
        Actor::Enroll(args) => {
            let (sign, person) = person(args, context)?;
            (sign, Body::Enrolled(person))
        }
        Actor::Grant(args) => (args.sign, Body::Granted { actor: args.name, role: args.role }),
        Actor::Ungrant(args) => {
            let reason = context.ask(args.reason, "--reason TEXT", "why the role is taken away")?;
            (args.sign, Body::Ungranted { actor: args.name, role: args.role, reason })
        }
        Actor::List(args) => return list(&args, context),
    };
    context.act(&sign, &Wish::Do { item: Noun::Repo, body }, &[])
}

fn person(args: EnrollArgs, context: &Context) -> Result<(SignArgs, Person), CliError> {
    let actor = context.ask(args.name, "NAME", "the name, of a-z, 0-9 and `-`")?;
    let typed: Option<String> = args.kind.map(|kind| kind.as_str().to_owned());
    let kind = kind(&context.ask(typed, "--kind KIND", "human, agent or ci")?)
        .map_err(|text| CliError::usage(format!("--kind: {text}"), "human, agent or ci"))?;
    let file: PathBuf = context.ask(args.public_key, "--public-key FILE", "the file of the public key")?;
    let roles: BTreeSet<RoleId> = if args.role.is_empty() {
        let typed: String = context.ask(None, "--role ROLE", "the roles, with commas between them")?;
        let roles = typed.split(',').map(|role| RoleId::parse(role.trim()));
        roles.collect::<Result<_, _>>()?
    } else {
        args.role.into_iter().collect()
    };
    let operator = match (kind, args.operator) {
        (ActorType::Human, operator) => operator,
        (_, operator) => Some(context.ask(operator, "--operator NAME", "the human who answers for it")?),
    };
    let key = super::key::public_key(context, &init::expanded(&file))?;
    let person =
        Person { actor, kind, operator, emails: init::lower(args.git_email), keys: BTreeSet::from([key]), roles };
    Ok((args.sign, person))
}

fn list(args: &ListArgs, context: &Context) -> Result<u8, CliError> {
    let ledger = Ledger::load_at(&context.repo()?, &args.at.point()?)?;
    let state = ledger.state();
    context.note_at(&args.at, state, "")?;
    context.out.either(
        || {
            Value::map([(
                "actors",
                Value::List(state.actors.iter().map(|(name, actor)| value(state, name, actor)).collect()),
            )])
        },
        || table(state, context.out.look_of_list()),
    );
    Ok(0)
}

fn value(state: &State, name: &ActorId, actor: &Enrolled) -> Value {
    Value::map([
        ("name", name.into()),
        ("kind", actor.kind.as_str().into()),
        ("operator", actor.operator.as_ref().into()),
        ("roles", Value::list(&actor.roles)),
        ("emails", Value::list(actor.emails.iter().map(String::as_str))),
        ("keys", Value::List(actor.keys.iter().map(|(print, key)| super::key::value(name, print, key)).collect())),
        ("live", authority::is_live(state, name).into()),
    ])
}

fn table(state: &State, look: Look) -> String {
    let mut page = Page::new(look);
    let row = |(name, actor): (&ActorId, &Enrolled)| {
        let roles: Vec<&str> = actor.roles.iter().map(RoleId::as_str).collect();
        let operator = actor.operator.as_ref().map(|operator| format!(" of {operator}")).unwrap_or_default();
        let roles = if roles.is_empty() { "no role".to_owned() } else { roles.join(", ") };
        let emails: Vec<&str> = actor.emails.iter().map(String::as_str).collect();
        let live = if authority::is_live(state, name) { "" } else { "  no key that counts" };
        vec![
            Line::plain(name.as_str()),
            Line::plain(format!("{}{operator}", actor.kind.as_str())),
            Line::plain(roles),
            Line::new(Tone::Faint, emails.join(" ")).and(Tone::Alarm, live),
        ]
    };
    page.table(0, &state.actors.iter().map(row).collect::<Vec<_>>());
    let authority = who_as_written(&state.charter.rules.authority);
    let founding = if state.founding { ", not complete yet" } else { "" };
    page.line(&Line::new(Tone::Faint, format!("authority: {authority}{founding}")));
    page.finish()
}
