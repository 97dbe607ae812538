//! Values that the ITCH 5.0 specification allows, and those of them that `itchy` does not.

/// Where a type's text is: type, offset, bytes. Any ASCII is legal, padded or not.
pub(crate) const TEXTS: &[(u8, usize, usize)] = &[
    (b'R', 11, 8),
    (b'H', 11, 8),
    (b'Y', 11, 8),
    (b'L', 11, 4),
    (b'L', 15, 8),
    (b'K', 11, 8),
    (b'J', 11, 8),
    (b'h', 11, 8),
    (b'A', 24, 8),
    (b'F', 24, 8),
    (b'F', 36, 4),
    (b'P', 24, 8),
    (b'Q', 19, 8),
    (b'I', 28, 8),
    (b'N', 11, 8),
    (b'O', 11, 8),
];

/// Where a type's codes are: type, offset, bytes of a code, and the codes.
pub(crate) const CODES: &[(u8, usize, usize, &str)] = &[
    (b'S', 11, 1, "OSQMEC"),
    (b'R', 19, 1, "QGSNAPMZV "),
    (b'R', 20, 1, "DEQSGHJKCN "),
    (b'R', 25, 1, "YN"),
    (b'R', 26, 1, "ABCFILNOPQRSTUVW"),
    (b'R', 27, 2, SUB_TYPES),
    (b'R', 29, 1, "PT"),
    (b'R', 30, 1, "YN "),
    (b'R', 31, 1, "YNZ "),
    (b'R', 32, 1, "12 "),
    (b'R', 33, 1, "YN "),
    (b'R', 38, 1, "YN"),
    (b'H', 19, 1, "HPQT"),
    // Reserved: itchy skips it, so it has to be a constant to be compared.
    (b'H', 20, 1, " "),
    (b'H', 21, 4, REASONS),
    (b'Y', 19, 1, "012"),
    (b'L', 23, 1, "YN"),
    (b'L', 24, 1, "NPSRL"),
    (b'L', 25, 1, "AEWSD"),
    (b'W', 11, 1, "123"),
    (b'K', 23, 1, "AC"),
    (b'h', 19, 1, "QBX"),
    (b'h', 20, 1, "HT"),
    (b'A', 19, 1, "BS"),
    (b'F', 19, 1, "BS"),
    (b'C', 31, 1, "NY"),
    (b'P', 19, 1, "BS"),
    (b'Q', 39, 1, "OCHA"),
    (b'I', 27, 1, "BSNOP"),
    (b'I', 48, 1, "OCHA"),
    (b'I', 49, 1, "L123456789ABC "),
    (b'N', 19, 1, "BSAN"),
    (b'O', 19, 1, "NY"),
];

/// Table "Issue Sub-Type Values".
const SUB_TYPES: &str = "A AIB C CBCFCLCMCOCTCUCWD E EGEIEMENEUF FIFLG I IRIWIXJ L LLM MFMLMTN O P PPPUQ \
                         R RCRFRTRUS SCSIT TCTUU V W WCX Y Z ";

/// Appendix "Stock Trading Action Codes"; the last is "not available".
const REASONS: &str = "T1  T2  T5  T6  T8  T12 H4  H9  H10 H11 O1  LUDPLUDSMWC1MWC2MWC3MWC0MWCQIPO1IPOQIPOEM1  M2  \
                       T3  T7  R4  R9  C3  C4  C9  C11 R1  R2      ";

/// Types `itchy` 0.3.4 panics at: operational halts (section 1.2.8), and direct listings (section 1.8), which the
/// specification has since 2021.
pub(crate) const UNKNOWN_TO_ITCHY: &[u8] = b"hO";

/// Legal values that `itchy` 0.3.4 refuses: type, offset, value.
pub(crate) const REFUSED: &[(u8, usize, u8)] = &[
    (b'R', 19, b'M'), // listed at NYSE Texas (section 1.2.1)
    (b'R', 31, b'Z'), // newly listed, but no new issue (section 1.2.1)
    (b'I', 27, b'P'), // imbalance of a paused security (section 1.6)
];

/// Whether `itchy` refuses a legal message.
pub(crate) fn refused(message: &[u8]) -> bool {
    REFUSED.iter().any(|&(kind, offset, value)| message[0] == kind && message[offset] == value)
}
