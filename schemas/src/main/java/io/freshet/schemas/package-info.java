/**
 * The nouns that cross Kafka, and how they are written there.
 *
 * <p>One record, one published Avro schema and one {@link io.freshet.schemas.Topic} each.
 */
package io.freshet.schemas;
