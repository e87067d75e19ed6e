//! Which migrations a database has, and the checksums of their files.
