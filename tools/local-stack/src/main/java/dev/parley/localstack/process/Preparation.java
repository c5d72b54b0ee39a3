package dev.parley.localstack.process;

import java.io.IOException;

/** What has to be on the disk before a process starts. Done at every start, so it changes nothing the second time. */
public interface Preparation {
    /** For a process that needs nothing. */
    Preparation NONE = () -> {};

    void prepare() throws IOException;
}
