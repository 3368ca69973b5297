package io.freshet.streaming;

import io.freshet.model.ComputeDevice;
import io.freshet.model.ComputeDevice.Engine;
import io.freshet.model.ComputeDevice.Precision;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a subtask computes. What a GPU, or ONNX Runtime, cannot do is done by PyTorch on the CPU,
 * counted and warned of; what that cannot do either is no failure of theirs. May be used by several
 * threads.
 */
public final class SubtaskDevice {
  private static final Logger LOG = LoggerFactory.getLogger(SubtaskDevice.class);

  private final ComputeDevice device;
  private final Counter fallbacks;

  private SubtaskDevice(ComputeDevice device, Counter fallbacks) {
    this.device = device;
    this.fallbacks = fallbacks;
  }

  /** What can be done on any device. */
  public interface Work<T, E extends Exception> {
    T on(ComputeDevice device) throws E;
  }

  /**
   * Returns what {@code finder} finds, or the CPU where what is wanted is not there.
   *
   * @param precision of a GPU
   * @param engine of the CPU
   */
  static SubtaskDevice found(
      Supplier<ComputeDevice> finder, Precision precision, Engine engine, MetricGroup metrics) {
    Counter fallbacks = metrics.counter(Metrics.DEVICE_FALLBACKS, new ThreadSafeSimpleCounter());
    try {
      ComputeDevice found = finder.get();
      return new SubtaskDevice(
          found.isGpu() ? found.with(precision) : found.with(engine), fallbacks);
    } catch (IllegalArgumentException | LinkageError e) {
      fallbacks.inc();
      LOG.warn("Computing on the CPU: {}", e.getMessage());
      return new SubtaskDevice(ComputeDevice.CPU.with(engine), fallbacks);
    }
  }

  /** Returns the device to begin with. */
  public ComputeDevice device() {
    return device;
  }

  /** Does {@code work} on this device, or by PyTorch on the CPU where the device fails. */
  public <T, E extends Exception> T run(Work<T, E> work) throws E {
    return run(device, work);
  }

  /** Does {@code work} on a device, or by PyTorch on the CPU where the device fails. */
  public <T, E extends Exception> T run(ComputeDevice first, Work<T, E> work) throws E {
    try {
      return work.on(first);
    } catch (CancellationException e) {
      throw e;
    } catch (RuntimeException | LinkageError e) {
      if (first.equals(ComputeDevice.CPU)) {
        throw e;
      }
      T done = work.on(ComputeDevice.CPU);
      fallbacks.inc();
      LOG.warn("Done by PyTorch on the CPU, for {} has failed", first, e);
      return done;
    }
  }
}
