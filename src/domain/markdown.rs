//! The Markdown that rules read: tables and headings.
