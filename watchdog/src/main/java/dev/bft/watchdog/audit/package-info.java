/**
 * The audit log of a replica: written by its watchdog, read by anybody who may see the files.
 *
 * <p>A record is a few canonical, bounded bytes of ours: version, replica, index, wall clock, kind, whether the replica
 * claims it, fields by name, and the SHA-256 of the record before. {@code AuditRecordTest} holds its golden bytes. The
 * records stand in a Chronicle queue, a file a day in {@code queue/}; the file {@code head} beside it names the index and
 * hash of the last one. Chronicle has no checksums, and takes a hole in its file for the end of the log; so chain and
 * head alone decide whether a log is whole, and a log that is shorter than its head is a finding.
 *
 * <p>An append returns when the record and then the head are on disk. Killed in between, the queue is one record ahead,
 * which was never acknowledged; the next opening takes it over.
 *
 * <p>A damaged queue can kill the JVM that reads it, or keep it busy for ever. So every reading, the writer's own at
 * its opening too, is done by {@code AuditTailMain}, a process of its own whose death is a finding. It hands over bytes
 * and decides nothing; its caller checks them. A damaged log is set aside when the watchdog opens it, and the new one
 * goes on from the head: what is missing stays a finding for every later reader.
 *
 * <p>Not covered: whoever may write the folder can remove the whole log, or write a new one with a new chain, since
 * nothing here is signed yet.
 */
@NullMarked
package dev.bft.watchdog.audit;

import org.jspecify.annotations.NullMarked;
