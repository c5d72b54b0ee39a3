package dev.parley.localstack.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The last lines of a log, of which at most 256 KiB are read. */
public final class LogEnd {
    private static final int BYTES_MAX = 256 * 1024;

    private LogEnd() {}

    /** The last lines, or a remark why there are none. */
    public static String of(Path log, int linesMax) {
        try (SeekableByteChannel file = Files.newByteChannel(log)) {
            file.position(Math.max(0, file.size() - BYTES_MAX));
            ByteBuffer end = ByteBuffer.allocate(BYTES_MAX);
            while (end.hasRemaining() && file.read(end) > 0) {
                // Reads on until the buffer is full or the file ends.
            }
            List<String> lines = StandardCharsets.UTF_8
                    .decode(end.flip())
                    .toString()
                    .stripTrailing()
                    .lines()
                    .toList();
            String text = lines.stream()
                    .skip(Math.max(0, lines.size() - linesMax))
                    .map(LogLine::readable)
                    .collect(Collectors.joining("\n"));
            return text.isEmpty() ? "(it is empty)" : text;
        } catch (IOException e) {
            return "(it cannot be read: " + e.getMessage() + ")";
        }
    }
}
