//! What an event does to the state, once it is admitted. No rule lives here.
