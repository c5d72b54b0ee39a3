package dev.parley.contracts.published;

import java.util.List;

/**
 * The tags of cached responses with published answers, by which an edge purges them. At most 50 tags of 256 characters, as
 * CloudFront allows.
 */
public final class CacheTags {
    /** The response header with the tags, separated by commas. */
    public static final String HEADER = "cache-tag";

    private CacheTags() {}

    public static List<String> of(AnswerPublished answer) {
        QuestionKey question = answer.question();
        return List.of(
                "tenant-" + question.tenant(),
                "collection-" + question.collectionAddress(),
                question(question),
                "generation-" + answer.generation(),
                "model-" + answer.model().replaceAll("[^A-Za-z0-9.-]", "-"));
    }

    public static List<String> ofList(QuestionKey any) {
        return List.of("tenant-" + any.tenant(), "collection-" + any.collectionAddress(), list(any));
    }

    /** The tags whose responses a change of a question makes wrong. */
    public static List<String> changedWith(QuestionKey question) {
        return List.of(question(question), list(question));
    }

    private static String question(QuestionKey question) {
        return "question-" + question.collectionAddress() + "." + question.slug();
    }

    private static String list(QuestionKey any) {
        return "list-" + any.collectionAddress();
    }
}
