package dev.bft.host;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Optional;

/** The file {@code votes}: what this replica said and must not contradict, in the order in which it said it. */
final class VoteLog implements Closeable {
    /** The name of the file. */
    static final String FILE = "votes";

    /** The name of a segment until it is whole. */
    static final String NEW_FILE = "votes.new";

    /** The name under which a log that is not whole is kept for people to look at. */
    static final String BROKEN_FILE = "votes.broken";

    private final Folder folder;
    private final Owner owner;
    private final long boot;
    private final ByteBuffer buffer = Segment.buffer();
    private Optional<Segment> segment = Optional.empty();

    VoteLog(Folder folder, Owner owner, long boot) {
        this.folder = folder;
        this.owner = owner;
        this.boot = boot;
    }

    /**
     * Reads the log, hostile until checked, and cuts a torn tail; what follows is appended to it. One that is not whole
     * is put aside.
     *
     * @throws ForeignFileException if it is another replica's, or of another version
     */
    SegmentReader.Contents load() throws IOException, ForeignFileException {
        folder.remove(NEW_FILE);
        if (!folder.has(FILE)) {
            return SegmentReader.nothing("it is missing");
        }
        FileChannel file = folder.open(FILE);
        try {
            SegmentReader.Contents contents = SegmentReader.read(file);
            if (contents.fault().isPresent()) {
                file.close();
                folder.rename(FILE, BROKEN_FILE);
                return contents;
            }
            Owner found = contents.head().orElseThrow().owner();
            if (!found.equals(owner)) {
                throw new ForeignFileException("votes: the vote log of " + found + ", but this is " + owner
                        + "; put each replica's own state folder back");
            }
            file.truncate(contents.end());
            segment = Optional.of(new Segment(file, buffer, contents.marker(), contents.chain(), contents.end()));
            return contents;
        } catch (IOException | ForeignFileException e) {
            file.close();
            throw e;
        }
    }

    /** Appends records; they are on disk when this returns. */
    void append(List<byte[]> records) throws IOException {
        segment.orElseThrow().append(records);
    }

    /** Replaces the log by these records, in one step; they are on disk when this returns. */
    void replace(long tick, boolean fresh, List<byte[]> records) throws IOException {
        folder.remove(NEW_FILE);
        FileChannel file = folder.open(NEW_FILE);
        Segment written = Segment.create(file, buffer, new SegmentHead(owner, tick, boot, fresh, 0), records);
        folder.rename(NEW_FILE, FILE);
        folder.sync();
        close();
        segment = Optional.of(written);
    }

    /** Removes the log: from now on its absence tells that votes are only in memory. */
    void remove() throws IOException {
        close();
        folder.remove(FILE);
        folder.sync();
    }

    @Override
    public void close() throws IOException {
        if (segment.isPresent()) {
            segment.get().close();
            segment = Optional.empty();
        }
    }
}
