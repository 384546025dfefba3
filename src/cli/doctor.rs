//! `ledger doctor`: what stands, what mends the rest, and the mending of what needs nobody's decision.

use clap::Args;

use super::{CliError, Context, doctor_storage as storage, hooks};
use crate::clock;
use crate::domain::code::Code;
use crate::domain::id::{ActorId, Digest, RoleId};
use crate::domain::state::State;
use crate::domain::value::Value;
use crate::git::Repo;
use crate::git::hooks::{self as installed, HookState, Set};
use crate::ledger::found::none_on_branches;
use crate::ledger::load::{named, place, way_before};
use crate::ledger::verify::missing_evidence;
use crate::ledger::{Ledger, LedgerError, act};
use crate::render::look::{Line, Look, Page, Tone};
use crate::render::shown;
use crate::signing;

/// The first version of git that signs and verifies with SSH keys.
const GIT: (u32, u32) = (2, 34);

/// How far ahead of the clock the ledger's tip may be, in seconds.
const AHEAD: i64 = 300;

/// Says what stands and what does not, each with the command that mends it. Writes nothing, unless it is to mend.
///
/// With --mend it first puts right what needs nobody's decision: it clears up after commands that were killed, puts a lost ref back to
/// where its log or a remote's last known tip says that it was, if what is there is valid from genesis on, keeps missing evidence whose
/// bytes are still somewhere here, takes away evidence that no event cites, and begins the log of a ref that has none. It takes no lock of git's, and moves no ref that names
/// something.
///
/// Exit code 0: nothing is bad; 1: something is; 3: the ledger is invalid, missing, or not the one that is named.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  ledger doctor\n  ledger doctor --mend --dry-run\n  ledger doctor --mend\n  ledger doctor --format json"
)]
pub(crate) struct DoctorArgs {
    /// Put right what needs nobody's decision, then look
    #[arg(long)]
    mend: bool,
    /// Say what would be put right; write nothing
    #[arg(long, requires = "mend")]
    dry_run: bool,
}

/// How one thing stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stand {
    Ok,
    /// It was put right just now.
    Mended,
    /// It would be put right.
    Would,
    Warn,
    Bad,
}

impl Stand {
    const fn as_str(self) -> &'static str {
        match self {
            Stand::Ok => "ok",
            Stand::Mended => "mended",
            Stand::Would => "would",
            Stand::Warn => "warn",
            Stand::Bad => "bad",
        }
    }
}

/// One thing that was looked at.
pub(super) struct Finding {
    name: &'static str,
    stand: Stand,
    text: String,
    next: Vec<String>,
}

impl Finding {
    pub(super) fn new(name: &'static str, stand: Stand, text: impl Into<String>) -> Finding {
        Finding { name, stand, text: text.into(), next: Vec::new() }
    }

    pub(super) fn next(mut self, command: impl Into<String>) -> Finding {
        self.next.push(command.into());
        self
    }

    /// Returns what an error says, with the commands that it names.
    pub(super) fn error(name: &'static str, stand: Stand, error: impl Into<CliError>) -> Finding {
        let error = error.into();
        let lines: Vec<String> = error.text.lines().map(str::to_owned).collect();
        let untold = error.explanations().filter(|e| !error.text.contains(&e.found));
        let untold = untold.map(|e| format!("{}; needed: {}", e.found, e.needed));
        let text = lines.into_iter().chain(untold).collect::<Vec<_>>().join("; ");
        let text = format!("{text} [{}]", error.first.code);
        // This is the page of `ledger doctor` already.
        let next = error.explanations().flat_map(|e| e.next.clone()).filter(|next| next != "ledger doctor").collect();
        Finding { name, stand, text, next }
    }
}

/// Looks at everything and tells.
pub(crate) fn run(args: &DoctorArgs, context: &Context) -> Result<u8, CliError> {
    let repo = context.repo()?;
    let mut findings = if args.mend { storage::mend(&repo, args.dry_run)? } else { Vec::new() };
    if !findings.is_empty() && !args.dry_run {
        let mended: Vec<&str> = findings.iter().map(|finding| finding.text.as_str()).collect();
        context.out.stands(mended.join("; "));
    }
    findings.extend([git(&repo), program()]);
    let mut exit = 0;
    match Ledger::load(&repo) {
        Ok(ledger) => {
            let state = ledger.state();
            let text = format!("valid up to event {}, {}", state.tip.seq, state.tip.sha256.short());
            findings.push(Finding::new("ledger", Stand::Ok, text));
            findings.extend([pins(&repo), authority(state), clock(&repo, state), evidence(&repo, state)]);
            findings.push(storage::files(&repo));
            findings.extend(storage::shared(&repo));
            if is_worked_in(&repo) {
                findings.extend(person(context, &repo, state));
            }
        }
        Err(LedgerError::None) => {
            let none = || Finding::new("ledger", Stand::Warn, "this repository has no ledger and names none");
            findings.push(match none_on_branches(&repo) {
                Ok(()) => none().next("ledger init"),
                Err(error) => Finding::error("ledger", Stand::Warn, error),
            });
        }
        Err(error) => {
            let error = CliError::from(error);
            exit = if error.exit == 3 { 3 } else { 1 };
            findings.push(Finding::error("ledger", Stand::Bad, error));
            findings.extend([storage::lost(&repo)].into_iter().flatten());
            findings.extend([pins(&repo), storage::files(&repo)]);
        }
    }
    findings.push(hooks_stand(&repo));
    if is_worked_in(&repo) {
        findings.push(signed_commits(&repo));
    }
    if exit == 0 && findings.iter().any(|finding| finding.stand == Stand::Bad) {
        exit = 1;
    }
    context.out.either(|| value(&findings), || text(&findings, context.out.look_of_list()));
    Ok(exit)
}

fn git(repo: &Repo) -> Finding {
    let version = match repo.git_version() {
        Ok(version) => version,
        Err(error) => return Finding::error("git", Stand::Bad, error),
    };
    let mut numbers = version.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse::<u32>().ok());
    let old = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) < GIT;
    let stand = if old { Stand::Warn } else { Stand::Ok };
    let text = if old { format!("{version}; git signs and verifies with SSH keys from 2.34 on") } else { version };
    Finding::new("git", stand, text)
}

fn program() -> Finding {
    match hooks::program() {
        Ok(path) => Finding::new("program", Stand::Ok, path.display().to_string()),
        Err(error) => Finding::error("program", Stand::Bad, error),
    }
}

/// Where the ledger is named, and whether a clone will know.
fn pins(repo: &Repo) -> Finding {
    let pins = match named(repo) {
        Ok(pins) => pins,
        Err(error) => return Finding::error("pins", Stand::Bad, error),
    };
    let places: Vec<String> = pins.iter().filter(|pin| pin.genesis.is_some()).map(place).collect();
    let in_head = pins.iter().any(|pin| matches!(pin.source, crate::git::pin::PinSource::Tree(_)));
    let in_tree = pins.iter().any(|pin| matches!(pin.source, crate::git::pin::PinSource::WorkTree(_)));
    if places.is_empty() {
        let nowhere =
            Finding::new("pins", Stand::Warn, "nothing names the ledger: another could take its place unseen");
        return nowhere.next("ledger trust");
    }
    if in_tree && !in_head {
        let text = format!(
            "named by {}; the file .ledger is not committed, so no clone asks for the ledger",
            places.join(", ")
        );
        return Finding::new("pins", Stand::Warn, text).next("git add .ledger && git commit -m 'Name the ledger'");
    }
    Finding::new("pins", Stand::Ok, format!("named by {}", places.join(", ")))
}

fn authority(state: &State) -> Finding {
    let authority = crate::domain::decide::trust::who_as_written(&state.charter.rules.authority);
    if state.founding {
        let text = format!("not complete: it takes {authority}, and until then nobody decides anything else");
        return Finding::new("authority", Stand::Warn, text).next("ledger actor enroll");
    }
    Finding::new("authority", Stand::Ok, format!("complete: {authority}"))
}

fn clock(repo: &Repo, state: &State) -> Finding {
    let now = match clock::now() {
        Ok(now) => now,
        Err(text) => return Finding::new("clock", Stand::Bad, text),
    };
    let ahead = state.tip.at.seconds() - now.seconds();
    if ahead > AHEAD {
        let text = format!("the clock says {now}, and the ledger's newest event is of {}", state.tip.at);
        let next = way_before(repo, now);
        return Finding { next, ..Finding::new("clock", Stand::Bad, text) };
    }
    Finding::new("clock", Stand::Ok, format!("{now}, not before the ledger's newest event"))
}

fn evidence(repo: &Repo, state: &State) -> Finding {
    let (gone, cited) = (state.erased(), state.cited());
    let missing = match missing_evidence(repo, state) {
        Ok(missing) => missing.len(),
        Err(error) => return Finding::error("evidence", Stand::Bad, error),
    };
    let here = |sha256: &Digest| repo.evidence_has(sha256).unwrap_or(false);
    if let (0, Some(sha256)) = (missing, gone.into_iter().find(here)) {
        let text = format!("bytes that were given up are still here: {}", sha256.short());
        return Finding::new("evidence", Stand::Warn, text).next(format!("ledger erase {sha256}"));
    }
    if let (0, Some(finding)) = (missing, storage::uncited(repo, state)) {
        return finding;
    }
    if missing == 0 {
        return Finding::new(
            "evidence",
            Stand::Ok,
            format!("{} of {} cited pieces are here", cited.len(), cited.len()),
        );
    }
    let text = format!("{missing} of {} cited pieces are missing [{}]", cited.len(), Code::StoreEvidenceMissing);
    let finding = Finding::new("evidence", Stand::Bad, text);
    match repo.default_remote() {
        Some(_) => finding.next("ledger sync").next(storage::MEND),
        None => finding.next(storage::MEND).next("git remote add origin URL").next("ledger sync"),
    }
}

/// The key at hand, whose it is, and whether git's email is that person's.
fn person(context: &Context, repo: &Repo, state: &State) -> Vec<Finding> {
    let (key, owner) = key(context, repo, state);
    let email = email(repo, state, owner.as_ref());
    vec![key, email]
}

fn key(context: &Context, repo: &Repo, state: &State) -> (Finding, Option<ActorId>) {
    let search = match context.search(repo, None) {
        Ok(search) => search,
        Err(error) => return (Finding::error("key", Stand::Bad, error), None),
    };
    let (owner, public) = match act::who(state, &search) {
        Ok(found) => found,
        Err(error) => return (Finding::error("key", Stand::Warn, error), None),
    };
    let fingerprint = public.fingerprint();
    if act::enrolled(state, &public).is_err() {
        let text = format!("{fingerprint} was {owner}'s and is revoked");
        return (Finding::new("key", Stand::Warn, text).next("ledger key list"), Some(owner));
    }
    let finding = match signing::find(&search, &|key| act::enrolled(state, key)) {
        Ok(_) => {
            let held: Vec<&str> =
                state.actors.get(&owner).into_iter().flat_map(|a| &a.roles).map(RoleId::as_str).collect();
            let roles = if held.is_empty() { "no role".to_owned() } else { held.join(", ") };
            Finding::new("key", Stand::Ok, format!("{owner} ({roles}) with {fingerprint}"))
        }
        Err(error) => Finding::error("key", Stand::Warn, LedgerError::from(error)),
    };
    (finding, Some(owner))
}

fn email(repo: &Repo, state: &State, owner: Option<&ActorId>) -> Finding {
    let set = match repo.config("user.email") {
        Ok(Some(email)) => email.to_ascii_lowercase(),
        Ok(None) => {
            let unset = Finding::new("email", Stand::Warn, "git config user.email is not set");
            return unset.next("git config --edit");
        }
        Err(error) => return Finding::error("email", Stand::Bad, error),
    };
    let whose = state.actors.iter().find(|(_, actor)| actor.emails.contains(&set)).map(|(name, _)| name);
    let shown = shown::line(&set);
    match (whose, owner) {
        (Some(whose), Some(owner)) if whose != owner => {
            Finding::new("email", Stand::Warn, format!("{shown} is {whose}'s, and the key is {owner}'s"))
                .next("ledger actor list")
        }
        (Some(whose), _) => Finding::new("email", Stand::Ok, format!("{shown} is {whose}'s")),
        (None, _) => {
            let text = format!("{shown} is no enrolled actor's: unsigned commits under it leave open who wrote them");
            Finding::new("email", Stand::Warn, text).next("ledger actor list")
        }
    }
}

fn hooks_stand(repo: &Repo) -> Finding {
    let set = if repo.work_dir().is_none() { Set::Server } else { Set::Clone };
    let report = match installed::status(repo, set) {
        Ok(report) => report,
        Err(error) => return Finding::error("hooks", Stand::Bad, error),
    };
    let judging: Vec<_> = report.hooks.iter().filter(|hook| hook.judges).collect();
    let of = |state: HookState| {
        judging.iter().filter(|hook| hook.state == state).map(|hook| hook.name.as_str()).collect::<Vec<_>>()
    };
    let (absent, changed, missing) = (of(HookState::Absent), of(HookState::Changed), of(HookState::ProgramMissing));
    let install = if set == Set::Server { "ledger hooks install --server" } else { "ledger hooks install" };
    if !missing.is_empty() {
        return Finding::new("hooks", Stand::Bad, format!("the program that {} call is gone", missing.join(", ")))
            .next(install);
    }
    if !changed.is_empty() {
        return Finding::new("hooks", Stand::Bad, format!("changed after they were installed: {}", changed.join(", ")))
            .next(install);
    }
    let here = hooks::program().ok();
    if let Some(called) =
        judging.iter().find_map(|hook| hook.program.as_ref()).filter(|called| here.as_ref() != Some(*called))
    {
        let text = format!("installed, and call another program: {}", called.display());
        return Finding::new("hooks", Stand::Warn, text).next(install);
    }
    if absent.is_empty() {
        let notes = report.notes.iter().map(|note| format!("; {note}"));
        return Finding::new(
            "hooks",
            Stand::Ok,
            format!("installed in {}{}", report.directory.display(), notes.collect::<String>()),
        );
    }
    Finding::new(
        "hooks",
        Stand::Warn,
        match set {
            Set::Clone => "not installed: commits are judged only when they are pushed to a guarded server",
            Set::Server => "not installed: what is pushed here is judged by nobody",
        },
    )
    .next(install)
}

/// Whether git signs commits so that they can be told to be somebody's.
/// Returns whether somebody signs here: on a server nobody does, unless that was set up.
fn is_worked_in(repo: &Repo) -> bool {
    repo.work_dir().is_some() || !matches!(repo.config("user.signingKey"), Ok(None))
}

fn signed_commits(repo: &Repo) -> Finding {
    match repo.next_is_signed() {
        Ok(true) => Finding::new("commits", Stand::Ok, "git signs them with an SSH key"),
        Ok(false) => {
            let text = "git does not sign them with an SSH key: who wrote them is only claimed";
            let mend = "git config gpg.format ssh && git config commit.gpgSign true";
            let named = matches!(repo.config("user.signingKey"), Ok(Some(_)));
            let key = if named { "" } else { " && git config user.signingKey ~/.ssh/id_ed25519.pub" };
            Finding::new("commits", Stand::Warn, text).next(format!("{mend}{key}"))
        }
        Err(error) => Finding::error("commits", Stand::Bad, error),
    }
}

fn value(findings: &[Finding]) -> Value {
    let checks = findings.iter().map(|finding| {
        Value::map([
            ("name", finding.name.into()),
            ("stand", finding.stand.as_str().into()),
            ("text", finding.text.as_str().into()),
            ("next", Value::list(finding.next.iter().map(String::as_str))),
        ])
    });
    Value::map([("checks", Value::List(checks.collect()))])
}

/// Where the text of a finding begins.
const TEXT: usize = 17;

fn text(findings: &[Finding], look: Look) -> String {
    let mut page = Page::new(look);
    for finding in findings {
        let tone = match finding.stand {
            Stand::Ok | Stand::Mended | Stand::Would => Tone::Good,
            Stand::Warn => Tone::Unsure,
            Stand::Bad => Tone::Alarm,
        };
        let word = match finding.stand {
            Stand::Mended => "done",
            Stand::Would => "todo",
            stand => stand.as_str(),
        };
        let head = Line::new(tone, word).fill(6).and(Tone::Faint, finding.name).fill(TEXT);
        page.hung(&head.and(Tone::Plain, &finding.text), TEXT);
        for next in &finding.next {
            page.hung(&Line::plain("      ").and(Tone::Faint, "next").fill(TEXT).and(Tone::Command, next), TEXT);
        }
    }
    page.finish()
}
