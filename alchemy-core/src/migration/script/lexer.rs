//! Words, signs and quotes.

use super::Unclosed;
use crate::backend::Lexis;

/// A part of a script that is no space and no comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A keyword, a name or a number.
    Word(&'a str),
    /// Any other character.
    Sign(char),
    /// A text or a name in quotes, or a comment that is run.
    Quote,
}

/// Where a token is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Position {
    pub(super) start: usize,
    pub(super) end: usize,
    /// The line of its start.
    pub(super) line: usize,
}

pub(super) struct Lexer<'a> {
    lexis: Lexis,
    script: &'a str,
    at: usize,
    /// The line of `counted`, a place that is not behind `at`.
    line: usize,
    counted: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(lexis: Lexis, script: &'a str) -> Self {
        // A mark of the encoding, as some editors write it.
        let at = if script.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Self { lexis, script, at, line: 1, counted: 0 }
    }

    /// The next token, where there is one.
    pub(super) fn next(&mut self) -> Result<Option<(Token<'a>, Position)>, Unclosed> {
        self.skip()?;
        let start = self.at;
        let Some(first) = self.rest().chars().next() else { return Ok(None) };
        let line = self.line_of(start);
        let token = self.token(first)?;
        Ok(Some((token, Position { start, end: self.at, line })))
    }

    fn token(&mut self, first: char) -> Result<Token<'a>, Unclosed> {
        if self.lexis.run_comments.iter().any(|start| self.rest().starts_with(start)) {
            self.comment()?;
            return Ok(Token::Quote);
        }
        if let Some(close) = self.closing(first) {
            let escapes = self.lexis.backslashes && matches!(first, '\'' | '"');
            return self.quote(first.len_utf8(), close, escapes);
        }
        if first == '$'
            && self.lexis.dollar_quotes
            && let Some(tag) = dollar_tag(self.rest())
        {
            return self.dollar_quote(tag);
        }
        if !is_word(first) {
            self.at += first.len_utf8();
            return Ok(Token::Sign(first));
        }
        let rest = self.rest();
        let word = &rest[..rest.find(|c| !is_word(c)).unwrap_or(rest.len())];
        self.at += word.len();
        if self.lexis.escape_strings && word.eq_ignore_ascii_case("e") && self.rest().starts_with('\'') {
            return self.quote(1, '\'', true);
        }
        Ok(Token::Word(word))
    }

    /// What closes a quote that begins so.
    fn closing(&self, first: char) -> Option<char> {
        match first {
            '\'' | '"' => Some(first),
            _ => self.lexis.more_quotes.iter().find(|(open, _)| *open == first).map(|(_, close)| *close),
        }
    }

    /// Passes a quote. What closes it stands for itself where it is doubled.
    fn quote(&mut self, opening: usize, close: char, escapes: bool) -> Result<Token<'a>, Unclosed> {
        let unclosed = Unclosed { what: "quote", line: self.line_of(self.at) };
        let inside = self.at + opening;
        let mut characters = self.script[inside..].char_indices().peekable();
        while let Some((index, c)) = characters.next() {
            if escapes && c == '\\' {
                characters.next();
            } else if c == close {
                // SQLite's brackets know no doubling.
                if close == ']' || characters.next_if(|(_, next)| *next == close).is_none() {
                    self.at = inside + index + c.len_utf8();
                    return Ok(Token::Quote);
                }
            }
        }
        Err(unclosed)
    }

    fn dollar_quote(&mut self, tag: &str) -> Result<Token<'a>, Unclosed> {
        let unclosed = Unclosed { what: "quote", line: self.line_of(self.at) };
        let end = self.rest()[tag.len()..].find(tag).ok_or(unclosed)?;
        self.at += tag.len() + end + tag.len();
        Ok(Token::Quote)
    }

    /// Passes spaces and comments.
    fn skip(&mut self) -> Result<(), Unclosed> {
        loop {
            let rest = self.rest();
            let spaces = rest.len() - rest.trim_start().len();
            self.at += spaces;
            let rest = self.rest();
            if self.is_line_comment() {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if rest.starts_with("/*")
                && !self.lexis.run_comments.iter().any(|start| rest.starts_with(start))
            {
                self.comment()?;
            } else {
                return Ok(());
            }
        }
    }

    fn is_line_comment(&self) -> bool {
        let rest = self.rest();
        if rest.starts_with('#') {
            return self.lexis.hash_comments;
        }
        let Some(after) = rest.strip_prefix("--") else { return false };
        !self.lexis.dashes_need_space
            || after.chars().next().is_none_or(|c| c.is_whitespace() || c.is_control())
    }

    /// Passes a comment in `/* … */`.
    fn comment(&mut self) -> Result<(), Unclosed> {
        let unclosed = Unclosed { what: "comment", line: self.line_of(self.at) };
        let mut depth = 0_usize;
        loop {
            let rest = self.rest();
            if rest.starts_with("/*") && (depth == 0 || self.lexis.nested_comments) {
                depth += 1;
                self.at += 2;
            } else if rest.starts_with("*/") {
                depth -= 1;
                self.at += 2;
                if depth == 0 {
                    return Ok(());
                }
            } else {
                let Some(c) = rest.chars().next() else { return Err(unclosed) };
                self.at += c.len_utf8();
            }
        }
    }

    fn rest(&self) -> &'a str {
        &self.script[self.at..]
    }

    /// The line of a place that is not before the last one asked for.
    fn line_of(&mut self, place: usize) -> usize {
        let place = place.max(self.counted);
        self.line += self.script[self.counted..place].matches('\n').count();
        self.counted = place;
        self.line
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$' || (!c.is_ascii() && !c.is_whitespace())
}

/// `$$` or `$tag$`, where a text begins so; `$1` is a parameter.
fn dollar_tag(text: &str) -> Option<&str> {
    let end = text[1..].find('$')? + 1;
    let tag = &text[1..end];
    let is_tag =
        tag.chars().all(|c| is_word(c) && c != '$') && !tag.starts_with(|c: char| c.is_ascii_digit());
    is_tag.then(|| &text[..=end])
}
