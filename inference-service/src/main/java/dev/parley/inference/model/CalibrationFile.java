package dev.parley.inference.model;

import dev.parley.router.Calibration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calibration of an alias, from a file that is read again within 10 s of a change. Without a readable file, the last one that
 * was read counts, at first the shipped one, which belongs to no pair of models.
 */
final class CalibrationFile {
    private static final Logger LOG = LoggerFactory.getLogger(CalibrationFile.class);
    private static final Duration CHECK_INTERVAL = Duration.ofSeconds(10);

    private final Optional<Path> file;
    private final Clock clock;
    private Calibration current = Calibration.shipped();
    private Optional<FileTime> modified = Optional.empty();

    /** The interval of the last check, counted from the epoch; a clock that was set back is in another one. */
    private long checked = -1;

    CalibrationFile(Optional<Path> file, Clock clock) {
        this.file = file;
        this.clock = clock;
    }

    synchronized Calibration current() {
        long interval = clock.millis() / CHECK_INTERVAL.toMillis();
        if (file.isPresent() && interval != checked) {
            checked = interval;
            read(file.get());
        }
        return current;
    }

    private void read(Path path) {
        try {
            Optional<FileTime> found = Optional.of(Files.getLastModifiedTime(path));
            if (!found.equals(modified)) {
                current = Calibration.parse(Files.readAllLines(path));
                modified = found;
                LOG.info("Read the calibration {}, of {} questions", path, current.questions());
            }
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("Cannot read the calibration {}: {}", path, e.getMessage());
        }
    }
}
