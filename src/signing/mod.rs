//! Keys that sign: found by name or by looking, used through the agent, a file or a signing program.
//!
//! The public key is settled first ([`resolve`]), and what signs with it second ([`find`]), so that whoever asks knows
//! the actor before anybody is asked for a passphrase. Nothing is unlocked until something is signed.
//!
//! | file | what lives there |
//! |---|---|
//! | `search.rs` | which public key |
//! | `signer.rs` | what signs with it |
//! | `keyfile.rs` | public and private key files of OpenSSH |
//! | `agent.rs` | the ssh-agent |
//! | `passphrase.rs` | asking for one |
//! | `program.rs` | `ssh-keygen -Y sign`, for security tokens and for what git is configured to sign with |
//! | `error.rs` | what was tried, and what to run |

mod agent;
mod error;
mod keyfile;
mod passphrase;
mod program;
mod search;
mod signer;

use std::path::PathBuf;

pub use self::error::{Problem, SigningError};
pub use self::keyfile::{public_key_of, read_public_key_file};
pub use self::passphrase::{Askpass, AskpassRank};
pub use self::search::{Owner, find, resolve};
use crate::domain::key::PublicKey;
use crate::domain::sshsig::Signature;

/// Something that signs with one key.
pub trait Signer {
    /// Returns the key that signs.
    fn public_key(&self) -> &PublicKey;

    /// Signs the bytes of a commit. The signature that is returned was verified.
    ///
    /// The first call may ask for a passphrase; later ones do not.
    ///
    /// # Errors
    /// What was tried and did not sign.
    fn sign(&self, message: &[u8]) -> Result<Signature, SigningError>;
}

/// Where to look for a signing key.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// `--key FILE`: a private or a public key file.
    pub explicit: Option<PathBuf>,
    /// git config `ledger.signingKey`: a path, or a key as [`Search::user_signing_key`] may hold one.
    pub ledger_signing_key: Option<String>,
    /// git config `user.signingKey`, where `gpg.format` is `ssh`: a path, `ssh-ed25519 …` or `key::…`.
    pub user_signing_key: Option<String>,
    /// git config `gpg.ssh.defaultKeyCommand`, where `gpg.format` is `ssh`: prints a key, and is asked where `user.signingKey` is not set.
    pub default_key_command: Option<String>,
    /// git config `gpg.ssh.program`: what signs where neither agent nor file can. `ssh-keygen` stands in for security tokens.
    pub ssh_program: Option<PathBuf>,
    /// The home directory: what `~/` means, and where `.ssh` is.
    pub home: Option<PathBuf>,
    /// The socket of the ssh-agent.
    pub agent_socket: Option<PathBuf>,
    /// The program that asks for passphrases in place of the terminal.
    pub askpass: Option<Askpass>,
    /// Nothing is asked on the terminal (`--no-input`).
    pub no_input: bool,
}

impl Search {
    /// Returns a search that knows what the environment says: `HOME`, `SSH_AUTH_SOCK` and the `SSH_ASKPASS` family.
    pub fn from_env() -> Search {
        let path = |name| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
        Search {
            home: path("HOME"),
            agent_socket: path("SSH_AUTH_SOCK"),
            askpass: Askpass::from_env(),
            ..Search::default()
        }
    }
}
