//! Ctrl-C, SIGTERM and a closed terminal.

use std::io;
use std::time::Duration;

/// How long after the first Ctrl-C a second one asks the gateway to cancel.
pub(crate) const TWICE_WITHIN: Duration = Duration::from_secs(2);

/// How a person or a system asks the program to leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Interrupt {
    /// Ctrl-C.
    Interrupted,
    /// SIGTERM.
    Terminated,
    /// SIGHUP: the terminal is gone.
    HungUp,
}

/// What the program is asked for by all requests to leave so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wish {
    /// Leave the task running.
    Detach,
    /// Ask the gateway to cancel, too.
    Cancel,
    /// Leave at once.
    LeaveAtOnce,
}

impl Wish {
    /// What one more request means, `since` the first one; `so_far` is what the earlier ones meant.
    pub(crate) fn after(so_far: Option<Self>, interrupt: Interrupt, since: Duration) -> Self {
        match so_far {
            None => Self::Detach,
            Some(Self::Detach) if interrupt == Interrupt::Interrupted && since <= TWICE_WITHIN => Self::Cancel,
            Some(_) => Self::LeaveAtOnce,
        }
    }
}

/// Waits for the next request to leave.
pub(crate) struct Interrupts {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    hang_up: Option<tokio::signal::unix::Signal>,
}

impl Interrupts {
    /// From now on these are ours; a closed terminal not under `nohup`, or where that cannot be told.
    #[cfg(unix)]
    pub(crate) fn watch() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let hang_up = if hang_ups_count() { Some(signal(SignalKind::hangup())?) } else { None };
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())?, hang_up })
    }

    /// From now on it is ours.
    #[cfg(not(unix))]
    pub(crate) fn watch() -> io::Result<Self> {
        Ok(Self {})
    }

    #[cfg(unix)]
    pub(crate) async fn next(&mut self) -> Interrupt {
        let hang_up = async {
            match &mut self.hang_up {
                Some(hang_up) => hang_up.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.interrupt.recv() => Interrupt::Interrupted,
            _ = self.terminate.recv() => Interrupt::Terminated,
            _ = hang_up => Interrupt::HungUp,
        }
    }

    #[cfg(not(unix))]
    pub(crate) async fn next(&mut self) -> Interrupt {
        match tokio::signal::ctrl_c().await {
            Ok(()) => Interrupt::Interrupted,
            Err(_) => std::future::pending().await,
        }
    }
}

/// Whether a closed terminal is to end the program: whoever said `nohup` wants it to go on. Told by the signals this
/// process was started to ignore, a mask in hexadecimal whose lowest bit is SIGHUP; elsewhere than on Linux SIGHUP keeps
/// its own effect, and the journal has what it cuts off.
#[cfg(unix)]
fn hang_ups_count() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn once_detaches_twice_within_two_seconds_cancels_and_anything_more_leaves() {
        use Interrupt::{HungUp, Interrupted, Terminated};
        let rows = [
            vec![(Interrupted, 0)],
            vec![(Interrupted, 0), (Interrupted, 2000)],
            vec![(Interrupted, 0), (Interrupted, 2001)],
            vec![(Interrupted, 0), (Interrupted, 500), (Interrupted, 600)],
            vec![(Interrupted, 0), (Terminated, 500)],
            vec![(Interrupted, 0), (HungUp, 500)],
            vec![(Terminated, 0)],
            vec![(Terminated, 0), (Terminated, 500)],
            vec![(HungUp, 0), (Interrupted, 500)],
        ];
        let told = rows.map(|row| {
            let mut wish = None;
            let steps = row.iter().map(|(interrupt, milliseconds)| {
                wish = Some(Wish::after(wish, *interrupt, Duration::from_millis(*milliseconds)));
                format!("{milliseconds} ms {interrupt:?}: {:?}", wish.expect("just set"))
            });
            steps.collect::<Vec<_>>().join(", ")
        });
        insta::assert_snapshot!(told.join("\n"), @"
        0 ms Interrupted: Detach
        0 ms Interrupted: Detach, 2000 ms Interrupted: Cancel
        0 ms Interrupted: Detach, 2001 ms Interrupted: LeaveAtOnce
        0 ms Interrupted: Detach, 500 ms Interrupted: Cancel, 600 ms Interrupted: LeaveAtOnce
        0 ms Interrupted: Detach, 500 ms Terminated: LeaveAtOnce
        0 ms Interrupted: Detach, 500 ms HungUp: LeaveAtOnce
        0 ms Terminated: Detach
        0 ms Terminated: Detach, 500 ms Terminated: LeaveAtOnce
        0 ms HungUp: Detach, 500 ms Interrupted: Cancel
        ");
    }
}
