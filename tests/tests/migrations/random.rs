//! Random schemas, there and back.
