package io.freshet.model.network;

import io.freshet.model.ScoringRequest;

/**
 * A request and what came of it.
 *
 * @param labels one for each candidate: 1 where it was clicked, 0 where it was not
 */
public record LabelledRequest(ScoringRequest request, float[] labels) {}
