package dev.parley.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A Markdown table of results, printed and stored in {@code target/}. Thread-safe. */
final class FaultTable {
    private final String title;
    private final List<String> rows = new ArrayList<>();

    FaultTable(String title) {
        this(title, "fault", "end of the stream", "characters", "attempts", "turn");
    }

    FaultTable(String title, String... columns) {
        this.title = title;
        row(columns);
        rows.add("|" + "---|".repeat(columns.length));
    }

    synchronized void row(String... cells) {
        rows.add("| " + String.join(" | ", cells) + " |");
    }

    synchronized void print() throws IOException {
        String table = "## " + title + "\n\n" + String.join("\n", rows) + "\n";
        System.out.println(table);
        Files.writeString(Path.of("target", title.toLowerCase(Locale.ROOT).replace(' ', '-') + ".md"), table);
    }
}
