//! From what JSON says to conditions on a model.

use super::access::{Access, Question};
use super::node::Node;
use super::object::join;
use super::relation;
use super::tree::{Condition, Order, Search, Test};
use crate::filter::comparison::Operator;
use crate::filter::predicate::Predicate;
use crate::filter::related::Related;
use crate::filter::{Comparand, FilterError, LimitOffset, OrderTerm, SortOrder, Value, by_name, parse};
use crate::model::{ColumnKind, ModelMeta};

/// Turns fields and values into columns and what they hold.
pub(super) struct Resolver {
    access: Access,
    /// How many values the lists had so far.
    pub(super) values: usize,
    /// How many conditions on related rows there were so far, and within how many of them this is.
    related: usize,
    related_depth: usize,
}

impl Resolver {
    /// Lists had so many values before.
    pub(super) fn new(access: Access, values: usize) -> Self {
        Self { access, values, related: 0, related_depth: 0 }
    }

    /// The condition; one of a client is marked as such.
    pub(super) fn condition(
        &mut self,
        meta: &'static ModelMeta,
        condition: &Condition,
    ) -> Result<Predicate, FilterError> {
        let predicate = self.part(meta, condition)?;
        Ok(match self.access {
            Access::Client(_) => predicate.of_client(),
            Access::Program => predicate,
        })
    }

    fn part(&mut self, meta: &'static ModelMeta, condition: &Condition) -> Result<Predicate, FilterError> {
        match condition {
            Condition::Group { any: false, parts } => {
                parts.iter().try_fold(Predicate::Everything, |all, part| Ok(all.and(self.part(meta, part)?)))
            }
            Condition::Group { any: true, parts } => {
                parts.iter().try_fold(Predicate::Nothing, |any, part| Ok(any.or(self.part(meta, part)?)))
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
                self.count_related(path)?;
                let found = relation::find(&self.access, meta, path, relation)?;
                self.related_depth += 1;
                let predicate = self.part(found.meta, &relation.condition)?;
                self.related_depth -= 1;
                Ok(Related::new(found.meta, found.on, predicate).exists(relation.negated))
            }
        }
    }

    /// One more condition on related rows. A database does the work of each for every row, and that of one within
    /// another for every row of that one.
    fn count_related(&mut self, path: &str) -> Result<(), FilterError> {
        let Access::Client(limits) = &self.access else { return Ok(()) };
        let (most, depth) = (limits.max_related, limits.max_related_depth);
        self.related += 1;
        if most == 0 || depth == 0 {
            return Err(FilterError::invalid_json(
                path,
                "asks for related rows, which cannot be asked for here",
            ));
        }
        if self.related_depth >= depth {
            let reason =
                format!("is within more conditions on related rows than may be: at most {depth} deep");
            return Err(FilterError::invalid_json(path, reason));
        }
        if self.related > most {
            return Err(FilterError::invalid_json(
                path,
                format!("is one of more than {most} conditions on related rows"),
            ));
        }
        Ok(())
    }

    /// The columns to order by. For a client the primary key follows, so that its pages do not overlap.
    pub(super) fn order(
        &self,
        meta: &'static ModelMeta,
        order: &[Order],
    ) -> Result<Vec<OrderTerm>, FilterError> {
        let column = |term: &Order| match self.access.sortable(meta, &term.field) {
            Ok(column) => Ok(OrderTerm { column, order: term.order }),
            Err(error) => Err(error.at(join(&term.path, "field_name"))),
        };
        let mut terms = order.iter().map(column).collect::<Result<Vec<_>, _>>()?;
        if matches!(self.access, Access::Client(_)) {
            let direction = terms.last().map_or(SortOrder::Asc, |term| term.order);
            let ordered = |terms: &[OrderTerm], column| terms.iter().any(|term| term.column == column);
            for &column in meta.primary_key {
                if !ordered(&terms, column) {
                    terms.push(OrderTerm { column, order: direction });
                }
            }
        }
        Ok(terms)
    }

    /// The page; a client that asks for none has the first, of the usual size.
    pub(super) fn page(
        &self,
        page: Option<&(String, LimitOffset)>,
    ) -> Result<Option<LimitOffset>, FilterError> {
        let Some((path, page)) = page else {
            return Ok(match &self.access {
                Access::Client(limits) => Some(LimitOffset::new(limits.page_size, 0)),
                Access::Program => None,
            });
        };
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
                self.check_text(&path, text)?;
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
        self.check_text(&join(path, "value"), &search.text)?;
        Ok(Predicate::search(meta, &columns, &search.text, search.ignore_case, search.excluding))
    }

    /// Refuses a text to look for which is too long, or which no text can have in it.
    fn check_text(&self, path: &str, text: &str) -> Result<(), FilterError> {
        if text.contains('\0') {
            return Err(FilterError::invalid_value("value", parse::expected(ColumnKind::Text)).at(path));
        }
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
    let about = &meta.columns[column];
    let kind = about.kind;
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
            | ColumnKind::Double,
        ) => Value::parse(kind, &number.to_string()),
        (Node::Number(number), ColumnKind::Decimal) if is_exact(number) => {
            Value::parse(kind, &number.to_string())
        }
        (Node::Number(_), ColumnKind::Decimal) => {
            let expected = "a text, as a number of JSON does not keep so many digits";
            return Err(FilterError::invalid_value(about.field, expected));
        }
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
            let field = about.field.to_owned();
            return Err(FilterError::NotFilterable { field });
        }
        _ => None,
    };
    value.filter(|value| parse::is_choice(about, value)).map(Some).ok_or_else(|| wrong_type(meta, column))
}

fn wrong_type(meta: &'static ModelMeta, column: usize) -> FilterError {
    let column = &meta.columns[column];
    FilterError::invalid_value(column.field, parse::expected_by(column))
}

/// Whether a number is as it was written, and not what a `f64` made of it: that keeps 15 digits of any number.
fn is_exact(number: &serde_json::Number) -> bool {
    const DIGITS: usize = 15;
    /// From here on it does not keep all whole numbers.
    const WHOLE: f64 = 9_007_199_254_740_992.0;

    if number.is_i64() || number.is_u64() {
        return true;
    }
    number.as_f64().is_some_and(|float| {
        let shortest = format!("{float:e}");
        let digits = shortest.split('e').next().unwrap_or_default();
        float.abs() < WHOLE && digits.bytes().filter(u8::is_ascii_digit).count() <= DIGITS
    })
}
