package dev.bft.service.kv;

import dev.bft.service.Call;
import dev.bft.service.Service;
import dev.bft.service.State;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A key-value store: get, put, compare-and-set, delete, list by prefix. A store that is full says so and loses
 * nothing.
 */
public final class KeyValueService implements Service {
    /** The most bytes of keys in one answer. */
    private static final int LIST_BYTES = 256 << 10;

    @Override
    public void format(State state) {
        new PageTree(state).format();
    }

    @Override
    public byte[] execute(Call call, byte[] operation, State state) {
        return KvOperation.read(operation)
                .map(parsed -> execute(parsed, new PageTree(state)))
                .orElse(new KvResult.Malformed())
                .toBytes();
    }

    @Override
    public Optional<byte[]> read(int client, byte[] operation, State state) {
        return KvOperation.read(operation).filter(KvOperation::reads).map(parsed -> execute(parsed, new PageTree(state))
                .toBytes());
    }

    private static KvResult execute(KvOperation operation, PageTree tree) {
        if (operation instanceof KvOperation.Get get) {
            return tree.get(get.key()).<KvResult>map(KvResult.Value::new).orElse(new KvResult.Absent());
        } else if (operation instanceof KvOperation.Put put) {
            return put(tree, put.key(), put.value());
        } else if (operation instanceof KvOperation.Cas cas) {
            return cas(tree, cas);
        } else if (operation instanceof KvOperation.Delete delete) {
            return tree.delete(delete.key()) ? new KvResult.Done() : new KvResult.Absent();
        }
        return list(tree, (KvOperation.List) operation);
    }

    private static KvResult put(PageTree tree, byte[] key, byte[] value) {
        return tree.put(key, value) ? new KvResult.Done() : new KvResult.Full();
    }

    private static KvResult cas(PageTree tree, KvOperation.Cas cas) {
        Optional<byte[]> present = tree.get(cas.key());
        if (present.isEmpty()) {
            return new KvResult.Absent();
        }
        return Arrays.equals(present.get(), cas.expected())
                ? put(tree, cas.key(), cas.value())
                : new KvResult.Mismatch();
    }

    private static KvResult list(PageTree tree, KvOperation.List list) {
        List<byte[]> keys = tree.list(list.prefix(), list.after(), list.limit());
        int count = 0;
        for (int bytes = 0; count < Math.min(keys.size(), list.limit()) && bytes < LIST_BYTES; count++) {
            bytes += keys.get(count).length;
        }
        return new KvResult.Keys(List.copyOf(keys.subList(0, count)), count < keys.size());
    }
}
