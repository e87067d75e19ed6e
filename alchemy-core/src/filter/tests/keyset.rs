//! What comes after a row, in SQL.

use super::model::{META, Person};
use super::{backends, columns, render, spelled};
use crate::filter::{Filters, OrderBy, OrderTerm, Place, SortOrder, Value, total_order};
use crate::model::{ColumnKind, ColumnMeta, ModelMeta, UniqueMeta};

const ID: u128 = 7;

/// The condition and the order that read on from a row with these values.
fn written(
    orders: &[OrderBy<Person>],
    values: &[Option<Value>],
    backwards: bool,
    inclusive: bool,
) -> Vec<[String; 2]> {
    let filters = orders.iter().fold(Filters::new(), |filters, order| filters.order_by(*order));
    let criteria = filters.criteria();
    let order = total_order(&META, &criteria.order).expect("these can be ordered by");
    let place = Place { values: values.to_vec(), backwards, inclusive };
    let beyond = criteria.beyond(&META, &order, Some(&place), backwards);
    let texts = backends()
        .map(|backend| [render(backend, &beyond.condition(&META)), render(backend, &beyond.order(&META))]);
    texts.collect()
}

#[test]
fn what_comes_after_a_row_is_told_by_each_column_in_turn() {
    let id = || Some(Value::Uuid(uuid::Uuid::from_u128(ID)));
    let (name, age) = (|| Some(Value::from("a")), || Some(Value::Integer(3)));
    type Case<'a> = (Vec<OrderBy<Person>>, Vec<Option<Value>>, bool, &'a str, &'a str);
    let cases: Vec<Case<'_>> = vec![
        (vec![], vec![id()], false, "<id> > ?", "<id> ASC"),
        (vec![], vec![id()], true, "<id> < ?", "<id> DESC"),
        (
            vec![Person::NAME.desc()],
            vec![name(), id()],
            false,
            "<name> <= ? AND (<name> < ? OR <id> < ?)",
            "<name> DESC, <id> DESC",
        ),
        (
            vec![Person::NAME.desc()],
            vec![name(), id()],
            true,
            "<name> >= ? AND (<name> > ? OR <id> > ?)",
            "<name> ASC, <id> ASC",
        ),
        (
            vec![Person::AGE.asc(), Person::NAME.desc(), Person::ID.asc()],
            vec![age(), name(), id()],
            false,
            "<age> >= ? AND (<age> > ? OR (<name> <= ? AND (<name> < ? OR <id> > ?)))",
            "<age> ASC<first>, <name> DESC, <id> ASC",
        ),
        (
            vec![Person::AGE.asc()],
            vec![None, id()],
            false,
            "<age> IS NOT NULL OR <id> > ?",
            "<age> ASC<first>, <id> ASC",
        ),
        (
            vec![Person::AGE.asc()],
            vec![None, id()],
            true,
            "<age> IS NULL AND <id> < ?",
            "<age> DESC<last>, <id> DESC",
        ),
        (
            vec![Person::AGE.desc()],
            vec![age(), id()],
            false,
            "(<age> <= ? OR <age> IS NULL) AND (<age> < ? OR <age> IS NULL OR <id> < ?)",
            "<age> DESC<last>, <id> DESC",
        ),
        // Said twice, a column is ordered by once; and what comes after the key decides nothing.
        (vec![Person::ID.desc(), Person::ID.asc()], vec![id()], false, "<id> < ?", "<id> DESC"),
    ];
    for (orders, values, backwards, condition, order) in cases {
        for (backend, texts) in backends().zip(written(&orders, &values, backwards, false)) {
            let nulls = |sql: &str| {
                let dialect = backend.dialect();
                sql.replace("<first>", dialect.nulls_first()).replace("<last>", dialect.nulls_last())
            };
            let expected = [condition, order].map(|sql| spelled(backend, &columns(&nulls(sql))));
            assert_eq!(texts, expected);
        }
    }
}

#[test]
fn a_place_can_have_the_row_itself_on_the_side_that_is_read() {
    let values = [Some(Value::from("a")), Some(Value::Uuid(uuid::Uuid::from_u128(ID)))];
    let expected = "<name> >= ? AND (<name> > ? OR <id> >= ?)";
    for (backend, [condition, _]) in backends().zip(written(&[Person::NAME.asc()], &values, false, true)) {
        assert_eq!(condition, spelled(backend, &columns(expected)));
    }
}

#[test]
fn what_cannot_be_ordered_by_is_refused_by_its_name() {
    const COLUMNS: &[ColumnMeta] = &[
        ColumnMeta::new("payload", "payload", ColumnKind::Json),
        ColumnMeta::new("shape", "shape", ColumnKind::Custom),
        ColumnMeta::new("code", "code", ColumnKind::Text),
        ColumnMeta { nullable: true, ..ColumnMeta::new("number", "number", ColumnKind::Integer) },
    ];
    static VIEW: ModelMeta = ModelMeta {
        primary_key: &[],
        uniques: &[UniqueMeta::new(&[2]), UniqueMeta::new(&[3])],
        ..ModelMeta::new("Stats", "stats", COLUMNS)
    };
    let order = |columns: &[usize]| {
        let terms: Vec<_> =
            columns.iter().map(|&column| OrderTerm { column, order: SortOrder::Asc }).collect();
        total_order(&VIEW, &terms).map(|order| order.len()).map_err(|error| error.to_string())
    };
    assert_eq!(order(&[0, 2]), Err("cannot order by `payload`".to_owned()));
    assert_eq!(order(&[2, 1]), Err("cannot order by `shape`".to_owned()));
    assert_eq!(order(&[3, 2]), Ok(2));
    let apart = "`order` must be by fields that tell the rows of `Stats` apart, as it has no primary key";
    assert_eq!(order(&[]), Err(apart.to_owned()));
    // Any number of rows may have no value.
    assert_eq!(order(&[3]), Err(apart.to_owned()));
}
