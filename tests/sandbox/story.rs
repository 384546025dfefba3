//! A story with people: each has a key and a home, and runs the program that was built, in one real repository.
//!
//! ```ignore
//! let story = Story::founded(CHARTER, &[("kim", "human", "lead")]);     // lena founds and enrols the others
//! story.ledger("declare DOC-1 --kind document --path docs/one.md").as_("omar").ok();
//! let refused = story.ledger(&["seal", "DOC-1"]).as_("omar").exits(1);
//! refused.says("not author");
//! ```
//!
//! Time begins on 2026-01-10 at 09:00 and every call takes a minute of it; [`Story::on`] turns the page. Nothing of the
//! machine's settings is read: no agent, no configuration, no `HOME` but the person's own.

pub(crate) mod frozen;

use std::ffi::OsString;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicI64, Ordering};

use govledger::domain::time::Timestamp;
use govledger::domain::value::Value;
use tempfile::TempDir;

use super::{Sandbox, clean, told};

/// The people of the Phase E example beside lena, who founds: name, type, roles, operator.
pub(crate) const PHASE_E_PEOPLE: &[(&str, &str, &str, &str)] = &[
    ("dario", "human", "drafter", ""),
    ("raj", "human", "reviewer", ""),
    ("petra", "human", "reviewer", ""),
    ("omar", "human", "approver", ""),
    ("ines", "human", "approver", ""),
    ("kim", "human", "platform-governance", ""),
    ("mira", "agent", "drafter", "dario"),
];

/// A repository, its people and their time.
pub(crate) struct Story {
    pub(crate) repo: Sandbox,
    /// Keys in `keys/NAME`, homes in `home/NAME`, and whatever lies beside the repository.
    pub(crate) beside: TempDir,
    seconds: AtomicI64,
}

impl Story {
    /// Returns a repository without commits, without people and without a ledger.
    pub(crate) fn new() -> Story {
        let story =
            Story { repo: Sandbox::bare_of_commits(), beside: TempDir::new().unwrap(), seconds: AtomicI64::new(0) };
        story.on("2026-01-10");
        story
    }

    /// Returns a story whose ledger lena founded with this charter, in the first role that the authority names. Who is
    /// enrolled besides is listed as name, type, roles (with commas), operator or nothing.
    pub(crate) fn founded(charter: &str, people: &[(&str, &str, &str, &str)]) -> Story {
        let story = Story::new();
        story.person("lena");
        let file = story.write_beside("charter.toml", charter);
        story.write("README.md", "A repository.\n");
        story.commit("lena", "Begin");
        let key = story.key("lena");
        story
            .ledger([
                "init".as_ref(),
                "--charter".as_ref(),
                file.as_os_str(),
                "--actor".as_ref(),
                "lena".as_ref(),
                "--key".as_ref(),
                key.as_os_str(),
            ])
            .as_("lena")
            .ok();
        for (name, kind, roles, operator) in people {
            story.enroll(name, kind, roles, operator);
        }
        story
    }

    /// Returns the story of the Phase E example: its charter, everybody enrolled (mira with kim's signature, since the
    /// founding ends with kim), and PHASE-E, MIG-06 (blocked) and CP-21 declared.
    pub(crate) fn phase_e() -> Story {
        let story = Story::founded(&example("phase-e/charter.toml"), PHASE_E_PEOPLE);
        story.ledger("declare PHASE-E --kind phase --title 'Phase E: orchestration design'").as_("lena").ok();
        story.ledger("declare MIG-06 --kind migration --title 'Order history to the new store'").as_("lena").ok();
        story
            .ledger("declare CP-21 --kind prerequisite --title 'Leases and policy' --path docs/control-plane/cp-21.md")
            .as_("lena")
            .ok();
        story.ledger("block MIG-06 DESIGN-BLOCKED --reason 'orchestration is not designed yet'").as_("lena").ok();
        story
    }

    /// Returns the same story once more, in directories of its own: what happens to one does not happen to the other.
    pub(crate) fn copy(&self) -> Story {
        let copy = Story {
            repo: Sandbox { dir: TempDir::new().unwrap() },
            beside: TempDir::new().unwrap(),
            seconds: AtomicI64::new(self.seconds.load(Ordering::Relaxed)),
        };
        for (from, to) in [(self.repo.path(), copy.repo.path()), (self.beside.path(), copy.beside.path())] {
            assert!(Command::new("cp").arg("-a").arg(from.join(".")).arg(to).status().unwrap().success());
        }
        for home in std::fs::read_dir(copy.beside.path().join("home")).unwrap() {
            let config = home.unwrap().path().join(".gitconfig");
            let text = std::fs::read_to_string(&config).unwrap();
            let (old, new) = (self.beside.path().to_str().unwrap(), copy.beside.path().to_str().unwrap());
            std::fs::write(&config, text.replace(old, new)).unwrap();
        }
        copy
    }

    /// Gives a person a key and a home. The person signs commits of code with it too.
    pub(crate) fn person(&self, name: &str) {
        let home = self.home(name);
        std::fs::create_dir_all(&home).unwrap();
        let key = self.key(name);
        std::fs::create_dir_all(key.parent().unwrap()).unwrap();
        let made = Command::new("ssh-keygen")
            .args(["-q", "-t", "ed25519", "-N", "", "-C", name, "-f"])
            .arg(&key)
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let config = format!(
            "[user]\n\tname = {name}\n\temail = {name}@example.org\n\tsigningKey = {key}\n[gpg]\n\tformat = ssh\n\
             [commit]\n\tgpgSign = true\n[advice]\n\tdetachedHead = false\n",
            key = key.display()
        );
        std::fs::write(home.join(".gitconfig"), config).unwrap();
    }

    /// Gives a person a key and has lena enrol it; where that takes a second signature, kim gives it.
    pub(crate) fn enroll(&self, name: &str, kind: &str, roles: &str, operator: &str) {
        if !self.key(name).exists() {
            self.person(name);
        }
        let public = self.public_key(name);
        let mut words: Vec<OsString> =
            ["actor", "enroll", name, "--kind", kind, "--role", roles].map(OsString::from).into();
        words.extend([
            "--git-email".into(),
            format!("{name}@example.org").into(),
            "--public-key".into(),
            public.into(),
        ]);
        if !operator.is_empty() {
            words.extend(["--operator".into(), operator.into()]);
        }
        let enrolled = self.ledger(words).json().as_("lena").ok();
        if enrolled.get("event.pending") == Value::Bool(true) {
            self.ledger(["cosign", &enrolled.text("event.id")]).as_("kim").ok();
        }
    }

    /// Returns the path of a person's private key.
    pub(crate) fn key(&self, name: &str) -> PathBuf {
        self.beside.path().join("keys").join(name)
    }

    /// Returns the path of a person's public key.
    pub(crate) fn public_key(&self, name: &str) -> PathBuf {
        self.key(name).with_extension("pub")
    }

    /// Returns a person's home.
    pub(crate) fn home(&self, name: &str) -> PathBuf {
        self.beside.path().join("home").join(name)
    }

    /// Turns to 09:00 of a day.
    pub(crate) fn on(&self, day: &str) {
        let seconds = Timestamp::parse(&format!("{day}T09:00:00Z")).unwrap().seconds();
        self.seconds.store(seconds, Ordering::Relaxed);
    }

    /// Begins a call of the program. Words are either a list, or one line in which quotes hold words together.
    pub(crate) fn ledger(&self, words: impl Words) -> Call<'_> {
        self.call(env!("CARGO_BIN_EXE_ledger").as_ref(), words)
    }

    /// Begins a call of git.
    pub(crate) fn git(&self, words: impl Words) -> Call<'_> {
        self.call("git".as_ref(), words)
    }

    /// Begins a script of the shell, which ends at the first command that fails, and in which `ledger` is the program that was built.
    pub(crate) fn shell(&self, script: &str) -> Call<'_> {
        let program = Path::new(env!("CARGO_BIN_EXE_ledger")).parent().unwrap();
        let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
        self.call("sh".as_ref(), ["-ec", script]).env("PATH", path)
    }

    /// Begins a call of any program.
    pub(crate) fn call(&self, program: &Path, words: impl Words) -> Call<'_> {
        let seconds = self.seconds.fetch_add(60, Ordering::Relaxed) + 60;
        Call {
            story: self,
            who: "lena".to_owned(),
            program: program.to_owned(),
            words: words.words(),
            dir: self.repo.path().to_owned(),
            stdin: None,
            seconds,
            env: Vec::new(),
        }
    }

    /// Writes a file into the work tree.
    pub(crate) fn write(&self, path: &str, text: &str) -> PathBuf {
        self.repo.write(path, text)
    }

    /// Writes a file beside the repository.
    pub(crate) fn write_beside(&self, name: &str, text: &str) -> PathBuf {
        let path = self.beside.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Commits everything that the work tree holds, signed by a person, and returns the commit.
    pub(crate) fn commit(&self, name: &str, message: &str) -> String {
        self.git(["add", "-A"]).as_(name).ok();
        self.git(["commit", "-q", "-m", message]).as_(name).ok();
        self.head()
    }

    /// Writes one file and commits it, signed by a person.
    pub(crate) fn commit_file(&self, name: &str, path: &str, text: &str) -> String {
        self.write(path, text);
        self.commit(name, path)
    }

    /// Returns the commit that `HEAD` names.
    pub(crate) fn head(&self) -> String {
        self.repo.git(["rev-parse", "HEAD"])
    }

    /// Returns the commit that the ledger's ref names.
    pub(crate) fn tip(&self) -> String {
        self.repo.git(["rev-parse", "refs/ledger/main"])
    }

    /// Returns the first lines of the events' messages, oldest first.
    pub(crate) fn diary(&self) -> Vec<String> {
        let text = self.repo.git(["log", "--reverse", "--format=%s", "refs/ledger/main"]);
        text.lines().map(str::to_owned).collect()
    }

    /// Runs a call on a terminal of so many columns and returns the exit code and what it printed.
    pub(crate) fn on_terminal(&self, line: &str, columns: u32, env: &[(&str, &str)]) -> (i32, String) {
        let mut command = self.git("--version").command();
        let mut script = Command::new("script");
        let program = env!("CARGO_BIN_EXE_ledger");
        script.args([
            "-qec",
            &format!("stty rows 24 cols {columns}; {}", line.replace("ledger ", &format!("{program} "))),
            "/dev/null",
        ]);
        script.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        script.env("PATH", std::env::var("PATH").unwrap()).env("TERM", "xterm").env("SHELL", "/bin/sh");
        script.env_remove("NO_COLOR").envs(env.iter().copied());
        script.current_dir(self.repo.path()).stdin(Stdio::null());
        command.stdin(Stdio::null());
        let output = script.output().expect("util-linux has the program script");
        (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stdout).replace('\r', ""))
    }

    /// Returns the payload of the newest event.
    pub(crate) fn newest(&self) -> Value {
        let message = self.repo.git(["log", "-1", "--format=%b", "refs/ledger/main"]);
        Value::parse(message.trim_end()).unwrap()
    }
}

impl Sandbox {
    fn bare_of_commits() -> Sandbox {
        let sandbox = Sandbox { dir: TempDir::new().unwrap() };
        let mut git = Command::new("git");
        clean(&mut git, sandbox.path());
        let done = git.current_dir(sandbox.path()).args(["init", "-q", "-b", "main", "."]).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        sandbox
    }
}

/// A call that is about to be made.
pub(crate) struct Call<'s> {
    story: &'s Story,
    who: String,
    program: PathBuf,
    words: Vec<OsString>,
    dir: PathBuf,
    stdin: Option<String>,
    seconds: i64,
    env: Vec<(OsString, Option<OsString>)>,
}

impl Call<'_> {
    /// Makes it the call of a person; lena's where nothing is said.
    pub(crate) fn as_(mut self, name: &str) -> Self {
        name.clone_into(&mut self.who);
        self
    }

    /// Asks for JSON.
    pub(crate) fn json(mut self) -> Self {
        self.words.extend(["--format".into(), "json".into()]);
        self
    }

    /// Adds a word.
    pub(crate) fn arg(mut self, word: impl Into<OsString>) -> Self {
        self.words.push(word.into());
        self
    }

    /// Runs it elsewhere.
    pub(crate) fn in_(mut self, dir: &Path) -> Self {
        dir.clone_into(&mut self.dir);
        self
    }

    /// Types into it; where nothing is typed, standard input is empty.
    pub(crate) fn typing(mut self, text: &str) -> Self {
        self.stdin = Some(text.to_owned());
        self
    }

    /// Sets the moment, as `2026-01-10T09:00:00Z`.
    pub(crate) fn at(mut self, moment: &str) -> Self {
        self.seconds = Timestamp::parse(moment).unwrap().seconds();
        self
    }

    /// Sets a variable of the environment.
    pub(crate) fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.env.push((name.into(), Some(value.into())));
        self
    }

    /// Removes a variable from the environment.
    pub(crate) fn without_env(mut self, name: &str) -> Self {
        self.env.push((name.into(), None));
        self
    }

    /// Returns the command, with everything set but its standard streams.
    pub(crate) fn command(&self) -> Command {
        self.command_with(&self.words)
    }

    fn command_with(&self, words: &[OsString]) -> Command {
        let mut command = Command::new(&self.program);
        clean(&mut command, &self.story.home(&self.who));
        let date = format!("@{} +0000", self.seconds);
        for name in [
            "GIT_AUTHOR_NAME",
            "GIT_AUTHOR_EMAIL",
            "GIT_COMMITTER_NAME",
            "GIT_COMMITTER_EMAIL",
            "SSH_AUTH_SOCK",
            "SSH_ASKPASS",
            "EMAIL",
        ] {
            command.env_remove(name);
        }
        command.env("GIT_AUTHOR_DATE", &date).env("GIT_COMMITTER_DATE", &date).env("NO_COLOR", "1").env("TZ", "UTC");
        command.current_dir(&self.dir).args(words);
        for (name, value) in &self.env {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command
    }

    /// Runs it under limits, as `ulimit` of the shell takes them: `-t 60` ends what waits for ever and eats time.
    pub(crate) fn under(mut self, limits: &str) -> Self {
        let program = std::mem::replace(&mut self.program, PathBuf::from("sh"));
        let script = format!("ulimit {limits} && exec \"$0\" \"$@\"");
        self.words.splice(..0, ["-c".into(), script.into(), program.into()]);
        self
    }

    /// Starts it and returns the process.
    pub(crate) fn start(&self) -> Child {
        self.command().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Runs it, whatever the exit code. Of whatever it refuses, it says what was found, what is needed, who can, and what comes next.
    pub(crate) fn run(&self) -> Outcome {
        let outcome = self.run_with(&self.words);
        if (1..=4).contains(&outcome.code) {
            self.demand_explained(&outcome);
        }
        outcome
    }

    /// Demands that a refusal is explained whole. What is refused writes nothing, so that it can be asked for again in JSON; but a
    /// sync that keeps something aside does.
    fn demand_explained(&self, outcome: &Outcome) {
        let ours = self.program == Path::new(env!("CARGO_BIN_EXE_ledger"));
        if !ours || self.words.first().is_none_or(|word| word == "hook" || (word == "sync" && outcome.code == 1)) {
            return;
        }
        let format = self.words.windows(2).find(|pair| pair[0] == "--format").map(|pair| pair[1].clone());
        let stdout = if format.is_some_and(|format| format == "json") {
            outcome.stdout.clone()
        } else {
            let mut words = self.words.clone();
            words.splice(..0, ["--format".into(), "json".into()]);
            if let Some(at) = words.iter().skip(1).position(|word| word == "--format").filter(|at| *at > 0) {
                words.drain(at + 1..at + 3);
            }
            self.run_with(&words).stdout
        };
        let Some(answer) = stdout.lines().last().and_then(|line| Value::parse(line).ok()) else {
            assert_ne!(outcome.code, 2, "no JSON of what is wrong\n{outcome}\n{stdout}");
            return;
        };
        let lacks = told::explanations(&answer).map(|list| told::lacks(&list)).unwrap_or_default();
        let unexcused: Vec<_> = lacks.iter().filter(|lack| lack.excuse().is_none()).collect();
        assert!(unexcused.is_empty(), "{unexcused:?}\n{outcome}\n{stdout}");
    }

    fn run_with(&self, words: &[OsString]) -> Outcome {
        let mut command = self.command_with(words);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.stdin(if self.stdin.is_some() { Stdio::piped() } else { Stdio::null() });
        let mut child = command.spawn().unwrap();
        if let (Some(text), Some(mut pipe)) = (&self.stdin, child.stdin.take()) {
            let _ = pipe.write_all(text.as_bytes());
        }
        let output = child.wait_with_output().unwrap();
        let words: Vec<String> = words.iter().map(|word| word.to_string_lossy().into_owned()).collect();
        let program = self.program.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Outcome {
            call: format!("{}$ {program} {}", self.who, words.join(" ")),
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs it and demands success.
    pub(crate) fn ok(&self) -> Outcome {
        self.exits(0)
    }

    /// Runs it and demands an exit code.
    pub(crate) fn exits(&self, code: i32) -> Outcome {
        let outcome = self.run();
        assert_eq!(outcome.code, code, "\n{outcome}");
        outcome
    }
}

/// What came of a call.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) call: String,
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}\n[exit {}]\n--- stdout\n{}--- stderr\n{}", self.call, self.code, self.stdout, self.stderr)
    }
}

impl Outcome {
    /// Demands that standard output or standard error holds a text.
    #[track_caller]
    pub(crate) fn says(&self, text: &str) -> &Outcome {
        assert!(self.stdout.contains(text) || self.stderr.contains(text), "it does not say {text:?}\n{self}");
        self
    }

    /// Demands that neither holds a text.
    #[track_caller]
    pub(crate) fn never_says(&self, text: &str) -> &Outcome {
        assert!(!self.stdout.contains(text) && !self.stderr.contains(text), "it says {text:?}\n{self}");
        self
    }

    /// Returns the one JSON object of standard output.
    #[track_caller]
    pub(crate) fn value(&self) -> Value {
        Value::parse(self.stdout.trim_end_matches('\n')).unwrap_or_else(|error| panic!("{error}\n{self}"))
    }

    /// Returns what stands at a path of keys and positions in the JSON object, as `error.explanations.0.code`.
    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Value {
        let mut value = self.value();
        for key in path.split('.') {
            let inner = match (key.parse::<usize>(), value.as_list()) {
                (Ok(position), Some(list)) => list.get(position).cloned(),
                _ => value.get(key).cloned(),
            };
            value = inner.unwrap_or_else(|| panic!("no {key:?} of {path:?}\n{self}"));
        }
        value
    }

    /// Returns the text at a path of the JSON object.
    #[track_caller]
    pub(crate) fn text(&self, path: &str) -> String {
        let value = self.get(path);
        value.as_text().unwrap_or_else(|| panic!("{path:?} is {value:?}\n{self}")).to_owned()
    }

    /// Returns the commands that are offered as `next`, as people read them.
    pub(crate) fn next(&self) -> Vec<String> {
        let lines = self.stdout.lines().chain(self.stderr.lines());
        let next = lines.filter_map(|line| line.trim_start().strip_prefix("next "));
        next.map(|line| line.trim().split("    ").next().unwrap_or_default().trim().to_owned()).collect()
    }
}

/// The words of a command.
pub(crate) trait Words {
    /// Returns them.
    fn words(self) -> Vec<OsString>;
}

impl Words for &str {
    fn words(self) -> Vec<OsString> {
        split(self).into_iter().map(OsString::from).collect()
    }
}

impl Words for &String {
    fn words(self) -> Vec<OsString> {
        self.as_str().words()
    }
}

impl Words for Vec<OsString> {
    fn words(self) -> Vec<OsString> {
        self
    }
}

impl<S: AsRef<std::ffi::OsStr>> Words for &[S] {
    fn words(self) -> Vec<OsString> {
        self.iter().map(|word| word.as_ref().to_owned()).collect()
    }
}

impl<S: AsRef<std::ffi::OsStr>, const N: usize> Words for [S; N] {
    fn words(self) -> Vec<OsString> {
        self.as_slice().words()
    }
}

impl<S: AsRef<std::ffi::OsStr>, const N: usize> Words for &[S; N] {
    fn words(self) -> Vec<OsString> {
        self.as_slice().words()
    }
}

/// Splits a line as a shell does, of which it knows white space, `'…'` and `"…"`.
fn split(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    for c in line.chars() {
        match (quote, c) {
            (Some(end), c) if c == end => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    assert!(quote.is_none(), "a quote is open in {line:?}");
    words.extend(word);
    words
}

/// Returns the text of a file under `examples/`.
pub(crate) fn example(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
