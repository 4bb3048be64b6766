package dev.bft.cli;

import dev.bft.client.BftClient;
import dev.bft.client.InvocationException;
import dev.bft.keystore.ClusterConfig;
import java.nio.file.Path;

/** What a command says when an operation that it asked the replicas for has no result. */
final class CallFailure {

    private CallFailure() {}

    /** The failure, with its exit code and what to do; {@code file} is that of the client that asked. */
    static CommandException of(InvocationException e, BftClient connection, ClusterConfig config, Path file) {
        return new CommandException(
                exit(e, connection.connected(), config.cluster().f()), text(e, file), e);
    }

    private static ExitCode exit(InvocationException e, int connected, int f) {
        return switch (e.reason()) {
            case REFUSED -> ExitCode.INTERNAL;
            case INVALID -> ExitCode.USAGE;
            case UNKNOWN, BUSY -> ExitCode.TIMEOUT;
            case TIMEOUT ->
                connected == 0 ? ExitCode.UNREACHABLE : connected < 2 * f + 1 ? ExitCode.NO_QUORUM : ExitCode.TIMEOUT;
            case CREDENTIAL_EXPIRED, CREDENTIAL_REVOKED -> ExitCode.CONFIG;
        };
    }

    private static String text(InvocationException e, Path file) {
        String what = String.valueOf(e.getMessage());
        return switch (e.reason()) {
            case TIMEOUT -> what + "; it may still be executed; see: bft status";
            case UNKNOWN -> what + "; it may have been executed: look with bft kv get";
            case BUSY -> what + "; nothing was executed, try again";
            case REFUSED, INVALID -> what;
            case CREDENTIAL_EXPIRED, CREDENTIAL_REVOKED ->
                file + ": " + what + "; make another client with bft keygen --client NAME";
        };
    }
}
