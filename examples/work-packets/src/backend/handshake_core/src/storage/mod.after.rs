//! Storage: the one door to a database.

/// What the backend asks of a store.
pub trait Database {
    /// The open jobs.
    fn jobs(&self) -> impl Future<Output = Vec<Job>>;
}
