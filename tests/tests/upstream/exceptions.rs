//! `unit/test_exceptions.py`, and what section 9 of the reference found each database's errors to become: by codes, not
//! by English text, and on MariaDB too.

use alchemy_core::filter::all;
use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use crate::open;

database_tests! {
    more_than_one_row_is_an_error_of_its_own,
    each_constraint_has_its_kind_on_every_database,
    an_error_names_model_field_and_constraint,
    what_is_no_fault_of_the_data_is_no_integrity_error,
    a_lost_connection_is_no_integrity_error: [postgres, mysql],
    messages_in_another_language_are_classified: [mysql],
    a_message_of_ones_own_takes_the_place_of_the_usual_one,
    a_message_of_another_kind_is_not_used,
    the_drivers_error_is_there_for_logs,
}

#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "owners", bind_key = "upstream_exceptions")]
struct Owner {
    id: Uuid,
    #[alchemy(max_length = 20)]
    name: String,
}

#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "accounts", bind_key = "upstream_exceptions", check(name = "solvent", "balance >= 0"))]
struct Account {
    id: Uuid,
    #[alchemy(foreign_key(Owner))]
    owner_id: Uuid,
    #[alchemy(unique, max_length = 30)]
    email: String,
    balance: i32,
}

struct Bank {
    session: Session,
    owners: OwnerService,
    accounts: AccountService,
    owner: Owner,
}

/// An owner with an account.
fn bank(db: &TestDatabase) -> Bank {
    let session = open(db, "upstream_exceptions").session();
    let owners = OwnerService::new(session.clone());
    let accounts = AccountService::new(session.clone());
    let owner = owners.create(NewOwner { id: None, name: "Ann".into() }).unwrap();
    accounts.create(account(owner.id, "ann@example.org", 1)).unwrap();
    session.commit().unwrap();
    Bank { session, owners, accounts, owner }
}

fn account(owner_id: Uuid, email: &str, balance: i32) -> NewAccount {
    NewAccount { id: None, owner_id, email: email.into(), balance }
}

impl Bank {
    /// The error, after which the session begins anew.
    fn failed<T: std::fmt::Debug>(&self, result: Result<T>) -> Error {
        let error = result.unwrap_err();
        self.session.rollback().unwrap();
        assert_eq!(self.accounts.count(all()).unwrap(), 1, "nothing was written");
        error
    }

    fn duplicate(&self) -> Error {
        self.failed(self.accounts.create(account(self.owner.id, "ann@example.org", 2)))
    }

    fn orphan(&self) -> Error {
        self.failed(self.accounts.create(account(Uuid::nil(), "bob@example.org", 2)))
    }

    fn still_in_use(&self) -> Error {
        self.failed(self.owners.delete(self.owner.id))
    }

    fn insolvent(&self) -> Error {
        self.failed(self.accounts.create(account(self.owner.id, "bob@example.org", -1)))
    }

    fn without_email(&self) -> Error {
        let statement = "UPDATE accounts SET email = NULL";
        self.failed(self.session.run(|connection| diesel::sql_query(statement).execute(connection)))
    }
}

/// `unit/test_exceptions.py` 25
fn more_than_one_row_is_an_error_of_its_own(db: TestDatabase) {
    let bank = bank(&db);
    bank.accounts.create(account(bank.owner.id, "bob@example.org", 1)).unwrap();
    let error = bank.accounts.get_one(Account::BALANCE.eq(1)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::MultipleRows);
}

/// `unit/test_exceptions.py` 31. Upstream: check and not-null are one kind on SQLite and MySQL, and everything is on
/// MariaDB.
fn each_constraint_has_its_kind_on_every_database(db: TestDatabase) {
    let bank = bank(&db);
    assert_eq!(bank.duplicate().kind(), ErrorKind::Duplicate);
    assert_eq!(bank.orphan().kind(), ErrorKind::ForeignKey);
    assert_eq!(bank.still_in_use().kind(), ErrorKind::ForeignKey);
    assert_eq!(bank.insolvent().kind(), ErrorKind::Check);
    assert_eq!(bank.without_email().kind(), ErrorKind::NotNull);
}

/// `unit/test_exceptions.py` 31. Upstream's errors hold no data.
fn an_error_names_model_field_and_constraint(db: TestDatabase) {
    let bank = bank(&db);
    let duplicate = bank.duplicate();
    let detail = duplicate.detail().unwrap();
    assert_eq!((detail.model, detail.field.as_deref()), (Some("Account"), Some("email")));
    assert_eq!(duplicate.to_string(), "a record of Account with the same `email` already exists");
    let insolvent = bank.insolvent();
    assert_eq!(insolvent.detail().unwrap().constraint.as_deref(), Some("ck_accounts_solvent"));
    assert_eq!(bank.without_email().detail().unwrap().field.as_deref(), Some("email"));
}

/// `unit/test_exceptions.py` 78, where upstream makes an `IntegrityError`, and so a 409, of every error of the driver.
fn what_is_no_fault_of_the_data_is_no_integrity_error(db: TestDatabase) {
    let bank = bank(&db);
    for statement in ["SELECT nothing FROM nowhere", "SELECT FROM WHERE"] {
        let error = bank.failed(bank.session.run(|connection| connection.batch_execute(statement)));
        assert_eq!(error.kind(), ErrorKind::Database, "{statement}: {error:?}");
        assert_eq!(error.to_string(), "the database reported an error");
    }
    let long = "x".repeat(31);
    let error = bank.failed(bank.accounts.create(account(bank.owner.id, &long, 1)));
    assert_eq!(error.kind(), ErrorKind::InvalidValue);
    assert_eq!(error.detail().unwrap().field.as_deref(), Some("email"));
}

/// `unit/test_exceptions.py` 78. `tests/faults` has the other ways to lose one.
fn a_lost_connection_is_no_integrity_error(db: TestDatabase) {
    let bank = bank(&db);
    assert!(!bank.duplicate().is_retryable());
    bank.accounts.create(account(bank.owner.id, "bob@example.org", 1)).unwrap();
    db.kill_all();
    let error = bank.accounts.create(account(bank.owner.id, "cid@example.org", 1)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
    assert!(error.is_retryable());
}

/// Section 9 of the reference: upstream reads English text. Which field it was is known of MariaDB's English alone.
fn messages_in_another_language_are_classified(db: TestDatabase) {
    let bank = bank(&db);
    bank.session.run(|connection| connection.batch_execute("SET lc_messages = 'de_DE'")).unwrap();
    let outcomes = bank
        .accounts
        .create_each([
            account(bank.owner.id, "bob@example.org", 1),
            account(bank.owner.id, "ann@example.org", 1),
            account(Uuid::nil(), "cid@example.org", 1),
            account(bank.owner.id, "dan@example.org", -1),
        ])
        .unwrap();
    let errors: Vec<_> = outcomes.into_iter().filter_map(Result::err).collect();
    let kinds: Vec<_> = errors.iter().map(Error::kind).collect();
    assert_eq!(kinds, [ErrorKind::Duplicate, ErrorKind::ForeignKey, ErrorKind::Check]);
    let said = errors[0].driver_error().unwrap().to_string();
    assert!(said.starts_with("Doppelter Eintrag"), "{said}");
    bank.session.run(|connection| connection.batch_execute("SET lc_messages = 'en_US'")).unwrap();
    bank.session.commit().unwrap();
    assert_eq!(bank.accounts.count(all()).unwrap(), 2);
}

/// `unit/test_exceptions.py` 93, 116, 124
fn a_message_of_ones_own_takes_the_place_of_the_usual_one(db: TestDatabase) {
    let bank = bank(&db);
    let missing = Uuid::nil();
    assert_eq!(bank.accounts.get(missing).unwrap_err().to_string(), "no Account was found");
    let worded = bank.accounts.with_messages(
        ErrorMessages::new()
            .not_found("Custom Error")
            .with(ErrorKind::Check, "Custom: check")
            .duplicate("taken"),
    );
    assert_eq!(worded.get(missing).unwrap_err().to_string(), "Custom Error");
    let insolvent = bank.failed(worded.create(account(bank.owner.id, "bob@example.org", -1)));
    assert_eq!((insolvent.kind(), insolvent.to_string().as_str()), (ErrorKind::Check, "Custom: check"));
    let duplicate = bank.failed(worded.create(account(bank.owner.id, "ann@example.org", 1)));
    assert_eq!((duplicate.kind(), duplicate.to_string().as_str()), (ErrorKind::Duplicate, "taken"));
}

/// `unit/test_exceptions.py` 139, 146
fn a_message_of_another_kind_is_not_used(db: TestDatabase) {
    let bank = bank(&db);
    let worded = bank.accounts.with_messages(ErrorMessages::new().duplicate("taken"));
    let orphan = bank.failed(worded.create(account(Uuid::nil(), "bob@example.org", 1)));
    assert_eq!(orphan.to_string(), "a record that is referred to is missing, or still in use");
    assert_eq!(bank.insolvent().to_string(), "the data failed a check");
    assert_eq!(bank.without_email().to_string(), "`email` must not be null");
}

/// `unit/test_exceptions.py` 98: what `wrap_exceptions=False` is for.
fn the_drivers_error_is_there_for_logs(db: TestDatabase) {
    let bank = bank(&db);
    let error = bank.duplicate();
    assert!(matches!(error.driver_error(), Some(diesel::result::Error::DatabaseError(..))), "{error:?}");
    // Clients are not shown it.
    assert!(!error.to_string().contains("accounts"), "{error}");
}
