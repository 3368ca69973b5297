package io.freshet.schemas;

/** Says why bytes are not the record they should be: what, which value, and what is allowed. */
public final class MalformedRecordException extends Exception {
  public MalformedRecordException(String reason) {
    super(reason);
  }
}
