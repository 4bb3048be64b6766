package dev.bft.watchdog.audit;

import java.util.Map;

/** What a reader of the audit log learns: a record or that something is wrong. */
public sealed interface AuditLine {

    /** Whose log it is about. */
    int replica();

    /** As one line for a person; nothing in it can harm a terminal. */
    String text();

    /** As one JSON object without a line break. */
    String json();

    /**
     * A record.
     *
     * @param record as it stands in the log
     * @param confirmed whether its hash is what the next record, or the head, says
     */
    record Entry(AuditRecord record, boolean confirmed) implements AuditLine {

        @Override
        public int replica() {
            return record.replica();
        }

        @Override
        public String text() {
            StringBuilder out = new StringBuilder()
                    .append(record.time())
                    .append("  replica ")
                    .append(record.replica())
                    .append("  #")
                    .append(record.index())
                    .append("  ")
                    .append(record.kind());
            for (Map.Entry<String, String> field : record.fields().entrySet()) {
                out.append(' ').append(field.getKey()).append('=').append(AuditText.shown(quoted(field.getValue())));
            }
            out.append(record.claim() ? "  (said by the replica)" : "");
            return out.append(confirmed ? "" : "  (not confirmed)").toString();
        }

        private static String quoted(String value) {
            boolean plain = !value.isEmpty() && value.chars().noneMatch(c -> c == ' ' || c == '"' || c == '=');
            return plain ? value : '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
        }

        @Override
        public String json() {
            return new AuditJson()
                    .number("v", 1)
                    .number("replica", record.replica())
                    .number("index", record.index())
                    .text("time", record.time().toString())
                    .text("kind", record.kind())
                    .flag("claim", record.claim())
                    .texts("fields", record.fields())
                    .text("hash", record.hash().hex())
                    .flag("confirmed", confirmed)
                    .toString();
        }
    }

    /**
     * Something is wrong with a log.
     *
     * @param replica whose log
     * @param index the first record that is damaged or missing
     * @param what is wrong
     */
    record Finding(int replica, long index, String what) implements AuditLine {

        @Override
        public String text() {
            return "replica " + replica + ": record " + index + ": " + AuditText.shown(what);
        }

        @Override
        public String json() {
            return new AuditJson()
                    .number("v", 1)
                    .number("replica", replica)
                    .number("index", index)
                    .text("finding", what)
                    .toString();
        }
    }
}
