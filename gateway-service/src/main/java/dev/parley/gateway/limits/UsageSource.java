package dev.parley.gateway.limits;

import dev.parley.contracts.id.KeyId;
import java.util.List;
import java.util.function.Consumer;

/** The counted usage of keys, of the newest two months in which each was used. */
public interface UsageSource {
    /** Reads the usage of some keys. Blocks, and throws if it cannot be read. */
    void read(List<KeyId> keys, Consumer<DailyUsage> sink);
}
