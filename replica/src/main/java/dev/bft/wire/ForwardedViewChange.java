package dev.bft.wire;

/**
 * Another replica's VIEW-CHANGE, passed on without its authentication: its digest is compared with what NEW-VIEW
 * lists and others acknowledge (section 7.3-6).
 *
 * @param replica who said it
 * @param viewChange what was said
 */
public record ForwardedViewChange(int replica, ViewChange viewChange) implements Message {
    @Override
    public Type type() {
        return Type.FORWARDED_VIEW_CHANGE;
    }

    @Override
    public void write(Out out) {
        out.i32(replica);
        viewChange.write(out);
    }

    static ForwardedViewChange read(In in) throws MalformedException {
        return new ForwardedViewChange(in.count(Limits.REPLICAS - 1), ViewChange.read(in));
    }
}
