package dev.parley.system;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.Turn;
import dev.parley.localstack.LocalStack;
import dev.parley.localstack.process.ManagedProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Runs clients during a fault, checks their answers, and writes the results into a table. */
final class FaultRuns {
    private static final String TEXT = "text=\"" + LongAnswer.TEXT + "\"";

    private final List<ChatClient> gateways;
    private final FaultTable table;
    private final Random random;
    private final TurnEvents turns;
    private final Simulator claude;
    private final ContinuousRequests requests;

    /**
     * @param table one of {@link #table}
     * @param random chooses the moment within the last phase
     */
    FaultRuns(LocalStack stack, List<ChatClient> gateways, FaultTable table, Random random) {
        this(stack, gateways, table, random, new ContinuousRequests(stack, gateways));
    }

    /** Variant with other requests than for streams. */
    FaultRuns(
            LocalStack stack, List<ChatClient> gateways, FaultTable table, Random random, ContinuousRequests requests) {
        this.gateways = gateways;
        this.table = table;
        this.random = random;
        this.turns = new TurnEvents(stack);
        this.claude = new Simulator(stack);
        this.requests = requests;
    }

    /** An empty table of runs. */
    static FaultTable table(String title) {
        return new FaultTable(
                title, "fault", "phase", "longest pause, ms", "reconnected", "calls to Claude, most", "result");
    }

    /** Writes a result that is not of clients in a phase into the table. */
    void note(String what, String result) {
        note(what, "", result);
    }

    private void note(String what, String phase, String result) {
        table.row(what, phase, "", "", "", result);
    }

    /** Injects a fault; it is over when the method returns. */
    interface FaultInjection {
        void inject() throws Exception;
    }

    /** What the clients in the phases saw: the most calls to Claude for one of them, and the reconnects of all. */
    private record Answers(int callsMost, int resumed) {}

    /**
     * What the clients of a run saw.
     *
     * @param callsMost the most calls to Claude for one of the clients in the phases
     * @param resumed the reconnects of all of those
     * @param firstTextMost the longest time to the first text of a new request
     */
    record Seen(int callsMost, int resumed, Duration firstTextMost) {}

    /** The times to the first text of new requests. */
    record FirstTexts(Duration median, Duration most) {
        @Override
        public String toString() {
            return "%d ms (at most %d ms)".formatted(median.toMillis(), most.toMillis());
        }
    }

    /**
     * Injects a fault with clients in each phase of an answer, while new requests are sent, none of which may be
     * rejected.
     *
     * @param unknownCallsMax calls per client that may be missing from the turns
     */
    Seen run(String fault, int unknownCallsMax, FaultInjection injection) throws Exception {
        return run(fault, unknownCallsMax, ContinuousRequests.NONE, injection);
    }

    /**
     * Variant for faults during which new requests may be rejected.
     *
     * @param mayBeRefused requests that may be rejected
     */
    Seen run(
            String fault,
            int unknownCallsMax,
            Predicate<PeriodicRequests.RequestOutcome> mayBeRefused,
            FaultInjection injection)
            throws Exception {
        List<Answers> answers = new ArrayList<>();
        ContinuousRequests.Results results = requests.during(
                mayBeRefused, injection, timed -> answers.add(runInEachPhase(fault, unknownCallsMax, timed)));
        note(
                fault,
                "new requests, one each %d ms".formatted(ContinuousRequests.INTERVAL.toMillis()),
                results.toString());
        return new Seen(answers.getFirst().callsMost(), answers.getFirst().resumed(), results.firstTextMost());
    }

    private Answers runInEachPhase(String fault, int unknownCallsMax, FaultInjection injection) throws Exception {
        List<String> results = new ArrayList<>();
        int callsMost = 0;
        int resumed = 0;
        try (PhasedClients phases = PhasedClients.inEachPhase(gateways, 0.75 + random.nextDouble() / 5)) {
            injection.inject();
            for (var phase : phases.toTheEnd().entrySet()) {
                List<ResumingClient> clients = phase.getValue().stream()
                        .map(PhasedClients.MarkedClient::client)
                        .toList();
                String result = clients.stream().map(this::resultOf).distinct().collect(joining("; "));
                int billedCalls = billedCalls(phase.getValue(), unknownCallsMax);
                int reconnects =
                        clients.stream().mapToInt(ResumingClient::resumed).sum();
                table.row(
                        fault,
                        phase.getKey().text(),
                        millis(clients.stream()
                                .map(ResumingClient::longestPause)
                                .toList()),
                        Integer.toString(reconnects),
                        Integer.toString(billedCalls),
                        result);
                results.add(result);
                callsMost = Math.max(callsMost, billedCalls);
                resumed += reconnects;
            }
        }
        assertThat(results).as(fault).containsOnly("whole");
        return new Answers(callsMost, resumed);
    }

    /** Freezes a process for this time. */
    static void freeze(ManagedProcess process, Duration time) throws InterruptedException {
        process.pause();
        try {
            Eventually.pause(time);
        } finally {
            process.resume();
        }
    }

    /** Checks and reports the finished answer of one client. */
    void run(String fault, ResumingClient client) throws Exception {
        Turn turn = turns.of(client.generation());
        String result = result(client);
        table.row(
                fault,
                "",
                millis(List.of(client.longestPause())),
                Integer.toString(client.resumed()),
                Integer.toString(turn.facts().attempts().size()),
                result);
        assertThat(result).isEqualTo("whole");
    }

    /**
     * Starts streams at a steady rate, alternating between both formats.
     *
     * @param mark text in all their requests
     * @return the number of streams by result, each checked against its turn and the calls to Claude
     */
    String steadyStreams(String fault, String mark, int count, Duration interval) throws Exception {
        List<SteadyStreams.Stream> streams = new SteadyStreams(
                        gateways, mark, "first_token_ms=100 tokens_per_second=60 " + TEXT)
                .run(count, interval);
        Map<String, Turn> byGeneration =
                turns.of(streams.stream().map(SteadyStreams.Stream::generation).toList()).stream()
                        .collect(toMap(turn -> turn.facts().generation().value(), turn -> turn));
        int most = 0;
        Map<String, Integer> endings = new TreeMap<>();
        for (SteadyStreams.Stream stream : streams) {
            Turn turn = requireNonNull(byGeneration.get(stream.generation()));
            most = Math.max(most, billedCalls(stream.marker(), List.of(turn), 0));
            endings.merge(stream.ending(turn, LongAnswer.TEXT), 1, Integer::sum);
        }
        String counts = endings.entrySet().stream()
                .map(ending -> ending.getValue() + " " + ending.getKey())
                .collect(joining(", "));
        table.row(
                fault,
                "%d new streams, one each %d ms".formatted(count, interval.toMillis()),
                millis(streams.stream()
                        .map(stream -> stream.reading().longestPause())
                        .toList()),
                "0",
                Integer.toString(most),
                counts);
        return counts;
    }

    /** Measures the time to the first text of new requests. */
    FirstTexts firstTexts(List<ChatClient> clients) throws Exception {
        List<Duration> waited = new SteadyStreams(
                        clients, "first texts", "first_token_ms=0 tokens_per_second=0 tokens=5")
                .run(20, Duration.ofMillis(100)).stream()
                        .peek(stream -> assertThat(stream.reading().status()).isEqualTo(200))
                        .map(SteadyStreams.Stream::firstText)
                        .sorted()
                        .toList();
        return new FirstTexts(waited.get(waited.size() / 2), waited.getLast());
    }

    private static String millis(List<Duration> pauses) {
        return Long.toString(
                pauses.stream().max(Comparator.naturalOrder()).orElseThrow().toMillis());
    }

    private String resultOf(ResumingClient client) {
        try {
            return result(client);
        } catch (Exception e) {
            return e.toString();
        }
    }

    private String result(ResumingClient client) throws Exception {
        Turn turn = turns.of(client.generation());
        boolean whole = client.text().equals(LongAnswer.TEXT)
                && client.lastType().equals("message_stop")
                && turn instanceof Turn.ChatCompleted
                && TurnEvents.text(turn).equals(client.text());
        return whole
                ? "whole"
                : client.generation() + ": " + client.text().length() + " characters, then " + client.lastType() + ", "
                        + turn.getClass().getSimpleName();
    }

    private int billedCalls(List<PhasedClients.MarkedClient> clients, int unknownMax) throws Exception {
        int most = 0;
        for (PhasedClients.MarkedClient client : clients) {
            most = Math.max(most, billedCalls(client.marker(), turns.containing(client.marker()), unknownMax));
        }
        return most;
    }

    /** Checks that every call to Claude is in the turns once. Returns the number of calls. */
    private int billedCalls(String marker, List<Turn> turns, int unknownMax) throws Exception {
        int calls = claude.requests(marker).size();
        List<Attempt> attempts =
                turns.stream().flatMap(turn -> turn.facts().attempts().stream()).toList();
        assertThat(attempts).as("billed calls of " + marker).hasSizeBetween(calls - unknownMax, calls);
        for (Turn turn : turns) {
            assertThat(turn.facts().attempts()).extracting(Attempt::number).doesNotHaveDuplicates();
        }
        return calls;
    }
}
