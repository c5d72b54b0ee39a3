package dev.parley.benchmarks.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;

/** One request under way, and what has come of its answer. Owned by the event loop. */
final class Call {
    private static final int OK = 200;
    private static final int REFUSAL_CHARACTERS_MAX = 300;

    private final Request request;
    private final Run run;
    private final long due;
    private final AnswerCheck check;
    private final StringBuilder refusal = new StringBuilder();
    private int status;
    private boolean streams;
    private boolean begun;
    private boolean over;
    private boolean bodyBegun;
    private long lastText;

    Call(Request request, Run run, long due) {
        this.request = request;
        this.run = run;
        this.due = due;
        this.check = new AnswerCheck(request.answer());
    }

    Request request() {
        return request;
    }

    Target target() {
        return run.load().target();
    }

    /** Whether anything has come back: until then it may be sent again over another connection. */
    boolean begun() {
        return begun;
    }

    boolean over() {
        return over;
    }

    void head(int responseStatus, boolean eventStream) {
        begun = true;
        status = responseStatus;
        streams = eventStream;
    }

    void body(ByteBuf part, long now) {
        if (over) {
            return;
        }
        if (status != OK) {
            if (refusal.length() < REFUSAL_CHARACTERS_MAX) {
                refusal.append(part.toString(UTF_8));
            }
            return;
        }
        if (!bodyBegun) {
            bodyBegun = true;
            run.firstByte(due, now);
        }
        int pieces = 1;
        if (streams) {
            pieces = check.stream(part);
        } else {
            check.body(part);
        }
        if (pieces > 0) {
            run.text(pieces, due, lastText, now);
            lastText = now;
        }
    }

    void end(long now) {
        if (status != OK) {
            fail(Flaw.STATUS, status + " " + refusal);
        } else if (check.error()) {
            fail(Flaw.ERROR_EVENT, "after the first byte");
        } else if (streams ? check.streamIsRight() : check.bodyIsRight()) {
            finish();
            run.answered(due, now);
        } else {
            fail(Flaw.WRONG_TEXT, "not the text that was to be said");
        }
    }

    void fail(Flaw flaw, String what) {
        if (!over) {
            finish();
            run.flaw(flaw, what);
        }
    }

    private void finish() {
        over = true;
        run.ended(this);
    }
}
