package dev.bft.sim;

import dev.bft.protocol.Fact;
import dev.bft.wire.Digest;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The one history that all replicas share: which batch stands at which seqno, what was executed in it, what each
 * operation must have answered, and which digest the state had at each checkpoint. The first replica that reports
 * something writes it; all others must say the same (12.1: 1, 2, 14-17, 26).
 */
final class History {
    private final Batches batches;
    private final Tally tally;
    private final Oracle oracle = new Oracle();
    private final List<Entry> entries = new ArrayList<>();
    private final Map<Long, Digest> checkpoints = new HashMap<>();
    private final Map<Session, Long> lastNumber = new HashMap<>();
    private final Map<Digest, Oracle.Answer> answers = new HashMap<>();
    private final List<Optional<Oracle.Answer>> answersByNumber = new ArrayList<>();
    private final BitSet executed = new BitSet();
    private final List<byte[]> issued = new ArrayList<>();

    private record Entry(Digest batch, List<Fact.Executed> executed) {}

    private record Session(int client, int session, long base) {}

    History(Batches batches, Tally tally) {
        this.batches = batches;
        this.tally = tally;
        entries.add(new Entry(Digest.ZERO, List.of()));
        issued.add(new byte[0]);
        answersByNumber.add(Optional.empty());
    }

    /** The number for the next operation of any client. */
    long nextNumber() {
        return issued.size();
    }

    /** A client is about to ask for this operation. */
    void issued(Operation operation, byte[] bytes) {
        if (operation.number() != issued.size()) {
            throw new IllegalArgumentException("operations are numbered one after the other");
        }
        issued.add(bytes);
        answersByNumber.add(Optional.empty());
    }

    /** The seqno of the last batch. */
    long length() {
        return entries.size() - 1L;
    }

    /** A replica committed a batch at a seqno and executed these operations of it. */
    void committed(int replica, Fact.Committed fact, List<Fact.Executed> operations) {
        long seqno = fact.seqno();
        Violation.unless(
                seqno <= entries.size(),
                "single-order",
                () -> "replica " + replica + " executed " + seqno + ", but nobody executed " + entries.size());
        if (seqno == entries.size()) {
            append(fact, operations);
            return;
        }
        Entry entry = entries.get((int) seqno);
        Violation.unless(
                entry.batch.equals(fact.batch()),
                "agreement",
                () -> "at seqno " + seqno + " replica " + replica + " committed " + fact.batch() + ", others "
                        + entry.batch);
        Violation.unless(
                entry.executed.equals(operations),
                "same-execution",
                () -> "at seqno " + seqno + " replica " + replica + " executed " + operations + ", others "
                        + entry.executed);
    }

    private void append(Fact.Committed fact, List<Fact.Executed> operations) {
        entries.add(new Entry(fact.batch(), List.copyOf(operations)));
        for (Fact.Executed operation : operations) {
            // An OPEN that comes again makes an empty session at worst (amendment AG8); all else runs once.
            if (operation.base() > 0) {
                inOrder(operation);
                execute(fact.seqno(), operation);
            }
        }
    }

    private void inOrder(Fact.Executed operation) {
        Session session = new Session(operation.client(), operation.session(), operation.base());
        long last = lastNumber.getOrDefault(session, 0L);
        Violation.unless(
                operation.number() > last,
                "exactly-once",
                () -> "number " + operation.number() + " of " + session + " after " + last);
        lastNumber.put(session, operation.number());
    }

    private void execute(long seqno, Fact.Executed fact) {
        byte[] bytes = batches.operation(fact.request())
                .orElseThrow(() -> new Violation("authenticity", "seqno " + seqno + ": no batch held the request"));
        Operation operation = Operation.read(bytes);
        int number = (int) operation.number();
        Violation.unless(
                number > 0 && number < issued.size() && java.util.Arrays.equals(issued.get(number), bytes),
                "authenticity",
                () -> "seqno " + seqno + ": operation " + operation.number() + " is not what a client asked for");
        Violation.unless(
                !executed.get(number),
                "exactly-once",
                () -> "seqno " + seqno + ": operation " + number + " runs again");
        executed.set(number);
        Oracle.Answer answer = oracle.execute(operation);
        answers.put(fact.request(), answer);
        answersByNumber.set(number, Optional.of(answer));
        tally.count(Tally.Count.OPERATIONS);
    }

    /** A replica says that the state at a checkpoint has this digest. */
    void checkpoint(int replica, long seqno, Digest digest) {
        Digest held = checkpoints.putIfAbsent(seqno, digest);
        if (held == null) {
            tally.count(Tally.Count.CHECKPOINTS);
            return;
        }
        Violation.unless(
                held.equals(digest),
                "equal-digests",
                () -> "checkpoint " + seqno + ": replica " + replica + " has " + digest + ", others " + held);
    }

    /** A replica answers a request: with what the history says, and not before it is part of it. */
    void answered(int replica, Digest request, boolean refused, byte[] result) {
        Optional<Oracle.Answer> right = Optional.ofNullable(answers.get(request));
        Violation.unless(
                right.isPresent(), "reply", () -> "replica " + replica + " answers a request that nobody executed");
        Violation.unless(
                right.filter(r -> r.is(refused, result)).isPresent(),
                "reply",
                () -> "replica " + replica + " answers " + request + " with another result than it had");
    }

    /** A client accepted a result for its operation. */
    void accepted(long number, boolean refused, byte[] result) {
        Optional<Oracle.Answer> right = answersByNumber.get((int) number);
        Violation.unless(
                right.isPresent(), "reply", () -> "a client has a result of operation " + number + ", not executed");
        Violation.unless(
                right.filter(r -> r.is(refused, result)).isPresent(),
                "reply",
                () -> "a client has another result of operation " + number + " than the history");
    }

    /** A client was told that its operation was not executed. */
    void notExecuted(long number) {
        Violation.unless(
                !executed.get((int) number),
                "reply",
                () -> "a client was told that operation " + number + " did not run");
    }

    /** A client was told that its operation ran, but not with which result. */
    void executed(long number) {
        Violation.unless(executed.get((int) number), "reply", () -> "operation " + number + " is said to have run");
    }
}
