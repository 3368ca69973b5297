/** The job that turns clicks into recommendations. */
package io.freshet.streaming.recommendation;
