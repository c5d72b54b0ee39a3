package dev.parley.testing;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** What the test has allocated. */
public final class Allocations {
    private Allocations() {}

    /** The bytes allocated by this thread so far. */
    public static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
