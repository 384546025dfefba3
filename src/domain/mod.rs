//! The pure core: bytes and values in, values out. No git, clock, file, network, environment or randomness.

pub mod authority;
pub mod charter;
pub mod code;
pub mod commit;
pub mod decide;
pub mod error;
pub mod event;
pub mod explain;
pub mod facts;
pub mod id;
pub mod inbox;
pub mod json;
pub mod judge;
pub mod key;
pub mod markdown;
pub mod path;
pub mod quorum;
pub mod receive;
pub mod replay;
pub mod sshsig;
pub mod state;
pub mod text;
pub mod time;
pub mod trailer;
pub mod value;
