//! What comes before the body of a routine, trigger or event of MariaDB.

/// Follows the words of a head, to tell where it ends: <https://mariadb.com/kb/en/create-procedure/>,
/// <https://mariadb.com/kb/en/create-function/>, <https://mariadb.com/kb/en/create-trigger/>,
/// <https://mariadb.com/kb/en/create-event/>.
#[derive(Debug)]
pub(super) struct Head {
    part: Part,
    /// How many parentheses are open.
    depth: usize,
    /// The last word, in capitals, or sign.
    last: String,
    /// Whether the next word is what the last one takes, whatever it is.
    operand: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// The name of a routine, up to the end of its parameters.
    Parameters,
    /// What is said of a routine after them.
    Characteristics,
    /// Up to `FOR EACH ROW`.
    Trigger,
    /// `FOLLOWS` or `PRECEDES` another trigger.
    Order,
    /// Up to `DO`.
    Schedule,
    /// The body comes.
    End,
}

impl Head {
    /// That of what the word, in capitals, says is made.
    pub(super) fn of(object: &str) -> Self {
        let part = match object {
            "TRIGGER" => Part::Trigger,
            "EVENT" => Part::Schedule,
            _ => Part::Parameters,
        };
        Self { part, depth: 0, last: object.to_owned(), operand: false }
    }

    /// Takes the next word, in capitals, or sign; says whether it is the first of the body.
    pub(super) fn push(&mut self, token: &str) -> bool {
        let inside = self.depth > 0;
        match token {
            "(" => self.depth += 1,
            ")" => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        let operand = std::mem::take(&mut self.operand);
        let begins = !inside && !operand && self.is_first(token);
        self.last = token.to_owned();
        begins
    }

    fn is_first(&mut self, token: &str) -> bool {
        match (self.part, token) {
            (Part::Parameters, "(") => self.part = Part::Characteristics,
            (Part::Trigger, "ROW") if self.last == "EACH" => self.part = Part::Order,
            (Part::Order, "FOLLOWS" | "PRECEDES") => {
                self.operand = true;
                self.part = Part::End;
            }
            (Part::Schedule, "DO") => self.part = Part::End,
            (Part::Parameters | Part::Trigger | Part::Schedule, _) => {}
            (Part::Characteristics, token) if self.is_characteristic(token) => {}
            (Part::Characteristics | Part::Order | Part::End, _) => return true,
        }
        false
    }

    fn is_characteristic(&mut self, token: &str) -> bool {
        self.operand = match token {
            "RETURNS" | "CHARSET" | "COLLATE" | "LANGUAGE" | "COMMENT" | "OF" | "." => true,
            "SET" => self.last == "CHARACTER",
            _ => false,
        };
        self.operand
            || matches!(token, "(" | ")" | "," | "'")
            || matches!(token, "NOT" | "DETERMINISTIC" | "CONTAINS" | "NO" | "READS" | "MODIFIES" | "SQL" | "DATA")
            || matches!(token, "SECURITY" | "DEFINER" | "INVOKER")
            // What may follow the first word of a type.
            || matches!(token, "UNSIGNED" | "SIGNED" | "ZEROFILL" | "PRECISION" | "VARYING" | "BINARY" | "ASCII")
            || matches!(token, "UNICODE" | "BYTE" | "CHARACTER" | "CHAR" | "VARCHAR")
    }
}
