//! How wide the terminal is that data goes to.

/// Columns of the terminal on stdout; what `COLUMNS` says goes before it. `None` where there is no terminal: then nothing
/// is cut.
pub(super) fn of_stdout() -> Option<usize> {
    let said = std::env::var("COLUMNS").ok().and_then(|columns| columns.trim().parse().ok());
    said.filter(|columns| *columns > 0).or_else(terminal)
}

#[cfg(unix)]
fn terminal() -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(std::io::stdout()).ok()?;
    Some(usize::from(size.ws_col)).filter(|columns| *columns > 0)
}

#[cfg(not(unix))]
fn terminal() -> Option<usize> {
    None
}
