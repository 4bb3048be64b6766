package dev.bft.wire;

/** What a node says to another: each kind is a record, and the record is the wire format (bft-wire(5)). */
public sealed interface Message
        permits Request,
                Reply,
                PrePrepare,
                Vote,
                Checkpoint,
                Status,
                NewKey,
                ClientKey,
                KeyAsk,
                KeyRequest,
                KeyAck,
                Fetch,
                MetaData,
                PageData,
                ViewChange,
                ViewChangeAck,
                NewView,
                Decided,
                StatusPending,
                ForwardedViewChange,
                Body,
                Hold,
                SignatureAsked {

    /** The type byte of the header. */
    Type type();

    /** Writes the fields in order. */
    void write(Out out);

    /** The kinds of message and their type bytes. */
    enum Type {
        REQUEST(1),
        REPLY(2),
        PRE_PREPARE(3),
        PREPARE(4),
        COMMIT(5),
        CHECKPOINT(6),
        STATUS(7),
        NEW_KEY(8),
        CLIENT_KEY(9),
        KEY_ASK(10),
        KEY_REQUEST(11),
        KEY_ACK(12),
        FETCH(13),
        META_DATA(14),
        PAGE_DATA(15),
        VIEW_CHANGE(16),
        VIEW_CHANGE_ACK(17),
        NEW_VIEW(18),
        DECIDED(19),
        STATUS_PENDING(20),
        FORWARDED_VIEW_CHANGE(21),
        BODY(22),
        HOLD(23),
        REQUEST_SIGNATURE(24);

        private static final Type[] ALL = values();
        private final int code;

        Type(int code) {
            this.code = code;
        }

        /** The byte on the wire. */
        public int code() {
            return code;
        }

        static Type of(int code) throws MalformedException {
            if (code < 1 || code > ALL.length) {
                throw new MalformedException("unknown message type");
            }
            return ALL[code - 1];
        }
    }

    /** Reads a message of this type; the bytes must be exactly one message. */
    static Message read(Type type, In in) throws MalformedException {
        Message message =
                switch (type) {
                    case REQUEST -> Request.read(in);
                    case REPLY -> Reply.read(in);
                    case PRE_PREPARE -> PrePrepare.read(in);
                    case PREPARE, COMMIT -> Vote.read(type, in);
                    case CHECKPOINT -> Checkpoint.read(in);
                    case STATUS -> Status.read(in);
                    case NEW_KEY -> NewKey.read(in);
                    case CLIENT_KEY -> ClientKey.read(in);
                    case KEY_ASK -> new KeyAsk();
                    case KEY_REQUEST -> KeyRequest.read(in);
                    case KEY_ACK -> KeyAck.read(in);
                    case FETCH -> Fetch.read(in);
                    case META_DATA -> MetaData.read(in);
                    case PAGE_DATA -> PageData.read(in);
                    case VIEW_CHANGE -> ViewChange.read(in);
                    case VIEW_CHANGE_ACK -> ViewChangeAck.read(in);
                    case NEW_VIEW -> NewView.read(in);
                    case DECIDED -> Decided.read(in);
                    case STATUS_PENDING -> StatusPending.read(in);
                    case FORWARDED_VIEW_CHANGE -> ForwardedViewChange.read(in);
                    case BODY -> Body.read(in);
                    case HOLD -> Hold.read(in);
                    case REQUEST_SIGNATURE -> SignatureAsked.read(in);
                };
        in.end();
        return message;
    }
}
