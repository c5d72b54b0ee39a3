package dev.parley.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.evaluate.LabelledFile.Pair;
import dev.parley.evaluate.LabelledFile.Request;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HalfTest {
    @Test
    void keepsConnectedPairsTogether() {
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            // Chains of four texts, in an order that joins components late.
            int chain = i / 4 * 4;
            pairs.add(new Pair("q" + i, "q" + (i % 4 == 3 ? chain : i + 1), false, ""));
        }
        List<Pair> tune = Half.tune.ofPairs(pairs);
        List<Pair> test = Half.test.ofPairs(pairs);

        assertThat(tune).isNotEmpty().doesNotContainAnyElementsOf(test);
        assertThat(tune.size() + test.size()).isEqualTo(pairs.size());
        assertThat(texts(tune)).doesNotContainAnyElementsOf(texts(test));
    }

    private static Set<String> texts(List<Pair> pairs) {
        return new HashSet<>(
                pairs.stream().flatMap(pair -> Stream.of(pair.a(), pair.b())).toList());
    }

    @Test
    void keepsTheQuestionsOfAnIntentTogether() {
        List<Request> requests = IntStream.range(0, 100)
                .mapToObj(i -> new Request("q" + i, "intent" + i % 10 + "|" + i))
                .toList();
        Set<String> tune = intents(Half.tune.of(requests));
        assertThat(tune).isNotEmpty().doesNotContainAnyElementsOf(intents(Half.test.of(requests)));
        assertThat(Half.all.of(requests)).isEqualTo(requests);
    }

    private static Set<String> intents(List<Request> requests) {
        return new HashSet<>(requests.stream()
                .map(request -> request.sameAs().replaceAll("\\|.*", ""))
                .toList());
    }
}
