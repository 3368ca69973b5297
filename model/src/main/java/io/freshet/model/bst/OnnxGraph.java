package io.freshet.model.bst;

import static ai.onnx.proto.OnnxMl.AttributeProto.AttributeType.FLOAT;
import static ai.onnx.proto.OnnxMl.AttributeProto.AttributeType.INT;
import static ai.onnx.proto.OnnxMl.AttributeProto.AttributeType.INTS;

import ai.djl.ndarray.NDArray;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A graph of ONNX operators while it is written. Each method returns the name of a value. */
final class OnnxGraph {
  private static final long OPERATORS = 17;
  private static final long FORMAT = 8;

  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("graph");
  private int names;

  /** Declares rows of tables that are given with each run, of shapes such as {@code B,N}. */
  String rows(String name, String... shape) {
    graph.addInput(value(name, TensorProto.DataType.INT32, shape));
    return name;
  }

  /** Declares numbers that are given with each run, of shapes such as {@code B,C,2}. */
  String numbers(String name, String... shape) {
    graph.addInput(value(name, TensorProto.DataType.FLOAT, shape));
    return name;
  }

  /** Declares a result. */
  void output(String name, String value, String... shape) {
    graph.addNode(
        NodeProto.newBuilder().setOpType("Identity").addInput(value).addOutput(name).build());
    graph.addOutput(value(name, TensorProto.DataType.FLOAT, shape));
  }

  private static ValueInfoProto value(String name, TensorProto.DataType type, String... shape) {
    TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
    for (String length : shape) {
      if (Character.isDigit(length.charAt(0))) {
        dimensions.addDimBuilder().setDimValue(Long.parseLong(length));
      } else {
        dimensions.addDimBuilder().setDimParam(length);
      }
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(type.getNumber())
                        .setShape(dimensions)))
        .build();
  }

  String weight(NDArray array) {
    return constant(TensorProto.DataType.FLOAT, array.toByteBuffer(), array.getShape().getShape());
  }

  String number(float number) {
    return constant(TensorProto.DataType.FLOAT, buffer(4).putFloat(0, number));
  }

  String integer(int number) {
    return constant(TensorProto.DataType.INT32, buffer(4).putInt(0, number));
  }

  /** Returns a list as ONNX wants shapes and axes. */
  String longs(long... numbers) {
    ByteBuffer bytes = buffer(8 * numbers.length);
    for (int i = 0; i < numbers.length; i++) {
      bytes.putLong(8 * i, numbers[i]);
    }
    return constant(TensorProto.DataType.INT64, bytes, numbers.length);
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private String constant(TensorProto.DataType type, ByteBuffer bytes, long... shape) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(newName())
            .setDataType(type.getNumber())
            .setRawData(ByteString.copyFrom(bytes));
    for (long length : shape) {
      tensor.addDims(length);
    }
    graph.addInitializer(tensor);
    return tensor.getName();
  }

  String add(String left, String right) {
    return node(named("Add"), left, right);
  }

  String multiply(String left, String right) {
    return node(named("Mul"), left, right);
  }

  String matMul(String left, String right) {
    return node(named("MatMul"), left, right);
  }

  String gather(String table, String rows) {
    return node(named("Gather"), table, rows);
  }

  String concat(int axis, String... parts) {
    return node(named("Concat").addAttribute(integer("axis", axis)), parts);
  }

  String reshape(String value, long... shape) {
    return node(named("Reshape"), value, longs(shape));
  }

  String transpose(String value, long... order) {
    return node(named("Transpose").addAttribute(integers("perm", order)), value);
  }

  String sum(String value, long axis, boolean keep) {
    return node(
        named("ReduceSum").addAttribute(integer("keepdims", keep ? 1 : 0)), value, longs(axis));
  }

  String mean(String value, long... axes) {
    return node(
        named("ReduceMean")
            .addAttribute(integers("axes", axes))
            .addAttribute(integer("keepdims", 0)),
        value);
  }

  /** Returns so many equal parts along the first axis, which stays. */
  List<String> split(String value, int parts) {
    List<String> outputs = Stream.generate(this::newName).limit(parts).toList();
    graph.addNode(named("Split").addInput(value).addAllOutput(outputs));
    return outputs;
  }

  /** From {@code start} inclusive to {@code end} exclusive, negative numbers counted backwards. */
  String slice(String value, long axis, long start, long end) {
    return node(named("Slice"), value, longs(start), longs(end), longs(axis));
  }

  String softmax(String value) {
    return node(named("Softmax").addAttribute(integer("axis", -1)), value);
  }

  String layerNorm(String value, String scale, String shift, float epsilon) {
    return node(
        named("LayerNormalization").addAttribute(number("epsilon", epsilon)), value, scale, shift);
  }

  String leakyRelu(String value, float slope) {
    return node(named("LeakyRelu").addAttribute(number("alpha", slope)), value);
  }

  String squeeze(String value, long... axes) {
    return node(named("Squeeze"), value, longs(axes));
  }

  String unsqueeze(String value, long... axes) {
    return node(named("Unsqueeze"), value, longs(axes));
  }

  /** Returns 1 for a row and 0 for padding. */
  String isRow(String rows) {
    String isRow = node(named("Greater"), rows, integer(0));
    return node(
        named("Cast").addAttribute(integer("to", TensorProto.DataType.FLOAT.getNumber())), isRow);
  }

  private static NodeProto.Builder named(String operator) {
    return NodeProto.newBuilder().setOpType(operator);
  }

  private static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder().setName(name).setType(INT).setI(value).build();
  }

  private static AttributeProto integers(String name, long... values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(INTS)
        .addAllInts(Arrays.stream(values).boxed().toList())
        .build();
  }

  private static AttributeProto number(String name, float value) {
    return AttributeProto.newBuilder().setName(name).setType(FLOAT).setF(value).build();
  }

  private String node(NodeProto.Builder node, String... inputs) {
    String output = newName();
    graph.addNode(node.addAllInput(List.of(inputs)).addOutput(output));
    return output;
  }

  private String newName() {
    return "value" + names++;
  }

  byte[] bytes() {
    return ModelProto.newBuilder()
        .setIrVersion(FORMAT)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPERATORS))
        .setGraph(graph)
        .build()
        .toByteArray();
  }
}
