#!/usr/bin/env bash
# What a model costs to build: derive + service against the same model with hand-written, typed Diesel CRUD.
#
#   benches/build-cost.sh [MODELS] [ROUNDS]
#
# Makes two library crates of MODELS (50) models of 8 columns each, under target/build-cost, and for one backend
# (SQLite) and two (and PostgreSQL) builds each ROUNDS (3) times after a touch, in turns, dependencies built before and
# incremental compilation off. Prints the medians' ratios; fails when one is over 0.5. Both sides offer the same verbs (create, create_many, get, list, list_and_count, update,
# delete), called for every model, and the same (de)serializable types.
set -euo pipefail

models=${1:-50}
rounds=${2:-3}
root=$(cd "$(dirname "$0")/.." && pwd)
work=$root/target/build-cost
rm -rf "$work/derived/src" "$work/typed/src"
mkdir -p "$work/derived/src" "$work/typed/src"

manifest() { # name, dependencies on stdin
    cat <<EOF
[package]
name = "$1"
version = "0.0.0"
edition = "2024"

[workspace]

[profile.dev]
debug = "line-tables-only"

$(cat)
EOF
}

manifest derived >"$work/derived/Cargo.toml" <<EOF
[features]
two = ["alchemy-core/postgres"]

[dependencies]
alchemy-core = { path = "$root/alchemy-core" }
diesel = { version = "2.3", default-features = false }
serde = { version = "1", features = ["derive"] }
EOF

manifest typed >"$work/typed/Cargo.toml" <<EOF
[features]
two = ["diesel/postgres"]

[dependencies]
chrono = { version = "0.4", features = ["serde"] }
diesel = { version = "2.3", default-features = false, features = ["32-column-tables", "chrono", "returning_clauses_for_sqlite_3_35", "sqlite"] }
libsqlite3-sys = { version = "0.38", features = ["bundled"] }
serde = { version = "1", features = ["derive"] }
EOF
cp "$root/Cargo.lock" "$work/derived/Cargo.lock"
cp "$root/Cargo.lock" "$work/typed/Cargo.lock"

for ((i = 0; i < models; i++)); do
    cat >"$work/derived/src/m$i.rs" <<EOF
use alchemy_core::prelude::*;

#[derive(Debug, Clone, Serialize, UuidBase, Service)]
pub struct Item$i {
    pub id: Uuid,
    #[alchemy(max_length = 100, search, sort, filter)]
    pub name: String,
    #[alchemy(sort)]
    pub born: Option<NaiveDate>,
    pub note: Option<String>,
    pub count: i32,
    pub total: i64,
    pub ratio: f64,
    pub active: bool,
}

pub fn create(items: &Item${i}Service, new: NewItem$i) -> Result<Item$i> { items.create(new) }
pub fn create_many(items: &Item${i}Service, new: Vec<NewItem$i>) -> Result<Vec<Item$i>> { items.create_many(new) }
pub fn get(items: &Item${i}Service, id: Uuid) -> Result<Item$i> { items.get(id) }
pub fn list(items: &Item${i}Service, name: &str) -> Result<Vec<Item$i>> { items.list(Item$i::NAME.eq(name)) }
pub fn list_and_count(items: &Item${i}Service, limit: i64, offset: i64) -> Result<(Vec<Item$i>, i64)> {
    items.list_and_count(LimitOffset::new(limit, offset))
}
pub fn update(items: &Item${i}Service, id: Uuid, changes: Item${i}Changeset) -> Result<Item$i> { items.update(id, changes) }
pub fn delete(items: &Item${i}Service, id: Uuid) -> Result<Item$i> { items.delete(id) }
EOF
    echo "pub mod m$i;" >>"$work/derived/src/lib.rs"

    cat >"$work/typed/src/m$i.rs" <<EOF
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

diesel::table! {
    item_$i (id) {
        id -> Binary,
        name -> Text,
        born -> Nullable<Date>,
        note -> Nullable<Text>,
        count -> Integer,
        total -> BigInt,
        ratio -> Double,
        active -> Bool,
    }
}

#[derive(Debug, Clone, Serialize, Queryable, Selectable, Identifiable, Insertable)]
#[diesel(table_name = item_$i)]
pub struct Item$i {
    pub id: Vec<u8>,
    pub name: String,
    pub born: Option<NaiveDate>,
    pub note: Option<String>,
    pub count: i32,
    pub total: i64,
    pub ratio: f64,
    pub active: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize, Insertable)]
#[diesel(table_name = item_$i)]
pub struct NewItem$i {
    pub id: Vec<u8>,
    pub name: String,
    pub born: Option<NaiveDate>,
    pub note: Option<String>,
    pub count: i32,
    pub total: i64,
    pub ratio: f64,
    pub active: bool,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, AsChangeset)]
#[diesel(table_name = item_$i)]
pub struct Item${i}Changeset {
    pub name: Option<String>,
    pub born: Option<Option<NaiveDate>>,
    pub note: Option<Option<String>>,
    pub count: Option<i32>,
    pub total: Option<i64>,
    pub ratio: Option<f64>,
    pub active: Option<bool>,
}

macro_rules! crud {
    (\$backend:ident, \$connection:ty) => {
        pub mod \$backend {
            use super::*;

            pub fn create(connection: &mut \$connection, new: &NewItem$i) -> QueryResult<Item$i> {
                diesel::insert_into(item_$i::table).values(new).returning(Item$i::as_returning()).get_result(connection)
            }
            pub fn create_many(connection: &mut \$connection, new: &[NewItem$i]) -> QueryResult<Vec<Item$i>> {
                diesel::insert_into(item_$i::table).values(new).returning(Item$i::as_returning()).get_results(connection)
            }
            pub fn get(connection: &mut \$connection, id: &[u8]) -> QueryResult<Item$i> {
                item_$i::table.find(id).select(Item$i::as_select()).first(connection)
            }
            pub fn list(connection: &mut \$connection, name: &str) -> QueryResult<Vec<Item$i>> {
                item_$i::table.filter(item_$i::name.eq(name)).select(Item$i::as_select()).load(connection)
            }
            pub fn list_and_count(connection: &mut \$connection, limit: i64, offset: i64) -> QueryResult<(Vec<Item$i>, i64)> {
                let items = item_$i::table.select(Item$i::as_select()).limit(limit).offset(offset).load(connection)?;
                Ok((items, item_$i::table.count().get_result(connection)?))
            }
            pub fn update(connection: &mut \$connection, id: &[u8], changes: &Item${i}Changeset) -> QueryResult<Item$i> {
                diesel::update(item_$i::table.find(id)).set(changes).returning(Item$i::as_returning()).get_result(connection)
            }
            pub fn delete(connection: &mut \$connection, id: &[u8]) -> QueryResult<Item$i> {
                diesel::delete(item_$i::table.find(id)).returning(Item$i::as_returning()).get_result(connection)
            }
        }
    };
}

crud!(sqlite, SqliteConnection);
#[cfg(feature = "two")]
crud!(postgres, PgConnection);
EOF
    echo "pub mod m$i;" >>"$work/typed/src/lib.rs"
done

build() { # crate, cargo flags: prints milliseconds
    touch "$work/$1/src/lib.rs"
    local start end
    start=$(date +%s%N)
    (cd "$work/$1" && CARGO_INCREMENTAL=0 CARGO_TARGET_DIR="$work/target-$1" cargo build --quiet "${@:2}")
    end=$(date +%s%N)
    echo $(((end - start) / 1000000))
}

median() { printf '%s\n' "$@" | sort -n | sed -n "$((($# + 1) / 2))p"; }

failed=0
for backends in one two; do
    flags=()
    [[ $backends == two ]] && flags=(--features two)
    build derived "${flags[@]}" >/dev/null
    build typed "${flags[@]}" >/dev/null
    derived=() typed=()
    for ((round = 0; round < rounds; round++)); do
        derived+=("$(build derived "${flags[@]}")")
        typed+=("$(build typed "${flags[@]}")")
    done
    ours=$(median "${derived[@]}")
    theirs=$(median "${typed[@]}")
    ratio=$((ours * 100 / theirs))
    printf '%s backend(s), %d models: derive + service builds in 0.%02d of the time of typed CRUD\n' \
        "$backends" "$models" "$ratio" | sed 's/0\.\([0-9]\)\([0-9][0-9]\) of/\1.\2 of/'
    ((ratio <= 50)) || failed=1
done
exit $failed
