package dev.parley.experiment.trial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.experiment.ExampleTrials;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class CautiousClaudeTest {
    /** One that is billed came in the middle of an answer. */
    @ParameterizedTest
    @CsvSource({
        "529, false, true",
        "529, true, true",
        "500, true, true",
        "429, true, true",
        "0, true, true",
        "0, false, true",
        "400, false, false",
        "404, false, false"
    })
    void isQuietAfterARefusalOfTheService(int status, boolean billed, boolean quiet) throws Exception {
        CautiousClaude claude = new CautiousClaude(
                _ -> new Reply.Refused(status, "no", billed),
                Duration.ofSeconds(30),
                Clock.fixed(ExampleTrials.NOW, ZoneOffset.UTC));
        assertThat(claude.isQuiet()).isFalse();

        claude.ask(JsonMapper.shared().createObjectNode());

        assertThat(claude.isQuiet()).isEqualTo(quiet);
    }
}
