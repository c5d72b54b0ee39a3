package dev.parley.simulator.fault;

import dev.parley.simulator.script.StreamEvent;
import dev.parley.simulator.script.StreamEvent.Verbatim;

/** What a later version of the API might send. */
final class Unknown {
    private Unknown() {}

    /** An event and a delta in the middle of block 0. */
    static StreamEvent inTheMiddle() {
        return new Verbatim("""
                event: future_event
                data: {"type":"future_event","note":"simulated: an event type nobody knows yet"}

                event: content_block_delta
                data: {"type":"content_block_delta","index":0,"delta":{"type":"future_delta","future":"simulated"}}

                """);
    }

    /** A whole block at the end. */
    static StreamEvent block(int index) {
        return new Verbatim("""
                event: content_block_start
                data: {"type":"content_block_start","index":%1$d,"content_block":{"type":"future_block","future":""}}

                event: content_block_delta
                data: {"type":"content_block_delta","index":%1$d,"delta":{"type":"future_delta","future":"simulated"}}

                event: content_block_stop
                data: {"type":"content_block_stop","index":%1$d}

                """.formatted(index));
    }
}
