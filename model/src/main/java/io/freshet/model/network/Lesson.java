package io.freshet.model.network;

/**
 * What one step of a training learns from.
 *
 * @param labels (B, C)
 */
record Lesson(Batch batch, float[] labels) {}
