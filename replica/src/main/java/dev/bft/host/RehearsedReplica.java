package dev.bft.host;

import dev.bft.protocol.Effect;
import dev.bft.protocol.Event;
import dev.bft.protocol.Replica;
import dev.bft.protocol.Saved;
import dev.bft.protocol.Settings;
import dev.bft.service.NullService;
import dev.bft.state.CheckpointImage;
import dev.bft.state.PageStore;
import dev.bft.state.PagedState;
import dev.bft.wire.Digest;
import java.util.List;

/** One replica of a {@link Rehearsal}: the production core over pages in memory; a disk that is never late. */
final class RehearsedReplica implements PageStore {
    private static final int SERVICE_PAGES = 1;

    /** Where what it asks of the world goes. */
    interface Stage {
        void toReplica(int from, int to, byte[] frame);

        void toLink(int from, long link, byte[] frame);

        /** Happens next, after all that waits. */
        void later(Runnable what);
    }

    private final int id;
    private final Stage stage;
    private final RehearsalKeys keys;
    private final Replica core;
    private final byte[][] pages;
    private long counter;

    RehearsedReplica(Settings settings, RehearsalKeys keys, Stage stage) {
        this.id = settings.replica();
        this.stage = stage;
        this.keys = keys;
        int protocolPages = Replica.protocolPages(settings.sessions());
        this.pages = new byte[protocolPages + SERVICE_PAGES][PagedState.PAGE_SIZE];
        this.core = new Replica(
                settings, new PagedState(this, protocolPages, SERVICE_PAGES), new NullService(), keys.publicKeys());
    }

    @Override
    public void read(int page, byte[] target) {
        System.arraycopy(pages[page], 0, target, 0, target.length);
    }

    void boot(byte[] seed) {
        step(new Event.Booted(seed, new Saved(true, 0, List.of(), 0, Digest.ZERO, true)));
    }

    long view() {
        return core.status().view();
    }

    void step(Event event) {
        core.step(event).forEach(this::perform);
    }

    private void perform(Effect effect) {
        if (effect instanceof Effect.SendToReplica send) {
            stage.toReplica(id, send.replica(), send.frame());
        } else if (effect instanceof Effect.SendToLink send) {
            stage.toLink(id, send.link(), send.frame());
        } else if (effect instanceof Effect.Sign sign) {
            counter++;
            answer(keys.sign(id, counter, sign));
        } else if (effect instanceof Effect.Open open) {
            answer(keys.open(id, open));
        } else if (effect instanceof Effect.Append append) {
            answer(new Event.Persisted(append.token()));
        } else if (effect instanceof Effect.NewSegment segment) {
            answer(new Event.Persisted(segment.token()));
        } else if (effect instanceof Effect.Install install) {
            for (CheckpointImage.Page page : install.image().pages()) {
                pages[page.index()] = page.bytes();
            }
            answer(new Event.Persisted(install.token()));
        }
    }

    private void answer(Event event) {
        stage.later(() -> step(event));
    }
}
