package dev.parley.localstack.process;

import java.util.ArrayList;
import java.util.List;

/** A low scheduling priority, for processes whose work no client waits for. */
public final class LowPriority {
    /**
     * Linux gives each session its own share of the processor, and counts niceness only within it, unless the session
     * itself is nice (sched(7), autogroup). On kernels without that file, only the process is nice.
     */
    private static final List<String> NICE =
            List.of("sh", "-c", "{ echo 10 > /proc/self/autogroup; } 2>/dev/null; exec nice -n 10 \"$@\"", "nice");

    private LowPriority() {}

    /** The command that runs this command with low priority. */
    public static List<String> command(List<String> command) {
        List<String> nice = new ArrayList<>(NICE);
        nice.addAll(command);
        return nice;
    }
}
