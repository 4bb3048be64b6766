package dev.bft.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Messages and frames drawn from a seed: every type, every form of authentication, sizes from nothing to the limit. */
final class Generated {
    static final Cluster CLUSTER = new Cluster(new byte[16], 1);

    private final Random random;

    Generated(long seed) {
        random = new Random(seed);
    }

    /** An unsigned frame of a message. */
    static byte[] frame(Message message) {
        return Envelope.complete(Envelope.open(CLUSTER, 1, message), new Envelope.Unsigned());
    }

    /** A frame of any type with any authentication. */
    byte[] frame() {
        Message.Type[] types = Message.Type.values();
        return frame(types[random.nextInt(types.length)]);
    }

    byte[] frame(Message.Type type) {
        Cluster cluster = new Cluster(bytes(16), random.nextInt());
        return Envelope.complete(Envelope.open(cluster, random.nextInt(), message(type)), auth());
    }

    Message message(Message.Type type) {
        return switch (type) {
            case REQUEST -> request();
            case REPLY -> reply();
            case PRE_PREPARE -> new PrePrepare(mark(), mark(), commits(), proposal());
            case PREPARE, COMMIT -> new Vote(type, mark(), mark(), digest(), commits());
            case CHECKPOINT -> new Checkpoint(mark(), digest(), random.nextBoolean());
            case STATUS ->
                new Status(
                        mark(),
                        mark(),
                        mark(),
                        number(),
                        random.nextBoolean(),
                        new Bits(some(20)),
                        new Bits(some(20)),
                        new Bits(some(20)));
            case NEW_KEY -> new NewKey(bytes(Limits.NONCE), entries());
            case CLIENT_KEY ->
                new ClientKey(
                        random.nextInt(Limits.REPLICAS),
                        some(Limits.CREDENTIAL),
                        bytes(Limits.NONCE),
                        some(Limits.SEALED));
            case KEY_ASK -> new KeyAsk();
            case KEY_REQUEST -> new KeyRequest(bytes(Limits.NONCE));
            case KEY_ACK -> new KeyAck(random.nextLong());
            case FETCH ->
                new Fetch(mark(), pick(List.of(Fetch.Level.values())), indices(random.nextInt(Limits.PAGES + 1)));
            case META_DATA ->
                new MetaData(mark(), pick(List.of(Fetch.Level.ROOT, Fetch.Level.CHUNK)), index(), digests(few(300)));
            case PAGE_DATA -> new PageData(mark(), pages(few(5)));
            case VIEW_CHANGE -> viewChange();
            case VIEW_CHANGE_ACK -> new ViewChangeAck(mark(), replica(), digest());
            case NEW_VIEW -> newView();
            case DECIDED -> new Decided(mark(), digest());
            case STATUS_PENDING -> statusPending();
            case FORWARDED_VIEW_CHANGE -> new ForwardedViewChange(replica(), viewChange());
            case BODY -> new Body(mark(), batch());
            case HOLD -> new Hold(mark(), mark(), digest(), digest());
            case REQUEST_SIGNATURE -> new SignatureAsked(digest());
        };
    }

    private ViewChange viewChange() {
        List<ViewChange.Held> checkpoints = listOf(few(4), () -> new ViewChange.Held(mark(), digest()));
        return new ViewChange(mark(), mark(), checkpoints, listOf(few(20), this::entry), listOf(few(40), this::entry));
    }

    private ViewChange.Entry entry() {
        return new ViewChange.Entry(mark(), digest(), mark());
    }

    private NewView newView() {
        List<NewView.Vouched> vouched = new ArrayList<>();
        for (int replica : receivers()) {
            vouched.add(new NewView.Vouched(replica, digest()));
        }
        return new NewView(mark(), vouched, mark(), digest(), digests(few(40)));
    }

    private StatusPending statusPending() {
        return new StatusPending(
                mark(),
                mark(),
                mark(),
                number(),
                random.nextBoolean(),
                new Bits(some(4)),
                new Bits(some(20)),
                listOf(few(20), () -> new StatusPending.Missing(mark(), digest())));
    }

    private int replica() {
        return random.nextInt(Limits.REPLICAS);
    }

    private Request request() {
        return new Request(
                random.nextInt(),
                number(),
                number(),
                pick(List.of(Request.Kind.values())),
                random.nextInt(),
                operation(),
                some(Limits.SIGNATURE));
    }

    private byte[] operation() {
        return random.nextInt(200) == 0 ? bytes(Limits.OPERATION) : some(300);
    }

    private Reply reply() {
        boolean digested = random.nextBoolean();
        return new Reply(
                mark(),
                random.nextInt(),
                number(),
                number(),
                digest(),
                pick(List.of(Reply.Outcome.values())),
                pick(List.of(Reply.Basis.values())),
                digested,
                digested ? bytes(Digest.BYTES) : operation());
    }

    private Batch batch() {
        List<SignedRequest> requests = new ArrayList<>();
        int count = few(6);
        for (int i = 0; i < count; i++) {
            try {
                requests.add(SignedRequest.read(frame(Message.Type.REQUEST)));
            } catch (MalformedException e) {
                throw new AssertionError("a generated request is refused", e);
            }
        }
        return Batch.of(requests, some(256));
    }

    private List<Vote.Commit> commits() {
        return listOf(few(4), () -> new Vote.Commit(mark(), digest()));
    }

    private Proposal proposal() {
        Batch batch = batch();
        List<Proposal.Entry> entries = new ArrayList<>();
        for (SignedRequest request : batch.requests()) {
            entries.add(random.nextBoolean() ? request : Proposal.named(request));
        }
        return Proposal.of(entries, batch.nondet());
    }

    private List<NewKey.Entry> entries() {
        List<NewKey.Entry> entries = new ArrayList<>();
        for (int receiver : receivers()) {
            entries.add(new NewKey.Entry(receiver, bytes(Limits.NONCE), some(Limits.SEALED)));
        }
        return entries;
    }

    private SortedSet<Integer> receivers() {
        TreeSet<Integer> receivers = new TreeSet<>();
        int count = random.nextInt(Limits.REPLICAS);
        for (int i = 0; i < count; i++) {
            receivers.add(random.nextInt(Limits.REPLICAS));
        }
        return receivers;
    }

    private Envelope.Auth auth() {
        return switch (random.nextInt(4)) {
            case 0 -> new Envelope.Unsigned();
            case 1 -> new Envelope.Signature(number(), some(Limits.SIGNATURE));
            default -> macs();
        };
    }

    private Envelope.Macs macs() {
        List<Envelope.Mac> macs = new ArrayList<>();
        for (int receiver : receivers()) {
            macs.add(new Envelope.Mac(receiver, random.nextLong(), bytes(Envelope.TAG)));
        }
        return new Envelope.Macs(macs);
    }

    private List<Integer> indices(int count) {
        return listOf(count, this::index);
    }

    private List<Digest> digests(int count) {
        return listOf(count, this::digest);
    }

    private List<PageData.Page> pages(int count) {
        return listOf(count, () -> new PageData.Page(index(), bytes(Limits.PAGE)));
    }

    private static <T> List<T> listOf(int count, Supplier<T> next) {
        return Stream.generate(next).limit(count).toList();
    }

    private int few(int below) {
        return random.nextInt(below);
    }

    private int index() {
        return random.nextInt() & Integer.MAX_VALUE;
    }

    /** Small ones, large ones, and the largest. */
    private long number() {
        return switch (random.nextInt(3)) {
            case 0 -> random.nextInt(1000);
            case 1 -> Long.MAX_VALUE;
            default -> random.nextLong() & Long.MAX_VALUE;
        };
    }

    /** A view or seqno. */
    private long mark() {
        return number() >> 1;
    }

    private Digest digest() {
        return new Digest(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
    }

    private byte[] some(int most) {
        return bytes(random.nextInt(most + 1));
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private <T> T pick(List<T> choice) {
        return choice.get(random.nextInt(choice.size()));
    }
}
