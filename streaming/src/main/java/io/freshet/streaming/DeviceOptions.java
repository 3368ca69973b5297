package io.freshet.streaming;

import io.freshet.model.ComputeDevice;
import io.freshet.model.ComputeDevice.Choice;
import io.freshet.model.ComputeDevice.Engine;
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

  /** The setting of those that score. */
  public static final Setting<Engine> ENGINE =
      Setting.choice(
          "freshet.scoring.engine",
          Engine.ONNXRUNTIME,
          Engine.class,
          "What scores on the CPU; a GPU scores by `pytorch`, and so does the CPU what ONNX Runtime"
              + " cannot.");

  private final Choice choice;
  private final Precision precision;
  private final Engine engine;
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

  /** Where a job learns: by PyTorch. */
  public DeviceOptions(Choice choice, Precision precision, Finder finder) {
    this(choice, precision, Engine.PYTORCH, finder);
  }

  /**
   * Refuses what cannot be.
   *
   * @param precision of a GPU's numbers
   * @param engine of the CPU
   * @throws IllegalArgumentException where there can be no device of such numbers, or none that
   *     this engine computes on
   */
  public DeviceOptions(Choice choice, Precision precision, Engine engine, Finder finder) {
    if (choice == Choice.CPU) {
      require(PRECISION, Precision.FLOAT32, choice, precision);
    }
    if (choice == Choice.GPU) {
      require(ENGINE, Engine.PYTORCH, choice, engine);
    }
    this.choice = choice;
    this.precision = precision;
    this.engine = engine;
    this.finder = finder;
  }

  private static <E extends Enum<E>> void require(
      Setting<E> setting, E allowed, Choice device, E value) {
    if (value != allowed) {
      throw new IllegalArgumentException(
          "%s must be '%s' where %s is '%s', was '%s'"
              .formatted(
                  setting.name(),
                  written(allowed),
                  DEVICE.name(),
                  written(device),
                  written(value)));
    }
  }

  private static String written(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** Returns what {@code settings} say to a job that learns. */
  public static DeviceOptions of(Settings settings) {
    return new DeviceOptions(settings.get(DEVICE), Precision.FLOAT32, Devices::of);
  }

  /** Returns what {@code settings} say to a job that scores. */
  public static DeviceOptions ofScoring(Settings settings) {
    Choice choice = settings.get(DEVICE);
    Engine engine =
        choice == Choice.GPU ? settings.getGiven(ENGINE, Engine.PYTORCH) : settings.get(ENGINE);
    return new DeviceOptions(choice, settings.get(PRECISION), engine, Devices::of);
  }

  /**
   * Returns the device of a subtask, which takes one of several GPUs in turn with the others.
   *
   * @param metrics where it counts what the device could not do
   */
  public SubtaskDevice of(TaskInfo subtask, MetricGroup metrics) {
    return SubtaskDevice.found(
        () -> finder.find(choice, subtask.getIndexOfThisSubtask()), precision, engine, metrics);
  }

  @Override
  public String toString() {
    return "DeviceOptions[choice=%s, precision=%s, engine=%s]".formatted(choice, precision, engine);
  }
}
