package dev.parley.system;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.Turn;
import dev.parley.localstack.LocalStack;
import dev.parley.system.FaultRuns.FaultInjection;
import dev.parley.system.PeriodicRequests.RequestOutcome;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Sends requests before, during and after a fault, and checks each outcome: an accepted request gets a complete answer,
 * with which its single turn agrees, and never an error event. Where requests may be rejected, a stream may also break off,
 * and is resumed at another gateway.
 */
final class ContinuousRequests {
    static final Duration INTERVAL = Duration.ofMillis(200);

    /** No request may be rejected. */
    static final Predicate<RequestOutcome> NONE = _ -> false;

    /** Any request may be rejected during the fault. */
    static final Predicate<RequestOutcome> ANY = _ -> true;

    /** Requests sent this long before the fault may still be in flight. */
    private static final Duration EARLY = Duration.ofSeconds(5);

    /** Kafka clients reconnect with a delay after the fault. */
    private static final Duration LATE = Duration.ofSeconds(10);

    /** The time in which requests that may not be rejected any more are sent, of which there are some. */
    private static final Duration AFTERWARDS = Duration.ofSeconds(2);

    private static final String WHOLE = "message_stop";

    private final List<ChatClient> gateways;
    private final boolean alsoWhole;
    private final TurnEvents turns;

    ContinuousRequests(LocalStack stack, List<ChatClient> gateways) {
        this(stack, gateways, false);
    }

    /** @param alsoWhole as of {@link PeriodicRequests} */
    ContinuousRequests(LocalStack stack, List<ChatClient> gateways, boolean alsoWhole) {
        this.gateways = gateways;
        this.alsoWhole = alsoWhole;
        this.turns = new TurnEvents(stack);
    }

    /** Requests at this gateway may be rejected during the fault. */
    static Predicate<RequestOutcome> at(int gateway) {
        return outcome -> outcome.gateway() == gateway;
    }

    /** What happens beside the requests: it injects the fault once. */
    interface Story {
        void run(FaultInjection fault) throws Exception;
    }

    /**
     * The results of the requests.
     *
     * @param firstTextMost the longest time to the first text
     */
    record Results(Map<String, Integer> counts, Duration firstTextMost) {
        @Override
        public String toString() {
            return counts.entrySet().stream()
                            .map(result -> result.getValue() + " " + result.getKey())
                            .collect(Collectors.joining(", "))
                    + "; first text after at most " + firstTextMost.toMillis() + " ms";
        }
    }

    /** A fault whose beginning and end are known, by {@link System#nanoTime()}. */
    private static final class TimedFault implements FaultInjection {
        private final FaultInjection fault;
        private long beganAt;
        private long endedAt;

        private TimedFault(FaultInjection fault) {
            this.fault = fault;
        }

        @Override
        public void inject() throws Exception {
            beganAt = System.nanoTime();
            fault.inject();
            endedAt = System.nanoTime();
        }

        private boolean isNear(RequestOutcome outcome) {
            return outcome.sentAt() - beganAt > -EARLY.toNanos() && !isOver(outcome);
        }

        private boolean isOver(RequestOutcome outcome) {
            return outcome.sentAt() - endedAt >= LATE.toNanos();
        }

        private Duration sinceItsEnd() {
            return Duration.ofNanos(System.nanoTime() - endedAt);
        }
    }

    /**
     * Sends requests during a story. If some may be rejected, also afterwards, until some were sent that may not.
     *
     * @param mayBeRefused requests that may be rejected near the fault: a status of 500 or above, no connection, or one that
     *     breaks off
     */
    Results during(Predicate<RequestOutcome> mayBeRefused, FaultInjection injection, Story story) throws Exception {
        TimedFault fault = new TimedFault(injection);
        try (PeriodicRequests requests = new PeriodicRequests(gateways, INTERVAL, alsoWhole)) {
            story.run(fault);
            if (!mayBeRefused.equals(NONE)) {
                Eventually.pause(LATE.plus(AFTERWARDS).minus(fault.sinceItsEnd()));
            }
            List<RequestOutcome> outcomes = requests.stop();
            if (!mayBeRefused.equals(NONE)) {
                assertThat(outcomes.stream().filter(fault::isOver).map(RequestOutcome::gateway))
                        .as("gateways with requests after the fault")
                        .containsAll(IntStream.range(0, gateways.size()).boxed().toList());
            }
            return evaluate(outcomes, outcome -> fault.isNear(outcome) && mayBeRefused.test(outcome));
        }
    }

    private Results evaluate(List<RequestOutcome> outcomes, Predicate<RequestOutcome> mayBeRefused) throws Exception {
        Map<String, Turn> byGeneration = turns
                .of(outcomes.stream()
                        .filter(Predicate.not(RequestOutcome::isRefused))
                        .map(RequestOutcome::generation)
                        .toList())
                .stream()
                .collect(Collectors.toMap(turn -> turn.facts().generation().value(), Function.identity()));
        Map<String, Integer> results = new TreeMap<>();
        List<String> wrong = new ArrayList<>();
        for (RequestOutcome each : outcomes) {
            String result = each.isRefused()
                    ? refusal(each, mayBeRefused)
                    : result(each, requireNonNull(byGeneration.get(each.generation())), mayBeRefused.test(each));
            results.merge(result, 1, Integer::sum);
            if (result.startsWith("wrong")) {
                wrong.add(result);
            }
        }
        assertThat(wrong).isEmpty();
        Duration longest = outcomes.stream()
                .filter(each -> !each.text().isEmpty())
                .map(RequestOutcome::firstText)
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
        return new Results(results, longest);
    }

    private static String refusal(RequestOutcome outcome, Predicate<RequestOutcome> mayBeRefused) {
        String refusal = outcome.status() == 0 ? "not reached" : "refused with " + outcome.status();
        return mayBeRefused.test(outcome) ? refusal : "wrong: " + refusal + " at gateway " + outcome.gateway();
    }

    private String result(RequestOutcome outcome, Turn turn, boolean mayBreakOff) throws Exception {
        if (outcome.lastType().equals(WHOLE)) {
            return isWhole(outcome.text(), turn) ? "whole" : "wrong: " + outcome + ", " + turn;
        }
        if (outcome.status() != 200 || outcome.lastType().equals("error") || !mayBreakOff) {
            return "wrong: " + outcome + ", " + turn;
        }
        String all = outcome.text() + rest(outcome);
        return isWhole(all, turn) ? "resumed at another gateway" : "wrong: " + outcome + ", then " + all + ", " + turn;
    }

    private static boolean isWhole(String text, Turn turn) {
        return turn instanceof Turn.ChatCompleted
                && text.equals(PeriodicRequests.TEXT)
                && TurnEvents.text(turn).equals(text);
    }

    /** Returns the rest of the answer, read at the next gateway. */
    private String rest(RequestOutcome outcome) throws Exception {
        ChatClient next = gateways.get((outcome.gateway() + 1) % gateways.size());
        String path = "/v1/generations/" + outcome.generation() + "/events";
        String[] headers =
                outcome.lastId().isEmpty() ? new String[0] : new String[] {"last-event-id", outcome.lastId()};
        return Eventually.value(() -> rest(next, path, headers), rest -> rest.endsWith("\n" + WHOLE))
                .replace("\n" + WHOLE, "");
    }

    private static String rest(ChatClient gateway, String path, String... headers) throws InterruptedException {
        try (StreamedAnswer more = gateway.readAt(path, headers)) {
            more.toTheEnd();
            return more.text() + "\n" + more.lastType();
        } catch (IOException e) {
            return e.toString();
        }
    }
}
