package io.freshet.model.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Activation;
import io.freshet.model.CandidateScorer;
import io.freshet.model.ComputeDevice.Engine;
import io.freshet.model.Ranking;
import io.freshet.model.ScoringRequest;
import io.freshet.model.network.Vocabularies.Part;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Scores candidates with a network, many requests in one pass; what is in flight at once is
 * bounded.
 */
public final class NetworkScorer implements CandidateScorer {
  private final Vocabularies vocabularies;
  private final NetworkForm form;
  private final Network network;
  private final NDManager buffers;

  /**
   * Scores by PyTorch with a network of its own.
   *
   * @param weights shared with other scorers, not freed by this one
   * @param buffers owned, and closed with this scorer
   */
  public NetworkScorer(
      Vocabularies vocabularies, NetworkForm form, Weights weights, NDManager buffers) {
    this(vocabularies, form, toScore(form, weights, buffers, Engine.PYTORCH), buffers);
  }

  /**
   * @param network of the form, shared with other scorers, not freed by this one
   * @param buffers owned, and closed with this scorer
   */
  public NetworkScorer(
      Vocabularies vocabularies, NetworkForm form, Network network, NDManager buffers) {
    this.vocabularies = vocabularies;
    this.form = form;
    this.network = network;
    this.buffers = buffers;
  }

  /** Returns what {@link NetworkForm#toScore} makes, without collecting how it is made. */
  static Network toScore(NetworkForm form, Weights weights, NDManager manager, Engine engine) {
    try (NoGradients unused = new NoGradients()) {
      return form.toScore(weights, manager, engine);
    }
  }

  @Override
  public List<Ranking> score(List<ScoringRequest> requests) {
    List<Ranking> rankings = requests.stream().map(this::empty).toList();
    try (NoGradients unused = new NoGradients()) {
      for (List<Slot> pass : passes(requests, rankings)) {
        run(pass);
      }
    }
    return rankings;
  }

  @Override
  public void close() {
    buffers.close();
  }

  /** A part of a request, and where its scores go. */
  private record Slot(Part part, Ranking ranking) {}

  private Ranking empty(ScoringRequest request) {
    int candidates = request.candidates().size();
    int positions = Part.all(request).positions(form.sequenceLength());
    return new Ranking(new float[candidates], new float[candidates][positions]);
  }

  /** Parts the requests so that no pass, padding included, has more candidates than the bound. */
  private List<List<Slot>> passes(List<ScoringRequest> requests, List<Ranking> rankings) {
    int most = form.candidatesInAPass();
    List<List<Slot>> passes = new ArrayList<>();
    List<Slot> pass = new ArrayList<>();
    int widest = 0;
    for (int i = 0; i < requests.size(); i++) {
      int candidates = requests.get(i).candidates().size();
      for (int from = 0; from < candidates; from += most) {
        Part part = new Part(requests.get(i), from, Math.min(candidates, from + most));
        widest = Math.max(widest, part.candidates());
        if (!pass.isEmpty() && (pass.size() + 1) * widest > most) {
          passes.add(pass);
          pass = new ArrayList<>();
          widest = part.candidates();
        }
        pass.add(new Slot(part, rankings.get(i)));
      }
    }
    if (!pass.isEmpty()) {
      passes.add(pass);
    }
    return passes;
  }

  private void run(List<Slot> pass) {
    Batch batch = vocabularies.encode(pass.stream().map(Slot::part).toList(), form);
    try (NDManager manager = buffers.newSubManager()) {
      Network.Output output = network.forward(batch, manager);
      FloatBuffer scores = read(Activation.sigmoid(output.logits())); // (B, C)
      for (int b = 0; b < pass.size(); b++) {
        fillScores(pass.get(b), b, batch, scores);
      }
      if (output.attention() != null) {
        FloatBuffer attention = read(output.attention()); // (B, C, N)
        for (int b = 0; b < pass.size(); b++) {
          fillAttention(pass.get(b), b, batch, attention);
        }
      }
    }
  }

  /**
   * Returns the numbers, of the CPU's where they are: they live as long as the array's manager. A
   * GPU is waited for.
   */
  private static FloatBuffer read(NDArray array) {
    return array.toType(DataType.FLOAT32, false).toByteBuffer(true).asFloatBuffer();
  }

  private static void fillScores(Slot slot, int b, Batch batch, FloatBuffer scores) {
    scores.get(
        b * batch.candidates(),
        slot.ranking().scores(),
        slot.part().from(),
        slot.part().candidates());
  }

  private static void fillAttention(Slot slot, int b, Batch batch, FloatBuffer attention) {
    Part part = slot.part();
    int n = batch.positions();
    for (int c = 0; c < part.candidates(); c++) {
      float[] row = slot.ranking().attention()[part.from() + c];
      int end = (b * batch.candidates() + c + 1) * n; // padding stands in front
      attention.get(end - row.length, row);
    }
  }
}
