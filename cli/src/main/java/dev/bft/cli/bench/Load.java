package dev.bft.cli.bench;

import java.io.IOException;
import java.time.Duration;

/** Something that can be driven for a while and measured. */
public interface Load {

    /** Drives it for so long with as many clients as it has, each sending when its last operation was answered. */
    Sample run(Duration time) throws IOException, InterruptedException;
}
