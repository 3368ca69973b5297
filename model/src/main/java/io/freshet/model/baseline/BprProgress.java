package io.freshet.model.baseline;

import java.time.Duration;

/**
 * How far a training has come, told after each epoch and before the first.
 *
 * @param epoch the one that has just ended, from 1; 0 before the first
 * @param loss mean over this epoch's pairs, without regularization; not a number before the first
 * @param validation what the vectors are worth now
 * @param elapsed since training began
 */
public record BprProgress(int epoch, double loss, double validation, Duration elapsed) {}
