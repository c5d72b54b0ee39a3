package dev.parley.localstack.ask;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Where the time of an answer went, as a tree for the terminal. */
public final class TimeTree {
    private TimeTree() {}

    /** Line by line. The first number was measured by us, the others by the services; delivery is the difference. */
    public static List<String> of(Reply.Answer answer, StoredTurn turn) {
        return List.of(
                line(
                        "answer",
                        answer.whole(),
                        "measured here; its first text came after " + millis(answer.firstText())),
                line("├─ session", turn.session(), "in the gateway, until Kafka had the request"),
                line("├─ cache", turn.cache(), answer.cache()),
                line("├─ queue", turn.queue(), "until Claude was called"),
                line("├─ Claude in all", turn.claude(), tokens(turn)),
                line("│  └─ to first token", turn.claudeFirstToken(), ""),
                line("└─ delivery", turn.delivery(answer.whole()), "the rest: through Kafka and the gateway to here"),
                line("database write", turn.databaseWrite(), "outside the answer: from its end until it was stored"));
    }

    private static String tokens(StoredTurn turn) {
        return turn.claude().isZero()
                ? "not called"
                : "input " + turn.inputTokens() + ", output " + turn.outputTokens() + " tokens";
    }

    private static String line(String stage, Duration time, String remark) {
        return String.format("%-20s %12s   %s", stage, millis(time), remark).stripTrailing();
    }

    static String millis(Duration time) {
        return String.format(Locale.ROOT, "%.1f ms", time.toNanos() / 1e6);
    }
}
