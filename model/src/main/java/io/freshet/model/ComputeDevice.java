package io.freshet.model;

import static io.freshet.model.Check.check;

import java.io.Serializable;
import java.util.Locale;

/**
 * Where a network's numbers lie and are multiplied, how many bits each has, and what multiplies
 * them.
 *
 * @param gpu the number of a CUDA device of this machine, from 0; -1 for the CPU
 */
public record ComputeDevice(int gpu, Precision precision, Engine engine) implements Serializable {
  /** The CPU as it can do everything: by PyTorch. */
  public static final ComputeDevice CPU = new ComputeDevice(-1, Precision.FLOAT32, Engine.PYTORCH);

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

  /** What scores. Everything else that a network does is PyTorch's. */
  public enum Engine {
    /** On the CPU, with {@link Precision#FLOAT32}. */
    ONNXRUNTIME,
    PYTORCH
  }

  public ComputeDevice {
    check(gpu >= -1, "gpu", "the number of one, or -1 for none", gpu);
    check(
        engine == Engine.PYTORCH || (gpu == -1 && precision == Precision.FLOAT32),
        "engine",
        "pytorch on a GPU and of numbers of 16 bits",
        engine);
  }

  /** Returns a GPU, whether there is one or not. */
  public static ComputeDevice gpu(int number) {
    return new ComputeDevice(number, Precision.FLOAT32, Engine.PYTORCH);
  }

  public ComputeDevice with(Precision other) {
    return new ComputeDevice(gpu, other, engine);
  }

  public ComputeDevice with(Engine other) {
    return new ComputeDevice(gpu, precision, other);
  }

  public boolean isGpu() {
    return gpu >= 0;
  }

  /**
   * Returns {@code cpu} or {@code gpu 0}, and the numbers and the engine where they are not the
   * usual ones.
   */
  @Override
  public String toString() {
    String place = isGpu() ? "gpu " + gpu : "cpu";
    String numbers = precision == Precision.FLOAT32 ? "" : ", " + written(precision);
    return place + numbers + (engine == Engine.PYTORCH ? "" : ", " + written(engine));
  }

  private static String written(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
