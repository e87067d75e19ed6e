//! The same verbs on an async session.

use alchemy_core::filter::all;
use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};

use crate::{Member, MemberService, NewMember, emails, member, nick, open};

database_tests! {
    async rows_are_changed_many_at_once,
    async rows_are_upserted,
    async rows_are_deleted,
    async each_row_has_an_outcome_of_its_own,
    async one_row_comes_of_many_tasks,
}

fn service(db: &TestDatabase) -> (AsyncSession, MemberService<AsyncSession>) {
    let session = AsyncSession::new(open(db));
    (session.clone(), MemberService::new(session))
}

async fn rows_are_changed_many_at_once(db: TestDatabase) {
    let (session, service) = service(&db);
    let members = service.create_many(emails(450).iter().map(|email| member(email))).await.unwrap();
    let changes = members.iter().rev().map(|member| (member.id, nick("x")));
    let changed = service.update_many(changes).await.unwrap();
    assert!(changed.iter().map(|member| member.id).eq(members.iter().rev().map(|member| member.id)));
    let missing = [(members[0].id, nick("y")), (Uuid::new_v4(), nick("y"))];
    assert_eq!(service.update_many(missing).await.unwrap_err().kind(), ErrorKind::NotFound);
    let (same, is_changed) = service.get_and_update(members[0].id, nick("x")).await.unwrap();
    assert_eq!((same.nick.as_deref(), is_changed), (Some("x"), false));
    session.commit().await.unwrap();
    assert_eq!(db.number("SELECT count(*) FROM members WHERE nick = 'x'"), 450);
}

async fn rows_are_upserted(db: TestDatabase) {
    let (session, service) = service(&db);
    let ann = service.upsert(member("ann@x")).await.unwrap();
    let many = service
        .upsert_many([member("bob@x"), NewMember { score: Some(1), ..member("ann@x") }, member("bob@x")])
        .await
        .unwrap();
    assert_eq!((many[0].clone(), many[1].id, many[1].score), (many[2].clone(), ann.id, 1));
    assert_eq!(service.as_unique(member("ann@x")).await.unwrap(), many[1]);
    assert!(service.get_or_upsert(member("cid@x")).await.unwrap().1);
    session.commit().await.unwrap();
    assert_eq!(db.number("SELECT count(*) FROM members"), 3);
}

async fn rows_are_deleted(db: TestDatabase) {
    let (session, service) = service(&db);
    let members = service.create_many(emails(4).iter().map(|email| member(email))).await.unwrap();
    let keys = [members[2].id.into_key(), Member::EMAIL.lookup("m00000@x").into_key()];
    assert_eq!(service.delete_many(keys).await.unwrap(), [members[2].clone(), members[0].clone()]);
    assert_eq!(service.delete_where(all()).await.unwrap_err().kind(), ErrorKind::Filter);
    assert_eq!(service.delete_where(Member::EMAIL.eq("m00001@x")).await.unwrap(), [members[1].clone()]);
    assert_eq!(service.delete_all().await.unwrap(), [members[3].clone()]);
    session.commit().await.unwrap();
    assert_eq!(db.number("SELECT count(*) FROM members"), 0);
}

async fn each_row_has_an_outcome_of_its_own(db: TestDatabase) {
    let (session, service) = service(&db);
    let outcomes = service.create_each([member("a@x"), member("a@x"), member("b@x")]).await.unwrap();
    assert_eq!(outcomes.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true]);
    let ids = [outcomes[0].as_ref().unwrap().id, Uuid::new_v4()];
    let changed = service.update_each(ids.map(|id| (id, nick("x")))).await.unwrap();
    assert_eq!(changed.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false]);
    let deleted = service.delete_each(ids).await.unwrap();
    assert_eq!(deleted.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false]);
    assert!(service.upsert_each([member("c@x"), member("b@x")]).await.unwrap().iter().all(Result::is_ok));
    session.commit().await.unwrap();
    assert_eq!(db.texts("SELECT email FROM members ORDER BY email"), ["b@x", "c@x"]);
}

async fn one_row_comes_of_many_tasks(db: TestDatabase) {
    let engine = open(&db);
    let tasks: Vec<_> = (0..6)
        .map(|_| {
            let session = AsyncSession::new(engine.clone());
            tokio::spawn(async move {
                let member = MemberService::new(session.clone()).as_unique(member("ann@x")).await?;
                session.commit().await?;
                Ok::<_, Error>(member.id)
            })
        })
        .collect();
    let mut ids = Vec::new();
    for task in tasks {
        ids.push(task.await.unwrap().unwrap());
    }
    ids.dedup();
    assert_eq!(ids.len(), 1);
    assert_eq!(db.number("SELECT count(*) FROM members"), 1);
}
