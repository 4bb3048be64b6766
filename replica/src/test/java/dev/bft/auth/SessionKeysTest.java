package dev.bft.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.wire.Cluster;
import dev.bft.wire.Digest;
import dev.bft.wire.Envelope;
import dev.bft.wire.Fetch;
import dev.bft.wire.KeyAck;
import dev.bft.wire.KeyAsk;
import dev.bft.wire.MalformedException;
import dev.bft.wire.Message;
import dev.bft.wire.Vote;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Session keys between replicas: the receiver chooses (sections 2.1, 2.2). */
final class SessionKeysTest {
    private static final int N = 4;
    private static final Cluster CLUSTER = new Cluster(new byte[16], 2);
    private static final Message VOTE = new Vote(Message.Type.COMMIT, 1, 2, Digest.ZERO);
    private static final Message FETCH = new Fetch(128, Fetch.Level.ROOT, List.of());

    private final List<SessionKeys> all = new ArrayList<>();

    @BeforeEach
    void exchange() {
        for (int i = 0; i < N; i++) {
            all.add(new SessionKeys(CLUSTER, i, N));
        }
        for (int receiver = 0; receiver < N; receiver++) {
            for (int sender = 0; sender < N; sender++) {
                if (sender != receiver) {
                    refresh(receiver, sender, 10 + receiver);
                }
            }
        }
    }

    /** The receiver chooses the key by which the sender authenticates to it. */
    private void refresh(int receiver, int sender, long id) {
        byte[] secret = Digest.of(new byte[] {(byte) receiver, (byte) sender, (byte) id})
                .toBytes();
        all.get(receiver).setIn(sender, new MacKey(id, secret));
        all.get(sender).setOut(receiver, new MacKey(id, secret));
    }

    private Verdict check(int receiver, byte[] frame) {
        try {
            return all.get(receiver).check(Envelope.read(frame));
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anAuthenticatorIsCheckedByEveryOtherReplica() throws MalformedException {
        byte[] frame = all.get(2).toAll(VOTE);
        Envelope.Macs macs = (Envelope.Macs) Envelope.read(frame).auth();
        assertThat(macs.macs()).extracting(Envelope.Mac::receiver).containsExactly(0, 1, 3);
        assertThat(macs.macs()).extracting(Envelope.Mac::key).containsExactly(10L, 11L, 13L);
        for (int receiver : List.of(0, 1, 3)) {
            assertThat(check(receiver, frame)).isEqualTo(Verdict.AUTHENTIC);
        }
    }

    @Test
    void aSingleMacIsForItsReceiverAlone() {
        byte[] frame = all.get(2).toReplica(VOTE, 1);
        assertThat(check(1, frame)).isEqualTo(Verdict.AUTHENTIC);
        assertThat(check(0, frame)).isEqualTo(Verdict.NO_MAC);
    }

    @Test
    void aMacForOneReplicaIsWorthNothingAtAnother() {
        byte[] open = Envelope.open(CLUSTER, 2, VOTE);
        byte[] tag = macFor(1, all.get(2).toReplica(VOTE, 1)).tag();
        assertThat(check(3, Envelope.complete(open, macs(3, 13, tag)))).isEqualTo(Verdict.FORGED);
    }

    @Test
    void aKeyIsForOneDirection() {
        byte[] tag = macFor(1, all.get(2).toReplica(VOTE, 1)).tag();
        byte[] back = Envelope.complete(Envelope.open(CLUSTER, 1, VOTE), macs(2, 11, tag));
        assertThat(check(2, back)).isEqualTo(Verdict.STALE_KEY);
    }

    @Test
    void aReplicaWithoutAKeyIsLeftOut() throws MalformedException {
        SessionKeys fresh = new SessionKeys(CLUSTER, 0, N);
        assertThat(fresh.canSendTo(1)).isFalse();
        fresh.setOut(2, new MacKey(5, new byte[32]));
        assertThat(fresh.canSendTo(2)).isTrue();
        Envelope.Macs macs = (Envelope.Macs) Envelope.read(fresh.toAll(VOTE)).auth();
        assertThat(macs.macs()).extracting(Envelope.Mac::receiver).containsExactly(2);
    }

    @Test
    void afterARefreshOldMacsAreStaleAndNewOnesAuthentic() {
        byte[] old = all.get(2).toAll(VOTE);
        refresh(1, 2, 99);
        assertThat(check(1, old)).isEqualTo(Verdict.STALE_KEY);
        assertThat(check(0, old)).isEqualTo(Verdict.AUTHENTIC);
        assertThat(check(1, all.get(2).toAll(VOTE))).isEqualTo(Verdict.AUTHENTIC);
    }

    @Test
    void beforeAnyKeyNothingIsAuthentic() throws MalformedException {
        SessionKeys fresh = new SessionKeys(CLUSTER, 1, N);
        assertThat(fresh.check(Envelope.read(all.get(2).toAll(VOTE)))).isEqualTo(Verdict.STALE_KEY);
        byte[] zeroKey = Envelope.complete(Envelope.open(CLUSTER, 2, VOTE), macs(1, 0, new byte[16]));
        assertThat(fresh.check(Envelope.read(zeroKey))).isEqualTo(Verdict.STALE_KEY);
    }

    @Test
    void aChangedFrameIsForged() {
        byte[] frame = all.get(2).toAll(VOTE);
        for (int at = Envelope.HEADER; at < Envelope.HEADER + 48; at++) {
            byte[] other = frame.clone();
            other[at] ^= 1;
            assertThat(check(1, other)).isEqualTo(Verdict.FORGED);
        }
        for (int at = 4; at < 24; at++) {
            byte[] otherCluster = frame.clone();
            otherCluster[at] ^= 1;
            assertThat(check(1, otherCluster)).isEqualTo(Verdict.FORGED);
        }
    }

    @Test
    void aMessageOfAnotherTypeWithTheSameBodyIsForged() {
        byte[] frame = all.get(2).toAll(VOTE);
        frame[3] = (byte) Message.Type.PREPARE.code();
        assertThat(check(1, frame)).isEqualTo(Verdict.FORGED);
    }

    @Test
    void onlyOtherReplicasMaySend() {
        for (int sender : List.of(-1, 1, N, 1000, Integer.MAX_VALUE)) {
            byte[] frame = Envelope.complete(Envelope.open(CLUSTER, sender, VOTE), macs(1, 11, new byte[16]));
            assertThat(check(1, frame)).isEqualTo(Verdict.WRONG_SENDER);
        }
    }

    @Test
    void aReplicaCannotSpeakForAnother() {
        byte[] tag = macFor(1, all.get(2).toReplica(VOTE, 1)).tag();
        byte[] frame = Envelope.complete(Envelope.open(CLUSTER, 3, VOTE), macs(1, 11, tag));
        assertThat(check(1, frame)).isEqualTo(Verdict.FORGED);
    }

    @Test
    void unsignedSignedAndUnaddressedFramesHaveNoMac() {
        byte[] open = Envelope.open(CLUSTER, 2, VOTE);
        assertThat(check(1, Envelope.complete(open, new Envelope.Unsigned()))).isEqualTo(Verdict.NO_MAC);
        assertThat(check(1, Envelope.complete(open, new Envelope.Signature(11, new byte[16]))))
                .isEqualTo(Verdict.NO_MAC);
        assertThat(check(1, Envelope.complete(open, macs(1, -1, new byte[16])))).isEqualTo(Verdict.NO_MAC);
    }

    @Test
    void aFetchIsMadeWithTheKeysTheSenderChose() {
        byte[] frame = all.get(2).fetch(FETCH, 0);
        assertThat(macFor(0, frame).key()).isEqualTo(12);
        assertThat(check(0, frame)).isEqualTo(Verdict.AUTHENTIC);
    }

    @Test
    void aReplicaThatHoldsNobodysKeysYetCanFetchFromWhoeverHasItsOwn() throws MalformedException {
        SessionKeys booted = new SessionKeys(CLUSTER, 2, N);
        byte[] secret = Digest.of(new byte[] {7}).toBytes();
        booted.setIn(0, new MacKey(50, secret));
        assertThat(booted.canSendTo(0)).isFalse();
        all.get(0).setOut(2, new MacKey(50, secret));
        assertThat(all.get(0).check(Envelope.read(booted.fetch(FETCH, 0)))).isEqualTo(Verdict.AUTHENTIC);
    }

    @Test
    void aFetchMadeWithTheUsualKeysIsNotTaken() {
        assertThat(check(0, all.get(2).toReplica(FETCH, 0))).isEqualTo(Verdict.STALE_KEY);
        assertThat(check(0, all.get(2).fetch(VOTE, 0))).isEqualTo(Verdict.STALE_KEY);
    }

    @Test
    void aFrameForAClientHasOneMacUnderItsKey() throws MalformedException {
        MacKey key = new MacKey(77, new byte[32]);
        Envelope envelope = Envelope.read(all.get(2).toClient(new KeyAck(77), 1000, key));
        Envelope.Macs macs = (Envelope.Macs) envelope.auth();
        assertThat(macs.macs()).hasSize(1);
        assertThat(macs.of(1000).key()).isEqualTo(77);
        assertThat(key.verifies(envelope.digest(), macs.of(1000).tag())).isTrue();
        assertThat(Envelope.read(all.get(2).unsigned(new KeyAsk())).auth()).isEqualTo(new Envelope.Unsigned());
    }

    private static Envelope.Mac macFor(int receiver, byte[] frame) {
        try {
            return ((Envelope.Macs) Envelope.read(frame).auth()).of(receiver);
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    private static Envelope.Macs macs(int receiver, long key, byte[] tag) {
        return new Envelope.Macs(List.of(new Envelope.Mac(receiver, key, tag)));
    }
}
