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
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Scores candidates with a network, many requests in one pass; what is in flight at once is
 * bounded.
 */
public final class NetworkScorer implements CandidateScorer {
  /** A GPU has more at once, for to be told what to do takes it longer than to do it. */
  private static final int TIMES_ON_GPU = 4;

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
  public List<Ranking> score(List<ScoringRequest> requests, int explained) {
    List<Ranking> rankings = requests.stream().map(NetworkScorer::empty).toList();
    try (NoGradients unused = new NoGradients()) {
      for (List<Slot> pass : passes(requests, rankings)) {
        run(pass, explained);
      }
    }
    return rankings;
  }

  @Override
  public void close() {
    buffers.close();
  }

  /** A part of a request, and where its scores go. */
  private record Slot(Part part, Ranking ranking) {
    /** Returns which of the part's candidates have the highest scores, counted from its first. */
    int[] best(int count) {
      return Ranking.highest(Arrays.copyOfRange(ranking.scores(), part.from(), part.to()), count);
    }
  }

  private static Ranking empty(ScoringRequest request) {
    int candidates = request.candidates().size();
    return new Ranking(new float[candidates], new float[candidates][]);
  }

  /** Returns how many candidates a pass holds where the manager is: more on a GPU. */
  public static int candidatesInAPass(NetworkForm form, NDManager manager) {
    return form.candidatesInAPass() * (Devices.of(manager).isGpu() ? TIMES_ON_GPU : 1);
  }

  /** Parts the requests so that no pass, padding included, has more candidates than the bound. */
  private List<List<Slot>> passes(List<ScoringRequest> requests, List<Ranking> rankings) {
    int most = candidatesInAPass(form, buffers);
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

  private void run(List<Slot> pass, int explained) {
    Batch batch = vocabularies.encode(pass.stream().map(Slot::part).toList(), form);
    try (NDManager manager = buffers.newSubManager()) {
      Network.Output output = network.forward(batch, manager);
      FloatBuffer scores = read(Activation.sigmoid(output.logits())); // (B, C)
      for (int b = 0; b < pass.size(); b++) {
        fillScores(pass.get(b), b, batch, scores);
      }
      if (explained > 0) {
        explain(pass, explained, batch, output.attention());
      }
    }
  }

  /**
   * Reads the attention of the best alone: of all there is far more of it than of scores.
   *
   * @param attention (B, C, N); null where the form has none, which is as good as zeros
   */
  private void explain(List<Slot> pass, int explained, Batch batch, NDArray attention) {
    List<int[]> best = pass.stream().map(slot -> slot.best(explained)).toList();
    FloatBuffer rows = attention == null ? null : read(rowsOf(best, batch, attention)); // (K, N)
    int at = 0;
    for (int b = 0; b < pass.size(); b++) {
      Slot slot = pass.get(b);
      for (int c : best.get(b)) {
        at += batch.positions();
        float[] row = new float[slot.part().positions(form.sequenceLength())];
        if (rows != null) {
          rows.get(at - row.length, row); // padding stands in front
        }
        slot.ranking().attention()[slot.part().from() + c] = row;
      }
    }
  }

  /** From (B, C, N), and places for each of B, to (K, N). */
  private static NDArray rowsOf(List<int[]> places, Batch batch, NDArray attention) {
    IntBuffer rows = IntBuffer.allocate(places.stream().mapToInt(each -> each.length).sum());
    for (int b = 0; b < places.size(); b++) {
      for (int c : places.get(b)) {
        rows.put(b * batch.candidates() + c);
      }
    }
    NDArray all = attention.reshape(-1, batch.positions()); // (B*C, N)
    return Optimizer.gather(all, attention.getManager().create(rows.array()));
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
}
