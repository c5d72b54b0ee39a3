package dev.parley.system;

import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.topic.Topics;
import dev.parley.localstack.LocalStack;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Reads turn events from the log. */
final class TurnEvents {
    private final TopicReader reader;

    TurnEvents(LocalStack stack) {
        this.reader = new TopicReader(stack.kafka());
    }

    /** Waits for the turn of a generation. */
    Turn of(String generation) throws Exception {
        return of(List.of(generation)).getFirst();
    }

    /** Waits for the turns of these generations. */
    List<Turn> of(Collection<String> generations) throws Exception {
        return Eventually.value(() -> find(generations::contains), found -> found.size() == generations.size());
    }

    /** The turns so far whose requests contain this text. */
    List<Turn> containing(String marker) {
        return find(_ -> true).stream()
                .filter(turn -> turn.facts().request().toString().contains(marker))
                .toList();
    }

    private List<Turn> find(Predicate<String> generations) {
        return reader.all(Topics.TURNS.name()).stream()
                .filter(DeliveryGuarantees::concernsARequest)
                .filter(event -> generations.test(new EventHeaders(event.headers())
                        .find(CloudEvent.GENERATION)
                        .orElse("")))
                .map(event -> TurnCodec.decode(event.headers(), event.value()))
                .toList();
    }

    /** The outcomes of the calls to Claude, in order. */
    static String attempts(Turn turn) {
        return turn.facts().attempts().stream().map(Attempt::outcome).collect(Collectors.joining(" "));
    }

    /** The text stored in the turn. */
    static String text(Turn turn) {
        return turn.message().at("/content/0/text").stringValue("");
    }
}
