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
import java.util.Optional;
import java.util.stream.Collectors;

/** How generations ended, by the log. */
final class Turns {
    private final TopicReader reader;

    Turns(LocalStack stack) {
        this.reader = new TopicReader(stack.kafka());
    }

    /** The turn of a generation; waits for it. */
    Turn of(String generation) throws Exception {
        return Eventually.value(() -> find(generation), Optional::isPresent).orElseThrow();
    }

    /** The turns of these generations; waits for all. */
    List<Turn> of(Collection<String> generations) throws Exception {
        return Eventually.value(() -> find(generations), found -> found.size() == generations.size());
    }

    /** The turns of all requests that have this in them; there may be none yet. */
    List<Turn> asked(String marker) {
        return reader.all(Topics.TURNS.name()).stream()
                .filter(event ->
                        new EventHeaders(event.headers()).find(Promises.ODD).isEmpty())
                .map(event -> TurnCodec.decode(event.headers(), event.value()))
                .filter(turn -> turn.facts().request().toString().contains(marker))
                .toList();
    }

    private List<Turn> find(Collection<String> generations) {
        return reader.all(Topics.TURNS.name()).stream()
                .filter(event -> generations.contains(new EventHeaders(event.headers())
                        .find(CloudEvent.GENERATION)
                        .orElse("")))
                .map(event -> TurnCodec.decode(event.headers(), event.value()))
                .toList();
    }

    private Optional<Turn> find(String generation) {
        return reader.all(Topics.TURNS.name()).stream()
                .filter(event -> new EventHeaders(event.headers())
                        .find(CloudEvent.GENERATION)
                        .equals(Optional.of(generation)))
                .map(event -> TurnCodec.decode(event.headers(), event.value()))
                .findFirst();
    }

    /** The outcomes of its calls to Claude, in order. */
    static String attempts(Turn turn) {
        return turn.facts().attempts().stream().map(Attempt::outcome).collect(Collectors.joining(" "));
    }

    /** The text that the turn has kept. */
    static String text(Turn turn) {
        return turn.message().at("/content/0/text").stringValue("");
    }
}
