//! What the task runner and the test suite share: finding running database servers, and starting throwaway ones.

pub mod backend;
pub mod discovery;
mod login;
pub mod servers;

pub use backend::Backend;
