//! Messages written out by hand from the specifications.

/// 2017-04-25 13:30:00.000000001 UTC and ZIEXT, as every example here has them.
const TIME: i64 = 1_493_127_000_000_000_001;
const STAMP: [u8; 8] = [0x01, 0x70, 0x8b, 0x77, 0x18, 0xa7, 0xb8, 0x14];
const SYMBOL: &[u8; 8] = b"ZIEXT   ";
/// 99.0500 in units of 1/10,000, and 1/10,000 less than nothing.
const PRICE: [u8; 8] = [0x24, 0x1d, 0x0f, 0, 0, 0, 0, 0];
const BELOW: [u8; 8] = [0xff; 8];

/// Type, second byte, time, symbol, and what comes behind.
fn message(kind: u8, second: u8, body: &[&[u8]]) -> Vec<u8> {
    [&[kind, second][..], &STAMP, SYMBOL, &body.concat()].concat()
}

/// The view of a message, which must be as long as its layout and have the example's time. `Message`, `TYPES` and
/// `read` are those of the codec whose names are in scope.
macro_rules! parsed {
    ($view:ident, $bytes:expr) => {{
        let bytes = $bytes;
        assert_eq!(bytes.len(), $view::LAYOUT.len);
        let Ok(Message::$view(view)) = Message::parse(&bytes) else { panic!("{:?}", Message::parse(&bytes)) };
        assert_eq!(TYPES[read(&bytes).unwrap()], $view::LAYOUT);
        assert_eq!(view.message_type(), $view::TYPE);
        assert_eq!(Message::parse(&bytes).unwrap().timestamp(), TIME);
        *view
    }};
}

/// The same, of a message about the example's security.
macro_rules! parsed_with_symbol {
    ($view:ident, $bytes:expr) => {{
        let view = parsed!($view, $bytes);
        assert_eq!(view.symbol().as_bytes(), b"ZIEXT");
        view
    }};
}

mod deep;
mod deep_plus;
mod tops;
