package io.freshet.local;

import io.freshet.local.evaluation.EvaluateCommand;
import io.freshet.local.evaluation.EvaluateEmbeddingsCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** The command line. */
@Command(
    name = "freshet",
    description = "Clicks in Kafka become recommendations in Kafka.",
    mixinStandardHelpOptions = true,
    subcommands = {
      DemoCommand.class,
      TrainCommand.class,
      ReplayCommand.class,
      AnnounceCommand.class,
      EvaluateCommand.class,
      EvaluateEmbeddingsCommand.class,
      BenchCommand.class
    })
public final class Freshet {
  private static final String TRACE = "freshet.trace";

  private Freshet() {}

  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /** Runs a command line; returns the exit code of the process. */
  static int run(String... arguments) {
    return new CommandLine(new Freshet())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true)
        .setExecutionExceptionHandler(sayWhatWentWrong())
        .execute(arguments);
  }

  /** People want the reason; {@code -Dfreshet.trace} shows where it came from. */
  private static IExecutionExceptionHandler sayWhatWentWrong() {
    return (Exception failure, CommandLine command, ParseResult parsed) -> {
      command.getErr().println("freshet: " + failure.getMessage());
      if (failure.getMessage() == null || Boolean.getBoolean(TRACE)) {
        failure.printStackTrace(command.getErr());
      }
      return command.getCommandSpec().exitCodeOnExecutionException();
    };
  }
}
