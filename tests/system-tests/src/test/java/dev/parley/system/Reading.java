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

/** A streamed answer while it is being read: what has come so far, up to the last whole event. */
final class Reading implements AutoCloseable {
    /** What ends a whole answer in OpenAI's API. */
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

    Reading(HttpResponse<InputStream> response) {
        this.response = response;
        this.lines = new BufferedReader(new InputStreamReader(response.body(), UTF_8));
    }

    int status() {
        return response.statusCode();
    }

    String generation() {
        return response.headers().firstValue("x-parley-generation").orElse("");
    }

    /** Reads until so much text has come. */
    Reading untilCharacters(int count) throws IOException {
        while (text.length() < count && next()) {
            // One event after the other.
        }
        return this;
    }

    /** Reads to the end of the response, be it a broken connection. */
    Reading toTheEnd() {
        return untilCharactersOrTheEnd(Integer.MAX_VALUE);
    }

    /** Reads until so much text has come, or to the end of the response, be it a broken connection. */
    Reading untilCharactersOrTheEnd(int count) {
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

    /** All whole events, as they came. */
    String events() {
        return events.toString();
    }

    /** The id of the last whole event. */
    String lastId() {
        return lastId;
    }

    /** The type of the last event that was no ping; that of a chunk is empty. */
    String lastType() {
        return lastType;
    }

    /** What the last event that was no ping says. */
    String lastData() {
        return lastData;
    }

    /** What has come after the last whole event: all of the body if that is no stream. */
    String rest() {
        return event.toString();
    }

    Duration longestPause() {
        return longestPause;
    }

    /** Goes away, as a client does whose window is closed. */
    @Override
    public void close() throws IOException {
        lines.close();
    }
}
