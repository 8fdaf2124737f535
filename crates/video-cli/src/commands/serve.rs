//! `video serve`: the local gateway.

use std::io::IsTerminal as _;
use std::process::ExitCode;

use tokio::net::TcpListener;
use video_gateway::{Gateway, Token, check_exposure};
use video_protocol::Error;
use video_sandbox::{Sandbox, SandboxBuilder};

use super::follow::Follow;
use crate::arguments::{Compat, Serve, Trying};
use crate::complaint::What;
use crate::connect::connect_upstream;
use crate::line::Line;
use crate::screen::Screen;

pub(super) async fn serve(arguments: Serve, screen: &Screen) -> Result<ExitCode, Error> {
    let tokens = arguments.token.iter().map(|token| Token::new(token.trim())).collect::<Result<Vec<_>, _>>();
    let tokens = tokens.map_err(|cause| What::BadToken.because(cause))?;
    let address = arguments.listen.to_string();
    check_exposure(arguments.listen, !tokens.is_empty())
        .map_err(|_| What::OpenToTheNetwork { address: address.clone() }.into_error())?;
    let trying = &arguments.trying;
    if !arguments.gateway.sandbox {
        refuse_without_sandbox(trying)?;
    }
    let connection = connect_upstream(&arguments.gateway, sandbox(trying))?;
    let cannot_listen = |cause: std::io::Error| What::CannotListen { address: address.clone() }.because(cause);
    let listener = TcpListener::bind(arguments.listen).await.map_err(cannot_listen)?;
    let bound = listener.local_addr().map_err(cannot_listen)?;
    let mut interrupts = Follow::interrupts()?;
    if !screen.is_quiet() {
        log_to_stderr();
    }
    say_what_goes_wrong(trying, screen);
    screen.line_of_data(&format!("listening on http://{bound}"));
    let compat = match arguments.compat {
        Compat::Official => video_gateway::Compat::Official,
        Compat::Docs => video_gateway::Compat::Docs,
    };
    let gateway = Gateway::new(connection.client).with_tokens(tokens).with_compat(compat);
    let gateway = match trying.fault.clone() {
        Some(plan) => gateway.with_faults(plan.with_seed(trying.seed)),
        None => gateway,
    };
    // Nothing of the sandbox costs money, so any page may try it, and a second order after a restart harms nobody.
    let gateway = if connection.is_sandbox { gateway.with_any_origin().with_honoured_keys() } else { gateway };
    let stop = async {
        interrupts.next().await;
        screen.say(&Line::Stopping);
    };
    gateway.serve(listener, stop).await.map_err(|cause| What::GatewayStopped.because(cause))?;
    Ok(ExitCode::SUCCESS)
}

/// Real jobs cost money and take the time they take.
fn refuse_without_sandbox(trying: &Trying) -> Result<(), Error> {
    if trying.fault.is_some() {
        return Err(What::FaultWithoutSandbox.into_error());
    }
    if trying.latency.is_some() {
        return Err(What::LatencyWithoutSandbox.into_error());
    }
    Ok(())
}

fn sandbox(trying: &Trying) -> SandboxBuilder {
    match &trying.latency {
        Some(latency) => Sandbox::builder().latency(latency.range(), trying.seed),
        None => Sandbox::builder(),
    }
}

/// Whoever reads the log later must know that what went wrong was asked for.
fn say_what_goes_wrong(trying: &Trying, screen: &Screen) {
    if let Some(plan) = &trying.fault {
        screen.say(&Line::Faults { plan: &plan.to_string(), seed: trying.seed });
    }
    if let Some(latency) = &trying.latency {
        screen.say(&Line::Latency { latency: &latency.to_string(), seed: trying.seed });
    }
}

/// One line per request on stderr; keys and prompts are never in it.
fn log_to_stderr() {
    let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    // A second subscriber in one process cannot happen here; if it did, the first one stays.
    let _ = tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(colour).with_target(false).try_init();
}
