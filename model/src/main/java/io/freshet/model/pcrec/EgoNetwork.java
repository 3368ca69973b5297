package io.freshet.model.pcrec;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A node and part of what is around it, with every edge that the graph has among them: all that an
 * encoder needs of the graph.
 *
 * @param users how many the whole graph has; its nodes below that are users
 * @param nodes of the graph, the ego first
 * @param degrees of each of them in the whole graph
 * @param positions of each of them in the whole graph, (size, K)
 * @param neighbors of each of them, as places in {@code nodes}
 */
record EgoNetwork(int users, int[] nodes, int[] degrees, float[] positions, int[][] neighbors) {
  int size() {
    return nodes.length;
  }

  boolean isUser(int place) {
    return nodes[place] < users;
  }

  /** Returns bytes that {@link #read} understands. */
  static byte[] written(List<EgoNetwork> networks) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(networks.size());
      for (EgoNetwork network : networks) {
        out.writeInt(network.users);
        out.writeInt(network.size());
        write(network.nodes, out);
        write(network.degrees, out);
        out.writeInt(network.positions.length);
        for (float position : network.positions) {
          out.writeFloat(position);
        }
        for (int[] ofNode : network.neighbors) {
          out.writeInt(ofNode.length);
          write(ofNode, out);
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("Cannot write to memory", e);
    }
    return bytes.toByteArray();
  }

  private static void write(int[] values, DataOutputStream out) throws IOException {
    for (int value : values) {
      out.writeInt(value);
    }
  }

  /**
   * Reads what {@link #written} returned.
   *
   * @throws IOException when the bytes are cut
   */
  static List<EgoNetwork> read(byte[] bytes) throws IOException {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int count = in.readInt();
      List<EgoNetwork> networks = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int users = in.readInt();
        int size = in.readInt();
        int[] nodes = ints(in, size);
        int[] degrees = ints(in, size);
        float[] positions = floats(in, in.readInt());
        int[][] neighbors = new int[size][];
        for (int node = 0; node < size; node++) {
          neighbors[node] = ints(in, in.readInt());
        }
        networks.add(new EgoNetwork(users, nodes, degrees, positions, neighbors));
      }
      return networks;
    }
  }

  private static int[] ints(DataInputStream in, int count) throws IOException {
    int[] values = new int[count];
    for (int i = 0; i < count; i++) {
      values[i] = in.readInt();
    }
    return values;
  }

  private static float[] floats(DataInputStream in, int count) throws IOException {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = in.readFloat();
    }
    return values;
  }
}
