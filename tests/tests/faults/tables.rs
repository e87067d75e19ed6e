//! Tables that several create at once.

use std::sync::Arc;
use std::thread;

use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};

use crate::process::Process;
use crate::rows;

database_tests! {
    tables_are_created_by_several_threads_at_once,
    tables_are_created_by_several_processes_at_once,
}

fn tables_are_created_by_several_threads_at_once(db: TestDatabase) {
    let start = Arc::new(std::sync::Barrier::new(6));
    let threads: Vec<_> = (0..6)
        .map(|_| {
            let (start, url) = (Arc::clone(&start), db.url().to_owned());
            thread::spawn(move || {
                start.wait();
                Engine::connect(EngineConfig::new(url).pool_size(2))?.create_all()
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("no panic").unwrap();
    }
    assert_eq!(rows(&db), 0);
}

fn tables_are_created_by_several_processes_at_once(db: TestDatabase) {
    let mut processes: Vec<_> = (0..4).map(|_| Process::start("create", db.url())).collect();
    processes.iter_mut().for_each(Process::go);
    processes.into_iter().for_each(Process::succeeds);
    assert_eq!(rows(&db), 0);
}
