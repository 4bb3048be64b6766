package dev.bft.protocol;

import dev.bft.service.Call;
import dev.bft.service.ReadOnlyState;
import dev.bft.service.Service;
import dev.bft.service.ServiceException;
import dev.bft.state.PagedState;
import dev.bft.wire.Reply;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The calls of the service: whatever it throws is a result, or says nothing; never a death (decisions 9). */
final class Upcalls {
    private final Service service;
    private final PagedState state;

    Upcalls(Service service, PagedState state) {
        this.service = service;
        this.state = state;
    }

    /** Builds checkpoint 0. */
    void format() {
        service.format(state.service());
    }

    /** Executes an operation; one that fails changes nothing. */
    Sessions.Answer execute(Call call, byte[] operation) {
        state.mark();
        try {
            byte[] result = service.execute(call, operation, state.service());
            if (result.length > Service.RESULT_MAX) {
                return undone("operation failed: its result is too long");
            }
            state.release();
            return new Sessions.Answer(Reply.Outcome.OK, result);
        } catch (ServiceException e) {
            return undone(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            // A bug of the service hits all replicas alike: a result, not a death (decisions 9).
            return undone("operation failed: " + e.getClass().getSimpleName());
        }
    }

    private Sessions.Answer undone(String text) {
        state.undo();
        return Sessions.Answer.failed(text);
    }

    /** Answers an operation that reads only, from the state as it is; empty if it would write (section 3.9). */
    Optional<Sessions.Answer> read(int client, byte[] operation) {
        try {
            return service.read(client, operation, new ReadOnlyState(state.service()))
                    .filter(result -> result.length <= Service.RESULT_MAX)
                    .map(result -> new Sessions.Answer(Reply.Outcome.OK, result));
        } catch (ServiceException e) {
            byte[] text = String.valueOf(e.getMessage()).getBytes(StandardCharsets.UTF_8);
            return Optional.of(new Sessions.Answer(Reply.Outcome.FAILED, text));
        } catch (RuntimeException e) {
            // A bug of the service, or a write: ordered, it has a result.
            return Optional.empty();
        }
    }

    /** What the service adds to the time of the next batch; nothing if it fails over it. */
    byte[] propose() {
        try {
            byte[] value = service.propose(new ReadOnlyState(state.service()));
            return value.length <= Service.PROPOSAL_MAX ? value : new byte[0];
        } catch (RuntimeException e) {
            // A bug of the service: what it would have proposed is missing, and it says itself whether it can do
            // without.
            return new byte[0];
        }
    }

    /** Whether the service can live with what another proposed; not if it fails over it. */
    boolean accepts(byte[] value) {
        try {
            return service.accepts(value, new ReadOnlyState(state.service()));
        } catch (RuntimeException e) {
            // A bug of the service, or a lie that it did not expect: another primary may propose something else.
            return false;
        }
    }
}
