package dev.parley.benchmarks.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where requests are sent, over HTTP/1.1.
 *
 * @param headers besides the host, the content's type and its length
 */
public record Target(URI address, String path, Map<String, String> headers) {
    public Target {
        headers = Map.copyOf(headers);
    }

    InetSocketAddress socketAddress() {
        return new InetSocketAddress(address.getHost(), address.getPort());
    }

    /** The head of a request whose body has this length. */
    byte[] head(int bodyBytes) {
        StringBuilder head = new StringBuilder("POST ")
                .append(path)
                .append(" HTTP/1.1\r\nhost: ")
                .append(address.getAuthority())
                .append("\r\ncontent-type: application/json\r\ncontent-length: ")
                .append(bodyBytes)
                .append("\r\n");
        new TreeMap<>(headers)
                .forEach((name, value) ->
                        head.append(name).append(": ").append(value).append("\r\n"));
        return head.append("\r\n").toString().getBytes(US_ASCII);
    }
}
