package dev.bft.watchdog.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bft.watchdog.audit.AuditLine.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AuditStoreTest {

    private static final long DAY_MILLIS = 24 * 3600 * 1000;

    @TempDir
    private Path home;

    @Test
    void recordsFormOneChainOverManyOpenings() throws Exception {
        Path folder = home.resolve("replica-2/audit");
        for (int i = 0; i < 3; i++) {
            try (AuditStore store = AuditStore.open(folder, 2, true)) {
                assertThat(store.findings()).isEmpty();
                Logs.append(store, 5);
            }
        }
        AuditVerdict verdict = AuditVerdict.of(2, folder);
        assertThat(verdict.findings()).isEmpty();
        assertThat(verdict.isWhole()).isTrue();
        assertThat(verdict.records()).isEqualTo(15);
    }

    @Test
    void recordIsReadAsItWasWritten() throws Exception {
        TreeMap<String, String> fields = new TreeMap<>(Map.of("phase.kill", "3", "reason", "asked \"now\"\n"));
        AuditRecord written;
        try (AuditStore store = AuditStore.open(home, 0, true)) {
            written = store.append(AuditKind.RECOVERY, false, fields);
            store.append("view-change", true, new TreeMap<>());
        }
        assertThat(written.fields()).isEqualTo(fields);
        try (AuditTail tail = AuditTail.open(List.of(new AuditTail.Place(0, home)), AuditQuery.EVERYTHING)) {
            List<AuditLine> lines = Logs.drain(tail);
            assertThat(lines.get(0)).isEqualTo(new AuditLine.Entry(written, true));
            assertThat(lines.get(1).text()).endsWith("  #2  view-change  (said by the replica)");
        }
    }

    @Test
    void secondWriterIsRefused() throws IOException {
        try (AuditStore first = AuditStore.open(home, 1, true)) {
            assertThatThrownBy(() -> AuditStore.open(home, 1, true))
                    .isInstanceOf(IOException.class)
                    .hasMessage(home + ": another process writes this audit log; stop that watchdog first");
            Logs.append(first, 1);
        }
        AuditStore.open(home, 1, true).close();
    }

    @Test
    void filesAreForTheirOwnerAlone() throws IOException {
        Path folder = home.resolve("audit");
        Logs.write(folder, 1, 2);
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files).hasSizeGreaterThanOrEqualTo(6).allSatisfy(file -> assertThat(
                            PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .as("%s", file)
                    .isEqualTo(Files.isDirectory(file) ? "rwx------" : "rw-------"));
        }
    }

    @Test
    void linkInPlaceOfTheFolderIsRefused() throws IOException {
        Path link = Files.createSymbolicLink(home.resolve("audit"), Files.createDirectory(home.resolve("elsewhere")));
        assertThatThrownBy(() -> AuditStore.open(link, 1, true)).hasMessageStartingWith(link + ": it is a link");
    }

    @Test
    void fullDiskRefusesRecordsAndLosesNone() throws Exception {
        Logs.write(home, 1, 3);
        ChronicleAudit.Conditions full = new ChronicleAudit.Conditions(true, System::currentTimeMillis, Long.MAX_VALUE);
        try (AuditStore store = ChronicleAudit.open(new AuditFolder(home), 1, full)) {
            assertThatThrownBy(() -> Logs.append(store, 1))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith(home + ": the disk is full");
        }
        Logs.write(home, 1, 1);
        assertThat(Logs.read(home, 1)).containsExactly("#1", "#2", "#3", "#4");
    }

    @Test
    void damagedLogOnAFullDiskIsTriedAgainAndAgainAndHoldsNothing() throws Exception {
        Logs.write(home, 1, 3);
        Files.delete(home.resolve("head"));
        List<String> damage = AuditScan.run(new AuditFolder(home), 1).findings().stream()
                .map(Finding::text)
                .toList();
        assertThat(damage).isNotEmpty();
        ChronicleAudit.Conditions full = new ChronicleAudit.Conditions(true, System::currentTimeMillis, Long.MAX_VALUE);
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> ChronicleAudit.open(new AuditFolder(home), 1, full))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith(home + ": the disk is full");
            awaitNothingHeld();
        }
        assertThat(home.resolve("queue.damaged-1")).doesNotExist();
        try (AuditStore store = AuditStore.open(home, 1, true)) {
            assertThat(store.findings()).extracting(Finding::text).isEqualTo(damage);
        }
    }

    /** Chronicle unmaps on a thread of its own. */
    private void awaitNothingHeld() throws Exception {
        long end = System.nanoTime() + Logs.DEADLINE.toNanos();
        while (!held().isEmpty()) {
            assertThat(System.nanoTime() - end).as("%s", held()).isNegative();
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** What this process has open or mapped of the log. */
    private List<String> held() throws IOException {
        List<String> held = new ArrayList<>();
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors.toList()) {
                try {
                    held.add(String.valueOf(Files.readSymbolicLink(descriptor)));
                } catch (NoSuchFileException e) {
                    // The one that listed them.
                }
            }
        }
        held.addAll(Files.readAllLines(Path.of("/proc/self/maps")));
        held.removeIf(line -> !line.contains(home.toString()));
        return held;
    }

    @Test
    void logGoesOnOverDaysAndClocksThatGoBack() throws Exception {
        AtomicLong clock = new AtomicLong(System.currentTimeMillis());
        ChronicleAudit.Conditions conditions = new ChronicleAudit.Conditions(true, clock::get, 0);
        for (long step : new long[] {0, DAY_MILLIS, 3 * DAY_MILLIS, -2 * DAY_MILLIS, DAY_MILLIS, 2 * DAY_MILLIS}) {
            clock.addAndGet(step);
            try (AuditStore store = ChronicleAudit.open(new AuditFolder(home), 1, conditions)) {
                assertThat(store.findings()).isEmpty();
                Logs.append(store, 2);
                clock.addAndGet(step);
                Logs.append(store, 2);
            }
        }
        AuditVerdict verdict = AuditVerdict.of(1, home);
        assertThat(verdict.findings()).isEmpty();
        assertThat(verdict.records()).isEqualTo(24);
        try (Stream<Path> files = Files.list(home.resolve("queue"))) {
            assertThat(files.filter(file -> file.toString().endsWith(".cq4"))).hasSizeGreaterThan(5);
        }
    }

    @Test
    void fileThatAKilledWriterLeftUnfinishedIsTakenOver() throws Exception {
        Logs.write(home, 1, 3);
        String tomorrow = LocalDate.now(ZoneOffset.UTC).plusDays(1).format(DateTimeFormatter.BASIC_ISO_DATE);
        byte[] unfinished = new byte[ChronicleAudit.BLOCK_BYTES];
        // The highest bit of the little-endian length of the first document: somebody is writing it.
        unfinished[3] = (byte) 0x80;
        Files.write(home.resolve("queue").resolve(tomorrow + "F.cq4"), unfinished);
        try (AuditStore store = AuditStore.open(home, 1, true)) {
            assertThat(store.findings()).isEmpty();
            Logs.append(store, 2);
        }
        assertThat(Logs.read(home, 1)).containsExactly("#1", "#2", "#3", "#4", "#5");
    }
}
