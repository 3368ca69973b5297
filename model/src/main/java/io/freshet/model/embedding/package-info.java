/**
 * From the clicks of two domains to embeddings that can be released, in two steps between which
 * nodes can be encoded wherever there is room.
 */
package io.freshet.model.embedding;
