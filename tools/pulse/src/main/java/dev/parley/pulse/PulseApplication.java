package dev.parley.pulse;

import java.io.IOException;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the operators' page. */
public final class PulseApplication {
    private static final Logger LOG = LoggerFactory.getLogger(PulseApplication.class);

    private PulseApplication() {}

    public static void main(String[] arguments) {
        try {
            PulseSettings settings = PulseSettings.from(System.getenv());
            Pulse pulse = Pulse.start(settings, Clock.systemUTC());
            Runtime.getRuntime().addShutdownHook(new Thread(pulse::close, "shutdown"));
            LOG.info("The page is at http://{}:{}/pulse", settings.address(), pulse.port());
        } catch (IllegalArgumentException | IOException e) {
            System.err.println("pulse: " + e.getMessage());
            System.exit(1);
        }
    }
}
