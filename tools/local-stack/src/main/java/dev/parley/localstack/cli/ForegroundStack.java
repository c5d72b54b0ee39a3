package dev.parley.localstack.cli;

import dev.parley.localstack.process.Part;
import dev.parley.localstack.stack.Fleet;
import dev.parley.localstack.stack.StackFile;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** Processes that end with the command that started them, as long as it has not left them to themselves. */
final class ForegroundStack {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

    private final Fleet fleet;
    private final StackFile file;
    private final Console console;
    private final Thread stopping = new Thread(this::stop, "parley-stop");

    ForegroundStack(Fleet fleet, StackFile file, Console console) {
        this.fleet = fleet;
        this.file = file;
        this.console = console;
    }

    Fleet fleet() {
        return fleet;
    }

    /** Stops them when this process ends, whether by itself or by Ctrl-C. */
    void stopAtExit() {
        Runtime.getRuntime().addShutdownHook(stopping);
    }

    /** Lets them outlive this process. */
    void leave() {
        Runtime.getRuntime().removeShutdownHook(stopping);
    }

    /** Waits as long as any of them runs, and says so when one ends by itself. */
    int watch() {
        Set<Part> ended = new HashSet<>();
        while (fleet.parts().stream().anyMatch(Part::alive)) {
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
            for (Part part : fleet.parts()) {
                if (!part.alive() && ended.add(part)) {
                    console.complain(part.plan().name() + " has ended; its log: " + part.log());
                }
            }
        }
        return 0;
    }

    private void stop() {
        console.say("\nStopping ...");
        fleet.stop();
        file.clear();
        console.say("Stopped.");
    }
}
