package dev.bft.host;

import dev.bft.keystore.Credential;
import dev.bft.keystore.OpeningKey;
import dev.bft.keystore.Rom;
import dev.bft.keystore.SigningKey;
import dev.bft.protocol.ClientSecrets;
import dev.bft.protocol.Effect;
import dev.bft.protocol.Event;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** The keys of a {@link Rehearsal}: made for it, trusted by nobody else, gone with it. */
final class RehearsalKeys implements ClientSecrets {
    private final SigningKey root;
    private final SigningKey client;
    private final List<SigningKey> signing;
    private final List<OpeningKey> opening;
    private final RomKeys publicKeys;
    private final byte[] credential;

    RehearsalKeys(byte[] cluster, int replicas, int clientId) {
        SecureRandom random = new SecureRandom();
        this.root = SigningKey.generate(random);
        this.client = SigningKey.generate(random);
        this.signing = Stream.generate(() -> SigningKey.generate(random))
                .limit(replicas)
                .toList();
        this.opening = Stream.generate(() -> OpeningKey.generate(random))
                .limit(replicas)
                .toList();
        List<Rom.Keys> known = Stream.iterate(0, i -> i + 1)
                .limit(replicas)
                .map(i ->
                        new Rom.Keys(signing.get(i).verifyKey(), opening.get(i).sealingKey()))
                .toList();
        this.publicKeys =
                new RomKeys(new Rom(HexFormat.of().formatHex(cluster), root.verifyKey(), root.verifyKey(), known));
        this.credential = Credential.unsigned(clientId, "rehearsal", client.verifyKey(), Long.MAX_VALUE)
                .issue(root)
                .encoded();
    }

    RomKeys publicKeys() {
        return publicKeys;
    }

    /** As the coprocessor of this replica would. */
    Event.Signed sign(int replica, long counter, Effect.Sign asked) {
        byte[] statement = dev.bft.keystore.Statement.bytes(asked.domain(), counter, asked.payload());
        return new Event.Signed(asked.token(), counter, signing.get(replica).sign(statement));
    }

    /** As the coprocessor of this replica would. */
    Event.Opened open(int replica, Effect.Open asked) {
        return new Event.Opened(asked.token(), opening.get(replica).open(asked.context(), asked.sealed()));
    }

    @Override
    public byte[] credential() {
        return credential;
    }

    @Override
    public byte[] sign(byte[] payload) {
        return client.sign(payload);
    }

    @Override
    public byte[] seal(int replica, byte[] context, byte[] secret, byte[] entropy) {
        return publicKeys.seal(replica, context, secret, entropy);
    }
}
