package dev.parley.benchmarks.scenario;

import static java.util.stream.Collectors.joining;

import dev.parley.benchmarks.load.Endpoint;
import dev.parley.benchmarks.load.Load;
import dev.parley.benchmarks.load.LoadResult;
import dev.parley.benchmarks.load.Request;
import dev.parley.benchmarks.load.ReuseHeaders;
import dev.parley.benchmarks.run.BenchmarkRun;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The result of a load, with the headers of its responses.
 *
 * @param heads by request
 */
record ObservedResponses(LoadResult result, Map<Request, ReuseHeaders> heads) {
    /** Sends requests at random times. */
    static ObservedResponses send(
            BenchmarkRun run, Endpoint endpoint, double perSecond, List<? extends Request> requests) {
        Map<Request, ReuseHeaders> heads = new ConcurrentHashMap<>();
        Load load = run.load(endpoint, perSecond, requests)
                .withHeads((request, headers) -> heads.put(request, ReuseHeaders.of(headers)));
        return new ObservedResponses(run.generator().run(load), heads);
    }

    /** Both as one. */
    ObservedResponses plus(ObservedResponses other) {
        Map<Request, ReuseHeaders> all = new ConcurrentHashMap<>(heads);
        all.putAll(other.heads);
        return new ObservedResponses(result.plus(other.result), all);
    }

    /** These, if nothing has failed. */
    ObservedResponses required(String what) {
        if (result.errors() > 0) {
            throw new IllegalStateException(
                    what + ": " + result.errors() + " errors, the first: " + result.firstError());
        }
        return this;
    }

    /** How many responses were not decided by a look-up for similar questions, although it was permitted. */
    long skipped() {
        return heads.values().stream().filter(ReuseHeaders::isSkipped).count();
    }

    /** {@code candidates 512, guard 201, late 1}: by a name of each response. */
    String counts(Function<ReuseHeaders, String> name) {
        Map<String, Integer> counts = new TreeMap<>();
        heads.values().forEach(head -> counts.merge(name.apply(head), 1, Integer::sum));
        return counts.entrySet().stream()
                .map(each -> each.getKey() + " " + each.getValue())
                .collect(joining(", "));
    }
}
