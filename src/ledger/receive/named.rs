//! The file that names the ledger in the branch that clones check out, as a push would leave it.

use super::{Push, Update};
use crate::domain::code::Code;
use crate::domain::explain::{Explanation, Supplier};
use crate::domain::receive::{Own, Place};
use crate::git::pin::{PIN_FILE, Pin};
use crate::git::{GitError, Oid, Repo};

/// What a push makes of the file, where no ledger is here and no setting names one.
pub(super) enum Naming {
    /// What was there could not be read, and the branch comes anew.
    Anew,
    /// The push is refused for it.
    Refused(Box<Explanation>),
    /// There is no such file, it is as it was, or settings go before it.
    AsItWas,
}

/// Returns what a push makes of the file that says which ledger is to come here. Who has it first has said so, and nobody who pushes says otherwise; what
/// cannot be read as such a file says nothing, and else nobody could come in past it.
pub(super) fn naming(repo: &Repo, own: &Own, updates: &[Update]) -> Result<Naming, GitError> {
    let settings = repo.pin_of_settings()?;
    let (Some(branch), Some(head)) = (repo.head_ref()?, repo.head()?) else { return Ok(Naming::AsItWas) };
    if repo.tip()?.is_some() || settings.is_some_and(|pin| pin.genesis.is_some()) {
        return Ok(Naming::AsItWas);
    }
    let Some(said) = repo.pin_said(head)? else { return Ok(Naming::AsItWas) };
    let branch = repo.led_to(&branch)?;
    for new in ends(repo, own, updates, &branch)? {
        let now = repo.pin_said(new)?;
        let (Ok(said), now) = (&said, now.as_ref().map(Result::as_ref)) else { return Ok(Naming::Anew) };
        if now != Some(Ok(said)) {
            let now = now.and_then(Result::ok);
            return Ok(Naming::Refused(Box::new(otherwise(&branch, said, now))));
        }
    }
    let Err(error) = said else { return Ok(Naming::AsItWas) };
    let found = format!(
        "{branch} here ends in commit {head}, in which {PIN_FILE} is not the file that names the ledger: {}",
        error.text
    );
    let needed = "the branch first, with the file that names the ledger; what else is pushed goes after it";
    let told = Explanation::new(Code::LedgerFile, found, needed).who(vec![Supplier::asker()]);
    Ok(Naming::Refused(Box::new(told.next("ledger sync"))))
}

/// Returns what is said of a branch that would name another ledger, or none, before the one that it names is here.
fn otherwise(branch: &str, said: &Pin, now: Option<&Pin>) -> Explanation {
    let other = now.filter(|now| now.genesis != said.genesis);
    let would = match now {
        Some(now) if other.is_none() => format!("another place of it, {}", now.reference),
        Some(now) => format!("the ledger {}", now.genesis),
        None => "none".to_owned(),
    };
    let found =
        format!("{branch} names the ledger {} here, which is to come yet, and would name {would}", said.genesis);
    let needed = "the branch with the file as it is";
    let keeper = || vec![Supplier::in_words("whoever keeps the server")];
    match other {
        None => Explanation::new(Code::LedgerFile, found, needed).who(vec![Supplier::asker()]),
        Some(other) => {
            let needed =
                format!("{needed}; or the word of whoever keeps the server, there, that the other one is to be here");
            let told = Explanation::new(Code::LedgerFile, found, needed).who(keeper());
            told.next(format!("ledger trust {}", other.genesis))
        }
    }
}

/// Returns the commits in which a push would have a branch end, by whatever name it is pushed.
fn ends(repo: &Repo, own: &Own, updates: &[Update], branch: &str) -> Result<Vec<Oid>, GitError> {
    let mut ends = Vec::new();
    for update in updates.iter().filter(|update| own.place(&update.name) == Place::Code) {
        if repo.led_to(&update.name)? == branch {
            ends.extend(update.new.map(|new| repo.commit_of(new)).transpose()?.flatten());
        }
    }
    Ok(ends)
}

impl Push<'_> {
    /// Refuses to have the branch that clones check out end where no file names the ledger any more, or where it names another or nothing
    /// that can be read: a new clone would be one without. Before there is a ledger, what is called so has to be readable.
    pub(super) fn unnamed(&mut self) -> Result<(), GitError> {
        let repo = self.repo;
        let Some(branch) = repo.head_ref()?.map(|branch| repo.led_to(&branch)).transpose()? else {
            return Ok(());
        };
        let genesis = self.newest().map(|ledger| ledger.state().genesis);
        let old = repo.head()?.filter(|_| genesis.is_some());
        // What lies there and cannot be read is not gone yet.
        let had = old.is_some_and(|old| !matches!(repo.pin_said(old), Ok(None)));
        for new in ends(repo, self.own, self.updates, &branch)? {
            let ends = match repo.pin_said(new)? {
                None if had => format!("without the file {PIN_FILE}, which names the ledger"),
                Some(Ok(pin)) if genesis.is_some_and(|genesis| genesis != pin.genesis) => {
                    format!("whose file {PIN_FILE} names another ledger, {}", pin.genesis)
                }
                Some(Err(error)) => {
                    format!("in which {PIN_FILE} is not the file that names the ledger: {}", error.text)
                }
                None | Some(Ok(_)) => continue,
            };
            let found = format!("{branch} would end in a commit {ends}");
            let needed = "a commit that has the file: clones check this branch out, and learn of the ledger by it";
            self.refuse(Explanation::new(Code::LedgerFile, found, needed));
            break;
        }
        Ok(())
    }
}
