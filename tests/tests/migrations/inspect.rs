//! What a database says of its tables.
