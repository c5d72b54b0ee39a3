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

/** Clients in each phase of an answer, at all gateways. */
final class PhasedClients implements AutoCloseable {
    private static final int CLIENTS_PER_PHASE = 4;
    private static final long TIMEOUT_SECONDS = 120;

    /** The progress of an answer. */
    enum Phase {
        BEFORE_THE_FIRST_TOKEN("first_token_ms=4000 tokens_per_second=100"),
        IN_THE_MIDDLE("first_token_ms=0 tokens_per_second=30"),
        AT_THE_END("first_token_ms=0 tokens_per_second=30");

        private final String directives;

        Phase(String directives) {
            this.directives = directives;
        }

        String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /** A client, and the marker in its request that identifies its calls to Claude. */
    record MarkedClient(ResumingClient client, String marker) {}

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<ChatClient> gateways;
    private final Map<Phase, List<MarkedClient>> clientsByPhase = new EnumMap<>(Phase.class);
    private final List<Future<ResumingClient>> running = new ArrayList<>();

    private PhasedClients(List<ChatClient> gateways) {
        this.gateways = gateways;
    }

    /**
     * Starts the clients, and returns when some answers have not begun, some are in the middle, and some have reached
     * {@code end}.
     *
     * @param end share of the text, above 0.7 and below 1
     */
    static PhasedClients inEachPhase(List<ChatClient> gateways, double end) throws Exception {
        PhasedClients clients = new PhasedClients(gateways);
        clients.ask(Phase.AT_THE_END);
        clients.awaitEnd(0.4);
        clients.ask(Phase.IN_THE_MIDDLE);
        clients.awaitEnd(0.7);
        clients.ask(Phase.BEFORE_THE_FIRST_TOKEN);
        clients.awaitEnd(end);
        return clients;
    }

    private void ask(Phase phase) {
        List<MarkedClient> started = new ArrayList<>();
        for (int i = 0; i < CLIENTS_PER_PHASE; i++) {
            String marker = UUID.randomUUID().toString();
            var question = ChatClient.question(marker, phase.directives + " text=\"" + LongAnswer.TEXT + "\"");
            ResumingClient client = new ResumingClient(gateways, i % gateways.size(), question);
            started.add(new MarkedClient(client, marker));
            running.add(threads.submit(client::run));
        }
        clientsByPhase.put(phase, started);
    }

    private void awaitEnd(double share) throws Exception {
        List<MarkedClient> first = clientsByPhase.getOrDefault(Phase.AT_THE_END, List.of());
        Eventually.value(
                () -> first.stream()
                        .mapToInt(each -> each.client().characters())
                        .min()
                        .orElseThrow(),
                least -> least >= share * LongAnswer.TEXT.length());
    }

    /** Waits until all answers have ended. */
    Map<Phase, List<MarkedClient>> toTheEnd() throws Exception {
        for (Future<ResumingClient> each : running) {
            each.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        }
        return clientsByPhase;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
