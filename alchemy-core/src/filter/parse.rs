//! Values as they are written in query strings.

use std::borrow::Cow;
use std::str::FromStr;

use bigdecimal::BigDecimal;
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};

use super::Value;
use crate::model::{ColumnKind, ColumnMeta};

/// What a column takes; for messages.
pub(super) fn expected_by(column: &ColumnMeta) -> Cow<'static, str> {
    match column.choices {
        Some(choices) => format!("one of `{}`", choices.join("`, `")).into(),
        None => expected(column.kind).into(),
    }
}

/// Whether a column may hold a value, which is of its kind.
pub(super) fn is_choice(column: &ColumnMeta, value: &Value) -> bool {
    match (column.choices, value) {
        (Some(choices), Value::Text(text)) => choices.contains(&text.as_str()),
        _ => true,
    }
}

/// What a parameter for a column of the kind takes, to go on after "must be".
pub(super) fn expected(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Bool => "`true` or `false`",
        ColumnKind::SmallInt => "a 16-bit whole number",
        ColumnKind::Integer => "a 32-bit whole number",
        ColumnKind::BigInt => "a 64-bit whole number",
        ColumnKind::Float | ColumnKind::Double => "a number",
        ColumnKind::Decimal => "a decimal number",
        ColumnKind::Text => "a text without NUL characters",
        ColumnKind::Uuid => "a UUID",
        ColumnKind::Date => "a date (YYYY-MM-DD)",
        ColumnKind::Time => "a time (HH:MM:SS)",
        ColumnKind::Timestamp | ColumnKind::TimestampTz => "a date and time (YYYY-MM-DDTHH:MM:SSZ)",
        ColumnKind::Json => "JSON",
        ColumnKind::Binary | ColumnKind::Custom => "given by the program: it cannot be written as text",
    }
}

pub(super) fn from_str<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

pub(super) fn bool(text: &str) -> Option<bool> {
    match text {
        "1" => Some(true),
        "0" => Some(false),
        _ if text.eq_ignore_ascii_case("true") => Some(true),
        _ if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

// Databases disagree on how infinities and NaN compare, and MariaDB has neither.
pub(super) fn float(text: &str) -> Option<f32> {
    from_str::<f32>(text).filter(|number| number.is_finite())
}

pub(super) fn double(text: &str) -> Option<f64> {
    from_str::<f64>(text).filter(|number| number.is_finite())
}

/// A text; PostgreSQL refuses NUL in one.
pub(super) fn text(text: &str) -> Option<String> {
    (!text.contains('\0')).then(|| text.to_owned())
}

/// A decimal of at most as many digits on either side of the point as MariaDB's longest has in all. A few characters
/// can stand for a number of a billion digits otherwise.
pub(super) fn decimal(text: &str) -> Option<BigDecimal> {
    const MAX_DIGITS: i64 = 65;
    let short = text.len() <= 200;
    let number = short.then(|| from_str::<BigDecimal>(text)).flatten()?;
    let scale = number.fractional_digit_count();
    let digits = i64::try_from(number.digits()).ok()?;
    (scale.abs() <= MAX_DIGITS && digits.saturating_sub(scale) <= MAX_DIGITS).then_some(number)
}

pub(super) fn json(text: &str) -> Option<serde_json::Value> {
    (!text.contains("\\u0000")).then(|| serde_json::from_str(text).ok()).flatten()
}

/// A date in a year that all databases, and texts of SQLite when compared, agree on.
pub(super) fn date(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(in_common_years)
}

pub(super) fn time(text: &str) -> Option<NaiveTime> {
    ["%H:%M:%S%.f", "%H:%M"]
        .iter()
        .find_map(|format| NaiveTime::parse_from_str(text, format).ok())
        .filter(|time| !is_leap_second(time))
}

/// A date and time; an offset moves it to UTC.
pub(super) fn timestamp(text: &str) -> Option<NaiveDateTime> {
    timestamp_tz(text).map(|moment| moment.naive_utc())
}

/// A moment: RFC 3339, or without an offset, seconds or time of day, which is then UTC, `:00` or midnight.
pub(super) fn timestamp_tz(text: &str) -> Option<DateTime<Utc>> {
    let moment = with_offset(text).or_else(|| without_offset(text))?;
    let common = in_common_years(&moment.date_naive()) && !is_leap_second(&moment.time());
    common.then_some(moment)
}

fn with_offset(text: &str) -> Option<DateTime<Utc>> {
    // A `+` that a client did not encode arrives as a space.
    let decoded = match text.len().checked_sub(6).filter(|start| text.as_bytes()[*start] == b' ') {
        Some(start) if start > "YYYY-MM-DD".len() => {
            std::borrow::Cow::Owned(format!("{}+{}", &text[..start], &text[start + 1..]))
        }
        _ => std::borrow::Cow::Borrowed(text),
    };
    ["%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M%#z", "%Y-%m-%d %H:%M%#z"]
        .iter()
        .find_map(|format| DateTime::parse_from_str(&decoded, format).ok())
        .map(|moment| moment.with_timezone(&Utc))
}

fn without_offset(text: &str) -> Option<DateTime<Utc>> {
    ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
        .or_else(|| date(text).map(|date| date.and_time(NaiveTime::MIN)))
        .map(|moment| moment.and_utc())
}

fn in_common_years(date: &NaiveDate) -> bool {
    (1..=9999).contains(&date.year())
}

fn is_leap_second(time: &impl Timelike) -> bool {
    time.nanosecond() >= 1_000_000_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_with_and_without_an_offset() {
        let cases = [
            ("2024-02-29T12:30:05Z", Some("2024-02-29T12:30:05Z")),
            ("2024-02-29T12:30:05.250z", Some("2024-02-29T12:30:05.250Z")),
            ("2024-02-29T12:30:05+02:00", Some("2024-02-29T10:30:05Z")),
            ("2024-02-29T12:30:05 02:00", Some("2024-02-29T10:30:05Z")),
            ("2024-02-29T12:30:05-0330", Some("2024-02-29T16:00:05Z")),
            ("2024-02-29 12:30:05", Some("2024-02-29T12:30:05Z")),
            ("2024-02-29T12:30", Some("2024-02-29T12:30:00Z")),
            ("2024-02-29 12:30", Some("2024-02-29T12:30:00Z")),
            ("2024-02-29", Some("2024-02-29T00:00:00Z")),
            ("2023-02-29", None),
            ("2024-02-29T25:00:00Z", None),
            ("2024-02-29T23:59:60Z", None),
            ("+12024-02-29T00:00:00Z", None),
            ("0000-01-01T00:00:00Z", None),
            ("yesterday", None),
            ("", None),
            ("ééé", None),
        ];
        for (text, expected) in cases {
            let expected = expected.map(|text| DateTime::parse_from_rfc3339(text).expect(text).to_utc());
            assert_eq!(timestamp_tz(text), expected, "{text}");
        }
    }

    #[test]
    fn dates_and_times_are_iso_8601() {
        assert_eq!(date("1990-12-01"), NaiveDate::from_ymd_opt(1990, 12, 1));
        for text in ["1990-13-01", "01.12.1990", "1990-12-01T00:00:00", "-0001-01-01", "99999-01-01"] {
            assert_eq!(date(text), None, "{text}");
        }
        assert_eq!(time("07:08"), NaiveTime::from_hms_opt(7, 8, 0));
        assert_eq!(time("07:08:09.5"), NaiveTime::from_hms_milli_opt(7, 8, 9, 500));
        assert_eq!(time("23:59:60"), None);
    }

    #[test]
    fn numbers_are_finite_and_of_a_size_every_database_takes() {
        assert_eq!(double("1e3"), Some(1000.0));
        for text in ["inf", "NaN", "1e999", "1,5", ""] {
            assert_eq!(double(text), None, "{text}");
        }
        assert_eq!(float("1e39"), None);
        assert_eq!(decimal("-12.50"), Some("-12.50".parse().expect("valid")));
        for text in ["1e1000000000", "1e-1000000000", "1e66", "ten", ""] {
            assert_eq!(decimal(text), None, "{text}");
        }
    }

    #[test]
    fn truth_values_are_true_false_1_and_0() {
        for (text, expected) in [
            ("true", Some(true)),
            ("False", Some(false)),
            ("1", Some(true)),
            ("0", Some(false)),
            ("yes", None),
            ("", None),
        ] {
            assert_eq!(bool(text), expected, "{text}");
        }
    }

    #[test]
    fn a_text_with_nul_is_no_value() {
        assert_eq!(text("a\0b"), None);
        assert_eq!(json(r#"{"a":"\u0000"}"#), None);
    }
}
