package dev.parley.simulator.prose;

import java.util.List;
import java.util.Locale;

/** Sentences with places for words of the question: {@code {0}} to {@code {2}}. */
final class Phrases {
    static final List<String> OPENINGS = List.of(
            "*Simulated answer: no model was asked.* You wrote “{q}”, so let us look at **{0}**.",
            "*This answer is simulated.* Here is a plausible reply to “{q}”, with **{0}** in the middle of it.",
            "*(Simulated – the text below is made up.)* On “{q}”: the short version is that **{0}** matters most.",
            "*A simulated reply, written without a model.* Your question was “{q}”; **{0}** is a good place to begin.");

    static final List<String> SENTENCES = List.of(
            "Most of what people find hard about {0} turns out to be a question of {1}.",
            "It helps to keep {0} and {1} apart: one changes often, the other hardly ever.",
            "In practice, {0} is decided by what happens at the edges – the first minute and the last.",
            "A small experiment with {0} says more than a long argument about {1}.",
            "When {0} gets slow, measure before you change anything; the cause is rarely where it hurts.",
            "There are three usual mistakes with {0}, and all of them begin with haste.",
            "Whoever has worked with {1} for a while will recognise the pattern in {0}.",
            "The naïve reading of {0} is tempting, but it leaves {1} unexplained.",
            "If only one thing is to be remembered about {0}, let it be how it fails.",
            "Costs follow the same curve: cheap at first, then {1} dominates.",
            "That is why {0} is best introduced step by step, with {1} as the yardstick.",
            "None of this depends on fashion; the same was true of {0} twenty years ago.",
            "A rule of thumb: double the care you give to {1}, halve the number of choices in {0}.",
            "Seen from a distance, {0} and {2} are two answers to one question.",
            "The exceptions are real – {2} is one – but they are few enough to list.",
            "Under load the picture changes, and {1} becomes the part to watch.",
            "It is worth writing down what you expect of {0} before you look at {2}.",
            "Good examples of {0} are short, complete, and a little boring.");

    static final List<String> HEADINGS = List.of(
            "What {0} is about",
            "Why {1} comes into it",
            "Where it goes wrong",
            "A closer look at {0}",
            "What to watch",
            "In practice",
            "{0} and {2}",
            "Before you decide");

    static final List<String> STEPS = List.of(
            "**Write down the goal.** One sentence about {0} is enough.",
            "**Start small.** Try {0} with a single case and keep the result.",
            "**Measure.** Note what {1} costs before and after.",
            "**Change one thing.** Then look at {0} again.",
            "**Ask somebody.** A second pair of eyes finds what {1} hides.",
            "**Automate the dull part.** Leave the judgement about {2} to people.",
            "**Check the edges.** Empty, huge, late, twice – {0} has to survive all four.",
            "**Tidy up.** Remove what {1} no longer needs.",
            "**Say what you did.** Two lines about {0} save the next person an hour.");

    static final List<String> ASPECTS = List.of(
            "Effort to begin | low | higher at first",
            "Running cost | grows with use | nearly flat",
            "When it fails | at once, and loudly | late, and quietly",
            "Best for | small, changing things | large, settled things",
            "People needed | one | a team",
            "Reversible | yes | with some work");

    static final List<String> CLOSINGS = List.of(
            "If you tell me more about {1}, I can be more specific – still simulated, of course.",
            "That is the gist of it; ask on if {1} is what you are after.",
            "In short: begin with {0}, and keep an eye on {1}.",
            "Shall I go into {2} next?");

    private Phrases() {}

    /** A phrase with its places filled; at its beginning and as a heading's, a word gets a capital. */
    static String fill(String phrase, Topic topic, int turn) {
        String filled = phrase.replace("{0}", topic.at(turn))
                .replace("{1}", topic.at(turn + 1))
                .replace("{2}", topic.at(turn + 2));
        return filled.substring(0, 1).toUpperCase(Locale.ROOT) + filled.substring(1);
    }
}
