package dev.parley.inference.generation.calls;

import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.Prompt;
import dev.parley.contracts.event.Usage;
import dev.parley.contracts.json.Utf8;
import dev.parley.contracts.price.RefusalBilling;
import dev.parley.messages.CopyOnWriteObject;
import dev.parley.messages.MalformedStreamException;
import dev.parley.messages.MessageAssembler;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** One call to Claude and its result. Used by one thread at a time, as {@code ClaudeCall} says. */
public final class AttemptRecord {
    public static final String REFUSED = "refused";
    public static final String BROKEN = "broken";
    static final String CANCELLED = "cancelled";
    public static final String INTERRUPTED = "interrupted";

    private static final String ADVISOR = "advisor";

    /** The server tools that are billed by their tokens only. */
    private static final Set<String> FREE_TOOLS =
            Set.of(ADVISOR, "web_fetch", "tool_search_tool_regex", "tool_search_tool_bm25");

    /** The events after which a call costs more, or an unknown sum. */
    private static final Set<String> BILLED = Set.of("message_start", "content_block_start", "content_block_stop");

    /** Of a delta, what Claude generated. */
    private static final Set<String> CONTENTS = Set.of("text", "thinking", "partial_json", "content");

    /**
     * The blocks that Claude sends late, and without pings meanwhile: the input of a tool one key and value at a time, a summary as a
     * whole (platform.claude.com, "Streaming messages", "Compaction").
     */
    private static final Set<String> SENT_LATE = Set.of("tool_use", "server_tool_use", "mcp_tool_use", "compaction");

    /** Blocks that are open at the same time; those beyond count as ended. */
    private static final int OPEN_BLOCKS_MAX = 100;

    /** Each record of the calls has the name, and so have metrics. */
    private static final int MODEL_CHARS_MAX = 1_000;

    /** Of text of which Claude has not reported the tokens: English has about as many a token. */
    public static final int BYTES_PER_TOKEN = 4;

    /** A block that has begun and not ended. */
    private static final class OpenBlock {
        final String type;
        /** Of thinking, those that are shown. */
        long thinkingBytes;
        /** Whether it is thinking without a signature yet: what is shown of it does not tell how long it is. */
        boolean isUnsigned;

        OpenBlock(String type) {
            this.type = type;
            this.isUnsigned = type.equals("thinking");
        }
    }

    private final int number;
    private final Instant startedAt;
    private Instant endedAt;
    private String model;
    private boolean named;
    private String outcome = INTERRUPTED;
    private int status;
    private String requestId = "";
    /** The {@code usage} of Claude so far. */
    private CopyOnWriteObject reported =
            new CopyOnWriteObject(JsonMapper.shared().createObjectNode());

    /** What an earlier owner has recorded of it; of one that runs, without the output, which Claude counts anew at the end. */
    private Usage recorded = Usage.NONE;

    private long serverTools;
    private long receivedBytes;
    /** Those of them that are not on the log. */
    private long withheldBytes;
    /** Those of the last event. */
    private long latestBytes;
    /** By index. The events of several blocks may come between each other. */
    private final Map<Integer, OpenBlock> openBlocks = new HashMap<>();
    /** The calls of tools at Claude whose results have not come. */
    private int runningTools;

    private boolean outputReported;
    /** Whether a block of the answer has begun, after a fallback of Claude's own one of the last model. */
    private boolean begun;
    /** Whether this replica closed it: Claude bills what it has received until then. */
    private boolean closed;
    /** Whether Claude has read more than the prompt: for a summary of the conversation, an advice, a fallback. It tells that at the end. */
    private boolean readMore;
    /** Whether it cannot be told what Claude bills, even from all that it reports. */
    private boolean undecided;
    /** Whether Claude bills nothing of what it reports. */
    private boolean free;

    private boolean billedWithheld;

    private Runnable onWithheld = () -> {};

    /**
     * A call that starts.
     *
     * @param number 1 for the first of the generation
     * @param model of the request, until Claude names the one that answers
     */
    public AttemptRecord(int number, String model, Instant startedAt) {
        this.number = number;
        this.model = model;
        this.startedAt = startedAt;
        this.endedAt = startedAt;
    }

    /** A call of an earlier owner, as recorded on the log. What it has delivered since then may be added. */
    static AttemptRecord of(Attempt attempt) {
        AttemptRecord call = new AttemptRecord(attempt.number(), attempt.model(), attempt.startedAt());
        call.endedAt = attempt.startedAt().plusNanos((long) (attempt.durationMs() * 1_000_000));
        call.named = !attempt.usage().equals(Usage.NONE);
        call.outcome = attempt.outcome();
        call.status = attempt.status();
        call.requestId = attempt.requestId();
        call.recorded = attempt.usage();
        if (call.isInterrupted()) {
            call.recorded = attempt.usage().withoutOutput();
            call.withheldBytes = attempt.usage().outputTokens() * BYTES_PER_TOKEN;
            call.receivedBytes = call.withheldBytes;
            call.begun = call.withheldBytes > 0;
        }
        call.closed = attempt.costUsd().isEmpty();
        call.undecided = attempt.costUsd().isEmpty();
        return call;
    }

    /**
     * The record of the call, with a cost of 0 unless that is unknown: of a closed call, of which Claude reports no usage, and of one
     * whose usage does not tell it.
     */
    public Attempt attempt() {
        return attempt(usage());
    }

    private Attempt attempt(Usage shown) {
        double durationMs = Duration.between(startedAt, endedAt).toNanos() / 1_000_000.0;
        boolean isUnknown = usage().equals(Usage.NONE)
                ? closed
                : undecided || (readMore && !isItemised()) || (isThinking() && !outputReported);
        Optional<BigDecimal> costUsd = isUnknown ? Optional.empty() : Optional.of(BigDecimal.ZERO);
        return new Attempt(number, model, startedAt, durationMs, outcome, status, requestId, shown, costUsd);
    }

    /**
     * The same for the log, from which the next owner reads what an interrupted call has delivered: the output tokens of such a call
     * are those that it has withheld.
     */
    Attempt attemptForLog() {
        return attempt(
                isInterrupted() && !outputReported
                        ? usage().withoutOutput().atLeast(tokens(withheldBytes), 0)
                        : usage());
    }

    private static long tokens(long bytes) {
        return (bytes + BYTES_PER_TOKEN - 1) / BYTES_PER_TOKEN;
    }

    /** Sets an action that puts the {@link #attemptForLog} on the log. */
    public void onWithheld(Runnable action) {
        onWithheld = action;
    }

    /** The event last received is not delivered, so that the log does not have what Claude bills for it: the input tokens, or thinking. */
    public void withheld(JsonNode event) {
        withheldBytes += latestBytes;
        billedWithheld |= BILLED.contains(event.path("type").stringValue(""));
    }

    /** Puts what was {@link #withheld} since the last time on the log, if it changes what the call costs; false if it does not. */
    public boolean reportBilled() {
        boolean reports = billedWithheld;
        billedWithheld = false;
        if (reports) {
            onWithheld.run();
        }
        return reports;
    }

    /** Does so again; false if the call has withheld no output. */
    public boolean reportWithheld() {
        if (withheldBytes == 0) {
            return false;
        }
        onWithheld.run();
        return true;
    }

    public void answered(int withStatus, String withRequestId) {
        status = withStatus;
        requestId = withRequestId;
    }

    /** This replica has closed the call before the end of the answer. */
    public void closed() {
        closed = true;
    }

    /** Not all that Claude has sent is known: neither is what it bills. */
    void incomplete() {
        closed = true;
        undecided = true;
        free = false;
    }

    /** Reads an event of Claude, delivered or not. Its counters replace the earlier ones. */
    public void received(JsonNode event) {
        long before = receivedBytes;
        switch (event.path("type").stringValue("")) {
            case "message_start" -> {
                named = event.path("message").path("model").isString();
                model = name(event.path("message").path("model"));
                report(event.path("message").path("usage"));
            }
            case "content_block_start" -> begin(index(event), event.path("content_block"));
            case "content_block_delta" -> {
                begun = true;
                count(index(event), event.path("delta"));
            }
            case "content_block_stop" -> openBlocks.remove(index(event));
            case "message_delta" -> {
                report(event.path("usage"));
                outputReported = true;
                if (!begun) {
                    endWithoutOutput(RefusalBilling.of(event.path("delta")));
                }
            }
            default -> {
                // Counts nothing.
            }
        }
        latestBytes = receivedBytes - before;
    }

    /** A model that Claude names; the one before if it names none. */
    private String name(JsonNode named) {
        String name = named.stringValue(model);
        if (name.length() > MODEL_CHARS_MAX) {
            throw new MalformedStreamException("a model whose name is too long");
        }
        return name;
    }

    private void report(JsonNode latest) {
        if (latest instanceof ObjectNode counters) {
            if (reported.get().isEmpty()) {
                reported = new CopyOnWriteObject(counters);
            } else {
                MessageAssembler.update(reported.own(), counters);
            }
        }
    }

    /** A model that declined before a fallback may have been billed. */
    private void endWithoutOutput(RefusalBilling billing) {
        free = billing == RefusalBilling.FREE && !readMore;
        undecided |= billing != RefusalBilling.BILLED && !free;
    }

    /** Whether Claude has reported the tokens of each prompt. */
    private boolean isItemised() {
        return !reported.get().path("iterations").isEmpty();
    }

    private static int index(JsonNode event) {
        return event.path("index").intValue(0);
    }

    private void count(int index, JsonNode delta) {
        int thinkingBytes = 0;
        for (Map.Entry<String, JsonNode> member : delta.properties()) {
            if (CONTENTS.contains(member.getKey())) {
                int bytes = Utf8.length(member.getValue().stringValue(""));
                receivedBytes += bytes;
                thinkingBytes += member.getKey().equals("thinking") ? bytes : 0;
            }
        }
        // On the log, the start of a block that was filled later is of an earlier call.
        OpenBlock known = openBlocks.get(index);
        OpenBlock block = known == null ? open(index, "") : known;
        block.thinkingBytes += thinkingBytes;
        String signature = delta.path("signature").stringValue("");
        if (!signature.isEmpty()) {
            // Of the thinking, at most a summary is shown.
            receivedBytes += Math.max(0, encryptedBytes(signature) - block.thinkingBytes);
            block.isUnsigned = false;
        }
    }

    private OpenBlock open(int index, String type) {
        OpenBlock block = new OpenBlock(type);
        if (openBlocks.size() < OPEN_BLOCKS_MAX) {
            openBlocks.put(index, block);
        }
        return block;
    }

    /** The length of thinking of which this is the encrypted copy (docs.claude.com, "Extended thinking"). */
    private static long encryptedBytes(String base64) {
        return base64.length() * 3L / 4;
    }

    private void begin(int index, JsonNode block) {
        boolean hasOutput = begun;
        begun = true;
        String type = block.path("type").stringValue("");
        var _ = open(index, type);
        if (type.endsWith("_tool_result")) {
            runningTools = Math.max(0, runningTools - 1);
        }
        switch (type) {
            case "server_tool_use" -> {
                runningTools++;
                count(block.path("name").stringValue(""));
            }
            case "mcp_tool_use" -> runningTools++;
            case "fallback" -> {
                model = name(block.path("to").path("model"));
                readMore = true;
                // Else the category of the refusal decides, which is not told.
                undecided |= !hasOutput;
                begun = false;
            }
            case "compaction" -> readMore = true;
            case "redacted_thinking" ->
                receivedBytes += encryptedBytes(block.path("data").stringValue(""));
            default -> {
                // Billed by its tokens.
            }
        }
    }

    /** Claude reports the uses of server tools at the end, which a cancelled or broken answer does not have. */
    private void count(String serverTool) {
        readMore |= serverTool.equals(ADVISOR);
        if (!FREE_TOOLS.contains(serverTool)) {
            serverTools++;
        }
    }

    public void ended(Ending ending, Instant at) {
        endedAt = at;
        closed |= ending instanceof Ending.Cancelled;
        outcome = switch (ending) {
            case Ending.Completed _ -> "completed";
            case Ending.Refused _ -> REFUSED;
            case Ending.Broken _ -> BROKEN;
            case Ending.Cancelled _ -> CANCELLED;
        };
    }

    public int number() {
        return number;
    }

    public Instant startedAt() {
        return startedAt;
    }

    public String model() {
        return model;
    }

    /** Whether it runs, or its owner died. */
    boolean isInterrupted() {
        return outcome.equals(INTERRUPTED);
    }

    /** Whether Claude is within thinking, as far as is received. */
    public boolean isThinking() {
        return openBlocks.values().stream().anyMatch(block -> block.isUnsigned);
    }

    /** Whether Claude may send nothing for minutes: it writes a block that it sends late, or waits for a tool of its own. */
    public boolean mayBeSilent() {
        boolean isWriting = false;
        for (OpenBlock block : openBlocks.values()) {
            if (SENT_LATE.contains(block.type)) {
                return true;
            }
            // Without a type, it has begun in an earlier call, or has ended already.
            isWriting |= !block.type.isEmpty();
        }
        return !isWriting && runningTools > 0;
    }

    /** Whether Claude bills nothing of what it reports: it has refused to answer. */
    public boolean isFree() {
        return free;
    }

    public boolean modelIsNamed() {
        return named;
    }

    /** The sum over its prompts. */
    Usage usage() {
        return Prompt.total(prompts());
    }

    /**
     * The prompts, as Claude has reported them; the output that it has not reported is estimated, because Claude bills it all the
     * same.
     */
    public List<Prompt> prompts() {
        List<Prompt> prompts = Prompt.of(model, reported.get());
        Prompt first = prompts.getFirst();
        Usage usage = first.usage()
                .atLeast(isItemised() ? recorded.withoutTokens() : recorded)
                .atLeast(0, serverTools);
        prompts.set(0, new Prompt(first.model(), outputReported ? usage : usage.atLeast(tokens(receivedBytes), 0)));
        return prompts;
    }
}
