package dev.parley.simulator.prose;

import java.util.Locale;

/** Code examples, in the language a question names; Python where it names none. */
final class Code {
    private Code() {}

    static String example(String question, Topic topic) {
        String asked = question.toLowerCase(Locale.ROOT);
        String name = topic.identifier();
        if (asked.contains("sql")) {
            return """
                    ```sql
                    SELECT name, count(*) AS times
                    FROM %1$s
                    WHERE seen_at > now() - INTERVAL '1 day'
                    GROUP BY name
                    ORDER BY times DESC;
                    ```""".formatted(name);
        }
        if (asked.contains("javascript") || asked.contains("typescript")) {
            return """
                    ```javascript
                    function %1$s(items) {
                      return items.filter((item) => item.ready).map((item) => item.name);
                    }
                    ```""".formatted(name);
        }
        if (asked.contains("java")) {
            return """
                    ```java
                    static List<String> %1$s(List<Item> items) {
                        return items.stream().filter(Item::ready).map(Item::name).toList();
                    }
                    ```""".formatted(name);
        }
        if (asked.contains("bash") || asked.contains("shell")) {
            return """
                    ```bash
                    for %1$s in *.log; do
                      grep -c "ready" "$%1$s"
                    done
                    ```""".formatted(name);
        }
        return """
                ```python
                def %1$s(items):
                    \"""The names of the items that are ready.\"""
                    return [item.name for item in items if item.ready]
                ```""".formatted(name);
    }
}
