package dev.bft.cli.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Something that can be driven for a while and measured. */
public interface Load {

    /** Drives it for so long with as many clients as it has, each sending when its last operation was answered. */
    Sample run(Duration time) throws IOException, InterruptedException;

    /** The processes that take part, beside this one. */
    List<Long> processes();
}
