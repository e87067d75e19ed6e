//! Where to go.

use std::fmt;
use std::str::FromStr;

use super::{MigrationError, Result};

/// Which migrations are to be applied when the work is done.
///
/// ```
/// use alchemy_core::migration::Target;
///
/// assert_eq!("head".parse(), Ok(Target::Head));
/// assert_eq!("-1".parse(), Ok(Target::Back(1)));
/// assert_eq!("2024-01-01-000000".parse(), Ok(Target::Version("20240101000000".to_owned())));
/// # Ok::<(), std::convert::Infallible>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Target {
    /// All there are: `head`.
    Head,
    /// None: `base`.
    Base,
    /// So many more: `+1`.
    Forward(usize),
    /// So many fewer: `-1`.
    Back(usize),
    /// Those up to a version. The beginning of one will do where no other begins so; a folder's name stands for its
    /// version.
    Version(String),
}

/// A text that says no [`Target`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseTargetError(String);

impl FromStr for Target {
    type Err = ParseTargetError;

    fn from_str(text: &str) -> Result<Self, ParseTargetError> {
        let text = text.trim();
        let steps = |digits: &str| digits.parse().ok().filter(|steps| *steps > 0);
        let target = match (text, text.strip_prefix('+'), text.strip_prefix('-')) {
            ("head", ..) => Some(Self::Head),
            ("base", ..) => Some(Self::Base),
            (_, Some(digits), _) => steps(digits).map(Self::Forward),
            (_, _, Some(digits)) => steps(digits).map(Self::Back),
            _ => {
                Some(super::folder::version_of(text)).filter(|version| !version.is_empty()).map(Self::Version)
            }
        };
        target.ok_or_else(|| ParseTargetError(text.to_owned()))
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Head => f.write_str("head"),
            Self::Base => f.write_str("base"),
            Self::Forward(steps) => write!(f, "+{steps}"),
            Self::Back(steps) => write!(f, "-{steps}"),
            Self::Version(version) => f.write_str(version),
        }
    }
}

impl fmt::Display for ParseTargetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        MigrationError::BadTarget { target: self.0.clone() }.fmt(f)
    }
}

impl std::error::Error for ParseTargetError {}

impl From<ParseTargetError> for MigrationError {
    fn from(error: ParseTargetError) -> Self {
        Self::BadTarget { target: error.0 }
    }
}

/// The version that a text means among those that are known.
///
/// # Errors
/// [`MigrationError::UnknownVersion`], [`MigrationError::AmbiguousVersion`].
pub(super) fn find<'a>(text: &str, known: impl Iterator<Item = &'a str>, place: &str) -> Result<&'a str> {
    let mut candidates: Vec<&str> = known.filter(|version| version.starts_with(text)).collect();
    if let Some(whole) = candidates.iter().find(|version| **version == text) {
        return Ok(whole);
    }
    candidates.sort_unstable();
    candidates.dedup();
    match candidates.as_slice() {
        [version] => Ok(version),
        [] => Err(MigrationError::UnknownVersion { version: text.to_owned(), place: place.to_owned() }),
        several => Err(MigrationError::AmbiguousVersion {
            version: text.to_owned(),
            candidates: several.iter().map(|version| (*version).to_owned()).collect(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_read_as_they_are_written() {
        for text in ["head", "base", "+1", "-12", "20240101000000"] {
            assert_eq!(text.parse::<Target>().unwrap().to_string(), text);
        }
        for text in ["2024-01-01-000000_create_authors", "2024-01-01-000000", " 20240101000000 "] {
            assert_eq!(text.parse(), Ok(Target::Version("20240101000000".to_owned())), "{text}");
        }
        for text in ["", "+", "-", "+0", "-0", "-x", "+1x", "_name", "+99999999999999999999999"] {
            assert!(text.parse::<Target>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_beginning_of_a_version_will_do_where_it_is_the_only_one() {
        let known = ["20240101000000", "20240102000000", "2024"];
        let found = |text| find(text, known.iter().copied(), "`migrations`");
        assert_eq!(found("20240102").unwrap(), known[1]);
        assert_eq!(found("2024").unwrap(), "2024");
        assert_eq!(
            found("202401").unwrap_err().to_string(),
            "`202401` may be 20240101000000 or 20240102000000; give more of it"
        );
        assert_eq!(found("2025").unwrap_err().to_string(), "there is no migration `2025` in `migrations`");
    }
}
