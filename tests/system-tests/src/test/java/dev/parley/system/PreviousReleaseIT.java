package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the previous release is found; its build is tested by {@link UpgradeSystemTest}. */
class PreviousReleaseIT {
    @TempDir
    private Path directory;

    @Test
    void aCommitThatIsNotInTheCloneIsNamedWithTheCommandThatFetchesIt() throws Exception {
        Path clone = Files.createDirectories(directory.resolve("clone"));
        assertThat(new ProcessBuilder("git", "init", "--quiet", clone.toString())
                        .start()
                        .waitFor())
                .isZero();
        String commit = "0123456789012345678901234567890123456789";

        assertThatThrownBy(() -> PreviousRelease.checkout(clone, commit, directory))
                .hasMessageContaining("git fetch --depth 1 origin " + commit);
    }

    @Test
    void commentsAreSkipped() throws Exception {
        Path file = Files.writeString(directory.resolve("previous-release"), "# Why\n\n0123\n");

        assertThat(PreviousRelease.commit(file)).isEqualTo("0123");
    }
}
