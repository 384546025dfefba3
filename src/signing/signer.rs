//! What signs with a settled key: the agent, then the private key file, then a signing program.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use ed25519_dalek::{Signer as _, SigningKey};

use super::agent::Agent;
use super::error::{Problem, SigningError, quoted};
use super::keyfile::PrivateFile;
use super::program::Program;
use super::search::Files;
use super::{Search, Signer};
use crate::domain::key::PublicKey;
use crate::domain::sshsig::{Signature, signed_data};

/// A key with every way to sign by it, the best first.
pub(super) struct KeySigner {
    key: PublicKey,
    search: Search,
    agent: Option<Agent>,
    file: Option<PathBuf>,
    program: Option<Program>,
    /// The unlocked key, so that a passphrase is asked for once.
    secret: OnceCell<SigningKey>,
    tried: Vec<String>,
}

impl KeySigner {
    /// Returns the signer of a key, if there is at least one way to sign.
    pub(super) fn new(
        search: &Search,
        key: PublicKey,
        agent: Option<Agent>,
        files: Files,
        mut tried: Vec<String>,
    ) -> Result<KeySigner, SigningError> {
        let in_token = matches!(key, PublicKey::SkEd25519(..));
        let key_file = files.private.clone().or(files.public);
        let program = match &search.ssh_program {
            Some(program) => Some(Program { program: program.clone(), key_file }),
            None if in_token && key_file.is_some() => Some(Program { program: "ssh-keygen".into(), key_file }),
            None => None,
        };
        let mut file = files.private.filter(|_| !in_token);
        // With the agent at hand the file is looked at only if the agent refuses.
        if let (Some(path), None) = (&file, &agent)
            && let Err(problem) = PrivateFile::open(path, &key)
        {
            if program.is_none() {
                let hints = hints(&problem, search);
                return Err(SigningError::new(problem, tried, hints));
            }
            tried.push(problem.to_string());
            file = None;
        }
        if agent.is_none() && file.is_none() && program.is_none() {
            return Err(nothing_signs(&key, tried));
        }
        Ok(KeySigner { key, search: search.clone(), agent, file, program, secret: OnceCell::new(), tried })
    }

    fn sign_by_file(&self, path: &Path, message: &[u8]) -> Result<Signature, Problem> {
        let secret = if let Some(secret) = self.secret.get() {
            secret
        } else {
            let secret = PrivateFile::open(path, &self.key)?.unlock(&self.search, &self.key)?;
            self.secret.get_or_init(|| secret)
        };
        let signature = Signature::new(self.key.clone(), secret.sign(&signed_data(message)).to_bytes());
        signature
            .verify(message)
            .map_err(|e| Problem::NotAKey { place: path.display().to_string(), reason: e.detail })?;
        Ok(signature)
    }
}

impl Signer for KeySigner {
    fn public_key(&self) -> &PublicKey {
        &self.key
    }

    fn sign(&self, message: &[u8]) -> Result<Signature, SigningError> {
        let mut tried = self.tried.clone();
        // Who unlocked the file because the agent refused is not sent to the agent again.
        if let (Some(agent), None) = (&self.agent, self.secret.get()) {
            match agent.sign(&self.key, message) {
                Ok(signature) => return Ok(signature),
                Err(e) => tried.push(format!("ssh-agent at {}: {e}", agent.socket().display())),
            }
        }
        if let Some(path) = &self.file {
            match self.sign_by_file(path, message) {
                Ok(signature) => return Ok(signature),
                Err(problem) if self.program.is_none() => {
                    let hints = hints(&problem, &self.search);
                    return Err(SigningError::new(problem, tried, hints));
                }
                Err(problem) => tried.push(problem.to_string()),
            }
        }
        if let Some(program) = &self.program {
            match program.sign(&self.key, message) {
                Ok(signature) => return Ok(signature),
                Err(reason) => tried.push(format!("{}: {reason}", program.program.display())),
            }
        }
        Err(nothing_signs(&self.key, tried))
    }
}

fn nothing_signs(key: &PublicKey, tried: Vec<String>) -> SigningError {
    let problem = Problem::NoPrivateKey { key: key.fingerprint() };
    SigningError::new(problem, tried, vec!["ssh-add -L".to_owned(), "ledger key list".to_owned()])
}

/// Returns what to run about a key file, knowing whether an agent is there to be given the key.
fn hints(problem: &Problem, search: &Search) -> Vec<String> {
    match problem {
        Problem::Locked { path, .. } if search.agent_socket.is_none() => {
            vec![format!("eval \"$(ssh-agent -s)\" && ssh-add {}", quoted(path))]
        }
        problem => SigningError::from(problem.clone()).hints().to_vec(),
    }
}
