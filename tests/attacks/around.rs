//! To come.

attacks! {}
