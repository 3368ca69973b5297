/** What jobs have in common that learn now and then from what flows through Kafka. */
package io.freshet.streaming.rounds;
