package dev.parley.replay;

import dev.parley.replay.output.Columns;
import dev.parley.replay.output.Csv;
import dev.parley.replay.output.Destination;
import dev.parley.replay.output.JsonLines;
import dev.parley.replay.output.LineWriter;
import dev.parley.replay.output.NewFile;
import dev.parley.replay.output.Progress;
import dev.parley.replay.output.StandardOutput;
import dev.parley.replay.output.Terminal;
import dev.parley.replay.record.RecordDecoder;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What is written, and where. */
final class OutputOptions {
    /** How records are written. */
    private enum Format {
        jsonl,
        csv
    }

    @Option(names = "--format", paramLabel = "FORMAT", description = "jsonl (the default) or csv.")
    private Format format = Format.jsonl;

    @Option(
            names = "--spreadsheet",
            description = "CSV for Excel and the like: a byte order mark, CRLF, and an apostrophe before text that they"
                    + " would run as a formula.")
    private boolean spreadsheet;

    @Option(names = "--binary-headers", description = "Also headers that are no text, in base64.")
    private boolean binaryHeaders;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write this file instead of standard output; it appears when it is whole.")
    private Optional<Path> file = Optional.empty();

    @Option(names = "--force", description = "Replace the file if there is one.")
    private boolean force;

    /**
     * Opens the file, or standard output.
     *
     * @throws UsageException if the file cannot be made there
     */
    Destination open() throws IOException {
        if (spreadsheet && format != Format.csv) {
            throw new UsageException("--spreadsheet is for --format csv");
        }
        if (file.isEmpty()) {
            return new StandardOutput();
        }
        try {
            return NewFile.begin(file.get(), force);
        } catch (FileAlreadyExistsException e) {
            throw new UsageException(e.getFile() + " is there already" + (force ? "" : "; --force replaces a file"));
        } catch (NoSuchFileException e) {
            throw new UsageException("there is no folder " + e.getFile());
        }
    }

    LineWriter writer(String topic) {
        return switch (format) {
            case jsonl -> new JsonLines();
            case csv -> new Csv(Columns.of(topic), spreadsheet);
        };
    }

    RecordDecoder decoder() {
        return new RecordDecoder(binaryHeaders);
    }

    /** Shown to a person who does not see the records themselves. */
    Progress progress(String topic, boolean follow, Clock clock) {
        boolean recordsOnTerminal = file.isEmpty() && Terminal.isStandardOutput();
        return follow || recordsOnTerminal || !Terminal.isStandardError()
                ? Progress.hidden(clock)
                : Progress.on(System.err, clock, topic);
    }
}
