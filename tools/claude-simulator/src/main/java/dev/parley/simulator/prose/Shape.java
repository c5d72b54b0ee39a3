package dev.parley.simulator.prose;

import java.util.Arrays;
import java.util.regex.Pattern;

/** The form that suits a question. The first whose words occur in it wins. */
enum Shape {
    CODE("\\b(code|function|class|program|script|snippet|regex|algorithm|python|java|javascript|typescript|sql|bash"
            + "|shell|kotlin|rust|implement)\\b"),
    COMPARISON("\\b(compare|comparison|difference|differences|differ|versus|vs|better|pros and cons)\\b"),
    STEPS("\\b(how (do|can|to|would|should)|steps?|list|ways|tips|guide|plan|recipe|instructions|checklist)\\b"),
    GREETING("^\\W*(hi|hello|hey|good (morning|evening|afternoon)|thanks|thank you)\\b.{0,40}$"),
    EXPLANATION("");

    private final Pattern words;

    Shape(String words) {
        this.words = Pattern.compile(words, Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    }

    static Shape of(String question) {
        return Arrays.stream(values())
                .filter(shape -> shape.words.matcher(question).find())
                .findFirst()
                .orElse(EXPLANATION);
    }
}
