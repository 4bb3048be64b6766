package dev.bft.sim;

import dev.bft.wire.Cluster;

/** What a crook knows of the simulated cluster. */
record SimOutlook(World world) implements Crook.Outlook {
    @Override
    public int sessions() {
        return world.plan().load().sessions();
    }

    @Override
    public int replicas() {
        return world.plan().replicas();
    }

    @Override
    public long view() {
        return world.checks().view();
    }

    @Override
    public Cluster cluster() {
        return new Cluster(world.plan().cluster(), 0);
    }

    @Override
    public byte[] other(byte[] operation) {
        Operation like = Operation.read(operation);
        History history = world.checks().history();
        Operation other = new Operation(like.kind(), history.nextNumber(), like.cell(), like.value());
        byte[] bytes = other.toBytes();
        history.issued(other, bytes);
        return bytes;
    }

    @Override
    public void acted() {
        world.tally().saw(Fault.CROOKED_CLIENT);
    }
}
