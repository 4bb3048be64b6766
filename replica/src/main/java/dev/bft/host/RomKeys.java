package dev.bft.host;

import dev.bft.auth.ClientPrincipal;
import dev.bft.auth.PublicKeys;
import dev.bft.keystore.Credential;
import dev.bft.keystore.Rom;
import dev.bft.keystore.VerifyKey;
import java.util.Optional;

/** The public keys of the read-only memory: who the others are. */
final class RomKeys implements PublicKeys {
    private final Rom rom;

    RomKeys(Rom rom) {
        this.rom = rom;
    }

    @Override
    public boolean replicaSigned(int replica, Statement statement, byte[] signature) {
        byte[] signed = dev.bft.keystore.Statement.bytes(statement.domain(), statement.counter(), statement.payload());
        return rom.replicas().get(replica).sign().verify(signed, signature);
    }

    @Override
    public Optional<ClientPrincipal> credential(byte[] credential) {
        return Credential.decode(credential)
                .filter(decoded -> decoded.verify(rom.root()))
                .map(decoded ->
                        new ClientPrincipal(decoded.clientId(), decoded.key().encoded()));
    }

    @Override
    public boolean clientSigned(ClientPrincipal client, byte[] payload, byte[] signature) {
        return VerifyKey.decode(client.verifyKey())
                .filter(key -> key.verify(payload, signature))
                .isPresent();
    }

    @Override
    public byte[] seal(int replica, byte[] context, byte[] secret, byte[] entropy) {
        return rom.replicas().get(replica).open().seal(context, secret, entropy);
    }
}
