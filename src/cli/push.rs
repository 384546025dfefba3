//! A push, judged before it leaves: the ledger's own refs must stay whole, and every new commit of code must be one that the
//! ledger lets through.

use std::collections::BTreeSet;
use std::ffi::OsString;

use super::check::{refusals, waived};
use super::common::as_of;
use super::{CliError, Context, hook};
use crate::domain::code::Code;
use crate::domain::judge::Going;
use crate::domain::receive::{Cites, evidence_change};
use crate::git::{Oid, Repo, changes};
use crate::ledger::check::Checked;
use crate::ledger::receive::{gives_back, takes_back};
use crate::ledger::{Ledger, LedgerError, check};
use crate::render::refusal::Refused;
use crate::render::shown;

/// One ref of a push: what git writes to the hook's standard input.
struct Update {
    local: Option<Oid>,
    remote_ref: String,
    remote: Option<Oid>,
}

/// Judges a push and returns the exit code. `args` are the remote's name and address.
pub(super) fn judge(context: &Context, repo: &Repo, args: &[OsString], lines: &[u8]) -> Result<u8, CliError> {
    let Some(ledger) = hook::ledger(repo)? else { return Ok(0) };
    let updates = updates(repo, lines)?;
    let own = [repo.ledger_ref()?, repo.evidence_ref()?];
    let remote = args.first().and_then(|name| name.to_str()).unwrap_or("origin");
    let mut tips = Vec::new();
    // Branches that rules about commits speak of, each with what it ends in here and there, and whether it is new there.
    let mut ruled = Vec::new();
    let mut hidden: BTreeSet<Oid> = BTreeSet::new();
    let is_newest = updates.iter().any(|update| update.remote_ref == own[0] && update.local == ledger.tip())
        || (ledger.tip().is_some() && repo.tracked(remote).is_ok_and(|there| there == ledger.tip()));
    for update in &updates {
        if update.remote_ref == own[0] {
            events(repo, update, remote)?;
        } else if update.remote_ref == own[1] {
            evidence(repo, &ledger, update, remote, is_newest)?;
        } else if let Some(local) = update.local
            && let Some(tip) = repo.commit_of(local)?
        {
            tips.push(tip);
            let there = update.remote.and_then(|oid| known(repo, oid));
            hidden.extend(there);
            let branch = update.remote_ref.strip_prefix("refs/heads/");
            let is_new = update.remote.is_none();
            ruled.extend(
                branch
                    .filter(|branch| check::ruled(ledger.state()).contains(branch))
                    .map(|one| (one, tip, there, is_new)),
            );
        }
    }
    if tips.is_empty() {
        return Ok(0);
    }
    hidden.extend(repo.refs("refs/remotes/*")?.into_iter().filter_map(|(_, oid)| known(repo, oid)));
    let hidden: Vec<Oid> = hidden.into_iter().collect();
    let commits = changes::commits_not_in(repo, &tips, &hidden)?;
    let moment = as_of(ledger.state())?;
    let mut checked = check::commits(repo, &ledger, &commits, moment, Going::Nowhere)?;
    for tip in tips.iter().collect::<BTreeSet<_>>() {
        check::needs(repo, ledger.state(), *tip, &mut checked, moment)?;
    }
    for (branch, tip, there, is_new) in ruled {
        // What the branch had there may be unknown here, where others pushed it.
        let had = there.map_or_else(|| hidden.clone(), |there| vec![there]);
        let had = Some(had.as_slice()).filter(|_| !is_new);
        let mut reaching = check::reaching(repo, &ledger, (branch, tip), had, moment)?;
        check::needs(repo, ledger.state(), tip, &mut reaching, moment)?;
        checked.extend(reaching);
    }
    if !checked.iter().any(Checked::is_refused) {
        let waived = waived(&checked, context.out.look_err().color);
        if !waived.is_empty() {
            context.out.note(waived);
        }
        return Ok(0);
    }
    context.out.note(refusals(repo, &checked, Refused::Push, context.out.look_err()).trim_end_matches('\n'));
    Ok(1)
}

/// Reads `<local ref> <local oid> <remote ref> <remote oid>`, one a line. Zeros stand for nothing.
///
/// What is to be pushed must be here, or nobody could say that it was judged.
fn updates(repo: &Repo, lines: &[u8]) -> Result<Vec<Update>, CliError> {
    let text = String::from_utf8_lossy(lines);
    let mut updates = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let wrong = || {
            let text = format!("{} is not what git writes to pre-push", shown::line(line));
            CliError::usage(text, "`LOCAL-REF LOCAL-OID REMOTE-REF REMOTE-OID`, one a line").next("ledger hooks status")
        };
        let words: Vec<&str> = line.split(' ').collect();
        let [_, local, remote_ref, remote] = words.as_slice() else { return Err(wrong()) };
        let oid = |hex: &str| match Oid::from_str(hex) {
            Ok(oid) if oid.to_string() == hex => Ok((!oid.is_zero()).then_some(oid)),
            _ => Err(wrong()),
        };
        let local = oid(local)?;
        if local.is_some_and(|oid| !repo.has(oid)) {
            let text = format!("what is to be pushed is not here: {}", shown::line(line));
            return Err(CliError::usage(text, "the commits that are pushed, to be judged").next("git fsck"));
        }
        updates.push(Update { local, remote_ref: (*remote_ref).to_owned(), remote: oid(remote)? });
    }
    Ok(updates)
}

/// Returns the commit that the remote has; `None` where it is not here, or cannot be read, and so hides nothing.
fn known(repo: &Repo, oid: Oid) -> Option<Oid> {
    repo.commit_of(oid).ok().flatten()
}

/// Judges a push of events: they are valid, and none that the remote holds is lost.
fn events(repo: &Repo, update: &Update, remote: &str) -> Result<(), CliError> {
    let name = shown::line(&update.remote_ref);
    let Some(local) = update.local else {
        let text = format!("the push would delete the ledger {name} of {}", shown::line(remote));
        return Err(refuse(text, "a push that leaves the ledger out").next("ledger log -n 5"));
    };
    Ledger::load_tip(repo, local)?;
    let Some(there) = update.remote.filter(|there| *there != local) else { return Ok(()) };
    let keeps = || {
        let had = repo.tracked(remote).ok().flatten();
        Ok::<_, LedgerError>(
            repo.chain_after(there, local)?.is_some()
                || had.map(|had| gives_back(repo, there, local, had)).transpose()?.unwrap_or_default()
                || takes_back(repo, there, local)?.is_some(),
        )
    };
    if repo.has(there) && keeps()? {
        return Ok(());
    }
    let text =
        format!("the push would take events from the ledger {name}: its tip {there} there is not among those pushed");
    Err(refuse(text, "a tip that every event of the remote leads to").next(sync_with(repo, remote)))
}

/// Judges a push of evidence: nothing that the remote holds goes but what was erased, and nothing comes but what events cite. Only where the
/// ledger there is the one that is here (`is_newest`), or becomes it, it is known of more that nobody cites it, so that it may go.
fn evidence(repo: &Repo, ledger: &Ledger, update: &Update, remote: &str, is_newest: bool) -> Result<(), CliError> {
    let name = shown::line(&update.remote_ref);
    let Some(local) = update.local else {
        let text = format!("the push would delete the evidence {name} of {}", shown::line(remote));
        return Err(refuse(text, "a push that leaves the evidence out").next("ledger doctor"));
    };
    let kept = repo.evidence_list_at(local)?;
    if let Some(there) = update.remote.filter(|there| !repo.has(*there)) {
        let text = format!("the remote's evidence {there} is not known here, so it cannot be kept");
        return Err(refuse(text, "the remote's evidence, fetched").next(sync_with(repo, remote)));
    }
    let there = update.remote.map_or_else(|| Ok(BTreeSet::new()), |there| repo.evidence_list_at(there))?;
    let mut says = Cites::of(ledger.state());
    // What no event here cites may be cited there, where this ledger may not be the newest.
    if !is_newest {
        says.cited.extend(there.difference(&says.erased).copied().collect::<Vec<_>>());
    }
    let change = evidence_change(&there, &kept, Some(&says));
    if let Some(first) = change.lost.first() {
        let text = format!("the push would drop {} pieces of evidence from {name}, such as {first}", change.lost.len());
        return Err(refuse(text, "the remote's evidence, fetched").next(sync_with(repo, remote)));
    }
    if let Some(first) = change.uncited.first() {
        let text = format!(
            "the push would give {} of the pieces of evidence that no event cites, such as {first}",
            change.uncited.len()
        );
        let error = CliError::usage(text, "evidence that events cite").code(Code::StoreRef);
        return Err(CliError { exit: 1, ..error }.next(sync_with(repo, remote)));
    }
    Ok(())
}

/// Returns the command that shares with a remote, of which git names the address where it has no name.
fn sync_with(repo: &Repo, remote: &str) -> String {
    let named = repo.remotes().unwrap_or_default().iter().any(|name| name == remote);
    if named && repo.default_remote().as_deref() != Some(remote) {
        format!("ledger sync {}", shown::shell(remote.as_bytes()))
    } else {
        "ledger sync".to_owned()
    }
}

fn refuse(text: String, needed: &str) -> CliError {
    CliError { exit: 3, ..CliError::usage(text, needed).code(Code::TrustHistory) }
}
