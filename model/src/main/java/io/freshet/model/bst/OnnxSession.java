package io.freshet.model.bst;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A graph that ONNX Runtime can run, by several threads at once. It reads and writes PyTorch's
 * memory where that is, takes as many threads as PyTorch, and lives as long as the manager that it
 * is made with.
 */
final class OnnxSession {
  private static final OnnxJavaType FLOAT = OnnxJavaType.FLOAT;
  private static final OnnxJavaType INT32 = OnnxJavaType.INT32;

  private final OrtEnvironment engine = OnnxNatives.engine();
  private final OrtSession session;
  private final Map<String, OnnxTensor> constants = new HashMap<>();

  /**
   * @param constants inputs that are the same in every run, which live as long as {@code manager};
   *     they are not copied
   */
  OnnxSession(OnnxGraph graph, Map<String, NDArray> constants, NDManager manager) {
    try (SessionOptions options = new SessionOptions()) {
      int threads = JniUtils.getNumThreads();
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      options.setMemoryPatternOptimization(false); // it would keep one for each shape that comes
      this.session = engine.createSession(graph.bytes(), options);
      closeWith(manager, session);
      for (Map.Entry<String, NDArray> constant : constants.entrySet()) {
        OnnxTensor tensor = tensor(constant.getValue());
        closeWith(manager, tensor);
        this.constants.put(constant.getKey(), tensor);
      }
    } catch (OrtException e) {
      throw new IllegalStateException("Cannot load the network into ONNX Runtime: " + e, e);
    }
  }

  private static void closeWith(NDManager manager, AutoCloseable resource) {
    manager.attachInternal(UUID.randomUUID().toString(), resource);
  }

  /** Runs it over the constants alone; all outputs are written. */
  void run(Map<String, NDArray> outputs) {
    run(List.of(), outputs);
  }

  /** Runs it; all outputs are written. */
  void run(Inputs inputs, Map<String, NDArray> outputs) {
    run(inputs.all, outputs);
  }

  private void run(List<Input> inputs, Map<String, NDArray> outputs) {
    List<OnnxTensor> used = new ArrayList<>();
    try {
      Map<String, OnnxTensor> given = new HashMap<>(constants);
      for (Input input : inputs) {
        given.put(input.name(), opened(used, tensor(input.bytes(), input.shape(), input.type())));
      }
      Map<String, OnnxTensor> results = new HashMap<>();
      for (Map.Entry<String, NDArray> output : outputs.entrySet()) {
        results.put(output.getKey(), opened(used, tensor(output.getValue())));
      }
      session.run(given, results).close();
    } catch (OrtException e) {
      throw new IllegalStateException("Cannot compute with ONNX Runtime: " + e, e);
    } finally {
      used.forEach(OnnxTensor::close);
    }
  }

  private static OnnxTensor opened(List<OnnxTensor> used, OnnxTensor tensor) {
    used.add(tensor);
    return tensor;
  }

  private OnnxTensor tensor(NDArray array) throws OrtException {
    return tensor(array.toByteBuffer(true), array.getShape().getShape(), FLOAT);
  }

  private OnnxTensor tensor(ByteBuffer bytes, long[] shape, OnnxJavaType type) throws OrtException {
    return OnnxTensor.createTensor(engine, bytes, shape, type);
  }

  private record Input(String name, ByteBuffer bytes, long[] shape, OnnxJavaType type) {}

  /** The inputs of a run beside the constants, in one piece of native memory. */
  static final class Inputs {
    private final List<Input> all = new ArrayList<>();
    private final ByteBuffer room;
    private int taken;

    /**
     * @param numbers how many, of four bytes each, all inputs have together
     * @param manager of their memory, which must outlive the run
     */
    Inputs(int numbers, NDManager manager) {
      this.room = manager.create(new Shape(numbers), DataType.INT32).toByteBuffer(true);
    }

    Inputs add(String name, int[] rows, long... shape) {
      ByteBuffer bytes = next(rows.length);
      bytes.asIntBuffer().put(rows);
      all.add(new Input(name, bytes, shape, INT32));
      return this;
    }

    Inputs add(String name, float[] values, long... shape) {
      ByteBuffer bytes = next(values.length);
      bytes.asFloatBuffer().put(values);
      all.add(new Input(name, bytes, shape, FLOAT));
      return this;
    }

    private ByteBuffer next(int numbers) {
      ByteBuffer bytes = room.slice(taken, Float.BYTES * numbers).order(ByteOrder.nativeOrder());
      taken += Float.BYTES * numbers;
      return bytes;
    }
  }
}
