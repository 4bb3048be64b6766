package dev.bft.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The bytes on the wire, locked: {@code wire/*.hex} hold what fixed messages must become. They change only with the
 * version in the frame header; {@code -Dwire.golden=write} writes them anew, to be read as a diff.
 */
final class GoldenBytesTest {
    private static final Path FOLDER = Path.of("src", "test", "resources", "wire");
    private static final int LINE = 32;

    @ParameterizedTest
    @MethodSource("names")
    void aFixedMessageBecomesExactlyTheseBytes(String name) throws IOException {
        byte[] frame = frame(name);
        if ("write".equals(System.getProperty("wire.golden"))) {
            Files.writeString(FOLDER.resolve(name + ".hex"), hexLines(frame));
        }
        assertThat(hexLines(frame)).isEqualTo(Files.readString(FOLDER.resolve(name + ".hex")));
    }

    @ParameterizedTest
    @MethodSource("names")
    void theseBytesAreReadAndWrittenBackUnchanged(String name) throws IOException, MalformedException {
        String hex = String.join("", Files.readAllLines(FOLDER.resolve(name + ".hex")));
        byte[] frame = HexFormat.of().parseHex(hex);
        Envelope envelope = Envelope.read(frame);
        byte[] open = Envelope.open(Samples.CLUSTER, envelope.sender(), envelope.message());
        assertThat(envelope.isOf(Samples.CLUSTER)).isTrue();
        assertThat(Envelope.complete(open, envelope.auth())).isEqualTo(frame);
    }

    @Test
    void everyTypeAndEveryFileIsCovered() throws IOException, MalformedException {
        SortedSet<Message.Type> seen = new TreeSet<>();
        for (byte[] frame : Samples.frames().values()) {
            seen.add(Envelope.read(frame).message().type());
        }
        assertThat(seen).containsExactly(Message.Type.values());
        try (Stream<Path> files = Files.list(FOLDER)) {
            List<String> names = files.map(f -> f.getFileName().toString().replace(".hex", ""))
                    .sorted()
                    .toList();
            assertThat(names).containsExactlyElementsOf(Samples.frames().keySet());
        }
    }

    @Test
    void aRequestsDigestNamesTheOperationAndNotItsAuthentication() throws MalformedException {
        SignedRequest request = SignedRequest.read(Samples.invokeRequest());
        assertThat(request.digest().hex())
                .isEqualTo("c9bf042ff1583aae874cee2006168920ecb751e2a8be260e674ca916afe06374");
        byte[] otherwise = Envelope.complete(
                Envelope.open(Samples.CLUSTER, 1000, request.request()), new Envelope.Signature(1, new byte[3]));
        assertThat(SignedRequest.read(otherwise).digest()).isEqualTo(request.digest());
    }

    @Test
    void whatAClientSignsIsTheClusterAndTheRequestDigest() throws MalformedException {
        SignedRequest request = SignedRequest.read(Samples.invokeRequest());
        assertThat(HexFormat.of().formatHex(Request.signedBytes(Samples.CLUSTER, request.digest())))
                .isEqualTo(
                        "6266742f726571756573742f31" // "bft/request/1"
                                + "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf" + "00000007"
                                + request.digest().hex());
    }

    @Test
    void aBatchDigestCoversTheRequestDigestsInOrderAndTheValue() {
        Batch batch = Samples.batch();
        assertThat(batch.digest().hex()).isEqualTo("ec7c954335de1901156f24b7c56926d779a4e5ad2fa0272da00c69fed3c3c18c");
        List<SignedRequest> turned =
                List.of(batch.requests().get(1), batch.requests().get(0));
        assertThat(Batch.of(turned, batch.nondet()).digest()).isNotEqualTo(batch.digest());
        assertThat(Batch.of(batch.requests(), new byte[0]).digest()).isNotEqualTo(batch.digest());
    }

    @Test
    void aViewChangesDigestNamesItsSenderAndItsFields() {
        ViewChange said = Samples.viewChange();
        assertThat(said.digest(2).hex()).isEqualTo("9503d33ca1989128976f63187978dbd6f0f14f9ed614764657ee974563aa93c8");
        assertThat(said.digest(1)).isNotEqualTo(said.digest(2));
        Out fields = new Out(300).fixed(Digest.tag("V")).i32(2);
        said.write(fields);
        assertThat(said.digest(2)).isEqualTo(Digest.of(fields.toBytes()));
    }

    @Test
    void aNewViewsDigestNamesItsFields() {
        NewView decision = new NewView(5, List.of(), 128, Digest.ZERO, List.of());
        Out fields = new Out(300).fixed(Digest.tag("N"));
        decision.write(fields);
        assertThat(decision.digest()).isEqualTo(Digest.of(fields.toBytes()));
    }

    @Test
    void theNullBatchHasNoRequestsAndNoValue() {
        assertThat(Batch.NULL.requests()).isEmpty();
        assertThat(Batch.NULL.digest())
                .isEqualTo(Batch.of(List.of(), new byte[0]).digest());
        assertThat(Batch.NULL.digest().hex())
                .isEqualTo("4f2fdd3d218cddc41290345f749988b33f391c29745a1710638573ec671d1c16");
    }

    static Stream<String> names() {
        return Samples.frames().keySet().stream();
    }

    private static byte[] frame(String name) {
        return Samples.frames().getOrDefault(name, new byte[0]);
    }

    private static String hexLines(byte[] bytes) {
        String hex = HexFormat.of().formatHex(bytes);
        return Stream.iterate(0, at -> at < hex.length(), at -> at + 2 * LINE)
                .map(at -> hex.substring(at, Math.min(at + 2 * LINE, hex.length())) + "\n")
                .collect(Collectors.joining());
    }
}
