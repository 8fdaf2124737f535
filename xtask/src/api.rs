//! `cargo xtask api`: the public API of every library crate as text, under `api/`.

pub(crate) mod listing;
mod public_paths;
pub(crate) mod rustdoc;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

use self::listing::Source;
use self::public_paths::PublicPaths;
use crate::cargo::Metadata;
use crate::checkout::Checkout;
use crate::golden::Golden;
use crate::{Failure, Verdict, cargo};

/// Path from the root to the text that belongs there.
pub(crate) type Listings = BTreeMap<String, String>;

/// Writes every listing, and removes those whose crate has none.
pub(crate) fn run(arguments: &[String], out: &mut dyn Write) -> Result<Verdict, Failure> {
    if let Some(argument) = arguments.first() {
        return Err(format!("api takes no `{argument}`: it writes the listing of every library crate").into());
    }
    let root = cargo::root()?;
    let metadata = cargo::metadata(&root)?;
    let golden = Golden::read(&metadata)?;
    if let Some(other) = rustdoc::other_format(&metadata)? {
        return Err(other.into());
    }
    let listings = read(&root, &metadata, &golden)?;
    let checkout = Checkout::read(&root)?;
    fs::create_dir_all(root.join(listing::FOLDER))?;
    for (path, text) in &listings {
        if let Some(news) = news(checkout.text(path), text) {
            fs::write(root.join(path), text).map_err(|error| format!("{path}: {error}"))?;
            writeln!(out, "{path}: {news}")?;
        }
    }
    for path in listing::written(&checkout).filter(|path| !listings.contains_key(*path)) {
        fs::remove_file(root.join(path)).map_err(|error| format!("{path}: {error}"))?;
        writeln!(out, "{path}: removed")?;
    }
    writeln!(out, "{} listings in {}/", listings.len(), listing::FOLDER)?;
    Ok(Verdict::Good)
}

/// The listing of every library crate, made from its source as it stands.
pub(crate) fn read(root: &Path, metadata: &Metadata, golden: &Golden) -> Result<Listings, Failure> {
    rustdoc::document(root)?;
    let mut sources = Vec::new();
    let mut paths = PublicPaths::default();
    for (package, library) in golden.listed(metadata) {
        let source = Source::read(rustdoc::output(metadata, &library))?;
        paths.add(&source.krate);
        sources.push((package, source));
    }
    let listings = sources
        .iter()
        .map(|(package, source)| Ok((listing::path(&package.name), listing::make(package, source, &paths)?)));
    listings.collect()
}

/// What is new in a listing; `None` where not a byte differs.
fn news(before: Option<&str>, after: &str) -> Option<String> {
    let Some(before) = before else { return Some("new".to_owned()) };
    let difference = listing::Difference::between(before, after);
    (before != after).then(|| format!("{} gone, {} new", difference.gone.len(), difference.new.len()))
}
