package dev.parley.benchmarks.scenario;

import dev.parley.benchmarks.load.Endpoint;
import dev.parley.benchmarks.load.QuestionGroup;
import dev.parley.benchmarks.load.QuestionSeries;
import dev.parley.benchmarks.load.Request;
import dev.parley.benchmarks.load.ReuseHeaders;
import dev.parley.benchmarks.machine.IdleWait;
import dev.parley.benchmarks.run.BenchmarkRun;
import dev.parley.benchmarks.system.SimulatedClaude;
import dev.parley.benchmarks.system.SystemName;
import dev.parley.benchmarks.system.TestedSystem;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Stored questions, and the wordings that are answered with their answers. A group is named by its question.
 *
 * @param endpoint with a key that permits it
 * @param wordings the group of each such wording
 * @param answered the group of each generation whose answer is Claude's; the wordings of look-ups that were late are stored too
 */
record SimilarPartition(
        Endpoint endpoint, QuestionSeries requests, Map<String, String> wordings, Map<String, String> answered) {
    private static final double PER_SECOND = 50;
    private static final String ANY_QUESTION = "How do I keep a loaf of bread fresh?";
    private static final int LOAD_TRIES_MAX = 60;
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(500);

    /** Stores the questions of groups, and asks their paraphrases once. */
    static SimilarPartition fill(
            BenchmarkRun run, Endpoint endpoint, QuestionSeries requests, List<QuestionGroup> groups) {
        new SimulatedClaude(run.systems().stack().local().simulator())
                .judgeAsSame(groups.stream().map(SimilarPartition::all).toList());
        awaitModel(run, endpoint, requests);
        Map<String, String> answered = store(run, endpoint, requests, groups);
        return new SimilarPartition(endpoint, requests, find(run, endpoint, requests, groups, answered), answered);
    }

    private static List<String> all(QuestionGroup group) {
        return Stream.concat(Stream.of(group.question()), group.paraphrases().stream())
                .toList();
    }

    /** The first request has the model loaded. */
    private static void awaitModel(BenchmarkRun run, Endpoint endpoint, QuestionSeries requests) {
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

    /** The groups of the generations whose answers are stored. A question that is similar to another has none. */
    private static Map<String, String> store(
            BenchmarkRun run, Endpoint endpoint, QuestionSeries requests, List<QuestionGroup> groups) {
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
        Map<String, String> answered = new LinkedHashMap<>();
        asked.forEach((question, request) -> answer(answered, heads.get(request), question));
        return answered;
    }

    /** Remembers the group of an answer of Claude. */
    static void answer(Map<String, String> answered, @Nullable ReuseHeaders head, String group) {
        if (head != null && head.isMiss()) {
            answered.put(head.generation(), group);
        }
    }

    /** The groups of the paraphrases that are answered with an answer to a question of their own group. */
    private static Map<String, String> find(
            BenchmarkRun run,
            Endpoint endpoint,
            QuestionSeries requests,
            List<QuestionGroup> groups,
            Map<String, String> answered) {
        Set<String> stored = Set.copyOf(answered.values());
        Map<String, String> groupOf = new LinkedHashMap<>();
        groups.stream()
                .filter(group -> stored.contains(group.question()))
                .forEach(group -> group.paraphrases().forEach(paraphrase -> groupOf.put(paraphrase, group.question())));
        Map<String, Request.Question> asked = new LinkedHashMap<>();
        groupOf.keySet().forEach(paraphrase -> asked.put(paraphrase, requests.asking(paraphrase)));
        Map<Request, ReuseHeaders> heads = ObservedResponses.send(
                        run, endpoint, PER_SECOND, List.copyOf(asked.values()))
                .required("the paraphrases")
                .heads();
        groupOf.forEach((paraphrase, group) -> answer(answered, heads.get(asked.get(paraphrase)), group));
        Map<String, String> wordings = new LinkedHashMap<>(groupOf);
        wordings.entrySet().removeIf(each -> {
            ReuseHeaders head = heads.getOrDefault(asked.get(each.getKey()), ReuseHeaders.NONE);
            return !head.isSimilar() || !each.getValue().equals(answered.get(head.source()));
        });
        return wordings;
    }

    /** So many requests with these wordings, each as often as the others, and their groups. */
    Map<Request.Question, String> paraphrases(int count) {
        if (wordings.isEmpty()) {
            throw new IllegalStateException("no paraphrase is answered with the answer to its question");
        }
        List<Map.Entry<String, String>> all = List.copyOf(wordings.entrySet());
        Map<Request.Question, String> asked = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            Map.Entry<String, String> wording = all.get(i % all.size());
            asked.put(requests.asking(wording.getKey()), wording.getValue());
        }
        return asked;
    }
}
