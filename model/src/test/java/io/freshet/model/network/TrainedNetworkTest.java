package io.freshet.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.freshet.model.CandidateScorer;
import io.freshet.model.ComputeDevice;
import io.freshet.model.ComputeDevice.Engine;
import io.freshet.model.ComputeDevice.Precision;
import io.freshet.model.Ranking;
import io.freshet.model.ScoringRequest;
import io.freshet.model.bst.BstConfig;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TrainedNetworkTest {
  private static final ComputeDevice HALF = ComputeDevice.CPU.with(Precision.FLOAT16);
  private static final ComputeDevice ONNX = ComputeDevice.CPU.with(Engine.ONNXRUNTIME);

  /** Numbers of 16 bits have 11 of mantissa; layer by layer what is rounded away adds up. */
  private static final float ROUNDED_AWAY = .01f;

  private static final int ALL = Integer.MAX_VALUE;

  @ParameterizedTest
  @MethodSource("io.freshet.model.network.TinyBst#forms")
  void scoresOfNarrowerNumbersAreNearlyTheSame(BstConfig config) {
    List<ScoringRequest> requests = requests();
    try (TrainedNetwork trained = trained(config);
        CandidateScorer wide = trained.newScorer();
        CandidateScorer narrow = trained.newScorer(HALF)) {
      List<Ranking> expected = wide.score(requests, ALL);
      List<Ranking> rankings = narrow.score(requests, ALL);
      boolean differs = false;
      for (int i = 0; i < requests.size(); i++) {
        float[] scores = rankings.get(i).scores();
        assertThat(scores).containsExactly(expected.get(i).scores(), within(ROUNDED_AWAY));
        for (int c = 0; c < scores.length; c++) {
          differs |= scores[c] != expected.get(i).scores()[c];
          assertThat(rankings.get(i).attention()[c])
              .containsExactly(expected.get(i).attention()[c], within(ROUNDED_AWAY));
        }
      }
      assertThat(differs).as("narrower indeed").isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("devices")
  void scorersOfADeviceShareWhatIsMadeReadyThereUntilTheNetworkIsClosed(ComputeDevice device) {
    TrainedNetwork trained = trained(TinyBst.CONFIG);
    try (CandidateScorer first = trained.newScorer(device);
        CandidateScorer second = trained.newScorer(device)) {
      assertThat(first.score(requests()).get(0).scores())
          .isEqualTo(second.score(requests()).get(0).scores());
      trained.close();
      assertThatThrownBy(() -> first.score(requests())).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> second.score(requests())).isInstanceOf(IllegalStateException.class);
    }
  }

  static List<ComputeDevice> devices() {
    return List.of(ComputeDevice.CPU, HALF, ONNX);
  }

  @Test
  void deviceThatIsNotThereFailsAndLeavesTheNetworkAsItWas() {
    try (TrainedNetwork trained = trained(TinyBst.CONFIG)) {
      assertThatThrownBy(() -> trained.newScorer(ComputeDevice.gpu(63)))
          .isInstanceOf(RuntimeException.class);
      try (CandidateScorer scorer = trained.newScorer()) {
        assertThat(scorer.score(requests())).hasSize(5);
      }
    }
  }

  private static List<ScoringRequest> requests() {
    Random random = new Random(1);
    return IntStream.range(0, 5)
        .mapToObj(i -> TinyBst.request(random, random.nextInt(21), 1 + random.nextInt(30)))
        .toList();
  }

  private static TrainedNetwork trained(BstConfig config) {
    NDManager manager = Devices.newManager(ComputeDevice.CPU);
    return new TrainedNetwork(
        config, TinyBst.VOCABULARIES, TinyBst.weights(config, manager, 1), Map.of(), manager);
  }
}
