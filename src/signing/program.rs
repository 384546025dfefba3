//! Signatures by a program: `ssh-keygen -Y sign`, or what git's `gpg.ssh.program` names, called as git calls it.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::domain::key::PublicKey;
use crate::domain::sshsig::{NAMESPACE, Signature};

/// A program that signs files.
#[derive(Debug, Clone)]
pub(super) struct Program {
    /// Its path or name.
    pub(super) program: PathBuf,
    /// The key file that it is given: a private one, or a public one. Without one, the key itself is handed over in a file.
    pub(super) key_file: Option<PathBuf>,
}

impl Program {
    /// Returns the program's signature of a message, verified, or says why there is none.
    ///
    /// What the program says on its standard error (such as the wish for a touch) is shown at once.
    pub(super) fn sign(&self, key: &PublicKey, message: &[u8]) -> Result<Signature, String> {
        let io = |e: std::io::Error| format!("cannot prepare the files for it: {e}");
        let dir = tempfile::tempdir().map_err(io)?;
        let (input, output) = (dir.path().join("commit"), dir.path().join("commit.sig"));
        fs::write(&input, message).map_err(io)?;
        let mut command = Command::new(&self.program);
        command.args(["-Y", "sign", "-n", NAMESPACE, "-f"]);
        if let Some(file) = &self.key_file {
            command.arg(file);
        } else {
            let file = dir.path().join("key.pub");
            fs::write(&file, format!("{key}\n")).map_err(io)?;
            command.args([file.as_os_str(), OsStr::new("-U")]);
        }
        command.arg(&input).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit());
        let status = command.status().map_err(|e| format!("cannot run it: {e}"))?;
        if !status.success() {
            return Err(format!("it did not sign ({status})"));
        }
        read_signature(&output, key, message)
    }
}

fn read_signature(path: &Path, key: &PublicKey, message: &[u8]) -> Result<Signature, String> {
    let text = fs::read_to_string(path).map_err(|e| format!("it wrote no signature: {e}"))?;
    let armor = text.strip_suffix('\n').unwrap_or(&text);
    let signature = Signature::parse_armor(armor).map_err(|e| e.detail)?;
    if signature.key() != key {
        return Err(format!("it signed with {} instead of {}", signature.key().fingerprint(), key.fingerprint()));
    }
    signature.verify(message).map_err(|e| e.detail)?;
    Ok(signature)
}
