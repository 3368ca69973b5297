package io.freshet.local;

import io.freshet.model.ReleaseDirectory;
import io.freshet.model.bst.BstRelease;
import io.freshet.model.pcrec.EmbeddingRelease;
import io.freshet.schemas.Release;
import io.freshet.schemas.Topics;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Tells running jobs of a release, or that there is none any more. */
@Command(
    name = "announce",
    description =
        "Announces a release on Kafka, or withdraws the one announced; running jobs do so at their"
            + " next checkpoint.",
    mixinStandardHelpOptions = true)
final class AnnounceCommand implements Callable<Integer> {
  @ArgGroup(multiplicity = "1")
  private News news;

  private static final class News {
    @Option(
        names = "--release",
        paramLabel = "DIR",
        required = true,
        description = "The directory that 'train' printed or a job has written, or a copy of it.")
    private Path release;

    @Option(
        names = "--withdraw",
        paramLabel = "KIND",
        required = true,
        description = "What is to be used no more: bst, the model, or pcrec, the embeddings.")
    private String withdrawn;
  }

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

  private static final List<String> KINDS = List.of(BstRelease.KIND, EmbeddingRelease.KIND);

  private final PrintStream screen = System.out;

  @Override
  public Integer call() throws Exception {
    if (news.withdrawn != null) {
      withdraw();
    } else {
      announce();
    }
    return 0;
  }

  private void announce() throws IOException {
    Release record = ReleaseDirectory.open(news.release).describe(uri());
    try (KafkaClient kafka = new KafkaClient(bootstrapServers, properties)) {
      kafka.sendAll(Topics.RELEASES, List.of(record));
    }
    screen.printf("Announced %s at %s%n", record.version(), record.uri());
  }

  private String uri() {
    if (uri == null) {
      return news.release.toAbsolutePath().toUri().toString();
    }
    if (!uri.matches("[a-zA-Z][a-zA-Z0-9+.-]*:\\S+")) {
      throw new IllegalArgumentException(
          "--uri must be one with its scheme, such as s3://bucket/folder, was '%s'".formatted(uri));
    }
    return uri;
  }

  private void withdraw() throws IOException {
    if (!KINDS.contains(news.withdrawn)) {
      throw new IllegalArgumentException(
          "--withdraw must be one of %s, was '%s'".formatted(KINDS, news.withdrawn));
    }
    try (KafkaClient kafka = new KafkaClient(bootstrapServers, properties)) {
      kafka.removeNow(Topics.RELEASES, news.withdrawn);
    }
    screen.printf("Withdrew the release of %s%n", news.withdrawn);
  }
}
