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
        try (InterruptHandler interrupts = new InterruptHandler(Duration.ZERO, _ -> {})) {
            interrupts.interrupt(Duration.ZERO, inTime -> events.add("in time: " + inTime));
            interrupts.onInterrupt(() -> events.add("stopped"));
        }
        assertThat(events).containsExactly("in time: false", "stopped");
    }

    @Test
    void waitsForNoWorkThatHasEnded() {
        InterruptHandler interrupts = new InterruptHandler(Duration.ZERO, _ -> {});
        interrupts.onInterrupt(() -> events.add("stopped"));
        interrupts.close();
        interrupts.interrupt(Duration.ZERO, _ -> events.add("waited"));
        assertThat(events).isEmpty();
    }
}
