package dev.parley.benchmarks.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.HdrHistogram.Histogram;

/** A load being applied, and what has been measured so far. Owned by the event loop; only its future is shared. */
final class LoadRun {
    private static final int OK = 200;
    private static final int ERROR_CHARACTERS_MAX = 300;

    private final Load load;
    private final long begin;
    private final Set<Call> open = new HashSet<>();
    private final CompletableFuture<LoadResult> done = new CompletableFuture<>();
    private final Histogram toFirstByte = LoadResult.histogram();
    private final Histogram toFirstText = LoadResult.histogram();
    private final Histogram toEnd = LoadResult.histogram();
    private final Histogram gaps = LoadResult.histogram();
    private final Histogram lateness = LoadResult.histogram();
    private int next;
    private int answered;
    private int errors;
    private String firstError = "";
    private long pieces;
    private long lastEnd;

    LoadRun(Load load, long begin) {
        this.load = load;
        this.begin = begin;
    }

    CompletableFuture<LoadResult> done() {
        return done;
    }

    /** When the next request is due, or -1 if there is none. */
    long nextDue() {
        return next < load.arrivals().count() ? begin + load.arrivals().offsets()[next] : -1;
    }

    Call begin(long now) {
        long due = nextDue();
        Call call = new Call(load.requests().get(next), due);
        next++;
        open.add(call);
        record(lateness, now - due);
        return call;
    }

    void timeOut() {
        end("timeout: not complete after " + load.answerTimeout());
    }

    void stop() {
        end("the run was stopped");
    }

    /** Ends the run; a call that is still open has failed for this reason. */
    private void end(String reason) {
        next = load.arrivals().count();
        try {
            List.copyOf(open).forEach(call -> call.fail(reason));
        } finally {
            done.complete(result());
        }
    }

    private LoadResult result() {
        return new LoadResult(
                toFirstByte, toFirstText, toEnd, gaps, lateness, next, answered, errors, firstError, pieces, lastEnd);
    }

    private static void record(Histogram times, long nanos) {
        times.recordValue(Math.clamp(nanos, 1, times.getHighestTrackableValue()));
    }

    /** A request under way and the state of its response. */
    final class Call {
        private final Request request;
        private final long due;
        private final AnswerCheck check;
        private final StringBuilder errorBody = new StringBuilder();
        private int status;
        private boolean streams;
        private boolean bodyBegun;
        private boolean over;
        private long lastText;

        Call(Request request, long due) {
            this.request = request;
            this.due = due;
            this.check = new AnswerCheck(request.answer().getBytes(US_ASCII));
        }

        Request request() {
            return request;
        }

        Endpoint endpoint() {
            return load.endpoint();
        }

        /** Whether a response has begun; until then the request may be sent again over another connection. */
        boolean begun() {
            return status > 0;
        }

        boolean over() {
            return over;
        }

        void head(int responseStatus, boolean eventStream, HttpHeaders headers) {
            load.heads().accept(request, headers);
            status = responseStatus;
            streams = eventStream;
        }

        void body(ByteBuf part, long now) {
            if (over) {
                return;
            }
            if (status != OK) {
                if (errorBody.length() < ERROR_CHARACTERS_MAX) {
                    errorBody.append(part.toString(UTF_8));
                }
                return;
            }
            if (!bodyBegun) {
                bodyBegun = true;
                record(toFirstByte, now - due);
            }
            if (!streams) {
                check.body(part);
                text(1, now);
            } else {
                text(check.stream(part), now);
            }
        }

        private void text(int count, long now) {
            if (count == 0) {
                return;
            }
            boolean first = lastText == 0;
            if (first) {
                record(toFirstText, now - due);
            }
            if (load.window().contains(now - begin)) {
                pieces += count;
                if (!first) {
                    record(gaps, now - lastText);
                }
            }
            lastText = now;
        }

        void end(long now) {
            if (status != OK) {
                fail("status " + status + ": " + errorBody);
            } else if (check.error()) {
                fail("an error event after the first byte");
            } else if (!(streams ? check.streamIsRight() : check.bodyIsRight())) {
                fail("wrong text");
            } else if (!over) {
                answered++;
                record(toEnd, now - due);
                lastEnd = Math.max(lastEnd, now - begin);
                finish();
            }
        }

        void fail(String reason) {
            if (!over) {
                errors++;
                firstError = firstError.isEmpty() ? reason : firstError;
                finish();
            }
        }

        private void finish() {
            over = true;
            open.remove(this);
            if (open.isEmpty() && nextDue() < 0) {
                done.complete(result());
            }
        }
    }
}
