package dev.parley.localstack.cli;

import static java.util.stream.Collectors.joining;

import dev.parley.localstack.parts.BuiltApplications;
import dev.parley.localstack.parts.Checkout;
import dev.parley.localstack.parts.Service;
import dev.parley.localstack.process.Workspace;
import dev.parley.localstack.stack.Training;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** {@code train}: makes the AOT caches that are missing, beside whatever runs. */
final class Train {
    private final Checkout checkout;
    private final Console console;

    Train(Checkout checkout, Console console) {
        this.checkout = checkout;
        this.console = console;
    }

    int run() throws IOException, InterruptedException {
        long start = System.nanoTime();
        BuiltApplications.setAside(checkout);
        Workspace workspace = Workspace.in(checkout.state().resolve("training"));
        List<Service> without = Training.run(checkout, workspace);
        if (without.isEmpty()) {
            console.say("The AOT caches are made, after " + Console.seconds(Duration.ofNanos(System.nanoTime() - start))
                    + ".");
            return 0;
        }
        console.complain("No AOT cache, and so a slower start, for "
                + without.stream().map(Service::module).collect(joining(", ")) + ". Logs of the attempt: "
                + workspace.logs());
        return 1;
    }
}
