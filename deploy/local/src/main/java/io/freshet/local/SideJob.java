package io.freshet.local;

import java.util.Map;
import org.apache.flink.api.common.JobID;

/** A job that takes one slot beside the recommendation job, and releases what that takes up. */
interface SideJob {
  /**
   * A Kafka that nobody asks: stands in where the other settings are checked before there is one.
   */
  Map<String, String> CHECKED = Map.of("freshet.kafka.bootstrap-servers", "checked:1");

  /**
   * Submits the job; returns once it is taken.
   *
   * @param kafka the settings that tell where it reads and announces, and how that is written
   */
  JobID submit(LocalCluster cluster, Map<String, String> kafka) throws Exception;
}
