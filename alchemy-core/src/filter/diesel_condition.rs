//! Boolean expressions of Diesel as conditions.

use std::hash::{DefaultHasher, Hasher};
use std::sync::{Arc, OnceLock};

use diesel::QueryResult;
use diesel::internal::derives::multiconnection::AstPassHelper;
use diesel::query_builder::{AstPass, QueryBuilder, QueryFragment};

use crate::backend::{AnyBackend, AnyQueryBuilder, BindPass};

/// A boolean expression of Diesel.
#[derive(Clone)]
pub(crate) struct DieselCondition(Arc<Inner<dyn QueryFragment<AnyBackend> + Send + Sync>>);

struct Inner<E: ?Sized> {
    /// Found out once: a statement is looked at several times. One process seldom talks to two databases, and for
    /// another one this is as good an estimate.
    about: OnceLock<About>,
    expression: E,
}

#[derive(Debug, Clone, Copy)]
struct About {
    /// The text's hash; `None` where Diesel does not keep it prepared.
    text: Option<u64>,
    binds: usize,
}

impl DieselCondition {
    pub(super) fn new(expression: impl QueryFragment<AnyBackend> + Send + Sync + 'static) -> Self {
        Self(Arc::new(Inner { about: OnceLock::new(), expression }))
    }

    pub(super) fn walk_ast<'b>(&'b self, out: BindPass<'_, 'b>) -> QueryResult<()> {
        self.0.expression.walk_ast(out)
    }

    /// Hashes the text; `false` where it is not worth keeping prepared.
    pub(super) fn shape(&self, backend: AnyBackend, out: &mut dyn Hasher) -> bool {
        let text = self.about(backend).text;
        out.write_u64(text.unwrap_or_default());
        text.is_some()
    }

    /// How many values it binds.
    pub(super) fn binds(&self, backend: AnyBackend) -> usize {
        self.about(backend).binds
    }

    fn about(&self, backend: AnyBackend) -> About {
        *self.0.about.get_or_init(|| {
            // What cannot be rendered is reported when the statement is.
            self.look(backend).unwrap_or(About { text: None, binds: 0 })
        })
    }

    fn look(&self, backend: AnyBackend) -> QueryResult<About> {
        let expression = &self.0.expression;
        let mut binds = Vec::new();
        expression.walk_ast(AstPass::<AnyBackend>::collect_debug_binds_pass(&mut binds, &backend))?;
        let binds = binds.len();
        if !expression.is_safe_to_cache_prepared(&backend)? {
            return Ok(About { text: None, binds });
        }
        let mut builder = AnyQueryBuilder::new(backend);
        expression.to_sql(&mut builder, &backend)?;
        let mut hasher = DefaultHasher::new();
        hasher.write(builder.finish().as_bytes());
        Ok(About { text: Some(hasher.finish()), binds })
    }
}

impl std::fmt::Debug for DieselCondition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DieselCondition")
    }
}
