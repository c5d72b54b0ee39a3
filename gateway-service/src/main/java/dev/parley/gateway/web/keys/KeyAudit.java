package dev.parley.gateway.web.keys;

import dev.parley.contracts.key.KeyChanged;
import dev.parley.contracts.key.KeyChanged.Change;
import dev.parley.contracts.key.KeyEvent;
import java.net.InetAddress;
import java.util.Optional;

/**
 * The facts of a request that changes a key, for its audit event.
 *
 * @param actor name of the admin key, not the key itself
 * @param address remote address of the request; empty if unknown
 * @param request id of the request
 */
record KeyAudit(Change change, String actor, Optional<InetAddress> address, String request) {
    KeyChanged of(KeyEvent event) {
        return KeyChanged.of(event, change, actor, address.map(InetAddress::getHostAddress), request);
    }
}
