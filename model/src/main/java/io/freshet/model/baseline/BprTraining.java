package io.freshet.model.baseline;

import io.freshet.model.pcrec.InteractionGraph;
import io.freshet.model.pcrec.NodeEmbeddings;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * Shows pairs of a user and an item to what learns from them, in another order each epoch, and
 * stops when validation no longer rises.
 */
final class BprTraining {
  private final InteractionGraph graph;
  private final BprConfig config;
  private final SplittableRandom random;
  private final int[] users;
  private final int[] items; // that the users have clicked, one pair an edge

  /** Vectors that are learnt. */
  interface Learner {
    /** Takes one step; returns the sum of the pairs' losses before it. */
    double learn(Batch batch);

    /** Returns the vectors as they are now; they may change with the next step. */
    NodeEmbeddings embeddings();
  }

  /**
   * Users, an item that each has clicked and one that each has not, as nodes; the first {@code
   * size} count.
   */
  record Batch(int[] users, int[] clicked, int[] others, int size) {}

  BprTraining(InteractionGraph graph, BprConfig config) {
    this.graph = graph;
    this.config = config;
    this.random = new SplittableRandom(config.seed());
    this.users = new int[graph.edges()];
    this.items = new int[graph.edges()];
    int edge = 0;
    for (int user = 0; user < graph.users(); user++) {
      for (int i = 0; i < graph.degree(user); i++) {
        users[edge] = user;
        items[edge++] = graph.neighbor(user, i);
      }
    }
  }

  /** Returns the best vectors by validation, those to start from included. */
  NodeEmbeddings run(
      Learner learner,
      ToDoubleFunction<NodeEmbeddings> validation,
      Consumer<BprProgress> listener) {
    long begin = System.nanoTime();
    NodeEmbeddings best = null;
    double bestValidation = Double.NEGATIVE_INFINITY;
    int bestEpoch = 0;
    for (int epoch = 0;
        epoch <= config.epochs() && epoch - bestEpoch <= config.patience();
        epoch++) {
      double loss = epoch == 0 ? Double.NaN : learn(learner);
      NodeEmbeddings now = learner.embeddings();
      double value = validation.applyAsDouble(now);
      if (best == null || value > bestValidation) {
        best = new NodeEmbeddings(now.width(), now.values().clone());
        bestValidation = value;
        bestEpoch = epoch;
      }
      Duration elapsed = Duration.ofNanos(System.nanoTime() - begin);
      listener.accept(new BprProgress(epoch, loss, value, elapsed));
    }
    return best;
  }

  private double learn(Learner learner) {
    shuffle();
    int size = Math.min(config.batchSize(), users.length);
    Batch batch = new Batch(new int[size], new int[size], new int[size], size);
    double loss = 0;
    int learnt = 0;
    for (int from = 0; from < users.length; from += size) {
      int count = fill(batch, from);
      loss += learner.learn(new Batch(batch.users(), batch.clicked(), batch.others(), count));
      learnt += count;
    }
    return loss / learnt;
  }

  private void shuffle() {
    for (int edge = users.length - 1; edge > 0; edge--) {
      int other = random.nextInt(edge + 1);
      swap(users, edge, other);
      swap(items, edge, other);
    }
  }

  private static void swap(int[] values, int one, int other) {
    int value = values[one];
    values[one] = values[other];
    values[other] = value;
  }

  /** Returns how many pairs there are; a user who has clicked everything has no other item. */
  private int fill(Batch batch, int from) {
    int count = 0;
    for (int edge = from; edge < Math.min(users.length, from + batch.size()); edge++) {
      int user = users[edge];
      if (graph.degree(user) < graph.items()) {
        batch.users()[count] = user;
        batch.clicked()[count] = items[edge];
        batch.others()[count++] = otherItem(user);
      }
    }
    return count;
  }

  private int otherItem(int user) {
    int item;
    do {
      item = graph.users() + random.nextInt(graph.items());
    } while (graph.areJoined(user, item));
    return item;
  }
}
