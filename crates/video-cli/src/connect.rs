//! From settings to a client.

use std::time::Duration;

use video_client::{Client, ClientBuilder, PollSchedule, RetryPolicy};
use video_journal::KeyFingerprint;
use video_protocol::{Error, NewApi, OpenAi};
use video_sandbox::{Sandbox, SandboxBuilder};

use crate::arguments::{Format, GatewayChoice, Watching};
use crate::complaint::What;
use crate::settings::profiles::Profiles;
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
pub(crate) struct Connection {
    pub(crate) client: Client,
    pub(crate) model: Option<String>,
    /// Which key signs, for the journal.
    pub(crate) key: KeyFingerprint,
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
    let spoken = settings.format.0;
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
                key: KeyFingerprint::of(SANDBOX_ORIGIN),
                is_sandbox: true,
                is_fallback: settings.place == Place::Fallback,
            })
        }
        Place::Gateway { base_url: (base_url, _), key } => {
            let key = need_key(key.as_ref(), &base_url)?;
            let client = settle(Client::builder(&base_url).key(&key.0)).build()?;
            let model = settings.model.map(|(model, _)| model);
            let key = KeyFingerprint::of(&key.0);
            Ok(Connection { client, model, key, is_sandbox: false, is_fallback: false })
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
