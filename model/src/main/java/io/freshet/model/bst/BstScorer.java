package io.freshet.model.bst;

import ai.djl.ndarray.NDManager;
import ai.djl.nn.Activation;
import ai.djl.pytorch.jni.JniUtils;
import io.freshet.model.CandidateScorer;
import io.freshet.model.Ranking;
import io.freshet.model.ScoringRequest;
import io.freshet.model.bst.Vocabularies.Part;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Scores candidates with a BST, many requests in one pass of the network.
 *
 * <p>Where the form of the network allows it, the candidates of a request share the work on its
 * sequence; where not, every candidate brings a sequence of its own. Either way what is in flight
 * at once is bounded.
 */
final class BstScorer implements CandidateScorer {
  private static final int MOST_SHARING = 8192; // candidates in one pass
  private static final int MOST_PLAIN = 500; // sequences in one pass

  private final Vocabularies vocabularies;
  private final BstConfig config;
  private final BehaviorSequenceTransformer network;
  private final NDManager buffers;

  /**
   * @param weights shared with other scorers, not freed by this one
   * @param buffers owned, and closed with this scorer
   */
  BstScorer(Vocabularies vocabularies, BstConfig config, Weights weights, NDManager buffers) {
    this.vocabularies = vocabularies;
    this.config = config;
    this.network = BehaviorSequenceTransformer.scoring(config, weights);
    this.buffers = buffers;
  }

  @Override
  public List<Ranking> score(List<ScoringRequest> requests) {
    List<Ranking> rankings = requests.stream().map(this::empty).toList();
    boolean gradMode = JniUtils.isGradMode(); // of this thread; on, unless someone turned it off
    JniUtils.setGradMode(false);
    try {
      for (List<Slot> pass : passes(requests, rankings)) {
        run(pass);
      }
    } finally {
      JniUtils.setGradMode(gradMode);
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
    int positions = Part.all(request).positions(config.sequenceLength());
    return new Ranking(new float[candidates], new float[candidates][positions]);
  }

  /** Parts the requests so that no pass, padding included, has more candidates than the bound. */
  private List<List<Slot>> passes(List<ScoringRequest> requests, List<Ranking> rankings) {
    int most = config.sharesHistory() ? MOST_SHARING : MOST_PLAIN;
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
    Batch batch =
        vocabularies.encode(pass.stream().map(Slot::part).toList(), config.sequenceLength());
    try (NDManager manager = buffers.newSubManager()) {
      BehaviorSequenceTransformer.Output output = network.forward(batch, manager);
      float[] scores = Activation.sigmoid(output.logits()).toFloatArray(); // (B, C)
      float[] attention = output.attention().toFloatArray(); // (B, C, N)
      for (int b = 0; b < pass.size(); b++) {
        fill(pass.get(b), b, batch, scores, attention);
      }
    }
  }

  private static void fill(Slot slot, int b, Batch batch, float[] scores, float[] attention) {
    Part part = slot.part();
    int n = batch.positions();
    for (int c = 0; c < part.candidates(); c++) {
      int at = b * batch.candidates() + c;
      int candidate = part.from() + c;
      slot.ranking().scores()[candidate] = scores[at];
      int behaviors = slot.ranking().attention()[candidate].length;
      slot.ranking().attention()[candidate] =
          Arrays.copyOfRange(attention, (at + 1) * n - behaviors, (at + 1) * n);
    }
  }
}
