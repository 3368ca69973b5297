/** The job that refreshes embeddings from what flows through Kafka in two domains. */
package io.freshet.streaming.embedding;
