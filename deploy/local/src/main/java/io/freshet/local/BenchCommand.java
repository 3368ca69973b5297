package io.freshet.local;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import picocli.CommandLine.Command;

/** Measures how fast Freshet is on this machine. */
@Command(
    name = "bench",
    description = "Measures how fast Freshet is on this machine, beside others, in one run.",
    subcommands = {
      BenchScoringCommand.class,
      BenchTrainingCommand.class,
      BenchEmbeddingsCommand.class,
      BenchStateCommand.class,
      BenchGrowthCommand.class,
      BenchPipelineCommand.class
    },
    mixinStandardHelpOptions = true)
final class BenchCommand {
  static final JsonMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  /** Refuses numbers below 1. */
  static void checkPositive(String option, List<Integer> values) {
    for (int value : values) {
      if (value < 1) {
        throw new IllegalArgumentException(option + " must be positive, was " + value);
      }
    }
  }
}
