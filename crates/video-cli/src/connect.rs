//! From settings to a client.

use std::time::Duration;

use video_client::{Client, ClientBuilder, PollSchedule, RetryPolicy};
use video_journal::{Destination, KeyFingerprint, Prompts};
use video_protocol::{Error, NewApi, OpenAi};
use video_sandbox::{Sandbox, SandboxBuilder};

use crate::arguments::{Format, GatewayChoice, Watching};
use crate::complaint::What;
use crate::settings::profiles::{Profiles, origin_of};
use crate::settings::{Environment, Place, Settings, home, need_key, resolve};

/// The origin of the embedded sandbox in handles of tasks.
pub(crate) const SANDBOX_ORIGIN: &str = "sandbox";
/// Its model if none is named.
pub(crate) const SANDBOX_MODEL: &str = "sandbox-1";
/// How long one job is watched by default.
const DEADLINE: Duration = Duration::from_secs(30 * 60);

/// What a command may do when nothing at all is set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WithoutGateway {
    /// Use the sandbox and say so.
    Sandbox,
    /// Stop.
    Refuse,
}

/// A client and what it came from.
#[derive(Clone)]
pub(crate) struct Connection {
    pub(crate) client: Client,
    pub(crate) model: Option<String>,
    /// How much of prompts the journal keeps.
    pub(crate) prompts: Prompts,
    /// Nothing is spent.
    pub(crate) is_sandbox: bool,
    /// Nothing at all is set up, so this is the sandbox: to be said before an order is sent.
    pub(crate) is_fallback: bool,
}

/// Reads every setting from its place.
pub(crate) fn settings(choice: &GatewayChoice, home_of: Option<&str>) -> Result<Settings, Error> {
    resolve(choice, &Environment::read(), &Profiles::read(&home::folder()?)?, home_of)
}

/// A client for one command.
pub(crate) fn connect(
    choice: &GatewayChoice,
    watching: Option<&Watching>,
    home_of: Option<&str>,
    without: WithoutGateway,
) -> Result<Connection, Error> {
    connect_with(choice, home_of, without, Sandbox::builder(), |builder| watched(builder, watching))
}

/// A client for the gateway, key and format that jobs went to, if the settings have it: as they are, or in a profile.
///
/// Another key of the same gateway will do only where a gateway or a job is named (`other_key`).
pub(crate) fn connect_to(
    choice: &GatewayChoice,
    watching: &Watching,
    to: &Destination,
    other_key: bool,
) -> Result<Option<Connection>, Error> {
    let mut choice = choice.clone();
    choice.format = choice.format.or_else(|| Format::of_name(&to.dialect));
    let named = choice.sandbox || choice.base_url.is_some() || choice.profile.is_some();
    let connect = |choice| connect(choice, Some(watching), None, WithoutGateway::Refuse).map(Some);
    if to.origin == SANDBOX_ORIGIN {
        choice.sandbox |= !named;
        return if choice.sandbox { connect(&choice) } else { Ok(None) };
    }
    let (environment, profiles) = (Environment::read(), Profiles::read(&home::folder()?)?);
    let mut ways = vec![choice.clone()];
    if !named {
        let of_profile = |name: &str| GatewayChoice { profile: Some(name.to_owned()), ..choice.clone() };
        ways.extend(profiles.iter().map(|(name, _)| of_profile(name)));
    }
    let mut near = None;
    for way in ways {
        // What is not set up right leads nowhere.
        let Ok(settings) = resolve(&way, &environment, &profiles, None) else { continue };
        let Place::Gateway { base_url: (base_url, _), key: Some((key, _)) } = settings.place else { continue };
        if origin_of(&base_url).as_ref() != Some(&to.origin) {
            continue;
        }
        if KeyFingerprint::of(&key.0) == to.key_fingerprint {
            return connect(&way);
        }
        near.get_or_insert(way);
    }
    match near.filter(|_| named || other_key) {
        Some(way) => connect(&way),
        None => Ok(None),
    }
}

/// A client for a batch: its jobs have no deadline.
pub(crate) fn connect_batch(choice: &GatewayChoice, poll_every: Option<Duration>) -> Result<Connection, Error> {
    connect_with(choice, None, WithoutGateway::Refuse, Sandbox::builder(), |builder| match poll_every {
        Some(interval) => builder.schedule(PollSchedule::every(interval)),
        None => builder,
    })
}

/// A client for a gateway of ours, over `sandbox` if it is that: its own clients wait while it repeats, so it repeats once and leaves the rest to them.
pub(crate) fn connect_upstream(choice: &GatewayChoice, sandbox: SandboxBuilder) -> Result<Connection, Error> {
    let mut retry = RetryPolicy::default();
    retry.attempts = 2;
    retry.patience = Duration::from_secs(10);
    connect_with(choice, None, WithoutGateway::Refuse, sandbox, |builder| builder.retry(retry))
}

fn connect_with(
    choice: &GatewayChoice,
    home_of: Option<&str>,
    without: WithoutGateway,
    sandbox: SandboxBuilder,
    settle: impl FnOnce(ClientBuilder) -> ClientBuilder,
) -> Result<Connection, Error> {
    let settings = settings(choice, home_of)?;
    let (spoken, prompts) = (settings.format.0, settings.prompts.0);
    let settle = |builder: ClientBuilder| {
        settle(match spoken {
            Format::NewApi => builder.dialect(NewApi),
            Format::OpenAi => builder.dialect(OpenAi::default()),
        })
    };
    match settings.place {
        Place::Fallback if without == WithoutGateway::Refuse => Err(What::NoGateway.into_error()),
        Place::Sandbox | Place::Fallback => {
            // Every process of this user finds its tasks again.
            let transport = sandbox.folder(home::folder()?.join("sandbox")).build();
            let builder =
                Client::builder(&format!("http://{SANDBOX_ORIGIN}")).key("no-key-needed").transport(transport);
            Ok(Connection {
                client: settle(builder).build()?,
                model: Some(SANDBOX_MODEL.to_owned()),
                prompts,
                is_sandbox: true,
                is_fallback: settings.place == Place::Fallback,
            })
        }
        Place::Gateway { base_url: (base_url, _), key } => {
            let key = need_key(key.as_ref(), &base_url)?;
            let client = settle(Client::builder(&base_url).key(&key.0)).build()?;
            let model = settings.model.map(|(model, _)| model);
            Ok(Connection { client, model, prompts, is_sandbox: false, is_fallback: false })
        }
    }
}

fn watched(builder: ClientBuilder, watching: Option<&Watching>) -> ClientBuilder {
    let Some(watching) = watching else { return builder };
    let builder = builder.deadline(Some(watching.deadline.unwrap_or(DEADLINE)));
    match watching.poll_every {
        Some(interval) => builder.schedule(PollSchedule::every(interval)),
        None => builder,
    }
}
