//! PostgreSQL, one day.

use super::Database;

/// Nothing yet.
pub struct PostgresDatabase;
