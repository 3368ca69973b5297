package io.freshet.local;

import org.apache.flink.api.common.JobID;

/** A job that takes one slot beside the recommendation job, and releases what that takes up. */
interface SideJob {
  /** Submits the job, which reads from and announces to the broker; returns once it is taken. */
  JobID submit(LocalCluster cluster, String bootstrapServers) throws Exception;
}
