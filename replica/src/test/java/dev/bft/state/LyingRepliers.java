package dev.bft.state;

import dev.bft.wire.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Those who answer a transfer: truly, wrongly, twice, unasked, or not at all. */
final class LyingRepliers {
    private final Random random;
    private final byte[][] target;

    LyingRepliers(Random random, byte[][] target) {
        this.random = random;
        this.target = target;
    }

    /** Answers until the transfer is finished; how many asks that took. */
    int run(Transfer transfer) {
        int asks = 0;
        while (!transfer.finished()) {
            List<Transfer.Ask> next = transfer.next();
            asks += next.size();
            if (next.isEmpty()) {
                transfer.forgetAsked();
            }
            for (Transfer.Ask ask : next) {
                answer(transfer, ask);
            }
        }
        return asks;
    }

    private void answer(Transfer transfer, Transfer.Ask ask) {
        for (int times = random.nextInt(8) == 0 ? 2 : random.nextInt(8) == 0 ? 0 : 1; times > 0; times--) {
            switch (ask.level()) {
                case ROOT -> transfer.onRoot(perhapsWrong(NaiveState.rootChildren(target)));
                case CHUNK -> {
                    int chunk = ask.indices().get(0);
                    transfer.onChunk(chunk, perhapsWrong(NaiveState.chunkChildren(target, chunk)));
                }
                case PAGE -> ask.indices().forEach(page -> transfer.onPage(page, perhapsWrong(target[page])));
            }
        }
        unasked(transfer);
    }

    private void unasked(Transfer transfer) {
        int page = random.nextInt(target.length + 2) - 1;
        transfer.onPage(page, new byte[random.nextInt(2) * NaiveState.PAGE]);
        transfer.onChunk(random.nextInt(5) - 1, List.of(Digest.ZERO));
        transfer.onRoot(List.of());
    }

    private List<Digest> perhapsWrong(List<Digest> digests) {
        if (random.nextInt(4) != 0) {
            return digests;
        }
        List<Digest> wrong = new ArrayList<>(digests);
        switch (random.nextInt(4)) {
            case 0 -> wrong.remove(wrong.size() - 1);
            case 1 -> wrong.add(Digest.ZERO);
            case 2 -> wrong.set(random.nextInt(wrong.size()), Digest.of(new byte[] {1}));
            default -> wrong.clear();
        }
        return wrong;
    }

    private byte[] perhapsWrong(byte[] page) {
        if (random.nextInt(4) != 0) {
            return page;
        }
        byte[] wrong = page.clone();
        wrong[random.nextInt(wrong.length)] ^= 1;
        return random.nextInt(4) == 0 ? new byte[random.nextInt(9000)] : wrong;
    }
}
