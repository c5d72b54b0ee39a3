package dev.parley.benchmarks.findings;

/** One line of the table of results. */
public record Row(String what, String target, String seen, Verdict verdict) {
    public static Row judged(String what, String target, String seen, boolean met) {
        return new Row(what, target, seen, Verdict.of(met));
    }

    public static Row stated(String what, String seen) {
        return new Row(what, "stated", seen, Verdict.STATED);
    }
}
