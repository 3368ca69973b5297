/** {@code ./freshet bench pipeline}: from a click in Kafka to its recommendation in Kafka. */
package io.freshet.local.pipeline;
