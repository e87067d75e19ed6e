//! The metadata of models: plain constant data, so that a derive can emit it and every part can read it.

use super::{ColumnKind, FieldType};
use crate::error::ErrorKind;

/// A table: its columns and constraints.
#[derive(Debug)]
#[non_exhaustive]
pub struct ModelMeta {
    /// The struct's name, as in `Author`.
    pub name: &'static str,
    /// The table's name, as in `authors`.
    pub table: &'static str,
    /// What the table was called before, for migrations that rename it.
    pub renamed_from: Option<&'static str>,
    /// The database this model lives in; `None` is the default one.
    pub bind_key: Option<&'static str>,
    /// The columns, primary key first where there is one.
    pub columns: &'static [ColumnMeta],
    /// The primary key: indexes into `columns`; empty where rows have none.
    pub primary_key: &'static [usize],
    /// Unique constraints, those of single columns included.
    pub uniques: &'static [UniqueMeta],
    /// Indexes, those of single columns included.
    pub indexes: &'static [IndexMeta],
    /// Foreign keys.
    pub foreign_keys: &'static [ForeignKeyMeta],
    /// Check constraints.
    pub checks: &'static [CheckMeta],
    /// The columns by which an upsert finds the row that is there already, where nothing else is said: indexes into
    /// `columns`. Empty is the primary key.
    pub match_fields: &'static [usize],
    /// Messages in place of the usual ones, for errors of some kinds.
    pub messages: &'static [(ErrorKind, &'static str)],
    /// The `SELECT` that the rows come from; `None` where `table` is a table or a view.
    pub query: Option<&'static str>,
    /// Whether the table is Alchemy's to create (`false` where an existing `schema.rs` was adopted and migrations own
    /// it, and where it is a view or a query).
    pub managed: bool,
}

/// The required parts of a [`ModelMeta`]; the rest start empty.
impl ModelMeta {
    /// A table with a name and columns, the first of which is its key.
    #[must_use]
    pub const fn new(name: &'static str, table: &'static str, columns: &'static [ColumnMeta]) -> Self {
        Self {
            name,
            table,
            renamed_from: None,
            bind_key: None,
            columns,
            primary_key: &[0],
            uniques: &[],
            indexes: &[],
            foreign_keys: &[],
            checks: &[],
            match_fields: &[],
            messages: &[],
            query: None,
            managed: true,
        }
    }

    /// Whether its rows are its own, and not those of a query or of a view without a key.
    #[must_use]
    pub fn has_rows(&self) -> bool {
        self.query.is_none() && !self.primary_key.is_empty()
    }

    /// The index of the column that a field maps to.
    #[must_use]
    pub fn index_of_field(&self, field: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.field == field)
    }

    /// The index of the column that has a role.
    #[must_use]
    pub fn index_of_role(&self, role: ColumnRole) -> Option<usize> {
        self.columns.iter().position(|column| column.role == role)
    }

    /// The indexes of the column that holds a slug and of the one it is made of.
    #[must_use]
    pub fn slug(&self) -> Option<(usize, usize)> {
        self.columns.iter().enumerate().find_map(|(index, column)| match column.role {
            ColumnRole::Slug { source } => Some((index, source)),
            _ => None,
        })
    }

    /// Whether no two rows can have the same values in these columns, none of them null: whether they are the primary
    /// key or those of a unique constraint, in any order.
    #[must_use]
    pub fn is_unique(&self, columns: &[usize]) -> bool {
        !columns.is_empty() && (are_same(self.primary_key, columns) || self.unique_over(columns).is_some())
    }

    /// The unique constraint over these columns, in any order.
    pub(crate) fn unique_over(&self, columns: &[usize]) -> Option<&'static UniqueMeta> {
        self.uniques.iter().find(|unique| are_same(unique.columns, columns))
    }

    /// Whether this is the same model. Its address does not tell: a constant may have several.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        let of = |meta: &Self| (meta.name, meta.table, meta.bind_key());
        of(self) == of(other)
    }

    /// The bind key, `"default"` where none was given.
    #[must_use]
    pub fn bind_key(&self) -> &'static str {
        self.bind_key.unwrap_or("default")
    }
}

/// Whether two lists have the same columns, in any order.
fn are_same(one: &[usize], other: &[usize]) -> bool {
    one.len() == other.len() && one.iter().all(|column| other.contains(column))
}

/// A column.
#[derive(Debug)]
#[non_exhaustive]
pub struct ColumnMeta {
    /// The struct field's name.
    pub field: &'static str,
    /// The column's name in the database.
    pub name: &'static str,
    /// What the column was called before, for migrations that rename it.
    pub renamed_from: Option<&'static str>,
    /// What it holds.
    pub kind: ColumnKind,
    /// Whether it may be `NULL`.
    pub nullable: bool,
    /// The most characters a text may have.
    pub max_length: Option<u32>,
    /// Total digits and digits after the point, for [`ColumnKind::Decimal`].
    pub precision: Option<(u8, u8)>,
    /// Whether a [`ColumnKind::Json`] is kept as its text where the database has a binary form too: PostgreSQL's `JSON`
    /// rather than `JSONB`.
    pub json_text: bool,
    /// The default, as the database knows it.
    pub default: Option<DefaultValue>,
    /// How the database makes a value where none is given, for a key that is a number.
    pub generated: Option<Generated>,
    /// All the texts that its values are stored as, for a column that can be filtered and has only so many.
    pub choices: Option<&'static [&'static str]>,
    /// What Alchemy itself does with the column.
    pub role: ColumnRole,
    /// May be given at creation.
    pub creatable: bool,
    /// May be changed by an update.
    pub updatable: bool,
    /// Is part of the serialized model.
    pub output: bool,
    /// A query string's `searchString` looks into it.
    pub searchable: bool,
    /// A query string may order by it.
    pub sortable: bool,
    /// A query string may filter by it.
    pub filterable: bool,
    /// The name of the parameter by which it does; `None` is the field's in `camelCase`.
    pub param: Option<&'static str>,
}

impl ColumnMeta {
    /// A plain column: required, given at creation, changed by updates, part of the output, closed to query
    /// strings.
    #[must_use]
    pub const fn new(field: &'static str, name: &'static str, kind: ColumnKind) -> Self {
        Self {
            field,
            name,
            renamed_from: None,
            kind,
            nullable: false,
            max_length: None,
            precision: None,
            json_text: false,
            default: None,
            generated: None,
            choices: None,
            role: ColumnRole::Data,
            creatable: true,
            updatable: true,
            output: true,
            searchable: false,
            sortable: false,
            filterable: false,
            param: None,
        }
    }
}

/// What Alchemy itself does with a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ColumnRole {
    /// Nothing: its values are the user's.
    Data,
    /// Part of the primary key.
    PrimaryKey,
    /// Set to the current time when a row is created.
    CreatedAt,
    /// Set to the current time when a row is created or changed.
    UpdatedAt,
    /// A number that each change of the row raises by one, so that a change made of what has been changed since is
    /// noticed.
    Version,
    /// The time at which the row was deleted; `NULL` as long as it was not. Rows that were deleted are left out unless
    /// they are asked for.
    DeletedAt,
    /// A text for URLs, unique, made of another column's text where none is given.
    Slug {
        /// The index of the column that it is made of.
        source: usize,
    },
}

/// How a database makes the keys that are numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Generated {
    /// From a sequence: `BIGSERIAL` on PostgreSQL, `AUTO_INCREMENT` on MariaDB, the row's number on SQLite.
    Sequence,
    /// By the standard's `GENERATED BY DEFAULT AS IDENTITY` on PostgreSQL, `AUTO_INCREMENT` on MariaDB, `AUTOINCREMENT` on
    /// SQLite. A key is never given out twice.
    Identity,
}

/// A default that the database applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DefaultValue {
    /// An SQL expression, taken as it is from the model's attribute.
    Sql(&'static str),
}

/// A unique constraint.
#[derive(Debug)]
#[non_exhaustive]
pub struct UniqueMeta {
    /// Its name; `None` follows the naming convention.
    pub name: Option<&'static str>,
    /// Its columns: indexes into [`ModelMeta::columns`].
    pub columns: &'static [usize],
}

impl UniqueMeta {
    /// A constraint over columns, named by the convention.
    #[must_use]
    pub const fn new(columns: &'static [usize]) -> Self {
        Self { name: None, columns }
    }
}

/// An index.
#[derive(Debug)]
#[non_exhaustive]
pub struct IndexMeta {
    /// Its name; `None` follows the naming convention.
    pub name: Option<&'static str>,
    /// Its columns: indexes into [`ModelMeta::columns`].
    pub columns: &'static [usize],
}

impl IndexMeta {
    /// An index over columns, named by the convention.
    #[must_use]
    pub const fn new(columns: &'static [usize]) -> Self {
        Self { name: None, columns }
    }
}

/// A check constraint.
#[derive(Debug)]
#[non_exhaustive]
pub struct CheckMeta {
    /// The part of its name that the naming convention puts after `ck_<table>_`.
    pub name: &'static str,
    /// What rows have to meet.
    pub condition: CheckCondition,
}

/// What a check constraint asks of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CheckCondition {
    /// An SQL expression, taken as it is from the model's attribute.
    Sql(&'static str),
    /// A column holds one of some texts: `colour IN ('red', 'blue')`.
    OneOf {
        /// The index of the column.
        column: usize,
        /// The texts.
        texts: &'static [&'static str],
    },
}

impl CheckMeta {
    /// A constraint with a name and a condition in SQL.
    #[must_use]
    pub const fn new(name: &'static str, expression: &'static str) -> Self {
        Self { name, condition: CheckCondition::Sql(expression) }
    }

    /// A constraint by which a column has only the texts that a type is stored as.
    ///
    /// # Panics
    /// When the type may be any text; in a constant this is an error of the compiler's.
    #[must_use]
    pub const fn of_choices<T: FieldType>(name: &'static str, column: usize) -> Self {
        match T::CHOICES {
            Some(texts) => Self { name, condition: CheckCondition::OneOf { column, texts } },
            None => panic!("`check_choices` is for an enum that derives `TextEnum`"),
        }
    }
}

/// A foreign key.
#[derive(Debug)]
#[non_exhaustive]
pub struct ForeignKeyMeta {
    /// Its name; `None` follows the naming convention.
    pub name: Option<&'static str>,
    /// Its columns: indexes into [`ModelMeta::columns`].
    pub columns: &'static [usize],
    /// The model it refers to.
    pub target: fn() -> &'static ModelMeta,
    /// The fields of `target` it refers to; empty is its primary key.
    pub target_fields: &'static [&'static str],
    /// What happens when the row referred to is deleted.
    pub on_delete: ReferentialAction,
    /// What happens when the key referred to changes.
    pub on_update: ReferentialAction,
    /// Whether the database checks it at commit only.
    pub deferred: bool,
}

impl ForeignKeyMeta {
    /// Columns that refer to a model's primary key; named by the convention, checked by each statement, and without an
    /// action.
    #[must_use]
    pub const fn new(columns: &'static [usize], target: fn() -> &'static ModelMeta) -> Self {
        Self {
            name: None,
            columns,
            target,
            target_fields: &[],
            on_delete: ReferentialAction::NoAction,
            on_update: ReferentialAction::NoAction,
            deferred: false,
        }
    }
}

/// What a foreign key does when the row it refers to goes or changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ReferentialAction {
    /// `NO ACTION`, the default: refused.
    #[default]
    NoAction,
    /// `RESTRICT`: refused at once, even where the constraint is deferred.
    Restrict,
    /// `CASCADE`: done to the referring rows too.
    Cascade,
    /// `SET NULL`.
    SetNull,
    /// `SET DEFAULT`.
    SetDefault,
}
