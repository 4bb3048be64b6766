package dev.bft.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Crashes a recorded folder at each of its steps, in several ways, and shows what is left to a check. */
final class CrashPoints {
    private static final int SEEDS = 4;
    private static final int TEARS = 12;

    /** What a crash left, and how many calls had returned by then. */
    interface Check {
        void left(Path folder, int callsDone, String crash) throws Exception;
    }

    private final RecordedFolder recorded;
    private final Path scratch;
    private final List<Integer> stepsAfterCall = new ArrayList<>();
    private int crashes;

    CrashPoints(RecordedFolder recorded, Path scratch) {
        this.recorded = recorded;
        this.scratch = scratch;
        called();
    }

    /** A call returned: what it promised must survive whatever comes after this step. */
    void called() {
        stepsAfterCall.add(recorded.stepCount());
    }

    /** Crashes everywhere after the first call; returns how often. */
    int each(Check check) throws Exception {
        for (int step = stepsAfterCall.get(0); step <= recorded.stepCount(); step++) {
            crash(step, new RecordedFolder.All(), check);
            int size = step == 0 ? 0 : recorded.sizeOf(step - 1);
            int stride = Math.max(1, size / (size > 60_000 ? 2 : TEARS));
            for (int bytes = 0; bytes <= size; bytes += stride) {
                crash(step, new RecordedFolder.Torn(bytes), check);
            }
            for (long seed = 0; seed < SEEDS; seed++) {
                crash(step, new RecordedFolder.Some(seed), check);
            }
        }
        return crashes;
    }

    private void crash(int step, RecordedFolder.Loss loss, Check check) throws Exception {
        Path folder = Files.createDirectories(scratch.resolve("crash"));
        empty(folder);
        recorded.crash(step, loss, folder);
        int done = -1;
        for (int after : stepsAfterCall) {
            done += after <= step ? 1 : 0;
        }
        crashes++;
        check.left(folder, done, "after step " + step + ", " + loss);
    }

    private static void empty(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }
}
