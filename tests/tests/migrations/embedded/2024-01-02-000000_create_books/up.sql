CREATE TABLE books (id INTEGER PRIMARY KEY);
CREATE INDEX ix_books ON books (id);
