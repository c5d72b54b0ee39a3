# OpenAI's SDK for Python, configured with a base URL and a key only (OPENAI_BASE_URL and OPENAI_API_KEY), works with the
# gateway. Claude is the simulator: directives are in [[sim: …]].
import json
import sys
import unittest
import uuid

try:
    import openai
except ImportError as missing:
    sys.exit(f"{missing}; to install it: apt-get install python3-openai")

MODEL = "claude-opus-4-5"
WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Tells the weather of a place",
        "parameters": {"type": "object", "properties": {"location": {"type": "string"}}, "required": ["location"]},
    },
}
client = openai.OpenAI(max_retries=0, timeout=60)


def unique(question, directives="first_token_ms=0 tokens_per_second=0"):
    """A prompt that no other test sends, so that no cached answer matches."""
    return f"{question} ({uuid.uuid4()}) [[sim: {directives}]]"


def stream(messages, **more):
    if isinstance(messages, str):
        messages = [{"role": "user", "content": messages}]
    return client.chat.completions.create(
        model=MODEL, max_completion_tokens=1000, messages=messages, stream=True, **more
    )


class OpenAiTest(unittest.TestCase):
    def test_streams_text_with_pings_between_the_chunks(self):
        for headers in {}, {"x-parley-event-ids": "on"}:
            answer = stream(
                unique("What is it?", 'first_token_ms=0 tokens_per_second=20 ping_ms=10 text="Forty-two, of course."'),
                extra_headers=headers,
            )
            chunks = list(answer)
            texts = [chunk.choices[0].delta.content or "" for chunk in chunks]
            self.assertEqual("".join(texts), "Forty-two, of course.")
            self.assertEqual(chunks[-1].choices[0].finish_reason, "stop")
            self.assertTrue(all(chunk.usage is None and chunk.id == chunks[0].id for chunk in chunks))

            # As with ids, where pings are comments.
            generation = answer.response.headers["x-parley-generation"]
            events = client.get(f"/generations/{generation}/events", cast_to=str)
            pings = events.count("\n: keep-alive\n")
            self.assertGreater(pings, len([text for text in texts if text]) + 2)
            if not headers:
                self.assertGreater(texts.count(""), pings // 2)

    def test_reports_usage_on_request(self):
        chunks = list(stream(unique("What is it?"), stream_options={"include_usage": True}))
        self.assertEqual(chunks[-2].choices[0].finish_reason, "stop")
        self.assertEqual(chunks[-1].choices, [])
        usage = chunks[-1].usage
        self.assertGreater(usage.prompt_tokens, 0)
        self.assertGreater(usage.completion_tokens, 0)
        self.assertEqual(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens)

    def test_uses_a_tool(self):
        question = {"role": "user", "content": unique("What is the weather in Paris today?")}
        chunks = list(stream([question], tools=[WEATHER]))
        self.assertEqual(chunks[-1].choices[0].finish_reason, "tool_calls")
        calls = [call for chunk in chunks for call in chunk.choices[0].delta.tool_calls or []]
        self.assertEqual([call.function.name for call in calls if call.id], ["get_weather"])
        arguments = "".join(call.function.arguments for call in calls)
        self.assertEqual(json.loads(arguments), {"location": "Paris"})

        call = {
            "id": calls[0].id,
            "type": "function",
            "function": {"name": "get_weather", "arguments": arguments},
        }
        answer = client.chat.completions.create(
            model=MODEL,
            tools=[WEATHER],
            messages=[
                question,
                {"role": "assistant", "content": None, "tool_calls": [call]},
                {"role": "tool", "tool_call_id": call["id"], "content": "21 degrees and a light breeze"},
            ],
        )
        self.assertIn("21 degrees and a light breeze", answer.choices[0].message.content)

    def test_raises_errors_of_requests(self):
        with self.assertRaises(openai.BadRequestError) as raised:
            stream(unique("Sure?"), n=2)
        self.assertEqual((raised.exception.param, raised.exception.code), ("n", "unsupported_parameter"))
        with self.assertRaises(openai.RateLimitError) as raised:
            stream(unique("Now?", "fault=rate_limit retry_after=7"))
        self.assertEqual(raised.exception.code, "rate_limit_exceeded")
        self.assertEqual(raised.exception.response.headers["retry-after"], "7")

    def test_raises_the_error_that_ends_a_stream(self):
        answer = stream(unique("Well?", "first_token_ms=0 tokens_per_second=0 fault=cut,cut,cut after=3 tokens=40"))
        with self.assertRaises(openai.APIError) as raised:
            list(answer)
        self.assertEqual(raised.exception.type, "server_error")


if __name__ == "__main__":
    unittest.main(verbosity=2)
