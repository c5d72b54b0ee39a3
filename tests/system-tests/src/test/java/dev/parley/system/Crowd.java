package dev.parley.system;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Clients in each phase of an answer, at both gateways, when something happens. */
final class Crowd implements AutoCloseable {
    static final String TEXT = IntStream.range(0, 120).mapToObj(i -> "word" + i).collect(Collectors.joining(" "));

    private static final int OF_EACH = 4;
    private static final long PATIENCE_SECONDS = 120;

    /** How far an answer has come. */
    enum Phase {
        BEFORE_THE_FIRST_TOKEN("first_token_ms=4000 tokens_per_second=100"),
        IN_THE_MIDDLE("first_token_ms=0 tokens_per_second=30"),
        AT_THE_END("first_token_ms=0 tokens_per_second=30");

        private final String pace;

        Phase(String pace) {
            this.pace = pace;
        }

        String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /** A client, and the text in its question by which Claude's calls are found. */
    record Member(Resumer client, String marker) {}

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Chat> gateways;
    private final Map<Phase, List<Member>> members = new EnumMap<>(Phase.class);
    private final List<Future<Resumer>> telling = new ArrayList<>();

    private Crowd(List<Chat> gateways) {
        this.gateways = gateways;
    }

    /**
     * Asks, and returns when some answers have not begun, some are in the middle, and some have come this far.
     *
     * @param end of the text, above 0.7 and below 1
     */
    static Crowd inEachPhase(List<Chat> gateways, double end) throws Exception {
        Crowd crowd = new Crowd(gateways);
        crowd.ask(Phase.AT_THE_END);
        crowd.awaitEnd(0.4);
        crowd.ask(Phase.IN_THE_MIDDLE);
        crowd.awaitEnd(0.7);
        crowd.ask(Phase.BEFORE_THE_FIRST_TOKEN);
        crowd.awaitEnd(end);
        return crowd;
    }

    private void ask(Phase phase) {
        List<Member> asking = new ArrayList<>();
        for (int i = 0; i < OF_EACH; i++) {
            String marker = UUID.randomUUID().toString();
            var question = Chat.question(marker, phase.pace + " text=\"" + TEXT + "\"");
            Resumer client = new Resumer(gateways, i % gateways.size(), question);
            asking.add(new Member(client, marker));
            telling.add(threads.submit(client::tell));
        }
        members.put(phase, asking);
    }

    private void awaitEnd(double share) throws Exception {
        List<Member> first = members.getOrDefault(Phase.AT_THE_END, List.of());
        Eventually.value(
                () -> first.stream()
                        .mapToInt(member -> member.client().characters())
                        .min()
                        .orElseThrow(),
                least -> least >= share * TEXT.length());
    }

    /** Waits until every client has its answer. */
    Map<Phase, List<Member>> toTheEnd() throws Exception {
        for (Future<Resumer> each : telling) {
            each.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        return members;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
