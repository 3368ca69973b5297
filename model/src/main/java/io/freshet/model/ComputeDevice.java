package io.freshet.model;

import static io.freshet.model.Check.check;

import java.io.Serializable;
import java.util.Locale;

/**
 * Where a network's numbers lie and are multiplied, and how many bits each has.
 *
 * @param gpu the number of a CUDA device of this machine, from 0; -1 for the CPU
 */
public record ComputeDevice(int gpu, Precision precision) implements Serializable {
  public static final ComputeDevice CPU = new ComputeDevice(-1, Precision.FLOAT32);

  /** What may be asked for. */
  public enum Choice {
    /** A GPU where there is one that PyTorch can use, and the CPU elsewhere. */
    AUTO,
    CPU,
    GPU
  }

  /** The numbers that a network scores with; it learns with the wider ones. */
  public enum Precision {
    FLOAT32,
    FLOAT16
  }

  public ComputeDevice {
    check(gpu >= -1, "gpu", "the number of one, or -1 for none", gpu);
  }

  /** Returns a GPU, whether there is one or not. */
  public static ComputeDevice gpu(int number) {
    return new ComputeDevice(number, Precision.FLOAT32);
  }

  public ComputeDevice with(Precision other) {
    return new ComputeDevice(gpu, other);
  }

  public boolean isGpu() {
    return gpu >= 0;
  }

  /** Returns {@code cpu} or {@code gpu 0}, and the numbers where they are not the usual ones. */
  @Override
  public String toString() {
    String place = isGpu() ? "gpu " + gpu : "cpu";
    return precision == Precision.FLOAT32
        ? place
        : place + ", " + precision.name().toLowerCase(Locale.ROOT);
  }
}
