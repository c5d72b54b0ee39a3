package dev.parley.gateway.page;

import java.net.InetAddress;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who asks for the key of this machine.
 *
 * @param address where the connection comes from; null if that is not known
 * @param host the name in the address that the browser shows, empty if it did not say. A page of another site that has
 *     its own name resolved to this machine (DNS rebinding) gives itself away by it
 * @param fetchSite {@code Sec-Fetch-Site}, which no script can forge; absent in old browsers and in tools
 */
record LocalVisitor(@Nullable InetAddress address, String host, Optional<String> fetchSite) {
    private static final Set<String> HOSTS = Set.of("localhost", "127.0.0.1", "::1", "[::1]");
    private static final Set<String> SITES = Set.of("same-origin", "none");

    /** Whether it is somebody on this machine, by a page of ours. */
    boolean isWelcome() {
        return address != null
                && address.isLoopbackAddress()
                && HOSTS.contains(host)
                && fetchSite.map(SITES::contains).orElse(true);
    }
}
