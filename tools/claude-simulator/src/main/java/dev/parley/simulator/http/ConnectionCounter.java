package dev.parley.simulator.http;

import dev.parley.simulator.ledger.Ledger;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;

/** Counts a connection when it brings its first request for the API, so that a test's own questions do not count. */
final class ConnectionCounter {
    private static final AttributeKey<Boolean> COUNTED = AttributeKey.valueOf("dev.parley.simulator.counted");

    private final Ledger ledger;

    ConnectionCounter(Ledger ledger) {
        this.ledger = ledger;
    }

    void used(Channel connection) {
        if (connection.attr(COUNTED).setIfAbsent(true) == null) {
            ledger.connectionOpened();
            var _ = connection.closeFuture().addListener(_ -> ledger.connectionClosed());
        }
    }
}
