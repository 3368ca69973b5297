package io.freshet.model;

/**
 * The scores of one request's candidates, in the request's order.
 *
 * @param scores (C) click probabilities in [0, 1]
 * @param attention (C, N) the share of attention that each past item of the request drew, the mean
 *     over the heads; rows sum to at most 1, the rest went to the candidate itself. N counts the
 *     behaviors that the model looked at, the newest ones: fewer than the request's where the
 *     model's own length is shorter
 */
public record Ranking(float[] scores, float[][] attention) {}
