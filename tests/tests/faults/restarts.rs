//! Servers that stop, crash and start again under load.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use alchemy_tests::{PrivateServer, TestDatabase, database_tests};
use rocket::futures::future::join_all;
use rocket::serde::json::json;

use crate::program::{blocking, launch, send};
use crate::{PATIENCE, names};

database_tests! {
    async a_server_stopped_and_started_loses_no_confirmed_row: [postgres, mysql],
}

async fn a_server_stopped_and_started_loses_no_confirmed_row(shared: TestDatabase) {
    let mut server = {
        let backend = shared.backend();
        blocking(move || PrivateServer::start(backend)).await
    };
    let db = server.database();
    let client = launch(&db, |engine| engine.acquire_timeout(Duration::from_secs(2))).await;
    let (stop, confirmed) = (AtomicBool::new(false), AtomicUsize::new(0));

    let requests = join_all((0..6).map(|worker| {
        let (client, stop, confirmed) = (&client, &stop, &confirmed);
        async move {
            let (mut kept, mut others) = (Vec::new(), Vec::new());
            for round in 0.. {
                if stop.load(Ordering::SeqCst) {
                    break;
                }
                let name = format!("{worker}-{round}");
                let answer = send(client.post("/authors").json(&json!({ "name": name }))).await;
                if answer.status == 201 {
                    kept.push(name);
                    confirmed.fetch_add(1, Ordering::SeqCst);
                } else {
                    others.push(answer);
                }
            }
            (kept, others)
        }
    }));
    let faults = async {
        let more = async |rows| {
            let before = confirmed.load(Ordering::SeqCst);
            let start = Instant::now();
            while confirmed.load(Ordering::SeqCst) < before + rows {
                assert!(start.elapsed() < PATIENCE, "requests do not succeed again");
                rocket::tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        more(20).await;
        for crash in [false, true] {
            server = blocking(move || {
                if crash {
                    server.crash()
                } else {
                    server.stop()
                }
                thread::sleep(Duration::from_millis(300));
                server.restart();
                server
            })
            .await;
            more(20).await;
        }
        stop.store(true, Ordering::SeqCst);
        server
    };
    let (results, _server) = rocket::tokio::join!(requests, faults);

    let mut kept = Vec::new();
    let mut unavailable = 0;
    for (names, others) in results {
        kept.extend(names);
        for answer in others {
            assert_eq!(answer.status, 503, "{answer:?}");
            unavailable += 1;
        }
    }
    assert!(unavailable > 0, "no request met the fault");
    let there = names(&db);
    let lost: Vec<_> = kept.iter().filter(|name| there.binary_search(name).is_err()).collect();
    assert!(lost.is_empty(), "{lost:?}");
}
