package dev.parley.gateway.web.filter;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.http.HttpHeaders;

/** The name or address in the {@code Host} header of a request. */
public final class HostName {
    private static final Pattern WITH_PORT = Pattern.compile("(.*[^:]):(\\d{1,5})");
    private static final int PORT_MAX = 65_535;

    private HostName() {}

    /** The host without its port, in lower case; empty for none. A malformed value is otherwise unchanged, and no name or address. */
    public static String of(HttpHeaders headers) {
        String host = Optional.ofNullable(headers.getFirst(HttpHeaders.HOST))
                .orElse("")
                .toLowerCase(Locale.ROOT);
        Matcher withPort = WITH_PORT.matcher(host);
        return withPort.matches() && Integer.parseInt(withPort.group(2)) <= PORT_MAX ? withPort.group(1) : host;
    }
}
