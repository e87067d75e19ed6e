use alchemy_core::prelude::*;

#[derive(UuidV6Base, Service)]
struct A {
    name: String,
}

#[derive(UuidV7Base, Service)]
struct B {
    name: String,
}

#[derive(NanoIdAuditBase, Service)]
struct C {
    name: String,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

#[derive(BigIntBase, Service)]
struct D {
    name: String,
}

#[derive(IdentityBase, Service)]
struct E {
    name: String,
}

fn use_them(a: &AService, c: &CService, d: &DService, e: &EService) {
    let _ = a.get(Uuid::nil());
    let _ = c.get("x".to_owned());
    let _ = d.get(1);
    let _ = e.create(NewE {});
}

fn main() {}
