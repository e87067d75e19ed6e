//! From what JSON says to conditions on a model.

use super::access::{Access, Question};
use super::node::Node;
use super::object::join;
use super::relation;
use super::tree::{Condition, Order, Search, Test};
use crate::filter::comparison::Operator;
use crate::filter::predicate::Predicate;
use crate::filter::related::Related;
use crate::filter::{Comparand, FilterError, LimitOffset, SortOrder, Value, by_name, parse};
use crate::model::{ColumnKind, ModelMeta};

/// Turns fields and values into columns and what they hold.
pub(super) struct Resolver {
    access: Access,
    /// How many values the lists had so far.
    values: usize,
}

impl Resolver {
    pub(super) fn new(access: Access) -> Self {
        Self { access, values: 0 }
    }

    pub(super) fn condition(
        &mut self,
        meta: &'static ModelMeta,
        condition: &Condition,
    ) -> Result<Predicate, FilterError> {
        match condition {
            Condition::Group { any: false, parts } => parts
                .iter()
                .try_fold(Predicate::Everything, |all, part| Ok(all.and(self.condition(meta, part)?))),
            Condition::Group { any: true, parts } => {
                parts.iter().try_fold(Predicate::Nothing, |any, part| Ok(any.or(self.condition(meta, part)?)))
            }
            Condition::Field { path, field, test } => {
                let column = self
                    .access
                    .column(meta, field, test.question())
                    .map_err(|error| error.at(join(path, "field_name")))?;
                self.test(meta, column, path, test)
            }
            Condition::Search { path, search } => self.search(meta, path, search),
            Condition::Exists { path, relation } => {
                let found = relation::find(&self.access, meta, path, relation)?;
                let predicate = self.condition(found.meta, &relation.condition)?;
                Ok(Related::new(found.meta, found.on, predicate).exists(relation.negated))
            }
        }
    }

    /// The columns to order by.
    pub(super) fn order(
        &self,
        meta: &'static ModelMeta,
        order: &[Order],
    ) -> Result<Vec<(usize, SortOrder)>, FilterError> {
        let column = |term: &Order| match self.access.sortable(meta, &term.field) {
            Ok(column) => Ok((column, term.order)),
            Err(error) => Err(error.at(join(&term.path, "field_name"))),
        };
        order.iter().map(column).collect()
    }

    /// The page, where there is one.
    pub(super) fn page(
        &self,
        page: Option<&(String, LimitOffset)>,
    ) -> Result<Option<LimitOffset>, FilterError> {
        let Some((path, page)) = page else { return Ok(None) };
        if let Access::Client(limits) = &self.access {
            let max = limits.max_page_size;
            if !(1..=max).contains(&page.limit) {
                let error = FilterError::PageSizeOutOfRange { name: "limit".to_owned(), max };
                return Err(error.at(join(path, "limit")));
            }
        }
        let page = page.check().map_err(|error| {
            let key = error.parameter().to_owned();
            error.at(join(path, &key))
        })?;
        Ok(Some(page))
    }

    fn test(
        &mut self,
        meta: &'static ModelMeta,
        column: usize,
        path: &str,
        test: &Test,
    ) -> Result<Predicate, FilterError> {
        match test {
            Test::Bounds(bounds) => {
                bounds.iter().try_fold(Predicate::Everything, |all, (key, comparison, value)| {
                    let value = required(meta, column, value).map_err(|error| error.at(join(path, key)))?;
                    Ok(all.and(Predicate::compare(column, *comparison, value)))
                })
            }
            Test::Boolean(value) => {
                let value = value_of(meta, column, &Node::Bool(*value));
                let value = value.map_err(|error| error.at(join(path, "field_name")))?;
                Ok(Predicate::equal(column, value, false))
            }
            Test::OneOf { values, negated } => {
                let values = self.list(meta, column, &join(path, "values"), values)?;
                Ok(Predicate::one_of(column, values, *negated))
            }
            Test::Null { negated } => Ok(Predicate::Null { column, negated: *negated }),
            Test::Compare { operator, value } => self.compare(meta, column, path, *operator, value),
        }
    }

    fn compare(
        &mut self,
        meta: &'static ModelMeta,
        column: usize,
        path: &str,
        operator: Operator,
        value: &Node,
    ) -> Result<Predicate, FilterError> {
        let path = join(path, "value");
        let comparand = match (operator, value) {
            (Operator::In { negated }, Node::List(values)) => {
                let values = self.list(meta, column, &path, values)?;
                return Ok(Predicate::one_of(column, values, negated));
            }
            (Operator::Between, Node::List(values)) => {
                let values = values.iter().map(|value| required(meta, column, value));
                Comparand::Many(values.collect::<Result<_, _>>().map_err(|error| error.at(&path))?)
            }
            // The wrong one of the two is refused where the operator is known best.
            (Operator::In { .. } | Operator::Between, _) => Comparand::Null,
            (Operator::Like { .. } | Operator::Text { .. } | Operator::OnDay, Node::Text(text)) => {
                self.check_length(&path, text)?;
                Comparand::One(Value::Text(text.clone()))
            }
            (Operator::Like { .. } | Operator::Text { .. } | Operator::OnDay, _) => Comparand::Null,
            (Operator::Equal { .. } | Operator::Compare(_), value) => {
                match value_of(meta, column, value).map_err(|error| error.at(&path))? {
                    Some(value) => Comparand::One(value),
                    None => Comparand::Null,
                }
            }
        };
        operator.predicate(meta, column, comparand).map_err(|error| error.at(path))
    }

    fn search(
        &self,
        meta: &'static ModelMeta,
        path: &str,
        search: &Search,
    ) -> Result<Predicate, FilterError> {
        let mut columns = Vec::new();
        for (path, field) in &search.fields {
            let column = self
                .access
                .column(meta, field, Question::Pattern)
                .and_then(|_| by_name::text_column(meta, field))
                .map_err(|error| error.at(path))?;
            columns.push(column);
        }
        self.check_length(&join(path, "value"), &search.text)?;
        Ok(Predicate::search(meta, &columns, &search.text, search.ignore_case, search.excluding))
    }

    fn check_length(&self, path: &str, text: &str) -> Result<(), FilterError> {
        match &self.access {
            Access::Client(limits) if text.chars().nth(limits.max_search_length).is_some() => {
                let max = limits.max_search_length;
                Err(FilterError::TooLong { what: "value".to_owned(), max }.at(path))
            }
            _ => Ok(()),
        }
    }

    fn list(
        &mut self,
        meta: &'static ModelMeta,
        column: usize,
        path: &str,
        values: &[Node],
    ) -> Result<Vec<Option<Value>>, FilterError> {
        self.values += values.len();
        if let Access::Client(limits) = &self.access
            && self.values > limits.max_values
        {
            let max = limits.max_values;
            let what = meta.columns[column].field.to_owned();
            return Err(FilterError::TooMany { what, max }.at(path));
        }
        let value = |(index, value): (usize, &Node)| {
            value_of(meta, column, value).map_err(|error| error.at(format!("{path}[{index}]")))
        };
        values.iter().enumerate().map(value).collect()
    }
}

/// The value as the column holds it; `null` is refused.
fn required(meta: &'static ModelMeta, column: usize, node: &Node) -> Result<Value, FilterError> {
    value_of(meta, column, node)?.ok_or_else(|| wrong_type(meta, column))
}

/// The value as the column holds it; `None` for `null`.
fn value_of(meta: &'static ModelMeta, column: usize, node: &Node) -> Result<Option<Value>, FilterError> {
    let kind = meta.columns[column].kind;
    let value = match (node, kind) {
        (Node::Null, _) => return Ok(None),
        (_, ColumnKind::Json) => node.to_value().map(Value::Json),
        (Node::Bool(value), ColumnKind::Bool) => Some(Value::Bool(*value)),
        (
            Node::Number(number),
            ColumnKind::SmallInt
            | ColumnKind::Integer
            | ColumnKind::BigInt
            | ColumnKind::Float
            | ColumnKind::Double
            | ColumnKind::Decimal,
        ) => Value::parse(kind, &number.to_string()),
        (
            Node::Text(text),
            ColumnKind::Text
            | ColumnKind::Uuid
            | ColumnKind::Date
            | ColumnKind::Time
            | ColumnKind::Timestamp
            | ColumnKind::TimestampTz
            | ColumnKind::Decimal,
        ) => Value::parse(kind, text),
        (_, ColumnKind::Binary | ColumnKind::Custom) => {
            let field = meta.columns[column].field.to_owned();
            return Err(FilterError::NotFilterable { field });
        }
        _ => None,
    };
    value.map(Some).ok_or_else(|| wrong_type(meta, column))
}

fn wrong_type(meta: &'static ModelMeta, column: usize) -> FilterError {
    let column = &meta.columns[column];
    FilterError::invalid_value(column.field, parse::expected(column.kind))
}
