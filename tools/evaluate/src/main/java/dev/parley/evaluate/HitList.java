package dev.parley.evaluate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.dataformat.csv.CsvMapper;

/** Writes hits for a person who reads whether they are right. */
final class HitList {
    /** A line of the file. */
    record Line(String asked, String source, boolean sameLabel, double cosine, double guard) {}

    private HitList() {}

    static void write(Path file, List<StreamReplay.Hit> hits) throws IOException {
        CsvMapper mapper = new CsvMapper();
        mapper.writer(mapper.schemaFor(Line.class).withHeader())
                .writeValue(
                        file,
                        hits.stream()
                                .map(hit -> new Line(
                                        hit.request().text(),
                                        hit.source().text(),
                                        !hit.wrong(),
                                        hit.cosine(),
                                        hit.guard()))
                                .toList());
    }
}
