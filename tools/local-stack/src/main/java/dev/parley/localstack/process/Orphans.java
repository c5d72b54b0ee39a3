package dev.parley.localstack.process;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The processes that must not outlive this one, such as the servers of a test that is cut short. */
public final class Orphans {
    private static final Set<Part> WATCHED = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> WATCHED.forEach(Part::crash), "parley-orphans"));
    }

    private Orphans() {}

    /** Has this part killed when this process ends. */
    public static void killAtExit(Part part) {
        WATCHED.add(part);
    }

    /** Forgets a part that has been stopped. */
    public static void forget(Part part) {
        WATCHED.remove(part);
    }
}
