package dev.bft.keystore;

import java.nio.file.Path;

/**
 * Where everything of a cluster lies on this host.
 *
 * @param root the cluster folder
 */
public record ClusterFolder(Path root) {

    /** The cluster file. */
    public Path config() {
        return root.resolve(ClusterFile.NAME);
    }

    /** The root's private key, unless it was put elsewhere. */
    public Path rootKey() {
        return root.resolve("root.key");
    }

    /** The private key that signs images. */
    public Path releaseKey() {
        return root.resolve("release.key");
    }

    /** The folder of client files. */
    public Path clients() {
        return root.resolve("clients");
    }

    /** A client's credential and private key. */
    public Path client(String name) {
        return clients().resolve(name + ".client");
    }

    /** What the root signed when it revoked a client, if the replicas have executed it. */
    public Path revocation(String name) {
        return clients().resolve(name + ".revoked");
    }

    /** The clean image that replicas are booted from. */
    public Path image() {
        return root.resolve("image");
    }

    /** The manifest of the clean image. */
    public Path manifest() {
        return root.resolve("image.manifest");
    }

    /** The release key's signature of the manifest. */
    public Path manifestSignature() {
        return root.resolve("image.manifest.sig");
    }

    /** All that belongs to one replica. */
    public Path replica(int id) {
        return root.resolve("replica-" + id);
    }

    /** A replica's read-only principals. */
    public Path rom(int id) {
        return replica(id).resolve("rom");
    }

    /** The folder of a replica's coprocessor. */
    public Path coprocessor(int id) {
        return replica(id).resolve("coprocessor");
    }

    /** What a replica keeps; hostile to everybody else. */
    public Path state(int id) {
        return replica(id).resolve("state");
    }

    /** The copies of the image that a replica runs from. */
    public Path boots(int id) {
        return replica(id).resolve("boots");
    }

    /** The audit log that a replica's watchdog writes. */
    public Path audit(int id) {
        return replica(id).resolve("audit");
    }

    /** The socket of a replica's watchdog. */
    public Path watchdogSocket(int id) {
        return replica(id).resolve("watchdog.sock");
    }

    /** What a replica's process prints. */
    public Path replicaLog(int id) {
        return replica(id).resolve("replica.log");
    }

    /** What a replica's watchdog prints. */
    public Path watchdogLog(int id) {
        return replica(id).resolve("watchdog.log");
    }
}
