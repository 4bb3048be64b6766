package dev.bft.watchdog.key;

import dev.bft.coprocessor.CoprocessorReply;
import dev.bft.coprocessor.CoprocessorReply.Opened;
import dev.bft.coprocessor.CoprocessorReply.Signed;
import dev.bft.coprocessor.CoprocessorReply.Unopenable;
import dev.bft.coprocessor.CoprocessorRequest.Open;
import dev.bft.coprocessor.CoprocessorRequest.Sign;
import dev.bft.keystore.CoprocessorKeys;
import dev.bft.keystore.CounterFile;
import dev.bft.keystore.Statement;
import java.io.IOException;
import java.util.Optional;

/** The keys of one replica and the counter: does what it is told; who may tell it what is decided by the sessions. */
final class Vault {

    private final CoprocessorKeys keys;
    private final CounterFile counter;

    Vault(CoprocessorKeys keys, CounterFile counter) {
        this.keys = keys;
        this.counter = counter;
    }

    /** Signs with the next number, which is on disk before there is a signature. */
    Signed sign(Sign request) throws CounterLostException {
        long number;
        try {
            number = counter.next();
        } catch (IOException e) {
            throw new CounterLostException(e);
        }
        byte[] statement = Statement.bytes(request.domain(), number, request.payload());
        return new Signed(number, keys.sign().sign(statement));
    }

    CoprocessorReply open(Open request) {
        Optional<byte[]> secret = keys.open().open(request.context(), request.sealed());
        return secret.<CoprocessorReply>map(Opened::new).orElseGet(Unopenable::new);
    }

    CoprocessorIdentity identity() {
        return new CoprocessorIdentity(
                keys.clusterId(),
                keys.replica(),
                keys.sign().verifyKey(),
                keys.open().sealingKey());
    }
}
