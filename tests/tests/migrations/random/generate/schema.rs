//! Drafts as schemas.

use super::*;

pub(super) fn types(family: Family, keyed: bool, backend: Backend) -> Vec<&'static str> {
    match family {
        Family::Number if keyed => {
            let decimal = each(backend, "NUMERIC(10,2)", "NUMERIC(10,2)", "DECIMAL(10,2)");
            vec!["SMALLINT", "INTEGER", "BIGINT", decimal, "VARCHAR(20)", "VARCHAR(40)"]
        }
        Family::Number => {
            let mut types = types(Family::Number, true, backend);
            types.extend(each(
                backend,
                ["FLOAT", "DOUBLE", "TEXT"],
                ["REAL", "DOUBLE PRECISION", "TEXT"],
                ["FLOAT", "DOUBLE", "LONGTEXT"],
            ));
            types
        }
        Family::Flag => vec!["BOOLEAN", "SMALLINT", "INTEGER"],
        Family::Day => vec!["DATE", each(backend, "DATETIME", "TIMESTAMP", "DATETIME(6)"), "VARCHAR(40)"],
        Family::Moment => each(
            backend,
            vec!["DATETIME"],
            vec!["TIMESTAMP", "TIMESTAMP WITH TIME ZONE"],
            vec!["DATETIME(6)"],
        ),
        Family::Hour => vec![each(backend, "TIME", "TIME", "TIME(6)")],
        Family::Uuid => vec![each(backend, "BINARY(16)", "UUID", "BINARY(16)")],
        Family::Bytes => vec![each(backend, "BLOB", "BYTEA", "LONGBLOB")],
        Family::Json => each(backend, vec!["TEXT"], vec!["JSONB", "JSON", "TEXT"], vec!["JSON", "LONGTEXT"]),
    }
}

fn each<T>(backend: Backend, sqlite: T, postgres: T, mysql: T) -> T {
    match backend {
        Backend::Sqlite => sqlite,
        Backend::Postgres => postgres,
        Backend::Mysql => mysql,
    }
}

pub(super) fn schema(drafts: &[Draft], before: Option<&[Draft]>, backend: Backend) -> Schema {
    let mut schema = Schema::default();
    schema.tables = drafts.iter().map(|draft| table(draft, drafts, before, backend)).collect();
    schema.tables.sort_by(|left, right| left.name.cmp(&right.name));
    schema
}

fn table(draft: &Draft, drafts: &[Draft], before: Option<&[Draft]>, backend: Backend) -> Table {
    let before = before.and_then(|before| before.iter().find(|other| other.id == draft.id));
    let name = |id: usize| draft.column(id).map(|column| column.name.clone()).unwrap_or_default();
    let names = |ids: &[usize]| ids.iter().map(|&id| name(id)).collect::<Vec<_>>();
    let mut table = Table::default();
    table.name.clone_from(&draft.name);
    table.renamed_from = before.map(|before| before.name.clone()).filter(|before| *before != draft.name);
    table.columns = draft
        .columns
        .iter()
        .map(|column| {
            let before = before.and_then(|before| before.column(column.id)).map(|before| before.name.clone());
            let mut made = Column::default();
            made.name.clone_from(&column.name);
            made.renamed_from = before.filter(|before| *before != column.name);
            made.sql_type = column.sql_type.to_owned();
            made.nullable = column.nullable;
            made.default = column.has_default.then(|| default(column)).flatten();
            made
        })
        .collect();
    table.columns[0].generated.clone_from(&draft.generated);
    let mut key = PrimaryKey::default();
    key.name = (backend != Backend::Mysql).then(|| format!("pk_{}", draft.id));
    key.columns = names(&draft.key);
    table.primary_key = Some(key);
    for unique in &draft.uniques {
        let mut made = Unique::default();
        made.name = Some(format!("uq_{}", joined(unique)));
        made.columns = names(unique);
        table.uniques.push(made);
    }
    for index in &draft.indexes {
        let mut made = Index::default();
        made.name = format!("ix_{}", joined(&index.columns));
        made.parts = index.columns.iter().map(|&id| IndexPart::column(name(id))).collect();
        if index.descending {
            made.parts[0].options = "DESC".to_owned();
        }
        made.condition =
            index.partial.then(|| format!("{} IS NOT NULL", quoted(&name(index.columns[0]), backend)));
        table.indexes.push(made);
    }
    for &id in &draft.checks {
        let mut made = Check::default();
        made.name = Some(format!("ck_{id}"));
        let is_text = draft
            .column(id)
            .is_some_and(|column| column.sql_type.starts_with("VARCHAR") || column.sql_type.contains("TEXT"));
        let column = quoted(&name(id), backend);
        made.expression =
            if is_text { format!("{column} <> 'x'") } else { format!("{column} >= 0 AND {column}<1000") };
        table.checks.push(made);
    }
    for key in &draft.foreign_keys {
        let Some(target) = drafts.iter().find(|other| other.id == key.target) else { continue };
        let mut made = ForeignKey::default();
        made.name = Some(format!("fk_{}", key.column));
        made.columns = vec![name(key.column)];
        made.target.clone_from(&target.name);
        made.target_columns =
            target.column(key.target_column).map(|column| column.name.clone()).into_iter().collect();
        (made.on_delete, made.on_update, made.deferred) = (key.on_delete, key.on_update, key.deferred);
        table.foreign_keys.push(made);
    }
    if backend == Backend::Mysql {
        table.options = "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin".to_owned();
    }
    table
}

fn joined(ids: &[usize]) -> String {
    ids.iter().map(usize::to_string).collect::<Vec<_>>().join("_")
}

fn default(column: &DraftColumn) -> Option<String> {
    let is_text = column.sql_type.starts_with("VARCHAR") || column.sql_type.contains("TEXT");
    let default = match column.family {
        Family::Number | Family::Day if is_text => "'it''s'",
        Family::Number if column.id.is_multiple_of(2) => "7",
        Family::Number => "1",
        Family::Flag if column.sql_type == "BOOLEAN" => "TRUE",
        Family::Flag => "1",
        Family::Day => "'2020-02-02'",
        Family::Moment => "CURRENT_TIMESTAMP",
        Family::Hour => "'12:00:00'",
        Family::Json => "'{}'",
        Family::Uuid | Family::Bytes => return None,
    };
    Some(default.to_owned())
}

pub(crate) fn quoted(name: &str, backend: Backend) -> String {
    match backend {
        Backend::Sqlite | Backend::Postgres => format!("\"{}\"", name.replace('"', "\"\"")),
        Backend::Mysql => format!("`{}`", name.replace('`', "``")),
    }
}
