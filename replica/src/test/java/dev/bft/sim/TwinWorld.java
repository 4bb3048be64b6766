package dev.bft.sim;

/** What surrounds one copy of a replica that runs twice: only the nodes on its side hear it. */
record TwinWorld(World world, Sides sides, int copy) implements World {
    @Override
    public void send(int from, int to, byte[] frame) {
        if (sides.of(to) == copy) {
            world.send(from, to, frame);
        } else {
            // The other copy says something else to this one, or nothing.
            world.tally().did(Behaviour.TWINS);
        }
    }

    @Override
    public void sendToLink(int from, long link, byte[] frame) {
        world.sendToLink(from, link, frame);
    }

    @Override
    public Plan plan() {
        return world.plan();
    }

    @Override
    public Timeline time() {
        return world.time();
    }

    @Override
    public Keys keys() {
        return world.keys();
    }

    @Override
    public Checks checks() {
        return world.checks();
    }

    @Override
    public Tally tally() {
        return world.tally();
    }

    @Override
    public Trace trace() {
        return world.trace();
    }

    @Override
    public void sendFromClient(int client, int replica, byte[] frame) {
        world.sendFromClient(client, replica, frame);
    }

    @Override
    public void booted(int replica) {
        world.booted(replica);
    }

    @Override
    public void died(int replica) {
        world.died(replica);
    }

    @Override
    public void saved(int replica) {
        if (copy == 0) {
            world.saved(replica);
        }
    }

    @Override
    public void alarm(int replica, String text) {
        world.alarm(replica, text);
    }
}
