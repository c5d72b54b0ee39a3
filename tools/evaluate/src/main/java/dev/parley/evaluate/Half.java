package dev.parley.evaluate;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.evaluate.LabelledFile.Pair;
import dev.parley.evaluate.LabelledFile.Request;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * Half of the examples, or all of them; named as in the options. Questions that are connected, by pairs or by their class,
 * are in the same half, so that nothing that was tuned on one half was seen in the other.
 */
enum Half {
    all,
    tune,
    test;

    List<Request> of(List<Request> requests) {
        return requests.stream().filter(request -> contains(component(request))).toList();
    }

    /** Without the entity, which is the same for many intents, and with the text for questions out of scope. */
    private static String component(Request request) {
        return request.sameAs().startsWith("oos|")
                ? request.sameAs()
                : request.sameAs().substring(0, request.sameAs().indexOf('|'));
    }

    List<Pair> ofPairs(List<Pair> pairs) {
        Map<String, String> parents = new HashMap<>();
        pairs.forEach(pair -> parents.put(root(parents, pair.a()), root(parents, pair.b())));
        Map<String, String> names = new HashMap<>();
        // A component is named by its first text, whatever the order in which the pairs were joined.
        parents.keySet().forEach(text -> names.merge(root(parents, text), text, (x, y) -> x.compareTo(y) < 0 ? x : y));
        return pairs.stream()
                .filter(pair -> contains(names.getOrDefault(root(parents, pair.a()), pair.a())))
                .toList();
    }

    private static String root(Map<String, String> parents, String text) {
        String root = text;
        String parent = parents.computeIfAbsent(root, same -> same);
        while (!parent.equals(root)) {
            parents.put(root, parents.getOrDefault(parent, parent));
            root = parent;
            parent = parents.getOrDefault(root, root);
        }
        return root;
    }

    private boolean contains(String component) {
        CRC32 hash = new CRC32();
        hash.update(component.getBytes(UTF_8));
        return switch (this) {
            case all -> true;
            case tune -> hash.getValue() % 2 == 0;
            case test -> hash.getValue() % 2 == 1;
        };
    }
}
