package dev.bft.protocol;

import dev.bft.wire.SignedRequest;

/** One session of one client. */
record SessionId(int client, int session) implements Comparable<SessionId> {
    static SessionId of(SignedRequest request) {
        return new SessionId(request.client(), request.request().session());
    }

    @Override
    public int compareTo(SessionId other) {
        int order = Integer.compare(client, other.client);
        return order != 0 ? order : Integer.compare(session, other.session);
    }
}
