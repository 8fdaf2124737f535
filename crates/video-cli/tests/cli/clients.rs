//! Other people's programs, where `.ci/run` puts them: in `clients/` of the target folder.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::run::skipped;
use crate::serving::Serving;

/// A language in which OpenAI publishes a package.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Language {
    Python,
    Node,
}

impl Language {
    pub(crate) const ALL: [Self; 2] = [Self::Python, Self::Node];

    /// The list of packages in the repository; `.ci/run` copies it beside what it has installed from it.
    const fn wanted(self) -> &'static str {
        match self {
            Self::Python => include_str!("../clients/python/requirements.txt"),
            Self::Node => include_str!("../clients/node/package.json"),
        }
    }

    const fn scenarios(self) -> &'static str {
        match self {
            Self::Python => include_str!("../clients/python/scenarios.py"),
            Self::Node => include_str!("../clients/node/scenarios.mjs"),
        }
    }

    /// An interpreter with the package, or `None` where it is not installed: a failure with CI=true.
    fn interpreter(self) -> Option<Command> {
        let (folder, stamp, name) = match self {
            Self::Python => ("python", "installed.txt", "openai 3.54.0 for Python"),
            Self::Node => ("node", "installed.json", "openai 6.49.0 for Node"),
        };
        let folder = installed(folder);
        if std::fs::read_to_string(folder.join(stamp)).is_ok_and(|installed| installed == self.wanted()) {
            let mut command = match self {
                Self::Python => Command::new(folder.join("bin/python")),
                Self::Node => Command::new(program("node")?),
            };
            // Node looks for packages from the folder it runs in, since the program comes from stdin.
            command.current_dir(folder).env_clear();
            return Some(command);
        }
        skipped(&format!("{name} (bash .ci/run installs it)"));
        None
    }

    /// Runs a program with nothing in its environment but the address of a gateway, a key and a folder, and shows what
    /// it printed.
    pub(crate) fn run(
        self,
        program: &str,
        argument: &str,
        serving: &Serving,
        key: &str,
        folder: &Path,
    ) -> Option<String> {
        let mut command = self.interpreter()?;
        if let Self::Node = self {
            command.arg("--input-type=module");
        }
        command.args(["-", argument]).env("LANG", "C.UTF-8").env("FOLDER", folder);
        command.env("OPENAI_BASE_URL", format!("{}/v1", serving.url)).env("OPENAI_API_KEY", key);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the interpreter runs");
        child.stdin.take().expect("a pipe").write_all(program.as_bytes()).expect("the program is read");
        let output = child.wait_with_output().expect("it ends");
        let shown = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{shown}\n{}", String::from_utf8_lossy(&output.stderr));
        Some(shown)
    }

    /// Runs one of our scenarios.
    pub(crate) fn scenario(self, name: &str, serving: &Serving, key: &str, folder: &Path) -> Option<String> {
        self.run(self.scenarios(), name, serving, key, folder)
    }
}

/// A place below `clients/` of the target folder, which is the parent of the one Cargo gives tests for their files.
fn installed(name: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("a folder above");
    target.join("clients").join(name)
}

/// Where a program of the system is, or `None` where it is not installed: a failure with CI=true.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file());
    if found.is_none() {
        skipped(name);
    }
    found
}
