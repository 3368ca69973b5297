package io.freshet.model.network;

import io.freshet.model.network.NetworkTrainer.Material;
import io.freshet.model.network.Vocabularies.Part;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The lessons of an epoch in their order, each made while the one before it is learnt. */
final class Lessons implements AutoCloseable {
  /** The share of examples without vectors, so that a network knows how to do without. */
  private static final double WITHOUT_VECTORS = .1;

  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread made = new Thread(work, "prepare lessons");
            made.setDaemon(true);
            return made;
          });
  private final NetworkForm form;
  private final Material material;
  private final int batchSize;
  private final int[] drawn;
  private final SplittableRandom random;
  private int started;
  private Future<Lesson> next;

  /**
   * @param batchSize examples of a lesson, but of the last
   * @param drawn the examples, in order
   */
  Lessons(
      NetworkForm form, Material material, int batchSize, int[] drawn, SplittableRandom random) {
    this.form = form;
    this.material = material;
    this.batchSize = batchSize;
    this.drawn = drawn;
    this.random = random;
    start();
  }

  private void start() {
    int from = started;
    int end = Math.min(drawn.length, from + batchSize);
    started = end;
    next = from == end ? null : thread.submit(() -> lesson(from, end));
  }

  /** Returns the next lesson, and lets the one after it be prepared; there must be one. */
  Lesson next() throws IOException {
    try {
      Lesson lesson = next.get();
      start();
      return lesson;
    } catch (ExecutionException e) {
      throw new IOException("Cannot prepare a lesson: " + e.getCause().getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Cannot go on with the training: interrupted", e);
    }
  }

  private Lesson lesson(int from, int end) {
    List<Part> parts = new ArrayList<>(end - from);
    List<float[]> labels = new ArrayList<>(end - from);
    for (int i = from; i < end; i++) {
      LabelledRequest example = material.learnt().get(drawn[i], random);
      parts.add(
          Part.all(isWithoutVectors() ? example.request().withoutVectors() : example.request()));
      labels.add(example.labels());
    }
    Batch batch = material.vocabularies().encode(parts, form);
    float[] all = new float[parts.size() * batch.candidates()];
    for (int b = 0; b < labels.size(); b++) {
      System.arraycopy(labels.get(b), 0, all, b * batch.candidates(), labels.get(b).length);
    }
    return Lesson.of(batch, all);
  }

  private boolean isWithoutVectors() {
    return form.vectorWidth() > 0 && random.nextDouble() < WITHOUT_VECTORS;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
