// The official openai SDK, configured with a base URL and a key only (OPENAI_BASE_URL and OPENAI_API_KEY), works with the
// gateway. Claude is the simulator: directives are in [[sim: …]].
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import OpenAI from "openai";

const MODEL = "claude-opus-4-5";
const GATEWAY = process.env.OPENAI_BASE_URL.replace(/\/v1$/, "");
const client = new OpenAI({ maxRetries: 0 });

/** Both call styles of the SDK. */
const modes = {
  "as a completion": (params, sdk = client) => sdk.chat.completions.create(params),
  "as a stream": (params, sdk = client) =>
    sdk.chat.completions.stream({ ...params, stream_options: { include_usage: true } }).finalChatCompletion(),
};

const weather = {
  type: "function",
  function: {
    name: "get_weather",
    description: "Tells the weather of a place",
    parameters: { type: "object", properties: { location: { type: "string" } }, required: ["location"] },
  },
};

/** A prompt that no other test sends, so that no cached answer matches. */
function unique(question, directives = "") {
  return `${question} (${randomUUID()}) [[sim: first_token_ms=0 tokens_per_second=0 ${directives}]]`;
}

function request(content, more = {}) {
  return { model: MODEL, max_completion_tokens: 1000, messages: [{ role: "user", content }], ...more };
}

function fails(type, status, more = () => true) {
  return (error) => {
    assert.ok(error instanceof type, `${type.name} expected, not ${error}`);
    assert.equal(error.status, status);
    return more(error);
  };
}

for (const [how, ask] of Object.entries(modes)) {
  describe(`The openai SDK, asking ${how},`, { timeout: 120_000 }, () => {
    it("gets plain text and usage", async () => {
      const completion = await ask(
        request(unique("What is it?", 'text="Forty-two, of course."'), { user: "ada@example.com", temperature: 1, n: 1 }),
      );
      const [choice] = completion.choices;
      assert.equal(choice.message.content, "Forty-two, of course.");
      assert.equal(choice.message.role, "assistant");
      assert.equal(choice.finish_reason, "stop");
      assert.equal(completion.model, "claude-opus-4-5-20251101");
      assert.match(completion.id, /^chatcmpl-/);
      assert.ok(Math.abs(completion.created - Date.now() / 1000) < 60);
      const { prompt_tokens, completion_tokens, total_tokens, prompt_tokens_details } = completion.usage;
      assert.ok(prompt_tokens > 0 && completion_tokens > 0);
      assert.equal(total_tokens, prompt_tokens + completion_tokens);
      assert.equal(prompt_tokens_details.cached_tokens, 0);
    });

    it("sends system and developer messages and continues a conversation", async () => {
      const first = unique("What is a log?");
      const completion = await ask(
        request("", {
          messages: [
            { role: "system", content: "Be brief." },
            { role: "developer", content: "Be kind." },
            { role: "user", content: first },
            { role: "assistant", content: "A list." },
            { role: "user", content: unique("And what is a topic?") },
          ],
        }),
      );
      assert.match(completion.choices[0].message.content, /Earlier you asked “What is a log\?/);
    });

    it("uses a tool", async () => {
      const question = { role: "user", content: unique("What is the weather in Paris today?") };
      const called = await ask(request("", { tools: [weather], messages: [question] }));
      assert.equal(called.choices[0].finish_reason, "tool_calls");
      const { message } = called.choices[0];
      const [call] = message.tool_calls;
      assert.equal(call.function.name, "get_weather");
      assert.deepEqual(JSON.parse(call.function.arguments), { location: "Paris" });

      const answer = await ask(
        request("", {
          tools: [weather],
          messages: [
            question,
            { role: "assistant", content: message.content, tool_calls: message.tool_calls },
            { role: "tool", tool_call_id: call.id, content: "21 degrees and a light breeze" },
          ],
        }),
      );
      assert.equal(answer.choices[0].finish_reason, "stop");
      assert.match(answer.choices[0].message.content, /21 degrees and a light breeze/);
    });

    it("forces a tool call", async () => {
      const completion = await ask(
        request(unique("Hello."), {
          tools: [weather],
          tool_choice: { type: "function", function: { name: "get_weather" } },
          parallel_tool_calls: false,
        }),
      );
      assert.equal(completion.choices[0].message.tool_calls.length, 1);
      assert.equal(completion.choices[0].finish_reason, "tool_calls");
    });

    it("sends an image", async () => {
      const data = Buffer.alloc(300).toString("base64");
      const completion = await ask(
        request([
          { type: "image_url", image_url: { url: `data:image/png;base64,${data}` } },
          { type: "text", text: unique("What does this show?") },
        ]),
      );
      assert.match(completion.choices[0].message.content, /image\/png, 300 bytes/);
    });

    it("stops at a stop sequence and at the token limit", async () => {
      const stopped = await ask(request(unique("Count.", 'text="One, two, HALT three."'), { stop: ["HALT"] }));
      assert.equal(stopped.choices[0].message.content, "One, two, ");
      assert.equal(stopped.choices[0].finish_reason, "stop");
      const short = await ask(request(unique("Tell me all.", "tokens=50"), { max_completion_tokens: 5 }));
      assert.equal(short.choices[0].finish_reason, "length");
    });

    it("rejects an invalid key", async () => {
      const unauthorized = new OpenAI({ apiKey: "no-key-of-ours", maxRetries: 0 });
      await assert.rejects(
        ask(request(unique("May I?")), unauthorized),
        fails(
          OpenAI.AuthenticationError,
          401,
          (error) => error.code === "invalid_api_key" && error.requestID?.length > 0,
        ),
      );
    });

    it("rejects an unknown model", async () => {
      await assert.rejects(
        ask(request(unique("Who are you?"), { model: "claude-unknown-1" })),
        fails(OpenAI.NotFoundError, 404, (error) => error.code === "model_not_found"),
      );
    });

    it("rejects an unsupported parameter", async () => {
      await assert.rejects(
        ask(request(unique("Sure?"), { n: 2 })),
        fails(
          OpenAI.BadRequestError,
          400,
          (error) => error.param === "n" && error.code === "unsupported_parameter",
        ),
      );
    });

    it("forwards retry-after", async () => {
      await assert.rejects(
        ask(request(unique("Now?", "fault=rate_limit retry_after=7"))),
        fails(OpenAI.RateLimitError, 429, (error) => error.headers.get("retry-after") === "7"),
      );
    });

    it("throws when an answer is incomplete", async () => {
      await assert.rejects(
        ask(request(unique("Well?", "fault=cut,cut,cut after=3 tokens=40"))),
        (error) => error instanceof OpenAI.APIError,
      );
    });
  });
}

describe("The openai SDK", { timeout: 60_000 }, () => {
  it("streams chunks, without usage unless requested", async () => {
    const chunks = [];
    for await (const chunk of await client.chat.completions.create({
      ...request(unique("What is it?", 'text="Forty-two, of course."')),
      stream: true,
    })) {
      chunks.push(chunk);
    }
    assert.ok(chunks.length > 4);
    assert.equal(chunks.map((chunk) => chunk.choices[0].delta.content ?? "").join(""), "Forty-two, of course.");
    assert.ok(chunks.every((chunk) => chunk.usage === undefined && chunk.id === chunks[0].id));
    assert.equal(chunks.at(-1).choices[0].finish_reason, "stop");
  });

  it("cancels an answer on disconnect", async () => {
    const { data: stream, response } = await client.chat.completions
      .create(
        { ...request(`Go on (${randomUUID()}) [[sim: first_token_ms=0 tokens=2000 tokens_per_second=20]]`), stream: true },
        { headers: { "x-parley-on-disconnect": "cancel" } },
      )
      .withResponse();
    for await (const chunk of stream) {
      if (chunk.choices[0].delta.content) {
        break;
      }
    }
    // A reader that comes before the gateway has seen the other one leave would keep the answer alive. Nothing but reading
    // shows when it has.
    await pause(3000);
    const events = await fetch(`${GATEWAY}/v1/generations/${response.headers.get("x-parley-generation")}/events`, {
      headers: { authorization: `Bearer ${client.apiKey}` },
    });
    let read = "";
    await assert.rejects(async () => {
      for await (const bytes of events.body) {
        read += Buffer.from(bytes).toString();
      }
    }, TypeError);
    assert.match(read, /"content":/);
    assert.match(read, /data: {"error":{/);
    assert.doesNotMatch(read, /\[DONE\]/);
  });

  it("resumes after any chunk", async () => {
    const response = await client.chat.completions
      .create(
        { ...request(unique("What is a log?", "tokens=30")), stream: true },
        { headers: { "x-parley-event-ids": "on" } },
      )
      .asResponse();
    const whole = await response.text();
    const ids = [...whole.matchAll(/^id: (.+)$/gm)].map((match) => match[1]);
    const at = ids[Math.floor(ids.length / 2)];
    const rest = await fetch(`${GATEWAY}/v1/generations/${response.headers.get("x-parley-generation")}/events`, {
      headers: { authorization: `Bearer ${client.apiKey}`, "last-event-id": at },
    });
    assert.equal(await rest.text(), whole.slice(whole.indexOf("\n\n", whole.indexOf(`id: ${at}\n`)) + 2));
    assert.ok(whole.endsWith("data: [DONE]\n\n"));
  });

  it("forwards a JSON schema for the answer", async () => {
    const schema = { type: "object", properties: { n: { type: "integer" } }, required: ["n"], additionalProperties: false };
    const completion = await client.chat.completions.parse(
      request(unique("The number 42, please."), {
        response_format: { type: "json_schema", json_schema: { name: "number", strict: true, schema } },
      }),
    );
    assert.deepEqual(JSON.parse(completion.choices[0].message.content), { n: 42 });
  });

  it("sends schemas with keywords that Claude refuses", async () => {
    const schema = { type: "object", properties: { location: { type: "string", minLength: 1 } }, required: ["location"] };
    const parameters = { ...schema, additionalProperties: false };
    const called = await client.chat.completions.parse(
      request(unique("What is the weather in Paris today?"), {
        tools: [{ type: "function", function: { name: "get_weather", strict: true, parameters } }],
        tool_choice: "required",
      }),
    );
    assert.deepEqual(JSON.parse(called.choices[0].message.tool_calls[0].function.arguments), { location: "Paris" });

    const answered = await client.chat.completions.parse(
      request(unique("The number 42, please."), {
        response_format: {
          type: "json_schema",
          json_schema: { name: "n", schema: { type: "object", properties: { n: { type: "integer", minimum: 1 } } } },
        },
      }),
    );
    assert.deepEqual(JSON.parse(answered.choices[0].message.content), { n: 42 });
  });

  it("lists models and retrieves one", async () => {
    const ids = [];
    for await (const model of client.models.list()) {
      ids.push(model.id);
    }
    assert.ok(ids.includes(MODEL));
    assert.equal((await client.models.retrieve(MODEL)).owned_by, "anthropic");
    assert.equal((await client.models.retrieve(`${MODEL}-20261001`)).id, `${MODEL}-20261001`);
    await assert.rejects(client.models.retrieve("gpt-4o"), fails(OpenAI.NotFoundError, 404));
  });

  it("ignores what Claude does not support, with a warning", async () => {
    const more = { store: true, frequency_penalty: 0.5, temperature: 1.5, response_format: { type: "json_object" } };
    const { data, response } = await client.chat.completions.create(request(unique("Sure?"), more)).withResponse();
    assert.equal(data.choices[0].finish_reason, "stop");
    assert.equal(
      response.headers.get("warning"),
      '299 - "ignored: store, frequency_penalty, response_format; capped: temperature"',
    );
  });

  it("names the API to use instead of responses", async () => {
    await assert.rejects(
      client.responses.create({ model: MODEL, input: "Hello" }),
      fails(OpenAI.NotFoundError, 404, (error) => error.message.includes("/v1/chat/completions")),
    );
  });
});
