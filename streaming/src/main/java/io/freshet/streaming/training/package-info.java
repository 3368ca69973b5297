/** The job that retrains the model from what flows through Kafka. */
package io.freshet.streaming.training;
