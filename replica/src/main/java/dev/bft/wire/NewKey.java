package dev.bft.wire;

import java.util.ArrayList;
import java.util.List;

/**
 * A replica's new session keys (section 2.3): one for each receiver named, chosen by the sender, with which the
 * receiver authenticates what it sends to the sender. Signed by the sender's coprocessor, whose counter is the
 * key id.
 *
 * @param nonce the sender's nonce of this boot: who echoes it proves to have spoken after the boot
 * @param entries increasing by receiver
 */
public record NewKey(byte[] nonce, List<Entry> entries) implements Message {
    /**
     * One key for one receiver.
     *
     * @param receiver the replica that shall use the key
     * @param echo the receiver's nonce as the sender last heard it; zeros if never
     * @param sealed the key, sealed for the receiver's coprocessor
     */
    public record Entry(int receiver, byte[] echo, byte[] sealed) {}

    @Override
    public Type type() {
        return Type.NEW_KEY;
    }

    @Override
    public void write(Out out) {
        out.fixed(nonce).i32(entries.size());
        for (Entry entry : entries) {
            out.i32(entry.receiver).fixed(entry.echo).bytes(entry.sealed);
        }
    }

    static NewKey read(In in) throws MalformedException {
        byte[] nonce = in.fixed(Limits.NONCE);
        int count = in.count(Limits.REPLICAS);
        List<Entry> entries = new ArrayList<>();
        int last = -1;
        for (int i = 0; i < count; i++) {
            Entry entry = new Entry(in.count(Limits.REPLICAS - 1), in.fixed(Limits.NONCE), in.bytes(Limits.SEALED));
            if (entry.receiver <= last) {
                throw new MalformedException("receivers not increasing");
            }
            last = entry.receiver;
            entries.add(entry);
        }
        return new NewKey(nonce, entries);
    }
}
