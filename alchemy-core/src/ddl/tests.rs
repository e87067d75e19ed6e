//! The exact statements for models made by hand, and what is refused.

use super::*;
use crate::model::{
    CheckCondition, CheckMeta, ColumnKind, ColumnMeta, DefaultValue, ForeignKeyMeta, Generated, IndexMeta,
    ReferentialAction, UniqueMeta,
};

const ALL: [Dialect; 3] = [Dialect::Sqlite, Dialect::Postgres, Dialect::Mysql];

const ID: ColumnMeta = ColumnMeta::new("id", "id", ColumnKind::Uuid);

const fn to(columns: &'static [usize], target: fn() -> &'static ModelMeta) -> ForeignKeyMeta {
    ForeignKeyMeta {
        name: None,
        columns,
        target,
        target_fields: &[],
        on_delete: ReferentialAction::NoAction,
        on_update: ReferentialAction::NoAction,
        deferred: false,
    }
}

const fn unique(name: Option<&'static str>, columns: &'static [usize]) -> UniqueMeta {
    UniqueMeta { name, columns }
}

const fn index(name: Option<&'static str>, columns: &'static [usize]) -> IndexMeta {
    IndexMeta { name, columns }
}

static AUTHOR: ModelMeta = ModelMeta {
    uniques: &[unique(None, &[1])],
    indexes: &[index(None, &[2])],
    checks: &[CheckMeta::new("named", "name <> ''")],
    ..ModelMeta::new(
        "Author",
        "author",
        &[
            ID,
            ColumnMeta { max_length: Some(100), ..ColumnMeta::new("name", "name", ColumnKind::Text) },
            ColumnMeta { nullable: true, ..ColumnMeta::new("bio", "bio", ColumnKind::Text) },
            ColumnMeta {
                default: Some(DefaultValue::Sql("CURRENT_TIMESTAMP")),
                ..ColumnMeta::new("created_at", "created_at", ColumnKind::TimestampTz)
            },
        ],
    )
};

/// A composite key, names that need quotes, and every part of a foreign key.
static BOOK: ModelMeta = ModelMeta {
    primary_key: &[0, 1],
    uniques: &[unique(Some("isbn once"), &[0, 3])],
    indexes: &[index(None, &[2]), index(Some("by order"), &[3, 2])],
    foreign_keys: &[
        ForeignKeyMeta {
            on_delete: ReferentialAction::Cascade,
            on_update: ReferentialAction::Restrict,
            deferred: true,
            ..to(&[2], || &AUTHOR)
        },
        ForeignKeyMeta {
            name: Some("same name"),
            target_fields: &["name"],
            on_delete: ReferentialAction::SetNull,
            ..to(&[4], || &AUTHOR)
        },
    ],
    ..ModelMeta::new(
        "Book",
        "order",
        &[
            ColumnMeta::new("shelf", "shelf", ColumnKind::Integer),
            ColumnMeta { max_length: Some(20), ..ColumnMeta::new("isbn", "isbn", ColumnKind::Text) },
            ColumnMeta::new("author_id", "author_id", ColumnKind::Uuid),
            ColumnMeta::new("order", "or`d\"er", ColumnKind::SmallInt),
            ColumnMeta {
                nullable: true,
                max_length: Some(100),
                ..ColumnMeta::new("author_name", "author_name", ColumnKind::Text)
            },
        ],
    )
};

/// `LEFT` and `RIGHT` refer to each other, and `LEFT` to itself.
static LEFT: ModelMeta = ModelMeta {
    foreign_keys: &[to(&[1], || &RIGHT), to(&[2], || &LEFT)],
    indexes: &[index(None, &[1])],
    ..ModelMeta::new(
        "Left",
        "left",
        &[
            ID,
            ColumnMeta { nullable: true, ..ColumnMeta::new("right_id", "right_id", ColumnKind::Uuid) },
            ColumnMeta { nullable: true, ..ColumnMeta::new("parent_id", "parent_id", ColumnKind::Uuid) },
        ],
    )
};
static RIGHT: ModelMeta = ModelMeta {
    foreign_keys: &[to(&[1], || &LEFT)],
    ..ModelMeta::new("Right", "right", &[ID, ColumnMeta::new("left_id", "left_id", ColumnKind::Uuid)])
};

fn created(models: &[&'static ModelMeta], dialect: Dialect) -> Vec<String> {
    create_all(models, dialect).unwrap_or_else(|error| panic!("{dialect}: {error}"))
}

/// The message of the error that each database's statements end in.
fn refusals(models: &[&'static ModelMeta]) -> [String; 3] {
    ALL.map(|dialect| match create_all(models, dialect) {
        Ok(sql) => format!("accepted: {sql:?}"),
        Err(error) => error.to_string(),
    })
}

#[test]
fn a_check_of_choices_names_its_column_as_the_database_does() {
    let check = CheckMeta {
        name: "order",
        condition: CheckCondition::OneOf { column: 3, texts: &["first", "it's last"] },
    };
    assert_eq!(
        ALL.map(|dialect| check_constraint(&BOOK, &check, dialect)),
        [
            r#"CONSTRAINT "ck_order_order" CHECK ("or`d""er" IN ('first', 'it''s last'))"#,
            r#"CONSTRAINT "ck_order_order" CHECK ("or`d""er" IN ('first', 'it''s last'))"#,
            r#"CONSTRAINT `ck_order_order` CHECK (`or``d"er` IN ('first', 'it''s last'))"#,
        ]
    );
}

#[test]
fn a_database_of_two_tables_on_sqlite() {
    assert_eq!(
        created(&[&BOOK, &AUTHOR], Dialect::Sqlite),
        [
            r#"CREATE TABLE IF NOT EXISTS "author" (
    "id" BINARY(16) NOT NULL,
    "name" VARCHAR(100) NOT NULL,
    "bio" TEXT,
    "created_at" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "pk_author" PRIMARY KEY ("id"),
    CONSTRAINT "uq_author_name" UNIQUE ("name"),
    CONSTRAINT "ck_author_named" CHECK (name <> '')
)"#,
            r#"CREATE TABLE IF NOT EXISTS "order" (
    "shelf" INTEGER NOT NULL,
    "isbn" VARCHAR(20) NOT NULL,
    "author_id" BINARY(16) NOT NULL,
    "or`d""er" SMALLINT NOT NULL,
    "author_name" VARCHAR(100),
    CONSTRAINT "pk_order" PRIMARY KEY ("shelf", "isbn"),
    CONSTRAINT "isbn once" UNIQUE ("shelf", "or`d""er"),
    CONSTRAINT "fk_order_author_id_author" FOREIGN KEY ("author_id") REFERENCES "author" ("id") ON DELETE CASCADE ON UPDATE RESTRICT DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT "same name" FOREIGN KEY ("author_name") REFERENCES "author" ("name") ON DELETE SET NULL
)"#,
            r#"CREATE INDEX IF NOT EXISTS "ix_author_bio" ON "author" ("bio")"#,
            r#"CREATE INDEX IF NOT EXISTS "ix_order_author_id" ON "order" ("author_id")"#,
            r#"CREATE INDEX IF NOT EXISTS "by order" ON "order" ("or`d""er", "author_id")"#,
        ]
    );
}

#[test]
fn a_database_of_two_tables_on_postgresql() {
    assert_eq!(
        created(&[&BOOK, &AUTHOR], Dialect::Postgres),
        [
            r#"CREATE TABLE IF NOT EXISTS "author" (
    "id" UUID NOT NULL,
    "name" VARCHAR(100) NOT NULL,
    "bio" TEXT,
    "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "pk_author" PRIMARY KEY ("id"),
    CONSTRAINT "uq_author_name" UNIQUE ("name"),
    CONSTRAINT "ck_author_named" CHECK (name <> '')
)"#,
            r#"CREATE TABLE IF NOT EXISTS "order" (
    "shelf" INTEGER NOT NULL,
    "isbn" VARCHAR(20) NOT NULL,
    "author_id" UUID NOT NULL,
    "or`d""er" SMALLINT NOT NULL,
    "author_name" VARCHAR(100),
    CONSTRAINT "pk_order" PRIMARY KEY ("shelf", "isbn"),
    CONSTRAINT "isbn once" UNIQUE ("shelf", "or`d""er"),
    CONSTRAINT "fk_order_author_id_author" FOREIGN KEY ("author_id") REFERENCES "author" ("id") ON DELETE CASCADE ON UPDATE RESTRICT DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT "same name" FOREIGN KEY ("author_name") REFERENCES "author" ("name") ON DELETE SET NULL
)"#,
            r#"CREATE INDEX IF NOT EXISTS "ix_author_bio" ON "author" ("bio")"#,
            r#"CREATE INDEX IF NOT EXISTS "ix_order_author_id" ON "order" ("author_id")"#,
            r#"CREATE INDEX IF NOT EXISTS "by order" ON "order" ("or`d""er", "author_id")"#,
        ]
    );
}

#[test]
fn a_database_of_two_tables_on_mariadb() {
    assert_eq!(
        created(&[&BOOK, &AUTHOR], Dialect::Mysql),
        [
            r#"CREATE TABLE IF NOT EXISTS `author` (
    `id` BINARY(16) NOT NULL,
    `name` VARCHAR(100) NOT NULL,
    `bio` LONGTEXT,
    `created_at` DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT `pk_author` PRIMARY KEY (`id`),
    CONSTRAINT `uq_author_name` UNIQUE (`name`),
    CONSTRAINT `ck_author_named` CHECK (name <> '')
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin"#,
            r#"CREATE TABLE IF NOT EXISTS `order` (
    `shelf` INTEGER NOT NULL,
    `isbn` VARCHAR(20) NOT NULL,
    `author_id` BINARY(16) NOT NULL,
    `or``d"er` SMALLINT NOT NULL,
    `author_name` VARCHAR(100),
    CONSTRAINT `pk_order` PRIMARY KEY (`shelf`, `isbn`),
    CONSTRAINT `isbn once` UNIQUE (`shelf`, `or``d"er`),
    CONSTRAINT `fk_order_author_id_author` FOREIGN KEY (`author_id`) REFERENCES `author` (`id`) ON DELETE CASCADE ON UPDATE RESTRICT,
    CONSTRAINT `same name` FOREIGN KEY (`author_name`) REFERENCES `author` (`name`) ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin"#,
            "CREATE INDEX IF NOT EXISTS `ix_author_bio` ON `author` (`bio`(191))",
            "CREATE INDEX IF NOT EXISTS `ix_order_author_id` ON `order` (`author_id`)",
            "CREATE INDEX IF NOT EXISTS `by order` ON `order` (`or``d\"er`, `author_id`)",
        ]
    );
}

#[test]
fn foreign_keys_that_go_round_are_added_after_the_tables() {
    let sql = created(&[&LEFT, &RIGHT], Dialect::Postgres);
    assert!(!sql[0].contains("fk_left_right_id_right"), "{}", sql[0]);
    assert!(sql[0].contains(r#"FOREIGN KEY ("parent_id") REFERENCES "left" ("id")"#), "{}", sql[0]);
    assert!(sql[1].contains(r#"FOREIGN KEY ("left_id") REFERENCES "left" ("id")"#), "{}", sql[1]);
    assert_eq!(
        sql[2..],
        [
            r#"DO $do$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conrelid = '"left"'::regclass AND conname = 'fk_left_right_id_right') THEN
        ALTER TABLE "left" ADD CONSTRAINT "fk_left_right_id_right" FOREIGN KEY ("right_id") REFERENCES "right" ("id");
    END IF;
END
$do$"#,
            r#"CREATE INDEX IF NOT EXISTS "ix_left_right_id" ON "left" ("right_id")"#,
        ]
    );

    let sql = created(&[&LEFT, &RIGHT], Dialect::Mysql);
    assert!(!sql[0].contains("fk_left_right_id_right"), "{}", sql[0]);
    assert_eq!(
        sql[2],
        "ALTER TABLE `left` ADD CONSTRAINT `fk_left_right_id_right` \
         FOREIGN KEY IF NOT EXISTS (`right_id`) REFERENCES `right` (`id`)"
    );
}

#[test]
fn sqlite_writes_foreign_keys_that_go_round_ahead() {
    let sql = created(&[&LEFT, &RIGHT], Dialect::Sqlite);
    assert_eq!(sql.len(), 3);
    assert!(sql[0].contains(r#"CONSTRAINT "fk_left_right_id_right" FOREIGN KEY ("right_id")"#), "{}", sql[0]);
    assert_eq!(
        add_foreign_key(&LEFT, &LEFT.foreign_keys[0], Dialect::Sqlite).map_err(|error| error.to_string()),
        Err("SQLite does not support ALTER TABLE ... ADD CONSTRAINT".to_owned())
    );
}

#[test]
fn tables_that_migrations_own_are_left_out() {
    static ADOPTED: ModelMeta = ModelMeta { managed: false, ..ModelMeta::new("Adopted", "adopted", &[ID]) };
    static NOTE: ModelMeta =
        ModelMeta { foreign_keys: &[to(&[0], || &ADOPTED)], ..ModelMeta::new("Note", "note", &[ID]) };
    for dialect in ALL {
        let sql = created(&[&ADOPTED, &NOTE], dialect);
        assert_eq!(sql.len(), 1, "{sql:?}");
        assert!(sql[0].contains("note") && sql[0].contains("REFERENCES"), "{}", sql[0]);
    }
}

#[test]
fn a_table_can_be_created_as_a_new_one_and_dropped() {
    let sql = create_table(&RIGHT, Dialect::Postgres, Existing::Refused).expect("the model is sound");
    assert!(sql.starts_with("CREATE TABLE \"right\" (\n"), "{sql}");
    assert_eq!(drop_table(&RIGHT, Dialect::Postgres), r#"DROP TABLE IF EXISTS "right""#);
    assert_eq!(drop_table(&RIGHT, Dialect::Mysql), "DROP TABLE IF EXISTS `right`");
    assert_eq!(
        create_indexes(&LEFT, Dialect::Mysql, Existing::Refused),
        ["CREATE INDEX `ix_left_right_id` ON `left` (`right_id`)"]
    );
}

#[test]
fn two_models_of_one_table_are_refused_whatever_their_bind_keys() {
    static WRITER: ModelMeta = ModelMeta::new("Writer", "author", &[ID]);
    static ELSEWHERE: ModelMeta =
        ModelMeta { bind_key: Some("other"), ..ModelMeta::new("Writer", "author", &[ID]) };
    let message = "`Author` and `Writer` have the same table: `author`".to_owned();
    assert_eq!(refusals(&[&AUTHOR, &WRITER]), [message.clone(), message.clone(), message.clone()]);
    // One engine answers for both keys, and the second table would never be made.
    assert_eq!(refusals(&[&AUTHOR, &ELSEWHERE]), [message.clone(), message.clone(), message]);
}

#[test]
fn tables_that_differ_in_case_only_are_refused_where_the_database_makes_no_difference() {
    static UPPER: ModelMeta = ModelMeta::new("Upper", "RIGHT", &[ID]);
    let message = "`Right` and `Upper` have the same table: `RIGHT`";
    let [sqlite, postgres, mariadb] = refusals(&[&LEFT, &RIGHT, &UPPER]);
    assert_eq!([sqlite.as_str(), mariadb.as_str()], [message; 2]);
    assert!(postgres.starts_with("accepted"), "{postgres}");
}

#[test]
fn a_foreign_key_into_another_database_is_refused() {
    static FAR: ModelMeta = ModelMeta { bind_key: Some("far"), ..ModelMeta::new("Far", "far", &[ID]) };
    static NEAR: ModelMeta =
        ModelMeta { foreign_keys: &[to(&[0], || &FAR)], ..ModelMeta::new("Near", "near", &[ID]) };
    let message =
        "the foreign key of `Near.id` refers to `Far`, which has another bind key: `far`, not `default`";
    assert_eq!(refusals(&[&NEAR]), [message; 3]);
    // All in one database, whose engine answers for both keys.
    let order: Vec<_> =
        sort_by_dependency(&[&NEAR, &FAR]).unwrap().into_iter().map(|model| model.name).collect();
    assert_eq!(order, ["Far", "Near"]);
    assert!(create_all(&[&NEAR, &FAR], Dialect::Sqlite).is_ok());
}

#[test]
fn a_foreign_key_to_what_is_not_there_is_refused() {
    static TYPO: ModelMeta = ModelMeta {
        foreign_keys: &[ForeignKeyMeta { target_fields: &["nam"], ..to(&[0], || &AUTHOR) }],
        ..ModelMeta::new("Typo", "typo", &[ID])
    };
    assert_eq!(
        refusals(&[&TYPO]),
        ["the foreign key of `Typo.id` refers to `Author.nam`, which is not a field"; 3]
    );
    static SHORT: ModelMeta =
        ModelMeta { foreign_keys: &[to(&[0], || &BOOK)], ..ModelMeta::new("Short", "short", &[ID]) };
    assert_eq!(
        refusals(&[&SHORT]),
        ["the foreign key of `Short.id` has 1 column(s), but refers to 2 of `Book`"; 3]
    );
}

#[test]
fn mariadb_refuses_what_it_would_forget_or_not_explain() {
    static RESET: ModelMeta = ModelMeta {
        foreign_keys: &[ForeignKeyMeta { on_delete: ReferentialAction::SetDefault, ..to(&[0], || &AUTHOR) }],
        ..ModelMeta::new("Reset", "reset", &[ID])
    };
    let [sqlite, postgres, mariadb] = refusals(&[&RESET]);
    assert!(sqlite.contains("ON DELETE SET DEFAULT") && postgres.contains("ON DELETE SET DEFAULT"));
    assert_eq!(mariadb, "MariaDB does not support SET DEFAULT in foreign keys");

    static BY_BIO: ModelMeta = ModelMeta {
        foreign_keys: &[ForeignKeyMeta { target_fields: &["bio"], ..to(&[1], || &AUTHOR) }],
        ..ModelMeta::new("ByBio", "by_bio", &[ID, ColumnMeta::new("bio", "bio", ColumnKind::Text)])
    };
    assert_eq!(
        refusals(&[&BY_BIO])[2],
        "`Author.bio` cannot be part of a foreign key on MariaDB without a `max_length` of at most 768"
    );
}

#[test]
fn constraints_that_would_have_the_same_name_are_refused() {
    static TWICE: ModelMeta = ModelMeta {
        uniques: &[unique(None, &[0]), unique(None, &[0, 1])],
        ..ModelMeta::new("Twice", "twice", &[ID, ColumnMeta::new("b", "b", ColumnKind::Integer)])
    };
    assert_eq!(
        refusals(&[&TWICE]),
        ["`Twice` has two constraints or indexes that would be named `uq_twice_id`; give one of them another name";
            3]
    );

    static A: ModelMeta = ModelMeta {
        indexes: &[index(None, &[1])],
        ..ModelMeta::new("A", "a", &[ID, ColumnMeta::new("b_c", "b_c", ColumnKind::Integer)])
    };
    static A_B: ModelMeta = ModelMeta {
        indexes: &[index(None, &[1])],
        ..ModelMeta::new("AB", "a_b", &[ID, ColumnMeta::new("c", "c", ColumnKind::Integer)])
    };
    let message = "`A` and `AB` have a table, constraint or index each that would be named `ix_a_b_c`; \
                   give one of them another name";
    assert_eq!(refusals(&[&A, &A_B]), [message; 3]);
}

#[test]
fn a_name_that_the_database_would_cut_is_refused() {
    static LONG: ModelMeta =
        ModelMeta::new("Long", "a_table_with_a_name_of_sixty_four_letters_which_is_one_too_many_", &[ID]);
    let [sqlite, postgres, mariadb] = refusals(&[&LONG]);
    assert!(sqlite.starts_with("accepted") && mariadb.starts_with("accepted"), "{sqlite} {mariadb}");
    assert_eq!(
        postgres,
        "`Long`: the name `a_table_with_a_name_of_sixty_four_letters_which_is_one_too_many_` is too long for PostgreSQL"
    );
}

const fn number(generated: Generated) -> ColumnMeta {
    ColumnMeta { generated: Some(generated), ..ColumnMeta::new("id", "id", ColumnKind::BigInt) }
}

#[test]
fn a_key_from_a_sequence() {
    static INVOICE: ModelMeta = ModelMeta::new("Invoice", "invoice", &[number(Generated::Sequence)]);
    assert_eq!(
        ALL.map(|dialect| created(&[&INVOICE], dialect)[0].clone()),
        [
            r#"CREATE TABLE IF NOT EXISTS "invoice" (
    "id" INTEGER NOT NULL,
    CONSTRAINT "pk_invoice" PRIMARY KEY ("id")
)"#,
            r#"CREATE TABLE IF NOT EXISTS "invoice" (
    "id" BIGSERIAL NOT NULL,
    CONSTRAINT "pk_invoice" PRIMARY KEY ("id")
)"#,
            r#"CREATE TABLE IF NOT EXISTS `invoice` (
    `id` BIGINT NOT NULL AUTO_INCREMENT,
    CONSTRAINT `pk_invoice` PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin"#,
        ]
    );
}

#[test]
fn a_key_that_is_an_identity() {
    static INVOICE: ModelMeta = ModelMeta::new("Invoice", "invoice", &[number(Generated::Identity)]);
    assert_eq!(
        ALL.map(|dialect| created(&[&INVOICE], dialect)[0].clone()),
        [
            r#"CREATE TABLE IF NOT EXISTS "invoice" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_invoice" PRIMARY KEY AUTOINCREMENT
)"#,
            r#"CREATE TABLE IF NOT EXISTS "invoice" (
    "id" BIGINT NOT NULL GENERATED BY DEFAULT AS IDENTITY,
    CONSTRAINT "pk_invoice" PRIMARY KEY ("id")
)"#,
            r#"CREATE TABLE IF NOT EXISTS `invoice` (
    `id` BIGINT NOT NULL AUTO_INCREMENT,
    CONSTRAINT `pk_invoice` PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin"#,
        ]
    );
}

#[test]
fn a_column_made_by_the_database_is_the_whole_key_and_a_large_number() {
    static PART: ModelMeta = ModelMeta {
        primary_key: &[0, 1],
        ..ModelMeta::new(
            "Part",
            "part",
            &[number(Generated::Sequence), ColumnMeta::new("b", "b", ColumnKind::Uuid)],
        )
    };
    static DATA: ModelMeta = ModelMeta::new(
        "Data",
        "data",
        &[
            ID,
            ColumnMeta {
                generated: Some(Generated::Identity),
                ..ColumnMeta::new("number", "number", ColumnKind::BigInt)
            },
        ],
    );
    static SMALL: ModelMeta = ModelMeta::new(
        "Small",
        "small",
        &[ColumnMeta { kind: ColumnKind::Integer, ..number(Generated::Sequence) }],
    );
    for (model, field) in [(&PART, "Part.id"), (&DATA, "Data.number"), (&SMALL, "Small.id")] {
        let message =
            format!("`{field}` cannot be made by the database: only a primary key that is one `i64` can");
        assert_eq!(refusals(&[model]), [message.clone(), message.clone(), message]);
    }
}

#[test]
fn a_primary_key_that_mariadb_has_no_room_for_is_refused() {
    const fn text(name: &'static str) -> ColumnMeta {
        ColumnMeta { max_length: Some(400), ..ColumnMeta::new(name, name, ColumnKind::Text) }
    }
    static LONG: ModelMeta =
        ModelMeta { primary_key: &[0, 1], ..ModelMeta::new("Long", "long", &[text("a"), text("b")]) };
    let [sqlite, postgres, mariadb] = refusals(&[&LONG]);
    assert!(sqlite.starts_with("accepted") && postgres.starts_with("accepted"), "{sqlite} {postgres}");
    assert_eq!(
        mariadb,
        "`Long.a`, `Long.b` cannot be a primary key on MariaDB, where one has at most 768 characters; give its texts \
         a `max_length`"
    );
}

#[test]
fn a_foreign_key_of_several_columns_refers_to_a_key_of_several_columns() {
    static LOAN: ModelMeta = ModelMeta {
        foreign_keys: &[
            ForeignKeyMeta { on_delete: ReferentialAction::Cascade, ..to(&[1, 2], || &BOOK) },
            ForeignKeyMeta {
                name: Some("by order"),
                target_fields: &["shelf", "order"],
                ..to(&[1, 3], || &BOOK)
            },
        ],
        ..ModelMeta::new(
            "Loan",
            "loan",
            &[
                ID,
                ColumnMeta::new("shelf", "shelf", ColumnKind::Integer),
                ColumnMeta { max_length: Some(20), ..ColumnMeta::new("isbn", "isbn", ColumnKind::Text) },
                ColumnMeta::new("order", "order", ColumnKind::SmallInt),
            ],
        )
    };
    let sql = create_table(&LOAN, Dialect::Postgres, Existing::Refused).expect("the model is sound");
    for line in [
        r#"CONSTRAINT "fk_loan_shelf_order" FOREIGN KEY ("shelf", "isbn") REFERENCES "order" ("shelf", "isbn") ON DELETE CASCADE"#,
        r#"CONSTRAINT "by order" FOREIGN KEY ("shelf", "order") REFERENCES "order" ("shelf", "or`d""er")"#,
    ] {
        assert!(sql.contains(line), "{sql}");
    }
}

#[test]
fn a_view_is_not_created() {
    static STATS: ModelMeta = ModelMeta {
        primary_key: &[],
        managed: false,
        query: Some("SELECT name FROM author"),
        ..ModelMeta::new("Stats", "stats", &[ColumnMeta::new("name", "name", ColumnKind::Text)])
    };
    assert_eq!(refusals(&[&STATS]), ["accepted: []"; 3]);
}
