package dev.bft.sim;

import dev.bft.protocol.Fact;
import dev.bft.protocol.Rerun;
import dev.bft.wire.Digest;
import dev.bft.wire.Reply;
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
 *
 * <p>It only grows at its end, an operation enters it after its client asked and before its client has an answer, and
 * every answer is what one machine gives that executes it in this order: so the clients see a linearizable service.
 */
final class History {
    private final Batches batches;
    private final Tally tally;
    private final Oracle oracle = new Oracle();
    private final ReadHistory reads = new ReadHistory();
    private final List<Entry> entries = new ArrayList<>();
    private final Plan plan;
    private final Map<Long, Digest> checkpoints = new HashMap<>();
    /** Which replicas said CHECKPOINT, by seqno. */
    private final Map<Long, BitSet> announced = new HashMap<>();

    /** Whose announcements may be of a wrong state. */
    private final BitSet doubtful = new BitSet();

    private final Map<Session, Long> lastNumber = new HashMap<>();
    private final Rollbacks rollbacks = new Rollbacks();
    /** The cell that each request reads which was sent to be answered outside the order. */
    private final Map<Digest, Integer> cellsRead = new HashMap<>();

    private final Map<Digest, Done> answers = new HashMap<>();
    private final List<Optional<Oracle.Answer>> answersByNumber = new ArrayList<>();
    private final BitSet executed = new BitSet();
    /** What clients accepted of operations that no replica has committed yet: a quorum executed them tentatively. */
    private final Map<Integer, Early> early = new HashMap<>();
    /** The highest number of an operation in the history. */
    private int latest;

    private final List<byte[]> issued = new ArrayList<>();
    private final AgreedTimes times = new AgreedTimes();
    private final Map<Digest, Long> openings = new HashMap<>();
    private long opened;

    private record Entry(Digest batch, List<Fact.Executed> executed) {}

    private record Done(long seqno, Oracle.Answer answer) {}

    /**
     * An answer before its operation is in the history.
     *
     * @param answer the result, if it was told
     * @param issued how many operations had been asked for then
     */
    private record Early(Optional<Oracle.Answer> answer, int issued) {}

    private record Session(int client, int session, long base) {}

    History(Batches batches, Tally tally, Plan plan) {
        this.plan = plan;
        this.batches = batches;
        this.tally = tally;
        entries.add(new Entry(Digest.ZERO, List.of()));
        issued.add(new byte[0]);
        answersByNumber.add(Optional.empty());
    }

    /** A correct replica read its clock. */
    void clock(long wallMicros) {
        times.clock(wallMicros);
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
        if (operation.kind() == Operation.Kind.GET) {
            reads.asked((int) operation.number(), operation.cell());
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
        times.executed(operations);
        for (Fact.Executed operation : operations) {
            if (operation.base() > 0) {
                tally.served(operation.client());
                inOrder(operation);
                execute(fact.seqno(), operation);
            } else {
                opened(operation);
            }
        }
        reads.batchEnds();
    }

    /** A replica undid what it had executed ahead; its state is now that after this seqno. */
    void wentBack(int replica, long seqno, long fingerprint) {
        rollbacks.add(replica, seqno, fingerprint);
    }

    /** The run is over: states after rollbacks were those that the history gives. */
    void checkRollbacks(Keys keys) {
        Rerun rerun = new Rerun(plan.settings(0), keys, new SimService(), SimService.PAGES);
        rollbacks.check(rerun, seqno -> batches.batch(batch(seqno)).orElseThrow());
    }

    /** A client sends a request to be answered outside the order: what it reads. */
    void readIsSent(Digest request, int cell) {
        cellsRead.put(request, cell);
    }

    /** A replica answers such a request after the batch of a seqno: with what stands in the cell then. */
    void read(int replica, Reply reply, long seqno) {
        Integer cell = cellsRead.get(reply.request());
        Violation.unless(
                cell != null && Digest.of(reads.after(seqno, cell)).equals(reply.resultDigest()),
                "reply",
                () -> "replica " + replica + " answers a read with what was not there after seqno " + seqno);
    }

    /** The same OPEN makes a session twice at most when so many others did that it is forgotten (amendment AG8). */
    private void opened(Fact.Executed open) {
        long remembered = 4L * plan.tunables().sessions();
        Long before = openings.put(open.request(), ++opened);
        Violation.unless(
                before == null || opened - before > remembered,
                "opens-once",
                () -> "opening " + opened + " repeats opening " + before + " of session " + open.session()
                        + " of client " + open.client());
        tally.count(Tally.Count.OPENINGS);
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
        reads.placed(number, operation.cell(), oracle.cellBytes(operation.cell()));
        answers.put(fact.request(), new Done(seqno, answer));
        answersByNumber.set(number, Optional.of(answer));
        Optional.ofNullable(early.remove(number)).ifPresent(e -> {
            Violation.unless(
                    e.answer.stream().allMatch(a -> answer.is(a.refused(), a.bytes())),
                    "reply",
                    () -> "a client has another result of operation " + number + " than the history");
            Violation.unless(
                    latest < e.issued,
                    "real-time",
                    () -> "operation " + latest + " was asked for when operation " + number
                            + " was answered, and stands before it");
        });
        latest = Math.max(latest, number);
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

    /** A replica says CHECKPOINT. */
    void announced(int replica, long seqno, Digest digest) {
        checkpoint(replica, seqno, digest);
        announced.computeIfAbsent(seqno, n -> new BitSet()).set(replica);
    }

    /** What this replica announces may be of another state than that of the others. */
    void doubts(int replica) {
        doubtful.set(replica);
    }

    /** A checkpoint is stable at a replica: a quorum said so, itself included (12.1-11). */
    void stable(int replica, long seqno, Digest digest) {
        checkpoint(replica, seqno, digest);
        BitSet said = announced.getOrDefault(seqno, new BitSet());
        int count = 0;
        for (int i = 0; i < plan.replicas(); i++) {
            count += i == replica || said.get(i) || plan.isTraitor(i) || doubtful.get(i) ? 1 : 0;
        }
        int backing = count;
        Violation.unless(
                backing >= plan.quorum(),
                "stable-backing",
                () -> "replica " + replica + ": checkpoint " + seqno + " is stable, but " + backing + " took it");
    }

    /** The batch that stands at a seqno. */
    Digest batch(long seqno) {
        return entries.get((int) seqno).batch;
    }

    /** A replica that executed what stands here votes: for no other batch (AG11). */
    void votedBeside(int replica, long seqno, Digest vote) {
        Digest fact = batch(seqno);
        Violation.unless(
                vote.equals(fact),
                "vote-beside-fact",
                () -> "replica " + replica + " executed " + fact + " at seqno " + seqno + " and votes for " + vote);
    }

    /** A replica answers a request: with what the history says, and not before it is part of it. Where it stands. */
    long answered(int replica, Reply reply, boolean refused) {
        Digest request = reply.request();
        Optional<Done> right = Optional.ofNullable(answers.get(request));
        Violation.unless(
                right.isPresent(), "reply", () -> "replica " + replica + " answers a request that nobody executed");
        Violation.unless(
                right.filter(r -> r.answer.refused() == refused
                                && Digest.of(r.answer.bytes()).equals(reply.resultDigest()))
                        .isPresent(),
                "reply",
                () -> "replica " + replica + " answers " + request + " with another result than it had");
        return right.orElseThrow().seqno;
    }

    /** A client accepted a result for its operation. */
    void accepted(long number, boolean refused, byte[] result) {
        Optional<Oracle.Answer> right = answersByNumber.get((int) number);
        if (right.isEmpty() && !refused && reads.answered((int) number, result)) {
            tally.was(Situation.READ_OUT_OF_ORDER);
            return;
        }
        reads.answered((int) number);
        if (right.isEmpty()) {
            tally.was(Situation.BELIEVED_TENTATIVELY);
            early.put((int) number, new Early(Optional.of(new Oracle.Answer(refused, result)), issued.size()));
            return;
        }
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
        reads.answered((int) number);
        if (!executed.get((int) number)) {
            early.put((int) number, new Early(Optional.empty(), issued.size()));
        }
    }

    /** The run is over: what clients were told to have run did. */
    void end() {
        Violation.unless(early.isEmpty(), "reply", () -> "operations " + early.keySet() + " are said to have run");
    }
}
