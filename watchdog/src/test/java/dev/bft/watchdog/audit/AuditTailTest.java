package dev.bft.watchdog.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.watchdog.audit.AuditTail.Place;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AuditTailTest {

    private static final AuditQuery FOLLOW = new AuditQuery(AuditQuery.ALL, true, Set.of(), Optional.empty());

    @TempDir
    private Path home;

    @Test
    void followerSeesRecordsWhileAnotherProcessWritesThem() throws Exception {
        try (AuditTail tail = AuditTail.open(List.of(new Place(1, home.resolve("audit"))), FOLLOW);
                WriterProcess writer = WriterProcess.start(home.resolve("audit"))) {
            for (int i = 1; i <= 3; i++) {
                writer.append();
                assertThat(writer.acknowledged()).isEqualTo(i);
                assertThat(tail.next(Logs.DEADLINE).map(Logs::shown)).contains("#" + i);
            }
        }
    }

    @Test
    void followerOfARunningLogBeginsWithItsLastRecords() throws Exception {
        try (AuditStore store = AuditStore.open(home, 1, false)) {
            Logs.append(store, 20);
            AuditQuery last = new AuditQuery(2, true, Set.of(), Optional.empty());
            try (AuditTail tail = AuditTail.open(List.of(new Place(1, home)), last)) {
                assertThat(tail.next(Logs.DEADLINE).map(Logs::shown)).contains("#19");
                assertThat(tail.next(Logs.DEADLINE).map(Logs::shown)).contains("#20");
                Logs.append(store, 1);
                assertThat(tail.next(Logs.DEADLINE).map(Logs::shown)).contains("#21");
                assertThat(tail.hasEnded()).isFalse();
                assertThat(tail.next(Duration.ZERO)).isEmpty();
            }
        }
    }

    @Test
    void deathOfTheReaderIsAFinding() throws Exception {
        try (AuditStore store = AuditStore.open(home, 1, false);
                AuditTail tail = AuditTail.open(List.of(new Place(1, home)), FOLLOW)) {
            Logs.append(store, 1);
            assertThat(tail.next(Logs.DEADLINE).map(Logs::shown)).contains("#1");
            ProcessHandle.current()
                    .children()
                    .filter(child -> child.info().commandLine().orElse("").contains(home.toString()))
                    .forEach(ProcessHandle::destroyForcibly);
            assertThat(tail.next(Logs.DEADLINE).map(AuditLine::text))
                    .contains("replica 1: record 2: the file is damaged: its reader died (exit 137)");
            assertThat(tail.next(Logs.DEADLINE)).isEmpty();
            assertThat(tail.hasEnded()).isTrue();
        }
    }

    @Test
    void logsOfManyReplicasAreMergedByTimeAndEachKeepsItsOrder() throws Exception {
        AtomicLong clock = new AtomicLong(1_000_000);
        ChronicleAudit.Conditions conditions = new ChronicleAudit.Conditions(false, clock::get, 0);
        try (AuditStore zero = ChronicleAudit.open(new AuditFolder(home.resolve("0")), 0, conditions);
                AuditStore one = ChronicleAudit.open(new AuditFolder(home.resolve("1")), 1, conditions)) {
            long[] times = {1, 2, 9, 3, 4, 12, 13, 11};
            for (int i = 0; i < times.length; i++) {
                clock.set(times[i] * 1_000_000);
                Logs.append(i % 2 == 0 ? zero : one, AuditKind.READY, "t" + times[i]);
            }
        }
        List<Place> places = List.of(new Place(0, home.resolve("0")), new Place(1, home.resolve("1")));
        assertThat(texts(places, AuditQuery.EVERYTHING))
                .containsExactly("t1", "t2", "t3", "t9", "t4", "t12", "t11", "t13");
        assertThat(texts(places, new AuditQuery(3, false, Set.of(), Optional.empty())))
                .containsExactly("t12", "t11", "t13");
        Optional<Instant> since = Optional.of(Instant.ofEpochMilli(9_000_000));
        assertThat(texts(places, new AuditQuery(AuditQuery.ALL, false, Set.of(), since)))
                .containsExactly("t9", "t12", "t11", "t13");
    }

    @Test
    void onlyTheKindsAskedForAreShown() throws Exception {
        try (AuditStore store = AuditStore.open(home, 1, false)) {
            for (String kind : AuditKind.all()) {
                store.append(kind, false, new TreeMap<>(Map.of("text", kind)));
            }
        }
        AuditQuery query = new AuditQuery(5, false, Set.of(AuditKind.CRASH, AuditKind.BOOT), Optional.empty());
        assertThat(texts(List.of(new Place(1, home)), query)).containsExactly("boot", "crash");
    }

    @Test
    void findingIsShownWhateverIsAskedFor() throws Exception {
        Logs.write(home, 1, 5);
        Files.writeString(home.resolve("head"), "rubbish");
        AuditQuery query = new AuditQuery(0, false, Set.of(AuditKind.STOP), Optional.empty());
        assertThat(Logs.read(List.of(new Place(1, home)), query)).hasSize(1);
    }

    @Test
    void logThatWasNeverWrittenIsEmptyAndNotMade() throws Exception {
        Path folder = home.resolve("none");
        assertThat(Logs.read(folder, 1)).isEmpty();
        assertThat(AuditVerdict.of(1, folder).isWhole()).isTrue();
        assertThat(folder).doesNotExist();
        AuditStore.open(folder, 1, false).close();
        assertThat(Logs.read(folder, 1)).isEmpty();
    }

    @Test
    void readerGetsTheFlagsThatThisBuildGivesEveryJvm() {
        List<String> given = ManagementFactory.getRuntimeMXBean().getInputArguments();
        assertThat(given.stream().filter(flag -> flag.startsWith("--add-") || flag.startsWith("-Dchronicle")))
                .containsExactlyElementsOf(AuditStore.JVM_FLAGS);
    }

    private static List<String> texts(List<Place> places, AuditQuery query) throws InterruptedException, IOException {
        try (AuditTail tail = AuditTail.open(places, query)) {
            return Logs.drain(tail).stream()
                    .map(line -> ((AuditLine.Entry) line).record().fields().get("text"))
                    .toList();
        }
    }
}
