package dev.parley.replay;

import dev.parley.replay.output.Csv;
import dev.parley.replay.output.CsvColumn;
import dev.parley.replay.output.Output;
import dev.parley.replay.output.Progress;
import dev.parley.replay.output.RecordFormat;
import dev.parley.replay.output.Terminal;
import dev.parley.replay.record.RecordDecoder;
import dev.parley.replay.selection.UsageException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options for the format and the file. */
final class OutputOptions {
    private enum Format {
        jsonl,
        csv
    }

    @Option(names = "--format", paramLabel = "FORMAT", description = "jsonl (the default) or csv.")
    private Format format = Format.jsonl;

    @Option(
            names = "--spreadsheet",
            description =
                    "CSV for spreadsheets: a byte order mark, CRLF, quotes, and an apostrophe before what would run as"
                            + " a formula.")
    private boolean spreadsheet;

    @Option(names = "--binary-headers", description = "Also headers that are not text, in base64.")
    private boolean binaryHeaders;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write to this file instead of standard output. It appears when it is complete.")
    private Optional<Path> file = Optional.empty();

    @Option(names = "--force", description = "Replace the file if it exists.")
    private boolean force;

    /**
     * Opens the file or standard output.
     *
     * @throws UsageException if the file cannot be created there
     */
    Output open() throws IOException {
        if (spreadsheet && format != Format.csv) {
            throw new UsageException("--spreadsheet requires --format csv");
        }
        try {
            return file.isPresent() ? Output.file(file.get(), force) : Output.standard();
        } catch (FileAlreadyExistsException e) {
            throw new UsageException(e.getFile() + " already exists" + (force ? "" : "; --force replaces a file"));
        } catch (NoSuchFileException e) {
            throw new UsageException("there is no folder " + e.getFile());
        }
    }

    RecordFormat format(String topic) {
        return switch (format) {
            case jsonl -> RecordFormat.JSON_LINES;
            case csv -> new Csv(CsvColumn.of(topic), spreadsheet);
        };
    }

    RecordDecoder decoder() {
        return new RecordDecoder(binaryHeaders);
    }

    /** The progress bar; hidden while following, and where the records themselves are on the terminal. */
    Progress progress(String topic, long offsets, boolean follow) {
        boolean recordsOnTerminal = file.isEmpty() && Terminal.OUTPUT.isTerminal();
        return follow || recordsOnTerminal || !Terminal.ERROR.isTerminal()
                ? Progress.hidden()
                : new Progress(
                        new PrintWriter(System.err, false, System.err.charset()),
                        true,
                        Clock.systemUTC(),
                        topic,
                        offsets);
    }
}
