//! Keys that the database makes.

use alchemy_core::model::Keyed;
use alchemy_core::prelude::*;
use alchemy_tests::{Backend, TestDatabase, database_tests};
use diesel::prelude::*;

use crate::open;

database_tests! {
    keys_rise_from_one,
    a_key_that_is_given_is_kept,
    an_identity_is_not_given_out_twice,
    other_tables_refer_to_a_generated_key,
    rows_of_audited_bases_are_numbered_too,
}

#[derive(Debug, Clone, PartialEq, BigIntBase)]
#[alchemy(table = "invoices")]
struct Invoice {
    id: i64,
    total: i32,
}

#[derive(Debug, Clone, PartialEq, IdentityBase)]
#[alchemy(table = "payments")]
struct Payment {
    id: i64,
    total: i32,
}

#[derive(Debug, Clone, BigIntAuditBase)]
#[alchemy(table = "invoice_lines")]
struct InvoiceLine {
    id: i64,
    #[alchemy(foreign_key(Invoice, on_delete = cascade))]
    invoice_id: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

#[derive(Debug, Clone, IdentityAuditBase)]
#[alchemy(table = "receipts")]
struct Receipt {
    id: i64,
    #[alchemy(foreign_key(Payment))]
    payment_id: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

fn invoice(session: &Session, id: Option<i64>, total: i32) -> Result<usize> {
    let new = NewInvoice { id, total };
    session.run(|connection| diesel::insert_into(invoices::table).values(&new).execute(connection))
}

fn payment(session: &Session, id: Option<i64>, total: i32) -> Result<usize> {
    let new = NewPayment { id, total };
    session.run(|connection| diesel::insert_into(payments::table).values(&new).execute(connection))
}

fn invoice_ids(session: &Session) -> Vec<i64> {
    session
        .run(|connection| invoices::table.select(invoices::id).order(invoices::id).load(connection))
        .unwrap()
}

fn payment_ids(session: &Session) -> Vec<i64> {
    session
        .run(|connection| payments::table.select(payments::id).order(payments::id).load(connection))
        .unwrap()
}

fn keys_rise_from_one(db: TestDatabase) {
    let session = open(&db).session();
    for total in [10, 20, 30] {
        assert_eq!(invoice(&session, None, total).unwrap(), 1);
        assert_eq!(payment(&session, None, total).unwrap(), 1);
    }
    assert_eq!((invoice_ids(&session), payment_ids(&session)), (vec![1, 2, 3], vec![1, 2, 3]));
    let found: Invoice = session
        .run(|connection| invoices::table.find(2).select(Invoice::as_select()).first(connection))
        .unwrap();
    assert_eq!((found.generated_id(), found), (Some(2), Invoice { id: 2, total: 20 }));
}

fn a_key_that_is_given_is_kept(db: TestDatabase) {
    let session = open(&db).session();
    let large = i64::from(i32::MAX) + 1;
    invoice(&session, Some(large), 1).unwrap();
    payment(&session, Some(large), 1).unwrap();
    assert_eq!((invoice_ids(&session), payment_ids(&session)), (vec![large], vec![large]));
    let twice = session.savepoint(|session| invoice(session, Some(large), 2)).unwrap_err();
    assert_eq!(twice.kind(), ErrorKind::Duplicate);
}

fn an_identity_is_not_given_out_twice(db: TestDatabase) {
    let session = open(&db).session();
    payment(&session, None, 1).unwrap();
    payment(&session, None, 2).unwrap();
    session.run(|connection| diesel::delete(payments::table.find(2)).execute(connection)).unwrap();
    payment(&session, None, 3).unwrap();
    assert_eq!(payment_ids(&session), [1, 3]);
}

fn other_tables_refer_to_a_generated_key(db: TestDatabase) {
    let session = open(&db).session();
    invoice(&session, None, 1).unwrap();
    let line = |invoice_id: i64| {
        session.savepoint(|session| {
            let new = NewInvoiceLine { id: None, invoice_id };
            session
                .run(|connection| diesel::insert_into(invoice_lines::table).values(new).execute(connection))
        })
    };
    assert_eq!(line(1).unwrap(), 1);
    assert_eq!(line(2).unwrap_err().kind(), ErrorKind::ForeignKey);
    session.run(|connection| diesel::delete(invoices::table.find(1)).execute(connection)).unwrap();
    session.commit().unwrap();
    assert_eq!(db.number("SELECT count(*) FROM invoice_lines"), 0);
}

fn rows_of_audited_bases_are_numbered_too(db: TestDatabase) {
    let session = open(&db).session();
    payment(&session, None, 1).unwrap();
    let receipts: Vec<Receipt> = session
        .run(|connection| {
            for _ in 0..2 {
                let new = NewReceipt { id: None, payment_id: 1 };
                diesel::insert_into(receipts::table).values(&new).execute(connection)?;
            }
            receipts::table.order(receipts::id).select(Receipt::as_select()).load(connection)
        })
        .unwrap();
    let numbers: Vec<_> = receipts.iter().map(|receipt| (receipt.id, receipt.payment_id)).collect();
    assert_eq!(numbers, [(1, 1), (2, 1)]);
    assert!(receipts.iter().all(|receipt| receipt.updated_at >= receipt.created_at));
    if db.backend() == Backend::Sqlite {
        // The key is the row's own number, not an index beside it.
        session.commit().unwrap();
        assert_eq!(db.number("SELECT count(*) FROM receipts WHERE rowid = id"), 2);
        assert_eq!(
            db.number("SELECT count(*) FROM sqlite_master WHERE tbl_name = 'invoices' AND type = 'index'"),
            0
        );
    }
}
