package dev.bft.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the digest of a batch covers (section 4.2): all that its execution looks at. */
class BatchTest {
    private static final int CLIENT = 1007;

    private static Batch batch(byte[] signature, byte[] mac) throws MalformedException {
        Request request = new Request(1, 0, 5, true, new byte[] {1}, signature);
        byte[] open = Envelope.open(new Cluster(new byte[16], 0), CLIENT, request);
        Envelope.Macs macs = new Envelope.Macs(List.of(new Envelope.Mac(0, 1, mac)));
        return Batch.of(List.of(SignedRequest.read(Envelope.complete(open, macs))), new byte[0]);
    }

    @Test
    void anotherSignatureMakesAnotherBatchAndAnotherMacDoesNot() throws MalformedException {
        byte[] mac = new byte[Envelope.TAG];
        byte[] otherMac = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
        Digest digest = batch(new byte[] {1, 2}, mac).digest();
        assertThat(batch(new byte[] {1, 3}, mac).digest()).isNotEqualTo(digest);
        assertThat(batch(new byte[] {1, 2}, Arrays.copyOf(otherMac, mac.length)).digest())
                .isEqualTo(digest);
    }
}
