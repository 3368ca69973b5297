/** The values and rules of sequence recommendation: no Flink, no Kafka, no clock. */
package io.freshet.model;
