//! Git servers, each reached in one way: the real `sshd` and `git http-backend` behind a real web server, on the loopback device and
//! gone with the value; and hosts that take less than git's own.
//!
//! A server's processes read nobody's settings: their `HOME` is the server's own directory.

use std::ffi::OsString;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::sandbox::{clean, git_in, script};

/// How a repository is reached, and what its host takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// `file://`
    File,
    /// `ssh://`, with a key
    Ssh,
    /// `http://`, the smart protocol
    Http,
    /// `http://`, of a host that takes nothing but branches
    Branches,
    /// `file://`, of a host that cannot take several refs or none
    NotAtomic,
}

/// A server with one bare repository.
pub(crate) struct Server {
    way: Way,
    dir: TempDir,
    port: u16,
    process: Option<Child>,
}

/// How many ports are tried: another program may take one that was free a moment ago.
const PORTS: usize = 5;

impl Server {
    /// Starts a server; once it is there it answers.
    pub(crate) fn start(way: Way) -> Server {
        let mut server = Server { way, dir: TempDir::new().unwrap(), port: 0, process: None };
        let repo = server.repo();
        git_in(server.dir.path(), ["init", "-q", "--bare", "-b", "main", repo.to_str().unwrap()]);
        let set = |key: &str, value: &str| git_in(&repo, ["config", "--add", key, value]);
        match way {
            Way::File | Way::Ssh => {}
            Way::NotAtomic => drop(set("receive.advertiseAtomic", "false")),
            Way::Http => drop(set("http.receivepack", "true")),
            Way::Branches => {
                for (key, value) in
                    [("http.receivepack", "true"), ("transfer.hideRefs", "refs"), ("transfer.hideRefs", "!refs/heads")]
                {
                    set(key, value);
                }
            }
        }
        match way {
            Way::File | Way::NotAtomic => {}
            Way::Ssh => {
                server.prepare_ssh();
                server.listen(Server::sshd, "Server listening on 127.0.0.1 port");
            }
            Way::Http | Way::Branches => server.listen(Server::lighttpd, "server started"),
        }
        server
    }

    /// Returns the repository, where the server has it.
    pub(crate) fn repo(&self) -> PathBuf {
        self.dir.path().join("repos/ledger.git")
    }

    /// Returns how the repository is called from elsewhere.
    pub(crate) fn url(&self) -> String {
        match self.way {
            Way::File | Way::NotAtomic => format!("file://{}", self.repo().display()),
            Way::Ssh => format!("ssh://{}@127.0.0.1:{}{}", user(), self.port, self.repo().display()),
            Way::Http | Way::Branches => format!("http://127.0.0.1:{}/git/ledger.git", self.port),
        }
    }

    /// Returns what has to be in the environment of whoever goes there.
    pub(crate) fn env(&self) -> Vec<(&'static str, OsString)> {
        let known = self.dir.path().join("known_hosts");
        let ssh = format!(
            "ssh -F none -o IdentityAgent=none -o IdentitiesOnly=yes -o StrictHostKeyChecking=yes -o BatchMode=yes \
             -o UserKnownHostsFile='{}' -i '{}'",
            known.display(),
            self.dir.path().join("client").display()
        );
        match self.way {
            Way::Ssh => vec![("GIT_SSH_COMMAND", ssh.into())],
            // Whoever runs the tests may reach the network through a proxy; the loopback device is not behind it.
            Way::Http | Way::Branches => vec![("no_proxy", "127.0.0.1".into())],
            Way::File | Way::NotAtomic => Vec::new(),
        }
    }

    /// Starts the program on a free port and waits until it says that it is ready.
    fn listen(&mut self, program: fn(&Server) -> Command, ready: &str) {
        let mut told = String::new();
        for _ in 0..PORTS {
            self.port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            let mut command = program(self);
            clean(&mut command, self.dir.path());
            let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
            let child = self.process.insert(child.unwrap());
            let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
            let is_ready = lines.by_ref().inspect(|line| told.push_str(line)).any(|line| line.contains(ready));
            if is_ready {
                // Read on, so that it never waits for a reader.
                std::thread::spawn(move || lines.for_each(drop));
                return;
            }
            child.wait().unwrap();
        }
        panic!("the server did not start: {told}");
    }

    fn prepare_ssh(&self) {
        let dir = self.dir.path();
        for name in ["host", "client"] {
            let mut make = Command::new("ssh-keygen");
            make.args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(dir.join(name));
            assert!(make.status().unwrap().success());
        }
        // The account of whoever runs the tests has settings of its own, which the server must not see.
        let home = format!("exec env -i HOME='{}' PATH=\"$PATH\"", dir.display());
        script(
            &dir.join("serve"),
            &format!("#!/bin/sh\n{home} GIT_CONFIG_SYSTEM=/dev/null sh -c \"$SSH_ORIGINAL_COMMAND\"\n"),
        );
        let is_root = user() == "root";
        if is_root && !Path::new("/run/sshd").exists() {
            // As root it will not begin without this directory, which its service would have made.
            std::fs::create_dir_all("/run/sshd").unwrap();
        }
    }

    fn sshd(&self) -> Command {
        let dir = self.dir.path();
        let (host, config) = (std::fs::read_to_string(dir.join("host.pub")).unwrap(), dir.join("sshd_config"));
        std::fs::write(dir.join("known_hosts"), format!("[127.0.0.1]:{} {host}", self.port)).unwrap();
        let text = format!(
            "Port {port}\nListenAddress 127.0.0.1\nHostKey {dir}/host\nAuthorizedKeysFile {dir}/client.pub\n\
             StrictModes no\nUsePAM no\nPidFile none\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n\
             PermitRootLogin prohibit-password\nForceCommand {dir}/serve\n",
            port = self.port,
            dir = dir.display(),
        );
        std::fs::write(&config, text).unwrap();
        let mut command = Command::new(installed("sshd"));
        command.args(["-D", "-e", "-f"]).arg(config);
        command
    }

    fn lighttpd(&self) -> Command {
        let (dir, config) = (self.dir.path(), self.dir.path().join("lighttpd.conf"));
        let backend = Path::new(&git_in(dir, ["--exec-path"])).join("git-http-backend");
        let text = format!(
            "server.modules = ( \"mod_alias\", \"mod_setenv\", \"mod_cgi\" )\n\
             server.document-root = \"{dir}/repos\"\nserver.bind = \"127.0.0.1\"\nserver.port = {port}\n\
             server.upload-dirs = ( \"{dir}\" )\nserver.errorlog = \"/dev/stderr\"\n\
             alias.url = ( \"/git\" => \"{backend}\" )\n\
             $HTTP[\"url\"] =~ \"^/git\" {{\n  cgi.assign = ( \"\" => \"\" )\n\
             setenv.set-environment = ( \"GIT_PROJECT_ROOT\" => \"{dir}/repos\", \"GIT_HTTP_EXPORT_ALL\" => \"1\", \
             \"HOME\" => \"{dir}\", \"PATH\" => \"{path}\", \"GIT_CONFIG_SYSTEM\" => \"/dev/null\" )\n}}\n",
            dir = dir.display(),
            port = self.port,
            backend = backend.display(),
            path = std::env::var("PATH").unwrap(),
        );
        std::fs::write(&config, text).unwrap();
        let mut command = Command::new(installed("lighttpd"));
        command.arg("-D").arg("-f").arg(config);
        command
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

/// Returns where a server's program is, which few have on their path.
fn installed(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/local/sbin".into()]);
    let found = places.map(|place| place.join(name)).find(|file| file.is_file());
    found.unwrap_or_else(|| panic!("{name} is not installed: make test-tools"))
}

/// Returns the name of the account that runs the tests.
fn user() -> String {
    let output = Command::new("id").arg("-un").output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
