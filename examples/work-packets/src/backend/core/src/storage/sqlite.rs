//! SQLite behind the trait.

use super::{Database, Job};

/// Jobs in a file.
pub struct SqliteDatabase(SqlitePool);
