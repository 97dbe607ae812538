use super::{super::MessageRange, *};
use crate::framing::StreamKey;

fn range(first: u64, count: u64) -> MessageRange {
    MessageRange { key: StreamKey([1; 16]), first, count }
}

const DATAGRAM: Form = Form::Datagram(3);

#[test]
fn a_full_mailbox_keeps_the_order_and_counts() {
    let (mut worker, mut thread) = mailbox();
    let most = (NOTICES + BACKLOG) as u64;
    for first in 0..most + 5 {
        worker.tell(Notice::Wanted { channel: 0, range: range(first, 1) });
    }
    assert_eq!(worker.counters().dropped, 5);
    let mut next = 0;
    while next < most {
        while let Some(notice) = thread.notice() {
            assert_eq!(notice, Notice::Wanted { channel: 0, range: range(next, 1) });
            next += 1;
        }
        worker.retry();
    }
    let MailCounters { notices, deferred, .. } = *worker.counters();
    assert_eq!((notices, deferred), (most, BACKLOG as u64));
}

#[test]
fn buffers_go_round_and_never_run_out_for_good() {
    let (mut worker, mut thread) = mailbox();
    for round in 0..3_u8 {
        for number in 0..ANSWERS {
            assert!(thread.send(&[round, number as u8], DATAGRAM));
        }
        assert_eq!(thread.room(), 0);
        assert!(thread.send(&[round, 0], DATAGRAM), "the last one waits");
        for number in (0..ANSWERS).chain([0]) {
            let Some(Reply::Datagram { channel: 3, buffer }) = worker.reply() else { unreachable!() };
            assert_eq!(buffer.bytes(), [round, number as u8]);
            worker.give_back(buffer);
            thread.retry();
        }
        assert!(worker.reply().is_none());
    }
    assert_eq!(worker.counters().datagrams, 3 * (ANSWERS as u64 + 1));
}

#[test]
fn words_wait_and_stay_in_order() {
    let (mut worker, mut thread) = mailbox();
    let most = ANSWERS + WORDS;
    for first in 0..=most as u64 {
        thread.say(Reply::GaveUp { channel: 0, range: range(first, 1) });
    }
    assert!(thread.send(&[1], DATAGRAM), "but not before what waits");
    for expected in 0..=most as u64 {
        let Some(Reply::GaveUp { range: MessageRange { first, .. }, .. }) = worker.reply() else {
            unreachable!()
        };
        assert_eq!(first, expected);
        thread.retry();
    }
    assert!(matches!(worker.reply(), Some(Reply::Datagram { buffer, .. }) if buffer.bytes() == [1]));
    assert!(!thread.send(&[0; ANSWER_BYTES + 1], DATAGRAM), "too long");
    assert!(thread.send(&[0; ANSWER_BYTES], DATAGRAM));
}
