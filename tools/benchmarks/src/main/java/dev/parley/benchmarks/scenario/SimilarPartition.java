package dev.parley.benchmarks.scenario;

import dev.parley.benchmarks.load.Endpoint;
import dev.parley.benchmarks.load.QuestionGroup;
import dev.parley.benchmarks.load.Request;
import dev.parley.benchmarks.load.ReuseHeaders;
import dev.parley.benchmarks.load.SimilarRequests;
import dev.parley.benchmarks.machine.IdleWait;
import dev.parley.benchmarks.run.BenchmarkRun;
import dev.parley.benchmarks.system.SimulatedJudge;
import dev.parley.benchmarks.system.SystemName;
import dev.parley.benchmarks.system.TestedSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Stored questions, and the wordings that are answered with their answers.
 *
 * @param endpoint with a key that permits it
 * @param sources of each such wording, the generation whose answer it gets
 */
record SimilarPartition(Endpoint endpoint, SimilarRequests requests, Map<String, String> sources) {
    private static final double PER_SECOND = 50;
    private static final String ANY_QUESTION = "How do I keep a loaf of bread fresh?";
    private static final int LOAD_TRIES_MAX = 60;
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(500);

    /** Stores the questions of groups, and asks their paraphrases once. */
    static SimilarPartition fill(
            BenchmarkRun run, Endpoint endpoint, SimilarRequests requests, List<QuestionGroup> groups) {
        SimulatedJudge.setGroups(
                run.systems().stack().local().simulator(),
                groups.stream().map(SimilarPartition::all).toList());
        awaitModel(run, endpoint, requests);
        Map<String, String> stored = store(run, endpoint, requests, groups);
        return new SimilarPartition(endpoint, requests, find(run, endpoint, requests, groups, stored));
    }

    private static List<String> all(QuestionGroup group) {
        return Stream.concat(Stream.of(group.question()), group.paraphrases().stream())
                .toList();
    }

    /** The first request has the model loaded. */
    private static void awaitModel(BenchmarkRun run, Endpoint endpoint, SimilarRequests requests) {
        for (int i = 0; i < LOAD_TRIES_MAX; i++) {
            ObservedResponses asked = ObservedResponses.send(
                            run, endpoint, PER_SECOND, List.of(requests.asking(ANY_QUESTION)))
                    .required("the first questions");
            if (asked.heads().values().stream().noneMatch(head -> head.gate().equals("unavailable"))) {
                return;
            }
            IdleWait.until(System.nanoTime() + BETWEEN_TRIES.toNanos());
        }
        throw new IllegalStateException("the model for similar questions is not loaded");
    }

    /** The generations of the answers that are stored with these questions. One that is similar to another is not. */
    private static Map<String, String> store(
            BenchmarkRun run, Endpoint endpoint, SimilarRequests requests, List<QuestionGroup> groups) {
        Map<String, Request.Question> asked = new LinkedHashMap<>();
        groups.forEach(group -> asked.put(group.question(), requests.asking(group.question())));
        List<Request.Question> all = List.copyOf(asked.values());
        Map<Request, ReuseHeaders> heads = ObservedResponses.send(run, endpoint, PER_SECOND, all)
                .required("the questions to store")
                .heads();
        run.fillCache(
                new TestedSystem(
                        SystemName.PARLEY,
                        endpoint,
                        run.systems().get(SystemName.PARLEY).processes()),
                asked.values().stream()
                        .filter(request ->
                                Objects.requireNonNull(heads.get(request)).isMiss())
                        .toList());
        Map<String, String> stored = new LinkedHashMap<>();
        asked.forEach((question, request) -> {
            ReuseHeaders head = Objects.requireNonNull(heads.get(request));
            if (head.isMiss()) {
                stored.put(question, head.generation());
            }
        });
        return stored;
    }

    /** The sources of the paraphrases that are answered with the answer to their own group's question. */
    private static Map<String, String> find(
            BenchmarkRun run,
            Endpoint endpoint,
            SimilarRequests requests,
            List<QuestionGroup> groups,
            Map<String, String> stored) {
        List<QuestionGroup> storedGroups = groups.stream()
                .filter(group -> stored.containsKey(group.question()))
                .toList();
        Map<String, Request.Question> asked = new LinkedHashMap<>();
        storedGroups.forEach(
                group -> group.paraphrases().forEach(paraphrase -> asked.put(paraphrase, requests.asking(paraphrase))));
        Map<Request, ReuseHeaders> heads = ObservedResponses.send(
                        run, endpoint, PER_SECOND, List.copyOf(asked.values()))
                .required("the paraphrases")
                .heads();
        Map<String, String> sources = new LinkedHashMap<>();
        storedGroups.forEach(group -> group.paraphrases().forEach(paraphrase -> {
            ReuseHeaders head = Objects.requireNonNull(heads.get(asked.get(paraphrase)));
            if (head.isSimilar() && head.source().equals(stored.get(group.question()))) {
                sources.put(paraphrase, head.source());
            }
        }));
        return sources;
    }

    /** So many requests with these wordings, each as often as the others. */
    List<Request.Question> paraphrases(int count, Map<Request, String> expected) {
        if (sources.isEmpty()) {
            throw new IllegalStateException("no paraphrase is answered with the answer to its question");
        }
        List<String> wordings = new ArrayList<>(sources.keySet());
        List<Request.Question> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String wording = wordings.get(i % wordings.size());
            Request.Question request = requests.asking(wording);
            expected.put(request, Objects.requireNonNull(sources.get(wording)));
            all.add(request);
        }
        return all;
    }
}
