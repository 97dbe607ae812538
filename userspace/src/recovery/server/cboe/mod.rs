//! Servers of Cboe's protocols.

mod door;
mod grp;
mod spin;

pub use grp::{Config as GrpConfig, Grp};
pub use spin::{Config as SpinConfig, Spin};
