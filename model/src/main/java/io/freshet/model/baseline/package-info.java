/**
 * What a Behavior Sequence Transformer is measured against: networks of the same inputs and widths,
 * trained by the same trainer, and two rules that learn no weights; and what embeddings are:
 * vectors learnt by BPR, alone and propagated over the graph.
 */
package io.freshet.model.baseline;
