package dev.bft.watchdog.key;

import dev.bft.coprocessor.CoprocessorReply;
import dev.bft.coprocessor.CoprocessorReply.Refused;
import dev.bft.coprocessor.CoprocessorRequest;
import dev.bft.coprocessor.Frame;
import dev.bft.coprocessor.LocalChannel;
import dev.bft.coprocessor.LocalProtocolException;
import dev.bft.keystore.Statement;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/** Serves the monitor: statements about recoveries and boots, and the channel of each new boot. */
final class ControlSession {

    private final Vault vault;
    private final FdSocket socket;
    private final LocalChannel channel;
    private final Consumer<String> log;
    private Optional<ReplicaSession> replica = Optional.empty();

    ControlSession(Vault vault, FdSocket socket, Consumer<String> log) {
        this.vault = vault;
        this.socket = socket;
        this.channel = new LocalChannel(socket, socket);
        this.log = log;
    }

    /** Returns when the monitor's channel ends. */
    void serve() throws IOException, InterruptedException, CounterLostException {
        Optional<Frame> frame = channel.read();
        while (frame.isPresent()) {
            channel.write(answer(frame.get()));
            frame = channel.read();
        }
    }

    private Frame answer(Frame frame) throws IOException, InterruptedException, CounterLostException {
        if (!ControlMessage.isControl(frame)) {
            return answer(CoprocessorRequest.decode(frame)).encode();
        }
        ControlMessage message = ControlMessage.decode(frame);
        if (message instanceof ControlMessage.Identify) {
            return new ControlMessage.Identity(vault.identity()).encode();
        }
        if (message instanceof ControlMessage.NewChannel boot) {
            return newChannel(boot.bootSeq()).encode();
        }
        throw new LocalProtocolException("the monitor sent what only a coprocessor sends");
    }

    private CoprocessorReply answer(CoprocessorRequest request) throws CounterLostException {
        boolean monitors = request instanceof CoprocessorRequest.Sign sign
                && (sign.domain() == Statement.RECOVERY || sign.domain() == Statement.BOOT);
        return monitors
                ? vault.sign((CoprocessorRequest.Sign) request)
                : new Refused("only recoveries and boots are signed for a monitor");
    }

    private ControlMessage newChannel(long bootSeq) throws IOException, InterruptedException {
        int descriptor = FdPassing.receiveFd(socket.descriptor());
        if (replica.isPresent()) {
            replica.get().end();
        }
        replica = Optional.of(ReplicaSession.start(vault, new FdSocket(descriptor), bootSeq, log));
        return new ControlMessage.Accepted(bootSeq);
    }
}
