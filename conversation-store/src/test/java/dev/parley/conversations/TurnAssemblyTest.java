package dev.parley.conversations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.contracts.id.GenerationId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class TurnAssemblyTest {
    private static final Instant NOW = SampleTurn.START;
    private static final Instant LATER = NOW.plus(Duration.ofDays(1));

    private static final SampleTurn SMALL = new SampleTurn("conv", 1);
    private static final SampleTurn LARGE = new SampleTurn("conv", 2).asking(EncodedTurnTest.incompressible(900_000));
    private static final SampleTurn LAST = new SampleTurn("conv", 3);

    @Test
    void joinsHeadsWithTheirParts() {
        TurnAssembly page = new TurnAssembly(10, Long.MAX_VALUE, NOW);
        add(page, items(SMALL, LATER), items(LARGE, LATER), items(LAST, LATER));
        assertThat(page.turns())
                .extracting(StoredTurn::generation)
                .containsExactly(SMALL.generation(), LARGE.generation(), LAST.generation());
        assertThat(page.turns().get(1).request())
                .isEqualTo(LARGE.completed().facts().request());
        assertThat(page.last()).isEmpty();
    }

    @Test
    void endsThePageAtItsLimitOfTurns() {
        TurnAssembly page = new TurnAssembly(2, Long.MAX_VALUE, NOW);
        add(page, items(SMALL, LATER), items(LARGE, LATER));
        assertThat(page.add(items(LAST, LATER).getFirst())).isFalse();
        assertThat(page.turns()).hasSize(2);
        assertThat(page.last()).contains(LARGE.generation());
    }

    @Test
    void endsThePageAtItsLimitOfBytesButTakesAtLeastOneTurn() {
        TurnAssembly page = new TurnAssembly(10, 1_000, NOW);
        add(page, items(LARGE, LATER));
        assertThat(page.add(items(LAST, LATER).getFirst())).isFalse();
        assertThat(page.turns()).extracting(StoredTurn::generation).containsExactly(LARGE.generation());
        assertThat(page.last())
                .map(GenerationId::value)
                .contains(LARGE.generation().value());
    }

    @Test
    void passesOverTurnsBeingWrittenAndExpiredOnes() {
        TurnAssembly page = new TurnAssembly(10, Long.MAX_VALUE, NOW);
        List<Map<String, AttributeValue>> partsOnly = items(LARGE, LATER);
        partsOnly.removeFirst();
        add(page, items(SMALL, NOW), partsOnly, items(LAST, LATER));
        assertThat(page.turns()).extracting(StoredTurn::generation).containsExactly(LAST.generation());
    }

    @Test
    void refusesATurnThatLacksAPart() {
        TurnAssembly page = new TurnAssembly(10, Long.MAX_VALUE, NOW);
        List<Map<String, AttributeValue>> lacking = items(LARGE, LATER);
        lacking.removeLast();
        add(page, lacking);
        assertThatThrownBy(page::turns).isInstanceOf(IllegalStateException.class);
    }

    @SafeVarargs
    private static void add(TurnAssembly page, List<Map<String, AttributeValue>>... turns) {
        for (List<Map<String, AttributeValue>> items : turns) {
            items.forEach(item -> assertThat(page.add(item)).isTrue());
        }
    }

    private static List<Map<String, AttributeValue>> items(SampleTurn turn, Instant expiresAt) {
        List<Map<String, AttributeValue>> items = new ArrayList<>();
        items.add(turn.encoded().head(NOW, expiresAt));
        items.addAll(turn.encoded().parts(expiresAt));
        return items;
    }
}
