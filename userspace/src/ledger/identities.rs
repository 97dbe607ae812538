//! What must add up to what, in the order a packet meets it.
//!
//! A term is the name of an entry. One that ends in `_CAUSE` stands for a counter of each cause, one in `_REASON` for
//! one of each verdict.

/// What an identity is checked for: each of these there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// The whole receiver.
    Whole,
    /// An interface, its queues included.
    Interface,
    /// A receive queue.
    Queue,
    /// A channel.
    Channel,
}

/// What may be on its way from the left side to the right one while the receiver runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnItsWay {
    /// Nothing: both sides are counted by one thread, which is asked between two batches.
    Nothing,
    /// Packets in RX rings.
    Frames,
    /// Datagrams that came while the channels were written down.
    Datagrams,
    /// Nobody can say: its terms are counted on several CPUs, or by several threads, at once. It is checked at rest
    /// alone.
    Anything,
}

/// An identity. It is checked wherever its first term is counted; a term that is then missing breaks it.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// In words.
    pub says: &'static str,
    /// For what.
    pub of: Of,
    /// What came in.
    pub left: &'static [&'static str],
    /// Where it went.
    pub right: &'static [&'static str],
    /// What may be in between.
    pub on_its_way: OnItsWay,
}

macro_rules! identities {
    ($($of:ident, $on_its_way:ident, $says:literal: $($left:literal)+ => $($right:literal)+;)*) => {
        /// All identities.
        pub const IDENTITIES: &[Rule] = &[$(Rule {
            says: $says,
            of: Of::$of,
            left: &[$($left),+],
            right: &[$($right),+],
            on_its_way: OnItsWay::$on_its_way,
        }),*];
    };
}

identities! {
    Whole, Nothing, "every captured packet was for a line, or is counted under why not":
        "capture_packets" => "capture_matched" "capture_REASON" "capture_malformed" "capture_unread_link";
    Whole, Nothing, "every datagram for a line in the capture reached the worker":
        "capture_matched" => "worker_received";

    Interface, Anything, "the driver ran the program on every packet it took, or dropped it; the self-test ran it on its own":
        "veth_xdp_packets" "socket_rx_dropped" "socket_rx_ring_full" "source_self_test" =>
        "xdp_REASON" "veth_drops";
    Queue, Frames, "what the program redirected reached the queue's socket, was dropped there, or was the self-test's":
        "queue_redirected" => "socket_received" "socket_rx_dropped" "socket_rx_ring_full" "source_self_test";
    Whole, Nothing, "every packet reached the worker, was not ours, was of a line removed before or of another worker, \
        was too large to be joined, or was discarded":
        "socket_received" =>
        "worker_received" "source_foreign" "source_line_removed" "source_other_worker" "source_unjoined"
        "source_discarded_CAUSE";

    Whole, Nothing, "every datagram read from a UDP socket reached the worker, or was longer than its buffer":
        "udp_socket_read" => "worker_received" "source_truncated";
    Interface, Nothing, "every packet a packet socket took was read from its ring, or found no room there":
        "packet_socket_packets" => "packet_ring_read" "packet_socket_drops";
    Whole, Nothing, "every packet read from a packet ring was for a line, or is counted under why not":
        "packet_ring_read" => "worker_received" "packet_ring_REASON" "packet_ring_unreadable";

    Whole, Datagrams, "every datagram went to a channel, as a line's or as a recovery group's, or waits for its \
        protocol to be recognised":
        "worker_received" => "framing_datagrams" "recovery_group_datagrams" "recognition_waiting";
    Channel, Nothing, "every datagram was accepted or malformed, or its protocol was not recognised":
        "framing_datagrams" => "framing_accepted" "framing_malformed_CAUSE" "framing_unrecognised";
    Channel, Nothing, "every accepted datagram was arbitrated, stands outside the sequence, or came after the stop":
        "framing_accepted" => "arbiter_packets" "framing_unsequenced" "framing_after_stop";
    Channel, Nothing, "every framed unit was arbitrated, or came after the stop":
        "framing_units" => "arbiter_units" "framing_after_stop_units";

    Channel, Nothing, "every unit was first, a duplicate, late or discarded, or is in doubt":
        "arbiter_units" =>
        "arbiter_first" "arbiter_duplicates" "arbiter_late" "arbiter_discarded_CAUSE" "arbiter_doubted";
    Channel, Nothing, "every recovered unit was first, a duplicate, late or unasked":
        "recovery_units" => "recovery_first" "recovery_duplicates" "recovery_late" "recovery_discarded_unasked";
    Channel, Nothing, "every unit brought first was delivered, let go for a snapshot, or waits":
        "arbiter_first" "recovery_first" => "arbiter_delivered" "arbiter_let_go" "arbiter_waiting";
    Channel, Nothing, "what the streams moved on by was delivered, lost or in a snapshot":
        "arbiter_passed" => "arbiter_delivered" "arbiter_lost" "arbiter_passed_over";
    Channel, Nothing, "every gap was recovered or lost, or is open":
        "arbiter_gaps" => "arbiter_gaps_recovered" "arbiter_gaps_lost" "arbiter_gaps_open";

    Channel, Nothing, "every message outside the sequence reached the sink":
        "framing_unsequenced_messages" => "sink_unsequenced";
    Channel, Nothing, "every delivered message reached the sink":
        "arbiter_delivered_messages" "framing_unsequenced_messages" => "sink_messages" "sink_messages_CAUSE";
    Channel, Nothing, "every gap was told in the stream":
        "arbiter_gaps_told" => "sink_gap_events";
    Channel, Nothing, "every lost unit was told in the stream":
        "arbiter_lost" => "sink_gap_units";
    Channel, Nothing, "every recovered unit was told in the stream":
        "arbiter_recovered" => "sink_recovered_units";
    Channel, Nothing, "every stale stream was told in the stream":
        "arbiter_stale_holes" "arbiter_stale_silences" => "sink_stale_events";
    Channel, Nothing, "every reset was told in the stream":
        "arbiter_resets" => "sink_reset_events";
    Channel, Nothing, "every end of session was told in the stream":
        "arbiter_ends" => "sink_end_events";

    Channel, Anything, "every datagram that came to a recovery client was an answer, or of no use":
        "recovery_received" => "recovery_datagram_answers" "recovery_unused_CAUSE";
    Whole, Anything, "every answer and snapshot message was handed to the worker, or is too long":
        "recovery_answers" "recovery_snapshot_messages" => "recovery_handed_over" "recovery_undelivered";
    Whole, Anything, "everything handed over reached the worker, or came when it had stopped":
        "recovery_handed_over" =>
        "recovery_worker_received" "recovery_worker_snapshot_messages" "recovery_after_stop";
    Whole, Anything, "every answer the worker received, by mail or on a recovery group, went to a channel":
        "recovery_worker_received" "recovery_group_datagrams" => "recovery_framing_datagrams";
    Whole, Anything, "every snapshot message the worker received reached the sink, or was void":
        "recovery_worker_snapshot_messages" => "sink_snapshot_messages" "recovery_snapshot_messages_unasked";
    Channel, Nothing, "every answer was accepted or malformed":
        "recovery_framing_datagrams" => "recovery_framing_accepted" "recovery_framing_malformed_CAUSE";
    Channel, Nothing, "every accepted answer was arbitrated, or stands outside the sequence":
        "recovery_framing_accepted" => "recovery_arbitrated" "recovery_unsequenced";
    Channel, Nothing, "every unit in an answer was arbitrated":
        "recovery_framing_units" => "recovery_units";
}
