//! What holds for every codec of messages in SBE, whatever their blocks and groups say.

use bolero::check;

use crate::codec::{Codec, Unread, deribit, mdp3, memx, tests::assert_consistent};

/// A header in front of `behind`: what makes a codec look further, and the lengths as they come.
fn message(codec: Codec, template: u16, block_length: u16, counts: [u8; 2], behind: &[u8]) -> Vec<u8> {
    let words = |words: &[u16]| words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<_>>();
    let [groups, data] = counts.map(u16::from);
    let header = match codec {
        Codec::Deribit => words(&[block_length, template, deribit::SCHEMA, groups, groups % 4, data % 4]),
        Codec::Mdp3 => words(&[data, block_length, template, mdp3::SCHEMA, groups]),
        Codec::Memx => {
            let [a, b] = block_length.to_be_bytes();
            vec![a, b, u8::try_from(template).unwrap(), memx::SCHEMA, 1, 3]
        }
        other => unreachable!("{other:?} is not in SBE"),
    };
    [header, behind.to_vec()].concat()
}

/// Groups with sizes that are as likely as not to fit, and whatever comes.
fn groups(sizes: &[(u8, u8)], bytes: &[u8]) -> Vec<u8> {
    let group = |&(block, count): &(u8, u8)| {
        let entries = usize::from(block % 64) * usize::from(count % 4);
        let bytes = bytes.iter().copied().chain(std::iter::repeat(0xff)).take(entries);
        [block % 64, 0, count % 4].into_iter().chain(bytes).collect::<Vec<_>>()
    };
    sizes.iter().flat_map(group).collect()
}

/// Every template of every codec, with blocks of any length and groups of any size: shown just if it is read, and
/// nothing outside the message.
#[test]
fn any_lengths() {
    type Any = (u8, u8, u8, [u8; 2], Vec<(u8, u8)>, Vec<u8>);
    check!().with_type::<Any>().with_iterations(5_000).for_each(
        |(which, kind, block_length, counts, sizes, bytes)| {
            let codec = [Codec::Deribit, Codec::Mdp3, Codec::Memx][usize::from(which % 3)];
            let types = codec.types();
            let template = types[usize::from(*kind) % types.len()].label.parse().unwrap();
            let block = bytes.iter().copied().chain(std::iter::repeat(0x7f)).take(usize::from(*block_length));
            let behind = [block.collect(), groups(sizes, bytes)].concat();
            for behind in [&behind, bytes] {
                let message = message(codec, template, u16::from(*block_length), *counts, behind);
                assert_consistent(codec, &message);
                assert_ne!(codec.read(&message), Err(Unread::UnknownType));
                for len in [message.len() / 2, message.len().saturating_sub(1)] {
                    assert_consistent(codec, &message[..len]);
                }
            }
        },
    );
}

/// A message without a block and without groups is whole: everything in it is absent.
#[test]
fn every_template_without_anything() {
    for codec in [Codec::Deribit, Codec::Mdp3, Codec::Memx] {
        for (index, kind) in codec.types().iter().enumerate() {
            let message = message(codec, kind.label.parse().unwrap(), 0, [0, 0], &[]);
            assert_eq!((codec.read(&message), message.len()), (Ok(index), kind.len), "{kind:?}");
            assert_consistent(codec, &message);
        }
    }
}
