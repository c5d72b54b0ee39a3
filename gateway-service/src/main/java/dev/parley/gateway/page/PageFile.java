package dev.parley.gateway.page;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.springframework.http.MediaType;

/** A file of the pages, plain and compressed. */
final class PageFile {
    private static final Map<String, MediaType> TYPES = Map.of(
            "html", MediaType.parseMediaType("text/html;charset=utf-8"),
            "css", MediaType.parseMediaType("text/css;charset=utf-8"),
            "js", MediaType.parseMediaType("text/javascript;charset=utf-8"),
            "svg", MediaType.parseMediaType("image/svg+xml"));

    private final MediaType type;
    private final byte[] bytes;
    private final byte[] gzip;

    private PageFile(MediaType type, byte[] bytes) {
        this.type = type;
        this.bytes = bytes;
        this.gzip = compressed(bytes);
    }

    static PageFile of(String name, byte[] bytes) {
        MediaType type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        if (type == null) {
            throw new IllegalArgumentException("no media type for the page file " + name);
        }
        return new PageFile(type, bytes);
    }

    MediaType type() {
        return type;
    }

    byte[] bytes() {
        return bytes;
    }

    /** The same bytes in gzip. */
    byte[] gzip() {
        return gzip;
    }

    private static byte[] compressed(byte[] bytes) {
        var compressed = new ByteArrayOutputStream(bytes.length / 2);
        try (var out = new GZIPOutputStream(compressed)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("compression in memory failed", e);
        }
        return compressed.toByteArray();
    }
}
