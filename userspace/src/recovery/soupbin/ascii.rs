//! Numbers in ASCII digits.

use crate::recovery::stream::Malformed;

/// Reads a number. It is padded with spaces on the left; zeros there and spaces on the right are read as well.
///
/// # Errors
/// When there is no digit, something else than digits, or more than a `u64` holds.
pub(crate) fn number(field: &[u8]) -> Result<u64, Malformed> {
    let digits = field.trim_ascii();
    if digits.is_empty() {
        return Err(Malformed::Number);
    }
    digits.iter().try_fold(0_u64, |number, digit| {
        let digit = char::from(*digit).to_digit(10).ok_or(Malformed::Number)?;
        number.checked_mul(10).and_then(|tens| tens.checked_add(digit.into())).ok_or(Malformed::Number)
    })
}

/// Writes a number, padded with spaces on the left. 20 digits hold any `u64`.
pub(crate) fn write_number(mut number: u64) -> [u8; 20] {
    let mut field = [b' '; 20];
    for digit in field.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    field
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_they_are_read() {
        for value in [0, 1, 9, 10, 12_345, u64::MAX] {
            assert_eq!(number(&write_number(value)), Ok(value));
        }
        assert_eq!(&write_number(907), b"                 907");
        assert_eq!(&write_number(u64::MAX), b"18446744073709551615");
    }

    #[test]
    fn other_paddings_are_read_and_what_is_no_number_is_not() {
        assert_eq!(number(b"00000000000000000042"), Ok(42));
        assert_eq!(number(b"42                  "), Ok(42));
        for field in
            [&b"                    "[..], b"", b"4 2", b"-1", b"+1", b"0x10", b"18446744073709551616"]
        {
            assert_eq!(number(field), Err(Malformed::Number), "{field:?}");
        }
    }
}
