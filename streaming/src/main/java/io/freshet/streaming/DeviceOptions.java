package io.freshet.streaming;

import io.freshet.model.ComputeDevice;
import io.freshet.model.ComputeDevice.Choice;
import io.freshet.model.ComputeDevice.Precision;
import io.freshet.model.network.Devices;
import java.io.Serializable;
import java.util.Locale;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.metrics.MetricGroup;

/** Where a job's networks compute, as far as that can be said before it runs. */
public final class DeviceOptions implements Serializable {
  private static final long serialVersionUID = 1;

  /** The setting of all jobs. */
  public static final Setting<Choice> DEVICE =
      Setting.choice(
          "freshet.device",
          Choice.AUTO,
          Choice.class,
          "Where networks compute: on a CUDA device where there is one (`auto`), or must be"
              + " (`gpu`); what fails there is done on the CPU, and counted. See docs/gpu.md.");

  /** The setting of those that score. */
  public static final Setting<Precision> PRECISION =
      Setting.choice(
          "freshet.scoring.precision",
          Precision.FLOAT32,
          Precision.class,
          "The numbers that a GPU scores with; the CPU's are `float32` in any case.");

  private final Choice choice;
  private final Precision precision;
  private final Finder finder;

  /** Finds the device of a subtask on the machine that it runs on. */
  public interface Finder extends Serializable {
    /**
     * Returns it.
     *
     * @throws IllegalArgumentException where there is none such
     */
    ComputeDevice find(Choice choice, int subtask);
  }

  /**
   * Refuses what cannot be.
   *
   * @throws IllegalArgumentException where there can be no device of such numbers
   */
  public DeviceOptions(Choice choice, Precision precision, Finder finder) {
    if (choice == Choice.CPU && precision != Precision.FLOAT32) {
      throw new IllegalArgumentException(
          "%s must be 'float32' where %s is 'cpu', was '%s'"
              .formatted(
                  PRECISION.name(), DEVICE.name(), precision.name().toLowerCase(Locale.ROOT)));
    }
    this.choice = choice;
    this.precision = precision;
    this.finder = finder;
  }

  /** Returns what {@code settings} say to a job that learns. */
  public static DeviceOptions of(Settings settings) {
    return new DeviceOptions(settings.get(DEVICE), Precision.FLOAT32, Devices::of);
  }

  /** Returns what {@code settings} say to a job that scores. */
  public static DeviceOptions ofScoring(Settings settings) {
    return new DeviceOptions(settings.get(DEVICE), settings.get(PRECISION), Devices::of);
  }

  /**
   * Returns the device of a subtask, which takes one of several GPUs in turn with the others.
   *
   * @param metrics where it counts what the device could not do
   */
  public SubtaskDevice of(TaskInfo subtask, MetricGroup metrics) {
    return SubtaskDevice.found(
        () -> finder.find(choice, subtask.getIndexOfThisSubtask()), precision, metrics);
  }

  @Override
  public String toString() {
    return "DeviceOptions[choice=%s, precision=%s]".formatted(choice, precision);
  }
}
