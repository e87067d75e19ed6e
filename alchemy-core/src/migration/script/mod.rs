//! The statements of a script.

mod lexer;

use self::lexer::{Lexer, Token};
use crate::backend::{Body, Dialect, Lexis};

/// A statement of a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScriptStatement<'a> {
    /// The statement, from its first word to its last sign; without the semicolon.
    pub sql: &'a str,
    /// The line that it begins in, from 1.
    pub line: usize,
}

/// A quote or a comment that has no end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("has a {what} that is not closed, begun in line {line}")]
pub struct Unclosed {
    /// `quote` or `comment`.
    pub what: &'static str,
    /// The line that it begins in, from 1.
    pub line: usize,
}

/// Splits a script where the database itself would: not in quotes, comments, and the bodies of triggers and routines.
/// Comments between statements are left out, and so are statements that are nothing but comments.
///
/// # Errors
/// [`Unclosed`].
pub fn split(dialect: Dialect, script: &str) -> Result<Vec<ScriptStatement<'_>>, Unclosed> {
    let lexis = Lexis::of(dialect);
    let mut lexer = Lexer::new(lexis, script);
    let mut statements = Vec::new();
    let mut current = Current::new(dialect);
    while let Some((token, position)) = lexer.next()? {
        if token == Token::Sign(';') && current.ends_here(&lexis) {
            current.finish(script, &mut statements);
            current = Current::new(dialect);
            continue;
        }
        current.push(&token, &position);
    }
    current.finish(script, &mut statements);
    Ok(statements)
}

/// The statement that is being read.
struct Current {
    body: Body,
    parentheses: usize,
    /// Where it begins and ends so far, and in which line it begins.
    span: Option<(usize, usize, usize)>,
}

impl Current {
    fn new(dialect: Dialect) -> Self {
        Self { body: Body::new(dialect), parentheses: 0, span: None }
    }

    fn ends_here(&self, lexis: &Lexis) -> bool {
        self.body.ends() && !(lexis.parentheses && self.parentheses > 0)
    }

    fn push(&mut self, token: &Token<'_>, position: &lexer::Position) {
        match token {
            Token::Sign('(') => self.parentheses += 1,
            Token::Sign(')') => self.parentheses = self.parentheses.saturating_sub(1),
            _ => {}
        }
        match token {
            Token::Word(word) => self.body.push(word),
            Token::Sign(sign) => self.body.push(sign.encode_utf8(&mut [0; 4])),
            Token::Quote => self.body.push("'"),
        }
        let (start, _, line) = self.span.unwrap_or((position.start, 0, position.line));
        self.span = Some((start, position.end, line));
    }

    fn finish<'a>(self, script: &'a str, statements: &mut Vec<ScriptStatement<'a>>) {
        if let Some((start, end, line)) = self.span {
            statements.push(ScriptStatement { sql: &script[start..end], line });
        }
    }
}

#[cfg(test)]
mod tests;
