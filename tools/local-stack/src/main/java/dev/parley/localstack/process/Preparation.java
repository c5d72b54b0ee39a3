package dev.parley.localstack.process;

import java.io.IOException;

/** Creates what has to be on the disk before a process starts. Runs at every start, and is idempotent. */
public interface Preparation {
    Preparation NONE = () -> {};

    void prepare() throws IOException;
}
