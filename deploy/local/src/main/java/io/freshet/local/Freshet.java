package io.freshet.local;

import io.freshet.local.evaluation.EvaluateCommand;
import io.freshet.local.evaluation.EvaluateEmbeddingsCommand;
import java.nio.file.FileSystemException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;

/** The command line. */
@Command(
    name = "freshet",
    description = "Clicks in Kafka become recommendations in Kafka.",
    mixinStandardHelpOptions = true,
    versionProvider = Freshet.Version.class,
    scope = ScopeType.INHERIT,
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

  /** As the build has told the launcher. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {
        "Freshet " + System.getProperty("freshet.version", "of unknown version")
      };
    }
  }

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
      command.getErr().println("freshet: " + reason(failure));
      if (failure.getMessage() == null || Boolean.getBoolean(TRACE)) {
        failure.printStackTrace(command.getErr());
      }
      return command.getCommandSpec().exitCodeOnExecutionException();
    };
  }

  /** Returns what a failure says, and what its causes say besides. */
  static String reason(Throwable failure) {
    StringBuilder reason = new StringBuilder(message(failure));
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      if (cause.getMessage() != null && reason.indexOf(cause.getMessage()) < 0) {
        reason.append(": ").append(message(cause));
      }
    }
    return reason.toString();
  }

  /** Java names no more than the file where one is missing, or is not what it should be. */
  private static String message(Throwable failure) {
    boolean namesFileAlone =
        failure instanceof FileSystemException file && file.getReason() == null;
    return failure.getMessage() == null || namesFileAlone
        ? failure.getClass().getSimpleName() + " " + failure.getMessage()
        : failure.getMessage();
  }
}
