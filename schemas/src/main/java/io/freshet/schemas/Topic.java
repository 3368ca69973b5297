package io.freshet.schemas;

import java.util.function.Function;

/**
 * A Kafka topic: its name, what it holds and how that is written.
 *
 * @param key the key of a record, as text
 * @param compacted whether the newest record of a key is kept for good, and a tombstone removes the
 *     key
 */
public record Topic<T>(
    String name, Class<T> type, Codec<T> codec, Function<T, String> key, boolean compacted) {}
