package dev.bft.sim;

/** A view and a seqno: where a replica votes once. */
record Position(long view, long seqno) {
    private static final int SEQNO_BITS = 40;

    /** One number for both; views and seqnos of correct replicas are small. */
    long key() {
        return view << SEQNO_BITS | seqno;
    }

    @Override
    public String toString() {
        return "view " + view + ", seqno " + seqno;
    }
}
