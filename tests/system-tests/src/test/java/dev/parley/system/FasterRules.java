package dev.parley.system;

import java.util.regex.Pattern;

/**
 * A copy of the rules for which time runs {@value #FACTOR} times as fast: every duration of a {@code for} and of a range is
 * divided by that, and so are the limits of ages above a minute.
 */
final class FasterRules {
    private static final int FACTOR = 20;
    private static final Pattern DURATION = Pattern.compile("(?<=for: |\\[)(\\d+)([smhd])\\b");
    private static final Pattern AGE = Pattern.compile("(?<=oldest_age_seconds\\{[^}]{1,80}}\\) > )(\\d+)");

    private FasterRules() {}

    static String of(String rules) {
        String shorter =
                DURATION.matcher(rules).replaceAll(found -> millis(found.group(1), found.group(2)) / FACTOR + "ms");
        return AGE.matcher(shorter).replaceAll(found -> {
            int seconds = Integer.parseInt(found.group(1));
            return Integer.toString(seconds > 60 ? seconds / FACTOR : seconds);
        });
    }

    private static long millis(String number, String unit) {
        return Long.parseLong(number)
                * switch (unit) {
                    case "s" -> 1_000;
                    case "m" -> 60_000;
                    case "h" -> 3_600_000;
                    default -> 86_400_000;
                };
    }
}
