package dev.parley.benchmarks.load;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Requests that differ in the question alone, so that one may be answered with the answer to another. Any answer is right. */
public final class QuestionSeries {
    private final String before;

    /** How often each question was asked. */
    private final Map<String, Integer> asked = new HashMap<>();

    /**
     * Requests of a series.
     *
     * @param series of letters and digits; no other system prompt has it
     */
    public QuestionSeries(String series) {
        this.before = "{\"model\":\"claude-opus-5-5\",\"max_tokens\":8192,\"stream\":true,\"system\":\"Series " + series
                + ".\",\"messages\":[{\"role\":\"user\",\"content\":\"";
    }

    public List<Request.Question> asking(List<String> questions) {
        return questions.stream().map(this::asking).toList();
    }

    /**
     * A request with a question. Each time it has one more space, so that no cache has its answer. Spaces do not count for the meaning
     * of a question.
     */
    public Request.Question asking(String question) {
        int times = asked.merge(question, 1, Integer::sum);
        return new Request.Question(before + question.replaceFirst(" ", " ".repeat(times)) + "\"}]}", "");
    }
}
