//! Which settings lead back to the gateway, key and format that jobs went to.

use video_journal::{Destination, Record};
use video_protocol::{Error, Verdict};

use crate::arguments::Resume;
use crate::complaint::What;
use crate::connect::{Connection, connect_to};
use crate::result_line::ResultLine;
use crate::screen::Screen;

/// How many jobs are named that cannot be gone on with.
const NAMED: usize = 3;

/// Jobs that went to one place, and a client for it.
pub(super) struct Way {
    pub(super) connection: Connection,
    pub(super) records: Vec<Record>,
}

/// Groups jobs by where they went. Those no settings lead back to are told, with what to give; and how the worst of them
/// counts.
pub(super) fn ways(records: Vec<Record>, arguments: &Resume, screen: &Screen) -> Result<(Vec<Way>, Verdict), Error> {
    let mut groups: Vec<(Destination, Vec<Record>)> = Vec::new();
    for record in records {
        match groups.iter_mut().find(|(to, _)| *to == record.to) {
            Some((_, group)) => group.push(record),
            None => groups.push((record.to.clone(), vec![record])),
        }
    }
    let (mut ways, mut worst) = (Vec::new(), Verdict::Saved);
    let gateway = &arguments.gateway;
    // Whoever names a gateway wants the jobs at it, and not to hear of others.
    let chosen = gateway.sandbox || gateway.base_url.is_some() || gateway.profile.is_some();
    for (to, records) in groups {
        match connect_to(gateway, &arguments.watching, &to, !arguments.jobs.is_empty())? {
            Some(connection) => ways.push(Way { connection, records }),
            None if chosen && arguments.jobs.is_empty() => {}
            None => {
                let error = left(&to, &records);
                screen.trouble(&error);
                worst = worst.max(error.verdict());
                for record in &records {
                    screen.object(&ResultLine::of_error(&error).of_job(record).standing(record.state.verdict()));
                }
            }
        }
    }
    Ok((ways, worst))
}

fn left(to: &Destination, records: &[Record]) -> Error {
    let named: Vec<&str> = records.iter().take(NAMED).map(|record| record.job.as_str()).collect();
    let jobs = format!("{}{}", named.join(", "), if records.len() > NAMED { ", …" } else { "" });
    What::NoWayBack { origin: to.origin.clone(), jobs, count: records.len() }.into_error()
}
