//! The models linked into the program.

use super::ModelMeta;

/// An entry of the registry, submitted by the base derives.
#[doc(hidden)]
pub struct Registered(pub fn() -> &'static ModelMeta);

inventory::collect!(Registered);

/// Every model linked into the program, ordered by table name.
pub fn models() -> Vec<&'static ModelMeta> {
    let mut models: Vec<_> = inventory::iter::<Registered>.into_iter().map(|entry| (entry.0)()).collect();
    models.sort_by_key(|meta| (meta.bind_key, meta.table));
    models
}
