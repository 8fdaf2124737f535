//! The terminal of stderr, as bars are drawn on it.

use std::io::{self, Write as _};
use std::sync::{Mutex, PoisonError};

use indicatif::TermLike;

use crate::columns::{of_terminal, rows_of_terminal};

/// The terminal of stderr. The library's own takes the width of stdout, which may be a file.
#[derive(Debug, Default)]
pub(super) struct Terminal {
    /// Nothing flickers if all of it is written at once.
    written: Mutex<String>,
}

impl Terminal {
    fn write(&self, text: &str) {
        self.written.lock().unwrap_or_else(PoisonError::into_inner).push_str(text);
    }

    /// Moves the cursor; 0 would be taken for 1.
    fn go(&self, steps: usize, way: char) {
        if steps > 0 {
            self.write(&format!("\x1b[{steps}{way}"));
        }
    }
}

impl TermLike for Terminal {
    fn width(&self) -> u16 {
        of_terminal().unwrap_or(80)
    }

    fn height(&self) -> u16 {
        rows_of_terminal().unwrap_or(24)
    }

    fn move_cursor_up(&self, n: usize) -> io::Result<()> {
        self.go(n, 'A');
        Ok(())
    }

    fn move_cursor_down(&self, n: usize) -> io::Result<()> {
        self.go(n, 'B');
        Ok(())
    }

    fn move_cursor_right(&self, n: usize) -> io::Result<()> {
        self.go(n, 'C');
        Ok(())
    }

    fn move_cursor_left(&self, n: usize) -> io::Result<()> {
        self.go(n, 'D');
        Ok(())
    }

    fn write_line(&self, s: &str) -> io::Result<()> {
        self.write(s);
        self.write("\n");
        Ok(())
    }

    fn write_str(&self, s: &str) -> io::Result<()> {
        self.write(s);
        Ok(())
    }

    fn clear_line(&self) -> io::Result<()> {
        self.write("\r\x1b[2K");
        Ok(())
    }

    fn flush(&self) -> io::Result<()> {
        let mut text = std::mem::take(&mut *self.written.lock().unwrap_or_else(PoisonError::into_inner));
        if !text.is_empty() {
            // The library leaves the cursor at the right margin. There the `^C` that a terminal shows for Ctrl-C would
            // begin a new line, and the bars could not be taken away any more: the first one would stay.
            text.push('\r');
        }
        let mut stderr = io::stderr().lock();
        stderr.write_all(text.as_bytes())?;
        stderr.flush()
    }
}
