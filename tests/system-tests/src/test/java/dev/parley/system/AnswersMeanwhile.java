package dev.parley.system;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.Turn;
import dev.parley.localstack.LocalStack;
import dev.parley.system.SteadyAsker.Asked;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Has clients ask before, during and after a fault, and checks what each of them saw: an answer that is not refused is
 * whole, ends with an error event, or can be read on elsewhere; and its one turn says the same.
 */
final class AnswersMeanwhile {
    static final Duration INTERVAL = Duration.ofMillis(200);

    /** Nobody may be refused. */
    static final Predicate<Asked> NONE = _ -> false;

    /** Everybody may be, while the fault lasts. */
    static final Predicate<Asked> ANY = _ -> true;

    /** A question is under way when the fault strikes; a client of Kafka comes back a moment after its broker has. */
    private static final Duration EARLY = Duration.ofSeconds(5);

    private static final Duration LATE = Duration.ofSeconds(10);
    private static final String WHOLE = "message_stop";

    private final List<Chat> gateways;
    private final Turns turns;

    AnswersMeanwhile(LocalStack stack, List<Chat> gateways) {
        this.gateways = gateways;
        this.turns = new Turns(stack);
    }

    /** Those who ask at this gateway may be refused, while the fault lasts. */
    static Predicate<Asked> at(int gateway) {
        return asked -> asked.gateway() == gateway;
    }

    /**
     * Tells the story.
     *
     * @param mayBeRefused whom the fault entitles the gateway to refuse, with a status of 500 or above or by a connection
     *     that it does not accept
     * @return how many saw what, and how long the first word took at most
     */
    String told(Predicate<Asked> mayBeRefused, FaultStories.Fault strikes) throws Exception {
        try (SteadyAsker asker = new SteadyAsker(gateways, INTERVAL)) {
            long begins = System.nanoTime();
            strikes.strike();
            long ends = System.nanoTime();
            return verdict(
                    asker.stop(),
                    asked -> asked.askedAt() - begins > -EARLY.toNanos()
                            && asked.askedAt() - ends < LATE.toNanos()
                            && mayBeRefused.test(asked));
        }
    }

    private String verdict(List<Asked> asked, Predicate<Asked> mayBeRefused) throws Exception {
        Map<String, Turn> byGeneration =
                turns
                        .of(asked.stream()
                                .filter(Predicate.not(Asked::isRefused))
                                .map(Asked::generation)
                                .toList())
                        .stream()
                        .collect(Collectors.toMap(
                                turn -> turn.facts().generation().value(), Function.identity()));
        Map<String, Integer> endings = new TreeMap<>();
        List<String> wrong = new ArrayList<>();
        for (Asked each : asked) {
            String ending = each.isRefused()
                    ? refusal(each, mayBeRefused)
                    : ending(each, requireNonNull(byGeneration.get(each.generation())));
            endings.merge(ending, 1, Integer::sum);
            if (ending.startsWith("wrong")) {
                wrong.add(ending);
            }
        }
        assertThat(wrong).isEmpty();
        Duration longest = asked.stream()
                .filter(each -> !each.text().isEmpty())
                .map(Asked::firstText)
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
        return endings.entrySet().stream()
                        .map(ending -> ending.getValue() + " " + ending.getKey())
                        .collect(Collectors.joining(", "))
                + "; first words after at most " + longest.toMillis() + " ms";
    }

    private static String refusal(Asked asked, Predicate<Asked> mayBeRefused) {
        String seen = asked.status() == 0 ? "not reached" : "refused with " + asked.status();
        return mayBeRefused.test(asked)
                ? seen
                : "wrong: " + seen + " at gateway " + asked.gateway() + " without a reason";
    }

    private String ending(Asked asked, Turn turn) throws Exception {
        if (asked.status() != 200) {
            return "wrong: " + asked + ", " + turn;
        }
        if (asked.lastType().equals(WHOLE)) {
            return isWhole(asked.text(), turn) ? "whole" : "wrong: " + asked + ", " + turn;
        }
        if (asked.lastType().equals("error")) {
            return turn instanceof Turn.ChatFailed && asked.text().equals(Turns.text(turn))
                    ? "ended with an error"
                    : "wrong: " + asked + ", " + turn;
        }
        String all = asked.text() + rest(asked);
        return isWhole(all, turn) ? "read on elsewhere" : "wrong: " + asked + ", then " + all + ", " + turn;
    }

    private static boolean isWhole(String text, Turn turn) {
        return turn instanceof Turn.ChatCompleted
                && text.equals(SteadyAsker.TEXT)
                && Turns.text(turn).equals(text);
    }

    /** What follows what the client has seen, at the next gateway. */
    private String rest(Asked asked) throws Exception {
        Chat next = gateways.get((asked.gateway() + 1) % gateways.size());
        String path = "/v1/generations/" + asked.generation() + "/events";
        String[] headers = asked.lastId().isEmpty() ? new String[0] : new String[] {"last-event-id", asked.lastId()};
        return Eventually.value(() -> rest(next, path, headers), rest -> rest.endsWith("\n" + WHOLE))
                .replace("\n" + WHOLE, "");
    }

    private static String rest(Chat gateway, String path, String... headers) throws InterruptedException {
        try (Reading more = gateway.readAt(path, headers)) {
            more.toTheEnd();
            return more.text() + "\n" + more.lastType();
        } catch (IOException e) {
            return e.toString();
        }
    }
}
