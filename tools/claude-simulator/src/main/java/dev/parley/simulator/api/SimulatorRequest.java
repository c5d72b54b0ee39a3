package dev.parley.simulator.api;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An HTTP request as it was received, independent of the HTTP library.
 *
 * @param path without the query
 * @param headers by lower-case name; the values of a repeated one joined by commas
 * @param body not to be modified
 * @param protocol {@code HTTP/1.1} or {@code HTTP/2}
 * @param connection an identifier of the TCP connection
 */
public record SimulatorRequest(
        String method,
        String path,
        Map<String, String> query,
        Map<String, String> headers,
        @SuppressWarnings("ArrayRecordComponent") byte[] body,
        String protocol,
        String connection) {
    /** The local machine, or a numeric address: no name of a site consists of such labels. */
    private static final Pattern LOCAL_HOST = Pattern.compile("(localhost|[\\d.]+|\\[[\\da-f:.]+])(:\\d{1,5})?");

    /** Values of {@code Sec-Fetch-Site} of other sites. */
    private static final Set<String> OTHER_SITES = Set.of("cross-site", "same-site");

    String header(String name) {
        return headers.getOrDefault(name, "");
    }

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    boolean forAnswer() {
        return method.equals("POST") && path.equals("/v1/messages");
    }

    /** Whether it is for the API and not for the simulator's own endpoints. */
    public boolean forApi() {
        return path.startsWith("/v1/");
    }

    /** Whether it is for the simulator's own endpoints. */
    boolean forControl() {
        return path.startsWith("/simulator/");
    }

    /**
     * Whether a web page may have sent it: of another site, or of a site whose name resolves to this machine (DNS rebinding). The
     * simulator has no pages of its own.
     */
    boolean mayBeOfPage() {
        return !LOCAL_HOST.matcher(header("host").toLowerCase(Locale.ROOT)).matches()
                || headers.containsKey("origin")
                || OTHER_SITES.contains(header("sec-fetch-site"));
    }
}
