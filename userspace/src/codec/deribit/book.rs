//! Order books: changes on the incremental channels, whole books on the snapshot channels.

use super::HEADER_LEN;
use crate::codec::sbe::{entries, views};

entries! {
    /// One level of a book changes.
    18 BookChange {
        0 side u8 or null "0 ask, 1 bid."
        1 change u8 or null "0 created, 1 changed, 2 deleted."
        2 price f64le or null "The level, in the instrument's quote currency."
        10 amount f64le or null "What the level holds now, in the instrument's size currency; 0 where it is deleted."
    }

    /// One level of a book.
    17 SnapshotLevel {
        0 side u8 or null "0 ask, 1 bid."
        1 price f64le or null "The level, in the instrument's quote currency."
        9 amount f64le or null "What the level holds, in the instrument's size currency."
    }
}

views! {
    header HEADER_LEN;

    /// A book changes: levels to create, change or delete, all at once. One change may need several messages.
    1001 29 book Book {
        0 instrument_id u32le "The instrument."
        4 timestamp_ms u64le "Milliseconds since 1970 UTC."
        12 prev_change_id u64le "The change before: if it is not the one last seen, changes are missing."
        20 change_id u64le "This change."
        28 is_last u8 or null "1 when the change is complete, 0 when more messages of it follow."
        groups {
            changes_list GroupSizeEncoding BookChange "The levels that change."
        }
    }

    /// A book as it stands after a change, or a part of it (snapshot channels).
    1004 22 snapshot Snapshot {
        0 instrument_id u32le "The instrument."
        4 timestamp_ms u64le "Milliseconds since 1970 UTC."
        12 change_id u64le "The last change that is in it."
        20 is_book_complete u8 or null "1 when all levels are sent, 0 when only the best ones are."
        21 is_last_in_book u8 or null "1 when the book is complete, 0 when more messages of it follow."
        groups {
            levels_list GroupSizeEncoding SnapshotLevel "The levels."
        }
    }

    /// A round of snapshots begins.
    1005 4 snapshot_start SnapshotStart {
        0 snapshot_delay u32le "How long the round is held back behind the incremental channel: milliseconds."
    }

    /// The round of snapshots is over.
    1006 0 snapshot_end SnapshotEnd {}
}
