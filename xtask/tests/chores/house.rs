//! A small workspace in good order, in a folder of its own, to plant mistakes in.
#![expect(clippy::unwrap_used, reason = "a house that cannot be built fails its test")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

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
        let git = house.call(Command::new("git").args(["init", "--quiet"]));
        assert!(git.status.success(), "{git:?}");
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

    /// What `cargo xtask` prints here, and its exit code.
    pub(crate) fn xtask(&self, arguments: &[&str]) -> String {
        let output = self.call(Command::new(env!("CARGO_BIN_EXE_xtask")).args(arguments));
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
        command.env("CARGO_NET_OFFLINE", "true").env("CARGO_TARGET_DIR", root.join("target"));
        command.current_dir(root).output().unwrap()
    }
}

fn package(name: &str) -> String {
    format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n")
}
