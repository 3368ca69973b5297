package io.freshet.model.pcrec;

import io.freshet.model.pcrec.ItemVectors.Found;
import io.github.jbellis.jvector.graph.GraphIndexBuilder;
import io.github.jbellis.jvector.graph.GraphSearcher;
import io.github.jbellis.jvector.graph.ImmutableGraphIndex;
import io.github.jbellis.jvector.graph.ListRandomAccessVectorValues;
import io.github.jbellis.jvector.graph.RandomAccessVectorValues;
import io.github.jbellis.jvector.graph.SearchResult;
import io.github.jbellis.jvector.graph.SearchResult.NodeScore;
import io.github.jbellis.jvector.graph.similarity.BuildScoreProvider;
import io.github.jbellis.jvector.graph.similarity.DefaultSearchScoreProvider;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import io.github.jbellis.jvector.vector.types.VectorTypeSupport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Predicate;

/**
 * Finds items by walking along a graph of near ones (HNSW, Malkov and Yashunin 2016, arXiv
 * 1603.09320), straight for the largest inner product: to lift all vectors to one length first, as
 * is often done, found far less. The library's products must be within [-1, 1], so that the longest
 * vector has length 1 there. Built by one thread: the same vectors make the same graph.
 */
final class GraphIndex implements ItemIndex {
  private static final VectorTypeSupport VECTORS =
      VectorizationProvider.getInstance().getVectorTypeSupport();
  private static final VectorSimilarityFunction PRODUCT = VectorSimilarityFunction.DOT_PRODUCT;
  private static final int NEIGHBORS = 32;
  private static final int LOOKED_AT_TO_BUILD = 100;
  private static final float OVERFLOW = 1.2f;
  private static final float DIVERSITY = 1.2f;
  private static final int LOOKED_AT_FOR_ONE = 2; // for each item that is asked for
  private static final int LOOKED_AT_MIN = 200;

  private final ItemVectors items;
  private final RandomAccessVectorValues vectors;
  private final ImmutableGraphIndex graph;

  private GraphIndex(
      ItemVectors items, RandomAccessVectorValues vectors, ImmutableGraphIndex graph) {
    this.items = items;
    this.vectors = vectors;
    this.graph = graph;
  }

  /**
   * Builds the graph.
   *
   * @throws CancellationException when the thread is interrupted
   */
  static GraphIndex of(ItemVectors items) {
    List<VectorFloat<?>> rows = new ArrayList<>(items.size());
    float longest = 0;
    for (int row = 0; row < items.size(); row++) {
      longest = Math.max(longest, length(items.vector(row)));
    }
    for (int row = 0; row < items.size(); row++) {
      rows.add(shortened(items.vector(row), longest));
    }
    RandomAccessVectorValues vectors = new ListRandomAccessVectorValues(rows, items.width());
    ForkJoinPool oneThread = new ForkJoinPool(1);
    try (GraphIndexBuilder builder =
        GraphIndexBuilder.builder(
                BuildScoreProvider.randomAccessScoreProvider(vectors, PRODUCT),
                items.width(),
                List.of(NEIGHBORS, NEIGHBORS)) // on the ground, and on the levels above it
            .withBeamWidth(LOOKED_AT_TO_BUILD)
            .withNeighborOverflow(OVERFLOW)
            .withAlpha(DIVERSITY)
            .withSimdExecutor(oneThread)
            .withParallelExecutor(oneThread)
            .build()) {
      for (int row = 0; row < rows.size(); row++) {
        if (Thread.currentThread().isInterrupted()) {
          throw new CancellationException("Nobody waits for this index any more");
        }
        builder.addGraphNode(row, rows.get(row));
      }
      builder.cleanup();
      return new GraphIndex(items, vectors, builder.getGraph());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      oneThread.shutdown();
    }
  }

  private static float length(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    return (float) Math.sqrt(squares);
  }

  private static VectorFloat<?> shortened(float[] vector, float length) {
    for (int d = 0; length > 0 && d < vector.length; d++) {
      vector[d] /= length;
    }
    return VECTORS.createFloatVector(vector);
  }

  @Override
  public List<String> nearest(float[] vector, int count, Predicate<String> fits) {
    if (count < 1) {
      return List.of();
    }
    VectorFloat<?> asked = shortened(vector.clone(), length(vector));
    int lookedAt = Math.max(LOOKED_AT_MIN, LOOKED_AT_FOR_ONE * count);
    try (GraphSearcher searcher = new GraphSearcher(graph)) {
      SearchResult found =
          searcher.search(
              DefaultSearchScoreProvider.exact(asked, PRODUCT, vectors),
              count,
              lookedAt,
              0f,
              0f,
              row -> fits.test(items.ids()[row]));
      return items.ids(
          Arrays.stream(found.getNodes())
              .map((NodeScore node) -> new Found(node.node, items.product(node.node, vector)))
              .sorted(Found.BEST_FIRST)
              .toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
