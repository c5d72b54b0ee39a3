package dev.parley.contracts.published;

import java.time.Instant;

/** An event on {@code chat.published}. The newest event of a question is its whole state. */
public sealed interface PublishedEvent permits AnswerPublished, AnswerWithdrawn {
    QuestionKey question();

    Instant at();
}
