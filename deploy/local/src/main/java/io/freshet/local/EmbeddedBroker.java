package io.freshet.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.freshet.schemas.Topic;
import io.freshet.schemas.Topics;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.flink.util.FileUtils;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A real Kafka broker in this JVM, controller included, with Freshet's topics. What it stores goes
 * when it is closed.
 *
 * <p>Topics take the broker's clock for their records' timestamps, as Freshet's topics should
 * everywhere: event times of years ago would fall to retention, and ones ahead of the clock are
 * refused.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private static final int NODE = 1;

  private final int port;
  private final Path directory;
  private final KafkaRaftServer server;

  private EmbeddedBroker(int port, Path directory, KafkaRaftServer server) {
    this.port = port;
    this.directory = directory;
    this.server = server;
  }

  /**
   * Starts a broker; returns once it takes requests and Freshet's topics exist.
   *
   * @param port where it listens; 0 for any free one
   * @param partitions of each topic that is not compacted; compacted ones have one
   */
  public static EmbeddedBroker start(int port, int partitions)
      throws IOException, InterruptedException {
    int listensAt = free(port);
    Path directory = Files.createTempDirectory("freshet-broker");
    Map<String, String> settings = settings(listensAt, free(0), directory);
    format(directory);
    KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(settings), Time.SYSTEM);
    EmbeddedBroker broker = new EmbeddedBroker(listensAt, directory, server);
    server.startup();
    broker.createTopics(partitions);
    return broker;
  }

  /** Returns where clients find the broker, as they are told: {@code host:port}. */
  public String bootstrapServers() {
    return "localhost:" + port;
  }

  /** Stops the broker and deletes what it stored. */
  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
    FileUtils.deleteDirectoryQuietly(directory.toFile());
  }

  private static Map<String, String> settings(int port, int controllerPort, Path directory) {
    return Map.ofEntries(
        Map.entry("process.roles", "broker,controller"),
        Map.entry("node.id", String.valueOf(NODE)),
        Map.entry("controller.quorum.voters", NODE + "@localhost:" + controllerPort),
        Map.entry(
            "listeners",
            "PLAINTEXT://localhost:%d,CONTROLLER://localhost:%d".formatted(port, controllerPort)),
        Map.entry("advertised.listeners", "PLAINTEXT://localhost:" + port),
        Map.entry("controller.listener.names", "CONTROLLER"),
        Map.entry("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
        Map.entry("log.dirs", directory.toString()),
        Map.entry("auto.create.topics.enable", "false"),
        Map.entry("group.initial.rebalance.delay.ms", "0"),
        Map.entry("offsets.topic.replication.factor", "1"),
        Map.entry("offsets.topic.num.partitions", "1"),
        Map.entry("transaction.state.log.replication.factor", "1"),
        Map.entry("transaction.state.log.min.isr", "1"),
        Map.entry("transaction.state.log.num.partitions", "1"),
        Map.entry("share.coordinator.state.topic.replication.factor", "1"),
        Map.entry("share.coordinator.state.topic.min.isr", "1"));
  }

  private static void format(Path directory) throws IOException {
    Formatter formatter =
        new Formatter()
            .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8))
            .setClusterId(Uuid.randomUuid().toString())
            .setNodeId(NODE)
            .setControllerListenerName("CONTROLLER")
            .setMetadataLogDirectory(directory.toString())
            .setDirectories(List.of(directory.toString()))
            .setReleaseVersion(MetadataVersion.latestProduction());
    try {
      formatter.run();
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("Cannot prepare " + directory + " for a broker: " + e.getMessage(), e);
    }
  }

  /**
   * Adds a topic of the caller's own, in all else like Freshet's; returns once it can be written.
   */
  public void createTopic(Topic<?> topic, int partitions) throws IOException, InterruptedException {
    create(List.of(declared(topic, partitions)));
  }

  private void createTopics(int partitions) throws IOException, InterruptedException {
    Stream<NewTopic> declared = Topics.ALL.stream().map(topic -> declared(topic, partitions));
    Stream<NewTopic> deadLetters = Stream.of(declared(Topics.DEAD_LETTERS, partitions, false));
    create(Stream.concat(declared, deadLetters).toList());
  }

  private void create(List<NewTopic> topics) throws IOException, InterruptedException {
    Map<String, Object> client =
        Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
    try (Admin admin = Admin.create(client)) {
      admin.createTopics(topics).all().get();
    } catch (ExecutionException e) {
      throw new IOException("Cannot create the topics: " + e.getCause().getMessage(), e);
    }
    awaitLeaders(topics, client);
  }

  /**
   * Topics are announced before they can be written. Of a producer's first two batches the former
   * may then be refused and the latter taken, after which the former never will be.
   */
  private static void awaitLeaders(List<NewTopic> topics, Map<String, Object> client) {
    List<TopicPartition> partitions =
        topics.stream()
            .flatMap(
                topic ->
                    IntStream.range(0, topic.numPartitions())
                        .mapToObj(partition -> new TopicPartition(topic.name(), partition)))
            .toList();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.endOffsets(partitions); // leaders know them; asks until there are some
    }
  }

  private static NewTopic declared(Topic<?> topic, int partitions) {
    return declared(topic.name(), topic.compacted() ? 1 : partitions, topic.compacted());
  }

  private static NewTopic declared(String name, int partitions, boolean compacted) {
    String cleanup =
        compacted ? TopicConfig.CLEANUP_POLICY_COMPACT : TopicConfig.CLEANUP_POLICY_DELETE;
    return new NewTopic(name, partitions, (short) 1)
        .configs(
            Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                cleanup,
                TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                "LogAppendTime"));
  }

  /** Returns {@code port} where it is free, and any free one for 0. */
  private static int free(int port) throws IOException {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName("localhost"))) {
      return socket.getLocalPort();
    } catch (BindException e) {
      throw new IOException(
          "Cannot start a broker at localhost:%d: %s".formatted(port, e.getMessage()), e);
    }
  }
}
