package dev.parley.gateway.web.published;

import dev.parley.contracts.Bounds;
import java.time.Duration;
import org.springframework.util.unit.DataSize;

/**
 * How answers are published and read.
 *
 * @param bytesMax of all published answers, which every gateway and inference-service has in memory; beyond it clients get 429
 * @param tenantBytesMax of one tenant's; beyond it clients get 429
 * @param changesMax questions published or refreshed at once in a replica, which keys share; beyond it clients get 529
 * @param changesPerMinute questions published and refreshed per tenant, gateway and minute, and as many withdrawn; beyond it
 *     clients get 429; at least 1
 * @param readsMax published answers read at once in a replica, which addresses share; beyond it clients get 529
 * @param timeout of reading {@code chat.published} to its end; after it clients get 503
 * @param turnTimeout of waiting for the turn of an answer that has ended
 * @param linkLife how long a signed address is valid
 */
public record PublishedSettings(
        DataSize bytesMax,
        DataSize tenantBytesMax,
        int changesMax,
        int changesPerMinute,
        int readsMax,
        Duration timeout,
        Duration turnTimeout,
        Duration linkLife) {
    public PublishedSettings {
        Bounds.atLeast("bytes-max", bytesMax.toBytes(), 1);
        Bounds.atLeast("tenant-bytes-max", tenantBytesMax.toBytes(), 1);
        Bounds.atLeast("changes-max", changesMax, 1);
        Bounds.atLeast("changes-per-minute", changesPerMinute, 1);
        Bounds.atLeast("reads-max", readsMax, 1);
        Bounds.positive("timeout", timeout);
        Bounds.positive("turn-timeout", turnTimeout);
        Bounds.positive("link-life", linkLife);
    }
}
