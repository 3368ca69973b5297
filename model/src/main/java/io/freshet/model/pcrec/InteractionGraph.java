package io.freshet.model.pcrec;

import io.freshet.schemas.ClickEvent;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Users and items, joined where a user has clicked an item (Wang et al. 2021): one edge for a pair,
 * however often. It has no isolated nodes.
 *
 * <p>Nodes are numbers: users from 0, items behind them. Edges stand in compressed sparse rows, in
 * both directions, which takes 8 bytes an edge and 4 bytes a node besides the ids.
 */
public final class InteractionGraph {
  private final List<String> userIds;
  private final List<String> itemIds;
  private final Map<String, Integer> users;
  private final Map<String, Integer> items;
  private final int[] ends; // of each node's row in neighbors, after a 0
  private final int[] neighbors; // ascending within a row

  /**
   * @param edges user number in the upper half, item number in the lower; ascending, no repeats
   */
  private InteractionGraph(List<String> userIds, List<String> itemIds, long[] edges) {
    this.userIds = Collections.unmodifiableList(userIds);
    this.itemIds = Collections.unmodifiableList(itemIds);
    this.users = numbers(userIds);
    this.items = numbers(itemIds);
    int count = userIds.size() + itemIds.size();
    this.ends = new int[count + 1];
    for (long edge : edges) {
      ends[user(edge) + 1]++;
      ends[userIds.size() + item(edge) + 1]++;
    }
    Arrays.parallelPrefix(ends, Integer::sum);
    this.neighbors = new int[ends[count]];
    int[] next = Arrays.copyOf(ends, count);
    for (long edge : edges) { // ascending, so rows of users and of items are
      int item = userIds.size() + item(edge);
      neighbors[next[user(edge)]++] = item;
      neighbors[next[item]++] = user(edge);
    }
  }

  /** Returns the graph of some clicks; users and items are numbered as they come. */
  public static InteractionGraph of(List<ClickEvent> clicks) {
    Map<String, Integer> users = new HashMap<>();
    Map<String, Integer> items = new HashMap<>();
    List<String> userIds = new ArrayList<>();
    List<String> itemIds = new ArrayList<>();
    long[] edges = new long[clicks.size()];
    int at = 0;
    for (ClickEvent click : clicks) {
      edges[at++] =
          edge(number(click.userId(), users, userIds), number(click.itemId(), items, itemIds));
    }
    Arrays.parallelSort(edges);
    return new InteractionGraph(userIds, itemIds, Arrays.stream(edges).distinct().toArray());
  }

  private static int number(String id, Map<String, Integer> numbers, List<String> ids) {
    Integer known = numbers.putIfAbsent(id, ids.size());
    if (known == null) {
      ids.add(id);
      return ids.size() - 1;
    }
    return known;
  }

  private static Map<String, Integer> numbers(List<String> ids) {
    Map<String, Integer> numbers = new HashMap<>(ids.size() * 2);
    for (String id : ids) {
      numbers.put(id, numbers.size());
    }
    return numbers;
  }

  private static long edge(int user, int item) {
    return (long) user << 32 | item;
  }

  private static int user(long edge) {
    return (int) (edge >>> 32);
  }

  private static int item(long edge) {
    return (int) edge;
  }

  /**
   * Returns the largest part of the graph in which every node has at least {@code degree} edges; it
   * may be empty.
   */
  public InteractionGraph core(int degree) {
    int[] left = new int[nodes()];
    Arrays.setAll(left, this::degree);
    boolean[] gone = new boolean[nodes()];
    int[] stack = new int[nodes()];
    int size = 0;
    for (int node = 0; node < nodes(); node++) {
      if (left[node] < degree) {
        gone[node] = true;
        stack[size++] = node;
      }
    }
    while (size > 0) {
      int node = stack[--size];
      for (int i = 0; i < degree(node); i++) {
        int other = neighbor(node, i);
        if (!gone[other] && --left[other] < degree) {
          gone[other] = true;
          stack[size++] = other;
        }
      }
    }
    return without(gone);
  }

  private InteractionGraph without(boolean[] gone) {
    int[] renumbered = new int[nodes()];
    List<String> keptUsers = kept(gone, renumbered, 0, userIds);
    List<String> keptItems = kept(gone, renumbered, users(), itemIds);
    long[] edges = new long[edges()];
    int count = 0;
    for (int user = 0; user < users(); user++) {
      for (int i = 0; !gone[user] && i < degree(user); i++) {
        int item = neighbor(user, i);
        if (!gone[item]) {
          edges[count++] = edge(renumbered[user], renumbered[item]);
        }
      }
    }
    return new InteractionGraph(keptUsers, keptItems, Arrays.copyOf(edges, count));
  }

  private static List<String> kept(
      boolean[] gone, int[] renumbered, int firstNode, List<String> ids) {
    List<String> kept = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      if (!gone[firstNode + i]) {
        renumbered[firstNode + i] = kept.size();
        kept.add(ids.get(i));
      }
    }
    return kept;
  }

  /** Writes what {@link #read} understands. */
  void write(DataOutput out) throws IOException {
    writeIds(userIds, out);
    writeIds(itemIds, out);
    for (int user = 0; user < users(); user++) {
      out.writeInt(degree(user));
      for (int i = 0; i < degree(user); i++) {
        out.writeInt(neighbor(user, i) - users());
      }
    }
  }

  /** Writes what {@link #readIds} understands. */
  public static void writeIds(List<String> ids, DataOutput out) throws IOException {
    out.writeInt(ids.size());
    for (String id : ids) {
      out.writeUTF(id);
    }
  }

  /** Reads the same graph, its nodes numbered as they were. */
  static InteractionGraph read(DataInput in) throws IOException {
    List<String> userIds = readIds(in);
    List<String> itemIds = readIds(in);
    LongStream.Builder edges = LongStream.builder();
    for (int user = 0; user < userIds.size(); user++) {
      int degree = in.readInt();
      for (int i = 0; i < degree; i++) {
        edges.add(edge(user, in.readInt()));
      }
    }
    return new InteractionGraph(userIds, itemIds, edges.build().toArray());
  }

  /** Reads ids, each of at most 65,535 bytes. */
  public static List<String> readIds(DataInput in) throws IOException {
    int count = in.readInt();
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(in.readUTF());
    }
    return ids;
  }

  /** Returns the number of users. */
  public int users() {
    return userIds.size();
  }

  /** Returns the number of items. */
  public int items() {
    return itemIds.size();
  }

  /** Returns the number of users and items. */
  public int nodes() {
    return userIds.size() + itemIds.size();
  }

  /** Returns what graphs of another structure hardly ever have too. */
  String signature() {
    return "%d users, %d items, %d edges %08x"
        .formatted(
            users(), items(), edges(), 31 * Arrays.hashCode(ends) + Arrays.hashCode(neighbors));
  }

  public int edges() {
    return neighbors.length / 2;
  }

  /** Returns the ids of the users, in the order of their nodes. */
  public List<String> userIds() {
    return userIds;
  }

  /** Returns the ids of the items, in the order of their nodes. */
  public List<String> itemIds() {
    return itemIds;
  }

  public boolean isUser(int node) {
    return node < userIds.size();
  }

  /** Returns the node of a user, -1 where the graph has none. */
  public int userNode(String userId) {
    return users.getOrDefault(userId, -1);
  }

  /** Returns the node of an item, -1 where the graph has none. */
  public int itemNode(String itemId) {
    Integer item = items.get(itemId);
    return item == null ? -1 : userIds.size() + item;
  }

  /** Returns how many neighbors a node has. */
  public int degree(int node) {
    return ends[node + 1] - ends[node];
  }

  /** Returns one of a node's neighbors; they ascend with {@code i}, in [0, degree). */
  public int neighbor(int node, int i) {
    return neighbors[ends[node] + i];
  }

  /** Returns whether a user and an item, or an item and a user, are joined. */
  public boolean areJoined(int one, int other) {
    return Arrays.binarySearch(neighbors, ends[one], ends[one + 1], other) >= 0;
  }
}
