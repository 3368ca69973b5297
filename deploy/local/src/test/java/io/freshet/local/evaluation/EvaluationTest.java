package io.freshet.local.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.freshet.local.evaluation.Report.Cell;
import io.freshet.model.CandidateScorer;
import io.freshet.model.ClickLog;
import io.freshet.model.baseline.Popularity;
import io.freshet.model.evaluation.Protocol;
import io.freshet.model.network.NetworkForm;
import io.freshet.model.network.NetworkTrainer.Material;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationTest {
  @TempDir private Path folder;

  /** Finds all models as good, and knows only rules. */
  private record Rules(String questions, double auc) implements Protocol {
    @Override
    public Material material(NetworkForm form, long seed) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CandidateScorer popularity() {
      return Popularity.of(new ClickLog(List.of(), List.of()));
    }

    @Override
    public CandidateScorer coClicks() {
      return popularity();
    }

    @Override
    public Map<String, Map<String, Double>> measure(CandidateScorer scorer) {
      return Map.of("ctr", Map.of("auc", auc));
    }
  }

  @Test
  void whatTheReportHasIsNotAskedAgain() throws IOException {
    assertThat(aucs(new Rules("cut at noon", .6), "popular")).containsExactly(.6);
    assertThat(aucs(new Rules("cut at noon", .7), "popular,co-click")).containsExactly(.6, .7);
  }

  @Test
  void modelsThatAreAskedOtherQuestionsAreNotComparedInOneReport() throws IOException {
    assertThat(aucs(new Rules("cut at noon", .6), "popular")).containsExactly(.6);
    assertThatIOException()
        .isThrownBy(() -> aucs(new Rules("cut at ten", .7), "co-click"))
        .withMessageContaining("it asks \"cut at noon\" of set, this command \"cut at ten\"");
  }

  /** Runs models as another command with the same report, and returns what is in it then. */
  private List<Double> aucs(Protocol protocol, String models) throws IOException {
    Report report = Report.open(folder.resolve("report.json"));
    Evaluation evaluation = new Evaluation(protocol, "set", List.of(), 1, report, System.err);
    for (Contender contender : Contender.parseAll(models)) {
      evaluation.run(contender);
    }
    return report.cells().stream()
        .map(Cell::metrics)
        .map(rows -> rows.get("ctr").get("auc"))
        .toList();
  }
}
