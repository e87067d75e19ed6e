//! What is the same in two schemas.

use crate::backend::{Dialect, mentions, same_expression, same_type};
use crate::migration::schema::{Check, Column, ForeignKey, Generation, Index, IndexKey, IndexPart, Unique};

/// A part of a table that is known by what it says, whatever its name.
pub(crate) trait Constraint: Clone {
    /// Whether it says the same.
    fn says(&self, other: &Self, dialect: Dialect) -> bool;

    /// Whether it is about a column.
    fn has(&self, column: &str, dialect: Dialect) -> bool;

    /// Whether it goes with a column, even where it does not say anything of it.
    fn goes_with(&self, _column: &str, _dialect: Dialect) -> bool {
        false
    }

    /// Its name.
    fn name(&self) -> Option<&str>;

    /// Whether a model gives it its name.
    fn is_named(&self) -> bool;

    /// The same by another name.
    fn named_as(&mut self, other: &Self);
}

impl Constraint for Unique {
    fn says(&self, other: &Self, _: Dialect) -> bool {
        self.columns == other.columns
    }

    fn has(&self, column: &str, _: Dialect) -> bool {
        self.columns.iter().any(|other| other == column)
    }

    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn is_named(&self) -> bool {
        self.is_named
    }

    fn named_as(&mut self, other: &Self) {
        self.name.clone_from(&other.name);
    }
}

impl Constraint for ForeignKey {
    fn says(&self, other: &Self, _: Dialect) -> bool {
        let pairs = |key: &Self| {
            let mut pairs: Vec<_> =
                key.columns.iter().cloned().zip(key.target_columns.iter().cloned()).collect();
            pairs.sort();
            pairs
        };
        self.target == other.target
            && pairs(self) == pairs(other)
            && (self.on_delete, self.on_update, self.deferred)
                == (other.on_delete, other.on_update, other.deferred)
    }

    fn has(&self, column: &str, _: Dialect) -> bool {
        self.columns.iter().any(|other| other == column)
    }

    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn is_named(&self) -> bool {
        self.is_named
    }

    fn named_as(&mut self, other: &Self) {
        self.name.clone_from(&other.name);
    }
}

impl Constraint for Check {
    fn says(&self, other: &Self, dialect: Dialect) -> bool {
        same_expression(dialect, &self.expression, &other.expression)
    }

    fn has(&self, column: &str, dialect: Dialect) -> bool {
        self.column.as_deref() == Some(column) || mentions(dialect, &self.expression, column)
    }

    fn goes_with(&self, column: &str, _: Dialect) -> bool {
        self.column.as_deref() == Some(column)
    }

    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn is_named(&self) -> bool {
        false
    }

    fn named_as(&mut self, other: &Self) {
        self.clone_from(other);
    }
}

impl Constraint for Index {
    fn says(&self, other: &Self, dialect: Dialect) -> bool {
        self.unique == other.unique
            && self.method == other.method
            && same_optional(dialect, self.condition.as_deref(), other.condition.as_deref())
            && self.parts.len() == other.parts.len()
            && self.parts.iter().zip(&other.parts).all(|(left, right)| same_part(dialect, left, right))
    }

    fn has(&self, column: &str, dialect: Dialect) -> bool {
        let says = |expression: &str| mentions(dialect, expression, column);
        let in_parts = self.parts.iter().any(|part| match &part.key {
            IndexKey::Column(name) => name == column,
            IndexKey::Expression(expression) => says(expression),
        });
        in_parts || self.condition.as_deref().is_some_and(says)
    }

    fn goes_with(&self, column: &str, dialect: Dialect) -> bool {
        mentions(dialect, &self.options, column)
    }

    fn name(&self) -> Option<&str> {
        Some(&self.name)
    }

    fn is_named(&self) -> bool {
        self.is_named
    }

    fn named_as(&mut self, other: &Self) {
        *self = Self { is_named: self.is_named, ..other.clone() };
    }
}

/// For each of `right` the place of the one of `left` that says the same: one of the same name before another, and each
/// at most once.
pub(crate) fn partners<C: Constraint>(left: &[C], right: &[C], dialect: Dialect) -> Vec<Option<usize>> {
    let mut partners = vec![None; right.len()];
    for same_name in [true, false] {
        for (place, constraint) in right.iter().enumerate() {
            if partners[place].is_none() {
                partners[place] = (0..left.len()).find(|&other| {
                    !partners.contains(&Some(other))
                        && (!same_name || left[other].name() == constraint.name())
                        && left[other].says(constraint, dialect)
                });
            }
        }
    }
    partners
}

/// Whether two defaults are the same; that of none is `NULL`.
pub(crate) fn same_default(dialect: Dialect, left: &Column, right: &Column) -> bool {
    same_optional(dialect, left.default_value(dialect), right.default_value(dialect))
}

/// Whether two columns get their values in the same way.
pub(crate) fn same_generation(
    dialect: Dialect,
    left: Option<&Generation>,
    right: Option<&Generation>,
) -> bool {
    use Generation::Computed;
    match (left, right) {
        (
            Some(Computed { expression: left, stored: left_stored }),
            Some(Computed { expression: right, stored: right_stored }),
        ) => left_stored == right_stored && same_expression(dialect, left, right),
        (left, right) => left == right,
    }
}

/// Whether two columns are the same but for their names.
pub(crate) fn same_column(dialect: Dialect, left: &Column, right: &Column) -> bool {
    same_type(dialect, &left.sql_type, &right.sql_type)
        && left.nullable == right.nullable
        && left.collation == right.collation
        && same_default(dialect, left, right)
        && same_generation(dialect, left.generated.as_ref(), right.generated.as_ref())
}

impl Column {
    /// Its default, if that is any but `NULL`.
    pub(crate) fn default_value(&self, dialect: Dialect) -> Option<&str> {
        self.default.as_deref().filter(|default| !same_expression(dialect, default, "NULL"))
    }
}

fn same_part(dialect: Dialect, left: &IndexPart, right: &IndexPart) -> bool {
    let same_key = match (&left.key, &right.key) {
        (IndexKey::Expression(left), IndexKey::Expression(right)) => same_expression(dialect, left, right),
        (left, right) => left == right,
    };
    same_key && left.length == right.length && same_expression(dialect, &left.options, &right.options)
}

fn same_optional(dialect: Dialect, left: Option<&str>, right: Option<&str>) -> bool {
    match (left, right) {
        (Some(left), Some(right)) => same_expression(dialect, left, right),
        (left, right) => left.is_none() == right.is_none(),
    }
}
