package dev.parley.contracts.reuse;

import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Decides which cached answers also serve similar questions: complete texts that are no refusals, after thinking or without it. */
public final class QuestionPolicy {
    private static final Pattern REFUSAL = Pattern.compile(
            "^\\W*(?:(?:i am|i'm|i’m) (?:so |very |really )?(?:sorry|afraid|unable|not able)|sorry|i apologi[sz]e|my"
                    + " apologies|apologies|unfortunately|i (?:can ?not|can't|can’t|won't|won’t|do not|don't|don’t)"
                    + " (?:help|assist|answer|provide|do that|have access|have information|know|comply)|as an ai\\b)",
            Pattern.CASE_INSENSITIVE);

    private QuestionPolicy() {}

    public static boolean servesSimilar(JsonNode message) {
        List<JsonNode> content =
                message.path("content").valueStream().filter(Visible::is).toList();
        return message.path("stop_reason").stringValue("").equals("end_turn")
                && !content.isEmpty()
                && content.stream().allMatch(QuestionPolicy::isText)
                && !REFUSAL.matcher(content.getFirst().path("text").stringValue(""))
                        .find();
    }

    private static boolean isText(JsonNode block) {
        return block.path("type").stringValue("").equals("text");
    }
}
