//! The changes.

use alchemy_core::migration::Schema;
use alchemy_core::migration::schema::{
    Check, Column, ForeignKey, Generation, Index, IndexPart, PrimaryKey, ReferentialAction, Table, Unique,
};

use alchemy_tests::Backend;

/// A change of the schema.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) change: fn(&mut Schema, &mut Schema, Backend),
}

impl Case {
    /// The schemas before and after.
    pub(crate) fn schemas(&self, backend: Backend) -> (Schema, Schema) {
        let (mut from, mut to) = (base(backend), base(backend));
        (self.change)(&mut from, &mut to, backend);
        for schema in [&mut from, &mut to] {
            schema.tables.sort_by(|left, right| left.name.cmp(&right.name));
            if backend == Backend::Mysql {
                let tables = schema.tables.iter_mut();
                tables.for_each(|table| table.primary_key.iter_mut().for_each(|key| key.name = None));
            }
        }
        (from, to)
    }
}

/// The changes, each from [`base`] unless it says otherwise.
pub(crate) const CASES: &[Case] = &[
    Case { name: "nothing", change: |_, _, _| {} },
    Case {
        name: "a table comes",
        change: |_, to, _| {
            let mut table =
                table("reviews", vec![required("id", "BIGINT"), required("book_id", "BIGINT")], "id");
            table.options.clone_from(&to.tables[0].options);
            table.foreign_keys.push(foreign_key("reviews", "book_id", "books"));
            table.indexes.push(index("ix_reviews_book_id", "book_id"));
            to.tables.push(table);
        },
    },
    Case {
        name: "tables that refer to each other come",
        change: |_, to, _| {
            for (name, other) in [("heads", "tails"), ("tails", "heads")] {
                let mut table =
                    table(name, vec![required("id", "BIGINT"), optional("other", "BIGINT")], "id");
                table.options.clone_from(&to.tables[0].options);
                table.foreign_keys.push(foreign_key(name, "other", other));
                to.tables.push(table);
            }
        },
    },
    Case {
        name: "a column comes that may be empty",
        change: |_, to, _| add(to, "authors", optional("dob", "DATE")),
    },
    Case {
        name: "columns come that may not",
        change: |_, to, _| {
            add(to, "authors", with_default(required("rank", "INTEGER"), "3"));
            add(to, "authors", required("nick", "VARCHAR(20)"));
            add(to, "authors", required("dob", "DATE"));
        },
    },
    Case {
        name: "a column comes with a default that is computed",
        change: |_, to, _| add(to, "authors", with_default(required("born", "DATE"), "CURRENT_DATE")),
    },
    Case {
        name: "a column may be empty no more",
        change: |_, to, _| column(to, "authors", "age").nullable = false,
    },
    Case {
        name: "a default changes",
        change: |from, to, _| {
            column(from, "authors", "age").default = Some("1".to_owned());
            column(to, "authors", "age").default = Some("2".to_owned());
        },
    },
    Case {
        name: "a default comes",
        change: |_, to, _| column(to, "authors", "age").default = Some("2".to_owned()),
    },
    Case {
        name: "a type becomes wider",
        change: |_, to, _| {
            column(to, "authors", "age").sql_type = "BIGINT".to_owned();
            column(to, "authors", "name").sql_type = "VARCHAR(80)".to_owned();
        },
    },
    Case {
        name: "a type becomes another",
        change: |from, to, _| {
            column(from, "authors", "age").default = Some("1".to_owned());
            column(to, "authors", "age").default = Some("'one'".to_owned());
            column(to, "authors", "age").sql_type = "VARCHAR(20)".to_owned();
        },
    },
    Case {
        name: "constraints and an index come",
        change: |_, to, _| {
            let authors = of(to, "authors");
            authors.uniques.push(unique("uq_authors_name", &["name"]));
            authors.checks.push(check("ck_authors_age", "age > 0"));
            authors.indexes.push(index("ix_authors_age", "age"));
        },
    },
    Case {
        name: "an index comes",
        change: |_, to, _| of(to, "authors").indexes.push(index("ix_authors_age", "age")),
    },
    Case {
        name: "constraints get the names that a model gives",
        change: |from, to, _| {
            for (schema, name) in [(from, "old"), (to, "new")] {
                let authors = of(schema, "authors");
                let mut unique = unique(&format!("{name}_unique"), &["name"]);
                unique.is_named = true;
                authors.uniques.push(unique);
                let mut index = index(&format!("{name}_index"), "age");
                index.is_named = true;
                authors.indexes.push(index);
                let books = of(schema, "books");
                books.foreign_keys[0].name = Some(format!("{name}_foreign_key"));
                books.foreign_keys[0].is_named = true;
            }
        },
    },
    Case { name: "a foreign key goes", change: |_, to, _| drop(of(to, "books").foreign_keys.pop()) },
    Case {
        name: "a foreign key does something else",
        change: |_, to, _| of(to, "books").foreign_keys[0].on_delete = ReferentialAction::Cascade,
    },
    Case {
        name: "a key of two columns",
        change: |_, to, _| {
            let authors = of(to, "authors");
            authors.primary_key.iter_mut().for_each(|key| key.columns.push("name".to_owned()));
            authors.uniques.push(unique("uq_authors_id", &["id"]));
        },
    },
    Case {
        name: "a key gets another type on both sides",
        change: |_, to, _| {
            column(to, "authors", "id").sql_type = "INTEGER".to_owned();
            column(to, "books", "author_id").sql_type = "INTEGER".to_owned();
        },
    },
    Case {
        name: "a key that the database makes",
        change: |from, to, backend| {
            if backend == Backend::Sqlite {
                column(from, "authors", "id").sql_type = "INTEGER".to_owned();
                column(to, "authors", "id").sql_type = "INTEGER".to_owned();
            }
            let is_mysql = backend == Backend::Mysql;
            let generation = if is_mysql { Generation::Sequence } else { Generation::Identity };
            column(to, "authors", "id").generated = Some(generation);
        },
    },
    Case {
        name: "a key gets a sequence",
        change: |_, to, backend| {
            if backend != Backend::Sqlite {
                column(to, "authors", "id").generated = Some(Generation::Sequence);
            }
        },
    },
    Case {
        name: "a table and its columns are renamed",
        change: |from, to, _| {
            of(from, "authors").checks.push(check("ck_age", "age > 0"));
            of(from, "authors").indexes.push(index("ix_age", "age"));
            let authors = of(to, "authors");
            authors.name = "writers".to_owned();
            authors.renamed_from = Some("authors".to_owned());
            authors.columns[0].name = "key".to_owned();
            authors.columns[0].renamed_from = Some("id".to_owned());
            authors.columns[2].name = "years".to_owned();
            authors.columns[2].renamed_from = Some("age".to_owned());
            authors.primary_key.iter_mut().for_each(|key| key.columns = vec!["key".to_owned()]);
            authors.checks.push(check("ck_age", "years>0"));
            authors.indexes.push(index("ix_age", "years"));
            let books = of(to, "books");
            books.foreign_keys[0].target = "writers".to_owned();
            books.foreign_keys[0].target_columns = vec!["key".to_owned()];
        },
    },
    Case {
        name: "tables and columns pass their names on",
        change: |from, to, _| {
            for (old, new) in [("drafts", "texts"), ("texts", "wholes")] {
                let mut table = table(old, vec![required("id", "BIGINT")], "id");
                table.options.clone_from(&from.tables[0].options);
                from.tables.push(table.clone());
                table.name = new.to_owned();
                table.renamed_from = Some(old.to_owned());
                to.tables.push(table);
            }
            for (old, new) in [("one", "two"), ("two", "three")] {
                add(from, "authors", optional(old, "INTEGER"));
                add(to, "authors", optional(new, "INTEGER"));
                column(to, "authors", new).renamed_from = Some(old.to_owned());
            }
        },
    },
    Case {
        name: "a renamed column leaves its name to another",
        change: |_, to, _| {
            column(to, "authors", "age").renamed_from = Some("age".to_owned());
            column(to, "authors", "age").name = "years".to_owned();
            add(to, "authors", optional("age", "VARCHAR(20)"));
        },
    },
];

/// Authors and their books.
pub(crate) fn base(backend: Backend) -> Schema {
    let authors = table(
        "authors",
        vec![required("id", "BIGINT"), required("name", "VARCHAR(50)"), optional("age", "INTEGER")],
        "id",
    );
    let mut books = table(
        "books",
        vec![required("id", "BIGINT"), required("title", "VARCHAR(50)"), optional("author_id", "BIGINT")],
        "id",
    );
    books.foreign_keys.push(foreign_key("books", "author_id", "authors"));
    let mut schema = Schema::default();
    schema.tables = vec![authors, books];
    if backend == Backend::Mysql {
        let options = "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin";
        schema.tables.iter_mut().for_each(|table| table.options = options.to_owned());
    }
    schema
}

pub(crate) fn table(name: &str, columns: Vec<Column>, key: &str) -> Table {
    let mut table = Table::default();
    table.name = name.to_owned();
    table.columns = columns;
    let mut primary_key = PrimaryKey::default();
    primary_key.name = Some(format!("pk_{name}"));
    primary_key.columns = vec![key.to_owned()];
    table.primary_key = Some(primary_key);
    table
}

pub(crate) fn required(name: &str, sql_type: &str) -> Column {
    let mut column = Column::default();
    column.name = name.to_owned();
    column.sql_type = sql_type.to_owned();
    column
}

pub(crate) fn optional(name: &str, sql_type: &str) -> Column {
    let mut column = required(name, sql_type);
    column.nullable = true;
    column
}

fn with_default(mut column: Column, default: &str) -> Column {
    column.default = Some(default.to_owned());
    column
}

pub(crate) fn foreign_key(table: &str, column: &str, target: &str) -> ForeignKey {
    let mut key = ForeignKey::default();
    key.name = Some(format!("fk_{table}_{column}_{target}"));
    key.columns = vec![column.to_owned()];
    key.target = target.to_owned();
    key.target_columns = vec!["id".to_owned()];
    key
}

pub(crate) fn unique(name: &str, columns: &[&str]) -> Unique {
    let mut unique = Unique::default();
    unique.name = Some(name.to_owned());
    unique.columns = columns.iter().map(|&column| column.to_owned()).collect();
    unique
}

fn check(name: &str, expression: &str) -> Check {
    let mut check = Check::default();
    check.name = Some(name.to_owned());
    check.expression = expression.to_owned();
    check
}

pub(crate) fn index(name: &str, column: &str) -> Index {
    let mut index = Index::default();
    index.name = name.to_owned();
    index.parts = vec![IndexPart::column(column)];
    index
}

pub(crate) fn of<'a>(schema: &'a mut Schema, table: &str) -> &'a mut Table {
    schema.tables.iter_mut().find(|other| other.name == table).expect("the table is there")
}

pub(crate) fn column<'a>(schema: &'a mut Schema, table: &str, column: &str) -> &'a mut Column {
    let columns = &mut of(schema, table).columns;
    columns.iter_mut().find(|other| other.name == column).expect("the column is there")
}

pub(crate) fn add(schema: &mut Schema, table: &str, column: Column) {
    of(schema, table).columns.push(column);
}
