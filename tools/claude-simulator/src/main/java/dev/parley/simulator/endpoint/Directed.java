package dev.parley.simulator.endpoint;

import dev.parley.simulator.conversation.Progress;
import dev.parley.simulator.conversation.Question;
import dev.parley.simulator.directive.DirectiveParser;
import dev.parley.simulator.directive.Directives;
import dev.parley.simulator.directive.Parsed;
import dev.parley.simulator.fault.FaultPlan;
import java.util.Optional;

/** A question with its directives taken out, or what is wrong with them. */
sealed interface Directed {
    record Understood(Question question, Directives directives) implements Directed {}

    record Misunderstood(String message) implements Directed {}

    /** Takes the directives out of a question; those in a wish to go on come over those in the question itself. */
    static Directed of(Question question) {
        if (!(question.progress() instanceof Progress.AskedToGoOn(String written, String wish))) {
            return parse(question, question.text(), Directives.NONE);
        }
        return switch (DirectiveParser.parse(wish)) {
            case Parsed.Misspelt(String message) -> new Misunderstood(message);
            case Parsed.Found(Directives over, String rest) ->
                parse(
                        new Question(
                                question.text(),
                                new Progress.AskedToGoOn(written, rest),
                                question.earlier(),
                                question.media(),
                                question.toolResults()),
                        question.text(),
                        over);
        };
    }

    private static Directed parse(Question question, String text, Directives over) {
        return switch (DirectiveParser.parse(text)) {
            case Parsed.Misspelt(String message) -> new Misunderstood(message);
            case Parsed.Found(Directives found, String rest) -> {
                Directives directives = found.with(over);
                Optional<String> misspelt = FaultPlan.misspelt(directives);
                yield misspelt.isPresent()
                        ? new Misunderstood(misspelt.get())
                        : new Understood(question.withText(rest), directives);
            }
        };
    }
}
