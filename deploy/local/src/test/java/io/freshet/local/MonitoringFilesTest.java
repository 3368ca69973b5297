package io.freshet.local;

import static io.freshet.local.BuildFiles.DEPLOY;
import static io.freshet.local.BuildFiles.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.freshet.streaming.Metrics;
import io.freshet.streaming.recommendation.RecommendationConfig;
import io.freshet.streaming.recommendation.RecommendationJob;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.prometheus.PrometheusReporterFactory;
import org.apache.flink.runtime.checkpoint.DefaultCheckpointStatsTracker;
import org.apache.flink.runtime.metrics.MetricNames;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Prometheus is told to watch is what the job, and Flink, report. */
class MonitoringFilesTest {
  private static final Pattern METRIC =
      Pattern.compile(
          "flink_(?:jobmanager|jobmanager_job|taskmanager_job_task_operator)"
              + "_(?:deserializer_)?(?<name>[a-z][a-zA-Z]+)\\b");
  private static final Pattern FALLBACKS =
      Pattern.compile("flink_taskmanager_job_task_operator_(?<group>[a-zA-Z]+)_\\.\\+");
  private static final Pattern OPERATOR = Pattern.compile("operator_name=\"(?<name>[^\"]+)\"");

  @Test
  void everyMetricIsOneThatTheJobOrFlinkReports() throws Exception {
    Set<String> known = new TreeSet<>(constantsOf(Metrics.class));
    known.addAll(constantsOf(MetricNames.class));
    known.addAll(constantsOf(DefaultCheckpointStatsTracker.class));

    String withoutFallbacks = FALLBACKS.matcher(expressions()).replaceAll("");
    assertThat(FALLBACKS.matcher(expressions()).results().map(m -> m.group(1)))
        .containsExactly(Metrics.FALLBACKS);
    assertThat(METRIC.matcher(withoutFallbacks).results().map(m -> m.group(1)).toList())
        .hasSize((int) Pattern.compile("flink_").matcher(withoutFallbacks).results().count())
        .isSubsetOf(known);
  }

  @Test
  void everyOperatorIsOneOfTheJobs() throws Exception {
    List<String> watched =
        OPERATOR.matcher(expressions()).results().map(m -> m.group(1)).distinct().toList();

    assertThat(watched).isNotEmpty().isSubsetOf(operatorsOfTheJob());
  }

  @ParameterizedTest
  @CsvSource({
    "kubernetes/recommendation.yaml, 0",
    "kubernetes/training.yaml, 1",
    "kubernetes/embedding.yaml, 2"
  })
  void prometheusFindsThePodsAndThePortOfTheJob(String file, int scrape) throws Exception {
    JsonNode deployment = yaml(file);
    JsonNode port = deployment.at("/spec/podTemplate/spec/containers/0/ports/0");
    JsonNode options = deployment.at("/spec/flinkConfiguration");
    JsonNode scraped = yaml("monitoring/prometheus.yaml").at("/scrape_configs/" + scrape);

    assertThat(options.path("metrics.reporter.prom.factory.class").asText())
        .isEqualTo(PrometheusReporterFactory.class.getName());
    assertThat(options.path("metrics.reporter.prom.port").asInt())
        .isEqualTo(port.path("containerPort").asInt());
    assertThat(scraped.at("/relabel_configs/0/regex").asText())
        .isEqualTo(deployment.at("/metadata/name").asText());
    assertThat(scraped.at("/relabel_configs/1/regex").asText())
        .isEqualTo(port.path("name").asText());
    assertThat(expressions()).contains("{job=\"%s\"}".formatted(scraped.path("job_name").asText()));
  }

  @Test
  void rulesAreWherePrometheusLooksForThem() throws Exception {
    String rules = yaml("monitoring/prometheus.yaml").at("/rule_files/0").asText();

    assertThat(DEPLOY.resolve("monitoring").resolve(rules)).exists();
    assertThat(yaml("monitoring/" + rules).at("/groups/0/rules")).hasSizeGreaterThan(5);
  }

  /** Returns the expressions of all alerts, a line each. */
  private static String expressions() throws Exception {
    return yaml("monitoring/alerts.yaml").at("/groups/0/rules").findValuesAsText("expr").stream()
        .collect(Collectors.joining("\n"));
  }

  /** Returns the names of the job's operators as Prometheus shows them. */
  private static Set<String> operatorsOfTheJob() {
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
    RecommendationJob.define(
        env,
        RecommendationConfig.of(
            Map.of(
                "freshet.kafka.bootstrap-servers", "nowhere:9092",
                "freshet.release.initial", "none")));
    return env.getStreamGraph().getStreamNodes().stream()
        .map(StreamNode::getOperatorName)
        .map(name -> name.replaceAll("[^a-zA-Z0-9:_]", "_"))
        .collect(Collectors.toSet());
  }

  private static Set<String> constantsOf(Class<?> holder) throws IllegalAccessException {
    Set<String> constants = new TreeSet<>();
    for (Field field : holder.getDeclaredFields()) {
      if (field.getType() == String.class && field.trySetAccessible()) {
        constants.add((String) field.get(null));
      }
    }
    return constants;
  }
}
