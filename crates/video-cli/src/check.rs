//! What is known against an order, before it is sent.

use video_catalog::{Finding, Report, Severity, fit_pictures};
use video_protocol::Error;
use video_types::Generation;

use crate::complaint::What;
use crate::connect::{Connection, SANDBOX_MODEL};
use crate::report_words;
use crate::screen::Screen;

/// The order with its pictures in the form its model takes. The sandbox takes every form.
pub(crate) fn fitted(connection: &Connection, generation: Generation) -> Generation {
    if connection.is_sandbox { generation } else { fit_pictures(generation) }
}

/// What is known against an order. That our own sandbox's model is in no list says nothing.
pub(crate) fn report(connection: &Connection, generation: &Generation) -> Report {
    let mut report = connection.client.check(generation);
    if generation.model.as_str() == SANDBOX_MODEL {
        report.findings.clear();
    }
    report
}

/// Says what is known against an order, and stops it if that is an error. Nothing stops one for the sandbox.
///
/// # Errors
///
/// There are errors, and nobody said `--force`.
pub(crate) fn before_submit(
    connection: &Connection,
    generation: &Generation,
    force: bool,
    screen: &Screen,
) -> Result<(), Error> {
    if connection.is_sandbox {
        return Ok(());
    }
    let report = report(connection, generation);
    report.findings.iter().filter(|finding| is_told(finding)).for_each(|finding| screen.finding(finding));
    stopped(&report, force).map_or(Ok(()), |stopped| Err(stopped.into_error()))
}

/// The heaviest error known against an order, in one line; none for the sandbox, and none with `--force`.
pub(crate) fn first_error(
    connection: &Connection,
    generation: &Generation,
    force: bool,
    screen: &Screen,
) -> Option<String> {
    if force || connection.is_sandbox {
        return None;
    }
    let report = report(connection, generation);
    let error = report.findings.iter().find(|finding| finding.severity == Severity::Error)?;
    Some(report_words::finding(error, screen.language()))
}

/// Of what is merely worth knowing, only that a model is in no list: then nothing else is said of it.
fn is_told(finding: &Finding) -> bool {
    finding.severity > Severity::Notice || finding.code == "unknown-model"
}

/// Why an order would not be sent.
pub(crate) fn stopped(report: &Report, force: bool) -> Option<What> {
    let errors = report.count(Severity::Error);
    (errors > 0 && !force).then_some(What::Findings { errors })
}
