package io.freshet.model.pcrec;

/**
 * A node and part of what is around it, with every edge that the graph has among them.
 *
 * @param nodes of the graph, the ego first
 * @param neighbors of each of them, as places in {@code nodes}
 */
record EgoNetwork(int[] nodes, int[][] neighbors) {
  int size() {
    return nodes.length;
  }
}
