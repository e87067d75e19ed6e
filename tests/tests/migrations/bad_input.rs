//! What is refused, in one sentence each.
