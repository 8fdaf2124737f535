//! Reads `spec/`, and says of a file that cannot be read which one it is.

use std::fs;
use std::path::Path;

use serde::de::DeserializeOwned;

use super::{Provider, Sources, Spec};
use crate::Failure;

/// Reads every file under `spec/` of this checkout.
pub(in crate::codegen) fn load(root: &Path) -> Result<Spec, Failure> {
    let mut names = Vec::new();
    let folder = root.join("spec/providers");
    for entry in fs::read_dir(&folder).map_err(|error| format!("spec/providers: {error}"))? {
        let name = entry?.file_name().into_string().map_err(|_| "spec/providers: a name is not UTF-8")?;
        if Path::new(&name).extension().is_some_and(|extension| extension == "toml") {
            names.push(name);
        }
    }
    names.sort();
    let sources: Sources = read(root, "spec/sources.toml")?;
    let mut providers = Vec::new();
    for name in names {
        let provider: Provider = read(root, &format!("spec/providers/{name}"))?;
        if name.strip_suffix(".toml") != Some(&provider.id) {
            return Err(
                format!("spec/providers/{name}: id is `{}`, which is not the name of the file", provider.id).into()
            );
        }
        providers.push(provider);
    }
    let statuses = read(root, "spec/statuses.toml")?;
    let errors = read(root, "spec/errors.toml")?;
    Ok(Spec { sources: sources.source, providers, statuses, errors })
}

fn read<T: DeserializeOwned>(root: &Path, path: &str) -> Result<T, Failure> {
    let text = fs::read_to_string(root.join(path)).map_err(|error| format!("{path}: {error}"))?;
    Ok(toml::from_str(&text).map_err(|error| format!("{path}: {error}"))?)
}
