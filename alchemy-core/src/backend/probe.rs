//! Values compared with one another, outside of any database.

use diesel::QueryResult;
use diesel::query_builder::QueryFragment;
use diesel::result::Error::SerializationError;

use super::{AnyBackend, AnyBind, AnyBindCollector};

/// The values that a fragment binds, in a form in which equal values are the same bytes; `None` is null.
///
/// Equal means to the microsecond for times, by value for decimals, and by their bytes for texts, whatever the
/// column's collation.
///
/// # Errors
/// When a value cannot be stored, or is of a type of the user's own.
pub(crate) fn probe(
    fragment: &dyn QueryFragment<AnyBackend>,
    backend: AnyBackend,
) -> QueryResult<Vec<Option<Vec<u8>>>> {
    let mut collector = AnyBindCollector::Probe(Vec::new());
    // Nothing is looked up for values that go nowhere.
    fragment.collect_binds(&mut collector, &mut (), &backend)?;
    match collector {
        AnyBindCollector::Probe(values) => Ok(values),
        #[allow(unreachable_patterns)] // It was made above.
        _ => Err(super::bind::unset()),
    }
}

pub(super) fn push(values: &mut Vec<Option<Vec<u8>>>, bind: AnyBind<'_>) -> QueryResult<()> {
    let number = |number: i64| number.to_be_bytes().to_vec();
    values.push(Some(match bind {
        AnyBind::Unset => return Err(super::bind::unset()),
        AnyBind::Bool(value) => vec![u8::from(*value)],
        AnyBind::SmallInt(value) => number((*value).into()),
        AnyBind::Integer(value) => number((*value).into()),
        AnyBind::BigInt(value) => number(*value),
        AnyBind::Float(value) => float((*value).into()),
        AnyBind::Double(value) => float(*value),
        AnyBind::Text(value) => value.as_bytes().to_vec(),
        AnyBind::Binary(value) => value.to_vec(),
        AnyBind::Uuid(value) => value.as_bytes().to_vec(),
        AnyBind::Date(value) => value.to_string().into_bytes(),
        AnyBind::Time(value) => value.format("%H:%M:%S%.6f").to_string().into_bytes(),
        AnyBind::Timestamp(value) => number(value.and_utc().timestamp_micros()),
        AnyBind::Timestamptz(value) => number(value.timestamp_micros()),
        AnyBind::Json(value) | AnyBind::Jsonb(value) => {
            serde_json::to_vec(value).map_err(|error| SerializationError(error.into()))?
        }
        AnyBind::Numeric(value) => value.normalized().to_string().into_bytes(),
    }));
    Ok(())
}

fn float(value: f64) -> Vec<u8> {
    // Zero is equal to itself, whatever its sign.
    let value = if value == 0.0 { 0.0 } else { value };
    value.to_bits().to_be_bytes().to_vec()
}
