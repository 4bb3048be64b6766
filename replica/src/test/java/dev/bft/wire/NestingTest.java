package dev.bft.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A batch holds requests and nothing deeper: depth from outside would be stack and memory from outside. */
final class NestingTest {
    private static final int BEFORE = Envelope.HEADER + 8 + 8 + 4 + 4;
    private static final int AFTER = 4 + 1;

    @Test
    void aBatchOfAnythingButRequestsIsMalformedHoweverDeepItGoes() {
        int depth = (Limits.REQUEST_FRAME - BEFORE - AFTER) / (BEFORE + AFTER);
        byte[] frame = nested(depth);
        assertThat(frame.length).isLessThan(Limits.REQUEST_FRAME + BEFORE + AFTER);
        assertThatThrownBy(() -> Envelope.read(frame)).isInstanceOf(MalformedException.class);
    }

    @Test
    void aReplyInABatchIsMalformed() {
        assertThatThrownBy(() -> SignedRequest.read(Generated.frame(new KeyAsk())))
                .isInstanceOf(MalformedException.class)
                .hasMessage("not a request");
    }

    /** A PRE-PREPARE with a PRE-PREPARE in place of its request, and so on; the innermost is empty. */
    private static byte[] nested(int depth) {
        byte[] innermost = Generated.frame(new PrePrepare(0, 1, Batch.of(List.of(), new byte[0])));
        byte[] header = Envelope.open(Generated.CLUSTER, 1, new PrePrepare(0, 1, Batch.of(List.of(), new byte[0])));
        Out out = new Out(depth * (BEFORE + AFTER) + innermost.length);
        for (int i = 0; i < depth; i++) {
            int inside = innermost.length + (depth - 1 - i) * (BEFORE + AFTER);
            out.range(header, 0, Envelope.HEADER - 4).i32(8 + 8 + 4 + 4 + inside + 4);
            out.i64(0).i64(1).i32(1).i32(inside);
        }
        out.fixed(innermost);
        for (int i = 0; i < depth; i++) {
            out.i32(0).u8(0);
        }
        return out.toBytes();
    }
}
