/**
 * The Behavior Sequence Transformer (Chen et al. 2019, arXiv 1905.06874): its network, its training
 * on clicks, and its releases on disk.
 */
package io.freshet.model.bst;
