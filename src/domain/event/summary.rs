//! The first line of an event, derived from its payload.
