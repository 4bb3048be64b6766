package dev.bft.cli;

import dev.bft.coprocessor.ReplicaReport.StatusReport;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** Somebody hostile beside honest clients, who begins and ends when told to. */
interface Beside {
    /** What it is called in the table. */
    String name();

    void go() throws IOException;

    /** It ends; what it did, as it says. */
    String rest() throws IOException;

    /** The processor time that it took until now, in nanoseconds. */
    long cpuNanos() throws IOException;

    /** The processor time that it would take in a turn without any hostility. */
    default long usualNanos(HostileTurns.Turn alone) {
        return 0;
    }

    /** A hostile client. */
    static Beside client(HostileClients clients, HostileKind kind) {
        return new Beside() {
            @Override
            public String name() {
                return kind.label();
            }

            @Override
            public void go() throws IOException {
                clients.go(kind, kind.rate());
            }

            @Override
            public String rest() throws IOException {
                return clients.rest(kind);
            }

            @Override
            public long cpuNanos() {
                return clients.cpuNanos(kind);
            }
        };
    }

    /** A hostile replica with this order. */
    static Beside replica(TestCluster cluster, HostileReplica replica, String words) {
        return new Beside() {
            @Override
            public String name() {
                return words.toLowerCase(Locale.ROOT);
            }

            @Override
            public void go() throws IOException {
                replica.tell(words);
            }

            @Override
            public String rest() throws IOException {
                String did = replica.did(words);
                replica.tell("");
                return did;
            }

            @Override
            public long cpuNanos() throws IOException {
                return cluster.cpuNanos(replica.id());
            }

            @Override
            public long usualNanos(HostileTurns.Turn alone) {
                return alone.cpuNanos().get(replica.id());
            }
        };
    }

    /** All of them at once. */
    static Beside all(String name, List<Beside> all) {
        return new Beside() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public void go() throws IOException {
                for (Beside each : all) {
                    each.go();
                }
            }

            @Override
            public String rest() throws IOException {
                StringBuilder did = new StringBuilder();
                for (Beside each : all) {
                    did.append(each.rest());
                }
                return did.toString();
            }

            @Override
            public long cpuNanos() throws IOException {
                long nanos = 0;
                for (Beside each : all) {
                    nanos += each.cpuNanos();
                }
                return nanos;
            }
        };
    }

    /** The highest view that a replica says it is in. */
    static long view(TestCluster cluster) throws IOException {
        long view = 0;
        for (int id = 0; id < cluster.replicas(); id++) {
            view = Math.max(
                    view, cluster.status(id).claim().map(StatusReport::view).orElse(0L));
        }
        return view;
    }
}
