package io.freshet.schemas;

/**
 * A record that could not be read, as it came, with where it came from and why it was refused.
 *
 * @param key the bad record's own, null where it had none
 * @param value the raw bytes, cut to what the dead-letter topic takes; null for a tombstone
 * @param originalSize bytes of the value before it was cut
 * @param topic where the record stood, with {@code partition} and {@code offset}
 * @param reason what is wrong, which value, and what is allowed
 */
public record DeadLetter(
    byte[] key,
    byte[] value,
    int originalSize,
    String topic,
    int partition,
    long offset,
    String reason) {}
