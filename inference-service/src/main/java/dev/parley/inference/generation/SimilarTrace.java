package dev.parley.inference.generation;

import dev.parley.contracts.event.SimilarCheck;
import dev.parley.contracts.event.StoredQuestion;
import java.util.Optional;

/**
 * What the look-up of a similar question leaves behind.
 *
 * @param check why an answer was reused or not; empty if none was looked for
 * @param question to be stored with the answer, so that similar ones find it; empty if it may not be
 */
public record SimilarTrace(Optional<SimilarCheck> check, Optional<StoredQuestion> question) {
    public static final SimilarTrace NONE = new SimilarTrace(Optional.empty(), Optional.empty());

    /** The trace of a look-up without a question to be stored. */
    public static SimilarTrace of(SimilarCheck check) {
        return new SimilarTrace(Optional.of(check), Optional.empty());
    }
}
