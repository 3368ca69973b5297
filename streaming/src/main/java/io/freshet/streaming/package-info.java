/** The plumbing that every Freshet job shares: settings, Flink's own options, the Kafka edge. */
package io.freshet.streaming;
