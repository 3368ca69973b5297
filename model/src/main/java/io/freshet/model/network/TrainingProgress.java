package io.freshet.model.network;

import java.time.Duration;

/**
 * How far a training has come.
 *
 * @param epoch the one under way, from 1
 * @param loss mean over this epoch so far, of the binary cross-entropy of one item
 * @param validation the measure of the last epoch, not a number before
 * @param isEndOfEpoch whether the epoch has just been measured
 * @param elapsed since this run began
 */
public record TrainingProgress(
    int epoch, double loss, double validation, boolean isEndOfEpoch, Duration elapsed) {}
