package dev.parley.inference.generation.judging;

import dev.parley.contracts.event.Attempt;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A call to a judge that runs or has ended. */
public interface Judging {
    /** The beginning of the gates of answers that are not reused because a judge did not permit them. */
    String GATE = "judge:";

    /** The gate of an answer that is not reused because the verdict came too late. */
    String LATE = GATE + "late";

    /** The gate of an answer of which no judge was asked, because others were. */
    String CROWDED = GATE + "crowded";

    /** The gate of an answer of which no judge can be asked. */
    String UNSUITABLE = GATE + "unsuitable";

    /** The gate of an answer that was removed or replaced since its question was found. */
    String ANSWER_GONE = "answer-gone";

    /** Whether the stored answer may be used. Never fails, and is known within the time limit of the judge. */
    CompletableFuture<Boolean> permitted();

    /** What was found out, or {@link #LATE}. Stops the call if it runs. Does not block. */
    SimilarTrace stop();

    /**
     * The calls that were made, and are to be attempts of this request and no other; to be asked after {@link #stop}. Blocks for the
     * moment in which a stopped call ends; empty if it does not, because its cost is unknown.
     */
    Optional<List<Attempt>> calls() throws InterruptedException;
}
