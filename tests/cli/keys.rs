//! Keys in every form, from the keyboard to the ref: files, agents, programs, tokens, and what is refused.
//!
//! The agents are real ones, except those that lie. What `signing` does with each key by itself is tested in `tests/signing.rs`.

use std::io::{Read as _, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use crate::sandbox::story::{Outcome, Story};
use crate::sandbox::{probe, script};
use base64ct::{Base64, Encoding};
use ed25519_dalek::{Signer as _, SigningKey};
use govledger::domain::commit::{self, ObjectFormat};
use govledger::domain::key::PublicKey;
use govledger::domain::sshsig::{Signature, signed_data};
use govledger::domain::value::Value;
use govledger::signing::read_public_key_file;
use sha2::{Digest as _, Sha256};

const CHARTER: &str = include_str!("../sandbox/small.toml");

const PASSPHRASE: &str = "correct horse";

/// Omar drafts. His home names no key, and none lies in it: each test says where his key is.
fn omar() -> Story {
    let story = Story::founded(CHARTER, &[("omar", "human", "drafter", "")]);
    configure(&story, "");
    story
}

fn configure(story: &Story, text: &str) {
    std::fs::write(story.home("omar").join(".gitconfig"), format!("[gpg]\n\tformat = ssh\n{text}")).unwrap();
}

/// The words of something that omar may do.
fn declare(story: &Story, n: u32) -> crate::sandbox::story::Call<'_> {
    story.ledger(format!("declare D-{n} --kind document").as_str()).as_("omar")
}

fn signed_by(story: &Story) -> String {
    let newest = story.newest();
    newest.get("actor").and_then(Value::as_text).unwrap().to_owned()
}

/// Demands exit code 4 and that nothing was written.
fn refused(story: &Story, call: &crate::sandbox::story::Call<'_>) -> Outcome {
    let before = story.tip();
    let outcome = call.exits(4);
    assert_eq!(story.tip(), before);
    outcome
}

/// Demands that these texts stand in what was told, in this order.
fn in_order(outcome: &Outcome, texts: &[&str]) {
    let mut rest = outcome.stderr.as_str();
    for text in texts {
        let Some(at) = rest.find(text) else { unreachable!("{text:?} is missing, or too early, in\n{outcome}") };
        rest = &rest[at + text.len()..];
    }
}

fn keygen(path: &Path, options: &[&str]) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let made = Command::new("ssh-keygen").args(["-q", "-C", "x"]).args(options).arg("-f").arg(path).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

/// Encrypts a private key file.
fn encrypt(path: &Path) {
    let mut command = Command::new("ssh-keygen");
    let done = command.args(["-q", "-p", "-a", "4", "-N", PASSPHRASE, "-P", "", "-f"]).arg(path).output().unwrap();
    assert!(done.status.success());
}

/// A program that answers with the passphrase and counts in a file beside it how often it was asked.
fn askpass(story: &Story) -> PathBuf {
    let path = story.beside.path().join("askpass");
    script(&path, &format!("#!/bin/sh\necho asked >> \"$0.count\"\necho '{PASSPHRASE}'\n"));
    path
}

struct Agent {
    child: Child,
    socket: PathBuf,
}

impl Agent {
    fn of(story: &Story) -> Agent {
        let socket = story.beside.path().join("agent.sock");
        let mut command = Command::new("ssh-agent");
        command.args(["-D", "-a"]).arg(&socket).env("SSH_ASKPASS", "/bin/false").env("SSH_ASKPASS_REQUIRE", "force");
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        while UnixStream::connect(&socket).is_err() {
            std::thread::sleep(Duration::from_millis(5));
        }
        Agent { child, socket }
    }

    fn add(&self, story: &Story, options: &[&str]) {
        let mut command = Command::new("ssh-add");
        command.args(options).env("SSH_AUTH_SOCK", &self.socket).env("SSH_ASKPASS", askpass(story));
        let done = command.env("SSH_ASKPASS_REQUIRE", "force").stdin(Stdio::null()).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn string(bytes: &[u8]) -> Vec<u8> {
    [&u32::try_from(bytes.len()).unwrap().to_be_bytes(), bytes].concat()
}

/// What an agent answers to a wish for a signature.
type Answer = fn(&[u8]) -> Option<Vec<u8>>;

/// An agent that says it holds a key, and answers each wish for a signature with `answer`; with nothing, it hangs up.
fn liar(story: &Story, key: &PublicKey, answer: impl Fn(&[u8]) -> Option<Vec<u8>> + Send + 'static) -> PathBuf {
    let socket = story.beside.path().join("liar.sock");
    let listener = UnixListener::bind(&socket).unwrap();
    let list = [&[12, 0, 0, 0, 1][..], &string(&key.to_blob()), &string(b"a comment")].concat();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut length = [0; 4];
            if stream.read_exact(&mut length).is_err() {
                continue;
            }
            let mut request = vec![0; usize::try_from(u32::from_be_bytes(length)).unwrap()];
            stream.read_exact(&mut request).unwrap();
            let told = if request[0] == 11 { Some(list.clone()) } else { answer(&request) };
            let _ = told.map(|told| stream.write_all(&string(&told)));
        }
    });
    socket
}

fn response(signature: &[u8]) -> Vec<u8> {
    [&[14][..], &string(&[string(b"ssh-ed25519"), string(signature)].concat())].concat()
}

#[test]
fn an_encrypted_file_is_unlocked_once_through_the_program_that_asks() {
    let story = omar();
    let (key, ask) = (story.key("omar"), askpass(&story));
    encrypt(&key);
    let forced = |n: u32| {
        let call = declare(&story, n).env("SSH_ASKPASS", &ask).env("SSH_ASKPASS_REQUIRE", "force");
        call.env("GIT_CONFIG_COUNT", "1").env("GIT_CONFIG_KEY_0", "ledger.signingKey").env("GIT_CONFIG_VALUE_0", &key)
    };
    forced(1).ok();
    assert_eq!(std::fs::read_to_string(ask.with_extension("count")).unwrap(), "asked\n");
    assert_eq!(signed_by(&story), "omar");
    let quiet = declare(&story, 2).env("GIT_CONFIG_COUNT", "1").env("GIT_CONFIG_KEY_0", "ledger.signingKey");
    let quiet = quiet.env("GIT_CONFIG_VALUE_0", &key).arg("--no-input");
    let told = refused(&story, &quiet);
    let next = format!("ssh-add {}", key.display());
    in_order(&told, &["cannot unlock", "--no-input", "ssh-agent: no agent, SSH_AUTH_SOCK is not set", &next]);
}

/// Runs a line of shell as omar on a terminal, types the passphrase once it is asked for, and returns what was shown.
fn on_a_terminal(story: &Story, line: &str) -> (String, ExitStatus) {
    let command = story.ledger("status").as_("omar").command();
    let mut terminal = Command::new("script");
    terminal.args(["-qec", line, "/dev/null"]).current_dir(story.repo.path()).env_clear();
    terminal.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    terminal.env("PATH", std::env::var_os("PATH").unwrap()).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = terminal.spawn().unwrap();
    let (mut typed, mut shown) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let mut seen = Vec::new();
    let mut byte = [0];
    while !seen.ends_with(b"': ") && shown.read(&mut byte).unwrap() > 0 {
        seen.push(byte[0]);
    }
    typed.write_all(format!("{PASSPHRASE}\n").as_bytes()).unwrap();
    shown.read_to_end(&mut seen).unwrap();
    let seen = String::from_utf8_lossy(&seen).into_owned();
    (seen, child.wait().unwrap())
}

#[test]
fn an_encrypted_file_is_asked_about_once_on_the_terminal() {
    let story = omar();
    let key = story.key("omar");
    encrypt(&key);
    let line = format!("{} declare D-1 --kind document --key {}", env!("CARGO_BIN_EXE_ledger"), key.display());
    let (seen, status) = on_a_terminal(&story, &line);
    assert!(status.success(), "{seen}");
    assert_eq!(seen.matches("Enter passphrase").count(), 1, "{seen}");
    assert_eq!(signed_by(&story), "omar");
}

/// Nothing that is typed at the sight of the question is shown: the terminal is silent before the question is there.
#[cfg(target_os = "linux")]
#[test]
fn the_terminal_is_silent_before_the_passphrase_is_asked_for() {
    let story = omar();
    let key = story.key("omar");
    encrypt(&key);
    let trace = story.beside.path().join("trace");
    let line = format!(
        "strace -f -s 64 -e trace=ioctl,write -o {} {} declare D-1 --kind document --key {}",
        trace.display(),
        env!("CARGO_BIN_EXE_ledger"),
        key.display()
    );
    let (seen, status) = on_a_terminal(&story, &line);
    assert!(status.success() && !seen.contains(PASSPHRASE), "{seen}");
    let trace = std::fs::read_to_string(trace).unwrap();
    let before = trace.split("Enter passphrase").next().unwrap();
    let silenced = before.lines().rfind(|line| line.contains("TCSETS")).unwrap_or_else(|| panic!("{trace}"));
    assert!(!silenced.contains("|ECHO|") && trace.contains("Enter passphrase"), "{trace}");
    // And it shows again what is typed once it was answered.
    let after = trace.lines().rfind(|line| line.contains("TCSETS")).unwrap();
    assert!(after.contains("|ECHO|"), "{trace}");
}

#[test]
fn of_the_keys_of_an_agent_the_enrolled_one_signs_and_of_two_each_command_that_chooses_runs() {
    let story = omar();
    let agent = Agent::of(&story);
    let second = story.key("second");
    for name in ["stranger", "second"] {
        keygen(&story.key(name), &["-t", "ed25519", "-N", ""]);
        agent.add(&story, &[story.key(name).to_str().unwrap()]);
    }
    agent.add(&story, &[story.key("omar").to_str().unwrap()]);
    declare(&story, 1).env("SSH_AUTH_SOCK", &agent.socket).ok();
    assert_eq!(signed_by(&story), "omar");

    let public = second.with_extension("pub");
    story.ledger(["key", "add", "omar", "--public-key", public.to_str().unwrap()]).ok();
    let told = refused(&story, &declare(&story, 2).env("SSH_AUTH_SOCK", &agent.socket));
    told.says("2 enrolled keys can sign, and none is named");
    for name in ["omar", "second"] {
        let key = read_public_key_file(&story.public_key(name)).unwrap();
        told.says(&format!("omar {} (ssh-agent at {})", key.fingerprint(), agent.socket.display()));
        let choice = format!("git config ledger.signingKey 'key::{key}'");
        assert!(told.next().contains(&choice), "{told}");
        story.git(["config", "ledger.signingKey", &format!("key::{key}")]).as_("omar").ok();
        declare(&story, if name == "omar" { 3 } else { 4 }).env("SSH_AUTH_SOCK", &agent.socket).ok();
        story.git(["config", "--unset", "ledger.signingKey"]).as_("omar").ok();
    }
}

#[test]
fn an_agent_that_refuses_is_named_with_the_reason_and_the_file_signs_if_there_is_one() {
    let story = omar();
    let agent = Agent::of(&story);
    let key = story.key("omar");
    // The agent asks for a confirmation, and the program that it asks says no.
    agent.add(&story, &["-c", key.to_str().unwrap()]);
    let told = refused(&story, &declare(&story, 1).env("SSH_AUTH_SOCK", &agent.socket));
    let fingerprint = read_public_key_file(&story.public_key("omar")).unwrap().fingerprint();
    in_order(&told, &[&format!("nothing at hand can sign with {fingerprint}"), "ssh-agent at", "the agent refuses"]);
    declare(&story, 1).env("SSH_AUTH_SOCK", &agent.socket).arg("--key").arg(&key).ok();

    agent.add(&story, &["-x"]);
    let told = refused(&story, &declare(&story, 2).env("SSH_AUTH_SOCK", &agent.socket));
    in_order(&told, &["no usable signing key", "it holds no key that can sign events", ".ssh"]);
    declare(&story, 2).env("SSH_AUTH_SOCK", &agent.socket).arg("--key").arg(&key).ok();
}

#[test]
fn an_agent_that_dies_or_lies_is_never_believed() {
    let good = SigningKey::from_bytes(&[9; 32]);
    let lies: [(&str, Answer); 5] = [
        ("the agent's answer is cut short", |_| None),
        ("a message of type 99 in place of 14", |_| Some(vec![99, 1, 2, 3])),
        ("the signature has no type", |_| Some([&[14][..], &string(b"x")].concat())),
        ("does not belong to these bytes and this key", |request| {
            let (_, data) = request.split_at(request.len() - 4 - 95);
            let other = SigningKey::from_bytes(&[8; 32]);
            Some(response(&other.sign(&data[..95]).to_bytes()))
        }),
        ("does not belong to these bytes and this key", |_| {
            Some(response(&SigningKey::from_bytes(&[9; 32]).sign(b"something else").to_bytes()))
        }),
    ];
    let story = omar();
    let key = PublicKey::Ed25519(good.verifying_key().to_bytes());
    let public = story.write_beside("software.pub", &format!("{key}\n"));
    story.ledger(["key", "add", "omar", "--public-key", public.to_str().unwrap()]).ok();
    for (words, answer) in lies {
        let socket = liar(&story, &key, answer);
        let told = refused(&story, &declare(&story, 1).env("SSH_AUTH_SOCK", &socket));
        in_order(&told, &["nothing at hand can sign", "liar.sock", words]);
        std::fs::remove_file(socket).unwrap();
    }
    // The same agent is believed when it tells the truth.
    let socket = liar(&story, &key, |request| {
        let data = &request[request.len() - 4 - 95..request.len() - 4];
        Some(response(&SigningKey::from_bytes(&[9; 32]).sign(data).to_bytes()))
    });
    declare(&story, 1).env("SSH_AUTH_SOCK", &socket).ok();
    assert_eq!(signed_by(&story), "omar");
}

#[test]
fn the_key_that_git_is_configured_with_signs_in_each_form() {
    let story = omar();
    let agent = Agent::of(&story);
    agent.add(&story, &[story.key("omar").to_str().unwrap()]);
    // A second enrolled key in the agent: without a name, nothing could be chosen.
    keygen(&story.key("second"), &["-t", "ed25519", "-N", ""]);
    agent.add(&story, &[story.key("second").to_str().unwrap()]);
    let public = story.public_key("second");
    story.ledger(["key", "add", "omar", "--public-key", public.to_str().unwrap()]).ok();
    let key = read_public_key_file(&story.public_key("omar")).unwrap();
    let path = story.key("omar");
    for (n, config) in [
        format!("[user]\n\tsigningKey = {}\n", path.display()),
        format!("[user]\n\tsigningKey = {}.pub\n", path.display()),
        format!("[user]\n\tsigningKey = key::{key}\n"),
        format!("[user]\n\tsigningKey = {key} a comment\n"),
        format!("[gpg \"ssh\"]\n\tdefaultKeyCommand = echo 'key::{key} a comment'\n"),
        format!("[gpg \"ssh\"]\n\tdefaultKeyCommand = cat {}.pub\n", path.display()),
    ]
    .iter()
    .enumerate()
    {
        configure(&story, config);
        declare(&story, u32::try_from(n).unwrap()).env("SSH_AUTH_SOCK", &agent.socket).ok();
        let armor = story.repo.git(["cat-file", "commit", "refs/ledger/main"]);
        let read = commit::decode(ObjectFormat::Sha1, format!("{armor}\n").as_bytes()).unwrap();
        assert_eq!(*read.signature.key(), key, "{config}");
    }
    for (command, told) in [
        ("false", "gpg.ssh.defaultKeyCommand false: it printed no key (exit status: 1)"),
        ("echo nothing", "gpg.ssh.defaultKeyCommand echo nothing: its first line: "),
    ] {
        configure(&story, &format!("[gpg \"ssh\"]\n\tdefaultKeyCommand = {command}\n"));
        let outcome = refused(&story, &declare(&story, 9).env("SSH_AUTH_SOCK", &agent.socket));
        in_order(&outcome, &["2 enrolled keys can sign", told]);
    }
}

#[test]
fn a_signing_program_is_held_to_what_it_writes() {
    let story = omar();
    let key = story.key("omar");
    let public = read_public_key_file(&story.public_key("omar")).unwrap();
    keygen(&story.key("other"), &["-t", "ed25519", "-N", ""]);
    let program = story.beside.path().join("sign");
    configure(
        &story,
        &format!("[gpg \"ssh\"]\n\tprogram = {}\n[user]\n\tsigningKey = key::{public}\n", program.display()),
    );
    let last = "#!/bin/sh\nfor last; do :; done\n";
    let with = |key: &Path| format!("{last}exec ssh-keygen -q -Y sign -n git -f '{}' \"$last\"\n", key.display());
    for (text, told) in [
        (format!("{last}exit 3\n"), "it did not sign (exit status: 3)"),
        (last.to_owned(), "it wrote no signature"),
        (format!("{last}echo junk > \"$last.sig\"\n"), "it does not begin and end with the two lines"),
        (with(&story.key("other")), "it signed with SHA256:"),
    ] {
        script(&program, &text);
        let outcome = refused(&story, &declare(&story, 1));
        in_order(&outcome, &["nothing at hand can sign", "no agent", &program.display().to_string(), told]);
    }
    script(&program, &with(&key));
    declare(&story, 1).ok();
    assert_eq!(signed_by(&story), "omar");
}

const TOKEN_FILE: &str = "LEDGER_TEST_TOKEN_FILE";

const TOKEN_FLAGS: &str = "LEDGER_TEST_TOKEN_FLAGS";

fn token_key() -> PublicKey {
    PublicKey::SkEd25519(SigningKey::from_bytes(&[7; 32]).verifying_key().to_bytes(), "ssh:".to_owned())
}

/// Signs as a security token does, with a flag for whether somebody was present.
fn by_token(message: &[u8], flags: u8) -> Signature {
    let touch = [flags, 0, 0, 0, 42];
    let (application, data) = (Sha256::digest("ssh:"), Sha256::digest(signed_data(message)));
    let signature = SigningKey::from_bytes(&[7; 32]).sign(&[&application[..], &touch, &data[..]].concat()).to_bytes();
    let ssh = [string(b"sk-ssh-ed25519@openssh.com"), string(&signature), touch.to_vec()].concat();
    Signature::from_ssh(token_key(), &ssh).unwrap()
}

/// Plays the signing program of a token when another test starts it as such; else there is nothing to do.
#[test]
fn a_security_token_is_played() {
    let Some(file) = std::env::var_os(TOKEN_FILE).map(PathBuf::from) else { return };
    let flags = std::env::var(TOKEN_FLAGS).unwrap().parse().unwrap();
    let signature = by_token(&std::fs::read(&file).unwrap(), flags);
    std::fs::write(file.with_extension("sig"), format!("{}\n", signature.to_armor())).unwrap();
}

#[test]
fn a_security_token_signs_events_if_somebody_was_present() {
    let story = omar();
    let public = story.write_beside("token.pub", &format!("{} token\n", token_key()));
    story.ledger(["key", "add", "omar", "--public-key", public.to_str().unwrap()]).ok();
    let program = story.beside.path().join("token");
    let own = probe("keys::a_security_token_is_played");
    let words: Vec<String> = own.get_args().map(|word| word.to_string_lossy().into_owned()).collect();
    let play = format!("exec '{}' {}", own.get_program().to_string_lossy(), words.join(" "));
    script(&program, &format!("#!/bin/sh\nfor last; do :; done\nexport {TOKEN_FILE}=\"$last\"\n{play}\n"));
    configure(
        &story,
        &format!("[gpg \"ssh\"]\n\tprogram = {}\n[user]\n\tsigningKey = {}\n", program.display(), public.display()),
    );
    declare(&story, 1).env(TOKEN_FLAGS, "1").ok();
    story.ledger("verify").ok();
    let told = refused(&story, &declare(&story, 2).env(TOKEN_FLAGS, "0"));
    told.says("the security token does not say that somebody was present");

    // Whoever writes such an event past the program is found out by everybody who reads it.
    let bytes = format!("{}\n", story.repo.git(["cat-file", "commit", "refs/ledger/main"]));
    let read = commit::decode(ObjectFormat::Sha1, bytes.as_bytes()).unwrap();
    let unsigned = commit::unsigned(ObjectFormat::Sha1, read.parent.as_ref(), &read.event);
    for (flags, exit) in [(1, 0), (5, 0), (4, 3), (0, 3)] {
        let signature = by_token(unsigned.as_bytes(), flags);
        let bytes = commit::encode(ObjectFormat::Sha1, read.parent.as_ref(), &read.event, &signature);
        let file = story.beside.path().join("commit");
        std::fs::write(&file, bytes).unwrap();
        let oid = story.repo.git(["hash-object", "-w", "-t", "commit", file.to_str().unwrap()]);
        story.repo.git(["update-ref", "refs/ledger/main", &oid]);
        let told = story.ledger("verify").exits(exit);
        if exit == 3 {
            told.says("trust.signature").says("somebody was present");
        }
    }
}

#[test]
fn keys_of_other_types_are_refused_with_the_command_that_makes_one() {
    let story = omar();
    let make = "ssh-keygen -t ed25519".to_owned();
    keygen(&story.key("rsa"), &["-t", "rsa", "-b", "2048", "-N", ""]);
    keygen(&story.key("ecdsa"), &["-t", "ecdsa", "-N", ""]);
    // Today's OpenSSH makes none of these any more.
    let dsa = [string(b"ssh-dss"), string(&[1; 128]), string(&[1; 20]), string(&[1; 128]), string(&[1; 128])].concat();
    story.write_beside("keys/dsa.pub", &format!("ssh-dss {} x\n", Base64::encode_string(&dsa)));
    for (name, kind) in [("rsa", "ssh-rsa"), ("ecdsa", "ecdsa-sha2-nistp256"), ("dsa", "ssh-dss")] {
        let public = story.public_key(name);
        let words = format!("the key is of type {kind}; ssh-ed25519 or sk-ssh-ed25519@openssh.com is needed");
        let named = refused(&story, &declare(&story, 1).arg("--key").arg(&public));
        named.says(&words);
        assert!(named.next().contains(&make), "{named}");

        let public = public.to_str().unwrap();
        let enrolled =
            story.ledger(["actor", "enroll", "rita", "--kind", "human", "--public-key", public, "--role", "drafter"]);
        let enrolled = enrolled.exits(2);
        enrolled.says(&words);
        assert!(enrolled.next().contains(&make), "{enrolled}");

        configure(&story, &format!("[user]\n\tsigningKey = {public}\n"));
        let configured = refused(&story, &declare(&story, 1));
        in_order(&configured, &["no usable signing key", &words, "no agent", ".ssh"]);
        assert!(configured.next().contains(&make), "{configured}");
        configure(&story, "");
    }
}

/// Whose key was revoked is told by which event, and not that nobody knows the key.
#[test]
fn a_revoked_key_is_told_apart_from_one_that_was_never_enrolled() {
    let story = omar();
    let public = story.public_key("omar").display().to_string();
    story.ledger(["key", "revoke", "omar", public.as_str(), "--reason", "retired"]).ok();
    let seq = story.newest().get("seq").unwrap().to_canonical();
    let told = format!("the key of omar that was revoked by event {seq}");
    // By git's configuration, and as the only one that lies in the home.
    configure(&story, &format!("[user]\n\tsigningKey = {}\n", story.key("omar").display()));
    let outcome = refused(&story, &declare(&story, 1));
    outcome.says(&told).never_says("not enrolled");
    assert_eq!(outcome.next(), ["ledger key list"]);
    configure(&story, "");
    let ssh = story.home("omar").join(".ssh");
    std::fs::create_dir_all(&ssh).unwrap();
    std::fs::copy(story.key("omar"), ssh.join("id_ed25519")).unwrap();
    std::fs::copy(story.public_key("omar"), ssh.join("id_ed25519.pub")).unwrap();
    let outcome = refused(&story, &declare(&story, 1));
    outcome.says(&told).never_says("not enrolled");
    assert_eq!(outcome.next(), ["ledger key list"]);
}
