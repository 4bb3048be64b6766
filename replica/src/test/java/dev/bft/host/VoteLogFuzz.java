package dev.bft.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.bft.fuzz.Bounds;
import dev.bft.fuzz.Pieces;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as a vote log, also with the checksums that fit them. */
@Timeout(60)
final class VoteLogFuzz {
    /** An empty record takes 4 bytes of the file and an array and its place in a list; each block is copied and hashed. */
    private static final Bounds BOUNDS = new Bounds(256 << 10, 64);

    private static final int BROKEN = 200_000;

    static Stream<byte[]> seeds() {
        byte[] head = SealedLog.payload(List.of(SealedLog.head(0)));
        byte[] some = SealedLog.payload(List.of(new byte[] {6, 0, 0, 0, 0, 0, 0, 0, 0}, new byte[0]));
        byte[] sealed = SealedLog.of(List.of(head, some, some));
        byte[] torn = Arrays.copyOf(sealed, sealed.length - 3);
        byte[] damaged = sealed.clone();
        damaged[Segment.PREFIX + Block.HEADER + head.length + Block.HEADER + 2] ^= 1;
        byte[] based = SealedLog.of(List.of(SealedLog.payload(List.of(SealedLog.head(1 << 20)))));
        return Stream.of(
                raw(sealed),
                raw(torn),
                raw(damaged),
                raw(based),
                raw(new byte[0]),
                sealed(List.of(head)),
                sealed(List.of(head, some, some)),
                sealed(List.of(some, head)),
                sealed(List.of(head, new byte[] {0, 0, 0})),
                sealed(List.of(head, new byte[4000])));
    }

    private static byte[] raw(byte[] file) {
        byte[] input = new byte[1 + file.length];
        System.arraycopy(file, 0, input, 1, file.length);
        return input;
    }

    private static byte[] sealed(List<byte[]> payloads) {
        byte[] input = raw(Pieces.join(payloads));
        input[0] = 1;
        return input;
    }

    /** An even first byte: the rest is the file. An odd one: it is the payloads of blocks that check. */
    @MethodSource("seeds")
    @FuzzTest
    void aLogIsReadUpToWhereItBreaks(byte[] input) {
        if (input.length == 0) {
            return;
        }
        byte[] rest = Arrays.copyOfRange(input, 1, input.length);
        byte[] file = (input[0] & 1) == 0 ? rest : SealedLog.of(Pieces.of(rest));
        Optional<SegmentReader.Contents> read = BOUNDS.within(file.length, () -> read(file));
        read.ifPresent(contents -> check(contents, file));
    }

    /** No seed, since it is long. */
    @Test
    void aLogFullOfBrokenBlocksIsReadInNoTime() {
        byte[] head = SealedLog.payload(List.of(SealedLog.head(0)));
        byte[] file = SealedLog.withMarkersBehind(SealedLog.of(List.of(head)), BROKEN);
        Optional<SegmentReader.Contents> read = BOUNDS.within(file.length, () -> read(file));
        assertThat(read.orElseThrow().fault().orElseThrow()).contains("many blocks after it are broken");
    }

    private static void check(SegmentReader.Contents contents, byte[] file) {
        assertThat(contents.end()).isBetween(0L, (long) file.length);
        assertThat(contents.fault().isPresent() || contents.head().isPresent()).isTrue();
        if (contents.fault().isEmpty()) {
            // What is appended to is what is cut here: nothing of it is read otherwise.
            SegmentReader.Contents cut =
                    read(Arrays.copyOf(file, (int) contents.end())).orElseThrow();
            assertThat(cut.fault()).isEmpty();
            assertThat(cut.head().orElseThrow().toBytes())
                    .isEqualTo(contents.head().orElseThrow().toBytes());
            Object[] records = contents.records().toArray();
            assertThat(Arrays.deepEquals(cut.records().toArray(), records)).isTrue();
            assertThat(cut.chain()).isEqualTo(contents.chain());
        }
    }

    private static Optional<SegmentReader.Contents> read(byte[] file) {
        try {
            return Optional.of(SegmentReader.read(ByteBuffer.wrap(file)));
        } catch (ForeignFileException e) {
            return Optional.empty();
        }
    }
}
