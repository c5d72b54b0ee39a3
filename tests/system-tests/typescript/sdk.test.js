// The official TypeScript SDK, configured with a base URL and a key only (ANTHROPIC_BASE_URL and ANTHROPIC_API_KEY), works
// with the gateway. Claude is the simulator: directives are in [[sim: …]].
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, it } from "node:test";
import Anthropic from "@anthropic-ai/sdk";
import { betaZodTool } from "@anthropic-ai/sdk/helpers/beta/zod";
import { z } from "zod";

const MODEL = "claude-opus-4-5";
const client = new Anthropic({ maxRetries: 0 });

/** Both call styles of the SDK. */
const modes = {
  "as a message": (params, sdk = client) => sdk.messages.create(params),
  "as a stream": (params, sdk = client) => sdk.messages.stream(params).finalMessage(),
};

const weather = {
  name: "get_weather",
  description: "Tells the weather of a place",
  input_schema: {
    type: "object",
    properties: { location: { type: "string" } },
    required: ["location"],
  },
};

/** A prompt that no other test sends, so that no cached answer matches. */
function unique(question, directives = "") {
  return `${question} (${randomUUID()}) [[sim: first_token_ms=0 tokens_per_second=0 ${directives}]]`;
}

function request(content, more = {}) {
  return { model: MODEL, max_tokens: 1000, messages: [{ role: "user", content }], ...more };
}

function text(message) {
  return message.content
    .filter((block) => block.type === "text")
    .map((block) => block.text)
    .join("");
}

function fails(type, status, more = () => true) {
  return (error) => {
    assert.ok(error instanceof type, `${type.name} expected, not ${error}`);
    assert.equal(error.status, status);
    return more(error);
  };
}

for (const [how, ask] of Object.entries(modes)) {
  describe(`The TypeScript SDK, asking for an answer ${how},`, { timeout: 120_000 }, () => {
    it("gets plain text", async () => {
      const message = await ask(request(unique("What is it?", 'text="Forty-two, of course."')));
      assert.equal(text(message), "Forty-two, of course.");
      assert.equal(message.type, "message");
      assert.equal(message.role, "assistant");
      assert.equal(message.model, "claude-opus-4-5-20251101");
      assert.equal(message.stop_reason, "end_turn");
      assert.match(message.id, /^msg_/);
      assert.ok(message.usage.input_tokens > 0);
      assert.ok(message.usage.output_tokens > 0);
    });

    it("sends a system prompt", async () => {
      const length = async (system) =>
        (await ask(request(unique("Who goes there?", "text=Arr!"), system ? { system } : {}))).usage.input_tokens;
      assert.ok((await length("Answer like a pirate. ".repeat(50))) > (await length("")) + 100);
    });

    it("continues a conversation", async () => {
      const first = { role: "user", content: unique("What is a log?") };
      const answer = await ask(request(first.content));
      const message = await ask(
        request("", {
          messages: [
            first,
            { role: "assistant", content: answer.content },
            { role: "user", content: unique("And what is a topic?") },
          ],
        }),
      );
      assert.match(text(message), /Earlier you asked “What is a log\?/);
    });

    it("uses a tool", async () => {
      const question = { role: "user", content: unique("What is the weather in Paris today?") };
      const call = await ask(request("", { tools: [weather], messages: [question] }));
      assert.equal(call.stop_reason, "tool_use");
      const use = call.content.find((block) => block.type === "tool_use");
      assert.equal(use.name, "get_weather");
      assert.deepEqual(use.input, { location: "Paris" });

      const result = { type: "tool_result", tool_use_id: use.id, content: "21 degrees and a light breeze" };
      const answer = await ask(
        request("", {
          tools: [weather],
          messages: [question, { role: "assistant", content: call.content }, { role: "user", content: [result] }],
        }),
      );
      assert.equal(answer.stop_reason, "end_turn");
      assert.match(text(answer), /21 degrees and a light breeze/);
    });

    it("sends an image", async () => {
      const data = Buffer.alloc(300).toString("base64");
      const message = await ask(
        request([
          { type: "image", source: { type: "base64", media_type: "image/png", data } },
          { type: "text", text: unique("What does this show?") },
        ]),
      );
      assert.match(text(message), /image\/png, 300 bytes/);
    });

    it("gets extended thinking and sends it back", async () => {
      const thinking = { type: "enabled", budget_tokens: 1024 };
      const question = { role: "user", content: unique("Why is the sky blue?") };
      const message = await ask(request("", { max_tokens: 3000, thinking, messages: [question] }));
      const [thought] = message.content;
      assert.equal(thought.type, "thinking");
      assert.ok(thought.thinking.length > 0);
      assert.ok(thought.signature.length > 0);
      assert.ok(text(message).length > 0);

      const second = await ask(
        request("", {
          max_tokens: 3000,
          thinking,
          messages: [
            question,
            { role: "assistant", content: message.content },
            { role: "user", content: unique("And at night?", "text=Black.") },
          ],
        }),
      );
      assert.equal(text(second), "Black.");
    });

    it("stops at a stop sequence", async () => {
      const message = await ask(
        request(unique("Count.", 'text="One, two, HALT three."'), { stop_sequences: ["HALT"] }),
      );
      assert.equal(text(message), "One, two, ");
      assert.equal(message.stop_reason, "stop_sequence");
      assert.equal(message.stop_sequence, "HALT");
    });

    it("rejects an invalid key", async () => {
      const unauthorized = new Anthropic({ apiKey: "no-key-of-ours", maxRetries: 0 });
      await assert.rejects(
        ask(request(unique("May I?")), unauthorized),
        fails(Anthropic.AuthenticationError, 401, (error) => error.requestID?.length > 0),
      );
    });

    it("rejects an unknown model", async () => {
      await assert.rejects(
        ask(request(unique("Who are you?"), { model: "claude-unknown-1" })),
        fails(Anthropic.NotFoundError, 404, (error) => error.message.includes("claude-unknown-1")),
      );
    });

    it("forwards the message of an invalid request", async () => {
      await assert.rejects(
        ask(request(unique("Hot?"), { temperature: 2 })),
        fails(Anthropic.BadRequestError, 400, (error) => error.message.includes("temperature")),
      );
    });

    it("rejects a body that is too large", async () => {
      await assert.rejects(ask(request("x".repeat(9 * 1024 * 1024))), fails(Anthropic.APIError, 413));
    });

    it("forwards retry-after", async () => {
      await assert.rejects(
        ask(request(unique("Now?", "fault=rate_limit retry_after=7"))),
        fails(Anthropic.RateLimitError, 429, (error) => error.headers.get("retry-after") === "7"),
      );
    });

    for (const [fault, status] of [
      ["api_error", 500],
      ["unavailable", 503],
      ["overloaded", 529],
    ]) {
      it(`forwards status ${status}`, async () => {
        await assert.rejects(
          ask(request(unique("Well?", `fault=${fault}`))),
          fails(Anthropic.InternalServerError, status),
        );
      });
    }

    for (const fault of ["error", "cut"]) {
      it(`throws when an answer is incomplete (${fault})`, async () => {
        await assert.rejects(
          ask(request(unique("Well?", `fault=${fault},${fault},${fault} after=3 tokens=40`))),
          (error) => error instanceof Anthropic.APIError,
        );
      });
    }
  });
}

describe("The TypeScript SDK, reading events one by one,", { timeout: 60_000 }, () => {
  it("gets them in the order of the Messages API", async () => {
    const stream = await client.messages.create({
      ...request(unique("What is it?", 'text="Forty-two, of course."')),
      stream: true,
    });
    const types = [];
    for await (const event of stream) {
      types.push(event.type);
    }
    const deltas = types.filter((type) => type === "content_block_delta");
    assert.ok(deltas.length > 1);
    assert.deepEqual(
      types.filter((type) => type !== "ping"),
      [
        "message_start",
        "content_block_start",
        ...deltas,
        "content_block_stop",
        "message_delta",
        "message_stop",
      ],
    );
  });
});

describe("The TypeScript SDK", { timeout: 60_000 }, () => {
  it("counts the tokens of a request", async () => {
    const { model, messages } = request(unique("How long is this?"));
    const short = await client.messages.countTokens({ model, messages });
    const long = await client.messages.countTokens({ model, messages, system: "Answer like a pirate. ".repeat(50) });
    assert.ok(short.input_tokens > 0);
    assert.ok(long.input_tokens > short.input_tokens + 100);
    await assert.rejects(
      client.messages.countTokens({ model: "claude-unknown-1", messages }),
      fails(Anthropic.NotFoundError, 404),
    );
  });

  it("lists models and retrieves one", async () => {
    const ids = [];
    for await (const model of client.models.list({ limit: 4 })) {
      ids.push(model.id);
    }
    assert.ok(ids.length > 4);
    assert.ok(ids.includes(MODEL));
    assert.equal((await client.models.retrieve(MODEL)).display_name, "Claude Opus 4.5");
    await assert.rejects(client.models.retrieve("gpt-4o"), fails(Anthropic.NotFoundError, 404));
  });
});

describe("The tool runner of the TypeScript SDK,", { timeout: 120_000 }, () => {
  for (const stream of [false, true]) {
    it(`runs tools in a thread at Claude, ${stream ? "as a stream" : "as messages"}`, async () => {
      const places = [];
      const tool = betaZodTool({
        name: "get_weather",
        description: "Tells the weather of a place",
        inputSchema: z.object({ location: z.string() }),
        run: async ({ location }) => {
          places.push(location);
          return "21 degrees and a light breeze";
        },
      });
      const content = unique("What is the weather in Paris today?");
      const ask = () =>
        client.beta.messages
          .toolRunner({ model: MODEL, max_tokens: 1000, stream, tools: [tool], messages: [{ role: "user", content }] })
          .runUntilDone();
      const answers = await Promise.all([ask(), ask()]);
      assert.deepEqual(places, ["Paris", "Paris"]);
      for (const answer of answers) {
        assert.equal(answer.stop_reason, "end_turn");
        assert.match(text(answer), /21 degrees and a light breeze/);
      }
      assert.notEqual(answers[0].id, answers[1].id, "identical requests must not share a thread");
    });
  }
});
