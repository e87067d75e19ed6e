//! Users who may not change the schema.

use alchemy_core::engine::{Engine, EngineConfig};
use alchemy_core::migration::{Checksum, Direction, Kept, MigrationError, Migrations, Target};
use alchemy_tests::{Backend, TestDatabase, database_tests};

use crate::folders::{Folder, VERSIONS, states, tables};

database_tests! {
    who_may_only_read_may_ask: [postgres, mysql],
    who_may_not_change_the_schema_changes_nothing: [postgres, mysql],
    who_may_not_read_the_versions_is_told_so: [postgres, mysql],
}

/// A user with no rights, who is gone with this value.
pub(crate) struct User {
    db: TestDatabase,
    name: String,
    pub(crate) url: String,
    engine: Engine,
}

impl User {
    pub(crate) fn new(db: &TestDatabase) -> Self {
        let name = format!("u{}", uuid::Uuid::new_v4().simple().to_string().split_at(16).0);
        db.admin(&match db.backend() {
            Backend::Postgres => {
                format!("CREATE ROLE {name} LOGIN; REVOKE CREATE ON SCHEMA public FROM PUBLIC")
            }
            // A database that the user has some right to can be connected to.
            _ => {
                format!("CREATE USER {name}; CREATE TABLE open (id INTEGER); GRANT SELECT ON open TO {name}")
            }
        });
        let mut url = url::Url::parse(db.url()).unwrap();
        url.set_username(&name).unwrap();
        url.set_password(None).unwrap();
        let engine =
            Engine::connect(EngineConfig::new(url.as_str()).pool_size(1)).expect("the user may connect");
        Self { db: db.clone(), name, url: url.into(), engine }
    }

    fn grant_reading(&self) {
        for table in ["__diesel_schema_migrations", "__alchemy_migrations"] {
            self.db.admin(&format!("GRANT SELECT ON {table} TO {}", self.name));
        }
    }

    fn migrations(&self, folder: &Folder) -> Migrations {
        Migrations::new(&self.engine, folder.path())
    }
}

impl Drop for User {
    fn drop(&mut self) {
        self.engine.close();
        let name = &self.name;
        let _ = self.db.connect().try_execute(&match self.db.backend() {
            Backend::Postgres => format!("DROP OWNED BY {name}; DROP ROLE {name}"),
            _ => format!("DROP USER {name}"),
        });
    }
}

fn who_may_only_read_may_ask(db: TestDatabase) {
    let folder = Folder::tables();
    let user = User::new(&db);
    if db.backend() == Backend::Postgres {
        // MariaDB tells nobody without rights to a table whether it is there.
        assert_eq!(states(&user.migrations(&folder)), "ppp");
    }
    folder.migrations(&db).upgrade(&"+2".parse().unwrap()).unwrap();
    user.grant_reading();
    let migrations = user.migrations(&folder);
    assert_eq!(states(&migrations), "AAp");
    assert_eq!(migrations.current().unwrap().unwrap().version, VERSIONS[1]);
    assert_eq!(migrations.status().unwrap()[0].checksum, Checksum::Same);
    assert!(migrations.script(Direction::Up, &Target::Head).unwrap().contains("CREATE TABLE c"));
    // Nothing to do needs no right either.
    assert_eq!(migrations.upgrade(&"20240102".parse().unwrap()).unwrap(), []);
}

fn who_may_not_change_the_schema_changes_nothing(db: TestDatabase) {
    let folder = Folder::tables();
    let user = User::new(&db);
    folder.migrations(&db).upgrade(&"+1".parse().unwrap()).unwrap();
    user.grant_reading();
    let error = user.migrations(&folder).upgrade(&Target::Head).unwrap_err();
    assert!(matches!(error, MigrationError::Failed { kept: Kept::Nothing, .. }), "{error:?}");
    let text = error.to_string();
    let denied = match db.backend() {
        Backend::Postgres => "permission denied for schema public".to_owned(),
        _ => format!("CREATE command denied to user '{}'@", user.name),
    };
    assert!(text.contains(&denied) && text.ends_with("nothing of it was kept"), "{text}");
    assert_eq!((tables(&db).as_str(), states(&folder.migrations(&db)).as_str()), ("a", "App"));
    let error = user.migrations(&folder).stamp(&Target::Base, true).unwrap_err().to_string();
    assert!(error.starts_with("the database reported an error ("), "{error}");
    assert_eq!(states(&folder.migrations(&db)), "App");
}

fn who_may_not_read_the_versions_is_told_so(db: TestDatabase) {
    let folder = Folder::tables();
    let user = User::new(&db);
    folder.migrations(&db).upgrade(&Target::Head).unwrap();
    let text = user.migrations(&folder).status().unwrap_err().to_string();
    let denied = match db.backend() {
        Backend::Postgres => "permission denied for table __diesel_schema_migrations".to_owned(),
        _ => format!("SELECT command denied to user '{}'@", user.name),
    };
    assert!(text.starts_with("the database reported an error (") && text.contains(&denied), "{text}");
}
