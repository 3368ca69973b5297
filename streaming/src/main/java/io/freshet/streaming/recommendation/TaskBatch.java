package io.freshet.streaming.recommendation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.flink.api.common.operators.MailboxExecutor;

/**
 * Tasks that are scored together: those that stand in a subtask's input at the same time. Nobody
 * waits for tasks that may not come, and under load batches grow by themselves, for tasks queue
 * while others are scored.
 *
 * <p>Between two mails of the mailbox the subtask takes one element of its input, if there is one.
 * So an input that brings no task from one mail to the next has run dry.
 */
final class TaskBatch {
  static final String MAIL = "score tasks when no more stand in the input";

  private final MailboxExecutor mailbox;
  private final Consumer<List<ScoringTask>> leaves;
  private List<ScoringTask> tasks = new ArrayList<>();
  private int sizeAtLastMail;
  private boolean mailUnderWay;

  /**
   * @param leaves takes what is to be scored, in the order of its coming
   */
  TaskBatch(MailboxExecutor mailbox, Consumer<List<ScoringTask>> leaves) {
    this.mailbox = mailbox;
    this.leaves = leaves;
  }

  /**
   * Takes in the input's next task.
   *
   * @param full tasks of a batch that leaves at once
   */
  void add(ScoringTask task, int full) {
    tasks.add(task);
    if (tasks.size() >= full) {
      leave();
    } else if (!mailUnderWay) {
      sizeAtLastMail = 0;
      sendMail();
    }
  }

  /** Lets go of what there is. */
  void leave() {
    if (!tasks.isEmpty()) {
      List<ScoringTask> leaving = tasks;
      tasks = new ArrayList<>();
      leaves.accept(leaving);
    }
  }

  private void sendMail() {
    mailUnderWay = true;
    mailbox.execute(this::leaveIfDry, MAIL);
  }

  private void leaveIfDry() {
    mailUnderWay = false;
    if (tasks.size() == sizeAtLastMail) {
      leave();
    } else if (!tasks.isEmpty()) {
      sizeAtLastMail = tasks.size();
      sendMail();
    }
  }
}
