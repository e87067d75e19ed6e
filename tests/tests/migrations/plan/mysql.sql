-- nothing


-- and back



-- a table comes

-- creates the table `reviews`
CREATE TABLE `reviews` (
    `id` BIGINT NOT NULL,
    `book_id` BIGINT NOT NULL,
    PRIMARY KEY (`id`),
    CONSTRAINT `fk_reviews_book_id_books` FOREIGN KEY (`book_id`) REFERENCES `books` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
CREATE INDEX `ix_reviews_book_id` ON `reviews` (`book_id`);

-- and back

-- drops the table `reviews`
-- WARNING: This drops the table `reviews` with all its rows.
DROP TABLE `reviews`;


-- tables that refer to each other come

-- creates the table `heads`
CREATE TABLE `heads` (
    `id` BIGINT NOT NULL,
    `other` BIGINT,
    PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
-- creates the table `tails`
CREATE TABLE `tails` (
    `id` BIGINT NOT NULL,
    `other` BIGINT,
    PRIMARY KEY (`id`),
    CONSTRAINT `fk_tails_other_heads` FOREIGN KEY (`other`) REFERENCES `heads` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
ALTER TABLE `heads` ADD CONSTRAINT `fk_heads_other_tails` FOREIGN KEY (`other`) REFERENCES `tails` (`id`);

-- and back

-- drops the foreign key from `other` of `heads` to `tails`
ALTER TABLE `heads` DROP FOREIGN KEY `fk_heads_other_tails`;
-- drops the table `tails`
-- WARNING: This drops the table `tails` with all its rows.
DROP TABLE `tails`;
-- drops the table `heads`
-- WARNING: This drops the table `heads` with all its rows.
DROP TABLE `heads`;


-- a column comes that may be empty

-- adds the column `authors.dob`
ALTER TABLE `authors` ADD COLUMN `dob` DATE;

-- and back

-- drops the column `authors.dob`
-- WARNING: This drops the values of `authors.dob`.
ALTER TABLE `authors` DROP COLUMN `dob`;


-- columns come that may not

-- adds the column `authors.rank`
-- adds the column `authors.nick`
-- adds the column `authors.dob`
-- WARNING: The rows that are there get '' in `authors.nick`, which has no default; change it to what they should have.
-- WARNING: The rows that are there get '1970-01-01' in `authors.dob`, which has no default; change it to what they should have.
ALTER TABLE `authors`
    ADD COLUMN `rank` INTEGER NOT NULL DEFAULT 3,
    ADD COLUMN `nick` VARCHAR(20) NOT NULL DEFAULT '',
    ADD COLUMN `dob` DATE NOT NULL DEFAULT '1970-01-01';
ALTER TABLE `authors`
    ALTER COLUMN `nick` DROP DEFAULT,
    ALTER COLUMN `dob` DROP DEFAULT;

-- and back

-- drops the column `authors.rank`
-- drops the column `authors.nick`
-- drops the column `authors.dob`
-- WARNING: This drops the values of `authors.rank`.
-- WARNING: This drops the values of `authors.nick`.
-- WARNING: This drops the values of `authors.dob`.
ALTER TABLE `authors`
    DROP COLUMN `rank`,
    DROP COLUMN `nick`,
    DROP COLUMN `dob`;


-- a column comes with a default that is computed

-- adds the column `authors.born`
ALTER TABLE `authors` ADD COLUMN `born` DATE NOT NULL DEFAULT curdate();

-- and back

-- drops the column `authors.born`
-- WARNING: This drops the values of `authors.born`.
ALTER TABLE `authors` DROP COLUMN `born`;


-- a column may be empty no more

-- makes `authors.age` NOT NULL
-- WARNING: This fails where `authors.age` is NULL; first: UPDATE `authors` SET `age` = ... WHERE `age` IS NULL.
ALTER TABLE `authors` MODIFY COLUMN `age` int(11) NOT NULL;

-- and back

-- makes `authors.age` nullable
ALTER TABLE `authors` MODIFY COLUMN `age` int(11);


-- a default changes

-- changes the default of `authors.age` from 1 to 2
ALTER TABLE `authors` MODIFY COLUMN `age` int(11) DEFAULT 2;

-- and back

-- changes the default of `authors.age` from 2 to 1
ALTER TABLE `authors` MODIFY COLUMN `age` int(11) DEFAULT 1;


-- a default comes

-- gives `authors.age` the default 2
ALTER TABLE `authors` MODIFY COLUMN `age` int(11) DEFAULT 2;

-- and back

-- takes the default 2 from `authors.age`
ALTER TABLE `authors` MODIFY COLUMN `age` int(11);


-- a type becomes wider

-- changes the type of `authors.name` from varchar(50) to VARCHAR(80)
-- changes the type of `authors.age` from int(11) to BIGINT
-- WARNING: MariaDB copies `authors`, and nobody writes to it meanwhile; a large table is better changed by a tool that copies it in portions, as pt-online-schema-change does.
ALTER TABLE `authors`
    MODIFY COLUMN `name` VARCHAR(80) NOT NULL,
    MODIFY COLUMN `age` BIGINT;

-- and back

-- changes the type of `authors.name` from VARCHAR(80) to varchar(50)
-- changes the type of `authors.age` from BIGINT to int(11)
-- WARNING: This fails where values of `authors.name` cannot be turned into varchar(50), and may round or cut others.
-- WARNING: MariaDB copies `authors`, and nobody writes to it meanwhile; a large table is better changed by a tool that copies it in portions, as pt-online-schema-change does.
-- WARNING: This fails where values of `authors.age` cannot be turned into int(11), and may round or cut others.
ALTER TABLE `authors`
    MODIFY COLUMN `name` varchar(50) NOT NULL,
    MODIFY COLUMN `age` int(11);


-- a type becomes another

-- changes the type of `authors.age` from int(11) to VARCHAR(20)
-- changes the default of `authors.age` from 1 to 'one'
-- WARNING: This fails where values of `authors.age` cannot be turned into VARCHAR(20), and may round or cut others.
-- WARNING: MariaDB copies `authors`, and nobody writes to it meanwhile; a large table is better changed by a tool that copies it in portions, as pt-online-schema-change does.
ALTER TABLE `authors` MODIFY COLUMN `age` VARCHAR(20) DEFAULT 'one';

-- and back

-- changes the type of `authors.age` from VARCHAR(20) to int(11)
-- changes the default of `authors.age` from 'one' to 1
-- WARNING: This fails where values of `authors.age` cannot be turned into int(11), and may round or cut others.
-- WARNING: MariaDB copies `authors`, and nobody writes to it meanwhile; a large table is better changed by a tool that copies it in portions, as pt-online-schema-change does.
ALTER TABLE `authors` MODIFY COLUMN `age` int(11) DEFAULT 1;


-- constraints and an index come

-- adds a unique constraint on `name` of `authors`
-- adds the check ``age` > 0` to `authors`
-- adds the index `ix_authors_age` to `authors`
-- WARNING: This fails where rows of `authors` have the same values in `name`.
-- WARNING: This fails where rows of `authors` do not meet ``age` > 0`.
-- WARNING: MariaDB copies `authors`, and nobody writes to it meanwhile; a large table is better changed by a tool that copies it in portions, as pt-online-schema-change does.
ALTER TABLE `authors`
    ADD CONSTRAINT `uq_authors_name` UNIQUE (`name`),
    ADD CONSTRAINT `ck_authors_age` CHECK (`age` > 0),
    ADD INDEX `ix_authors_age` (`age`);

-- and back

-- drops the check ``age` > 0` of `authors`
-- drops the index `ix_authors_age` of `authors`
-- drops the unique constraint on `name` of `authors`
ALTER TABLE `authors`
    DROP CONSTRAINT `ck_authors_age`,
    DROP INDEX `ix_authors_age`,
    DROP INDEX `uq_authors_name`;


-- an index comes

-- adds the index `ix_authors_age` to `authors`
ALTER TABLE `authors` ADD INDEX `ix_authors_age` (`age`);

-- and back

-- drops the index `ix_authors_age` of `authors`
ALTER TABLE `authors` DROP INDEX `ix_authors_age`;


-- constraints get the names that a model gives

-- drops the foreign key from `author_id` of `books` to `authors`
ALTER TABLE `books` DROP FOREIGN KEY `old_foreign_key`;
-- renames `old_unique` of the table `authors` to `new_unique`
-- renames `old_index` of the table `authors` to `new_index`
ALTER TABLE `authors`
    RENAME INDEX `old_unique` TO `new_unique`,
    RENAME INDEX `old_index` TO `new_index`;
ALTER TABLE `books` DROP INDEX IF EXISTS `old_foreign_key`;
-- adds a foreign key from `author_id` of `books` to `authors`
-- WARNING: This fails where `author_id` of `books` has values that `authors` has not.
-- WARNING: MariaDB copies `books`, and nobody writes to it meanwhile; a large table is better changed by a tool that copies it in portions, as pt-online-schema-change does.
ALTER TABLE `books` ADD CONSTRAINT `new_foreign_key` FOREIGN KEY (`author_id`) REFERENCES `authors` (`id`);

-- and back

-- drops the foreign key from `author_id` of `books` to `authors`
ALTER TABLE `books` DROP FOREIGN KEY `new_foreign_key`;
-- renames `new_unique` of the table `authors` to `old_unique`
-- renames `new_index` of the table `authors` to `old_index`
ALTER TABLE `authors`
    RENAME INDEX `new_unique` TO `old_unique`,
    RENAME INDEX `new_index` TO `old_index`;
ALTER TABLE `books` DROP INDEX IF EXISTS `new_foreign_key`;
-- adds a foreign key from `author_id` of `books` to `authors`
-- WARNING: This fails where `author_id` of `books` has values that `authors` has not.
-- WARNING: MariaDB copies `books`, and nobody writes to it meanwhile; a large table is better changed by a tool that copies it in portions, as pt-online-schema-change does.
ALTER TABLE `books` ADD CONSTRAINT `old_foreign_key` FOREIGN KEY (`author_id`) REFERENCES `authors` (`id`);


-- a foreign key goes

-- drops the foreign key from `author_id` of `books` to `authors`
ALTER TABLE `books` DROP FOREIGN KEY `fk_books_author_id_authors`;
ALTER TABLE `books` DROP INDEX IF EXISTS `fk_books_author_id_authors`;

-- and back

-- adds a foreign key from `author_id` of `books` to `authors`
-- WARNING: This fails where `author_id` of `books` has values that `authors` has not.
-- WARNING: MariaDB copies `books`, and nobody writes to it meanwhile; a large table is better changed by a tool that copies it in portions, as pt-online-schema-change does.
ALTER TABLE `books` ADD CONSTRAINT `fk_books_author_id_authors` FOREIGN KEY (`author_id`) REFERENCES `authors` (`id`);


-- a foreign key does something else

-- drops the foreign key from `author_id` of `books` to `authors`
ALTER TABLE `books` DROP FOREIGN KEY `fk_books_author_id_authors`;
-- adds a foreign key from `author_id` of `books` to `authors`
-- WARNING: This fails where `author_id` of `books` has values that `authors` has not.
-- WARNING: MariaDB copies `books`, and nobody writes to it meanwhile; a large table is better changed by a tool that copies it in portions, as pt-online-schema-change does.
ALTER TABLE `books` ADD CONSTRAINT `fk_books_author_id_authors` FOREIGN KEY (`author_id`) REFERENCES `authors` (`id`) ON DELETE CASCADE;

-- and back

-- drops the foreign key from `author_id` of `books` to `authors`
ALTER TABLE `books` DROP FOREIGN KEY `fk_books_author_id_authors`;
-- adds a foreign key from `author_id` of `books` to `authors`
-- WARNING: This fails where `author_id` of `books` has values that `authors` has not.
-- WARNING: MariaDB copies `books`, and nobody writes to it meanwhile; a large table is better changed by a tool that copies it in portions, as pt-online-schema-change does.
ALTER TABLE `books` ADD CONSTRAINT `fk_books_author_id_authors` FOREIGN KEY (`author_id`) REFERENCES `authors` (`id`);


-- a key of two columns

ALTER TABLE `books` DROP FOREIGN KEY `fk_books_author_id_authors`;
-- changes the primary key of `authors` from `id` to `id`, `name`
-- adds a unique constraint on `id` of `authors`
-- WARNING: This fails where rows of `authors` have the same values in `id`, `name`.
-- WARNING: MariaDB copies `authors`, and nobody writes to it meanwhile; a large table is better changed by a tool that copies it in portions, as pt-online-schema-change does.
-- WARNING: This fails where rows of `authors` have the same values in `id`.
ALTER TABLE `authors`
    DROP PRIMARY KEY,
    ADD PRIMARY KEY (`id`, `name`),
    ADD CONSTRAINT `uq_authors_id` UNIQUE (`id`);
-- WARNING: MariaDB copies `books`, and nobody writes to it meanwhile; a large table is better changed by a tool that copies it in portions, as pt-online-schema-change does.
ALTER TABLE `books` ADD CONSTRAINT `fk_books_author_id_authors` FOREIGN KEY (`author_id`) REFERENCES `authors` (`id`);

-- and back

ALTER TABLE `books` DROP FOREIGN KEY `fk_books_author_id_authors`;
-- drops the unique constraint on `id` of `authors`
-- changes the primary key of `authors` from `id`, `name` to `id`
-- WARNING: This fails where rows of `authors` have the same values in `id`.
-- WARNING: MariaDB copies `authors`, and nobody writes to it meanwhile; a large table is better changed by a tool that copies it in portions, as pt-online-schema-change does.
ALTER TABLE `authors`
    DROP INDEX `uq_authors_id`,
    DROP PRIMARY KEY,
    ADD PRIMARY KEY (`id`);
-- WARNING: MariaDB copies `books`, and nobody writes to it meanwhile; a large table is better changed by a tool that copies it in portions, as pt-online-schema-change does.
ALTER TABLE `books` ADD CONSTRAINT `fk_books_author_id_authors` FOREIGN KEY (`author_id`) REFERENCES `authors` (`id`);


-- a key gets another type on both sides

ALTER TABLE `books` DROP FOREIGN KEY `fk_books_author_id_authors`;
-- changes the type of `authors.id` from bigint(20) to INTEGER
-- WARNING: This fails where values of `authors.id` cannot be turned into INTEGER, and may round or cut others.
-- WARNING: MariaDB copies `authors`, and nobody writes to it meanwhile; a large table is better changed by a tool that copies it in portions, as pt-online-schema-change does.
ALTER TABLE `authors` MODIFY COLUMN `id` INTEGER NOT NULL;
-- changes the type of `books.author_id` from bigint(20) to INTEGER
-- WARNING: This fails where values of `books.author_id` cannot be turned into INTEGER, and may round or cut others.
-- WARNING: MariaDB copies `books`, and nobody writes to it meanwhile; a large table is better changed by a tool that copies it in portions, as pt-online-schema-change does.
ALTER TABLE `books` MODIFY COLUMN `author_id` INTEGER;
-- WARNING: MariaDB copies `books`, and nobody writes to it meanwhile; a large table is better changed by a tool that copies it in portions, as pt-online-schema-change does.
ALTER TABLE `books` ADD CONSTRAINT `fk_books_author_id_authors` FOREIGN KEY (`author_id`) REFERENCES `authors` (`id`);

-- and back

ALTER TABLE `books` DROP FOREIGN KEY `fk_books_author_id_authors`;
-- changes the type of `authors.id` from INTEGER to bigint(20)
-- WARNING: MariaDB copies `authors`, and nobody writes to it meanwhile; a large table is better changed by a tool that copies it in portions, as pt-online-schema-change does.
ALTER TABLE `authors` MODIFY COLUMN `id` bigint(20) NOT NULL;
-- changes the type of `books.author_id` from INTEGER to bigint(20)
-- WARNING: MariaDB copies `books`, and nobody writes to it meanwhile; a large table is better changed by a tool that copies it in portions, as pt-online-schema-change does.
ALTER TABLE `books` MODIFY COLUMN `author_id` bigint(20);
-- WARNING: MariaDB copies `books`, and nobody writes to it meanwhile; a large table is better changed by a tool that copies it in portions, as pt-online-schema-change does.
ALTER TABLE `books` ADD CONSTRAINT `fk_books_author_id_authors` FOREIGN KEY (`author_id`) REFERENCES `authors` (`id`);


-- a key that the database makes

ALTER TABLE `books` DROP FOREIGN KEY `fk_books_author_id_authors`;
SET @alchemy_sql_mode = @@sql_mode, SESSION sql_mode = CONCAT(@@sql_mode, ',NO_AUTO_VALUE_ON_ZERO');
-- changes how the database makes the values of `authors.id`
-- WARNING: MariaDB copies `authors`, and nobody writes to it meanwhile; a large table is better changed by a tool that copies it in portions, as pt-online-schema-change does.
ALTER TABLE `authors` MODIFY COLUMN `id` bigint(20) NOT NULL AUTO_INCREMENT;
SET SESSION sql_mode = @alchemy_sql_mode;
-- WARNING: MariaDB copies `books`, and nobody writes to it meanwhile; a large table is better changed by a tool that copies it in portions, as pt-online-schema-change does.
ALTER TABLE `books` ADD CONSTRAINT `fk_books_author_id_authors` FOREIGN KEY (`author_id`) REFERENCES `authors` (`id`);

-- and back

ALTER TABLE `books` DROP FOREIGN KEY `fk_books_author_id_authors`;
-- changes how the database makes the values of `authors.id`
-- WARNING: MariaDB copies `authors`, and nobody writes to it meanwhile; a large table is better changed by a tool that copies it in portions, as pt-online-schema-change does.
ALTER TABLE `authors` MODIFY COLUMN `id` bigint(20) NOT NULL;
-- WARNING: MariaDB copies `books`, and nobody writes to it meanwhile; a large table is better changed by a tool that copies it in portions, as pt-online-schema-change does.
ALTER TABLE `books` ADD CONSTRAINT `fk_books_author_id_authors` FOREIGN KEY (`author_id`) REFERENCES `authors` (`id`);


-- a key gets a sequence

ALTER TABLE `books` DROP FOREIGN KEY `fk_books_author_id_authors`;
SET @alchemy_sql_mode = @@sql_mode, SESSION sql_mode = CONCAT(@@sql_mode, ',NO_AUTO_VALUE_ON_ZERO');
-- changes how the database makes the values of `authors.id`
-- WARNING: MariaDB copies `authors`, and nobody writes to it meanwhile; a large table is better changed by a tool that copies it in portions, as pt-online-schema-change does.
ALTER TABLE `authors` MODIFY COLUMN `id` bigint(20) NOT NULL AUTO_INCREMENT;
SET SESSION sql_mode = @alchemy_sql_mode;
-- WARNING: MariaDB copies `books`, and nobody writes to it meanwhile; a large table is better changed by a tool that copies it in portions, as pt-online-schema-change does.
ALTER TABLE `books` ADD CONSTRAINT `fk_books_author_id_authors` FOREIGN KEY (`author_id`) REFERENCES `authors` (`id`);

-- and back

ALTER TABLE `books` DROP FOREIGN KEY `fk_books_author_id_authors`;
-- changes how the database makes the values of `authors.id`
-- WARNING: MariaDB copies `authors`, and nobody writes to it meanwhile; a large table is better changed by a tool that copies it in portions, as pt-online-schema-change does.
ALTER TABLE `authors` MODIFY COLUMN `id` bigint(20) NOT NULL;
-- WARNING: MariaDB copies `books`, and nobody writes to it meanwhile; a large table is better changed by a tool that copies it in portions, as pt-online-schema-change does.
ALTER TABLE `books` ADD CONSTRAINT `fk_books_author_id_authors` FOREIGN KEY (`author_id`) REFERENCES `authors` (`id`);


-- a table and its columns are renamed

-- renames the table `authors` to `writers`
RENAME TABLE `authors` TO `writers`;
-- renames the column `writers.id` to `writers.key`
ALTER TABLE `writers` RENAME COLUMN `id` TO `key`;
-- renames the column `writers.age` to `writers.years`
ALTER TABLE `writers` RENAME COLUMN `age` TO `years`;

-- and back

-- renames the table `writers` to `authors`
RENAME TABLE `writers` TO `authors`;
-- renames the column `authors.key` to `authors.id`
ALTER TABLE `authors` RENAME COLUMN `key` TO `id`;
-- renames the column `authors.years` to `authors.age`
ALTER TABLE `authors` RENAME COLUMN `years` TO `age`;


-- tables and columns pass their names on

-- renames the table `texts` to `wholes`
RENAME TABLE `texts` TO `wholes`;
-- renames the table `drafts` to `texts`
RENAME TABLE `drafts` TO `texts`;
-- renames the column `authors.two` to `authors.three`
ALTER TABLE `authors` RENAME COLUMN `two` TO `three`;
-- renames the column `authors.one` to `authors.two`
ALTER TABLE `authors` RENAME COLUMN `one` TO `two`;

-- and back

-- renames the table `texts` to `drafts`
RENAME TABLE `texts` TO `drafts`;
-- renames the table `wholes` to `texts`
RENAME TABLE `wholes` TO `texts`;
-- renames the column `authors.two` to `authors.one`
ALTER TABLE `authors` RENAME COLUMN `two` TO `one`;
-- renames the column `authors.three` to `authors.two`
ALTER TABLE `authors` RENAME COLUMN `three` TO `two`;


-- a renamed column leaves its name to another

-- renames the column `authors.age` to `authors.years`
ALTER TABLE `authors` RENAME COLUMN `age` TO `years`;
-- adds the column `authors.age`
ALTER TABLE `authors` ADD COLUMN `age` VARCHAR(20);

-- and back

-- drops the column `authors.age`
-- WARNING: This drops the values of `authors.age`.
ALTER TABLE `authors` DROP COLUMN `age`;
-- renames the column `authors.years` to `authors.age`
ALTER TABLE `authors` RENAME COLUMN `years` TO `age`;


