package io.freshet.local;

import io.freshet.model.ReleaseDirectory;
import io.freshet.schemas.Release;
import io.freshet.schemas.Topics;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Tells running jobs of a release. */
@Command(
    name = "announce",
    description = "Announces a release on Kafka; running jobs take it up at their next checkpoint.",
    mixinStandardHelpOptions = true)
final class AnnounceCommand implements Callable<Integer> {
  @Option(
      names = "--release",
      paramLabel = "DIR",
      required = true,
      description = "The directory that 'train' printed or a job has written, or a copy of it.")
  private Path release;

  @Option(
      names = "--uri",
      paramLabel = "URI",
      description = "Where the jobs read the same files; by default the directory itself.")
  private String uri;

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT",
      required = true,
      description = "The brokers to start from, separated by commas.")
  private String bootstrapServers;

  @Option(
      names = "--kafka-property",
      paramLabel = "NAME=VALUE",
      description = "A Kafka client property, for example security.protocol=SSL.")
  private Map<String, String> properties = new TreeMap<>();

  private final PrintStream screen = System.out;

  @Override
  public Integer call() throws Exception {
    Release record =
        ReleaseDirectory.open(release)
            .describe(uri == null ? release.toAbsolutePath().toUri().toString() : uri);
    try (KafkaClient kafka = new KafkaClient(bootstrapServers, properties)) {
      kafka.sendAll(Topics.RELEASES, List.of(record));
    }
    screen.printf("Announced %s at %s%n", record.version(), record.uri());
    return 0;
  }
}
