//! A database that is taken from one schema to another.

use alchemy_core::backend::Dialect;
use alchemy_core::migration::schema::{in_own_words, live};
use alchemy_core::migration::{Plan, Schema, Statement, adopt, plan};
use alchemy_core::prelude::*;
use alchemy_tests::{Backend, Connection, TestDatabase};

/// A database under test.
pub(crate) struct Place {
    pub(crate) engine: Engine,
    pub(crate) connection: Connection,
    pub(crate) dialect: Dialect,
    pub(crate) backend: Backend,
}

impl Place {
    pub(crate) fn open(db: &TestDatabase) -> Self {
        let config = EngineConfig::new(db.url()).pool_size(1);
        Self {
            engine: Engine::connect(config).expect("the database is there"),
            connection: db.connect(),
            dialect: dialect(db.backend()),
            backend: db.backend(),
        }
    }

    pub(crate) fn live(&self) -> Schema {
        live(&self.engine, &[]).expect("the database is read")
    }

    /// What the models would have: `schema` as [`plan`] takes it.
    pub(crate) fn wanted(&self, live: &Schema, schema: &Schema) -> Schema {
        let wanted = in_own_words(&self.engine, schema).expect("the database repeats the schema");
        adopt(live, wanted, self.dialect)
    }

    pub(crate) fn run(&mut self, plan: &Plan) {
        if plan.statements.is_empty() {
            return self.run_each(&plan.online);
        }
        let transaction = plan.in_transaction && self.dialect != Dialect::Mysql;
        let mut script = if transaction { "BEGIN;\n" } else { "" }.to_owned();
        script.push_str(&text(&plan.statements));
        script.push_str(if transaction { "COMMIT;\n" } else { "" });
        self.connection.execute(&script);
        self.run_each(&plan.online);
    }

    pub(crate) fn run_each(&mut self, statements: &[Statement]) {
        for statement in statements {
            self.connection.execute(&statement.sql);
        }
    }

    pub(crate) fn build(&mut self, schema: &Schema) {
        let built = plan(&Schema::default(), schema, self.dialect).expect("the schema can be made");
        self.run(&built);
    }

    pub(crate) fn clear(&mut self) {
        let dropped = plan(&self.live(), &Schema::default(), self.dialect).expect("tables can be dropped");
        self.run(&dropped);
        assert_eq!(self.live(), Schema::default());
    }

    #[track_caller]
    pub(crate) fn assert_is(&self, schema: &Schema, script: &str) -> Schema {
        let live = self.live();
        let rest =
            plan(&live, &self.wanted(&live, schema), self.dialect).expect("the difference can be told");
        let rest: Vec<_> = rest.summaries().map(str::to_owned).collect();
        assert!(rest.is_empty(), "still differs: {rest:#?}\nafter:\n{script}");
        live
    }
}

pub(crate) fn text(statements: &[Statement]) -> String {
    statements.iter().map(|statement| format!("{};\n", statement.sql)).collect()
}

fn dialect(backend: Backend) -> Dialect {
    match backend {
        Backend::Sqlite => Dialect::Sqlite,
        Backend::Postgres => Dialect::Postgres,
        Backend::Mysql => Dialect::Mysql,
    }
}

/// A schema for comparison: the order of columns is that in which they came, and SQLite puts quotes around what it renames
/// in expressions.
pub(crate) fn in_order(mut schema: Schema) -> Schema {
    let plain = |expression: &mut String| *expression = expression.replace(['"', ' '], "");
    for table in &mut schema.tables {
        table.columns.sort_by(|left, right| left.name.cmp(&right.name));
        table.uniques.sort_by_key(|unique| unique.columns.clone());
        table.foreign_keys.sort_by_key(|key| (key.columns.clone(), key.target.clone(), key.name.clone()));
        table.checks.iter_mut().for_each(|check| plain(&mut check.expression));
        table.indexes.iter_mut().for_each(|index| index.condition.iter_mut().for_each(plain));
    }
    schema
}
