package dev.bft.watchdog.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bft.keystore.BadBytesException;
import dev.bft.watchdog.audit.AuditChain.Match;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class AuditChainTest {

    private final AuditChain chain = new AuditChain(2);

    @Test
    void recordIsToldWhenTheNextOneConfirmsIt() {
        List<AuditRecord> log = log(3);
        chain.add(log.get(0).encode());
        assertThat(chain.take()).isEmpty();
        chain.add(log.get(1).encode());
        assertThat(told()).containsExactly("#1");
        chain.add(log.get(2).encode());
        assertThat(told()).containsExactly("#2");
    }

    @Test
    void headConfirmsTheLastRecord() {
        List<AuditRecord> log = log(3);
        log.forEach(record -> chain.add(record.encode()));
        assertThat(chain.compare(headOf(log, 3))).isEqualTo(Match.EQUAL);
        assertThat(told()).containsExactly("#1", "#2", "#3");
    }

    @Test
    void writerBetweenItsStepsIsNoFinding() {
        List<AuditRecord> log = log(3);
        log.forEach(record -> chain.add(record.encode()));
        assertThat(chain.compare(headOf(log, 2))).isEqualTo(Match.BEHIND);
        assertThat(told()).containsExactly("#1", "#2");
        assertThat(chain.compare(new AuditHead(4, AuditHash.NONE))).isEqualTo(Match.AHEAD);
        assertThat(told()).isEmpty();
    }

    @Test
    void changedRecordIsAFindingAndNotConfirmed() {
        List<AuditRecord> log = log(4);
        chain.add(log.get(0).encode());
        chain.add(changed(log.get(1)).encode());
        chain.add(log.get(2).encode());
        chain.add(log.get(3).encode());
        assertThat(told())
                .containsExactly(
                        "#1",
                        "#2?",
                        "replica 2: record 2: the file is damaged: it does not form a chain with record 3",
                        "#3");
    }

    @Test
    void changedLastRecordIsFoundByTheHead() {
        List<AuditRecord> log = log(2);
        chain.add(log.get(0).encode());
        chain.add(changed(log.get(1)).encode());
        assertThat(chain.compare(headOf(log, 2))).isEqualTo(Match.BROKEN);
        assertThat(told())
                .containsExactly(
                        "#1",
                        "#2?",
                        "replica 2: record 2: the file is damaged: these are not the bytes that the head names");
    }

    @Test
    void changedFirstRecordIsAFinding() {
        List<AuditRecord> log = log(2);
        AuditRecord first = log.get(0);
        chain.add(new AuditRecord(
                        2,
                        1,
                        0,
                        first.kind(),
                        false,
                        first.fields(),
                        headOf(log, 2).hash())
                .encode());
        assertThat(told()).containsExactly("replica 2: record 1: it names a record before it, but is the first");
    }

    @Test
    void bytesThatAreNoRecordAreAFindingAndTheRestIsStillRead() {
        List<AuditRecord> log = log(4);
        chain.add(log.get(0).encode());
        chain.add(new byte[] {1, 2, 3});
        chain.add(log.get(2).encode());
        chain.add(log.get(3).encode());
        assertThat(told()).containsExactly("#1?", "replica 2: record 2: the file is damaged: it ends too early", "#3");
        assertThat(chain.compare(headOf(log, 4))).isEqualTo(Match.EQUAL);
    }

    @Test
    void missingRepeatedAndForeignRecordsAreFindings() {
        List<AuditRecord> log = log(5);
        chain.add(log.get(0).encode());
        chain.add(log.get(3).encode());
        chain.add(log.get(1).encode());
        AuditRecord other = log.get(4);
        chain.add(new AuditRecord(3, 5, 0, other.kind(), false, other.fields(), other.previous()).encode());
        assertThat(told())
                .containsExactly(
                        "#1?",
                        "replica 2: record 2: it and all up to record 3 are missing, the file was cut or damaged",
                        "#4?",
                        "replica 2: record 2: it stands in the file again, after record 4",
                        "replica 2: record 5: it is a record of replica 3");
    }

    @Test
    void headThatWasSetBackIsAFinding() {
        List<AuditRecord> log = log(5);
        log.forEach(record -> chain.add(record.encode()));
        assertThat(chain.compare(headOf(log, 3))).isEqualTo(Match.BROKEN);
        assertThat(told())
                .endsWith("#5?", "replica 2: record 4: the head ends before it, but the file goes to record 5");
    }

    @Test
    void headThatWasSetBackByOneIsAFindingIfItWasSeen() {
        List<AuditRecord> log = log(5);
        log.forEach(record -> chain.add(record.encode()));
        assertThat(chain.compare(headOf(log, 5))).isEqualTo(Match.EQUAL);
        assertThat(chain.compare(headOf(log, 4))).isEqualTo(Match.BROKEN);
    }

    @Test
    void headOfAnotherLogIsAFinding() {
        List<AuditRecord> log = log(5);
        log.forEach(record -> chain.add(record.encode()));
        assertThat(chain.compare(new AuditHead(4, headOf(log, 2).hash()))).isEqualTo(Match.BROKEN);
        assertThat(told()).endsWith("replica 2: record 4: the head has another hash than the file");
    }

    @Test
    void garbageWithoutEndEndsAfterSomeFindings() {
        IntStream.range(0, AuditChain.FINDINGS_MAX).forEach(i -> {
            assertThat(chain.isHopeless()).isFalse();
            chain.add(new byte[i]);
        });
        assertThat(chain.isHopeless()).isTrue();
    }

    @Test
    void headOfAReplicaIsReadBackAndNothingElse() throws BadBytesException {
        AuditHead head = headOf(log(3), 3);
        assertThat(AuditHead.decode(head.encode(2), 2)).isEqualTo(head);
        byte[] text = head.encode(2);
        for (int i = 0; i < text.length; i++) {
            byte[] changed = text.clone();
            changed[i] ^= 0x20;
            assertThatThrownBy(() -> AuditHead.decode(changed, 2)).isInstanceOf(BadBytesException.class);
        }
        assertThatThrownBy(() -> AuditHead.decode(text, 3)).hasMessage("it is of replica 2");
        assertThatThrownBy(() -> AuditHead.decode(new byte[0], 2)).hasMessage("it is damaged");
    }

    private static AuditRecord changed(AuditRecord record) {
        return new AuditRecord(
                2, record.index(), record.wallMillis() + 1, record.kind(), false, record.fields(), record.previous());
    }

    private static AuditHead headOf(List<AuditRecord> log, int index) {
        return new AuditHead(index, log.get(index - 1).hash());
    }

    private static List<AuditRecord> log(int count) {
        List<AuditRecord> log = new ArrayList<>();
        AuditHash previous = AuditHash.NONE;
        for (int i = 1; i <= count; i++) {
            AuditRecord record = new AuditRecord(2, i, 1000 + i, AuditKind.READY, false, new TreeMap<>(), previous);
            log.add(record);
            previous = record.hash();
        }
        return log;
    }

    private List<String> told() {
        return chain.take().stream().map(Logs::shown).toList();
    }
}
