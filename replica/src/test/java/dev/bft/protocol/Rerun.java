package dev.bft.protocol;

import dev.bft.auth.PublicKeys;
import dev.bft.service.Service;
import dev.bft.state.PagedState;
import dev.bft.wire.Batch;
import java.util.Arrays;

/** Executes batches on an empty state, one after the other, with no replica around it. */
public final class Rerun {
    private final Node node;
    private final PagedState state;
    private final Execution execution;
    private long executed;

    /** The settings and keys are those of any replica. */
    public Rerun(Settings settings, PublicKeys keys, Service service, int servicePages) {
        node = new Node(settings, keys);
        int protocolPages = Replica.protocolPages(settings.sessions());
        state = new PagedState((page, target) -> Arrays.fill(target, (byte) 0), protocolPages, servicePages);
        state.reformat();
        execution = new Execution(node, service, state, seqno -> {});
        execution.upcalls().format();
    }

    /** The seqno of the last batch. */
    public long executed() {
        return executed;
    }

    /** Executes the next batch. */
    public void execute(Batch batch) {
        executed++;
        execution.execute(executed, batch);
        node.out.take();
    }

    /** The state after it. */
    public PagedState state() {
        return state;
    }
}
