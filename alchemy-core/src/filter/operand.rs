//! What a column can be compared with.

use super::{FilterValue, Value};

/// A value that a column of `T` can be compared with.
///
/// A column of `T` and one of `Option<T>` both take a `T` or a reference to one, a text column also a `&str`.
#[diagnostic::on_unimplemented(
    message = "a column of `{T}` cannot be compared with a `{Self}`",
    label = "expected a value that fits a column of `{T}`"
)]
pub trait Operand<T> {
    /// The value as it is bound.
    fn into_operand(self) -> Value;
}

/// An [`Operand`], or for a column of `Option<T>` an option of one: `None` stands for `NULL`.
#[diagnostic::on_unimplemented(
    message = "a column of `{T}` cannot be compared with a `{Self}`",
    label = "expected a value that fits a column of `{T}`"
)]
pub trait NullableOperand<T> {
    /// The value as it is bound; `None` for `NULL`.
    fn into_nullable_operand(self) -> Option<Value>;
}

impl<T: FilterValue> Operand<T> for T {
    fn into_operand(self) -> Value {
        self.into_value()
    }
}

impl<T: FilterValue> Operand<Option<T>> for T {
    fn into_operand(self) -> Value {
        self.into_value()
    }
}

impl<T: FilterValue + Clone> Operand<T> for &T {
    fn into_operand(self) -> Value {
        self.clone().into_value()
    }
}

impl<T: FilterValue + Clone> Operand<Option<T>> for &T {
    fn into_operand(self) -> Value {
        self.clone().into_value()
    }
}

impl Operand<String> for &str {
    fn into_operand(self) -> Value {
        self.into()
    }
}

impl Operand<Option<String>> for &str {
    fn into_operand(self) -> Value {
        self.into()
    }
}

impl<T, V: Operand<T>> NullableOperand<T> for V {
    fn into_nullable_operand(self) -> Option<Value> {
        Some(self.into_operand())
    }
}

impl<T: FilterValue> NullableOperand<Option<T>> for Option<T> {
    fn into_nullable_operand(self) -> Option<Value> {
        self.map(T::into_value)
    }
}

/// The type of a column whose text can be searched: `String` or `Option<String>`.
#[diagnostic::on_unimplemented(
    message = "a column of `{Self}` has no text to search",
    label = "only columns of `String` and `Option<String>` can be searched"
)]
pub trait TextColumn {}

impl TextColumn for String {}
impl TextColumn for Option<String> {}
