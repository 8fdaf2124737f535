//! A small workspace in good order, in a folder of its own, to plant mistakes in.
#![expect(clippy::unwrap_used, reason = "a house that cannot be built fails its test")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::LazyLock;

use tempfile::TempDir;

/// What stands in it before anything is planted, beside its two crates.
const FILES: [(&str, &str); 4] = [
    (".gitignore", "/target\n"),
    ("README.md", "# House\n\n```sh\n# run it\ncargo run\n```\n"),
    ("README.zh-CN.md", "# 房子\n\n```sh\n# 运行\ncargo run\n```\n"),
    (
        "Cargo.toml",
        r#"[workspace]
resolver = "3"
members = ["crates/*"]
exclude = ["vendor"]

[workspace.metadata.layers]
video-types = { tier = "pure", uses = ["serde", "serde_json"] }
video-client = { tier = "top", uses = ["video-types", "bytes"], never = ["hyper"] }

[workspace.metadata.golden]
video-types = { none = { wire = "nothing is sent here", behaviour = "nothing is done here" } }
video-client = { none = { wire = "nothing is sent here", behaviour = "nothing is done here" } }

[workspace.lints.rust]
unsafe_code = "forbid"
"#,
    ),
];

pub(crate) struct House {
    folder: TempDir,
}

impl House {
    pub(crate) fn in_order() -> Self {
        let house = Self { folder: tempfile::tempdir().unwrap() };
        for (path, text) in FILES {
            house.plant(path, text);
        }
        house.git(&["init", "--quiet"]);
        house.with_crate("video-types", "").with_crate("video-client", "video-types = { path = \"../video-types\" }\n")
    }

    /// Adds a crate of this house; `dependencies` is the text of that table.
    pub(crate) fn with_crate(self, name: &str, dependencies: &str) -> Self {
        self.plant(
            &format!("crates/{name}/Cargo.toml"),
            format!("{}[lints]\nworkspace = true\n\n[dependencies]\n{dependencies}", package(name)),
        );
        self.plant(&format!("crates/{name}/README.md"), format!("# {name}\n"));
        self.plant(&format!("crates/{name}/CHANGELOG.md"), "# Changelog\n\n## Unreleased\n");
        self.plant(&format!("crates/{name}/src/lib.rs"), "//! A room.\n");
        self.plant(&format!("api/{name}.txt"), listing(name, &[]));
        self
    }

    /// Adds a stand-in for a crate from elsewhere.
    pub(crate) fn with_foreign_crate(self, name: &str, dependencies: &str) -> Self {
        self.plant(&format!("vendor/{name}/Cargo.toml"), format!("{}[dependencies]\n{dependencies}", package(name)));
        self.plant(&format!("vendor/{name}/src/lib.rs"), "//! Not ours.\n");
        self
    }

    /// Writes a file, or writes over it.
    pub(crate) fn plant(&self, path: &str, content: impl AsRef<[u8]>) -> &Self {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    /// Changes one piece of a file, which must be there.
    pub(crate) fn replace(&self, path: &str, old: &str, new: &str) -> &Self {
        let text = fs::read_to_string(self.folder.path().join(path)).unwrap();
        assert!(text.contains(old), "{path} does not contain {old}");
        self.plant(path, text.replace(old, new))
    }

    pub(crate) fn remove(&self, path: &str) -> &Self {
        fs::remove_file(self.folder.path().join(path)).unwrap();
        self
    }

    /// Whether this toolchain writes what listings are made from.
    ///
    /// One that does not can say so, and no more; where CI decides it must.
    pub(crate) fn lists() -> bool {
        static LISTS: LazyLock<bool> =
            LazyLock::new(|| !House::in_order().xtask(&["check", "api"]).contains("not looked at"));
        *LISTS || std::env::var_os("CI").is_some()
    }

    /// Takes everything into the history.
    pub(crate) fn commit(&self) -> &Self {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", "A step"]);
        self
    }

    /// Takes in the branch that was left last.
    pub(crate) fn merge(&self) {
        self.git(&["merge", "--quiet", "--message", "Both", "-"]);
    }

    pub(crate) fn git(&self, arguments: &[&str]) {
        let person = ["-c", "user.name=A", "-c", "user.email=a@example.com"];
        let output = self.call(Command::new("git").args(person).args(arguments));
        assert!(output.status.success(), "{output:?}");
    }

    /// The same house as a clone that knows its last commit only.
    pub(crate) fn shallow_clone(&self) -> Self {
        let clone = Self { folder: tempfile::tempdir().unwrap() };
        let origin = format!("file://{}", self.folder.path().display());
        clone.git(&["clone", "--quiet", "--depth", "1", &origin, "."]);
        clone
    }

    /// Makes a planted file one that can be called.
    pub(crate) fn allow_to_run(&self, path: &str) {
        let call = self.call(Command::new("chmod").args(["+x", path]));
        assert!(call.status.success(), "{call:?}");
    }

    /// Where it stands.
    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    /// What `cargo xtask` prints here, and its exit code.
    pub(crate) fn xtask(&self, arguments: &[&str]) -> String {
        self.xtask_with(arguments, &[])
    }

    /// The same with something in the environment.
    pub(crate) fn xtask_with(&self, arguments: &[&str], environment: &[(&str, &str)]) -> String {
        self.run(Path::new(env!("CARGO_BIN_EXE_xtask")), arguments, environment)
    }

    /// The same by a copy of the program.
    pub(crate) fn run(&self, program: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> String {
        let mut command = Command::new(program);
        command.env_remove("CI");
        let output = self.call(command.args(arguments).envs(environment.iter().copied()));
        let code = output.status.code().unwrap();
        let talk = if code == 2 { output.stderr } else { Vec::new() };
        let text = [output.stdout, talk].concat();
        format!("{}exit {code}", String::from_utf8(text).unwrap())
    }

    /// Runs a command here, out of reach of the settings of the one who runs the tests.
    fn call(&self, command: &mut Command) -> Output {
        let root: &Path = self.folder.path();
        for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "RUSTFLAGS", "RUSTDOCFLAGS"] {
            command.env_remove(name);
        }
        command.env("GIT_CONFIG_GLOBAL", root.join("no-such-file")).env("GIT_CONFIG_NOSYSTEM", "1");
        command.env("CARGO_NET_OFFLINE", "true").env("CARGO_TARGET_DIR", root.join("target"));
        command.current_dir(root).output().unwrap()
    }
}

/// The same text whatever the names of commits, which differ from run to run.
pub(crate) fn without_commits(said: &str) -> String {
    let is_name = |word: &str| word.len() == 12 && word.chars().all(|letter| letter.is_ascii_hexdigit());
    let words = said.split(' ').map(|word| if is_name(word) { "(commit)" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

/// The listing of a crate without features.
pub(crate) fn listing(name: &str, items: &[&str]) -> String {
    let head = "with no features, from rustdoc JSON format 57; written by `cargo xtask api`, not by hand";
    let module = format!("pub mod {}", name.replace('-', "_"));
    let lines: Vec<&str> = [module.as_str()].into_iter().chain(items.iter().copied()).collect();
    format!("# {name} {head}\n{}\n", lines.join("\n"))
}

fn package(name: &str) -> String {
    format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n")
}
