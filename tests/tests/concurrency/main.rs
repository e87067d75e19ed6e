//! Many at once: threads that write the same rows, row locks, slugs that several want, and streams that others write
//! beside.

mod batches;
mod locks;
mod matched;
mod raced;
mod streams;
mod taken;
mod upserts;
mod versions;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Barrier, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use alchemy_core::prelude::*;
use alchemy_tests::{Backend, TestDatabase};

/// How many threads there are in the crowd.
const THREADS: usize = 8;

/// Far longer than anything here takes, on a machine that has other things to do.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often a unit of work may have to be run again.
const MAX_RETRIES: usize = 1_000;

/// Rows that many write: one for each name.
#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "tallies", match_fields(name))]
struct Tally {
    id: Uuid,
    #[alchemy(unique, max_length = 40)]
    name: String,
    n: i64,
}

/// Rows with a version.
#[derive(Debug, Clone, PartialEq, BigIntBase, Service)]
#[alchemy(table = "accounts")]
struct Account {
    id: i64,
    n: i64,
    #[alchemy(version)]
    version: i64,
}

/// Rows with a slug.
#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "posts", match_fields(code))]
struct Post {
    id: Uuid,
    #[alchemy(unique, max_length = 40)]
    code: String,
    #[alchemy(max_length = 200)]
    title: String,
    #[alchemy(slug(from = title), max_length = 24)]
    slug: String,
}

fn open(db: &TestDatabase) -> Engine {
    soon(db);
    let pool = u32::try_from(THREADS).expect("a small number");
    let config = EngineConfig::new(db.url()).pool_size(pool).busy_timeout(PATIENCE).acquire_timeout(PATIENCE);
    let engine = Engine::connect(config).expect("the database is there");
    engine.create_all().expect("the tables are made");
    engine
}

fn tally(name: &str, n: i64) -> NewTally {
    NewTally { id: None, name: name.to_owned(), n }
}

fn post(code: &str, title: &str) -> NewPost {
    NewPost { id: None, code: code.to_owned(), title: title.to_owned(), slug: None }
}

/// Waits until no other crowd is at work: several would wait for one another's processors, and not for locks.
fn crowd() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Has PostgreSQL notice a deadlock sooner than after a second, on connections that are opened from now on.
fn soon(db: &TestDatabase) {
    if db.backend() == Backend::Postgres {
        let set = "ALTER DATABASE %I SET deadlock_timeout = ''20ms''";
        db.admin(&format!("DO $$ BEGIN EXECUTE format('{set}', current_database()); END $$"));
    }
}

/// Runs the same on all threads at once, each being told its number; what it returned on each.
fn at_once<R: Send>(work: impl Fn(usize) -> R + Sync) -> Vec<R> {
    let start = Barrier::new(THREADS);
    thread::scope(|scope| {
        let (start, work) = (&start, &work);
        let started: Vec<_> = (0..THREADS)
            .map(|number| {
                scope.spawn(move || {
                    start.wait();
                    work(number)
                })
            })
            .collect();
        started.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    })
}

/// Runs units of work until they succeed.
struct Units<'a> {
    engine: &'a Engine,
    retries: AtomicUsize,
}

impl<'a> Units<'a> {
    fn of(engine: &'a Engine) -> Self {
        Self { engine, retries: AtomicUsize::new(0) }
    }

    /// Runs a unit of work in a session of its own and commits it, and runs it again where the database asks for that.
    ///
    /// # Panics
    /// On any other error.
    #[track_caller]
    fn run<R>(&self, work: impl Fn(&Session) -> Result<R>) -> R {
        self.run_or(work, |error| error.kind() == ErrorKind::Retryable)
    }

    /// The same, where other errors are a reason to run it again too.
    #[track_caller]
    fn run_or<R>(&self, work: impl Fn(&Session) -> Result<R>, again: impl Fn(&Error) -> bool) -> R {
        for _ in 0..MAX_RETRIES {
            let session = self.engine.session();
            match work(&session).and_then(|output| session.commit().map(|()| output)) {
                Ok(output) => return output,
                Err(error) => assert!(again(&error), "{error:?}"),
            }
            session.rollback().expect("the connection is alive");
            self.retries.fetch_add(1, Ordering::Relaxed);
            // Who has just made room lets another go first.
            thread::yield_now();
        }
        panic!("a unit of work did not succeed in {MAX_RETRIES} runs");
    }

    /// Says how many runs it took more than there were units of work.
    fn report(&self, what: &str) -> usize {
        let retries = self.retries.load(Ordering::Relaxed);
        println!("{what} on {}: {retries} units of work were run again", self.engine.dialect());
        retries
    }
}

/// Waits for something that must happen; looks seldom, since MariaDB keeps showing the same transactions to who looks
/// more than ten times a second.
#[track_caller]
fn eventually(what: &str, mut happened: impl FnMut() -> bool) {
    let start = Instant::now();
    while !happened() {
        assert!(start.elapsed() < PATIENCE, "{what} did not happen");
        thread::sleep(Duration::from_millis(250));
    }
}
