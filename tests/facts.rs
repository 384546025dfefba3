//! Facts about the code, asked of real repositories with commits that real keys signed.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot set up its repository fails")]

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use git2::{Oid, Repository};
use govledger::domain::charter::glob::Glob;
use govledger::domain::facts::{Answer, Facts, File, Mode, Question, Recorder};
use govledger::domain::id::{ActorId, Digest, ItemId, TaggedOid, Word};
use govledger::domain::key::PublicKey;
use govledger::domain::path::RepoPath;
use govledger::domain::value::Value;
use govledger::git::facts::{Setting, TreeFacts};
use govledger::git::history::Committer;
use tempfile::TempDir;

/// A repository of its own world: its own home, no configuration, a clock that only this test moves.
struct World {
    dir: TempDir,
    clock: Cell<i64>,
    setting: Setting,
}

const DOC: &str = "docs/e-05.md";

impl World {
    fn new() -> World {
        let world =
            World { dir: tempfile::tempdir().unwrap(), clock: Cell::new(1_767_225_600), setting: Setting::default() };
        world.git(&["init", "-q", "-b", "main", "repo"]);
        world
    }

    fn path(&self) -> PathBuf {
        self.dir.path().join("repo")
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let place = if self.path().exists() { self.path() } else { self.dir.path().to_owned() };
        command.current_dir(place).env_clear().env("PATH", std::env::var_os("PATH").unwrap());
        command
            .env("HOME", self.dir.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null");
        self.clock.set(self.clock.get() + 60);
        let date = format!("{} +0000", self.clock.get());
        command.env("GIT_AUTHOR_DATE", &date).env("GIT_COMMITTER_DATE", &date);
        for (role, name) in [("AUTHOR", "lena"), ("COMMITTER", "lena")] {
            command.env(format!("GIT_{role}_NAME"), name).env(format!("GIT_{role}_EMAIL"), format!("{name}@x.org"));
        }
        command
    }

    fn run(command: &mut Command) -> String {
        let output = command.output().unwrap();
        assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn git(&self, args: &[&str]) -> String {
        World::run(self.command("git").args(args))
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self.git(&["add", "-A"]);
    }

    /// Commits what is staged, unsigned, as somebody; with a key, signed by its owner.
    fn commit(&self, who: &str, key: Option<&str>, message: &str) -> Oid {
        let mut command = self.command("git");
        if let Some(key) = key {
            let key = self.dir.path().join(key).to_str().unwrap().to_owned();
            command.args(["-c", "gpg.format=ssh", "-c", &format!("user.signingKey={key}")]);
        }
        command.args(["commit", "-q", "--allow-empty", "-m", message]);
        command.args(key.map(|_| "-S"));
        command.env("GIT_AUTHOR_EMAIL", format!("{who}@x.org")).env("GIT_COMMITTER_EMAIL", format!("{who}@x.org"));
        World::run(&mut command);
        self.head()
    }

    fn edit(&self, who: &str, key: Option<&str>, text: &str) -> Oid {
        self.write(DOC, text);
        self.commit(who, key, &format!("{who} writes"))
    }

    fn head(&self) -> Oid {
        Oid::from_str(&self.git(&["rev-parse", "HEAD"])).unwrap()
    }

    /// Writes an object and returns its id.
    fn object(&self, kind: &str, bytes: &[u8]) -> Oid {
        let mut command = self.command("git");
        command.args(["hash-object", "-w", "--literally", "--stdin", "-t", kind]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(bytes).unwrap();
        let output = child.wait_with_output().unwrap();
        Oid::from_str(String::from_utf8(output.stdout).unwrap().trim()).unwrap()
    }

    /// Makes a key of that name and enrols its owner under it.
    fn enrol(&mut self, name: &str) {
        let file = self.dir.path().join(name);
        World::run(self.command("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-C", "", "-f"]).arg(&file));
        let key = fs::read_to_string(file.with_extension("pub")).unwrap();
        let actor = ActorId::parse(name).unwrap();
        self.setting.keys.insert(PublicKey::parse(key.trim()).unwrap(), actor.clone());
        self.setting.emails.insert(actor, BTreeSet::from([format!("{name}@X.org")]));
    }

    fn baseline(&mut self, commits: &[Oid]) {
        let tag = |oid: &Oid| TaggedOid::parse(&format!("sha1:{oid}")).unwrap();
        self.setting.baseline = commits.iter().map(tag).collect();
    }

    fn ask(&self, commit: Oid, question: &Question) -> Option<Answer> {
        let repo = Repository::open(self.path()).unwrap();
        TreeFacts::at_commit(&repo, commit, self.setting.clone()).unwrap().ask(question)
    }

    fn why_unknown(&self, commit: Oid, question: &Question) -> String {
        let repo = Repository::open(self.path()).unwrap();
        let facts = TreeFacts::at_commit(&repo, commit, self.setting.clone()).unwrap();
        assert_eq!(facts.ask(question), None);
        facts.why_unknown(question).unwrap()
    }

    fn authors(&self, since: Option<&str>) -> Vec<String> {
        match self.ask(self.head(), &authors(since)) {
            Some(Answer::Authors(authors)) => authors,
            other => panic!("{other:?}"),
        }
    }

    fn committer(&self, commit: Oid) -> Committer {
        let repo = Repository::open(self.path()).unwrap();
        let facts = TreeFacts::at_commit(&repo, commit, self.setting.clone()).unwrap();
        facts.committer_of(commit).unwrap()
    }
}

fn path(text: &str) -> RepoPath {
    RepoPath::parse(text).unwrap()
}

fn word(text: &str) -> Word {
    Word::parse(text).unwrap()
}

fn authors(since: Option<&str>) -> Question {
    Question::Authors { path: path(DOC), since: since.map(|text| Digest::of(text.as_bytes())) }
}

fn glob(text: &str) -> Glob {
    Glob::parse(text).unwrap()
}

// ---- who wrote it

#[test]
fn a_verified_key_names_the_actor_and_an_unsigned_commit_only_claims() {
    let mut world = World::new();
    world.enrol("raj");
    world.edit("mia", None, "one");
    assert_eq!(world.authors(None), ["?mia@x.org"]);
    let signed = world.edit("raj", Some("raj"), "two");
    assert_eq!(world.authors(None), ["?mia@x.org", "raj"], "raj's own emails are no claims beside his key");
    assert_eq!(world.committer(signed), Committer::Signed(ActorId::parse("raj").unwrap()));
}

// S3-028
#[test]
fn a_forged_email_excludes_whom_it_names_and_never_clears_the_signer() {
    let mut world = World::new();
    world.enrol("raj");
    world.enrol("kim");
    world.edit("kim", Some("raj"), "raj under kim's name");
    assert_eq!(world.authors(None), ["?kim@x.org", "raj"]);
    let forged = world.edit("raj", None, "somebody under raj's name");
    assert_eq!(world.authors(None), ["?kim@x.org", "?raj@x.org", "raj"]);
    assert_eq!(world.committer(forged), Committer::Unsigned { email: "raj@x.org".to_owned() });
}

#[test]
fn a_key_that_is_nobodys_and_a_signature_of_other_bytes_are_claims() {
    let mut world = World::new();
    world.enrol("raj");
    let signed = world.edit("raj", Some("raj"), "one");
    let bytes = World::run(world.command("git").args(["cat-file", "commit", &signed.to_string()]));
    let tampered = world.object("commit", format!("{}\n", bytes.replace("raj writes", "raj wrote")).as_bytes());
    assert_eq!(world.committer(tampered), Committer::Unsigned { email: "raj@x.org".to_owned() });
    let same = world.object("commit", format!("{bytes}\n").as_bytes());
    assert_eq!(same, signed, "the bytes were copied whole");

    let again = bytes.replace("gpgsig", "gpgsig x\ngpgsig");
    let twice = world.object("commit", format!("{again}\n").as_bytes());
    assert_eq!(
        world.committer(twice),
        Committer::Unsigned { email: "raj@x.org".to_owned() },
        "two signatures are none"
    );

    let wide: String = {
        let (head, rest) = bytes.split_once("gpgsig ").unwrap();
        let (armor, rest) = rest.split_once(" -----END").unwrap();
        let (begin, body) = armor.split_once('\n').unwrap();
        let body = body.split_ascii_whitespace().collect::<String>();
        format!("{head}gpgsig {begin}\n {body}\n -----END{rest}\n")
    };
    let wide = world.object("commit", wide.as_bytes());
    assert_eq!(world.committer(wide), Committer::Signed(ActorId::parse("raj").unwrap()), "armor of any width");

    world.setting.keys.clear();
    assert_eq!(world.authors(None), ["?raj@x.org"]);
}

#[test]
fn co_authors_are_named_too() {
    let mut world = World::new();
    world.enrol("raj");
    world.write(DOC, "together");
    let message =
        "Together\n\nco-authored-BY: Kim <Kim@X.org>\nCo-authored-by: Raj <raj@x.org>\nSigned-off-by: O <o@x.org>";
    world.commit("raj", Some("raj"), message);
    assert_eq!(world.authors(None), ["?kim@x.org", "raj"]);
}

#[test]
fn a_forge_that_commits_is_nobody_and_one_that_writes_is_somebody() {
    let mut world = World::new();
    world.setting.forges.insert("noreply@Forge.example".to_owned());
    world.write(DOC, "by the button");
    let mut command = world.command("git");
    command.args(["commit", "-q", "-m", "Merged by the button"]).env("GIT_COMMITTER_EMAIL", "NoReply@forge.example");
    World::run(&mut command);
    assert_eq!(world.authors(None), ["?lena@x.org"]);
    world.write(DOC, "by nobody else");
    let mut command = world.command("git");
    command.args(["commit", "-q", "-m", "x"]).env("GIT_COMMITTER_EMAIL", "noreply@forge.example");
    World::run(command.env("GIT_AUTHOR_EMAIL", "noreply@forge.example"));
    assert_eq!(world.authors(None), ["?lena@x.org", "?noreply@forge.example"]);
}

#[test]
fn only_commits_that_changed_the_bytes_or_the_mode_count() {
    let world = World::new();
    world.edit("mia", None, "one");
    world.write("docs/other.md", "x");
    world.commit("eve", None, "another file");
    assert_eq!(world.authors(None), ["?mia@x.org"]);
    world.git(&["update-index", "--chmod=+x", DOC]);
    world.commit("tom", None, "executable");
    assert_eq!(world.authors(None), ["?mia@x.org", "?tom@x.org"]);
}

#[test]
fn the_walk_stops_where_the_file_had_the_bytes_asked_since() {
    let world = World::new();
    world.edit("mia", None, "one");
    world.edit("omar", None, "sealed");
    assert_eq!(world.authors(Some("sealed")), Vec::<String>::new());
    world.edit("kim", None, "three");
    assert_eq!(world.authors(Some("sealed")), ["?kim@x.org"]);
    assert_eq!(world.authors(Some("never")), ["?kim@x.org", "?mia@x.org", "?omar@x.org"]);
    world.edit("kim", None, "sealed");
    world.edit("raj", None, "four");
    assert_eq!(world.authors(Some("sealed")), ["?raj@x.org"], "the bytes were back in between");
}

#[test]
fn the_baseline_and_its_ancestors_are_not_judged() {
    let mut world = World::new();
    let root = world.edit("mia", None, "one");
    world.git(&["branch", "old"]);
    let baseline = world.edit("omar", None, "two");
    world.baseline(&[baseline]);
    assert_eq!(world.authors(None), Vec::<String>::new());
    world.edit("kim", None, "three");
    assert_eq!(world.authors(None), ["?kim@x.org"]);
    // A branch from before the baseline, merged with a result that is neither side's, leads the walk to what lies before.
    world.git(&["checkout", "-q", "old"]);
    world.edit("raj", None, "one and raj");
    world.git(&["checkout", "-q", "main"]);
    world.command("git").args(["merge", "-q", "--no-commit", "old"]).output().unwrap();
    world.edit("eve", None, "three and raj");
    assert_eq!(world.authors(None), ["?eve@x.org", "?kim@x.org", "?raj@x.org"], "mia wrote before the baseline");
    world.baseline(&[root, baseline]);
    assert_eq!(world.authors(None), ["?eve@x.org", "?kim@x.org", "?raj@x.org"]);
    world.baseline(&[]);
    assert_eq!(world.authors(None).len(), 5);
}

#[test]
fn a_merge_that_takes_one_side_has_its_bytes_from_there() {
    let world = World::new();
    world.edit("mia", None, "one");
    world.git(&["branch", "side"]);
    world.edit("omar", None, "sealed");
    world.git(&["checkout", "-q", "side"]);
    world.write("src/a.rs", "x");
    world.commit("eve", None, "elsewhere");
    world.git(&["checkout", "-q", "main"]);
    world.git(&["merge", "-q", "--no-ff", "-m", "merge", "side"]);
    assert_eq!(world.authors(Some("sealed")), Vec::<String>::new(), "mia's branch is older than the seal");
    world.edit("kim", None, "three");
    assert_eq!(world.authors(Some("sealed")), ["?kim@x.org"]);
}

#[test]
fn an_evil_merge_is_written_by_who_merged_and_by_both_sides() {
    let mut world = World::new();
    world.enrol("tom");
    let baseline = world.edit("mia", None, "one");
    world.baseline(&[baseline]);
    world.git(&["checkout", "-q", "-b", "side"]);
    world.edit("kim", None, "side");
    world.git(&["checkout", "-q", "main"]);
    world.edit("raj", None, "main");
    let merge = world.command("git").args(["merge", "-q", "side"]).output().unwrap();
    assert!(!merge.status.success(), "both sides changed the file");
    world.edit("tom", Some("tom"), "neither");
    assert_eq!(world.git(&["rev-list", "--merges", "--count", "HEAD"]), "1");
    assert_eq!(world.authors(None), ["?kim@x.org", "?raj@x.org", "tom"]);
}

#[test]
fn both_sides_of_a_merge_count_where_both_have_the_bytes() {
    let mut world = World::new();
    let baseline = world.edit("mia", None, "one");
    world.baseline(&[baseline]);
    world.git(&["checkout", "-q", "-b", "side"]);
    world.edit("kim", None, "same");
    world.git(&["checkout", "-q", "main"]);
    world.edit("raj", None, "same");
    world.git(&["merge", "-q", "--no-ff", "-m", "merge", "side"]);
    assert_eq!(world.authors(None), ["?kim@x.org", "?raj@x.org"], "a copy does not hide whose bytes they are");
}

#[test]
fn a_rename_is_a_deletion_and_an_addition() {
    let world = World::new();
    world.write("docs/draft.md", "text");
    world.commit("mia", None, "draft");
    world.git(&["mv", "docs/draft.md", DOC]);
    world.commit("kim", None, "rename");
    assert_eq!(world.authors(None), ["?kim@x.org"]);
    world.git(&["rm", "-q", DOC]);
    world.commit("raj", None, "remove");
    assert_eq!(world.authors(None), ["?kim@x.org", "?raj@x.org"]);
    assert_eq!(world.ask(world.head(), &Question::Path(path(DOC))), Some(Answer::File(None)));
}

#[test]
fn history_that_is_not_there_makes_authors_unknown() {
    let world = World::new();
    world.edit("mia", None, "one");
    world.edit("kim", None, "two");
    let url = format!("file://{}", world.path().display());
    let clone = world.dir.path().join("shallow");
    World::run(world.command("git").args(["clone", "-q", "--depth", "1", &url]).arg(&clone));
    let repo = Repository::open(&clone).unwrap();
    let facts = TreeFacts::at_commit(&repo, world.head(), Setting::default()).unwrap();
    assert_eq!(facts.ask(&authors(None)), None);
    assert!(facts.why_unknown(&authors(None)).unwrap().contains("is not in this repository"));
    assert_eq!(facts.ask(&authors(Some("two"))), Some(Answer::Authors(Vec::new())), "nothing older is needed");
}

#[test]
fn grafts_and_replacements_do_not_change_who_wrote() {
    let world = World::new();
    let first = world.edit("mia", None, "one");
    let second = world.edit("kim", None, "two");
    world.edit("raj", None, "three");
    let bytes = world.git(&["cat-file", "commit", &second.to_string()]);
    let other = world.object("commit", format!("{}\n", bytes.replace("kim@", "eve@")).as_bytes());
    world.git(&["replace", &second.to_string(), &other.to_string()]);
    fs::create_dir_all(world.path().join(".git/info")).unwrap();
    fs::write(world.path().join(".git/info/grafts"), format!("{} {first}\n", world.head())).unwrap();
    assert_eq!(world.authors(None), ["?kim@x.org", "?mia@x.org", "?raj@x.org"]);
}

#[test]
fn staged_files_are_judged_as_the_commit_that_they_would_become() {
    let world = World::new();
    let parent = world.edit("mia", None, "one");
    world.write(DOC, "two");
    let repo = Repository::open(world.path()).unwrap();
    let staged = || {
        let tree = repo.index().unwrap().write_tree().unwrap();
        TreeFacts::at_tree(&repo, tree, vec![parent], Setting::default()).unwrap()
    };
    assert_eq!(staged().ask(&authors(None)), None, "nobody knows yet who commits it");
    let facts = staged().made_by(BTreeSet::from(["kim".to_owned()]));
    let expected = ["?mia@x.org", "kim"].map(str::to_owned).to_vec();
    assert_eq!(facts.ask(&authors(None)), Some(Answer::Authors(expected)));
    assert_eq!(facts.ask(&Question::On("main".to_owned())), None);
    let file = File { mode: Mode::Plain, size: 3, sha256: Digest::of(b"two") };
    fs::write(world.path().join(DOC), "the work tree is not read").unwrap();
    assert_eq!(facts.ask(&Question::Path(path(DOC))), Some(Answer::File(Some(file))));
    world.git(&["reset", "-q", "--hard"]);
    let repo_again = Repository::open(world.path()).unwrap();
    let tree = repo_again.head().unwrap().peel_to_tree().unwrap().id();
    let unchanged = TreeFacts::at_tree(&repo_again, tree, vec![parent], Setting::default()).unwrap();
    assert_eq!(unchanged.ask(&authors(None)), Some(Answer::Authors(vec!["?mia@x.org".to_owned()])));
}

/// Draws numbers, the same in every run.
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % n
    }
}

/// A history as the test knows it: each commit's parents, and what the document says.
type Model = Vec<(Vec<usize>, Option<&'static str>)>;

fn model(draw: &mut Draw) -> Model {
    let mut model = Model::new();
    for n in 0..4 + draw.below(20) {
        let mut parents: Vec<usize> = (0..draw.below(4)).map(|_| n.saturating_sub(1 + draw.below(5))).collect();
        parents.sort_unstable();
        parents.dedup();
        parents.retain(|parent| *parent < n);
        let taken = parents.first().and_then(|parent| model.get(*parent)).and_then(|(_, text)| *text);
        let text = if draw.below(3) > 0 { taken } else { [Some("a"), Some("b"), Some("c"), None][draw.below(4)] };
        model.push((parents, text));
    }
    model
}

/// The walk as its module states it, over the model.
fn expected(model: &Model, baseline: &[usize], since: Option<&str>) -> BTreeSet<String> {
    let (mut unjudged, mut stack) = (BTreeSet::new(), baseline.to_vec());
    while let Some(n) = stack.pop() {
        unjudged.insert(n);
        stack.extend(&model[n].0);
    }
    let (mut writers, mut stack) = (BTreeSet::new(), vec![model.len() - 1]);
    while let Some(n) = stack.pop() {
        let (parents, text) = &model[n];
        if unjudged.contains(&n) || (text.is_some() && *text == since) {
            continue;
        }
        let same: Vec<usize> = parents.iter().copied().filter(|parent| model[*parent].1 == *text).collect();
        if same.is_empty() && !(parents.is_empty() && text.is_none()) {
            writers.insert(format!("?c{n}@x.org"));
        }
        stack.extend(if same.is_empty() { parents } else { &same });
    }
    writers
}

#[test]
fn any_history_has_the_writers_that_the_rules_of_the_walk_give() {
    use std::fmt::Write as _;
    let mut draw = Draw(7);
    for round in 0..40 {
        let (mut world, model) = (World::new(), model(&mut draw));
        let mut stream = String::new();
        for (n, (parents, text)) in model.iter().enumerate() {
            write!(stream, "reset refs/heads/c{n}\ncommit refs/heads/c{n}\nmark :{}\n", n + 1).unwrap();
            write!(stream, "committer c <c{n}@x.org> {} +0000\ndata 1\nm\n", 1_700_000_000 - 9 * n).unwrap();
            for (at, parent) in parents.iter().enumerate() {
                writeln!(stream, "{} :{}", if at == 0 { "from" } else { "merge" }, parent + 1).unwrap();
            }
            stream.push_str("deleteall\n");
            if let Some(text) = text {
                write!(stream, "M 100644 inline {DOC}\ndata 1\n{text}\n").unwrap();
            }
        }
        let mut import = world.command("git").args(["fast-import", "--quiet"]).stdin(Stdio::piped()).spawn().unwrap();
        import.stdin.take().unwrap().write_all(stream.as_bytes()).unwrap();
        assert!(import.wait().unwrap().success());
        let commit = |world: &World, n: usize| Oid::from_str(&world.git(&["rev-parse", &format!("c{n}")])).unwrap();
        let last = commit(&world, model.len() - 1);
        for baseline in 0..3 {
            let baseline: Vec<usize> = (0..baseline).map(|_| draw.below(model.len())).collect();
            let commits: Vec<Oid> = baseline.iter().map(|n| commit(&world, *n)).collect();
            world.baseline(&commits);
            for since in [None, Some("a"), Some("b")] {
                let writers = expected(&model, &baseline, since).into_iter().collect();
                let answer = world.ask(last, &authors(since));
                assert_eq!(answer, Some(Answer::Authors(writers)), "{round} {since:?} {baseline:?} {model:?}");
            }
        }
    }
}

// ---- what is there

#[test]
fn only_a_regular_file_of_exactly_that_path_is_a_file() {
    let world = World::new();
    world.write(DOC, "text");
    world.write("bin/run", "x");
    world.git(&["update-index", "--chmod=+x", "bin/run"]);
    std::os::unix::fs::symlink("e-05.md", world.path().join("docs/link.md")).unwrap();
    std::os::unix::fs::symlink("docs", world.path().join("behind")).unwrap();
    world.git(&["add", "behind", "docs/link.md"]);
    let module = format!("160000,{},module", "1".repeat(40));
    world.git(&["update-index", "--add", "--cacheinfo", &module]);
    let head = world.commit("mia", None, "files");
    let file = |mode, text: &str| Some(File { mode, size: text.len() as u64, sha256: Digest::of(text.as_bytes()) });
    for (name, found) in [
        (DOC, file(Mode::Plain, "text")),
        ("bin/run", file(Mode::Executable, "x")),
        ("docs/E-05.md", None),
        ("docs/link.md", None),
        ("behind", None),
        ("behind/e-05.md", None),
        ("module", None),
        ("module/x", None),
        ("docs", None),
        ("docs/e-05.md/x", None),
        ("nowhere/x", None),
    ] {
        assert_eq!(world.ask(head, &Question::Path(path(name))), Some(Answer::File(found)), "{name}");
    }
}

fn list_digest(rows: &[[&str; 3]]) -> Digest {
    let row = |[mode, path, text]: &[&str; 3]| {
        Value::list([(*mode).to_owned(), (*path).to_owned(), Digest::of(text.as_bytes()).to_string()])
    };
    Digest::of_value(&Value::List(rows.iter().map(row).collect()))
}

#[test]
fn a_scope_is_the_digest_of_its_sorted_files() {
    let mut world = World::new();
    world.setting.scopes.insert(word("code"), ["src/**", "!src/vendor/**"].map(glob).to_vec());
    let question = Question::Scope(Some(word("code")));
    world.write("src/b.rs", "b");
    world.write("src/a/z.rs", "z");
    world.write("src/a.rs", "a");
    world.write("src/vendor/v.rs", "v");
    world.write(DOC, "text");
    let head = world.commit("mia", None, "files");
    let rows = [["100644", "src/a.rs", "a"], ["100644", "src/a/z.rs", "z"], ["100644", "src/b.rs", "b"]];
    assert_eq!(world.ask(head, &question), Some(Answer::Scope { count: 3, sha256: list_digest(&rows) }));
    world.setting.scopes.insert(word("none"), Vec::new());
    let empty = Some(Answer::Scope { count: 0, sha256: Digest::of(b"[]") });
    assert_eq!(world.ask(head, &Question::Scope(Some(word("none")))), empty);
    assert!(world.why_unknown(head, &Question::Scope(Some(word("other")))).contains("no scope other"));
}

#[test]
fn what_a_digest_cannot_bind_makes_its_own_scope_unknown_and_no_other() {
    let mut world = World::new();
    world.setting.scopes.insert(word("code"), vec![glob("src/**")]);
    world.setting.scopes.insert(word("docs"), vec![glob("docs/**")]);
    world.write("src/a.rs", "a");
    world.write("docs/d.md", "d");
    let code = Question::Scope(Some(word("code")));
    let whole = Question::Scope(None);
    std::os::unix::fs::symlink("../docs/d.md", world.path().join("src/link")).unwrap();
    world.git(&["add", "-A"]);
    let linked = world.commit("mia", None, "link");
    assert!(world.why_unknown(linked, &code).contains("src/link lies in the scope and is a symbolic link"));
    assert!(world.ask(linked, &Question::Scope(Some(word("docs")))).is_some());
    let rows = [["100644", "docs/d.md", "d"], ["100644", "src/a.rs", "a"], ["120000", "src/link", "../docs/d.md"]];
    assert_eq!(world.ask(linked, &whole), Some(Answer::Scope { count: 3, sha256: list_digest(&rows) }));

    world.git(&["rm", "-rq", "src"]);
    std::os::unix::fs::symlink("docs", world.path().join("src")).unwrap();
    world.git(&["add", "-A"]);
    let replaced = world.commit("mia", None, "the whole directory is a link");
    assert!(world.why_unknown(replaced, &code).contains("symbolic link"));

    let commit = "1".repeat(40);
    world.git(&["rm", "-q", "src"]);
    world.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{commit},src")]);
    let module = world.commit("mia", None, "a submodule");
    assert!(world.why_unknown(module, &code).contains("submodule"));
    let rows = [["100644", "docs/d.md", "d"], ["160000", "src", &format!("sha1:{commit}")]];
    assert_eq!(world.ask(module, &whole), Some(Answer::Scope { count: 2, sha256: list_digest(&rows) }));
}

/// Commits a tree with one file under a name of any bytes, below `src`.
fn commit_of_names(world: &World, names: &[&[u8]]) -> Oid {
    let blob = world.object("blob", b"x");
    let entries: Vec<u8> = names.iter().flat_map(|name| [b"100644 ", *name, b"\0", blob.as_bytes()].concat()).collect();
    let tree = world.object("tree", &entries);
    let root = world.object("tree", &[b"40000 src\0", tree.as_bytes()].concat());
    let commit = format!("tree {root}\nauthor a <a@x> 1 +0000\ncommitter a <a@x> 1 +0000\n\nodd\n");
    world.object("commit", commit.as_bytes())
}

#[test]
fn names_that_are_no_paths_and_trees_that_contradict_themselves_answer_nothing() {
    let mut world = World::new();
    world.setting.scopes.insert(word("code"), vec![glob("src/**")]);
    world.setting.scopes.insert(word("docs"), vec![glob("docs/**")]);
    for name in [&b"\xff"[..], "e\u{301}".as_bytes(), b"a\\b", b"a\tb"] {
        let commit = commit_of_names(&world, &[b"a", name]);
        for question in [Question::Scope(Some(word("code"))), Question::Scope(None)] {
            assert!(world.why_unknown(commit, &question).contains("is no path of the format"), "{name:?}");
        }
        assert!(world.ask(commit, &Question::Scope(Some(word("docs")))).is_some());
        assert!(matches!(world.ask(commit, &Question::Path(path("src/a"))), Some(Answer::File(Some(_)))));
    }
    let twice = commit_of_names(&world, &[b"a", b"a"]);
    for question in [Question::Path(path("src/a")), Question::Authors { path: path("src/a"), since: None }] {
        assert!(world.why_unknown(twice, &question).contains("names \"a\" twice"));
    }
}

// S0-006, S0-009
#[test]
fn documents_are_asked_for_rows_headings_and_texts() {
    let world = World::new();
    let row = |id: &str, file: &str| Question::Row {
        path: path(file),
        column: "ID".to_owned(),
        id: ItemId::parse(id).unwrap(),
    };
    let text = "# Index\r\n\r\n| ID | Title | Größe |\r\n|--|--|--|\r\n| E-01 | One | 1 |\r\n| E-02 | a | |\r\n| E-02 | b | |\r\n| E-03 | x\ty | |\r\n";
    world.write(DOC, text);
    fs::write(world.path().join("latin.md"), b"# Gr\xf6\xdfe\n").unwrap();
    world.git(&["add", "-A"]);
    let head = world.commit("mia", None, "index");
    let expected = BTreeMap::from([("ID", "E-01"), ("Title", "One")].map(|(k, v)| (k.to_owned(), v.to_owned())));
    assert_eq!(
        world.ask(head, &row("E-01", DOC)),
        Some(Answer::Row(Some(expected))),
        "headings that no event can hold are left out"
    );
    assert_eq!(world.ask(head, &row("E-09", DOC)), Some(Answer::Row(None)));
    assert!(world.why_unknown(head, &row("E-02", DOC)).contains("has \"E-02\" twice, on lines 6 and 7"));
    assert!(world.why_unknown(head, &row("E-03", DOC)).contains("U+0009"));
    assert!(world.why_unknown(head, &row("E-01", "nowhere.md")).contains("is not there"));
    assert!(world.why_unknown(head, &row("E-01", "latin.md")).contains("is not UTF-8"));

    let heading = |heading: &str| Question::Heading { path: path(DOC), heading: heading.to_owned(), before: None };
    assert_eq!(world.ask(head, &heading("Index")), Some(Answer::Bool(true)));
    assert_eq!(world.ask(head, &heading("index")), Some(Answer::Bool(false)));
    let text = |text: &str| Question::Text { path: path(DOC), text: text.to_owned() };
    assert_eq!(world.ask(head, &text("Index\n\n| ID")), Some(Answer::Bool(true)));
    assert_eq!(world.ask(head, &text("absent")), Some(Answer::Bool(false)));
}

/// S1-009: whether a commit has a line of a file.
#[test]
fn the_lines_of_a_file_are_counted_whatever_its_bytes_are() {
    let world = World::new();
    for (name, bytes, count) in [
        ("whole", &b"a\nb\n"[..], 2),
        ("cut", b"a\nb", 2),
        ("empty", b"", 0),
        ("one", b"\n", 1),
        ("returns", b"a\rb\r\nc", 2),
        ("binary", b"\xff\n\0\n\xfe", 3),
    ] {
        fs::write(world.path().join(name), bytes).unwrap();
        world.git(&["add", "-A"]);
        let head = world.commit("mia", None, name);
        assert_eq!(world.ask(head, &Question::Lines(path(name))), Some(Answer::Lines(Some(count))), "{name}");
    }
    world.write("docs/a.md", "# A\n");
    std::os::unix::fs::symlink("whole", world.path().join("link")).unwrap();
    world.git(&["add", "-A"]);
    let head = world.commit("mia", None, "more");
    for absent in ["nowhere", "docs", "link", "whole/a"] {
        assert_eq!(world.ask(head, &Question::Lines(path(absent))), Some(Answer::Lines(None)), "{absent}");
    }
    let repo = Repository::open(world.path()).unwrap();
    let tree = repo.find_commit(head).unwrap().tree().unwrap();
    cut_off(&world, tree.get_name("cut").unwrap().id());
    assert_eq!(world.ask(head, &Question::Lines(path("cut"))), None);
}

#[test]
fn a_commit_is_on_a_branch_of_this_repository_or_of_origin() {
    let world = World::new();
    let first = world.edit("mia", None, "one");
    world.git(&["checkout", "-q", "-b", "side"]);
    let second = world.edit("mia", None, "two");
    let on = |branch: &str| Question::On(branch.to_owned());
    assert_eq!(world.ask(first, &on("main")), Some(Answer::Bool(true)));
    assert_eq!(world.ask(second, &on("main")), Some(Answer::Bool(false)));
    assert_eq!(world.ask(second, &on("side")), Some(Answer::Bool(true)));
    assert_eq!(world.ask(second, &on("nowhere")), None);
    assert_eq!(world.ask(second, &on("../heads/side")), None);
    world.git(&["update-ref", "refs/remotes/origin/main", &second.to_string()]);
    assert_eq!(world.ask(second, &on("main")), Some(Answer::Bool(true)));
}

#[test]
fn what_was_asked_and_answered_is_recorded_and_answers_again() {
    let world = World::new();
    let head = world.edit("mia", None, "one");
    let repo = Repository::open(world.path()).unwrap();
    let facts = TreeFacts::at_commit(&repo, head, Setting::default()).unwrap();
    let recorder = Recorder::new(&facts);
    let questions = [Question::Path(path(DOC)), authors(None), Question::On("nowhere".to_owned())];
    let answers = questions.each_ref().map(|question| recorder.ask(question));
    let kept = recorder.into_facts();
    assert_eq!(kept.len(), 2, "what is unknown is not recorded");
    assert_eq!(questions.each_ref().map(|question| kept.ask(question)), answers);
    let beside = facts.beside(world.edit("kim", None, "two")).unwrap();
    assert_eq!(beside.ask(&authors(Some("one"))), Some(Answer::Authors(vec!["?kim@x.org".to_owned()])));
}

/// Cuts the file of an object to its first bytes, and returns its path and what it held.
fn cut_off(world: &World, oid: Oid) -> (PathBuf, Vec<u8>) {
    let hex = oid.to_string();
    let file = world.path().join(".git/objects").join(&hex[..2]).join(&hex[2..]);
    let whole = fs::read(&file).unwrap();
    // Git leaves its objects read-only.
    fs::remove_file(&file).unwrap();
    fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    (file, whole)
}

/// Returns what is found out in a thread of its own; fails where that takes a minute, as libgit2's endless waiting does.
fn in_time<T: Send + 'static>(find_out: impl FnOnce() -> T + Send + 'static) -> T {
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || tell.send(find_out()));
    told.recv_timeout(std::time::Duration::from_secs(60)).unwrap_or_else(|error| panic!("still reading: {error}"))
}

#[test]
fn an_object_that_is_cut_off_on_disk_makes_unknown_what_needs_it_and_nothing_waits_for_it() {
    let world = World::new();
    let text = "Every line of this document is another one, so that its object is longer than a few bytes.\n".repeat(9);
    let first = world.edit("mia", None, &text);
    let second = world.edit("kim", None, &format!("{text}{text}"));
    let object = |revision: &str| Oid::from_str(&world.git(&["rev-parse", revision])).unwrap();
    let authors = authors(None);
    let file = Question::Path(path(DOC));
    // Which object, of which commit it is asked, and which of the questions need it.
    let cases = [
        (object("HEAD:docs/e-05.md"), vec![&file]),
        (object("HEAD:docs"), vec![&file, &authors]),
        (first, vec![&authors]),
        (object("HEAD~1:docs"), vec![&authors]),
    ];
    for (oid, needing) in cases {
        let (place, whole) = cut_off(&world, oid);
        for question in needing {
            let (repo, question, setting) = (world.path(), question.clone(), world.setting.clone());
            let why = in_time(move || {
                let repo = Repository::open(repo).unwrap();
                let facts = TreeFacts::at_commit(&repo, second, setting).unwrap();
                facts.answer(&question).unwrap_err().to_string()
            });
            assert!(why.contains(&oid.to_string()) && why.contains("is cut off"), "{why}");
        }
        fs::write(place, whole).unwrap();
    }
    // A commit whose own bytes are lost has no facts at all, and is no tip of a branch.
    let (place, whole) = cut_off(&world, second);
    let (repo, setting) = (world.path(), world.setting.clone());
    let (why, on) = in_time(move || {
        let repo = Repository::open(repo).unwrap();
        let why = TreeFacts::at_commit(&repo, second, setting.clone()).err().unwrap().to_string();
        let older = TreeFacts::at_commit(&repo, first, setting).unwrap();
        (why, older.answer(&Question::On("main".to_owned())).unwrap_err().to_string())
    });
    assert!(why.contains("is cut off") && on.contains("is cut off"), "{why}\n{on}");
    fs::write(place, whole).unwrap();
    assert!(world.ask(second, &file).is_some() && world.ask(second, &authors).is_some());
}
