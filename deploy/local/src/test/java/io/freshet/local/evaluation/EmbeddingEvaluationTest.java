package io.freshet.local.evaluation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.model.ClickLog;
import io.freshet.model.baseline.BprConfig;
import io.freshet.model.pcrec.InteractionSplit;
import io.freshet.schemas.ClickEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddingEvaluationTest {
  private static final BprConfig CONFIG = new BprConfig(4, .01f, .01f, 64, 2, 2, 0);

  private final ByteArrayOutputStream told = new ByteArrayOutputStream();

  @Test
  void lossIsToldFromTheFirstEpochOn(@TempDir Path folder) throws IOException {
    new EmbeddingEvaluation(
            new EmbeddingModels(null, false),
            InteractionSplit.of(clicks(), Set.of()),
            "set",
            "question",
            List.of(CONFIG),
            1,
            Report.open(folder.resolve("report.json")),
            new PrintStream(told, true, UTF_8))
        .run(EmbeddingModels.parseAll("mf").get(0));

    String model = "mf, seed 1, rate 0.01, regularization 0.01, ";
    String validation = "validation recall [01]\\.\\d{4}, \\d+ s";
    List<String> lines = told.toString(UTF_8).lines().toList();
    assertThat(lines.get(0)).matches(model + "epoch 0: " + validation);
    assertThat(lines.get(1)).matches(model + "epoch 1: loss \\d\\.\\d{4}, " + validation);
  }

  private static ClickLog clicks() {
    List<ClickEvent> clicks = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      Instant time = Instant.ofEpochSecond(i);
      clicks.add(
          new ClickEvent("e" + i, "u" + i % 20, "i" + i * i % 31, time, "click", null, Map.of()));
    }
    return new ClickLog(clicks, List.of());
  }
}
