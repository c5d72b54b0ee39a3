package dev.parley.benchmarks.report;

import static java.util.stream.Collectors.joining;

import dev.parley.benchmarks.findings.Findings;
import dev.parley.benchmarks.findings.Result;
import dev.parley.benchmarks.findings.Row;
import dev.parley.benchmarks.findings.Table;
import dev.parley.benchmarks.plot.Svg;
import java.util.List;
import java.util.Locale;

/** A result as one page that needs nothing from elsewhere. */
final class PageReport {
    private static final String STYLE = """
        :root{color-scheme:light dark;--page:#f6f7f9;--card:#fff;--ink:#1c2330;--soft:#6b7484;--line:#e4e8ee;--met:#12805c;--missed:#c23b3b;--stated:#6b7484}
        @media(prefers-color-scheme:dark){:root{--page:#12161d;--card:#1a2029;--ink:#e8ecf3;--soft:#9aa4b5;--line:#2b3341;--met:#4fd0a0;--missed:#ff8080;--stated:#9aa4b5}}
        *{box-sizing:border-box}body{margin:0;background:var(--page);color:var(--ink);font:15px/1.55 ui-sans-serif,system-ui,sans-serif}
        main{max-width:1040px;margin:0 auto;padding:40px 20px 80px}h1{font-size:30px;letter-spacing:-.02em;margin:0 0 6px}h2{font-size:19px;margin:0 0 14px}
        .machine,.note{color:var(--soft)}section{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:22px 24px;margin-top:22px;overflow-x:auto}
        table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;margin:6px 0 14px}th{color:var(--soft);font-weight:500;font-size:13px}
        th,td{text-align:left;padding:7px 14px 7px 0;border-bottom:1px solid var(--line);vertical-align:top}tr:last-child td{border-bottom:0}h3{font-size:14px;margin:14px 0 2px;color:var(--soft);font-weight:600}
        .verdict{font-weight:650;white-space:nowrap}.met{color:var(--met)}.missed{color:var(--missed)}.stated{color:var(--stated)}
        .sum{display:flex;gap:28px;margin:22px 0 0;font-size:15px}.sum b{font-size:26px;display:block;letter-spacing:-.02em}svg{width:100%;height:auto;display:block;margin:10px 0}
        """;

    private PageReport() {}

    static String of(Result result) {
        List<Row> rows = result.findings().stream()
                .flatMap(findings -> findings.rows().stream())
                .toList();
        return "<!doctype html>\n"
                + "<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\""
                + " content=\"width=device-width,initial-scale=1\"><title>Parley, measured</title><style>"
                + STYLE + "</style></head><body><main><h1>Parley, measured</h1><div class=\"machine\">"
                + escaped(result.machine().sentence()) + "<br>"
                + escaped(MarkdownReport.run(result)) + "</div>" + sum(rows)
                + "<section><h2>Targets</h2><table><tr><th>what</th><th>target</th><th>seen</th><th></th></tr>"
                + rows.stream().map(PageReport::row).collect(joining()) + "</table></section>"
                + result.findings().stream().map(PageReport::section).collect(joining()) + "</main></body></html>\n";
    }

    private static String sum(List<Row> rows) {
        return List.of("met", "missed", "stated").stream()
                .map(verdict -> "<span class=\"" + verdict + "\"><b>"
                        + rows.stream().filter(row -> name(row).equals(verdict)).count() + "</b>" + verdict + "</span>")
                .collect(joining("", "<div class=\"sum\">", "</div>"));
    }

    private static String row(Row row) {
        return "<tr><td>" + escaped(row.what()) + "</td><td>" + escaped(row.target()) + "</td><td>"
                + escaped(row.seen()) + "</td><td class=\"verdict " + name(row) + "\">" + name(row) + "</td></tr>\n";
    }

    private static String name(Row row) {
        return row.verdict().name().toLowerCase(Locale.ROOT);
    }

    private static String section(Findings findings) {
        return "<section><h2>" + escaped(findings.title()) + "</h2>"
                + findings.plots().stream().map(Svg::of).collect(joining())
                + findings.tables().stream().map(PageReport::table).collect(joining())
                + findings.notes().stream()
                        .map(note -> "<div class=\"note\">" + escaped(note) + "</div>")
                        .collect(joining())
                + "</section>\n";
    }

    private static String table(Table table) {
        return "<h3>" + escaped(table.title()) + "</h3><table>" + line("th", table.head())
                + table.lines().stream().map(cells -> line("td", cells)).collect(joining()) + "</table>";
    }

    private static String line(String tag, List<String> cells) {
        return cells.stream()
                .map(cell -> "<" + tag + ">" + escaped(cell) + "</" + tag + ">")
                .collect(joining("", "<tr>", "</tr>\n"));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
