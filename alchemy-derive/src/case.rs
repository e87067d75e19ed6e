//! Names: of tables, and by the rules of `rename_all`.

/// The default name of a table: the struct's name in snake case, acronyms kept together (`HTTPServer` is
/// `http_server`), as Advanced Alchemy does it.
pub(crate) fn table_name(ident: &str) -> String {
    let chars: Vec<char> = ident.chars().collect();
    let mut name = String::with_capacity(ident.len() + 4);
    for (at, &char) in chars.iter().enumerate() {
        let follows_word = at > 0 && (chars[at - 1].is_ascii_lowercase() || chars[at - 1].is_ascii_digit());
        let starts_word = at > 0 && chars.get(at + 1).is_some_and(char::is_ascii_lowercase);
        if char.is_ascii_uppercase() && (follows_word || starts_word) {
            name.push('_');
        }
        name.extend(char.to_lowercase());
    }
    name
}

/// A rule of `rename_all`, as serde has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RenameRule {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

impl RenameRule {
    /// The rules' names, for messages.
    pub(crate) const NAMES: &'static str = "`lowercase`, `UPPERCASE`, `PascalCase`, `camelCase`, `snake_case`, \
         `SCREAMING_SNAKE_CASE`, `kebab-case`, `SCREAMING-KEBAB-CASE`";

    /// The rule of that name.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "lowercase" => Self::Lower,
            "UPPERCASE" => Self::Upper,
            "PascalCase" => Self::Pascal,
            "camelCase" => Self::Camel,
            "snake_case" => Self::Snake,
            "SCREAMING_SNAKE_CASE" => Self::ScreamingSnake,
            "kebab-case" => Self::Kebab,
            "SCREAMING-KEBAB-CASE" => Self::ScreamingKebab,
            _ => return None,
        })
    }

    /// Renames a field, which is in snake case.
    pub(crate) fn field(self, name: &str) -> String {
        match self {
            Self::Lower | Self::Snake => name.to_owned(),
            Self::Upper | Self::ScreamingSnake => name.to_ascii_uppercase(),
            Self::Pascal => pascal(name),
            Self::Camel => lower_first(&pascal(name)),
            Self::Kebab => name.replace('_', "-"),
            Self::ScreamingKebab => name.to_ascii_uppercase().replace('_', "-"),
        }
    }

    /// Renames a variant, which is in Pascal case.
    pub(crate) fn variant(self, name: &str) -> String {
        match self {
            Self::Lower => name.to_ascii_lowercase(),
            Self::Upper => name.to_ascii_uppercase(),
            Self::Pascal => name.to_owned(),
            Self::Camel => lower_first(name),
            Self::Snake => snake(name),
            Self::ScreamingSnake => snake(name).to_ascii_uppercase(),
            Self::Kebab => snake(name).replace('_', "-"),
            Self::ScreamingKebab => snake(name).to_ascii_uppercase().replace('_', "-"),
        }
    }
}

fn pascal(name: &str) -> String {
    name.split('_').map(upper_first).collect()
}

/// Serde's rule, which takes every capital for the start of a word.
fn snake(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for (at, char) in name.char_indices() {
        if at > 0 && char.is_uppercase() {
            snake.push('_');
        }
        snake.push(char.to_ascii_lowercase());
    }
    snake
}

fn upper_first(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars).collect()
}

fn lower_first(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(chars).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_names_keep_acronyms_together() {
        for (ident, table) in [
            ("Author", "author"),
            ("BlogPost", "blog_post"),
            ("HTTPServer", "http_server"),
            ("userID", "user_id"),
            ("MyABCThing", "my_abc_thing"),
            ("User2Role", "user2_role"),
        ] {
            assert_eq!(table_name(ident), table);
        }
    }

    #[test]
    fn rename_rules_follow_serde() {
        let cases = [
            ("lowercase", "first_name", "firstname"),
            ("UPPERCASE", "FIRST_NAME", "FIRSTNAME"),
            ("PascalCase", "FirstName", "FirstName"),
            ("camelCase", "firstName", "firstName"),
            ("snake_case", "first_name", "first_name"),
            ("SCREAMING_SNAKE_CASE", "FIRST_NAME", "FIRST_NAME"),
            ("kebab-case", "first-name", "first-name"),
            ("SCREAMING-KEBAB-CASE", "FIRST-NAME", "FIRST-NAME"),
        ];
        for (rule, field, variant) in cases {
            let rule = RenameRule::from_name(rule).unwrap();
            assert_eq!(rule.field("first_name"), field);
            assert_eq!(rule.variant("FirstName"), variant);
        }
        assert_eq!(RenameRule::from_name("Snake"), None);
    }
}
