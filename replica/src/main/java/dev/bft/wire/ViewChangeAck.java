package dev.bft.wire;

/**
 * The sender received this VIEW-CHANGE and could authenticate it (section 6.5).
 *
 * @param view the view it is for
 * @param replica whose VIEW-CHANGE it is
 * @param viewChange its digest
 */
public record ViewChangeAck(long view, int replica, Digest viewChange) implements Message {
    @Override
    public Type type() {
        return Type.VIEW_CHANGE_ACK;
    }

    @Override
    public void write(Out out) {
        out.i64(view).i32(replica).digest(viewChange);
    }

    static ViewChangeAck read(In in) throws MalformedException {
        return new ViewChangeAck(in.mark(), in.count(Limits.REPLICAS - 1), in.digest());
    }
}
