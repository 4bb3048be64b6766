package dev.bft.net;

/** Why a frame was not delivered or a link was cut; counted, because the transport may lose but not silently. */
public enum Loss {
    /** A link announced a frame of no bytes, or of more than the limit: cut. */
    BAD_LENGTH,
    /** A link not yet trusted announced a frame above the limit for strangers: cut. */
    STRANGER_TOO_LONG,
    /** A link that was not trusted in time: cut. */
    STRANGER_TOO_OLD,
    /** A stranger, or a link long silent, made room for a new one. */
    EVICTED,
    /** A new link was refused: too many of them. */
    TOO_MANY_LINKS,
    /** A new link was refused: too many from its address. */
    TOO_MANY_FROM_ADDRESS,
    /** The links together held too much: the one that held most was cut. */
    MEMORY,
    /** Nothing is read from a link for a while: it brought too much that was of no use. */
    MUTED,
    /** The other side took nothing for a long time: cut. */
    STALLED,
    /** The owner heard nothing from a peer: a connection, or the try to make one, given up for another. */
    SILENT,
    /** The other side closed in the middle of a frame. */
    TRUNCATED,
    /** The connection broke. */
    LINK_LOST,
    /** A connection could not be accepted, for want of descriptors for example. */
    ACCEPT_FAILED,
    /** A peer could not be reached. */
    DIAL_FAILED,
    /** A frame for a link that is gone, or a peer that is not known. */
    NO_LINK,
    /** A frame to be sent is longer than a frame may be. */
    TOO_LONG_TO_SEND,
    /** The oldest frame waiting for a peer or link made room for a newer one. */
    QUEUE_FULL
}
