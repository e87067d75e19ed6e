//! The fairing: pools at ignition, the end of each request's unit of work, pools closed at shutdown once no request
//! needs them.

#[cfg(feature = "migrations")]
use std::collections::BTreeMap;
#[cfg(feature = "migrations")]
use std::sync::Arc;
use std::time::Duration;

use alchemy_core::engine::Engine;
#[cfg(feature = "migrations")]
use alchemy_core::migration::EmbeddedMigrations;
use alchemy_core::{Error, Result};
use rocket::fairing::{self, Fairing, Info, Kind};
use rocket::figment::Figment;
use rocket::tokio::task::spawn_blocking;
use rocket::tokio::time::timeout;
use rocket::{Build, Data, Orbit, Request, Response, Rocket};

use crate::config::{self, Resolved};
use crate::databases::Databases;
use crate::error::full_text;
use crate::{Config, ignition, unit_of_work};

/// Connects a Rocket program to its databases.
///
/// * **At ignition** it connects every database, runs migrations (feature `migrations`, `Config::migrate`) or creates
///   tables where [asked to](Config::create_all), and stops the
///   launch with a sentence in the log when something is wrong: a database that cannot be reached, two with the same
///   bind key. It manages the [`Engines`](alchemy_core::engine::Engines) as state and registers [`catchers`](crate::catchers()).
/// * **With each response** it ends the request's unit of work by the response's status and the database's
///   [`CommitMode`](crate::CommitMode); a handler that panics answers 500 and is rolled back. A commit that fails turns the response into
///   a [`Problem`](crate::Problem). Rocket runs response fairings in the order in which they are attached: one that
///   changes statuses belongs before this one.
/// * **At shutdown** it lets the requests in flight end, for as long as Rocket's `grace` and `mercy` give them, and
///   closes the pools.
///
/// With several databases the sessions of a request end in the order in which the databases were given to
/// [`new`](Self::new) and [`with`](Self::with) (by name with [`from_figment`](Self::from_figment)). Each commits for
/// itself; when one fails, those after it are rolled back, and those before it stay committed. A write that others
/// depend on belongs in the first.
///
/// ```no_run
/// use alchemy_rocket::prelude::*;
///
/// #[launch]
/// fn rocket() -> _ {
///     let users = Config::new("sqlite://users.db").bind_key("users").commit_mode(CommitMode::Autocommit);
///     let products = Config::new("sqlite://products.db").bind_key("products").commit_mode(CommitMode::Autocommit);
///     rocket::build().attach(Alchemy::new(users).with(products))
/// }
/// ```
#[derive(Clone)]
#[must_use = "a fairing does nothing until it is attached"]
pub struct Alchemy {
    sources: Vec<Source>,
    catchers: bool,
    /// Migrations by the bind key of their database.
    #[cfg(feature = "migrations")]
    migrations: BTreeMap<String, Arc<EmbeddedMigrations>>,
}

#[derive(Debug, Clone)]
enum Source {
    One(Box<Config>),
    /// Every entry of `databases` in Rocket's configuration.
    AllConfigured,
}

impl Alchemy {
    /// One database. It answers for any bind key until there is [another](Self::with).
    pub fn new(config: Config) -> Self {
        Self::of(Source::One(Box::new(config)))
    }

    /// Every database of Rocket's configuration, each under its name as bind key unless it says otherwise. The order
    /// is that of the names.
    ///
    /// ```toml
    /// [default.databases.users]
    /// url = "postgres://localhost/users"
    /// pool_size = 8
    /// commit_mode = "autocommit"
    /// ```
    ///
    /// See [`Config::named`] for the keys.
    pub fn from_figment() -> Self {
        Self::of(Source::AllConfigured)
    }

    fn of(source: Source) -> Self {
        Self {
            sources: vec![source],
            catchers: true,
            #[cfg(feature = "migrations")]
            migrations: BTreeMap::new(),
        }
    }

    /// Another database. Bind keys must differ.
    pub fn with(mut self, config: Config) -> Self {
        self.sources.push(Source::One(Box::new(config)));
        self
    }

    /// The migrations of the database with a bind key, built into the program by Diesel's `embed_migrations!`. They are run
    /// at ignition where its configuration says `migrate = true`. Those of its own [`Config`] come first.
    ///
    /// ```
    /// # mod diesel_migrations { pub use alchemy_rocket::core::migration::EmbeddedMigrations; }
    /// use alchemy_rocket::prelude::*;
    /// use diesel_migrations::EmbeddedMigrations;
    ///
    /// fn databases(users: EmbeddedMigrations) -> Alchemy {
    ///     Alchemy::from_figment().migrations("users", users)
    /// }
    /// ```
    ///
    /// ```toml
    /// [default.databases.users]
    /// url = "postgres://localhost/users"
    /// migrate = true
    /// ```
    #[cfg(feature = "migrations")]
    pub fn migrations(mut self, bind_key: impl Into<String>, migrations: EmbeddedMigrations) -> Self {
        self.migrations.insert(bind_key.into(), Arc::new(migrations));
        self
    }

    /// Whether to register [`catchers`](crate::catchers()) at `/`, so that every error response is a problem; on
    /// unless said otherwise. A program's own default catcher at `/` always takes its place.
    pub fn catchers(mut self, register: bool) -> Self {
        self.catchers = register;
        self
    }

    /// What to connect to, in order.
    pub(crate) fn resolve(&self, figment: &Figment) -> Result<Vec<Resolved>> {
        let mut resolved = Vec::new();
        for source in &self.sources {
            match source {
                Source::One(config) => resolved.push(config.resolve(figment)?),
                Source::AllConfigured => {
                    let names = config::names(figment)?;
                    if names.is_empty() {
                        return Err(Error::config("the configuration has no `databases`"));
                    }
                    for name in names {
                        resolved.push(Config::named(name).resolve(figment)?);
                    }
                }
            }
        }
        #[cfg(feature = "migrations")]
        for resolved in &mut resolved {
            let others = self.migrations.get(resolved.engine.key());
            resolved.migrations = resolved.migrations.take().or_else(|| others.cloned());
        }
        Ok(resolved)
    }

    /// The same, where nothing is in the way of a launch.
    fn resolve_for_launch(&self, figment: &Figment) -> Result<Vec<Resolved>> {
        let resolved = self.resolve(figment)?;
        #[cfg(feature = "migrations")]
        ignition::check_migrations(&resolved, self.migrations.keys())?;
        Ok(resolved)
    }
}

impl std::fmt::Debug for Alchemy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Alchemy")
            .field("sources", &self.sources)
            .field("catchers", &self.catchers)
            .finish_non_exhaustive()
    }
}

#[rocket::async_trait]
impl Fairing for Alchemy {
    fn info(&self) -> Info {
        Info { name: "Alchemy", kind: Kind::Ignite | Kind::Request | Kind::Response | Kind::Shutdown }
    }

    async fn on_ignite(&self, rocket: Rocket<Build>) -> fairing::Result {
        if rocket.state::<Databases>().is_some() {
            log::error!(
                "the `Alchemy` fairing is attached twice; give it more databases with `Alchemy::with`"
            );
            return Err(rocket);
        }
        let connected = match self.resolve_for_launch(rocket.figment()) {
            Ok(resolved) => blocking(move || ignition::connect(resolved)).await,
            Err(error) => Err(error),
        };
        let databases = match connected {
            Ok(databases) => databases,
            Err(error) => {
                log::error!("{}", full_text(&error));
                return Err(rocket);
            }
        };
        let mut rocket = rocket;
        if self.catchers && !has_default_catcher(&rocket) {
            rocket = rocket.register("/", crate::catchers());
        }
        Ok(rocket.manage(databases.engines().clone()).manage(databases))
    }

    async fn on_request(&self, request: &mut Request<'_>, _: &mut Data<'_>) {
        unit_of_work::begin(request);
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        unit_of_work::end(request, response).await;
    }

    async fn on_shutdown(&self, rocket: &Rocket<Orbit>) {
        let Ok(databases) = Databases::of(rocket) else { return };
        let engines = databases.engines();
        // Rocket asks when shutdown begins, while requests still have this long to end. So the engines are closed to
        // newcomers and to health checks now, and stay open for these.
        let limits = &rocket.config().shutdown;
        let limit = Duration::from_secs(u64::from(limits.grace) + u64::from(limits.mercy));
        let leases: Vec<_> = engines.iter().filter_map(|engine| engine.lease().ok()).collect();
        engines.iter().for_each(Engine::close);
        if timeout(limit, databases.in_flight().none()).await.is_err() {
            log::warn!("requests have not ended within {limit:?}; their databases are closed now");
        }
        drop(leases);
    }
}

/// Runs what blocks on tokio's blocking threads.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    spawn_blocking(work).await.unwrap_or_else(|_| Err(Error::config("connecting to a database panicked")))
}

fn has_default_catcher(rocket: &Rocket<Build>) -> bool {
    rocket.catchers().any(|catcher| catcher.code.is_none() && catcher.base.path() == "/")
}

#[cfg(all(test, feature = "sqlite"))]
mod tests {
    use alchemy_core::diesel::dsl::sql;
    use alchemy_core::diesel::sql_types::BigInt;
    use alchemy_core::diesel::{RunQueryDsl, sql_query};
    use alchemy_core::engine::Engines;
    use rocket::fairing::AdHoc;
    use rocket::http::{Header, Status};
    use rocket::local::asynchronous::Client;
    use rocket::response::status::Created;
    use rocket::{Route, catch, get, post, routes};

    use super::*;
    use crate::{BindKey, CommitMode, Json, Session};

    struct Second;

    impl BindKey for Second {
        fn bind_key() -> &'static str {
            "second"
        }
    }

    fn memory(bind_key: &str) -> Config {
        Config::new("sqlite::memory:").pool_size(1).bind_key(bind_key).commit_mode(CommitMode::Autocommit)
    }

    fn rocket(routes: Vec<Route>) -> Rocket<Build> {
        rocket::custom(rocket::Config::figment().merge(("log_level", "off"))).mount("/", routes)
    }

    async fn client(rocket: Rocket<Build>) -> Client {
        let client = Client::tracked(rocket).await.expect("a valid rocket");
        for engine in client.rocket().state::<Engines>().expect("engines").iter() {
            let session = alchemy_core::session::AsyncSession::new(engine.clone());
            // A foreign key that is checked at commit only.
            let tables = [
                "CREATE TABLE notes (id INTEGER PRIMARY KEY, parent INTEGER)",
                "CREATE TABLE links (note INTEGER REFERENCES notes (id) DEFERRABLE INITIALLY DEFERRED)",
            ];
            for table in tables {
                session.run(move |connection| sql_query(table).execute(connection)).await.expect(table);
            }
            session.commit().await.expect("tables");
        }
        client
    }

    /// The kind of error that stops a launch.
    async fn launch_error(rocket: Rocket<Build>) -> String {
        let error = Client::tracked(rocket).await.expect_err("a launch that is stopped");
        // Asking for the kind also tells Rocket that the error was looked at.
        let kind = format!("{:?}", error.kind());
        kind.split('(').next().unwrap_or_default().to_owned()
    }

    async fn notes(client: &Client, bind_key: &str) -> i64 {
        let engines = client.rocket().state::<Engines>().expect("engines");
        let session =
            alchemy_core::session::AsyncSession::new(engines.get(bind_key).expect(bind_key).clone());
        let count = sql::<BigInt>("SELECT count(*) FROM notes");
        let count = session.read(move |connection| count.get_result(connection)).await.expect("a count");
        session.commit().await.expect("the connection goes back");
        count
    }

    async fn write(
        session: &alchemy_core::session::AsyncSession,
        statement: &'static str,
    ) -> crate::Result<()> {
        session.run(move |connection| sql_query(statement).execute(connection)).await?;
        Ok(())
    }

    #[post("/notes/<status>")]
    async fn note(status: u16, session: Session) -> crate::Result<(Status, ())> {
        write(&session, "INSERT INTO notes (parent) VALUES (NULL)").await?;
        Ok((Status::new(status), ()))
    }

    #[post("/panic")]
    async fn panics(session: Session) -> crate::Result<()> {
        write(&session, "INSERT INTO notes (parent) VALUES (NULL)").await?;
        panic!("on purpose")
    }

    #[post("/link")]
    async fn dangling_link(session: Session) -> crate::Result<Created<Json<&'static str>>> {
        write(&session, "INSERT INTO links (note) VALUES (1000)").await?;
        Ok(Created::new("/links/1").body(Json("created")))
    }

    #[post("/both")]
    async fn both(first: Session, second: Session<Second>) -> crate::Result<()> {
        write(&second, "INSERT INTO notes (parent) VALUES (NULL)").await?;
        write(&first, "INSERT INTO notes (parent) VALUES (NULL)").await?;
        write(&first, "INSERT INTO links (note) VALUES (1000)").await
    }

    #[get("/shared")]
    async fn shared(one: Session, two: Session<Second>) -> crate::Result<String> {
        write(&one, "INSERT INTO notes (parent) VALUES (NULL)").await?;
        let count = sql::<BigInt>("SELECT count(*) FROM notes");
        let seen: i64 = two.read(move |connection| count.get_result(connection)).await?;
        Ok(seen.to_string())
    }

    #[rocket::async_test]
    async fn the_status_decides_what_is_kept() {
        let client = client(rocket(routes![note]).attach(Alchemy::new(memory("default")))).await;
        for (status, kept) in [(200, 1), (204, 2), (302, 2), (404, 2), (500, 2), (201, 3)] {
            let response = client.post(format!("/notes/{status}")).dispatch().await;
            assert_eq!(response.status().code, status);
            drop(response);
            assert_eq!(notes(&client, "default").await, kept, "{status}");
        }
    }

    #[rocket::async_test]
    async fn a_local_request_that_is_sent_again_has_a_unit_of_work_of_its_own() {
        let client = client(rocket(routes![note]).attach(Alchemy::new(memory("default")))).await;
        let request = client.post("/notes/200");
        for kept in [1, 2] {
            assert_eq!(request.clone().dispatch().await.status(), Status::Ok);
            assert_eq!(notes(&client, "default").await, kept);
        }
    }

    #[rocket::async_test]
    async fn a_panic_after_a_write_is_rolled_back() {
        let client = client(rocket(routes![panics]).attach(Alchemy::new(memory("default")))).await;
        assert_eq!(client.post("/panic").dispatch().await.status(), Status::InternalServerError);
        assert_eq!(notes(&client, "default").await, 0);
    }

    #[rocket::async_test]
    async fn a_commit_that_fails_turns_the_response_into_a_problem() {
        let client = client(rocket(routes![dangling_link]).attach(Alchemy::new(memory("default")))).await;
        let response = client.post("/link").dispatch().await;
        assert_eq!(response.status(), Status::Conflict);
        assert_eq!(response.headers().get_one("Location"), None);
        assert_eq!(response.headers().get_one("Content-Type"), Some("application/problem+json"));
        let body: serde_json::Value = response.into_json().await.expect("a JSON body");
        assert_eq!(body["status"], 409);
        assert_eq!(body["detail"], "a record that is referred to is missing, or still in use");
    }

    #[rocket::async_test]
    async fn a_commit_that_fails_rolls_back_the_databases_after_it() {
        let alchemy = Alchemy::new(memory("default")).with(memory("second"));
        let client = client(rocket(routes![both]).attach(alchemy)).await;
        assert_eq!(client.post("/both").dispatch().await.status(), Status::Conflict);
        assert_eq!((notes(&client, "default").await, notes(&client, "second").await), (0, 0));
    }

    #[rocket::async_test]
    async fn after_the_response_was_decided_there_is_no_session() {
        let late = AdHoc::on_response("Late", |request, response| {
            Box::pin(async move {
                let session = crate::session(request, "default");
                let refused = matches!(session, Err(Error::Config(_)));
                response.set_raw_header("Refused", refused.to_string());
            })
        });
        let client = client(rocket(routes![note]).attach(Alchemy::new(memory("default"))).attach(late)).await;
        let response = client.post("/notes/200").dispatch().await;
        assert_eq!(response.headers().get_one("Refused"), Some("true"));
    }

    #[rocket::async_test]
    async fn one_database_answers_for_any_key_with_one_session() {
        let client = client(rocket(routes![shared]).attach(Alchemy::new(memory("main")))).await;
        let response = client.get("/shared").dispatch().await;
        assert_eq!(response.into_string().await.as_deref(), Some("1"));
    }

    #[rocket::async_test]
    async fn every_database_of_the_configuration_is_connected_by_its_name() {
        let figment = rocket::Config::figment()
            .merge(("log_level", "off"))
            .merge(("databases.users.url", "sqlite::memory:"))
            .merge(("databases.products.url", "sqlite::memory:"));
        let client = client(rocket::custom(figment).attach(Alchemy::from_figment())).await;
        let engines = client.rocket().state::<Engines>().expect("engines");
        assert_eq!(engines.iter().map(Engine::bind_key).collect::<Vec<_>>(), ["products", "users"]);

        let nothing = rocket(routes![]).attach(Alchemy::from_figment());
        assert_eq!(launch_error(nothing).await, "FailedFairings");
    }

    #[rocket::async_test]
    async fn duplicate_bind_keys_stop_the_launch() {
        let rocket = rocket(routes![]).attach(Alchemy::new(memory("a")).with(memory("a")));
        assert_eq!(launch_error(rocket).await, "FailedFairings");
    }

    #[rocket::async_test]
    async fn a_second_fairing_stops_the_launch() {
        let rocket = rocket(routes![]).attach(Alchemy::new(memory("a"))).attach(Alchemy::new(memory("b")));
        assert_eq!(launch_error(rocket).await, "FailedFairings");
    }

    #[rocket::async_test]
    async fn a_missing_fairing_stops_the_launch() {
        assert_eq!(launch_error(rocket(routes![note])).await, "SentinelAborts");
    }

    #[rocket::async_test]
    async fn a_bind_key_without_database_stops_the_launch() {
        let rocket = rocket(routes![shared]).attach(Alchemy::new(memory("default")).with(memory("third")));
        assert_eq!(launch_error(rocket).await, "SentinelAborts");
    }

    #[catch(default)]
    fn own(status: Status, _: &Request<'_>) -> String {
        format!("own {}", status.code)
    }

    #[rocket::async_test]
    async fn a_default_catcher_of_the_program_wins() {
        for (alchemy, expected) in [
            (Alchemy::new(memory("default")), "application/problem+json"),
            (Alchemy::new(memory("default")).catchers(false), "application/json"),
        ] {
            let client = client(rocket(routes![]).attach(alchemy)).await;
            let response = client.get("/").header(Header::new("Accept", "application/json")).dispatch().await;
            assert_eq!(response.headers().get_one("Content-Type"), Some(expected));
        }
        let rocket =
            rocket(routes![]).register("/", rocket::catchers![own]).attach(Alchemy::new(memory("default")));
        let client = client(rocket).await;
        assert_eq!(client.get("/").dispatch().await.into_string().await.as_deref(), Some("own 404"));
    }

    #[rocket::async_test]
    async fn shutdown_closes_the_pools() {
        let client = client(rocket(routes![]).attach(Alchemy::new(memory("default")))).await;
        let engines = client.rocket().state::<Engines>().expect("engines").clone();
        client.terminate().await;
        let engine = engines.get("default").expect("the engine");
        assert_eq!(engine.pool_state().connections, 0);
    }
}
