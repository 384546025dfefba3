//! Jobs over HTTP.
