package dev.parley.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.contracts.Sha256;
import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.event.CancelRequested;
import dev.parley.contracts.event.ReadingResumed;
import dev.parley.contracts.event.ReadingStopped;
import dev.parley.contracts.id.AnswerFormat;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.topic.Topics;
import dev.parley.gateway.answer.EventId;
import dev.parley.gateway.answer.OpenAnswers;
import dev.parley.gateway.kafka.DeltaTail;
import dev.parley.gateway.kafka.ResumedAnswers;
import dev.parley.localstack.LocalKafka;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that are resumed from a real log, and the commands published when readers connect and disconnect. */
class ResumeIT {
    private static final Duration SOON = Duration.ofSeconds(15);
    private static final int READERS_MAX = 20;
    private static final int READERS_OF_ANSWER_MAX = 8;
    /** Another key of the tenant. */
    private static final String SECOND = "second-key";

    private static final int PARTITION = 5;
    private static final int TRIMMED_PARTITION = 6;
    private static final int SHORTENED_PARTITION = 7;
    private static final int TRANSACTION_PARTITION = 8;
    private static final int EMPTIED_PARTITION = 9;
    private static final TenantId TENANT = new TenantId("acme");
    private static final Pattern ID = Pattern.compile("(?m)^id: (.+)$");

    private static LocalKafka kafka;
    private static RunningGateway gateway;
    /** Begins a response after a second, also without an answer, and sends pings. */
    private static RunningGateway hasty;

    private static Producer<String, byte[]> producer;
    private static CommandLog commands;

    @BeforeAll
    static void start() throws Exception {
        kafka = LocalKafka.start().withTopics();
        gateway = gateway();
        hasty = gateway("--parley.gateway.answer.head-timeout=1s", "--parley.gateway.answer.ping-interval=1s");
        producer = kafka.producer();
        commands = new CommandLog(kafka.bootstrapServers());
    }

    private static RunningGateway gateway(String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(
                "--parley.gateway.resume.readers-max=" + READERS_MAX,
                "--parley.gateway.resume.bytes-max=4000",
                "--parley.gateway.resume.read-timeout=2s",
                "--parley.gateway.web.request-body-max=12MB",
                "--parley.gateway.session.keys[2].name=second",
                "--parley.gateway.session.keys[2].tenant=acme",
                "--parley.gateway.session.keys[2].sha256=" + Sha256.of(SECOND)));
        arguments.addAll(List.of(more));
        return RunningGateway.start(kafka.bootstrapServers(), arguments.toArray(String[]::new));
    }

    @AfterAll
    static void stop() {
        commands.close();
        producer.close();
        hasty.close();
        gateway.close();
        kafka.close();
    }

    @AfterEach
    void awaitNoReaders() {
        for (RunningGateway each : List.of(gateway, hasty)) {
            awaitNoReaders(each);
        }
    }

    private static AnswerLog answer() {
        return answer(Duration.ZERO, PARTITION);
    }

    private static AnswerLog answer(Duration age, int partition) {
        Clock then = Clock.fixed(Instant.now().minus(age), ZoneOffset.UTC);
        return new AnswerLog(
                producer, RunningGateway.IDS.next(then, partition, TENANT, AnswerFormat.MESSAGES, Optional.empty()));
    }

    private static AnswerLog ended() throws Exception {
        return answer().heartbeat().frames(2).duplicate().frames(1).heartbeat().last(3);
    }

    @Test
    void readsAnAnswerFromItsBeginning() throws Exception {
        AnswerLog log = ended();
        var response = gateway.text(gateway.events(log.generation()));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(log.expected());
        assertThat(response.headers().map())
                .containsEntry("content-type", List.of("text/event-stream;charset=utf-8"))
                .containsEntry("cache-control", List.of("private, no-store"))
                .containsEntry("x-accel-buffering", List.of("no"))
                .containsEntry("x-parley-cache", List.of("miss"))
                .containsEntry("x-parley-generation", List.of(log.generation().value()))
                .containsEntry("request-id", List.of(log.generation().value()));
    }

    @Test
    void doesNotReadAnAnswerOfADeletedConversation() throws Exception {
        AnswerLog other = ended();
        for (AnswerLog log : List.of(ended(), answer().heartbeat().frames(2))) {
            var deletion =
                    gateway.request("/v1/conversations/" + log.conversation()).DELETE();
            assertThat(gateway.text(deletion).statusCode()).isEqualTo(202);
            var events = gateway.events(log.generation());
            assertThat(gateway.text(events).statusCode()).isEqualTo(404);
            events.header("Last-Event-ID", ids(log).getFirst());
            assertThat(gateway.text(events).statusCode()).isEqualTo(404);
        }
        var events = gateway.events(other.generation());
        assertThat(gateway.text(events).statusCode()).isEqualTo(200);
    }

    @Test
    void readsTheRestAfterEveryEvent() throws Exception {
        AnswerLog log = ended();
        List<String> events = List.of(log.expected().split("(?<=\n\n)"));
        List<String> ids = ids(log);
        assertThat(ids).hasSize(6);
        for (int i = 0; i < ids.size(); i++) {
            String rest = String.join("", events.subList(i + 1, events.size()));
            assertThat(gateway.text(gateway.events(log.generation()).header("Last-Event-ID", ids.get(i))))
                    .satisfies(response -> assertThat(response.statusCode()).isEqualTo(200))
                    .extracting(response -> withoutPings(response.body()))
                    .isEqualTo(rest);
            assertThat(withoutPings(gateway.text(gateway.request(
                                    "/v1/generations/" + log.generation() + "/events?after=" + ids.get(i)))
                            .body()))
                    .isEqualTo(rest);
        }
    }

    /** Reads until these events and a ping have come; on a busy machine the ping may be first. */
    private static void readWithAPing(InputStream events, String expected) throws IOException {
        StringBuilder received = new StringBuilder();
        String others = "";
        while (!others.equals(expected) || others.length() == received.length()) {
            assertThat(received.append((char) events.read()).length()).isLessThan(1_000);
            others = withoutPings(received.toString());
        }
    }

    @Test
    void continuesLiveAndSendsPings() throws Exception {
        AnswerLog log = answer().frames(2);
        try (InputStream events = hasty.open(
                        hasty.events(log.generation()).header("Last-Event-ID", ids(log).getFirst()))
                .body()) {
            String received = "id: " + ids(log).getFirst();
            String first = log.expected().substring(log.expected().indexOf("\n\n") + 2);
            readWithAPing(events, first);
            log.frames(1).last(1);
            String rest = withoutPings(new String(events.readAllBytes(), UTF_8));
            assertThat(first + rest.substring(rest.indexOf("id: ")))
                    .isEqualTo(log.expected().substring(log.expected().indexOf("\n\n") + 2))
                    .doesNotContain(received);
        }
    }

    @Test
    void severalReadersReadOneAnswerDuringItsGeneration() throws Exception {
        AnswerLog log = answer().frames(1);
        List<CompletableFuture<HttpResponse<String>>> readers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            readers.add(gateway.begin(gateway.events(log.generation())));
        }
        commands.of(log.generation(), 3);
        log.frames(2).last(1);
        for (var reader : readers) {
            assertThat(reader.get(15, TimeUnit.SECONDS).body()).isEqualTo(log.expected());
        }
    }

    @Test
    void readsARecordLargerThanOneFetch() throws Exception {
        AnswerLog log = answer().large(8_000_000).last(1);
        assertThat(gateway.text(gateway.events(log.generation())).body()).isEqualTo(log.expected());
    }

    @Test
    void returnsTheErrorOfAnAnswerThatFailedAtOnce() throws Exception {
        AnswerLog log = answer().heartbeat().failed(529, "7", "{\"type\":\"error\"}");
        var response = gateway.text(gateway.events(log.generation()));
        assertThat(response.statusCode()).isEqualTo(529);
        assertThat(response.body()).isEqualTo("{\"type\":\"error\"}");
        assertThat(response.headers().firstValue("retry-after")).hasValue("7");
        assertThat(response.headers().firstValue("x-should-retry")).hasValue("false");
    }

    @Test
    void endsWithTheErrorOfAnAnswerThatFailedLater() throws Exception {
        AnswerLog log = answer().frames(1).failed(499, "", "{\"type\":\"error\"}");
        var response = gateway.text(gateway.events(log.generation()).header("Last-Event-ID", ids(log).getLast()));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("event: error\ndata: {\"type\":\"error\"}\n\n");
    }

    @Test
    void theErrorOfAnAnswerInOpenAisFormatBreaksTheConnection() throws Exception {
        AnswerLog log = answer().events(false, "{\"type\":\"message_start\",\"message\":{\"model\":\"m\"}}")
                .failed(500, "", "{\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"Over\"}}");
        try (RawClient client = new RawClient(gateway.port())) {
            client.send("GET /v1/generations/" + log.generation() + "/events?format=chat_completions HTTP/1.1\r\n"
                    + "host: x\r\nx-api-key: " + RunningGateway.ACME + "\r\n\r\n");
            assertThat(client.rest())
                    .contains("\nid: ", "\ndata: {\"error\":{\"message\":\"Over\"")
                    .endsWith("}}\n\n\r\n");
        }
        assertThat(outcome(log.generation())).isEqualTo("failed");
    }

    @Test
    void anAnswerOfAnotherTenantIsNotFound() throws Exception {
        AnswerLog log = ended();
        for (HttpRequest.Builder request : List.of(
                gateway.events(log.generation()),
                gateway.request("/v1/generations/" + log.generation()).DELETE())) {
            var response = gateway.text(request.setHeader("x-api-key", RunningGateway.OTHER));
            assertThat(response.statusCode()).isEqualTo(404);
            assertThat(response.body()).contains("not_found_error").doesNotContain(log.expected());
        }
        assertThat(gateway.text(gateway.events(log.generation()).setHeader("x-api-key", "wrong"))
                        .statusCode())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "5-1", "6-1.0", "x-1.0", "5-1.0%20"})
    void rejectsAnInvalidEventId(String id) throws Exception {
        var response =
                gateway.text(gateway.request("/v1/generations/" + answer().generation() + "/events?after=" + id));
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("invalid_request_error", "last-event-id");
    }

    /** An id is a position on the partition, which the answers of a gateway share. */
    @Test
    void rejectsTheEventIdOfAnotherAnswerOfItsPartition() throws Exception {
        AnswerLog before = answer().frames(1).last(1);
        AnswerLog log = answer().frames(2);
        AnswerLog between = answer().frames(1).last(1);
        log.heartbeat().last(1);
        AnswerLog after = answer().frames(1).last(1);
        AnswerLog live = answer().frames(1);
        String own = ids(log).getFirst();
        List<String> foreign = List.of(
                ids(before).getFirst(),
                ids(between).getFirst(),
                ids(after).getLast(),
                own.replaceAll("0$", "2"),
                PARTITION + "-" + (EventId.parse(ids(log).getLast()).offset() - 1) + ".0",
                PARTITION + "-999999.0");
        for (AnswerLog answer : List.of(log, live)) {
            for (String id : foreign) {
                var response = gateway.text(gateway.events(answer.generation()).header("Last-Event-ID", id));
                assertThat(response.statusCode()).as(id).isEqualTo(400);
                assertThat(response.body()).contains("invalid_request_error", "last-event-id: ", "another answer");
            }
        }
        live.last(1);
        for (AnswerLog answer : List.of(log, live)) {
            var response = gateway.text(gateway.events(answer.generation())
                    .header("Last-Event-ID", ids(answer).getFirst()));
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isNotEmpty();
        }
    }

    @Test
    void rejectsTheEventIdOfAnotherAnswerThatIsNoLongerOnTheLog() throws Exception {
        AnswerLog removed = answer(Duration.ZERO, SHORTENED_PARTITION).frames(1).last(1);
        AnswerLog log = answer(Duration.ZERO, SHORTENED_PARTITION).frames(1).last(1);
        shorten(SHORTENED_PARTITION, EventId.parse(ids(log).getFirst()).offset());
        var foreign = gateway.events(log.generation())
                .header("Last-Event-ID", ids(removed).getFirst());
        assertThat(gateway.text(foreign).statusCode()).isEqualTo(400);
        assertThat(gateway.text(gateway.events(log.generation())).body()).isEqualTo(log.expected());
    }

    /** The end of a transaction takes an offset, at which there is no record. */
    @Test
    void rejectsTheEventIdOfAPositionWithoutARecord() throws Exception {
        AnswerLog log = answer(Duration.ZERO, TRANSACTION_PARTITION).frames(1);
        Delta end = new Delta.Recorded(log.generation(), 1, 1);
        long offset;
        try (Producer<String, byte[]> transactions = kafka.producer(Map.of("transactional.id", "test"))) {
            transactions.initTransactions();
            transactions.beginTransaction();
            offset = transactions
                    .send(DeltaCodec.encode(end, TRANSACTION_PARTITION))
                    .get(15, TimeUnit.SECONDS)
                    .offset();
            transactions.commitTransaction();
        }
        var events = gateway.events(log.generation())
                .header("Last-Event-ID", TRANSACTION_PARTITION + "-" + (offset + 1) + ".0");
        assertThat(gateway.text(events).statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({"GET, /events, 400", "DELETE, '', 400", "POST, /events, 405", "GET, '', 405", "DELETE, /events, 405"})
    void rejectsInvalidIdsAndOtherMethods(String method, String more, int status) throws Exception {
        var request = gateway.request("/v1/generations/gen_1" + more).method(method, BodyPublishers.noBody());
        assertThat(gateway.text(request).statusCode()).isEqualTo(status);
    }

    @Test
    void pointsToTheHistoryWhenTheAnswerIsOlderThanTheLog() throws Exception {
        AnswerLog log = answer(Topics.DELTAS.retention().plusMinutes(1), PARTITION);
        var response = gateway.text(gateway.events(log.generation()));
        assertThat(response.statusCode()).isEqualTo(410);
        assertThat(response.body()).contains("GET /v1/conversations/");
    }

    /** Its request waited while no inference-service ran, so its first attempt is the second; nothing else was asked for hours. */
    @Test
    void readsAnAnswerThatBeginsWithItsSecondAttemptWhereAllBeforeItIsGone() throws Exception {
        AnswerLog before = answer(Duration.ZERO, EMPTIED_PARTITION).frames(1).last(1);
        shorten(EMPTIED_PARTITION, EventId.parse(ids(before).getLast()).offset() + 2);
        AnswerLog log = answer(Duration.ZERO, EMPTIED_PARTITION)
                .secondAttempt()
                .heartbeat()
                .frames(2)
                .last(1);
        var response = gateway.text(gateway.events(log.generation()));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(log.expected());
    }

    @Test
    void pointsToTheHistoryWhenTheBeginningIsGone() throws Exception {
        AnswerLog log = answer(Duration.ZERO, TRIMMED_PARTITION).frames(1).last(1);
        shorten(TRIMMED_PARTITION, EventId.parse(ids(log).getLast()).offset());
        for (String after : List.of("", ids(log).getFirst(), ids(log).getLast())) {
            var response = gateway.text(gateway.events(log.generation()).header("Last-Event-ID", after));
            assertThat(response.statusCode()).as(after).isEqualTo(410);
            assertThat(response.body()).contains("GET /v1/conversations/");
        }
    }

    /** Removes the records before an offset, as the topic's retention does. */
    private static void shorten(int partition, long offset) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.deleteRecords(Map.of(
                            new TopicPartition(Topics.DELTAS.name(), partition), RecordsToDelete.beforeOffset(offset)))
                    .all()
                    .get(15, TimeUnit.SECONDS);
        }
    }

    @Test
    void anOldGenerationWithoutRecordsIsNotFound() throws Exception {
        AnswerLog log = answer(Duration.ofMinutes(20), PARTITION);
        assertThat(gateway.text(gateway.events(log.generation())).statusCode()).isEqualTo(404);
        AnswerLog nowhere = answer(Duration.ZERO, 1000);
        assertThat(gateway.text(gateway.events(nowhere.generation())).statusCode())
                .isEqualTo(404);
    }

    @Test
    void waitsForTheFirstRecordOfARecentGeneration() throws Exception {
        var response = hasty.text(hasty.events(answer().generation()));
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("retry-after")).hasValue("1");
        assertThat(response.headers().firstValue("x-should-retry")).isEmpty();

        AnswerLog late = answer();
        var reader = gateway.begin(gateway.events(late.generation()));
        commands.of(late.generation(), 1);
        late.last(1);
        assertThat(reader.get(15, TimeUnit.SECONDS).body()).isEqualTo(late.expected());
    }

    @Test
    void boundsTheReadersOfAKeyAndReleasesTheirPlaces() throws Exception {
        List<InputStream> open = new ArrayList<>();
        AnswerLog log = answer().frames(1);
        AnswerLog other = answer().frames(1);
        for (int i = 0; i < READERS_MAX / 4; i++) {
            open.add(gateway.open(gateway.events(log.generation())).body());
            open.add(gateway.open(gateway.events(other.generation())).body());
        }
        assertRefused(gateway.events(log.generation()), "Too many answers are resumed");
        closeAll(open);
    }

    @Test
    void boundsTheReadersOfAnAnswerByAKey() throws Exception {
        List<InputStream> open = new ArrayList<>();
        AnswerLog log = answer().frames(1);
        for (int i = 0; i < READERS_OF_ANSWER_MAX; i++) {
            open.add(gateway.open(gateway.events(log.generation())).body());
        }
        assertRefused(gateway.events(log.generation()), "This answer is being read by too many clients.");
        HttpRequest.Builder otherKey = gateway.events(log.generation()).setHeader("x-api-key", SECOND);
        open.add(gateway.open(otherKey).body());
        assertThat(gateway.text(gateway.events(ended().generation())).statusCode())
                .isEqualTo(200);

        open.removeFirst().close();
        log.last(1);
        await().atMost(15, TimeUnit.SECONDS)
                .until(() -> gateway.text(gateway.events(log.generation())).statusCode() == 200);
        closeAll(open);
    }

    private static void assertRefused(HttpRequest.Builder events, String reason) throws Exception {
        var response = gateway.text(events);
        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.body()).contains("rate_limit_error", reason);
        assertThat(response.headers().firstValue("retry-after")).hasValue("1");
    }

    private static void closeAll(List<InputStream> readers) throws IOException {
        for (InputStream reader : readers) {
            reader.close();
        }
        awaitNoReaders(gateway);
    }

    /** Each resume reads the log from the beginning of the answer. */
    @ParameterizedTest
    @CsvSource({"0, 30", "20, 3"})
    void boundsTheResumesOfAnAnswerByAKeyInAMinute(int minutesOld, int perMinute) throws Exception {
        AnswerLog log =
                answer(Duration.ofMinutes(minutesOld), PARTITION).frames(2).last(1);
        HttpResponse<String> response;
        int resumed = -1;
        do {
            response = gateway.text(gateway.events(log.generation()));
            resumed++;
            // More than once the quota only if a minute ends meanwhile.
        } while (response.statusCode() == 200 && resumed <= 2 * perMinute);
        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.body()).contains("rate_limit_error", "This answer is resumed too often.");
        assertThat(response.headers().firstValue("retry-after")).isPresent();
        assertThat(resumed).isBetween(perMinute, 2 * perMinute);

        HttpRequest.Builder otherKey = gateway.events(log.generation()).setHeader("x-api-key", SECOND);
        assertThat(gateway.text(otherKey).body()).isEqualTo(log.expected());
        AnswerLog otherAnswer = ended();
        assertThat(gateway.text(gateway.events(otherAnswer.generation())).body())
                .isEqualTo(otherAnswer.expected());
    }

    /** Each is a record that all inference-services read. */
    @Test
    void boundsTheCancellationsOfAnAnswerByAKeyInAMinute() throws Exception {
        AnswerLog log = ended();
        HttpRequest.Builder cancellation =
                gateway.request("/v1/generations/" + log.generation()).DELETE();
        HttpResponse<String> response;
        int cancelled = -1;
        do {
            response = gateway.text(cancellation);
            cancelled++;
        } while (response.statusCode() == 202 && cancelled <= 60);
        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.body()).contains("rate_limit_error", "This answer is cancelled too often.");
        assertThat(cancelled).as("more than 30 only if a minute ends meanwhile").isBetween(30, 60);
        assertThat(gateway.text(cancellation.setHeader("x-api-key", SECOND)).statusCode())
                .isEqualTo(202);
    }

    /** Its events would be looked for in the whole log. */
    @Test
    void aRequestThatIsTooLargeForTheLogNamesNoGeneration() throws Exception {
        String large = body(false).replace("hi", "x".repeat(10_000_000));
        var response = gateway.text(gateway.request("/v1/messages").POST(BodyPublishers.ofString(large)));
        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(response.headers().firstValue("x-parley-generation")).isEmpty();
        assertThat(response.headers().firstValue("request-id").orElse("")).startsWith("req_");
        assertThat(response.body()).contains("request_too_large").doesNotContain("gen_");
    }

    @Test
    void disconnectsAReaderThatReadsNothing() throws Exception {
        AnswerLog log = answer();
        // More than sockets buffer.
        for (int i = 0; i < 60; i++) {
            log.large(300_000);
        }
        try (RawClient idle = new RawClient(gateway.port())) {
            idle.send("GET /v1/generations/" + log.generation() + "/events HTTP/1.1\r\nhost: x\r\nx-api-key: "
                    + RunningGateway.ACME + "\r\n\r\n");
            assertThat(commands.of(log.generation(), 2)).last().isInstanceOf(ReadingStopped.class);
        }
    }

    /** A client that the gateway disconnects may reconnect. */
    @Test
    void doesNotCancelTheAnswerOfADisconnectedReader() throws Exception {
        try (RawClient idle = post(body(true), "x-parley-on-disconnect: cancel")) {
            GenerationId generation = generation(idle);
            AnswerLog log = new AnswerLog(producer, generation);
            // More than sockets buffer, and less than the HTTP server does.
            for (int i = 0; i < 60; i++) {
                log.large(300_000);
            }
            assertThat(commands.of(generation, 1))
                    .singleElement()
                    .isInstanceOfSatisfying(
                            ReadingStopped.class,
                            stopped -> assertThat(stopped.grace()).isEqualTo(Duration.ofSeconds(15)));
            assertThat(outcome(generation)).isEqualTo("cut");
        }
    }

    /** The gateway has handed over the whole answer then, but the connection has not taken it. */
    @Test
    void aReaderThatLeavesDuringTheLastPieceHasNotReceivedTheAnswer() throws Exception {
        AnswerLog ended = answer().events(true, "x".repeat(8_000_000));
        leavesAfterTheBeginning(gateway, "GET /v1/generations/" + ended.generation() + "/events HTTP/1.1", "", _ -> {});
        assertThat(outcome(ended.generation())).isEqualTo("left");
        GenerationId live = leavesAfterTheBeginning(hasty, "POST /v1/messages HTTP/1.1", body(true), generation -> {
            var _ = new AnswerLog(producer, generation).events(true, "x".repeat(8_000_000));
        });
        assertThat(outcome(live)).isEqualTo("left");
    }

    /** Sends a request, has its answer written, reads some of it, and closes the connection. */
    private static GenerationId leavesAfterTheBeginning(
            RunningGateway at, String request, String body, ThrowingConsumer<GenerationId> answered) throws Exception {
        try (RawClient reader = RawClient.slow(at.port())) {
            send(reader, request, body);
            GenerationId generation = generation(reader);
            answered.accept(generation);
            assertThat(reader.read(100_000)).hasSize(100_000);
            return generation;
        }
    }

    /** How the only response of a generation ended. */
    private static String outcome(GenerationId generation) {
        return await().atMost(SOON)
                .until(
                        () -> Deliveries.outcomes(kafka.bootstrapServers(), generation),
                        outcomes -> outcomes.size() == 1)
                .getFirst();
    }

    @Test
    void disconnectsAReaderThatStopsReadingAnEndedAnswer() throws Exception {
        var open = hasty.bean(OpenAnswers.class);
        try (RawClient idle = post(body(true))) {
            AnswerLog log = new AnswerLog(producer, generation(idle));
            // More than sockets buffer, and less than the HTTP server does.
            for (int i = 0; i < 60; i++) {
                log.large(300_000);
            }
            log.last(1);
            long end = EventId.parse(ids(log).getLast()).offset();
            var tail = hasty.bean(DeltaTail.class);
            await().atMost(SOON).until(() -> tail.address().orElseThrow().offset() > end);
            await().atMost(SOON).until(() -> open.size() == 0);
            assertThat(idle.rest().length()).isLessThan(60 * 300_000);
        }
    }

    @Test
    void releasesARequestWhileItsAnswerIsStreamed() throws Exception {
        String large = body(true).replace("hi", "x".repeat(4_000_000));
        var open = hasty.bean(OpenAnswers.class);
        long before = used();
        List<RawClient> readers = new ArrayList<>();
        try {
            while (readers.size() < 20) {
                readers.add(post(large));
                await().atMost(SOON).until(() -> open.size() == readers.size());
            }
            await().atMost(SOON).untilAsserted(() -> assertThat(used() - before).isLessThan(40_000_000));
        } finally {
            for (RawClient reader : readers) {
                reader.close();
            }
        }
    }

    /** Sends a request whose response only the test reads. */
    private static RawClient post(String body, String... headers) throws Exception {
        RawClient client = new RawClient(hasty.port());
        send(client, "POST /v1/messages HTTP/1.1", body, headers);
        return client;
    }

    private static void send(RawClient client, String request, String body, String... headers) throws Exception {
        List<String> head = new ArrayList<>(
                List.of(request, "host: x", "x-api-key: " + RunningGateway.ACME, "content-length: " + body.length()));
        head.addAll(List.of(headers));
        client.send(String.join("\r\n", head) + "\r\n\r\n" + body);
    }

    /** Reads the response's header section, which names the generation. */
    private static GenerationId generation(RawClient client) throws Exception {
        var generation = Pattern.compile("(?i)x-parley-generation: (\\S+)").matcher(client.header());
        assertThat(generation.find()).isTrue();
        return new GenerationId(generation.group(1));
    }

    private static long used() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void publishesWhenAReaderConnectsAndDisconnects() throws Exception {
        AnswerLog log = answer().frames(1);
        gateway.open(gateway.events(log.generation())).body().close();
        assertThat(commands.of(log.generation(), 2))
                .hasExactlyElementsOfTypes(ReadingResumed.class, ReadingStopped.class)
                .allSatisfy(command -> assertThat(command.tenant()).isEqualTo(TENANT))
                .last()
                .isInstanceOfSatisfying(
                        ReadingStopped.class,
                        stopped -> assertThat(stopped.grace()).isEqualTo(Duration.ofSeconds(15)));
    }

    @Test
    void publishesEveryCancelRequest() throws Exception {
        AnswerLog log = answer();
        for (int i = 0; i < 2; i++) {
            var response = gateway.text(
                    gateway.request("/v1/generations/" + log.generation()).DELETE());
            assertThat(response.statusCode()).isEqualTo(202);
            assertThat(response.body())
                    .contains(
                            "\"id\":\"" + log.generation() + "\"",
                            "\"type\":\"generation\"",
                            "\"status\":\"cancel_requested\"");
        }
        assertThat(commands.of(log.generation(), 2)).hasOnlyElementsOfType(CancelRequested.class);
    }

    @ParameterizedTest
    @CsvSource({"'', 15", "cancel, 0"})
    void followsThePolicyOfAStreamingClient(String policy, long graceSeconds) throws Exception {
        var response = hasty.open(chat(policy, true));
        GenerationId generation = generation(response);
        response.body().close();
        assertThat(commands.of(generation, 1))
                .singleElement()
                .isInstanceOfSatisfying(
                        ReadingStopped.class,
                        stopped -> assertThat(stopped.grace()).isEqualTo(Duration.ofSeconds(graceSeconds)));
    }

    @Test
    void continuesAnAnswerWithThePolicyContinue() throws Exception {
        var response = hasty.open(chat("continue", true));
        GenerationId generation = generation(response);
        response.body().close();
        AnswerLog log = new AnswerLog(producer, generation).last(1);
        assertThat(gateway.text(gateway.events(generation)).body()).isEqualTo(log.expected());
        gateway.text(gateway.request("/v1/generations/" + generation).DELETE());
        assertThat(commands.of(generation, 2)).hasExactlyElementsOfTypes(ReadingResumed.class, CancelRequested.class);
    }

    @Test
    void followsThePolicyOfANonStreamingClient() throws Exception {
        // No other test has an answer of this tenant.
        var waiting = hasty.begin(chat("cancel", false).setHeader("x-api-key", RunningGateway.OTHER));
        OpenAnswers open = hasty.bean(OpenAnswers.class);
        await().atMost(SOON).until(() -> open.size() > 0);
        waiting.cancel(true);
        var others = await().atMost(SOON)
                .pollInSameThread()
                .until(
                        () -> commands.all().stream()
                                .filter(command -> !command.tenant().equals(TENANT))
                                .toList(),
                        found -> !found.isEmpty());
        assertThat(others)
                .singleElement()
                .isInstanceOfSatisfying(
                        ReadingStopped.class,
                        stopped -> assertThat(stopped.grace()).isEqualTo(Duration.ZERO));
    }

    @ParameterizedTest
    @ValueSource(strings = {"messages", "chat_completions"})
    void streamsWithoutChunksToAClientOfHttp10(String format) throws Exception {
        AnswerLog log = answer().events(false, "{\"type\":\"message_start\",\"message\":{\"model\":\"m\"}}")
                .events(true, "{\"type\":\"message_stop\"}");
        String path = "/v1/generations/" + log.generation() + "/events?format=" + format;
        String whole = withoutPings(gateway.text(gateway.request(path)).body());
        try (RawClient client = new RawClient(gateway.port())
                .send("GET " + path + " HTTP/1.0\r\nconnection: keep-alive\r\nx-api-key: " + RunningGateway.ACME
                        + "\r\n\r\n")) {
            assertThat(client.header())
                    .contains(" 200 ")
                    .containsIgnoringCase("connection: close")
                    .doesNotContainIgnoringCase("transfer-encoding");
            assertThat(withoutPings(client.rest())).isEqualTo(whole);
        }
    }

    private static String withoutPings(String stream) {
        return stream.replaceAll("(?m)^(event: ping\ndata: .*\n\n|: keep-alive\n)", "");
    }

    private static HttpRequest.Builder chat(String policy, boolean streaming) {
        var request = hasty.request("/v1/messages")
                .POST(BodyPublishers.ofString(body(streaming)))
                .header("content-type", "application/json");
        return policy.isEmpty() ? request : request.header("x-parley-on-disconnect", policy);
    }

    private static String body(boolean streaming) {
        return """
                {"model":"m","max_tokens":1,"stream":%s,"messages":[{"role":"user","content":"hi"}]}""".formatted(streaming);
    }

    private static GenerationId generation(HttpResponse<?> response) {
        return new GenerationId(
                response.headers().firstValue("x-parley-generation").orElseThrow());
    }

    private static void awaitNoReaders(RunningGateway at) {
        ResumedAnswers resumed = at.bean(ResumedAnswers.class);
        OpenAnswers open = at.bean(OpenAnswers.class);
        await().atMost(SOON).until(() -> resumed.size() == 0 && open.size() == 0);
    }

    private static List<String> ids(AnswerLog log) {
        return ID.matcher(log.expected())
                .results()
                .map((MatchResult id) -> id.group(1))
                .toList();
    }
}
