//! The client of the ssh-agent: which keys it holds, and a signature by one of them.
//!
//! Source of the protocol: draft-ietf-sshm-ssh-agent, sections 4.4 and 4.5.

use std::io::{ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::domain::key::{PublicKey, Wire, put_string};
use crate::domain::sshsig::{Signature, signed_data};

const FAILURE: u8 = 5;
const REQUEST_IDENTITIES: u8 = 11;
const IDENTITIES_ANSWER: u8 = 12;
const SIGN_REQUEST: u8 = 13;
const SIGN_RESPONSE: u8 = 14;

/// The greatest length of a message, in bytes: what OpenSSH's agent allows itself.
const MAX_MESSAGE: u32 = 256 * 1024;

/// Why the agent does not help.
#[derive(Debug, thiserror::Error)]
pub(super) enum AgentError {
    #[error("no agent answers there: {0}")]
    Connect(std::io::Error),
    #[error("the agent did not answer within {} seconds", .0.as_secs())]
    Silent(Duration),
    #[error("the agent's answer is cut short")]
    Cut,
    #[error("the agent's answer is malformed: {0}")]
    Malformed(String),
    #[error("the agent refuses")]
    Refused,
    #[error("the connection to the agent broke: {0}")]
    Broken(std::io::Error),
}

/// An ssh-agent behind a socket. Each request connects anew.
#[derive(Debug, Clone)]
pub(super) struct Agent {
    socket: PathBuf,
    /// How long a list of keys may take.
    listing: Duration,
    /// How long a signature may take, when somebody has to confirm it or to touch a token.
    signing: Duration,
}

impl Agent {
    pub(super) fn at(socket: &Path) -> Agent {
        Agent { socket: socket.to_owned(), listing: Duration::from_secs(5), signing: Duration::from_secs(90) }
    }

    pub(super) fn socket(&self) -> &Path {
        &self.socket
    }

    /// Returns the keys that the agent holds and that can sign events, in its order.
    pub(super) fn keys(&self) -> Result<Vec<PublicKey>, AgentError> {
        let answer = self.request(&[REQUEST_IDENTITIES], self.listing)?;
        let body = body_of(&answer, IDENTITIES_ANSWER)?;
        let (count, rest) = body.split_first_chunk::<4>().ok_or(AgentError::Cut)?;
        let mut wire = Wire(rest);
        let mut keys = Vec::new();
        for _ in 0..u32::from_be_bytes(*count) {
            let blob = wire.string().ok_or(AgentError::Cut)?;
            let _comment = wire.string().ok_or(AgentError::Cut)?;
            keys.extend(PublicKey::from_blob(blob));
        }
        Ok(keys)
    }

    /// Returns the agent's signature of a message, verified.
    pub(super) fn sign(&self, key: &PublicKey, message: &[u8]) -> Result<Signature, AgentError> {
        let mut request = vec![SIGN_REQUEST];
        put_string(&mut request, &key.to_blob());
        put_string(&mut request, &signed_data(message));
        request.extend(0_u32.to_be_bytes());
        let answer = self.request(&request, self.signing)?;
        let mut wire = Wire(body_of(&answer, SIGN_RESPONSE)?);
        let ssh = wire.string().ok_or(AgentError::Cut)?;
        let signature = Signature::from_ssh(key.clone(), ssh).map_err(|e| AgentError::Malformed(e.detail))?;
        signature.verify(message).map_err(|e| AgentError::Malformed(e.detail))?;
        Ok(signature)
    }

    fn request(&self, request: &[u8], patience: Duration) -> Result<Vec<u8>, AgentError> {
        let broken = |e: std::io::Error| match e.kind() {
            ErrorKind::WouldBlock | ErrorKind::TimedOut => AgentError::Silent(patience),
            ErrorKind::UnexpectedEof => AgentError::Cut,
            _ => AgentError::Broken(e),
        };
        let mut stream = UnixStream::connect(&self.socket).map_err(AgentError::Connect)?;
        stream.set_read_timeout(Some(patience)).map_err(broken)?;
        stream.set_write_timeout(Some(patience)).map_err(broken)?;
        let mut message = Vec::new();
        put_string(&mut message, request);
        stream.write_all(&message).map_err(broken)?;
        let mut length = [0; 4];
        stream.read_exact(&mut length).map_err(broken)?;
        let length = u32::from_be_bytes(length);
        if length > MAX_MESSAGE {
            return Err(AgentError::Malformed(format!("{length} bytes were announced")));
        }
        let mut answer = Vec::new();
        stream.take(u64::from(length)).read_to_end(&mut answer).map_err(broken)?;
        if u32::try_from(answer.len()) == Ok(length) { Ok(answer) } else { Err(AgentError::Cut) }
    }
}

fn body_of(answer: &[u8], kind: u8) -> Result<&[u8], AgentError> {
    match answer.split_first() {
        None => Err(AgentError::Cut),
        Some((first, body)) if *first == kind => Ok(body),
        Some((&FAILURE, _)) => Err(AgentError::Refused),
        Some((other, _)) => Err(AgentError::Malformed(format!("a message of type {other} in place of {kind}"))),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;
    use std::thread::{self, JoinHandle};

    use ed25519_dalek::{Signer as _, SigningKey};

    use super::*;

    /// An agent that gives one answer to one request, whole as written here, and hangs up.
    fn agent(answer: Vec<u8>) -> (Agent, tempfile::TempDir, JoinHandle<()>) {
        let dir = tempfile::tempdir().unwrap();
        let socket = dir.path().join("agent");
        let listener = UnixListener::bind(&socket).unwrap();
        let served = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 4096];
            assert!(stream.read(&mut request).unwrap() > 0);
            stream.write_all(&answer).unwrap();
        });
        let quick = Duration::from_millis(500);
        (Agent { socket, listing: quick, signing: quick }, dir, served)
    }

    fn framed(message: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        put_string(&mut out, message);
        out
    }

    fn listing(count: u32, strings: &[&[u8]]) -> Vec<u8> {
        let mut out = vec![IDENTITIES_ANSWER];
        out.extend(count.to_be_bytes());
        for string in strings {
            put_string(&mut out, string);
        }
        framed(&out)
    }

    fn keys_of(answer: Vec<u8>) -> Result<Vec<PublicKey>, AgentError> {
        let (agent, _dir, served) = agent(answer);
        let keys = agent.keys();
        served.join().unwrap();
        keys
    }

    fn signed_by(answer: &[u8]) -> Result<Signature, AgentError> {
        let (agent, _dir, served) = agent(answer.to_vec());
        let signature = agent.sign(&plain(), b"message");
        served.join().unwrap();
        signature
    }

    fn plain() -> PublicKey {
        PublicKey::Ed25519(SigningKey::from_bytes(&[7; 32]).verifying_key().to_bytes())
    }

    fn response(kind: &[u8], signature: &[u8]) -> Vec<u8> {
        let mut ssh = Vec::new();
        put_string(&mut ssh, kind);
        put_string(&mut ssh, signature);
        let mut out = vec![SIGN_RESPONSE];
        put_string(&mut out, &ssh);
        framed(&out)
    }

    #[test]
    fn keys_of_other_types_are_passed_over() {
        let blob = plain().to_blob();
        let found = keys_of(listing(3, &[b"\0\0\0\x07ssh-rsa", b"one", &blob, b"two", b"", b"three"])).unwrap();
        assert_eq!(found, [plain()]);
    }

    #[test]
    fn answers_that_are_cut_or_malformed_are_errors() {
        let blob = plain().to_blob();
        let whole = listing(1, &[&blob, b"comment"]);
        for length in 0..whole.len() {
            assert!(matches!(keys_of(whole[..length].to_vec()), Err(AgentError::Cut)), "{length}");
        }
        assert!(matches!(keys_of(listing(2, &[&blob, b"comment"])), Err(AgentError::Cut)));
        assert!(matches!(keys_of(listing(u32::MAX, &[])), Err(AgentError::Cut)));
        assert!(matches!(keys_of(framed(b"")), Err(AgentError::Cut)));
        assert!(matches!(keys_of(framed(&[FAILURE])), Err(AgentError::Refused)));
        assert!(matches!(keys_of(framed(&[99])), Err(AgentError::Malformed(_))));
        assert!(matches!(keys_of(vec![0xff; 4]), Err(AgentError::Malformed(_))));
    }

    #[test]
    fn a_signature_of_the_agent_is_verified_before_it_is_believed() {
        let good = SigningKey::from_bytes(&[7; 32]).sign(&signed_data(b"message")).to_bytes();
        assert_eq!(signed_by(&response(b"ssh-ed25519", &good)).unwrap(), Signature::new(plain(), good));
        let other = SigningKey::from_bytes(&[7; 32]).sign(&signed_data(b"another")).to_bytes();
        for bad in [
            response(b"ssh-ed25519", &other),
            response(b"ssh-rsa", &good),
            response(b"ssh-ed25519", &good[..63]),
            framed(&[SIGN_RESPONSE, 0, 0, 0, 0]),
        ] {
            assert!(matches!(signed_by(&bad), Err(AgentError::Malformed(_))), "{bad:?}");
        }
        assert!(matches!(signed_by(&framed(&[FAILURE])), Err(AgentError::Refused)));
        assert!(matches!(signed_by(&framed(&[SIGN_RESPONSE, 0, 0])), Err(AgentError::Cut)));
    }

    #[test]
    fn an_agent_that_stays_silent_is_left() {
        let dir = tempfile::tempdir().unwrap();
        let socket = dir.path().join("agent");
        let _listener = UnixListener::bind(&socket).unwrap();
        let quick = Duration::from_millis(50);
        let silent = Agent { socket, listing: quick, signing: quick }.keys();
        assert!(matches!(silent, Err(AgentError::Silent(_))), "{silent:?}");
        let nobody = Agent::at(&dir.path().join("nobody")).keys();
        assert!(matches!(nobody, Err(AgentError::Connect(_))), "{nobody:?}");
    }
}
