package dev.parley.system;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.Turn;
import dev.parley.localstack.LocalStack;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Has clients at work when something goes wrong, looks at what each of them saw, and writes it into a table. */
final class FaultStories {
    private static final String TEXT = "text=\"" + Crowd.TEXT + "\"";

    private final List<Chat> gateways;
    private final FaultTable table;
    private final Random random;
    private final Turns turns;
    private final SeenByClaude claude;
    private final AnswersMeanwhile answers;

    /**
     * Stories of a system.
     *
     * @param table with the columns fault, struck, longest pause, reconnected, calls, verdict
     * @param random chooses the moment within the last phase
     */
    FaultStories(LocalStack stack, List<Chat> gateways, FaultTable table, Random random) {
        this.gateways = gateways;
        this.table = table;
        this.random = random;
        this.turns = new Turns(stack);
        this.claude = new SeenByClaude(stack.simulator());
        this.answers = new AnswersMeanwhile(stack, gateways);
    }

    /** What goes wrong. All is well again when it returns. */
    interface Fault {
        void strike() throws Exception;
    }

    /**
     * Has clients in each phase of an answer when the fault strikes, and others who ask meanwhile, none of whom is refused.
     *
     * @param unknownCallsMax of each client: how many calls may be known to Claude only
     */
    void told(String fault, int unknownCallsMax, Fault strikes) throws Exception {
        told(fault, unknownCallsMax, AnswersMeanwhile.NONE, strikes);
    }

    /**
     * The same of a fault by which new questions may be refused.
     *
     * @param mayBeRefused who asks new questions
     */
    void told(String fault, int unknownCallsMax, Predicate<SteadyAsker.Asked> mayBeRefused, Fault strikes)
            throws Exception {
        String seen = answers.told(mayBeRefused, () -> toldInEachPhase(fault, unknownCallsMax, strikes));
        table.row(
                fault,
                "new questions, one each %d ms".formatted(AnswersMeanwhile.INTERVAL.toMillis()),
                "",
                "",
                "",
                seen);
    }

    private void toldInEachPhase(String fault, int unknownCallsMax, Fault strikes) throws Exception {
        List<String> verdicts = new ArrayList<>();
        try (Crowd crowd = Crowd.inEachPhase(gateways, 0.75 + random.nextDouble() / 5)) {
            strikes.strike();
            for (var phase : crowd.toTheEnd().entrySet()) {
                List<Resumer> clients =
                        phase.getValue().stream().map(Crowd.Member::client).toList();
                String verdict =
                        clients.stream().map(this::verdictOf).distinct().collect(joining("; "));
                String bill = bill(phase.getValue(), unknownCallsMax);
                table.row(
                        fault,
                        phase.getKey().text(),
                        millis(clients.stream().map(Resumer::longestPause).toList()),
                        Integer.toString(
                                clients.stream().mapToInt(Resumer::resumed).sum()),
                        bill,
                        verdict);
                verdicts.add(verdict);
            }
        }
        assertThat(verdicts).as(fault).containsOnly("whole");
    }

    /** What one client saw, who has read to the end. */
    void told(String fault, Resumer client) throws Exception {
        Turn turn = turns.of(client.generation());
        String verdict = verdict(client);
        table.row(
                fault,
                "",
                millis(List.of(client.longestPause())),
                Integer.toString(client.resumed()),
                Integer.toString(turn.facts().attempts().size()),
                verdict);
        assertThat(verdict).isEqualTo("whole");
    }

    /**
     * Has streams begin steadily, in both formats.
     *
     * @param mark what their questions have in them
     * @return how many ended how, each checked against its turn and Claude's calls
     */
    String steadily(String fault, String mark, int count, Duration interval) throws Exception {
        List<SteadyStreams.Stream> streams = new SteadyStreams(
                        gateways, mark, "first_token_ms=100 tokens_per_second=60 " + TEXT)
                .tell(count, interval);
        Map<String, Turn> byGeneration =
                turns.of(streams.stream().map(SteadyStreams.Stream::generation).toList()).stream()
                        .collect(toMap(turn -> turn.facts().generation().value(), turn -> turn));
        int most = 0;
        Map<String, Integer> endings = new TreeMap<>();
        for (SteadyStreams.Stream stream : streams) {
            Turn turn = requireNonNull(byGeneration.get(stream.generation()));
            most = Math.max(most, bill(stream.marker(), List.of(turn), 0));
            endings.merge(stream.ending(turn, Crowd.TEXT), 1, Integer::sum);
        }
        String counted = endings.entrySet().stream()
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
                counted);
        return counted;
    }

    /** How long new questions wait for the first word. */
    String firstWords(List<Chat> clients) throws Exception {
        List<Duration> waited = new SteadyStreams(
                        clients, "first words", "first_token_ms=0 tokens_per_second=0 tokens=5")
                .tell(20, Duration.ofMillis(100)).stream()
                        .peek(stream -> assertThat(stream.reading().status()).isEqualTo(200))
                        .map(SteadyStreams.Stream::firstText)
                        .sorted()
                        .toList();
        return "%d ms (at most %d ms)"
                .formatted(
                        waited.get(waited.size() / 2).toMillis(),
                        waited.getLast().toMillis());
    }

    private static String millis(List<Duration> pauses) {
        return Long.toString(
                pauses.stream().max(Comparator.naturalOrder()).orElseThrow().toMillis());
    }

    private String verdictOf(Resumer client) {
        try {
            return verdict(client);
        } catch (Exception e) {
            return e.toString();
        }
    }

    private String verdict(Resumer client) throws Exception {
        Turn turn = turns.of(client.generation());
        boolean whole = client.text().equals(Crowd.TEXT)
                && client.lastType().equals("message_stop")
                && turn instanceof Turn.ChatCompleted
                && Turns.text(turn).equals(client.text());
        return whole
                ? "whole"
                : client.generation() + ": " + client.text().length() + " characters, then " + client.lastType() + ", "
                        + turn.getClass().getSimpleName();
    }

    private String bill(List<Crowd.Member> members, int unknownMax) throws Exception {
        int most = 0;
        for (Crowd.Member member : members) {
            most = Math.max(most, bill(member.marker(), turns.asked(member.marker()), unknownMax));
        }
        return Integer.toString(most);
    }

    /** Every call that Claude has got is in the turns, once. How many it has got. */
    private int bill(String marker, List<Turn> turns, int unknownMax) throws Exception {
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
