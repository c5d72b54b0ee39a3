package dev.parley.gateway.web.keys;

import dev.parley.contracts.key.KeyChanged;
import dev.parley.contracts.key.KeyChanged.Change;
import dev.parley.contracts.key.KeyEvent;
import java.net.InetAddress;
import java.util.Optional;

/**
 * A request that changes a key, as auditors are told of it.
 *
 * @param actor names the admin key; it is not the key
 * @param address where the request came from; empty if that is not known
 * @param request its id
 */
record KeyAudit(Change change, String actor, Optional<InetAddress> address, String request) {
    KeyChanged of(KeyEvent event) {
        return KeyChanged.of(event, change, actor, address.map(InetAddress::getHostAddress), request);
    }
}
