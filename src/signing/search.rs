//! Which public key signs, and where its private part is.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::agent::Agent;
use super::error::{Problem, SigningError, quoted};
use super::keyfile::{literal, read_either};
use super::signer::KeySigner;
use super::{Search, Signer};
use crate::domain::key::PublicKey;

/// Tells the actor that a live key belongs to, or why a key is none: `not enrolled`, or by which event it was revoked.
pub type Owner<'o> = dyn Fn(&PublicKey) -> Result<String, String> + 'o;

/// Returns the public key that will sign, without unlocking or signing anything.
///
/// A key that is named counts as it is: `--key`, then `ledger.signingKey`. An SSH `user.signingKey` counts where it is enrolled,
/// since it may be a key for code alone, and where it is not set, what `gpg.ssh.defaultKeyCommand` prints. Else it is the only enrolled key that the agent or `~/.ssh` can sign with.
/// `enrolled` tells the actor that a live key belongs to, or why a key is none.
///
/// # Errors
/// Where a named key cannot be read or cannot sign events, and where no key or more than one is left.
pub fn resolve(search: &Search, enrolled: &Owner<'_>) -> Result<PublicKey, SigningError> {
    Ok(Hunt::new(search).settle(enrolled)?.key)
}

/// Finds the key as [`resolve`] does, and what signs with it: the agent if it holds the key, else the private key file, else
/// the signing program.
///
/// # Errors
/// As [`resolve`], and where nothing at hand holds the private part. Whether a passphrase is right shows when something is signed.
pub fn find(search: &Search, enrolled: &Owner<'_>) -> Result<Box<dyn Signer>, SigningError> {
    let mut hunt = Hunt::new(search);
    let mut found = hunt.settle(enrolled)?;
    let agent = hunt.agent_with(&found.key);
    if found.files.private.is_none() {
        found.files.private = hunt.private_file_of(&found);
    }
    Ok(Box::new(KeySigner::new(search, found.key, agent, found.files, hunt.tried)?))
}

/// The files of a key, as far as they are known.
#[derive(Debug, Clone, Default)]
pub(super) struct Files {
    pub(super) public: Option<PathBuf>,
    pub(super) private: Option<PathBuf>,
}

impl Files {
    /// The files of a key read from this one, which is private or public.
    fn of(path: &Path, private: bool) -> Files {
        if private {
            return Files { public: None, private: Some(path.to_owned()) };
        }
        let beside = path.extension().is_some_and(|e| e == "pub").then(|| path.with_extension(""));
        Files { public: Some(path.to_owned()), private: beside.filter(|p| p.is_file()) }
    }
}

struct Found {
    key: PublicKey,
    files: Files,
}

/// A key that may be the one, with every place that holds it.
#[derive(Default)]
struct Candidate {
    places: Vec<String>,
    files: Files,
}

struct Hunt<'a> {
    search: &'a Search,
    /// What the agent holds, once it was asked.
    agent: Option<Vec<PublicKey>>,
    /// A line for each place that was looked at and did not help.
    tried: Vec<String>,
}

impl<'a> Hunt<'a> {
    const fn new(search: &'a Search) -> Hunt<'a> {
        Hunt { search, agent: None, tried: Vec::new() }
    }

    /// Takes down what came of a place, once.
    fn note(&mut self, line: String) {
        if !self.tried.contains(&line) {
            self.tried.push(line);
        }
    }

    fn settle(&mut self, enrolled: &Owner<'_>) -> Result<Found, SigningError> {
        if let Some(path) = &self.search.explicit {
            return read_found(path).map_err(|problem| {
                let hints = SigningError::from(problem.clone()).hints().to_vec();
                SigningError::new(problem, vec![format!("--key {}: it names the key", path.display())], hints)
            });
        }
        if let Some(value) = &self.search.ledger_signing_key {
            return self.setting("ledger.signingKey", value).map_err(|problem| {
                let tried = vec![format!("git config ledger.signingKey {value}: it names the key")];
                SigningError::new(problem, tried, vec!["git config --show-origin ledger.signingKey".to_owned()])
            });
        }
        // Whether there is a key that could sign, were it enrolled.
        let mut any = false;
        if let Some(value) = &self.search.user_signing_key {
            let line = match self.setting("user.signingKey", value) {
                Ok(found) => match enrolled(&found.key) {
                    Ok(_) => return Ok(found),
                    Err(why) => {
                        any = true;
                        format!("git config user.signingKey {value}: {why}")
                    }
                },
                Err(problem) => format!("git config user.signingKey: {problem}"),
            };
            self.note(line);
        } else if let Some(command) = &self.search.default_key_command {
            let line = match default_key(command) {
                Ok(key) => match enrolled(&key) {
                    Ok(_) => return Ok(Found { key, files: Files::default() }),
                    Err(why) => {
                        any = true;
                        format!("git config gpg.ssh.defaultKeyCommand {command}: {why}: {}", key.fingerprint())
                    }
                },
                Err(reason) => format!("git config gpg.ssh.defaultKeyCommand {command}: {reason}"),
            };
            self.note(line);
        }
        self.only_enrolled(enrolled, any)
    }

    /// Reads a key that git's configuration names by a path or spells out.
    fn setting(&self, name: &str, value: &str) -> Result<Found, Problem> {
        let place = || format!("git config {name} {value}");
        let spelled = value.strip_prefix("key::").or_else(|| {
            let starts = value.starts_with("ssh-") || value.starts_with("sk-ssh-");
            (starts && value.contains(' ')).then_some(value)
        });
        if let Some(text) = spelled {
            return Ok(Found { key: literal(text, &place())?, files: Files::default() });
        }
        let path = match (value.strip_prefix("~/"), &self.search.home) {
            (Some(rest), Some(home)) => home.join(rest),
            (None, _) if !value.starts_with('~') => PathBuf::from(value),
            _ => {
                let reason = "`~` can only stand for a known home directory, as in `~/.ssh/id_ed25519`".to_owned();
                return Err(Problem::NotAKey { place: place(), reason });
            }
        };
        read_found(&path)
    }

    fn only_enrolled(&mut self, enrolled: &Owner<'_>, mut any: bool) -> Result<Found, SigningError> {
        let mut candidates = self.candidates();
        candidates.retain(|key, candidate| {
            any = true;
            let live = enrolled(key);
            if let Err(why) = &live {
                self.tried.extend(candidate.places.iter().map(|place| format!("{place}: {why}")));
            }
            live.is_ok()
        });
        if let (Some((key, candidate)), 0..=1) = (candidates.first_key_value(), candidates.len()) {
            return Ok(Found { key: key.clone(), files: candidate.files.clone() });
        }
        let tried = std::mem::take(&mut self.tried);
        if candidates.is_empty() {
            let add = self.search.agent_socket.as_ref().map(|_| "ssh-add");
            let other = if any { "ledger key list" } else { "ssh-keygen -t ed25519" };
            let hints = add.into_iter().chain([other]).map(str::to_owned).collect();
            return Err(SigningError::new(Problem::NoKey, tried, hints));
        }
        let keys = candidates.iter().map(|(key, candidate)| {
            let actor = enrolled(key).unwrap_or_default();
            format!("{actor} {} ({})", key.fingerprint(), candidate.places.join(", "))
        });
        let keys: Vec<String> = keys.collect();
        let tried = tried.into_iter().chain(keys.iter().map(|k| format!("{k}: can sign"))).collect();
        let hints = candidates.iter().map(|(key, candidate)| naming(key, &candidate.files)).collect();
        Err(SigningError::new(Problem::Ambiguous { keys }, tried, hints))
    }

    /// Returns every key that the agent or a file of `~/.ssh` can sign with.
    fn candidates(&mut self) -> BTreeMap<PublicKey, Candidate> {
        let mut candidates: BTreeMap<PublicKey, Candidate> = BTreeMap::new();
        let socket = self.search.agent_socket.clone().unwrap_or_default();
        for key in self.agent_keys() {
            candidates.entry(key).or_default().places.push(agent_at(&socket));
        }
        for (key, files) in self.home_keys() {
            let Some(path) = files.public.as_deref().or(files.private.as_deref()) else { continue };
            let place = path.display().to_string();
            if files.private.is_some() || candidates.contains_key(&key) {
                let candidate = candidates.entry(key).or_default();
                candidate.places.push(place);
                if candidate.files.private.is_none() {
                    candidate.files = files;
                }
            } else {
                self.note(format!("{place}: its private key is neither beside it nor in the agent"));
            }
        }
        candidates
    }

    /// Returns the agent, if it holds the key.
    fn agent_with(&mut self, key: &PublicKey) -> Option<Agent> {
        let keys = self.agent_keys();
        let socket = self.search.agent_socket.as_deref()?;
        if keys.contains(key) {
            return Some(Agent::at(socket));
        }
        if !keys.is_empty() {
            self.note(format!("{}: it does not hold the key", agent_at(socket)));
        }
        None
    }

    /// Returns the file of `~/.ssh` that holds the private part of a key known by its public part alone.
    fn private_file_of(&mut self, found: &Found) -> Option<PathBuf> {
        let held =
            self.home_keys().into_iter().filter(|(key, _)| *key == found.key).find_map(|(_, files)| files.private);
        if let (None, Some(public)) = (&held, &found.files.public) {
            self.note(format!("{}: no private key is beside it", public.display()));
        }
        held
    }

    /// Returns what the agent holds; none where there is no agent.
    fn agent_keys(&mut self) -> Vec<PublicKey> {
        if let Some(keys) = &self.agent {
            return keys.clone();
        }
        let keys = match &self.search.agent_socket {
            None => {
                self.note("ssh-agent: no agent, SSH_AUTH_SOCK is not set".to_owned());
                Vec::new()
            }
            Some(socket) => match Agent::at(socket).keys() {
                Ok(keys) => {
                    if keys.is_empty() {
                        self.note(format!("{}: it holds no key that can sign events", agent_at(socket)));
                    }
                    keys
                }
                Err(e) => {
                    self.note(format!("{}: {e}", agent_at(socket)));
                    Vec::new()
                }
            },
        };
        self.agent.insert(keys).clone()
    }

    /// Returns the keys of `~/.ssh` by file name: of each public key file, and of each private one that has none beside it.
    fn home_keys(&mut self) -> Vec<(PublicKey, Files)> {
        let Some(dir) = self.search.home.as_deref().map(|home| home.join(".ssh")) else {
            self.note("~/.ssh: the home directory is not known".to_owned());
            return Vec::new();
        };
        let mut paths: Vec<PathBuf> = match std::fs::read_dir(&dir) {
            Ok(entries) => entries.filter_map(|e| Some(e.ok()?.path())).filter(|p| p.is_file()).collect(),
            Err(e) => {
                self.note(format!("{}: {e}", dir.display()));
                return Vec::new();
            }
        };
        paths.sort();
        let mut keys = Vec::new();
        for path in &paths {
            let public = path.extension().is_some_and(|e| e == "pub");
            let mut beside = path.clone().into_os_string();
            beside.push(".pub");
            if !public && paths.iter().any(|p| *p == beside) {
                continue;
            }
            match read_either(path) {
                Ok((key, private)) if private || public => keys.push((key, Files::of(path, private))),
                Err(problem) if public || matches!(problem, Problem::WrongType { .. }) => {
                    self.note(problem.to_string());
                }
                // Anything may lie there: `config`, `known_hosts`, `authorized_keys`.
                Ok(_) | Err(_) => {}
            }
        }
        keys
    }
}

/// Returns the key that a command prints in its first line, as git asks for it.
fn default_key(command: &str) -> Result<PublicKey, String> {
    let output = Command::new("sh").args(["-c", command]).stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    let output = output.map_err(|error| format!("it does not run: {error}"))?;
    if !output.status.success() {
        return Err(format!("it printed no key ({})", output.status));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().next().unwrap_or_default();
    literal(line.strip_prefix("key::").unwrap_or(line), "its first line").map_err(|problem| problem.to_string())
}

fn read_found(path: &Path) -> Result<Found, Problem> {
    let (key, private) = read_either(path)?;
    Ok(Found { key, files: Files::of(path, private) })
}

fn agent_at(socket: &Path) -> String {
    format!("ssh-agent at {}", socket.display())
}

/// Returns the command that names the key for this repository.
fn naming(key: &PublicKey, files: &Files) -> String {
    match files.public.as_deref().or(files.private.as_deref()) {
        Some(path) => format!("git config ledger.signingKey {}", quoted(path)),
        None => format!("git config ledger.signingKey {}", quoted(Path::new(&format!("key::{key}")))),
    }
}
