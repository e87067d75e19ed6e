//! Errors for the person at the terminal.

use super::Error;

impl Error {
    /// The error and what the driver said of it, in one line; never for clients. Passwords are not in it: what a driver says
    /// of connecting has lost them already.
    pub(crate) fn explained(&self) -> String {
        let text = self.to_string();
        let Some(driver) = self.driver_error() else { return text };
        let driver = in_one_line(&driver.to_string());
        if text.contains(&driver) { text } else { format!("{text} ({driver})") }
    }
}

/// A text of several lines in one.
pub(crate) fn in_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
