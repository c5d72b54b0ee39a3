package dev.parley.benchmarks.simulation;

import dev.parley.benchmarks.simulation.Answer.Piece;
import dev.parley.benchmarks.simulation.Log.Partition;
import dev.parley.benchmarks.simulation.engine.Loop;
import dev.parley.benchmarks.simulation.engine.Processor;
import dev.parley.benchmarks.simulation.engine.Timeline;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The way of a request to Claude, and of the answer back: reader, gateway, {@code chat.requests}, cache, {@code chat.inference},
 * inference, Claude, {@code chat.deltas}, the gateway's tail, its event loop, reader.
 */
final class Journey {
    private final Cell cell;
    private final Traffic traffic;
    private final Timeline timeline;
    private final Random random;
    private final Outcome outcome;
    private final Work work;
    private final Log log;
    private final List<Partition> requests;
    private final List<Partition> inference;
    private final List<Partition> deltas;
    private final Processor outside;
    private final Loop<Piece> claude;
    private final Loop<Piece> reader;
    private final List<GatewayReplica> gateways;
    private final Map<Integer, List<GatewayReplica>> tailing;
    private final List<Processor> cacheProcessors;
    private final List<Loop<Answer>> caches;
    private final List<InferenceReplica> inferences;
    private final List<Processor> persistences;
    private final double direct;
    private int begun;

    Journey(
            ServiceTimes times,
            Cell cell,
            Traffic traffic,
            Timeline timeline,
            Random random,
            Machines machines,
            Outcome outcome) {
        this.cell = cell;
        this.traffic = traffic;
        this.timeline = timeline;
        this.random = random;
        this.outcome = outcome;
        work = new Work(times, random);
        direct = traffic.firstTokenMillis() / 1e3 + (cell.together() ? work.ofDirectCall() : 0);
        log = new Log(timeline, random, times, cell, machines);
        requests = each(cell.requestPartitions(), log::partition);
        inference = each(cell.requestPartitions(), log::partition);
        deltas = each(cell.deltaPartitions(), log::partition);
        outside = machines.processor("Claude and readers", 1);
        claude = machines.loop(
                outside,
                "Claude",
                work.wakeUp(Stage.CLAUDE),
                (Piece piece) -> work.of(Stage.CLAUDE, piece),
                pieces -> pieces.forEach(this::heard));
        reader = machines.loop(
                outside,
                "reader",
                work.wakeUp(Stage.READER),
                (Piece piece) -> work.of(Stage.READER, piece),
                pieces -> pieces.forEach(this::seen));
        gateways = each(
                cell.gateways(),
                number -> new GatewayReplica(
                        number, replyPartition(number), cell, work, machines, outcome, this::written));
        tailing = gateways.stream().collect(Collectors.groupingBy(GatewayReplica::partition));
        cacheProcessors = each(cell.caches(), number -> machines.processor("cache", cell.cores()));
        caches = each(
                cell.caches(),
                number -> machines.loop(
                        cacheProcessors.get(number),
                        "cache's polling thread",
                        0,
                        (Answer answer) -> work.answering(Stage.CACHE),
                        answers -> answers.forEach(this::missed)));
        inferences = each(
                cell.inferences(),
                number -> new InferenceReplica(
                        timeline,
                        cell,
                        work,
                        machines,
                        piece -> partitionOf(piece).leader(),
                        this::sent));
        persistences = each(cell.persistences(), number -> machines.processor("persistence", cell.cores()));
    }

    private static <T> List<T> each(int count, IntFunction<T> maker) {
        return IntStream.range(0, count).mapToObj(maker).toList();
    }

    private int replyPartition(int gateway) {
        return cell.ownPartitions() ? gateway % cell.deltaPartitions() : random.nextInt(cell.deltaPartitions());
    }

    /** Somebody asks. */
    void begin() {
        Answer answer = new Answer(
                begun++, timeline.now(), random.nextInt(cell.gateways()), random.nextInt(cell.requestPartitions()));
        outside(
                work.whole(Stage.READER),
                () -> gateways.get(answer.gateway())
                        .execute(
                                work.answering(Stage.GATEWAY),
                                () -> publish(
                                        answer,
                                        requests,
                                        () -> caches.get(answer.requestPartition() % caches.size())
                                                .offer(answer))));
    }

    private void publish(Answer answer, List<Partition> topic, Runnable reading) {
        Partition partition = topic.get(answer.requestPartition());
        log.work(partition.leader(), work.recordOfRequest(), () -> partition.arrive(reading));
    }

    /** The cache has no answer. */
    private void missed(Answer answer) {
        publish(
                answer,
                inference,
                () -> inferenceOf(answer)
                        .execute(
                                work.answering(Stage.INFERENCE),
                                () -> outside(work.whole(Stage.CLAUDE), () -> speak(answer))));
    }

    private InferenceReplica inferenceOf(Answer answer) {
        return inferences.get(answer.requestPartition() % inferences.size());
    }

    /** Claude has the request. */
    private void speak(Answer answer) {
        double first = timeline.now() + traffic.firstTokenMillis() / 1e3;
        if (traffic.deltasPerSecond() == 0) {
            timeline.at(first, () -> say(new Piece(answer, traffic.deltas(), true)));
        } else {
            timeline.at(first, () -> sayOneByOne(answer, first, 1));
        }
    }

    private void sayOneByOne(Answer answer, double first, int count) {
        say(new Piece(answer, 1, count == traffic.deltas()));
        if (count < traffic.deltas()) {
            timeline.at(first + count / traffic.deltasPerSecond(), () -> sayOneByOne(answer, first, count + 1));
        }
    }

    private void say(Piece piece) {
        if (cell.together()) {
            claude.offer(piece);
        } else {
            heard(piece);
        }
    }

    private void heard(Piece piece) {
        inferenceOf(piece.answer()).take(piece);
    }

    /** A request of a producer reaches a broker. */
    private void sent(int broker, List<Piece> pieces, Runnable acknowledged) {
        double seconds = work.wakeUp(Stage.KAFKA)
                + pieces.stream()
                        .mapToDouble(piece -> work.of(Stage.KAFKA, piece))
                        .sum();
        log.work(broker, seconds, () -> {
            acknowledged.run();
            pieces.forEach(this::appended);
        });
    }

    private Partition partitionOf(Piece piece) {
        return deltas.get(gateways.get(piece.answer().gateway()).partition());
    }

    private void appended(Piece piece) {
        List<GatewayReplica> readers =
                tailing.getOrDefault(gateways.get(piece.answer().gateway()).partition(), List.of());
        partitionOf(piece).arrive(() -> readers.forEach(gateway -> gateway.read(piece, timeline.now())));
    }

    private void written(Piece piece) {
        if (cell.together()) {
            reader.offer(piece);
        } else {
            seen(piece);
        }
    }

    private void seen(Piece piece) {
        piece.answer().arrive(piece.deltas(), timeline.now(), direct, outcome);
        if (piece.last()) {
            record(piece.answer());
        }
    }

    /** What is left to do when the answer has been given. */
    private void record(Answer answer) {
        gateways.get(answer.gateway()).execute(work.recording(Stage.GATEWAY), Journey::nothing);
        inferenceOf(answer).execute(work.recording(Stage.INFERENCE), Journey::nothing);
        cacheProcessors
                .get(answer.requestPartition() % cacheProcessors.size())
                .execute(work.recording(Stage.CACHE), Journey::nothing);
        persistences
                .get(answer.requestPartition() % persistences.size())
                .execute(work.whole(Stage.PERSISTENCE), Journey::nothing);
        int leader = requests.get(answer.requestPartition()).leader();
        log.work(leader, work.recordOfRequest() + work.recordOfRequest(), Journey::nothing);
    }

    private static void nothing() {}

    /** Claude and readers take our processors only where all are on one machine. */
    private void outside(double seconds, Runnable then) {
        if (cell.together()) {
            outside.execute(seconds, then);
        } else {
            then.run();
        }
    }
}
