// The AI SDK with both providers that support the gateway: @ai-sdk/openai-compatible and @ai-sdk/anthropic.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, it } from "node:test";
import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateObject, generateText, stepCountIs, streamText, tool } from "ai";
import { z } from "zod";

const MODEL = "claude-opus-4-5";
const baseURL = process.env.OPENAI_BASE_URL;
const apiKey = process.env.OPENAI_API_KEY;
const providers = {
  "@ai-sdk/openai-compatible": createOpenAICompatible({
    name: "parley",
    baseURL,
    apiKey,
    includeUsage: true,
    supportsStructuredOutputs: true,
  }),
  "@ai-sdk/anthropic": createAnthropic({ baseURL, apiKey }),
};

const tools = {
  get_weather: tool({
    description: "Tells the weather of a place",
    inputSchema: z.object({ location: z.string() }),
    execute: async ({ location }) => `21 degrees in ${location}`,
  }),
};

function unique(question, directives = "") {
  return `${question} (${randomUUID()}) [[sim: first_token_ms=0 tokens_per_second=0 ${directives}]]`;
}

for (const [name, provider] of Object.entries(providers)) {
  const common = { model: provider(MODEL), maxRetries: 0, maxOutputTokens: 1000 };

  describe(`The AI SDK with ${name}`, { timeout: 120_000 }, () => {
    it("generates text", async () => {
      const result = await generateText({
        ...common,
        system: "Be brief.",
        prompt: unique("What is it?", 'text="Forty-two, of course."'),
      });
      assert.equal(result.text, "Forty-two, of course.");
      assert.equal(result.finishReason, "stop");
      assert.ok(result.usage.inputTokens > 0 && result.usage.outputTokens > 0);
    });

    it("streams text", async () => {
      const result = streamText({ ...common, prompt: unique("What is it?", 'text="Forty-two, of course."') });
      const pieces = [];
      for await (const piece of result.textStream) {
        pieces.push(piece);
      }
      assert.ok(pieces.length > 1);
      assert.equal(pieces.join(""), "Forty-two, of course.");
      assert.equal(await result.finishReason, "stop");
      assert.ok((await result.usage).outputTokens > 0);
    });

    it("uses a tool and continues with its result", async () => {
      const result = streamText({
        ...common,
        tools,
        stopWhen: stepCountIs(3),
        prompt: unique("What is the weather in Paris today?"),
      });
      assert.match(await result.text, /21 degrees in Paris/);
      assert.equal((await result.steps).length, 2);
    });

    it("sends an image", async () => {
      const result = await generateText({
        ...common,
        messages: [
          {
            role: "user",
            content: [
              { type: "image", image: Buffer.alloc(300), mediaType: "image/png" },
              { type: "text", text: unique("What does this show?") },
            ],
          },
        ],
      });
      assert.match(result.text, /image\/png, 300 bytes/);
    });

    it("reports an error in the middle of an answer", async () => {
      const errors = [];
      const result = streamText({
        ...common,
        prompt: unique("Well?", "fault=cut,cut,cut after=3 tokens=40"),
        onError: ({ error }) => errors.push(error),
      });
      await result.consumeStream();
      assert.equal(errors.length, 1);
    });
  });
}

describe("The AI SDK with @ai-sdk/openai-compatible", { timeout: 60_000 }, () => {
  it("gets an object that fits a schema", async () => {
    const { object } = await generateObject({
      model: providers["@ai-sdk/openai-compatible"](MODEL),
      maxRetries: 0,
      schema: z.object({ n: z.number() }),
      prompt: unique("The number 42, please."),
    });
    assert.deepEqual(object, { n: 42 });
  });
});
