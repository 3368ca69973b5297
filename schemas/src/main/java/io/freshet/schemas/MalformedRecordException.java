package io.freshet.schemas;

/**
 * Says why bytes are not the record they should be: what, which value, and what is allowed, on one
 * line of at most 500 characters. Carries no stack trace: a flood of bad records costs little.
 */
public final class MalformedRecordException extends Exception {
  public MalformedRecordException(String reason) {
    super(Text.reason(reason), null, false, false);
  }
}
