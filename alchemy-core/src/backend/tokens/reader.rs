//! Going through the tokens of a definition.

use super::{Kind, Token, tokens};
use crate::backend::Dialect;

/// A place among tokens.
#[derive(Debug, Clone, Copy)]
pub(in crate::backend) struct Reader<'t, 'a> {
    /// The whole statement.
    text: &'a str,
    /// What is left of its tokens.
    tokens: &'t [Token<'a>],
}

impl<'t, 'a> Reader<'t, 'a> {
    pub(in crate::backend) fn new(text: &'a str, tokens: &'t [Token<'a>]) -> Self {
        Self { text, tokens }
    }

    pub(in crate::backend) fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    pub(in crate::backend) fn peek(&self) -> Option<&'t Token<'a>> {
        self.tokens.first()
    }

    pub(in crate::backend) fn next(&mut self) -> Option<&'t Token<'a>> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(first)
    }

    /// Whether these keywords or symbols come next.
    pub(in crate::backend) fn is(&self, words: &[&str]) -> bool {
        self.tokens.len() >= words.len() && self.tokens.iter().zip(words).all(|(token, word)| token.is(word))
    }

    /// Whether one of these keywords or symbols comes next.
    pub(in crate::backend) fn is_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(&[word]))
    }

    /// Goes past these keywords or symbols, where they come next.
    pub(in crate::backend) fn eat(&mut self, words: &[&str]) -> bool {
        let there = self.is(words);
        if there {
            self.tokens = &self.tokens[words.len()..];
        }
        there
    }

    /// The name that comes next.
    pub(in crate::backend) fn name(&mut self) -> Option<String> {
        self.next()?.name()
    }

    /// The name that comes next, and the one before it that says where it is: `main.authors`.
    pub(in crate::backend) fn qualified_name(&mut self) -> Option<(Option<String>, String)> {
        let first = self.name()?;
        if self.eat(&["."]) { Some((Some(first), self.name()?)) } else { Some((None, first)) }
    }

    /// What is between the parentheses that come next.
    pub(in crate::backend) fn group(&mut self) -> Option<Self> {
        if !self.is(&["("]) {
            return None;
        }
        let mut depth = 0_usize;
        for (place, token) in self.tokens.iter().enumerate() {
            if token.is("(") {
                depth += 1;
            } else if token.is(")") {
                depth -= 1;
            }
            if depth == 0 {
                let inner = Self { text: self.text, tokens: &self.tokens[1..place] };
                self.tokens = &self.tokens[place + 1..];
                return Some(inner);
            }
        }
        None
    }

    /// Goes past the next token, or the whole of what is in parentheses.
    pub(in crate::backend) fn skip(&mut self) {
        if self.group().is_none() {
            self.next();
        }
    }

    /// What is left, split at the commas that are in no parentheses.
    pub(in crate::backend) fn items(mut self) -> Vec<Self> {
        let mut items = Vec::new();
        while !self.is_empty() {
            let before = self;
            while !self.is_empty() && !self.is(&[","]) {
                self.skip();
            }
            items.push(before.up_to(&self));
            self.eat(&[","]);
        }
        items
    }

    /// What is left here and not there.
    pub(in crate::backend) fn up_to(&self, later: &Self) -> Self {
        Self { text: self.text, tokens: &self.tokens[..self.tokens.len() - later.tokens.len()] }
    }

    /// What is left, without the last token.
    pub(in crate::backend) fn without_last(&self) -> Self {
        Self { text: self.text, tokens: self.tokens.split_last().map_or(&[], |(_, rest)| rest) }
    }

    /// The last token that is left.
    pub(in crate::backend) fn last(&self) -> Option<&'t Token<'a>> {
        self.tokens.last()
    }

    /// What is left, as it is written.
    pub(in crate::backend) fn source(&self) -> &'a str {
        match (self.tokens.first(), self.tokens.last()) {
            (Some(first), Some(last)) => &self.text[first.start..last.end()],
            _ => "",
        }
    }

    /// A value as it stands after `DEFAULT`: what is in parentheses, or a literal, a word or a function's call.
    pub(in crate::backend) fn value(&mut self) -> Option<&'a str> {
        let before = *self;
        while self.eat(&["-"]) || self.eat(&["+"]) {}
        if self.group().is_none() {
            let is_word = self.next()?.kind == Kind::Word;
            let is_charset = self.peek().is_some_and(|token| token.kind == Kind::Literal);
            if is_word && is_charset {
                self.next();
            } else if is_word {
                while self.eat(&["."]) {
                    self.next();
                }
                self.group();
            }
        }
        Some(before.up_to(self).source())
    }
}

/// An expression without the parentheses around the whole of it.
pub(in crate::backend) fn bare(dialect: Dialect, expression: &str) -> &str {
    let tokens = tokens(dialect, expression);
    let mut whole = Reader::new(expression, &tokens);
    loop {
        let mut rest = whole;
        match rest.group() {
            Some(inner) if rest.is_empty() && !inner.is_empty() => whole = inner,
            _ => return whole.source(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_parentheses_around_the_whole_are_taken_away() {
        for (expression, expected) in [
            ("((a > 0))", "a > 0"),
            ("(a) OR (b)", "(a) OR (b)"),
            ("(a = ')')", "a = ')'"),
            ("lower(a)", "lower(a)"),
            ("()", "()"),
            ("(a", "(a"),
        ] {
            assert_eq!(bare(Dialect::Postgres, expression), expected);
        }
    }

    #[test]
    fn a_value_ends_where_the_next_clause_begins() {
        for (text, expected) in [
            ("-1.5 NOT NULL", "-1.5"),
            ("(1 + (2)) UNIQUE", "(1 + (2))"),
            ("x'00' UNIQUE", "x'00'"),
            ("_utf8mb4'x' COMMENT 'y'", "_utf8mb4'x'"),
            ("current_timestamp(6) ON UPDATE", "current_timestamp(6)"),
            ("nextval(`a`.`b`),", "nextval(`a`.`b`)"),
            ("'a' 'b'", "'a'"),
            ("CURRENT_TIMESTAMP COLLATE NOCASE", "CURRENT_TIMESTAMP"),
        ] {
            let tokens = tokens(Dialect::Mysql, text);
            assert_eq!(Reader::new(text, &tokens).value(), Some(expected));
        }
    }
}
