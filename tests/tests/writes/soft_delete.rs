//! Rows that are deleted softly.

use alchemy_core::filter::all;
use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};

use crate::{about, open_at};

database_tests! {
    a_deleted_row_is_marked_and_not_seen,
    a_deleted_row_is_neither_changed_nor_deleted_again,
    a_service_sees_deleted_rows_when_asked,
    a_deleted_row_is_restored,
    a_row_is_purged_deleted_or_not,
    the_unique_value_of_a_deleted_row_is_taken,
    many_rows_are_deleted_softly,
    matching_rows_are_deleted_softly,
    more_rows_are_deleted_softly_than_a_statement_can_name,
    many_updates_do_not_see_deleted_rows,
    a_model_that_deletes_for_good_has_nothing_to_restore,
    the_last_change_is_the_deletion,
    each_row_is_deleted_softly_by_itself,
    deleting_deleted_rows_is_for_good_and_others_keep_their_time,
}

#[derive(Debug, Clone, PartialEq, UuidAuditBase, Service)]
#[alchemy(table = "files", bind_key = "files", match_fields(path))]
struct File {
    id: Uuid,
    #[alchemy(unique, max_length = 50)]
    path: String,
    size: i32,
    #[alchemy(soft_delete)]
    deleted_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "folders", bind_key = "files")]
struct Folder {
    id: Uuid,
}

fn file(path: &str) -> NewFile {
    NewFile { id: None, path: path.into(), size: 1 }
}

fn size(size: i32) -> FileChangeset {
    FileChangeset { size: Some(size), ..FileChangeset::default() }
}

/// Two rows that are there and one between them that was deleted.
fn made(service: &FileService) -> [File; 3] {
    let files = service.create_many(["a", "b", "c"].map(file)).unwrap();
    let deleted = service.delete(files[1].id).unwrap();
    [files[0].clone(), deleted, files[2].clone()]
}

fn paths(files: Vec<File>) -> Vec<String> {
    let mut paths: Vec<_> = files.into_iter().map(|file| file.path).collect();
    paths.sort_unstable();
    paths
}

fn a_deleted_row_is_marked_and_not_seen(db: TestDatabase) {
    let session = open_at(&db, "files").session();
    let service = FileService::new(session.clone());
    let before = Utc::now();
    let [a, b, c] = made(&service);
    let deleted_at = b.deleted_at.unwrap();
    assert!(before - chrono_second() < deleted_at && deleted_at <= Utc::now());
    assert_eq!((a.deleted_at, c.deleted_at), (None, None));
    assert_eq!(service.get(b.id).unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(service.get(File::PATH.lookup("b")).unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(service.get_one_or_none(File::PATH.eq("b")).unwrap(), None);
    assert_eq!(service.get_one(File::SIZE.eq(1) & File::PATH.gt("a")).unwrap(), c);
    assert_eq!(paths(service.list(all()).unwrap()), ["a", "c"]);
    assert_eq!(paths(service.list(File::PATH.eq("b") | File::PATH.eq("c")).unwrap()), ["c"]);
    let (page, total) = service.list_and_count(LimitOffset::new(1, 1)).unwrap();
    assert_eq!((page.len(), total), (1, 2));
    assert_eq!(service.count(all()).unwrap(), 2);
    assert!(!service.exists(File::PATH.eq("b")).unwrap());
    session.commit().unwrap();
    assert_eq!(db.number("SELECT count(*) FROM files WHERE deleted_at IS NOT NULL"), 1);
}

fn chrono_second() -> std::time::Duration {
    std::time::Duration::from_secs(1)
}

fn a_deleted_row_is_neither_changed_nor_deleted_again(db: TestDatabase) {
    let service = FileService::new(open_at(&db, "files").session());
    let [_, b, _] = made(&service);
    let errors = [
        service.update(b.id, size(2)).unwrap_err(),
        service.update(b.id, FileChangeset::default()).unwrap_err(),
        service.get_and_update(b.id, size(2)).unwrap_err(),
        service.update_many([(b.id, size(2))]).unwrap_err(),
        service.delete(b.id).unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::NotFound);
    }
    assert_eq!(service.delete_many([b.id]).unwrap(), []);
    assert_eq!(service.delete_where(File::PATH.eq("b")).unwrap(), []);
    assert_eq!(service.with_deleted().get(b.id).unwrap(), b);
}

fn a_service_sees_deleted_rows_when_asked(db: TestDatabase) {
    let service = FileService::new(open_at(&db, "files").session());
    let [a, b, _] = made(&service);
    let (with, only) = (service.with_deleted(), service.only_deleted());
    assert_eq!(paths(with.list(all()).unwrap()), ["a", "b", "c"]);
    assert_eq!(only.list(all()).unwrap(), std::slice::from_ref(&b));
    assert_eq!((with.count(all()).unwrap(), only.count(all()).unwrap()), (3, 1));
    assert_eq!(only.get(b.id).unwrap(), b);
    assert_eq!(only.get(a.id).unwrap_err().kind(), ErrorKind::NotFound);
    let changed = with.update(b.id, size(9)).unwrap();
    assert_eq!(changed, File { size: 9, updated_at: changed.updated_at, ..b.clone() });
    let many = with.update_many([(b.id, size(10)), (a.id, size(11))]).unwrap();
    assert_eq!((many[0].size, many[0].deleted_at, many[1].size), (10, b.deleted_at, 11));
    assert_eq!(only.update(a.id, size(1)).unwrap_err().kind(), ErrorKind::NotFound);
}

fn a_deleted_row_is_restored(db: TestDatabase) {
    let session = open_at(&db, "files").session();
    let service = FileService::new(session.clone());
    let [a, b, _] = made(&service);
    let restored = service.restore(b.id).unwrap();
    assert!(restored.updated_at > b.updated_at);
    assert_eq!(restored, File { deleted_at: None, updated_at: restored.updated_at, ..b.clone() });
    assert_eq!(service.get(b.id).unwrap(), restored);
    assert_eq!(service.restore(b.id).unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(service.restore(a.id).unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(service.restore(Uuid::new_v4()).unwrap_err().kind(), ErrorKind::NotFound);
    service.delete(File::PATH.lookup("b")).unwrap();
    assert_eq!(service.restore(File::PATH.lookup("b")).unwrap().id, b.id);
    session.commit().unwrap();
    assert_eq!(db.number("SELECT count(*) FROM files WHERE deleted_at IS NULL"), 3);
}

fn a_row_is_purged_deleted_or_not(db: TestDatabase) {
    let session = open_at(&db, "files").session();
    let service = FileService::new(session.clone());
    let [a, b, _] = made(&service);
    assert_eq!(service.purge(b.id).unwrap(), b);
    assert_eq!(service.purge(File::PATH.lookup("a")).unwrap(), a);
    assert_eq!(service.purge(a.id).unwrap_err().kind(), ErrorKind::NotFound);
    session.commit().unwrap();
    assert_eq!(db.texts("SELECT path FROM files"), ["c"]);
    // Its value is free again.
    service.create(file("b")).unwrap();
}

fn the_unique_value_of_a_deleted_row_is_taken(db: TestDatabase) {
    let session = open_at(&db, "files").session();
    let service = FileService::new(session.clone());
    let [a, ..] = made(&service);
    session.commit().unwrap();
    let error = service.create(file("b")).unwrap_err();
    assert_eq!(about(&error), (ErrorKind::Duplicate, Some("path")));
    session.rollback().unwrap();
    let taken = FileChangeset { path: Some("b".into()), ..FileChangeset::default() };
    assert_eq!(about(&service.update(a.id, taken).unwrap_err()), (ErrorKind::Duplicate, Some("path")));
}

fn many_rows_are_deleted_softly(db: TestDatabase) {
    let service = FileService::new(open_at(&db, "files").session());
    let files = service.create_many(["a", "b", "c"].map(file)).unwrap();
    let keys = [files[2].id.into_key(), File::PATH.lookup("a").into_key(), files[2].id.into_key()];
    let deleted = service.delete_many(keys).unwrap();
    assert_eq!(deleted.iter().map(|file| file.path.as_str()).collect::<Vec<_>>(), ["c", "a"]);
    assert!(deleted.iter().all(|file| file.deleted_at.is_some()));
    assert_eq!(service.delete_many([files[0].id, files[1].id]).unwrap().len(), 1);
    assert_eq!(service.with_deleted().count(all()).unwrap(), 3);
}

fn matching_rows_are_deleted_softly(db: TestDatabase) {
    let service = FileService::new(open_at(&db, "files").session());
    let [a, b, c] = made(&service);
    let deleted = service.delete_where(File::PATH.gt("a")).unwrap();
    assert_eq!((deleted.len(), deleted[0].id), (1, c.id));
    assert!(deleted[0].deleted_at.is_some());
    // The one that was deleted before keeps its time.
    assert_eq!(service.with_deleted().get(b.id).unwrap(), b);
    let rest = service.delete_all().unwrap();
    assert_eq!((rest.len(), rest[0].id), (1, a.id));
    assert!(rest[0].deleted_at.is_some());
    assert_eq!(service.only_deleted().count(all()).unwrap(), 3);
    // A condition is needed even where the service sees fewer rows than there are.
    assert_eq!(service.only_deleted().delete_where(all()).unwrap_err().kind(), ErrorKind::Filter);
}

fn more_rows_are_deleted_softly_than_a_statement_can_name(db: TestDatabase) {
    let session = open_at(&db, "files").session();
    let service = FileService::new(session.clone());
    let files = (0..70_000).map(|number| file(&number.to_string()));
    assert_eq!(service.insert_many(files).unwrap(), 70_000);
    let deleted = service.delete_all().unwrap();
    assert_eq!(deleted.len(), 70_000);
    assert!(deleted.iter().all(|file| file.deleted_at.is_some()));
    session.commit().unwrap();
    assert_eq!(db.number("SELECT count(*) FROM files WHERE deleted_at IS NULL"), 0);
}

fn many_updates_do_not_see_deleted_rows(db: TestDatabase) {
    let service = FileService::new(open_at(&db, "files").session());
    let [a, b, c] = made(&service);
    let error = service.update_many([a.id, b.id, c.id].map(|id| (id, size(2)))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(service.with_deleted().count(File::SIZE.eq(2)).unwrap(), 0);
    let outcomes = service.update_each([a.id, b.id, c.id].map(|id| (id, size(2)))).unwrap();
    assert_eq!(outcomes.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true]);
}

fn a_model_that_deletes_for_good_has_nothing_to_restore(db: TestDatabase) {
    let service = FolderService::new(open_at(&db, "files").session());
    let folder = service.create(NewFolder { id: None }).unwrap();
    assert_eq!(service.restore(folder.id).unwrap_err().kind(), ErrorKind::Config);
    assert_eq!(service.purge(folder.id).unwrap(), folder);
    assert_eq!(service.count(all()).unwrap(), 0);
}

fn the_last_change_is_the_deletion(db: TestDatabase) {
    let service = FileService::new(open_at(&db, "files").session());
    let file = service.create(file("a")).unwrap();
    let deleted = service.delete(file.id).unwrap();
    assert!(deleted.updated_at > file.updated_at);
    assert_eq!(Some(deleted.updated_at), deleted.deleted_at);
    assert_eq!(deleted.created_at, file.created_at);
}

fn each_row_is_deleted_softly_by_itself(db: TestDatabase) {
    let service = FileService::new(open_at(&db, "files").session());
    let [a, b, c] = made(&service);
    let outcomes = service.delete_each([a.id, b.id, c.id]).unwrap();
    assert_eq!(outcomes.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true]);
    assert!(outcomes[2].as_ref().unwrap().deleted_at.is_some());
    assert_eq!(service.only_deleted().count(all()).unwrap(), 3);
}

fn deleting_deleted_rows_is_for_good_and_others_keep_their_time(db: TestDatabase) {
    let service = FileService::new(open_at(&db, "files").session());
    let [first, deleted, last] = made(&service);
    // A row that is marked is not marked again.
    let again = service.with_deleted().delete_where(File::PATH.eq("b")).unwrap();
    assert_eq!(again, []);
    assert_eq!(service.only_deleted().list(all()).unwrap(), std::slice::from_ref(&deleted));
    assert_eq!(service.only_deleted().delete_all().unwrap(), [deleted]);
    assert_eq!(service.with_deleted().list(File::PATH.asc()).unwrap(), [first.clone(), last]);
    let marked = service.delete(first.id).unwrap();
    assert_eq!(service.only_deleted().delete_many([first.id]).unwrap(), [marked]);
    assert_eq!(service.with_deleted().count(all()).unwrap(), 1);
}
