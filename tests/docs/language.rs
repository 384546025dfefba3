//! The reference of the charter language, held against the loader.
