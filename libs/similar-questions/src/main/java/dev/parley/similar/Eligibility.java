package dev.parley.similar;

import dev.parley.similar.WordPieces.Pieces;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Which questions may be answered with the answer to another question, by their texts. */
public final class Eligibility {
    /** The longest question, in word pieces; the model ignores what follows its 126th. */
    public static final int PIECES_MAX = 120;

    private static final int WORDS_MIN = 2;
    private static final Pattern TIME =
            Pattern.compile("\\b(?:today|tonight|tomorrow|yesterday|now|nowadays|currently|latest|newest|at the"
                    + " moment|these days|so far|(?:this|next)"
                    + " (?:morning|afternoon|evening|week|weekend|month|year|season)|current"
                    + " (?:time|date|price|rate|weather|president|prime minister|status|score|version)|what time is"
                    + " it|what (?:day|date) is|weather|news|20[2-9]\\d)\\b");
    private static final Pattern PERSON =
            Pattern.compile("\\b(?:what (?:is|are|was|were)|when (?:is|was)|tell me|how (?:much|many|old)|do i"
                    + " have|did i)\\b.*\\bmy (?:\\w+"
                    + " )?(?:balance|name|birthday|age|location|password|pin|transactions|payments|appointments?|calendar|schedule|reminders?|to-?do|shopping"
                    + " list)\\b|\\bon my (?:calendar|to-?do|shopping) ?(?:list)?\\b|\\bwho am i\\b|\\bwhere am i\\b");

    private final List<Pattern> excluded;

    /** Why a question is not eligible. */
    public enum Reason {
        TOO_SHORT,
        TOO_LONG,
        NOT_ENGLISH,
        TIME,
        PERSON,
        EXCLUDED
    }

    /** Rules with further patterns of questions that are not eligible, found anywhere in the normalised text. */
    public Eligibility(List<String> excluded) {
        this.excluded = excluded.stream().map(Pattern::compile).toList();
    }

    /** The first reason why a question is not eligible; empty if it is. */
    Optional<Reason> exclusion(QuestionFeatures question, Pieces pieces) {
        return Stream.of(Reason.values())
                .filter(reason -> applies(reason, question.normalised(), pieces))
                .findFirst();
    }

    private boolean applies(Reason reason, String text, Pieces pieces) {
        return switch (reason) {
            case TOO_SHORT -> pieces.words().stream().filter(WordLists::isWord).count() < WORDS_MIN;
            case TOO_LONG -> pieces.count() > PIECES_MAX;
            case NOT_ENGLISH -> !EnglishCheck.isEnglish(text, pieces);
            case TIME -> TIME.matcher(text).find();
            case PERSON -> PERSON.matcher(text).find();
            case EXCLUDED ->
                excluded.stream().anyMatch(pattern -> pattern.matcher(text).find());
        };
    }
}
