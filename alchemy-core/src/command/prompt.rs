//! Questions before what cannot be undone.

use super::error::{CommandError, Result};
use super::output::Output;

/// Asks whether to go on; anything but a yes is a no.
///
/// # Errors
/// When the answer is no, or there is nobody to ask.
pub(super) fn confirm(output: &mut Output<'_, '_>, no_prompt: bool, question: &str) -> Result<()> {
    if no_prompt {
        return Ok(());
    }
    if !output.streams.input_is_terminal {
        return Err(CommandError::message(
            "there is no terminal to ask for confirmation at; --no-prompt goes on without",
        ));
    }
    let asked = write!(output.streams.err, "{question} [y/N] ").and_then(|()| output.streams.err.flush());
    let mut answer = String::new();
    asked
        .and_then(|()| output.streams.input.read_line(&mut answer))
        .map_err(|error| CommandError::Message(format!("the question cannot be asked: {error}")))?;
    match answer.trim().to_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => Err(CommandError::message("nothing was changed, as the answer was not yes")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::output::Streams;
    use super::*;

    /// The result, and what was written to ask.
    fn answered(answer: &str, is_terminal: bool, no_prompt: bool) -> (Result<(), String>, String) {
        let (mut input, mut out, mut err) = (answer.as_bytes(), Vec::new(), Vec::new());
        let mut streams = Streams::new(&mut input, &mut out, &mut err);
        streams.input_is_terminal = is_terminal;
        let result = confirm(&mut Output::new(&mut streams, None), no_prompt, "Drop it?");
        (result.map_err(|error| error.to_string()), String::from_utf8(err).expect("UTF-8"))
    }

    #[test]
    fn only_a_yes_is_one() {
        for yes in ["y\n", "Y\r\n", "yes\n", " YES "] {
            assert_eq!(answered(yes, true, false), (Ok(()), "Drop it? [y/N] ".to_owned()), "{yes:?}");
        }
        let no = "nothing was changed, as the answer was not yes";
        for answer in ["n\n", "\n", "", "yess\n", "no\nyes\n"] {
            assert_eq!(answered(answer, true, false).0, Err(no.to_owned()), "{answer:?}");
        }
    }

    #[test]
    fn nobody_is_asked_without_a_terminal() {
        let nobody = "there is no terminal to ask for confirmation at; --no-prompt goes on without";
        assert_eq!(answered("yes\n", false, false), (Err(nobody.to_owned()), String::new()));
        assert_eq!(answered("no\n", false, true), (Ok(()), String::new()));
        assert_eq!(answered("no\n", true, true), (Ok(()), String::new()));
    }
}
