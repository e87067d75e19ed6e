//! What a statement changes, and what should be known before it is run.

use super::fits::fits;
use super::kind::Kind;
use crate::backend::{Dialect, quote_identifier};
use crate::migration::Statement;
use crate::migration::schema::{Check, Column, ForeignKey, Index, Other, PrimaryKey, Table, Unique};

/// What cannot be told to a database.
pub(super) const NAMELESS: &str = "dropping or renaming a constraint that has no name";

/// The summary and the warnings of a statement, a line each.
pub(super) struct Notes {
    dialect: Dialect,
    summary: Vec<String>,
    warnings: Vec<String>,
}

impl Notes {
    pub(super) fn new(dialect: Dialect) -> Self {
        Self { dialect, summary: Vec::new(), warnings: Vec::new() }
    }

    /// The statement that these are about.
    pub(super) fn about(self, sql: impl Into<String>) -> Statement {
        Statement {
            sql: sql.into(),
            warning: (!self.warnings.is_empty()).then(|| self.warnings.join("\n")),
            summary: self.summary.join("\n"),
        }
    }

    pub(super) fn warn(&mut self, warning: impl Into<String>) {
        let warning = warning.into();
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    fn say(&mut self, summary: String) {
        self.summary.push(summary);
    }

    pub(super) fn table_renamed(&mut self, old: &str, new: &str) {
        self.say(format!("renames the table `{old}` to `{new}`"));
    }

    pub(super) fn column_renamed(&mut self, table: &str, old: &str, new: &str) {
        self.say(format!("renames the column `{table}.{old}` to `{table}.{new}`"));
    }

    pub(super) fn constraint_renamed(&mut self, table: &str, old: &str, new: &str) {
        self.say(format!("renames `{old}` of the table `{table}` to `{new}`"));
    }

    pub(super) fn table_created(&mut self, table: &Table) {
        self.say(format!("creates the table `{}`", table.name));
    }

    pub(super) fn table_dropped(&mut self, table: &Table) {
        self.say(format!("drops the table `{}`", table.name));
        self.warn(format!("This drops the table `{}` with all its rows.", table.name));
        self.lost(&table.others.iter().collect::<Vec<_>>());
        self.in_the_way(table, None);
        self.mentioned(table, None);
    }

    pub(super) fn column_dropped(&mut self, table: &Table, column: &Column) {
        let name = path(table, column);
        self.say(format!("drops the column {name}"));
        self.warn(format!("This drops the values of {name}."));
        self.lost_with(table, Some(&column.name));
        self.mentioned(table, Some(&column.name));
    }

    /// What mentions a table, or a column, that goes or gets another name.
    pub(super) fn mentioned(&mut self, table: &Table, part: Option<&str>) {
        let mentions = table.mentions.iter().filter(|mention| mention.part.as_deref() == part);
        let whats: Vec<_> = mentions.map(|mention| mention.what.as_str()).collect();
        if !whats.is_empty() {
            let gone = part.map_or_else(|| table.name.clone(), |part| format!("{}.{part}", table.name));
            self.warn(format!("`{gone}` is mentioned by {}, which may fail from then on.", whats.join(", ")));
        }
    }

    /// What belongs to a part of a table that goes.
    fn lost_with(&mut self, table: &Table, part: Option<&str>) {
        self.lost(&belonging(table, part));
    }

    fn lost(&mut self, others: &[&Other]) {
        if let Some(others) = listed(others, false) {
            self.warn(format!("The way back does not bring back {others}."));
        }
    }

    /// What keeps a column from going or becoming of another type, or a table from going.
    pub(super) fn in_the_way(&mut self, table: &Table, column: Option<&str>) {
        let others: Vec<_> = match column {
            Some(_) => belonging(table, column),
            None => table.others.iter().filter(|other| other.part.is_none()).collect(),
        };
        if let Some(others) = listed(&others, true) {
            let name = column.map_or_else(|| table.name.clone(), |column| format!("{}.{column}", table.name));
            self.warn(format!(
                "This fails while `{name}` is used by {others}: drop that before, and make it again afterwards."
            ));
        }
    }

    /// A foreign key that goes to let something else change comes again.
    pub(super) fn foreign_key_remade(&mut self, table: &Table, key: &ForeignKey) {
        if let Some(others) = listed(&belonging(table, key.name.as_deref()), false) {
            self.warn(format!("What adds it again does not bring back {others}."));
        }
    }

    pub(super) fn column_added(&mut self, table: &Table, column: &Column) {
        self.say(format!("adds the column {}", path(table, column)));
    }

    /// A column that must have a value came without saying which.
    pub(super) fn neutral(&mut self, table: &Table, column: &Column, value: Option<&str>) {
        let name = path(table, column);
        self.warn(match value {
            Some(value) => format!("The rows that are there get {value} in {name}, which has no default; change it to what they should have."),
            None => format!("This fails where there are rows: {name} has no default, and its type no value that says nothing."),
        });
    }

    /// Each way in which a column changes.
    pub(super) fn column_changed(&mut self, table: &Table, from: &Column, to: &Column) {
        let name = path(table, to);
        if !super::same_type(self.dialect, &from.sql_type, &to.sql_type) {
            self.say(format!("changes the type of {name} from {} to {}", from.sql_type, to.sql_type));
            if !fits(self.dialect, &from.sql_type, &to.sql_type) {
                let kind = |column: &Column| Kind::of(self.dialect, &column.sql_type);
                self.warn(match self.dialect {
                    Dialect::Sqlite => copied_by_sqlite(&name, (&kind(from), &kind(to)), &to.sql_type),
                    Dialect::Postgres | Dialect::Mysql => format!(
                        "This fails where values of {name} cannot be turned into {}, and may round or cut others.",
                        to.sql_type
                    ),
                });
            }
        }
        if from.collation != to.collation {
            let collation = to.collation.as_deref().unwrap_or("the default");
            self.say(format!("changes the collation of {name} to {collation}"));
        }
        if from.nullable != to.nullable {
            self.say(format!("makes {name} {}", if to.nullable { "nullable" } else { "NOT NULL" }));
            if !to.nullable {
                self.not_null(table, to);
            }
        }
        match (from.default_value(self.dialect), to.default_value(self.dialect)) {
            (None, Some(to)) => self.say(format!("gives {name} the default {to}")),
            (Some(from), None) => self.say(format!("takes the default {from} from {name}")),
            (Some(from), Some(to)) if from != to => {
                self.say(format!("changes the default of {name} from {from} to {to}"));
            }
            _ => {}
        }
        if from.generated != to.generated {
            self.say(format!("changes how the database makes the values of {name}"));
        }
    }

    /// Dates that become points in time, on SQLite.
    pub(super) fn midnight(&mut self, table: &Table, column: &Column) {
        self.warn(format!(
            "The dates in {} become midnight in UTC, which fields with a zone and without one can read; where the field has none, take the +00:00 out.",
            path(table, column)
        ));
    }

    /// What a table says of itself that its copy does not.
    pub(super) fn unkept(&mut self, table: &Table) {
        for part in &table.unkept {
            self.warn(format!(
                "The copy of `{}` is without this, write it in where it is to stay: {}",
                table.name,
                on_one_line(part)
            ));
        }
    }

    fn not_null(&mut self, table: &Table, column: &Column) {
        let quote = |name| quote_identifier(self.dialect, name);
        let (table_name, column_name) = (quote(&table.name), quote(&column.name));
        self.warn(format!(
            "This fails where {} is NULL; first: UPDATE {table_name} SET {column_name} = ... WHERE {column_name} IS NULL.",
            path(table, column)
        ));
    }

    pub(super) fn primary_key(&mut self, table: &Table, from: Option<&PrimaryKey>, to: Option<&PrimaryKey>) {
        let name = &table.name;
        self.say(match (from, to) {
            (_, None) => format!("drops the primary key of `{name}`"),
            (None, Some(to)) => format!("makes {} the primary key of `{name}`", names(&to.columns)),
            (Some(from), Some(to)) if from.columns == to.columns => {
                format!("renames the primary key of `{name}`")
            }
            (Some(from), Some(to)) => format!(
                "changes the primary key of `{name}` from {} to {}",
                names(&from.columns),
                names(&to.columns)
            ),
        });
        self.lost_with(table, from.and_then(|key| key.name.as_deref()));
        if let Some(to) = to.filter(|to| from.is_none_or(|from| from.columns != to.columns)) {
            self.duplicates(table, &to.columns);
        }
    }

    pub(super) fn unique_dropped(&mut self, table: &Table, unique: &Unique) {
        self.say(format!("drops the unique constraint on {} of `{}`", names(&unique.columns), table.name));
        self.lost_with(table, unique.name.as_deref());
    }

    pub(super) fn unique_added(&mut self, table: &Table, unique: &Unique) {
        self.say(format!("adds a unique constraint on {} of `{}`", names(&unique.columns), table.name));
        self.duplicates(table, &unique.columns);
    }

    fn duplicates(&mut self, table: &Table, columns: &[String]) {
        self.warn(format!(
            "This fails where rows of `{}` have the same values in {}.",
            table.name,
            names(columns)
        ));
    }

    pub(super) fn foreign_key_dropped(&mut self, table: &Table, key: &ForeignKey) {
        self.say(format!(
            "drops the foreign key from {} of `{}` to `{}`",
            names(&key.columns),
            table.name,
            key.target
        ));
        self.lost_with(table, key.name.as_deref());
    }

    pub(super) fn foreign_key_added(&mut self, table: &Table, key: &ForeignKey) {
        self.say(format!(
            "adds a foreign key from {} of `{}` to `{}`",
            names(&key.columns),
            table.name,
            key.target
        ));
        self.dangling(table, key);
    }

    pub(super) fn dangling(&mut self, table: &Table, key: &ForeignKey) {
        self.warn(format!(
            "This fails where {} of `{}` has values that `{}` has not.",
            names(&key.columns),
            table.name,
            key.target
        ));
    }

    pub(super) fn check_dropped(&mut self, table: &Table, check: &Check) {
        self.say(format!("drops the check `{}` of `{}`", check.expression, table.name));
        self.lost_with(table, check.name.as_deref());
    }

    pub(super) fn check_added(&mut self, table: &Table, check: &Check) {
        self.say(format!("adds the check `{}` to `{}`", check.expression, table.name));
        self.warn(format!("This fails where rows of `{}` do not meet `{}`.", table.name, check.expression));
    }

    pub(super) fn index_dropped(&mut self, table: &Table, index: &Index) {
        self.say(format!("drops the index `{}` of `{}`", index.name, table.name));
    }

    pub(super) fn index_added(&mut self, table: &Table, index: &Index) {
        let unique = if index.unique { "unique " } else { "" };
        self.say(format!("adds the {unique}index `{}` to `{}`", index.name, table.name));
        if index.unique {
            self.warn(format!(
                "This fails where rows of `{}` are the same in the index `{}`.",
                table.name, index.name
            ));
        }
    }
}

/// What becomes of values on SQLite, where a type that none of them has to be of may yet turn them into others.
fn copied_by_sqlite(name: &str, (from, to): (&Kind, &Kind), sql_type: &str) -> String {
    let is_moment = |kind: &Kind| matches!(kind, Kind::Timestamp | Kind::TimestampTz);
    if is_moment(from) && *to == Kind::Date {
        return format!("The values of {name} lose their time of day.");
    }
    let upper = sql_type.to_uppercase();
    let has = |words: &[&str]| words.iter().any(|word| upper.contains(word));
    // What decides on the affinity of a column: https://www.sqlite.org/datatype3.html#determination_of_column_affinity
    let is_text = |kind: &Kind| matches!(kind, Kind::Text(_));
    if !is_text(from) && !has(&["INT"]) && has(&["CHAR", "CLOB", "TEXT"]) {
        return format!(
            "The numbers among the values of {name} become texts, which may round them; others are copied as they are."
        );
    }
    if !has(&["INT"]) && (has(&["CHAR", "CLOB", "TEXT", "BLOB"]) || upper.is_empty()) {
        return format!("The values of {name} are copied as they are, also those that are no {sql_type}.");
    }
    format!(
        "Texts in {name} that can be read as numbers become numbers, '007' and '7e0' both 7, and do not become what they were on the way back; other values are copied as they are, also those that are no {sql_type}."
    )
}

fn on_one_line(sql: &str) -> String {
    sql.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What belongs to a part of a table.
fn belonging<'a>(table: &'a Table, part: Option<&str>) -> Vec<&'a Other> {
    table.others.iter().filter(|other| part.is_some() && other.part.as_deref() == part).collect()
}

/// Those that are, or are not, in the way of a change, each once; `None` where there are none.
fn listed(others: &[&Other], in_the_way: bool) -> Option<String> {
    let mut others: Vec<_> = others
        .iter()
        .filter(|other| other.in_the_way == in_the_way)
        .map(|other| other.what.as_str())
        .collect();
    others.dedup();
    (!others.is_empty()).then(|| others.join(", "))
}

/// A column, for people: `` `authors.dob` ``.
fn path(table: &Table, column: &Column) -> String {
    format!("`{}.{}`", table.name, column.name)
}

/// Names, for people.
fn names(names: &[String]) -> String {
    let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}
