package io.freshet.model.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.freshet.model.ComputeDevice;
import io.freshet.model.ComputeDevice.Precision;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The arrays of a network by name, in a fixed order. They live as long as their manager. */
public final class Weights {
  private static final String ITEMS = "item";

  private final Map<String, NDArray> arrays;

  public Weights(Map<String, NDArray> arrays) {
    this.arrays = new LinkedHashMap<>(arrays);
  }

  public NDArray get(String name) {
    NDArray array = arrays.get(name);
    if (array == null) {
      throw new IllegalArgumentException("Unknown weight '" + name + "', known are " + names());
    }
    return array;
  }

  public Collection<String> names() {
    return Collections.unmodifiableSet(arrays.keySet());
  }

  public Map<String, Shape> shapes() {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    arrays.forEach((name, array) -> shapes.put(name, array.getShape()));
    return shapes;
  }

  /**
   * Returns the names of the tables that have a row for every item, by far the largest: "item", and
   * what begins with "item.".
   */
  List<String> itemTables() {
    return arrays.keySet().stream()
        .filter(name -> name.equals(ITEMS) || name.startsWith(ITEMS + "."))
        .toList();
  }

  /** Returns the same arrays but for some. */
  Weights with(Map<String, NDArray> others) {
    Map<String, NDArray> changed = new LinkedHashMap<>(arrays);
    changed.putAll(others);
    return new Weights(changed);
  }

  /** Returns copies of the arrays, which live as long as {@code manager}, and where it is. */
  public Weights copy(NDManager manager) {
    return copy(manager, Precision.FLOAT32);
  }

  /** Returns copies likewise, of other numbers. */
  public Weights copy(NDManager manager, Precision precision) {
    Map<String, NDArray> copies = new LinkedHashMap<>();
    for (Map.Entry<String, NDArray> entry : arrays.entrySet()) {
      try (NDArray own = entry.getValue().duplicate(); // what follows copies only where it must
          NDArray rounded = own.toType(Devices.type(precision), true)) {
        NDArray copy = rounded.toDevice(manager.getDevice(), true);
        copy.attach(manager);
        copies.put(entry.getKey(), copy);
      }
    }
    return new Weights(copies);
  }

  /** Returns what numbers the arrays hold, all the same. */
  DataType numbers() {
    return arrays.values().iterator().next().getDataType();
  }

  /** Puts the arrays beside others, each name behind {@code prefix}. */
  public void putInto(Map<String, NDArray> others, String prefix) {
    arrays.forEach((name, array) -> others.put(prefix + name, array));
  }

  /** Returns the arrays whose names have that prefix, without it. */
  public Weights below(String prefix) {
    Map<String, NDArray> some = new LinkedHashMap<>();
    arrays.forEach(
        (name, array) -> {
          if (name.startsWith(prefix)) {
            some.put(name.substring(prefix.length()), array);
          }
        });
    return new Weights(some);
  }

  /** Returns what other values hardly ever have too. */
  public String signature() {
    int hash = 0;
    for (NDArray array : arrays.values()) {
      hash = 31 * hash + Arrays.hashCode(array.toFloatArray());
    }
    return "%d weights %08x".formatted(arrays.size(), hash);
  }

  /** Lets the arrays live as long as {@code manager}. */
  public void attach(NDManager manager) {
    arrays.values().forEach(array -> array.attach(manager));
  }

  /** Returns arrays of the same names and shapes, all zero. */
  Weights zeros(NDManager manager) {
    Map<String, NDArray> zeros = new LinkedHashMap<>();
    arrays.forEach((name, array) -> zeros.put(name, manager.zeros(array.getShape())));
    return new Weights(zeros);
  }

  /** Writes a safetensors file. */
  public void write(Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      write(out);
    }
  }

  private void write(OutputStream out) throws IOException {
    NDList list = new NDList();
    for (Map.Entry<String, NDArray> entry : arrays.entrySet()) {
      entry.getValue().setName(entry.getKey());
      list.add(entry.getValue());
    }
    list.encode(out, NDList.Encoding.SAFETENSORS);
  }

  /** Returns the bytes of a safetensors file. */
  public byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      write(bytes);
    } catch (IOException e) {
      throw new IllegalStateException("Cannot write to memory", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Returns the array in memory that PyTorch has chosen, in place of Java's: its matrix library
   * promises equal results of equal operands only where they are aligned alike.
   */
  static NDArray aligned(NDArray array) {
    try (array) {
      return array.duplicate();
    }
  }

  /**
   * Reads what {@link #write} wrote; the arrays live as long as {@code manager}.
   *
   * @throws IOException also when the file holds no weights, or is cut
   */
  public static Weights read(NDManager manager, Path file) throws IOException {
    return read(manager, () -> Files.newInputStream(file), "weights " + file);
  }

  /** Reads what {@link #toBytes} returned, as {@link #read} does. */
  public static Weights ofBytes(NDManager manager, byte[] bytes) throws IOException {
    return read(manager, () -> new ByteArrayInputStream(bytes), "weights");
  }

  private interface Source {
    InputStream open() throws IOException;
  }

  /** What is wrong with a device is not wrong with the file: it is read before it is sent there. */
  private static Weights read(NDManager manager, Source source, String what) throws IOException {
    if (Devices.of(manager).isGpu()) {
      try (NDManager onCpu = Devices.newManager(ComputeDevice.CPU)) {
        return read(onCpu, source, what).copy(manager);
      }
    }
    try (InputStream in = source.open()) {
      Map<String, NDArray> arrays = new LinkedHashMap<>();
      for (NDArray array : NDList.decode(manager, in)) {
        arrays.put(array.getName(), aligned(array));
      }
      return new Weights(arrays);
    } catch (IOException | RuntimeException e) {
      throw new IOException("Cannot read %s: %s".formatted(what, e), e);
    }
  }
}
