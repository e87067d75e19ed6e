//! From JSON to what it says.

use super::node::Node;
use super::object::{Object, join};
use super::tree::{Condition, Holder, Order, Relation, Search, Test, Tree};
use crate::filter::comparison::Operator;
use crate::filter::error::{Name, OneOf};
use crate::filter::predicate::Comparison;
use crate::filter::{FilterError, LimitOffset, SortOrder};

const MAX_CONDITIONS: usize = 64;
const MAX_DEPTH: usize = 8;

const TYPES: &[&str] = &[
    "before_after",
    "on_before_after",
    "boolean",
    "choices",
    "collection",
    "not_in_collection",
    "null",
    "not_null",
    "search",
    "not_in_search",
    "comparison",
    "filter_group",
    "exists",
    "not_exists",
    "order_by",
    "limit_offset",
];

/// A whole filter.
pub(super) fn tree(node: Node) -> Result<Tree, FilterError> {
    let mut reader = Reader { conditions: 0, order: Vec::new(), page: None };
    let condition = reader.group("", Object::new("", node)?, 0)?;
    Ok(Tree { condition, order: reader.order, page: reader.page })
}

/// What was read so far.
struct Reader {
    conditions: usize,
    order: Vec<Order>,
    page: Option<(String, LimitOffset)>,
}

/// Where a list of conditions stands.
#[derive(Clone, Copy)]
struct Level {
    depth: usize,
    /// Whether orderings and a page may stand in it.
    outermost: bool,
}

impl Reader {
    /// `{"and_": […], "or_": […]}`
    fn group(&mut self, path: &str, mut object: Object<'_>, depth: usize) -> Result<Condition, FilterError> {
        let mut parts = Vec::new();
        for (key, any) in [("and_", false), ("or_", true)] {
            if let Some(node) = object.take(key) {
                let level = Level { depth: depth + 1, outermost: depth == 0 && !any };
                let members = self.members(&join(path, key), node, level)?;
                parts.push(Condition::Group { any, parts: members });
            }
        }
        object.finish(&["and_", "or_"])?;
        if parts.is_empty() {
            return Err(FilterError::invalid_json(path, "has neither `and_` nor `or_`"));
        }
        Ok(Condition::Group { any: false, parts })
    }

    /// The conditions in a list.
    fn members(&mut self, path: &str, node: Node, level: Level) -> Result<Vec<Condition>, FilterError> {
        if level.depth > MAX_DEPTH {
            let reason = format!("is within more than {MAX_DEPTH} lists");
            return Err(FilterError::invalid_json(path, reason));
        }
        let members = match node {
            Node::List(members) if !members.is_empty() => members,
            Node::List(_) => return Err(FilterError::invalid_json(path, "must not be empty")),
            _ => return Err(FilterError::invalid_json(path, "must be a list")),
        };
        let mut conditions = Vec::new();
        for (index, member) in members.into_iter().enumerate() {
            let path = format!("{path}[{index}]");
            let mut object = Object::new(&path, member)?;
            match object.take("type") {
                None => conditions.push(self.group(&path, object, level.depth)?),
                Some(Node::Text(kind)) => conditions.extend(self.typed(&path, &kind, object, level)?),
                Some(_) => return Err(object.wrong("type", "must be a text")),
            }
        }
        Ok(conditions)
    }

    /// What a type asks for; no condition where it is an ordering or a page.
    fn typed(
        &mut self,
        path: &str,
        kind: &str,
        object: Object<'_>,
        level: Level,
    ) -> Result<Option<Condition>, FilterError> {
        if kind == "filter_group" {
            return self.filter_group(path, object, level.depth).map(Some);
        }
        self.count(path, 1)?;
        let test = match kind {
            "before_after" => bounds(path, object, [("before", Comparison::Lt), ("after", Comparison::Gt)]),
            "on_before_after" => {
                bounds(path, object, [("on_or_before", Comparison::Le), ("on_or_after", Comparison::Ge)])
            }
            "boolean" => boolean(path, object),
            "choices" | "collection" => one_of(path, object, false),
            "not_in_collection" => one_of(path, object, true),
            "null" => null(path, object, false),
            "not_null" => null(path, object, true),
            "comparison" => comparison(path, object),
            "search" => self.search(path, object, false),
            "not_in_search" => self.search(path, object, true),
            "exists" => self.exists(path, object, level.depth, false),
            "not_exists" => self.exists(path, object, level.depth, true),
            "order_by" => return self.order_by(path, object, level).map(|()| None),
            "limit_offset" => return self.limit_offset(path, object, level).map(|()| None),
            _ => {
                let reason = format!("names no type of filter: {}{}", Name(kind), OneOf(TYPES));
                return Err(FilterError::invalid_json(join(path, "type"), reason));
            }
        };
        test.map(Some)
    }

    fn count(&mut self, path: &str, conditions: usize) -> Result<(), FilterError> {
        self.conditions = self.conditions.saturating_add(conditions);
        if self.conditions <= MAX_CONDITIONS {
            return Ok(());
        }
        Err(FilterError::invalid_json(path, format!("is one of more than {MAX_CONDITIONS} conditions")))
    }

    fn filter_group(
        &mut self,
        path: &str,
        mut object: Object<'_>,
        depth: usize,
    ) -> Result<Condition, FilterError> {
        let any = match object.text("logical_operator")?.as_str() {
            "and_" => false,
            "or_" => true,
            _ => return Err(object.wrong("logical_operator", "must be `and_` or `or_`")),
        };
        let filters = object.required("filters")?;
        object.finish(&["type", "logical_operator", "filters"])?;
        let level = Level { depth: depth + 1, outermost: false };
        let parts = self.members(&join(path, "filters"), filters, level)?;
        Ok(Condition::Group { any, parts })
    }

    fn search(
        &mut self,
        path: &str,
        mut object: Object<'_>,
        excluding: bool,
    ) -> Result<Condition, FilterError> {
        const KEYS: &[&str] = &["type", "field_name", "value", "ignore_case"];
        let at = join(path, "field_name");
        let fields = match object.required("field_name")? {
            Node::Text(field) => vec![(at, field)],
            Node::List(fields) if fields.is_empty() => {
                return Err(object.wrong("field_name", "must not be empty"));
            }
            Node::List(fields) => {
                // Each is a condition of its own; one was counted already.
                self.count(path, fields.len() - 1)?;
                let field = |(index, field)| match field {
                    Node::Text(field) => Ok((format!("{at}[{index}]"), field)),
                    _ => Err(FilterError::invalid_json(format!("{at}[{index}]"), "must be a text")),
                };
                fields.into_iter().enumerate().map(field).collect::<Result<_, _>>()?
            }
            _ => return Err(object.wrong("field_name", "must be a text or a list of texts")),
        };
        let text = object.text("value")?;
        let ignore_case = match object.take("ignore_case") {
            None => false,
            Some(Node::Bool(ignore_case)) => ignore_case,
            Some(_) => return Err(object.wrong("ignore_case", "must be `true` or `false`")),
        };
        object.finish(KEYS)?;
        let search = Search { fields, text, ignore_case, excluding };
        Ok(Condition::Search { path: path.to_owned(), search })
    }

    fn exists(
        &mut self,
        path: &str,
        mut object: Object<'_>,
        depth: usize,
        negated: bool,
    ) -> Result<Condition, FilterError> {
        let table = object.text("table")?;
        let via = object.optional_text("via")?;
        let holder = match object.optional_text("holder")?.as_deref() {
            None => None,
            Some("this") => Some(Holder::This),
            Some("related") => Some(Holder::Related),
            Some(_) => return Err(object.wrong("holder", "must be `this` or `related`")),
        };
        let filters = object.take("filters");
        object.finish(&["type", "table", "via", "holder", "filters"])?;
        let level = Level { depth: depth + 1, outermost: false };
        let parts = match filters {
            Some(filters) => self.members(&join(path, "filters"), filters, level)?,
            None => Vec::new(),
        };
        let condition = Condition::Group { any: false, parts };
        let relation = Relation { table, via, holder, condition, negated };
        Ok(Condition::Exists { path: path.to_owned(), relation: Box::new(relation) })
    }

    fn order_by(&mut self, path: &str, mut object: Object<'_>, level: Level) -> Result<(), FilterError> {
        if !level.outermost {
            return Err(FilterError::UnexpectedOrder.at(path));
        }
        let field = object.text("field_name")?;
        let order = match object.optional_text("sort_order")?.as_deref() {
            None | Some("asc") => SortOrder::Asc,
            Some("desc") => SortOrder::Desc,
            Some(_) => return Err(object.wrong("sort_order", "must be `asc` or `desc`")),
        };
        object.finish(&["type", "field_name", "sort_order"])?;
        self.order.push(Order { path: path.to_owned(), field, order });
        Ok(())
    }

    fn limit_offset(&mut self, path: &str, mut object: Object<'_>, level: Level) -> Result<(), FilterError> {
        if !level.outermost {
            return Err(FilterError::UnexpectedPage.at(path));
        }
        if self.page.is_some() {
            return Err(FilterError::invalid_json(path, "is a second page"));
        }
        let page = LimitOffset::new(object.integer("limit")?, object.integer("offset")?);
        object.finish(&["type", "limit", "offset"])?;
        self.page = Some((path.to_owned(), page));
        Ok(())
    }
}

fn field(path: &str, field: String, test: Test) -> Condition {
    Condition::Field { path: path.to_owned(), field, test }
}

fn bounds(
    path: &str,
    mut object: Object<'_>,
    keys: [(&'static str, Comparison); 2],
) -> Result<Condition, FilterError> {
    let name = object.text("field_name")?;
    let mut bounds = Vec::new();
    for (key, comparison) in keys {
        match object.take(key) {
            // As it is where there is none of the two bounds.
            None | Some(Node::Null) => {}
            Some(value) => bounds.push((key, comparison, value)),
        }
    }
    let before_after = keys[0].0 == "before";
    object.finish(if before_after {
        &["type", "field_name", "before", "after"]
    } else {
        &["type", "field_name", "on_or_before", "on_or_after"]
    })?;
    if bounds.is_empty() {
        let reason = format!("has neither `{}` nor `{}`", keys[0].0, keys[1].0);
        return Err(FilterError::invalid_json(path, reason));
    }
    Ok(field(path, name, Test::Bounds(bounds)))
}

fn boolean(path: &str, mut object: Object<'_>) -> Result<Condition, FilterError> {
    let (name, value) = (object.text("field_name")?, object.boolean("value")?);
    object.finish(&["type", "field_name", "value"])?;
    Ok(field(path, name, Test::Boolean(value)))
}

fn one_of(path: &str, mut object: Object<'_>, negated: bool) -> Result<Condition, FilterError> {
    let (name, values) = (object.text("field_name")?, object.list("values")?);
    object.finish(&["type", "field_name", "values"])?;
    Ok(field(path, name, Test::OneOf { values, negated }))
}

fn null(path: &str, mut object: Object<'_>, negated: bool) -> Result<Condition, FilterError> {
    let name = object.text("field_name")?;
    object.finish(&["type", "field_name"])?;
    Ok(field(path, name, Test::Null { negated }))
}

fn comparison(path: &str, mut object: Object<'_>) -> Result<Condition, FilterError> {
    let (name, operator) = (object.text("field_name")?, object.text("operator")?);
    let value = object.required("value")?;
    object.finish(&["type", "field_name", "operator", "value"])?;
    let operator = Operator::parse(&operator).map_err(|error| error.at(join(path, "operator")))?;
    Ok(field(path, name, Test::Compare { operator, value }))
}
