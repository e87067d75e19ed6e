//! Scripts for the databases' own clients.

use crate::backend::Dialect;

/// A comment that says how to run a script in such a way that it ends at the first error.
pub(crate) const fn client_call(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "-- To be run by: sqlite3 -bail FILE < SCRIPT\n",
        Dialect::Postgres => "-- To be run by: psql --set ON_ERROR_STOP=on --file SCRIPT\n",
        Dialect::Mysql => "-- To be run by: mariadb DATABASE < SCRIPT\n",
    }
}

/// What a client has to be told to look for at the end of a statement, where it would take a semicolon inside for that:
/// MariaDB's knows nothing of bodies.
pub(crate) fn client_delimiter(dialect: Dialect, statement: &str) -> Option<String> {
    if dialect != Dialect::Mysql || !statement.contains(';') {
        return None;
    }
    let mut end = "//".to_owned();
    while statement.contains(&end) {
        end.push('/');
    }
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delimiter_is_not_in_the_statement() {
        let end = |statement| client_delimiter(Dialect::Mysql, statement);
        assert_eq!(end("SELECT 1"), None);
        assert_eq!(end("BEGIN NOT ATOMIC SELECT 1; END").as_deref(), Some("//"));
        assert_eq!(end("SELECT 'http://a;'").as_deref(), Some("///"));
        assert_eq!(client_delimiter(Dialect::Sqlite, "SELECT ';'"), None);
    }
}
