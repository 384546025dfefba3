//! The only room that knows git: the store of events, evidence, pins, changes to judge, and hooks.
//!
//! | module | what it promises |
//! |---|---|
//! | [`repo`] | opens the repository that git means, with the environment that hooks get |
//! | [`bundle`] | puts a ledger and its evidence into one file, and takes them out where nothing else is at hand |
//! | [`config`] | answers settings as git itself sees them, `git -c` and includes counted |
//! | [`store`] | reads and appends events; an append is there whole or not at all |
//! | [`evidence`] | keeps cited bytes reachable under their SHA-256 |
//! | [`pin`] | says which ledger this repository names, and where it says so |
//! | [`changes`] | lists what a commit changes, path by path, as raw bytes |
//! | [`facts`] | answers questions about a commit from objects alone |
//! | [`history`] | says who wrote the bytes at a path, and who committed a commit |
//! | [`judged`] | remembers what a push was judged for until its refs are taken |
//! | [`next`] | says which parents the next commit would have, and whom it would name |
//! | [`mend`] | finds what was left behind or lost, and puts back what can be |
//! | [`objects`] | reads an object after a look at whether its file is whole |
//! | [`remote`] | asks and fetches from other repositories of the same ledger |
//! | [`give`] | pushes to them, and says why something was not taken |
//! | [`raw`] | reads commits and trees from their own bytes |
//! | `refs` | says what a ref names, and moves it if it is where it is expected to be |
//! | [`aside`] | remembers the events that a sync could not take along |
//! | `replace` | replaces files so that a process that is killed stands in nobody's way |
//! | [`signer`] | finds the enrolled key of a code commit's signature |
//! | [`alias`] | sets and removes the alias by which `git ledger` runs this program |
//! | [`hooks`] | installs hooks beside whatever git would have run, and takes them away again |
//!
//! What is read never depends on `refs/replace`, grafts, shallow boundaries or alternates: object ids are verified on
//! every read, and parents are taken from the bytes of the commit.

pub mod alias;
pub mod aside;
mod bases;
pub mod bundle;
pub mod changes;
pub mod config;
mod error;
pub mod evidence;
pub mod facts;
pub mod give;
pub mod history;
pub mod hooks;
pub mod judged;
mod loose;
pub mod mend;
pub mod next;
pub mod objects;
pub mod pin;
pub mod raw;
pub mod refs;
pub mod remote;
mod replace;
pub mod repo;
pub mod signer;
pub mod staged;
pub mod store;
mod way;
pub mod worktree;

pub use error::GitError;
pub use git2::Oid;
pub use repo::Repo;
pub use store::AppendError;
