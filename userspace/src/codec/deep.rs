//! placeholder
use super::{MessageType, Unread};
/// Types.
pub const TYPES: &[MessageType] = &[];
/// Read.
///
/// # Errors
/// Why it cannot be read.
pub fn read(_message: &[u8]) -> Result<usize, Unread> {
    Err(Unread::UnknownType)
}
