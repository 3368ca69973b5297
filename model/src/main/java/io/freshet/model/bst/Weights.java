package io.freshet.model.bst;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The arrays of a network by name, in a fixed order. They live as long as their manager. */
final class Weights {
  private final Map<String, NDArray> arrays;

  Weights(Map<String, NDArray> arrays) {
    this.arrays = new LinkedHashMap<>(arrays);
  }

  NDArray get(String name) {
    NDArray array = arrays.get(name);
    if (array == null) {
      throw new IllegalArgumentException("Unknown weight '" + name + "', known are " + names());
    }
    return array;
  }

  Collection<String> names() {
    return Collections.unmodifiableSet(arrays.keySet());
  }

  /** Returns the same arrays but for one. */
  Weights with(String name, NDArray array) {
    Map<String, NDArray> changed = new LinkedHashMap<>(arrays);
    changed.put(name, array);
    return new Weights(changed);
  }

  /** Returns copies of all arrays, which live as long as {@code manager}. */
  Weights copy(NDManager manager) {
    Map<String, NDArray> copies = new LinkedHashMap<>();
    arrays.forEach((name, array) -> copies.put(name, copy(array, manager)));
    return new Weights(copies);
  }

  /** Gives these arrays the values of others of the same names and shapes. */
  Weights overwrittenBy(Weights others) {
    arrays.forEach((name, array) -> others.get(name).copyTo(array));
    return this;
  }

  /** Returns arrays of the same names and shapes, all zero. */
  Weights zeros(NDManager manager) {
    Map<String, NDArray> zeros = new LinkedHashMap<>();
    arrays.forEach((name, array) -> zeros.put(name, manager.zeros(array.getShape())));
    return new Weights(zeros);
  }

  /** Writes a safetensors file. */
  void write(Path file) throws IOException {
    NDList list = new NDList();
    for (Map.Entry<String, NDArray> entry : arrays.entrySet()) {
      entry.getValue().setName(entry.getKey());
      list.add(entry.getValue());
    }
    try (OutputStream out = Files.newOutputStream(file)) {
      list.encode(out, NDList.Encoding.SAFETENSORS);
    }
  }

  /**
   * Reads what {@link #write} wrote; the arrays live as long as {@code manager}.
   *
   * @throws IOException also when the file holds no weights, or is cut
   */
  static Weights read(NDManager manager, Path file) throws IOException {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    try (InputStream in = Files.newInputStream(file)) {
      for (NDArray array : NDList.decode(manager, in)) {
        arrays.put(array.getName(), array);
      }
    } catch (IOException | RuntimeException e) {
      throw new IOException("Cannot read weights " + file + ": " + e, e);
    }
    return new Weights(arrays);
  }

  private static NDArray copy(NDArray array, NDManager manager) {
    NDArray copy = array.duplicate();
    copy.attach(manager);
    return copy;
  }
}
