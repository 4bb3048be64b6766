package dev.bft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.bft.fuzz.Bounds;
import dev.bft.fuzz.Pieces;
import dev.bft.wire.Batch;
import dev.bft.wire.Digest;
import dev.bft.wire.MalformedException;
import dev.bft.wire.NewView;
import dev.bft.wire.PrePrepare;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Any records in a vote log: a replica boots with them, votes or is amnesiac, and never dies of them. */
@Timeout(60)
final class BootFuzz {
    private static final Bounds BOUNDS = new Bounds(64 << 10, 64);
    private static final Batch BATCH = Batch.of(List.of(), new byte[] {1});
    private static final Batch OTHER = Batch.of(List.of(), new byte[] {2});
    private static final int RECORDS_MAX = 64;

    static Stream<byte[]> seeds() {
        VoteRecord voted = new VoteRecord.Voted(0, 1, BATCH);
        VoteRecord prepared = new VoteRecord.Prepared(0, 1, BATCH.digest());
        VoteRecord decided = new VoteRecord.Decided(1, BATCH.digest());
        VoteRecord left = new VoteRecord.Left(Said.in(1, 0).message());
        NewView.Vouched vouched = new NewView.Vouched(0, Said.A);
        VoteRecord entered = new VoteRecord.Entered(
                new NewView(1, List.of(vouched), 0, Digest.ZERO, List.of(BATCH.digest(), Batch.NULL.digest())));
        VoteRecord far = new VoteRecord.Voted(0, Long.MAX_VALUE, BATCH);
        VoteRecord late = new VoteRecord.Left(Said.in(Long.MAX_VALUE / 2, 0).message());
        return Stream.of(
                log(1, voted, prepared, decided),
                log(0, voted, prepared, decided, new VoteRecord.Announced(4, Said.A)),
                log(
                        1,
                        new VoteRecord.StableAt(0),
                        new VoteRecord.Body(2, OTHER),
                        new VoteRecord.Revoted(0, 2, OTHER.digest())),
                log(1, voted, prepared, left, entered, new VoteRecord.Voted(1, 1, BATCH)),
                log(1, left, entered, new VoteRecord.Voted(1, 1, OTHER)),
                log(1, new VoteRecord.Amnesiac(-1), voted, prepared, left),
                log(1, new VoteRecord.Amnesiac(Long.MAX_VALUE), far, voted),
                log(1, new VoteRecord.Amnesiac(Long.MIN_VALUE), voted),
                log(1, new VoteRecord.Amnesiac(8), new VoteRecord.Voted(Long.MAX_VALUE, Long.MAX_VALUE, BATCH)),
                log(1, late),
                log(1, new VoteRecord.StableAt(Long.MAX_VALUE)),
                log(1, far, new VoteRecord.Decided(Long.MAX_VALUE, Said.A)),
                log(2, voted, prepared, new VoteRecord.Announced(Long.MAX_VALUE, Said.A)));
    }

    private static byte[] log(int id, VoteRecord... records) {
        Stream<byte[]> head = Stream.of(new byte[] {(byte) id});
        return Pieces.join(
                Stream.concat(head, Stream.of(records).map(VoteRecord::toBytes)).toList());
    }

    @MethodSource("seeds")
    @FuzzTest
    void aReplicaBootsWithAnyRecordsAndWithWhatItMadeOfThem(byte[] input) {
        List<byte[]> pieces = Pieces.of(input);
        if (pieces.isEmpty() || pieces.size() > RECORDS_MAX || pieces.get(0).length == 0) {
            return;
        }
        List<byte[]> records = pieces.subList(1, pieces.size());
        for (byte[] bytes : records) {
            Optional<VoteRecord> record = BOUNDS.within(bytes.length, () -> read(bytes));
            record.ifPresent(r -> assertThat(r.toBytes()).isEqualTo(bytes));
        }
        int id = pieces.get(0)[0] & 3;
        Lone replica = lived(new Lone(id, records));
        Optional<List<byte[]>> segment = lastSegment(replica);
        segment.ifPresent(again -> {
            Lone second = lived(new Lone(id, again));
            if (records.stream().noneMatch(BootFuzz::isOfAmnesia)) {
                assertThat(alarms(second)).isEmpty();
            }
        });
    }

    /** Who lost its votes may name views that its log does not tell of, and lose its votes again by that. */
    private static boolean isOfAmnesia(byte[] bytes) {
        return read(bytes).filter(VoteRecord.Amnesiac.class::isInstance).isPresent();
    }

    private static Optional<VoteRecord> read(byte[] bytes) {
        try {
            return Optional.of(VoteRecord.read(bytes));
        } catch (MalformedException e) {
            return Optional.empty();
        }
    }

    /** Gives it something to do: a proposal, votes and time enough to leave a view. */
    private static Lone lived(Lone replica) {
        replica.sync();
        for (int i = 0; i < 4; i++) {
            if (i != replica.id) {
                replica.say(i, new PrePrepare(0, 1, BATCH));
                replica.say(i, Lone.prepare(1, BATCH));
                replica.say(i, Lone.commit(1, BATCH));
            }
        }
        for (int i = 0; i < 4; i++) {
            replica.tick(400);
            replica.sync();
        }
        return replica;
    }

    private static Optional<List<byte[]>> lastSegment(Lone replica) {
        return replica.segments.isEmpty()
                ? Optional.empty()
                : Optional.of(replica.segments.get(replica.segments.size() - 1));
    }

    private static List<String> alarms(Lone replica) {
        return replica.facts.stream()
                .filter(Fact.Alarm.class::isInstance)
                .map(fact -> ((Fact.Alarm) fact).text())
                .filter(text -> text.startsWith("the vote log"))
                .toList();
    }
}
