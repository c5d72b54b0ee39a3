package dev.parley.localstack.cli;

import dev.parley.localstack.parts.Checkout;
import dev.parley.localstack.parts.Service;
import dev.parley.localstack.process.Workspace;
import dev.parley.localstack.stack.RunningPart;
import dev.parley.localstack.stack.StackFile;
import dev.parley.localstack.stack.StackLock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/** {@code down}: stops what {@code up} has started, the services before what they need. */
final class Down {
    /** Longer than an {@code up} takes. */
    private static final Duration WAIT_FOR_OTHER = Duration.ofMinutes(3);

    private final Checkout checkout;
    private final Console console;

    Down(Checkout checkout, Console console) {
        this.checkout = checkout;
        this.console = console;
    }

    int run(boolean wipe) {
        return StackLock.holding(
                checkout.state(),
                WAIT_FOR_OTHER,
                () -> console.say("Waiting for another ./parley to finish ..."),
                () -> stopAll(wipe));
    }

    private int stopAll(boolean wipe) {
        StackFile file = StackFile.in(checkout.state());
        List<RunningPart> running = file.alive();
        if (running.isEmpty()) {
            console.say("Nothing runs.");
        }
        stop(running.stream().filter(Down::isService).toList());
        stop(running.stream().filter(part -> !isService(part)).toList());
        file.clear();
        if (wipe) {
            Workspace.in(checkout.state()).forgetData();
            console.say("The data is forgotten.");
        }
        return 0;
    }

    private static boolean isService(RunningPart part) {
        return Stream.of(Service.values()).anyMatch(service -> service.module().equals(part.name()));
    }

    private void stop(List<RunningPart> parts) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            parts.forEach(part -> threads.execute(() -> stop(part)));
        }
    }

    private void stop(RunningPart part) {
        long start = System.nanoTime();
        part.process().stop();
        console.say(String.format(
                "  %-22s stopped %8s", part.partName(), Console.seconds(Duration.ofNanos(System.nanoTime() - start))));
    }
}
