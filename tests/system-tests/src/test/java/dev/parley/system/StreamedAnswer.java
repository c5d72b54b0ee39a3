package dev.parley.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A streamed answer while it is read, up to the last complete event. */
final class StreamedAnswer implements AutoCloseable {
    /** The data of the last chunk of OpenAI's API. */
    static final String DONE = "[DONE]";

    private static final String NOTHING = "{}";

    private final HttpResponse<InputStream> response;
    private final BufferedReader lines;
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder events = new StringBuilder();
    private final StringBuilder event = new StringBuilder();
    private String id = "";
    private String data = NOTHING;
    private String lastId = "";
    private String lastType = "";
    private String lastData = NOTHING;
    private long lastAt = System.nanoTime();
    private Duration longestPause = Duration.ZERO;

    StreamedAnswer(HttpResponse<InputStream> response) {
        this.response = response;
        this.lines = new BufferedReader(new InputStreamReader(response.body(), UTF_8));
    }

    int status() {
        return response.statusCode();
    }

    String generation() {
        return response.headers().firstValue("x-parley-generation").orElse("");
    }

    /** The path of its events, for another reader. */
    String eventsPath() {
        return "/v1/generations/" + generation() + "/events";
    }

    /** Reads until the text has this many characters. */
    StreamedAnswer untilCharacters(int count) throws IOException {
        while (text.length() < count && next()) {
            // next() consumes one line.
        }
        return this;
    }

    /** Reads to the end of the response or a broken connection. */
    StreamedAnswer toTheEnd() {
        return untilCharactersOrTheEnd(Integer.MAX_VALUE);
    }

    /** Reads until the text has this many characters, or to the end of the response or a broken connection. */
    StreamedAnswer untilCharactersOrTheEnd(int count) {
        try {
            untilCharacters(count);
        } catch (IOException e) {
            lastType = "broken connection";
        }
        return this;
    }

    private boolean next() throws IOException {
        String line = lines.readLine();
        if (line == null) {
            return false;
        }
        event.append(line).append('\n');
        if (line.startsWith("id: ")) {
            id = line.substring(4);
        } else if (line.startsWith("data: ")) {
            data = line.substring(6);
        } else if (line.isEmpty()) {
            lastId = id;
            take(data);
            data = NOTHING;
            events.append(event);
            event.setLength(0);
        }
        return true;
    }

    private void take(String data) {
        if (data.equals(DONE)) {
            lastType = DONE;
            lastData = DONE;
            return;
        }
        JsonNode event = JsonMapper.shared().readTree(data);
        if (data.equals(NOTHING) || event.path("type").stringValue("").equals("ping")) {
            return;
        }
        lastType = event.path("type").stringValue("");
        lastData = data;
        text.append(event.path("delta").path("text").stringValue(""))
                .append(event.at("/choices/0/delta/content").stringValue(""));
        long now = System.nanoTime();
        Duration pause = Duration.ofNanos(now - lastAt);
        longestPause = pause.compareTo(longestPause) > 0 ? pause : longestPause;
        lastAt = now;
    }

    String text() {
        return text.toString();
    }

    /** All complete events, unchanged. */
    String events() {
        return events.toString();
    }

    /** The id of the last complete event. */
    String lastId() {
        return lastId;
    }

    /** The type of the last event except pings; empty for a chunk. */
    String lastType() {
        return lastType;
    }

    /** The data of the last event except pings. */
    String lastData() {
        return lastData;
    }

    /** The data after the last complete event: the whole body if it is no stream. */
    String rest() {
        return event.toString();
    }

    Duration longestPause() {
        return longestPause;
    }

    /** Closes the connection. */
    @Override
    public void close() throws IOException {
        lines.close();
    }
}
