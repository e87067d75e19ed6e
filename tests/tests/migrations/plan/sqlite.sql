-- nothing


-- and back



-- a table comes

-- creates the table `reviews`
CREATE TABLE "reviews" (
    "id" BIGINT NOT NULL,
    "book_id" BIGINT NOT NULL,
    CONSTRAINT "pk_reviews" PRIMARY KEY ("id"),
    CONSTRAINT "fk_reviews_book_id_books" FOREIGN KEY ("book_id") REFERENCES "books" ("id")
);
CREATE INDEX "ix_reviews_book_id" ON "reviews" ("book_id");

-- and back

-- drops the table `reviews`
-- WARNING: This drops the table `reviews` with all its rows.
DROP TABLE "reviews";
CREATE TEMPORARY TABLE "alchemy_foreign_keys" ("tables that refer to a dropped one" INTEGER CHECK ("tables that refer to a dropped one" = 0));
INSERT INTO temp."alchemy_foreign_keys" ("tables that refer to a dropped one") SELECT count(*) FROM sqlite_master AS t JOIN pragma_foreign_key_list(t.name) AS k
WHERE t.type = 'table' AND k."table" COLLATE NOCASE IN ('reviews');
DROP TABLE temp."alchemy_foreign_keys";


-- tables that refer to each other come

-- creates the table `heads`
CREATE TABLE "heads" (
    "id" BIGINT NOT NULL,
    "other" BIGINT,
    CONSTRAINT "pk_heads" PRIMARY KEY ("id"),
    CONSTRAINT "fk_heads_other_tails" FOREIGN KEY ("other") REFERENCES "tails" ("id")
);
-- creates the table `tails`
CREATE TABLE "tails" (
    "id" BIGINT NOT NULL,
    "other" BIGINT,
    CONSTRAINT "pk_tails" PRIMARY KEY ("id"),
    CONSTRAINT "fk_tails_other_heads" FOREIGN KEY ("other") REFERENCES "heads" ("id")
);

-- and back

PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;
-- drops the table `tails`
-- WARNING: This drops the table `tails` with all its rows.
DROP TABLE "tails";
-- drops the table `heads`
-- WARNING: This drops the table `heads` with all its rows.
DROP TABLE "heads";
CREATE TEMPORARY TABLE "alchemy_foreign_keys" ("tables that refer to a dropped one" INTEGER CHECK ("tables that refer to a dropped one" = 0));
INSERT INTO temp."alchemy_foreign_keys" ("tables that refer to a dropped one") SELECT count(*) FROM sqlite_master AS t JOIN pragma_foreign_key_list(t.name) AS k
WHERE t.type = 'table' AND k."table" COLLATE NOCASE IN ('tails', 'heads');
DROP TABLE temp."alchemy_foreign_keys";
COMMIT;
PRAGMA foreign_keys = ON;


-- a column comes that may be empty

-- adds the column `authors.dob`
ALTER TABLE "authors" ADD COLUMN "dob" DATE;

-- and back

-- drops the column `authors.dob`
-- WARNING: This drops the values of `authors.dob`.
ALTER TABLE "authors" DROP COLUMN "dob";


-- columns come that may not

PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;
PRAGMA legacy_alter_table = ON;
-- adds the column `authors.rank`
-- adds the column `authors.nick`
-- adds the column `authors.dob`
-- WARNING: The rows that are there get '' in `authors.nick`, which has no default; change it to what they should have.
-- WARNING: The rows that are there get '1970-01-01' in `authors.dob`, which has no default; change it to what they should have.
-- WARNING: SQLite copies `authors`, and nobody writes to the database meanwhile.
CREATE TABLE "new_authors" (
    "id" BIGINT NOT NULL,
    "name" VARCHAR(50) NOT NULL,
    "age" INTEGER,
    "rank" INTEGER NOT NULL DEFAULT 3,
    "nick" VARCHAR(20) NOT NULL,
    "dob" DATE NOT NULL,
    CONSTRAINT "pk_authors" PRIMARY KEY ("id")
);
INSERT INTO "new_authors" ("id", "name", "age", "nick", "dob")
SELECT "id", "name", "age", '', '1970-01-01'
FROM "authors";
DROP TABLE "authors";
ALTER TABLE "new_authors" RENAME TO "authors";
PRAGMA legacy_alter_table = OFF;
COMMIT;
PRAGMA foreign_keys = ON;

-- and back

-- drops the column `authors.rank`
-- WARNING: This drops the values of `authors.rank`.
ALTER TABLE "authors" DROP COLUMN "rank";
-- drops the column `authors.nick`
-- WARNING: This drops the values of `authors.nick`.
ALTER TABLE "authors" DROP COLUMN "nick";
-- drops the column `authors.dob`
-- WARNING: This drops the values of `authors.dob`.
ALTER TABLE "authors" DROP COLUMN "dob";


-- a column comes with a default that is computed

PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;
PRAGMA legacy_alter_table = ON;
-- adds the column `authors.born`
-- WARNING: SQLite copies `authors`, and nobody writes to the database meanwhile.
CREATE TABLE "new_authors" (
    "id" BIGINT NOT NULL,
    "name" VARCHAR(50) NOT NULL,
    "age" INTEGER,
    "born" DATE NOT NULL DEFAULT CURRENT_DATE,
    CONSTRAINT "pk_authors" PRIMARY KEY ("id")
);
INSERT INTO "new_authors" ("id", "name", "age")
SELECT "id", "name", "age"
FROM "authors";
DROP TABLE "authors";
ALTER TABLE "new_authors" RENAME TO "authors";
PRAGMA legacy_alter_table = OFF;
COMMIT;
PRAGMA foreign_keys = ON;

-- and back

-- drops the column `authors.born`
-- WARNING: This drops the values of `authors.born`.
ALTER TABLE "authors" DROP COLUMN "born";


-- a column may be empty no more

PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;
PRAGMA legacy_alter_table = ON;
-- makes `authors.age` NOT NULL
-- WARNING: This fails where `authors.age` is NULL; first: UPDATE "authors" SET "age" = ... WHERE "age" IS NULL.
-- WARNING: SQLite copies `authors`, and nobody writes to the database meanwhile.
CREATE TABLE "new_authors" (
    "id" BIGINT NOT NULL,
    "name" VARCHAR(50) NOT NULL,
    "age" INTEGER NOT NULL,
    CONSTRAINT "pk_authors" PRIMARY KEY ("id")
);
INSERT INTO "new_authors" ("id", "name", "age")
SELECT "id", "name", "age"
FROM "authors";
DROP TABLE "authors";
ALTER TABLE "new_authors" RENAME TO "authors";
PRAGMA legacy_alter_table = OFF;
COMMIT;
PRAGMA foreign_keys = ON;

-- and back

PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;
PRAGMA legacy_alter_table = ON;
-- makes `authors.age` nullable
-- WARNING: SQLite copies `authors`, and nobody writes to the database meanwhile.
CREATE TABLE "new_authors" (
    "id" BIGINT NOT NULL,
    "name" VARCHAR(50) NOT NULL,
    "age" INTEGER,
    CONSTRAINT "pk_authors" PRIMARY KEY ("id")
);
INSERT INTO "new_authors" ("id", "name", "age")
SELECT "id", "name", "age"
FROM "authors";
DROP TABLE "authors";
ALTER TABLE "new_authors" RENAME TO "authors";
PRAGMA legacy_alter_table = OFF;
COMMIT;
PRAGMA foreign_keys = ON;


-- a default changes

PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;
PRAGMA legacy_alter_table = ON;
-- changes the default of `authors.age` from 1 to 2
-- WARNING: SQLite copies `authors`, and nobody writes to the database meanwhile.
CREATE TABLE "new_authors" (
    "id" BIGINT NOT NULL,
    "name" VARCHAR(50) NOT NULL,
    "age" INTEGER DEFAULT 2,
    CONSTRAINT "pk_authors" PRIMARY KEY ("id")
);
INSERT INTO "new_authors" ("id", "name", "age")
SELECT "id", "name", "age"
FROM "authors";
DROP TABLE "authors";
ALTER TABLE "new_authors" RENAME TO "authors";
PRAGMA legacy_alter_table = OFF;
COMMIT;
PRAGMA foreign_keys = ON;

-- and back

PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;
PRAGMA legacy_alter_table = ON;
-- changes the default of `authors.age` from 2 to 1
-- WARNING: SQLite copies `authors`, and nobody writes to the database meanwhile.
CREATE TABLE "new_authors" (
    "id" BIGINT NOT NULL,
    "name" VARCHAR(50) NOT NULL,
    "age" INTEGER DEFAULT 1,
    CONSTRAINT "pk_authors" PRIMARY KEY ("id")
);
INSERT INTO "new_authors" ("id", "name", "age")
SELECT "id", "name", "age"
FROM "authors";
DROP TABLE "authors";
ALTER TABLE "new_authors" RENAME TO "authors";
PRAGMA legacy_alter_table = OFF;
COMMIT;
PRAGMA foreign_keys = ON;


-- a default comes

PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;
PRAGMA legacy_alter_table = ON;
-- gives `authors.age` the default 2
-- WARNING: SQLite copies `authors`, and nobody writes to the database meanwhile.
CREATE TABLE "new_authors" (
    "id" BIGINT NOT NULL,
    "name" VARCHAR(50) NOT NULL,
    "age" INTEGER DEFAULT 2,
    CONSTRAINT "pk_authors" PRIMARY KEY ("id")
);
INSERT INTO "new_authors" ("id", "name", "age")
SELECT "id", "name", "age"
FROM "authors";
DROP TABLE "authors";
ALTER TABLE "new_authors" RENAME TO "authors";
PRAGMA legacy_alter_table = OFF;
COMMIT;
PRAGMA foreign_keys = ON;

-- and back

PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;
PRAGMA legacy_alter_table = ON;
-- takes the default 2 from `authors.age`
-- WARNING: SQLite copies `authors`, and nobody writes to the database meanwhile.
CREATE TABLE "new_authors" (
    "id" BIGINT NOT NULL,
    "name" VARCHAR(50) NOT NULL,
    "age" INTEGER,
    CONSTRAINT "pk_authors" PRIMARY KEY ("id")
);
INSERT INTO "new_authors" ("id", "name", "age")
SELECT "id", "name", "age"
FROM "authors";
DROP TABLE "authors";
ALTER TABLE "new_authors" RENAME TO "authors";
PRAGMA legacy_alter_table = OFF;
COMMIT;
PRAGMA foreign_keys = ON;


-- a type becomes wider

PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;
PRAGMA legacy_alter_table = ON;
-- changes the type of `authors.name` from VARCHAR(50) to VARCHAR(80)
-- changes the type of `authors.age` from INTEGER to BIGINT
-- WARNING: SQLite copies `authors`, and nobody writes to the database meanwhile.
CREATE TABLE "new_authors" (
    "id" BIGINT NOT NULL,
    "name" VARCHAR(80) NOT NULL,
    "age" BIGINT,
    CONSTRAINT "pk_authors" PRIMARY KEY ("id")
);
INSERT INTO "new_authors" ("id", "name", "age")
SELECT "id", "name", "age"
FROM "authors";
DROP TABLE "authors";
ALTER TABLE "new_authors" RENAME TO "authors";
PRAGMA legacy_alter_table = OFF;
COMMIT;
PRAGMA foreign_keys = ON;

-- and back

PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;
PRAGMA legacy_alter_table = ON;
-- changes the type of `authors.name` from VARCHAR(80) to VARCHAR(50)
-- changes the type of `authors.age` from BIGINT to INTEGER
-- WARNING: The values of `authors.name` are copied as they are, also those that are no VARCHAR(50).
-- WARNING: SQLite copies `authors`, and nobody writes to the database meanwhile.
CREATE TABLE "new_authors" (
    "id" BIGINT NOT NULL,
    "name" VARCHAR(50) NOT NULL,
    "age" INTEGER,
    CONSTRAINT "pk_authors" PRIMARY KEY ("id")
);
INSERT INTO "new_authors" ("id", "name", "age")
SELECT "id", "name", "age"
FROM "authors";
DROP TABLE "authors";
ALTER TABLE "new_authors" RENAME TO "authors";
PRAGMA legacy_alter_table = OFF;
COMMIT;
PRAGMA foreign_keys = ON;


-- a type becomes another

PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;
PRAGMA legacy_alter_table = ON;
-- changes the type of `authors.age` from INTEGER to VARCHAR(20)
-- changes the default of `authors.age` from 1 to 'one'
-- WARNING: The numbers among the values of `authors.age` become texts, which may round them; others are copied as they are.
-- WARNING: SQLite copies `authors`, and nobody writes to the database meanwhile.
CREATE TABLE "new_authors" (
    "id" BIGINT NOT NULL,
    "name" VARCHAR(50) NOT NULL,
    "age" VARCHAR(20) DEFAULT 'one',
    CONSTRAINT "pk_authors" PRIMARY KEY ("id")
);
INSERT INTO "new_authors" ("id", "name", "age")
SELECT "id", "name", "age"
FROM "authors";
DROP TABLE "authors";
ALTER TABLE "new_authors" RENAME TO "authors";
PRAGMA legacy_alter_table = OFF;
COMMIT;
PRAGMA foreign_keys = ON;

-- and back

PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;
PRAGMA legacy_alter_table = ON;
-- changes the type of `authors.age` from VARCHAR(20) to INTEGER
-- changes the default of `authors.age` from 'one' to 1
-- WARNING: Texts in `authors.age` that can be read as numbers become numbers, '007' and '7e0' both 7, and do not become what they were on the way back; other values are copied as they are, also those that are no INTEGER.
-- WARNING: SQLite copies `authors`, and nobody writes to the database meanwhile.
CREATE TABLE "new_authors" (
    "id" BIGINT NOT NULL,
    "name" VARCHAR(50) NOT NULL,
    "age" INTEGER DEFAULT 1,
    CONSTRAINT "pk_authors" PRIMARY KEY ("id")
);
INSERT INTO "new_authors" ("id", "name", "age")
SELECT "id", "name", "age"
FROM "authors";
DROP TABLE "authors";
ALTER TABLE "new_authors" RENAME TO "authors";
PRAGMA legacy_alter_table = OFF;
COMMIT;
PRAGMA foreign_keys = ON;


-- constraints and an index come

PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;
PRAGMA legacy_alter_table = ON;
-- adds a unique constraint on `name` of `authors`
-- adds the check `age > 0` to `authors`
-- WARNING: This fails where rows of `authors` have the same values in `name`.
-- WARNING: This fails where rows of `authors` do not meet `age > 0`.
-- WARNING: SQLite copies `authors`, and nobody writes to the database meanwhile.
CREATE TABLE "new_authors" (
    "id" BIGINT NOT NULL,
    "name" VARCHAR(50) NOT NULL,
    "age" INTEGER,
    CONSTRAINT "pk_authors" PRIMARY KEY ("id"),
    CONSTRAINT "uq_authors_name" UNIQUE ("name"),
    CONSTRAINT "ck_authors_age" CHECK (age > 0)
);
INSERT INTO "new_authors" ("id", "name", "age")
SELECT "id", "name", "age"
FROM "authors";
DROP TABLE "authors";
ALTER TABLE "new_authors" RENAME TO "authors";
PRAGMA legacy_alter_table = OFF;
-- adds the index `ix_authors_age` to `authors`
CREATE INDEX "ix_authors_age" ON "authors" ("age");
CREATE TEMPORARY TABLE "alchemy_foreign_keys" ("rows that refer to nothing" INTEGER CHECK ("rows that refer to nothing" = 0));
INSERT INTO temp."alchemy_foreign_keys" ("rows that refer to nothing") SELECT count(*) FROM sqlite_master AS t CROSS JOIN pragma_foreign_key_list(t.name) AS k
CROSS JOIN pragma_foreign_key_check(t.name) AS c
WHERE t.type = 'table' AND t.name <> 'authors' AND k."table" = 'authors' COLLATE NOCASE
AND k.seq = 0 AND c.fkid = k.id;
DROP TABLE temp."alchemy_foreign_keys";
COMMIT;
PRAGMA foreign_keys = ON;

-- and back

PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;
PRAGMA legacy_alter_table = ON;
-- drops the unique constraint on `name` of `authors`
-- drops the check `age > 0` of `authors`
-- drops the index `ix_authors_age` of `authors`
-- WARNING: SQLite copies `authors`, and nobody writes to the database meanwhile.
CREATE TABLE "new_authors" (
    "id" BIGINT NOT NULL,
    "name" VARCHAR(50) NOT NULL,
    "age" INTEGER,
    CONSTRAINT "pk_authors" PRIMARY KEY ("id")
);
INSERT INTO "new_authors" ("id", "name", "age")
SELECT "id", "name", "age"
FROM "authors";
DROP TABLE "authors";
ALTER TABLE "new_authors" RENAME TO "authors";
PRAGMA legacy_alter_table = OFF;
CREATE TEMPORARY TABLE "alchemy_foreign_keys" ("rows that refer to nothing" INTEGER CHECK ("rows that refer to nothing" = 0));
INSERT INTO temp."alchemy_foreign_keys" ("rows that refer to nothing") SELECT count(*) FROM sqlite_master AS t CROSS JOIN pragma_foreign_key_list(t.name) AS k
CROSS JOIN pragma_foreign_key_check(t.name) AS c
WHERE t.type = 'table' AND t.name <> 'authors' AND k."table" = 'authors' COLLATE NOCASE
AND k.seq = 0 AND c.fkid = k.id;
DROP TABLE temp."alchemy_foreign_keys";
COMMIT;
PRAGMA foreign_keys = ON;


-- an index comes

-- adds the index `ix_authors_age` to `authors`
CREATE INDEX "ix_authors_age" ON "authors" ("age");

-- and back

-- drops the index `ix_authors_age` of `authors`
DROP INDEX "ix_authors_age";


-- constraints get the names that a model gives

PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;
PRAGMA legacy_alter_table = ON;
-- renames `old_unique` of the table `authors` to `new_unique`
-- WARNING: SQLite copies `authors`, and nobody writes to the database meanwhile.
CREATE TABLE "new_authors" (
    "id" BIGINT NOT NULL,
    "name" VARCHAR(50) NOT NULL,
    "age" INTEGER,
    CONSTRAINT "pk_authors" PRIMARY KEY ("id"),
    CONSTRAINT "new_unique" UNIQUE ("name")
);
INSERT INTO "new_authors" ("id", "name", "age")
SELECT "id", "name", "age"
FROM "authors";
DROP TABLE "authors";
ALTER TABLE "new_authors" RENAME TO "authors";
-- renames `old_foreign_key` of the table `books` to `new_foreign_key`
-- WARNING: SQLite copies `books`, and nobody writes to the database meanwhile.
CREATE TABLE "new_books" (
    "id" BIGINT NOT NULL,
    "title" VARCHAR(50) NOT NULL,
    "author_id" BIGINT,
    CONSTRAINT "pk_books" PRIMARY KEY ("id"),
    CONSTRAINT "new_foreign_key" FOREIGN KEY ("author_id") REFERENCES "authors" ("id")
);
INSERT INTO "new_books" ("id", "title", "author_id")
SELECT "id", "title", "author_id"
FROM "books";
DROP TABLE "books";
ALTER TABLE "new_books" RENAME TO "books";
PRAGMA legacy_alter_table = OFF;
-- renames `old_index` of the table `authors` to `new_index`
CREATE INDEX "new_index" ON "authors" ("age");
CREATE TEMPORARY TABLE "alchemy_foreign_keys" ("rows that refer to nothing" INTEGER CHECK ("rows that refer to nothing" = 0));
INSERT INTO temp."alchemy_foreign_keys" ("rows that refer to nothing") SELECT count(*) FROM sqlite_master AS t CROSS JOIN pragma_foreign_key_list(t.name) AS k
CROSS JOIN pragma_foreign_key_check(t.name) AS c
WHERE t.type = 'table' AND t.name <> 'authors' AND k."table" = 'authors' COLLATE NOCASE
AND k.seq = 0 AND c.fkid = k.id;
INSERT INTO temp."alchemy_foreign_keys" ("rows that refer to nothing") SELECT count(*) FROM pragma_foreign_key_check('books');
DROP TABLE temp."alchemy_foreign_keys";
COMMIT;
PRAGMA foreign_keys = ON;

-- and back

PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;
PRAGMA legacy_alter_table = ON;
-- renames `new_unique` of the table `authors` to `old_unique`
-- WARNING: SQLite copies `authors`, and nobody writes to the database meanwhile.
CREATE TABLE "new_authors" (
    "id" BIGINT NOT NULL,
    "name" VARCHAR(50) NOT NULL,
    "age" INTEGER,
    CONSTRAINT "pk_authors" PRIMARY KEY ("id"),
    CONSTRAINT "old_unique" UNIQUE ("name")
);
INSERT INTO "new_authors" ("id", "name", "age")
SELECT "id", "name", "age"
FROM "authors";
DROP TABLE "authors";
ALTER TABLE "new_authors" RENAME TO "authors";
-- renames `new_foreign_key` of the table `books` to `old_foreign_key`
-- WARNING: SQLite copies `books`, and nobody writes to the database meanwhile.
CREATE TABLE "new_books" (
    "id" BIGINT NOT NULL,
    "title" VARCHAR(50) NOT NULL,
    "author_id" BIGINT,
    CONSTRAINT "pk_books" PRIMARY KEY ("id"),
    CONSTRAINT "old_foreign_key" FOREIGN KEY ("author_id") REFERENCES "authors" ("id")
);
INSERT INTO "new_books" ("id", "title", "author_id")
SELECT "id", "title", "author_id"
FROM "books";
DROP TABLE "books";
ALTER TABLE "new_books" RENAME TO "books";
PRAGMA legacy_alter_table = OFF;
-- renames `new_index` of the table `authors` to `old_index`
CREATE INDEX "old_index" ON "authors" ("age");
CREATE TEMPORARY TABLE "alchemy_foreign_keys" ("rows that refer to nothing" INTEGER CHECK ("rows that refer to nothing" = 0));
INSERT INTO temp."alchemy_foreign_keys" ("rows that refer to nothing") SELECT count(*) FROM sqlite_master AS t CROSS JOIN pragma_foreign_key_list(t.name) AS k
CROSS JOIN pragma_foreign_key_check(t.name) AS c
WHERE t.type = 'table' AND t.name <> 'authors' AND k."table" = 'authors' COLLATE NOCASE
AND k.seq = 0 AND c.fkid = k.id;
INSERT INTO temp."alchemy_foreign_keys" ("rows that refer to nothing") SELECT count(*) FROM pragma_foreign_key_check('books');
DROP TABLE temp."alchemy_foreign_keys";
COMMIT;
PRAGMA foreign_keys = ON;


-- a foreign key goes

PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;
PRAGMA legacy_alter_table = ON;
-- drops the foreign key from `author_id` of `books` to `authors`
-- WARNING: SQLite copies `books`, and nobody writes to the database meanwhile.
CREATE TABLE "new_books" (
    "id" BIGINT NOT NULL,
    "title" VARCHAR(50) NOT NULL,
    "author_id" BIGINT,
    CONSTRAINT "pk_books" PRIMARY KEY ("id")
);
INSERT INTO "new_books" ("id", "title", "author_id")
SELECT "id", "title", "author_id"
FROM "books";
DROP TABLE "books";
ALTER TABLE "new_books" RENAME TO "books";
PRAGMA legacy_alter_table = OFF;
COMMIT;
PRAGMA foreign_keys = ON;

-- and back

PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;
PRAGMA legacy_alter_table = ON;
-- adds a foreign key from `author_id` of `books` to `authors`
-- WARNING: This fails where `author_id` of `books` has values that `authors` has not.
-- WARNING: SQLite copies `books`, and nobody writes to the database meanwhile.
CREATE TABLE "new_books" (
    "id" BIGINT NOT NULL,
    "title" VARCHAR(50) NOT NULL,
    "author_id" BIGINT,
    CONSTRAINT "pk_books" PRIMARY KEY ("id"),
    CONSTRAINT "fk_books_author_id_authors" FOREIGN KEY ("author_id") REFERENCES "authors" ("id")
);
INSERT INTO "new_books" ("id", "title", "author_id")
SELECT "id", "title", "author_id"
FROM "books";
DROP TABLE "books";
ALTER TABLE "new_books" RENAME TO "books";
PRAGMA legacy_alter_table = OFF;
CREATE TEMPORARY TABLE "alchemy_foreign_keys" ("rows that refer to nothing" INTEGER CHECK ("rows that refer to nothing" = 0));
INSERT INTO temp."alchemy_foreign_keys" ("rows that refer to nothing") SELECT count(*) FROM pragma_foreign_key_check('books');
DROP TABLE temp."alchemy_foreign_keys";
COMMIT;
PRAGMA foreign_keys = ON;


-- a foreign key does something else

PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;
PRAGMA legacy_alter_table = ON;
-- drops the foreign key from `author_id` of `books` to `authors`
-- adds a foreign key from `author_id` of `books` to `authors`
-- WARNING: This fails where `author_id` of `books` has values that `authors` has not.
-- WARNING: SQLite copies `books`, and nobody writes to the database meanwhile.
CREATE TABLE "new_books" (
    "id" BIGINT NOT NULL,
    "title" VARCHAR(50) NOT NULL,
    "author_id" BIGINT,
    CONSTRAINT "pk_books" PRIMARY KEY ("id"),
    CONSTRAINT "fk_books_author_id_authors" FOREIGN KEY ("author_id") REFERENCES "authors" ("id") ON DELETE CASCADE
);
INSERT INTO "new_books" ("id", "title", "author_id")
SELECT "id", "title", "author_id"
FROM "books";
DROP TABLE "books";
ALTER TABLE "new_books" RENAME TO "books";
PRAGMA legacy_alter_table = OFF;
CREATE TEMPORARY TABLE "alchemy_foreign_keys" ("rows that refer to nothing" INTEGER CHECK ("rows that refer to nothing" = 0));
INSERT INTO temp."alchemy_foreign_keys" ("rows that refer to nothing") SELECT count(*) FROM pragma_foreign_key_check('books');
DROP TABLE temp."alchemy_foreign_keys";
COMMIT;
PRAGMA foreign_keys = ON;

-- and back

PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;
PRAGMA legacy_alter_table = ON;
-- drops the foreign key from `author_id` of `books` to `authors`
-- adds a foreign key from `author_id` of `books` to `authors`
-- WARNING: This fails where `author_id` of `books` has values that `authors` has not.
-- WARNING: SQLite copies `books`, and nobody writes to the database meanwhile.
CREATE TABLE "new_books" (
    "id" BIGINT NOT NULL,
    "title" VARCHAR(50) NOT NULL,
    "author_id" BIGINT,
    CONSTRAINT "pk_books" PRIMARY KEY ("id"),
    CONSTRAINT "fk_books_author_id_authors" FOREIGN KEY ("author_id") REFERENCES "authors" ("id")
);
INSERT INTO "new_books" ("id", "title", "author_id")
SELECT "id", "title", "author_id"
FROM "books";
DROP TABLE "books";
ALTER TABLE "new_books" RENAME TO "books";
PRAGMA legacy_alter_table = OFF;
CREATE TEMPORARY TABLE "alchemy_foreign_keys" ("rows that refer to nothing" INTEGER CHECK ("rows that refer to nothing" = 0));
INSERT INTO temp."alchemy_foreign_keys" ("rows that refer to nothing") SELECT count(*) FROM pragma_foreign_key_check('books');
DROP TABLE temp."alchemy_foreign_keys";
COMMIT;
PRAGMA foreign_keys = ON;


-- a key of two columns

PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;
PRAGMA legacy_alter_table = ON;
-- changes the primary key of `authors` from `id` to `id`, `name`
-- adds a unique constraint on `id` of `authors`
-- WARNING: This fails where rows of `authors` have the same values in `id`, `name`.
-- WARNING: This fails where rows of `authors` have the same values in `id`.
-- WARNING: SQLite copies `authors`, and nobody writes to the database meanwhile.
CREATE TABLE "new_authors" (
    "id" BIGINT NOT NULL,
    "name" VARCHAR(50) NOT NULL,
    "age" INTEGER,
    CONSTRAINT "pk_authors" PRIMARY KEY ("id", "name"),
    CONSTRAINT "uq_authors_id" UNIQUE ("id")
);
INSERT INTO "new_authors" ("id", "name", "age")
SELECT "id", "name", "age"
FROM "authors";
DROP TABLE "authors";
ALTER TABLE "new_authors" RENAME TO "authors";
PRAGMA legacy_alter_table = OFF;
CREATE TEMPORARY TABLE "alchemy_foreign_keys" ("rows that refer to nothing" INTEGER CHECK ("rows that refer to nothing" = 0));
INSERT INTO temp."alchemy_foreign_keys" ("rows that refer to nothing") SELECT count(*) FROM sqlite_master AS t CROSS JOIN pragma_foreign_key_list(t.name) AS k
CROSS JOIN pragma_foreign_key_check(t.name) AS c
WHERE t.type = 'table' AND t.name <> 'authors' AND k."table" = 'authors' COLLATE NOCASE
AND k.seq = 0 AND c.fkid = k.id;
DROP TABLE temp."alchemy_foreign_keys";
COMMIT;
PRAGMA foreign_keys = ON;

-- and back

PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;
PRAGMA legacy_alter_table = ON;
-- changes the primary key of `authors` from `id`, `name` to `id`
-- drops the unique constraint on `id` of `authors`
-- WARNING: This fails where rows of `authors` have the same values in `id`.
-- WARNING: SQLite copies `authors`, and nobody writes to the database meanwhile.
CREATE TABLE "new_authors" (
    "id" BIGINT NOT NULL,
    "name" VARCHAR(50) NOT NULL,
    "age" INTEGER,
    CONSTRAINT "pk_authors" PRIMARY KEY ("id")
);
INSERT INTO "new_authors" ("id", "name", "age")
SELECT "id", "name", "age"
FROM "authors";
DROP TABLE "authors";
ALTER TABLE "new_authors" RENAME TO "authors";
PRAGMA legacy_alter_table = OFF;
CREATE TEMPORARY TABLE "alchemy_foreign_keys" ("rows that refer to nothing" INTEGER CHECK ("rows that refer to nothing" = 0));
INSERT INTO temp."alchemy_foreign_keys" ("rows that refer to nothing") SELECT count(*) FROM sqlite_master AS t CROSS JOIN pragma_foreign_key_list(t.name) AS k
CROSS JOIN pragma_foreign_key_check(t.name) AS c
WHERE t.type = 'table' AND t.name <> 'authors' AND k."table" = 'authors' COLLATE NOCASE
AND k.seq = 0 AND c.fkid = k.id;
DROP TABLE temp."alchemy_foreign_keys";
COMMIT;
PRAGMA foreign_keys = ON;


-- a key gets another type on both sides

PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;
PRAGMA legacy_alter_table = ON;
-- changes the type of `authors.id` from BIGINT to INTEGER
-- WARNING: SQLite copies `authors`, and nobody writes to the database meanwhile.
CREATE TABLE "new_authors" (
    "id" INTEGER NOT NULL,
    "name" VARCHAR(50) NOT NULL,
    "age" INTEGER,
    CONSTRAINT "pk_authors" PRIMARY KEY ("id")
);
INSERT INTO "new_authors" ("id", "name", "age")
SELECT "id", "name", "age"
FROM "authors";
DROP TABLE "authors";
ALTER TABLE "new_authors" RENAME TO "authors";
-- changes the type of `books.author_id` from BIGINT to INTEGER
-- WARNING: SQLite copies `books`, and nobody writes to the database meanwhile.
CREATE TABLE "new_books" (
    "id" BIGINT NOT NULL,
    "title" VARCHAR(50) NOT NULL,
    "author_id" INTEGER,
    CONSTRAINT "pk_books" PRIMARY KEY ("id"),
    CONSTRAINT "fk_books_author_id_authors" FOREIGN KEY ("author_id") REFERENCES "authors" ("id")
);
INSERT INTO "new_books" ("id", "title", "author_id")
SELECT "id", "title", "author_id"
FROM "books";
DROP TABLE "books";
ALTER TABLE "new_books" RENAME TO "books";
PRAGMA legacy_alter_table = OFF;
CREATE TEMPORARY TABLE "alchemy_foreign_keys" ("rows that refer to nothing" INTEGER CHECK ("rows that refer to nothing" = 0));
INSERT INTO temp."alchemy_foreign_keys" ("rows that refer to nothing") SELECT count(*) FROM sqlite_master AS t CROSS JOIN pragma_foreign_key_list(t.name) AS k
CROSS JOIN pragma_foreign_key_check(t.name) AS c
WHERE t.type = 'table' AND t.name <> 'authors' AND k."table" = 'authors' COLLATE NOCASE
AND k.seq = 0 AND c.fkid = k.id;
INSERT INTO temp."alchemy_foreign_keys" ("rows that refer to nothing") SELECT count(*) FROM pragma_foreign_key_check('books');
DROP TABLE temp."alchemy_foreign_keys";
COMMIT;
PRAGMA foreign_keys = ON;

-- and back

PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;
PRAGMA legacy_alter_table = ON;
-- changes the type of `authors.id` from INTEGER to BIGINT
-- WARNING: SQLite copies `authors`, and nobody writes to the database meanwhile.
CREATE TABLE "new_authors" (
    "id" BIGINT NOT NULL,
    "name" VARCHAR(50) NOT NULL,
    "age" INTEGER,
    CONSTRAINT "pk_authors" PRIMARY KEY ("id")
);
INSERT INTO "new_authors" ("id", "name", "age")
SELECT "id", "name", "age"
FROM "authors";
DROP TABLE "authors";
ALTER TABLE "new_authors" RENAME TO "authors";
-- changes the type of `books.author_id` from INTEGER to BIGINT
-- WARNING: SQLite copies `books`, and nobody writes to the database meanwhile.
CREATE TABLE "new_books" (
    "id" BIGINT NOT NULL,
    "title" VARCHAR(50) NOT NULL,
    "author_id" BIGINT,
    CONSTRAINT "pk_books" PRIMARY KEY ("id"),
    CONSTRAINT "fk_books_author_id_authors" FOREIGN KEY ("author_id") REFERENCES "authors" ("id")
);
INSERT INTO "new_books" ("id", "title", "author_id")
SELECT "id", "title", "author_id"
FROM "books";
DROP TABLE "books";
ALTER TABLE "new_books" RENAME TO "books";
PRAGMA legacy_alter_table = OFF;
CREATE TEMPORARY TABLE "alchemy_foreign_keys" ("rows that refer to nothing" INTEGER CHECK ("rows that refer to nothing" = 0));
INSERT INTO temp."alchemy_foreign_keys" ("rows that refer to nothing") SELECT count(*) FROM sqlite_master AS t CROSS JOIN pragma_foreign_key_list(t.name) AS k
CROSS JOIN pragma_foreign_key_check(t.name) AS c
WHERE t.type = 'table' AND t.name <> 'authors' AND k."table" = 'authors' COLLATE NOCASE
AND k.seq = 0 AND c.fkid = k.id;
INSERT INTO temp."alchemy_foreign_keys" ("rows that refer to nothing") SELECT count(*) FROM pragma_foreign_key_check('books');
DROP TABLE temp."alchemy_foreign_keys";
COMMIT;
PRAGMA foreign_keys = ON;


-- a key that the database makes

PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;
PRAGMA legacy_alter_table = ON;
-- changes how the database makes the values of `authors.id`
-- WARNING: SQLite copies `authors`, and nobody writes to the database meanwhile.
CREATE TABLE "new_authors" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_authors" PRIMARY KEY AUTOINCREMENT,
    "name" VARCHAR(50) NOT NULL,
    "age" INTEGER
);
INSERT INTO "new_authors" ("id", "name", "age")
SELECT "id", "name", "age"
FROM "authors";
DROP TABLE "authors";
ALTER TABLE "new_authors" RENAME TO "authors";
PRAGMA legacy_alter_table = OFF;
COMMIT;
PRAGMA foreign_keys = ON;

-- and back

PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;
PRAGMA legacy_alter_table = ON;
-- changes how the database makes the values of `authors.id`
-- WARNING: SQLite copies `authors`, and nobody writes to the database meanwhile.
CREATE TABLE "new_authors" (
    "id" INTEGER NOT NULL,
    "name" VARCHAR(50) NOT NULL,
    "age" INTEGER,
    CONSTRAINT "pk_authors" PRIMARY KEY ("id")
);
INSERT INTO "new_authors" ("id", "name", "age")
SELECT "id", "name", "age"
FROM "authors";
DROP TABLE "authors";
ALTER TABLE "new_authors" RENAME TO "authors";
PRAGMA legacy_alter_table = OFF;
COMMIT;
PRAGMA foreign_keys = ON;


-- a key gets a sequence


-- and back



-- a table and its columns are renamed

-- renames the table `authors` to `writers`
ALTER TABLE "authors" RENAME TO "writers";
-- renames the column `writers.id` to `writers.key`
ALTER TABLE "writers" RENAME COLUMN "id" TO "key";
-- renames the column `writers.age` to `writers.years`
ALTER TABLE "writers" RENAME COLUMN "age" TO "years";

-- and back

-- renames the table `writers` to `authors`
ALTER TABLE "writers" RENAME TO "authors";
-- renames the column `authors.key` to `authors.id`
ALTER TABLE "authors" RENAME COLUMN "key" TO "id";
-- renames the column `authors.years` to `authors.age`
ALTER TABLE "authors" RENAME COLUMN "years" TO "age";


-- tables and columns pass their names on

-- renames the table `texts` to `wholes`
ALTER TABLE "texts" RENAME TO "wholes";
-- renames the table `drafts` to `texts`
ALTER TABLE "drafts" RENAME TO "texts";
-- renames the column `authors.two` to `authors.three`
ALTER TABLE "authors" RENAME COLUMN "two" TO "three";
-- renames the column `authors.one` to `authors.two`
ALTER TABLE "authors" RENAME COLUMN "one" TO "two";

-- and back

-- renames the table `texts` to `drafts`
ALTER TABLE "texts" RENAME TO "drafts";
-- renames the table `wholes` to `texts`
ALTER TABLE "wholes" RENAME TO "texts";
-- renames the column `authors.two` to `authors.one`
ALTER TABLE "authors" RENAME COLUMN "two" TO "one";
-- renames the column `authors.three` to `authors.two`
ALTER TABLE "authors" RENAME COLUMN "three" TO "two";


-- a renamed column leaves its name to another

-- renames the column `authors.age` to `authors.years`
ALTER TABLE "authors" RENAME COLUMN "age" TO "years";
-- adds the column `authors.age`
ALTER TABLE "authors" ADD COLUMN "age" VARCHAR(20);

-- and back

-- drops the column `authors.age`
-- WARNING: This drops the values of `authors.age`.
ALTER TABLE "authors" DROP COLUMN "age";
-- renames the column `authors.years` to `authors.age`
ALTER TABLE "authors" RENAME COLUMN "years" TO "age";


