//! Signing with real keys: `ssh-keygen`, `ssh-agent`, `ssh-add` and `git` are the real programs, in a home of their own.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::unnecessary_wraps,
    reason = "helpers of tests may fail as tests do"
)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use ed25519_dalek::{Signer as _, SigningKey};
use govledger::domain::code::Code;
use govledger::domain::id::ActorId;
use govledger::domain::key::{PublicKey, allowed_signers_line};
use govledger::domain::sshsig::{Signature, signed_data};
use govledger::signing::{
    Askpass, AskpassRank, Owner, Problem, Search, SigningError, find, public_key_of, read_public_key_file, resolve,
};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

const PASSPHRASE: &str = "correct horse";

/// A home directory with nothing in it but an empty `.ssh`.
struct Home {
    dir: TempDir,
}

impl Home {
    fn new() -> Home {
        let home = Home { dir: tempfile::tempdir().unwrap() };
        fs::create_dir(home.path(".ssh")).unwrap();
        home
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap()).env("HOME", self.dir.path());
        command
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null")
            .current_dir(self.dir.path());
        command
    }

    fn run(command: &mut Command) -> Vec<u8> {
        let output = command.stdin(Stdio::null()).output().unwrap();
        assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    /// Makes a key pair at `name` and `name.pub`.
    fn key(&self, name: &str, options: &[&str]) -> PathBuf {
        let path = self.path(name);
        let encrypted = options.contains(&"-N");
        let mut command = self.command("ssh-keygen");
        command.args(["-q", "-C", "someone@example.org", "-f"]).arg(&path).args(options);
        command.args(if encrypted { &[][..] } else { &["-N", ""] });
        command.args(if options.contains(&"-t") { &[][..] } else { &["-t", "ed25519"] });
        Home::run(&mut command);
        path
    }

    fn script(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    /// A program that answers with a passphrase and counts in `asked` how often it was asked.
    fn askpass(&self, answer: &str) -> Askpass {
        let program =
            self.script("askpass", &format!("echo \"$1\" >> '{}'\necho '{answer}'", self.path("asked").display()));
        Askpass { program, rank: AskpassRank::Force }
    }

    fn asked(&self) -> usize {
        fs::read_to_string(self.path("asked")).map_or(0, |t| t.lines().count())
    }

    fn search(&self) -> Search {
        Search { home: Some(self.dir.path().to_owned()), no_input: true, ..Search::default() }
    }

    fn agent(&self) -> Agent {
        let socket = self.path("agent.sock");
        let mut command = self.command("ssh-agent");
        command.args(["-D", "-a"]).arg(&socket).env("SSH_ASKPASS", "/bin/false").env("SSH_ASKPASS_REQUIRE", "force");
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        for _ in 0..500 {
            if UnixStream::connect(&socket).is_ok() {
                break;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Agent { child, socket }
    }

    fn add(&self, agent: &Agent, key: &Path, options: &[&str]) {
        let mut command = self.command("ssh-add");
        let askpass = self.script("add-askpass", &format!("echo '{PASSPHRASE}'"));
        command.arg("-q").args(options).arg(key).env("SSH_AUTH_SOCK", &agent.socket);
        Home::run(command.env("SSH_ASKPASS", askpass).env("SSH_ASKPASS_REQUIRE", "force"));
    }
}

/// A real ssh-agent that ends with the test.
struct Agent {
    child: Child,
    socket: PathBuf,
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn everybody(_: &PublicKey) -> Result<String, String> {
    Ok("omar".to_owned())
}

fn nobody(_: &PublicKey) -> Result<String, String> {
    Err("not enrolled".to_owned())
}

/// Signs, and has the signature checked by `ssh-keygen -Y verify` with the exported allowed signers.
fn signs(home: &Home, search: &Search, enrolled: &Owner<'_>) -> PublicKey {
    let signer = find(search, enrolled).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(&resolve(search, enrolled).unwrap(), signer.public_key());
    let message = b"a commit\n";
    let signature = signer.sign(message).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(signature.key(), signer.public_key());
    assert_eq!(signature.verify(message), Ok(()));
    assert!(ssh_keygen_verifies(home, &signature, message, "git"));
    signer.public_key().clone()
}

fn ssh_keygen_verifies(home: &Home, signature: &Signature, message: &[u8], namespace: &str) -> bool {
    let line = allowed_signers_line(&ActorId::parse("omar").unwrap(), signature.key());
    fs::write(home.path("allowed"), format!("{line}\n")).unwrap();
    fs::write(home.path("message.sig"), format!("{}\n", signature.to_armor())).unwrap();
    fs::write(home.path("message"), message).unwrap();
    let mut command = home.command("ssh-keygen");
    command.args(["-Y", "verify", "-n", namespace, "-I", "omar", "-f", "allowed", "-s", "message.sig"]);
    command.stdin(fs::File::open(home.path("message")).unwrap()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().unwrap().success()
}

fn refused(search: &Search, enrolled: &Owner<'_>) -> SigningError {
    let error = match find(search, enrolled) {
        Ok(signer) => signer.sign(b"message").expect_err("nothing should sign"),
        Err(error) => error,
    };
    assert_eq!(error.code(), Code::TrustNoKey);
    error
}

fn explicit(home: &Home, path: &Path) -> Search {
    Search { explicit: Some(path.to_owned()), ..home.search() }
}

#[track_caller]
fn says(error: &SigningError, words: &[&str]) {
    for word in words {
        assert!(error.to_string().contains(word), "{error}\nshould say {word:?}");
    }
}

#[test]
fn our_signatures_are_byte_for_byte_those_of_ssh_keygen() {
    let home = Home::new();
    let key = home.key("k", &[]);
    let signer = find(&explicit(&home, &key), &nobody).unwrap();
    let large = vec![b'x'; 1_000_000];
    for message in [&b""[..], b"\n", b"tree 4b825dc\n\nsealed E-05\n", &[0, 255, 13, 10], &large] {
        fs::write(home.path("m"), message).unwrap();
        let _ = fs::remove_file(home.path("m.sig"));
        Home::run(home.command("ssh-keygen").args(["-q", "-Y", "sign", "-n", "git", "-f", "k", "m"]));
        let theirs = fs::read_to_string(home.path("m.sig")).unwrap();
        assert_eq!(format!("{}\n", signer.sign(message).unwrap().to_armor()), theirs);
        let read = Signature::parse_armor(theirs.strip_suffix('\n').unwrap()).unwrap();
        assert_eq!(read.verify(message), Ok(()));
    }
}

#[test]
fn signatures_of_other_namespaces_and_hashes_are_refused() {
    let home = Home::new();
    home.key("k", &[]);
    fs::write(home.path("m"), "message").unwrap();
    for (namespace, hash, word) in [("file", "sha512", "namespace"), ("git", "sha256", "hash")] {
        let _ = fs::remove_file(home.path("m.sig"));
        let option = format!("hashalg={hash}");
        Home::run(
            home.command("ssh-keygen").args(["-q", "-Y", "sign", "-n", namespace, "-O", &option, "-f", "k", "m"]),
        );
        let theirs = fs::read_to_string(home.path("m.sig")).unwrap();
        let error = Signature::parse_armor(theirs.trim_end()).unwrap_err();
        assert_eq!(error.code, Code::FormatSignature);
        assert!(error.detail.contains(word), "{error}");
    }
}

#[test]
fn the_header_of_a_commit_that_git_signed_is_the_armor_and_a_commit_that_we_signed_is_good() {
    let home = Home::new();
    let key = home.key("k", &[]);
    let git = |arguments: &[&str]| String::from_utf8(Home::run(home.command("git").args(arguments))).unwrap();
    let public = read_public_key_file(&home.path("k.pub")).unwrap();
    let line = allowed_signers_line(&ActorId::parse("omar").unwrap(), &public);
    fs::write(home.path("allowed"), format!("{line}\n")).unwrap();
    git(&["init", "-q"]);
    for (name, value) in [
        ("user.name", "omar"),
        ("user.email", "o@example.org"),
        ("gpg.format", "ssh"),
        ("user.signingKey", "k"),
        ("gpg.ssh.allowedSignersFile", "allowed"),
    ] {
        git(&["config", name, value]);
    }
    let tree = git(&["mktree"]);
    let commit = git(&["commit-tree", "-S", "-m", "sealed E-05", tree.trim()]);
    let object = git(&["cat-file", "commit", commit.trim()]);
    let (head, rest) = object.split_once("gpgsig ").unwrap();
    let (header, message) = rest.split_once("\n\n").unwrap();
    let unsigned = format!("{head}\n{message}");
    let armor = header.replace("\n ", "\n");
    let signature = Signature::parse_armor(&armor).unwrap();
    assert_eq!(signature.verify(unsigned.as_bytes()), Ok(()));

    let unsigned = unsigned.replace("sealed", "unsealed");
    let ours = find(&explicit(&home, &key), &nobody).unwrap().sign(unsigned.as_bytes()).unwrap();
    let (head, message) = unsigned.split_once("\n\n").unwrap();
    let object = format!("{head}\ngpgsig {}\n\n{message}", ours.to_armor().replace('\n', "\n "));
    fs::write(home.path("object"), object).unwrap();
    let commit = git(&["hash-object", "-t", "commit", "-w", "object"]);
    git(&["verify-commit", commit.trim()]);
}

#[test]
fn the_allowed_signers_line_is_for_the_namespace_git_only() {
    let home = Home::new();
    let key = home.key("k", &[]);
    let signature = find(&explicit(&home, &key), &nobody).unwrap().sign(b"message").unwrap();
    assert!(ssh_keygen_verifies(&home, &signature, b"message", "git"));
    assert!(!ssh_keygen_verifies(&home, &signature, b"other", "git"));
    assert!(!ssh_keygen_verifies(&home, &signature, b"message", "file"));
}

/// A security token in software: flags and counter are signed with the message.
fn by_token(message: &[u8]) -> Signature {
    let secret = SigningKey::from_bytes(&[7; 32]);
    let key = PublicKey::SkEd25519(secret.verifying_key().to_bytes(), "ssh:".to_owned());
    let mut data = Sha256::digest("ssh:").to_vec();
    data.extend([1, 0, 0, 0, 42]);
    data.extend_from_slice(&Sha256::digest(signed_data(message)));
    let mut ssh = b"\0\0\0\x1ask-ssh-ed25519@openssh.com\0\0\0\x40".to_vec();
    ssh.extend(secret.sign(&data).to_bytes());
    ssh.extend([1, 0, 0, 0, 42]);
    Signature::from_ssh(key, &ssh).unwrap()
}

#[test]
fn ssh_keygen_and_we_agree_on_signatures_of_security_tokens() {
    let home = Home::new();
    let signature = by_token(b"message");
    assert_eq!(signature.verify(b"message"), Ok(()));
    assert_eq!(Signature::parse_armor(&signature.to_armor()).unwrap(), signature);
    assert!(ssh_keygen_verifies(&home, &signature, b"message", "git"));
}

// M0-008: approvers sign with keys of their own.
#[test]
fn a_plain_file_signs_whether_it_is_named_by_its_private_or_its_public_part() {
    let home = Home::new();
    let key = home.key("a key's file", &[]);
    let public = read_public_key_file(&home.path("a key's file.pub")).unwrap();
    assert_eq!(public_key_of(&key).unwrap(), public);
    assert_eq!(signs(&home, &explicit(&home, &key), &nobody), public);
    assert_eq!(signs(&home, &explicit(&home, &home.path("a key's file.pub")), &nobody), public);
    fs::remove_file(home.path("a key's file.pub")).unwrap();
    assert_eq!(signs(&home, &explicit(&home, &key), &nobody), public);
}

#[test]
fn an_encrypted_file_asks_once_for_its_passphrase_and_not_before_it_signs() {
    let home = Home::new();
    for (at, cipher) in
        ["aes256-ctr", "aes256-cbc", "aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com"].iter().enumerate()
    {
        let key = home.key(&format!("k{at}"), &["-N", PASSPHRASE, "-a", "4", "-Z", cipher]);
        let search = Search { askpass: Some(home.askpass(PASSPHRASE)), ..explicit(&home, &key) };
        let signer = find(&search, &nobody).unwrap();
        assert_eq!(home.asked(), at, "{cipher}");
        for message in [b"one", b"two"] {
            assert_eq!(signer.sign(message).unwrap().verify(message), Ok(()), "{cipher}");
        }
        assert_eq!(home.asked(), at + 1, "{cipher}");
    }
    let asked = fs::read_to_string(home.path("asked")).unwrap();
    assert!(asked.starts_with(&format!("Enter passphrase for key '{}': \n", home.path("k0").display())), "{asked}");
}

#[test]
fn a_wrong_passphrase_is_refused_with_the_command_that_unlocks() {
    let home = Home::new();
    for (at, cipher) in ["aes256-ctr", "aes256-gcm@openssh.com"].iter().enumerate() {
        let key = home.key(&format!("k{at}"), &["-N", PASSPHRASE, "-a", "4", "-Z", cipher]);
        let search = Search { askpass: Some(home.askpass("wrong")), ..explicit(&home, &key) };
        let error = refused(&search, &nobody);
        assert!(matches!(error.problem(), Problem::Locked { .. }), "{error}");
        says(&error, &["cannot unlock", &format!("k{at}"), "passphrase is wrong"]);
        assert_eq!(home.asked(), 2 * (at + 1), "the same wrong answer is not tried three times");
        assert_eq!(error.hints(), [format!("eval \"$(ssh-agent -s)\" && ssh-add {}", key.display())]);
    }
}

#[test]
fn an_encrypted_file_that_nobody_may_be_asked_about_is_refused() {
    let home = Home::new();
    let key = home.key("k", &["-N", PASSPHRASE, "-a", "4"]);
    let agent = home.agent();
    let search = Search { agent_socket: Some(agent.socket.clone()), ..explicit(&home, &key) };
    let error = refused(&search, &nobody);
    says(&error, &["cannot unlock", "--no-input", "tried: ssh-agent at", "holds no key"]);
    assert_eq!(error.hints(), [format!("ssh-add {}", key.display())]);
    home.add(&agent, &key, &[]);
    signs(&home, &search, &nobody);
}

#[test]
fn the_agent_signs_for_a_public_key_file_without_its_private_part() {
    let home = Home::new();
    let key = home.key("k", &[]);
    let other = home.key("other", &["-t", "rsa", "-b", "1024"]);
    let agent = home.agent();
    home.add(&agent, &other, &[]);
    home.add(&agent, &key, &[]);
    fs::remove_file(&key).unwrap();
    let socket = Some(agent.socket.clone());
    let public = home.path("k.pub");
    let search = Search { agent_socket: socket.clone(), ..explicit(&home, &public) };
    let signed = signs(&home, &search, &nobody);
    assert_eq!(signed, read_public_key_file(&public).unwrap());
    // The same by git's configuration: a path, the key spelled out, and nothing but being the only enrolled one.
    let settings = ["~/k.pub".to_owned(), format!("key::{signed} a comment"), signed.to_string()];
    for value in settings {
        let search = Search { ledger_signing_key: Some(value), agent_socket: socket.clone(), ..home.search() };
        assert_eq!(signs(&home, &search, &nobody), signed);
    }
    let search = Search { agent_socket: socket, ..home.search() };
    assert_eq!(signs(&home, &search, &everybody), signed);
}

#[test]
fn the_agent_that_holds_an_encrypted_key_spares_the_passphrase() {
    let home = Home::new();
    let key = home.key(".ssh/id_ed25519", &["-N", PASSPHRASE, "-a", "4"]);
    let agent = home.agent();
    home.add(&agent, &key, &[]);
    let search = Search { agent_socket: Some(agent.socket.clone()), ..home.search() };
    assert_eq!(signs(&home, &search, &everybody), public_key_of(&key).unwrap());
    assert_eq!(signs(&home, &Search { explicit: Some(key), ..search }, &nobody).fingerprint().as_str().len(), 50);
}

#[test]
fn an_agent_that_refuses_leaves_the_file_to_sign() {
    let home = Home::new();
    let key = home.key("k", &[]);
    let agent = home.agent();
    // The agent has to ask whether it may sign with this key, and the program that it asks with says no.
    home.add(&agent, &key, &["-c"]);
    let search = Search { agent_socket: Some(agent.socket.clone()), ..explicit(&home, &key) };
    signs(&home, &search, &nobody);
    fs::remove_file(&key).unwrap();
    let error = refused(&Search { explicit: Some(home.path("k.pub")), ..search }, &nobody);
    says(
        &error,
        &["nothing at hand can sign with SHA256:", "tried: ssh-agent at", "the agent refuses", "k.pub: no private key"],
    );
}

#[test]
fn without_an_agent_the_error_names_the_socket_and_the_file() {
    let home = Home::new();
    let key = home.key("k", &[]);
    fs::remove_file(&key).unwrap();
    let public = home.path("k.pub");
    let error = refused(&explicit(&home, &public), &nobody);
    says(&error, &["tried: ssh-agent: no agent, SSH_AUTH_SOCK is not set", "k.pub: no private key is beside it"]);
    let search = Search { agent_socket: Some(home.path("gone")), ..explicit(&home, &public) };
    let error = refused(&search, &nobody);
    says(&error, &["nothing at hand can sign with SHA256:", "gone: no agent answers there"]);
    assert!(!error.hints().is_empty());
    assert!(matches!(error.problem(), Problem::NoPrivateKey { .. }));
}

#[test]
fn of_several_keys_the_only_enrolled_one_signs_and_two_enrolled_ones_are_listed() {
    let home = Home::new();
    let (one, two) = (home.key(".ssh/id_one", &[]), home.key(".ssh/id_two", &[]));
    home.key(".ssh/id_rsa", &["-t", "rsa", "-b", "1024"]);
    let second = public_key_of(&two).unwrap();
    let only = |key: &PublicKey| if *key == second { everybody(key) } else { nobody(key) };
    assert_eq!(signs(&home, &home.search(), &only), second);
    // A private key without its public file counts; a public file without its private key cannot sign.
    fs::remove_file(home.path(".ssh/id_two.pub")).unwrap();
    assert_eq!(signs(&home, &home.search(), &only), second);

    let error = refused(&home.search(), &everybody);
    assert!(matches!(error.problem(), Problem::Ambiguous { keys } if keys.len() == 2), "{error}");
    says(&error, &["2 enrolled keys can sign, and none is named", "omar SHA256:", "id_one", "id_two"]);
    let mut hints = error.hints().to_vec();
    hints.sort();
    assert_eq!(
        hints,
        [
            format!("git config ledger.signingKey {}.pub", one.display()),
            format!("git config ledger.signingKey {}", two.display())
        ]
    );

    fs::remove_file(&one).unwrap();
    assert_eq!(signs(&home, &home.search(), &everybody), second);
}

#[test]
fn where_no_key_is_enrolled_each_one_found_is_named() {
    let home = Home::new();
    let error = refused(&home.search(), &everybody);
    assert_eq!(error.problem(), &Problem::NoKey);
    assert_eq!(error.hints(), ["ssh-keygen -t ed25519"]);
    let with_agent = Search { agent_socket: Some(home.path("gone")), ..home.search() };
    assert_eq!(refused(&with_agent, &everybody).hints(), ["ssh-add", "ssh-keygen -t ed25519"]);
    home.key(".ssh/id_ed25519", &[]);
    home.key(".ssh/id_rsa", &["-t", "rsa", "-b", "1024"]);
    let user = home.key("user", &[]);
    let search = Search { user_signing_key: Some(user.display().to_string()), ..home.search() };
    let error = refused(&search, &nobody);
    says(
        &error,
        &[
            "no usable signing key was found",
            "tried: git config user.signingKey",
            "user: not enrolled",
            "tried: ssh-agent: no agent",
            "id_ed25519.pub: not enrolled",
            "id_rsa.pub: the key is of type ssh-rsa; ssh-ed25519 or sk-ssh-ed25519@openssh.com is needed",
        ],
    );
    assert_eq!(error.hints(), ["ledger key list"]);
}

#[test]
fn the_names_of_a_key_come_in_order() {
    let home = Home::new();
    let [a, b, c] = ["a", "b", "c"].map(|name| home.key(name, &[]));
    let text = |path: &Path| Some(path.display().to_string());
    let mut search =
        Search { explicit: Some(a.clone()), ledger_signing_key: text(&b), user_signing_key: text(&c), ..home.search() };
    assert_eq!(signs(&home, &search, &nobody), public_key_of(&a).unwrap());
    search.explicit = None;
    assert_eq!(signs(&home, &search, &nobody), public_key_of(&b).unwrap());
    search.ledger_signing_key = None;
    assert_eq!(signs(&home, &search, &everybody), public_key_of(&c).unwrap());
    // git's own key may be of any type: the search goes on.
    home.key("rsa", &["-t", "rsa", "-b", "1024"]);
    let own = home.key(".ssh/id_ed25519", &[]);
    for value in ["~/rsa.pub", "~/missing", "~someone/key", "ssh-ed25519 AAAA"] {
        search.user_signing_key = Some(value.to_owned());
        assert_eq!(signs(&home, &search, &everybody), public_key_of(&own).unwrap(), "{value}");
    }
    // What is named for the ledger is meant: the search does not go on.
    search.ledger_signing_key = Some("~/missing".to_owned());
    let error = refused(&search, &everybody);
    says(&error, &["cannot read", "missing", "tried: git config ledger.signingKey ~/missing: it names the key"]);
    assert_eq!(error.hints(), ["git config --show-origin ledger.signingKey"]);
}

#[test]
fn a_public_key_outside_of_ssh_is_joined_with_its_private_part_inside() {
    let home = Home::new();
    let key = home.key(".ssh/id_ed25519", &[]);
    let public = read_public_key_file(&home.path(".ssh/id_ed25519.pub")).unwrap();
    let search = Search { ledger_signing_key: Some(format!("key::{public}")), ..home.search() };
    assert_eq!(signs(&home, &search, &nobody), public_key_of(&key).unwrap());
}

#[test]
fn keys_of_other_types_are_refused_by_name() {
    let home = Home::new();
    home.key("rsa", &["-t", "rsa", "-b", "1024"]);
    home.key("pem", &["-t", "rsa", "-b", "1024", "-m", "PEM"]);
    home.key("ecdsa", &["-t", "ecdsa"]);
    for (name, kind) in [
        ("rsa", "ssh-rsa"),
        ("rsa.pub", "ssh-rsa"),
        ("ecdsa", "ecdsa-sha2-nistp256"),
        ("pem", "RSA"),
        ("pem.pub", "ssh-rsa"),
    ] {
        let error = refused(&explicit(&home, &home.path(name)), &everybody);
        says(&error, &[name, &format!("the key is of type {kind}; ssh-ed25519 or")]);
        assert_eq!(error.hints(), ["ssh-keygen -t ed25519"]);
        assert_eq!(public_key_of(&home.path(name)).unwrap_err().problem(), error.problem());
    }
}

#[test]
fn files_that_are_no_keys_are_refused_by_name() {
    let home = Home::new();
    let key = home.key("k", &[]);
    let public = fs::read_to_string(home.path("k.pub")).unwrap();
    let large = "x".repeat(70_000);
    for (name, bytes, word) in [
        ("empty", &b""[..], "it is empty"),
        ("text", b"hello, world", "no public key `TYPE BASE64`"),
        ("binary", b"\xff\xfe\0", "not text"),
        ("two", format!("{public}{public}").as_bytes(), "more than the one line"),
        ("named", public.replace("ssh-ed25519 ", "ssh-rsa ").as_bytes(), "no public key `TYPE BASE64`"),
        ("pkcs8", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "not an OPENSSH PRIVATE KEY"),
        ("large", large.as_bytes(), "too large"),
    ] {
        fs::write(home.path(name), bytes).unwrap();
        says(&refused(&explicit(&home, &home.path(name)), &everybody), &[name, word]);
    }
    for (name, word) in [("missing", "No such file"), (".ssh", "directory")] {
        let error = refused(&explicit(&home, &home.path(name)), &everybody);
        says(&error, &["cannot read", name, word, "tried: --key ", ": it names the key"]);
        assert_eq!(error.hints(), [format!("ls -l {}", home.path(name).display())]);
    }
    let error = read_public_key_file(&key).unwrap_err();
    says(&error, &["it is a private key; its public key is needed"]);
    assert_eq!(error.hints(), [format!("ssh-keygen -y -f {}", key.display())]);
    fs::write(home.path("commented"), format!("# mine\n\n{public}\n")).unwrap();
    assert_eq!(read_public_key_file(&home.path("commented")), public_key_of(&key));
}

#[test]
fn a_private_key_that_is_cut_anywhere_or_damaged_never_signs() {
    let home = Home::new();
    for options in [&[][..], &["-N", PASSPHRASE, "-a", "1"]] {
        let name = format!("k{}", options.len());
        let key = home.key(&name, options);
        let whole = fs::read_to_string(&key).unwrap();
        let cut = home.path("cut");
        let search = Search { askpass: Some(home.askpass(PASSPHRASE)), ..explicit(&home, &cut) };
        for length in (0..whole.len() - 1).step_by(3) {
            fs::write(&cut, &whole[..length]).unwrap();
            refused(&search, &nobody);
        }
        // Lines taken out, so that the last one is still there.
        let lines: Vec<&str> = whole.lines().collect();
        for at in 1..lines.len() - 1 {
            let rest: Vec<&str> = lines.iter().enumerate().filter(|(n, _)| *n != at).map(|(_, l)| *l).collect();
            fs::write(&cut, rest.join("\n")).unwrap();
            refused(&search, &nobody);
        }
    }
}

#[test]
fn a_private_key_beside_the_public_key_of_another_is_refused() {
    let home = Home::new();
    let key = home.key("k", &[]);
    home.key("other", &[]);
    fs::copy(home.path("other.pub"), home.path("k.pub")).unwrap();
    let error = refused(&explicit(&home, &home.path("k.pub")), &nobody);
    says(&error, &["another key than the public key file says"]);
    // Named by itself it is whole.
    signs(&home, &explicit(&home, &key), &nobody);
}

#[test]
fn a_security_token_signs_through_the_program_that_git_is_configured_with() {
    let home = Home::new();
    let signature = by_token(b"a commit\n");
    fs::write(home.path("token.pub"), format!("{} token\n", signature.key())).unwrap();
    fs::write(home.path("prepared"), format!("{}\n", signature.to_armor())).unwrap();
    let text =
        "for last; do :; done\necho \"$@\" > called\ncp prepared \"$last.sig\"".replace("called", "\"$0.called\"");
    let text = text.replace("prepared", &format!("'{}'", home.path("prepared").display()));
    let program = home.script("sign", &text);
    let search = Search { ssh_program: Some(program), ..explicit(&home, &home.path("token.pub")) };
    assert_eq!(&signs(&home, &search, &nobody), signature.key());
    let called = fs::read_to_string(home.path("sign.called")).unwrap();
    assert!(called.starts_with(&format!("-Y sign -n git -f {} ", home.path("token.pub").display())), "{called}");
    // A signature of something else is not passed on.
    let error = find(&search, &nobody).unwrap().sign(b"another").unwrap_err();
    says(&error, &["nothing at hand can sign", "tried: ", "does not belong to these bytes"]);
}

#[test]
fn a_program_that_holds_the_keys_signs_where_agent_and_file_cannot() {
    let home = Home::new();
    let key = home.key("vault", &[]);
    let public = read_public_key_file(&home.path("vault.pub")).unwrap();
    let program = home.script(
        "sign",
        &format!("for last; do :; done\nexec ssh-keygen -q -Y sign -n git -f '{}' \"$last\"", key.display()),
    );
    let named = Some(format!("key::{public}"));
    let search = Search { ssh_program: Some(program), ledger_signing_key: named.clone(), ..home.search() };
    assert_eq!(signs(&home, &search, &nobody), public);
    let failing = Search { ssh_program: Some("/bin/false".into()), ledger_signing_key: named, ..home.search() };
    says(&refused(&failing, &nobody), &["tried: /bin/false: it did not sign"]);
}
