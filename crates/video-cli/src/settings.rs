//! Which gateway, key, model and format are in force, and where each comes from.

pub(crate) mod home;
pub(crate) mod presets;
pub(crate) mod profiles;

use std::fmt;

use video_journal::Prompts;
use video_protocol::Error;

use crate::arguments::{Format, GatewayChoice};
use crate::complaint::What;
use profiles::{Profile, Profiles};

/// A key on its way to its signer. It cannot be printed.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(pub(crate) String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// What the environment says.
#[derive(Debug, Clone, Default)]
pub(crate) struct Environment {
    pub(crate) base_url: Option<String>,
    pub(crate) key: Option<Secret>,
    pub(crate) format: Option<String>,
    pub(crate) profile: Option<String>,
    pub(crate) journal_prompts: Option<String>,
}

impl Environment {
    pub(crate) fn read() -> Self {
        let text = |name| std::env::var(name).ok().filter(|value: &String| !value.trim().is_empty());
        Self {
            base_url: text("VIDEO_BASE_URL"),
            key: text("VIDEO_API_KEY").map(Secret),
            format: text("VIDEO_FORMAT"),
            profile: text("VIDEO_PROFILE"),
            journal_prompts: text("VIDEO_JOURNAL_PROMPTS"),
        }
    }
}

/// Where a setting comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    Flag(&'static str),
    Environment(&'static str),
    Profile(String),
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) | Self::Environment(name) => f.write_str(name),
            Self::Profile(name) => write!(f, "profile {name}"),
            Self::Default => f.write_str("default"),
        }
    }
}

/// Where orders go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// The embedded sandbox, because it was asked for.
    Sandbox,
    /// The embedded sandbox, because nothing at all is set up.
    Fallback,
    /// A gateway.
    Gateway { base_url: (String, Origin), key: Option<(Secret, Origin)> },
}

/// The settings in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) place: Place,
    pub(crate) model: Option<(String, Origin)>,
    pub(crate) format: (Format, Origin),
    /// How much of prompts the journal keeps.
    pub(crate) prompts: (Prompts, Origin),
}

/// Flag > environment > profile > default.
///
/// `home_of` is the origin of a task that is asked about: a profile of that gateway is taken if nothing
/// else names a gateway.
pub(crate) fn resolve(
    choice: &GatewayChoice,
    environment: &Environment,
    profiles: &Profiles,
    home_of: Option<&str>,
) -> Result<Settings, Error> {
    let format = format(choice, environment)?;
    if choice.sandbox || home_of == Some(crate::connect::SANDBOX_ORIGIN) {
        return Ok(Settings { place: Place::Sandbox, model: None, format, prompts: prompts(environment, None)? });
    }
    let profile = chosen_profile(choice, environment, profiles, home_of)?;
    let of_profile = |name: &str| Origin::Profile(name.to_owned());
    let base_url = match (&choice.base_url, &environment.base_url, &profile) {
        (Some(url), _, _) => Some((url.clone(), Origin::Flag("--base-url"))),
        (None, Some(url), _) if choice.profile.is_none() => Some((url.clone(), Origin::Environment("VIDEO_BASE_URL"))),
        (None, _, Some((name, profile))) => Some((profile.base_url.clone(), of_profile(name))),
        (None, Some(url), None) => Some((url.clone(), Origin::Environment("VIDEO_BASE_URL"))),
        (None, None, None) => None,
    };
    // The key of a profile goes to the gateway of that profile and to no other.
    let own = matches!(&base_url, Some((_, Origin::Profile(_))));
    let of_own_profile = profile.as_ref().filter(|_| own);
    let profile_key =
        of_own_profile.and_then(|(name, profile)| profile.key.clone().map(|key| (Secret(key), of_profile(name))));
    let environment_key = environment.key.clone().map(|key| (key, Origin::Environment("VIDEO_API_KEY")));
    let key = if choice.profile.is_some() { profile_key.or(environment_key) } else { environment_key.or(profile_key) };
    let model = of_own_profile.and_then(|(name, profile)| profile.model.clone().map(|model| (model, of_profile(name))));
    let prompts = prompts(environment, of_own_profile)?;
    match (base_url, key) {
        (Some(base_url), key) => Ok(Settings { place: Place::Gateway { base_url, key }, model, format, prompts }),
        (None, Some(_)) => Err(What::KeyWithoutGateway.into_error()),
        (None, None) if profiles.is_empty() => Ok(Settings { place: Place::Fallback, model: None, format, prompts }),
        (None, None) => Err(What::NoDefaultProfile.into_error()),
    }
}

fn format(choice: &GatewayChoice, environment: &Environment) -> Result<(Format, Origin), Error> {
    if let Some(format) = choice.format {
        return Ok((format, Origin::Flag("--format")));
    }
    match environment.format.as_deref() {
        None => Ok((Format::NewApi, Origin::Default)),
        Some(name) => Format::of_name(name)
            .map(|format| (format, Origin::Environment("VIDEO_FORMAT")))
            .ok_or_else(|| What::UnknownFormat { format: name.to_owned() }.into_error()),
    }
}

fn prompts(environment: &Environment, profile: Option<&(String, Profile)>) -> Result<(Prompts, Origin), Error> {
    let name = "VIDEO_JOURNAL_PROMPTS";
    let of_environment =
        environment.journal_prompts.as_ref().map(|word| (word.as_str(), name.to_owned(), Origin::Environment(name)));
    let of_profile = || {
        let (profile, kept) = profile?;
        let word = kept.journal_prompts.as_deref()?;
        Some((word, format!("journal_prompts of profile {profile}"), Origin::Profile(profile.clone())))
    };
    let Some((word, name, origin)) = of_environment.or_else(of_profile) else {
        return Ok((Prompts::Stored, Origin::Default));
    };
    match prompts_of(word) {
        Some(prompts) => Ok((prompts, origin)),
        None => Err(What::JournalPrompts { name, value: word.to_owned() }.into_error()),
    }
}

/// `stored` or `hashed`.
pub(crate) fn prompts_of(word: &str) -> Option<Prompts> {
    match word.trim() {
        "stored" => Some(Prompts::Stored),
        "hashed" => Some(Prompts::Hashed),
        _ => None,
    }
}

fn chosen_profile(
    choice: &GatewayChoice,
    environment: &Environment,
    profiles: &Profiles,
    home_of: Option<&str>,
) -> Result<Option<(String, Profile)>, Error> {
    let named = choice.profile.as_ref().or(environment.profile.as_ref());
    if let Some(name) = named {
        let Some(profile) = profiles.get(name) else {
            return Err(What::UnknownProfile { name: name.clone() }.into_error());
        };
        return Ok(Some((name.clone(), profile.clone())));
    }
    if let Some((name, profile)) = home_of.and_then(|origin| profiles.at(origin)) {
        return Ok(Some((name.to_owned(), profile.clone())));
    }
    Ok(profiles.default_profile().map(|(name, profile)| (name.to_owned(), profile.clone())))
}

/// The key, or what to do without one.
pub(crate) fn need_key(key: Option<&(Secret, Origin)>, base_url: &str) -> Result<Secret, Error> {
    key.map(|(key, _)| key.clone()).ok_or_else(|| What::NoKey { base_url: base_url.to_owned() }.into_error())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profiles() -> Profiles {
        let mut profiles = Profiles::default();
        let profile = |url: &str, key: Option<&str>, model: Option<&str>| Profile {
            base_url: url.to_owned(),
            model: model.map(str::to_owned),
            key: key.map(str::to_owned),
            journal_prompts: key.map(|_| "hashed".to_owned()),
        };
        profiles.insert("88api", profile("https://88api.ai", Some("sk-one"), Some("kling-v1-6")));
        profiles.insert("home", profile("http://127.0.0.1:8787/v1", None, None));
        profiles
    }

    fn show(choice: &GatewayChoice, environment: &Environment, profiles: &Profiles, home_of: Option<&str>) -> String {
        match resolve(choice, environment, profiles, home_of) {
            Err(error) => format!("refused ({}): {error}", error.verdict()),
            Ok(settings) => {
                let model =
                    settings.model.map_or_else(String::new, |(model, origin)| format!(", model {model} ({origin})"));
                match settings.place {
                    Place::Gateway { base_url: (url, origin), key } => {
                        let key = key
                            .map_or_else(|| "no key".to_owned(), |(key, origin)| format!("key {} ({origin})", key.0));
                        format!("{url} ({origin}), {key}{model}")
                    }
                    place => format!("{place:?}"),
                }
            }
        }
    }

    #[test]
    fn flag_wins_over_environment_over_profile_over_default() {
        let nobody = Profiles::default();
        let known = profiles();
        let choice = |url: Option<&str>, profile: Option<&str>, sandbox| GatewayChoice {
            base_url: url.map(str::to_owned),
            profile: profile.map(str::to_owned),
            format: None,
            sandbox,
        };
        let environment =
            |url: Option<&str>, key: Option<&str>, profile: Option<&str>, format: Option<&str>| Environment {
                base_url: url.map(str::to_owned),
                key: key.map(|key| Secret(key.to_owned())),
                format: format.map(str::to_owned),
                profile: profile.map(str::to_owned),
                journal_prompts: None,
            };
        let (plain, quiet) = (choice(None, None, false), environment(None, None, None, None));
        let flag = choice(Some("https://flag.example"), None, false);
        let (url, key) = (Some("https://env.example"), Some("sk-env"));
        let rows = [
            ("nothing", show(&plain, &quiet, &nobody, None)),
            ("--sandbox over all", show(&choice(None, None, true), &environment(url, key, None, None), &known, None)),
            ("key alone", show(&plain, &environment(None, key, None, None), &nobody, None)),
            ("url alone", show(&plain, &environment(url, None, None, None), &nobody, None)),
            ("url and key", show(&plain, &environment(url, key, None, None), &nobody, None)),
            ("default profile", show(&plain, &quiet, &known, None)),
            ("environment over profile", show(&plain, &environment(url, key, None, None), &known, None)),
            ("a profile's key stays with its gateway", show(&plain, &environment(url, None, None, None), &known, None)),
            ("flag url takes no profile's key", show(&flag, &quiet, &known, None)),
            ("flag url with environment key", show(&flag, &environment(url, key, None, None), &known, None)),
            (
                "--profile over environment url",
                show(&choice(None, Some("88api"), false), &environment(url, key, None, None), &known, None),
            ),
            ("VIDEO_PROFILE", show(&plain, &environment(None, None, Some("home"), None), &known, None)),
            ("unknown profile", show(&choice(None, Some("nope"), false), &quiet, &known, None)),
            ("a task of the sandbox", show(&plain, &quiet, &known, Some("sandbox"))),
            ("a task of another profile", show(&plain, &quiet, &known, Some("127.0.0.1:8787"))),
            ("a format of later", show(&plain, &environment(None, None, None, Some("kling")), &known, None)),
        ];
        let table: Vec<String> = rows.into_iter().map(|(case, shown)| format!("{case:40} {shown}")).collect();
        insta::assert_snapshot!(table.join("\n"));
    }
}
