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


-- tables that refer to each other come

-- creates the table `heads`
CREATE TABLE "heads" (
    "id" BIGINT NOT NULL,
    "other" BIGINT,
    CONSTRAINT "pk_heads" PRIMARY KEY ("id")
);
-- creates the table `tails`
CREATE TABLE "tails" (
    "id" BIGINT NOT NULL,
    "other" BIGINT,
    CONSTRAINT "pk_tails" PRIMARY KEY ("id"),
    CONSTRAINT "fk_tails_other_heads" FOREIGN KEY ("other") REFERENCES "heads" ("id")
);
ALTER TABLE "heads" ADD CONSTRAINT "fk_heads_other_tails" FOREIGN KEY ("other") REFERENCES "tails" ("id");

-- and back

-- drops the foreign key from `other` of `heads` to `tails`
ALTER TABLE "heads" DROP CONSTRAINT "fk_heads_other_tails";
-- drops the table `tails`
-- WARNING: This drops the table `tails` with all its rows.
DROP TABLE "tails";
-- drops the table `heads`
-- WARNING: This drops the table `heads` with all its rows.
DROP TABLE "heads";


-- a column comes that may be empty

-- adds the column `authors.dob`
ALTER TABLE "authors" ADD COLUMN "dob" DATE;

-- and back

-- drops the column `authors.dob`
-- WARNING: This drops the values of `authors.dob`.
ALTER TABLE "authors" DROP COLUMN "dob";


-- columns come that may not

-- adds the column `authors.rank`
ALTER TABLE "authors" ADD COLUMN "rank" INTEGER NOT NULL DEFAULT 3;
-- adds the column `authors.nick`
-- WARNING: The rows that are there get '' in `authors.nick`, which has no default; change it to what they should have.
ALTER TABLE "authors" ADD COLUMN "nick" VARCHAR(20) NOT NULL DEFAULT '';
ALTER TABLE "authors" ALTER COLUMN "nick" DROP DEFAULT;
-- adds the column `authors.dob`
-- WARNING: The rows that are there get '1970-01-01' in `authors.dob`, which has no default; change it to what they should have.
ALTER TABLE "authors" ADD COLUMN "dob" DATE NOT NULL DEFAULT '1970-01-01';
ALTER TABLE "authors" ALTER COLUMN "dob" DROP DEFAULT;

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

-- adds the column `authors.born`
ALTER TABLE "authors" ADD COLUMN "born" DATE NOT NULL DEFAULT CURRENT_DATE;

-- and back

-- drops the column `authors.born`
-- WARNING: This drops the values of `authors.born`.
ALTER TABLE "authors" DROP COLUMN "born";


-- a column may be empty no more

-- makes `authors.age` NOT NULL
-- WARNING: This fails where `authors.age` is NULL; first: UPDATE "authors" SET "age" = ... WHERE "age" IS NULL.
-- WARNING: PostgreSQL reads every row of `authors`, and nobody reads or writes it meanwhile; on a large table first ADD CONSTRAINT ... CHECK ("age" IS NOT NULL) NOT VALID and VALIDATE CONSTRAINT, which SET NOT NULL then goes by.
ALTER TABLE "authors" ALTER COLUMN "age" SET NOT NULL;

-- and back

-- makes `authors.age` nullable
ALTER TABLE "authors" ALTER COLUMN "age" DROP NOT NULL;


-- a default changes

-- changes the default of `authors.age` from 1 to 2
ALTER TABLE "authors" ALTER COLUMN "age" SET DEFAULT 2;

-- and back

-- changes the default of `authors.age` from 2 to 1
ALTER TABLE "authors" ALTER COLUMN "age" SET DEFAULT 1;


-- a default comes

-- gives `authors.age` the default 2
ALTER TABLE "authors" ALTER COLUMN "age" SET DEFAULT 2;

-- and back

-- takes the default 2 from `authors.age`
ALTER TABLE "authors" ALTER COLUMN "age" DROP DEFAULT;


-- a type becomes wider

-- changes the type of `authors.name` from character varying(50) to VARCHAR(80)
ALTER TABLE "authors" ALTER COLUMN "name" TYPE VARCHAR(80);
-- changes the type of `authors.age` from integer to BIGINT
-- WARNING: PostgreSQL writes `authors` anew, and nobody reads or writes it meanwhile; on a large table add another column, fill it in portions, and drop the old one in a migration of its own.
ALTER TABLE "authors" ALTER COLUMN "age" TYPE BIGINT;

-- and back

-- changes the type of `authors.name` from VARCHAR(80) to character varying(50)
-- WARNING: This fails where values of `authors.name` cannot be turned into character varying(50), and may round or cut others.
-- WARNING: PostgreSQL writes `authors` anew, and nobody reads or writes it meanwhile; on a large table add another column, fill it in portions, and drop the old one in a migration of its own.
ALTER TABLE "authors" ALTER COLUMN "name" TYPE character varying(50);
-- changes the type of `authors.age` from BIGINT to integer
-- WARNING: This fails where values of `authors.age` cannot be turned into integer, and may round or cut others.
-- WARNING: PostgreSQL writes `authors` anew, and nobody reads or writes it meanwhile; on a large table add another column, fill it in portions, and drop the old one in a migration of its own.
ALTER TABLE "authors" ALTER COLUMN "age" TYPE integer;


-- a type becomes another

-- changes the type of `authors.age` from integer to VARCHAR(20)
-- changes the default of `authors.age` from 1 to 'one'::character varying
-- WARNING: This fails where values of `authors.age` cannot be turned into VARCHAR(20), and may round or cut others.
-- WARNING: PostgreSQL writes `authors` anew, and nobody reads or writes it meanwhile; on a large table add another column, fill it in portions, and drop the old one in a migration of its own.
ALTER TABLE "authors"
    ALTER COLUMN "age" DROP DEFAULT,
    ALTER COLUMN "age" TYPE VARCHAR(20) USING "age"::text,
    ALTER COLUMN "age" SET DEFAULT 'one'::character varying;

-- and back

-- changes the type of `authors.age` from VARCHAR(20) to integer
-- changes the default of `authors.age` from 'one'::character varying to 1
-- WARNING: This fails where values of `authors.age` cannot be turned into integer, and may round or cut others.
-- WARNING: PostgreSQL writes `authors` anew, and nobody reads or writes it meanwhile; on a large table add another column, fill it in portions, and drop the old one in a migration of its own.
ALTER TABLE "authors"
    ALTER COLUMN "age" DROP DEFAULT,
    ALTER COLUMN "age" TYPE integer USING "age"::integer,
    ALTER COLUMN "age" SET DEFAULT 1;


-- constraints and an index come

-- adds a unique constraint on `name` of `authors`
-- WARNING: This fails where rows of `authors` have the same values in `name`.
-- WARNING: Nobody reads or writes `authors` while PostgreSQL makes the index for it; on a large table CREATE UNIQUE INDEX CONCURRENTLY first, then ADD CONSTRAINT ... UNIQUE USING INDEX.
ALTER TABLE "authors" ADD CONSTRAINT "uq_authors_name" UNIQUE ("name");
-- adds the check `age > 0` to `authors`
-- WARNING: This fails where rows of `authors` do not meet `age > 0`.
-- WARNING: PostgreSQL reads every row of `authors`, and nobody reads or writes it meanwhile; on a large table add it NOT VALID and VALIDATE CONSTRAINT in a migration of its own.
ALTER TABLE "authors" ADD CONSTRAINT "ck_authors_age" CHECK (age > 0);
-- online:
-- adds the index `ix_authors_age` to `authors`
-- WARNING: If this fails, PostgreSQL leaves an index that is not valid; before trying again: DROP INDEX CONCURRENTLY IF EXISTS "ix_authors_age".
CREATE INDEX CONCURRENTLY "ix_authors_age" ON "authors" ("age");

-- and back

-- drops the check `age > 0` of `authors`
ALTER TABLE "authors" DROP CONSTRAINT "ck_authors_age";
-- drops the unique constraint on `name` of `authors`
ALTER TABLE "authors" DROP CONSTRAINT "uq_authors_name";


-- an index comes

-- online:
-- adds the index `ix_authors_age` to `authors`
-- WARNING: If this fails, PostgreSQL leaves an index that is not valid; before trying again: DROP INDEX CONCURRENTLY IF EXISTS "ix_authors_age".
CREATE INDEX CONCURRENTLY "ix_authors_age" ON "authors" ("age");

-- and back



-- constraints get the names that a model gives

-- renames `old_unique` of the table `authors` to `new_unique`
ALTER TABLE "authors" RENAME CONSTRAINT "old_unique" TO "new_unique";
-- renames `old_index` of the table `authors` to `new_index`
ALTER INDEX "old_index" RENAME TO "new_index";
-- renames `old_foreign_key` of the table `books` to `new_foreign_key`
ALTER TABLE "books" RENAME CONSTRAINT "old_foreign_key" TO "new_foreign_key";

-- and back

-- renames `new_unique` of the table `authors` to `old_unique`
ALTER TABLE "authors" RENAME CONSTRAINT "new_unique" TO "old_unique";
-- renames `new_index` of the table `authors` to `old_index`
ALTER INDEX "new_index" RENAME TO "old_index";
-- renames `new_foreign_key` of the table `books` to `old_foreign_key`
ALTER TABLE "books" RENAME CONSTRAINT "new_foreign_key" TO "old_foreign_key";


-- a foreign key goes

-- drops the foreign key from `author_id` of `books` to `authors`
ALTER TABLE "books" DROP CONSTRAINT "fk_books_author_id_authors";

-- and back

-- adds a foreign key from `author_id` of `books` to `authors`
-- WARNING: This fails where `author_id` of `books` has values that `authors` has not.
-- WARNING: PostgreSQL checks every row of `books`, and nobody writes meanwhile; on a large table add it NOT VALID and VALIDATE CONSTRAINT in a migration of its own.
ALTER TABLE "books" ADD CONSTRAINT "fk_books_author_id_authors" FOREIGN KEY ("author_id") REFERENCES "authors" ("id");


-- a foreign key does something else

-- drops the foreign key from `author_id` of `books` to `authors`
ALTER TABLE "books" DROP CONSTRAINT "fk_books_author_id_authors";
-- adds a foreign key from `author_id` of `books` to `authors`
-- WARNING: This fails where `author_id` of `books` has values that `authors` has not.
-- WARNING: PostgreSQL checks every row of `books`, and nobody writes meanwhile; on a large table add it NOT VALID and VALIDATE CONSTRAINT in a migration of its own.
ALTER TABLE "books" ADD CONSTRAINT "fk_books_author_id_authors" FOREIGN KEY ("author_id") REFERENCES "authors" ("id") ON DELETE CASCADE;

-- and back

-- drops the foreign key from `author_id` of `books` to `authors`
ALTER TABLE "books" DROP CONSTRAINT "fk_books_author_id_authors";
-- adds a foreign key from `author_id` of `books` to `authors`
-- WARNING: This fails where `author_id` of `books` has values that `authors` has not.
-- WARNING: PostgreSQL checks every row of `books`, and nobody writes meanwhile; on a large table add it NOT VALID and VALIDATE CONSTRAINT in a migration of its own.
ALTER TABLE "books" ADD CONSTRAINT "fk_books_author_id_authors" FOREIGN KEY ("author_id") REFERENCES "authors" ("id");


-- a key of two columns

ALTER TABLE "books" DROP CONSTRAINT "fk_books_author_id_authors";
ALTER TABLE "authors" DROP CONSTRAINT "pk_authors";
-- changes the primary key of `authors` from `id` to `id`, `name`
-- WARNING: This fails where rows of `authors` have the same values in `id`, `name`.
-- WARNING: Nobody reads or writes `authors` while PostgreSQL makes the index for it; on a large table CREATE UNIQUE INDEX CONCURRENTLY first, then ADD CONSTRAINT ... PRIMARY KEY USING INDEX.
ALTER TABLE "authors" ADD CONSTRAINT "pk_authors" PRIMARY KEY ("id", "name");
-- adds a unique constraint on `id` of `authors`
-- WARNING: This fails where rows of `authors` have the same values in `id`.
-- WARNING: Nobody reads or writes `authors` while PostgreSQL makes the index for it; on a large table CREATE UNIQUE INDEX CONCURRENTLY first, then ADD CONSTRAINT ... UNIQUE USING INDEX.
ALTER TABLE "authors" ADD CONSTRAINT "uq_authors_id" UNIQUE ("id");
-- WARNING: PostgreSQL checks every row of `books`, and nobody writes meanwhile; on a large table add it NOT VALID and VALIDATE CONSTRAINT in a migration of its own.
ALTER TABLE "books" ADD CONSTRAINT "fk_books_author_id_authors" FOREIGN KEY ("author_id") REFERENCES "authors" ("id");

-- and back

ALTER TABLE "books" DROP CONSTRAINT "fk_books_author_id_authors";
-- drops the unique constraint on `id` of `authors`
ALTER TABLE "authors" DROP CONSTRAINT "uq_authors_id";
ALTER TABLE "authors" DROP CONSTRAINT "pk_authors";
-- changes the primary key of `authors` from `id`, `name` to `id`
-- WARNING: This fails where rows of `authors` have the same values in `id`.
-- WARNING: Nobody reads or writes `authors` while PostgreSQL makes the index for it; on a large table CREATE UNIQUE INDEX CONCURRENTLY first, then ADD CONSTRAINT ... PRIMARY KEY USING INDEX.
ALTER TABLE "authors" ADD CONSTRAINT "pk_authors" PRIMARY KEY ("id");
-- WARNING: PostgreSQL checks every row of `books`, and nobody writes meanwhile; on a large table add it NOT VALID and VALIDATE CONSTRAINT in a migration of its own.
ALTER TABLE "books" ADD CONSTRAINT "fk_books_author_id_authors" FOREIGN KEY ("author_id") REFERENCES "authors" ("id");


-- a key gets another type on both sides

ALTER TABLE "books" DROP CONSTRAINT "fk_books_author_id_authors";
-- changes the type of `authors.id` from bigint to INTEGER
-- WARNING: This fails where values of `authors.id` cannot be turned into INTEGER, and may round or cut others.
-- WARNING: PostgreSQL writes `authors` anew, and nobody reads or writes it meanwhile; on a large table add another column, fill it in portions, and drop the old one in a migration of its own.
ALTER TABLE "authors" ALTER COLUMN "id" TYPE INTEGER;
-- changes the type of `books.author_id` from bigint to INTEGER
-- WARNING: This fails where values of `books.author_id` cannot be turned into INTEGER, and may round or cut others.
-- WARNING: PostgreSQL writes `books` anew, and nobody reads or writes it meanwhile; on a large table add another column, fill it in portions, and drop the old one in a migration of its own.
ALTER TABLE "books" ALTER COLUMN "author_id" TYPE INTEGER;
-- WARNING: PostgreSQL checks every row of `books`, and nobody writes meanwhile; on a large table add it NOT VALID and VALIDATE CONSTRAINT in a migration of its own.
ALTER TABLE "books" ADD CONSTRAINT "fk_books_author_id_authors" FOREIGN KEY ("author_id") REFERENCES "authors" ("id");

-- and back

ALTER TABLE "books" DROP CONSTRAINT "fk_books_author_id_authors";
-- changes the type of `authors.id` from INTEGER to bigint
-- WARNING: PostgreSQL writes `authors` anew, and nobody reads or writes it meanwhile; on a large table add another column, fill it in portions, and drop the old one in a migration of its own.
ALTER TABLE "authors" ALTER COLUMN "id" TYPE bigint;
-- changes the type of `books.author_id` from INTEGER to bigint
-- WARNING: PostgreSQL writes `books` anew, and nobody reads or writes it meanwhile; on a large table add another column, fill it in portions, and drop the old one in a migration of its own.
ALTER TABLE "books" ALTER COLUMN "author_id" TYPE bigint;
-- WARNING: PostgreSQL checks every row of `books`, and nobody writes meanwhile; on a large table add it NOT VALID and VALIDATE CONSTRAINT in a migration of its own.
ALTER TABLE "books" ADD CONSTRAINT "fk_books_author_id_authors" FOREIGN KEY ("author_id") REFERENCES "authors" ("id");


-- a key that the database makes

-- changes how the database makes the values of `authors.id`
ALTER TABLE "authors" ALTER COLUMN "id" ADD GENERATED BY DEFAULT AS IDENTITY;
SELECT setval(pg_get_serial_sequence('"authors"', 'id'), (SELECT GREATEST(max("id"), 0) + 1 FROM "authors"), false);

-- and back

-- changes how the database makes the values of `authors.id`
ALTER TABLE "authors" ALTER COLUMN "id" DROP IDENTITY;


-- a key gets a sequence

-- changes how the database makes the values of `authors.id`
CREATE SEQUENCE "authors_id_seq" AS bigint OWNED BY "authors"."id";
SELECT setval('"authors_id_seq"', (SELECT GREATEST(max("id"), 0) + 1 FROM "authors"), false);
ALTER TABLE "authors" ALTER COLUMN "id" SET DEFAULT nextval('"authors_id_seq"');

-- and back

-- changes how the database makes the values of `authors.id`
ALTER TABLE "authors" ALTER COLUMN "id" DROP DEFAULT;
DO $do$
BEGIN
    EXECUTE format('DROP SEQUENCE %s', pg_get_serial_sequence('"authors"', 'id'));
END
$do$;


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


