package dev.parley.benchmarks.findings;

import java.util.List;

/** What stands behind the rows: a line for each contestant, say. */
public record Table(String title, List<String> head, List<List<String>> lines) {
    public Table {
        head = List.copyOf(head);
        lines = lines.stream().map(List::copyOf).toList();
    }
}
