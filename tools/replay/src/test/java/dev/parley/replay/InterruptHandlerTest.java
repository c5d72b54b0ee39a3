package dev.parley.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InterruptHandlerTest {
    private final List<String> events = new ArrayList<>();

    @Test
    void stopsWorkThatBeginsAfterTheInterrupt() {
        try (InterruptHandler interrupts =
                new InterruptHandler(Duration.ZERO, inTime -> events.add("in time: " + inTime))) {
            interrupts.interrupt();
            interrupts.onInterrupt(() -> events.add("stopped"));
        }
        assertThat(events).containsExactly("in time: false", "stopped");
    }

    @Test
    void waitsForNoWorkThatHasEnded() {
        InterruptHandler interrupts = new InterruptHandler(Duration.ZERO, _ -> events.add("waited"));
        interrupts.onInterrupt(() -> events.add("stopped"));
        interrupts.close();
        interrupts.interrupt();
        assertThat(events).isEmpty();
    }
}
